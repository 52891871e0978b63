//! §4: hand-overs: what one that is genuine does not do.

use throughline::issue::Contract;
use throughline::{Digest, ErrorKind, Part};

use crate::adversary::{Adversary, Draft, Hand, MALLORY, time};
use crate::common::cbor::{OURS, bytes, set};
use crate::common::forge::{Message, split};
use crate::common::{HOUR, NOW, ROLE, credential_for, worker};
use crate::honest::{Execution, Next, Who, list, named};
use crate::scene::{Scene, Service, revocable_cast};

const LINK_1: Part = Part::Link(1);

/// Alice calls worker 1, who is honest; mallory conforms to everything that the contract asks for.
fn scene() -> Scene {
    Scene::new(Execution::root(&Next::Called).hop(1, &Next::Called))
}

#[track_caller]
fn misused(scene: &Scene, draft: Draft, who: &Adversary, kind: ErrorKind, part: Part) {
    let token = draft.signed();
    scene.refuses(&token, &who.asks(&token), kind, part);
}

/// §4: Hand-over misuse.
/// §4: contract with hand-over
#[test]
fn hand_over_for_another_head_rejected() {
    let scene = scene();
    let mallory = Adversary::mallory();
    // Alice did call mallory: from another root, and from this one.
    let other = Execution::root_with(&Next::Called, |root| root.task(&Digest([1; 32])));
    let root = Execution::root(&Next::Called);
    let draft = mallory.continues(&root.token).handover(&other.handover(MALLORY));
    misused(&scene, draft, &mallory, ErrorKind::HandoverHead, LINK_1);
    // From the root, and not from worker 1's link.
    let draft = mallory.continues(&scene.token).handover(&root.handover(MALLORY));
    misused(&scene, draft, &mallory, ErrorKind::HandoverHead, Part::Link(2));
    let token = mallory.continues(&root.token).handover(&root.handover(MALLORY)).signed();
    scene.admits(&token, &mallory.asks(&token));
}

/// §4: Hand-over misuse.
/// §4: contract with hand-over
#[test]
fn hand_over_by_another_signer_rejected() {
    let scene = scene();
    let mallory = Adversary::mallory();
    // By itself, in its own name; by an actor before, who is in league with it; and by itself in the parent's name.
    let root = Execution::root(&Next::Called);
    let own = mallory.continues(&Execution::root(&Next::Anyone).token).signed();
    let of_head = |draft: Draft| draft.put(&[OURS, 17], bytes(head(&scene.token).digest().as_bytes())).signed();
    let in_own_name = of_head(mallory.hands_over(&own, MALLORY));
    let draft = mallory.continues(&scene.token).handover(&in_own_name);
    misused(&scene, draft, &mallory, ErrorKind::HandoverSigner, Part::Link(2));
    let alice = Adversary::stranger(Hand::stolen(Who::Alice));
    let by_alice = of_head(alice.hands_over(&root.token, MALLORY));
    let draft = mallory.continues(&scene.token).handover(&by_alice);
    misused(&scene, draft, &mallory, ErrorKind::HandoverSigner, Part::Link(2));
    let in_parents_name = mallory.hands_over(&scene.token, MALLORY).signed();
    let draft = mallory.continues(&scene.token).handover(&in_parents_name);
    misused(&scene, draft, &mallory, ErrorKind::SignatureInvalid, Part::HandOver(1));
}

/// §4: Hand-over misuse.
/// §4: contract with hand-over
#[test]
fn hand_over_to_another_too_late_or_for_another_task_rejected() {
    let scene = scene();
    let mallory = Adversary::mallory();
    let root = Execution::root(&Next::Called);
    let to_worker = split(&scene.token)[2].clone();
    let draft = mallory.continues(&root.token).handover(&to_worker);
    misused(&scene, draft, &mallory, ErrorKind::HandoverAddressee, LINK_1);
    // A namesake by prefix.
    let draft = mallory.continues(&root.token).handover(&root.handover(&format!("{MALLORY}-2")));
    misused(&scene, draft, &mallory, ErrorKind::HandoverAddressee, LINK_1);
    let short = throughline::issue::HandOverBuilder::new(&root.token, Who::Alice.public(), MALLORY, NOW.plus(60));
    let short = Hand::stolen(Who::Alice).signs(short.to_be_signed().unwrap());
    for (end, kept) in [(NOW.plus(61), false), (NOW.plus(HOUR), false), (NOW.plus(60), true)] {
        let draft = mallory.continues(&root.token).put(&[4], time(end)).handover(&short);
        if kept {
            let token = draft.signed();
            scene.admits(&token, &mallory.asks(&token));
        } else {
            misused(&scene, draft, &mallory, ErrorKind::HandoverOutlived, LINK_1);
        }
    }
    let read = root.handover_with(MALLORY, |given| given.task(&Digest([2; 32])));
    let write = |draft: Draft| draft.put(&[OURS, 10], bytes(&[3; 32]));
    misused(&scene, mallory.continues(&root.token).handover(&read), &mallory, ErrorKind::HandoverTask, LINK_1);
    misused(&scene, write(mallory.continues(&root.token).handover(&read)), &mallory, ErrorKind::HandoverTask, LINK_1);
}

