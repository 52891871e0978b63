//! §13: caches: what the adversary would like them to remember.

use throughline::{ErrorKind, P256, Part};

use crate::adversary::{Adversary, Hand, elsewhere};
use crate::common::cbor::{OURS, bstr, bytes, text};
use crate::common::forge::{Message, split};
use crate::common::setting::request;
use crate::common::world::{agreement_key, edit};
use crate::common::{AUDIENCE, HOUR, NOW, credential};
use crate::honest::{Execution, Next, Who, list, named, three_hops};
use crate::scene::{Scene, Service, cast_trust, revocable_cast};
use crate::seals::{Seal, second_signature};

const LINK_1: Part = Part::Link(1);

/// §13: The format defines one cacheable fact
#[test]
fn token_that_was_admitted_a_moment_ago_rejected_for_what_changed_since() {
    let current = (NOW.minus(60), NOW.plus(HOUR));
    let warm = || {
        let service = Service::new(revocable_cast());
        service.lists.take_in(&list(1, current, |list| list), &service.trust, &P256).unwrap();
        Scene::at(service, Execution::root(&named(1)).hop(1, &Next::Nobody))
    };
    // Revoked.
    let scene = warm();
    let key = *Who::Worker(1).public().thumbprint();
    scene.service.lists.take_in(&list(2, current, |list| list.key(&key)), &scene.service.trust, &P256).unwrap();
    scene.service.refuses(&scene.token, &scene.proofs[0], &request(), ErrorKind::KeyRevoked, LINK_1);
    // Expired.
    let mut scene = warm();
    scene.service.now = NOW.plus(HOUR + 30);
    let expired = ErrorKind::Expired { now: scene.service.now, exp: NOW.plus(HOUR) };
    let late = scene.honest.asks(&request(), scene.service.now);
    for proof in &late {
        scene.service.refuses(&scene.token, proof, &request(), expired, Part::Link(0));
    }
    // The attester left the bundle; its remit shrank; the origin's ceiling came down; a limit was lowered.
    let mut scene = warm();
    edit(&mut scene.service.trust.attesters, |attesters| attesters[0].roles = Vec::new().into());
    scene.service.refuses(&scene.token, &scene.proofs[0], &request(), ErrorKind::RoleOutsideRemit, Part::Credential(0));
    edit(&mut scene.service.trust.attesters, |attesters| drop(attesters.remove(0)));
    scene.service.refuses(&scene.token, &scene.proofs[0], &request(), ErrorKind::AttesterUnknown, Part::Credential(0));
    let mut scene = warm();
    edit(&mut scene.service.trust.origins, |origins| {
        origins[0].ceiling = crate::common::world::ceiling("calendar.read", "calendar/alice/work");
    });
    scene.service.refuses(&scene.token, &scene.proofs[1], &request(), ErrorKind::OriginAboveCeiling, Part::Link(0));
    let mut scene = warm();
    scene.service.limits.grants = 0;
    let error = scene.service.admit(&scene.token, &scene.proofs[1], &request()).unwrap_err();
    assert_eq!(error.kind, ErrorKind::TooManyGrants);
}

/// §13: The format defines one cacheable fact
#[test]
fn refused_token_leaves_nothing_behind_that_another_could_use() {
    for service in [Service::new(cast_trust()), Service::new(cast_trust()).remembering_little()] {
        leaves_nothing_behind(&Scene::at(service, Execution::root(&Next::Anyone)));
    }
}

#[track_caller]
fn leaves_nothing_behind(scene: &Scene) {
    let mallory = Adversary::mallory();
    // Its own link is right, and stands in a token whose proof is not: nothing of it may be remembered as if it had been
    // admitted, and nothing of the honest links in it be forgotten.
    let good = mallory.continues(&scene.token).signed();
    let mut broken = split(&good);
    let mut link = Message::of(&broken[2]);
    link.seal = bstr(&second_signature("mallory 2", &link.digest()));
    broken[2] = link.encoded();
    for _ in 0..3 {
        scene.refuses(&broken.concat(), &mallory.asks(&good), ErrorKind::SignatureInvalid, LINK_1);
    }
    scene.admits(&good, &mallory.asks(&good));
    // Now that its signature is known, another over the same digest is still asked of the curve.
    scene.refuses(&broken.concat(), &mallory.asks(&good), ErrorKind::SignatureInvalid, LINK_1);
    // A known signature under another digest, and under another key.
    let mut moved = split(&good);
    let mut other = Message::of(&moved[2]);
    other.put(&[OURS, 10], bytes(&[1; 32]));
    moved[2] = other.encoded();
    scene.refuses(&moved.concat(), &mallory.asks(&moved.concat()), ErrorKind::SignatureInvalid, LINK_1);
    let replica = crate::common::credential_for(mallory.identifier(), "mallory 2", &[crate::common::ROLE]);
    let replica = Adversary::vouched(Hand::own("mallory 2"), &replica);
    let mut borrowed = split(&replica.continues(&scene.token).signed());
    let mut link = Message::of(&borrowed[2]);
    link.seal = Message::of(&split(&good)[2]).seal;
    borrowed[2] = link.encoded();
    scene.refuses(&borrowed.concat(), &replica.asks(&borrowed.concat()), ErrorKind::SignatureInvalid, LINK_1);
    scene.delivers();
}

