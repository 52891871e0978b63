#![cfg_attr(feature = "alloc", doc = include_str!("../README.md"))]
#![cfg_attr(
    not(feature = "alloc"),
    doc = "Variable-time ECDSA P-256 verification: nothing secret may ever enter this crate."
)]
#![no_std]
#![cfg_attr(
    not(all(target_arch = "x86_64", feature = "alloc")),
    allow(dead_code, reason = "what only prepared keys and the IFMA engine use")
)]

#[cfg(feature = "alloc")]
extern crate alloc;
#[cfg(any(feature = "std", test))]
extern crate std;

mod batch;
mod digits;
mod engine;
mod field;
#[cfg_attr(not(all(target_arch = "x86_64", feature = "alloc")), path = "ifma/absent.rs")]
mod ifma;
mod inverse;
mod jacobian;
mod key;
mod ladder;
mod limbs;
mod point;
mod portable;
mod scalar;
mod signature;
mod sum;
mod table;
#[cfg(test)]
mod tests;

pub use batch::{Item, verify_batch, verify_batch_with};
pub use engine::Engine;
#[cfg(feature = "alloc")]
pub use key::PreparedKey;
pub use key::{Key, KeyError, VerifyingKey};
