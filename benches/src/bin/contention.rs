//! One verifier shared by all threads: requests per second on one core and on two, swaps of the trust bundle, and honest requests
//! among garbage. `cargo run --release --bin contention [-- SECONDS]`, not pinned.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use throughline::ReplayMemory;
use throughline_benches::refusals::{self, Bad};
use throughline_benches::report::number;
use throughline_benches::service::{Bundle, Renumbered, Requests, Service};
use throughline_benches::spread::Spread;
use throughline_benches::world::FRESH;

fn main() {
    let seconds = std::env::args().nth(1).and_then(|seconds| seconds.parse().ok()).unwrap_or(1.0);
    let time = Duration::from_secs_f64(seconds);
    let (service, requests) = (Service::new(), Requests::new());
    println!("## Contention\n\n{seconds} s a figure, three turns, the best of each.\n");
    throughput(&service, &requests, time);
    swaps(&service, &requests, time);
    garbage(&service, &requests, time);
}

type Path = fn(&Requests, &Bundle, &dyn ReplayMemory);

const PATHS: [(&str, Path, bool); 4] = [
    (
        "3 hops, everything known, MAC proof, no replay memory",
        |requests, bundle, memory| requests.admit_known(bundle, memory),
        false,
    ),
    ("3 hops, everything known, MAC proof", |requests, bundle, memory| requests.admit_known(bundle, memory), true),
    (
        "8 hops, prepared keys, signed proof, no replay memory",
        |requests, bundle, memory| requests.admit_cold(bundle, memory),
        false,
    ),
    ("8 hops, prepared keys, signed proof", |requests, bundle, memory| requests.admit_cold(bundle, memory), true),
];

fn throughput(service: &Service, requests: &Requests, time: Duration) {
    println!("| path | requests/s, one thread | two threads | times |\n| --- | --- | --- | --- |");
    // Numbers go on from turn to turn, for the memory remembers.
    let mut first = 0;
    for (name, path, remembered) in PATHS {
        let mut best = [0f64; 2];
        for _ in 0..3 {
            for (threads, best) in [1, 2].into_iter().zip(&mut best) {
                let (rate, last) = rate(service, requests, time, (path, remembered), threads, first);
                *best = best.max(rate);
                first = last;
            }
        }
        println!("| {name} | {} | {} | {} |", number(best[0]), number(best[1]), number(best[1] / best[0]));
    }
    println!();
}

/// Requests per second of all threads, and the next number for the memory.
fn rate(
    service: &Service,
    requests: &Requests,
    time: Duration,
    (path, remembered): (Path, bool),
    threads: u8,
    first: u64,
) -> (f64, u64) {
    let begin = Instant::now();
    let work = |thread| {
        let memory = Renumbered::new(service, thread, first);
        let mut last = first;
        while begin.elapsed() < time {
            for _ in 0..16 {
                let bundle = service.bundle();
                path(requests, &bundle, if remembered { &memory } else { &FRESH });
                last = memory.advance();
            }
        }
        last
    };
    let last: Vec<u64> = thread::scope(|scope| {
        let running: Vec<_> = (0..threads).map(|thread| scope.spawn(move || work(thread))).collect();
        running.into_iter().map(|running| running.join().expect("no panic")).collect()
    });
    let done: u64 = last.iter().map(|last| last + 1 - first).sum();
    (done as f64 / begin.elapsed().as_secs_f64(), last.into_iter().max().unwrap_or(first) + 1)
}

fn swaps(service: &Service, requests: &Requests, time: Duration) {
    println!(
        "Swapping the trust bundle, with its prepared keys, 50 times a second under load; latency of one thread in microseconds:\n"
    );
    head();
    let spare = [Arc::new(Bundle::new()), Arc::new(Bundle::new())];
    let path = |spread: &mut Spread| timed(spread, || requests.admit_known(&service.bundle(), &FRESH));
    let quiet = || beside(time, path, |_| thread::sleep(Duration::from_millis(20)));
    let swapping = || {
        beside(time, path, |nth| {
            service.swap(spare[nth % 2].clone());
            thread::sleep(Duration::from_millis(20));
        })
    };
    row("without swaps", &best(quiet));
    row("with swaps", &best(swapping));
    println!();
}

fn garbage(service: &Service, requests: &Requests, time: Duration) {
    println!(
        "Honest requests (3 hops, everything known) on one thread, garbage as fast as it can on the other; microseconds:\n"
    );
    head();
    let path = |spread: &mut Spread| timed(spread, || requests.admit_known(&service.bundle(), &FRESH));
    row("alone", &best(|| beside(time, path, |_| thread::sleep(Duration::from_millis(20)))));
    for Bad { name, token, proof, .. } in refusals::bad() {
        let worst = || beside(time, path, |_| requests.refuse(&service.bundle(), &token, &proof));
        row(name, &best(worst));
    }
    println!("\nThe same on one thread, nine pieces of garbage before each honest request, which alone is timed:\n");
    head();
    for Bad { name, token, proof, .. } in refusals::bad() {
        let mixed = |spread: &mut Spread| {
            (0..9).for_each(|_| requests.refuse(&service.bundle(), &token, &proof));
            timed(spread, || requests.admit_known(&service.bundle(), &FRESH));
        };
        row(name, &best(|| beside(time / 2, mixed, |_| thread::sleep(Duration::from_millis(20)))));
    }
}

/// Does `work` until the time is over, while another thread does `other` again and again.
fn beside(time: Duration, work: impl Fn(&mut Spread), other: impl Fn(usize) + Sync) -> Spread {
    let over = AtomicBool::new(false);
    let mut spread = Spread::new();
    thread::scope(|scope| {
        scope.spawn(|| (0..).take_while(|_| !over.load(Ordering::Relaxed)).for_each(&other));
        let begin = Instant::now();
        while begin.elapsed() < time {
            work(&mut spread);
        }
        over.store(true, Ordering::Relaxed);
    });
    spread
}

fn timed(spread: &mut Spread, work: impl FnOnce()) {
    let start = Instant::now();
    work();
    spread.note(start.elapsed());
}

/// Of three turns the one with the least tail: the others are the machine's.
fn best(turn: impl Fn() -> Spread) -> Spread {
    let turns = [turn(), turn(), turn()];
    let least = turns.into_iter().min_by(|one, other| one.within(0.99).total_cmp(&other.within(0.99)));
    least.unwrap_or_default()
}

fn head() {
    println!("| | requests | half within | 99 % | 99.9 % | the longest |\n| --- | --- | --- | --- | --- | --- |");
}

fn row(name: &str, spread: &Spread) {
    let within = [0.5, 0.99, 0.999].map(|part| number(spread.within(part))).join(" | ");
    println!("| {name} | {} | {within} | {} |", spread.count(), number(spread.most()));
}
