//! §9: compromised keys: what follows, what bounds it, and that the remedy is one.

use throughline::issue::{Grant, GrantList, RevocationListBuilder, RootBuilder};
use throughline::trust::{Entities, OriginAnchor, OriginKind};
use throughline::{Digest, ErrorKind, P256, Part, Policy, ProofDemand, Property, RevocationStore, UnixTime};

use crate::adversary::{Adversary, Draft, Hand, MALLORY_INC};
use crate::common::cbor::{OURS, bytes, int, map, text};
use crate::common::forge::{Message, split};
use crate::common::setting::request;
use crate::common::world::{AGENT_ROLE, agreement_key, ceiling, edit, text as shared};
use crate::common::{
    ALICE, ALICE_AGENT, ATTESTER, AUDIENCE, HOUR, NOW, ROLE, alice, credential, grants, origin, worker,
};
use crate::honest::{Execution, Next, Who, fresh_nonce, list, named, three_hops};
use crate::scene::{Scene, Service, cast_trust, revocable_cast};
use crate::seals::Seal;

pub(crate) const LINK_1: Part = Part::Link(1);
pub(crate) const CURRENT: (UnixTime, UnixTime) = (UnixTime(NOW.0 - 60), UnixTime(NOW.0 + HOUR));

/// A service with Alice's revoker, whose first list is empty, and an execution through worker 9, whom nothing is about.
pub(crate) fn revocable() -> Scene {
    let service = Service::new(revocable_cast());
    takes(&service, 1, |list| list);
    Scene::at(service, Execution::root(&named(9)).hop(9, &Next::Nobody))
}

pub(crate) fn takes(service: &Service, number: u64, edit: impl FnOnce(RevocationListBuilder) -> RevocationListBuilder) {
    service.lists.take_in(&list(number, CURRENT, edit), &service.trust, &P256).unwrap();
}

fn dated(draft: Draft, start: u64, end: u64) -> Draft {
    draft.put(&[6], int(start.try_into().unwrap())).put(&[4], int(end.try_into().unwrap()))
}

/// §9: actor
#[test]
fn stolen_actors_key_bounded_by_windows_and_revoked() {
    let day = (NOW.minus(12 * HOUR), NOW.plus(12 * HOUR));
    let root = Execution::root_of(Who::Alice, RootBuilder::new(alice(), &origin(), day, grants()), &named(1));
    let thief = Adversary::in_place_of(1);
    let token = thief.continues(&root.token).signed();
    let scene = revocable();
    scene.admits(&token, &thief.asks(&token));
    let refuses = |start, end, kind| {
        let token = dated(thief.continues(&root.token), start, end).signed();
        scene.refuses(&token, &thief.asks(&token), kind, LINK_1);
    };
    refuses(NOW.0 - 13 * HOUR, NOW.0 + 60, ErrorKind::WindowOutsideParent);
    refuses(NOW.0 - 2 * HOUR, NOW.0 + 60, ErrorKind::CredentialNotCurrent);
    refuses(NOW.0, NOW.0 + 2 * HOUR + 1, ErrorKind::CredentialOutlived);
    // Where `next` names the key, also as nobody.
    let by_key = Execution::root(&Next::Key(*thief.hand.public().thumbprint()));
    let nobody = Adversary::stranger(Hand::stolen(Who::Worker(1)));
    let unvouched = nobody.continues(&by_key.token).signed();
    scene.admits(&unvouched, &nobody.asks(&unvouched));
    // Revoked: key, identifier, credential. Each alone leaves a way that the table names; the key leaves none here.
    let key = *thief.hand.public().thumbprint();
    takes(&scene.service, 2, |list| list.credential(&Message::of(&credential(1)).digest(), &[]));
    scene.refuses(&token, &thief.asks(&token), ErrorKind::CredentialRevoked, LINK_1);
    takes(&scene.service, 3, |list| list.identifier(&worker(1), &[]));
    scene.refuses(&token, &thief.asks(&token), ErrorKind::IdentifierRevoked, LINK_1);
    scene.admits(&unvouched, &nobody.asks(&unvouched));
    takes(&scene.service, 4, |list| list.key(&key));
    scene.refuses(&token, &thief.asks(&token), ErrorKind::KeyRevoked, LINK_1);
    scene.refuses(&unvouched, &nobody.asks(&unvouched), ErrorKind::KeyRevoked, LINK_1);
}

