//! That the target notices caches that remember too much.

use crate::cache::judge;
use crate::cache::remembering::Flaw;
use crate::draw::{noise, panics};

#[test]
fn every_flaw_is_noticed() {
    let flaws = [Flaw::KeepsVerdicts, Flaw::ForgetsSignature, Flaw::MixesFacts, Flaw::GoesOn];
    for flaw in flaws {
        let panics = |seed, flaw| panics(|| _ = judge(&noise(seed, 1_800), flaw));
        let noticed = (0..6_000).find(|seed| panics(*seed, Some(flaw)) && !panics(*seed, None));
        println!("{flaw:?} is noticed on input {noticed:?}");
        assert!(noticed.is_some(), "{flaw:?}");
    }
}

#[test]
fn remembering_changes_no_verdict() {
    let judged: Vec<_> = (0..2_000).map(|seed| judge(&noise(seed, 1_800), None)).collect();
    let sum = |of: fn(&(usize, usize)) -> usize| judged.iter().map(of).sum::<usize>();
    let (all, accepted) = (sum(|one| one.0), sum(|one| one.1));
    println!("{accepted} of {all} accepted");
    assert!(accepted > 3_000, "{accepted} of {all}");
}
