//! Which implementation of the curve arithmetic runs.

use crate::ifma;

/// An implementation of the curve arithmetic. All give the same verdicts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Engine {
    /// Safe portable Rust on 64-bit limbs.
    Portable,
    /// AVX-512 IFMA: eight lanes of 52-bit limbs. Where the CPU or the build (x86-64 with the `alloc` feature) lacks it, the portable
    /// engine runs in its place.
    Ifma,
}

impl Engine {
    /// The fastest engine for this CPU.
    ///
    /// With the `std` feature the CPU is asked (once; the answer is cached), without it the target features of the build decide.
    #[must_use]
    pub fn detect() -> Self {
        if Self::Ifma.is_available() { Self::Ifma } else { Self::Portable }
    }

    /// Whether this engine can run here.
    #[must_use]
    pub fn is_available(self) -> bool {
        match self {
            Self::Portable => true,
            Self::Ifma => ifma::Available::detect().is_some(),
        }
    }
}
