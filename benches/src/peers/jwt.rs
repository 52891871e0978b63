//! A chain of ES256 JWTs, each naming its parent by hash and the next hop's key, with jsonwebtoken on AWS-LC: what a team builds
//! that has a JWT library. And a proof JWT by the last key.

use std::sync::LazyLock;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD as BASE64;
use jsonwebtoken::{Algorithm, DecodingKey, EncodingKey, Header, Validation, decode, encode};
use p256::elliptic_curve::sec1::ToSec1Point as _;
use p256::pkcs8::EncodePrivateKey as _;
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};

use crate::case::{Case, Kind};
use crate::job::{ACTION, AUDIENCE, DAYS, DEPTHS, RESOURCE, most_days, name, seed};
use crate::world::NOW;

pub const CHAINED: &str = "jsonwebtoken ES256 on AWS-LC, chained, with proof";

/// A hop.
#[derive(Serialize, Deserialize)]
pub struct Hop {
    iss: String,
    iat: u64,
    exp: u64,
    action: String,
    resource: String,
    days: i64,
    /// SHA-256 of the JWT before.
    #[serde(skip_serializing_if = "Option::is_none")]
    parent: Option<String>,
    next: Key,
}

#[derive(Clone, Serialize, Deserialize)]
struct Key {
    x: String,
    y: String,
}

#[derive(Serialize, Deserialize)]
struct Proof {
    aud: String,
    iat: u64,
    jti: String,
    head: String,
    request: String,
}

pub fn all() -> Vec<Case> {
    let cases = DEPTHS.map(|depth| {
        let (chain, root) = made(depth);
        let proof = proof(&chain, depth);
        let wire = chain.len() + 1 + proof.len();
        Case::new(CHAINED, depth, Kind::PublicKeyPeer, wire, move || assert!(decide(&chain, &proof, &root, DAYS)))
    });
    cases.into()
}

/// Parses, checks every signature, link, window and narrowing, the proof, and the request.
pub fn decide(chain: &str, proof: &str, root: &DecodingKey, days: i64) -> bool {
    let mut key = root.clone();
    let mut before: Option<(&str, Hop)> = None;
    for token in std::hint::black_box(chain).split('~') {
        let Ok(hop) = decode::<Hop>(token, &key, &validation(None)).map(|data| data.claims) else { return false };
        if hop.iat > NOW.0 || hop.exp <= NOW.0 {
            return false;
        }
        if let Some((parent, last)) = &before {
            let follows = hop.parent.as_deref() == Some(digest(parent).as_str());
            let narrows = hop.action == last.action && hop.resource == last.resource && hop.days <= last.days;
            if !follows || !narrows || hop.exp > last.exp {
                return false;
            }
        }
        let Ok(next) = DecodingKey::from_ec_components(&hop.next.x, &hop.next.y) else { return false };
        key = next;
        before = Some((token, hop));
    }
    let Some((head, hop)) = before else { return false };
    let Ok(proof) = decode::<Proof>(proof, &key, &validation(Some(AUDIENCE))).map(|data| data.claims) else {
        return false;
    };
    let fresh = proof.iat.abs_diff(NOW.0) < 60;
    let bound = proof.head == digest(head) && proof.request == digest(ACTION);
    fresh && bound && hop.action == ACTION && hop.resource == RESOURCE && days <= hop.days
}

/// `depth` JWTs joined by `~`, and the key that the first verifies under.
pub fn made(depth: u8) -> (String, DecodingKey) {
    let chain = (0..depth).fold(String::new(), |chain, hop| continued(&chain, hop));
    let key = key(0);
    (chain, DecodingKey::from_ec_components(&key.x, &key.y).expect("a key"))
}

/// One more hop, text to text.
pub fn continued(chain: &str, hop: u8) -> String {
    let parent = (hop > 0).then(|| digest(chain.rsplit('~').next().expect("a parent")));
    let claims = Hop {
        iss: name(hop),
        iat: NOW.0 - 60,
        exp: NOW.0 + 3600,
        action: ACTION.into(),
        resource: RESOURCE.into(),
        days: most_days(hop),
        parent,
        next: key(hop + 1),
    };
    let token = encode(&Header::new(Algorithm::ES256), &claims, signer(hop)).expect("a JWT");
    if hop > 0 { format!("{chain}~{token}") } else { token }
}

pub fn proof(chain: &str, depth: u8) -> String {
    let head = digest(chain.rsplit('~').next().expect("a head"));
    let claims =
        Proof { aud: AUDIENCE.into(), iat: NOW.0, jti: "AQEBAQEBAQEBAQEBAQEBAQ".into(), head, request: digest(ACTION) };
    encode(&Header::new(Algorithm::ES256), &claims, signer(depth)).expect("a JWT")
}

fn validation(audience: Option<&str>) -> Validation {
    let mut validation = Validation::new(Algorithm::ES256);
    // Its clock is the machine's; the loop checks times against the time it is given.
    validation.validate_exp = false;
    validation.required_spec_claims.clear();
    match audience {
        Some(audience) => validation.set_audience(&[audience]),
        None => validation.validate_aud = false,
    }
    validation
}

fn digest(text: &str) -> String {
    BASE64.encode(Sha256::digest(text))
}

fn signer(hop: u8) -> &'static EncodingKey {
    &keys(hop).0
}

fn key(hop: u8) -> Key {
    keys(hop).1.clone()
}

fn keys(hop: u8) -> &'static (EncodingKey, Key) {
    static KEYS: LazyLock<Vec<(EncodingKey, Key)>> = LazyLock::new(|| (0..=17).map(made_key).collect());
    &KEYS[usize::from(hop)]
}

fn made_key(hop: u8) -> (EncodingKey, Key) {
    let secret = p256::SecretKey::from_slice(&seed(&format!("jwt {hop}"))).expect("a scalar");
    let point = secret.public_key().to_sec1_point(false);
    let [x, y] = [point.x(), point.y()].map(|part| BASE64.encode(part.expect("an affine point")));
    (EncodingKey::from_ec_der(secret.to_pkcs8_der().expect("DER").as_bytes()), Key { x, y })
}
