//! Stage 7, V701–V704: the parent's `next`; and what a cut-back can do.

use ciborium::Value;
use throughline::issue::{Actor, ContinuationBuilder, Grant, GrantList};
use throughline::{ErrorKind, Part};

use crate::common::cbor::{OURS, bytes, map, set, text};
use crate::common::forge::{Forge, split};
use crate::common::setting::Setting;
use crate::common::world::{
    GATEWAY, by, called, hop, open_chain, through_gateway, through_stranger, vouched, wide_trust,
};
use crate::common::{ATTESTER, ROLE, chain, contract, handover, key, public, root, window, worker};

fn setting() -> (Setting, Vec<u8>) {
    let setting = Setting::new(wide_trust());
    let token = open_chain(4);
    setting.accepts(&token);
    (setting, token)
}

/// Links of which the one at `parent` says `next`.
fn with_next(token: &[u8], parent: usize, next: Value) -> Vec<u8> {
    let mut forge = Forge::of(token);
    forge.link(parent).message.put(&[OURS, 5], next);
    forge.token()
}

#[test]
fn continuation_after_a_link_that_names_nobody_rejected() {
    let (setting, token) = setting();
    for parent in 0..3_u8 {
        let mut forge = Forge::of(&token);
        forge.link(parent.into()).message.remove(&[OURS, 5]);
        setting.refuses(&forge.token(), ErrorKind::SuccessorNotAllowed, Part::Link(parent + 1));
    }
    // The head may name nobody.
    let mut forge = Forge::of(&token);
    forge.link(3).message.remove(&[OURS, 5]);
    setting.accepts(&forge.token());
}

#[test]
fn successor_with_another_key_rejected() {
    let (setting, token) = setting();
    for parent in 0..3_u8 {
        let thumbprint = |name: &str| bytes(public(name).thumbprint().as_bytes());
        let own = format!("worker {}", parent + 1);
        setting.accepts(&with_next(&token, parent.into(), thumbprint(&own)));
        for other in ["worker 9", "alice", "attester"] {
            let token = with_next(&token, parent.into(), thumbprint(other));
            setting.refuses(&token, ErrorKind::SuccessorKey, Part::Link(parent + 1));
        }
        // The digest of its credential is not the thumbprint of its key.
        let credential = Forge::of(&token).credential(parent.into()).message.digest();
        let token = with_next(&token, parent.into(), bytes(credential.as_bytes()));
        setting.refuses(&token, ErrorKind::SuccessorKey, Part::Link(parent + 1));
    }
}

#[test]
fn unvouched_successor_with_another_key_rejected() {
    let setting = Setting::new(wide_trust());
    let token = through_stranger(3);
    setting.accepts(&token);
    let other = with_next(&token, 0, bytes(public("worker 1").thumbprint().as_bytes()));
    setting.refuses(&other, ErrorKind::SuccessorKey, Part::Link(1));
}

#[test]
fn unvouched_successor_where_a_vouched_one_is_demanded_rejected() {
    let setting = Setting::new(wide_trust());
    let token = through_stranger(3);
    setting.accepts(&with_next(&token, 0, Value::Bool(true)));
    let own = Actor::unvouched(public("stray")).identifier().to_owned();
    let contract = map([(1, text("spiffe://prod.example/ns/calendar"))]);
    let roles = map([(2, Value::Array(vec![set([text(ROLE)]), set([text(ATTESTER)])]))]);
    let called = map([(5, Value::Bool(true))]);
    for next in [text(&worker(1)), text(&own), contract, roles, called] {
        setting.refuses(&with_next(&token, 0, next), ErrorKind::SuccessorUnvouched, Part::Link(1));
    }
}

#[test]
fn successor_with_another_identifier_rejected() {
    let (setting, token) = setting();
    for parent in 0..3_u8 {
        let own = worker(parent + 1);
        setting.accepts(&with_next(&token, parent.into(), text(&own)));
        for other in [worker(9), format!("{own}0"), own[..own.len() - 1].to_owned(), GATEWAY.to_owned()] {
            let token = with_next(&token, parent.into(), text(&other));
            setting.refuses(&token, ErrorKind::SuccessorIdentifier, Part::Link(parent + 1));
        }
    }
    // A namespace that covers it is not it.
    let over = with_next(&token, 0, text("spiffe://prod.example/ns/calendar/executor"));
    setting.refuses(&over, ErrorKind::SuccessorIdentifier, Part::Link(1));
    // A pinned successor.
    let pinned = with_next(&through_gateway(3), 0, text(&worker(1)));
    setting.refuses(&pinned, ErrorKind::SuccessorIdentifier, Part::Link(1));
}

