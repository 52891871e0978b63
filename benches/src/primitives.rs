//! What ratios are to: the least that any verifier of such tokens must do.

use std::hint::black_box;

use hmac::{Hmac, KeyInit as _, Mac as _};
use p256::ecdsa::signature::hazmat::PrehashSigner as _;
use p256::ecdsa::{Signature, SigningKey};
use sha2::{Digest as _, Sha256};
use throughline_p256::{Engine, Item, Key, PreparedKey, VerifyingKey, verify_batch_with};

use crate::case::{Case, Kind};
use crate::job::{DEPTHS, seed};
use crate::world::{Carry, Fixture};

/// SHA-256 of the token by reference, with the RustCrypto crate that the library uses.
pub const TOKEN_HASH: &str = "SHA-256 of the token, by reference";
/// SHA-256 of the token with its credentials.
pub const TOKEN_HASH_INLINE: &str = "SHA-256 of the token, inline";
/// One HMAC under a prepared key, over as many bytes as the MAC proof has.
pub const HMAC: &str = "HMAC of a MAC proof, key prepared";
/// One signature under a prepared key.
pub const CHECK_IFMA: &str = "one signature, prepared key, IFMA";
pub const CHECK_PORTABLE: &str = "one signature, prepared key, portable";
/// One signature under a key seen for the first time.
pub const CHECK_UNKNOWN_PORTABLE: &str = "one signature, unknown key, portable";
/// One signature under a parsed key, with the fastest library there is for a key seen once.
/// Eight signatures of eight unknown keys, together.
pub const EIGHT_UNKNOWN: &str = "eight signatures, unknown keys, IFMA";
pub const CHECK_AWS_LC: &str = "one signature, AWS-LC";

pub fn all() -> Vec<Case> {
    let mut cases = Vec::new();
    for (carry, series) in [(Carry::ByReference, TOKEN_HASH), (Carry::Inline, TOKEN_HASH_INLINE)] {
        for depth in DEPTHS {
            let token = Fixture::new(depth, carry).token;
            cases.push(Case::new(series, depth, Kind::Primitive, token.len(), move || {
                black_box(Sha256::digest(black_box(&token)));
            }));
        }
    }
    let proof = Fixture::new(3, Carry::ByReference).mac;
    let prepared = Hmac::<Sha256>::new_from_slice(&[7; 32]).expect("any length");
    cases.push(Case::new(HMAC, 0, Kind::Primitive, proof.len(), move || {
        let mut mac = prepared.clone();
        mac.update(black_box(&proof));
        black_box(mac.finalize());
    }));
    cases.extend(checks());
    cases.push(eight_unknown());
    cases
}

fn eight_unknown() -> Case {
    let made = |nth: u8| {
        let secret = SigningKey::from_slice(&seed(&format!("unknown {nth}"))).expect("a scalar");
        let prehash: [u8; 32] = Sha256::digest([nth]).into();
        let signature: Signature = secret.sign_prehash(&prehash).expect("signs");
        let point = secret.verifying_key().to_sec1_point(false);
        let key = VerifyingKey::from_sec1(point.as_bytes()).expect("a key");
        (key, prehash, <[u8; 64]>::from(signature.normalize_s().to_bytes()))
    };
    let all: [_; 8] = std::array::from_fn(|nth| made(nth as u8));
    Case::new(EIGHT_UNKNOWN, 0, Kind::Primitive, 8 * 64, move || {
        let item = |(key, prehash, signature)| Item { key: Key::Plain(key), prehash, signature };
        let items = all.each_ref().map(|(key, prehash, signature)| item((key, prehash, signature)));
        assert!(verify_batch_with(Engine::Ifma, black_box(&items), &mut [false; 8]));
    })
}

fn checks() -> Vec<Case> {
    let secret = SigningKey::from_slice(&seed("primitive")).expect("a scalar");
    let prehash: [u8; 32] = Sha256::digest(b"message").into();
    let signature: Signature = secret.sign_prehash(&prehash).expect("signs");
    let signature: [u8; 64] = signature.normalize_s().to_bytes().into();
    let point = secret.verifying_key().to_sec1_point(false).as_bytes().to_vec();
    let plain = VerifyingKey::from_sec1(&point).expect("a key");
    let prepared: &PreparedKey = Box::leak(Box::new(PreparedKey::new(&plain)));
    let mut cases = Vec::new();
    for (series, engine) in [(CHECK_IFMA, Engine::Ifma), (CHECK_PORTABLE, Engine::Portable)] {
        if engine.is_available() {
            cases.push(Case::new(series, 0, Kind::Primitive, 64, move || {
                assert!(prepared.verify_with(engine, black_box(&prehash), &signature));
            }));
        }
    }
    cases.push(Case::new(CHECK_UNKNOWN_PORTABLE, 0, Kind::Primitive, 64, move || {
        assert!(plain.verify_with(Engine::Portable, black_box(&prehash), &signature));
    }));
    let parsed = aws_lc_rs::signature::ParsedPublicKey::new(&aws_lc_rs::signature::ECDSA_P256_SHA256_FIXED, point);
    let parsed = parsed.expect("a key");
    let digest = aws_lc_rs::digest::Digest::import_less_safe(&prehash, &aws_lc_rs::digest::SHA256).expect("a digest");
    cases.push(Case::new(CHECK_AWS_LC, 0, Kind::Primitive, 64, move || {
        parsed.verify_digest_sig(black_box(&digest), &signature).expect("valid");
    }));
    cases
}
