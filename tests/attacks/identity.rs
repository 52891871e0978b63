//! §7: who somebody is, in which role, in what state, and on whose word.

use throughline::issue::{Contract, CredentialBuilder, RoleFrom};
use throughline::{Admission, ErrorKind, Part, Property, Vouching};

use crate::adversary::{Adversary, Draft, ELSEWHERE, Hand, MALLORY, MALLORY_INC};
use crate::common::cbor::{OURS, bytes, int, map, put, set, text};
use crate::common::forge::{Message, split};
use crate::common::setting::request;
use crate::common::world::{GATEWAY, PLATFORM};
use crate::common::{ALICE, ATTESTER, HOUR, NOW, ROLE, credential, credential_for, worker};
use crate::honest::{Execution, Next, Who};
use crate::scene::Scene;

pub(crate) const LINK_1: Part = Part::Link(1);
const CREDENTIAL: Part = Part::Credential(0);

pub(crate) fn open() -> Scene {
    Scene::new(Execution::root(&Next::Anyone))
}

/// The root of the scene lets the adversary continue, and it does.
#[track_caller]
fn continues(scene: &Scene, who: &Adversary, edit: impl FnOnce(Draft) -> Draft, kind: ErrorKind, part: Part) {
    let token = edit(who.continues(&scene.token)).signed();
    scene.refuses(&token, &who.asks(&token), kind, part);
}

fn same(draft: Draft) -> Draft {
    draft
}

/// Alice's root with a demand in its `next`, which does not ask for a hand-over.
pub(crate) fn demanding(contract: Contract) -> Execution {
    Execution::root_with(&Next::Nobody, |root| root.next_contract_without_handover(contract))
}

#[track_caller]
pub(crate) fn meets(scene: &Scene, who: &Adversary, contract: Contract, verdict: Result<(), ErrorKind>) {
    let token = who.continues(&demanding(contract).token).signed();
    match verdict {
        Ok(()) => scene.admits(&token, &who.asks(&token)),
        Err(kind) => scene.refuses(&token, &who.asks(&token), kind, LINK_1),
    }
}

/// §7: role inflation
#[test]
fn role_that_nobody_vouches_for_rejected() {
    let scene = open();
    for role in ["owner", "reader", "Authorized-workload", "authorized-workload ", "authorized"] {
        continues(&scene, &Adversary::mallory().in_role(role), same, ErrorKind::RoleNotVouched, LINK_1);
    }
    // A further credential lends properties, and no role.
    let owner = credential_for(MALLORY, "mallory", &["reader"]);
    let swapped = Adversary::mallory().also(&owner).in_role("reader");
    continues(&scene, &swapped, same, ErrorKind::RoleNotVouched, LINK_1);
    // Nor does the same credential count twice.
    let kid = Message::of(&credential_for(MALLORY, "mallory", &[ROLE])).digest();
    let twice = |draft: Draft| draft.put(&[OURS, 8], set([bytes(kid.as_bytes())]));
    continues(&scene, &Adversary::mallory(), twice, ErrorKind::AlsoRepeatsKid, LINK_1);
    let stranger = Adversary::stranger(Hand::own("mallory 2"));
    continues(&scene, &stranger, |draft| draft.put(&[OURS, 3], text(ROLE)), ErrorKind::ClaimMisplaced, LINK_1);
    // In a root of its own: the origin's key, and another role than its anchor's.
    let company = Adversary::keyed(Hand::own("mallory's root"), "https://mallory.example/authority", "administrator");
    let token = company.begins(MALLORY_INC).signed();
    scene.refuses(&token, &company.asks(&token), ErrorKind::OriginMismatch, Part::Link(0));
    // A root by a role that the anchor does not state.
    let by_role = map([(1, int(1)), (2, text(ALICE)), (3, bytes(&[1; 16]))]);
    let token = Adversary::mallory().begins(ALICE).put(&[OURS, 7], by_role).signed();
    scene.refuses(&token, &Adversary::mallory().asks(&token), ErrorKind::OriginMismatch, Part::Link(0));
    scene.delivers();
}

