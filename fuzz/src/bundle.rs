//! The loader of trust bundles: any text gets a verdict; what is accepted has no name twice, says what serde_json reads, and shown again
//! loads as the same. The same of grants alone.

use std::sync::LazyLock;

use serde_json::{Map, Value, json};
use throughline::bundle::{Bundle, BundleErrors, GrantsAsJson, grants_from_json};
use throughline::trust::{Entities, OriginKind, PropertyValue, Test, Tier, Trust};
use throughline::{Grants, TrustedKey, encode_text};

use crate::document::{Document, edited};
use crate::vectors::each_once;
use crate::{Target, Vectors, planted};

/// This target.
pub const TARGET: Target = Target { name: "bundle", max_len: 2048, run, seeds };

/// The first byte says whether the others are text, or edits of a good bundle.
pub fn run(data: &[u8]) {
    let Some((choice, rest)) = data.split_first() else { return };
    let text = match choice >> 7 {
        0 => String::from_utf8(rest.to_vec()).ok(),
        _ if choice & 1 == 1 => Some(edited(&EXAMPLE.1, rest).written()),
        _ => Some(edited(&EXAMPLE.0, rest).written()),
    };
    let Some(text) = text else { return };
    load(&text);
    grants(&text);
}

fn load(text: &str) {
    let document = Document::read(text.as_bytes());
    match Bundle::from_json(text) {
        Ok(bundle) => {
            let document = document.unwrap_or_else(|why| panic!("{why:?} for serde_json, and loaded: {text}"));
            let shown = show(bundle.trust());
            assert!(is_same(&document, &shown, ""), "{document:?} is loaded as {shown}");
            let again = Bundle::from_json(&shown.to_string()).expect("what is shown of a bundle loads");
            assert_eq!(format!("{:?}", again.trust()), format!("{:?}", bundle.trust()), "loaded again");
            bundle.warnings().iter().for_each(|warning| assert!(!warning.to_string().is_empty()));
        }
        Err(_) if planted() && document.is_err() => panic!("loaded, and no JSON"),
        Err(mistakes) => places(&mistakes, text),
    }
}

fn grants(text: &str) {
    match grants_from_json(text) {
        Ok(encoded) => {
            assert!(Document::read(text.as_bytes()).is_ok(), "read, and serde_json does not: {text}");
            let grants = Grants::decode(&encoded).expect("grants that were read are well-formed");
            let shown = serde_json::to_string(&GrantsAsJson(grants)).expect("grants in JSON");
            assert_eq!(grants_from_json(&shown).as_deref(), Ok(encoded.as_slice()), "read again: {shown}");
        }
        Err(mistakes) => places(&mistakes, text),
    }
}

/// Every mistake is somewhere in the text, and can be told.
fn places(mistakes: &BundleErrors, text: &str) {
    let lines = text.split('\n').count();
    for mistake in mistakes.iter() {
        let at = mistake.at();
        assert!((1..=lines).contains(&at.line()), "line {} of {lines}: {text:?}", at.line());
        assert!(at.column() >= 1 && at.column() <= text.len() + 1, "column {}: {text:?}", at.column());
        assert!(!mistake.to_string().is_empty());
    }
    assert!(mistakes.iter().count() > 0, "refused, and no mistake");
}

