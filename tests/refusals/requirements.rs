//! Stage 7, V708–V710: freshness, and what an earlier link requires of all later ones.

use ciborium::Value;
use throughline::issue::{Actor, ContinuationBuilder, CredentialBuilder};
use throughline::{ErrorKind, Part, Property};

use crate::common::cbor::{OURS, bytes, int, map, put, set, text};
use crate::common::forge::Forge;
use crate::common::setting::Setting;
use crate::common::world::{PLATFORM, by, open_chain, through_stranger, wide_trust};
use crate::common::{ALICE, ATTESTER, HOUR, NOW, ROLE, key, public, root, worker};
use crate::demands::{names, property, roles};

/// Worker 1's link after a root that demands freshness; its credential and its platform's say `nonce` of the root's digest.
fn fresh(contract: &Value, own: bool, platform: bool) -> Vec<u8> {
    let mut forge = Forge::of(&root().next_anyone().sign(&key("alice")).unwrap());
    forge.link(0).message.put(&[OURS, 5], contract.clone());
    let first = forge.token();
    let parent = forge.link(0).message.digest();
    let window = (NOW.minus(HOUR), NOW.plus(2 * HOUR));
    let says = |attester: &str, name: &str, bound: bool| {
        let builder =
            CredentialBuilder::new((public(attester), name), &worker(1), *public("worker 1").key(), ALICE, window);
        let builder = if attester == "attester" { builder.role(ROLE) } else { builder };
        let builder = builder.property("hardware", Property::Int(2));
        let builder = if bound { builder.nonce(parent.as_bytes()) } else { builder };
        builder.sign(&key(attester)).unwrap()
    };
    let actor = Actor::vouched(&says("attester", ATTESTER, own), ROLE).unwrap();
    let actor = actor.also(&says("platform", PLATFORM, platform)).unwrap();
    let open = Forge::of(&root().next_anyone().sign(&key("alice")).unwrap()).token();
    let mut twin = Forge::of(&by(1, ContinuationBuilder::new(&open, actor, crate::common::window())));
    twin.items[0] = Forge::of(&first).items.remove(0);
    twin.link(1).message.put(&[OURS, 1], bytes(parent.as_bytes()));
    twin.token()
}

#[test]
fn attestation_that_is_not_fresh_rejected() {
    let setting = Setting::new(wide_trust());
    let plain = map([(4, Value::Bool(true))]);
    setting.accepts(&fresh(&plain, true, false));
    // The credential in `kid` counts, and no other.
    setting.refuses(&fresh(&plain, false, true), ErrorKind::DemandFresh, Part::Link(1));
    setting.refuses(&fresh(&plain, false, false), ErrorKind::DemandFresh, Part::Link(1));
    // With demands on properties, whoever states them for each of them.
    let with = |from: &[&str]| {
        let mut contract = property("hardware", from, 1, int(2));
        put(&mut contract, &[4], Value::Bool(true));
        contract
    };
    for (from, own, platform, accepted) in [
        ([ATTESTER].as_slice(), true, false, true),
        (&[ATTESTER], false, true, false),
        (&[PLATFORM], false, true, true),
        (&[PLATFORM], true, false, false),
        (&[ATTESTER, PLATFORM], false, true, true),
        (&[ATTESTER, PLATFORM], false, false, false),
    ] {
        let token = fresh(&with(from), own, platform);
        match accepted {
            true => setting.accepts(&token),
            false => setting.refuses(&token, ErrorKind::DemandFresh, Part::Link(1)),
        }
    }
    // Of two demands, each on the word of another attester, each needs its own fresh credential.
    let demand = |from: &str| Value::Array(vec![text("hardware"), names(&[from]), int(1), int(2)]);
    let two = map([(3, set([demand(ATTESTER), demand(PLATFORM)])), (4, Value::Bool(true))]);
    setting.accepts(&fresh(&two, true, true));
    setting.refuses(&fresh(&two, true, false), ErrorKind::DemandFresh, Part::Link(1));
    setting.refuses(&fresh(&two, false, true), ErrorKind::DemandFresh, Part::Link(1));
    // Fresh for another step is stale for this one.
    let mut forge = Forge::of(&fresh(&plain, true, false));
    forge.credential(0).message.put(&[10], bytes(&[7; 32]));
    setting.refuses(&forge.token(), ErrorKind::DemandFresh, Part::Link(1));
}

