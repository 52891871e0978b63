//! Stage 7, V708–V710: freshness, and what an earlier link requires of all later ones.

use ciborium::Value;
use throughline::issue::{Actor, ContinuationBuilder};
use throughline::{ErrorKind, Part};

use super::{NEXT, OPEN, REQUIRE, names, property, roles_of, stating};
use crate::accept::{LATER, fresh_credential, head_of};
use crate::common::cbor::{OURS, bytes, int, map, set, text};
use crate::common::forge::Forge;
use crate::common::world::{PLATFORM, by, vouched};
use crate::common::{ATTESTER, ROLE, contract, key, root, window};
use crate::suite::{Edit, Scenario, Suite};
use crate::tokens::open_chain;

pub(super) fn publish(suite: &mut Suite) {
    freshness(suite);
    vouched_only(suite);
    last_positions(suite);
    accumulated(suite);
}

/// V708
fn freshness(suite: &mut Suite) {
    for (link, place) in LATER {
        let mut stale = |id: &str, what: &str, nonce: &dyn Fn(&mut Forge) -> Option<Vec<u8>>| {
            suite
                .spoil(
                    "fresh-by-parent",
                    &format!("{id}-{place}"),
                    ErrorKind::DemandFresh,
                    Part::Link(link),
                    what,
                    |vector| {
                        vector.forge(|forge| {
                            let nonce = nonce(forge);
                            let message = &mut forge.credential(usize::from(link) - 1).message;
                            match nonce {
                                Some(nonce) => message.put(&[10], bytes(&nonce)),
                                None => message.remove(&[10]),
                            }
                        });
                    },
                )
                .flags(&["attestation", place]);
        };
        stale("attestation-without-nonce", "The attestation is bound to no step.", &|_| None);
        stale("attestation-for-another-step", "The attestation is bound to another step.", &|_| Some(vec![7; 32]));
        stale(
            "attestation-with-the-roots-nonce",
            "The attestation is bound to the root's nonce, which is for the root.",
            &|forge| Some(forge.link(0).message.get(&[OURS, 7, 3]).as_bytes().unwrap().clone()),
        );
        stale(
            "attestation-with-half-the-digest",
            "The attestation is bound to half of the parent's digest.",
            &|forge| Some(forge.link(usize::from(link) - 1).message.digest().as_bytes()[..16].to_vec()),
        );
    }
    suite
        .spoil(
            "fresh-by-parent",
            "attestation-for-the-link-before",
            ErrorKind::DemandFresh,
            Part::Link(2),
            "The attestation is bound to the grandparent.",
            |vector| {
                vector.forge(|forge| {
                    let grandparent = forge.link(0).message.digest();
                    forge.credential(1).message.put(&[10], bytes(grandparent.as_bytes()));
                });
            },
        )
        .flags(&["attestation"]);
    fresh_further_credentials(suite);
    let fresh = || map([(4, Value::Bool(true))]);
    for (twin, id, place) in [
        ("through-pinned-gateway", "pinned-actor", "first"),
        ("through-stranger", "stranger", "first"),
        (OPEN, "worker", "first"),
    ] {
        suite
            .spoil(
                twin,
                &format!("fresh-required-of-a-{id}"),
                ErrorKind::DemandFresh,
                Part::Link(1),
                "The root requires freshness of all later actors, and the next one is not attested for this step.",
                stating(0, REQUIRE, fresh()),
            )
            .flags(&["attestation", place]);
    }
    let mut contract = property("hardware", &[ATTESTER], 1, int(2));
    crate::common::cbor::put(&mut contract, &[4], Value::Bool(true));
    suite
        .spoil(
            "pinned-actor-under-a-contract",
            "fresh-property-of-a-pin",
            ErrorKind::DemandFresh,
            Part::Link(1),
            "What a pin states is never fresh.",
            stating(0, NEXT, contract),
        )
        .flags(&["attestation"]);
}

/// V708: with demands on properties, who states them must be fresh, and nobody else.
fn fresh_further_credentials(suite: &mut Suite) {
    let demand = |from: &str| Value::Array(vec![text("hardware"), names(&[from]), int(1), int(2)]);
    let contract = |from: &[&str]| map([(3, set(from.iter().map(|from| demand(from)))), (4, Value::Bool(true))]);
    let token = |contract: &Value, own: bool, platform: bool| {
        let mut forge = Forge::of(&root().next_anyone().sign(&key("alice")).unwrap());
        let open = forge.token();
        forge.link(0).message.put(&[OURS, NEXT], contract.clone());
        let parent = head_of(&forge.token());
        let stale = throughline::Digest([7; 32]);
        let says = |attester: &str, name: &str, bound: bool| {
            fresh_credential(1, if bound { &parent } else { &stale }, attester, name)
        };
        let actor = Actor::vouched(&says("attester", ATTESTER, own), ROLE).unwrap();
        let actor = actor.also(&says("platform", PLATFORM, platform)).unwrap();
        // The builder judges contracts too: it continues the open root.
        let mut made = Forge::of(&by(1, ContinuationBuilder::new(&open, actor, window())));
        made.items[0] = Forge::of(&forge.token()).items.remove(0);
        made.link(1).message.put(&[OURS, 1], bytes(parent.as_bytes()));
        made.token()
    };
    for (id, from, own, platform) in [
        ("its-own-attester", [ATTESTER].as_slice(), true, false),
        ("the-further-attester", &[PLATFORM], false, true),
        ("both-attesters", &[ATTESTER, PLATFORM], true, true),
    ] {
        let twin = format!("fresh-on-the-word-of-{id}");
        let contract = contract(from);
        suite.accept(
            "successors",
            &twin,
            "Each attester of whom the property is demanded states it freshly.",
            Scenario::verify(token(&contract, own, platform)).step("V708").flag("attestation"),
        );
        for (which, own, platform) in
            [("neither", false, false), ("the-further-one-alone", false, true), ("its-own-alone", true, false)]
        {
            let enough = match id {
                "its-own-attester" => own,
                "the-further-attester" => platform,
                _ => own && platform,
            };
            if !enough {
                suite
                    .spoil(
                        &twin,
                        &format!("{twin}-and-fresh-{which}"),
                        ErrorKind::DemandFresh,
                        Part::Link(1),
                        "An attester of whom the property is demanded states it in a credential that is not fresh.",
                        |vector| vector.token = Some(token(&contract, own, platform).into()),
                    )
                    .flags(&["attestation"]);
            }
        }
    }
    let plain = map([(4, Value::Bool(true))]);
    suite.accept(
        "successors",
        "fresh-without-properties",
        "Without demands on properties the credential in `kid` is fresh.",
        Scenario::verify(token(&plain, true, false)).step("V708").flag("attestation"),
    );
    suite
        .spoil(
            "fresh-without-properties",
            "fresh-without-properties-in-the-further-credential-alone",
            ErrorKind::DemandFresh,
            Part::Link(1),
            "Without demands on properties only the credential in `kid` counts.",
            |vector| vector.token = Some(token(&plain, false, true).into()),
        )
        .flags(&["attestation"]);
}

