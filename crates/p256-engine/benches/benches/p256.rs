//! Every case and every peer under criterion: `cargo bench [-- FILTER]`. Times are per call, throughput is signatures.

use criterion::{Criterion, Throughput};
use throughline_p256_benches::{cases, peers};

fn main() {
    let mut criterion = Criterion::default().configure_from_args();
    for (group, cases) in [("peers", peers::all()), ("throughline-p256", cases::all())] {
        let mut group = criterion.benchmark_group(group);
        for mut case in cases {
            group.throughput(Throughput::Elements(case.signatures as u64));
            group.bench_function(case.name, |bencher| bencher.iter(&mut case.run));
        }
        group.finish();
    }
    criterion.final_summary();
}
