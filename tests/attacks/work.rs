//! §11: work and availability.

use throughline::issue::Contract;
use throughline::trust::Tier;
use throughline::{BoundedReplayMemory, ErrorKind, ListLimits, P256, Part, RevocationStore, Shares};

use crate::adversary::{Adversary, Hand, MALLORY_INC};
use crate::common::cbor::{OURS, raw};
use crate::common::forge::{Message, split};
use crate::common::lists::FRESH;
use crate::common::setting::{Setting, items, request};
use crate::common::world::{called, text, wide_trust};
use crate::common::{ALICE, ATTESTER, HOUR, NOW, proof, worker};
use crate::honest::{Execution, Next, list, named};
use crate::scene::{Scene, Service, cast_trust, revocable_cast};

/// §11: Size before content
#[test]
fn size_judged_before_content() {
    let scene = Scene::new(Execution::root(&Next::Anyone));
    let large = |len: usize| [&scene.token[..], &vec![0; len - scene.token.len()]].concat();
    scene.refuses(&large(16_385), &scene.proofs, ErrorKind::TokenTooLarge { len: 16_385, max: 16_384 }, Part::Token);
    let mut proof = scene.proofs[0].clone();
    proof.resize(1_025, 0);
    scene.refuses(&scene.token, &[proof], ErrorKind::ProofTooLarge { len: 1_025, max: 1_024 }, Part::Proof);
    // Lengths and counts as declared, whatever follows.
    let mallory = Adversary::mallory();
    let refused = |path: &[i64], encoded: &[u8], kind: ErrorKind| {
        let token = mallory.continues(&scene.token).put(path, raw(encoded)).signed();
        let error = scene.service.admit(&token, &scene.proofs[0], &request()).unwrap_err();
        assert_eq!(error.kind, kind);
    };
    let huge = [0x7f, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff];
    let with = |initial: u8| [&[initial][..], &huge].concat();
    refused(&[OURS, 3], &with(0x7b), ErrorKind::Truncated);
    refused(&[OURS, 1], &with(0x5b), ErrorKind::Truncated);
    refused(&[OURS, 4], &with(0x9b), ErrorKind::SizeOutOfRange);
    refused(&[OURS, 6], &with(0xbb), ErrorKind::SizeOutOfRange);
    refused(&[OURS, 2], &[0x1b, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff], ErrorKind::IntegerOutOfRange);
    refused(&[OURS, 7], &vec![0x81; 12_000], ErrorKind::UnexpectedType);
    scene.delivers();
}

/// §11: No curve operation before stage 12.
#[test]
fn refused_token_costs_at_most_one_check_for_each_signature() {
    let setting = Setting::new(wide_trust());
    let token = called(16);
    let last = items(&token) - 1;
    let mut forged = split(&token);
    let mut message = Message::of(&forged[last]);
    Hand::own("mallory").sign(&mut message);
    forged[last] = message.encoded();
    let honest = proof(&token, "worker 15", 1);
    let (verdict, checks) = setting.admit(&forged.concat(), &honest, &request(), &FRESH);
    assert_eq!(verdict.unwrap_err().kind, ErrorKind::SignatureInvalid);
    assert!(checks <= 48, "{checks} checks");
    // What a sender without any key can get wrong costs none.
    let thief = Adversary::mallory();
    let unknown = Adversary::keyed(Hand::own("mallory"), "https://mallory.example/x", "owner").begins(ALICE).signed();
    let mut stale = Setting::new(wide_trust());
    stale.now = NOW.plus(10 * HOUR);
    let used = crate::common::Memory::default();
    assert_eq!(setting.admit(&token, &honest, &request(), &used).0, Ok(()));
    for (verdict, checks) in [
        setting.admit(&unknown, &thief.asks(&unknown)[0], &request(), &FRESH),
        setting.admit(&token, &honest, &crate::adversary::elsewhere(), &FRESH),
        stale.admit(&token, &honest, &request(), &FRESH),
        setting.admit(&token, &honest, &request(), &used),
    ] {
        assert!(verdict.is_err());
        assert_eq!(checks, 0, "{verdict:?}");
    }
}

/// §11: Before that, work is comparing
#[test]
fn dear_comparisons_cost_no_curve_operation() {
    // As many links as fit, each with as many demands of all later ones as a contract holds.
    let eight = || {
        let named =
            |name: &'static str| move |contract: Contract, worst| contract.property_tier(name, &[ATTESTER], worst);
        let tiers = [Tier::Affirming, Tier::Warning, Tier::Contraindicated];
        let contract = tiers.into_iter().fold(Contract::new(), named("hardware"));
        let contract = tiers.into_iter().fold(contract, named("executables"));
        let two = throughline::Property::Int(2);
        contract.property_equals("hardware", &[ATTESTER], two).property_equals("executables", &[ATTESTER], two)
    };
    let mut execution = Execution::root_with(&named(1), |root| root.require(eight()));
    for n in 1..10 {
        execution = execution.hop_with(n, &named(n + 1), |hop| hop.require(eight()));
    }
    let token = execution.hop(10, &Next::Anyone).token;
    let setting = Setting::new(wide_trust());
    setting.accepts(&token);
    let stray = Adversary::stranger(Hand::own("mallory"));
    let last = stray.continues(&token).signed();
    let (verdict, checks) = setting.verify(&last);
    assert_eq!((verdict.unwrap_err().kind, checks), (ErrorKind::DemandProperty, 0));
}

