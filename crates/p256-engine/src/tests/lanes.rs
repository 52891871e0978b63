//! The IFMA engine's exceptional lanes, each forced: it must say that it cannot tell, and the verdict must be exact all the same.

use std::{vec, vec::Vec};

use p256::Scalar;

use super::{
    crafted::{Crafted, Term, addends, base_addends, key_multiple},
    oracle::Random,
};
use crate::{
    batch::Item,
    ifma::Available,
    key::{Key, PreparedKey},
};

/// What the IFMA engine says of `count` copies of a signature.
fn judged(available: Available, crafted: &Crafted, prepared: bool, count: usize) -> Vec<Option<bool>> {
    let table = PreparedKey::new(&crafted.key);
    let key = if prepared { Key::Prepared(&table) } else { Key::Plain(&crafted.key) };
    let items = vec![Item { key, prehash: &crafted.prehash, signature: &crafted.signature }; count];
    available.verify(&items)[..count].to_vec()
}

#[test]
fn honest_signatures_never_leave_the_lanes() {
    let Some(available) = Available::detect() else { return };
    let mut random = Random(20);
    for count in 1..=8 {
        for _ in 0..20 {
            let d = random.scalar();
            let crafted = Crafted::search(&mut random, |_, _| Some(d));
            assert_eq!(judged(available, &crafted, true, count), vec![Some(true); count]);
            if count > 1 {
                assert_eq!(judged(available, &crafted, false, count), vec![Some(true); count]);
            }
        }
    }
}

/// Every addition of every lane, in each of the four layouts, on equal and on opposite points.
#[test]
fn points_of_equal_x_in_every_lane_and_step_are_noticed() {
    let Some(available) = Available::detect() else { return };
    let mut random = Random(21);
    for (lanes, count) in [(8, 1), (4, 2), (2, 3), (1, 8)] {
        for lane in 0..lanes {
            let points = addends(&Scalar::ONE, &Scalar::ONE).len();
            // Before row 0 of the key's table all points are multiples of G alone, which meet in no lane.
            for at in (lane..points).step_by(lanes).filter(|at| *at >= 32 && *at >= lanes) {
                // Opposite points in the last addition of all make infinity, which no signature claims.
                let opposite = at % 2 == 0 && (lanes > 1 || at + 1 < points);
                let crafted = Crafted::search(&mut random, |u1, u2| {
                    let terms = addends(u1, u2);
                    let before = Term::sum(terms[..at].iter().skip(lane).step_by(lanes).copied());
                    before.meeting(terms[at], opposite)
                });
                assert_eq!(
                    judged(available, &crafted, true, count),
                    vec![None; count],
                    "{lanes} lanes, lane {lane}, point {at}"
                );
                crafted.assert_exact();
            }
        }
    }
}

/// The additions of lanes to lanes.
#[test]
fn lanes_of_equal_x_are_noticed() {
    let Some(available) = Available::detect() else { return };
    let mut random = Random(22);
    for (lanes, count) in [(8, 1), (4, 2), (2, 3)] {
        let mut apart = lanes / 2;
        while apart > 0 {
            for lane in 0..apart {
                for opposite in [false, true].into_iter().filter(|opposite| !opposite || apart > 1) {
                    let crafted = Crafted::search(&mut random, |u1, u2| {
                        let terms = addends(u1, u2);
                        let sum = |lane: usize| Term::sum(terms[lane..].iter().step_by(2 * apart).copied());
                        sum(lane).meeting(sum(lane + apart), opposite)
                    });
                    assert_eq!(
                        judged(available, &crafted, true, count),
                        vec![None; count],
                        "{lanes} lanes, {lane} and {apart} above"
                    );
                    crafted.assert_exact();
                }
            }
            apart /= 2;
        }
    }
}

/// The additions of G's table to the ladder's result.
#[test]
fn points_of_equal_x_after_the_ladder_are_noticed() {
    let Some(available) = Available::detect() else { return };
    let mut random = Random(23);
    for at in 0..32 {
        for opposite in [false, true].into_iter().filter(|opposite| !opposite || at < 31) {
            let crafted = Crafted::search(&mut random, |u1, u2| {
                let terms = base_addends(u1);
                Term::sum(terms[..at].iter().copied()).add(key_multiple(u2)).meeting(terms[at], opposite)
            });
            assert_eq!(judged(available, &crafted, false, 8), vec![None; 8], "row {at}");
            crafted.assert_exact();
        }
    }
}

/// One exceptional signature among honest ones leaves the others where they are.
#[test]
fn an_exceptional_lane_does_not_disturb_its_neighbours() {
    let Some(available) = Available::detect() else { return };
    let mut random = Random(24);
    let honest: Vec<Crafted> =
        (1_u64..8).map(|d| Crafted::search(&mut random, |u1, _| Some(*u1 * Scalar::from(d)))).collect();
    let odd = Crafted::search(&mut random, |u1, u2| {
        let terms = addends(u1, u2);
        Term::sum(terms[..40].iter().copied()).meeting(terms[40], false)
    });
    for place in 0..8 {
        let mut all: Vec<&Crafted> = honest.iter().collect();
        all.insert(place, &odd);
        let tables: Vec<PreparedKey> = all.iter().map(|crafted| PreparedKey::new(&crafted.key)).collect();
        let items: Vec<Item<'_>> = all
            .iter()
            .zip(&tables)
            .map(|(crafted, table)| Item {
                key: Key::Prepared(table),
                prehash: &crafted.prehash,
                signature: &crafted.signature,
            })
            .collect();
        for (i, verdict) in available.verify(&items).into_iter().enumerate() {
            assert_eq!(verdict, if i == place { None } else { Some(true) });
        }
    }
}
