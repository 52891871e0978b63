//! Every engine, key kind and batch of `throughline-p256` against `p256` and AWS-LC.

use aws_lc_rs::digest::{Digest, SHA256};
use aws_lc_rs::signature::{ECDSA_P256_SHA256_FIXED, ParsedPublicKey};
use p256::ecdsa::Signature;

use self::engines::{Case, differential};
use crate::{Target, Vectors, planted};

#[path = "../../crates/p256-engine/tests/common/fuzz.rs"]
mod engines;

/// This target.
pub const TARGET: Target = Target { name: "p256", max_len: 2210, run, seeds };

/// Reads up to 17 cases of 130 bytes.
pub fn run(data: &[u8]) {
    for case in differential(data) {
        assert_eq!(aws_lc(&case) != planted(), case.expected, "AWS-LC");
    }
}

/// Honest signatures, and each way to alter one, under keys of any size and small ones.
fn seeds(_: &Vectors) -> Vec<Vec<u8>> {
    let bytes = |n: u8| (0..5).flat_map(move |block| throughline::Digest::of(&[&[n, block]]).0);
    let case = |control: u8| {
        let mut case: Vec<u8> = bytes(control).take(130).collect();
        (case[64], case[65]) = (control, control / 3);
        case
    };
    (0..32).map(case).chain([(0..17).flat_map(|n| case(n * 15)).collect()]).collect()
}

/// AWS-LC's verdict, with low s required, which it does not ask for.
fn aws_lc(case: &Case) -> bool {
    let public = [[4].as_slice(), &case.key.to_coordinates()].concat();
    let key = ParsedPublicKey::new(&ECDSA_P256_SHA256_FIXED, public).expect("a point of the curve");
    let digest = Digest::import_less_safe(&case.prehash, &SHA256).expect("32 bytes");
    let low = Signature::from_slice(&case.signature).is_ok_and(|signature| signature.normalize_s() == signature);
    key.verify_digest_sig(&digest, &case.signature).is_ok() && low
}
