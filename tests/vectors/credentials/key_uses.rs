//! Stage 6, V613–V615: keys have one use.

use serde_json::json;
use throughline::issue::{Actor, ContinuationBuilder, CredentialBuilder};
use throughline::{ErrorKind, Part, PublicKey};

use crate::accept::ALL;
use crate::bundles::{jwk, push};
use crate::common::cbor::{OURS, cose_key};
use crate::common::forge::Forge;
use crate::common::world::{AGENT, AGENT_ROLE, agreement_key};
use crate::common::{ALICE, ATTESTER, HOUR, NOW, ROLE, key, public, window, worker};
use crate::suite::{Edit, Scenario, Suite};
use crate::tokens::open_chain;

pub(super) fn publish(suite: &mut Suite) {
    origin_keys(suite);
    pinned_keys(suite);
    agreement_keys(suite);
}

/// `links` of which the last is made by the holder of the key of this name, under a credential for worker 9.
fn last_by(name: &str, links: u8) -> Vec<u8> {
    let validity = (NOW.minus(HOUR), NOW.plus(2 * HOUR));
    let credential =
        CredentialBuilder::new((public("attester"), ATTESTER), &worker(9), *public(name).key(), ALICE, validity);
    let credential = credential.role(ROLE).sign(&key("attester")).unwrap();
    let actor = Actor::vouched(&credential, ROLE).unwrap();
    let token = open_chain(links - 1);
    ContinuationBuilder::new(&token, actor, window()).next_anyone().sign(&key(name)).unwrap()
}

/// The same, unvouched.
fn last_unvouched(name: &str, links: u8) -> Vec<u8> {
    let actor = Actor::unvouched(public(name));
    let token = open_chain(links - 1);
    ContinuationBuilder::new(&token, actor, window()).next_anyone().sign(&key(name)).unwrap()
}

/// V613
fn origin_keys(suite: &mut Suite) {
    for (links, place) in [(2, "first"), (3, "middle"), (4, "last")] {
        for (how, twin, spoilt) in [
            ("vouched", last_by("worker 9", links), last_by("alice", links)),
            ("unvouched", last_unvouched("bob", links), last_unvouched("alice", links)),
        ] {
            let id = format!("any-key-{how}-{place}");
            suite.accept(
                "credentials",
                &id,
                "The last link is signed by a key that the bundle uses for nothing.",
                Scenario::verify(twin).step("V613"),
            );
            suite
                .spoil(
                    &id,
                    &format!("origin-key-{how}-{place}"),
                    ErrorKind::OriginKeyMisused,
                    Part::Link(links - 1),
                    "An identity origin's key signs a later link.",
                    |vector| vector.token = Some(spoilt.into()),
                )
                .flags(&["trust", "keys", place]);
        }
    }
    suite
        .spoil(
            "any-key-unvouched-middle",
            "key-of-another-origin",
            ErrorKind::OriginKeyMisused,
            Part::Link(2),
            "A later link is signed by the key of an origin that did not begin this execution.",
            |vector| {
                vector.edit_trust(|trust| {
                    push(
                        &mut trust["origins"],
                        json!({
                            "name": "bob",
                            "kind": "identity",
                            "key": jwk("bob"),
                            "identifier": "https://bob.example/authority",
                            "role": "owner",
                            "accountable": ["https://bob.example"],
                            "ceiling": [],
                        }),
                    );
                });
            },
        )
        .flags(&["trust", "keys"]);
}

/// V614
fn pinned_keys(suite: &mut Suite) {
    for (links, place) in [(2, "first"), (3, "middle"), (4, "last")] {
        // The unvouched ones are those of V613.
        suite.accept(
            "credentials",
            &format!("unpinned-key-vouched-{place}"),
            "The last link is signed by a key that nobody pins.",
            Scenario::verify(last_by("bob", links)).step("V614"),
        );
        for (how, twin) in [("vouched", "unpinned-key"), ("unvouched", "any-key")] {
            suite
                .spoil(
                    &format!("{twin}-{how}-{place}"),
                    &format!("pinned-key-{how}-{place}"),
                    ErrorKind::PinnedKeyMisused,
                    Part::Link(links - 1),
                    "A pinned key signs a link that does not name the pin.",
                    |vector| {
                        vector.edit_trust(|trust| {
                            let pin = pin_of("bob", "urn:example:bob", &[ROLE]);
                            push(&mut trust["pins"], pin);
                        });
                    },
                )
                .flags(&["trust", "keys", place]);
        }
    }
    for kind in ["role", "context"] {
        suite
            .spoil(
                &format!("root-by-{kind}"),
                &format!("pinned-key-of-root-by-{kind}"),
                ErrorKind::PinnedKeyMisused,
                Part::Link(0),
                "A pinned key signs a root.",
                |vector| {
                    vector.edit_trust(|trust| {
                        push(&mut trust["pins"], pin_of("agent", AGENT, &[AGENT_ROLE]));
                    });
                },
            )
            .flags(&["trust", "keys"]);
    }
}

fn pin_of(name: &str, identifier: &str, roles: &[&str]) -> serde_json::Value {
    json!({
        "key": jwk(name),
        "identifier": identifier,
        "roles": roles,
        "accountable": ALICE,
        "attester": ATTESTER,
    })
}

/// V615
fn agreement_keys(suite: &mut Suite) {
    let agreeing = |link: u8, agree: &PublicKey| {
        let mut forge = Forge::of(&open_chain(4));
        forge.link(link.into()).message.put(&[OURS, 9], cose_key(agree));
        forge.token()
    };
    for (link, place) in ALL {
        let id = format!("agreement-key-{place}");
        suite.accept(
            "credentials",
            &id,
            "A link has an agreement key that signs nothing.",
            Scenario::verify(agreeing(link, agreement_key("worker 1").public().key())).step("V615"),
        );
        for (whose, name) in [
            ("the-roots-key", "alice"),
            ("its-own-or-an-earlier-key", "worker 1"),
            ("a-later-or-its-own-key", "worker 3"),
            ("an-attesters-key", "attester"),
            ("an-unused-attesters-key", "platform"),
            ("a-pinned-key", "gateway"),
        ] {
            suite
                .spoil(
                    &id,
                    &format!("agreement-key-is-{whose}-{place}"),
                    ErrorKind::AgreementKeySigns,
                    Part::Link(link),
                    "The agreement key signs a link of this token, or stands in the bundle.",
                    |vector| {
                        let agree = cose_key(public(name).key());
                        vector.forge(|forge| forge.link(link.into()).message.put(&[OURS, 9], agree));
                    },
                )
                .flags(&["keys", place]);
        }
    }
    suite.accept(
        "credentials",
        "agreement-key-of-an-absent-worker",
        "The agreement key is that of a worker who has no part in this token.",
        Scenario::verify(agreeing(2, public("worker 7").key())).step("V615"),
    );
    suite
        .spoil(
            "agreement-key-of-an-absent-worker",
            "agreement-key-is-another-origins",
            ErrorKind::AgreementKeySigns,
            Part::Link(2),
            "The agreement key is that of an identity origin which has no part in this token.",
            |vector| {
                vector.edit_trust(|trust| {
                    let mut other = trust["origins"][0].clone();
                    other["name"] = json!("another");
                    other["key"] = jwk("worker 7");
                    push(&mut trust["origins"], other);
                });
            },
        )
        .flags(&["keys"]);
}
