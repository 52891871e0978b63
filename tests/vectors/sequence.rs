//! Stage 3: links follow each other, and everything they name stands where it belongs.

mod places;

use throughline::issue::{ContinuationBuilder, OriginClaim, RootBuilder};
use throughline::{Digest, ErrorKind, Part};

use crate::accept::{ALL, LATER};
use crate::common::cbor::{OURS, bytes, int, put, set};
use crate::common::forge::{Forge, content, split};
use crate::common::world::{by, vouched};
use crate::common::{HOUR, NOW, alice, credential, grants, key, origin, public, window};
use crate::suite::{Edit, Scenario, Suite};
use crate::tokens::{called, chain, open_chain};

pub(crate) fn publish(suite: &mut Suite) {
    roots(suite);
    positions(suite);
    parents(suite);
    splices(suite);
    missing_credentials(suite);
    missing_further_credentials(suite);
    places::publish(suite);
}

/// Edits the messages of a token as they stand: nothing is signed anew.
fn rearranged(token: &[u8], edit: impl FnOnce(&mut Vec<Vec<u8>>)) -> Vec<u8> {
    let mut items = split(token);
    edit(&mut items);
    items.concat()
}

/// V301, V302
fn roots(suite: &mut Suite) {
    let items = split(&chain(4));
    let mut headless = |id: &str, part: Part, what: &str, token: Vec<u8>| {
        let token = Some(token.into());
        let refused =
            suite.spoil("chain-of-four", id, ErrorKind::RootMissing, part, what, |vector| vector.token = token);
        let _ = refused.flags(&["chain", "masked"]);
    };
    headless(
        "credential-without-link",
        Part::Token,
        "A credential and no link. Masked: there is no link to judge.",
        items[1].clone(),
    );
    headless(
        "hand-over-without-link",
        Part::Token,
        "A hand-over and no link. Masked: there is no link to judge.",
        split(&called(2))[2].clone(),
    );
    headless(
        "root-removed",
        Part::Link(0),
        "The root is gone. Masked: without it nothing says who created the authority.",
        items[1..].concat(),
    );
    headless(
        "last-link-alone",
        Part::Link(0),
        "The last link with its credential, alone. Masked: without a root nothing says who created the authority.",
        items[5..].concat(),
    );
    headless(
        "root-and-next-link-swapped",
        Part::Link(0),
        "Root and next link in each other's place. Masked: the digests show it too.",
        rearranged(&chain(4), |items| items.swap(0, 2)),
    );
    let mut forge = Forge::of(&open_chain(4));
    forge.items.remove(0);
    for at in 0..3_u8 {
        forge.link(at.into()).message.put(&[OURS, 2], int(at.into()));
    }
    suite
        .spoil(
            "open-chain-of-four",
            "hop-in-the-place-of-the-root",
            ErrorKind::RootMissing,
            Part::Link(0),
            "The root is gone and all positions are put right. Masked: a hop creates no authority.",
            |vector| vector.token = Some(forge.token().into()),
        )
        .flags(&["chain", "masked"]);

    let other = RootBuilder::new(alice(), &OriginClaim { nonce: [8; 16], ..origin() }, window(), grants());
    let other = other.next_anyone().sign(&key("alice")).unwrap();
    for (root, whose) in [(&items[0], "its-own"), (&other, "another")] {
        for (at, link, place) in [(1, 1, "first"), (3, 2, "middle"), (7, 4, "last")] {
            suite
                .spoil(
                    "chain-of-four",
                    &format!("second-root-{whose}-{place}"),
                    ErrorKind::RootRepeated,
                    Part::Link(link),
                    "A root in the place of a later link. Masked: it has no parent to tie it to the link before.",
                    |vector| vector.token = Some(rearranged(&chain(4), |items| items.insert(at, root.clone())).into()),
                )
                .flags(&["chain", "masked", place]);
        }
    }
    suite
        .spoil(
            "chain-of-four",
            "token-behind-a-token",
            ErrorKind::RootRepeated,
            Part::Link(4),
            "A whole token behind a token. Masked: its root has no parent.",
            |vector| vector.token = Some([items.concat(), items.concat()].concat().into()),
        )
        .flags(&["chain", "masked", "last"]);
    suite
        .spoil(
            "chain-of-four",
            "unrelated-root-in-front",
            ErrorKind::RootRepeated,
            Part::Link(1),
            "The root of another execution in front. Masked: the root behind it has no parent.",
            |vector| vector.token = Some([other.clone(), items.concat()].concat().into()),
        )
        .flags(&["chain", "masked"]);
}

