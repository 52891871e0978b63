//! The fuzz target on generated inputs, so that it always compiles and passes.
#![cfg(feature = "alloc")]
#![allow(
    clippy::indexing_slicing,
    clippy::arithmetic_side_effects,
    clippy::as_conversions,
    clippy::unwrap_used,
    reason = "a test"
)]

mod common;
#[path = "common/fuzz.rs"]
mod fuzz;

use common::Random;

#[test]
fn fuzz_target_passes_on_generated_inputs() {
    let mut random = Random(30);
    for length in 0..60 {
        let data: Vec<u8> = (0..=length % 18).flat_map(|_| random.bytes::<130>()).collect();
        fuzz::differential(&data);
    }
    fuzz::differential(&[]);
    fuzz::differential(&[0; 1300]);
    fuzz::differential(&[0xff; 1300]);
}
