//! Recoding of scalars: odd signed windows for tables without doublings, and the width-5 NAF for the ladder.

use crate::limbs::{Limbs, index};

/// One digit of an odd signed window: the value is `2 * entry + 1`, negated if `negative`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Digit {
    pub(crate) entry: usize,
    pub(crate) negative: bool,
}

/// Digit `row` of an odd `k` below 2^256 as a sum of `digit_row * 2^(width * row)` with every digit odd and below 2^width.
///
/// An odd k is a sum of +-2^i over all bits i: bit i of (k - 1) / 2 + 2^(length - 1) tells the sign (the signed all-bits-set
/// recoding; Joye and Tunstall, "Exponent recoding and regular exponentiation algorithms", AFRICACRYPT 2009). A window of signs is
/// an odd digit, never zero, so every signature adds the same number of points.
#[inline(always)]
pub(crate) fn odd_digit<const WIDTH: usize>(k: &Limbs, row: usize, rows: usize) -> Digit {
    let half = 1_u64 << WIDTH.wrapping_sub(1);
    let low_mask = half.wrapping_mul(2).wrapping_sub(1);
    // Bits of (k - 1) / 2 are the bits of k one place up.
    let start = row.wrapping_mul(WIDTH).wrapping_add(1);
    let top = if row.wrapping_add(1) == rows { half } else { 0 };
    let window = (bits_from(k, start) & low_mask) | top;
    let negative = window < half;
    // window - half, or its mirror image half - 1 - window: the low bits, inverted for a negative digit.
    let entry = if negative { !window } else { window } & half.wrapping_sub(1);
    Digit { entry: index(entry), negative }
}

/// 64 bits of `k` from bit `start`; zeros past the end.
#[inline(always)]
fn bits_from(k: &Limbs, start: usize) -> u64 {
    let (limb, shift) = (start >> 6, start & 63);
    let low = k.get(limb).copied().unwrap_or(0) >> shift;
    let high = k.get(limb.wrapping_add(1)).copied().unwrap_or(0);
    // Two shifts, since a shift by 64 is not defined.
    low | ((high << 1) << (63 ^ shift))
}

/// The digits of the width-5 non-adjacent form, least significant first: zero or odd and between -15 and 15.
pub(crate) fn wnaf5(k: &Limbs) -> [i8; WNAF_LEN] {
    const WIDTH: usize = 5;
    let mut digits = [0; WNAF_LEN];
    let mut carry = 0;
    let mut position = 0_usize;
    while let Some(digit) = digits.get_mut(position) {
        let window = bits_from(k, position);
        if window & 1 == carry {
            position = position.wrapping_add(1);
            continue;
        }
        // The window is odd once the carry is in; 17..=31 stand for themselves less 32, which carries.
        let value = (window & 31).wrapping_add(carry);
        carry = value >> 4;
        *digit = small(value.wrapping_sub(carry << WIDTH));
        position = position.wrapping_add(WIDTH);
    }
    digits
}

/// 256 bits and a carry.
pub(crate) const WNAF_LEN: usize = 257;

#[expect(clippy::as_conversions, reason = "two's complement of a value between -15 and 15")]
const fn small(value: u64) -> i8 {
    value as i8
}
