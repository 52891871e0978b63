//! §8: actors that work together, or one adversary that took several over.

use throughline::issue::{Contract, Grant, GrantList, RoleFrom};
use throughline::trust::Tier;
use throughline::{Admission, ErrorKind, Part};

use crate::adversary::{Adversary, Hand};
use crate::common::cbor::{OURS, bytes, set};
use crate::common::forge::{Message, split};
use crate::common::setting::request;
use crate::common::world::PLATFORM;
use crate::common::{ALICE, ATTESTER, NOW, ROLE, credential, credential_for, worker};
use crate::honest::{Execution, Next, named};
use crate::scene::{Scene, Service, cast_trust};

fn narrow() -> GrantList {
    GrantList::new([Grant::new("calendar.read", "calendar/alice/work").range("days", 1, 1)]).unwrap()
}

/// §8: do what the one with the most authority can do
/// §2: Actors that work together can do
#[test]
fn colluders_do_what_one_of_them_could_and_leave_hops_out() {
    // Worker 1 has seven days, worker 2 got one, and they are in league.
    let execution = Execution::root(&named(1)).hop(1, &named(2));
    let (one, two) = (Adversary::in_place_of(1), Adversary::in_place_of(2));
    let scene = Scene::new(execution.clone());
    let narrowed = one
        .continues(&split(&execution.token)[0])
        .grants(narrow().encoded())
        .put(&[OURS, 5], crate::common::cbor::text(&worker(2)));
    let narrowed = two.continues(&narrowed.signed()).signed();
    scene.refuses(&narrowed, &two.asks(&narrowed), ErrorKind::RequestNotGranted, Part::Request);
    // Worker 1 signs for it.
    let wide = one.continues(&split(&execution.token)[0]).signed();
    scene.admits(&wide, &one.asks(&wide));
    // Not even together do they get more than the root gave.
    let everything = GrantList::new([Grant::new("*", "*")]).unwrap();
    let wider = one.continues(&split(&execution.token)[0]).open().grants(everything.encoded()).signed();
    let token = two.continues(&wider).signed();
    scene.refuses(&token, &two.asks(&token), ErrorKind::GrantsWidened, Part::Link(1));
}

/// §8: leave honest hops out
/// §2: A chain says who signed, not who else was involved.
#[test]
fn honest_hop_left_out_where_an_earlier_next_admits_the_later_actor() {
    // Worker 2, an honest guard, stands between worker 1 and worker 3, who go round it where worker 1's `next` lets worker 3 in.
    let guarded = Execution::root(&named(1)).hop(1, &Next::Contract).hop_with(2, &named(3), |hop| hop.grants(narrow()));
    let scene = Scene::new(Execution::root(&named(1)).hop(1, &Next::Contract));
    let three = Adversary::in_place_of(3);
    let through = three.continues(&guarded.token).signed();
    scene.refuses(&through, &three.asks(&through), ErrorKind::RequestNotGranted, Part::Request);
    let around = three.continues(&scene.token).signed();
    let mut hops = 0;
    let see = |admission: &Admission<'_>| {
        hops = admission.chain().len();
        // No absence of a hop proves anything: who drove it is not seen.
        assert!(admission.chain().every_hop(0, |hop| hop.identifier() != worker(2)));
    };
    assert_eq!(scene.service.admit_and(&around, &three.asks(&around)[0], &request(), see), Ok(()));
    assert_eq!(hops, 3);
    // Called by name, it does not work without worker 1's signature; worker 1 is in league, so it signs.
    let called = Execution::root(&named(1)).hop(1, &Next::Called);
    let alone = three.continues(&called.token).signed();
    scene.refuses(&alone, &three.asks(&alone), ErrorKind::HandoverDemanded, Part::Link(2));
    let given = Adversary::in_place_of(1).hands_over(&called.token, &worker(3)).signed();
    let token = three.continues(&called.token).handover(&given).signed();
    scene.admits(&token, &three.asks(&token));
}

/// §8: lend a role
#[test]
fn lent_role_admitted_as_the_signers() {
    // Mallory decides, and worker 1, who has the role, signs: bytes as if worker 1 had meant it.
    let root = Execution::root_with(&Next::Nobody, |root| {
        root.next_contract_without_handover(Contract::new().roles(&[ROLE], RoleFrom::Attesters(&[ATTESTER])))
    });
    let scene = Scene::new(Execution::root(&named(1)));
    let lender = Adversary::in_place_of(1);
    let token = lender.continues(&root.token).signed();
    let mut shown = None;
    let see = |admission: &Admission<'_>| {
        shown = admission.chain().head().map(|head| (head.identifier().to_owned(), head.role().map(str::to_owned)))
    };
    assert_eq!(scene.service.admit_and(&token, &lender.asks(&token)[0], &request(), see), Ok(()));
    assert_eq!(shown, Some((worker(1), Some(ROLE.to_owned()))));
}

