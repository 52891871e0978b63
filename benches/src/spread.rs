//! How latencies are spread: a histogram of fixed size, each bucket a sixteenth of its octave.

use std::time::Duration;

const PARTS: u32 = 16;

#[derive(Clone)]
pub struct Spread {
    buckets: Vec<u64>,
    count: u64,
    most: u64,
}

impl Spread {
    pub fn new() -> Self {
        Self { buckets: vec![0; 64 * PARTS as usize], count: 0, most: 0 }
    }

    pub fn note(&mut self, took: Duration) {
        let nanoseconds = u64::try_from(took.as_nanos()).unwrap_or(u64::MAX).max(1);
        self.buckets[bucket(nanoseconds)] += 1;
        self.count += 1;
        self.most = self.most.max(nanoseconds);
    }

    pub fn count(&self) -> u64 {
        self.count
    }

    /// Microseconds within which this part of all were done.
    pub fn within(&self, part: f64) -> f64 {
        let wanted = (self.count as f64 * part).ceil() as u64;
        let mut seen = 0;
        let at = self.buckets.iter().position(|count| {
            seen += count;
            seen >= wanted
        });
        at.map_or(f64::NAN, |at| upper(at) / 1000.0)
    }

    pub fn most(&self) -> f64 {
        self.most as f64 / 1000.0
    }
}

impl Default for Spread {
    fn default() -> Self {
        Self::new()
    }
}

fn bucket(nanoseconds: u64) -> usize {
    let octave = nanoseconds.ilog2();
    let part = if octave < 4 { 0 } else { (nanoseconds >> (octave - 4)) & 15 };
    (octave * PARTS) as usize + part as usize
}

/// The upper end of a bucket, nanoseconds.
fn upper(bucket: usize) -> f64 {
    let (octave, part) = (bucket / PARTS as usize, bucket % PARTS as usize);
    2f64.powi(octave as i32) * (1.0 + (part + 1) as f64 / f64::from(PARTS))
}
