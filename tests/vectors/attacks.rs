//! Attacks on the whole: cut-back, one artifact in the place of another, and what a cheap defect may cost.

use ciborium::Value;
use throughline::issue::{Actor, ContinuationBuilder, Grant, GrantList};
use throughline::{ErrorKind, Part, UnixTime};
use throughline_conformance::{Admitted, Replay, Vector};

use crate::accept::head_of;
use crate::common::cbor::{OURS, bytes, int, set, text};
use crate::common::forge::{Forge, split};
use crate::common::world::{by, hop, platform_says, vouched};
use crate::common::{
    AUDIENCE, HOUR, NOW, ROLE, contract, credential, handover, key, proof, public, root, window, worker,
};
use crate::proof::SIGNED;
use crate::suite::{Edit, Scenario, Suite};
use crate::tokens::{called, chain};

pub(crate) fn publish(suite: &mut Suite) {
    cut_back(suite);
    cut_back_with_hand_over(suite);
    cut_back_by_name(suite);
    mistaken_artifacts(suite);
    cheap_defects(suite);
    cheap_refusals(suite);
    named_credentials(suite);
}

/// Root, worker 1 narrowed to one resource, worker 2; under a contract with hand-over or without.
fn narrowing(called: bool) -> Vec<u8> {
    let narrow = Grant::new("calendar.read", "calendar/alice/work").range("days", 1, 1);
    let narrow = GrantList::new([narrow]).unwrap();
    let root =
        if called { root().next_contract(contract()) } else { root().next_contract_without_handover(contract()) };
    let token = root.sign(&key("alice")).unwrap();
    let builder = ContinuationBuilder::new(&token, vouched(1), window()).next_identifier(&worker(2)).grants(narrow);
    let builder = if called { builder.handover(&handover(&token, "alice", &worker(1))) } else { builder };
    hop(&by(1, builder), 2)
}

/// Whoever may continue from an earlier link sheds what later ones narrowed; without hand-over that is allowed.
fn cut_back(suite: &mut Suite) {
    let long = narrowing(false);
    let narrow = proof(&long, "worker 2", 1);
    suite.accept(
        "chains",
        "narrowed-chain",
        "Worker 1 narrows to one day, and worker 2 asks for one.",
        Scenario::admit(&long, narrow)
            .with(|vector| vector.request.as_mut().unwrap().arguments = vec![crate::suite::named("days", 1)])
            .flag("cut-back"),
    );
    suite
        .spoil(
            "narrowed-chain",
            "narrowed-chain-asked-for-more",
            ErrorKind::RequestNotGranted,
            Part::Request,
            "Worker 2 asks for seven days, which the root grants and worker 1 does not.",
            |vector| vector.edit_request(|request| request.arguments = vec![crate::suite::named("days", 7)]),
        )
        .flags(&["cut-back"]);
    let short = hop(&split(&long)[0], 2);
    let wide = proof(&short, "worker 2", 1);
    suite.accept(
        "chains",
        "cut-back-without-hand-over",
        "Worker 2 takes the root of narrowed-chain, goes on from there, and asks for seven days: §6 says so.",
        Scenario::admit(short, wide).flag("cut-back").flag("feature"),
    );
}

