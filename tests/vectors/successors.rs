//! Stage 7, V701–V710: the parent's `next`, and the demands of contracts in `next` and in `require`.

mod demands;
mod properties;
mod requirements;

use ciborium::Value;
use throughline::issue::{Actor, ContinuationBuilder};
use throughline::{ErrorKind, Part};

use crate::accept::LATER;
use crate::common::cbor::{OURS, bytes, int, map, set, text};
use crate::common::forge::Forge;
use crate::common::world::{GATEWAY, by, vouched};
use crate::common::{ATTESTER, ROLE, key, public, window, worker};
use crate::suite::{Edit, Scenario, Suite};
use crate::tokens::{called, open_chain, through_gateway, through_stranger};

const OPEN: &str = "open-chain-of-four";
const NEXT: i64 = 5;
const REQUIRE: i64 = 6;

pub(crate) fn publish(suite: &mut Suite) {
    nobody(suite);
    keys(suite);
    unvouched(suite);
    identifiers(suite);
    demands::publish(suite);
    properties::publish(suite);
    requirements::publish(suite);
}

/// Puts `next` or `require` into a link.
fn stating(link: u8, label: i64, value: Value) -> impl FnOnce(&mut throughline_conformance::Vector) {
    move |vector| vector.forge(|forge| forge.link(link.into()).message.put(&[OURS, label], value))
}

/// V701
fn nobody(suite: &mut Suite) {
    for (link, place) in LATER {
        suite
            .spoil(
                OPEN,
                &format!("no-next-before-{place}"),
                ErrorKind::SuccessorNotAllowed,
                Part::Link(link),
                "The parent lets nobody continue.",
                |vector| vector.forge(|forge| forge.link(usize::from(link) - 1).message.remove(&[OURS, NEXT])),
            )
            .flags(&["chain", place]);
    }
    let closed = |token: &[u8]| {
        let mut forge = Forge::of(token);
        forge.link(0).message.remove(&[OURS, NEXT]);
        forge.token()
    };
    for (twin, token) in [
        ("through-stranger", through_stranger(4)),
        ("called-chain-of-four", called(4)),
        ("through-pinned-gateway", through_gateway(3)),
    ] {
        // A hand-over that nothing demands any more is another defect: the contract of the called one asked for it.
        let masked: &[&str] = if twin == "called-chain-of-four" { &["masked"] } else { &[] };
        let what = match masked {
            [] => "The root lets nobody continue.",
            _ => "The root lets nobody continue, and hands over. Masked: nothing demands the hand-over.",
        };
        suite
            .spoil(
                twin,
                &format!("no-next-in-the-root-of-{twin}"),
                ErrorKind::SuccessorNotAllowed,
                Part::Link(1),
                what,
                |vector| {
                    vector.token = Some(closed(&token).into());
                },
            )
            .flags(&[&["chain", "first"], masked].concat());
    }
}

/// V702
fn keys(suite: &mut Suite) {
    for (link, place) in LATER {
        let mut forge = Forge::of(&open_chain(4));
        let credential = forge.credential(usize::from(link) - 1).message.digest();
        for (id, what, thumbprint) in [
            ("another-workers", "another worker's key", *public("worker 9").thumbprint()),
            ("the-origins", "the origin's key", *public("alice").thumbprint()),
            ("the-attesters", "the attester's key", *public("attester").thumbprint()),
            ("a-credentials-digest", "the digest of its credential, not the thumbprint of its key", credential),
        ] {
            suite
                .spoil(
                    "vouched-actors-by-exact-key",
                    &format!("next-is-{id}-{place}"),
                    ErrorKind::SuccessorKey,
                    Part::Link(link),
                    &format!("The parent names {what}."),
                    stating(link - 1, NEXT, bytes(thumbprint.as_bytes())),
                )
                .flags(&["chain", place]);
        }
    }
    for (twin, place) in
        [("through-stranger", "first"), ("strangers-link-last", "last"), ("pinned-actor-by-exact-key", "last")]
    {
        suite
            .spoil(
                twin,
                &format!("next-is-another-key-{twin}"),
                ErrorKind::SuccessorKey,
                Part::Link(1),
                "The root names another key.",
                stating(0, NEXT, bytes(public("worker 1").thumbprint().as_bytes())),
            )
            .flags(&["chain", place]);
    }
}