/// §9: `agree` key of a head
#[test]
fn stolen_agree_key_makes_macs_for_that_head_until_it_is_revoked() {
    let execution = Execution::root(&named(2)).hop(2, &Next::Nobody);
    let (scene, signs) = (revocable(), execution.asks(&request(), NOW));
    // The adversary holds the secret of `agree`, and not the signing key.
    let forged = || {
        let mut proof = Message::of(&signs[1]);
        proof.put(&[7], bytes(&fresh_nonce()));
        Seal::between(&execution.token, "worker 2", AUDIENCE, "audience").put_on(&mut proof);
        proof.encoded()
    };
    scene.admits(&execution.token, &[forged()]);
    let signed = request().under(Policy { proof: ProofDemand::Signed, ..Policy::default() });
    scene.service.refuses(&execution.token, &forged(), &signed, ErrorKind::ProofKind, Part::Proof);
    // For another head of the same actor it is nothing.
    let other = Execution::root(&named(2)).hop_with(2, &Next::Nobody, |hop| hop.task(&Digest([1; 32])));
    let mut moved = Message::of(&forged());
    moved.put(&[OURS, 17], bytes(Message::of(split(&other.token).last().unwrap()).digest().as_bytes()));
    scene.refuses(&other.token, &[moved.encoded()], ErrorKind::ProofMacInvalid, Part::Proof);
    let head = Message::of(split(&execution.token).last().unwrap()).digest();
    // An audience may end the session; the issuer may revoke the link.
    assert!(scene.service.sessions().end(&head, NOW.plus(HOUR)));
    let ended = scene.service.through_cached(|verifier, replay| {
        verifier.admit(&execution.token, &forged(), &request(), replay, NOW).map(drop).unwrap_err().kind
    });
    assert_eq!(ended, ErrorKind::ProofMacInvalid);
    takes(&scene.service, 2, |list| list.link(&head));
    scene.refuses(&execution.token, &[forged()], ErrorKind::LinkRevoked, LINK_1);
}

/// §9: audience's agreement key
#[test]
fn stolen_agreement_key_makes_macs_of_every_head_until_it_is_given_up() {
    let mut scene = Scene::new(three_hops());
    let forged = |digest: Digest| {
        let mut proof = Message::of(&scene.proofs[1]);
        proof.put(&[7], bytes(&fresh_nonce()));
        proof.put(&[OURS, 18], bytes(digest.as_bytes()));
        let peer = *agreement_key("worker 2").public().key();
        let proper = Seal::between(&scene.token, "worker 2", AUDIENCE, "audience");
        Seal { secret: "audience".to_owned(), peer, ..proper }.put_on(&mut proof);
        proof.encoded()
    };
    let proof = forged(request().digest);
    scene.admits(&scene.token, &[proof]);
    let mut beyond = request();
    (beyond.digest, beyond.resource) = (Digest([5; 32]), "calendar/bob/work");
    scene.service.refuses(&scene.token, &forged(beyond.digest), &beyond, ErrorKind::RequestNotGranted, Part::Request);
    let signed = request().under(Policy { proof: ProofDemand::Signed, ..Policy::default() });
    scene.service.refuses(&scene.token, &forged(request().digest), &signed, ErrorKind::ProofKind, Part::Proof);
    let last = forged(request().digest);
    scene.service.agreeing(&["new"]);
    scene.service.refuses(&scene.token, &last, &request(), ErrorKind::AgreementUnknown, Part::Proof);
    scene.service.admits(&scene.token, &scene.proofs[0], &request());
}

