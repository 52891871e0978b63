//! §5: items and signatures: exchanged, repeated, mirrored, under a second key.

use throughline::issue::CredentialBuilder;
use throughline::trust::OriginKind;
use throughline::{ErrorKind, Part, PublicKey, TrustedKey};

use crate::adversary::{Adversary, ELSEWHERE, Hand, MALLORY};
use crate::common::cbor::{OURS, bstr, bytes, cose_key, put, text};
use crate::common::forge::{Message, content, split};
use crate::common::setting::request;
use crate::common::world::edit;
use crate::common::{ALICE, NOW, ROLE, credential, worker};
use crate::honest::{Execution, Next, Who, list, named, three_hops};
use crate::scene::{Scene, Service, cast_trust, revocable_cast};
use crate::seals::{second_key, second_signature};

/// §5: a second key for which the same signature verifies
#[test]
fn second_key_of_a_signature_rejected() {
    let execution = Execution::root(&Next::Called).hop(1, &Next::Anyone).through_stray(&Next::Anyone);
    let scene = Scene::new(execution);
    let items = split(&scene.token);
    let [root, credential, _, link, stray] =
        <[Vec<u8>; 5]>::try_from(items.clone()).unwrap().map(|item| Message::of(&item));
    let second = |message: &Message, who: Who| second_key(message, who.public().key());
    let replaced = |at: usize, message: &Message| {
        let mut items = items.clone();
        items[at] = message.encoded();
        items.concat()
    };
    // In `cnf`, with everything that is a hash of it, or without.
    let key = second(&stray, Who::Stray);
    let mut swapped = stray.clone();
    swapped.put(&[8, 1], cose_key(&key));
    scene.refuses(&replaced(4, &swapped), &scene.proofs, ErrorKind::UnvouchedKey, Part::Link(2));
    swapped.header(|header| put(header, &[4], bytes(key.thumbprint().as_bytes())));
    let uri = throughline::issue::Actor::unvouched(TrustedKey::new(key)).identifier().to_owned();
    swapped.put(&[1], text(&uri));
    let last = replaced(4, &swapped);
    let mut proof = Message::of(&scene.proofs[0]);
    proof.header(|header| put(header, &[4], bytes(key.thumbprint().as_bytes())));
    scene.refuses(&scene.token, &[proof.encoded()], ErrorKind::ProofSigner, Part::Proof);
    proof.put(&[OURS, 17], bytes(swapped.digest().as_bytes()));
    scene.refuses(&last, &[proof.encoded()], ErrorKind::SignatureInvalid, Part::Link(2));
    // In a credential that its own attester makes for the second key of worker 1's signature.
    let foreign = Hand::own("foreign attester");
    let window = (NOW.minus(60), NOW.plus(60));
    let made =
        CredentialBuilder::new((foreign.public(), ELSEWHERE), &worker(1), second(&link, Who::Worker(1)), ALICE, window);
    let made = Message::of(&foreign.credential(made.role(ROLE)));
    scene.refuses(&replaced(1, &made), &scene.proofs, ErrorKind::CredentialMissing, Part::Link(1));
    // In a hand-over, whose successor the adversary is.
    let called = Execution::root(&Next::Called);
    let mallory = Adversary::mallory();
    let mut given = Message::of(&called.handover(MALLORY));
    let key = second(&given, Who::Alice);
    given.header(|header| put(header, &[4], bytes(key.thumbprint().as_bytes())));
    let token = mallory.continues(&called.token).handover(&given.encoded()).signed();
    scene.refuses(&token, &mallory.asks(&token), ErrorKind::HandoverSigner, Part::Link(1));
    // In a bundle, where an operator was talked into them.
    let mut service = Service::new(cast_trust());
    let root_key = second(&root, Who::Alice);
    edit(&mut service.trust.origins, |origins| {
        if let OriginKind::Identity { key, .. } = &mut origins[0].kind {
            *key = TrustedKey::new(root_key);
        }
    });
    service.refuses(&scene.token, &scene.proofs[0], &request(), ErrorKind::OriginUnknown, Part::Link(0));
    let mut service = Service::new(cast_trust());
    let attesters_key = second_key(&credential, Hand::stolen_from("attester").public().key());
    edit(&mut service.trust.attesters, |attesters| attesters[0].key = TrustedKey::new(attesters_key));
    service.refuses(&scene.token, &scene.proofs[0], &request(), ErrorKind::AttesterUnknown, Part::Credential(0));
    scene.delivers();
}