#[test]
fn unvouched_actor_where_vouched_ones_are_required_rejected() {
    let setting = Setting::new(wide_trust());
    let token = through_stranger(4);
    setting.accepts(&token);
    let mut forge = Forge::of(&token);
    forge.link(0).message.put(&[OURS, 6], map([(6, Value::Bool(true))]));
    setting.refuses(&forge.token(), ErrorKind::DemandVouched, Part::Link(1));
    // From the next link on: the stranger may require it of those after it.
    let mut forge = Forge::of(&token);
    forge.link(1).message.put(&[OURS, 6], map([(6, Value::Bool(true))]));
    setting.accepts(&forge.token());
}

#[test]
fn unvouched_actor_meets_no_demand_for_what_is_vouched_for() {
    let setting = Setting::new(wide_trust());
    let token = through_stranger(2);
    for (demand, kind) in [
        (map([(1, text("spiffe://prod.example"))]), ErrorKind::DemandNamespace),
        (roles(&[ROLE], names(&[ATTESTER])), ErrorKind::DemandRole),
        (roles(&[ROLE], text(ALICE)), ErrorKind::DemandRole),
        (property("hardware", &[ATTESTER], 1, int(96)), ErrorKind::DemandProperty),
        (map([(4, Value::Bool(true))]), ErrorKind::DemandFresh),
    ] {
        let mut forge = Forge::of(&token);
        forge.link(0).message.put(&[OURS, 6], demand);
        setting.refuses(&forge.token(), kind, Part::Link(1));
    }
}

#[test]
fn link_after_the_last_position_rejected() {
    let setting = Setting::new(wide_trust());
    let token = open_chain(5);
    let with = |lasts: &[(usize, i64)]| {
        let mut forge = Forge::of(&token);
        for (link, last) in lasts {
            forge.link(*link).message.put(&[OURS, 6], map([(7, int(*last))]));
        }
        forge.token()
    };
    // Inclusive, and the smallest wins.
    setting.accepts(&with(&[(0, 4)]));
    setting.accepts(&with(&[(4, 0)]));
    for (lasts, refused) in [
        ([(0, 3)].as_slice(), 4),
        (&[(0, 0)], 1),
        (&[(0, 15), (1, 2)], 3),
        (&[(0, 2), (1, 15)], 3),
        (&[(2, 0)], 3),
        (&[(3, 3)], 4),
    ] {
        setting.refuses(&with(lasts), ErrorKind::DemandLast, Part::Link(refused));
    }
}

#[test]
fn requirement_holds_for_every_later_link_and_cannot_be_removed() {
    let setting = Setting::new(wide_trust());
    let token = open_chain(4);
    // Only worker 3 acts as a reader.
    let mut forge = Forge::of(&token);
    forge.credential(2).message.put(&[OURS, 15], names(&["reader"]));
    forge.link(3).message.put(&[OURS, 3], text("reader"));
    setting.accepts(&forge.token());
    for link in 0..3 {
        let mut required = forge.clone();
        required.link(link).message.put(&[OURS, 6], roles(&[ROLE], names(&[ATTESTER])));
        setting.refuses(&required.token(), ErrorKind::DemandRole, Part::Link(3));
        // Another requirement in between adds to it and does not replace it.
        if link < 2 {
            required.link(2).message.put(&[OURS, 6], roles(&["reader"], names(&[ATTESTER])));
            setting.refuses(&required.token(), ErrorKind::DemandRole, Part::Link(3));
        }
    }
}
