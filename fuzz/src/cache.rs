//! Verifiers that remember against one that does not: same verdict and place, whatever happened before.
//!
//! An input is a handful of stories and a sequence of operations: verify and admit, at other times, under other bundles, lists and
//! limits, with damaged bytes and swapped signatures, while sessions are ended and swept and caches cleared. Caches of four places
//! and of many see the same operations. What `admit` tells stories with, tells them here too.

mod operation;
mod remembering;
#[cfg(test)]
mod tests;

use crate::cache::operation::{Operation, Stage};
use crate::cache::remembering::{Flaw, Remembering};
use crate::draw::Draw;
use crate::{Target, Vectors, planted};

/// This target.
pub const TARGET: Target = Target { name: "cache", max_len: 2048, run, seeds };

/// Carries out one sequence of operations.
pub fn run(data: &[u8]) {
    judge(data, planted().then_some(Flaw::KeepsVerdicts));
}

/// Panics where remembering changes a verdict. Says how many were judged, and how many of them accepted.
fn judge(data: &[u8], flaw: Option<Flaw>) -> (usize, usize) {
    let mut draw = Draw::new(data);
    let stage = Stage::draw(&mut draw);
    let remembering = Remembering::all(flaw);
    let (mut judged, mut accepted) = (0, 0);
    for _ in 0..=draw.below(24) {
        let operation = Operation::draw(&mut draw, &stage);
        for one in &remembering {
            let expected = operation.anew(&stage, one);
            assert_eq!(operation.with(&stage, one), expected, "{operation:?} with {one:?}");
            judged += usize::from(expected.is_some());
            accepted += usize::from(expected == Some(Ok(())));
        }
    }
    (judged, accepted)
}

fn seeds(_: &Vectors) -> Vec<Vec<u8>> {
    (0..48).map(|seed| crate::draw::noise(seed, 1_600)).collect()
}
