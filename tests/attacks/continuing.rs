//! §4: who can continue from which link, now or later, and what is shed with the links that are cut off.

use ciborium::Value;
use throughline::issue::{Contract, Grant, GrantList, RoleFrom};
use throughline::trust::Tier;
use throughline::{BoundedReplayMemory, ErrorKind, Part, Shares};

use crate::adversary::{Adversary, ELSEWHERE, Hand, MALLORY};
use crate::common::cbor::{OURS, int, map, set, text};
use crate::common::forge::split;
use crate::common::setting::request;
use crate::common::world::{PLATFORM, platform_says};
use crate::common::{ATTESTER, NOW, ROLE, credential_for, worker};
use crate::honest::{Execution, Next, Who, named};
use crate::scene::{Scene, Service, cast_trust};

const LINK_1: Part = Part::Link(1);

/// A grant so narrow that the request of the scene is beyond it.
fn narrow() -> GrantList {
    GrantList::new([Grant::new("calendar.read", "calendar/alice/work").range("days", 1, 1)]).unwrap()
}

/// Alice's root that lets `next` continue, and worker 1's link after it, which is narrower and lets nobody continue: what the
/// service gets to see first. The scene's honest execution is another sibling, which is not narrowed.
fn narrowed(next: &Next) -> (Scene, Vec<u8>) {
    let root = Execution::root(next);
    let honest = root.hop(1, &Next::Nobody);
    let narrowed = root.hop_with(1, &Next::Nobody, |hop| hop.grants(narrow()));
    let scene = Scene::new(honest);
    let proofs = narrowed.asks(&request(), NOW);
    scene.refuses(&narrowed.token, &proofs, ErrorKind::RequestNotGranted, Part::Request);
    (scene, split(&narrowed.token)[0].clone())
}

/// Cuts `token` back to its root and goes on from there.
fn cut_back(scene: &Scene, who: &Adversary, root: &[u8], verdict: Result<(), ErrorKind>) {
    let token = who.continues(root).signed();
    match verdict {
        Ok(()) => scene.admits(&token, &who.asks(&token)),
        Err(kind) => scene.refuses(&token, &who.asks(&token), kind, LINK_1),
    }
}

fn stranger() -> Adversary {
    Adversary::stranger(Hand::own("mallory 2"))
}

/// §4: absent
#[test]
fn continuation_where_nobody_may_continue_rejected() {
    let honest = Execution::root(&Next::Nobody);
    let scene = Scene::new(honest);
    for who in [Adversary::mallory(), stranger(), Adversary::in_place_of(1)] {
        cut_back(&scene, &who, &scene.token, Err(ErrorKind::SuccessorNotAllowed));
    }
    scene.delivers();
}

/// §4: exact key
#[test]
fn continuation_by_another_key_rejected() {
    let (scene, root) = narrowed(&Next::Key(*Who::Worker(1).public().thumbprint()));
    for who in [Adversary::mallory(), stranger(), Adversary::in_place_of(2)] {
        cut_back(&scene, &who, &root, Err(ErrorKind::SuccessorKey));
    }
    // The holder of the key cuts back as it likes, vouched or not.
    cut_back(&scene, &Adversary::in_place_of(1), &root, Ok(()));
    cut_back(&scene, &Adversary::stranger(Hand::stolen(Who::Worker(1))), &root, Ok(()));
}

/// §4: exact identifier
#[test]
fn continuation_under_another_identifier_rejected() {
    let (scene, root) = narrowed(&named(1));
    cut_back(&scene, &stranger(), &root, Err(ErrorKind::SuccessorUnvouched));
    cut_back(&scene, &Adversary::mallory(), &root, Err(ErrorKind::SuccessorIdentifier));
    // Its own attester may not speak of that identifier.
    let foreign = Hand::own("foreign attester");
    let says = foreign.vouches(ELSEWHERE, &worker(1), &Hand::own("mallory")).role(ROLE);
    let impostor = Adversary::vouched(Hand::own("mallory"), &foreign.credential(says));
    let token = impostor.continues(&root).signed();
    scene.refuses(&token, &impostor.asks(&token), ErrorKind::IdentifierOutsideRemit, Part::Credential(0));
    // Another replica that the honest attester knows under the same identifier, with another key, may.
    let replica = credential_for(&worker(1), "mallory", &[ROLE]);
    cut_back(&scene, &Adversary::vouched(Hand::own("mallory"), &replica), &root, Ok(()));
}