/// With hand-over, only whom the earlier link's actor named.
fn cut_back_with_hand_over(suite: &mut Suite) {
    let long = narrowing(true);
    suite.accept(
        "chains",
        "narrowed-called-chain",
        "Alice calls worker 1, who narrows and names worker 2.",
        Scenario::verify(&long).flag("cut-back").flag("feature"),
    );
    let root = split(&long)[0].clone();
    let given = handover(&root, "alice", &worker(2));
    let called = by(2, ContinuationBuilder::new(&root, vouched(2), window()).handover(&given));
    suite.accept(
        "chains",
        "called-from-the-root",
        "Alice called worker 2 herself.",
        Scenario::verify(&called).flag("cut-back"),
    );
    suite
        .spoil(
            "called-from-the-root",
            "cut-back-without-the-hand-over-demanded",
            ErrorKind::HandoverDemanded,
            Part::Link(1),
            "Worker 2 goes on from the root, to which nobody called it.",
            |vector| {
                vector.forge(|forge| {
                    forge.items.remove(2);
                    forge.link(1).message.remove(&[OURS, 11]);
                });
            },
        )
        .flags(&["cut-back"]);
    let stolen = split(&long)[2].clone();
    suite
        .spoil(
            "called-from-the-root",
            "cut-back-with-a-stolen-hand-over",
            ErrorKind::HandoverAddressee,
            Part::Link(1),
            "Worker 2 goes on from the root with the hand-over by which Alice called worker 1.",
            |vector| {
                vector.forge(|forge| {
                    let given = Forge::of(&[root.clone(), stolen.clone()].concat()).items.remove(1);
                    forge.link(1).message.put(&[OURS, 11], bytes(given.message.digest().as_bytes()));
                    forge.items[2] = given;
                });
            },
        )
        .flags(&["cut-back", "hand-over"]);
    suite
        .spoil(
            "called-from-the-root",
            "cut-back-with-a-hand-over-of-its-own",
            ErrorKind::SignatureInvalid,
            Part::HandOver(0),
            "Worker 2 writes a hand-over to itself as Alice's, which she did not sign.",
            |vector| vector.forge(|forge| forge.handover(0).signer = "worker 2".to_owned()),
        )
        .flags(&["cut-back", "hand-over", "crypto"]);
}

/// With an exact identifier or key, only its holder.
fn cut_back_by_name(suite: &mut Suite) {
    let cut = split(&chain(4))[..3].concat();
    suite.accept(
        "chains",
        "sibling-by-the-named-actor",
        "Link 1 names worker 2, who makes a second link after it.",
        Scenario::verify(by(2, ContinuationBuilder::new(&cut, vouched(2), (NOW.minus(60), NOW.plus(600)))))
            .flag("cut-back"),
    );
    let stolen = |signer: u8, next: Value| {
        let open = by(1, ContinuationBuilder::new(&split(&cut)[0], vouched(1), window()).next_anyone());
        let mut forge = Forge::of(&by(signer, ContinuationBuilder::new(&open, vouched(signer), window())));
        forge.link(1).message.put(&[OURS, 5], next);
        forge.token()
    };
    suite
        .spoil(
            "sibling-by-the-named-actor",
            "cut-back-by-another-than-named",
            ErrorKind::SuccessorIdentifier,
            Part::Link(2),
            "Link 1 names worker 2, and worker 3, which saw the bytes, goes on from it.",
            |vector| vector.token = Some(stolen(3, text(&worker(2))).into()),
        )
        .flags(&["cut-back"]);
    suite
        .spoil(
            "sibling-by-the-named-actor",
            "cut-back-by-another-key",
            ErrorKind::SuccessorKey,
            Part::Link(2),
            "Link 1 names worker 2's key, and worker 3, which saw the bytes, goes on from it.",
            |vector| {
                let thumbprint = bytes(public("worker 2").thumbprint().as_bytes());
                vector.token = Some(stolen(3, thumbprint).into());
            },
        )
        .flags(&["cut-back"]);
    suite
        .spoil(
            "sibling-by-the-named-actor",
            "cut-back-by-a-stranger",
            ErrorKind::SuccessorUnvouched,
            Part::Link(2),
            "Link 1 names worker 2, and an unvouched actor goes on from it. Masked: its identifier is another.",
            |vector| {
                let open = by(1, ContinuationBuilder::new(&split(&cut)[0], vouched(1), window()).next_anyone());
                let stray = Actor::unvouched(public("stray"));
                let token = ContinuationBuilder::new(&open, stray, window()).sign(&key("stray")).unwrap();
                let mut forge = Forge::of(&token);
                forge.link(1).message.put(&[OURS, 5], text(&worker(2)));
                vector.token = Some(forge.token().into());
            },
        )
        .flags(&["cut-back", "masked"]);
}

/// Where `typ`'s value stands in an item: behind tag, array, the header's head, three heads and labels, and `kid`.
const TYP: usize = 1 + 1 + 2 + 1 + 2 + 1 + 34 + 1;

