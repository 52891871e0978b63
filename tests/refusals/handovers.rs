//! Stage 7, V711–V717: hand-overs, where they are demanded, and whether they are right.

use ciborium::Value;
use throughline::issue::{ContinuationBuilder, Contract, HandOverBuilder};
use throughline::{Digest, ErrorKind, Part};

use crate::common::cbor::{OURS, bytes, map, put, text};
use crate::common::forge::{Forge, split};
use crate::common::setting::Setting;
use crate::common::world::{by, called, open_chain, vouched, wide_trust};
use crate::common::{HOUR, NOW, handover, key, proof, public, root, window, worker};

/// Root, then credential, hand-over, link.
fn setting() -> (Setting, Vec<u8>) {
    let setting = Setting::new(wide_trust());
    let token = called(4);
    setting.accepts(&token);
    (setting, token)
}

fn part(link: u8) -> Part {
    Part::Link(link)
}

/// Everything but the last hand-over of a token of the kind of [`called`], for that hand-over to be made anew.
fn head_of(token: &[u8], link: u8) -> Vec<u8> {
    split(token)[..usize::from(link) * 3 - 2].concat()
}

#[test]
fn hand_over_demanded_and_absent_rejected() {
    let (setting, token) = setting();
    for link in 1..4_u8 {
        let mut forge = Forge::of(&token);
        forge.items.remove(usize::from(link) * 3 - 1);
        forge.link(link.into()).message.remove(&[OURS, 11]);
        setting.refuses(&forge.token(), ErrorKind::HandoverDemanded, part(link));
    }
}

#[test]
fn required_hand_over_that_is_absent_rejected() {
    let setting = Setting::new(wide_trust());
    let token = open_chain(4);
    for link in 0..3_u8 {
        let mut forge = Forge::of(&token);
        forge.link(link.into()).message.put(&[OURS, 6], map([(5, Value::Bool(true))]));
        setting.refuses(&forge.token(), ErrorKind::HandoverDemanded, part(link + 1));
    }
    // In the head it concerns nobody yet.
    let mut forge = Forge::of(&token);
    forge.link(3).message.put(&[OURS, 6], map([(5, Value::Bool(true))]));
    setting.accepts(&forge.token());
}

#[test]
fn required_hand_over_to_a_stranger_accepted() {
    let setting = Setting::new(wide_trust());
    let first = root().next_anyone().require(Contract::new().handover()).sign(&key("alice")).unwrap();
    let stray = throughline::issue::Actor::unvouched(public("stray"));
    let given = handover(&first, "alice", stray.identifier());
    let token = ContinuationBuilder::new(&first, stray, window()).handover(&given).sign(&key("stray")).unwrap();
    setting.accepts(&token);
}

#[test]
fn hand_over_demand_is_judged_after_every_other_demand() {
    // verification.md: the demands of the parent's contract and of each `require`, then V711–V717. Here the parent's
    // contract demands a hand-over, which is absent, and the root requires a namespace that is another.
    let (setting, token) = setting();
    let mut forge = Forge::of(&token);
    forge.items.remove(8);
    forge.link(3).message.remove(&[OURS, 11]);
    setting.refuses(&forge.token(), ErrorKind::HandoverDemanded, part(3));
    let mut other = Forge::of(&token);
    other.link(2).message.put(&[OURS, 6], map([(1, text("spiffe://prod.example/ns/mail"))]));
    setting.refuses(&other.token(), ErrorKind::DemandNamespace, part(3));
    forge.link(2).message.put(&[OURS, 6], map([(1, text("spiffe://prod.example/ns/mail"))]));
    setting.refuses(&forge.token(), ErrorKind::DemandNamespace, part(3));
}

#[test]
fn hand_over_that_nothing_demands_rejected() {
    let (setting, token) = setting();
    for link in 1..4_u8 {
        let mut forge = Forge::of(&token);
        forge.link(usize::from(link) - 1).message.put(&[OURS, 5], Value::Bool(true));
        setting.refuses(&forge.token(), ErrorKind::HandoverNotDemanded, part(link));
        // It is enough that an earlier link requires it.
        forge.link(0).message.put(&[OURS, 6], map([(5, Value::Bool(true))]));
        setting.accepts(&forge.token());
        // The link's own requirement concerns later links.
        let mut forge = Forge::of(&token);
        forge.link(usize::from(link) - 1).message.put(&[OURS, 5], text(&worker(link)));
        forge.link(link.into()).message.put(&[OURS, 6], map([(5, Value::Bool(true))]));
        setting.refuses(&forge.token(), ErrorKind::HandoverNotDemanded, part(link));
    }
}

#[test]
fn hand_over_for_another_link_rejected() {
    let (setting, token) = setting();
    for link in 1..4_u8 {
        let own = Forge::of(&token).link(link.into()).message.digest();
        for wrong in [Digest([0; 32]), Digest::of(&[b"another execution"]), own] {
            let mut forge = Forge::of(&token);
            forge.handover(usize::from(link) - 1).message.put(&[OURS, 17], bytes(wrong.as_bytes()));
            setting.refuses(&forge.token(), ErrorKind::HandoverHead, part(link));
        }
    }
    // The grandparent's digest.
    let mut forge = Forge::of(&token);
    let root = forge.link(0).message.digest();
    forge.handover(1).message.put(&[OURS, 17], bytes(root.as_bytes()));
    setting.refuses(&forge.token(), ErrorKind::HandoverHead, part(2));
}

