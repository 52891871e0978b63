//! That the target notices: with any step left out of the model, or one read wrong, some input shows the difference. So would it if the
//! library left the step out.

use std::collections::BTreeMap;

use crate::admit::library::{Prepared, ask, now};
use crate::admit::model::{self, Lie, Rules};
use crate::admit::relations::{Relation, hold};
use crate::admit::shapes::Scene;
use crate::admit::story::Twist;
use crate::admit::{judge, stage};
use crate::draw::{Draw, noise, panics};
use throughline::{BoundedReplayMemory, UnixTime};

/// Every step that the model can leave out and go on.
const STEPS: &[u16] = &[
    102, 103, 104, 232, 235, 239, 240, 241, 242, 243, 244, 245, 303, 304, 306, 307, 308, 401, 402, 403, 502, 503, 504,
    505, 601, 602, 603, 604, 605, 606, 607, 608, 609, 610, 611, 612, 613, 614, 615, 701, 702, 703, 704, 705, 706, 707,
    708, 709, 710, 711, 712, 713, 714, 715, 716, 717, 801, 901, 902, 903, 904, 905, 906, 907, 908, 1001, 1002, 1003,
    1004, 1005, 1006, 1007, 1008, 1009, 1010, 1011, 1012, 1101, 1201, 1202, 1301, 1302,
];

const LIES: &[Lie] = &[
    Lie::NamespaceByBytes,
    Lie::SkewPerHop,
    Lie::RequireForgets,
    Lie::NextLasts,
    Lie::BestStatementCounts,
    Lie::AnyFreshWillDo,
    Lie::SilenceRestores,
    Lie::GrantsUnite,
    Lie::EveryIssuerRevokes,
    Lie::PinsAreFresh,
    Lie::CeilingsCombine,
];

#[test]
fn every_step_left_out_and_every_lie_is_noticed() {
    let without = STEPS.iter().map(|step| Rules { without: Some(*step), lie: None });
    let lying = LIES.iter().map(|lie| Rules { without: None, lie: Some(*lie) });
    let mut unnoticed: Vec<Rules> = without.chain(lying).collect();
    let mut last = 0;
    for seed in 0..INPUTS {
        let scene = stage::scene(&mut Draw::new(&noise(seed, 1_000)), &Twist::default());
        let judged = |rules| [model::verify(&scene, rules).err(), model::admit(&scene, rules).err()].map(coarse);
        let library = steps(&scene);
        assert_eq!(library, judged(Rules::default()), "input {seed}");
        let before = unnoticed.len();
        unnoticed.retain(|rules| library == judged(*rules));
        last = if unnoticed.len() < before { seed } else { last };
        if unnoticed.is_empty() {
            break;
        }
    }
    assert!(unnoticed.is_empty(), "{unnoticed:?}; the last one noticed after {last} inputs");
    println!("all noticed after {last} inputs");
}

#[test]
fn every_relation_that_is_bent_is_noticed() {
    for relation in [Relation::Falls, Relation::Narrow, Relation::Revoke, Relation::Demand] {
        let noticed = (0..6_000).find(|seed| {
            let data = noise(*seed, 1_000);
            let mut draw = Draw::new(&data);
            let scene = stage::scene(&mut draw, &Twist::default());
            let admitted = steps(&scene)[1].is_none();
            panics(std::panic::AssertUnwindSafe(|| hold(&data, &mut draw, &scene, admitted, Some(relation))))
        });
        println!("{relation:?} is noticed on input {noticed:?}");
        assert!(noticed.is_some(), "{relation:?}");
    }
}

#[test]
fn the_library_and_the_model_agree_and_all_steps_occur() {
    let mut verdicts: BTreeMap<u16, usize> = BTreeMap::new();
    for seed in 0..20_000 {
        *verdicts.entry(judge(&noise(seed, 1_000), Rules::default()).err().unwrap_or(0)).or_default() += 1;
    }
    println!("{verdicts:?}");
    assert!(verdicts[&0] > 2_000, "admitted: {}", verdicts[&0]);
    assert!(verdicts.len() > 70, "{} kinds of verdict", verdicts.len());
}

/// The library's verdicts: verified, admitted.
fn steps(scene: &Scene) -> [Option<u16>; 2] {
    let prepared = Prepared::new(scene);
    let (verifier, now) = (prepared.verifier(&scene.setting), now(&scene.setting));
    let memory = BoundedReplayMemory::new(16, UnixTime(scene.setting.began));
    let verified = verifier.verify(&prepared.token, now).map(drop);
    let admitted = ask(&scene.setting.asked, |request| {
        verifier.admit(&prepared.token, &prepared.proof, request, &memory, now).map(drop)
    });
    [verified, admitted].map(|verdict| coarse(verdict.err().map(|error| error.kind.number())))
}

/// Stage 2 as one.
fn coarse(step: Option<u16>) -> Option<u16> {
    step.map(|step| if (200..300).contains(&step) { 200 } else { step })
}

const INPUTS: u64 = 60_000;