/// V225: one artifact in the place of another.
fn mistaken_artifacts(suite: &mut Suite) {
    let called = called(4);
    let items = split(&called);
    let start = |nth: usize| items[..nth].concat().len();
    for (link, place) in [(1, "first"), (2, "middle"), (3, "last")] {
        let nth = link * 3 - 1;
        let head = items[..nth - 1].concat();
        let by = if link == 1 { "alice".to_owned() } else { format!("worker {}", link - 1) };
        suite
            .spoil(
                "called-chain-of-four",
                &format!("proof-as-hand-over-{place}"),
                ErrorKind::WrongTyp,
                Part::Item(u8::try_from(nth).unwrap()),
                "A proof by the parent's actor in the place of its hand-over.",
                |vector| {
                    let mut items = items.clone();
                    items[nth] = proof(&head, &by, 1);
                    vector.token = Some(items.concat().into());
                },
            )
            .byte(start(nth) + TYP)
            .flags(&["confusion", place]);
    }
    let mut as_proof = |id: &str, what: &str, item: Vec<u8>| {
        suite
            .spoil(SIGNED, id, ErrorKind::WrongTyp, Part::Proof, what, |vector| vector.proof = Some(item.into()))
            .byte(TYP)
            .flags(&["confusion"]);
    };
    let token = chain(3);
    as_proof("hand-over-as-proof", "A hand-over in the place of the proof.", items[5].clone());
    as_proof("head-as-proof", "The token's head in the place of the proof.", split(&token)[4].clone());
    as_proof("credential-as-proof", "A credential in the place of the proof.", credential(2));
    let mut as_token = |id: &str, what: &str, item: u8, at: usize, token: Vec<u8>| {
        suite
            .spoil(SIGNED, id, ErrorKind::WrongTyp, Part::Item(item), what, |vector| vector.token = Some(token.into()))
            .byte(at + TYP)
            .flags(&["confusion"]);
    };
    let made = proof(&token, "worker 2", 1);
    as_token("proof-as-token", "The proof in the place of the token.", 0, 0, made.clone());
    let behind = [token.clone(), made].concat();
    as_token("proof-behind-the-token", "The proof behind the token: it is no part of it.", 5, token.len(), behind);
}

/// What structure and rules show costs no signature, even in the last of sixteen links.
fn cheap_defects(suite: &mut Suite) {
    let mut cheap = |id: &str, kind: ErrorKind, what: &str, edit: &dyn Fn(&mut Forge)| {
        suite
            .spoil("sixteen-links-called", id, kind, Part::Link(15), what, |vector| vector.forge(edit))
            .flags(&["work"]);
    };
    cheap(
        "sixteenth-position-wrong",
        ErrorKind::PositionWrong,
        "The last of sixteen links repeats a position.",
        &|forge| {
            forge.link(15).message.put(&[OURS, 2], int(14));
        },
    );
    cheap(
        "sixteenth-parent-wrong",
        ErrorKind::ParentWrong,
        "The last of sixteen links has another parent.",
        &|forge| {
            forge.link(15).message.put(&[OURS, 1], bytes(&[0; 32]));
        },
    );
    let late = int(i64::try_from(NOW.0 + HOUR + 1).unwrap());
    cheap(
        "sixteenth-window-outside",
        ErrorKind::WindowOutsideParent,
        "The last of sixteen links ends a second after its parent.",
        &|forge| {
            forge.link(15).message.put(&[4], late.clone());
            forge.handover(14).message.put(&[4], late.clone());
        },
    );
    let what = "The last of sixteen links names its credential twice.";
    cheap("sixteenth-credential-named-twice", ErrorKind::AlsoRepeatsKid, what, &|forge| {
        let named = forge.credential(14).message.digest();
        forge.link(15).message.put(&[OURS, 8], set([bytes(named.as_bytes())]));
    });
    let wide = GrantList::new([Grant::new("calendar.*", "*")]).unwrap();
    cheap(
        "sixteenth-grants-widened",
        ErrorKind::GrantsWidened,
        "The last of sixteen links widens its grants.",
        &|forge| {
            forge.link(15).message.put(&[OURS, 4], crate::common::cbor::decode(wide.encoded()));
        },
    );
    cheap(
        "sixteenth-hand-over-to-another",
        ErrorKind::HandoverAddressee,
        "The last of sixteen actors was not called.",
        &|forge| {
            forge.handover(14).message.put(&[OURS, 20], text(&worker(9)));
        },
    );
}

