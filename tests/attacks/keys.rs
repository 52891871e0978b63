//! §7: keys: offered in the token, or used for what they are not for.

use throughline::{Admission, ErrorKind, P256, Part, Vouching};

use crate::adversary::{Adversary, ELSEWHERE, Hand, MALLORY};
use crate::common::cbor::{OURS, bytes, cose_key, int, put, text};
use crate::common::forge::{Message, split};
use crate::common::setting::request;
use crate::common::world::{GATEWAY, agreement_key};
use crate::common::{ALICE, ALICE_AGENT, NOW, ROLE, credential_for};
use crate::honest::{Execution, Next, Who, list};
use crate::scene::{Scene, Service, revocable_cast};

const LINK_1: Part = Part::Link(1);

/// §7: keys or URLs offered in the token
#[test]
fn keys_and_addresses_offered_in_the_token_rejected() {
    let scene = Scene::new(Execution::root(&Next::Anyone));
    let rogue = Adversary::keyed(Hand::own("mallory"), ALICE_AGENT, "owner");
    // A root whose key nobody anchors, a credential whose attester nobody knows, a `kid` that leads nowhere.
    let token = rogue.begins(ALICE).signed();
    scene.refuses(&token, &rogue.asks(&token), ErrorKind::OriginUnknown, Part::Link(0));
    let own = Hand::own("mallory 2");
    let says = own.credential(own.vouches(ELSEWHERE, "spiffe://mallory.example/a", &Hand::own("mallory")).role(ROLE));
    let who = Adversary::vouched(Hand::own("mallory"), &says);
    let token = who.continues(&scene.token).signed();
    scene.refuses(&token, &who.asks(&token), ErrorKind::AttesterUnknown, Part::Credential(0));
    let unnamed = Adversary::keyed(Hand::own("mallory"), MALLORY, ROLE);
    for who in [unnamed, who.by_reference()] {
        let token = who.continues(&scene.token).signed();
        scene.refuses(&token, &who.asks(&token), ErrorKind::CredentialMissing, LINK_1);
    }
    // Places where other formats carry them: headers, claims, a second key in `cnf`.
    let mallory = Adversary::mallory();
    let link = || mallory.continues(&scene.token);
    let url = || text("https://mallory.example/keys");
    let refused = |token: &[u8], kind: ErrorKind| {
        let error = scene.service.admit(token, &scene.proofs[0], &request()).unwrap_err();
        assert_eq!((error.kind, error.at.byte.is_some()), (kind, true));
    };
    for label in [32, 33, 34, 35] {
        refused(&link().header(label, url()).signed(), ErrorKind::HeaderUnknown);
    }
    for label in [2, 9, 39] {
        refused(&link().put(&[label], url()).signed(), ErrorKind::ClaimUnknown);
    }
    let stray = Adversary::stranger(Hand::own("mallory 2"));
    let two = stray.continues(&scene.token).put(&[8, 5], url()).signed();
    refused(&two, ErrorKind::KeyUnsupported);
    scene.delivers();
}

/// §7: an origin's or pinned key in another use
#[test]
fn key_of_the_bundle_in_another_use_rejected() {
    let scene = Scene::new(Execution::root(&Next::Anyone));
    let refuses = |who: &Adversary, kind| {
        let token = who.continues(&scene.token).signed();
        scene.refuses(&token, &who.asks(&token), kind, LINK_1);
    };
    // The origin itself goes on under its key, unvouched or vouched.
    refuses(&Adversary::stranger(Hand::stolen(Who::Alice)), ErrorKind::OriginKeyMisused);
    let vouched = credential_for(MALLORY, "alice", &[ROLE]);
    refuses(&Adversary::vouched(Hand::stolen(Who::Alice), &vouched), ErrorKind::OriginKeyMisused);
    refuses(&Adversary::stranger(Hand::own("mallory's root")), ErrorKind::OriginKeyMisused);
    // The gateway drops its pin, under a credential or as nobody.
    refuses(&Adversary::stranger(Hand::stolen(Who::Gateway)), ErrorKind::PinnedKeyMisused);
    let vouched = credential_for(GATEWAY, "gateway", &[ROLE]);
    refuses(&Adversary::vouched(Hand::stolen(Who::Gateway), &vouched), ErrorKind::PinnedKeyMisused);
    let pinned = Adversary::keyed(Hand::stolen(Who::Gateway), GATEWAY, ROLE);
    let token = pinned.continues(&scene.token).signed();
    scene.admits(&token, &pinned.asks(&token));
    let token = pinned.begins(ALICE).signed();
    scene.refuses(&token, &pinned.asks(&token), ErrorKind::OriginUnknown, Part::Link(0));
    // A signing key as an agreement key: its own, another link's, one of the bundle.
    let stray = Adversary::stranger(Hand::own("mallory 2"));
    let agree = |who: &Adversary, key: &Hand| {
        who.continues(&scene.token).put(&[OURS, 9], cose_key(key.public().key())).signed()
    };
    let own = agree(&stray, &stray.hand);
    scene.refuses(&own, &stray.asks(&own)[..1], ErrorKind::AgreementKeyReused, LINK_1);
    let mallory = Adversary::mallory();
    for key in
        [Hand::own("mallory"), Hand::stolen(Who::Alice), Hand::stolen(Who::Gateway), Hand::own("foreign attester")]
    {
        let token = agree(&mallory, &key);
        scene.refuses(&token, &mallory.asks(&token)[..1], ErrorKind::AgreementKeySigns, LINK_1);
    }
    scene.delivers();
}

