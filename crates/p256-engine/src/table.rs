//! Tables of multiples that turn a scalar multiplication into a sum: no doublings at verification.
//!
//! Row j holds (2 i + 1) * 2^(w j) * P for i below 2^(w - 1), so a scalar's odd digits of width w pick one entry of each row (Brickell,
//! Gordon, McCurley and Wilson 1992, with signed odd digits).
#![expect(
    clippy::indexing_slicing,
    reason = "const fn cannot iterate; every index is a loop counter below the array's length"
)]
#![expect(clippy::arithmetic_side_effects, reason = "loop counters below the lengths of small arrays")]

use crate::{
    digits::{Digit, odd_digit},
    field::FieldElement,
    jacobian::Jacobian,
    limbs::Limbs,
    point::Affine,
};

/// A table of `ROWS` windows with `HALF` = 2^(w - 1) entries each.
pub(crate) type Table<const HALF: usize, const ROWS: usize> = [[Affine; HALF]; ROWS];

/// The table of a prepared key: width 6, 43 rows, 88,064 bytes.
pub(crate) type KeyTable = Table<KEY_HALF, KEY_ROWS>;

pub(crate) const KEY_WIDTH: usize = 6;
pub(crate) const KEY_HALF: usize = 1 << (KEY_WIDTH - 1);
pub(crate) const KEY_ROWS: usize = 43;

pub(crate) const BASE_WIDTH: usize = 8;
pub(crate) const BASE_HALF: usize = 1 << (BASE_WIDTH - 1);
pub(crate) const BASE_ROWS: usize = 32;

/// The table of the base point: width 8, 32 rows, 262,144 bytes. `base.bin` holds it row by row, x then y of each entry, as the
/// little-endian bytes of their Montgomery form; `fill` computes the same in under a millisecond, but in 17 seconds when the compiler
/// evaluates it, so a test compares the two instead.
pub(crate) static BASE: Table<BASE_HALF, BASE_ROWS> = {
    let (chunks, _) = include_bytes!("base.bin").as_chunks::<64>();
    let mut table = [[Affine::BLANK; BASE_HALF]; BASE_ROWS];
    let mut i = 0;
    while i < chunks.len() {
        table[i / BASE_HALF][i % BASE_HALF] = Affine::from_le_bytes(&chunks[i]);
        i += 1;
    }
    table
};

/// The entry of `BASE` for digit `row` of an odd `k`, and whether to negate it.
#[inline(always)]
pub(crate) fn base_entry(k: &Limbs, row: usize) -> (&'static Affine, bool) {
    let Digit { entry, negative } = odd_digit::<BASE_WIDTH>(k, row, BASE_ROWS);
    (&BASE[row][entry], negative)
}

/// The entry of a key's table for digit `row` of an odd `k`, and whether to negate it.
#[inline(always)]
pub(crate) fn key_entry<'a>(table: &'a KeyTable, k: &Limbs, row: usize) -> (&'a Affine, bool) {
    let Digit { entry, negative } = odd_digit::<KEY_WIDTH>(k, row, KEY_ROWS);
    (&table[row][entry], negative)
}

/// Reads a word of each line that `key_entry` will give for `k`: independent loads, so that their cache misses overlap.
#[inline]
pub(crate) fn touch(table: &KeyTable, k: &Limbs) {
    let word = |row| key_entry(table, k, row).0.x.montgomery()[0];
    core::hint::black_box((0..KEY_ROWS).fold(0, |words, row| words ^ word(row)));
}

/// Fills the table of `point`, which must not be infinity. Works in place but for one Jacobian point a bit.
pub(crate) const fn fill<const WIDTH: usize, const HALF: usize, const ROWS: usize>(
    table: &mut Table<HALF, ROWS>,
    point: &Affine,
) {
    let powers = powers_of_two::<WIDTH, ROWS>(point);
    let mut row = 0;
    while row < ROWS {
        table[row][0] = powers[row][0];
        row += 1;
    }
    // Entries 0..count are done: adding 2^level * 2^(w row) * P to each gives entries count..2 count. No two x agree: that
    // would make a multiple of P by an odd number below 2^(w + 1) infinity.
    let mut level = 1;
    while level < WIDTH {
        extend(table, &powers, level);
        level += 1;
    }
}

/// One level of `fill`: affine additions with one inversion (Montgomery's trick, 3M an element). The running products wait in the x
/// of the entries about to be written.
const fn extend<const WIDTH: usize, const HALF: usize, const ROWS: usize>(
    table: &mut Table<HALF, ROWS>,
    powers: &[[Affine; WIDTH]; ROWS],
    level: usize,
) {
    let count = 1 << (level - 1);
    let mut product = FieldElement::ONE;
    let mut row = 0;
    while row < ROWS {
        let mut i = 0;
        while i < count {
            table[row][(count + i) % HALF].x = product;
            product = product.mul(&powers[row][level].x.sub(&table[row][i % HALF].x));
            i += 1;
        }
        row += 1;
    }
    let mut inverse = product.invert();
    while row > 0 {
        row -= 1;
        let step = powers[row][level];
        let mut i = count;
        while i > 0 {
            i -= 1;
            let entry = table[row][i % HALF];
            let difference_inverse = inverse.mul(&table[row][(count + i) % HALF].x);
            inverse = inverse.mul(&step.x.sub(&entry.x));
            table[row][(count + i) % HALF] = entry.add_with_inverse(&step, &difference_inverse);
        }
    }
}

/// 2^(width * row + i) * P, made affine with one inversion.
const fn powers_of_two<const WIDTH: usize, const ROWS: usize>(point: &Affine) -> [[Affine; WIDTH]; ROWS] {
    let mut chain = [[Jacobian::INFINITY; WIDTH]; ROWS];
    let mut powers = [[Affine::BLANK; WIDTH]; ROWS];
    let mut current = Jacobian::from_affine(point);
    let mut product = FieldElement::ONE;
    let mut row = 0;
    while row < ROWS {
        let mut i = 0;
        while i < WIDTH {
            chain[row][i] = current;
            powers[row][i].x = product;
            product = product.mul(&current.z);
            current = current.double();
            i += 1;
        }
        row += 1;
    }
    let mut inverse = product.invert();
    while row > 0 {
        row -= 1;
        let mut i = WIDTH;
        while i > 0 {
            i -= 1;
            let z_inverse = inverse.mul(&powers[row][i].x);
            inverse = inverse.mul(&chain[row][i].z);
            powers[row][i] = chain[row][i].to_affine(&z_inverse);
        }
    }
    powers
}