/// §4: contract without hand-over
/// §4: Cut-back
/// §2: Whoever may continue from an earlier link may do so
#[test]
fn observer_that_conforms_continues_and_others_are_rejected() {
    // It saw worker 1's narrowed token pass by, and conforms: it is admitted, and shed the narrowing.
    let (scene, root) = narrowed(&Next::Contract);
    cut_back(&scene, &Adversary::mallory(), &root, Ok(()));
    cut_back(&scene, &stranger(), &root, Err(ErrorKind::SuccessorUnvouched));
    cut_back(&scene, &Adversary::mallory().in_role("reader"), &root, Err(ErrorKind::RoleNotVouched));
    let reader = credential_for(MALLORY, "mallory", &["reader"]);
    let reader = Adversary::vouched(Hand::own("mallory"), &reader).in_role("reader");
    cut_back(&scene, &reader, &root, Err(ErrorKind::DemandRole));
    // The other demands of a contract.
    let demands =
        |contract: Contract| Execution::root_with(&Next::Nobody, |root| root.next_contract_without_handover(contract));
    let contract = || Contract::new().namespace("spiffe://prod.example/ns/calendar/executor/unknown-01");
    cut_back(&scene, &Adversary::mallory(), &demands(contract()).token, Err(ErrorKind::DemandNamespace));
    let contract = || Contract::new().property_tier("runtime-opaque", &[PLATFORM], Tier::Affirming);
    cut_back(&scene, &Adversary::mallory(), &demands(contract()).token, Err(ErrorKind::DemandProperty));
    let contract = || Contract::new().roles(&[ROLE], RoleFrom::Attesters(&[ATTESTER])).fresh();
    cut_back(&scene, &Adversary::mallory(), &demands(contract()).token, Err(ErrorKind::DemandFresh));
    cut_back(&scene, &stranger(), &demands(contract()).token, Err(ErrorKind::SuccessorUnvouched));
    scene.delivers();
}

/// §4: contract with hand-over
#[test]
fn uncalled_workload_under_a_contract_with_hand_over_rejected() {
    let (scene, root) = narrowed(&Next::Called);
    // It conforms in everything, and was not called.
    cut_back(&scene, &Adversary::mallory(), &root, Err(ErrorKind::HandoverDemanded));
    // Worker 1, who was called, cuts its own narrowing off, as often as it likes, until the hand-over ends.
    let to_worker = split(&scene.token)[2].clone();
    let again = Adversary::in_place_of(1);
    for end in [NOW.plus(100), NOW.plus(200)] {
        let token = again.continues(&root).put(&[4], crate::adversary::time(end)).handover(&to_worker).signed();
        scene.admits(&token, &again.asks(&token));
    }
    // With the hand-over that called worker 1, and with its own word in Alice's name.
    let called = Adversary::mallory();
    let stolen = called.continues(&root).handover(&to_worker).signed();
    scene.refuses(&stolen, &called.asks(&stolen), ErrorKind::HandoverAddressee, LINK_1);
    let forged = called.hands_over(&root, called.identifier()).signed();
    let token = called.continues(&root).handover(&forged).signed();
    scene.refuses(&token, &called.asks(&token), ErrorKind::SignatureInvalid, Part::HandOver(0));
    // Called, and not what the contract asks for.
    let execution = Execution::root_with(&Next::Nobody, |root| {
        let contract = Contract::new().namespace("spiffe://prod.example/ns/calendar");
        root.next_contract(contract.roles(&["reader"], RoleFrom::Attesters(&[ATTESTER])))
    });
    let given = execution.handover(MALLORY);
    let token = called.continues(&execution.token).handover(&given).signed();
    scene.refuses(&token, &called.asks(&token), ErrorKind::DemandRole, LINK_1);
    for (contract, kind) in [
        (Contract::new().namespace("spiffe://prod.example/ns/mail"), ErrorKind::DemandNamespace),
        (Contract::new().property_tier("hardware", &[ELSEWHERE], Tier::Affirming), ErrorKind::DemandProperty),
        (Contract::new().roles(&[ROLE], RoleFrom::Attesters(&[ATTESTER])).fresh(), ErrorKind::DemandFresh),
    ] {
        let execution = Execution::root_with(&Next::Nobody, |root| root.next_contract(contract));
        let token = called.continues(&execution.token).handover(&execution.handover(MALLORY)).signed();
        scene.refuses(&token, &called.asks(&token), kind, LINK_1);
    }
    // What the other steps refuse of a hand-over stands in `hand_overs`; here each is tried by the one who was called.
    let execution = Execution::root(&Next::Called);
    let given = execution.handover(MALLORY);
    let token = called.continues(&execution.token).handover(&given).signed();
    scene.admits(&token, &called.asks(&token));
}

