//! Compares verification with its peers in one run: every case in turn, many rounds, medians, ratios to AWS-LC first.
//!
//! `cargo run --release [-- FILTER [ROUNDS]]`; pin it to one core for steady figures. Exits with a failure if a target is missed and
//! no filter is given.

use std::{process::ExitCode, time::Instant};

use throughline_p256_benches::cases::{self, Case};
use throughline_p256_benches::peers;

fn main() -> ExitCode {
    let mut arguments = std::env::args().skip(1);
    let filter = arguments.next().unwrap_or_default();
    let rounds = arguments.next().and_then(|rounds| rounds.parse().ok()).unwrap_or(31);
    let mut cases: Vec<Case> = peers::all()
        .into_iter()
        .chain(cases::all())
        .filter(|case| case.name.contains(&filter) || case.name == BASE)
        .collect();
    let medians = measure(&mut cases, rounds);
    let base = cases.iter().position(|case| case.name == BASE).map_or(f64::NAN, |at| medians[at]);
    println!("| case | x AWS-LC | target | us per signature |\n| --- | --- | --- | --- |");
    let mut missed = 0;
    for (case, median) in cases.iter().zip(&medians) {
        let ratio = median / base;
        let target = case
            .target
            .map_or(String::new(), |target| format!("<= {target:.3}{}", if ratio > target { " MISSED" } else { "" }));
        missed += usize::from(case.target.is_some_and(|target| ratio > target));
        println!("| {} | {ratio:.3} | {target} | {:.2} |", case.name, median / 1000.0);
    }
    ExitCode::from(u8::from(missed > 0 && filter.is_empty()))
}

/// The case that ratios are to.
const BASE: &str = "AWS-LC";

/// Median nanoseconds per signature of each case. Rounds go over all cases, so drift of the machine reaches all alike.
fn measure(cases: &mut [Case], rounds: usize) -> Vec<f64> {
    let mut samples = vec![Vec::with_capacity(rounds); cases.len()];
    for _ in 0..rounds {
        for (case, samples) in cases.iter_mut().zip(&mut samples) {
            let calls = (TARGET_NANOSECONDS / (case.guess * case.signatures as f64)).ceil().max(1.0) as usize;
            (case.run)();
            let start = Instant::now();
            for _ in 0..calls {
                (case.run)();
            }
            let each = start.elapsed().as_nanos() as f64 / (calls * case.signatures) as f64;
            case.guess = each;
            samples.push(each);
        }
    }
    samples
        .into_iter()
        .map(|mut samples| {
            samples.sort_by(f64::total_cmp);
            samples[samples.len() / 2]
        })
        .collect()
}

const TARGET_NANOSECONDS: f64 = 2e6;
