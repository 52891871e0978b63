//! Eight points at once, in XYZZ, and the loading of table entries.
//!
//! Table entries are in Montgomery form with R = 2^256; read as R = 2^260 they are x / 16 and y / 16. A sum of table points therefore
//! carries ZZ' = 16 ZZ and ZZZ' = 16 ZZZ, so that x / 16 * ZZ' = x * ZZ: the factor survives every addition and costs nothing.

use core::arch::x86_64::{
    __m512i, __mmask8, _mm512_alignr_epi64, _mm512_shuffle_i64x2, _mm512_unpackhi_epi64, _mm512_unpacklo_epi64,
};

use super::{
    field::{Lanes, fold, power_of_two},
    lanes,
};
use crate::point::Affine;

/// Eight affine points, not yet signed, read as above.
#[derive(Clone, Copy, Debug)]
pub(super) struct Entries {
    pub(super) x: Lanes,
    pub(super) y: Lanes,
}

impl Entries {
    /// Loads and transposes eight table entries.
    #[inline]
    #[target_feature(enable = "avx512f,avx512ifma,avx512vbmi2,bmi2")]
    pub(super) fn load(points: &[&Affine; 8]) -> Self {
        let [x0, x1, x2, x3, y0, y1, y2, y3] = transpose(points.map(|point| lanes::load(point)));
        Self { x: Lanes::from_words([x0, x1, x2, x3]), y: Lanes::from_words([y0, y1, y2, y3]) }
    }

    /// The reverse, for values below 16 p.
    #[inline]
    #[target_feature(enable = "avx512f,avx512ifma,avx512vbmi2,bmi2")]
    pub(super) fn store(&self) -> [Affine; 8] {
        let ([x0, x1, x2, x3], [y0, y1, y2, y3]) = (self.x.to_words(), self.y.to_words());
        transpose([x0, x1, x2, x3, y0, y1, y2, y3]).map(|row| lanes::store(row))
    }
}

/// Running sums: XYZZ with ZZ' and ZZZ' as above, and Y or -Y by turns.
#[derive(Clone, Copy, Debug)]
pub(super) struct Sums {
    /// Below 1.01 p.
    x: Lanes,
    /// Y after an odd number of points, -Y after an even one; below 3 p.
    y: Lanes,
    /// Below 2 p, as is `zzz`.
    zz: Lanes,
    zzz: Lanes,
    /// Lanes in which points of equal x may have met: their values mean nothing from there on.
    met: __mmask8,
}

impl Sums {
    /// The first points, with ZZ = 1 / 4: X = x / 4 = 4 (x / 16) and Y = y / 8 = 2 (y / 16).
    #[inline]
    #[target_feature(enable = "avx512f,avx512ifma,avx512vbmi2,bmi2")]
    pub(super) fn start(entries: &Entries, negative: __mmask8) -> Self {
        let y = Lanes::splat(&[0; 5]).add_signed(&entries.y.shift::<1>(), negative);
        Self { x: entries.x.shift::<2>(), y, zz: Lanes::splat(&FOUR), zzz: Lanes::splat(&TWO), met: 0 }
    }

    /// From x = X / Z^2, y = Y / Z^3 in true Montgomery form, X below 1.01 p, Y and Z below 3 p.
    #[inline]
    #[target_feature(enable = "avx512f,avx512ifma,avx512vbmi2,bmi2")]
    pub(super) fn from_jacobian(x: &Lanes, y: &Lanes, z: &Lanes, met: __mmask8) -> Self {
        let zz = z.square();
        Self { x: *x, y: *y, zz: zz.shift::<2>().shift::<2>(), zzz: zz.mul(z).shift::<2>().shift::<2>(), met }
    }

