//! The group law against `p256`, on all pairs of special points.

use std::vec::Vec;

use p256::{ProjectivePoint, Scalar};

use super::oracle::{Random, affine, multiple, normalize};
use crate::{
    field::FieldElement,
    jacobian::Jacobian,
    key::VerifyingKey,
    ladder::{self, OddMultiples},
    point::{Affine, Xyzz},
};

/// 0, G, -G, 2G, small and large multiples and their negatives.
fn special() -> Vec<ProjectivePoint> {
    let mut random = Random(3);
    let mut scalars: Vec<Scalar> = (0_u64..20).map(Scalar::from).collect();
    scalars.extend([31_u64, 32, 33, 63, 64, 65, 127, 128, 129, 255, 256, 257].map(Scalar::from));
    scalars.extend((0..4).map(|_| random.scalar()));
    scalars.iter().flat_map(|k| [multiple(k), -multiple(k)]).collect()
}

/// A representation with another Z.
fn rescaled(point: Option<Affine>, z: &FieldElement) -> Xyzz {
    let Some(point) = point else { return Xyzz::INFINITY };
    let (zz, zzz) = (z.square(), z.square().mul(z));
    Xyzz { x: point.x.mul(&zz), y: point.y.mul(&zzz), zz, zzz }
}

#[test]
fn xyzz_additions_of_all_pairs_agree_with_p256() {
    let points = special();
    let z = FieldElement::from_montgomery([3, 5, 7, 9]);
    for a in &points {
        for b in &points {
            let Some(addend) = affine(b) else { continue };
            for start in [rescaled(affine(a), &FieldElement::ONE), rescaled(affine(a), &z)] {
                assert_eq!(normalize(&start.add_affine(&addend)), affine(&(a + b)));
            }
        }
    }
}

#[test]
fn jacobian_additions_and_doublings_of_all_pairs_agree_with_p256() {
    let points = special();
    let z = FieldElement::from_montgomery([3, 5, 7, 9]);
    for a in &points {
        let at = |z: &FieldElement| {
            affine(a).map_or(Jacobian::INFINITY, |a| Jacobian {
                x: a.x.mul(&z.square()),
                y: a.y.mul(&z.square().mul(z)),
                z: *z,
            })
        };
        for start in [at(&FieldElement::ONE), at(&z)] {
            assert_eq!(normalize(&start.double().to_xyzz()), affine(&(a + a)));
            for b in &points {
                let Some(addend) = affine(b) else { continue };
                assert_eq!(normalize(&start.add_affine(&addend).to_xyzz()), affine(&(a + b)));
            }
        }
    }
}

#[test]
fn affine_additions_and_doublings_agree_with_p256() {
    let points = special();
    for a in &points {
        let Some(left) = affine(a) else { continue };
        assert_eq!(normalize(&Xyzz::double_affine(&left)), affine(&(a + a)));
        for b in &points {
            let Some(right) = affine(b) else { continue };
            let difference = right.x.sub(&left.x);
            if !difference.is_zero() {
                assert_eq!(Some(left.add_with_inverse(&right, &difference.invert())), affine(&(a + b)));
            }
        }
    }
}

#[test]
fn odd_multiples_and_ladder_agree_with_p256() {
    let mut random = Random(4);
    for point in special() {
        let Some(q) = affine(&point) else { continue };
        let multiples = OddMultiples::new(&q);
        let multiples = multiples.to_affine(&multiples.last_z().invert());
        for (i, entry) in multiples.iter().enumerate() {
            assert_eq!(Some(*entry), affine(&(point * Scalar::from(2 * i as u64 + 1))));
        }
        for scalar in (0_u64..18).map(Scalar::from).flat_map(|k| [k, -k]).chain((0..3).map(|_| random.scalar())) {
            let bytes: [u8; 32] = scalar.to_bytes().into();
            let u = crate::scalar::Scalar::reduce(&crate::limbs::from_be_bytes(&bytes));
            assert_eq!(normalize(&ladder::multiply(&multiples, &u).to_xyzz()), affine(&(point * scalar)));
        }
    }
}

#[test]
fn generator_is_on_the_curve_and_neighbours_are_not() {
    assert!(Affine::GENERATOR.is_on_curve());
    assert_eq!(Some(Affine::GENERATOR), affine(&ProjectivePoint::GENERATOR));
    assert!(!Affine { x: Affine::GENERATOR.x, y: Affine::GENERATOR.y.add(&FieldElement::ONE) }.is_on_curve());
    assert!(!Affine::BLANK.is_on_curve());
    let key = VerifyingKey::from_coordinates(&[0; 64]);
    assert!(key.is_err());
}