/// V703
fn unvouched(suite: &mut Suite) {
    let own = Actor::unvouched(public("stray")).identifier().to_owned();
    for (id, next, masked) in [
        ("by-its-own-identifier", text(&own), false),
        ("by-a-workers-identifier", text(&worker(1)), true),
        ("by-a-contract-of-namespace", map([(1, text("spiffe://prod.example/ns/calendar"))]), true),
        ("by-a-contract-of-role", roles_of(&[ROLE], names(&[ATTESTER])), true),
        ("by-a-contract-of-property", property("hardware", &[ATTESTER], 1, int(96)), true),
    ] {
        let what = if masked {
            "An unvouched actor where the parent names a vouched one. Masked: it meets no such demand."
        } else {
            "An unvouched actor where the parent names an identifier: its own, but nobody vouches for it."
        };
        for (twin, place) in [("through-stranger", "first"), ("strangers-link-last", "last")] {
            suite
                .spoil(
                    twin,
                    &format!("stranger-named-{id}-{place}"),
                    ErrorKind::SuccessorUnvouched,
                    Part::Link(1),
                    what,
                    stating(0, NEXT, next.clone()),
                )
                .flags(&[["chain", place].as_slice(), if masked { &["masked"] } else { &[] }].concat());
        }
    }
    suite
        .spoil(
            "stranger-called-by-name",
            "stranger-under-a-contract-of-a-hand-over",
            ErrorKind::SuccessorUnvouched,
            Part::Link(1),
            "The parent's contract demands a hand-over alone, and the unvouched actor has one.",
            stating(0, NEXT, map([(5, Value::Bool(true))])),
        )
        .flags(&["chain", "last"]);
    let mut token = open_chain(2);
    let stray = Actor::unvouched(public("stray"));
    token = ContinuationBuilder::new(&token, stray, window()).next_anyone().sign(&key("stray")).unwrap();
    suite.accept(
        "chains",
        "stranger-in-the-middle",
        "An unvouched actor between two workers.",
        Scenario::verify(by(3, ContinuationBuilder::new(&token, vouched(3), window()))),
    );
    suite
        .spoil(
            "stranger-in-the-middle",
            "stranger-in-the-middle-named-by-identifier",
            ErrorKind::SuccessorUnvouched,
            Part::Link(2),
            "An unvouched actor in the middle where its parent names an identifier, though its own.",
            stating(1, NEXT, text(&own)),
        )
        .flags(&["chain"]);
}

/// V704
fn identifiers(suite: &mut Suite) {
    for (link, place) in LATER {
        let own = worker(link);
        let twin = format!("next-by-identifier-{place}");
        let mut forge = Forge::of(&open_chain(4));
        forge.link(usize::from(link) - 1).message.put(&[OURS, NEXT], text(&own));
        suite.accept(
            "chains",
            &twin,
            "The parent names the successor's identifier.",
            Scenario::verify(forge.token()).step("V704"),
        );
        for (id, other) in [
            ("another-workers", worker(9)),
            ("longer", format!("{own}0")),
            ("cut-short", own[..own.len() - 1].to_owned()),
            ("a-namespace-over-it", "spiffe://prod.example/ns/calendar/executor".to_owned()),
            ("a-pinned-actors", GATEWAY.to_owned()),
            ("in-another-case", own.replace("unknown", "Unknown")),
        ] {
            suite
                .spoil(
                    &twin,
                    &format!("next-is-identifier-{id}-{place}"),
                    ErrorKind::SuccessorIdentifier,
                    Part::Link(link),
                    &format!("The parent names {other}: identifiers are compared byte for byte."),
                    stating(link - 1, NEXT, text(&other)),
                )
                .flags(&["chain", "names", place]);
        }
    }
    suite
        .spoil(
            "through-pinned-gateway",
            "pinned-actor-where-another-is-named",
            ErrorKind::SuccessorIdentifier,
            Part::Link(1),
            "A pinned actor where the parent names a worker.",
            stating(0, NEXT, text(&worker(1))),
        )
        .flags(&["chain", "names", "first"]);
}

fn names(names: &[&str]) -> Value {
    set(names.iter().map(|name| text(name)))
}

fn roles_of(roles: &[&str], from: Value) -> Value {
    map([(2, Value::Array(vec![names(roles), from]))])
}

fn property(name: &str, from: &[&str], test: i64, value: Value) -> Value {
    map([(3, Value::Array(vec![Value::Array(vec![text(name), names(from), int(test), value])]))])
}

/// The two places of a contract.
const CONTRACTS: [(i64, &str); 2] = [(NEXT, "next"), (REQUIRE, "require")];

/// One contract in `next` and in `require`, before each place: refused by `kind`.
fn everywhere(suite: &mut Suite, id: &str, kind: ErrorKind, what: &str, flag: &str, contract: &Value) {
    for (label, holder) in CONTRACTS {
        for (link, place) in LATER {
            suite
                .spoil(
                    OPEN,
                    &format!("{id}-{holder}-{place}"),
                    kind,
                    Part::Link(link),
                    what,
                    stating(link - 1, label, contract.clone()),
                )
                .flags(&[flag, place]);
        }
    }
}

/// One contract at one place: `next` of the root, whose successor is first.
fn in_root(suite: &mut Suite, twin: &str, id: &str, kind: ErrorKind, what: &str, flag: &str, contract: Value) {
    suite.spoil(twin, id, kind, Part::Link(1), what, stating(0, NEXT, contract)).flags(&[flag, "first"]);
}

/// A contract that the workers of an open chain meet, at each place.
fn met(suite: &mut Suite, id: &str, step: &str, what: &str, contract: &Value) {
    for (label, holder) in CONTRACTS {
        let mut forge = Forge::of(&open_chain(4));
        for link in 0..3 {
            forge.link(link).message.put(&[OURS, label], contract.clone());
        }
        let scenario = Scenario::verify(forge.token()).step(step).flag("feature");
        suite.accept("successors", &format!("{id}-{holder}"), what, scenario);
    }
}
