//! Eight field elements at once: radix 2^52, Montgomery form with R = 2^260, values below a few p.
//!
//! Every limb of an operand is in 0..2^52 (the multiplier reads only those bits). A product of values below a p and b p comes out below
//! (a b / 16 + 1) p, since p^2 / 2^260 < p / 16; so differences may grow to a few p without a reduction. Comments give bounds in p.
#![expect(
    clippy::indexing_slicing,
    clippy::needless_range_loop,
    reason = "five-limb arrays walked in step, constant bounds"
)]
#![expect(clippy::arithmetic_side_effects, reason = "multiples of constants below 2^56")]

use core::arch::x86_64::{
    __m512i, __mmask8, _mm512_add_epi64, _mm512_and_si512, _mm512_cmpeq_epi64_mask, _mm512_cmpge_epu64_mask,
    _mm512_cmplt_epi64_mask, _mm512_mask_blend_epi64, _mm512_mask_sub_epi64, _mm512_or_si512, _mm512_set1_epi64,
    _mm512_setzero_si512, _mm512_shrdi_epi64, _mm512_slli_epi64, _mm512_srai_epi64, _mm512_srli_epi64,
    _mm512_sub_epi64,
};

use super::columns::Columns;
use crate::{
    field::{FieldElement, P},
    limbs::Limbs,
};

/// Eight elements, limb by limb, least significant first.
#[derive(Clone, Copy, Debug)]
pub(super) struct Lanes(pub(super) [__m512i; 5]);

impl Lanes {
    /// The same constant in every lane.
    #[inline]
    #[target_feature(enable = "avx512f,avx512ifma,avx512vbmi2,bmi2")]
    pub(super) fn splat(constant: &[i64; 5]) -> Self {
        Self(constant.map(|limb| _mm512_set1_epi64(limb)))
    }

    #[inline]
    #[target_feature(enable = "avx512f,avx512ifma,avx512vbmi2,bmi2")]
    pub(super) fn mul(&self, other: &Self) -> Self {
        let mut columns = Columns::zero();
        columns.accumulate(self, other);
        columns.reduce()
    }

    #[inline]
    #[target_feature(enable = "avx512f,avx512ifma,avx512vbmi2,bmi2")]
    pub(super) fn square(&self) -> Self {
        let mut columns = Columns::zero();
        columns.accumulate_square(self);
        columns.reduce()
    }

    /// `a * b` and `c * d`, step by step together: either alone waits on its own chain of dependent multiplications.
    #[inline]
    #[target_feature(enable = "avx512f,avx512ifma,avx512vbmi2,bmi2")]
    pub(super) fn mul_pair(a: &Self, b: &Self, c: &Self, d: &Self) -> (Self, Self) {
        let (mut x, mut y) = (Columns::zero(), Columns::zero());
        for i in 0..5 {
            x.accumulate_row(i, a, b);
            y.accumulate_row(i, c, d);
        }
        Columns::reduce_pair(x, y)
    }

    /// `a * a` and `b * b`, likewise.
    #[inline]
    #[target_feature(enable = "avx512f,avx512ifma,avx512vbmi2,bmi2")]
    pub(super) fn square_pair(a: &Self, b: &Self) -> (Self, Self) {
        let (mut x, mut y) = (Columns::zero(), Columns::zero());
        x.accumulate_square(a);
        y.accumulate_square(b);
        Columns::reduce_pair(x, y)
    }

    /// `a * b + c * d` with one reduction.
    #[inline]
    #[target_feature(enable = "avx512f,avx512ifma,avx512vbmi2,bmi2")]
    pub(super) fn sum_of_products(a: &Self, b: &Self, c: &Self, d: &Self) -> Self {
        let mut columns = Columns::zero();
        columns.accumulate(a, b);
        columns.accumulate(c, d);
        columns.reduce()
    }

    /// `self - other + bias p`, for `other` up to `bias` p: below (self + bias) p.
    #[inline]
    #[target_feature(enable = "avx512f,avx512ifma,avx512vbmi2,bmi2")]
    pub(super) fn sub<const BIAS: i64>(&self, other: &Self) -> Self {
        carry(self.sub_limbs::<BIAS>(other))
    }

    /// `self - other + bias p`, limbs not yet carried.
    #[inline]
    #[target_feature(enable = "avx512f,avx512ifma,avx512vbmi2,bmi2")]
    pub(super) fn sub_limbs<const BIAS: i64>(&self, other: &Self) -> [__m512i; 5] {
        let mut t = self.0;
        for i in 0..5 {
            t[i] = _mm512_add_epi64(_mm512_sub_epi64(t[i], other.0[i]), _mm512_set1_epi64(BIAS * P52[i]));
        }
        t
    }