/// §8: tell any `task`, `evidence`, `cause` and time within their windows
#[test]
fn any_story_within_the_windows_admitted() {
    let root = Execution::root(&named(1));
    let scene = Scene::new(root.hop(1, &Next::Nobody));
    let liar = Adversary::in_place_of(1);
    for (start, end) in [(NOW.0 - 60, NOW.0 + 3_600), (NOW.0 - 60, NOW.0 - 29), (NOW.0 + 30, NOW.0 + 31)] {
        let number = |time: u64| crate::common::cbor::int(time.try_into().unwrap());
        let told = liar.continues(&root.token).put(&[6], number(start)).put(&[4], number(end));
        let told = told
            .put(&[OURS, 10], bytes(&[1; 32]))
            .put(&[OURS, 12], set([bytes(&[2; 32])]))
            .put(&[OURS, 13], bytes(&[3; 32]));
        let token = told.signed();
        scene.admits(&token, &liar.asks(&token));
    }
}

/// §8: They cannot: exceed the effective grants
#[test]
fn colluders_stay_within_what_the_honest_signed() {
    let strict = |contract: Contract| Execution::root_with(&Next::Anyone, |root| root.require(contract));
    let role = || Contract::new().roles(&[ROLE], RoleFrom::Accountable(ALICE));
    let scene = Scene::new(strict(role()));
    let gang = [Adversary::mallory(), Adversary::in_place_of(1), Adversary::stranger(Hand::own("mallory 2"))];
    let refuses = |who: &Adversary, token: &[u8], kind, link| {
        scene.refuses(token, &who.asks(token), kind, Part::Link(link));
    };
    // The first opens whatever it can; the second tries to get out.
    let opened = gang[0].continues(&scene.token).open().signed();
    let second = &gang[1];
    let everything = GrantList::new([Grant::new("*", "*")]).unwrap();
    refuses(second, &second.continues(&opened).grants(everything.encoded()).signed(), ErrorKind::GrantsWidened, 2);
    let end = crate::common::cbor::int((NOW.0 + 3_601).try_into().unwrap());
    refuses(second, &second.continues(&opened).put(&[4], end).signed(), ErrorKind::WindowOutsideParent, 2);
    // The `require` of the honest root, whatever the links between say.
    refuses(&gang[2], &gang[2].continues(&opened).signed(), ErrorKind::DemandRole, 2);
    for (contract, kind) in [
        (role().namespace("spiffe://prod.example/ns/calendar/executor/unknown-01"), ErrorKind::DemandNamespace),
        (role().property_tier("hardware", &[PLATFORM], Tier::Affirming), ErrorKind::DemandProperty),
        (role().fresh(), ErrorKind::DemandFresh),
        (role().last(0), ErrorKind::DemandLast),
        (role().handover(), ErrorKind::HandoverDemanded),
    ] {
        let token = gang[0].continues(&strict(contract).token).open().signed();
        refuses(&gang[0], &token, kind, 1);
    }
    let token =
        gang[2].continues(&gang[0].continues(&strict(Contract::new().vouched()).token).open().signed()).signed();
    refuses(&gang[2], &token, ErrorKind::DemandVouched, 2);
    // A link in worker 2's name, who is honest; and one that worker 2 did make, elsewhere.
    let posing = Adversary::vouched(Hand::own("mallory"), &credential(2));
    refuses(&posing, &posing.continues(&scene.token).signed(), ErrorKind::SignatureInvalid, 1);
    let elsewhere = Execution::root(&named(2)).hop(2, &Next::Nobody);
    let placed = [&scene.token[..], &split(&elsewhere.token)[1..].concat()].concat();
    refuses(&posing, &placed, ErrorKind::ParentWrong, 1);
    // One bit of what it signed.
    let honest = Execution::root(&named(2)).hop(2, &Next::Anyone);
    let mut items = split(&honest.token);
    let mut changed = Message::of(&items[2]);
    changed.put(&[OURS, 10], bytes(&[9; 32]));
    items[2] = changed.encoded();
    let token = gang[0].continues(&items.concat()).signed();
    refuses(&gang[0], &token, ErrorKind::SignatureInvalid, 1);
}

/// §8: "No hop of role X after Y"
#[test]
fn absence_of_a_role_fails_closed_where_nobody_vouches() {
    let service = Service::new(cast_trust());
    let reader =
        Adversary::vouched(Hand::own("mallory"), &credential_for(&worker(4), "mallory", &["reader"])).in_role("reader");
    let open = Execution::root(&Next::Anyone);
    let says = |who: &Adversary| {
        let token = who.continues(&open.token).signed();
        let mut none = None;
        let see = |admission: &Admission<'_>| none = Some(admission.chain().no_hop_in_role(1, "reader"));
        assert_eq!(service.admit_and(&token, &who.asks(&token)[0], &request(), see), Ok(()));
        none.unwrap()
    };
    assert!(!says(&reader));
    assert!(says(&Adversary::mallory()));
    // A key that nobody vouches for could be anybody's: the reader's own, too.
    assert!(!says(&Adversary::stranger(Hand::own("mallory"))));
}
