//! What a gate counts: verdicts by reason and step, depth, latency, caches, records, swaps. Counting takes no lock.

mod histogram;
#[cfg(feature = "prometheus")]
mod prometheus;

use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use throughline::ErrorKind;

use crate::refusal::{Layer, Refusal};
use crate::requirement::UnmetKind;

pub use crate::metrics::histogram::{Buckets, Histogram};

/// Counters of one gate, from its beginning.
#[derive(Debug)]
pub struct Metrics {
    admitted: AtomicU64,
    passed: AtomicU64,
    /// One for each row of the three tables of names, one table after the other.
    refused: Box<[AtomicU64]>,
    depth: Histogram,
    latency: Histogram,
    signatures_known: AtomicU64,
    signatures_checked: AtomicU64,
    records_failed: AtomicU64,
    records_lost: AtomicU64,
    swaps: AtomicU64,
}

/// Refusals of one name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Refused {
    /// The number of the step, where it is one of `spec/verification.md`.
    pub step: Option<u16>,
    /// The stable name.
    pub name: &'static str,
    /// What the caller was told.
    pub reason: &'static str,
    /// How many.
    pub count: u64,
}

impl Metrics {
    pub(crate) fn new() -> Self {
        let names = ErrorKind::TABLE.len().saturating_add(UnmetKind::TABLE.len()).saturating_add(Layer::TABLE.len());
        Self {
            admitted: AtomicU64::new(0),
            passed: AtomicU64::new(0),
            refused: (0..names).map(|_| AtomicU64::new(0)).collect(),
            depth: Histogram::new(&DEPTHS),
            latency: Histogram::new(&MICROSECONDS),
            signatures_known: AtomicU64::new(0),
            signatures_checked: AtomicU64::new(0),
            records_failed: AtomicU64::new(0),
            records_lost: AtomicU64::new(0),
            swaps: AtomicU64::new(0),
        }
    }

    /// Calls that were admitted.
    #[must_use]
    pub fn admitted(&self) -> u64 {
        self.admitted.load(Ordering::Relaxed)
    }

    /// Calls that passed without a token, on routes that require none.
    #[must_use]
    pub fn passed(&self) -> u64 {
        self.passed.load(Ordering::Relaxed)
    }

    /// Refusals by name, those that there were.
    pub fn refused(&self) -> impl Iterator<Item = Refused> + '_ {
        let steps = ErrorKind::TABLE.iter().map(|(step, name, reason, _)| (Some(*step), *name, reason.name()));
        let unmet = UnmetKind::TABLE.iter().map(|(_, name, reason, _)| (None, *name, reason.name()));
        let layer = Layer::TABLE.iter().map(|(_, name, reason, _)| (None, *name, reason.name()));
        let counts = self.refused.iter().map(|count| count.load(Ordering::Relaxed));
        let all = steps.chain(unmet).chain(layer).zip(counts);
        all.filter(|(_, count)| *count > 0).map(|((step, name, reason), count)| Refused { step, name, reason, count })
    }

    /// Hops of admitted chains, the origin among them.
    #[must_use]
    pub const fn depth(&self) -> &Histogram {
        &self.depth
    }

    /// How long decisions took, in microseconds, records included.
    #[must_use]
    pub const fn latency(&self) -> &Histogram {
        &self.latency
    }

    /// Signatures that were remembered, and those that had to be checked.
    #[must_use]
    pub fn signatures(&self) -> (u64, u64) {
        (self.signatures_known.load(Ordering::Relaxed), self.signatures_checked.load(Ordering::Relaxed))
    }

    /// Times a sink did not take a record, and decisions that stand in no record.
    #[must_use]
    pub fn records(&self) -> (u64, u64) {
        (self.records_failed.load(Ordering::Relaxed), self.records_lost.load(Ordering::Relaxed))
    }

    /// How often trust or known credentials were exchanged.
    #[must_use]
    pub fn swaps(&self) -> u64 {
        self.swaps.load(Ordering::Relaxed)
    }

    pub(crate) fn count_admitted(&self, depth: usize) {
        self.admitted.fetch_add(1, Ordering::Relaxed);
        self.depth.observe(u64::try_from(depth).unwrap_or(u64::MAX));
    }

    pub(crate) fn count_passed(&self) {
        self.passed.fetch_add(1, Ordering::Relaxed);
    }

    pub(crate) fn count_refused(&self, refusal: &Refusal) {
        let (steps, unmet) = (ErrorKind::TABLE.len(), UnmetKind::TABLE.len());
        let row = match refusal {
            Refusal::Step(error) => ErrorKind::TABLE.binary_search_by_key(&error.kind.number(), |row| row.0).ok(),
            Refusal::Requirement(one) => {
                UnmetKind::TABLE.iter().position(|row| row.0 == one.kind).map(|at| at.saturating_add(steps))
            }
            Refusal::Layer(one) => {
                let at = Layer::TABLE.iter().position(|row| row.0 == *one);
                at.map(|at| at.saturating_add(steps).saturating_add(unmet))
            }
        };
        if let Some(count) = row.and_then(|row| self.refused.get(row)) {
            count.fetch_add(1, Ordering::Relaxed);
        }
    }

    pub(crate) fn count_signatures(&self, (known, checked): (u32, u32)) {
        self.signatures_known.fetch_add(known.into(), Ordering::Relaxed);
        self.signatures_checked.fetch_add(checked.into(), Ordering::Relaxed);
    }

    pub(crate) fn took(&self, time: Duration) {
        self.latency.observe(u64::try_from(time.as_micros()).unwrap_or(u64::MAX));
    }

    pub(crate) fn record_failed(&self) {
        self.records_failed.fetch_add(1, Ordering::Relaxed);
    }

    pub(crate) fn record_lost(&self) {
        self.records_lost.fetch_add(1, Ordering::Relaxed);
    }

    pub(crate) fn swapped(&self) {
        self.swaps.fetch_add(1, Ordering::Relaxed);
    }
}

/// One bucket per depth.
const DEPTHS: [u64; 16] = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16];

/// From a warm chain of two to a cold one of sixteen behind a slow sink.
const MICROSECONDS: [u64; 16] =
    [2, 5, 10, 20, 50, 100, 200, 500, 1_000, 2_000, 5_000, 10_000, 50_000, 100_000, 500_000, 1_000_000];

#[cfg(test)]
mod tests {
    use super::*;

    /// The row of a step is found by halving.
    #[test]
    fn steps_ascend() {
        assert!(ErrorKind::TABLE.is_sorted_by(|one, other| one.0 < other.0));
    }

    #[test]
    fn every_name_has_a_counter_of_its_own() {
        let metrics = Metrics::new();
        let unmet = |kind| crate::requirement::Unmet { kind, hop: None, text: String::new() };
        let requirements = UnmetKind::TABLE.iter().map(|row| Refusal::from(unmet(row.0)));
        let layers = Layer::TABLE.iter().map(|row| Refusal::from(row.0));
        let refusals: Vec<Refusal> = requirements.chain(layers).collect();
        for refusal in &refusals {
            metrics.count_refused(refusal);
        }
        let counted: Vec<_> = metrics.refused().map(|one| (one.name, one.reason, one.count)).collect();
        let expected: Vec<_> = refusals.iter().map(|one| (one.name(), one.reason().name(), 1)).collect();
        assert_eq!(counted, expected);
    }
}
