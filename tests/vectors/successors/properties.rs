//! Stage 7, V707: properties demanded, by whom, how good, and the worse of two.

use ciborium::Value;
use throughline::issue::ContinuationBuilder;
use throughline::{ErrorKind, Part};

use super::{CONTRACTS, NEXT, OPEN, REQUIRE, everywhere, in_root, met, names, property, stating};
use crate::common::cbor::{OURS, bytes, int, map, set, text};
use crate::common::forge::Forge;
use crate::common::world::{PLATFORM, by, platform_says, vouched};
use crate::common::{ALICE, ATTESTER, key, root, window};
use crate::suite::{Edit, Scenario, Suite};
use crate::tokens::open_chain;

pub(super) fn publish(suite: &mut Suite) {
    properties(suite);
    tiers(suite);
    values(suite);
    worse_of_two(suite);
}

/// V707: who states it, and whether.
fn properties(suite: &mut Suite) {
    let two = |other: &str| {
        let demand = |name: &str| Value::Array(vec![text(name), names(&[ATTESTER]), int(1), int(2)]);
        map([(3, set([demand("hardware"), demand(other)]))])
    };
    met(
        suite,
        "property-demanded-of-two-attesters",
        "V707",
        "One of the attesters demanded states it; that the other says nothing is no matter.",
        &property("hardware", &[ATTESTER, PLATFORM], 1, int(2)),
    );
    met(suite, "two-properties-demanded", "V707", "Both properties are stated.", &two("executables"));
    everywhere(
        suite,
        "property-that-nobody-named-states",
        ErrorKind::DemandProperty,
        "The property is stated, by an attester that the demand does not name.",
        "attestation",
        &property("hardware", &[PLATFORM], 1, int(96)),
    );
    for (id, contract) in [
        ("not-stated", property("storage-opaque", &[ATTESTER], 1, int(96))),
        ("in-another-case", property("Hardware", &[ATTESTER], 1, int(96))),
        ("second-of-two-not-stated", two("runtime-opaque")),
        ("stated-by-the-entity", property("hardware", &[ALICE], 1, int(96))),
    ] {
        let what = "No attester that the demand names states the property.";
        in_root(suite, OPEN, &format!("property-{id}"), ErrorKind::DemandProperty, what, "attestation", contract);
    }
    for (id, contract) in [
        ("not-stated", property("executables", &[ATTESTER], 1, int(2))),
        ("on-another-word", property("hardware", &[PLATFORM], 1, int(2))),
        ("of-another-value", property("hardware", &[ATTESTER], 0, int(3))),
    ] {
        let what = "What a pin states is its attester's word, and it does not state this.";
        let id = format!("property-of-a-pin-{id}");
        in_root(suite, "pinned-actor-under-a-contract", &id, ErrorKind::DemandProperty, what, "attestation", contract);
    }
    suite
        .spoil(
            "through-stranger",
            "property-required-of-a-stranger",
            ErrorKind::DemandProperty,
            Part::Link(1),
            "Nobody states anything of an unvouched actor.",
            stating(0, REQUIRE, property("hardware", &[ATTESTER], 1, int(96))),
        )
        .flags(&["attestation", "first"]);
}

/// V707: the tiers of AR4SI at their edges.
fn tiers(suite: &mut Suite) {
    let token = |value: i64, tier: i64| {
        let mut forge = Forge::of(&open_chain(2));
        forge.credential(0).message.put(&[OURS, 16, 0], int(value));
        forge.link(0).message.put(&[OURS, NEXT], property("hardware", &[ATTESTER], 1, int(tier)));
        forge.token()
    };
    for (name, tier, within, beyond) in [
        ("affirming", 2, [2, 31, -2, -32].as_slice(), [32, -33, 0, 1, -1, 96].as_slice()),
        ("warning", 32, &[32, 95, -33, -96, 2], &[96, -97, 0, 1, -1, 128]),
        ("contraindicated", 96, &[96, 127, -97, -128, 32], &[128, -129, 0, 1, -1, i64::MAX, i64::MIN]),
    ] {
        for value in within {
            suite.accept(
                "successors",
                &format!("tier-{name}-met-by-{}", spelt(*value)),
                &format!("The property is {value}: {name} or better."),
                Scenario::verify(token(*value, tier)).step("V707").flag("edge").flag("attestation"),
            );
        }
        for value in beyond {
            suite
                .spoil(
                    &format!("tier-{name}-met-by-{}", spelt(within[0])),
                    &format!("tier-{name}-missed-by-{}", spelt(*value)),
                    ErrorKind::DemandProperty,
                    Part::Link(1),
                    &format!("The property is {value}: neither {name} nor better."),
                    |vector| vector.forge(|forge| forge.credential(0).message.put(&[OURS, 16, 0], int(*value))),
                )
                .flags(&["attestation"]);
        }
    }
}

