//! What a bundle gives, what it refuses, and with which words.

mod grants;
mod mistakes;
mod schema;
mod shadow;

use std::fmt::Display;
use std::format;
use std::string::{String, ToString};
use std::vec::Vec;

use base64ct::{Base64UrlUnpadded, Encoding};
use serde_json::{Value, json};

use crate::backend::{AgreementKey, P256};
use crate::bundle::{Bundle, Finding};
use crate::signature::SignatureVerifier;
use crate::trust::{Entities, OriginKind, PropertyValue, Test, Tier};

pub(super) const EXAMPLE: &str = include_str!("example.json");

/// The example, with one value put in its place (or, for null, taken away).
pub(super) fn edited(pointer: &str, value: &Value) -> Value {
    let mut bundle: Value = serde_json::from_str(EXAMPLE).expect("the example is JSON");
    edit(&mut bundle, pointer, value);
    bundle
}

pub(super) fn edit(bundle: &mut Value, pointer: &str, value: &Value) {
    let (parent, name) = pointer.rsplit_once('/').expect("a JSON pointer");
    match bundle.pointer_mut(parent).unwrap_or_else(|| panic!("nothing at {parent}")) {
        Value::Object(members) if value.is_null() => drop(members.remove(name)),
        Value::Object(members) => drop(members.insert(name.to_string(), value.clone())),
        Value::Array(elements) => {
            let index: usize = name.parse().expect("an index");
            match elements.get_mut(index) {
                Some(element) => *element = value.clone(),
                None => elements.push(value.clone()),
            }
        }
        other @ (Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_)) => panic!("{parent} is {other}"),
    }
}

/// The mistakes of a bundle, each as "path: text", sorted: `Value` does not keep the order of members.
pub(super) fn mistakes(bundle: &Value) -> Vec<String> {
    match Bundle::from_json(&bundle.to_string()) {
        Ok(_) => Vec::new(),
        Err(errors) => sorted(errors.iter()),
    }
}

/// The warnings of a bundle without mistakes, likewise.
pub(super) fn warnings(bundle: &Value) -> Vec<String> {
    let bundle = Bundle::from_json(&bundle.to_string()).unwrap_or_else(|errors| panic!("{errors}"));
    sorted(bundle.warnings().iter())
}

fn sorted<'a, T: Display + 'a>(findings: impl Iterator<Item = &'a Finding<T>>) -> Vec<String> {
    let mut lines: Vec<String> =
        findings.map(|finding| format!("{}: {}", finding.at().path(), finding.what())).collect();
    lines.sort();
    lines
}

/// The public key of the secret scalar `n`.
pub(super) fn jwk(n: u8) -> Value {
    let mut scalar = [0; 32];
    scalar[31] = n;
    let agreement = AgreementKey::from_bytes(&scalar).expect("not zero");
    let key = agreement.public().key();
    let coordinate = |bytes| Base64UrlUnpadded::encode(bytes, &mut [0; 43]).map(ToString::to_string).expect("32 bytes");
    json!({"kty": "EC", "crv": "P-256", "x": coordinate(key.x()), "y": coordinate(key.y())})
}