/// §4: anyone
#[test]
fn stranger_continues_where_anyone_may_and_no_further_than_the_link_allows() {
    let (scene, root) = narrowed(&Next::Anyone);
    for name in ["mallory 2", "mallory 3"] {
        cut_back(&scene, &Adversary::stranger(Hand::own(name)), &root, Ok(()));
    }
    cut_back(&scene, &Adversary::mallory(), &root, Ok(()));
    // It has the root's authority and no more.
    let token = stranger().continues(&root).signed();
    let mut other = request();
    other.resource = "calendar/bob/work";
    for proof in stranger().asks(&token) {
        scene.service.refuses(&token, &proof, &other, ErrorKind::RequestNotGranted, Part::Request);
    }
}

/// §4: A `require` of an earlier link adds its demands
#[test]
fn what_an_earlier_link_requires_holds_for_every_later_one() {
    let require = |contract: Contract| Execution::root_with(&Next::Anyone, |root| root.require(contract));
    let role = |from: &'static str| Contract::new().roles(&[ROLE], RoleFrom::Accountable(from));
    for (contract, kind) in [
        (
            Contract::new().namespace("spiffe://prod.example/ns/calendar/executor/unknown-01"),
            ErrorKind::DemandNamespace,
        ),
        (role("https://bob.example"), ErrorKind::DemandRole),
        (Contract::new().property_tier("hardware", &[PLATFORM], Tier::Affirming), ErrorKind::DemandProperty),
        (role("https://alice.example").fresh(), ErrorKind::DemandFresh),
        (role("https://alice.example").last(0), ErrorKind::DemandLast),
        (role("https://alice.example").handover(), ErrorKind::HandoverDemanded),
    ] {
        let scene = Scene::new(require(role("https://alice.example")).hop(1, &Next::Anyone));
        let open = require(contract);
        let token = Adversary::mallory().continues(&open.token).signed();
        scene.refuses(&token, &Adversary::mallory().asks(&token), kind, LINK_1);
        // Two hops on, where the link between says nothing of it: a stranger meets none of what somebody vouches for.
        let stray = stranger().continues(&scene.token).signed();
        scene.refuses(&stray, &stranger().asks(&stray), ErrorKind::DemandRole, Part::Link(2));
    }
    let vouched = require(Contract::new().vouched());
    let scene = Scene::new(vouched.hop(1, &Next::Anyone));
    let stray = stranger().continues(&scene.token).signed();
    scene.refuses(&stray, &stranger().asks(&stray), ErrorKind::DemandVouched, Part::Link(2));
    // A `require` of its own, weak or the same, replaces none before it: demands add up, and the smallest `last` wins.
    let weak = map([(7, int(15))]);
    let shed = Adversary::mallory().continues(&vouched.token).open().put(&[OURS, 6], weak.clone()).signed();
    let stray = stranger().continues(&shed).signed();
    scene.refuses(&stray, &stranger().asks(&stray), ErrorKind::DemandVouched, Part::Link(2));
    let short = require(Contract::new().last(1));
    let longer = Adversary::mallory().continues(&short.token).open().put(&[OURS, 6], weak).signed();
    let stray = stranger().continues(&longer).signed();
    scene.refuses(&stray, &stranger().asks(&stray), ErrorKind::DemandLast, Part::Link(2));
    scene.admits(&longer, &Adversary::mallory().asks(&longer));
    // With hand-over in it, an exact key and "anyone" need the parent's word, too.
    let key = Next::Key(*stranger().hand.public().thumbprint());
    let invited = Execution::root_with(&key, |root| root.require(Contract::new().handover()));
    let token = stranger().continues(&invited.token).signed();
    scene.refuses(&token, &stranger().asks(&token), ErrorKind::HandoverDemanded, LINK_1);
    let token = stranger().continues(&invited.token).handover(&invited.handover(stranger().identifier())).signed();
    scene.admits(&token, &stranger().asks(&token));
}

