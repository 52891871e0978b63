//! Time as a value: whole seconds, given by the caller, never read from a clock.

use core::fmt;

/// Seconds since 1970-01-01T00:00:00Z, below 2⁶³ (token.md §2.3).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct UnixTime(pub u64);

impl UnixTime {
    /// `self + seconds`, at most 2⁶⁴ − 1.
    #[must_use]
    pub const fn plus(self, seconds: u64) -> Self {
        Self(self.0.saturating_add(seconds))
    }

    /// `self − seconds`, at least 0.
    #[must_use]
    pub const fn minus(self, seconds: u64) -> Self {
        Self(self.0.saturating_sub(seconds))
    }
}

impl fmt::Display for UnixTime {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// A half-open window `[start, end)`, never empty (token.md §2.3).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Window {
    pub(crate) issued: UnixTime,
    pub(crate) start: UnixTime,
    pub(crate) end: UnixTime,
}

impl Window {
    /// From `iat`, `nbf` and `exp`; `None` when `nbf` < `iat` or the window is empty.
    #[must_use]
    pub fn new(iat: UnixTime, nbf: Option<UnixTime>, exp: UnixTime) -> Option<Self> {
        let start = nbf.unwrap_or(iat);
        (iat <= start && start < exp).then_some(Self { issued: iat, start, end: exp })
    }

    /// `iat`.
    #[must_use]
    pub const fn issued(&self) -> UnixTime {
        self.issued
    }

    /// `nbf`, or `iat` without one.
    #[must_use]
    pub const fn start(&self) -> UnixTime {
        self.start
    }

    /// `exp`, the first second that is outside.
    #[must_use]
    pub const fn end(&self) -> UnixTime {
        self.end
    }

    /// Whether `self` lies within `outer`.
    #[must_use]
    pub fn is_inside(&self, outer: &Self) -> bool {
        outer.start <= self.start && self.end <= outer.end
    }

    /// Whether `time` lies within.
    #[must_use]
    pub fn contains(&self, time: UnixTime) -> bool {
        self.start <= time && time < self.end
    }
}
