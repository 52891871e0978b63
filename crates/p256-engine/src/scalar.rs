//! Scalars: integers modulo the group order n, and their Montgomery form, R = 2^256.

use crate::{
    inverse::{self, Modulus},
    limbs::{self, Limbs, bit, mac},
};

/// An integer below n (SP 800-186, section 3.2.1.3).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Scalar(Limbs);

impl Scalar {
    #[cfg(test)]
    pub(crate) const ONE: Self = Self([1, 0, 0, 0]);

    /// From an integer in 1..n; `None` outside it: the range r and s must be in (FIPS 186-5, section 6.4.2).
    #[inline]
    pub(crate) const fn from_nonzero(integer: &Limbs) -> Option<Self> {
        if limbs::is_zero(integer) || !limbs::less(integer, &N) { None } else { Some(Self(*integer)) }
    }

    /// From any 256-bit integer, reduced: n > 2^255, so one subtraction is enough.
    #[inline]
    pub(crate) const fn reduce(integer: &Limbs) -> Self {
        let (reduced, borrow) = limbs::sub(integer, &N);
        if borrow { Self(*integer) } else { Self(reduced) }
    }

    #[inline]
    pub(crate) const fn limbs(&self) -> &Limbs {
        &self.0
    }

    /// Above (n - 1) / 2: the larger of the two values of s that verify alike.
    #[inline]
    pub(crate) const fn is_high(&self) -> bool {
        limbs::less(&HALF_N, &self.0)
    }

    /// An odd integer `k` with `k = self` or `k = -self` modulo n, and whether it is the negative. `k` is at most n; it is n for zero.
    #[inline]
    pub(crate) const fn to_odd(self) -> (Limbs, bool) {
        if self.0[0] & 1 == 1 { (self.0, false) } else { (limbs::sub(&N, &self.0).0, true) }
    }

    /// `1 / self` in Montgomery form; zero for zero. Variable time.
    #[inline]
    pub(crate) const fn invert(&self) -> Montgomery {
        Self(inverse::invert(&self.0, &MODULUS)).to_montgomery()
    }

    #[inline]
    pub(crate) const fn to_montgomery(self) -> Montgomery {
        Montgomery(montgomery_multiply(&self.0, &R2))
    }

    #[inline]
    pub(crate) const fn mul(&self, other: &Montgomery) -> Self {
        Self(montgomery_multiply(&self.0, &other.0))
    }
}

/// A scalar times 2^256, below n.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Montgomery(Limbs);

impl Montgomery {
    /// 2^256 mod n.
    pub(crate) const ONE: Self = Self(montgomery_multiply(&[1, 0, 0, 0], &R2));

    #[inline]
    pub(crate) const fn mul(&self, other: &Self) -> Self {
        Self(montgomery_multiply(&self.0, &other.0))
    }

    #[inline]
    pub(crate) const fn invert(&self) -> Self {
        Scalar(montgomery_multiply(&self.0, &[1, 0, 0, 0])).invert()
    }
}

/// n.
pub(crate) const N: Limbs =
    [0xf3b9_cac2_fc63_2551, 0xbce6_faad_a717_9e84, 0xffff_ffff_ffff_ffff, 0xffff_ffff_0000_0000];
/// (n - 1) / 2.
const HALF_N: Limbs = [(N[0] >> 1) | (N[1] << 63), (N[1] >> 1) | (N[2] << 63), (N[2] >> 1) | (N[3] << 63), N[3] >> 1];
/// 2^512 mod n, by doubling 1.
const R2: Limbs = {
    let mut r = [1, 0, 0, 0];
    let mut doublings = 0_u32;
    while doublings < 512 {
        let (twice, carry) = limbs::add(&r, &r);
        r = subtract_n_once(twice, carry);
        doublings = doublings.wrapping_add(1);
    }
    r
};
const MODULUS: Modulus = Modulus::new(&N);
/// -1 / n modulo 2^64.
const NEG_INVERSE: u64 = limbs::inverse_mod_2_64(N[0]).wrapping_neg();

/// `a * b / 2^256 mod n`, row by row (coarsely integrated operand scanning, Koc, Acar and Kaliski 1996).
#[inline(always)]
const fn montgomery_multiply(a: &Limbs, b: &Limbs) -> Limbs {
    let t = multiply_row([0; 4], false, a, b[0]);
    let t = multiply_row(t.0, t.1, a, b[1]);
    let t = multiply_row(t.0, t.1, a, b[2]);
    let t = multiply_row(t.0, t.1, a, b[3]);
    subtract_n_once(t.0, t.1)
}

/// `(t + a * b + m * n) / 2^64` for the `m` that makes it whole; below 2n if `t` is.
#[inline(always)]
const fn multiply_row(t: Limbs, top: bool, a: &Limbs, b: u64) -> (Limbs, bool) {
    let (t0, c) = mac(t[0], a[0], b, 0);
    let (t1, c) = mac(t[1], a[1], b, c);
    let (t2, c) = mac(t[2], a[2], b, c);
    let (t3, c) = mac(t[3], a[3], b, c);
    let (t4, over) = bit(top).overflowing_add(c);
    let m = t0.wrapping_mul(NEG_INVERSE);
    let (_, c) = mac(t0, m, N[0], 0);
    let (w0, c) = mac(t1, m, N[1], c);
    let (w1, c) = mac(t2, m, N[2], c);
    let (w2, c) = mac(t3, m, N[3], c);
    let (w3, carry) = t4.overflowing_add(c);
    ([w0, w1, w2, w3], over | carry)
}

#[inline(always)]
const fn subtract_n_once(w: Limbs, carry: bool) -> Limbs {
    let (reduced, borrow) = limbs::sub(&w, &N);
    if carry || !borrow { reduced } else { w }
}
