//! Unknown keys: up to eight signatures, one a lane.
#![expect(clippy::indexing_slicing, reason = "lanes and entries below 8 and 16")]

use super::{
    field::Lanes,
    jacobian::{CoZ, Jacobian},
    point::{ALL, Entries},
    verify::r_as_entry,
};
use crate::{
    digits::{Digit, odd_digit},
    field::FieldElement,
    limbs::Limbs,
    point::Affine,
    scalar::Scalar,
    signature::Equation,
    table::{self, BASE_ROWS},
};

/// A signature and the point that is its key.
#[derive(Clone, Copy, Debug)]
pub(super) struct Claim<'a> {
    key: &'a Affine,
    u1: Scalar,
    u2: Scalar,
    r: Affine,
}

impl<'a> Claim<'a> {
    pub(super) const fn new(key: &'a Affine, equation: &Equation) -> Self {
        Self { key, u1: equation.u1, u2: equation.u2, r: r_as_entry(equation) }
    }
}

/// Judges eight claims, one a lane. Returns which hold and which are not decided.
#[target_feature(enable = "avx512f,avx512ifma,avx512vbmi2,bmi2")]
pub(super) fn judge(claims: &[&Claim<'_>; 8]) -> (u8, u8) {
    let multiples = odd_multiples(&Entries::load(&claims.map(|claim| claim.key)));
    let u1 = claims.map(|claim| claim.u1.to_odd());
    let u2 = claims.map(|claim| claim.u2.to_odd());
    let pick = |row: usize| {
        let digits = signed_digits(&u2, |k| odd_digit::<WIDTH>(k, row, ROWS));
        let points: [&Affine; 8] = core::array::from_fn(|lane| &multiples[digits.0[lane] & (COUNT - 1)][lane]);
        (Entries::load(&points), digits.1)
    };
    let (points, negative) = pick(ROWS - 1);
    let mut sum = Jacobian::start(&points, negative);
    for row in (0..ROWS - 1).rev() {
        for _ in 0..WIDTH {
            sum = sum.double();
        }
        let (points, negative) = pick(row);
        sum = sum.add(&points, negative);
    }
    let mut sums = sum.to_sums();
    for row in 0..BASE_ROWS {
        let mut negatives = 0;
        let points: [&Affine; 8] = core::array::from_fn(|lane| {
            let (k, flip) = &u1[lane];
            let (point, negative) = table::base_entry(k, row);
            negatives |= u8::from(negative != *flip) << lane;
            point
        });
        sums.add(&Entries::load(&points), negatives, row % 2 == 1, ALL);
    }
    sums.finish(BASE_ROWS % 2 == 1).has_x(&claims.map(|claim| &claim.r))
}

/// Width of the windows, their number, and the odd multiples they pick from.
const WIDTH: usize = 5;
const ROWS: usize = 52;
const COUNT: usize = 16;

/// The entry of each lane, and the lanes to negate.
#[inline]
fn signed_digits(scalars: &[(Limbs, bool); 8], digit: impl Fn(&Limbs) -> Digit) -> ([usize; 8], u8) {
    let mut negatives = 0;
    let entries = core::array::from_fn(|lane| {
        let (k, flip) = &scalars[lane];
        let Digit { entry, negative } = digit(k);
        negatives |= u8::from(negative != *flip) << lane;
        entry
    });
    (entries, negatives)
}

/// Q, 3Q, .. 31Q of each lane, affine, in true form: co-Z additions, one inversion for all lanes. The order of Q is a large prime, so
/// no factor is zero.
#[inline]
#[target_feature(enable = "avx512f,avx512ifma,avx512vbmi2,bmi2")]
fn odd_multiples(q: &Entries) -> [[Affine; 8]; COUNT] {
    // Keys are in Montgomery form with R = 2^256.
    let q = Entries { x: q.x.shift::<2>().shift::<2>(), y: q.y.shift::<2>().shift::<2>() };
    let (mut walk, mut z) = CoZ::new(&q);
    let mut points = [q; COUNT];
    let mut factors = [z; COUNT];
    for i in 1..COUNT {
        factors[i] = walk.step();
        points[i] = walk.current;
        z = z.mul(&factors[i]);
    }
    let mut z_inverse = invert(&z);
    let mut multiples = [[Affine::BLANK; 8]; COUNT];
    for i in (1..COUNT).rev() {
        let zz = z_inverse.square();
        let (x, zzz) = Lanes::mul_pair(&points[i].x, &zz, &zz, &z_inverse);
        let (y, next) = Lanes::mul_pair(&points[i].y, &zzz, &z_inverse, &factors[i]);
        multiples[i] = Entries { x, y }.store();
        z_inverse = next;
    }
    multiples[0] = q.store();
    multiples
}

/// `1 / z` of each lane (none zero), by Montgomery's trick over the lanes.
#[inline]
#[target_feature(enable = "avx512f,avx512ifma,avx512vbmi2,bmi2")]
fn invert(z: &Lanes) -> Lanes {
    let mut elements = Entries { x: *z, y: *z }.store();
    let mut products = [FieldElement::ONE; 8];
    let mut product = FieldElement::ONE;
    for (element, before) in elements.iter().zip(&mut products) {
        *before = product;
        product = product.mul(&element.x);
    }
    // z 2^260 read with R = 2^256 is 16 z; the inverse, z^-1 / 16 read back, lacks 2^8.
    let mut inverse = product.invert();
    for (element, before) in elements.iter_mut().zip(&products).rev() {
        let own = inverse.mul(before);
        inverse = inverse.mul(&element.x);
        element.x = own;
    }
    let Entries { x, .. } = Entries::load(&elements.each_ref());
    x.shift::<2>().shift::<2>().shift::<2>().shift::<2>()
}