    /// `self - 8 other + 9 p`, for `other` up to 1.125 p and `self` below 7 p: reduced below 1.01 p.
    #[inline]
    #[target_feature(enable = "avx512f,avx512ifma,avx512vbmi2,bmi2")]
    pub(super) fn sub_eight_times(&self, other: &Self) -> Self {
        let mut t = self.0;
        for i in 0..5 {
            let eight = _mm512_slli_epi64::<3>(other.0[i]);
            t[i] = _mm512_add_epi64(_mm512_sub_epi64(t[i], eight), _mm512_set1_epi64(9 * P52[i]));
        }
        fold(t)
    }

    /// `4 self - other + 2 p`, for `other` up to 2 p: below (4 self + 2) p.
    #[inline]
    #[target_feature(enable = "avx512f,avx512ifma,avx512vbmi2,bmi2")]
    pub(super) fn four_times_sub(&self, other: &Self) -> Self {
        let mut t = self.0;
        for i in 0..5 {
            t[i] = _mm512_slli_epi64::<2>(t[i]);
        }
        Lanes(t).sub::<2>(other)
    }

    /// `3 (self + other)`.
    #[inline]
    #[target_feature(enable = "avx512f,avx512ifma,avx512vbmi2,bmi2")]
    pub(super) fn three_times_sum(&self, other: &Self) -> Self {
        let mut t = self.0;
        for i in 0..5 {
            let sum = _mm512_add_epi64(t[i], other.0[i]);
            t[i] = _mm512_add_epi64(sum, _mm512_add_epi64(sum, sum));
        }
        carry(t)
    }

    /// `2 self`.
    #[inline]
    #[target_feature(enable = "avx512f,avx512ifma,avx512vbmi2,bmi2")]
    pub(super) fn double(&self) -> Self {
        let mut t = self.0;
        for limb in &mut t {
            *limb = _mm512_add_epi64(*limb, *limb);
        }
        carry(t)
    }

    /// The four 64-bit words of each value's representative below p, for values below 16 p.
    #[inline]
    #[target_feature(enable = "avx512f,avx512ifma,avx512vbmi2,bmi2")]
    pub(super) fn to_words(self) -> [__m512i; 4] {
        let value = fold(self.0);
        let mut less_p = value.0;
        for i in 0..5 {
            less_p[i] = _mm512_sub_epi64(less_p[i], _mm512_set1_epi64(P52[i]));
        }
        let less_p = carry(less_p);
        let below_p = _mm512_cmplt_epi64_mask(less_p.0[4], _mm512_setzero_si512());
        let [l0, l1, l2, l3, l4] = less_p.blend(&value, below_p).0;
        [
            _mm512_or_si512(l0, _mm512_slli_epi64::<52>(l1)),
            _mm512_or_si512(_mm512_srli_epi64::<12>(l1), _mm512_slli_epi64::<40>(l2)),
            _mm512_or_si512(_mm512_srli_epi64::<24>(l2), _mm512_slli_epi64::<28>(l3)),
            _mm512_or_si512(_mm512_srli_epi64::<36>(l3), _mm512_slli_epi64::<16>(l4)),
        ]
    }

    /// Four 64-bit words to five limbs.
    #[inline]
    #[target_feature(enable = "avx512f,avx512ifma,avx512vbmi2,bmi2")]
    pub(super) fn from_words(w: [__m512i; 4]) -> Self {
        let mask = _mm512_set1_epi64(MASK);
        Self([
            _mm512_and_si512(w[0], mask),
            _mm512_and_si512(_mm512_shrdi_epi64::<52>(w[0], w[1]), mask),
            _mm512_and_si512(_mm512_shrdi_epi64::<40>(w[1], w[2]), mask),
            _mm512_and_si512(_mm512_shrdi_epi64::<28>(w[2], w[3]), mask),
            _mm512_srli_epi64::<16>(w[3]),
        ])
    }

    /// `self + other`, or `self - other + 2 p` in the lanes of `negative`, for `other` up to 2 p.
    #[inline]
    #[target_feature(enable = "avx512f,avx512ifma,avx512vbmi2,bmi2")]
    pub(super) fn add_signed(&self, other: &Self, negative: __mmask8) -> Self {
        let mut t = self.0;
        for i in 0..5 {
            let signed = _mm512_mask_sub_epi64(other.0[i], negative, _mm512_set1_epi64(2 * P52[i]), other.0[i]);
            t[i] = _mm512_add_epi64(t[i], signed);
        }
        carry(t)
    }

    /// `self * 2^BITS`, for results below 16 p; reduced below 1.01 p.
    #[inline]
    #[target_feature(enable = "avx512f,avx512ifma,avx512vbmi2,bmi2")]
    pub(super) fn shift<const BITS: u32>(&self) -> Self {
        let mut t = self.0;
        for limb in &mut t {
            *limb = _mm512_slli_epi64::<BITS>(*limb);
        }
        fold(t)
    }

