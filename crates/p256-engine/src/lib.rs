#![doc = include_str!("../README.md")]
#![no_std]

#[cfg(feature = "alloc")]
extern crate alloc;
#[cfg(any(feature = "std", test))]
extern crate std;

mod batch;
mod digits;
mod engine;
mod field;
#[cfg(all(target_arch = "x86_64", feature = "alloc"))]
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
