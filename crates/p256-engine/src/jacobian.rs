//! Jacobian coordinates: doublings for the ladder of an unknown key and for tables.

use crate::{
    field::FieldElement,
    point::{Affine, Xyzz},
};

/// A point as x = X / Z^2, y = Y / Z^3; infinity has Z = 0.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Jacobian {
    pub(crate) x: FieldElement,
    pub(crate) y: FieldElement,
    pub(crate) z: FieldElement,
}

impl Jacobian {
    pub(crate) const INFINITY: Self = Self { x: FieldElement::ONE, y: FieldElement::ONE, z: FieldElement::ZERO };

    #[inline(always)]
    pub(crate) const fn from_affine(point: &Affine) -> Self {
        Self { x: point.x, y: point.y, z: FieldElement::ONE }
    }

    /// 4M + 4S for a = -3: Hankerson, Menezes and Vanstone, "Guide to Elliptic Curve Cryptography", algorithm 3.21, which halves Z
    /// (X and Y by 4 and 8) against `dbl-2001-b` and so saves five additions. Infinity doubles to itself.
    #[inline(always)]
    pub(crate) const fn double(&self) -> Self {
        let delta = self.z.square();
        let gamma = self.y.square();
        let beta = self.x.mul(&gamma);
        let t = self.x.sub(&delta).mul(&self.x.add(&delta));
        let alpha = t.add(&t.half());
        let x = alpha.square().sub(&beta.double());
        let y = alpha.mul(&beta.sub(&x)).sub(&gamma.square());
        Self { x, y, z: self.y.mul(&self.z) }
    }

    /// `madd`, 8M + 3S (Cohen, Miyaji and Ono 1998); equal, opposite and infinite points are handled apart.
    #[inline(always)]
    pub(crate) fn add_affine(&self, other: &Affine) -> Self {
        if self.z.is_zero() {
            return Self::from_affine(other);
        }
        let zz = self.z.square();
        let h = other.x.mul(&zz).sub(&self.x);
        let r = other.y.mul(&zz.mul(&self.z)).sub(&self.y);
        if h.is_zero() {
            return Self::same_x(other, &r);
        }
        let hh = h.square();
        let hhh = h.mul(&hh);
        let v = self.x.mul(&hh);
        let x = r.square().sub(&hhh).sub(&v.double());
        let y = r.mul(&v.sub(&x)).sub(&self.y.mul(&hhh));
        Self { x, y, z: self.z.mul(&h) }
    }

    #[cold]
    #[inline(never)]
    fn same_x(point: &Affine, r: &FieldElement) -> Self {
        if r.is_zero() { Self::from_affine(point).double() } else { Self::INFINITY }
    }

    #[inline]
    pub(crate) fn to_xyzz(self) -> Xyzz {
        let zz = self.z.square();
        Xyzz { x: self.x, y: self.y, zz, zzz: zz.mul(&self.z) }
    }

    /// The affine point, given 1 / Z.
    #[inline(always)]
    pub(crate) const fn to_affine(self, z_inverse: &FieldElement) -> Affine {
        let zz = z_inverse.square();
        Affine { x: self.x.mul(&zz), y: self.y.mul(&zz.mul(z_inverse)) }
    }
}