/// A bundle that loads as this trust.
fn show(trust: &Trust<'_>) -> Value {
    let entities = |entities: &[Entities<'_>]| -> Value {
        let entity = |entity: &Entities<'_>| match entity {
            Entities::Exact(one) => json!(&**one),
            Entities::Namespace(namespace) => json!({"namespace": &**namespace}),
        };
        entities.iter().map(entity).collect()
    };
    let texts = |texts: &[throughline::Text<'_>]| -> Value { texts.iter().map(|text| json!(&**text)).collect() };
    let origins = trust.origins.iter().map(|anchor| {
        let mut shown = match &anchor.kind {
            OriginKind::Identity { key, identifier, role, accountable } => json!({
                "kind": "identity", "key": jwk(key), "identifier": &**identifier, "role": &**role,
                "accountable": entities(accountable),
            }),
            OriginKind::Role { attester, role, accountable } => json!({
                "kind": "role", "attester": &**attester, "role": &**role, "accountable": &**accountable,
            }),
            OriginKind::Context { attester, properties, accountable, max_age } => {
                let tests: Value = properties
                    .iter()
                    .map(|property| match &property.test {
                        Test::Equals(value) => json!({"name": &*property.name, "equals": shown_property(value)}),
                        Test::Tier(tier) => json!({"name": &*property.name, "tier": word(*tier)}),
                    })
                    .collect();
                json!({
                    "kind": "context", "attester": &**attester, "properties": tests, "accountable": &**accountable,
                    "max_age": max_age,
                })
            }
        };
        shown["name"] = json!(&*anchor.name);
        shown["ceiling"] = serde_json::to_value(GrantsAsJson(anchor.ceiling.grants())).expect("grants in JSON");
        shown
    });
    let attesters = trust.attesters.iter().map(|attester| {
        json!({
            "key": jwk(&attester.key), "name": &*attester.name, "namespaces": texts(&attester.namespaces),
            "accountable": entities(&attester.accountable), "roles": texts(&attester.roles),
            "properties": texts(&attester.properties), "outlive": attester.outlive,
        })
    });
    let pins = trust.pins.iter().map(|pin| {
        let properties: Map<String, Value> =
            pin.properties.iter().map(|(name, value)| (name.to_string(), shown_property(value))).collect();
        json!({
            "key": jwk(&pin.key), "identifier": &*pin.identifier, "roles": texts(&pin.roles), "properties": properties,
            "accountable": &*pin.accountable, "attester": &*pin.attester,
        })
    });
    let revokers = trust.revokers.iter().map(|revoker| {
        json!({
            "key": jwk(&revoker.key), "name": &*revoker.name, "accountable": entities(&revoker.accountable),
            "attesters": texts(&revoker.attesters),
        })
    });
    json!({
        "version": 0, "origins": origins.collect::<Value>(), "attesters": attesters.collect::<Value>(),
        "pins": pins.collect::<Value>(), "revokers": revokers.collect::<Value>(),
    })
}

fn jwk(key: &TrustedKey) -> Value {
    json!({"kty": "EC", "crv": "P-256", "x": encode_text(key.key().x()), "y": encode_text(key.key().y())})
}

fn shown_property(value: &PropertyValue<'_>) -> Value {
    match value {
        PropertyValue::Int(value) => json!(value),
        PropertyValue::Text(value) => json!(&**value),
        PropertyValue::Bool(value) => json!(value),
        PropertyValue::Bytes(value) => json!({"bytes": encode_text(value)}),
    }
}

const fn word(tier: Tier) -> &'static str {
    match tier {
        Tier::Affirming => "affirming",
        Tier::Warning => "warning",
        Tier::Contraindicated => "contraindicated",
    }
}

/// Whether a document and what is shown of it say the same: in any order of members, and of the elements of sets.
fn is_same(document: &Document, shown: &Value, name: &str) -> bool {
    match (document, shown) {
        (Document::Null, Value::Null) => true,
        (Document::Bool(one), Value::Bool(other)) => one == other,
        (Document::Int(one), Value::Number(other)) => other.as_i128() == Some(*one),
        (Document::Text(one), Value::String(other)) => one == other,
        (Document::Array(ones), Value::Array(others)) if matches!(name, "ceiling" | "one_of") => {
            ones.len() == others.len()
                && ones.iter().all(|one| others.iter().any(|other| is_same(one, other, "")))
                && others.iter().all(|other| ones.iter().any(|one| is_same(one, other, "")))
        }
        (Document::Array(ones), Value::Array(others)) => {
            ones.len() == others.len() && ones.iter().zip(others).all(|(one, other)| is_same(one, other, ""))
        }
        (Document::Object(ones), Value::Object(others)) => {
            ones.iter().all(|(name, one)| match others.get(name) {
                Some(other) => is_same(one, other, name),
                None => IGNORED.contains(&name.as_str()),
            }) && others.iter().all(|(name, other)| document.member(name).is_some() || is_default(other))
        }
        _ => false,
    }
}