/// §4: Hand-over misuse.
/// §4: contract with hand-over
#[test]
fn hand_over_not_demanded_left_out_or_out_of_place_rejected() {
    let scene = scene();
    let mallory = Adversary::mallory();
    let demanding = Execution::root_with(&Next::Anyone, |root| root.require(Contract::new().handover()));
    let open = Execution::root(&Next::Anyone);
    // Made for a link that asks for it, or by hand for one that does not.
    let by_hand = Adversary::stranger(Hand::stolen(Who::Alice)).hands_over(&open.token, MALLORY).signed();
    let draft = mallory.continues(&open.token).handover(&by_hand);
    misused(&scene, draft, &mallory, ErrorKind::HandoverNotDemanded, LINK_1);
    let given = demanding.handover(MALLORY);
    let token = mallory.continues(&demanding.token).handover(&given).signed();
    scene.admits(&token, &mallory.asks(&token));
    let [root, credential, given, link] = <[Vec<u8>; 4]>::try_from(split(&token)).unwrap();
    let proofs = mallory.asks(&token);
    for (items, kind, part) in [
        (vec![&root, &credential, &link], ErrorKind::HandoverMissing, LINK_1),
        (vec![&root, &credential, &link, &given], ErrorKind::HandoverMissing, LINK_1),
        (vec![&root, &given, &credential, &link], ErrorKind::HandoverMisplaced, Part::HandOver(0)),
        (vec![&given, &root, &credential, &link], ErrorKind::HandoverMisplaced, Part::HandOver(0)),
        (vec![&root, &credential, &given, &given, &link], ErrorKind::HandoverMisplaced, Part::HandOver(0)),
        (vec![&root, &credential, &given, &link, &given], ErrorKind::HandoverMisplaced, Part::HandOver(1)),
    ] {
        let token = items.into_iter().flatten().copied().collect::<Vec<u8>>();
        scene.refuses(&token, &proofs, kind, part);
    }
}

/// §4: Hand-over misuse.
#[test]
fn proof_as_a_hand_over_and_the_reverse_rejected() {
    let scene = scene();
    let mallory = Adversary::mallory();
    // Worker 1's proof, which the adversary as audience received, in the place of its hand-over.
    for proof in &scene.proofs[..1] {
        let draft = mallory.continues(&scene.token).handover(proof);
        misused(&scene, draft, &mallory, ErrorKind::WrongTyp, Part::Item(5));
    }
    // Worker 1's hand-over to mallory in the place of its proof.
    let given = scene.honest.handover(MALLORY);
    scene.refuses(&scene.token, &[given], ErrorKind::WrongTyp, Part::Proof);
    scene.delivers();
}

/// §4: A hand-over is a promise.
#[test]
fn promise_ends_with_its_link_its_successors_key_or_identifier() {
    let current = (NOW.minus(60), NOW.plus(HOUR));
    let service = || {
        let service = Service::new(revocable_cast());
        service.lists.take_in(&list(1, current, |list| list), &service.trust, &throughline::P256).unwrap();
        service
    };
    // An honest execution of its own, which no entry is about.
    let honest = || Execution::root(&named(2)).hop(2, &Next::Nobody);
    let root = Execution::root(&Next::Called);
    let given = root.handover(MALLORY);
    let mallory = Adversary::mallory();
    let token = mallory.continues(&root.token).handover(&given).signed();
    let link = head(&root.token).digest();
    let key = *mallory.hand.public().thumbprint();
    for (entry, kind, part) in [
        (0, ErrorKind::LinkRevoked, Part::Link(0)),
        (1, ErrorKind::KeyRevoked, LINK_1),
        (2, ErrorKind::IdentifierRevoked, LINK_1),
    ] {
        let scene = Scene::at(service(), honest());
        // Alice thought better of it, and has no way to take the promise itself back.
        scene.admits(&token, &mallory.asks(&token));
        let revoked = list(2, current, |list| match entry {
            0 => list.link(&link),
            1 => list.key(&key),
            _ => list.identifier(MALLORY, &[]),
        });
        scene.service.lists.take_in(&revoked, &scene.service.trust, &throughline::P256).unwrap();
        scene.refuses(&token, &mallory.asks(&token), kind, part);
    }
    // It names an identifier: not a key, and not a role.
    let scene = Scene::at(service(), honest());
    let elsewhere = Adversary::vouched(Hand::own("mallory 2"), &credential_for(MALLORY, "mallory 2", &[ROLE]));
    let token = elsewhere.continues(&root.token).handover(&given).signed();
    scene.admits(&token, &elsewhere.asks(&token));
    let open = Execution::root_with(&Next::Anyone, |root| root.require(Contract::new().handover()));
    let reader = credential_for(MALLORY, "mallory", &["reader"]);
    let reader = Adversary::vouched(Hand::own("mallory"), &reader).in_role("reader");
    let token = reader.continues(&open.token).handover(&open.handover(MALLORY)).signed();
    scene.admits(&token, &reader.asks(&token));
}

/// §4: Hand-over misuse.
#[test]
fn hand_over_of_another_execution_with_the_same_actors_rejected() {
    let scene = scene();
    // Both executions run through worker 1, who called worker 2 in the other one.
    let other = Execution::root_with(&Next::Called, |root| root.task(&Digest([4; 32]))).hop(1, &Next::Called);
    let given = other.handover(&worker(2));
    let worker_2 = Adversary::in_place_of(2);
    let draft = worker_2.continues(&scene.token).handover(&given);
    misused(&scene, draft, &worker_2, ErrorKind::HandoverHead, Part::Link(2));
    // Two at once: a link names one.
    let own = scene.honest.handover(&worker(2));
    let named = [&given, &own].map(|one| bytes(Message::of(one).digest().as_bytes()));
    let draft = worker_2.continues(&scene.token).handover(&own).put(&[OURS, 11], set(named));
    misused(&scene, draft, &worker_2, ErrorKind::UnexpectedType, Part::Link(2));
}

fn head(token: &[u8]) -> Message {
    Message::of(split(token).last().unwrap())
}
