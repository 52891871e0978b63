//! Field and scalar arithmetic against a big-integer crate.

use num_bigint::BigUint;

use super::oracle::{big, element, interesting, limbs as to_limbs};
use crate::{
    digits::{self, odd_digit},
    field::{FieldElement, P},
    limbs,
    scalar::{N, Scalar},
};

#[test]
fn field_operations_on_all_pairs_of_edge_values_agree_with_big_integers() {
    let p = big(&P);
    let values = interesting(&P);
    assert!(values.len() > 120, "{}", values.len());
    for a in &values {
        let (x, wide_a) = (element(a), big(a));
        assert_eq!(x.to_canonical(), *a);
        assert_eq!(big(&x.square().to_canonical()), &wide_a * &wide_a % &p);
        assert_eq!(big(&x.double().to_canonical()), &wide_a * 2_u8 % &p);
        assert_eq!(big(&x.triple().to_canonical()), &wide_a * 3_u8 % &p);
        assert_eq!(big(&x.neg().to_canonical()), (&p - &wide_a) % &p);
        assert_eq!(x.neg_if(false), x);
        assert_eq!(x.neg_if(true), x.neg());
        assert_eq!(x.half().double(), x);
        assert_eq!(x.is_zero(), *a == [0; 4]);
        for b in &values {
            let (y, wide_b) = (element(b), big(b));
            assert_eq!(big(&x.mul(&y).to_canonical()), &wide_a * &wide_b % &p);
            assert_eq!(big(&x.add(&y).to_canonical()), (&wide_a + &wide_b) % &p);
            assert_eq!(big(&x.sub(&y).to_canonical()), (&p + &wide_a - &wide_b) % &p);
        }
    }
}

/// The operands above are edges as integers; these are edges as limbs of the Montgomery form, which the code works on.
#[test]
fn field_operations_on_edge_limbs_agree_with_big_integers() {
    let p = big(&P);
    let r_inverse = (BigUint::from(1_u8) << 256_usize).modpow(&(&p - 2_u8), &p);
    let values = interesting(&P);
    for a in &values {
        let x = FieldElement::from_montgomery(*a);
        assert_eq!(big(x.square().montgomery()), big(a) * big(a) * &r_inverse % &p);
        for b in &values {
            let y = FieldElement::from_montgomery(*b);
            assert_eq!(big(x.mul(&y).montgomery()), big(a) * big(b) * &r_inverse % &p);
            assert_eq!(big(x.add(&y).montgomery()), (big(a) + big(b)) % &p);
            assert_eq!(big(x.sub(&y).montgomery()), (&p + big(a) - big(b)) % &p);
        }
    }
}

#[test]
fn field_inverses_agree_with_big_integers() {
    let p = big(&P);
    for a in interesting(&P) {
        assert_eq!(big(&element(&a).invert().to_canonical()), big(&a).modpow(&(&p - 2_u8), &p));
    }
}

#[test]
fn integers_from_p_are_no_field_elements() {
    for offset in 0_u8..5 {
        assert_eq!(FieldElement::from_canonical(&to_limbs(&(big(&P) + offset))), None);
    }
    assert_eq!(FieldElement::from_canonical(&[u64::MAX; 4]), None);
    assert!(FieldElement::from_canonical(&to_limbs(&(big(&P) - 1_u8))).is_some());
}

#[test]
fn scalar_operations_on_all_pairs_of_edge_values_agree_with_big_integers() {
    let n = big(&N);
    let values = interesting(&N);
    for a in &values {
        let x = Scalar::reduce(a);
        assert_eq!(x.limbs(), a);
        assert_eq!(big(x.mul(&x.invert()).limbs()), BigUint::from(u8::from(*a != [0; 4])));
        assert_eq!(x.is_high(), big(a) > &n >> 1_usize);
        for b in &values {
            assert_eq!(big(x.mul(&Scalar::reduce(b).to_montgomery()).limbs()), big(a) * big(b) % &n);
        }
    }
}

#[test]
fn scalars_are_reduced_and_ranges_checked() {
    let n = big(&N);
    for a in interesting(&[u64::MAX; 4]).into_iter().chain([[u64::MAX; 4]]) {
        assert_eq!(big(Scalar::reduce(&a).limbs()), big(&a) % &n);
        assert_eq!(Scalar::from_nonzero(&a).is_some(), a != [0; 4] && big(&a) < n);
    }
}

#[test]
fn odd_digits_sum_to_the_scalar() {
    for a in interesting(&N) {
        let (k, negative) = Scalar::reduce(&a).to_odd();
        assert_eq!(k[0] & 1, 1);
        assert_eq!(big(&k), if negative { big(&N) - big(&a) } else { big(&a) });
        assert_eq!(sum_of_digits::<8>(&k, 32), big(&k));
        assert_eq!(sum_of_digits::<6>(&k, 43), big(&k));
        assert_eq!(sum_of_digits::<5>(&k, 52), big(&k));
    }
}

fn sum_of_digits<const WIDTH: usize>(k: &limbs::Limbs, rows: usize) -> BigUint {
    let (mut plus, mut minus) = (BigUint::ZERO, BigUint::ZERO);
    for row in 0..rows {
        let digit = odd_digit::<WIDTH>(k, row, rows);
        assert!(digit.entry < 1 << (WIDTH - 1));
        let term = BigUint::from(2 * digit.entry + 1) << (WIDTH * row);
        if digit.negative { minus += term } else { plus += term }
    }
    plus - minus
}

#[test]
fn naf_digits_sum_to_the_scalar() {
    for a in interesting(&[u64::MAX; 4]) {
        let digits = digits::wnaf5(&a);
        let (mut plus, mut minus, mut last) = (BigUint::ZERO, BigUint::ZERO, None);
        for (position, digit) in digits.iter().enumerate().filter(|(_, digit)| **digit != 0) {
            assert!(digit.rem_euclid(2) == 1 && digit.abs() < 16);
            assert!(last.is_none_or(|last| position >= last + 5));
            last = Some(position);
            let term = BigUint::from(digit.unsigned_abs()) << position;
            if *digit < 0 { minus += term } else { plus += term }
        }
        assert_eq!(plus - minus, big(&a));
    }
}

#[test]
fn bytes_and_limbs_convert_both_ways() {
    let bytes: [u8; 32] = core::array::from_fn(|i| i as u8);
    let limbs = limbs::from_be_bytes(&bytes);
    assert_eq!(limbs, [0x1819_1a1b_1c1d_1e1f, 0x1011_1213_1415_1617, 0x0809_0a0b_0c0d_0e0f, 0x0001_0203_0405_0607]);
    assert_eq!(limbs::to_be_bytes(&limbs), bytes);
}
