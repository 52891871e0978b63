//! What is accepted and what is refused, on every path.
#![cfg(feature = "alloc")]
#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::arithmetic_side_effects, reason = "a test")]

mod common;

use common::{ENGINES, Pair, verdict};
use throughline_p256::{Engine, Item, Key, KeyError, VerifyingKey, verify_batch, verify_batch_with};

const N: &str = "ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551";
const P: &str = "ffffffff00000001000000000000000000000000ffffffffffffffffffffffff";

fn bytes(hex: &str) -> [u8; 32] {
    core::array::from_fn(|i| u8::from_str_radix(&hex[2 * i..2 * i + 2], 16).unwrap())
}

fn joined(r: [u8; 32], s: [u8; 32]) -> [u8; 64] {
    let mut signature = [0; 64];
    signature[..32].copy_from_slice(&r);
    signature[32..].copy_from_slice(&s);
    signature
}

/// Big-endian `a - b`.
fn subtract(a: [u8; 32], b: [u8; 32]) -> [u8; 32] {
    let mut borrow = 0;
    let mut difference = [0; 32];
    for i in (0..32).rev() {
        let t = i16::from(a[i]) - i16::from(b[i]) - borrow;
        borrow = i16::from(t < 0);
        difference[i] = u8::try_from(t.rem_euclid(256)).unwrap();
    }
    difference
}

#[test]
fn honest_signature_accepted() {
    let pair = Pair::small(0x1234_5678);
    let prehash = [9; 32];
    assert!(verdict(&pair.plain, &pair.prepared, &prehash, &pair.sign(&prehash)));
}

#[test]
fn every_bit_flip_of_digest_and_signature_is_rejected() {
    let pair = Pair::small(99);
    let prehash = [0x77; 32];
    let signature = pair.sign(&prehash);
    for engine in ENGINES {
        for bit in 0..768 {
            let (mut prehash, mut signature) = (prehash, signature);
            if bit < 256 {
                prehash[bit / 8] ^= 1 << (bit % 8)
            } else {
                signature[bit / 8 - 32] ^= 1 << (bit % 8)
            }
            assert!(!pair.prepared.verify_with(engine, &prehash, &signature), "bit {bit}");
            let items = [Item { key: Key::Plain(&pair.plain), prehash: &prehash, signature: &signature }; 2];
            assert!(!verify_batch_with(engine, &items, &mut [true; 2]), "bit {bit}");
        }
    }
}

#[test]
fn high_s_rejected() {
    let pair = Pair::small(5);
    let prehash = [1; 32];
    let signature = pair.sign(&prehash);
    let s = subtract(bytes(N), *signature.last_chunk().unwrap());
    assert!(!verdict(&pair.plain, &pair.prepared, &prehash, &joined(*signature.first_chunk().unwrap(), s)));
}

#[test]
fn r_and_s_out_of_range_rejected() {
    let pair = Pair::small(5);
    let prehash = [1; 32];
    let signature = pair.sign(&prehash);
    let (r, s) = (*signature.first_chunk().unwrap(), *signature.last_chunk().unwrap());
    for bad in [[0; 32], bytes(N), bytes(P), [0xff; 32]] {
        assert!(!verdict(&pair.plain, &pair.prepared, &prehash, &joined(bad, s)));
        assert!(!verdict(&pair.plain, &pair.prepared, &prehash, &joined(r, bad)));
    }
}

/// A digest of n or more is reduced: 0 and n, 1 and n + 1 sign alike.
#[test]
fn digests_from_n_are_reduced() {
    let pair = Pair::small(6);
    let zero = [0; 32];
    assert!(verdict(&pair.plain, &pair.prepared, &zero, &pair.sign(&zero)));
    assert!(verdict(&pair.plain, &pair.prepared, &bytes(N), &pair.sign(&zero)));
    assert!(verdict(&pair.plain, &pair.prepared, &[0xff; 32], &pair.sign(&[0xff; 32])));
}

