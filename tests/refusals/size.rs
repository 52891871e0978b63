//! Stage 1: size.

use throughline::{ErrorKind, Part};

use crate::common::setting::{Setting, request};
use crate::common::{chain, proof, trust};

#[test]
fn empty_token_rejected() {
    let setting = Setting::new(trust());
    setting.accepts(&chain(1));
    setting.refuses(b"", ErrorKind::TokenEmpty, Part::Token);
}

#[test]
fn token_longer_than_the_limit_rejected() {
    let mut setting = Setting::new(trust());
    let token = chain(3);
    let len = u32::try_from(token.len()).unwrap();
    setting.limits.token_bytes = len;
    setting.accepts(&token);
    setting.limits.token_bytes = len - 1;
    let kind = ErrorKind::TokenTooLarge { len: len.into(), max: u64::from(len) - 1 };
    setting.refuses(&token, kind, Part::Token);
}

#[test]
fn token_longer_than_the_format_allows_rejected_whatever_the_limit() {
    let mut setting = Setting::new(trust());
    setting.limits.token_bytes = u32::MAX;
    setting.refuses(&[0; 16_385], ErrorKind::TokenTooLarge { len: 16_385, max: 16_384 }, Part::Token);
    // One byte less is decoded.
    setting.refuses_at(&[0; 16_384], ErrorKind::WrongTag, Part::Item(0), 0);
}

#[test]
fn admission_without_proof_rejected() {
    let setting = Setting::new(trust());
    let token = chain(2);
    setting.admits(&token, &proof(&token, "worker 1", 1), &request());
    setting.declines(&token, b"", &request(), ErrorKind::ProofMissing, Part::Proof);
}

#[test]
fn proof_longer_than_the_limit_rejected() {
    let mut setting = Setting::new(trust());
    let token = chain(2);
    let proof = proof(&token, "worker 1", 1);
    let len = u32::try_from(proof.len()).unwrap();
    setting.limits.proof_bytes = len;
    setting.admits(&token, &proof, &request());
    setting.limits.proof_bytes = len - 1;
    let kind = ErrorKind::ProofTooLarge { len: len.into(), max: u64::from(len) - 1 };
    setting.declines(&token, &proof, &request(), kind, Part::Proof);
    setting.limits.proof_bytes = u32::MAX;
    setting.declines(&token, &[0; 1_025], &request(), ErrorKind::ProofTooLarge { len: 1_025, max: 1_024 }, Part::Proof);
}

#[test]
fn sizes_are_judged_before_a_byte_is_decoded() {
    let setting = Setting::new(trust());
    setting.declines(b"\xff", b"", &request(), ErrorKind::ProofMissing, Part::Proof);
    setting.declines(b"", b"\xff", &request(), ErrorKind::TokenEmpty, Part::Token);
    setting.declines(b"\xff", b"\xff", &request(), ErrorKind::IndefiniteLength, Part::Item(0));
}
