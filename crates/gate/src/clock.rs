//! The time of a decision: the only clock there is, and a trait, so that a test can hold it still.

use std::time::{SystemTime, UNIX_EPOCH};

use throughline::UnixTime;

/// Says which time it is.
pub trait Clock: Send + Sync {
    /// Now.
    fn now(&self) -> UnixTime;
}

/// This machine's clock. Before 1970 it says 0, at which no token holds.
#[derive(Clone, Copy, Debug, Default)]
pub struct SystemClock;

impl Clock for SystemClock {
    fn now(&self) -> UnixTime {
        UnixTime(SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |since| since.as_secs()))
    }
}

/// A clock that stands still.
impl Clock for UnixTime {
    fn now(&self) -> UnixTime {
        *self
    }
}

/// A clock of one's own.
impl<F: Fn() -> UnixTime + Send + Sync> Clock for F {
    fn now(&self) -> UnixTime {
        self()
    }
}
