//! Timing: every case in turn, many short rounds, so that whatever the machine does reaches all cases alike.

use std::time::Instant;

use crate::case::{Case, Figure};
use crate::counting;

/// How long a batch of one case in one round should take, nanoseconds.
const BATCH: f64 = 1e6;

/// Measures all cases in `rounds` rounds. `tell` hears of progress.
pub fn measure(cases: &mut [Case], rounds: usize, mut tell: impl FnMut(usize)) -> Vec<Figure> {
    let mut each: Vec<Vec<f64>> = cases.iter().map(|_| Vec::with_capacity(rounds)).collect();
    let mut guess: Vec<f64> = cases.iter_mut().map(|case| batch(case, 1)).collect();
    for round in 0..rounds {
        for ((case, guess), each) in cases.iter_mut().zip(&mut guess).zip(&mut each) {
            let runs = (BATCH / *guess).ceil().max(1.0) as usize;
            *guess = batch(case, runs);
            each.push(*guess);
        }
        tell(round);
    }
    cases.iter_mut().zip(each).map(|(case, each)| figure(case, each)).collect()
}

/// Nanoseconds per run of one batch, caches warmed by a run before it.
fn batch(case: &mut Case, runs: usize) -> f64 {
    let runs = match &mut case.refill {
        None => runs,
        Some(refill) => {
            (refill.make)();
            // One of them warms up.
            runs.min(refill.runs - 1)
        }
    };
    (case.run)();
    let start = Instant::now();
    for _ in 0..runs {
        (case.run)();
    }
    start.elapsed().as_nanos() as f64 / runs as f64
}

fn figure(case: &mut Case, mut each: Vec<f64>) -> Figure {
    each.sort_by(f64::total_cmp);
    if let Some(refill) = &mut case.refill {
        (refill.make)();
    }
    (case.run)();
    let allocations = counting::during(|| (case.run)());
    Figure {
        series: case.id.series.to_owned(),
        depth: case.id.depth,
        kind: case.kind,
        least: each.first().copied().unwrap_or(f64::NAN),
        median: each.get(each.len() / 2).copied().unwrap_or(f64::NAN),
        allocations,
        wire: case.wire,
    }
}