/// §4: A strict `next` binds one hop.
#[test]
fn successor_by_name_that_opens_its_link_is_stopped_by_require_alone() {
    let scene = Scene::new(Execution::root(&named(1)).hop(1, &Next::Nobody));
    let hop = |execution: &Execution| Adversary::in_place_of(1).continues(&execution.token).open().signed();
    let opened = hop(&Execution::root(&named(1)));
    let token = stranger().continues(&opened).signed();
    scene.admits(&token, &stranger().asks(&token));
    let strict = Execution::root_with(&named(1), |root| root.require(Contract::new().vouched()));
    let token = stranger().continues(&hop(&strict)).signed();
    scene.refuses(&token, &stranger().asks(&token), ErrorKind::DemandVouched, Part::Link(2));
}

/// §4: Cut-back
#[test]
fn cut_back_to_each_kind_of_next_sheds_later_requirements_and_nothing_earlier() {
    // Worker 1 requires that nobody follows without a fresh appraisal; whoever may continue from the root is not bound by it.
    let strict = Contract::new().property_tier("hardware", &[PLATFORM], Tier::Affirming).fresh();
    for (next, who, verdict) in [
        (Next::Contract, Adversary::mallory(), Ok(())),
        (Next::Anyone, stranger(), Ok(())),
        (Next::Key(*stranger().hand.public().thumbprint()), stranger(), Ok(())),
        (Next::Named(MALLORY.to_owned()), Adversary::mallory(), Ok(())),
        (Next::Called, Adversary::mallory(), Err(ErrorKind::HandoverDemanded)),
        (named(1), Adversary::mallory(), Err(ErrorKind::SuccessorIdentifier)),
        (Next::Nobody, Adversary::mallory(), Err(ErrorKind::SuccessorNotAllowed)),
    ] {
        let root = Execution::root(&next);
        let scene = Scene::new(root.clone());
        if let Next::Contract | Next::Anyone | Next::Called = next {
            let bound = root.hop_with(1, &Next::Anyone, |hop| hop.require(strict.clone()));
            let token = who.continues(&bound.token).signed();
            scene.refuses(&token, &who.asks(&token), ErrorKind::DemandProperty, Part::Link(2));
        }
        cut_back(&scene, &who, &root.token, verdict);
        // What the root itself requires is never shed.
        let barred = Execution::root_with(&next, |root| root.require(Contract::new().last(0)));
        let expected = verdict.err().filter(|kind| *kind != ErrorKind::HandoverDemanded);
        cut_back(&scene, &who, &barred.token, Err(expected.unwrap_or(ErrorKind::DemandLast)));
    }
}

