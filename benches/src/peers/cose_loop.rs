//! The obvious verifier: coset reads, ciborium decodes, a loop checks. With RustCrypto p256, and with AWS-LC in its place.

use std::sync::LazyLock;

use ciborium::Value;
use coset::{CoseSign1, CoseSign1Builder, HeaderBuilder, TaggedCborSerializable as _, iana};
use p256::ecdsa::signature::{Signer as _, Verifier as _};
use p256::ecdsa::{Signature, SigningKey, VerifyingKey};
use sha2::{Digest as _, Sha256};

use crate::case::{Case, Kind};
use crate::job::{ACTION, AUDIENCE, DAYS, DEPTHS, RESOURCE, most_days, name, seed};
use crate::world::NOW;

pub const P256: &str = "coset loop on p256, with proof";
pub const AWS_LC: &str = "coset loop on AWS-LC, with proof";

pub fn all() -> Vec<Case> {
    let mut cases = Vec::new();
    for (series, curve) in [(P256, Curve::P256), (AWS_LC, Curve::AwsLc)] {
        for depth in DEPTHS {
            let (chain, root) = made(depth);
            let proof = proof(&chain, depth);
            let wire = chain.iter().map(Vec::len).sum::<usize>() + proof.len();
            cases.push(Case::new(series, depth, Kind::PublicKeyPeer, wire, move || {
                assert_eq!(decide(&chain, &proof, &root, curve, DAYS), Some(()));
            }));
        }
    }
    cases
}

/// Whose arithmetic.
#[derive(Clone, Copy)]
pub enum Curve {
    P256,
    AwsLc,
}

/// Parses, checks every signature, link, window and narrowing, the proof, and the request.
pub fn decide(chain: &[Vec<u8>], proof: &[u8], root: &[u8], curve: Curve, days: i64) -> Option<()> {
    let mut key = root.to_vec();
    let mut before: Option<(&[u8], Hop)> = None;
    for encoded in std::hint::black_box(chain) {
        let hop = Hop::read(&checked(encoded, &key, curve)?)?;
        let current = hop.iat <= NOW.0 && NOW.0 < hop.exp;
        let follows = match &before {
            None => hop.parent.is_none(),
            Some((parent, last)) => {
                let narrows = hop.action == last.action && hop.resource == last.resource && hop.days <= last.days;
                hop.parent.as_deref() == Some(Sha256::digest(parent).as_slice()) && narrows && hop.exp <= last.exp
            }
        };
        if !current || !follows {
            return None;
        }
        key.clone_from(&hop.next);
        before = Some((encoded, hop));
    }
    let (head, hop) = before?;
    let proof = checked(std::hint::black_box(proof), &key, curve)?;
    let bound =
        bytes(&proof, 3)? == Sha256::digest(head).as_slice() && bytes(&proof, 4)? == Sha256::digest(ACTION).as_slice();
    let fresh = number(&proof, 1)?.abs_diff(NOW.0 as i64) < 60 && text(&proof, 2)? == AUDIENCE;
    (bound && fresh && hop.action == ACTION && hop.resource == RESOURCE && days <= hop.days).then_some(())
}

/// A COSE_Sign1's payload, its signature checked.
fn checked(encoded: &[u8], key: &[u8], curve: Curve) -> Option<Value> {
    let message = CoseSign1::from_tagged_slice(encoded).ok()?;
    if message.protected.header.alg != Some(coset::Algorithm::Assigned(iana::Algorithm::ES256)) {
        return None;
    }
    let valid = message.verify_signature(b"", |signature, data| match curve {
        Curve::P256 => {
            let key = VerifyingKey::from_sec1_bytes(key).map_err(drop)?;
            key.verify(data, &Signature::from_slice(signature).map_err(drop)?).map_err(drop)
        }
        Curve::AwsLc => {
            let algorithm = &aws_lc_rs::signature::ECDSA_P256_SHA256_FIXED;
            aws_lc_rs::signature::UnparsedPublicKey::new(algorithm, key).verify(data, signature).map_err(drop)
        }
    });
    valid.ok()?;
    ciborium::from_reader(message.payload.as_deref()?).ok()
}

