//! Points of the curve y^2 = x^3 - 3x + b: affine, and extended Jacobian (XYZZ) for sums of table points.
//!
//! Formulas are named as in the Explicit-Formulas Database (Bernstein and Lange), "Short Weierstrass curves".

use crate::{
    field::{FieldElement, P},
    limbs::{self, Limbs},
    scalar::{N, Scalar},
};

/// A point other than infinity. One table entry is one cache line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(C, align(64))]
pub(crate) struct Affine {
    pub(crate) x: FieldElement,
    pub(crate) y: FieldElement,
}

impl Affine {
    /// The base point G (SP 800-186, section 3.2.1.3); only tests need it outside its table.
    #[cfg(test)]
    pub(crate) const GENERATOR: Self = Self {
        x: FieldElement::from_reduced(&[
            0xf4a1_3945_d898_c296,
            0x7703_7d81_2deb_33a0,
            0xf8bc_e6e5_63a4_40f2,
            0x6b17_d1f2_e12c_4247,
        ]),
        y: FieldElement::from_reduced(&[
            0xcbb6_4068_37bf_51f5,
            0x2bce_3357_6b31_5ece,
            0x8ee7_eb4a_7c0f_9e16,
            0x4fe3_42e2_fe1a_7f9b,
        ]),
    };
    /// A placeholder that is not on the curve, for arrays about to be filled.
    pub(crate) const BLANK: Self = Self { x: FieldElement::ZERO, y: FieldElement::ZERO };

    /// From the little-endian bytes of the Montgomery forms of x and y.
    pub(crate) const fn from_le_bytes(bytes: &[u8; 64]) -> Self {
        let (x, y) = bytes.split_at(32);
        Self {
            x: FieldElement::from_montgomery(limbs::from_le_bytes(x)),
            y: FieldElement::from_montgomery(limbs::from_le_bytes(y)),
        }
    }

    /// Whether y^2 = x^3 - 3x + b.
    pub(crate) fn is_on_curve(&self) -> bool {
        let cubic = self.x.square().mul(&self.x).sub(&self.x.triple()).add(&B);
        self.y.square() == cubic
    }

    /// `-self` if `negate`.
    #[inline(always)]
    pub(crate) const fn neg_if(&self, negate: bool) -> Self {
        Self { x: self.x, y: self.y.neg_if(negate) }
    }

    /// The sum with a point of different x, given `inverse = 1 / (other.x - self.x)`: 2M + 1S.
    #[inline(always)]
    pub(crate) const fn add_with_inverse(&self, other: &Self, inverse: &FieldElement) -> Self {
        let slope = other.y.sub(&self.y).mul(inverse);
        let x = slope.square().sub(&self.x).sub(&other.x);
        Self { x, y: slope.mul(&self.x.sub(&x)).sub(&self.y) }
    }
}

/// A point as x = X / ZZ, y = Y / ZZZ with ZZ^3 = ZZZ^2; infinity has ZZ = 0.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Xyzz {
    pub(crate) x: FieldElement,
    pub(crate) y: FieldElement,
    pub(crate) zz: FieldElement,
    pub(crate) zzz: FieldElement,
}

impl Xyzz {
    pub(crate) const INFINITY: Self =
        Self { x: FieldElement::ONE, y: FieldElement::ONE, zz: FieldElement::ZERO, zzz: FieldElement::ZERO };

    #[inline(always)]
    pub(crate) const fn from_affine(point: &Affine) -> Self {
        Self { x: point.x, y: point.y, zz: FieldElement::ONE, zzz: FieldElement::ONE }
    }

    #[inline(always)]
    pub(crate) const fn is_infinity(&self) -> bool {
        self.zz.is_zero()
    }

    /// `madd-2008-s`, 8M + 2S; equal, opposite and infinite points are handled apart.
    #[inline(always)]
    pub(crate) fn add_affine(&self, other: &Affine) -> Self {
        if self.is_infinity() {
            return Self::from_affine(other);
        }
        let p = other.x.mul(&self.zz).sub(&self.x);
        let r = other.y.mul(&self.zzz).sub(&self.y);
        if p.is_zero() {
            return Self::same_x(other, &r);
        }
        let pp = p.square();
        let ppp = p.mul(&pp);
        let q = self.x.mul(&pp);
        let x = r.square().sub(&ppp).sub(&q.double());
        let y = r.mul(&q.sub(&x)).sub(&self.y.mul(&ppp));
        Self { x, y, zz: self.zz.mul(&pp), zzz: self.zzz.mul(&ppp) }
    }

    /// The sum of two points with the same x: the double of `point` if y agrees too (`r` is zero), else infinity.
    #[cold]
    #[inline(never)]
    fn same_x(point: &Affine, r: &FieldElement) -> Self {
        if r.is_zero() { Self::double_affine(point) } else { Self::INFINITY }
    }

    /// `mdbl-2008-s-1`. The group order is odd, so y is not zero and the double is not infinity.
    pub(crate) fn double_affine(point: &Affine) -> Self {
        let u = point.y.double();
        let v = u.square();
        let w = u.mul(&v);
        let s = point.x.mul(&v);
        let m = point.x.square().sub(&FieldElement::ONE).triple();
        let x = m.square().sub(&s.double());
        Self { x, y: m.mul(&s.sub(&x)).sub(&w.mul(&point.y)), zz: v, zzz: w }
    }

    /// Whether this is a point whose affine x, reduced modulo n, is `r`; decided without an inversion: x is r, or r + n where that
    /// is below p (FIPS 186-5, section 6.4.2, steps 5 to 7).
    pub(crate) fn has_x(&self, r: &Scalar) -> bool {
        let is = |integer: &Limbs| FieldElement::from_reduced(integer).mul(&self.zz) == self.x;
        if self.is_infinity() {
            return false;
        }
        if is(r.limbs()) {
            return true;
        }
        let (plus_n, carry) = limbs::add(r.limbs(), &N);
        !carry && limbs::less(&plus_n, &P) && is(&plus_n)
    }
}

const B: FieldElement = FieldElement::from_reduced(&[
    0x3bce_3c3e_27d2_604b,
    0x651d_06b0_cc53_b0f6,
    0xb3eb_bd55_7698_86bc,
    0x5ac6_35d8_aa3a_93e7,
]);
