//! ⊑ between grants against what it means: every request that one admits, the other admits (token.md §5.1–§5.3).
//!
//! Between single grants the library's answer must be exact, and each refusal is shown with a request that the one admits and the
//! other does not. Between lists it must be "each is ⊑ one". What is well-formed must be what the model says.

mod draw;
mod meaning;
#[cfg(test)]
mod tests;

use throughline::{Access, Argument, Grant, Grants};

use crate::draw::Draw;
use crate::grant::tests::model::{G, R};
use crate::grant_order::meaning::{Meaning, Texts, counterexample};
use crate::{Target, Vectors, planted};

/// This target.
pub const TARGET: Target = Target { name: "grant_order", max_len: 512, run, seeds };

/// Judges two lists of grants and some requests.
pub fn run(data: &[u8]) {
    judge(data, &if planted() { Meaning { dots_separate: false, ..Meaning::SPEC } } else { Meaning::SPEC });
}

/// Panics where the library does not say what `meaning` says.
fn judge(data: &[u8], meaning: &Meaning) {
    let mut draw = Draw::new(data);
    let parent = draw::list(&mut draw);
    let own = draw::children(&mut draw, &parent);
    let (own_bytes, parent_bytes) = (G::encode_all(&own), G::encode_all(&parent));
    let (Some(own), Some(parent)) = (decoded(&own, &own_bytes), decoded(&parent, &parent_bytes)) else { return };
    let mut first_wider = None;
    for (index, a) in own.iter().enumerate() {
        let mut within_one = false;
        for b in parent.iter() {
            within_one |= compare(&a, &b, meaning, &mut draw);
        }
        first_wider = first_wider.or((!within_one).then_some(index));
    }
    assert_eq!(own.narrows(&parent).err(), first_wider, "{own:?} narrows {parent:?}");
}

/// The list, if it is well-formed; the library and the model agree on that.
fn decoded<'e>(list: &[G], encoded: &'e [u8]) -> Option<Grants<'e>> {
    let grants = Grants::decode(encoded);
    let well_formed = list.iter().all(meaning::is_well_formed);
    assert_eq!(grants.is_ok(), well_formed, "{list:?}: {grants:?}");
    let grants = grants.ok()?;
    // Read back, it is what was written.
    let mut read: Vec<G> = grants.iter().map(G::from).collect();
    let mut written: Vec<G> = list.to_vec();
    let key = |grant: &G| grant.encode();
    (read.sort_by_key(key), written.sort_by_key(key));
    written.dedup();
    assert!(read.iter().map(key).eq(written.iter().map(key)), "{read:?} was written as {written:?}");
    Some(grants)
}

/// Whether a ⊑ b, after the library's answer was held against the meaning.
fn compare(a: &Grant<'_>, b: &Grant<'_>, meaning: &Meaning, draw: &mut Draw<'_>) -> bool {
    let within = a.is_within(b);
    let (one, other) = (G::from(*a), G::from(*b));
    let texts = Texts::of(&one, &other);
    let shown = counterexample(&one, &other, &texts, meaning);
    assert_eq!(within, shown.is_none(), "{a:?} ⊑ {b:?}: {shown:?}");
    if let Some(request) = shown {
        assert!(request.ask(|access| a.admits(access) && !b.admits(access)), "{a:?} {b:?} {request:?}");
    }
    // Requests of both kinds, parts of which may be anything.
    for _ in 0..2 {
        let request = draw::request(draw, &one, &other, &texts);
        let Some([by_a, by_b]) = asked(&request, [a, b]) else { continue };
        assert_eq!([by_a, by_b], [one.admits(&request), other.admits(&request)], "{a:?} {b:?} {request:?}");
        assert!(!within || !by_a || by_b, "{a:?} ⊑ {b:?}, but {request:?}");
    }
    within
}

/// What the library says to a request, if that is well-formed; the library and the model agree on that.
fn asked(request: &R, grants: [&Grant<'_>; 2]) -> Option<[bool; 2]> {
    let arguments: Vec<_> =
        request.arguments.iter().map(|(name, value)| Argument { name, value: value.borrow() }).collect();
    let access = Access::new(&request.action, &request.resource, &arguments);
    assert_eq!(access.is_ok(), meaning::is_concrete(request), "{request:?}");
    access.ok().map(|access| grants.map(|grant| grant.admits(&access)))
}

fn seeds(_: &Vectors) -> Vec<Vec<u8>> {
    (0..64).map(|seed| crate::draw::noise(seed, 160)).collect()
}
