//! Stage 5, V502–V504: roots by role and by context, the state attested, its freshness and its age.

use ciborium::Value;
use serde_json::json;
use throughline::{ErrorKind, Part};

use super::ROOT;
use crate::accept::continued;
use crate::bundles::{self, push};
use crate::common::cbor::{OURS, bytes, int, set, text};
use crate::common::world::{AGENT_ROLE, NONCE, context_root, role_root};
use crate::common::{HOUR, NOW};
use crate::suite::{Edit, Scenario, Suite};

pub(super) fn publish(suite: &mut Suite) {
    role_mismatch(suite);
    context_mismatch(suite);
    tiers(suite);
    not_fresh(suite);
    too_old(suite);
}

/// V502 for role.
fn role_mismatch(suite: &mut Suite) {
    const OTHER: &str = "https://alice.example/other";
    for (part, path, id) in [(ROOT, [OURS, 7, 2].as_slice(), "root"), (Part::Credential(0), &[OURS, 14], "credential")]
    {
        for kind in ["role", "context"] {
            suite
                .spoil(
                    &format!("root-by-{kind}"),
                    &format!("root-by-{kind}-{id}-says-another-entity"),
                    ErrorKind::OriginMismatch,
                    ROOT,
                    "The accountable entities of root, credential and anchor are not equal.",
                    |vector| vector.forge(|forge| forge.part(part).message.put(path, text(OTHER))),
                )
                .flags(&["trust"]);
        }
    }
    for (nth, kind) in [(1, "role"), (2, "context")] {
        suite
            .spoil(
                &format!("root-by-{kind}"),
                &format!("anchor-by-{kind}-states-another-entity"),
                ErrorKind::OriginMismatch,
                ROOT,
                "The anchor's accountable entity is not the one of root and credential.",
                |vector| vector.edit_trust(|trust| trust["origins"][nth]["accountable"] = json!(OTHER)),
            )
            .flags(&["trust"]);
    }
    let mut forge = crate::common::forge::Forge::of(&continued(role_root()));
    forge.credential(0).message.put(&[OURS, 15], set([text("reader"), text(AGENT_ROLE)]));
    suite.accept(
        "origins",
        "root-by-one-of-two-roles",
        "The attester vouches for two roles, and the root carries the anchor's.",
        Scenario::verify(forge.token()),
    );
    suite
        .spoil(
            "root-by-one-of-two-roles",
            "root-by-the-other-role",
            ErrorKind::OriginMismatch,
            ROOT,
            "The root carries a role that is vouched for, and not the anchor's.",
            |vector| vector.forge(|forge| forge.link(0).message.put(&[OURS, 3], text("reader"))),
        )
        .flags(&["trust"]);
    suite
        .spoil(
            "root-by-role",
            "anchor-by-role-states-another-role",
            ErrorKind::OriginMismatch,
            ROOT,
            "The anchor's role is another one.",
            |vector| vector.edit_trust(|trust| trust["origins"][1]["role"] = json!("reader")),
        )
        .flags(&["trust"]);
}

/// V502 for context: values, types, absence.
fn context_mismatch(suite: &mut Suite) {
    for (id, value) in [("text", text("affirming")), ("bool", Value::Bool(true)), ("bytes", bytes(b"\x02"))] {
        suite
            .spoil(
                "root-by-context",
                &format!("context-property-is-{id}"),
                ErrorKind::OriginMismatch,
                ROOT,
                "The tested property is no integer and so in no tier.",
                |vector| vector.forge(|forge| forge.credential(0).message.put(&[OURS, 16, 0], value)),
            )
            .flags(&["attestation"]);
    }
    suite
        .spoil(
            "root-by-context",
            "context-property-not-stated",
            ErrorKind::OriginMismatch,
            ROOT,
            "The anchor tests a property that the credential does not state.",
            |vector| {
                vector.edit_trust(|trust| {
                    let test = json!({"name": "executables", "tier": "contraindicated"});
                    push(&mut trust["origins"][2]["properties"], test);
                });
            },
        )
        .flags(&["attestation"]);
    for (id, equal, unequal) in [
        ("integer", json!(2), json!(3)),
        ("text", json!("v2"), json!("v2 ")),
        ("bool", json!(true), json!(false)),
        ("type", json!("2"), json!(2)),
    ] {
        let stated = match &equal {
            serde_json::Value::Number(number) => int(number.as_i64().unwrap()),
            serde_json::Value::String(content) => text(content),
            _ => Value::Bool(true),
        };
        let mut forge = crate::common::forge::Forge::of(&continued(context_root()));
        forge.credential(0).message.put(&[OURS, 16, 0], stated);
        let mut trust = bundles::wide();
        trust["origins"][2]["properties"] = json!([{"name": "hardware", "equals": equal}]);
        let twin = format!("context-property-equals-{id}");
        suite.accept(
            "origins",
            &twin,
            "The anchor demands one value of the property, and the credential states it.",
            Scenario::verify(forge.token()).trust(trust).flag("attestation"),
        );
        suite
            .spoil(
                &twin,
                &format!("context-property-equals-another-{id}"),
                ErrorKind::OriginMismatch,
                ROOT,
                "The anchor demands another value or type of the property.",
                |vector| {
                    vector.edit_trust(|trust| trust["origins"][2]["properties"][0]["equals"] = unequal);
                },
            )
            .flags(&["attestation"]);
    }
}

