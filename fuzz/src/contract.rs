//! Contracts as sets: a demand is who of a small population meets it, a contract is what its demands have in common, and what later
//! links must be is what `next` and all `require`s before them have in common (token.md §6).
//!
//! For each input the whole population is tried at two places: behind a root with `next` and `require`, and one link further, where
//! that `next` binds nobody any more and the `require` still does, with another one beside it.

mod population;
mod sets;
#[cfg(test)]
mod tests;

use crate::admit::shapes::{Contract, Next};
use crate::admit::story::contract::contract;
use crate::contract::population::{Candidate, Ground};
use crate::contract::sets::{Members, Reading};
use crate::draw::Draw;
use crate::{Target, Vectors, planted};

/// This target.
pub const TARGET: Target = Target { name: "contract", max_len: 768, run, seeds };

/// Judges a few contracts.
pub fn run(data: &[u8]) {
    judge(data, if planted() { Reading { worst_counts: false, ..Reading::SPEC } } else { Reading::SPEC });
}

/// Panics where the library lets others in than the sets say. Says how many it let in and kept out.
fn judge(data: &[u8], reading: Reading) -> (usize, usize) {
    let mut draw = Draw::new(data);
    let ground = Ground::draw(&mut draw);
    let everyone = &ground.population;
    let (next, require, further) =
        (next(&mut draw, everyone), demand(&mut draw, everyone, 2), demand(&mut draw, everyone, 2));

    // Behind the root.
    let root = ground.root(next.clone(), require.clone());
    let let_in = ground.let_in(&[root.clone()], everyone);
    let bound = [next_contract(&next), require.as_ref()];
    assert_eq!(let_in, reading.behind(&next, &bound, everyone, 1), "{next:?} {require:?} {everyone:?}");

    // One further: whoever may, lets anyone go on.
    let mut sizes = (let_in.len(), everyone.len() - let_in.len());
    if let Some(first) = let_in.first() {
        let mut chain = vec![root];
        chain.extend(ground.link(&chain, &everyone[*first], 1, Some(Next::Anyone), further.clone()));
        let let_in = ground.let_in(&chain, everyone);
        let lasting = next_contract(&next).filter(|_| reading.next_lasts);
        let remembered = require.as_ref().filter(|_| reading.require_lasts);
        let bound = [lasting, remembered, further.as_ref()];
        let expected = reading.behind(&Some(Next::Anyone), &bound, everyone, 2);
        assert_eq!(let_in, expected, "{next:?} {require:?} {further:?} {everyone:?}");
        sizes = (sizes.0 + let_in.len(), sizes.1 + everyone.len() - let_in.len());
    }
    laws(&ground, &next, require.as_ref());
    sizes
}

/// Of the library alone: what stands in both lets in whom each lets in. Where no hand-over is demanded, for one that is not demanded is
/// refused too.
fn laws(ground: &Ground, next: &Option<Next>, require: Option<&Contract>) {
    let Some(require) = require.filter(|one| !one.handover) else { return };
    if next_contract(next).is_some_and(|one| one.handover) {
        return;
    }
    let let_in = |next: &Option<Next>, require: Option<&Contract>| -> Members {
        ground.let_in(&[ground.root(next.clone(), require.cloned())], &ground.population)
    };
    let both = let_in(next, Some(require));
    let (by_next, by_require) = (let_in(next, None), let_in(&Some(Next::Anyone), Some(require)));
    assert_eq!(both, by_next.intersection(&by_require).copied().collect(), "{next:?} and {require:?}");
}

fn next_contract(next: &Option<Next>) -> Option<&Contract> {
    match next {
        Some(Next::Contract(contract)) => Some(contract),
        _ => None,
    }
}

/// For one or two of them.
fn next(draw: &mut Draw<'_>, everyone: &[Candidate]) -> Option<Next> {
    let one = draw.of(everyone).member;
    match draw.below(8) {
        0 => Some(Next::Anyone),
        1 => Some(Next::Key(one.key.thumbprint())),
        2 => Some(Next::Identifier(one.identifier)),
        3 if draw.once_in(4) => None,
        _ => Some(Next::Contract(contract(draw, &[&one], 1, false))),
    }
}

fn demand(draw: &mut Draw<'_>, everyone: &[Candidate], last: usize) -> Option<Contract> {
    let (one, other) = (draw.of(everyone).member, draw.of(everyone).member);
    let both = [&one, &other];
    let met_by = if draw.once_in(2) { &both[..] } else { &both[..1] };
    let last = last - usize::from(draw.once_in(4));
    (draw.below(4) != 3).then(|| contract(draw, met_by, last, true))
}

fn seeds(_: &Vectors) -> Vec<Vec<u8>> {
    (0..64).map(|seed| crate::draw::noise(seed, 700)).collect()
}
