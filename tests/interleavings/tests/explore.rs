//! One scenario in many orders: threads that share one thing, and what must be true when all are done.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use throughline::{PublicKey, SignatureCheck, SignatureVerifier};

/// What one thread does with what all share, and what it saw.
pub(crate) type Step<S, R> = fn(&S) -> R;

/// Makes the shared thing anew for each order, has each of `steps` run on a thread of its own, and shows `judge` what they saw.
pub(crate) fn explore<S, R, const THREADS: usize>(
    name: &'static str,
    make: impl Fn() -> S + Send + Sync + 'static,
    steps: [Step<S, R>; THREADS],
    judge: impl Fn(&S, Vec<R>) + Send + Sync + 'static,
) where
    S: Send + Sync + 'static,
    R: Send + 'static,
{
    let (orders, scenario) = (Arc::new(AtomicUsize::new(0)), Arc::new((make, judge)));
    let counted = Arc::clone(&orders);
    run(move || {
        counted.fetch_add(1, Ordering::Relaxed);
        let scenario = Arc::clone(&scenario);
        // A checker's first thread has a small stack.
        let whole = spawn(move || {
            let (make, judge) = &*scenario;
            let shared = Arc::new(make());
            let threads = steps.map(|step| {
                let shared = Arc::clone(&shared);
                spawn(move || step(&shared))
            });
            let seen = threads.into_iter().map(|thread| thread.join().unwrap()).collect();
            judge(&shared, seen);
        });
        whole.join().unwrap();
    });
    let orders = orders.load(Ordering::Relaxed);
    assert!(orders >= LEAST, "{name}: only {orders} orders, so nothing was explored");
    println!("{name}: {orders} orders");
}

/// Believes every signature: the artifacts are the fixtures', and curve arithmetic in each of thousands of orders shows nothing new.
pub(crate) struct Believing;

impl SignatureVerifier for Believing {
    fn is_on_curve(&self, _: &PublicKey) -> bool {
        true
    }

    fn verify(&self, _: &SignatureCheck<'_>) -> bool {
        true
    }
}

#[cfg(interleavings = "loom")]
mod checker {
    /// A scenario with fewer has no race in it.
    pub(super) const LEAST: usize = 2;

    /// Every order, without a bound on preemptions.
    pub(super) fn run(scenario: impl Fn() + Send + Sync + 'static) {
        let mut model = loom::model::Builder::new();
        model.max_branches = 100_000;
        model.check(scenario);
    }

    /// Words, not bytes, whatever loom's documentation says: 1 MiB, for a verifier holds its chain in place.
    const STACK: usize = 1 << 17;

    pub(super) fn spawn<R: Send + 'static>(work: impl FnOnce() -> R + Send + 'static) -> loom::thread::JoinHandle<R> {
        loom::thread::Builder::new().stack_size(STACK).spawn(work).unwrap()
    }
}

#[cfg(interleavings = "shuttle")]
mod checker {
    use shuttle::scheduler::{PctScheduler, RandomScheduler};

    /// Half of the orders at random, half with few preemptions at random places (PCT, depth 3: Burckhardt et al., ASPLOS 2010).
    pub(super) const LEAST: usize = 2;

    pub(super) fn run(scenario: impl Fn() + Send + Sync + 'static) {
        let orders = std::env::var("THROUGHLINE_ORDERS").map_or(1_000, |orders| orders.parse().unwrap());
        let scenario = std::sync::Arc::new(scenario);
        let mut config = shuttle::Config::new();
        config.stack_size = 1 << 20;
        config.silence_warnings = true;
        config.failure_persistence = shuttle::FailurePersistence::Print;
        let again = std::sync::Arc::clone(&scenario);
        shuttle::Runner::new(RandomScheduler::new_from_seed(SEED, orders), config.clone()).run(move || again());
        shuttle::Runner::new(PctScheduler::new_from_seed(SEED, 3, orders), config).run(move || scenario());
    }

    pub(super) fn spawn<R: Send + 'static>(
        work: impl FnOnce() -> R + Send + 'static,
    ) -> shuttle::thread::JoinHandle<R> {
        shuttle::thread::spawn(work)
    }

    /// The same orders in every run.
    const SEED: u64 = 0x6f72_6465_7273;
}

use checker::{LEAST, run, spawn};
