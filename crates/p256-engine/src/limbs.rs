//! 256-bit integers as four 64-bit limbs, least significant first: the only casts of the engine are here.

/// A 256-bit integer, least significant limb first.
pub(crate) type Limbs = [u64; 4];

/// `a * b` as (low, high).
#[inline(always)]
#[expect(clippy::as_conversions, reason = "From is not const; widening, then the two exact halves")]
pub(crate) const fn widening(a: u64, b: u64) -> (u64, u64) {
    let t = (a as u128).wrapping_mul(b as u128);
    (t as u64, (t >> 64) as u64)
}

/// `acc + a * b + carry` as (low, high); the sum is at most 2^128 - 1.
#[inline(always)]
#[expect(clippy::as_conversions, reason = "From is not const; widening, then the two exact halves")]
pub(crate) const fn mac(acc: u64, a: u64, b: u64, carry: u64) -> (u64, u64) {
    let t = (a as u128).wrapping_mul(b as u128).wrapping_add(acc as u128).wrapping_add(carry as u128);
    (t as u64, (t >> 64) as u64)
}

/// `a + b + carry` and the carry out (`carrying_add`, which is not const yet).
#[inline(always)]
pub(crate) const fn adc(a: u64, b: u64, carry: bool) -> (u64, bool) {
    let (sum, over) = a.overflowing_add(b);
    let (sum, again) = sum.overflowing_add(bit(carry));
    (sum, over | again)
}

/// `a - b - borrow` and the borrow out (`borrowing_sub`, which is not const yet).
#[inline(always)]
pub(crate) const fn sbb(a: u64, b: u64, borrow: bool) -> (u64, bool) {
    let (difference, under) = a.overflowing_sub(b);
    let (difference, again) = difference.overflowing_sub(bit(borrow));
    (difference, under | again)
}

/// 1 for `true`, 0 for `false`.
#[inline(always)]
#[expect(clippy::as_conversions, reason = "From is not const; bool is 0 or 1")]
pub(crate) const fn bit(flag: bool) -> u64 {
    flag as u64
}

/// All ones for `true`, 0 for `false`.
#[inline(always)]
pub(crate) const fn mask(flag: bool) -> u64 {
    bit(flag).wrapping_neg()
}

/// The low bits of a limb as an index or a small count.
#[inline(always)]
#[expect(clippy::as_conversions, reason = "callers pass values below 2^16")]
pub(crate) const fn index(limb: u64) -> usize {
    limb as usize
}

/// `a + b` and the carry out.
#[inline(always)]
pub(crate) const fn add(a: &Limbs, b: &Limbs) -> (Limbs, bool) {
    let (w0, c) = adc(a[0], b[0], false);
    let (w1, c) = adc(a[1], b[1], c);
    let (w2, c) = adc(a[2], b[2], c);
    let (w3, c) = adc(a[3], b[3], c);
    ([w0, w1, w2, w3], c)
}

/// `a - b` and the borrow out.
#[inline(always)]
pub(crate) const fn sub(a: &Limbs, b: &Limbs) -> (Limbs, bool) {
    let (w0, c) = sbb(a[0], b[0], false);
    let (w1, c) = sbb(a[1], b[1], c);
    let (w2, c) = sbb(a[2], b[2], c);
    let (w3, c) = sbb(a[3], b[3], c);
    ([w0, w1, w2, w3], c)
}

/// `a < b`.
#[inline(always)]
pub(crate) const fn less(a: &Limbs, b: &Limbs) -> bool {
    sub(a, b).1
}

/// `a == 0`.
#[inline(always)]
pub(crate) const fn is_zero(a: &Limbs) -> bool {
    (a[0] | a[1] | a[2] | a[3]) == 0
}

/// The 512-bit product `a * b`: row by row, two carry chains a row.
#[inline(always)]
#[expect(
    clippy::arithmetic_side_effects,
    reason = "the running value stays below 2^(64 (i + 5)), so the top limb cannot overflow"
)]
pub(crate) const fn product(a: &Limbs, b: &Limbs) -> [u64; 8] {
    let (r0, h0) = widening(a[0], b[0]);
    let (l1, h1) = widening(a[1], b[0]);
    let (l2, h2) = widening(a[2], b[0]);
    let (l3, h3) = widening(a[3], b[0]);
    let (t1, c) = adc(l1, h0, false);
    let (t2, c) = adc(l2, h1, c);
    let (t3, c) = adc(l3, h2, c);
    let t4 = h3 + bit(c);
    let (r1, t1, t2, t3, t4) = product_row([t1, t2, t3, t4], a, b[1]);
    let (r2, t1, t2, t3, t4) = product_row([t1, t2, t3, t4], a, b[2]);
    let (r3, r4, r5, r6, r7) = product_row([t1, t2, t3, t4], a, b[3]);
    [r0, r1, r2, r3, r4, r5, r6, r7]
}