    /// `madd-2008-s` in the lanes of `active`; `even` says whether an even number of points is in (so `y` is -Y).
    ///
    /// With A = -Y: R = S2 + A and Y3 = R (Q - X3) + PPP A. With A = Y: -R = A - S2, and the same sum of products is -Y3. So the sign
    /// alternates, nothing is negated, and Y3 takes one reduction instead of two.
    #[inline]
    #[target_feature(enable = "avx512f,avx512ifma,avx512vbmi2,bmi2")]
    pub(super) fn add(&mut self, entries: &Entries, negative: __mmask8, even: bool, active: __mmask8) {
        let (u2, s2) = Lanes::mul_pair(&entries.x, &self.zz, &entries.y, &self.zzz); // 1.13
        let p = u2.sub::<2>(&self.x); // 3.13
        let r = self.y.add_signed(&s2, if even { negative } else { !negative }); // 5
        self.met |= active & p.maybe_zero();
        let (pp, rr) = Lanes::square_pair(&p, &r);
        let (ppp, q) = Lanes::mul_pair(&p, &pp, &self.x, &pp); // 1.32
        let x = x3(&rr, &ppp, &q); // 1.01, from between 0.4 and 6.6
        let (zz, zzz) = Lanes::mul_pair(&self.zz, &pp, &self.zzz, &ppp); // 1.2
        let y = Lanes::sum_of_products(&r, &q.sub::<2>(&x), &ppp, &self.y); // 5 * 3.11 / 16 + 1.32 * 3 / 16 + 1 = 2.22
        if active == ALL {
            (self.x, self.y, self.zz, self.zzz) = (x, y, zz, zzz);
        } else {
            // Idle lanes keep their point; their Y must alternate as well.
            let idle = Lanes::splat(&[0; 5]).sub::<3>(&self.y);
            self.x = self.x.blend(&x, active);
            self.y = idle.blend(&y, active);
            self.zz = self.zz.blend(&zz, active);
            self.zzz = self.zzz.blend(&zzz, active);
        }
    }

    /// Ends the alternation and drops the factor 16.
    #[inline]
    #[target_feature(enable = "avx512f,avx512ifma,avx512vbmi2,bmi2")]
    pub(super) fn finish(&self, even: bool) -> Xyzz {
        let y = if even { fold(Lanes::splat(&[0; 5]).sub_limbs::<3>(&self.y)) } else { fold(self.y.0) };
        let sixteenth = Lanes::splat(&SIXTEENTH);
        Xyzz { x: self.x, y, zz: self.zz.mul(&sixteenth), zzz: self.zzz.mul(&sixteenth), met: self.met }
    }
}

/// Eight points in plain XYZZ: x, y below 1.01 p, the rest below 2 p.
#[derive(Clone, Copy, Debug)]
pub(super) struct Xyzz {
    x: Lanes,
    y: Lanes,
    zz: Lanes,
    zzz: Lanes,
    met: __mmask8,
}

impl Xyzz {
    /// Adds to each lane the lane `BY` above it (`add-2008-s`, 12M + 2S). Lanes below `BY` are those that matter.
    #[inline]
    #[target_feature(enable = "avx512f,avx512ifma,avx512vbmi2,bmi2")]
    pub(super) fn add_rotated<const BY: i32>(&self) -> Self {
        let (x2, y2) = (rotate::<BY>(&self.x), rotate::<BY>(&self.y));
        let (zz2, zzz2) = (rotate::<BY>(&self.zz), rotate::<BY>(&self.zzz));
        let u1 = self.x.mul(&zz2); // 1.13
        let s1 = self.y.mul(&zzz2); // 1.13
        let p = x2.mul(&self.zz).sub::<2>(&u1); // 3.13
        let r = y2.mul(&self.zzz).sub::<2>(&s1); // 3.13
        let met = self.met | self.met.rotate_right(BY.unsigned_abs()) | p.maybe_zero();
        let pp = p.square(); // 1.62
        let ppp = p.mul(&pp); // 1.32
        let q = u1.mul(&pp); // 1.12
        let x = x3(&r.square(), &ppp, &q);
        let y = r.mul(&q.sub::<2>(&x)).sub_limbs::<2>(&s1.mul(&ppp));
        Self { x, y: fold(y), zz: self.zz.mul(&zz2).mul(&pp), zzz: self.zzz.mul(&zzz2).mul(&ppp), met }
    }

