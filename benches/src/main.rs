//! Compares this library with its peers in one run: every case in turn, many short rounds, ratios first.
//!
//! `cargo run --release [-- [--rounds N] [FILTER]]`; pin it to one core (`taskset -c 1`) for steady figures. Exits with a failure if a
//! target is missed and there is no filter. The report goes to standard output; `./run` keeps it in `results/`.

use std::process::ExitCode;

use throughline_benches::case::Case;
use throughline_benches::{issuing, machine, measure, ours, peers, primitives, refusals, report};

fn main() -> ExitCode {
    let (filter, rounds) = arguments();
    let machine = machine::describe();
    let made: [fn() -> Vec<Case>; 5] = [primitives::all, ours::all, peers::all, issuing::all, refusals::all];
    let mut cases: Vec<Case> = made.into_iter().flat_map(|make| make()).collect();
    cases.retain(|case| case.id.series.contains(&filter));
    eprintln!("{} cases, {rounds} rounds", cases.len());
    let figures = measure::measure(&mut cases, rounds, |round| {
        if round % 10 == 9 {
            eprintln!("round {}", round + 1);
        }
    });
    let (report, missed) = report::report(&figures, rounds);
    println!("# Results\n\n```\n{machine}\n```\n\n{report}");
    eprintln!("{missed} target(s) missed");
    ExitCode::from(u8::from(missed > 0 && filter.is_empty()))
}

fn arguments() -> (String, usize) {
    let (mut filter, mut rounds) = (String::new(), 41);
    let mut arguments = std::env::args().skip(1);
    while let Some(argument) = arguments.next() {
        if argument == "--rounds" {
            rounds = arguments.next().and_then(|rounds| rounds.parse().ok()).unwrap_or(rounds);
        } else {
            filter = argument;
        }
    }
    (filter, rounds)
}
