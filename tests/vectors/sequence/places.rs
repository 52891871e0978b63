//! Stage 3, V306–V308: credentials and hand-overs stand where the format puts them and nowhere else.

use throughline::issue::{ContinuationBuilder, HandOverBuilder};
use throughline::{ErrorKind, Part};

use super::rearranged;
use crate::accept::{LATER, by_reference, same_actor_twice};
use crate::common::cbor::{OURS, bytes, put};
use crate::common::forge::{Forge, split};
use crate::common::world::{by, platform_credential, vouched};
use crate::common::{HOUR, NOW, credential, key, public, root, window, worker};
use crate::suite::{Scenario, Suite};
use crate::tokens::{called, chain};

pub(super) fn publish(suite: &mut Suite) {
    stray_credentials(suite);
    disordered_credentials(suite);
    hand_overs(suite);
    stray_hand_overs(suite);
}

/// V306: credentials that nobody names, or that stand again.
fn stray_credentials(suite: &mut Suite) {
    for (place, nth, id, at) in [
        (0, 0, "before-the-root", "first"),
        (1, 0, "before-the-first-hop", "middle"),
        (2, 1, "behind-a-named-one", "middle"),
        (6, 3, "before-the-last-link", "last"),
        (7, 3, "at-the-end", "last"),
    ] {
        suite
            .spoil(
                "chain-of-four",
                &format!("unnamed-credential-{id}"),
                ErrorKind::CredentialMisplaced,
                Part::Credential(nth),
                "A good credential that no link names.",
                |vector| vector.token = Some(rearranged(&chain(4), |items| items.insert(place, credential(9))).into()),
            )
            .flags(&["chain", at]);
    }
    for (place, nth, id) in
        [(1, 1, "at-once"), (3, 1, "before-the-next-link"), (5, 2, "before-the-last-link"), (7, 3, "at-the-end")]
    {
        suite
            .spoil(
                "chain-of-four",
                &format!("credential-again-{id}"),
                ErrorKind::CredentialMisplaced,
                Part::Credential(nth),
                "A credential stands a second time.",
                |vector| {
                    vector.token = Some(rearranged(&chain(4), |items| items.insert(place, items[1].clone())).into());
                },
            )
            .flags(&["chain"]);
    }
    suite
        .spoil(
            "actor-twice",
            "credential-again-before-a-later-link-that-names-it",
            ErrorKind::CredentialMisplaced,
            Part::Credential(1),
            "The second link names the credential too, but is not the first to name it.",
            |vector| {
                vector.token = Some(rearranged(&same_actor_twice(), |items| items.insert(3, credential(1))).into());
            },
        )
        .flags(&["chain", "last"]);
    suite
        .spoil(
            "stranger-where-anyone-may",
            "credential-before-an-unvouched-link",
            ErrorKind::CredentialMisplaced,
            Part::Credential(0),
            "A credential before the link of an unvouched actor, which names none.",
            |vector| {
                let token = vector.token.take().unwrap();
                vector.token = Some(rearranged(&token.0, |items| items.insert(1, credential(1))).into());
            },
        )
        .flags(&["chain"]);
}

/// V306: credentials that some link names, elsewhere.
fn disordered_credentials(suite: &mut Suite) {
    for (from, to, nth, id, at) in [
        (3, 1, 0, "one-link-too-early", "middle"),
        (3, 2, 1, "behind-the-credential-of-the-link-before", "middle"),
        (3, 0, 0, "before-the-root", "first"),
        (5, 3, 1, "last-links-one-link-too-early", "last"),
    ] {
        suite
            .spoil(
                "chain-of-four",
                &format!("credential-{id}"),
                ErrorKind::CredentialMisplaced,
                Part::Credential(nth),
                "A credential stands earlier than directly before the link that names it first.",
                |vector| {
                    vector.token = Some(
                        rearranged(&chain(4), |items| {
                            let early = items.remove(from);
                            items.insert(to, early);
                        })
                        .into(),
                    );
                },
            )
            .flags(&["chain", at]);
    }
    for (place, id) in [(2, "before-its-second-link"), (3, "at-the-end")] {
        suite
            .spoil(
                "known-credential-named-twice",
                &format!("known-credential-inline-{id}"),
                ErrorKind::CredentialMisplaced,
                Part::Credential(0),
                "An inline copy of a known credential behind the link that names it first.",
                |vector| {
                    let token = vector.token.take().unwrap();
                    vector.token = Some(rearranged(&token.0, |items| items.insert(place, credential(1))).into());
                },
            )
            .flags(&["chain"]);
    }
    suite
        .spoil(
            "known-credentials",
            "known-credential-inline-behind-its-link",
            ErrorKind::CredentialMisplaced,
            Part::Credential(0),
            "An inline copy of a known credential directly behind the link that names it.",
            |vector| vector.token = Some(rearranged(&by_reference(3), |items| items.insert(2, credential(1))).into()),
        )
        .flags(&["chain"]);
    let first = root().next_anyone().sign(&key("alice")).unwrap();
    let actor = vouched(1).also(&platform_credential(1)).unwrap();
    let token = by(1, ContinuationBuilder::new(&first, actor, window()));
    suite.accept(
        "chains",
        "further-credential-inline-of-known-actor",
        "The credential in `kid` is known, the one in `also` inline.",
        Scenario::verify(rearranged(&token, |items| drop(items.remove(1)))).known(credential(1)),
    );
    suite
        .spoil(
            "further-credential-inline-of-known-actor",
            "further-credential-before-the-root",
            ErrorKind::CredentialMisplaced,
            Part::Credential(0),
            "The credential in `also` stands before the root.",
            |vector| vector.token = Some(rearranged(&vector.token.take().unwrap().0, |items| items.swap(0, 1)).into()),
        )
        .flags(&["chain"]);
}

