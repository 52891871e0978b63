//! The lanes' field arithmetic against a big-integer crate.

use std::vec::Vec;

use num_bigint::BigUint;

use super::oracle::{big, interesting};
use crate::{
    field::{FieldElement, P},
    ifma::Available,
    limbs::Limbs,
    point::Affine,
};

/// Eight pairs at a time, all pairs of edge values: the words of the operands, their R = 2^260.
#[test]
fn lane_operations_on_all_pairs_of_edge_values_agree_with_big_integers() {
    let Some(available) = Available::detect() else { return };
    let p = big(&P);
    let r_inverse = (BigUint::from(1_u8) << 260_usize).modpow(&(&p - 2_u8), &p);
    let values = interesting(&P);
    let pairs: Vec<(Limbs, Limbs)> = values.iter().flat_map(|a| values.iter().map(|b| (*a, *b))).collect();
    for pairs in pairs.as_chunks::<8>().0 {
        let points =
            pairs.map(|(a, b)| Affine { x: FieldElement::from_montgomery(a), y: FieldElement::from_montgomery(b) });
        let rows = available.operations(&points.each_ref());
        let (equal, maybe_zero) = available.comparisons(&points.each_ref());
        for (lane, (a, b)) in pairs.iter().enumerate() {
            let (a, b) = (big(a), big(b));
            let (ab, aa, bb) = (&a * &b * &r_inverse % &p, &a * &a * &r_inverse % &p, &b * &b * &r_inverse % &p);
            let difference = (&p + &a - &b) % &p;
            let expected = [
                [ab.clone(), aa.clone()],
                [ab.clone(), bb.clone()],
                [bb.clone(), aa],
                [ab.clone(), (ab + bb) % &p],
                [difference.clone(), difference],
                [(&a + &b) % &p, (&a + &b) * 3_u8 % &p],
                [(&a * 4_u8 + &p - &b) % &p, (&a + &p * 8_u8 - &b * 8_u8) % &p],
                [&a * 2_u8 % &p, &a * 2_u8 % &p],
            ];
            for (row, expected) in rows.iter().zip(expected) {
                assert_eq!([big(row[lane].x.montgomery()), big(row[lane].y.montgomery())], expected, "{a:x} and {b:x}");
            }
            assert_eq!(equal >> lane & 1 == 1, a == b);
            assert!(a != b || maybe_zero >> lane & 1 == 1);
        }
    }
}
