//! The published schema and the loader say the same, but for what no schema can say.

use std::format;
use std::string::ToString;

use jsonschema::Validator;
use serde_json::{Value, json};

use super::{EXAMPLE, edited, jwk};
use crate::bundle::{Bundle, SCHEMA};

fn schema() -> Validator {
    let schema: Value = serde_json::from_str(SCHEMA).expect("the schema is JSON");
    assert!(jsonschema::meta::is_valid(&schema), "the schema is one");
    jsonschema::draft202012::new(&schema).expect("the schema compiles")
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Verdict {
    Accepted,
    Refused,
    /// By the loader alone: no schema can say it.
    RefusedByLoader,
}

#[test]
fn example_accepted_by_the_schema() {
    let example = serde_json::from_str(EXAMPLE).expect("the example is JSON");
    let errors: std::vec::Vec<_> = schema().iter_errors(&example).map(|error| error.to_string()).collect();
    assert_eq!(errors, [""; 0]);
}

#[test]
fn schema_and_loader_agree_on_every_row() {
    let schema = schema();
    for (pointer, value, expected) in rows() {
        let bundle = edited(pointer, &value);
        let by_schema = schema.is_valid(&bundle);
        let by_loader = Bundle::from_json(&bundle.to_string()).is_ok();
        let verdict = match (by_schema, by_loader) {
            (true, true) => Verdict::Accepted,
            (false, false) => Verdict::Refused,
            (true, false) => Verdict::RefusedByLoader,
            (false, true) => panic!("the schema alone refuses {pointer} {value}"),
        };
        assert_eq!(verdict, expected, "{pointer} {value}");
    }
}

/// A loader that is laxer than the schema would be the dangerous disagreement.
#[test]
fn bundle_with_a_changed_byte_accepted_only_if_the_schema_accepts_it() {
    let schema = schema();
    let mut accepted = 0;
    for (index, byte) in (0..EXAMPLE.len()).zip(br#""0a/.% }"#.iter().cycle()) {
        let mut bytes = EXAMPLE.as_bytes().to_vec();
        bytes[index] = *byte;
        let text = std::string::String::from_utf8(bytes).expect("ASCII");
        if Bundle::from_json(&text).is_ok() {
            accepted += 1;
            let bundle = serde_json::from_str(&text).expect("the loader reads JSON");
            assert!(schema.is_valid(&bundle), "byte {index} as {byte}");
        }
    }
    assert!((100..EXAMPLE.len() / 2).contains(&accepted), "{accepted}");
}

#[test]
fn schema_and_loader_agree_on_identifiers_and_namespaces() {
    let schema = schema();
    for text in IDENTIFIERS {
        for pointer in ["/pins/0/identifier", "/attesters/0/namespaces/0"] {
            let bundle = edited(pointer, &json!(text));
            let by_loader = Bundle::from_json(&bundle.to_string()).is_ok();
            assert_eq!(schema.is_valid(&bundle), by_loader, "{pointer} {text}");
        }
    }
}

#[test]
fn schema_and_loader_agree_on_patterns() {
    let schema = schema();
    for text in PATTERNS {
        for pointer in
            ["/origins/0/ceiling/0/action", "/origins/0/ceiling/0/resource", "/origins/0/ceiling/1/limits/path/prefix"]
        {
            let bundle = edited(pointer, &json!(text));
            let by_loader = Bundle::from_json(&bundle.to_string()).is_ok();
            assert_eq!(schema.is_valid(&bundle), by_loader, "{pointer} {text}");
        }
    }
}

fn rows() -> std::vec::Vec<(&'static str, Value, Verdict)> {
    use Verdict::{Accepted, Refused, RefusedByLoader};

    let grants = |n: usize| (0..n).map(|n| json!({"action": format!("a{n}"), "resource": "b"})).collect::<Value>();
    let limits = |n: usize| Value::Object((0..n).map(|n| (n.to_string(), json!({"equals": n}))).collect());
    let tests = |n: usize| (0..n).map(|n| json!({"name": n.to_string(), "tier": "warning"})).collect::<Value>();
    let mut private_key = jwk(1);
    private_key["d"] = json!("AA");
    std::vec![
        ("/$schema", json!("bundle.schema.json"), Accepted),
        ("/$schema", json!(1), Refused),
        ("/version", Value::Null, Refused),
        ("/version", json!(1), Refused),
        ("/version", json!("0"), Refused),
        ("/version", json!(0.0), RefusedByLoader),
        ("/comment", json!("x"), Refused),
        ("/origins", Value::Null, Accepted),
        ("/origins", json!([]), Accepted),
        ("/origins", json!({}), Refused),
        ("/attesters", Value::Null, RefusedByLoader),
        ("/pins", Value::Null, Accepted),
        ("/revokers", json!([]), Accepted),
        ("/revokers", json!(true), Refused),
        ("/origins/0/name", json!(""), Refused),
        ("/origins/0/name", json!("a\u{1}"), Refused),
        ("/origins/0/name", json!("ä".repeat(64)), Accepted),
        ("/origins/0/name", json!("ä".repeat(65)), RefusedByLoader),
        ("/origins/0/name", json!("a".repeat(129)), Refused),
        ("/origins/0/name", json!("enclave"), RefusedByLoader),
        ("/origins/0/kind", json!("role"), Refused),
        ("/origins/0/kind", json!("other"), Refused),
        ("/origins/0/role", Value::Null, Refused),
        ("/origins/0/key", Value::Null, Refused),
        ("/origins/0/key", jwk(1), Accepted),
        ("/origins/0/key", private_key, Refused),
        ("/origins/0/attester", json!("urn:x:y"), Refused),
        ("/origins/0/accountable", json!([]), Accepted),
        ("/origins/0/accountable", json!("urn:x:y"), Refused),
        ("/origins/0/accountable", json!(["urn:x:y", "urn:x:y"]), Refused),
        ("/origins/0/accountable", json!([{"namespace": "urn:x:y"}, {"namespace": "urn:x:y"}]), Refused),
        ("/origins/0/accountable", json!([{"namespace": "urn:x:y", "exact": true}]), Refused),
        ("/origins/0/ceiling", Value::Null, Refused),
        ("/origins/0/ceiling", json!([]), Accepted),
        ("/origins/0/ceiling", grants(256), Accepted),
        ("/origins/0/ceiling", grants(257), Refused),
        ("/origins/0/ceiling", json!([{"action": "a", "resource": "b"}, {"resource": "b", "action": "a"}]), Refused),
        ("/origins/0/ceiling/0/action", Value::Null, Refused),
        ("/origins/0/ceiling/0/limits", Value::Null, Accepted),
        ("/origins/0/ceiling/0/limits", limits(0), Refused),
        ("/origins/0/ceiling/0/limits", limits(8), Accepted),
        ("/origins/0/ceiling/0/limits", limits(9), Refused),
        ("/origins/0/ceiling/0/limits/a\nb", json!({"equals": 1}), Refused),
        ("/origins/0/ceiling/0/limits/days", json!({}), Refused),
        ("/origins/0/ceiling/0/limits/days", json!({"equals": null}), Refused),
        ("/origins/0/ceiling/0/limits/days", json!({"equals": 1.5}), Refused),
        ("/origins/0/ceiling/0/limits/days", json!({"equals": 1.0}), RefusedByLoader),
        ("/origins/0/ceiling/0/limits/days", json!({"equals": i64::MIN}), Accepted),
        ("/origins/0/ceiling/0/limits/days", json!({"equals": 1u64 << 63}), Refused),
        ("/origins/0/ceiling/0/limits/days", json!({"equals": ""}), Accepted),
        ("/origins/0/ceiling/0/limits/days", json!({"equals": "a".repeat(1025)}), Refused),
        ("/origins/0/ceiling/0/limits/days", json!({"equals": {"bytes": "AA"}}), Refused),
        ("/origins/0/ceiling/0/limits/days", json!({"equals": 1, "prefix": "a"}), Refused),
        ("/origins/0/ceiling/0/limits/days", json!({"range": [1, 1]}), Accepted),
        ("/origins/0/ceiling/0/limits/days", json!({"range": [2, 1]}), RefusedByLoader),
        ("/origins/0/ceiling/0/limits/days", json!({"range": [1, 2, 3]}), Refused),
        ("/origins/0/ceiling/0/limits/days", json!({"range": [1, "2"]}), Refused),
        ("/origins/0/ceiling/0/limits/days", json!({"one_of": []}), Refused),
        ("/origins/0/ceiling/0/limits/days", json!({"one_of": (0..16).collect::<std::vec::Vec<_>>()}), Accepted),
        ("/origins/0/ceiling/0/limits/days", json!({"one_of": (0..17).collect::<std::vec::Vec<_>>()}), Refused),
        ("/origins/0/ceiling/0/limits/days", json!({"one_of": [1, true, "1"]}), Accepted),
        ("/origins/0/ceiling/0/limits/days", json!({"one_of": [1, 1]}), Refused),
        ("/origins/0/ceiling/0/limits/days", json!({"regex": ".*"}), Refused),
        ("/origins/1/attester", json!("urn:x:nobody"), RefusedByLoader),
        ("/origins/1/role", json!("root"), RefusedByLoader),
        ("/origins/1/accountable", json!(["https://acme.example/security"]), Refused),
        ("/origins/2/max_age", Value::Null, Refused),
        ("/origins/2/max_age", json!(0), Refused),
        ("/origins/2/max_age", json!(i64::MAX), Accepted),
        ("/origins/2/max_age", json!(1u64 << 63), Refused),
        ("/origins/2/properties", json!([]), Accepted),
        ("/origins/2/properties", tests(16), RefusedByLoader),
        ("/origins/2/properties", tests(17), Refused),
        ("/origins/2/properties/2", json!({"name": "image", "equals": 0}), Accepted),
        ("/origins/2/properties/2", json!({"name": "image", "equals": 0, "tier": "warning"}), Refused),
        ("/origins/2/properties/2", json!({"name": "image", "tier": 2}), Refused),
        ("/origins/2/properties/0", json!({"tier": "warning"}), Refused),
        ("/origins/2/properties/1", json!({"name": "hardware", "equals": 2}), RefusedByLoader),
        ("/attesters/0/outlive", json!(0), Accepted),
        ("/attesters/0/outlive", json!(-1), Refused),
        ("/attesters/0/outlive", json!("1 h"), Refused),
        ("/attesters/0/roles/2", json!("authorized-workload"), Refused),
        ("/attesters/0/properties", json!(null), Accepted),
        ("/attesters/0/key", json!("MFkw"), Refused),
        ("/attesters/0/name", Value::Null, Refused),
        ("/pins/0/roles", Value::Null, Accepted),
        ("/pins/0/attester", json!("urn:x:nobody"), Accepted),
        ("/pins/0/properties", json!([]), Refused),
        ("/pins/0/properties/site", json!(""), Refused),
        ("/pins/0/properties/site", json!({"bytes": ""}), Accepted),
        ("/pins/0/properties/site", json!({"bytes": "AA"}), Accepted),
        ("/pins/0/properties/site", json!({"bytes": "AB"}), Refused),
        ("/pins/0/properties/site", json!({"bytes": "AA=="}), Refused),
        ("/pins/0/properties/site", json!({"bytes": "A".repeat(1366)}), Accepted),
        ("/pins/0/properties/site", json!({"bytes": "A".repeat(1367)}), Refused),
        ("/pins/0/properties/a\u{7f}", json!(1), Refused),
        ("/pins/0/key/kty", json!("OKP"), Refused),
        ("/pins/0/key/use", json!("sig"), Accepted),
        ("/pins/0/key/use", json!("enc"), Refused),
        ("/pins/0/key/alg", json!("ES256"), Accepted),
        ("/pins/0/key/alg", json!("ES512"), Refused),
        ("/pins/0/key/key_ops", json!(["verify"]), Accepted),
        ("/pins/0/key/key_ops", json!(["verify", "sign"]), Refused),
        ("/pins/0/key/kid", json!(""), Accepted),
        ("/pins/0/key/x5t", json!(""), Refused),
        ("/pins/0/key/x", json!("A".repeat(42)), Refused),
        ("/pins/0/key/x", json!("A".repeat(44)), Refused),
        ("/pins/0/key/x", json!("A".repeat(43)), RefusedByLoader),
        ("/pins/0/key/x", json!(format!("{}B", "A".repeat(42))), Refused),
        ("/revokers/0/attesters", json!(["x"]), Refused),
        ("/revokers/0/attesters", json!(["urn:x:nobody"]), Accepted),
        ("/revokers/0/namespaces", json!([]), Refused),
    ]
}

const IDENTIFIERS: &[&str] = &[
    "",
    "worker",
    "spiffe://prod.example",
    "spiffe://prod.example/a/b.c_d-e",
    "spiffe://",
    "spiffe:///x",
    "SPIFFE://prod.example/x",
    "spiffe://Prod.example/x",
    "spiffe://prod.example/",
    "spiffe://prod.example//x",
    "spiffe://prod.example/./x",
    "spiffe://prod.example/..",
    "spiffe://prod.example/...",
    "spiffe://prod.example:8443/x",
    "spiffe://u@prod.example/x",
    "spiffe://prod.example/x?y",
    "spiffe://prod.example/x#y",
    "spiffe://prod.example/é",
    "spiffe:x",
    "https://acme.example",
    "https://acme.example/users/alice",
    "https://acme.example/é",
    "https://acme.example:443/x",
    "https://Acme.example/x",
    "https://acme.example/a%2Fb",
    "https://acme.example/a%20b",
    "https://acme.example/a%2",
    "https://acme..example",
    "https://-acme.example",
    "https://acme-.example",
    "https://a-b.example",
    "https://acme.example/a:b",
    "https://acme.example/a b",
    "https://acme.example/../x",
    "HTTPS://acme.example",
    "https:x",
    "did:web",
    "did:web:",
    "did:web:x",
    "did:Web:x",
    "did:web:a::b",
    "did:web:a/../b",
    "did:web:a/b:c",
    "did:web:a#key-1",
    "did:web:..",
    "arn:aws:iam::123456789012:role/app",
    "arn:aws:s3:::bucket/key",
    "arn:aws:iam::123456789012",
    "arn:aws:s3:::bucket",
    "arn:aws:s3::",
    "arn::iam::1:role",
    "arn:aws:iam::1:",
    "arn:aws:iam::1:role/../x",
    "arn:aws:iam:eu:1:a:b/c",
    "arn:aws",
    "arn:aws:iam:..:1:x",
    "urn:x:y",
    "urn:",
    "urn:uuid:f81d4fae-7dec-11d0-a765-00a0c91e6bf6",
    "mailto:alice@example.com",
    "Urn:x",
    "x:a b",
    "a+b-c.d:e",
    "urn:ietf:params:oauth:ckt:sha-256:AAAA",
    "urn:ietf:params:oauth:ckt",
    "1x:y",
    "http://acme.example/../x",
    "CN=worker-1,O=Acme",
    "CN=a:b",
    "=x",
    "CN=",
    "CN=a\u{0}b",
    "CN=a b",
    "a=b=c",
    "x",
    "x:=",
    "é=a",
    "CN=a\u{2028}b",
];

const PATTERNS: &[&str] = &[
    "",
    "*",
    "a",
    "a.b",
    "a.*",
    "*.a",
    "a.*.b",
    "a..b",
    ".a",
    "a.",
    "a*",
    ".*",
    "a b",
    "é",
    "a/b",
    "a/*",
    "*/a",
    "a/*/b",
    "a//b",
    "/a",
    "/",
    "/*",
    "//a",
    "a/",
    "s3://a",
    "s3://*",
    "s3://",
    "s3:///a",
    "S3://a",
    "s3:/a",
    "1s://a",
    "a+b-c.d://x/*",
    ".",
    "..",
    "...",
    "a/./b",
    "a/../b",
    "a/..",
    "a/.../b",
    "a\\b",
    "a%2eb",
    "a%2Fb",
    "a%5cb",
    "a%25b",
    "a%41b",
    "a%",
    "a\u{7f}",
    "a\nb",
    "a?b#c",
    "s3://./a",
    "/..",
    "calendar/alice/*",
    "*/",
    "a/b*",
];