/// V303
fn positions(suite: &mut Suite) {
    for (link, place) in ALL {
        for (wrong, what) in [
            (i64::from(link) + 1, "skips one"),
            (i64::from(link) - 1, "repeats the one before"),
            (i64::MAX, "is the greatest there is"),
        ] {
            if wrong < 0 {
                continue;
            }
            suite
                .spoil(
                    "chain-of-four",
                    &format!("position-{}-{place}", what.replace(' ', "-")),
                    ErrorKind::PositionWrong,
                    Part::Link(link),
                    &format!("`position` {what}."),
                    |vector| vector.forge(|forge| forge.link(link.into()).message.put(&[OURS, 2], int(wrong))),
                )
                .flags(&["chain"]);
        }
    }
    let mut moved = |id: &str, link: u8, what: &str, edit: &dyn Fn(&mut Vec<Vec<u8>>)| {
        let refused = suite.spoil("chain-of-four", id, ErrorKind::PositionWrong, Part::Link(link), what, |vector| {
            vector.token = Some(rearranged(&chain(4), edit).into());
        });
        let _ = refused.flags(&["chain", "masked"]);
    };
    for (link, place, id) in [(1, 2, "first-hop-removed"), (2, 4, "middle-link-removed")] {
        moved(
            id,
            link,
            "A link and its credential are gone. Masked: the digest in the next one shows it too.",
            &|items| {
                drop(items.drain(place - 1..=place));
            },
        );
    }
    for (link, place, id) in [(2, 2, "first-hop-twice"), (3, 4, "middle-link-twice"), (4, 6, "last-link-twice")] {
        moved(id, link, "A link stands twice. Masked: the digest in the second one shows it too.", &|items| {
            items.insert(place + 1, items[place].clone());
        });
    }
    for (link, place, id) in [(1, 2, "first-two-hops-swapped"), (2, 4, "last-two-links-swapped")] {
        moved(id, link, "Two links in each other's place. Masked: the digests show it too.", &|items| {
            items.swap(place, place + 2);
        });
    }
    let other = other_execution();
    moved(
        "unrelated-link-behind",
        4,
        "The last link of another execution behind. Masked: the digest in it shows it too.",
        &|items| items.push(other[6].clone()),
    );
}

/// V304
fn parents(suite: &mut Suite) {
    for (link, place) in LATER {
        let mut forge = Forge::of(&chain(4));
        let before = forge.link(usize::from(link) - 1).message.clone();
        let own = forge.link(link.into()).message.digest();
        let mut wrongs = vec![
            ("payload", "the digest of the payload of the link before", Digest::of(&[content(&before.payload)])),
            ("bytes", "the SHA-256 of the link before, signature included", Digest::of(&[&before.encoded()])),
            ("zero", "zero", Digest([0; 32])),
            ("itself", "the digest that this link had before", own),
        ];
        if link > 1 {
            wrongs.push((
                "grandparent",
                "the grandparent's digest",
                forge.link(usize::from(link) - 2).message.digest(),
            ));
        }
        for (id, what, wrong) in wrongs {
            suite
                .spoil(
                    "chain-of-four",
                    &format!("parent-is-{id}-{place}"),
                    ErrorKind::ParentWrong,
                    Part::Link(link),
                    &format!("`parent` is {what}."),
                    |vector| {
                        vector.forge(|forge| {
                            forge.link(link.into()).message.put(&[OURS, 1], bytes(wrong.as_bytes()));
                        });
                    },
                )
                .flags(&["chain", place]);
        }
    }
}

/// Alice, her workers and their grants once more: only the root's nonce is another.
fn other_execution() -> Vec<Vec<u8>> {
    let other = RootBuilder::new(alice(), &OriginClaim { nonce: [8; 16], ..origin() }, window(), grants());
    let mut token = other.next_anyone().sign(&key("alice")).unwrap();
    for n in 1..4 {
        token = by(n, ContinuationBuilder::new(&token, vouched(n), window()).next_anyone());
    }
    split(&token)
}

/// V304: links of one execution on links of another.
fn splices(suite: &mut Suite) {
    let other = other_execution();
    suite.accept(
        "chains",
        "same-actors-another-execution",
        "The actors and grants of open-chain-of-four in another execution: only the root's nonce differs.",
        Scenario::verify(other.concat()).flag("feature"),
    );
    for (cut, link, place) in [(1, 1, "first"), (3, 2, "middle"), (5, 3, "last")] {
        suite
            .spoil(
                "open-chain-of-four",
                &format!("tail-of-another-execution-{place}"),
                ErrorKind::ParentWrong,
                Part::Link(link),
                "The head of another execution of the same actors, grants and times, before the tail of this one.",
                |vector| {
                    let items = split(&open_chain(4));
                    vector.token = Some([&other[..cut], &items[cut..]].concat().concat().into());
                },
            )
            .flags(&["chain", "splice", place]);
    }
    for (link, at) in [(1_u8, "first"), (2, "middle")] {
        suite
            .spoil(
                "open-chain-of-four",
                &format!("link-cut-out-and-positions-put-right-{at}"),
                ErrorKind::ParentWrong,
                Part::Link(link),
                "A link is cut out and the later positions are put right; the next `parent` is still the one cut out.",
                |vector| {
                    vector.forge(|forge| {
                        let place = usize::from(link) * 2;
                        forge.items.drain(place - 1..=place);
                        for later in usize::from(link)..3 {
                            forge.link(later).message.put(&[OURS, 2], int(i64::try_from(later).unwrap()));
                        }
                    });
                },
            )
            .flags(&["chain", at]);
    }
}