/// `t + a * b`, five limbs.
#[inline(always)]
#[expect(clippy::arithmetic_side_effects, reason = "t + a * b < 2^320, so the top limb cannot overflow")]
const fn product_row(t: Limbs, a: &Limbs, b: u64) -> (u64, u64, u64, u64, u64) {
    let (l0, h0) = widening(a[0], b);
    let (l1, h1) = widening(a[1], b);
    let (l2, h2) = widening(a[2], b);
    let (l3, h3) = widening(a[3], b);
    let (x0, c) = adc(t[0], l0, false);
    let (x1, c) = adc(t[1], l1, c);
    let (x2, c) = adc(t[2], l2, c);
    let (x3, top) = adc(t[3], l3, c);
    let (x1, c) = adc(x1, h0, false);
    let (x2, c) = adc(x2, h1, c);
    let (x3, c) = adc(x3, h2, c);
    (x0, x1, x2, x3, h3 + bit(top) + bit(c))
}

/// The 512-bit square `a * a`: six cross products doubled, four squares.
#[inline(always)]
pub(crate) const fn square(a: &Limbs) -> [u64; 8] {
    let (t1, c) = mac(0, a[0], a[1], 0);
    let (t2, c) = mac(0, a[0], a[2], c);
    let (t3, t4) = mac(0, a[0], a[3], c);
    let (t3, c) = mac(t3, a[1], a[2], 0);
    let (t4, t5) = mac(t4, a[1], a[3], c);
    let (t5, t6) = mac(t5, a[2], a[3], 0);
    let t7 = t6 >> 63;
    let t6 = (t6 << 1) | (t5 >> 63);
    let t5 = (t5 << 1) | (t4 >> 63);
    let t4 = (t4 << 1) | (t3 >> 63);
    let t3 = (t3 << 1) | (t2 >> 63);
    let t2 = (t2 << 1) | (t1 >> 63);
    let t1 = t1 << 1;
    let (r0, h0) = widening(a[0], a[0]);
    let (l1, h1) = widening(a[1], a[1]);
    let (l2, h2) = widening(a[2], a[2]);
    let (l3, h3) = widening(a[3], a[3]);
    let (r1, c) = adc(t1, h0, false);
    let (r2, c) = adc(t2, l1, c);
    let (r3, c) = adc(t3, h1, c);
    let (r4, c) = adc(t4, l2, c);
    let (r5, c) = adc(t5, h2, c);
    let (r6, c) = adc(t6, l3, c);
    let (r7, _) = adc(t7, h3, c);
    [r0, r1, r2, r3, r4, r5, r6, r7]
}

/// Big-endian bytes to limbs.
#[inline]
pub(crate) const fn from_be_bytes(bytes: &[u8; 32]) -> Limbs {
    let [
        a0,
        a1,
        a2,
        a3,
        a4,
        a5,
        a6,
        a7,
        b0,
        b1,
        b2,
        b3,
        b4,
        b5,
        b6,
        b7,
        c0,
        c1,
        c2,
        c3,
        c4,
        c5,
        c6,
        c7,
        d0,
        d1,
        d2,
        d3,
        d4,
        d5,
        d6,
        d7,
    ] = *bytes;
    [
        u64::from_be_bytes([d0, d1, d2, d3, d4, d5, d6, d7]),
        u64::from_be_bytes([c0, c1, c2, c3, c4, c5, c6, c7]),
        u64::from_be_bytes([b0, b1, b2, b3, b4, b5, b6, b7]),
        u64::from_be_bytes([a0, a1, a2, a3, a4, a5, a6, a7]),
    ]
}

/// The first 32 little-endian bytes to limbs; zeros past the end.
pub(crate) const fn from_le_bytes(bytes: &[u8]) -> Limbs {
    match bytes.as_chunks::<8>().0 {
        [a, b, c, d, ..] => {
            [u64::from_le_bytes(*a), u64::from_le_bytes(*b), u64::from_le_bytes(*c), u64::from_le_bytes(*d)]
        }
        _ => [0; 4],
    }
}

/// Limbs to big-endian bytes.
#[inline]
pub(crate) fn to_be_bytes(a: &Limbs) -> [u8; 32] {
    let mut bytes = [0; 32];
    for (chunk, limb) in bytes.chunks_exact_mut(8).zip(a.iter().rev()) {
        chunk.copy_from_slice(&limb.to_be_bytes());
    }
    bytes
}

/// The inverse of an odd `m` modulo 2^64, by Newton's iteration (each step doubles the number of right bits).
pub(crate) const fn inverse_mod_2_64(m: u64) -> u64 {
    let mut x = 1_u64;
    let mut bits = 1_u32;
    while bits < 64 {
        x = x.wrapping_mul(2_u64.wrapping_sub(m.wrapping_mul(x)));
        bits <<= 1;
    }
    x
}
