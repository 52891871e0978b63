//! What a verified chain says of itself is what the model found out.

use throughline::{Property, VerifiedChain, Vouching};

use crate::admit::model::Verdict;
use crate::admit::model::actors::{Actor, Speaks};
use crate::admit::shapes::Prop;
use crate::grant::tests::model::G;

pub(crate) fn are_the_same(chain: &VerifiedChain<'_>, verdict: &Verdict<'_>) {
    let actors = &verdict.actors;
    let root = actors[0].link;
    let origin = chain.origin().expect("a root");
    assert_eq!(origin.anchor(), verdict.anchor, "the first anchor that holds");
    let stated = root.claims.origin.as_ref().expect("a root");
    assert_eq!((origin.kind(), origin.accountable()), (stated.kind, stated.accountable.as_str()));
    assert_eq!(origin.consent().map(|consent| consent.0), stated.consent);
    assert_eq!(chain.execution_id().map(|id| id.0), Some(root.sealed.digest));
    let answers = |actor: &Actor<'_>| actor.accountable() == Some(stated.accountable.as_str());
    assert_eq!(chain.is_independent(), actors.iter().all(answers));
    assert_eq!(chain.len(), actors.len());
    for (position, (hop, actor)) in chain.hops().zip(actors).enumerate() {
        let claims = &actor.link.claims;
        let vouching = match actor.speaks {
            Speaks::Origin(_) => Vouching::Origin,
            Speaks::Credential(_) => Vouching::Credential,
            Speaks::Pin(_) => Vouching::Pin,
            Speaks::Nobody(_) => Vouching::Unvouched,
        };
        assert_eq!(hop.vouching(), vouching, "{position}");
        assert_eq!(hop.identifier(), claims.iss, "{position}");
        assert_eq!(hop.role(), claims.role.as_deref(), "{position}");
        assert_eq!(hop.accountable(), actor.accountable(), "{position}");
        assert_eq!(hop.attester(), actor.attester(), "{position}");
        assert_eq!(hop.key(), actor.key().map(|key| key.trusted()), "{position}");
        assert_eq!(hop.handover().map(|one| one.digest().0), actor.handover.map(|one| one.sealed.digest), "{position}");
        assert_eq!(hop.window().start().0, claims.window.start(), "{position}");
        let stated: Vec<_> = hop.statements().map(|one| (one.attester, one.name, one.value, one.fresh)).collect();
        let mut expected: Vec<_> = actor
            .statements()
            .into_iter()
            .map(|one| (one.attester, one.name, property(one.value), one.fresh))
            .collect();
        assert_eq!(stated.len(), expected.len(), "{position}");
        // Within one credential they stand in the order of their encodings.
        expected.retain(|one| !stated.contains(one));
        assert!(expected.is_empty(), "{position}: {expected:?} are missing");
        let effective: Vec<G> = hop.grants().iter().map(G::from).collect();
        assert!(effective.iter().all(|one| has(&actor.effective, one)), "{position}");
        assert!(actor.effective.iter().all(|one| has(&effective, one)), "{position}");
    }
}

/// Lists of values come back in the order of their encodings.
fn has(grants: &[G], one: &G) -> bool {
    grants.iter().any(|grant| grant.encode() == one.encode())
}

fn property(value: &Prop) -> Property<'_> {
    match value {
        Prop::Int(n) => Property::Int(*n),
        Prop::Text(value) => Property::Text(value),
        Prop::Bool(value) => Property::Bool(*value),
        Prop::Bytes(value) => Property::Bytes(value),
    }
}
