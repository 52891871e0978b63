//! `spec/threats.md`, played out: every attack it names, end to end, against a service that remembers nothing and one whose
//! caches are full. Each test says which entry it plays (`/// §5: prefix truncation`); `coverage` holds the two together.
//!
//! The honest keep their keys in [`honest`]: what leaves it is bytes. The [`adversary`] has bytes, its own keys, its own valid
//! credentials, and no more, unless a test says that it stole a key.
#![cfg(all(feature = "issue", feature = "std", feature = "engine"))]
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
#[path = "../common/documents.rs"]
mod documents;
#[path = "../common/seals.rs"]
mod seals;

mod adversary;
mod honest;
mod scene;

mod attestation;
mod authority;
mod caches;
mod chain;
mod collusion;
mod compromise;
mod continuing;
mod coverage;
mod deputy;
mod encodings;
mod hand_overs;
mod identity;
mod items;
mod keys;
mod oracle;
mod privacy;
mod replay;
mod revoked;
mod summary;
mod theft;
mod time;
mod work;
