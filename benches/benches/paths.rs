//! The paths from bytes to decision, this library's and the peers', under criterion: `cargo bench [-- FILTER]`.
//!
//! One case after the other, with confidence intervals and the difference to the run before: it answers "did my change help?".
//! Ratios between cases carry the machine's drift here; for those, `cargo run --release` interleaves.

use criterion::{BatchSize, BenchmarkId, Criterion, Throughput};
use throughline_benches::{case::Case, ours, peers};

fn main() {
    let mut criterion = Criterion::default().configure_from_args();
    for case in ours::all().into_iter().chain(peers::all()) {
        bench(&mut criterion, case);
    }
    criterion.final_summary();
}

fn bench(criterion: &mut Criterion, mut case: Case) {
    let mut group = criterion.benchmark_group(case.id.series);
    group.throughput(Throughput::Bytes(case.wire as u64));
    let id = BenchmarkId::from_parameter(case.id.depth);
    match case.refill {
        None => group.bench_function(id, |bencher| bencher.iter(&mut case.run)),
        // One refill per run: dear to set up, and exact.
        Some(mut refill) => group.bench_function(id, |bencher| {
            bencher.iter_batched(&mut *refill.make, |()| (case.run)(), BatchSize::PerIteration);
        }),
    };
    group.finish();
}
