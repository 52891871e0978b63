//! Counts in buckets, without a lock.

use std::sync::atomic::{AtomicU64, Ordering};

/// How often values fell into each bucket.
#[derive(Debug)]
pub struct Histogram {
    bounds: &'static [u64],
    /// One more than bounds: what is above the last.
    counts: Box<[AtomicU64]>,
    sum: AtomicU64,
}

/// A histogram at one moment.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Buckets {
    /// Upper bound, included, and how many values are in this bucket and not in one before; `u64::MAX` is the last bound.
    pub buckets: Vec<(u64, u64)>,
    /// Sum of all values.
    pub sum: u64,
    /// How many values there were.
    pub count: u64,
}

impl Histogram {
    pub(crate) fn new(bounds: &'static [u64]) -> Self {
        let counts = (0..=bounds.len()).map(|_| AtomicU64::new(0)).collect();
        Self { bounds, counts, sum: AtomicU64::new(0) }
    }

    pub(crate) fn observe(&self, value: u64) {
        let at = self.bounds.partition_point(|bound| *bound < value);
        if let Some(count) = self.counts.get(at) {
            count.fetch_add(1, Ordering::Relaxed);
        }
        self.sum.fetch_add(value, Ordering::Relaxed);
    }

    /// As it is now. A value that is being counted may be in the sum and not yet in a bucket, or the other way round.
    #[must_use]
    pub fn buckets(&self) -> Buckets {
        let bounds = self.bounds.iter().copied().chain([u64::MAX]);
        let counts = self.counts.iter().map(|count| count.load(Ordering::Relaxed));
        let buckets: Vec<(u64, u64)> = bounds.zip(counts).collect();
        let count = buckets.iter().fold(0_u64, |sum, (_, count)| sum.saturating_add(*count));
        Buckets { buckets, sum: self.sum.load(Ordering::Relaxed), count }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_fall_into_the_first_bucket_that_holds_them() {
        let histogram = Histogram::new(&[1, 10]);
        for value in [0, 1, 2, 10, 11, 1_000] {
            histogram.observe(value);
        }
        let Buckets { buckets, sum, count } = histogram.buckets();
        assert_eq!((buckets, sum, count), (vec![(1, 2), (10, 2), (u64::MAX, 2)], 1_024, 6));
    }
}
