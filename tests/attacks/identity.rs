//! §7: who somebody is, in which role, in what state, and on whose word.

use throughline::issue::{Contract, CredentialBuilder, RoleFrom, RootBuilder};
use throughline::trust::Tier;
use throughline::{Admission, ErrorKind, Part, Property, UnixTime, Vouching};

use crate::adversary::{Adversary, Draft, ELSEWHERE, Hand, MALLORY, MALLORY_INC, time};
use crate::common::cbor::{OURS, bytes, int, map, put, text};
use crate::common::forge::{Message, split};
use crate::common::setting::request;
use crate::common::world::{AGENT_ROLE, GATEWAY, PLATFORM, agent_credential, edit, platform_says};
use crate::common::{ALICE, ATTESTER, HOUR, NOW, ROLE, alice, credential, credential_for, grants, origin, worker};
use crate::honest::{Execution, Next, Who, named};
use crate::scene::Scene;

const LINK_1: Part = Part::Link(1);
const CREDENTIAL: Part = Part::Credential(0);

fn open() -> Scene {
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
fn demanding(contract: Contract) -> Execution {
    Execution::root_with(&Next::Nobody, |root| root.next_contract_without_handover(contract))
}

fn meets(scene: &Scene, who: &Adversary, contract: Contract, verdict: Result<(), ErrorKind>) {
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

/// Alice's root of a day, so that credentials end within it.
fn long_root(next: &Next) -> Execution {
    let day = (NOW.minus(12 * HOUR), NOW.plus(12 * HOUR));
    Execution::root_of(Who::Alice, RootBuilder::new(alice(), &origin(), day, grants()), next)
}

fn dated(draft: Draft, start: u64, end: u64) -> Draft {
    draft.put(&[6], int(start.try_into().unwrap())).put(&[4], int(end.try_into().unwrap()))
}

/// §7: expired or future attestation
/// §7: Backdating inside `outlive`.
#[test]
fn link_outside_its_credentials_window_rejected() {
    let mut scene = Scene::new(long_root(&Next::Anyone));
    let mallory = Adversary::mallory();
    // The credential holds from an hour before to two hours after.
    let (from, until) = (NOW.0 - HOUR, NOW.0 + 2 * HOUR);
    let link = |start, end| dated(mallory.continues(&scene.token), start, end).signed();
    for (start, end, kind) in [
        (from - 1, until, ErrorKind::CredentialNotCurrent),
        (from, until + 1, ErrorKind::CredentialOutlived),
        (from - 10 * HOUR, from, ErrorKind::CredentialNotCurrent),
    ] {
        let token = link(start, end);
        let kind = if end <= NOW.0 - 30 { ErrorKind::Expired { now: NOW, exp: UnixTime(end) } } else { kind };
        scene.refuses(&token, &mallory.asks(&token), kind, LINK_1);
    }
    let whole = link(from, until);
    scene.admits(&whole, &mallory.asks(&whole));
    // Once it has expired, and with `outlive` 0, its power has ended: a link may still start inside the window, and ends with it.
    let backdated = link(from, until);
    let later = link(until, until + HOUR);
    scene.service.now = UnixTime(until + 30);
    let expired = ErrorKind::Expired { now: scene.service.now, exp: UnixTime(until) };
    for (token, kind) in [(&backdated, expired), (&later, ErrorKind::CredentialNotCurrent)] {
        scene.refuses(token, &mallory.asks(token), kind, LINK_1);
    }
    // With `outlive` the holder of the old key goes on for so long, in links that start inside, and within the parent.
    edit(&mut scene.service.trust.attesters, |attesters| attesters[0].outlive = HOUR);
    let redated = |end| dated(mallory.continues(&scene.token), until - 1, end).signed();
    let proof = |token: &[u8]| {
        let mut proof = Message::of(&mallory.asks(token)[0]);
        proof.put(&[6], time(scene.service.now));
        mallory.hand.sign(&mut proof);
        proof.encoded()
    };
    scene.admits(&redated(until + HOUR), &[proof(&redated(until + HOUR))]);
    let beyond = redated(until + HOUR + 1);
    scene.refuses(&beyond, &[proof(&beyond)], ErrorKind::CredentialOutlived, LINK_1);
    let early = dated(mallory.continues(&scene.token), NOW.0 - 13 * HOUR, until).signed();
    scene.refuses(&early, &[proof(&early)], ErrorKind::WindowOutsideParent, LINK_1);
}

/// §7: stale attestation where freshness is demanded
#[test]
fn stale_attestation_where_freshness_is_demanded_rejected() {
    let fresh = || Contract::new().roles(&[ROLE], RoleFrom::Attesters(&[ATTESTER])).fresh();
    let root = demanding(fresh());
    let scene = Scene::new(Execution::root(&named(1)));
    let attester = Hand::stolen_from("attester");
    let bound_to = |nonce: &[u8], holder: &str, subject: &str| {
        let says =
            attester.vouches(ATTESTER, subject, &Hand::own(holder)).role(ROLE).property("hardware", Property::Int(2));
        attester.credential(says.nonce(nonce))
    };
    // Appraised without a nonce, for another parent, for a nonce of its own choice, or for another link of this execution.
    let other = demanding(fresh().namespace("spiffe://prod.example"));
    let digest = |token: &[u8]| *Message::of(token).digest().as_bytes();
    for nonce in [&digest(&other.token)[..], &[7; 16], &digest(&root.token)[..31]] {
        let who = Adversary::vouched(Hand::own("mallory"), &bound_to(nonce, "mallory", MALLORY));
        let token = who.continues(&root.token).signed();
        scene.refuses(&token, &who.asks(&token), ErrorKind::DemandFresh, LINK_1);
    }
    meets(&scene, &Adversary::mallory(), fresh(), Err(ErrorKind::DemandFresh));
    let who = Adversary::vouched(Hand::own("mallory"), &bound_to(&digest(&root.token), "mallory", MALLORY));
    let token = who.continues(&root.token).signed();
    scene.admits(&token, &who.asks(&token));
    // A fresh credential beside a stale one in `kid` does not do, without properties.
    let fresh_one = bound_to(&digest(&root.token), "mallory", MALLORY);
    let beside = Adversary::mallory().also(&fresh_one);
    let token = beside.continues(&root.token).signed();
    scene.refuses(&token, &beside.asks(&token), ErrorKind::DemandFresh, LINK_1);
    // Roots: a nonce that the credential is not bound to, and a root that ends too late for its age.
    let agent = |credential: &[u8]| Adversary::vouched(Hand::stolen_from("agent"), credential).in_role(AGENT_ROLE);
    let begins = |nonce: [u8; 16], end: u64| {
        let origin = map([(1, int(2)), (2, text(ALICE)), (3, bytes(&nonce))]);
        let draft = agent(&agent_credential(Some(&[9; 16]))).begins(ALICE).put(&[OURS, 7], origin);
        draft.put(&[4], int(end.try_into().unwrap())).signed()
    };
    let issued = NOW.0 - HOUR / 2;
    let asks = |token: &[u8]| agent(&agent_credential(None)).asks(token);
    let token = begins([8; 16], issued + HOUR);
    scene.refuses(&token, &asks(&token), ErrorKind::OriginNotFresh, Part::Link(0));
    let token = begins([9; 16], issued + HOUR + 1);
    scene.refuses(&token, &asks(&token), ErrorKind::OriginTooOld, Part::Link(0));
    // What remains: the nonce is the agent's own choice, and one credential serves several roots.
    for minutes in [30, 29] {
        let token = begins([9; 16], NOW.0 + minutes * 60);
        scene.admits(&token, &asks(&token));
    }
}

/// §7: appraisal just beyond the tier, or none
#[test]
fn appraisal_beyond_the_tier_rejected() {
    let scene = open();
    let attester = Hand::stolen_from("attester");
    let appraised = |value: Option<Property<'_>>| {
        let says = attester.vouches(ATTESTER, MALLORY, &Hand::own("mallory")).role(ROLE);
        let says = value.into_iter().fold(says, |says, value| says.property("hardware", value));
        Adversary::vouched(Hand::own("mallory"), &attester.credential(says))
    };
    let tier = |worst| Contract::new().property_tier("hardware", &[ATTESTER], worst);
    for (value, worst, meets_it) in [
        (2, Tier::Affirming, true),
        (31, Tier::Affirming, true),
        (-32, Tier::Affirming, true),
        (32, Tier::Affirming, false),
        (-33, Tier::Affirming, false),
        (0, Tier::Affirming, false),
        (1, Tier::Contraindicated, false),
        (-1, Tier::Contraindicated, false),
        (95, Tier::Warning, true),
        (96, Tier::Warning, false),
        (127, Tier::Contraindicated, true),
        (128, Tier::Contraindicated, false),
        (i64::MIN, Tier::Contraindicated, false),
    ] {
        let verdict = if meets_it { Ok(()) } else { Err(ErrorKind::DemandProperty) };
        meets(&scene, &appraised(Some(Property::Int(value))), tier(worst), verdict);
    }
    for value in [None, Some(Property::Text("2")), Some(Property::Bool(true)), Some(Property::Bytes(&[2]))] {
        meets(&scene, &appraised(value), tier(Tier::Contraindicated), Err(ErrorKind::DemandProperty));
    }
    let equals = |value| Contract::new().property_equals("hardware", &[ATTESTER], value);
    meets(&scene, &appraised(Some(Property::Int(2))), equals(Property::Text("2")), Err(ErrorKind::DemandProperty));
    meets(&scene, &appraised(Some(Property::Int(1))), equals(Property::Bool(true)), Err(ErrorKind::DemandProperty));
}

/// §7: a property from an attester that the demand does not name
#[test]
fn property_on_an_unnamed_attesters_word_rejected() {
    let scene = open();
    let affirming = |from: &'static str| Contract::new().property_tier("hardware", &[from], Tier::Affirming);
    meets(&scene, &Adversary::mallory(), affirming(PLATFORM), Err(ErrorKind::DemandProperty));
    meets(&scene, &Adversary::mallory(), affirming(ELSEWHERE), Err(ErrorKind::DemandProperty));
    // Two statements by named attesters: the worse one counts, as long as it is shown.
    let both = || Contract::new().property_tier("hardware", &[ATTESTER, PLATFORM], Tier::Affirming);
    let worker_1 = Adversary::in_place_of(1);
    meets(&scene, &worker_1.clone().also(&platform_says(1, "hardware", 96)), both(), Err(ErrorKind::DemandProperty));
    meets(&scene, &worker_1.clone().also(&platform_says(1, "hardware", 2)), both(), Ok(()));
    meets(&scene, &worker_1, both(), Ok(()));
}

/// §2: A holder chooses which of its credentials to show.
#[test]
fn bad_appraisal_that_is_not_shown_is_not_seen() {
    let scene = open();
    let bad = platform_says(1, "hardware", 96);
    let both = Contract::new().property_tier("hardware", &[ATTESTER, PLATFORM], Tier::Affirming);
    meets(&scene, &Adversary::in_place_of(1).also(&bad), both.clone(), Err(ErrorKind::DemandProperty));
    meets(&scene, &Adversary::in_place_of(1), both, Ok(()));
    // Who names the attester alone cannot be left without its word.
    let alone = Contract::new().property_tier("hardware", &[PLATFORM], Tier::Affirming);
    meets(&scene, &Adversary::in_place_of(1), alone, Err(ErrorKind::DemandProperty));
}