/// §11: Filling the replay memory
#[test]
fn memory_filled_with_valid_proofs_refuses_and_forgets_nothing() {
    let full = || {
        let mut shares = Shares::of(12);
        (shares.origin, shares.accountable, shares.actor) = (8, 8, 8);
        BoundedReplayMemory::with_shares(12, NOW.minus(HOUR), shares)
    };
    let mut scene = Scene::at(Service::new(cast_trust()).remembering(full), Execution::root(&Next::Anyone));
    // Alice's actors have asked four times, and may four times more; then her share is used up, and the others' is not.
    let company = Adversary::keyed(Hand::own("mallory's root"), "https://mallory.example/authority", "owner");
    let read =
        throughline::issue::GrantList::new([throughline::issue::Grant::new("calendar.read", "calendar/mallory/*")])
            .unwrap();
    let foreign = company.begins(MALLORY_INC).grants(read.encoded()).signed();
    let mut own = request();
    own.resource = "calendar/mallory/work";
    let used = scene.honest.asks(&request(), NOW);
    for proof in used.iter().chain(&scene.proofs) {
        scene.service.admits(&scene.token, proof, &request());
    }
    let more = scene.honest.asks(&request(), NOW);
    scene.service.refuses(&scene.token, &more[0], &request(), ErrorKind::ReplayQuota, Part::Proof);
    for _ in 0..4 {
        scene.service.admits(&foreign, &company.asks(&foreign)[0], &own);
    }
    // Enough origins together fill it. Nothing is dropped early: what was used stays used.
    scene.service.refuses(&foreign, &company.asks(&foreign)[0], &own, ErrorKind::ReplayMemoryFull, Part::Proof);
    scene.service.refuses(&scene.token, &used[0], &request(), ErrorKind::ProofReplayed, Part::Proof);
    // Until its time is over.
    scene.service.now = NOW.plus(121);
    let later = scene.honest.asks(&request(), scene.service.now);
    scene.service.admits(&scene.token, &later[0], &request());
}

/// §11: Revocation fails closed.
#[test]
fn one_issuer_without_a_current_list_stops_everything() {
    let mut trust = revocable_cast();
    crate::common::world::edit(&mut trust.revokers, |revokers| {
        let mut other = throughline::trust::RevocationIssuer::new(
            crate::common::public("platform revoker"),
            text("https://revoke.platform.example"),
        );
        other.attesters = vec![text("https://platform.example")].into();
        revokers.push(other);
    });
    let service = Service::new(trust);
    service.lists.take_in(&list(1, (NOW.minus(60), NOW.plus(HOUR)), |list| list), &service.trust, &P256).unwrap();
    let execution = Execution::root(&named(1));
    for proof in execution.asks(&request(), NOW) {
        service.refuses(&execution.token, &proof, &request(), ErrorKind::RevocationStale, Part::Token);
    }
}

/// §11: A list is bounded
#[test]
fn list_beyond_its_bounds_rejected() {
    let trust = revocable_cast();
    let large = list(1, (NOW.minus(60), NOW.plus(HOUR)), |list| {
        (0..9_u8).fold(list, |list, n| list.identifier(&worker(n), &[]))
    });
    let mut limits = ListLimits::DEFAULT;
    limits.entries = 8;
    let entries = RevocationStore::with_limits(limits).take_in(&large, &trust, &P256).map_err(|error| error.kind);
    assert_eq!(entries, Err(ErrorKind::ListTooLarge));
    limits = ListLimits::DEFAULT;
    limits.bytes = large.len() - 1;
    let bytes = RevocationStore::with_limits(limits).take_in(&large, &trust, &P256).map_err(|error| error.kind);
    assert_eq!(bytes, Err(ErrorKind::ListTooLarge));
    assert_eq!(RevocationStore::new().take_in(&large, &trust, &P256), Ok(1));
}

/// §11: A hop can use up the 16 links or 16,384 bytes
#[test]
fn hop_that_uses_up_the_chain_ends_it_for_its_successors() {
    let scene = Scene::new(Execution::root(&Next::Anyone));
    let mut token = scene.token.clone();
    for n in 0..15 {
        token = Adversary::stranger(Hand::own(&format!("mallory {n}"))).continues(&token).open().signed();
    }
    let last = Adversary::stranger(Hand::own("mallory 14"));
    scene.admits(&token, &last.asks(&token));
    let next = Adversary::mallory();
    let longer = next.continues(&token).signed();
    let error = scene.service.admit(&longer, &next.asks(&longer)[0], &request()).unwrap_err();
    assert_eq!(error.kind, ErrorKind::TooManyLinks);
    // It harms the branch that it stands on, and no other.
    scene.delivers();
}