/// §7: the demanded role from a foreign attester
/// §7: role inflation
#[test]
fn demanded_role_on_a_foreign_word_rejected() {
    let scene = open();
    let foreign = Hand::own("foreign attester");
    let says = foreign.vouches(ELSEWHERE, "spiffe://mallory.example/worker", &Hand::own("mallory")).role(ROLE);
    let who = Adversary::vouched(Hand::own("mallory"), &foreign.credential(says));
    let role = |from| Contract::new().roles(&[ROLE], from);
    meets(&scene, &who, role(RoleFrom::Attesters(&[ATTESTER])), Err(ErrorKind::DemandRole));
    meets(&scene, &who, role(RoleFrom::Attesters(&[ATTESTER, PLATFORM])), Err(ErrorKind::DemandRole));
    meets(&scene, &who, role(RoleFrom::Accountable(ALICE)), Err(ErrorKind::DemandRole));
    // The honest attester's word as a further credential is no word on the role.
    let two = Adversary::vouched(
        Hand::own("mallory"),
        &foreign.credential(
            foreign.vouches(ELSEWHERE, "spiffe://mallory.example/worker", &Hand::own("mallory")).role(ROLE),
        ),
    );
    let two = two.also(&credential_for(MALLORY, "mallory", &[ROLE]));
    meets(&scene, &two, role(RoleFrom::Attesters(&[ATTESTER])), Err(ErrorKind::IdentifierMismatch));
    // Where it is named, its word counts: names mean what the bundle says.
    meets(&scene, &who, role(RoleFrom::Attesters(&[ATTESTER, ELSEWHERE])), Ok(()));
    meets(&scene, &who, role(RoleFrom::Accountable(MALLORY_INC)), Ok(()));
}

/// §7: attester outside its namespace, entity, role or property list
#[test]
fn attester_outside_its_remit_rejected() {
    let scene = open();
    let (foreign, mallory) = (Hand::own("foreign attester"), Hand::own("mallory"));
    let own = "spiffe://mallory.example/worker";
    let window = (NOW.minus(HOUR), NOW.plus(2 * HOUR));
    let says = |subject, accountable| {
        CredentialBuilder::new((foreign.public(), ELSEWHERE), subject, *mallory.public().key(), accountable, window)
    };
    for (credential, kind) in [
        (says(MALLORY, MALLORY_INC).role(ROLE), ErrorKind::IdentifierOutsideRemit),
        (says("spiffe://mallory.example.evil/worker", MALLORY_INC).role(ROLE), ErrorKind::IdentifierOutsideRemit),
        (says(own, ALICE).role(ROLE), ErrorKind::AccountableOutsideRemit),
        (says(own, "https://mallory.example/team").role(ROLE), ErrorKind::AccountableOutsideRemit),
        (says(own, MALLORY_INC).role(ROLE).role("owner"), ErrorKind::RoleOutsideRemit),
        (
            says(own, MALLORY_INC).role(ROLE).property("runtime-opaque", Property::Int(2)),
            ErrorKind::PropertyOutsideRemit,
        ),
    ] {
        let who = Adversary::vouched(Hand::own("mallory"), &foreign.credential(credential));
        continues(&scene, &who, same, kind, CREDENTIAL);
    }
    // Under another name: the honest attester's, with its own key. And under a key that the bundle does not know.
    let posing = foreign.vouches(ATTESTER, &worker(1), &mallory).role(ROLE);
    let who = Adversary::vouched(Hand::own("mallory"), &foreign.credential(posing));
    continues(&scene, &who, same, ErrorKind::AttesterNameMismatch, CREDENTIAL);
    let rogue = Hand::own("mallory's rogue attester");
    let who = Adversary::vouched(
        Hand::own("mallory"),
        &rogue.credential(rogue.vouches(ATTESTER, &worker(1), &mallory).role(ROLE)),
    );
    continues(&scene, &who, same, ErrorKind::AttesterUnknown, CREDENTIAL);
    // With the honest attester's `kid`, and its own signature.
    let mut forged = Message::of(&rogue.credential(rogue.vouches(ATTESTER, MALLORY, &mallory).role(ROLE)));
    let honest = Message::of(&credential(1)).kid();
    forged.header(|header| put(header, &[4], bytes(honest.as_bytes())));
    rogue.sign(&mut forged);
    let who = Adversary::vouched(Hand::own("mallory"), &forged.encoded());
    continues(&scene, &who, same, ErrorKind::SignatureInvalid, CREDENTIAL);
    // What remains: the remit is a product.
    let who = Adversary::vouched(Hand::own("mallory"), &foreign.credential(says(own, MALLORY_INC).role(ROLE)));
    let token = who.continues(&scene.token).signed();
    scene.admits(&token, &who.asks(&token));
}

