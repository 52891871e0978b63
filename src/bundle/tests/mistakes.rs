//! Every mistake in a bundle, with its place and its words.

use std::format;
use std::string::ToString;

use serde_json::{Value, json};

use super::{EXAMPLE, edit, edited, jwk, mistakes};
use crate::bundle::{Bundle, Mistake};

#[test]
fn every_mistake_is_named_with_its_place_in_the_order_of_the_document() {
    let text = r#"{
  "version": 0,
  "orgins": [],
  "attesters": [
    {
      "key": {"kty": "EC", "crv": "P-256", "x": "AA", "y": 1},
      "name": "spiffe://Prod.example",
      "roles": ["a", "", "a"],
      "outlive": -1
    }
  ],
  "pins": {},
  "revokers": [{"nmae": "urn:x:y"}]
}"#;
    let errors = Bundle::from_json(text).expect_err("mistakes");
    let lines: std::vec::Vec<_> = errors.iter().map(ToString::to_string).collect();
    assert_eq!(
        lines,
        [
            r#"orgins, line 3 column 3: unknown member, "origins" is near"#,
            "attesters[0].key.x, line 6 column 49: not 32 bytes in base64url without padding",
            "attesters[0].key.y, line 6 column 60: a number instead of a string",
            "attesters[0].name, line 7 column 15: not a well-formed identifier (token.md §4.6)",
            "attesters[0].roles[1], line 8 column 22: not a well-formed name (1 to 128 bytes, no control characters)",
            "attesters[0].roles[2], line 8 column 26: the same stands at attesters[0].roles[0]",
            "attesters[0].outlive, line 9 column 18: a number instead of an integer of seconds, 0 or more",
            "pins, line 12 column 11: an object instead of an array of objects",
            r#"revokers[0], line 13 column 16: member "key" is missing"#,
            r#"revokers[0].nmae, line 13 column 17: unknown member, "name" is near"#,
        ]
    );
    assert_eq!(errors.to_string(), lines.join("; "));
}

#[test]
fn text_that_is_not_json_refused_with_its_place() {
    for (text, expected) in [
        ("", "line 1 column 1: not JSON: EOF while parsing a value"),
        ("{\n  \"version\": 0,\n}", "line 3 column 1: not JSON: trailing comma"),
        ("{\"version\": 0} x", "line 1 column 16: not JSON: trailing characters"),
        ("{\"version\": 00}", "line 1 column 14: not JSON: invalid number"),
        ("\u{feff}{}", "line 1 column 1: not JSON: a byte order mark"),
        (
            "{\"version\": 0, \"$schema\": \"\\ud800\"}",
            "$schema, line 1 column 34: not JSON: unexpected end of hex escape",
        ),
        ("{\"version\": 0, \"\\ud800\": 1}", "line 1 column 23: not JSON: unexpected end of hex escape"),
        ("[]", "line 1 column 1: an array instead of a trust bundle"),
        ("null", "line 1 column 1: null instead of a trust bundle"),
        ("{}", "line 1 column 1: member \"version\" is missing"),
        ("{\"version\": 1}", "version, line 1 column 13: not version 0, the only one there is"),
        ("{\"version\": 0.0}", "version, line 1 column 13: a number instead of the integer 0"),
    ] {
        assert_eq!(Bundle::from_json(text).expect_err(text).to_string(), expected, "{text}");
    }
}

#[test]
fn deep_nesting_refused_without_recursion() {
    let text = format!("{{\"version\": 0, \"origins\": {}{}}}", "[".repeat(100_000), "]".repeat(100_000));
    let errors = Bundle::from_json(&text).expect_err("nested");
    assert_eq!(errors.to_string(), "origins[0], line 1 column 28: an array instead of an origin anchor");
}

#[test]
fn duplicate_members_refused_at_every_depth() {
    for (once, twice, path) in [
        ("\"version\": 0,", "\"version\": 0, \"version\": 0,", "version"),
        ("\"kind\": \"role\",", "\"kind\": \"role\", \"kind\": \"role\",", "origins[1].kind"),
        ("\"crv\": \"P-256\",", "\"crv\": \"P-256\", \"cr\\u0076\": \"P-256\",", "origins[0].key.crv"),
        ("\"site\": \"fra-1\",", "\"site\": \"fra-1\", \"site\": \"fra-2\",", "pins[0].properties.site"),
        ("{\"equals\": false}", "{\"equals\": false, \"equals\": true}", "origins[0].ceiling[1].limits.draft.equals"),
    ] {
        let errors = Bundle::from_json(&EXAMPLE.replacen(once, twice, 1)).expect_err(path);
        let [error] = &errors.iter().collect::<std::vec::Vec<_>>()[..] else { panic!("{errors}") };
        assert_eq!((error.at().path(), error.what()), (path, &Mistake::DuplicateMember));
    }
}

