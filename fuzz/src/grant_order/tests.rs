//! That the target notices a library of which one rule is another: here the meaning lies, and the library does not.

use crate::draw::{noise, panics};
use crate::grant_order::judge;
use crate::grant_order::meaning::Meaning;

#[test]
fn every_lie_about_the_order_is_noticed() {
    let spec = Meaning::SPEC;
    for lie in [
        Meaning { dots_separate: false, ..spec },
        Meaning { absent_is_refused: false, ..spec },
        Meaning { types_differ: false, ..spec },
        Meaning { ends_belong: false, ..spec },
    ] {
        let panics = |seed, meaning| panics(|| judge(&noise(seed, 200), meaning));
        let noticed = (0..4_000).any(|seed| panics(seed, &lie) && !panics(seed, &spec));
        assert!(noticed, "{lie:?}");
    }
}

#[test]
fn the_library_and_the_meaning_agree() {
    (0..3_000).for_each(|seed| judge(&noise(seed, 200), &Meaning::SPEC));
}