#[test]
fn hand_over_by_another_actor_rejected() {
    let (setting, token) = setting();
    for link in 1..4_u8 {
        for name in ["worker 9", "attester", "mallory"] {
            let mut forge = Forge::of(&token);
            let given = forge.handover(usize::from(link) - 1);
            given.message.header(|header| put(header, &[4], bytes(public(name).thumbprint().as_bytes())));
            given.signer = name.to_owned();
            setting.refuses(&forge.token(), ErrorKind::HandoverSigner, part(link));
        }
    }
    // By the root's actor, for a link that is not its own.
    let mut forge = Forge::of(&token);
    let alice = *public("alice").thumbprint();
    let given = forge.handover(2);
    given.message.header(|header| put(header, &[4], bytes(alice.as_bytes())));
    given.signer = "alice".to_owned();
    setting.refuses(&forge.token(), ErrorKind::HandoverSigner, part(3));
    // The thumbprint of the parent's key, where its link names a credential.
    let mut forge = Forge::of(&token);
    let worker = *public("worker 1").thumbprint();
    forge.handover(1).message.header(|header| put(header, &[4], bytes(worker.as_bytes())));
    setting.refuses(&forge.token(), ErrorKind::HandoverSigner, part(2));
}

#[test]
fn hand_over_to_another_actor_rejected() {
    let (setting, token) = setting();
    for link in 1..4_u8 {
        let own = worker(link);
        for wrong in [
            worker(9),
            format!("{own}/x"),
            own[..own.len() - 1].to_owned(),
            "spiffe://prod.example/ns/calendar".to_owned(),
        ] {
            let mut forge = Forge::of(&token);
            forge.handover(usize::from(link) - 1).message.put(&[OURS, 20], text(&wrong));
            setting.refuses(&forge.token(), ErrorKind::HandoverAddressee, part(link));
        }
    }
}

#[test]
fn link_that_outlives_its_hand_over_rejected() {
    let (setting, token) = setting();
    for link in 1..4_u8 {
        for (exp, accepted) in
            [(NOW.0 + HOUR, true), (NOW.0 + HOUR - 1, false), (NOW.0 - 100, false), (u64::MAX >> 1, true)]
        {
            let mut forge = Forge::of(&token);
            forge.handover(usize::from(link) - 1).message.put(&[4], Value::Integer(exp.into()));
            match accepted {
                true => setting.accepts(&forge.token()),
                false => setting.refuses(&forge.token(), ErrorKind::HandoverOutlived, part(link)),
            }
        }
    }
}

#[test]
fn hand_over_for_another_task_rejected() {
    let (setting, token) = setting();
    let task = |name: &[u8]| bytes(Digest::of(&[name]).as_bytes());
    for link in 1..4_u8 {
        let with = |given: Option<&[u8]>, made: Option<&[u8]>| {
            let mut forge = Forge::of(&token);
            for (part, name) in [(Part::HandOver(link - 1), given), (Part::Link(link), made)] {
                if let Some(name) = name {
                    forge.part(part).message.put(&[OURS, 10], task(name));
                }
            }
            forge.token()
        };
        setting.accepts(&with(Some(b"read"), Some(b"read")));
        // A hand-over without a task leaves the task to the successor.
        setting.accepts(&with(None, Some(b"read")));
        setting.refuses(&with(Some(b"read"), Some(b"write")), ErrorKind::HandoverTask, part(link));
        setting.refuses(&with(Some(b"read"), None), ErrorKind::HandoverTask, part(link));
    }
}

#[test]
fn one_hand_over_for_several_siblings_accepted() {
    let (setting, token) = setting();
    let head = head_of(&token, 3);
    let given =
        HandOverBuilder::new(&head, public("worker 2"), &worker(3), NOW.plus(HOUR)).sign(&key("worker 2")).unwrap();
    for seconds in [10, 20] {
        let narrower = (NOW.minus(60), NOW.plus(seconds));
        setting.accepts(&by(3, ContinuationBuilder::new(&head, vouched(3), narrower).handover(&given)));
    }
}

#[test]
fn proof_in_the_place_of_a_hand_over_rejected() {
    let (setting, token) = setting();
    let mut items = split(&token);
    items[8] = proof(&head_of(&token, 3), "worker 2", 1);
    let error = setting.verify(&items.concat()).0.unwrap_err();
    assert_eq!((error.kind, error.at.part), (ErrorKind::WrongTyp, Part::Item(8)));
    // And the other way round.
    let proper = proof(&token, "worker 3", 1);
    let request = crate::common::setting::request();
    setting.admits(&token, &proper, &request);
    let given = handover(&token, "worker 3", &worker(4));
    setting.declines(&token, &given, &request, ErrorKind::WrongTyp, Part::Proof);
}
