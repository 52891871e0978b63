//! The base field of P-256: integers modulo p in Montgomery form, R = 2^256, always in canonical range.

use crate::{
    inverse::{self, Modulus},
    limbs::{self, Limbs, adc, bit, mask, widening},
};

/// An element of GF(p), p = 2^256 - 2^224 + 2^192 + 2^96 - 1 (SP 800-186, section 3.2.1.3), as `value * 2^256 mod p` below p.
///
/// Equal elements have equal limbs, so `==` and `is_zero` are plain comparisons.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(transparent)]
pub(crate) struct FieldElement(Limbs);

impl FieldElement {
    pub(crate) const ZERO: Self = Self([0; 4]);
    /// 2^256 mod p.
    pub(crate) const ONE: Self = Self([1, 0xffff_ffff_0000_0000, 0xffff_ffff_ffff_ffff, 0x0000_0000_ffff_fffe]);

    /// From an integer below p; `None` if it is not.
    #[inline]
    pub(crate) const fn from_canonical(integer: &Limbs) -> Option<Self> {
        if limbs::less(integer, &P) { Some(Self::from_reduced(integer)) } else { None }
    }

    /// From an integer below p.
    #[inline]
    pub(crate) const fn from_reduced(integer: &Limbs) -> Self {
        Self(*integer).mul(&Self(R2))
    }

    /// From the limbs of the Montgomery form itself, below p.
    #[inline(always)]
    pub(crate) const fn from_montgomery(limbs: Limbs) -> Self {
        Self(limbs)
    }

    /// The limbs of the Montgomery form.
    #[inline(always)]
    pub(crate) const fn montgomery(&self) -> &Limbs {
        &self.0
    }

    /// The integer below p that this element stands for.
    #[inline]
    pub(crate) const fn to_canonical(self) -> Limbs {
        let [a0, a1, a2, a3] = self.0;
        montgomery_reduce([a0, a1, a2, a3, 0, 0, 0, 0]).0
    }

    #[inline(always)]
    pub(crate) const fn is_zero(&self) -> bool {
        limbs::is_zero(&self.0)
    }

    #[inline(always)]
    pub(crate) const fn add(&self, other: &Self) -> Self {
        let (w, carry) = limbs::add(&self.0, &other.0);
        subtract_p_once(w, carry)
    }

    #[inline(always)]
    pub(crate) const fn double(&self) -> Self {
        self.add(self)
    }

    #[inline(always)]
    pub(crate) const fn triple(&self) -> Self {
        self.double().add(self)
    }

    #[inline(always)]
    pub(crate) const fn sub(&self, other: &Self) -> Self {
        let (w, borrow) = limbs::sub(&self.0, &other.0);
        let m = mask(borrow);
        Self(limbs::add(&w, &[m, m & P[1], 0, m & P[3]]).0)
    }

    #[inline(always)]
    pub(crate) const fn neg(&self) -> Self {
        Self::ZERO.sub(self)
    }

    /// `-self` if `negate`, without a branch (the sign of a digit is a coin toss).
    #[inline(always)]
    pub(crate) const fn neg_if(&self, negate: bool) -> Self {
        let m = mask(negate);
        let n = self.neg().0;
        let a = &self.0;
        Self([
            a[0] ^ (m & (a[0] ^ n[0])),
            a[1] ^ (m & (a[1] ^ n[1])),
            a[2] ^ (m & (a[2] ^ n[2])),
            a[3] ^ (m & (a[3] ^ n[3])),
        ])
    }

    /// `self / 2`: add p if odd, then shift.
    #[inline(always)]
    pub(crate) const fn half(&self) -> Self {
        let m = mask(self.0[0] & 1 == 1);
        let ([w0, w1, w2, w3], carry) = limbs::add(&self.0, &[m, m & P[1], 0, m & P[3]]);
        Self([(w0 >> 1) | (w1 << 63), (w1 >> 1) | (w2 << 63), (w2 >> 1) | (w3 << 63), (w3 >> 1) | (bit(carry) << 63)])
    }

    #[inline(always)]
    pub(crate) const fn mul(&self, other: &Self) -> Self {
        montgomery_reduce(limbs::product(&self.0, &other.0))
    }

    #[inline(always)]
    pub(crate) const fn square(&self) -> Self {
        montgomery_reduce(limbs::square(&self.0))
    }

    /// `1 / self`; zero for zero. Variable time.
    pub(crate) const fn invert(&self) -> Self {
        // x R -> 1 / (x R) -> R / x: two multiplications by R^2 put R^2 back.
        Self(inverse::invert(&self.0, &MODULUS)).mul(&Self(R2)).mul(&Self(R2))
    }
}

/// p.
pub(crate) const P: Limbs = [0xffff_ffff_ffff_ffff, 0x0000_0000_ffff_ffff, 0, 0xffff_ffff_0000_0001];
/// 2^512 mod p.
const R2: Limbs = [0x0000_0000_0000_0003, 0xffff_fffb_ffff_ffff, 0xffff_ffff_ffff_fffe, 0x0000_0004_ffff_fffd];
const MODULUS: Modulus = Modulus::new(&P);

/// Montgomery reduction of a product of two elements: four steps that each clear the lowest limb by adding that limb times p, then
/// the high half (Montgomery 1985; since p = -1 mod 2^64 the multiplier of a step is the limb itself).
#[inline(always)]
const fn montgomery_reduce(t: [u64; 8]) -> FieldElement {
    let [t0, t1, t2, t3, t4, t5, t6, t7] = t;
    let low = clear_limb(clear_limb(clear_limb(clear_limb([t0, t1, t2, t3]))));
    let (w, carry) = limbs::add(&[t4, t5, t6, t7], &low);
    subtract_p_once(w, carry)
}

/// `(t + t0 * p) / 2^64` for `t = [t0, ..]`: `t0 * p = t0 * P3 * 2^192 + t0 * 2^96 - t0`.
#[inline(always)]
const fn clear_limb(t: Limbs) -> Limbs {
    let [t0, t1, t2, t3] = t;
    let (low, high) = widening(t0, P[3]);
    let (x1, c) = adc(t1, t0 << 32, false);
    let (x2, c) = adc(t2, t0 >> 32, c);
    let (x3, c) = adc(t3, low, c);
    // high <= P3 - 1, so this cannot wrap.
    [x1, x2, x3, high.wrapping_add(bit(c))]
}

/// A value below 2p, given as 256 bits and a carry, brought below p.
///
/// The carry decides almost always: without it the value is p or more only if its top limb is at least P3, about once in 2^32, and
/// that rare case takes a branch. A full comparison costs more than the addition it follows.
#[inline(always)]
const fn subtract_p_once(w: Limbs, carry: bool) -> FieldElement {
    let m = mask(carry);
    let (r, _) = limbs::sub(&w, &[m, m & P[1], 0, m & P[3]]);
    if r[3] >= P[3] {
        return canonical_slow(r);
    }
    FieldElement(r)
}

#[cold]
#[inline(never)]
const fn canonical_slow(w: Limbs) -> FieldElement {
    let (reduced, borrow) = limbs::sub(&w, &P);
    if borrow { FieldElement(w) } else { FieldElement(reduced) }
}