/// §7: `evil-example.org`, `payroll` for `pay`
#[test]
fn namesake_by_bytes_rejected() {
    let scene = open();
    let foreign = Hand::own("foreign attester");
    for subject in [
        "spiffe://mallory.example.org/worker",
        "spiffe://evil-mallory.example/worker",
        "spiffe://mallory.example-2/worker",
        "https://mallory.example/worker",
    ] {
        let says = foreign.vouches(ELSEWHERE, subject, &Hand::own("mallory")).role(ROLE);
        let who = Adversary::vouched(Hand::own("mallory"), &foreign.credential(says));
        continues(&scene, &who, same, ErrorKind::IdentifierOutsideRemit, CREDENTIAL);
    }
    let namespace = |text: &str| Contract::new().namespace(text);
    for near in [
        "spiffe://prod.example/ns/calendar/exec",
        "spiffe://prod.example/ns/calendar/executor/mall",
        "spiffe://prod.example/ns/cal",
    ] {
        meets(&scene, &Adversary::mallory(), namespace(near), Err(ErrorKind::DemandNamespace));
    }
    meets(&scene, &Adversary::mallory(), namespace("spiffe://prod.example/ns/calendar/executor"), Ok(()));
    // To the human eye they are the same; to the format they are others, and well-formed.
    assert_ne!("CN=раyroll", "CN=payroll");
    assert!(throughline::is_identifier("CN=раyroll") && !throughline::is_identifier("CN=pay\u{0}roll"));
}

/// §7: credential of another key
#[test]
fn credential_of_another_key_rejected() {
    let scene = open();
    // Worker 1's credential, seen on the way, with its own signature.
    let thief = Adversary::vouched(Hand::own("mallory"), &credential(1));
    continues(&scene, &thief, same, ErrorKind::SignatureInvalid, LINK_1);
    // The service knows it, too: the key is still worker 1's.
    let mut knowing = open();
    knowing.service.know(&credential(1));
    continues(&knowing, &thief.by_reference(), same, ErrorKind::SignatureInvalid, LINK_1);
    // A good appraisal of another instance under the same identifier, as a further credential.
    let healthy = Hand::stolen_from("platform");
    let says = healthy.vouches(PLATFORM, MALLORY, &Hand::own("mallory 2")).property("hardware", Property::Int(2));
    let mut says = Message::of(&healthy.credential(says));
    says.put(&[OURS, 14], text(ALICE));
    healthy.sign(&mut says);
    let two = Adversary::mallory().also(&says.encoded());
    continues(&scene, &two, same, ErrorKind::AlsoKeyMismatch, LINK_1);
    scene.delivers();
}