/// §13: Known credentials (§7.5) are an input, not a cache
#[test]
fn credential_that_one_token_brought_is_not_known_to_the_next() {
    let mut scene = Scene::new(three_hops());
    // Every service has seen worker 1's credential inline; by reference it is still unknown.
    let mut items = split(&scene.token);
    let inline = items.remove(1);
    scene.refuses(&items.concat(), &scene.proofs, ErrorKind::CredentialMissing, LINK_1);
    scene.service.know(&credential(1));
    scene.admits(&items.concat(), &scene.proofs[..1]);
    // Known, its signature is taken as checked, and nothing else: the inline copy's is not.
    let mut copy = Message::of(&inline);
    copy.seal = bstr(&second_signature("mallory", &copy.digest()));
    items.insert(1, copy.encoded());
    scene.refuses(&items.concat(), &scene.proofs[1..], ErrorKind::SignatureInvalid, Part::Credential(0));
    edit(&mut scene.service.trust.attesters, |attesters| attesters[0].properties = Vec::new().into());
    items.remove(1);
    scene.service.refuses(
        &items.concat(),
        &scene.proofs[1],
        &request(),
        ErrorKind::PropertyOutsideRemit,
        Part::Known(1),
    );
}

/// §13: A derived MAC key belongs to one
#[test]
fn session_of_one_head_opens_no_other() {
    let root = Execution::root(&named(1));
    let scene = Scene::new(root.hop(1, &Next::Nobody));
    // The same actor with the same `agree` key makes a second head; the session of the first is open.
    let worker = Adversary::in_place_of(1);
    let other = worker.continues(&root.token).put(&[OURS, 10], bytes(&[1; 32])).signed();
    let head = Message::of(split(&other).last().unwrap());
    let mut moved = Message::of(&scene.proofs[1]);
    moved.put(&[OURS, 17], bytes(head.digest().as_bytes()));
    scene.refuses(&other, &[moved.encoded()], ErrorKind::ProofMacInvalid, Part::Proof);
    scene.admits(&other, &worker.asks(&other)[1..]);
    // And after that, neither's MAC is the other's.
    let mut back = Message::of(&worker.asks(&other)[1]);
    back.put(&[OURS, 17], bytes(Message::of(split(&scene.token).last().unwrap()).digest().as_bytes()));
    scene.refuses(&scene.token, &[back.encoded()], ErrorKind::ProofMacInvalid, Part::Proof);
    // A session admits nothing: the chain is judged again under it.
    let mut scene = Scene::new(root.hop(1, &Next::Nobody));
    edit(&mut scene.service.trust.attesters, |attesters| drop(attesters.remove(0)));
    scene.service.refuses(&scene.token, &scene.proofs[1], &request(), ErrorKind::AttesterUnknown, Part::Credential(0));
    assert!(!scene.service.sessions().list().is_empty());
}

/// §13: A derived MAC key belongs to one
#[test]
fn session_with_one_audience_and_agreement_key_opens_no_other() {
    // One process answers to two names and has two agreement keys; worker 1's session with one of each is open.
    let scene = Scene::new(Execution::root(&named(1)).hop(1, &Next::Nobody));
    let worker = Adversary::in_place_of(1);
    let under_the_session = |edit: &dyn Fn(&mut Message)| {
        let mut proof = Message::of(&worker.asks(&scene.token)[1]);
        edit(&mut proof);
        Seal::between(&scene.token, "worker 1", AUDIENCE, "audience").put_on(&mut proof);
        proof.encoded()
    };
    scene.admits(&scene.token, &[under_the_session(&|_| ())]);
    let other = *agreement_key("other").public().thumbprint();
    let of_another_key = under_the_session(&|proof| proof.put(&[OURS, 19], bytes(other.as_bytes())));
    scene.refuses(&scene.token, &[of_another_key], ErrorKind::ProofMacInvalid, Part::Proof);
    let to_another = under_the_session(&|proof| proof.put(&[3], text(elsewhere().audience)));
    scene.service.refuses(&scene.token, &to_another, &elsewhere(), ErrorKind::ProofMacInvalid, Part::Proof);
    for proof in worker.asks_for(&scene.token, &elsewhere()) {
        scene.service.admits(&scene.token, &proof, &elsewhere());
    }
}

/// §13: Whoever makes many tokens that verify
#[test]
fn signatures_and_sessions_pushed_out_change_no_verdict() {
    let scene = Scene::new(Execution::root(&Next::Anyone));
    // More heads than there is room for, each a valid one of a new key.
    for n in 0..80 {
        let stray = Adversary::stranger(Hand::own(&format!("mallory {n}")));
        let token = stray.continues(&scene.token).signed();
        let proof = &stray.asks(&token)[1];
        scene.service.admits(&token, proof, &request());
        scene.service.refuses(&token, proof, &request(), ErrorKind::ProofReplayed, Part::Proof);
    }
    assert!(scene.service.sessions().list().len() <= 64);
    scene.serves();
    scene.delivers();
}
