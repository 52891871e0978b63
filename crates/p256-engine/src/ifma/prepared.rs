//! Prepared keys: up to eight signatures, each over as many lanes as there are to spare.
#![expect(clippy::indexing_slicing, reason = "lanes below 8, points below POINTS")]
#![expect(clippy::arithmetic_side_effects, reason = "counters of lanes and points")]

use super::{
    lanes,
    point::{ALL, Entries, Sums},
    verify::r_as_entry,
};
use crate::{
    point::Affine,
    signature::Equation,
    table::{self, BASE_ROWS, KEY_ROWS, KeyTable},
};

/// The table entries whose sum a signature claims to know the x of.
#[derive(Clone, Copy)]
pub(super) struct Picks<'a> {
    points: [&'a Affine; POINTS],
    /// Those to be negated.
    negative: [bool; POINTS],
    r: Affine,
}

const POINTS: usize = BASE_ROWS + KEY_ROWS;

static BLANK: Affine = Affine::BLANK;

impl<'a> Picks<'a> {
    #[inline]
    pub(super) fn new(table: &'a KeyTable, equation: &Equation) -> Self {
        let mut picks = Self { points: [&BLANK; POINTS], negative: [false; POINTS], r: r_as_entry(equation) };
        let (k1, flip1) = equation.u1.to_odd();
        let (k2, flip2) = equation.u2.to_odd();
        // The key's table first: it is the one likely to be far away.
        for row in 0..KEY_ROWS {
            let (point, negative) = table::key_entry(table, &k2, row);
            picks.set(BASE_ROWS + row, point, negative != flip2);
        }
        for row in 0..BASE_ROWS {
            let (point, negative) = table::base_entry(&k1, row);
            picks.set(row, point, negative != flip1);
        }
        picks
    }

    #[inline(always)]
    fn set(&mut self, i: usize, point: &'a Affine, negative: bool) {
        lanes::prefetch(point);
        self.points[i] = point;
        self.negative[i] = negative;
    }
}

/// Judges the first `count` signatures, each over as many lanes as that leaves. Returns which hold and which are not decided.
#[target_feature(enable = "avx512f,avx512ifma,avx512vbmi2,bmi2")]
pub(super) fn judge(picks: &[&Picks<'_>; 8], count: usize) -> (u8, u8) {
    match count {
        0 | 1 => sum::<8>(picks),
        2 => sum::<4>(picks),
        3 | 4 => sum::<2>(picks),
        _ => sum::<1>(picks),
    }
}

/// Lane `k * (8 / LANES) + i` sums points k, k + LANES, .. of signature i.
#[inline]
#[target_feature(enable = "avx512f,avx512ifma,avx512vbmi2,bmi2")]
fn sum<const LANES: usize>(picks: &[&Picks<'_>; 8]) -> (u8, u8) {
    let signatures = const { 8 / LANES };
    let steps = const { POINTS / LANES };
    let step = |s: usize| {
        let mut points = [&BLANK; 8];
        let mut negative = 0;
        for (lane, point) in points.iter_mut().enumerate() {
            let pick = picks[lane % const { 8 / LANES }];
            // Past the end in idle lanes of the last step.
            let i = (s * LANES + lane / const { 8 / LANES }).min(POINTS - 1);
            *point = pick.points[i];
            negative |= u8::from(pick.negative[i]) << lane;
        }
        (Entries::load(&points), negative)
    };
    let (entries, negative) = step(0);
    let mut sums = Sums::start(&entries, negative);
    let mut next = step(1);
    for s in 1..steps {
        // Loaded a step ahead, so that table lines arrive while the addition before them runs.
        let (entries, negative) = next;
        next = step(s + 1);
        sums.add(&entries, negative, s.is_multiple_of(2), ALL);
    }
    let rest = POINTS % LANES;
    let mut even = steps.is_multiple_of(2);
    if rest > 0 {
        let active = ALL >> (8 - rest * signatures);
        sums.add(&next.0, next.1, even, active);
        even = !even;
    }
    let mut total = sums.finish(even);
    if LANES == 8 {
        total = total.add_rotated::<4>();
        total = total.add_rotated::<2>();
        total = total.add_rotated::<1>();
    }
    if LANES == 4 {
        total = total.add_rotated::<4>();
        total = total.add_rotated::<2>();
    }
    if LANES == 2 {
        total = total.add_rotated::<4>();
    }
    total.has_x(&picks.map(|pick| &pick.r))
}
