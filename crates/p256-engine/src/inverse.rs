//! Modular inversion by division steps, variable time.
//!
//! Bernstein and Yang, "Fast constant-time gcd computation and modular inversion" (TCHES 2019(3)), in the variable-time form of Pieter
//! Wuille's note `safegcd_implementation.md` (libsecp256k1): 62 division steps at a time act on the low 64 bits and yield a 2x2 matrix,
//! which is then applied to the full numbers f, g (exactly) and d, e (modulo the modulus).
#![expect(
    clippy::indexing_slicing,
    clippy::as_conversions,
    clippy::arithmetic_side_effects,
    reason = "fixed five-limb arrays with loop bounds 1..=5; casts reinterpret limbs; |u|+|v| <= 2^62 keeps every sum inside i128"
)]

use crate::limbs::{self, Limbs};

/// An odd modulus in the form this module needs.
#[derive(Debug)]
pub(crate) struct Modulus {
    value: Signed62,
    /// 1 / modulus modulo 2^62.
    inverse: u64,
}

impl Modulus {
    pub(crate) const fn new(modulus: &Limbs) -> Self {
        Self { value: to_signed62(modulus), inverse: limbs::inverse_mod_2_64(modulus[0]) & MASK }
    }
}

/// `1 / x` modulo the (prime) modulus, for x below it; zero for zero.
pub(crate) const fn invert(x: &Limbs, modulus: &Modulus) -> Limbs {
    let mut d: Signed62 = [0; 5];
    let mut e: Signed62 = [1, 0, 0, 0, 0];
    let mut f = widen(&modulus.value);
    let mut g = widen(&to_signed62(x));
    let mut len = 5;
    let mut eta = -1;
    // Each batch takes at least 62 of at most 741 division steps (Bernstein and Yang, theorem 11.2, for 256-bit inputs).
    loop {
        let (next_eta, t) = divsteps(eta, f[0] as u64, g[0] as u64);
        eta = next_eta;
        (d, e) = update_de(&d, &e, &t, modulus);
        update_fg(len, &mut f, &mut g, &t);
        if is_zero(len, &g) {
            return normalize(&d, f[(len - 1) & 7], modulus);
        }
        // Drop the top limb once both are its sign only.
        let (f_top, g_top) = (f[(len - 1) & 7], g[(len - 1) & 7]);
        if len > 2 && (f_top == 0 || f_top == -1) && (g_top == 0 || g_top == -1) {
            f[(len - 2) & 7] |= f_top << 62;
            g[(len - 2) & 7] |= g_top << 62;
            len -= 1;
        }
    }
}

/// Five signed limbs of 62 bits; all but the top one are in 0..2^62.
type Signed62 = [i64; 5];
const MASK: u64 = u64::MAX >> 2;

/// f and g, whose length shrinks: padded to a power of two, so that a masked index needs no check.
type Padded = [i64; 8];

const fn widen(a: &Signed62) -> Padded {
    [a[0], a[1], a[2], a[3], a[4], 0, 0, 0]
}

/// The transition matrix of 62 division steps, times 2^62.
struct Transition {
    u: i64,
    v: i64,
    q: i64,
    r: i64,
}

/// 62 division steps on the low bits of f and g; `eta` is minus delta. Runs of zeros are taken at once, and up to six bits of g are
/// cancelled by one multiple of f.
#[inline(always)]
const fn divsteps(mut eta: i64, mut f: u64, mut g: u64) -> (i64, Transition) {
    let (mut u, mut v, mut q, mut r) = (1_u64, 0_u64, 0_u64, 1_u64);
    let mut left = 62_u32;
    loop {
        let zeros = (g | (u64::MAX << left)).trailing_zeros();
        g >>= zeros;
        u <<= zeros;
        v <<= zeros;
        eta -= zeros as i64;
        left -= zeros;
        if left == 0 {
            return (eta, Transition { u: u as i64, v: v as i64, q: q as i64, r: r as i64 });
        }
        let w = if eta < 0 {
            eta = -eta;
            (f, g) = (g, f.wrapping_neg());
            (u, q) = (q, u.wrapping_neg());
            (v, r) = (r, v.wrapping_neg());
            // -g / f modulo 2^6: f (f^2 - 2) = -1 / f modulo 2^6 for odd f.
            f.wrapping_mul(g).wrapping_mul(f.wrapping_mul(f).wrapping_sub(2)) & low_bits(eta, left, 6)
        } else {
            // -g / f modulo 2^4: f + 8 (if bit 1 of f differs from bit 2) = 1 / f modulo 2^4.
            let inverse = f.wrapping_add((f.wrapping_add(1) & 4) << 1);
            inverse.wrapping_neg().wrapping_mul(g) & low_bits(eta, left, 4)
        };
        g = g.wrapping_add(f.wrapping_mul(w));
        q = q.wrapping_add(u.wrapping_mul(w));
        r = r.wrapping_add(v.wrapping_mul(w));
    }
}

/// A mask of as many low bits as may be cancelled before f and g would swap or the batch ends, at most `most`.
#[inline(always)]
const fn low_bits(eta: i64, left: u32, most: u32) -> u64 {
    let limit = if eta + 1 > left as i64 { left } else { (eta + 1) as u32 };
    (u64::MAX >> (64 - limit)) & (u64::MAX >> (64 - most))
}