/// V502: the tiers of AR4SI at their edges.
fn tiers(suite: &mut Suite) {
    let with_value = |value: i64| {
        let mut forge = crate::common::forge::Forge::of(&continued(context_root()));
        forge.credential(0).message.put(&[OURS, 16, 0], int(value));
        forge.token()
    };
    let with_tier = |tier: &str| {
        let mut trust = bundles::wide();
        trust["origins"][2]["properties"] = json!([{"name": "hardware", "tier": tier}]);
        trust
    };
    // 2 is what root-by-context states.
    for (tier, best, worst, beyond) in [
        ("affirming", [3, -2], [31, -32], [32, -33]),
        ("warning", [2, -2], [95, -96], [96, -97]),
        ("contraindicated", [2, -2], [127, -128], [128, -129]),
    ] {
        for (edge, values) in [("best", best), ("worst", worst)] {
            for value in values {
                let sign = if value < 0 { "negative" } else { "positive" };
                suite.accept(
                    "origins",
                    &format!("context-{tier}-{edge}-{sign}"),
                    &format!("The property is {value}: {tier} or better."),
                    Scenario::verify(with_value(value))
                        .trust(with_tier(tier))
                        .step("V502")
                        .flag("edge")
                        .flag("attestation"),
                );
            }
        }
        for (sign, value) in
            [("positive", beyond[0]), ("negative", beyond[1]), ("zero", 0), ("one", 1), ("minus-one", -1)]
        {
            suite
                .spoil(
                    &format!("context-{tier}-worst-positive"),
                    &format!("context-{tier}-missed-{sign}"),
                    ErrorKind::OriginMismatch,
                    ROOT,
                    &format!("The property is {value}: neither {tier} nor better."),
                    |vector| vector.forge(|forge| forge.credential(0).message.put(&[OURS, 16, 0], int(value))),
                )
                .flags(&["attestation"]);
        }
    }
}

/// V503
fn not_fresh(suite: &mut Suite) {
    suite
        .spoil(
            "root-by-context",
            "root-nonce-another-than-attested",
            ErrorKind::OriginNotFresh,
            ROOT,
            "The root's nonce is not the credential's.",
            |vector| vector.forge(|forge| forge.link(0).message.put(&[OURS, 7, 3], bytes(&[8; 16]))),
        )
        .flags(&["attestation"]);
    for (id, nonce) in [
        ("another", [8; 16].to_vec()),
        ("cut-short", NONCE[..15].to_vec()),
        ("twice-over", [NONCE, NONCE].concat()),
        ("with-a-byte-more", [NONCE.as_slice(), &[0]].concat()),
    ] {
        suite
            .spoil(
                "root-by-context",
                &format!("attested-nonce-{id}"),
                ErrorKind::OriginNotFresh,
                ROOT,
                "The credential's `eat_nonce` is not the root's nonce.",
                |vector| vector.forge(|forge| forge.credential(0).message.put(&[10], bytes(&nonce))),
            )
            .flags(&["attestation"]);
    }
    suite
        .spoil(
            "root-by-context",
            "attested-nonce-absent",
            ErrorKind::OriginNotFresh,
            ROOT,
            "The credential has no `eat_nonce`.",
            |vector| vector.forge(|forge| forge.credential(0).message.remove(&[10])),
        )
        .flags(&["attestation"]);
}

/// V504
fn too_old(suite: &mut Suite) {
    suite
        .spoil(
            "root-by-context-at-its-age",
            "root-by-context-a-second-too-old",
            ErrorKind::OriginTooOld,
            ROOT,
            "The root ends a second after the credential's iat plus the anchor's maximum age.",
            |vector| {
                let exp = int(i64::try_from(NOW.0 + HOUR / 2 + 1).unwrap());
                vector.forge(|forge| forge.link(0).message.put(&[4], exp));
            },
        )
        .flags(&["attestation", "time"]);
    suite
        .spoil(
            "root-by-context-at-its-age",
            "maximum-age-a-second-shorter",
            ErrorKind::OriginTooOld,
            ROOT,
            "The anchor's maximum age is a second shorter.",
            |vector| vector.edit_trust(|trust| trust["origins"][2]["max_age"] = json!(HOUR - 1)),
        )
        .flags(&["attestation", "time"]);
    suite
        .spoil(
            "root-by-context-at-its-age",
            "credential-a-second-older",
            ErrorKind::OriginTooOld,
            ROOT,
            "The credential was issued a second earlier.",
            |vector| {
                let iat = int(i64::try_from(NOW.0 - HOUR / 2 - 1).unwrap());
                vector.forge(|forge| forge.credential(0).message.put(&[6], iat));
            },
        )
        .flags(&["attestation", "time"]);
    let iat = int(i64::try_from(NOW.0 - HOUR).unwrap());
    suite
        .spoil(
            "root-by-context",
            "age-counted-from-nbf",
            ErrorKind::OriginTooOld,
            ROOT,
            "The credential was issued an hour ago and starts half an hour ago: the age counts from its iat.",
            |vector| {
                vector.forge(|forge| {
                    forge.credential(0).message.put(&[6], iat);
                    forge.credential(0).message.put(&[5], int(i64::try_from(NOW.0 - HOUR / 2).unwrap()));
                });
            },
        )
        .flags(&["attestation", "time"]);
    let mut trust = bundles::wide();
    trust["origins"][2]["max_age"] = json!(i64::MAX);
    suite.accept(
        "origins",
        "maximum-age-without-end",
        "iat plus the maximum age is beyond the end of time.",
        Scenario::verify(continued(context_root())).trust(trust).step("V504").flag("edge").flag("time"),
    );
}
