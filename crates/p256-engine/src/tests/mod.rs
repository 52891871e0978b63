//! Tests of what is private: arithmetic against a big-integer crate, points and tables against `p256`, and signatures made so that
//! points of equal x meet inside a sum.
#![allow(clippy::arithmetic_side_effects, clippy::as_conversions, reason = "tests")]

mod arithmetic;
mod crafted;
#[cfg(all(target_arch = "x86_64", feature = "alloc"))]
mod lane_arithmetic;
#[cfg(all(target_arch = "x86_64", feature = "alloc"))]
mod lanes;
mod oracle;
mod points;
#[cfg(feature = "alloc")]
mod tables;
