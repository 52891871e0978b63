//! Up to eight signatures: prepared keys together, unknown keys together.
#![expect(clippy::arithmetic_side_effects, reason = "counts up to eight")]

use super::{
    prepared::{self, Picks},
    unknown::{self, Claim},
};
use crate::{
    batch::{CHUNK, Item},
    field::{FieldElement, P},
    key::Key,
    limbs,
    point::Affine,
    scalar::{N, Scalar},
    signature::{self, Equation},
};

/// Judges up to eight items; `None` for those that the portable engine must judge: points of equal x that met, r so small that r + n is
/// a second candidate, and a single unknown key, for which eight lanes do not pay.
#[target_feature(enable = "avx512f,avx512ifma,avx512vbmi2,bmi2")]
pub(super) fn verify(items: &[Item<'_>]) -> [Option<bool>; CHUNK] {
    let equations = signature::equations::<CHUNK>(items.iter().map(|item| (item.prehash, item.signature)));
    let mut verdicts = [Some(false); CHUNK];
    let mut picks = Group::new();
    let mut claims = Group::new();
    for (i, ((item, equation), verdict)) in items.iter().zip(&equations).zip(&mut verdicts).enumerate() {
        let Some(equation) = equation else { continue };
        *verdict = None;
        if has_second_candidate(&equation.r) {
            continue;
        }
        match item.key {
            Key::Prepared(key) => picks.push(i, Picks::new(key.table(), equation)),
            Key::Plain(key) => claims.push(i, Claim::new(key.point(), equation)),
        }
    }
    if let Some(members) = picks.members() {
        picks.decide(prepared::judge(&members, picks.len), &mut verdicts);
    }
    if let Some(members) = claims.members()
        && claims.len > 1
    {
        claims.decide(unknown::judge(&members), &mut verdicts);
    }
    verdicts
}

/// Signatures judged together and where they came from.
struct Group<T> {
    members: [Option<T>; CHUNK],
    of: [usize; CHUNK],
    len: usize,
}

impl<T> Group<T> {
    const fn new() -> Self {
        Self { members: [const { None }; CHUNK], of: [0; CHUNK], len: 0 }
    }

    fn push(&mut self, i: usize, member: T) {
        if let (Some(slot), Some(of)) = (self.members.get_mut(self.len), self.of.get_mut(self.len)) {
            (*slot, *of) = (Some(member), i);
            self.len += 1;
        }
    }

    /// The members, and the first one again for want of others; `None` of none.
    fn members(&self) -> Option<[&T; CHUNK]> {
        let first = self.members[0].as_ref()?;
        Some(self.members.each_ref().map(|member| member.as_ref().unwrap_or(first)))
    }

    fn decide(&self, (valid, undecided): (u8, u8), verdicts: &mut [Option<bool>; CHUNK]) {
        for (lane, i) in self.of.iter().take(self.len).enumerate() {
            if let Some(verdict) = verdicts.get_mut(*i) {
                *verdict = if undecided >> lane & 1 == 1 { None } else { Some(valid >> lane & 1 == 1) };
            }
        }
    }
}

/// r in the place of x, to be loaded as table entries are.
pub(super) const fn r_as_entry(equation: &Equation) -> Affine {
    Affine { x: FieldElement::from_montgomery(*equation.r.limbs()), y: FieldElement::ZERO }
}

/// Whether r + n is below p.
fn has_second_candidate(r: &Scalar) -> bool {
    let (plus_n, carry) = limbs::add(r.limbs(), &N);
    !carry && limbs::less(&plus_n, &P)
}