/// V305 for `kid`.
fn missing_credentials(suite: &mut Suite) {
    const MASKED: &str = "Masked: the key that signs the link is in it.";
    for (link, place) in LATER {
        let at = usize::from(link) * 2 - 1;
        suite
            .spoil(
                "chain-of-four",
                &format!("credential-removed-{place}"),
                ErrorKind::CredentialMissing,
                Part::Link(link),
                &format!("The credential in `kid` is not there. {MASKED}"),
                |vector| vector.token = Some(rearranged(&chain(4), |items| drop(items.remove(at))).into()),
            )
            .flags(&["chain", "masked", place]);
        suite
            .spoil(
                "chain-of-four",
                &format!("thumbprint-of-unpinned-key-{place}"),
                ErrorKind::CredentialMissing,
                Part::Link(link),
                "`kid` is the thumbprint of the right key, which no pin has. Masked: nobody says whose key it is.",
                |vector| {
                    vector.forge(|forge| {
                        let thumbprint = *public(&format!("worker {link}")).thumbprint();
                        forge.items.remove(at);
                        forge
                            .link(link.into())
                            .message
                            .header(|header| put(header, &[4], bytes(thumbprint.as_bytes())));
                    });
                },
            )
            .flags(&["chain", "masked", place]);
    }
    suite
        .spoil(
            "chain-of-four",
            "credential-and-link-exchanged",
            ErrorKind::CredentialMissing,
            Part::Link(3),
            &format!("The last link stands before its credential, where it does not find it. {MASKED}"),
            |vector| vector.token = Some(rearranged(&chain(4), |items| items.swap(5, 6)).into()),
        )
        .flags(&["chain", "masked"]);
    suite
        .spoil(
            "through-pinned-gateway",
            "pin-taken-out-of-the-bundle",
            ErrorKind::CredentialMissing,
            Part::Link(1),
            "The actor is pinned no more. Masked: nobody says whose key it is.",
            |vector| vector.edit_trust(|trust| trust["pins"] = serde_json::json!([])),
        )
        .flags(&["chain", "masked", "first"]);
    for (worker, link, place) in [(0, 1, "first"), (1, 2, "last")] {
        suite
            .spoil(
                "known-credentials",
                &format!("credential-not-known-{place}"),
                ErrorKind::CredentialMissing,
                Part::Link(link),
                &format!("The token leaves out a credential that the verifier does not know. {MASKED}"),
                |vector| drop(vector.known.remove(worker)),
            )
            .flags(&["chain", "masked", place]);
    }
    suite
        .spoil(
            "known-credentials",
            "another-credential-of-the-actor-known",
            ErrorKind::CredentialMissing,
            Part::Link(2),
            &format!("The verifier knows another credential of the same actor and key. {MASKED}"),
            |vector| {
                let mut other = Forge::of(&credential(2));
                other.credential(0).message.put(&[4], ciborium::Value::Integer((NOW.0 + HOUR).into()));
                vector.known[1] = other.token().into();
            },
        )
        .flags(&["chain", "masked"]);
    suite
        .spoil(
            "sixteen-links-by-reference",
            "last-of-sixteen-credentials-not-known",
            ErrorKind::CredentialMissing,
            Part::Link(15),
            &format!("Of fifteen credentials left out the verifier does not know the last. {MASKED}"),
            |vector| drop(vector.known.pop()),
        )
        .flags(&["chain", "work", "masked"]);
}

/// V305 for `also`.
fn missing_further_credentials(suite: &mut Suite) {
    let nothing = || set([bytes(&[7; 32])]);
    for (twin, link, place) in [
        ("root-by-role", 0, "first"),
        ("root-by-context", 0, "first"),
        ("through-pinned-gateway", 1, "first"),
        ("open-chain-of-four", 1, "first"),
        ("open-chain-of-four", 2, "middle"),
        ("open-chain-of-four", 3, "last"),
    ] {
        suite
            .spoil(
                twin,
                &format!("also-names-nothing-in-{twin}-link-{link}"),
                ErrorKind::CredentialMissing,
                Part::Link(link),
                "`also` names a credential that is neither inline nor known.",
                |vector| vector.forge(|forge| forge.link(link.into()).message.put(&[OURS, 8], nothing())),
            )
            .flags(&["chain", place]);
    }
    suite
        .spoil(
            "further-credential",
            "further-credential-removed",
            ErrorKind::CredentialMissing,
            Part::Link(1),
            "The credential in `also` is not there.",
            |vector| {
                vector.token = Some(rearranged(&crate::accept::appraised(), |items| drop(items.remove(2))).into());
            },
        )
        .flags(&["chain", "first"]);
}
