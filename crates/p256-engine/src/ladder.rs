//! `u Q` for a key without a table: odd multiples of Q by co-Z additions, then a width-5 NAF ladder.
#![expect(clippy::indexing_slicing, reason = "loop counters below 8; a digit's half is below 8")]

use crate::{digits, field::FieldElement, jacobian::Jacobian, point::Affine, scalar::Scalar};

/// Q, 3Q, .. 15Q as x = X / Z^2, y = Y / Z^3, each Z the one before times a factor.
#[derive(Clone, Copy, Debug)]
pub(crate) struct OddMultiples {
    points: [Affine; COUNT],
    factors: [FieldElement; COUNT],
    last_z: FieldElement,
}

impl OddMultiples {
    /// Seven co-Z additions of 2Q, 4M + 2S each and 1M for Z (Longa and Miri, "New composite operations and precomputation scheme for
    /// elliptic curve cryptosystems over prime fields", PKC 2008; formulas DBLU and ZADDU of Goundar et al., JCEN 2011). The order of
    /// Q is a large prime, so 2Q never equals or opposes an odd multiple here, and no factor is zero.
    #[inline]
    pub(crate) fn new(q: &Affine) -> Self {
        let (mut twice, rescaled) = double_with_update(q);
        let mut multiples = Self { points: [*q; COUNT], factors: [FieldElement::ONE; COUNT], last_z: q.y.double() };
        let mut current = rescaled;
        for i in 1..COUNT {
            // Z of entry i is 2 y times factors 1..=i: entry 0 stays affine, as it came.
            let factor = twice.x.sub(&current.x);
            (current, twice) = add_with_update(&twice, &current, &factor);
            multiples.points[i] = current;
            multiples.factors[i] = factor;
            multiples.last_z = multiples.last_z.mul(&factor);
        }
        multiples
    }

    /// The Z of 15Q: its inverse makes all of them affine.
    pub(crate) const fn last_z(&self) -> FieldElement {
        self.last_z
    }

    /// The affine multiples, given `1 / last_z`: 4M + 1S each.
    #[inline]
    pub(crate) fn to_affine(self, last_z_inverse: &FieldElement) -> [Affine; COUNT] {
        let mut points = self.points;
        let mut z_inverse = *last_z_inverse;
        for i in (1..COUNT).rev() {
            let zz = z_inverse.square();
            points[i] = Affine { x: points[i].x.mul(&zz), y: points[i].y.mul(&zz.mul(&z_inverse)) };
            z_inverse = z_inverse.mul(&self.factors[i]);
        }
        points
    }
}

/// `u Q` from the odd multiples of Q: one doubling a bit, and one addition for one bit in six.
pub(crate) fn multiply(multiples: &[Affine; COUNT], u: &Scalar) -> Jacobian {
    let digits = digits::wnaf5(u.limbs());
    let mut sum = Jacobian::INFINITY;
    for digit in digits.iter().rev().skip_while(|digit| **digit == 0) {
        sum = sum.double();
        if *digit != 0 {
            let entry = usize::from(digit.unsigned_abs() >> 1);
            sum = sum.add_affine(&multiples[entry & (COUNT - 1)].neg_if(*digit < 0));
        }
    }
    sum
}

/// Odd multiples 1 to 15.
const COUNT: usize = 8;

/// DBLU: 2Q, and Q, both over Z = 2 y.
#[inline(always)]
fn double_with_update(q: &Affine) -> (Affine, Affine) {
    let e = q.y.square();
    let s = q.x.mul(&e).double().double();
    let l8 = e.square().double().double().double();
    let m = q.x.square().sub(&FieldElement::ONE).triple();
    let x = m.square().sub(&s.double());
    (Affine { x, y: m.mul(&s.sub(&x)).sub(&l8) }, Affine { x: s, y: l8 })
}

/// ZADDU: p + q, and p, both over Z times `factor` = p.x - q.x.
#[inline(always)]
fn add_with_update(p: &Affine, q: &Affine, factor: &FieldElement) -> (Affine, Affine) {
    let c = factor.square();
    let (w1, w2) = (p.x.mul(&c), q.x.mul(&c));
    let a1 = p.y.mul(&w1.sub(&w2));
    let dy = p.y.sub(&q.y);
    let x = dy.square().sub(&w1).sub(&w2);
    (Affine { x, y: dy.mul(&w1.sub(&x)).sub(&a1) }, Affine { x: w1, y: a1 })
}
