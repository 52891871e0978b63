//! What is looked for: the secrets, and everything that is as good as they are.

use hmac::{Hmac, KeyInit as _, Mac as _};
use sha2::Sha256;
use sha2::block_api::compress256;

use throughline::issue::Signer as _;
use throughline::{AgreementKey, PublicKey};

use crate::common::cbor::{bytes, encode, int};
use crate::common::forge::{Message, content, split};
use crate::common::{AUDIENCE, key};
use ciborium::Value;

/// Bytes that must not stay.
#[derive(Clone)]
pub(crate) struct Needle {
    pub(crate) name: &'static str,
    pub(crate) bytes: Vec<u8>,
}

/// A number as its bytes, and as its words in memory.
fn number(names: [&'static str; 2], big_endian: &[u8]) -> Vec<Needle> {
    let [name, words] = names;
    let reversed = big_endian.iter().rev().copied().collect();
    vec![Needle { name, bytes: big_endian.to_vec() }, Needle { name: words, bytes: reversed }]
}

pub(crate) fn scalar(secret: &[u8; 32]) -> Vec<Needle> {
    number(["scalar", "scalar's words"], secret)
}

pub(crate) fn shared(secret: &[u8; 32], peer: &PublicKey) -> ([u8; 32], Vec<Needle>) {
    let secret = p256::SecretKey::from_slice(secret).unwrap();
    let peer = p256::PublicKey::from_sec1_bytes(&peer.to_sec1()).unwrap();
    let shared = p256::ecdh::diffie_hellman(secret.to_nonzero_scalar(), peer.as_affine());
    let x: [u8; 32] = (*shared.raw_secret_bytes()).into();
    (x, number(["shared secret", "shared secret's words"], &x))
}

/// Everything from the shared secret to the two halves of a HMAC (token.md §8.2; RFC 5869; RFC 2104).
pub(crate) fn session(
    token: &[u8],
    proof: &[u8],
    secret: &[u8; 32],
    ours: &AgreementKey,
    theirs: &AgreementKey,
) -> Vec<Needle> {
    let (x, mut needles) = shared(secret, theirs.public().key());
    let mut extract = Hmac::<Sha256>::new_from_slice(&[0; 32]).unwrap();
    extract.update(&x);
    let prk: [u8; 32] = extract.finalize().into_bytes().into();
    let (head, proof) = (Message::of(split(token).last().unwrap()), Message::of(proof));
    let digest = |digest: &throughline::Digest| bytes(digest.as_bytes());
    let info = encode(&Value::Array(vec![
        int(5),
        Value::Array(vec![digest(&head.kid()), digest(&head.digest()), Value::Null]),
        Value::Array(vec![bytes(AUDIENCE.as_bytes()), Value::Null, digest(ours.public().thumbprint())]),
        Value::Array(vec![int(256), bytes(content(&proof.protected)), digest(theirs.public().thumbprint())]),
    ]));
    let mut derived = [0; 32];
    hkdf::Hkdf::<Sha256>::from_prk(&prk).unwrap().expand(&info, &mut derived).unwrap();
    needles.extend([
        Needle { name: "pseudorandom key", bytes: prk.into() },
        Needle { name: "MAC key", bytes: derived.into() },
    ]);
    needles.extend(halves(["PRK's inner block", "PRK's inner half", "PRK's outer block", "PRK's outer half"], &prk));
    needles.extend(halves(["inner block", "inner half", "outer block", "outer half"], &derived));
    needles
}

/// The padded keys, and the hash after each, as words: with these anybody makes MACs.
fn halves(names: [&'static str; 4], key: &[u8; 32]) -> Vec<Needle> {
    let pads = [(names[0], names[1], 0x36), (names[2], names[3], 0x5c)];
    pads.into_iter()
        .flat_map(|(block_name, name, pad)| {
            let mut block = [pad; 64];
            block.iter_mut().zip(key).for_each(|(byte, key)| *byte ^= key);
            let mut words = INITIAL;
            compress256(&mut words, &[block]);
            let half = words.iter().flat_map(|word| word.to_ne_bytes()).collect();
            [Needle { name: block_name, bytes: block[..32].to_vec() }, Needle { name, bytes: half }]
        })
        .collect()
}

/// FIPS 180-4 §5.3.3.
const INITIAL: [u32; 8] =
    [0x6a09_e667, 0xbb67_ae85, 0x3c6e_f372, 0xa54f_f53a, 0x510e_527f, 0x9b05_688c, 0x1f83_d9ab, 0x5be0_cd19];

/// The secret of a fixture's agreement key.
pub(crate) fn agreement_scalar(name: &str) -> [u8; 32] {
    *throughline::Digest::of(&[b"agreement key ", name.as_bytes()]).as_bytes()
}

/// The secret of a fixture's signing key.
pub(crate) fn signing_scalar(name: &str) -> [u8; 32] {
    let scalar = *throughline::Digest::of(&[b"test key ", name.as_bytes()]).as_bytes();
    assert_eq!(throughline::issue::SigningKey::from_bytes(&scalar).unwrap().key(), key(name).key());
    scalar
}
