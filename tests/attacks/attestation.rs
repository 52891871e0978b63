//! §7: in what state somebody is, as of when, and on whose word.

use throughline::issue::{Contract, RoleFrom, RootBuilder};
use throughline::trust::Tier;
use throughline::{ErrorKind, Part, Property, UnixTime};

use crate::adversary::{Adversary, Draft, ELSEWHERE, Hand, MALLORY, time};
use crate::common::cbor::{OURS, bytes, int, map, text};
use crate::common::forge::Message;
use crate::common::world::{AGENT_ROLE, PLATFORM, agent_credential, edit, platform_says};
use crate::common::{ALICE, ATTESTER, HOUR, NOW, ROLE, alice, grants, origin};
use crate::honest::{Execution, Next, Who, named};
use crate::identity::{LINK_1, demanding, meets, open};
use crate::scene::Scene;

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