/// V709
fn vouched_only(suite: &mut Suite) {
    let vouched = || map([(6, Value::Bool(true))]);
    for (twin, link, place) in
        [("through-stranger", 1, "first"), ("strangers-link-last", 1, "last"), ("stranger-in-the-middle", 2, "middle")]
    {
        suite
            .spoil(
                twin,
                &format!("vouched-required-{place}"),
                ErrorKind::DemandVouched,
                Part::Link(link),
                "The root requires vouched actors, and one is not.",
                stating(0, REQUIRE, vouched()),
            )
            .flags(&["chain", place]);
    }
    suite
        .spoil(
            "two-strangers",
            "vouched-required-by-a-stranger-of-another",
            ErrorKind::DemandVouched,
            Part::Link(2),
            "An unvouched actor requires vouched ones, and the next one is not.",
            stating(1, REQUIRE, vouched()),
        )
        .flags(&["chain"]);
}

/// V710
fn last_positions(suite: &mut Suite) {
    let last = |position: i64| map([(7, int(position))]);
    for (id, link, position, refused, place) in [
        ("by-the-root", 0, 2, 3, "last"),
        ("by-the-root-at-once", 0, 0, 1, "first"),
        ("by-the-root-in-the-middle", 0, 1, 2, "middle"),
        ("by-a-link-below-its-own-place", 1, 0, 2, "middle"),
        ("by-the-link-before", 2, 2, 3, "last"),
    ] {
        suite
            .spoil(
                OPEN,
                &format!("last-position-{id}"),
                ErrorKind::DemandLast,
                Part::Link(refused),
                "A link stands after the last position that an earlier one allows.",
                stating(link, REQUIRE, last(position)),
            )
            .flags(&["chain", place]);
    }
    suite
        .spoil(
            "last-position-exactly",
            "last-position-one-less",
            ErrorKind::DemandLast,
            Part::Link(3),
            "Of two links that say a last position the smaller one counts.",
            stating(1, REQUIRE, last(2)),
        )
        .flags(&["chain"]);
    suite
        .spoil(
            "last-position-exactly",
            "last-position-smaller-in-the-root",
            ErrorKind::DemandLast,
            Part::Link(3),
            "A later link cannot allow more than the root.",
            stating(0, REQUIRE, last(2)),
        )
        .flags(&["chain"]);
}

/// Requirements hold for every later link, and none replaces another.
fn accumulated(suite: &mut Suite) {
    let mut forge = Forge::of(&open_chain(4));
    forge.credential(2).message.put(&[OURS, 15], names(&["reader"]));
    forge.link(3).message.put(&[OURS, 3], text("reader"));
    forge.link(2).message.put(&[OURS, REQUIRE], roles_of(&["reader"], names(&[ATTESTER])));
    suite.accept(
        "successors",
        "requirement-of-a-reader",
        "The last worker acts as a reader, as the link before requires.",
        Scenario::verify(forge.token()).step("V706"),
    );
    for (link, place) in [(0, "the-root"), (1, "the-first-hop")] {
        suite
            .spoil(
                "requirement-of-a-reader",
                &format!("requirement-of-{place}-still-holds"),
                ErrorKind::DemandRole,
                Part::Link(3),
                "An early link requires another role of all later ones: what one in between requires adds to it.",
                stating(link, REQUIRE, roles_of(&[ROLE], names(&[ATTESTER]))),
            )
            .flags(&["chain"]);
    }
    let token = root().next_contract_without_handover(contract()).sign(&key("alice")).unwrap();
    let token = by(1, ContinuationBuilder::new(&token, vouched(1), window()).next_anyone());
    suite.accept(
        "chains",
        "strict-root-open-hop",
        "The root demands a role of its successor alone; that one lets anyone continue.",
        Scenario::verify(crate::common::world::stranger(&token)),
    );
    suite
        .spoil(
            "strict-root-open-hop",
            "same-demand-required-of-all",
            ErrorKind::DemandRole,
            Part::Link(2),
            "The root requires the role of every later link, and the last one has none.",
            stating(0, REQUIRE, roles_of(&[ROLE], names(&[ATTESTER]))),
        )
        .flags(&["chain"]);
}