/// §9: attester
#[test]
fn stolen_attesters_key_bounded_by_its_remit_and_revoked() {
    let (root, attester, own) =
        (Execution::root(&Next::Contract), Hand::stolen_from("attester"), Hand::own("mallory 2"));
    let scene = revocable();
    let vouched = |builder| Adversary::vouched(own.clone(), &attester.credential(builder));
    let says = |subject: &str| attester.vouches(ATTESTER, subject, &own).role(ROLE);
    // Any of its identifiers, appraised as it likes.
    let ghost = vouched(says(&worker(13)).property("hardware", Property::Int(2)));
    let token = ghost.continues(&root.token).signed();
    scene.admits(&token, &ghost.asks(&token));
    let refuses = |who: &Adversary, kind| {
        let token = who.continues(&root.token).signed();
        scene.refuses(&token, &who.asks(&token), kind, Part::Credential(0));
    };
    refuses(&vouched(says("spiffe://prod.example/ns/mail/x")), ErrorKind::IdentifierOutsideRemit);
    let mut bob = Message::of(&attester.credential(says(&worker(13))));
    bob.put(&[OURS, 14], text("https://bob.example"));
    attester.sign(&mut bob);
    refuses(&Adversary::vouched(own.clone(), &bob.encoded()), ErrorKind::AccountableOutsideRemit);
    refuses(&vouched(says(&worker(13)).role("owner")), ErrorKind::RoleOutsideRemit);
    refuses(&vouched(says(&worker(13)).property("storage-opaque", Property::Int(2))), ErrorKind::PropertyOutsideRemit);
    // Roots, where an anchor goes by its word: up to that anchor's ceiling.
    let agent = vouched(attester.vouches(ATTESTER, &worker(13), &own).role(AGENT_ROLE)).in_role(AGENT_ROLE);
    let by_role = |grants: &GrantList| {
        let origin = map([(1, int(1)), (2, text(ALICE)), (3, bytes(&fresh_nonce()))]);
        agent.begins(ALICE).put(&[OURS, 7], origin).grants(grants.encoded()).signed()
    };
    let token = by_role(&grants());
    scene.admits(&token, &agent.asks(&token));
    let beyond = by_role(&GrantList::new([Grant::new("calendar.*", "calendar/*")]).unwrap());
    scene.refuses(&beyond, &agent.asks(&beyond), ErrorKind::OriginAboveCeiling, Part::Link(0));
    // Revoked, or no longer in the bundle. Everything that it vouched for stops, the honest workers too.
    let token = ghost.continues(&root.token).signed();
    let mut scene = scene;
    takes(&scene.service, 2, |list| list.key(attester.public().thumbprint()));
    for token in [&token, &scene.token] {
        scene.service.refuses(
            token,
            &ghost.asks(&split(token).concat())[0],
            &request(),
            ErrorKind::AttesterKeyRevoked,
            LINK_1,
        );
    }
    edit(&mut scene.service.trust.attesters, |attesters| drop(attesters.remove(0)));
    scene.service.refuses(&token, &ghost.asks(&token)[0], &request(), ErrorKind::AttesterUnknown, Part::Credential(0));
}

/// §9: identity origin
#[test]
fn stolen_origins_key_bounded_by_its_ceiling_and_revoked() {
    let mut scene = revocable();
    let thief = Adversary::keyed(Hand::stolen(Who::Alice), ALICE_AGENT, "owner");
    // Roots for its entities, for as long as it likes.
    let long = dated(thief.begins(ALICE), NOW.0, i64::MAX.unsigned_abs()).signed();
    scene.admits(&long, &thief.asks(&long));
    let wide = GrantList::new([Grant::new("mail.*", "*")]).unwrap();
    let token = thief.begins(ALICE).grants(wide.encoded()).signed();
    scene.refuses(&token, &thief.asks(&token), ErrorKind::OriginAboveCeiling, Part::Link(0));
    takes(&scene.service, 2, |list| list.key(thief.hand.public().thumbprint()));
    scene.service.refuses(&long, &thief.asks(&long)[0], &request(), ErrorKind::KeyRevoked, Part::Link(0));
    edit(&mut scene.service.trust.origins, |origins| drop(origins.remove(0)));
    scene.service.refuses(&long, &thief.asks(&long)[0], &request(), ErrorKind::OriginUnknown, Part::Link(0));
}

