//! Sums of table points, several at once: affine additions by halves with one inversion for all of them.
//!
//! An affine addition costs 5M + 1S when its inversion is shared (Montgomery's trick, 3M an element), against 8M + 2S in XYZZ. Nothing
//! is combined across sums, so each is exact on its own.
#![expect(clippy::indexing_slicing, reason = "a parity below 2")]
#![expect(clippy::arithmetic_side_effects, reason = "slot counters up to CAPACITY")]

use crate::{
    field::FieldElement,
    limbs::Limbs,
    point::{Affine, Xyzz},
    scalar::Scalar,
    table::{self, BASE_ROWS, KEY_ROWS, KeyTable},
};

/// Points whose sum is wanted.
#[derive(Clone, Debug)]
pub(crate) struct Addends {
    points: [Affine; CAPACITY],
    /// Running products of Montgomery's trick, one a pair.
    products: [FieldElement; CAPACITY / 2 + 1],
    len: usize,
    /// Two points with the same x met: no more affine additions here, the complete formulas finish.
    met: bool,
}

impl Addends {
    pub(crate) const fn new() -> Self {
        Self { points: [Affine::BLANK; CAPACITY], products: [FieldElement::ZERO; CAPACITY / 2 + 1], len: 0, met: false }
    }

    /// The points of `u1 G`.
    pub(crate) fn push_base(&mut self, u1: &Scalar) {
        let (k, flip) = u1.to_odd();
        self.push(BASE_ROWS, &k, flip, table::base_entry);
    }

    /// The points of `u2 Q`. All table lines are fetched before any arithmetic, so that their cache misses overlap.
    pub(crate) fn push_key(&mut self, table: &KeyTable, u2: &Scalar) {
        let (k, flip) = u2.to_odd();
        table::touch(table, &k);
        self.push(KEY_ROWS, &k, flip, |k, row| table::key_entry(table, k, row));
    }

    #[inline(always)]
    fn push<'a>(&mut self, rows: usize, k: &Limbs, flip: bool, entry: impl Fn(&Limbs, usize) -> (&'a Affine, bool)) {
        for (row, slot) in self.points.iter_mut().skip(self.len).take(rows).enumerate() {
            let (point, negative) = entry(k, row);
            *slot = point.neg_if(negative != flip);
        }
        self.len += rows;
    }

    /// `start` plus all points left, exact for any points.
    pub(crate) fn finish(&self, start: Xyzz) -> Xyzz {
        self.points.iter().take(self.len).fold(start, |sum, point| sum.add_affine(point))
    }

    /// Whether two points with the same x met.
    #[cfg(test)]
    pub(crate) const fn have_met(&self) -> bool {
        self.met
    }

    const fn pairs(&self) -> usize {
        if self.met { 0 } else { self.len / 2 }
    }
}

/// Adds points pairwise while that pays. The elements of `also` are replaced by their inverses on the way; none of them may be zero.
pub(crate) fn reduce(sums: &mut [Addends], also: &mut [FieldElement]) {
    if !also.is_empty() {
        halve(sums, also);
    }
    while sums.iter().map(Addends::pairs).sum::<usize>() >= WORTH_AN_INVERSION {
        halve(sums, &mut []);
    }
}

/// An inversion costs about 70M and an affine addition saves 4M, but the chain of products waits on its own latency.
const WORTH_AN_INVERSION: usize = 20;

/// The points of a base table and a key's table.
pub(crate) const CAPACITY: usize = BASE_ROWS + KEY_ROWS;

/// Adds each point of an upper half to one of the lower half.
fn halve(sums: &mut [Addends], also: &mut [FieldElement]) {
    let mut products = Products { of: [FieldElement::ONE; 2] };
    for sum in sums.iter_mut() {
        let before = products;
        let half = sum.pairs();
        let Some((lower, upper)) = sum.points.split_at_checked(half) else { continue };
        for (k, ((a, b), product)) in lower.iter().zip(upper).zip(&mut sum.products).enumerate() {
            let difference = b.x.sub(&a.x);
            if difference.is_zero() {
                sum.met = true;
                products = before;
                break;
            }
            *product = products.multiply(k, &difference);
        }
    }
    let mut also_products = [FieldElement::ONE; MAX_ALSO];
    for (element, product) in also.iter().zip(&mut also_products) {
        *product = products.multiply(0, element);
    }
    let mut inverses = products.invert();
    for (element, product) in also.iter_mut().zip(&also_products).rev() {
        *element = inverses.next(0, product, element);
    }
    for sum in sums.iter_mut().rev() {
        let half = sum.pairs();
        let last = sum.points.get(sum.len.wrapping_sub(1)).copied();
        let Some((lower, upper)) = sum.points.split_at_mut_checked(half) else { continue };
        for (k, ((a, b), product)) in lower.iter_mut().zip(upper.iter()).zip(&sum.products).enumerate().rev() {
            let inverse = inverses.next(k, product, &b.x.sub(&a.x));
            *a = a.add_with_inverse(b, &inverse);
        }
        if let (1.., Some(slot), Some(last)) = (half, upper.first_mut(), last) {
            *slot = last;
            sum.len -= half;
        }
    }
}

/// The most elements that may be inverted on the way: one for each signature of a chunk.
const MAX_ALSO: usize = 8;

/// Two chains of running products, so that a multiplication need not wait for the one before it.
#[derive(Clone, Copy)]
struct Products {
    of: [FieldElement; 2],
}

impl Products {
    /// Multiplies `element` in; returns the product before it.
    #[inline(always)]
    fn multiply(&mut self, k: usize, element: &FieldElement) -> FieldElement {
        let before = self.of[k & 1];
        self.of[k & 1] = before.mul(element);
        before
    }

    fn invert(&self) -> Self {
        let [a, b] = self.of;
        let inverse = a.mul(&b).invert();
        Self { of: [inverse.mul(&b), inverse.mul(&a)] }
    }

    /// The inverse of the last element of chain `k` not yet taken off, given the product before it.
    #[inline(always)]
    fn next(&mut self, k: usize, before: &FieldElement, element: &FieldElement) -> FieldElement {
        let inverse = self.of[k & 1].mul(before);
        self.of[k & 1] = self.of[k & 1].mul(element);
        inverse
    }
}
