//! Grants between JSON and deterministic CBOR.

use std::format;
use std::string::ToString;

use serde_json::{Value, json};

use crate::bundle::{GrantsAsJson, grants_from_json};
use crate::grant::Grants;

#[test]
fn grants_encoded_as_the_deterministic_set() {
    let json = r#"[
        {"resource": "b", "action": "a"},
        {"action": "*", "resource": "*", "limits": {"bb": {"equals": -1}, "c": {"one_of": ["x", 24, true]}}}
    ]"#;
    let expected = [
        &[0x82][..],
        &[0x82, 0x61, b'a', 0x61, b'b'],
        &[0x83, 0x61, b'*', 0x61, b'*', 0xa2],
        &[0x61, b'c', 0x82, 0x01, 0x83, 0x18, 24, 0x61, b'x', 0xf5],
        &[0x62, b'b', b'b', 0x82, 0x00, 0x20],
    ];
    assert_eq!(grants_from_json(json).expect("grants"), expected.concat());
}

#[test]
fn grants_come_back_from_their_encoding_as_they_went_in() {
    let grants = json!([
        {"action": "a", "resource": "b"},
        {"action": "calendar.*", "resource": "s3://bucket/*", "limits": {
            "mode": {"equals": ""}, "flag": {"equals": false}, "least": {"equals": i64::MIN},
            "days": {"range": [-1, i64::MAX]}, "to": {"one_of": [1, -1, "é", true]}, "path": {"prefix": "/reports/*"},
        }},
    ]);
    let encoded = grants_from_json(&grants.to_string()).expect("grants");
    let back = serde_json::to_value(GrantsAsJson(Grants::decode(&encoded).expect("well-formed"))).expect("JSON");
    assert_eq!(back, grants);
}

#[test]
fn one_grant_alone_accepted() {
    let grant = json!({"action": "a", "resource": "b"});
    assert_eq!(grants_from_json(&grant.to_string()), grants_from_json(&json!([grant]).to_string()));
}

#[test]
fn no_grants_accepted() {
    assert_eq!(grants_from_json("[]").expect("grants"), [0x80]);
}

#[test]
fn malformed_grants_refused_with_their_place() {
    let long = "a".repeat(129);
    let long = format!(r#"[{{"action": "{long}", "resource": "b"}}]"#);
    for (grants, expected) in [
        (r#""a""#, "grants, line 1 column 1: a string instead of an array of grants"),
        (r#"["a"]"#, "grants[0], line 1 column 2: a string instead of a grant"),
        (r#"[{"action": "a"}]"#, r#"grants[0], line 1 column 2: member "resource" is missing"#),
        (
            r#"[{"action": "a.*.b", "resource": "b"}]"#,
            "grants[0].action, line 1 column 13: not a well-formed action pattern (dot-separated words, the last may be *)",
        ),
        (
            r#"[{"action": "a", "resource": "b//c"}]"#,
            "grants[0].resource, line 1 column 30: not a well-formed resource pattern (segments after slashes, the last may be *)",
        ),
        (&long, "grants[0].action, line 1 column 13: a length or count outside its bounds"),
        (
            r#"[{"action": "a", "resource": "b"}, {"resource": "b", "action": "a"}]"#,
            "grants[1], line 1 column 36: the same stands at grants[0]",
        ),
        (
            r#"{"action": "a", "resource": "b", "limits": {"days left": {"equals": 0.5}}}"#,
            r#"grants.limits["days left"].equals, line 1 column 69: a number instead of an integer of 64 bits"#,
        ),
    ] {
        let errors = grants_from_json(grants).expect_err(grants);
        assert_eq!(errors.to_string(), expected, "{grants}");
    }
}

#[test]
fn malformed_limits_refused_with_their_place() {
    for (limits, expected) in [
        ("{}", ": not 1 to 8 elements"),
        (r#"{"n": {}}"#, ".n: not exactly one of equals, one_of, range, prefix"),
        (r#"{"n": {"equals": 1, "range": [1, 2]}}"#, ".n: not exactly one of equals, one_of, range, prefix"),
        (r#"{"n": {"equal": 1}}"#, r#".n.equal: unknown member, "equals" is near"#),
        (r#"{"n": {"regex": ""}}"#, ".n.regex: unknown member, not one of equals, one_of, range, prefix"),
        (r#"{"n": {"equals": null}}"#, ".n.equals: null instead of a string, an integer or a bool"),
        (r#"{"n": {"equals": 1e3}}"#, ".n.equals: a number instead of an integer of 64 bits"),
        (r#"{"n": {"equals": 9223372036854775808}}"#, ".n.equals: a number instead of an integer of 64 bits"),
        (r#"{"n": {"one_of": []}}"#, ".n.one_of: not 1 to 16 elements"),
        (r#"{"n": {"one_of": [1, 2, 1]}}"#, ".n.one_of[2]: the same stands at grants[0].limits.n.one_of[0]"),
        (r#"{"n": {"range": [2, 1]}}"#, ".n.range: a range whose end is below its beginning"),
        (r#"{"n": {"range": [1]}}"#, ".n.range: not exactly 2 elements"),
        (r#"{"n": {"range": ["1", 2]}}"#, ".n.range[0]: a string instead of an integer of 64 bits"),
        (r#"{"n": {"prefix": "a/../b"}}"#, ".n.prefix: not a well-formed prefix (segments after slashes)"),
        (r#"{"": {"equals": 1}}"#, r#"[""]: not a well-formed argument name"#),
    ] {
        let grants = format!(r#"[{{"action": "a", "resource": "b", "limits": {limits}}}]"#);
        let errors = grants_from_json(&grants).expect_err(limits);
        let [error] = &errors.iter().collect::<std::vec::Vec<_>>()[..] else { panic!("{errors}") };
        assert_eq!(
            format!("{}: {}", error.at().path(), error.what()),
            format!("grants[0].limits{expected}"),
            "{limits}"
        );
    }
}

#[test]
fn more_grants_than_a_link_has_refused() {
    let grants = |n: usize| {
        json!((0..n).map(|n| json!({"action": format!("a{n}"), "resource": "b"})).collect::<Value>()).to_string()
    };
    assert!(grants_from_json(&grants(16)).is_ok());
    assert_eq!(
        grants_from_json(&grants(17)).expect_err("17").to_string(),
        "grants, line 1 column 1: not 0 to 16 elements"
    );
}