/// §9: authorization server that speaks for a namespace
#[test]
fn stolen_authorization_servers_key_bounded_by_its_namespace_and_ceiling() {
    let thief = Adversary::keyed(Hand::own("mallory's stolen server"), "https://as.example", "issuer");
    let mut trust = cast_trust();
    edit(&mut trust.origins, |origins| {
        let kind = OriginKind::Identity {
            key: thief.hand.public(),
            identifier: shared("https://as.example"),
            role: shared("issuer"),
            accountable: vec![Entities::Namespace(shared("https://users.example"))].into(),
        };
        origins.push(OriginAnchor::new(shared("server"), kind, ceiling("calendar.read", "calendar/*")));
    });
    let scene = Scene::at(Service::new(trust), three_hops());
    let read = GrantList::new([Grant::new("calendar.read", "calendar/alice/work")]).unwrap();
    let begins = |user| thief.begins(user).grants(read.encoded());
    // For everybody in the namespace, and consent is its word.
    for user in ["https://users.example/bob", "https://users.example"] {
        let token = begins(user).put(&[OURS, 7, 4], bytes(&[6; 32])).signed();
        scene.admits(&token, &thief.asks(&token));
    }
    for user in [ALICE, "https://users.example.evil/bob", "https://users.example2"] {
        let token = begins(user).signed();
        scene.refuses(&token, &thief.asks(&token), ErrorKind::OriginMismatch, Part::Link(0));
    }
    let token = thief.begins("https://users.example/bob").signed();
    scene.refuses(&token, &thief.asks(&token), ErrorKind::OriginAboveCeiling, Part::Link(0));
}

/// §9: revocation issuer
#[test]
fn stolen_revokers_key_bounded_by_its_remit_but_for_its_silence() {
    let mut scene = revocable();
    let revoker = Hand::stolen_from("revoker");
    let company = Adversary::keyed(Hand::own("mallory's root"), "https://mallory.example/authority", "owner");
    let read = GrantList::new([Grant::new("calendar.read", "calendar/mallory/*")]).unwrap();
    let foreign = company.begins(MALLORY_INC).grants(read.encoded()).signed();
    let mut own = request();
    own.resource = "calendar/mallory/work";
    // Whatever it says of the company counts for nothing: it is outside its remit.
    takes(&scene.service, 2, |list| {
        let list = list.key(company.hand.public().thumbprint()).identifier("https://mallory.example/authority", &[]);
        list.issued_before(MALLORY_INC, NOW.plus(HOUR)).link(&Message::of(&foreign).digest())
    });
    scene.service.admits(&foreign, &company.asks(&foreign)[0], &own);
    scene.serves();
    // All of Alice's, at once.
    takes(&scene.service, 3, |list| list.issued_before(ALICE, NOW.plus(HOUR)));
    let proofs = scene.honest.asks(&request(), NOW);
    scene.service.refuses(&scene.token, &proofs[0], &request(), ErrorKind::AccountableRevoked, Part::Link(0));
    // Its highest number shuts the honest issuer out, until the bundle has a new key.
    takes(&scene.service, i64::MAX.unsigned_abs(), |list| list);
    let next = list(4, CURRENT, |list| list);
    let error = scene.service.lists.take_in(&next, &scene.service.trust, &P256).unwrap_err();
    assert_eq!(error.kind, ErrorKind::ListNumberLower { held: i64::MAX.unsigned_abs(), number: 4 });
    // And by silence it stops everything, also what is outside its remit.
    scene.service.lists = RevocationStore::new();
    for (token, who) in [(&scene.token, &proofs[0]), (&foreign, &company.asks(&foreign)[0])] {
        scene.service.refuses(token, who, &own, ErrorKind::RevocationStale, Part::Token);
    }
    let renamed = RevocationListBuilder::new((revoker.public(), "https://revoke.mallory.example"), 5, CURRENT);
    let renamed = revoker.signs(renamed.to_be_signed().unwrap());
    let error = scene.service.lists.take_in(&renamed, &scene.service.trust, &P256).unwrap_err();
    assert_eq!(error.kind, ErrorKind::ListIssuerName);
}
