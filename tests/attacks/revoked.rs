//! §9: what revocation reaches and what it does not; lists that are old, withheld or forged.

use throughline::issue::{Grant, GrantList, RevocationListBuilder, RootBuilder};
use throughline::{ErrorKind, P256, Part};

use crate::adversary::{Adversary, ELSEWHERE, Hand, MALLORY, MALLORY_INC};
use crate::common::cbor::{bytes, put};
use crate::common::forge::{Message, split};
use crate::common::setting::request;
use crate::common::world::{REVOKER, edit};
use crate::common::{ALICE, HOUR, NOW, ROLE, alice, grants, origin};
use crate::compromise::{CURRENT, LINK_1, revocable, takes};
use crate::honest::{Execution, Next, Who, list, named};
use crate::scene::{Service, cast_trust, revocable_cast};

/// §9: A link or the key.
#[test]
fn sibling_of_a_revoked_link_admitted_until_the_key_is_revoked() {
    let scene = revocable();
    let (root, worker) = (Execution::root(&named(1)), Adversary::in_place_of(1));
    let link = worker.continues(&root.token).open().signed();
    let after = Adversary::mallory().continues(&link).signed();
    takes(&scene.service, 2, |list| list.link(&Message::of(&split(&link)[2]).digest()));
    // It, and all that follows it.
    scene.refuses(&link, &worker.asks(&link), ErrorKind::LinkRevoked, LINK_1);
    scene.refuses(&after, &Adversary::mallory().asks(&after), ErrorKind::LinkRevoked, LINK_1);
    let sibling = worker.continues(&root.token).signed();
    scene.admits(&sibling, &worker.asks(&sibling));
    takes(&scene.service, 3, |list| list.key(worker.hand.public().thumbprint()));
    scene.refuses(&sibling, &worker.asks(&sibling), ErrorKind::KeyRevoked, LINK_1);
}

/// §9: Revoked and unvouched.
#[test]
fn revoked_key_that_goes_on_unvouched_rejected() {
    let scene = revocable();
    let nobody = Adversary::stranger(Hand::own("mallory"));
    let key = *nobody.hand.public().thumbprint();
    let root = Execution::root(&Next::Anyone);
    let token = nobody.continues(&root.token).signed();
    scene.admits(&token, &nobody.asks(&token));
    // In the company's execution, where Alice's issuer has no say over anybody who is vouched for.
    let company = Adversary::keyed(Hand::own("mallory's root"), "https://mallory.example/authority", "owner");
    let read = GrantList::new([Grant::new("calendar.read", "calendar/mallory/*")]).unwrap();
    let foreign = company.begins(MALLORY_INC).grants(read.encoded()).open().signed();
    let there = nobody.continues(&foreign).signed();
    let mallory = Adversary::mallory();
    for (number, entry) in [(2, 0), (3, 1), (4, 2)] {
        takes(&scene.service, number, |list| match entry {
            0 => list.key(&key),
            1 => list.credential(&Message::of(&split(&mallory.continues(&root.token).signed())[1]).digest(), &[key]),
            _ => list.identifier(MALLORY, &[key]),
        });
        scene.refuses(&token, &nobody.asks(&token), ErrorKind::KeyRevoked, LINK_1);
        scene.service.refuses(&there, &nobody.asks(&there)[0], &request(), ErrorKind::KeyRevoked, LINK_1);
    }
    takes(&scene.service, 5, |list| list.identifier(nobody.identifier(), &[]));
    scene.refuses(&token, &nobody.asks(&token), ErrorKind::IdentifierRevoked, LINK_1);
    scene.service.refuses(&there, &nobody.asks(&there)[0], &request(), ErrorKind::IdentifierRevoked, LINK_1);
}

/// §9: A revoked key may likewise go on under a credential of another attester
#[test]
fn revoked_key_under_a_foreign_attesters_credential_admitted() {
    let scene = revocable();
    takes(&scene.service, 2, |list| list.key(Who::Worker(1).public().thumbprint()));
    let foreign = Hand::own("foreign attester");
    let hand = Hand::stolen(Who::Worker(1));
    let says = foreign.vouches(ELSEWHERE, "spiffe://mallory.example/a", &hand).role(ROLE);
    let moved = Adversary::vouched(hand, &foreign.credential(says));
    let company = Adversary::keyed(Hand::own("mallory's root"), "https://mallory.example/authority", "owner");
    let read = GrantList::new([Grant::new("calendar.read", "calendar/mallory/*")]).unwrap();
    let token = moved.continues(&company.begins(MALLORY_INC).grants(read.encoded()).open().signed()).signed();
    let mut own = request();
    own.resource = "calendar/mallory/work";
    scene.service.admits(&token, &moved.asks(&token)[0], &own);
    // In Alice's executions the issuer has a say over everybody.
    let token = moved.continues(&Execution::root(&Next::Anyone).token).signed();
    scene.refuses(&token, &moved.asks(&token), ErrorKind::KeyRevoked, LINK_1);
}