    /// The lanes whose affine x is `r` (plain integers below p), and those of unknown value.
    #[inline]
    #[target_feature(enable = "avx512f,avx512ifma,avx512vbmi2,bmi2")]
    pub(super) fn has_x(&self, r: &[&Affine; 8]) -> (__mmask8, __mmask8) {
        let r = Entries::load(r).x.mul(&Lanes::splat(&R_SQUARED));
        (r.mul(&self.zz).equal(&self.x), self.met)
    }
}

/// R^2 - PPP - 2 Q below 1.01 p, for R^2 below 9 p, PPP and Q below 2 p.
#[inline]
#[target_feature(enable = "avx512f,avx512ifma,avx512vbmi2,bmi2")]
fn x3(rr: &Lanes, ppp: &Lanes, q: &Lanes) -> Lanes {
    let difference = Lanes(rr.sub_limbs::<2>(ppp));
    fold(Lanes(difference.sub_limbs::<2>(q)).sub_limbs::<2>(q))
}

#[inline]
#[target_feature(enable = "avx512f,avx512ifma,avx512vbmi2,bmi2")]
fn rotate<const BY: i32>(a: &Lanes) -> Lanes {
    Lanes(a.0.map(|limb| _mm512_alignr_epi64::<BY>(limb, limb)))
}

/// Eight rows of eight 64-bit words to columns, and back.
#[inline]
#[target_feature(enable = "avx512f,avx512ifma,avx512vbmi2,bmi2")]
fn transpose(rows: [__m512i; 8]) -> [__m512i; 8] {
    let [r0, r1, r2, r3, r4, r5, r6, r7] = rows;
    let (a0, a1) = (_mm512_unpacklo_epi64(r0, r1), _mm512_unpackhi_epi64(r0, r1));
    let (a2, a3) = (_mm512_unpacklo_epi64(r2, r3), _mm512_unpackhi_epi64(r2, r3));
    let (a4, a5) = (_mm512_unpacklo_epi64(r4, r5), _mm512_unpackhi_epi64(r4, r5));
    let (a6, a7) = (_mm512_unpacklo_epi64(r6, r7), _mm512_unpackhi_epi64(r6, r7));
    let (b0, b2) = (_mm512_shuffle_i64x2::<0x88>(a0, a2), _mm512_shuffle_i64x2::<0xdd>(a0, a2));
    let (b4, b6) = (_mm512_shuffle_i64x2::<0x88>(a4, a6), _mm512_shuffle_i64x2::<0xdd>(a4, a6));
    let (b1, b3) = (_mm512_shuffle_i64x2::<0x88>(a1, a3), _mm512_shuffle_i64x2::<0xdd>(a1, a3));
    let (b5, b7) = (_mm512_shuffle_i64x2::<0x88>(a5, a7), _mm512_shuffle_i64x2::<0xdd>(a5, a7));
    [
        _mm512_shuffle_i64x2::<0x88>(b0, b4),
        _mm512_shuffle_i64x2::<0x88>(b1, b5),
        _mm512_shuffle_i64x2::<0x88>(b2, b6),
        _mm512_shuffle_i64x2::<0x88>(b3, b7),
        _mm512_shuffle_i64x2::<0xdd>(b0, b4),
        _mm512_shuffle_i64x2::<0xdd>(b1, b5),
        _mm512_shuffle_i64x2::<0xdd>(b2, b6),
        _mm512_shuffle_i64x2::<0xdd>(b3, b7),
    ]
}

/// All lanes.
pub(super) const ALL: __mmask8 = 0xff;
/// 4, 2 and 1/16 in Montgomery form.
const FOUR: [i64; 5] = power_of_two(262);
const TWO: [i64; 5] = power_of_two(261);
const SIXTEENTH: [i64; 5] = power_of_two(256);
/// 2^520 mod p.
const R_SQUARED: [i64; 5] = power_of_two(520);
