//! A second verifier, slow and obvious, written from spec/verification.md over plain values: which step refuses, if any.
//!
//! It never sees a byte of a token. The step is exact from stage 3 on; of stage 2 it knows only what its writers can get wrong.

pub(crate) mod actors;
mod admission;
pub(crate) mod chain;
pub(crate) mod contracts;
pub(crate) mod names;
mod origin;
mod revocation;

use throughline::{Limits, OriginForm};

use crate::admit::model::actors::Actor;
use crate::admit::shapes::{Credential, Item, Link, Scene};

/// The step that refuses.
pub(crate) type Refused = u16;

/// How the rules are read: all of them, or all but one step, to see that its absence is noticed.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Rules {
    pub(crate) without: Option<u16>,
    pub(crate) lie: Option<Lie>,
}

/// A rule that is there and wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Lie {
    /// A namespace covers what merely begins with its bytes.
    NamespaceByBytes,
    /// Skew is granted at each hop, against the parent's window.
    SkewPerHop,
    /// `require` binds the next link alone.
    RequireForgets,
    /// `next`'s contract binds all later links.
    NextLasts,
    /// One good statement of a property is enough.
    BestStatementCounts,
    /// Any credential may be the fresh one.
    AnyFreshWillDo,
    /// A link without grants has the root's.
    SilenceRestores,
    /// Several of the parent's grants may cover one together: by action and by resource.
    GrantsUnite,
    /// Every issuer may revoke everything.
    EveryIssuerRevokes,
    /// A pin is fresh.
    PinsAreFresh,
    /// Ceilings combine.
    CeilingsCombine,
}

impl Rules {
    pub(crate) fn check(&self, step: u16, holds: bool) -> Result<(), Refused> {
        if holds || self.without == Some(step) { Ok(()) } else { Err(step) }
    }

    pub(crate) fn lies(&self, lie: Lie) -> bool {
        self.lie == Some(lie)
    }
}

/// What a judged scene says of itself.
#[derive(Debug)]
pub(crate) struct Verdict<'s> {
    pub(crate) anchor: &'s str,
    pub(crate) actors: Vec<Actor<'s>>,
}

/// `verify`: stages 1–9 and 12.
pub(crate) fn verify(scene: &Scene, rules: Rules) -> Result<Verdict<'_>, Refused> {
    sizes(scene, rules)?;
    shapes(scene, rules)?;
    let judged = judge(scene, rules)?;
    chain::signatures(scene, &judged.actors, rules)?;
    Ok(judged)
}

/// `check`, and `claim` if nothing was admitted before: stages 1–13.
pub(crate) fn admit(scene: &Scene, rules: Rules) -> Result<Verdict<'_>, Refused> {
    sizes(scene, rules)?;
    let Limits { proof_bytes, .. } = scene.setting.limits;
    rules.check(103, !scene.proof.sealed.bytes.is_empty())?;
    rules.check(104, scene.proof.sealed.bytes.len() <= at_most(proof_bytes, 1024))?;
    shapes(scene, rules)?;
    let judged = judge(scene, rules)?;
    let head = judged.actors.last().expect("V301");
    admission::proof(scene, head, rules)?;
    admission::request(scene, &judged.actors, rules)?;
    admission::replay(scene, rules)?;
    chain::signatures(scene, &judged.actors, rules)?;
    admission::seal(scene, head, rules)?;
    Ok(judged)
}

/// Stages 3–9.
fn judge(scene: &Scene, rules: Rules) -> Result<Verdict<'_>, Refused> {
    let actors = chain::sequence(scene, rules)?;
    chain::windows(scene, &actors, rules)?;
    let anchor = origin::anchor(scene, &actors[0], rules)?;
    for actor in &actors {
        chain::credentials(scene, actor, &actors, rules)?;
    }
    for index in 1..actors.len() {
        contracts::successor(&actors[..index], &actors[index], rules)?;
    }
    let actors = chain::authority(actors, rules)?;
    revocation::check(scene, &actors, rules)?;
    Ok(Verdict { anchor: &anchor.name, actors })
}

/// Stage 1 for the token.
fn sizes(scene: &Scene, rules: Rules) -> Result<(), Refused> {
    let len: usize = scene.items.iter().map(|item| item.sealed().bytes.len()).sum();
    rules.check(101, len > 0)?;
    rules.check(102, len <= at_most(scene.setting.limits.token_bytes, 16_384))
}

/// What of stage 2 is about meaning, and about the verifier's own limits.
fn shapes(scene: &Scene, rules: Rules) -> Result<(), Refused> {
    let limits = scene.setting.limits;
    let (mut links, mut credentials) = (0, 0);
    for item in &scene.items {
        match item {
            Item::Link(link) => {
                links += 1;
                rules.check(241, links <= at_most(limits.links, 16))?;
                link_shape(link, at_most(limits.grants, 16), rules)?;
            }
            Item::Credential(credential) => {
                credentials += 1;
                rules.check(242, credentials <= at_most(limits.credentials, 16))?;
                rules.check(235, is_window(&credential.claims.window))?;
                rules.check(244, credential.sealed.kid != credential.claims.cnf.thumbprint())?;
            }
            Item::HandOver(_) => {}
        }
    }
    Ok(())
}

fn link_shape(link: &Link, most_grants: usize, rules: Rules) -> Result<(), Refused> {
    let claims = &link.claims;
    rules.check(235, is_window(&claims.window))?;
    let identity = claims.origin.as_ref().is_some_and(|origin| origin.kind == OriginForm::Identity);
    rules.check(232, !identity || claims.also.is_empty())?;
    rules.check(239, claims.cnf.is_none_or(|key| link.sealed.kid == key.thumbprint()))?;
    rules.check(240, claims.cnf.is_none_or(|key| claims.iss == key.uri()))?;
    rules.check(245, claims.cnf.is_none() || claims.cnf != claims.agree)?;
    rules.check(243, claims.grants.as_ref().is_none_or(|grants| distinct(grants) <= most_grants))
}

/// §7.5, for a credential within its attester's remit.
pub(crate) fn is_taken_in(credential: &Credential) -> bool {
    let (sealed, claims) = (&credential.sealed, &credential.claims);
    let signed = sealed.signer.is_some_and(|key| key.thumbprint() == sealed.kid && key.is_on_curve());
    signed && claims.cnf.is_on_curve() && claims.cnf.thumbprint() != sealed.kid && is_window(&claims.window)
}

fn distinct(grants: &[crate::grant::tests::model::G]) -> usize {
    let mut encoded: Vec<_> = grants.iter().map(|grant| grant.encode()).collect();
    encoded.sort();
    encoded.dedup();
    encoded.len()
}

fn is_window(window: &crate::admit::shapes::Window) -> bool {
    window.iat <= window.start() && window.start() < window.exp
}

/// §2.2: a verifier's limit, never above the format's.
fn at_most(limit: impl Into<u32>, most: usize) -> usize {
    usize::try_from(limit.into()).expect("32 bits").min(most)
}

/// §2.3 and stage 4: sums end at 2⁶⁴ − 1, differences at 0.
pub(crate) fn later(time: u64, seconds: u64) -> u64 {
    u64::try_from((u128::from(time) + u128::from(seconds)).min(u128::from(u64::MAX))).expect("at most")
}

pub(crate) fn earlier(time: u64, seconds: u64) -> u64 {
    if seconds > time { 0 } else { time - seconds }
}
