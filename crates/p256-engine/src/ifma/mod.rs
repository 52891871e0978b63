//! The AVX-512 IFMA engine: eight lanes, each a field element of five 52-bit limbs.
//!
//! A lane whose addition meets equal or opposite points is only detected, never computed: its signature goes to the portable engine.

mod field;
mod jacobian;
mod lanes;
mod point;
mod prepared;
mod unknown;
mod verify;

pub(crate) use lanes::Available;

#[cfg(test)]
pub(crate) fn picks(t: &crate::table::KeyTable, e: &crate::signature::Equation) -> usize { let p = core::hint::black_box(prepared::Picks::new(t, e)); core::mem::size_of_val(&p) }
