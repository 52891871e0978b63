//! Key bytes that are over are gone: another process's memory is searched for them, before and after.
//!
//! A process does one thing with secrets and waits at named places; this one, which knows them, reads all that the other can write.
#![cfg(all(feature = "issue", feature = "std", target_os = "linux"))]
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::arithmetic_side_effects,
    reason = "a test may fail"
)]

#[path = "../common/mod.rs"]
mod common;
mod needles;
mod printed;
mod scan;
mod subject;
mod wiped;