/// Root under a contract, worker 1 narrowed to one action, worker 2 by name.
fn narrowing(called: bool) -> Vec<u8> {
    let narrow = Grant::new("calendar.read", "calendar/alice/work").range("days", 1, 1);
    let narrow = GrantList::new([narrow]).unwrap();
    let root =
        if called { root().next_contract(contract()) } else { root().next_contract_without_handover(contract()) };
    let token = root.sign(&key("alice")).unwrap();
    let builder = ContinuationBuilder::new(&token, vouched(1), window()).next_identifier(&worker(2)).grants(narrow);
    let builder = if called { builder.handover(&handover(&token, "alice", &worker(1))) } else { builder };
    hop(&by(1, builder), 2)
}

#[test]
fn cut_back_under_a_contract_without_hand_over_accepted() {
    let setting = Setting::new(wide_trust());
    let token = narrowing(false);
    setting.accepts(&token);
    // Worker 2 takes the root and goes on from there, and so sheds what worker 1 narrowed.
    setting.accepts(&hop(&split(&token)[0], 2));
}

#[test]
fn cut_back_under_a_contract_with_hand_over_rejected() {
    let setting = Setting::new(wide_trust());
    let token = narrowing(true);
    setting.accepts(&token);
    let root = split(&token)[0].clone();
    // Nobody handed over to worker 2 at the root.
    let mut forge = Forge::of(&called(2));
    let twin = forge.token();
    setting.accepts(&twin);
    forge.items.remove(2);
    forge.link(1).message.remove(&[OURS, 11]);
    setting.refuses(&forge.token(), ErrorKind::HandoverDemanded, Part::Link(1));
    // It has worker 1's, which names worker 1; and it can make one itself, which Alice did not sign.
    let stolen = split(&token)[2].clone();
    let mut forge = Forge::of(&with_hand_over(&root, &stolen, 2));
    setting.refuses(&forge.token(), ErrorKind::HandoverAddressee, Part::Link(1));
    forge.handover(0).message.put(&[OURS, 20], text(&worker(2)));
    setting.accepts(&forge.token());
    forge.handover(0).signer = "worker 2".to_owned();
    setting.refuses(&forge.token(), ErrorKind::SignatureInvalid, Part::HandOver(0));
}

/// Worker `n` after `token`, with that hand-over: what its builder refuses to make.
fn with_hand_over(token: &[u8], given: &[u8], n: u8) -> Vec<u8> {
    let proper = handover(token, "alice", &worker(n));
    let builder = ContinuationBuilder::new(token, vouched(n), window()).handover(&proper);
    let mut forge = Forge::of(&by(n, builder));
    let named = forge.handover(0).message.digest();
    let given = Forge::with_known(&[token, given].concat(), &[]).items.pop().unwrap();
    let is = given.message.digest();
    let place = forge.items.len() - 2;
    forge.items[place] = given;
    assert_eq!(forge.link(1).message.get(&[OURS, 11]), bytes(named.as_bytes()));
    forge.link(1).message.put(&[OURS, 11], bytes(is.as_bytes()));
    forge.token()
}

#[test]
fn named_actor_alone_can_cut_back_to_an_exact_identifier() {
    let setting = Setting::new(wide_trust());
    let token = chain(4);
    // Link 1 names worker 2, who may make a sibling of link 2; worker 3 may not.
    let cut = split(&token)[..3].concat();
    setting.accepts(&hop(&cut, 2));
    let mut forge = Forge::of(&hop(&cut, 2));
    forge.link(1).message.put(&[OURS, 5], text(&worker(3)));
    setting.refuses(&forge.token(), ErrorKind::SuccessorIdentifier, Part::Link(2));
}