    /// Lanes of `mask` from `other`.
    #[inline]
    #[target_feature(enable = "avx512f,avx512ifma,avx512vbmi2,bmi2")]
    pub(super) fn blend(&self, other: &Self, mask: __mmask8) -> Self {
        let mut t = self.0;
        for i in 0..5 {
            t[i] = _mm512_mask_blend_epi64(mask, t[i], other.0[i]);
        }
        Self(t)
    }

    /// The lanes that may be a multiple of p, for values above 0 and below 5 p: all that are, and others once in 2^50. The low limb of
    /// i p is 2^52 - i.
    #[inline]
    #[target_feature(enable = "avx512f,avx512ifma,avx512vbmi2,bmi2")]
    pub(super) fn maybe_zero(&self) -> __mmask8 {
        _mm512_cmpge_epu64_mask(self.0[0], _mm512_set1_epi64(MASK - 3))
    }

    /// The lanes in which `self` and `other`, up to 2 p, are equal modulo p. Exact: the folded difference is below 2 p.
    #[inline]
    #[target_feature(enable = "avx512f,avx512ifma,avx512vbmi2,bmi2")]
    pub(super) fn equal(&self, other: &Self) -> __mmask8 {
        let difference = fold(self.sub_limbs::<2>(other));
        let (mut zero, mut p) = (0xff, 0xff);
        for i in 0..5 {
            zero &= _mm512_cmpeq_epi64_mask(difference.0[i], _mm512_setzero_si512());
            p &= _mm512_cmpeq_epi64_mask(difference.0[i], _mm512_set1_epi64(P52[i]));
        }
        zero | p
    }
}

/// Limbs of any sign with a value in 0..2^260, brought below 2^256 + 2^229, which is below 1.01 p:
/// 2^256 = 2^224 - 2^192 - 2^96 + 1 modulo p.
#[inline]
#[target_feature(enable = "avx512f,avx512ifma,avx512vbmi2,bmi2")]
pub(super) fn fold(t: [__m512i; 5]) -> Lanes {
    let high = _mm512_srai_epi64::<48>(t[4]);
    carry([
        _mm512_add_epi64(t[0], high),
        _mm512_sub_epi64(t[1], _mm512_slli_epi64::<44>(high)),
        t[2],
        _mm512_sub_epi64(t[3], _mm512_slli_epi64::<36>(high)),
        _mm512_add_epi64(_mm512_and_si512(t[4], _mm512_set1_epi64((1 << 48) - 1)), _mm512_slli_epi64::<16>(high)),
    ])
}

/// An element's Montgomery form (R = 2^256) as five limbs.
pub(super) const fn split(a: &Limbs) -> [i64; 5] {
    [
        signed(a[0]) & MASK,
        signed(a[0] >> 52 | a[1] << 12) & MASK,
        signed(a[1] >> 40 | a[2] << 24) & MASK,
        signed(a[2] >> 28 | a[3] << 36) & MASK,
        signed(a[3] >> 16),
    ]
}

/// `2^exponent mod p` as five limbs, for exponents from 256.
pub(super) const fn power_of_two(exponent: u32) -> [i64; 5] {
    split(power(exponent).montgomery())
}

/// `-2^exponent mod p` as five limbs, for exponents from 256.
pub(super) const fn negative_power_of_two(exponent: u32) -> [i64; 5] {
    split(power(exponent).neg().montgomery())
}

const fn power(exponent: u32) -> FieldElement {
    let mut power = FieldElement::ONE;
    let mut doublings = exponent - 256;
    while doublings > 0 {
        power = power.double();
        doublings -= 1;
    }
    power
}

/// Carries limbs of any sign; the value must be in 0..2^260.
#[inline]
#[target_feature(enable = "avx512f,avx512ifma,avx512vbmi2,bmi2")]
pub(super) fn carry(t: [__m512i; 5]) -> Lanes {
    let mask = _mm512_set1_epi64(MASK);
    let [t0, t1, t2, t3, t4] = t;
    let t1 = _mm512_add_epi64(t1, _mm512_srai_epi64::<52>(t0));
    let t2 = _mm512_add_epi64(t2, _mm512_srai_epi64::<52>(t1));
    let t3 = _mm512_add_epi64(t3, _mm512_srai_epi64::<52>(t2));
    let t4 = _mm512_add_epi64(t4, _mm512_srai_epi64::<52>(t3));
    Lanes([
        _mm512_and_si512(t0, mask),
        _mm512_and_si512(t1, mask),
        _mm512_and_si512(t2, mask),
        _mm512_and_si512(t3, mask),
        t4,
    ])
}

/// The 52 bits of a limb.
pub(super) const MASK: i64 = (1 << 52) - 1;
const P52: [i64; 5] = split(&P);

#[expect(clippy::as_conversions, reason = "same bits; From is not const")]
const fn signed(limb: u64) -> i64 {
    limb as i64
}