#[test]
fn private_key_refused_loudly() {
    let expected = "a private key in a trust bundle: it is no secret any more, replace it";
    let bundle = edited("/attesters/0/key/d", &json!("jpsQnnGQmL-YBIffH1136cspYG6-0iY7X1fCE9-E9LI"));
    assert!(mistakes(&bundle).contains(&format!("attesters[0].key.d: {expected}")));
    assert!(
        mistakes(&edited("/pins/0/key", &json!({"kty": "oct", "k": "AA"})))
            .contains(&format!("pins[0].key.k: {expected}"))
    );
}

#[test]
fn jwk_of_another_kind_or_use_refused() {
    for (name, value, expected) in [
        ("kty", json!("RSA"), "pins[0].key.kty: not one of EC"),
        ("crv", json!("P-384"), "pins[0].key.crv: not one of P-256"),
        ("crv", json!("secp256k1"), "pins[0].key.crv: not one of P-256"),
        ("use", json!("enc"), "pins[0].key.use: not one of sig"),
        ("alg", json!("ES384"), "pins[0].key.alg: not one of ES256"),
        ("key_ops", json!(["sign"]), "pins[0].key.key_ops[0]: not one of verify"),
        ("key_ops", json!([]), "pins[0].key.key_ops: not exactly 1 elements"),
        ("x5c", json!([]), "pins[0].key.x5c: unknown member, not one of kty, crv, x, y, use, alg, key_ops, kid"),
        ("kid", json!(1), "pins[0].key.kid: a number instead of a string"),
        ("y", Value::Null, "pins[0].key: member \"y\" is missing"),
        ("x", json!("-----BEGIN PUBLIC KEY-----"), "pins[0].key.x: not 32 bytes in base64url without padding"),
    ] {
        assert_eq!(mistakes(&edited(&format!("/pins/0/key/{name}"), &value)), [expected], "{name} {value}");
    }
    assert_eq!(mistakes(&edited("/pins/0/key", &json!("MFkw"))), ["pins[0].key: a string instead of a JWK"]);
}

#[test]
fn key_off_the_curve_refused() {
    let mut bundle = edited("/pins/0/key/x", &jwk(1)["x"]);
    edit(&mut bundle, "/pins/0/key/y", &jwk(2)["y"]);
    edit(&mut bundle, "/attesters/0/key/x", &json!("_____________________________________wAAAAA"));
    let off = |path: &str| format!("{path}: not on the curve");
    assert_eq!(mistakes(&edited("/pins/0/key/x", &json!("A".repeat(43)))), [off("pins[0].key.x")]);
    assert!(mistakes(&bundle).contains(&off("pins[0].key.x")));
    assert!(mistakes(&bundle).contains(&off("attesters[0].key.x")));
}

#[test]
fn key_with_two_uses_refused() {
    for (one, other) in [
        ("attesters[0]", "attesters[1]"),
        ("origins[0]", "pins[0]"),
        ("origins[0]", "attesters[0]"),
        ("attesters[1]", "pins[0]"),
        ("attesters[0]", "revokers[0]"),
        ("pins[0]", "revokers[0]"),
    ] {
        let pointer = |path: &str| format!("/{}/key", path.replace('[', "/").replace(']', ""));
        let mut bundle = edited(&pointer(one), &jwk(1));
        edit(&mut bundle, &pointer(other), &jwk(1));
        let expected = format!("{other}.key: the key stands at {one}.key too, and has one use");
        assert_eq!(mistakes(&bundle), [expected]);
    }
}

#[test]
fn origin_that_its_attester_cannot_vouch_for_refused() {
    for (pointer, value, expected) in [
        (
            "/origins/1/attester",
            json!("spiffe://prod.example/atester"),
            &["origins[1].attester: no attester has this name, \"spiffe://prod.example/attester\" is near"][..],
        ),
        ("/origins/1/attester", json!("urn:x:nobody"), &["origins[1].attester: no attester has this name"]),
        (
            "/origins/1/role",
            json!("root"),
            &["origins[1].role: attesters[0].roles does not cover this, the anchor would never hold"],
        ),
        (
            "/origins/1/accountable",
            json!("https://acme.example.evil/security"),
            &["origins[1].accountable: attesters[0].accountable does not cover this, the anchor would never hold"],
        ),
        (
            "/origins/2/properties/0",
            json!({"name": "configuration", "tier": "affirming"}),
            &[
                "origins[2].properties[0].name: attesters[1].properties does not cover this, the anchor would never hold",
            ],
        ),
        (
            "/attesters/1/roles",
            json!([]),
            &["origins[2].attester: attesters[1].roles does not cover this, the anchor would never hold"],
        ),
        (
            "/attesters/0/namespaces",
            Value::Null,
            &["origins[1].attester: attesters[0].namespaces does not cover this, the anchor would never hold"],
        ),
    ] {
        assert_eq!(mistakes(&edited(pointer, &value)), expected, "{pointer} {value}");
    }
}

