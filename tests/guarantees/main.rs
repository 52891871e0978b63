//! What the crate promises, each promise a test of its name. That nothing is allocated is checked beside
//! (`tests/allocation`), for a counting allocator is `unsafe` and this package has none.
#![cfg(feature = "issue")]
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a fixture that cannot be made fails the test"
)]
#![allow(clippy::indexing_slicing, clippy::arithmetic_side_effects, reason = "in a test they fail loudly")]
#![allow(clippy::wildcard_enum_match_arm, reason = "a fixture knows what it made")]

#[path = "../common/mod.rs"]
mod common;

mod damage;
mod history;
mod limits;
mod noise;
mod sizes;
mod work;
