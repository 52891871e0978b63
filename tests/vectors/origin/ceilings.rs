//! Stage 5, V505: up to which ceiling, and which of several anchors.

use ciborium::Value;
use serde_json::json;
use throughline::ErrorKind;
use throughline::issue::{Grant, GrantList, RootBuilder};

use super::{ROOT, ROOTS};
use crate::accept::continued;
use crate::bundles::{self, jwk, push};
use crate::common::cbor::{OURS, decode};
use crate::common::world::{ATTESTED, context_root, role_root};
use crate::common::{ALICE, ALICE_AGENT, alice, key, origin, window};
use crate::suite::{Edit, Scenario, Suite};
use crate::tokens::{chain, open_chain};

pub(super) fn publish(suite: &mut Suite) {
    above_the_ceiling(suite);
    wildcards(suite);
    several_anchors(suite);
}

/// V505
fn above_the_ceiling(suite: &mut Suite) {
    for (nth, (kind, twin)) in ROOTS.into_iter().enumerate() {
        for (id, action, resource) in [
            ("one-action", "calendar.read", "*"),
            ("another-action", "mail.*", "*"),
            ("one-resource", "calendar.*", "calendar/alice/work"),
            ("another-resource", "calendar.*", "calendar/bob/*"),
        ] {
            suite
                .spoil(
                    twin,
                    &format!("root-by-{kind}-under-a-ceiling-of-{id}"),
                    ErrorKind::OriginAboveCeiling,
                    ROOT,
                    "The root grants more than its anchor's ceiling.",
                    |vector| {
                        let ceiling = json!([{"action": action, "resource": resource}]);
                        vector.edit_trust(|trust| trust["origins"][nth]["ceiling"] = ceiling);
                    },
                )
                .flags(&["authority"]);
        }
        let exactly =
            json!([{"action": "calendar.*", "resource": "calendar/alice/*", "limits": {"days": {"range": [1, 31]}}}]);
        let mut trust = bundles::wide();
        trust["origins"][nth]["ceiling"] = exactly;
        let token = match nth {
            0 => open_chain(4),
            1 => continued(role_root()),
            _ => continued(context_root()),
        };
        let id = format!("root-by-{kind}-at-its-ceiling");
        let scenario = Scenario::verify(token).trust(trust).step("V505").flag("edge").flag("authority");
        suite.accept("origins", &id, "The root grants exactly the ceiling.", scenario);
        suite
            .spoil(
                &id,
                &format!("root-by-{kind}-above-its-ceiling-by-a-day"),
                ErrorKind::OriginAboveCeiling,
                ROOT,
                "The root's range of days ends one after the ceiling's.",
                |vector| {
                    vector.forge(|forge| {
                        let wider = Grant::new("calendar.*", "calendar/alice/*").range("days", 1, 32);
                        forge.link(0).message.put(&[OURS, 4], encoded([wider]));
                    });
                },
            )
            .flags(&["authority"]);
    }
    let read = || Grant::new("calendar.read", "calendar/alice/work");
    for (id, what, grant) in [
        ("another-action", "`mail.*` under a ceiling without mail", Grant::new("mail.*", "x")),
        ("longer-first-segment", "`calendars.*` under `calendar.*`", Grant::new("calendars.*", "x")),
        ("everything", "every action", Grant::new("*", "x")),
    ] {
        suite
            .spoil(
                "root-alone",
                &format!("second-grant-{id}"),
                ErrorKind::OriginAboveCeiling,
                ROOT,
                &format!("Of two grants one is above the ceiling: {what}."),
                |vector| vector.forge(|forge| forge.link(0).message.put(&[OURS, 4], encoded([read(), grant]))),
            )
            .flags(&["authority"]);
    }
}

/// A wildcard is neither its stem nor below it.
fn wildcards(suite: &mut Suite) {
    for (id, own, wide) in [
        ("action-stem", ("mail", "x"), ("mail.*", "x")),
        ("action-wildcard", ("mail.*", "x"), ("mail", "x")),
        ("action-segment", ("mail.read", "x"), ("mail.*", "x")),
        ("resource-stem", ("mail", "a"), ("mail", "a/*")),
        ("resource-wildcard", ("mail", "a/*"), ("mail", "a")),
        ("resource-everything", ("mail", "c/*"), ("mail", "*")),
        ("resource-data", ("mail", "/data/*"), ("mail", "/database/x")),
    ] {
        let root = RootBuilder::new(alice(), &origin(), window(), GrantList::new([Grant::new(own.0, own.1)]).unwrap());
        let mut trust = bundles::wide();
        trust["origins"][0]["ceiling"] = json!([{"action": own.0, "resource": own.1}]);
        let twin = format!("ceiling-of-{id}");
        suite.accept(
            "origins",
            &twin,
            &format!("The root grants `{}` on `{}`, and so does the ceiling.", own.0, own.1),
            Scenario::verify(root.sign(&key("alice")).unwrap())
                .trust(trust)
                .step("V505")
                .flag("edge")
                .flag("authority"),
        );
        suite
            .spoil(
                &twin,
                &format!("above-the-ceiling-of-{id}"),
                ErrorKind::OriginAboveCeiling,
                ROOT,
                &format!("The root grants `{}` on `{}` under a ceiling of `{}` on `{}`.", wide.0, wide.1, own.0, own.1),
                |vector| {
                    let wide = encoded([Grant::new(wide.0, wide.1)]);
                    vector.forge(|forge| forge.link(0).message.put(&[OURS, 4], wide));
                },
            )
            .flags(&["authority"]);
    }
}