#[test]
fn attester_with_a_mistake_does_not_make_mistakes_elsewhere() {
    for (pointer, value, expected) in [
        ("/attesters/0/name", json!("x"), "attesters[0].name: not a well-formed identifier (token.md §4.6)"),
        (
            "/attesters/0/roles",
            json!(["authorized-workload", 7]),
            "attesters[0].roles[1]: a number instead of a string",
        ),
        ("/attesters/0/key/y", json!("A".repeat(43)), "attesters[0].key.x: not on the curve"),
    ] {
        assert_eq!(mistakes(&edited(pointer, &value)), [expected]);
    }
}

#[test]
fn members_of_another_kind_of_origin_refused() {
    assert_eq!(
        mistakes(&edited("/origins/1/key", &jwk(1))),
        ["origins[1].key: unknown member, not one of name, kind, attester, role, accountable, ceiling"]
    );
    assert_eq!(
        mistakes(&edited("/origins/1/kind", &json!("rôle"))),
        ["origins[1].kind: unknown word, \"role\" is near"]
    );
    assert_eq!(mistakes(&edited("/origins/1/kind", &Value::Null)), ["origins[1]: member \"kind\" is missing"]);
}

#[test]
fn values_that_no_token_has_refused() {
    for (pointer, value, expected) in [
        ("/origins/1/name", json!("alice"), "origins[1].name: the same stands at origins[0].name"),
        ("/origins/2/max_age", json!(0), "origins[2].max_age: a number instead of a positive integer of seconds"),
        (
            "/origins/2/max_age",
            json!(1u64 << 63),
            "origins[2].max_age: a number instead of a positive integer of seconds",
        ),
        (
            "/origins/2/properties/1",
            json!({"name": "hardware", "equals": 2}),
            "origins[2].properties[1]: the same stands at origins[2].properties[0]",
        ),
        (
            "/origins/2/properties/0",
            json!({"name": "hardware"}),
            "origins[2].properties[0]: not exactly one of equals, tier",
        ),
        (
            "/origins/2/properties/0/tier",
            json!("afirming"),
            "origins[2].properties[0].tier: unknown word, \"affirming\" is near",
        ),
        (
            "/origins/0/accountable/0",
            json!(["x"]),
            "origins[0].accountable[0]: an array instead of a string or {\"namespace\": …}",
        ),
        (
            "/origins/0/accountable/0",
            json!({"namespace": "did:web"}),
            "origins[0].accountable[0].namespace: not a well-formed namespace (token.md §4.6)",
        ),
        (
            "/pins/0/identifier",
            json!(format!("urn:ietf:params:oauth:ckt:sha-256:{}", "A".repeat(43))),
            "pins[0].identifier: not a well-formed identifier (token.md §4.6)",
        ),
        ("/pins/0/properties/site", json!(""), "pins[0].properties.site: not a well-formed property (1 to 1024 bytes)"),
        (
            "/pins/0/properties/site",
            json!({"bytes": "AB"}),
            "pins[0].properties.site.bytes: not up to 1024 bytes in base64url without padding",
        ),
        (
            "/pins/0/properties/site",
            json!([1]),
            "pins[0].properties.site: an array instead of a string, an integer, a bool or {\"bytes\": …}",
        ),
        (
            "/pins/0/properties/a\nb",
            json!(1),
            "pins[0].properties[\"a\\nb\"]: not a well-formed name (1 to 128 bytes, no control characters)",
        ),
        (
            "/origins/0/ceiling/0/resource",
            json!("calendar//alice"),
            "origins[0].ceiling[0].resource: not a well-formed resource pattern (segments after slashes, the last may be *)",
        ),
    ] {
        assert_eq!(mistakes(&edited(pointer, &value)), [expected], "{pointer} {value}");
    }
}

#[test]
fn every_truncation_of_the_example_refused() {
    let text = EXAMPLE.trim_end();
    for end in (0..text.len()).step_by(7).chain([text.len() - 1]) {
        assert!(Bundle::from_json(&text[..end]).is_err(), "{end}");
    }
}
