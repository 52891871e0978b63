//! Eight points at once in Jacobian coordinates, in true Montgomery form: the ladder of unknown keys. Comments give bounds in p.

use core::arch::x86_64::__mmask8;

use super::{
    field::{Lanes, fold, negative_power_of_two, power_of_two},
    point::{Entries, Sums},
};

/// x = X / Z^2, y = Y / Z^3; X below 1.01 p, Y below 2 p, Z below 2.7 p.
#[derive(Clone, Copy, Debug)]
pub(super) struct Jacobian {
    x: Lanes,
    y: Lanes,
    z: Lanes,
    /// Lanes in which points of equal x may have met.
    met: __mmask8,
}

impl Jacobian {
    /// Points with true coordinates below p, negated in the lanes of `negative`.
    #[inline]
    #[target_feature(enable = "avx512f,avx512ifma,avx512vbmi2,bmi2")]
    pub(super) fn start(points: &Entries, negative: __mmask8) -> Self {
        let y = Lanes::splat(&[0; 5]).add_signed(&points.y, negative);
        Self { x: points.x, y, z: Lanes::splat(&ONE), met: 0 }
    }

    /// `dbl-2001-b` with Z3 = 2 Y Z, 4M + 4S.
    #[inline]
    #[target_feature(enable = "avx512f,avx512ifma,avx512vbmi2,bmi2")]
    pub(super) fn double(&self) -> Self {
        let (delta, gamma) = Lanes::square_pair(&self.z, &self.y); // 1.46, 1.25
        let sum = self.x.three_times_sum(&delta); // 7.4
        let (beta, alpha) = Lanes::mul_pair(&self.x, &gamma, &self.x.sub::<2>(&delta), &sum); // 1.08, 3.01 * 7.4 / 16 + 1 = 2.4
        let (aa, gg) = Lanes::square_pair(&alpha, &gamma); // 1.36, 1.1
        let x = aa.sub_eight_times(&beta);
        let (slope, half_z) = Lanes::mul_pair(&alpha, &beta.four_times_sub(&x), &self.y, &self.z); // 2.4 * 6.4 / 16 + 1 = 1.96, 1.34
        Self { x, y: slope.sub_eight_times(&gg), z: half_z.double(), met: self.met }
    }

    /// `madd`, 8M + 3S, with Y3 as one sum of products; `points` in true form below p.
    #[inline]
    #[target_feature(enable = "avx512f,avx512ifma,avx512vbmi2,bmi2")]
    pub(super) fn add(&self, points: &Entries, negative: __mmask8) -> Self {
        let zz = self.z.square(); // 1.46
        let (u2, zzz) = Lanes::mul_pair(&points.x, &zz, &zz, &self.z); // 1.1, 1.25
        let h = u2.sub::<2>(&self.x); // 3.1
        let (s2, hh) = Lanes::mul_pair(&points.y, &zzz, &h, &h); // 1.08, 1.61
        let minus_y = Lanes::splat(&[0; 5]).sub::<2>(&self.y); // 2
        let r = minus_y.add_signed(&s2, negative); // 4
        let (hhh, v) = Lanes::mul_pair(&h, &hh, &self.x, &hh); // 1.31, 1.11
        let (rr, z) = Lanes::mul_pair(&r, &r, &self.z, &h); // 2, 1.53
        let difference = Lanes(rr.sub_limbs::<2>(&hhh));
        let x = fold(Lanes(difference.sub_limbs::<2>(&v)).sub_limbs::<2>(&v));
        let y = Lanes::sum_of_products(&r, &v.sub::<2>(&x), &hhh, &minus_y); // 4 * 3.11 / 16 + 1.31 * 2 / 16 + 1 = 1.95
        Self { x, y, z, met: self.met | h.maybe_zero() }
    }

    /// As sums to which table entries may be added.
    #[inline]
    #[target_feature(enable = "avx512f,avx512ifma,avx512vbmi2,bmi2")]
    pub(super) fn to_sums(self) -> Sums {
        Sums::from_jacobian(&self.x, &self.y, &self.z, self.met)
    }
}

/// P, and 2P over the same Z: x = X / Z^2, y = Y / Z^3; all coordinates below 2 p.
#[derive(Clone, Copy, Debug)]
pub(super) struct CoZ {
    pub(super) current: Entries,
    twice: Entries,
}

impl CoZ {
    /// DBLU (Goundar et al., JCEN 2011): over Z = 2 y, which is returned.
    #[inline]
    #[target_feature(enable = "avx512f,avx512ifma,avx512vbmi2,bmi2")]
    pub(super) fn new(q: &Entries) -> (Self, Lanes) {
        let (xx, e) = Lanes::square_pair(&q.x, &q.y); // 1.07
        let m = xx.three_times_sum(&Lanes::splat(&MINUS_ONE)); // 6.3
        let (xe, ee) = Lanes::mul_pair(&q.x, &e, &e, &e); // 1.08
        let s = xe.shift::<2>();
        let l8 = ee.shift::<3>();
        let difference = Lanes(m.square().sub_limbs::<2>(&s)); // 3.5
        let x = fold(difference.sub_limbs::<2>(&s));
        let y = fold(m.mul(&s.sub::<2>(&x)).sub_limbs::<2>(&l8));
        (Self { current: Entries { x: s, y: l8 }, twice: Entries { x, y } }, q.y.double())
    }

    /// ZADDU: `current` becomes `current + 2P`, both over Z times the factor that is returned.
    #[inline]
    #[target_feature(enable = "avx512f,avx512ifma,avx512vbmi2,bmi2")]
    pub(super) fn step(&mut self) -> Lanes {
        let factor = self.twice.x.sub::<2>(&self.current.x); // 4
        let dy = self.twice.y.sub::<2>(&self.current.y); // 4
        let (c, d) = Lanes::square_pair(&factor, &dy); // 2
        let (w1, w2) = Lanes::mul_pair(&self.twice.x, &c, &self.current.x, &c); // 1.25
        let x = fold(Lanes(d.sub_limbs::<2>(&w1)).sub_limbs::<2>(&w2));
        let (a1, slope) = Lanes::mul_pair(&self.twice.y, &w1.sub::<2>(&w2), &dy, &w1.sub::<2>(&x)); // 1.5, 1.9
        self.current = Entries { x, y: fold(slope.sub_limbs::<2>(&a1)) };
        self.twice = Entries { x: w1, y: a1 };
        factor
    }
}

/// 1 and p - 1 in Montgomery form.
const ONE: [i64; 5] = power_of_two(260);
const MINUS_ONE: [i64; 5] = negative_power_of_two(260);
