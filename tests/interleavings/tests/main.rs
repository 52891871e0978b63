//! What threads share, run by a model checker in many orders: the library's own code, with the checker's locks and atomics in `crate::sync`.
#![allow(clippy::unwrap_used, reason = "a test may fail")]

#[path = "../../common/mod.rs"]
mod common;
#[path = "../../../src/seqlock.rs"]
mod seqlock;
#[path = "../../../src/sync.rs"]
#[allow(unused_imports, reason = "the sequence lock takes a part")]
mod sync;

mod explore;
mod lists;
mod prepared;
mod replay;
mod sequence;
mod sessions;
mod signatures;