struct Hop {
    iat: u64,
    exp: u64,
    parent: Option<Vec<u8>>,
    action: String,
    resource: String,
    days: i64,
    next: Vec<u8>,
}

impl Hop {
    fn read(claims: &Value) -> Option<Self> {
        Some(Self {
            iat: number(claims, 6)?.try_into().ok()?,
            exp: number(claims, 4)?.try_into().ok()?,
            parent: claim(claims, 7).and_then(Value::as_bytes).cloned(),
            action: text(claims, 8)?.to_owned(),
            resource: text(claims, 9)?.to_owned(),
            days: number(claims, 10)?,
            next: bytes(claims, 11)?.to_vec(),
        })
    }
}

/// `depth` messages and the key that the first verifies under.
pub fn made(depth: u8) -> (Vec<Vec<u8>>, Vec<u8>) {
    let mut chain = Vec::new();
    for hop in 0..depth {
        let next = continued(&chain, hop);
        chain.push(next);
    }
    (chain, point(0))
}

/// The message of one more hop.
pub fn continued(chain: &[Vec<u8>], hop: u8) -> Vec<u8> {
    let mut claims = vec![
        (1, Value::from(name(hop))),
        (4, (NOW.0 + 3600).into()),
        (6, (NOW.0 - 60).into()),
        (8, ACTION.into()),
        (9, RESOURCE.into()),
        (10, most_days(hop).into()),
        (11, Value::Bytes(point(hop + 1))),
    ];
    if let Some(parent) = chain.last() {
        claims.push((7, Value::Bytes(Sha256::digest(parent).to_vec())));
    }
    signed(claims, hop)
}

pub fn proof(chain: &[Vec<u8>], depth: u8) -> Vec<u8> {
    let head = Sha256::digest(chain.last().expect("a head")).to_vec();
    let request = Sha256::digest(ACTION).to_vec();
    let claims = vec![
        (1, Value::from(NOW.0)),
        (2, AUDIENCE.into()),
        (3, Value::Bytes(head)),
        (4, Value::Bytes(request)),
        (5, Value::Bytes(vec![1; 16])),
    ];
    signed(claims, depth)
}

fn signed(claims: Vec<(i64, Value)>, hop: u8) -> Vec<u8> {
    let claims = Value::Map(claims.into_iter().map(|(label, value)| (label.into(), value)).collect());
    let mut payload = Vec::new();
    ciborium::into_writer(&claims, &mut payload).expect("CBOR");
    let header = HeaderBuilder::new().algorithm(iana::Algorithm::ES256).build();
    let sign = |data: &[u8]| {
        let signature: Signature = secret(hop).sign(data);
        signature.to_bytes().to_vec()
    };
    let message = CoseSign1Builder::new().protected(header).payload(payload).create_signature(b"", sign).build();
    message.to_tagged_vec().expect("bytes")
}

fn secret(hop: u8) -> &'static SigningKey {
    static KEYS: LazyLock<Vec<SigningKey>> = LazyLock::new(|| {
        let key = |hop| SigningKey::from_slice(&seed(&format!("cose {hop}"))).expect("a scalar");
        (0..=17).map(key).collect()
    });
    &KEYS[usize::from(hop)]
}

fn point(hop: u8) -> Vec<u8> {
    secret(hop).verifying_key().to_sec1_point(false).as_bytes().to_vec()
}

fn claim(claims: &Value, label: i64) -> Option<&Value> {
    let entries = claims.as_map()?;
    entries.iter().find(|(key, _)| *key == Value::from(label)).map(|(_, value)| value)
}

fn number(claims: &Value, label: i64) -> Option<i64> {
    claim(claims, label)?.as_integer()?.try_into().ok()
}

fn text(claims: &Value, label: i64) -> Option<&str> {
    claim(claims, label)?.as_text()
}

fn bytes(claims: &Value, label: i64) -> Option<&[u8]> {
    claim(claims, label)?.as_bytes().map(Vec::as_slice)
}
