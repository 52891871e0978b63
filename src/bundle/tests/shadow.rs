//! What earlier origin anchors take from later ones.

use serde_json::{Value, json};

use super::{jwk, warnings};

fn identity(name: &str, accountable: &Value, ceiling: &[(&str, &str)]) -> Value {
    json!({"name": name, "kind": "identity", "key": jwk(1), "identifier": "urn:x:a", "role": "r",
           "accountable": accountable, "ceiling": grants(ceiling)})
}

fn context(name: &str, properties: &Value, max_age: u32) -> Value {
    json!({"name": name, "kind": "context", "attester": "urn:x:t", "properties": properties, "accountable": "urn:x:a",
           "max_age": max_age, "ceiling": grants(&[("*", "*")])})
}

fn role(name: &str, role: &str, ceiling: &[(&str, &str)]) -> Value {
    json!({"name": name, "kind": "role", "attester": "urn:x:t", "role": role, "accountable": "urn:x:a", "ceiling": grants(ceiling)})
}

fn grants(ceiling: &[(&str, &str)]) -> Value {
    ceiling.iter().map(|(action, resource)| json!({"action": action, "resource": resource})).collect()
}

fn of(origins: &[Value]) -> std::vec::Vec<std::string::String> {
    warnings(&json!({
        "version": 0,
        "origins": origins,
        "attesters": [{"key": jwk(2), "name": "urn:x:t", "namespaces": ["urn:x:w"], "accountable": ["urn:x:a"],
                       "roles": ["r", "s"], "properties": ["hardware", "image"]}],
    }))
}

const NONE: [&str; 0] = [];

#[test]
fn anchor_within_an_earlier_one_is_reported_as_shadowed() {
    let never = "origins[1]: never reported: every root that it allows is allowed by origins[0], which is tried before";
    let wide = &[("calendar.*", "calendar/*")][..];
    let narrow = &[("calendar.read", "calendar/alice/*"), ("calendar.write", "calendar/alice")][..];
    assert_eq!(of(&[role("a", "r", wide), role("b", "r", narrow)]), [never]);
    assert_eq!(of(&[role("a", "r", wide), role("b", "r", wide)]), [never]);
    let namespace = json!([{"namespace": "https://acme.example"}]);
    let one = json!(["https://acme.example/alice", {"namespace": "https://acme.example/teams"}]);
    assert_eq!(of(&[identity("a", &namespace, wide), identity("b", &one, narrow)]), [never]);
    let lax = json!([{"name": "hardware", "tier": "warning"}]);
    for strict in [
        json!([{"name": "hardware", "tier": "affirming"}, {"name": "image", "equals": 1}]),
        json!([{"name": "hardware", "equals": 33}]),
    ] {
        assert_eq!(of(&[context("a", &lax, 60), context("b", &strict, 60)]), [never]);
    }
}

#[test]
fn anchor_within_several_earlier_ones_together_is_reported_as_shadowed() {
    let all = &[("*", "*")][..];
    let origins = [
        identity("a", &json!(["urn:x:1"]), all),
        identity("b", &json!(["urn:x:2"]), all),
        identity("c", &json!(["urn:x:1", "urn:x:2"]), &[("a", "b")]),
    ];
    assert_eq!(
        of(&origins),
        [
            "origins[2]: never reported: every root that it allows is allowed by origins[0], origins[1], which is tried before"
        ]
    );
}

#[test]
fn narrow_anchor_before_a_wide_one_is_reported_as_a_partial_shadow() {
    let narrow = &[("calendar.read", "calendar/alice/*")][..];
    let wide = &[("alert.raise", "*"), ("calendar.*", "calendar/*")][..];
    assert_eq!(
        of(&[role("a", "r", narrow), role("b", "r", wide)]),
        ["origins[1]: a root that origins[0] allows too is reported there"]
    );
    let both = &[("calendar.read", "calendar/alice/1"), ("alert.raise", "*")][..];
    assert_eq!(
        of(&[role("a", "r", narrow), role("b", "r", both)]),
        [
            "origins[1]: a root that origins[0] allows too is reported there, so one with no more than origins[1].ceiling[0]"
        ]
    );
}

#[test]
fn anchor_with_conditions_in_part_is_reported_as_a_partial_shadow() {
    let partly = ["origins[1]: a root that origins[0] allows too is reported there"];
    let all = &[("*", "*")][..];
    for (one, other) in [
        (json!(["urn:x:1"]), json!(["urn:x:1", "urn:x:2"])),
        (json!(["https://acme.example/a"]), json!([{"namespace": "https://acme.example"}])),
        (json!([{"namespace": "https://acme.example/a"}]), json!([{"namespace": "https://acme.example"}])),
    ] {
        assert_eq!(of(&[identity("a", &one, all), identity("b", &other, all)]), partly, "{one} {other}");
    }
    let (strict, lax) =
        (json!([{"name": "hardware", "tier": "affirming"}]), json!([{"name": "hardware", "tier": "warning"}]));
    assert_eq!(of(&[context("a", &strict, 60), context("b", &lax, 60)]), partly);
    assert_eq!(of(&[context("a", &lax, 30), context("b", &lax, 60)]), partly);
    assert_eq!(of(&[context("a", &json!([{"name": "image", "equals": 1}]), 60), context("b", &lax, 60)]), partly);
}

#[test]
fn anchors_that_have_no_root_in_common_are_not_reported() {
    let all = &[("*", "*")][..];
    assert_eq!(of(&[role("a", "r", all), role("b", "s", all)]), NONE);
    assert_eq!(of(&[role("a", "r", &[("a", "x")]), role("b", "r", &[("b", "x")])]), NONE);
    assert_eq!(of(&[identity("a", &json!(["urn:x:a"]), all), role("b", "r", all)]), NONE);
    assert_eq!(of(&[identity("a", &json!(["urn:x:1"]), all), identity("b", &json!(["urn:x:2"]), all)]), NONE);
    let (one, other) = (json!([{"name": "image", "equals": 1}]), json!([{"name": "image", "equals": "1"}]));
    assert_eq!(of(&[context("a", &one, 60), context("b", &other, 60)]), NONE);
}
