//! Stage 7, V705–V707: the demands of a contract, in `next` and in `require`.

use ciborium::Value;
use throughline::issue::ContinuationBuilder;
use throughline::{ErrorKind, Part};

use crate::common::cbor::{OURS, bytes, int, map, set, text};
use crate::common::forge::Forge;
use crate::common::setting::Setting;
use crate::common::world::{PLATFORM, by, open_chain, platform_says, through_gateway, vouched, wide_trust};
use crate::common::{ALICE, ATTESTER, ROLE, key, root, window};

pub(crate) fn names(names: &[&str]) -> Value {
    set(names.iter().map(|name| text(name)))
}

pub(crate) fn roles(roles: &[&str], from: Value) -> Value {
    map([(2, Value::Array(vec![names(roles), from]))])
}

pub(crate) fn property(name: &str, from: &[&str], test: i64, value: Value) -> Value {
    map([(3, Value::Array(vec![Value::Array(vec![text(name), names(from), int(test), value])]))])
}

/// A contract at each place where it concerns the links of a token of four, `concerned` the first that it holds for.
struct Stand {
    token: Vec<u8>,
    setting: Setting,
    next_only: bool,
}

impl Stand {
    fn new() -> Self {
        Self::of(open_chain(4))
    }

    fn of(token: Vec<u8>) -> Self {
        let setting = Setting::new(wide_trust());
        setting.accepts(&token);
        Self { token, setting, next_only: false }
    }

    /// The token with this contract at `parent`, in `next` or `require`.
    fn with(&self, parent: usize, label: i64, contract: &Value) -> Vec<u8> {
        let mut forge = Forge::of(&self.token);
        forge.link(parent).message.put(&[OURS, label], contract.clone());
        forge.token()
    }

    #[track_caller]
    fn accepts(&self, contract: &Value) {
        for (parent, label) in self.places() {
            self.setting.accepts(&self.with(parent, label, contract));
        }
    }

    #[track_caller]
    fn refuses(&self, contract: &Value, kind: ErrorKind) {
        for (parent, label) in self.places() {
            let part = Part::Link(u8::try_from(parent).unwrap() + 1);
            self.setting.refuses(&self.with(parent, label, contract), kind, part);
        }
    }

    fn places(&self) -> Vec<(usize, i64)> {
        let links = Forge::of(&self.token).items.len().div_ceil(2);
        let parents = if self.next_only { 0..1 } else { 0..links - 1 };
        parents.flat_map(|parent| [(parent, 5), (parent, 6)]).collect()
    }
}

#[test]
fn identifier_outside_the_namespace_demanded_rejected() {
    let stand = Stand::new();
    for (namespace, accepted) in [
        ("spiffe://prod.example", true),
        ("spiffe://prod.example/ns/calendar/executor", true),
        ("spiffe://prod.example/ns/calendar/exec", false),
        ("spiffe://prod.example/ns/calendar/executor/unknown", false),
        ("spiffe://prod.exampl", false),
        ("spiffe://example", false),
        ("https://prod.example", false),
    ] {
        let contract = map([(1, text(namespace))]);
        match accepted {
            true => stand.accepts(&contract),
            false => stand.refuses(&contract, ErrorKind::DemandNamespace),
        }
    }
}

#[test]
fn role_that_is_not_demanded_rejected() {
    let stand = Stand::new();
    stand.accepts(&roles(&["reader", ROLE], names(&[ATTESTER, PLATFORM])));
    stand.accepts(&roles(&[ROLE], text(ALICE)));
    for contract in [
        roles(&["reader"], names(&[ATTESTER])),
        roles(&["Authorized-workload"], names(&[ATTESTER])),
        // The right role on another's word.
        roles(&[ROLE], names(&[PLATFORM])),
        roles(&[ROLE], names(&["https://attest.bob.example"])),
        roles(&[ROLE], text("https://bob.example")),
        roles(&[ROLE], text("https://alice.example/teams/7")),
        roles(&[ROLE], text(ATTESTER)),
    ] {
        stand.refuses(&contract, ErrorKind::DemandRole);
    }
}

#[test]
fn role_that_is_vouched_for_and_not_acted_in_rejected() {
    let stand = Stand::new();
    let mut forge = Forge::of(&stand.token);
    for n in 0..3 {
        forge.credential(n).message.put(&[OURS, 15], names(&[ROLE, "reader"]));
    }
    let both = Stand::of(forge.token());
    both.accepts(&roles(&[ROLE], names(&[ATTESTER])));
    both.refuses(&roles(&["reader"], names(&[ATTESTER])), ErrorKind::DemandRole);
}

