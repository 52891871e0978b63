//! The only module with `unsafe`: the way in, and the moves between memory and vectors.
//!
//! # Safety argument
//!
//! 1. *Target features.* Functions marked `#[target_feature]` are safe to call from functions with the same features and unsafe from
//!    anywhere else, since the CPU may lack the instructions. The only calls from outside are in the methods of [`Available`]. A value
//!    of it exists only if [`Available::detect`] found every feature that the called functions enable (`tests/structure.rs` compares
//!    the two lists), and CPU features do not go away while a program runs.
//! 2. *Memory.* [`load`] reads and [`store`] writes 64 bytes through a reference to an [`Affine`], which is 64 bytes large, aligned to
//!    64 and without padding (`repr(C)`, eight `u64`; the assertion below). So the reference proves that all of them are live,
//!    initialized and, for [`store`], ours alone, and that the address has the alignment that both instructions need. Any bytes are a
//!    valid `__m512i` and a valid [`Affine`].
//! 3. *Prefetch.* A hint: it neither reads nor writes anything that the program could observe, and faults on no address.
//!
//! Nothing else in the crate is unsafe: all other intrinsics work on values and are safe functions.
#![expect(
    unsafe_code,
    reason = "calls into target features after detection, a load, a store and a prefetch; argued above"
)]

use core::arch::x86_64::{__m512i, _MM_HINT_T0, _mm_prefetch, _mm512_load_si512, _mm512_store_si512};

#[cfg(test)]
use super::probe;
use super::verify;
use crate::{batch::CHUNK, batch::Item, point::Affine};

/// Proof that this CPU has the features the engine needs.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Available(());

impl Available {
    /// Asks the CPU with `std`, the build's target features without.
    #[inline]
    pub(crate) fn detect() -> Option<Self> {
        #[cfg(feature = "std")]
        let found = std::arch::is_x86_feature_detected!("avx512f")
            && std::arch::is_x86_feature_detected!("avx512ifma")
            && std::arch::is_x86_feature_detected!("avx512vbmi2")
            && std::arch::is_x86_feature_detected!("bmi2");
        #[cfg(not(feature = "std"))]
        let found = cfg!(all(
            target_feature = "avx512f",
            target_feature = "avx512ifma",
            target_feature = "avx512vbmi2",
            target_feature = "bmi2"
        ));
        found.then_some(Self(()))
    }

    /// [`verify::verify`].
    #[inline]
    pub(crate) fn verify(self, items: &[Item<'_>]) -> [Option<bool>; CHUNK] {
        // SAFETY: `self` proves the features (argument 1).
        unsafe { verify::verify(items) }
    }

    /// [`probe::operations`].
    #[cfg(test)]
    pub(crate) fn operations(self, pairs: &[&Affine; 8]) -> [[Affine; 8]; 8] {
        // SAFETY: `self` proves the features (argument 1).
        unsafe { probe::operations(pairs) }
    }

    /// [`probe::comparisons`].
    #[cfg(test)]
    pub(crate) fn comparisons(self, pairs: &[&Affine; 8]) -> (u8, u8) {
        // SAFETY: `self` proves the features (argument 1).
        unsafe { probe::comparisons(pairs) }
    }
}

/// The 64 bytes of a point: four words of x, four of y.
#[inline]
#[target_feature(enable = "avx512f,avx512ifma,avx512vbmi2,bmi2")]
pub(super) fn load(point: &Affine) -> __m512i {
    // SAFETY: 64 readable, initialized, aligned bytes (argument 2).
    unsafe { _mm512_load_si512(core::ptr::from_ref(point).cast()) }
}

/// Asks for the cache line of a point.
#[inline]
pub(super) fn prefetch(point: &Affine) {
    // SAFETY: only a hint (argument 3).
    unsafe { _mm_prefetch::<_MM_HINT_T0>(core::ptr::from_ref(point).cast()) };
}

/// The reverse of [`load`].
#[inline]
#[target_feature(enable = "avx512f,avx512ifma,avx512vbmi2,bmi2")]
pub(super) fn store(row: __m512i) -> Affine {
    let mut point = Affine::BLANK;
    // SAFETY: 64 writable, aligned bytes, and any bytes are a valid `Affine` (argument 2).
    unsafe { _mm512_store_si512(core::ptr::from_mut(&mut point).cast(), row) };
    point
}

const _: () = assert!(size_of::<Affine>() == 64 && align_of::<Affine>() == 64);
