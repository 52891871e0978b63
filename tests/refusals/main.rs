//! Every step of `spec/verification.md` refuses what it says: each test starts from an accepted twin, changes one thing,
//! signs everything again, and expects exactly that step's error at that part of the input, and no signature checked
//! before stage 12.
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
#[path = "../common/seals.rs"]
mod seals;

mod authority;
mod carriage;
mod credentials;
mod decode_bounds;
mod decode_claims;
mod decode_counts;
mod decode_envelope;
mod decode_heads;
mod decode_identifiers;
mod decode_keys;
mod decode_seals;
mod demands;
mod handovers;
mod judge;
mod keys;
mod mac;
mod origin;
mod places;
mod proof;
mod replay;
mod request;
mod requirements;
mod revocation;
mod sequence;
mod signatures;
mod size;
mod successors;
mod vouching;
mod windows;
