//! For tests: the operations of the lanes on values given and returned as plain words.

use super::{
    field::Lanes,
    point::{ALL, Entries},
};
use crate::point::Affine;

/// For a in the place of each x and b in that of each y, both below p: two results a row, reduced below p.
#[target_feature(enable = "avx512f,avx512ifma,avx512vbmi2,bmi2")]
pub(super) fn operations(pairs: &[&Affine; 8]) -> [[Affine; 8]; 8] {
    let Entries { x: a, y: b } = Entries::load(pairs);
    let zero = Lanes::splat(&[0; 5]);
    // The same values, a few p up.
    let (high_a, high_b) = (a.sub::<3>(&zero), b.sub::<3>(&zero));
    let (ab, bb) = Lanes::mul_pair(&a, &b, &b, &b);
    let (aa, high_bb) = Lanes::square_pair(&a, &high_b);
    let rows = [
        Entries { x: a.mul(&b), y: a.square() },
        Entries { x: ab, y: bb },
        Entries { x: high_bb, y: aa },
        Entries { x: high_a.mul(&high_b), y: Lanes::sum_of_products(&high_a, &b, &high_b, &b) },
        Entries { x: a.sub::<2>(&b), y: a.add_signed(&b, ALL) },
        Entries { x: a.add_signed(&b, 0), y: a.three_times_sum(&b) },
        Entries { x: a.four_times_sub(&b), y: a.sub_eight_times(&b) },
        Entries { x: a.double(), y: high_a.shift::<1>() },
    ];
    rows.map(|row| row.store())
}

/// The lanes in which a and b are equal, and those in which a - b + 2 p may be a multiple of p.
#[target_feature(enable = "avx512f,avx512ifma,avx512vbmi2,bmi2")]
pub(super) fn comparisons(pairs: &[&Affine; 8]) -> (u8, u8) {
    let Entries { x: a, y: b } = Entries::load(pairs);
    (a.equal(&b), a.sub::<2>(&b).maybe_zero())
}
