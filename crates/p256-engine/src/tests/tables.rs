//! Table contents against their definition, computed by `p256`, and `base.bin` against `fill`.

use std::{boxed::Box, vec, vec::Vec};

use p256::{ProjectivePoint, Scalar};

use super::oracle::{Random, affine, multiple};
use crate::{
    field::FieldElement,
    key::{PreparedKey, VerifyingKey},
    point::{Affine, Xyzz},
    table::{self, BASE, BASE_HALF, BASE_ROWS, BASE_WIDTH, KEY_WIDTH, Table},
};

/// Row j, entry i is (2 i + 1) 2^(w j) P.
fn assert_definition(table: &[impl AsRef<[Affine]>], width: usize, point: ProjectivePoint) {
    let mut power = point;
    for row in table {
        let mut entry = power;
        for ours in row.as_ref() {
            assert_eq!(Some(*ours), affine(&entry));
            entry += power + power;
        }
        for _ in 0..width {
            power += power;
        }
    }
}

#[test]
fn key_tables_are_what_their_definition_says() {
    let mut random = Random(5);
    for k in [Scalar::ONE, -Scalar::ONE, Scalar::from(2_u64), random.scalar(), random.scalar()] {
        let point = affine(&multiple(&k)).unwrap();
        let prepared = PreparedKey::new(&VerifyingKey::from_coordinates(&coordinates(&point)).unwrap());
        assert_definition(prepared.table(), KEY_WIDTH, multiple(&k));
    }
}

#[test]
fn base_table_is_what_its_definition_says() {
    assert_definition(&BASE, BASE_WIDTH, ProjectivePoint::GENERATOR);
}

#[test]
fn base_table_file_is_what_fill_computes() {
    let bytes = base_bytes();
    if std::env::var_os("WRITE_BASE_TABLE").is_some() {
        std::fs::write("src/base.bin", &bytes).unwrap();
    }
    assert!(bytes == include_bytes!("../base.bin"), "regenerate with WRITE_BASE_TABLE=1");
}

fn base_bytes() -> Vec<u8> {
    let rows = vec![[Affine::BLANK; BASE_HALF]; BASE_ROWS].into_boxed_slice();
    let mut table: Box<Table<BASE_HALF, BASE_ROWS>> = rows.try_into().unwrap();
    table::fill::<BASE_WIDTH, BASE_HALF, BASE_ROWS>(&mut table, &Affine::GENERATOR);
    table
        .iter()
        .flatten()
        .flat_map(|entry| [entry.x, entry.y])
        .flat_map(|c| c.montgomery().map(u64::to_le_bytes))
        .flatten()
        .collect()
}

fn coordinates(point: &Affine) -> [u8; 64] {
    let mut bytes = [0; 64];
    bytes[..32].copy_from_slice(&crate::limbs::to_be_bytes(&point.x.to_canonical()));
    bytes[32..].copy_from_slice(&crate::limbs::to_be_bytes(&point.y.to_canonical()));
    bytes
}

#[test]
fn infinity_has_no_x() {
    assert!(!Xyzz::INFINITY.has_x(&crate::scalar::Scalar::ONE));
    assert!(
        Xyzz::from_affine(&Affine { x: FieldElement::ONE, y: FieldElement::ONE }).has_x(&crate::scalar::Scalar::ONE)
    );
}
