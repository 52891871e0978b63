//! The AVX-512 IFMA engine: eight lanes, each a field element of five 52-bit limbs.
//!
//! A lane whose addition meets equal or opposite points is only detected, never computed: its signature goes to the portable engine.

mod columns;
mod field;
mod jacobian;
mod lanes;
mod point;
mod prepared;
#[cfg(test)]
mod probe;
mod unknown;
mod verify;

pub(crate) use lanes::Available;
