//! What the suite must cover: every step, at every place, from both sides.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

use ciborium::Value as Cbor;
use jsonschema::Validator;
use serde_json::{Value, json};
use throughline::{Digest, ErrorKind, PublicKey};
use throughline_conformance::{Expected, Refusal, Vector};

use crate::bundles;
use crate::common::cbor::{OURS, at, int};
use crate::common::forge::{Message, digest};
use crate::files::directory;
use crate::suite::{PLACES, changed_members, messages};
use crate::{FILES, the_suite};

/// Fewest vectors of a step, and of the suite.
const PER_STEP: usize = 2;
const TOGETHER: usize = 500;

#[test]
fn every_step_has_vectors() {
    let mut count: BTreeMap<u16, usize> = BTreeMap::new();
    for refusal in the_suite().vectors().filter_map(refusal) {
        *count.entry(refusal.number).or_default() += 1;
    }
    let kinds: BTreeSet<u16> = ErrorKind::TABLE.iter().map(|(number, ..)| *number).collect();
    assert_eq!(kinds, steps(), "the errors of the library, and the steps of verification.md");
    let few: Vec<_> = kinds.iter().filter(|number| count.get(number).copied().unwrap_or(0) < PER_STEP).collect();
    assert!(few.is_empty(), "fewer than {PER_STEP} vectors: {few:?}");
    assert!(the_suite().vectors().count() >= TOGETHER);
}

/// Steps that only a root can be refused by, with the reason: they have a first place and no other. Of steps that no root can be refused
/// by, the first place is the first later link.
const ROOT_ONLY: &[(u16, &str)] = &[
    (301, "it is the first link that must be a root"),
    (501, "only a root has an origin"),
    (502, "only a root has an origin"),
    (503, "only a root has an origin"),
    (504, "only a root has an origin"),
    (505, "only a root has an origin"),
    (907, "only a root has a consent record"),
];

/// Parts that stand at a place in the chain.
const IN_THE_CHAIN: [&str; 4] = ["item", "link", "credential", "hand-over"];

#[test]
fn every_step_about_links_has_its_first_middle_and_last() {
    let mut shown: BTreeMap<u16, BTreeSet<&str>> = BTreeMap::new();
    for vector in the_suite().vectors() {
        let Some(refusal) = refusal(vector) else { continue };
        if IN_THE_CHAIN.contains(&refusal.at.part.as_str()) && vector.token.is_some() {
            let places = PLACES.iter().filter(|place| vector.flags.iter().any(|flag| flag == *place));
            shown.entry(refusal.number).or_default().extend(places);
        }
    }
    let mut missing = Vec::new();
    for (step, places) in &shown {
        let root_only = ROOT_ONLY.iter().any(|(number, _)| number == step);
        for place in PLACES {
            match (places.contains(place), root_only && place != "first") {
                (true, true) => missing.push(format!("V{step} stands at the {place} link, where it cannot")),
                (false, false) => missing.push(format!("V{step} lacks the {place} link")),
                _ => {}
            }
        }
    }
    assert!(missing.is_empty(), "{missing:#?}");
}

#[test]
fn every_refused_vector_differs_from_its_twin_in_one_member() {
    let twins: BTreeMap<&str, &Vector> = the_suite().vectors().map(|vector| (vector.id.as_str(), vector)).collect();
    for vector in the_suite().vectors() {
        let Some(refusal) = refusal(vector) else {
            assert_eq!(vector.twin, None, "{}", vector.id);
            continue;
        };
        let twin = twins[vector.twin.as_deref().unwrap()];
        assert!(matches!(twin.expected, Expected::Accepted(_)), "{}: its twin is refused", vector.id);
        assert_eq!(changed_members(twin, vector).len(), 1, "{}", vector.id);
        assert_eq!(vector.step, Some(format!("V{}", refusal.number)), "{}", vector.id);
        assert_eq!(refusal.stage, refusal.number / 100, "{}", vector.id);
    }
}

#[test]
fn every_accepted_vector_is_a_twin_or_shows_something() {
    let twins: BTreeSet<&str> = the_suite().vectors().filter_map(|vector| vector.twin.as_deref()).collect();
    let shows = |vector: &Vector| vector.flags.iter().any(|flag| ["feature", "edge"].contains(&flag.as_str()));
    let idle: Vec<&str> = the_suite()
        .vectors()
        .filter(|vector| vector.twin.is_none() && !twins.contains(vector.id.as_str()) && !shows(vector))
        .map(|vector| vector.id.as_str())
        .collect();
    assert!(idle.is_empty(), "neither a twin nor a feature nor an edge: {idle:?}");
}