/// For an id.
fn spelt(value: i64) -> String {
    let sign = if value < 0 { "minus-" } else { "" };
    format!("{sign}{}", value.unsigned_abs())
}

/// V707: equal in type and bytes.
fn values(suite: &mut Suite) {
    let token = |stated: &Value, wanted: &Value| {
        let mut forge = Forge::of(&open_chain(2));
        forge.credential(0).message.put(&[OURS, 16, 0], stated.clone());
        forge.link(0).message.put(&[OURS, NEXT], property("hardware", &[ATTESTER], 0, wanted.clone()));
        forge.token()
    };
    let all = [("integer", int(2)), ("text", text("2")), ("bool", Value::Bool(true)), ("bytes", bytes(b"2"))];
    for (id, value) in &all {
        let twin = format!("value-equals-{id}");
        suite.accept(
            "successors",
            &twin,
            "The property has the value demanded.",
            Scenario::verify(token(value, value)).step("V707").flag("attestation"),
        );
        let longer = match *id {
            "integer" => int(3),
            "text" => text("2 "),
            "bool" => Value::Bool(false),
            _ => bytes(b"2\0"),
        };
        let others = all.iter().filter(|(other, _)| other != id).map(|(other, value)| (*other, value.clone()));
        for (other, wanted) in others.chain([("another", longer)]) {
            suite
                .spoil(
                    &twin,
                    &format!("value-equals-{id}-and-not-{other}"),
                    ErrorKind::DemandProperty,
                    Part::Link(1),
                    "The demand is for a value of another type, or another value.",
                    stating(0, NEXT, property("hardware", &[ATTESTER], 0, wanted)),
                )
                .flags(&["attestation"]);
        }
    }
}

/// V707: of two attesters' statements the worse counts.
fn worse_of_two(suite: &mut Suite) {
    // The attester says 2.
    let token = |platform: i64, from: &[&str], label: i64| {
        let first = root().next_anyone().sign(&key("alice")).unwrap();
        let actor = vouched(1).also(&platform_says(1, "hardware", platform)).unwrap();
        let mut forge = Forge::of(&by(1, ContinuationBuilder::new(&first, actor, window())));
        forge.link(0).message.put(&[OURS, label], property("hardware", from, 1, int(2)));
        forge.token()
    };
    for (label, holder) in CONTRACTS {
        for (id, what, platform, from) in [
            ("both-good", "Both attesters named say that it is good.", 31, [ATTESTER, PLATFORM].as_slice()),
            ("bad-one-not-named", "The attester that says it is bad is not named.", 32, &[ATTESTER]),
            ("other-one-named", "Only the second attester is named, and says that it is good.", 2, &[PLATFORM]),
        ] {
            let scenario =
                Scenario::verify(token(platform, from, label)).step("V707").flag("attestation").flag("feature");
            suite.accept("successors", &format!("two-statements-{id}-{holder}"), what, scenario);
        }
        for (twin, id, what, platform) in [
            ("both-good", "one-bad", "One of two attesters named says that it is not good enough.", 32),
            ("both-good", "one-in-no-tier", "One of two attesters named says 0, which is in no tier.", 0),
            (
                "other-one-named",
                "named-one-bad",
                "The attester named says that it is bad, the other one that it is good.",
                32,
            ),
        ] {
            let from: &[&str] = if twin == "both-good" { &[ATTESTER, PLATFORM] } else { &[PLATFORM] };
            suite
                .spoil(
                    &format!("two-statements-{twin}-{holder}"),
                    &format!("two-statements-{id}-{holder}"),
                    ErrorKind::DemandProperty,
                    Part::Link(1),
                    what,
                    |vector| vector.token = Some(token(platform, from, label).into()),
                )
                .flags(&["attestation"]);
        }
    }
}
