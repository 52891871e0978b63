//! A sequence lock: readers take no lock, and see all of one write or nothing (Boehm, "Can seqlocks get along with programming
//! language memory models?", 2012, with the data in relaxed atomics).

use crate::sync::{AtomicU64, Ordering, fence};

/// Guards the words that lie beside it. It grows by 4 with each write; its bits below say that one is [`WRITTEN`] to now, and that
/// there [`HOLDS`] something.
pub(crate) struct Version(AtomicU64);

impl Version {
    /// Of words that hold nothing yet.
    pub(crate) fn empty() -> Self {
        Self(AtomicU64::new(0))
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.0.load(Ordering::Relaxed) & (HOLDS | WRITTEN) == 0
    }

    /// What `look` sees, if the words hold something and nobody wrote meanwhile.
    #[inline]
    pub(crate) fn read<T>(&self, look: impl FnOnce() -> T) -> Option<T> {
        let before = self.0.load(Ordering::Acquire);
        if before & (HOLDS | WRITTEN) != HOLDS {
            return None;
        }
        let seen = look();
        // No load of `look` moves behind the second look at the version.
        fence(Ordering::Acquire);
        (self.0.load(Ordering::Relaxed) == before).then_some(seen)
    }

    /// Has `put` write, unless somebody does already; afterwards the words hold something.
    #[inline]
    pub(crate) fn fill(&self, put: impl FnOnce()) {
        self.write(HOLDS, put);
    }

    /// Afterwards the words hold nothing, unless somebody is writing.
    pub(crate) fn clear(&self) {
        self.write(0, || ());
    }

    fn write(&self, holds: u64, put: impl FnOnce()) {
        let before = self.0.load(Ordering::Relaxed);
        let (writing, written) = (before | WRITTEN, (before & !(HOLDS | WRITTEN)).wrapping_add(4) | holds);
        if before & WRITTEN != 0
            || self.0.compare_exchange(before, writing, Ordering::Acquire, Ordering::Relaxed).is_err()
        {
            return;
        }
        // No store of `put` moves before the version is odd.
        fence(Ordering::Release);
        put();
        self.0.store(written, Ordering::Release);
    }
}

/// Bits of a version.
const WRITTEN: u64 = 1;
const HOLDS: u64 = 2;
