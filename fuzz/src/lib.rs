//! Fuzz targets: each a function of bytes that panics when something does not hold. README.md says what.
//!
//! libFuzzer calls them through `fuzz_targets/`, the binary `replay` calls them with what stands in folders, on a stable compiler.

use std::sync::atomic::{AtomicBool, Ordering};

pub mod admit;
pub mod bundle;
pub mod cache;
pub mod cli_input;
pub mod contract;
pub mod corpus;
pub mod credential;
pub mod cursor;
pub mod field;
pub mod grant_order;
pub mod json;
pub mod list;
pub mod p256;
pub mod proof;
pub mod roundtrip;
pub mod token;

pub(crate) mod choices;
#[path = "../../tests/common/mod.rs"]
pub(crate) mod common;
mod document;
pub(crate) mod draw;
pub(crate) mod edit;
pub(crate) mod grant;
mod link;
mod reference;
mod signed;
mod values;
mod vectors;

pub use crate::vectors::Vectors;

/// One target.
#[derive(Clone, Copy)]
pub struct Target {
    pub name: &'static str,
    /// The longest input that is worth the time.
    pub max_len: usize,
    /// Judges one input; panics if something does not hold.
    pub run: fn(&[u8]),
    /// Inputs to begin with, made from the conformance vectors.
    pub seeds: fn(&Vectors) -> Vec<Vec<u8>>,
}

/// All of them, in the order of their names.
pub const TARGETS: &[Target] = &[
    admit::TARGET,
    bundle::TARGET,
    cache::TARGET,
    cli_input::TARGET,
    contract::TARGET,
    credential::TARGET,
    cursor::TARGET,
    field::TARGET,
    grant_order::TARGET,
    json::TARGET,
    list::TARGET,
    p256::TARGET,
    proof::TARGET,
    roundtrip::TARGET,
    token::TARGET,
];

/// Whether each target is to treat the library's answers as if the library had a bug.
///
/// The control of the harness: `replay --control` sets it, and then every target must fail on one of its seeds. Every differential
/// oracle asks it once, where it takes the library's answer.
pub fn planted() -> bool {
    PLANTED.load(Ordering::Relaxed)
}

/// Sets [`planted`] for the process.
pub fn plant(planted: bool) {
    PLANTED.store(planted, Ordering::Relaxed);
}

static PLANTED: AtomicBool = AtomicBool::new(false);