/// Neither do a wrong audience, a stale proof, a replay, an unknown origin.
fn cheap_refusals(suite: &mut Suite) {
    let mut cheap = |id: &str, kind: ErrorKind, part: Part, what: &str, masked: bool, change: &dyn Fn(&mut Vector)| {
        let flags: &[&str] = if masked { &["work", "masked"] } else { &["work"] };
        suite.spoil("sixteen-links", id, kind, part, what, change).flags(flags);
    };
    let elsewhere =
        |vector: &mut Vector| vector.edit_request(|request| request.audience = "https://mail.example".to_owned());
    let kind = ErrorKind::ProofAudience;
    cheap("sixteen-links-elsewhere", kind, Part::Proof, "Sixteen links at another audience.", false, &elsewhere);
    let now = UnixTime(NOW.0 + 91);
    let kind = ErrorKind::ProofTooOld { now, iat: NOW };
    cheap("sixteen-links-with-an-old-proof", kind, Part::Proof, "Sixteen links and a stale proof.", false, &|vector| {
        vector.now = Some(now.0);
    });
    let head = head_of(&chain(16));
    let again = Admitted { aud: AUDIENCE.to_owned(), head: head.as_bytes().into(), cti: [1; 16].into() };
    let kind = ErrorKind::ProofReplayed;
    cheap(
        "sixteen-links-replayed",
        kind,
        Part::Proof,
        "Sixteen links and a proof for the second time.",
        false,
        &|vector| {
            vector.replay = Some(Replay { admitted: vec![again.clone()], ..Replay::default() });
        },
    );
    let kind = ErrorKind::RequestNotGranted;
    cheap("sixteen-links-ask-for-more", kind, Part::Request, "Sixteen links that do not grant it.", false, &|vector| {
        vector.edit_request(|request| request.resource = "calendar/bob/work".to_owned());
    });
    let kind = ErrorKind::OriginUnknown;
    let what = "Sixteen links of an unknown origin. Masked: nothing is there to hold the root against.";
    cheap("sixteen-links-of-an-unknown-origin", kind, Part::Link(0), what, true, &|vector| {
        vector.edit_trust(|trust| drop(trust["origins"].as_array_mut().unwrap().remove(0)));
    });
    let kind = ErrorKind::RevocationStale;
    let what = "Sixteen links, and a revocation issuer without a list.";
    cheap("sixteen-links-without-a-list", kind, Part::Token, what, false, &|vector| {
        vector.trust = Some(crate::bundles::revocable());
    });
}

/// V242 in stage 3: at most 32 distinct credentials are named, inline and known together.
fn named_credentials(suite: &mut Suite) {
    let further = |n: u8| (3..=6).map(move |value| platform_says(n, "hardware", value));
    let mut token = root().next_anyone().sign(&key("alice")).unwrap();
    let mut known = Vec::new();
    for n in 1..=7 {
        let count = if n == 7 { 1 } else { 4 };
        let actor = further(n)
            .take(count)
            .fold(Actor::vouched(&credential(n), ROLE).unwrap(), |actor, one| actor.also(&one).unwrap());
        known.push(credential(n));
        known.extend(further(n).take(if n == 7 { 2 } else { 4 }));
        token = by(n, ContinuationBuilder::new(&token, actor.by_reference(), window()).next_anyone());
    }
    let scenario = known.iter().fold(Scenario::verify(token), |scenario, one| scenario.known(one));
    suite.accept(
        "limits",
        "credentials-named-32",
        "As many credentials as a token may name, all known.",
        scenario.step("V242").flag("edge"),
    );
    suite
        .spoil(
            "credentials-named-32",
            "credentials-named-33",
            ErrorKind::TooManyCredentials,
            Part::Link(7),
            "The last link names one more credential that the verifier knows.",
            |vector| {
                vector.forge(|forge| {
                    let digests = further(7).take(2).map(|one| head_of(&one));
                    let named = set(digests.map(|digest| bytes(digest.as_bytes())));
                    forge.link(7).message.put(&[OURS, 8], named);
                });
            },
        )
        .flags(&["chain"]);
}
