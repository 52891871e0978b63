//! A long run with flat memory: two threads on one service, good and bad requests, the real replay memory, bundles swapped.
//! `cargo run --release --bin soak [-- SECONDS]`; fails if memory grows once the replay memory is as full as it gets,
//! or if a request allocates.

use std::process::ExitCode;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use throughline_benches::counting;
use throughline_benches::refusals;
use throughline_benches::service::{Bundle, Renumbered, Requests, Service};

fn main() -> ExitCode {
    let seconds: u64 = std::env::args().nth(1).and_then(|seconds| seconds.parse().ok()).unwrap_or(20);
    let service = Service::new();
    let requests = Requests::new();
    let bad = refusals::bad();
    let (over, done, allocations) = (AtomicBool::new(false), AtomicU64::new(0), AtomicU64::new(0));
    let work = |thread: u8| {
        let memory = Renumbered::new(&service, thread, 0);
        let before = counting::asked();
        for turn in 0.. {
            if over.load(Ordering::Relaxed) {
                break;
            }
            let bundle = service.bundle();
            requests.admit_known(&bundle, &memory);
            memory.advance();
            requests.admit_cold(&bundle, &memory);
            memory.advance();
            let one: &refusals::Bad = &bad[turn % bad.len()];
            requests.refuse(&bundle, &one.token, &one.proof);
            done.fetch_add(3, Ordering::Relaxed);
        }
        // Whoever drops the last reference to an old bundle frees it, and asks for nothing.
        allocations.fetch_add(counting::asked() - before, Ordering::Relaxed);
    };
    println!(
        "## Soak\n\nTwo threads for {seconds} s: admitted and refused requests in turn, the bundle swapped every second.\n"
    );
    println!("| s | requests | resident, KiB |\n| --- | --- | --- |");
    let (mut settled, mut most) = (0, 0);
    thread::scope(|scope| {
        let work = &work;
        (0..2).for_each(|thread| drop(scope.spawn(move || work(thread))));
        let (begin, mut shown) = (Instant::now(), 0);
        for second in 1..=seconds {
            thread::sleep(Duration::from_secs(second).saturating_sub(begin.elapsed()));
            service.swap(Arc::new(Bundle::new()));
            let resident = resident();
            if second * 10 <= seconds.max(10) || !service.is_settled() {
                settled = settled.max(resident);
            } else {
                most = most.max(resident);
            }
            if second * 20 / seconds > shown {
                shown = second * 20 / seconds;
                println!("| {second} | {} | {resident} |", done.load(Ordering::Relaxed));
            }
        }
        over.store(true, Ordering::Relaxed);
    });
    let grown = most.saturating_sub(settled);
    let asked = allocations.load(Ordering::Relaxed);
    let flat = settled > 0 && most > 0 && grown <= GROWTH && asked == 0;
    println!(
        "\nGrown by {grown} KiB since the replay memory settled (at most {GROWTH}); {asked} allocations by requests: {}.",
        if flat { "flat" } else { "**NOT FLAT**" }
    );
    ExitCode::from(u8::from(!flat))
}

/// KiB of memory that the process has.
fn resident() -> u64 {
    let pages = std::fs::read_to_string("/proc/self/statm").unwrap_or_default();
    pages.split(' ').nth(1).and_then(|pages| pages.parse::<u64>().ok()).unwrap_or(0) * 4
}

/// What may still come then: the allocator's own arenas, as swaps fall on one thread or the other. KiB.
const GROWTH: u64 = 1024;