/// What an absent member means.
fn is_default(value: &Value) -> bool {
    match value {
        Value::Array(elements) => elements.is_empty(),
        Value::Object(members) => members.is_empty(),
        Value::Number(number) => number.as_u64() == Some(0),
        _ => false,
    }
}

/// Members without meaning for trust.
const IGNORED: [&str; 5] = ["$schema", "use", "alg", "key_ops", "kid"];

/// A good bundle, and a small one with a single key: keys take the time.
static EXAMPLE: LazyLock<(Document, Document)> = LazyLock::new(|| {
    let read = |text: &[u8]| Document::read(text).expect("a document");
    let (whole, small) = (read(include_bytes!("../../src/bundle/tests/example.json")), read(SMALL.as_bytes()));
    for bundle in [&whole, &small] {
        Bundle::from_json(&bundle.written()).expect("a good bundle");
    }
    (whole, small)
});

const SMALL: &str = r#"{
  "version": 0,
  "origins": [
    {
      "name": "agents", "kind": "role", "attester": "spiffe://prod.example/attester", "role": "agent",
      "accountable": "https://acme.example/security",
      "ceiling": [
        {"action": "a.*", "resource": "b/*", "limits": {
          "n": {"range": [1, 7]}, "p": {"prefix": "a/b"}, "o": {"one_of": ["x", 1, true]}, "e": {"equals": false}
        }},
        {"action": "*", "resource": "*"}
      ]
    },
    {
      "name": "enclave", "kind": "context", "attester": "spiffe://prod.example/attester",
      "properties": [{"name": "p", "tier": "affirming"}, {"name": "q", "equals": {"bytes": "AA"}}],
      "accountable": "https://acme.example/platform", "max_age": 600, "ceiling": []
    }
  ],
  "attesters": [{
    "key": {
      "kty": "EC", "crv": "P-256",
      "x": "RpY8M6oSYvNB0UNz6BdNEYUUx4hgjOCgqumhI80rFZM", "y": "3v8uoaoAtI22sCvgPSoTMqQMPjDVw6zUslWWB69WT_c"
    },
    "name": "spiffe://prod.example/attester", "namespaces": ["spiffe://prod.example/workload"],
    "accountable": [{"namespace": "https://acme.example"}], "roles": ["agent"], "properties": ["p", "q"]
  }]
}"#;

fn seeds(vectors: &Vectors) -> Vec<Vec<u8>> {
    let example = include_bytes!("../../src/bundle/tests/example.json").to_vec();
    let texts = vectors.bundles().into_iter().chain([example]).chain(ODD.iter().map(|text| text.as_bytes().to_vec()));
    let texts = texts.map(|text| [&[0], text.as_slice()].concat());
    let edits = (0..64_u8).map(|n| vec![0x80 | n % 2, n.wrapping_mul(37), n / 2 % 8, n, n.wrapping_mul(11)]);
    each_once(texts.chain(edits).chain([vec![0x80], vec![0x81]]))
}

const ODD: &[&str] = &[
    "{}",
    r#"{"version":0}"#,
    r#"{"version":0,"version":0}"#,
    r#"{"version":0,"origins":[],"attesters":[],"pins":[],"revokers":[]}"#,
    r#"{"version":0,"orig\u0069ns":[],"origins":[]}"#,
    r#"[{"action":"a","resource":"b","limits":{"n":{"range":[1,2]},"m":{"one_of":[1,"x",true]}}}]"#,
    r#"{"action":"a.*","resource":"*","limits":{"n":{"prefix":"a/b"},"n":{"equals":1}}}"#,
    "[]",
];