#[inline(always)]
const fn dot(a: i64, x: i64, b: i64, y: i64) -> i128 {
    (a as i128) * (x as i128) + (b as i128) * (y as i128)
}

/// `(d, e) = t (d, e) / 2^62` modulo the modulus; both stay in (-2 modulus, modulus).
#[inline(always)]
const fn update_de(d: &Signed62, e: &Signed62, t: &Transition, modulus: &Modulus) -> (Signed62, Signed62) {
    let (d_sign, e_sign) = (d[4] >> 63, e[4] >> 63);
    // Add the modulus to d and e where they are negative, then the multiple that makes the low 62 bits zero.
    let md = (t.u & d_sign) + (t.v & e_sign);
    let me = (t.q & d_sign) + (t.r & e_sign);
    let mut cd = dot(t.u, d[0], t.v, e[0]);
    let mut ce = dot(t.q, d[0], t.r, e[0]);
    let md = md - (modulus.inverse.wrapping_mul(cd as u64).wrapping_add(md as u64) & MASK) as i64;
    let me = me - (modulus.inverse.wrapping_mul(ce as u64).wrapping_add(me as u64) & MASK) as i64;
    cd += (modulus.value[0] as i128) * (md as i128);
    ce += (modulus.value[0] as i128) * (me as i128);
    let (mut next_d, mut next_e) = ([0; 5], [0; 5]);
    let mut i = 1;
    while i < 5 {
        cd = (cd >> 62) + dot(t.u, d[i], t.v, e[i]) + (modulus.value[i] as i128) * (md as i128);
        ce = (ce >> 62) + dot(t.q, d[i], t.r, e[i]) + (modulus.value[i] as i128) * (me as i128);
        next_d[i - 1] = (cd as u64 & MASK) as i64;
        next_e[i - 1] = (ce as u64 & MASK) as i64;
        i += 1;
    }
    next_d[4] = (cd >> 62) as i64;
    next_e[4] = (ce >> 62) as i64;
    (next_d, next_e)
}

/// `(f, g) = t (f, g) / 2^62`, which divides exactly.
#[inline(always)]
const fn update_fg(len: usize, f: &mut Padded, g: &mut Padded, t: &Transition) {
    let mut cf = dot(t.u, f[0], t.v, g[0]);
    let mut cg = dot(t.q, f[0], t.r, g[0]);
    let mut i = 1;
    while i < len {
        cf = (cf >> 62) + dot(t.u, f[i & 7], t.v, g[i & 7]);
        cg = (cg >> 62) + dot(t.q, f[i & 7], t.r, g[i & 7]);
        f[(i - 1) & 7] = (cf as u64 & MASK) as i64;
        g[(i - 1) & 7] = (cg as u64 & MASK) as i64;
        i += 1;
    }
    f[(len - 1) & 7] = (cf >> 62) as i64;
    g[(len - 1) & 7] = (cg >> 62) as i64;
}

#[inline(always)]
const fn is_zero(len: usize, g: &Padded) -> bool {
    let mut any = 0;
    let mut i = 0;
    while i < len {
        any |= g[i & 7];
        i += 1;
    }
    any == 0
}

/// `d * sign(f)` brought from (-2 modulus, modulus) to 0..modulus.
const fn normalize(d: &Signed62, f_top: i64, modulus: &Modulus) -> Limbs {
    let r = add_masked(d, modulus, d[4] >> 63);
    let sign = f_top >> 63;
    let r = carry(&[
        (r[0] ^ sign) - sign,
        (r[1] ^ sign) - sign,
        (r[2] ^ sign) - sign,
        (r[3] ^ sign) - sign,
        (r[4] ^ sign) - sign,
    ]);
    from_signed62(&carry(&add_masked(&r, modulus, r[4] >> 63)))
}

const fn add_masked(a: &Signed62, modulus: &Modulus, mask: i64) -> Signed62 {
    let m = &modulus.value;
    [a[0] + (m[0] & mask), a[1] + (m[1] & mask), a[2] + (m[2] & mask), a[3] + (m[3] & mask), a[4] + (m[4] & mask)]
}

const fn carry(a: &Signed62) -> Signed62 {
    let low = MASK as i64;
    let a1 = a[1] + (a[0] >> 62);
    let a2 = a[2] + (a1 >> 62);
    let a3 = a[3] + (a2 >> 62);
    [a[0] & low, a1 & low, a2 & low, a3 & low, a[4] + (a3 >> 62)]
}

const fn to_signed62(a: &Limbs) -> Signed62 {
    [
        (a[0] & MASK) as i64,
        ((a[0] >> 62 | a[1] << 2) & MASK) as i64,
        ((a[1] >> 60 | a[2] << 4) & MASK) as i64,
        ((a[2] >> 58 | a[3] << 6) & MASK) as i64,
        (a[3] >> 56) as i64,
    ]
}

const fn from_signed62(a: &Signed62) -> Limbs {
    let [a0, a1, a2, a3, a4] = [a[0] as u64, a[1] as u64, a[2] as u64, a[3] as u64, a[4] as u64];
    [a0 | a1 << 62, a1 >> 2 | a2 << 60, a2 >> 4 | a3 << 58, a3 >> 6 | a4 << 56]
}