#[test]
fn key_forms_other_than_uncompressed_are_rejected() {
    let pair = Pair::small(8);
    let mut sec1 = [4; 65];
    sec1[1..].copy_from_slice(&pair.plain.to_coordinates());
    assert_eq!(VerifyingKey::from_sec1(&sec1), Ok(pair.plain));
    for length in (0..65).chain([66, 130]) {
        let bytes: Vec<u8> = sec1.iter().copied().cycle().take(length).collect();
        assert_eq!(VerifyingKey::from_sec1(&bytes), Err(KeyError::Length));
    }
    for form in (0..=255).filter(|form| *form != 4) {
        sec1[0] = form;
        assert_eq!(VerifyingKey::from_sec1(&sec1), Err(KeyError::Form));
    }
}

#[test]
fn coordinates_from_p_are_rejected() {
    let good = Pair::small(8).plain.to_coordinates();
    for bad in [bytes(P), [0xff; 32]] {
        assert_eq!(VerifyingKey::from_coordinates(&joined(bad, *good.last_chunk().unwrap())), Err(KeyError::Range));
        assert_eq!(VerifyingKey::from_coordinates(&joined(*good.first_chunk().unwrap(), bad)), Err(KeyError::Range));
    }
}

#[test]
fn points_off_the_curve_are_rejected() {
    let good = Pair::small(8).plain.to_coordinates();
    for bit in 0..512 {
        let mut bad = good;
        bad[bit / 8] ^= 1 << (bit % 8);
        assert!(
            matches!(VerifyingKey::from_coordinates(&bad), Err(KeyError::NotOnCurve | KeyError::Range)),
            "bit {bit}"
        );
    }
    assert_eq!(VerifyingKey::from_coordinates(&[0; 64]), Err(KeyError::NotOnCurve));
}

#[test]
fn key_errors_say_what_is_wrong() {
    let texts =
        [KeyError::Length, KeyError::Form, KeyError::Range, KeyError::NotOnCurve].map(|error| error.to_string());
    assert_eq!(
        texts,
        [
            "public key is not 65 bytes long",
            "public key is not an uncompressed point",
            "coordinate is not below the field's modulus",
            "point is not on the curve",
        ]
    );
}

#[test]
fn verdicts_of_another_length_than_the_items_are_all_false() {
    let pair = Pair::small(3);
    let prehash = [2; 32];
    let signature = pair.sign(&prehash);
    let items = [Item { key: Key::from(&pair.prepared), prehash: &prehash, signature: &signature }; 3];
    for length in [0, 1, 2, 4, 9] {
        let mut verdicts = vec![true; length];
        assert!(!verify_batch(&items, &mut verdicts));
        assert_eq!(verdicts, vec![false; length]);
    }
    assert!(verify_batch(&items, &mut [false; 3]));
    assert!(verify_batch(&[], &mut []));
}

/// Each signature on its own: one bad among good ones, at every place of two chunks and a half.
#[test]
fn a_bad_signature_fails_alone() {
    let pair = Pair::small(77);
    let prehash = [4; 32];
    let good = pair.sign(&prehash);
    let mut bad = good;
    bad[40] ^= 1;
    for engine in ENGINES {
        for place in 0..20 {
            let items: Vec<Item<'_>> = (0..20)
                .map(|i| Item {
                    key: if i % 2 == 0 { Key::Plain(&pair.plain) } else { Key::Prepared(&pair.prepared) },
                    prehash: &prehash,
                    signature: if i == place { &bad } else { &good },
                })
                .collect();
            let mut verdicts = [false; 20];
            assert!(!verify_batch_with(engine, &items, &mut verdicts));
            assert!(verdicts.iter().enumerate().all(|(i, verdict)| *verdict == (i != place)), "{engine:?}, {place}");
        }
    }
}

#[test]
fn detected_engine_is_available() {
    assert!(Engine::Portable.is_available());
    assert!(Engine::detect().is_available());
    assert_eq!(Engine::detect() == Engine::Ifma, Engine::Ifma.is_available());
}