/// §4: The anonymous holder of an open `next`
#[test]
fn anonymous_holder_of_an_open_next_burns_its_origins_share() {
    let shares = || {
        let mut shares = Shares::of(4_096);
        shares.accountable = 9;
        BoundedReplayMemory::with_shares(4_096, NOW.minus(3_600), shares)
    };
    // The scene itself takes four.
    let scene = Scene::at(Service::new(cast_trust()).remembering(shares), Execution::root(&Next::Anyone));
    let mut burnt = 0;
    for nth in 0..8 {
        // A new key each time: the actor's share never ends, that of the entity does.
        let stray = Adversary::stranger(Hand::own(&format!("mallory {nth}")));
        let token = stray.continues(&scene.token).signed();
        let verdict = scene.service.admit(&token, &stray.asks(&token)[0], &request());
        burnt += usize::from(verdict.is_ok());
    }
    assert_eq!(burnt, 5);
    scene.service.refuses(&scene.token, &scene.proofs[0], &request(), ErrorKind::ReplayQuota, Part::Proof);
    // Another entity is not touched.
    let company = Adversary::keyed(Hand::own("mallory's root"), "https://mallory.example/authority", "owner");
    let own = GrantList::new([Grant::new("calendar.read", "calendar/mallory/*")]).unwrap();
    let token = company.begins("https://mallory.example").grants(own.encoded()).signed();
    let mut own = request();
    own.resource = "calendar/mallory/work";
    scene.service.admits(&token, &company.asks(&token)[0], &own);
}

/// §2: A callee can do all that its caller may still ask.
#[test]
fn callee_asks_for_all_its_caller_may_unless_the_link_is_narrowed() {
    let callee = Adversary::in_place_of(1);
    let wide = Execution::root(&named(1));
    let scene = Scene::new(wide.clone());
    let token = callee.continues(&wide.token).signed();
    scene.admits(&token, &callee.asks(&token));
    // A link per callee: the caller makes one of its own, narrowed, that names the callee.
    let caller = Execution::root(&named(2)).hop_with(2, &named(1), |hop| hop.grants(narrow()));
    let token = callee.continues(&caller.token).signed();
    scene.refuses(&token, &callee.asks(&token), ErrorKind::RequestNotGranted, Part::Request);
}

/// §4: exact identifier
#[test]
fn nobody_is_vouched_for_under_the_thumbprint_of_a_key() {
    // A root that names an unvouched actor's URI as identifier lets nobody continue, that actor included.
    let who = stranger();
    let root = Execution::root(&Next::Named(who.identifier().to_owned()));
    let scene = Scene::new(Execution::root(&named(1)).hop(1, &Next::Nobody));
    cut_back(&scene, &who, &root.token, Err(ErrorKind::SuccessorUnvouched));
    let posing = Adversary::mallory().continues(&root.token).put(&[1], text(who.identifier())).signed();
    let proof = Adversary::mallory().asks(&posing);
    let verdict = scene.service.admit(&posing, &proof[0], &request());
    assert_eq!(verdict.map_err(|error| error.kind), Err(ErrorKind::UnvouchedIdentifier));
}

/// §4: contract without hand-over
#[test]
fn property_that_somebody_else_has_is_not_lent() {
    // Mallory shows what the platform says of worker 1.
    let demands = Contract::new().property_tier("runtime-opaque", &[PLATFORM], Tier::Affirming);
    let root = Execution::root_with(&Next::Nobody, |root| root.next_contract_without_handover(demands));
    let scene = Scene::new(Execution::root(&named(1)).hop(1, &Next::Nobody));
    let lent = Adversary::mallory().also(&platform_says(1, "runtime-opaque", 2));
    cut_back(&scene, &lent, &root.token, Err(ErrorKind::IdentifierMismatch));
    // A contract that says the same in other words is another set of demands, and none of it is optional.
    let own = Adversary::mallory().continues(&root.token).put(&[OURS, 8], set([]));
    let verdict = scene.service.admit(&own.signed(), &scene.proofs[0], &request());
    assert_eq!(verdict.map_err(|error| error.kind), Err(ErrorKind::SizeOutOfRange));
    let none = Execution::root(&Next::Anyone);
    let empty = Adversary::mallory().continues(&none.token).put(&[OURS, 6], map([(6, Value::Bool(false))])).signed();
    let verdict = scene.service.admit(&empty, &scene.proofs[0], &request());
    assert_eq!(verdict.map_err(|error| error.kind), Err(ErrorKind::UnexpectedType));
}
