//! Verdicts against `p256` on valid and mutated signatures, every path, alone and together.
#![cfg(feature = "alloc")]
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::arithmetic_side_effects,
    clippy::as_conversions,
    reason = "a test"
)]

mod common;

use common::{ENGINES, Pair, Random};
use throughline_p256::{Item, Key, verify_batch_with};

#[test]
fn mixed_batches_agree_with_p256() {
    differential(40, 25, 1);
}

/// 10^6 signatures on each engine: `cargo test --release -- --ignored`.
#[test]
#[ignore = "minutes"]
fn a_million_signatures_agree_with_p256() {
    differential(200, 556, 2);
}

/// `keys` keys, `rounds` batches of 1 to 17 items a key.
fn differential(keys: usize, rounds: usize, seed: u64) {
    let mut random = Random(seed);
    let pairs: Vec<Pair> = (0..keys).map(|_| Pair::new(&random.bytes())).collect();
    let mut seen = [0_usize; 2];
    for round in 0..keys * rounds {
        let cases: Vec<_> = (0..=round % 17).map(|_| case(&pairs, &mut random)).collect();
        let items: Vec<Item<'_>> = cases
            .iter()
            .map(|(pair, plain, prehash, signature, _)| Item {
                key: if *plain { Key::Plain(&pair.plain) } else { Key::Prepared(&pair.prepared) },
                prehash,
                signature,
            })
            .collect();
        let expected: Vec<bool> = cases.iter().map(|case| case.4).collect();
        for engine in ENGINES {
            let mut verdicts = vec![false; items.len()];
            let all = verify_batch_with(engine, &items, &mut verdicts);
            assert_eq!(verdicts, expected, "{engine:?}, round {round}");
            assert_eq!(all, expected.iter().all(|verdict| *verdict));
        }
        for verdict in expected {
            seen[usize::from(verdict)] += 1;
        }
    }
    assert!(seen[0] > seen[1] / 8 && seen[1] > seen[0], "{seen:?}");
}

fn case<'a>(pairs: &'a [Pair], random: &mut Random) -> (&'a Pair, bool, [u8; 32], [u8; 64], bool) {
    let pair = &pairs[random.below(pairs.len())];
    let signed: [u8; 32] = if random.below(16) == 0 { [0xff; 32] } else { random.bytes() };
    let mut signature = pair.sign(&signed);
    let mut prehash = signed;
    match random.below(8) {
        0 => signature[random.below(64)] ^= 1 << random.below(8),
        1 => prehash[random.below(32)] ^= 1 << random.below(8),
        2 => signature[random.below(2) * 32..][..32].fill([0, 0xff][random.below(2)]),
        _ => {}
    }
    let expected = pair.oracle(&prehash, &signature);
    (pair, random.below(3) == 0, prehash, signature, expected)
}