/// §5: signature re-randomized
#[test]
fn mirrored_signature_rejected_and_a_second_one_names_the_same_link() {
    let scene = Scene::new(Execution::root(&Next::Called).hop(1, &Next::Nobody));
    let mirrored = |message: &mut Message| {
        let own = p256::ecdsa::Signature::from_slice(content(&message.seal)).unwrap();
        let (r, s) = own.split_scalars();
        message.seal = bstr(&p256::ecdsa::Signature::from_scalars(*r, -*s).unwrap().to_bytes());
    };
    for at in 0..4_u8 {
        let mut items = split(&scene.token);
        let mut message = Message::of(&items[usize::from(at)]);
        mirrored(&mut message);
        items[usize::from(at)] = message.encoded();
        let verdict = scene.service.admit(&items.concat(), &scene.proofs[0], &request()).unwrap_err();
        assert_eq!((verdict.kind, verdict.at.part), (ErrorKind::SignatureHighS, Part::Item(at)));
    }
    let mut proof = Message::of(&scene.proofs[0]);
    mirrored(&mut proof);
    scene.refuses(&scene.token, &[proof.encoded()], ErrorKind::SignatureHighS, Part::Proof);
    // Worker 1 signs its link again: the same link, for proofs and for revocation.
    let mut items = split(&scene.token);
    let mut link = Message::of(&items[3]);
    link.seal = bstr(&second_signature("worker 1", &link.digest()));
    items[3] = link.encoded();
    let again = items.concat();
    assert_ne!(again, scene.token);
    scene.admits(&again, &scene.honest.asks(&request(), NOW));
    let service = Service::new(revocable_cast());
    let revoked = list(1, (NOW.minus(60), NOW.plus(60)), |list| list.link(&link.digest()));
    service.lists.take_in(&revoked, &service.trust, &throughline::P256).unwrap();
    for token in [&scene.token, &again] {
        service.refuses(token, &scene.proofs[0], &request(), ErrorKind::LinkRevoked, Part::Link(1));
    }
    scene.delivers();
}

/// §5: credential or hand-over out of place
/// §5: an inline copy of a credential that the verifier knows
#[test]
fn items_out_of_their_place_rejected() {
    let mut scene = Scene::new(Execution::root(&Next::Called).hop(1, &named(2)).hop(2, &Next::Nobody));
    let [root, one, given, link, two, last] = <[Vec<u8>; 6]>::try_from(split(&scene.token)).unwrap();
    let own = crate::common::credential_for(MALLORY, "mallory", &[ROLE]);
    for (items, kind, part) in [
        (vec![&root, &one, &one, &given, &link, &two, &last], ErrorKind::CredentialMisplaced, Part::Credential(1)),
        (vec![&root, &one, &two, &given, &link, &last], ErrorKind::CredentialMisplaced, Part::Credential(1)),
        (vec![&one, &root, &given, &link, &two, &last], ErrorKind::CredentialMisplaced, Part::Credential(0)),
        (vec![&root, &one, &given, &link, &own, &two, &last], ErrorKind::CredentialMisplaced, Part::Credential(1)),
        (vec![&root, &one, &given, &link, &two, &last, &own], ErrorKind::CredentialMisplaced, Part::Credential(2)),
        (vec![&root, &one, &link, &two, &last], ErrorKind::HandoverMissing, Part::Link(1)),
        (vec![&root, &one, &given, &link, &two, &given, &last], ErrorKind::HandoverMisplaced, Part::HandOver(1)),
    ] {
        let token = items.into_iter().flatten().copied().collect::<Vec<u8>>();
        scene.refuses(&token, &scene.proofs, kind, part);
    }
    let late = [&root, &given, &link, &one, &two, &last].map(Vec::as_slice).concat();
    scene.refuses(&late, &scene.proofs, ErrorKind::CredentialMissing, Part::Link(1));
    // Where the verifier knows it, too, it may be left out, and has no other place either.
    scene.service.know(&one);
    scene.refuses(&late, &scene.proofs, ErrorKind::CredentialMisplaced, Part::Credential(0));
    // Not even before a second link that names it.
    let twice = Execution::root(&named(1)).hop(1, &named(1)).hop(1, &Next::Nobody);
    let [root, one, first, second] = <[Vec<u8>; 4]>::try_from(split(&twice.token)).unwrap();
    let proofs = twice.asks(&request(), NOW);
    let late = [&root, &first, &one, &second].map(Vec::as_slice).concat();
    scene.refuses(&late, &proofs, ErrorKind::CredentialMisplaced, Part::Credential(0));
    scene.admits(&[&root, &first, &second].map(Vec::as_slice).concat(), &proofs);
    scene.delivers();
}