#[test]
fn no_two_vectors_ask_the_same() {
    let mut seen: BTreeMap<String, &str> = BTreeMap::new();
    let mut twice = Vec::new();
    for vector in the_suite().vectors() {
        let bare = Vector {
            id: String::new(),
            step: None,
            description: String::new(),
            flags: Vec::new(),
            twin: None,
            work: 0,
            expected: Expected::Accepted(throughline_conformance::Facts::default()),
            ..vector.clone()
        };
        if let Some(other) = seen.insert(serde_json::to_string(&bare).unwrap(), &vector.id) {
            twice.push(format!("{} and {other}", vector.id));
        }
    }
    assert!(twice.is_empty(), "{twice:#?}");
}

#[test]
fn every_file_has_the_form_of_the_schema() {
    let vectors = validator(&directory().join("schema.json"));
    let bundle = validator(&Path::new(env!("CARGO_MANIFEST_DIR")).join("../../spec/bundle.schema.json"));
    let mut bundles = BTreeSet::new();
    for file in FILES {
        let whole = read(&directory().join(file));
        let first = vectors.iter_errors(&whole).next();
        assert!(first.is_none(), "{file}: {}", first.unwrap());
        let trusts = whole["vectors"].as_array().unwrap().iter().filter_map(|vector| vector.get("trust"));
        bundles.extend(trusts.map(Value::to_string));
    }
    for text in bundles {
        let trust = serde_json::from_str(&text).unwrap();
        let first = bundle.validate(&trust);
        assert!(first.is_ok(), "{text}: {first:?}");
    }
}

#[test]
fn the_schema_refuses_what_is_no_vector() {
    let vectors = validator(&directory().join("schema.json"));
    let whole = read(&directory().join(FILES[0]));
    assert!(vectors.is_valid(&whole));
    for (member, value) in [("extra", json!(0)), ("work", json!(65)), ("token", json!("+")), ("expected", json!({}))] {
        let mut spoiled = whole.clone();
        spoiled["vectors"][0][member] = value;
        assert!(!vectors.is_valid(&spoiled), "{member}");
    }
}

/// Whoever wants to sign a vector anew finds each key in `keys.json`.
#[test]
fn every_key_of_an_accepted_vector_is_published() {
    let published = read(&directory().join("keys.json"));
    let of = |table: &str| published[table].as_object().unwrap().values().map(bundles::thumbprint).collect();
    let (signing, agreement): (BTreeSet<Digest>, BTreeSet<Digest>) = (of("signing"), of("agreement"));
    for vector in the_suite().vectors().filter(|vector| refusal(vector).is_none()) {
        let bytes = [&vector.token, &vector.proof, &vector.credential, &vector.list].into_iter().flatten();
        let bytes = bytes.chain(&vector.known).chain(&vector.lists);
        let messages: Vec<Message> = bytes.flat_map(|bytes| messages(&bytes.0)).collect();
        let named: BTreeSet<Digest> = messages.iter().map(Message::digest).collect();
        for message in &messages {
            let kid = message.kid();
            assert!(signing.contains(&kid) || named.contains(&kid), "{}: a kid", vector.id);
            let mut claims = message.claims_value();
            let has = |claims: &Cbor, label: i64| claims.as_map().unwrap().iter().any(|(key, _)| *key == int(label));
            if has(&claims, 8) {
                let key = key_of(at(&mut claims, &[8, 1]));
                assert!(signing.contains(&key), "{}: a key in cnf", vector.id);
            }
            // Only with a MAC does anybody need the secret.
            if !vector.agreement.is_empty() && has(at(&mut claims, &[OURS]), 9) {
                let key = key_of(at(&mut claims, &[OURS, 9]));
                assert!(agreement.contains(&key), "{}: a key in agree", vector.id);
            }
        }
    }
}

fn key_of(key: &mut Cbor) -> Digest {
    let mut coordinate = |label| digest(at(key, &[label])).0;
    PublicKey::from_coordinates(coordinate(-2), coordinate(-3)).thumbprint()
}

/// The steps of `spec/verification.md`.
fn steps() -> BTreeSet<u16> {
    let spec = fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("../../spec/verification.md")).unwrap();
    let rows = spec.lines().filter_map(|line| line.strip_prefix("| V"));
    rows.map(|row| row.split(' ').next().unwrap().parse().unwrap()).collect()
}

fn refusal(vector: &Vector) -> Option<&Refusal> {
    match &vector.expected {
        Expected::Accepted(_) => None,
        Expected::Refused(refusal) => Some(refusal),
    }
}

fn validator(path: &Path) -> Validator {
    jsonschema::draft202012::new(&read(path)).unwrap()
}

fn read(path: &Path) -> Value {
    serde_json::from_str(&fs::read_to_string(path).unwrap()).unwrap()
}