#[test]
fn pinned_actor_counts_on_the_word_of_its_attester() {
    let mut stand = Stand::of(through_gateway(2));
    stand.next_only = true;
    stand.accepts(&roles(&[ROLE], names(&[ATTESTER])));
    stand.accepts(&roles(&[ROLE], text(ALICE)));
    stand.accepts(&property("hardware", &[ATTESTER], 1, int(2)));
    stand.refuses(&roles(&[ROLE], names(&[PLATFORM])), ErrorKind::DemandRole);
    stand.refuses(&property("hardware", &[PLATFORM], 1, int(2)), ErrorKind::DemandProperty);
    stand.refuses(&property("executables", &[ATTESTER], 1, int(2)), ErrorKind::DemandProperty);
    stand.refuses(&map([(4, Value::Bool(true))]), ErrorKind::DemandFresh);
}

#[test]
fn property_that_nobody_named_states_rejected() {
    let stand = Stand::new();
    stand.accepts(&property("hardware", &[ATTESTER, PLATFORM], 1, int(2)));
    stand.refuses(&property("hardware", &[PLATFORM], 1, int(96)), ErrorKind::DemandProperty);
    stand.refuses(&property("storage-opaque", &[ATTESTER], 1, int(96)), ErrorKind::DemandProperty);
    stand.refuses(&property("Hardware", &[ATTESTER], 1, int(96)), ErrorKind::DemandProperty);
    // Of two demands the second.
    let demand = |name: &str| Value::Array(vec![text(name), names(&[ATTESTER]), int(1), int(2)]);
    stand.accepts(&map([(3, set([demand("hardware"), demand("executables")]))]));
    stand.refuses(&map([(3, set([demand("hardware"), demand("runtime-opaque")]))]), ErrorKind::DemandProperty);
}

#[test]
fn property_that_is_not_good_enough_rejected() {
    for (value, best) in [
        (2, Some(2)),
        (31, Some(2)),
        (-2, Some(2)),
        (-32, Some(2)),
        (32, Some(32)),
        (95, Some(32)),
        (-33, Some(32)),
        (-96, Some(32)),
        (96, Some(96)),
        (127, Some(96)),
        (-97, Some(96)),
        (-128, Some(96)),
        (-1, None),
        (0, None),
        (1, None),
        (128, None),
        (-129, None),
        (i64::MAX, None),
    ] {
        let mut forge = Forge::of(&open_chain(2));
        forge.credential(0).message.put(&[OURS, 16, 0], int(value));
        let mut stand = Stand::of(forge.token());
        stand.next_only = true;
        for tier in [2, 32, 96] {
            let contract = property("hardware", &[ATTESTER], 1, int(tier));
            match best.is_some_and(|best| best <= tier) {
                true => stand.accepts(&contract),
                false => stand.refuses(&contract, ErrorKind::DemandProperty),
            }
        }
    }
}

#[test]
fn property_of_another_value_or_type_rejected() {
    for stated in [int(2), text("2"), Value::Bool(true), bytes(b"2")] {
        let mut forge = Forge::of(&open_chain(2));
        forge.credential(0).message.put(&[OURS, 16, 0], stated.clone());
        let mut stand = Stand::of(forge.token());
        stand.next_only = true;
        for wanted in [int(2), int(3), text("2"), text("2 "), Value::Bool(true), Value::Bool(false), bytes(b"2")] {
            let contract = property("hardware", &[ATTESTER], 0, wanted.clone());
            match stated == wanted {
                true => stand.accepts(&contract),
                false => stand.refuses(&contract, ErrorKind::DemandProperty),
            }
        }
    }
}

/// Worker 1 with a further statement of the platform's on its hardware.
fn stated_twice(platform: i64) -> Vec<u8> {
    let first = root().next_anyone().sign(&key("alice")).unwrap();
    let actor = vouched(1).also(&platform_says(1, "hardware", platform)).unwrap();
    by(1, ContinuationBuilder::new(&first, actor, window()))
}

#[test]
fn worse_of_two_statements_counts() {
    let setting = Setting::new(wide_trust());
    // The attester says 2.
    for (platform, from, accepted) in [
        (31, [ATTESTER, PLATFORM].as_slice(), true),
        (32, &[ATTESTER, PLATFORM], false),
        (0, &[ATTESTER, PLATFORM], false),
        (32, &[ATTESTER], true),
        (32, &[PLATFORM], false),
        (2, &[PLATFORM], true),
    ] {
        for label in [5, 6] {
            let mut forge = Forge::of(&stated_twice(platform));
            setting.accepts(&forge.token());
            forge.link(0).message.put(&[OURS, label], property("hardware", from, 1, int(2)));
            match accepted {
                true => setting.accepts(&forge.token()),
                false => setting.refuses(&forge.token(), ErrorKind::DemandProperty, Part::Link(1)),
            }
        }
    }
}