/// §5: a credential or hand-over exchanged for another valid one
#[test]
fn valid_credential_or_hand_over_in_the_place_of_another_rejected() {
    let called = Execution::root(&Next::Called);
    let mut scene = Scene::new(called.hop(1, &Next::Nobody));
    let [root, own, given, link] = <[Vec<u8>; 4]>::try_from(split(&scene.token)).unwrap();
    // The same attester, actor and key; with another role, or just another time.
    let roles = crate::common::credential_for(&worker(1), "worker 1", &[ROLE, "reader"]);
    let again = called.handover_with(&worker(1), |given| given.task(&throughline::Digest([1; 32])));
    assert_ne!((&roles, &again), (&own, &given));
    for known in [false, true] {
        if known {
            scene.service.know(&roles);
        }
        let token = [&root[..], &roles, &given, &link].concat();
        scene.refuses(&token, &scene.proofs, ErrorKind::CredentialMissing, Part::Link(1));
        let token = [&root[..], &own, &again, &link].concat();
        scene.refuses(&token, &scene.proofs, ErrorKind::HandoverMissing, Part::Link(1));
    }
    scene.delivers();
}

/// §5: a key that is no point of the curve
#[test]
fn point_off_the_curve_as_a_key_rejected_before_any_agreement() {
    let scene = Scene::new(Execution::root(&Next::Anyone));
    let mallory = Adversary::mallory();
    let own = *mallory.hand.public().key();
    // Of another curve, beyond the field, nothing at all, and beside a point by one bit.
    let mut beside = *own.y();
    beside[31] ^= 1;
    for key in [
        PublicKey::from_coordinates(*own.x(), beside),
        PublicKey::from_coordinates([0xff; 32], *own.y()),
        PublicKey::from_coordinates([0; 32], [0; 32]),
        PublicKey::from_coordinates([1; 32], [2; 32]),
    ] {
        // As the head's agreement key, against which the audience would use its secret; as an unvouched actor's own.
        let token = mallory.continues(&scene.token).put(&[OURS, 9], cose_key(&key)).signed();
        scene.refuses(&token, &mallory.asks(&token), ErrorKind::KeyOffCurve, Part::Link(1));
        let uri = throughline::issue::Actor::unvouched(TrustedKey::new(key)).identifier().to_owned();
        let kid = bytes(key.thumbprint().as_bytes());
        let nobody = Adversary::stranger(Hand::own("mallory 2"));
        let draft = nobody.continues(&scene.token).put(&[8, 1], cose_key(&key)).put(&[1], text(&uri));
        let token = draft.header(4, kid).signed();
        scene.refuses(&token, &nobody.asks(&token), ErrorKind::KeyOffCurve, Part::Link(1));
    }
    scene.delivers();
}

/// §5: an inline copy of a credential that the verifier knows
#[test]
fn broken_copy_of_a_known_credential_rejected() {
    let mut scene = Scene::new(three_hops());
    scene.service.know(&credential(1));
    let mut items = split(&scene.token);
    let mut copy = Message::of(&items[1]);
    copy.seal = bstr(&second_signature("mallory", &copy.digest()));
    items[1] = copy.encoded();
    scene.refuses(&items.concat(), &scene.proofs, ErrorKind::SignatureInvalid, Part::Credential(0));
    // Another's valid signature does no better, and by reference there is nothing to break.
    let mut copy = Message::of(&items[1]);
    copy.seal = Message::of(&items[3]).seal;
    items[1] = copy.encoded();
    scene.refuses(&items.concat(), &scene.proofs, ErrorKind::SignatureInvalid, Part::Credential(0));
    items.remove(1);
    scene.admits(&items.concat(), &scene.proofs);
}
