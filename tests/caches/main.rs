//! What is remembered changes how long a verdict takes, and never which: signatures found valid, where claims stand, keys of MAC proofs.
#![cfg(all(feature = "issue", feature = "std"))]
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
#[path = "../common/seals.rs"]
mod seals;

mod changes;
mod differential;
mod door;
mod facts;
mod garbage;
mod pool;
mod sessions;
mod sessions_ended;
mod signatures;
mod threads;
