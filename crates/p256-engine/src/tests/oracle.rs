//! `p256` and big integers in this crate's types.

use std::vec::Vec;

use num_bigint::BigUint;
use p256::{
    ProjectivePoint,
    elliptic_curve::{PrimeField, sec1::ToSec1Point},
};

use crate::{
    field::{FieldElement, P},
    key::VerifyingKey,
    limbs::{self, Limbs},
    point::{Affine, Xyzz},
    scalar::N,
};

pub(super) fn big(a: &Limbs) -> BigUint {
    BigUint::from_bytes_be(&limbs::to_be_bytes(a))
}

pub(super) fn limbs(a: &BigUint) -> Limbs {
    let mut bytes = a.to_bytes_le();
    assert!(bytes.len() <= 32);
    bytes.resize(32, 0);
    limbs::from_le_bytes(&bytes)
}

/// Values around 0, p, n, 2^256 and every limb edge, and a few from a generator: all below `modulus`.
pub(super) fn interesting(modulus: &Limbs) -> Vec<Limbs> {
    let mut values = Vec::new();
    let one = BigUint::from(1_u8);
    let top = &one << 256_usize;
    let mut centers = vec_of(&[big(&P), big(&N), big(modulus) >> 1_usize, &top - 1_u8, BigUint::from(0_u8)]);
    for limb in [32_usize, 64, 96, 128, 160, 192, 224, 255] {
        centers.push(&one << limb);
        centers.push(&top - (&one << limb));
        centers.push(big(&P) - (&one << limb));
    }
    for center in centers {
        for offset in 0_u8..3 {
            values.push(&center + offset);
            if center >= BigUint::from(offset) {
                values.push(&center - offset);
            }
        }
    }
    let mut random = Random(7);
    for _ in 0..60 {
        // Limbs of all ones, of zeros, and of anything.
        let limb = |random: &mut Random| [0, u64::MAX, random.next(), 0xffff_ffff][random.next() as usize % 4];
        values.push(big(&[limb(&mut random), limb(&mut random), limb(&mut random), limb(&mut random)]));
    }
    let mut values: Vec<Limbs> =
        values.into_iter().filter(|value| value < &big(modulus)).map(|value| limbs(&value)).collect();
    values.sort_unstable();
    values.dedup();
    values
}

fn vec_of(values: &[BigUint]) -> Vec<BigUint> {
    values.to_vec()
}

/// SplitMix64.
pub(super) struct Random(pub(super) u64);

impl Random {
    pub(super) fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let z = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    pub(super) fn scalar(&mut self) -> p256::Scalar {
        let bytes = limbs::to_be_bytes(&[self.next(), self.next(), self.next(), self.next() >> 1]);
        p256::Scalar::from_repr(bytes.into()).unwrap()
    }
}

/// The oracle's multiple of G.
pub(super) fn multiple(k: &p256::Scalar) -> ProjectivePoint {
    ProjectivePoint::GENERATOR * k
}

/// A point of the oracle as ours; `None` for infinity.
pub(super) fn affine(point: &ProjectivePoint) -> Option<Affine> {
    let encoded = point.to_affine().to_sec1_point(false);
    let bytes = <&[u8; 64]>::try_from(encoded.as_bytes().get(1..)?).ok()?;
    Some(*VerifyingKey::from_coordinates(bytes).unwrap().point())
}

/// A sum of ours as affine; `None` for infinity.
pub(super) fn normalize(point: &Xyzz) -> Option<Affine> {
    if point.is_infinity() {
        return None;
    }
    assert_eq!(point.zz.square().mul(&point.zz), point.zzz.square());
    Some(Affine { x: point.x.mul(&point.zz.invert()), y: point.y.mul(&point.zzz.invert()) })
}

pub(super) fn element(value: &Limbs) -> FieldElement {
    FieldElement::from_canonical(value).unwrap()
}