fn encoded(grants: impl IntoIterator<Item = Grant>) -> Value {
    decode(GrantList::new(grants).unwrap().encoded())
}

/// Anchors are tried in order; ceilings never combine.
fn several_anchors(suite: &mut Suite) {
    let of_alice = |name: &str, ceiling: serde_json::Value| {
        json!({
            "name": name,
            "kind": "identity",
            "key": jwk("alice"),
            "identifier": ALICE_AGENT,
            "role": "owner",
            "accountable": [ALICE],
            "ceiling": ceiling,
        })
    };
    let half = |lo: i64, hi: i64| json!({"action": "*", "resource": "*", "limits": {"days": {"range": [lo, hi]}}});
    let whole = || json!([{"action": "calendar.*", "resource": "*"}]);
    let with = |anchors: Vec<serde_json::Value>| {
        let mut trust = bundles::wide();
        trust["origins"] = anchors.into();
        trust
    };
    let mut add = |id: &str, anchor: &str, what: &str, trust: serde_json::Value| {
        let scenario =
            Scenario::verify(chain(4)).trust(trust).anchor(anchor).step("V505").flag("trust").flag("feature");
        suite.accept("origins", id, what, scenario);
    };
    add(
        "second-anchor-of-the-same-key",
        "second",
        "The first anchor of the key has another ceiling; the second one holds.",
        with(vec![of_alice("first", json!([{"action": "mail.*", "resource": "*"}])), of_alice("second", whole())]),
    );
    add(
        "first-of-two-anchors-that-hold",
        "first",
        "Two anchors hold: the first one is the root's.",
        with(vec![of_alice("first", whole()), of_alice("second", whole())]),
    );
    let many = (0..64).map(|n| of_alice(&format!("alice {n}"), json!([{"action": "mail.*", "resource": "*"}])));
    add(
        "last-of-many-anchors-of-one-key",
        "last",
        "Sixty-four anchors of the root's key do not hold, the last one does; its signature is checked once.",
        with(many.chain([of_alice("last", whole())]).collect()),
    );
    suite
        .spoil(
            "root-alone",
            "ceiling-only-as-a-union",
            ErrorKind::OriginAboveCeiling,
            ROOT,
            "Days 1 to 31 lie below two grants of the ceiling together, and below neither.",
            |vector| vector.edit_trust(|trust| trust["origins"][0]["ceiling"] = json!([half(1, 15), half(16, 31)])),
        )
        .flags(&["authority"]);
    suite
        .spoil(
            "first-of-two-anchors-that-hold",
            "ceilings-of-two-anchors",
            ErrorKind::OriginAboveCeiling,
            ROOT,
            "Days 1 to 31 lie below the ceilings of two anchors together, and below neither.",
            |vector| {
                let halves = vec![of_alice("first", json!([half(1, 15)])), of_alice("second", json!([half(16, 31)]))];
                vector.trust = Some(with(halves));
            },
        )
        .flags(&["authority"]);
    let unable = |trust: &mut serde_json::Value| {
        trust["origins"][2]["ceiling"] = json!([{"action": "mail.*", "resource": "*"}]);
        let mut other = trust["origins"][2].clone();
        other["name"] = json!("another accountable operator");
        other["accountable"] = json!("https://alice.example/other");
        push(&mut trust["origins"], other);
    };
    suite
        .spoil(
            "root-by-context",
            "anchor-that-came-furthest-names-the-error",
            ErrorKind::OriginAboveCeiling,
            ROOT,
            "One anchor's ceiling is too low, a later one's entity is another: the first came further.",
            |vector| vector.edit_trust(unable),
        )
        .flags(&["trust"]);
    let mut trust = bundles::wide();
    let good = trust["origins"][2].clone();
    push(&mut trust["origins"], good);
    trust["origins"][2]["ceiling"] = json!([{"action": "mail.*", "resource": "*"}]);
    trust["origins"][2]["name"] = json!("too low");
    suite.accept(
        "origins",
        "second-anchor-by-context",
        "The first anchor by context has a ceiling that is too low; the second one holds.",
        Scenario::verify(continued(context_root())).trust(trust).anchor(ATTESTED).flag("feature"),
    );
}