/// V307
fn hand_overs(suite: &mut Suite) {
    const MASKED: &str = "Masked: what V711 to V717 judge is not there.";
    for (link, place) in LATER {
        suite
            .spoil(
                "called-chain-of-four",
                &format!("hand-over-removed-{place}"),
                ErrorKind::HandoverMissing,
                Part::Link(link),
                &format!("The hand-over that the link names is not there. {MASKED}"),
                |vector| {
                    let at = usize::from(link) * 3 - 1;
                    vector.token = Some(rearranged(&called(4), |items| drop(items.remove(at))).into());
                },
            )
            .flags(&["chain", "masked", place]);
    }
    suite
        .spoil(
            "called-chain-of-four",
            "hand-over-behind-its-link",
            ErrorKind::HandoverMissing,
            Part::Link(3),
            &format!("The last hand-over stands behind its link. {MASKED}"),
            |vector| vector.token = Some(rearranged(&called(4), |items| items.swap(8, 9)).into()),
        )
        .flags(&["chain", "masked"]);
    suite
        .spoil(
            "called-chain-of-four",
            "hand-over-replaced-by-an-equal-one",
            ErrorKind::HandoverMissing,
            Part::Link(2),
            "As good a hand-over as the one named, a second longer. Masked: its link does not name it (V308).",
            |vector| vector.token = Some(rearranged(&called(4), |items| items[5] = another_hand_over()).into()),
        )
        .flags(&["chain", "masked"]);
    suite
        .spoil(
            "called-chain-of-four",
            "hand-overs-exchanged",
            ErrorKind::HandoverMissing,
            Part::Link(1),
            "The hand-overs of two links in each other's place. Masked: each is for another head.",
            |vector| vector.token = Some(rearranged(&called(4), |items| items.swap(2, 5)).into()),
        )
        .flags(&["chain", "masked", "first"]);
}

/// Worker 1's hand-over to worker 2 once more, a second longer.
fn another_hand_over() -> Vec<u8> {
    let head = split(&called(4))[..4].concat();
    let other = HandOverBuilder::new(&head, public("worker 1"), &worker(2), NOW.plus(HOUR + 1));
    other.sign(&key("worker 1")).unwrap()
}

/// V308
fn stray_hand_overs(suite: &mut Suite) {
    for (link, place, at) in [(1_u8, 2, "first"), (2, 5, "middle"), (3, 8, "last")] {
        suite
            .spoil(
                "called-chain-of-four",
                &format!("hand-over-twice-{at}"),
                ErrorKind::HandoverMisplaced,
                Part::HandOver(link - 1),
                "A hand-over stands twice before its link: the first one is not directly before it.",
                |vector| {
                    vector.token =
                        Some(rearranged(&called(4), |items| items.insert(place, items[place].clone())).into());
                },
            )
            .flags(&["chain", at]);
        suite
            .spoil(
                "called-chain-of-four",
                &format!("hand-over-before-the-credential-{at}"),
                ErrorKind::HandoverMisplaced,
                Part::HandOver(link - 1),
                "A hand-over before the credential of its link.",
                |vector| vector.token = Some(rearranged(&called(4), |items| items.swap(place - 1, place)).into()),
            )
            .flags(&["chain", at]);
    }
    let mut stray = |twin: &str, id: &str, nth: u8, place: usize, item: Vec<u8>, masked: &[&str], what: &str| {
        let refused = suite.spoil(twin, id, ErrorKind::HandoverMisplaced, Part::HandOver(nth), what, |vector| {
            let token = vector.token.take().unwrap();
            vector.token = Some(rearranged(&token.0, |items| items.insert(place, item)).into());
        });
        let _ = refused.flags(&[&["chain"], masked].concat());
    };
    let items = split(&called(4));
    stray(
        "called-chain-of-four",
        "hand-over-beside-the-named-one",
        1,
        5,
        another_hand_over(),
        &[],
        "Beside the hand-over that the link names stands another as good.",
    );
    stray(
        "called-chain-of-four",
        "hand-over-before-the-root",
        0,
        0,
        items[2].clone(),
        &["masked"],
        "A hand-over before the root. Masked: there is nobody before the root whose signature it could have.",
    );
    stray(
        "chain-of-four",
        "hand-over-that-its-link-does-not-name",
        0,
        4,
        plain_hand_over(),
        &[],
        "A good hand-over before a link that names none.",
    );
    stray(
        "called-chain-of-four",
        "hand-over-at-the-end",
        3,
        10,
        items[8].clone(),
        &[],
        "A hand-over behind the last link.",
    );
    stray(
        "root-alone",
        "hand-over-behind-the-root",
        0,
        1,
        items[2].clone(),
        &[],
        "A hand-over, and no link behind it.",
    );
}

/// Worker 1's hand-over to worker 2 in `chain-of-four`, where nothing demands one.
fn plain_hand_over() -> Vec<u8> {
    let mut forge = Forge::of(&split(&called(4))[..6].concat());
    let mut plain = Forge::of(&chain(4));
    let (head, kid) = (plain.link(1).message.digest(), plain.link(1).message.kid());
    let given = forge.handover(1);
    given.message.put(&[OURS, 17], bytes(head.as_bytes()));
    given.message.header(|header| put(header, &[4], bytes(kid.as_bytes())));
    given.message.sign("worker 1");
    given.message.encoded()
}