/// §7: an attester's or a revocation issuer's key as an actor's
#[test]
fn attesters_key_as_an_unvouched_actors_admitted_as_what_it_is() {
    let scene = Scene::new(Execution::root(&Next::Anyone));
    for hand in [Hand::own("foreign attester"), Hand::stolen_from("attester"), Hand::stolen_from("revoker")] {
        let who = Adversary::stranger(hand);
        let token = who.continues(&scene.token).signed();
        let mut seen = None;
        let see = |admission: &Admission<'_>| {
            seen = admission.chain().head().map(|head| (head.vouching(), head.role().is_some()))
        };
        assert_eq!(scene.service.admit_and(&token, &who.asks(&token)[0], &request(), see), Ok(()));
        assert_eq!(seen, Some((Vouching::Unvouched, false)));
        // Its link is no credential, and a credential of its no link: the signature covers which.
        let mut relabelled = Message::of(&split(&token)[1]);
        relabelled.header(|header| put(header, &[16], int(65102)));
        let items = [&scene.token[..], &relabelled.encoded()].concat();
        let error = scene.service.admit(&items, &scene.proofs[0], &request()).unwrap_err();
        assert_eq!(error.kind, ErrorKind::UnvouchedIdentifier);
    }
    // Revoked as what it is, it is revoked as whoever uses it.
    let current = (NOW.minus(60), NOW.plus(60));
    let service = Service::new(revocable_cast());
    let attester = Hand::stolen_from("attester");
    let revoked = list(1, current, |list| list.key(attester.public().thumbprint()));
    service.lists.take_in(&revoked, &service.trust, &P256).unwrap();
    let who = Adversary::stranger(attester);
    let token = who.continues(&scene.token).signed();
    service.refuses(&token, &who.asks(&token)[0], &request(), ErrorKind::KeyRevoked, LINK_1);
}

/// §7: an agreement key of somebody else
#[test]
fn agreement_key_of_somebody_else_proves_nothing() {
    // The head names the audience's own agreement key, or worker 1's: then only they can make its MACs.
    let scene = Scene::new(Execution::root(&Next::Anyone));
    let mallory = Adversary::mallory();
    for name in ["audience", "worker 1"] {
        let key = cose_key(agreement_key(name).public().key());
        let token = mallory.continues(&scene.token).put(&[OURS, 9], key).signed();
        let proofs = mallory.asks(&token);
        scene.refuses(&token, &proofs[1..], ErrorKind::ProofMacInvalid, Part::Proof);
        scene.admits(&token, &proofs[..1]);
    }
    // Without any, a MAC has no key.
    let token = mallory.continues(&scene.token).without(&[OURS, 9]).signed();
    scene.refuses(&token, &mallory.asks(&token)[1..], ErrorKind::AgreementMissing, Part::Proof);
    // The thumbprint of a signing key in the place of the audience's agreement key.
    let mut proof = Message::of(&scene.proofs[1]);
    proof.put(&[OURS, 19], bytes(Who::Alice.public().thumbprint().as_bytes()));
    scene.refuses(&scene.token, &[proof.encoded()], ErrorKind::AgreementUnknown, Part::Proof);
}