#[test]
fn complete_example_accepted_without_warning() {
    let bundle = Bundle::from_json(EXAMPLE).unwrap_or_else(|errors| panic!("{errors}"));
    assert_eq!(bundle.warnings(), []);
    let trust = bundle.trust();

    let [alice, monitor, enclave] = &trust.origins[..] else { panic!("{:?}", trust.origins) };
    assert_eq!(alice.name, "alice");
    let OriginKind::Identity { identifier, role, accountable, .. } = &alice.kind else { panic!("{alice:?}") };
    assert_eq!((&**identifier, &**role), ("https://acme.example/users/alice", "calendar-owner"));
    assert_eq!(
        accountable[..],
        [
            Entities::Exact("https://acme.example/users/alice".into()),
            Entities::Namespace("https://acme.example/teams/alice".into())
        ]
    );
    assert_eq!(alice.ceiling.grants().len(), 2);
    assert!(matches!(&monitor.kind, OriginKind::Role { role, .. } if *role == "security-monitoring-agent"));
    let OriginKind::Context { properties, max_age, .. } = &enclave.kind else { panic!("{enclave:?}") };
    assert_eq!(*max_age, 600);
    assert!(matches!(properties[1].test, Test::Tier(Tier::Warning)));
    assert!(matches!(&properties[2].test, Test::Equals(PropertyValue::Bytes(bytes)) if bytes.len() == 32));

    assert_eq!(trust.attesters[0].outlive, 300);
    assert_eq!(trust.attesters[1].outlive, 0);
    assert!(P256.is_on_curve(trust.attesters[0].key.key()));
    assert_eq!(trust.pins[0].properties.len(), 3);
    assert_eq!(trust.revokers[0].attesters.len(), 2);
}

#[test]
fn bundle_of_a_version_alone_accepted_with_a_warning() {
    assert_eq!(warnings(&json!({"version": 0})), ["origins: without origins every token is refused"]);
}

#[test]
fn empty_remits_accepted_with_warnings() {
    let bundle = json!({
        "version": 0,
        "origins": [
            {"name": "a", "kind": "identity", "key": jwk(1), "identifier": "urn:x:a", "role": "r", "accountable": [], "ceiling": []},
            {"name": "c", "kind": "context", "attester": "urn:x:t", "properties": [], "accountable": "urn:x:a", "max_age": 1,
             "ceiling": [{"action": "*", "resource": "*"}]},
        ],
        "attesters": [
            {"key": jwk(2), "name": "urn:x:t", "namespaces": ["urn:x:w"], "accountable": ["urn:x:a"], "roles": ["r"]},
            {"key": jwk(3), "name": "urn:x:u"},
        ],
        "pins": [{"key": jwk(4), "identifier": "urn:x:p", "accountable": "urn:x:a", "attester": "urn:x:nobody"}],
        "revokers": [{"key": jwk(5), "name": "urn:x:v"}],
    });
    assert_eq!(
        warnings(&bundle),
        [
            "attesters[1].accountable: empty: each of its credentials is refused",
            "attesters[1].namespaces: empty: each of its credentials is refused",
            "attesters[1].roles: empty: it can vouch for no role, and state no property",
            "origins[0].accountable: empty: the anchor speaks for nobody and never holds",
            "origins[0].ceiling: empty: only a root that grants nothing is below it",
            "origins[1].properties: empty: every attested state will do",
            "pins[0].attester: no attester in the bundle has this name",
            "pins[0].roles: empty: the actor can sign no link",
            "revokers[0].accountable: empty: its entries count for nothing, yet it must have a current list",
        ]
    );
}

#[test]
fn jwk_that_says_what_the_key_is_for_accepted() {
    for (name, value) in
        [("use", json!("sig")), ("alg", json!("ES256")), ("key_ops", json!(["verify"])), ("kid", json!("any name"))]
    {
        assert_eq!(mistakes(&edited(&format!("/pins/0/key/{name}"), &value)), [""; 0], "{name}");
    }
}

#[test]
fn origins_of_one_key_with_other_conditions_accepted() {
    let bundle: Value = serde_json::from_str(EXAMPLE).expect("the example is JSON");
    let mut second = bundle["origins"][0].clone();
    second["name"] = json!("alice as administrator");
    second["role"] = json!("administrator");
    assert_eq!(warnings(&edited("/origins/3", &second)), [""; 0]);
}

#[test]
fn attester_of_one_name_and_two_keys_accepted() {
    let bundle: Value = serde_json::from_str(EXAMPLE).expect("the example is JSON");
    let mut second = bundle["attesters"][0].clone();
    second["key"] = jwk(9);
    assert_eq!(warnings(&edited("/attesters/2", &second)), [""; 0]);
}