/// §9: Old executions of an entity
#[test]
fn old_executions_rejected_until_their_key_signs_anew() {
    let mut scene = revocable();
    scene.service.now = NOW.plus(100);
    takes(&scene.service, 2, |list| list.issued_before(ALICE, NOW.plus(50)));
    let old = Execution::root(&named(1)).hop(1, &Next::Nobody);
    for proof in old.asks(&request(), scene.service.now) {
        scene.service.refuses(&old.token, &proof, &request(), ErrorKind::AccountableRevoked, Part::Link(0));
    }
    let window = (NOW.plus(50), NOW.plus(HOUR));
    let anew = Execution::root_of(Who::Alice, RootBuilder::new(alice(), &origin(), window, grants()), &named(1));
    for proof in anew.asks(&request(), scene.service.now) {
        scene.service.admits(&anew.token, &proof, &request());
    }
}

/// §9: Rollback.
/// §2: An old trust bundle is as good as a new one
#[test]
fn older_list_rejected_and_older_bundle_unnoticed() {
    let mut scene = revocable();
    let thief = Adversary::in_place_of(1);
    let token = thief.continues(&Execution::root(&named(1)).token).signed();
    let strict = list(3, CURRENT, |list| list.key(thief.hand.public().thumbprint()));
    scene.service.lists.take_in(&strict, &scene.service.trust, &P256).unwrap();
    let replays =
        |service: &Service, list: &[u8]| service.lists.take_in(list, &service.trust, &P256).map_err(|error| error.kind);
    // What the network kept, and what the issuer signed twice under one number.
    let lower = ErrorKind::ListNumberLower { held: 3, number: 1 };
    assert_eq!(replays(&scene.service, &list(1, CURRENT, |list| list)), Err(lower));
    assert_eq!(replays(&scene.service, &list(3, CURRENT, |list| list)), Err(ErrorKind::ListNumberReused));
    assert_eq!(replays(&scene.service, &strict), Ok(3));
    scene.refuses(&token, &thief.asks(&token), ErrorKind::KeyRevoked, LINK_1);
    // After a restart: with number and digest kept, nothing older comes back; without, it does.
    let held = scene.service.lists.held()[0];
    let restarted = Service::new(revocable_cast());
    restarted.lists.remember(held.issuer, held.number, held.digest);
    assert_eq!(replays(&restarted, &list(1, CURRENT, |list| list)), Err(lower));
    restarted.refuses(&token, &thief.asks(&token)[0], &request(), ErrorKind::RevocationStale, Part::Token);
    let forgetful = Service::new(revocable_cast());
    assert_eq!(replays(&forgetful, &list(1, CURRENT, |list| list)), Ok(1));
    forgetful.admits(&token, &thief.asks(&token)[0], &request());
    // Withheld until the one that is held has expired.
    scene.service.now = CURRENT.1.plus(30);
    let error = scene.service.admit(&token, &thief.asks(&token)[0], &request()).unwrap_err();
    assert!(matches!(error.kind, ErrorKind::Expired { .. }));
    let long = Service::new(revocable_cast());
    let short = list(1, (NOW.minus(60), NOW.minus(30)), |list| list);
    assert_eq!(replays(&long, &short), Ok(1));
    long.refuses(&token, &thief.asks(&token)[0], &request(), ErrorKind::RevocationStale, Part::Token);
    // The bundle has no number: with the one of yesterday, the attester that was taken out vouches again.
    let mut today = Service::new(cast_trust());
    edit(&mut today.trust.attesters, |attesters| drop(attesters.remove(0)));
    today.refuses(&token, &thief.asks(&token)[0], &request(), ErrorKind::AttesterUnknown, Part::Credential(0));
    Service::new(cast_trust()).admits(&token, &thief.asks(&token)[0], &request());
}

/// §9: Forged lists.
#[test]
fn forged_list_rejected_and_what_is_held_unchanged() {
    let scene = revocable();
    let held = scene.service.lists.held();
    let rogue = Hand::own("mallory");
    let made = |by: &Hand, name: &str| {
        let builder = RevocationListBuilder::new((by.public(), name), 2, CURRENT);
        by.signs(builder.key(Who::Alice.public().thumbprint()).to_be_signed().unwrap())
    };
    let refused = |list: &[u8], kind: ErrorKind| {
        let verdict = scene.service.lists.take_in(list, &scene.service.trust, &P256);
        assert_eq!(verdict.map_err(|error| error.kind), Err(kind));
        assert_eq!(scene.service.lists.held(), held);
        scene.serves();
    };
    // By itself; by keys that the bundle has for something else; under another name; in the issuer's name.
    refused(&made(&rogue, REVOKER), ErrorKind::ListIssuerUnknown);
    for other in [Hand::own("foreign attester"), Hand::stolen_from("attester"), Hand::stolen(Who::Alice)] {
        refused(&made(&other, REVOKER), ErrorKind::ListIssuerUnknown);
    }
    let revoker = Hand::stolen_from("revoker");
    refused(&made(&revoker, "https://revoke.mallory.example"), ErrorKind::ListIssuerName);
    let mut forged = Message::of(&made(&rogue, REVOKER));
    forged.header(|header| put(header, &[4], bytes(revoker.public().thumbprint().as_bytes())));
    rogue.sign(&mut forged);
    refused(&forged.encoded(), ErrorKind::ListSignatureInvalid);
    // A link, a credential and a hand-over of the honest are no lists, nor is a list with one byte more.
    for item in split(&Execution::root(&Next::Called).hop(1, &Next::Nobody).token) {
        refused(&item, ErrorKind::WrongTyp);
    }
    refused(&[&list(2, CURRENT, |list| list)[..], &[0]].concat(), ErrorKind::TrailingBytes);
}
