//! That the target notices when a demand is read wrong.

use crate::contract::judge;
use crate::contract::sets::Reading;
use crate::draw::{noise, panics};

#[test]
fn every_lie_about_contracts_is_noticed() {
    let spec = Reading::SPEC;
    for lie in [
        Reading { worst_counts: false, ..spec },
        Reading { names_matter: false, ..spec },
        Reading { fresh_is_kid: false, ..spec },
        Reading { segments_matter: false, ..spec },
        Reading { next_lasts: true, ..spec },
        Reading { require_lasts: false, ..spec },
        Reading { next_is_for_vouched: false, ..spec },
    ] {
        let says = |seed: &u64, reading| panics(|| _ = judge(&noise(*seed, 700), reading));
        let noticed = (0..3_000).find(|seed| says(seed, lie) && !says(seed, spec));
        println!("{lie:?} is noticed on input {noticed:?}");
        assert!(noticed.is_some(), "{lie:?}");
    }
}

#[test]
fn library_lets_in_whom_the_sets_say() {
    let judged = (0..1_000).map(|seed| judge(&noise(seed, 700), Reading::SPEC));
    let (in_all, out_all) = judged.fold((0, 0), |(ins, outs), (one, other)| (ins + one, outs + other));
    println!("{in_all} let in, {out_all} kept out");
    assert!(in_all > 2_000 && out_all > 2_000, "{in_all} let in, {out_all} kept out");
}