/// §7: credential of another identifier
#[test]
fn credential_of_another_identifier_rejected() {
    let scene = open();
    for iss in [worker(1), format!("{MALLORY}/x"), "spiffe://prod.example/ns/calendar/executor".to_owned()] {
        continues(
            &scene,
            &Adversary::mallory(),
            |draft| draft.put(&[1], text(&iss)),
            ErrorKind::IdentifierMismatch,
            LINK_1,
        );
    }
    // A pin's: the gateway itself says it is somebody else.
    let gateway = Adversary::keyed(Hand::stolen(Who::Gateway), &worker(1), ROLE);
    continues(&scene, &gateway, same, ErrorKind::IdentifierMismatch, LINK_1);
}

/// §7: the identifier of a pinned actor or of an origin
#[test]
fn identifier_of_a_pinned_actor_under_another_key_admitted_and_told_apart() {
    // The attester's namespace covers the gateway's identifier, and it vouches for another key under it.
    let honest = Execution::root(&Next::Named(GATEWAY.to_owned())).through_gateway(&Next::Nobody);
    let scene = Scene::new(honest);
    let namesake = Adversary::vouched(Hand::own("mallory"), &credential_for(GATEWAY, "mallory", &[ROLE]));
    let token = namesake.continues(&split(&scene.token)[0]).signed();
    let vouching = |token: &[u8], proof: &[u8]| {
        let mut seen = None;
        let see = |admission: &Admission<'_>| {
            seen = admission.chain().head().map(|head| (head.identifier() == GATEWAY, head.vouching()))
        };
        assert_eq!(scene.service.admit_and(token, proof, &request(), see), Ok(()));
        seen.unwrap()
    };
    assert_eq!(vouching(&token, &namesake.asks(&token)[0]), (true, Vouching::Credential));
    assert_eq!(vouching(&scene.token, &scene.proofs[0]), (true, Vouching::Pin));
    // An attester whose remit does not cover it cannot.
    let foreign = Hand::own("foreign attester");
    let says = foreign.vouches(ELSEWHERE, GATEWAY, &Hand::own("mallory")).role(ROLE);
    let who = Adversary::vouched(Hand::own("mallory"), &foreign.credential(says));
    let token = who.continues(&split(&scene.token)[0]).signed();
    scene.refuses(&token, &who.asks(&token), ErrorKind::IdentifierOutsideRemit, CREDENTIAL);
}

/// §7: credential made by the subject itself
#[test]
fn credential_by_its_own_subject_rejected() {
    let scene = open();
    // Even an attester does not vouch for the key that signs the credential; nobody else's word counts at all.
    let foreign = Hand::own("foreign attester");
    let mut own = Message::of(
        &foreign.credential(foreign.vouches(ELSEWHERE, "spiffe://mallory.example/a", &Hand::own("mallory")).role(ROLE)),
    );
    own.put(&[8, 1], crate::common::cbor::cose_key(foreign.public().key()));
    foreign.sign(&mut own);
    let who = Adversary::vouched(Hand::own("foreign attester"), &credential_for(MALLORY, "mallory", &[ROLE]));
    let token = [&scene.token[..], &own.encoded()].concat();
    let error = scene.service.admit(&token, &who.asks(&scene.token)[0], &request()).unwrap_err();
    assert_eq!((error.kind, error.at.part), (ErrorKind::CredentialSelfIssued, CREDENTIAL));
    let rogue = Hand::own("mallory 2");
    let says = rogue.vouches(ATTESTER, MALLORY, &Hand::own("mallory")).role(ROLE);
    let who = Adversary::vouched(Hand::own("mallory"), &rogue.credential(says));
    continues(&scene, &who, same, ErrorKind::AttesterUnknown, CREDENTIAL);
    // What remains: an attester vouches for a second key of its own.
    let says = foreign.vouches(ELSEWHERE, "spiffe://mallory.example/a", &Hand::own("mallory")).role(ROLE);
    let who = Adversary::vouched(Hand::own("mallory"), &foreign.credential(says));
    let token = who.continues(&scene.token).signed();
    scene.admits(&token, &who.asks(&token));
}
