//! Products of eight pairs of field elements before and during their Montgomery reduction.
#![expect(
    clippy::indexing_slicing,
    clippy::needless_range_loop,
    reason = "five limbs and ten columns, constant bounds"
)]
#![expect(clippy::arithmetic_side_effects, reason = "loop counters below 10")]

use core::arch::x86_64::{
    __m512i, _mm512_add_epi64, _mm512_and_si512, _mm512_madd52hi_epu64, _mm512_madd52lo_epu64, _mm512_set1_epi64,
    _mm512_setzero_si512, _mm512_slli_epi64, _mm512_srli_epi64,
};

use super::field::{Lanes, MASK, carry};

/// Ten columns of a product.
pub(super) struct Columns([__m512i; 10]);

impl Columns {
    #[inline]
    #[target_feature(enable = "avx512f,avx512ifma,avx512vbmi2,bmi2")]
    pub(super) fn zero() -> Self {
        Self([_mm512_setzero_si512(); 10])
    }

    /// Adds a product: at most 10 * 2^52 a column, so several fit 64 bits.
    #[inline]
    #[target_feature(enable = "avx512f,avx512ifma,avx512vbmi2,bmi2")]
    pub(super) fn accumulate(&mut self, a: &Lanes, b: &Lanes) {
        for i in 0..5 {
            self.accumulate_row(i, a, b);
        }
    }

    #[inline]
    #[target_feature(enable = "avx512f,avx512ifma,avx512vbmi2,bmi2")]
    pub(super) fn accumulate_row(&mut self, i: usize, a: &Lanes, b: &Lanes) {
        let t = &mut self.0;
        for j in 0..5 {
            t[i + j] = _mm512_madd52lo_epu64(t[i + j], a.0[i], b.0[j]);
        }
        for j in 0..5 {
            t[i + j + 1] = _mm512_madd52hi_epu64(t[i + j + 1], a.0[i], b.0[j]);
        }
    }

    /// Sets a square: ten cross products with the doubled operand, five squares.
    #[inline]
    #[target_feature(enable = "avx512f,avx512ifma,avx512vbmi2,bmi2")]
    pub(super) fn accumulate_square(&mut self, a: &Lanes) {
        let t = &mut self.0;
        for i in 0..5 {
            for j in i + 1..5 {
                t[i + j] = _mm512_madd52lo_epu64(t[i + j], a.0[i], a.0[j]);
            }
            for j in i + 1..5 {
                t[i + j + 1] = _mm512_madd52hi_epu64(t[i + j + 1], a.0[i], a.0[j]);
            }
        }
        for k in 1..9 {
            t[k] = _mm512_add_epi64(t[k], t[k]);
        }
        for i in 0..5 {
            t[2 * i] = _mm512_madd52lo_epu64(t[2 * i], a.0[i], a.0[i]);
            t[2 * i + 1] = _mm512_madd52hi_epu64(t[2 * i + 1], a.0[i], a.0[i]);
        }
    }

    /// Montgomery reduction, a limb a step.
    #[inline]
    #[target_feature(enable = "avx512f,avx512ifma,avx512vbmi2,bmi2")]
    pub(super) fn reduce(mut self) -> Lanes {
        for i in 0..5 {
            self.clear(i);
        }
        self.high()
    }

    #[inline]
    #[target_feature(enable = "avx512f,avx512ifma,avx512vbmi2,bmi2")]
    pub(super) fn reduce_pair(mut x: Self, mut y: Self) -> (Lanes, Lanes) {
        for i in 0..5 {
            x.clear(i);
            y.clear(i);
        }
        (x.high(), y.high())
    }

    /// Clears column i by adding m p. p = -1 modulo 2^52, so the multiplier m is the low limb itself, and
    /// m p = m 2^96 + m 2^192 + m (2^256 - 2^224) - m. The part at 2^96 is shifted, not multiplied: the next step waits for it.
    #[inline]
    #[target_feature(enable = "avx512f,avx512ifma,avx512vbmi2,bmi2")]
    fn clear(&mut self, i: usize) {
        let t = &mut self.0;
        let mask = _mm512_set1_epi64(MASK);
        let at_96 = _mm512_set1_epi64(1 << 44);
        let at_192 = _mm512_set1_epi64(1 << 36);
        let at_208 = _mm512_set1_epi64((1 << 48) - (1 << 16));
        let m = _mm512_and_si512(t[i], mask);
        let low_96 = _mm512_and_si512(_mm512_slli_epi64::<44>(t[i]), mask);
        t[i + 1] = _mm512_add_epi64(_mm512_add_epi64(t[i + 1], _mm512_srli_epi64::<52>(t[i])), low_96);
        t[i + 2] = _mm512_madd52hi_epu64(t[i + 2], m, at_96);
        t[i + 3] = _mm512_madd52lo_epu64(t[i + 3], m, at_192);
        t[i + 4] = _mm512_madd52lo_epu64(_mm512_madd52hi_epu64(t[i + 4], m, at_192), m, at_208);
        t[i + 5] = _mm512_madd52hi_epu64(t[i + 5], m, at_208);
    }

    #[inline]
    #[target_feature(enable = "avx512f,avx512ifma,avx512vbmi2,bmi2")]
    fn high(self) -> Lanes {
        let [_, _, _, _, _, t5, t6, t7, t8, t9] = self.0;
        carry([t5, t6, t7, t8, t9])
    }
}
