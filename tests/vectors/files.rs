//! The files of the suite: written, compared byte by byte, and judged.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use serde_json::{Map, Value, json};
use throughline::Digest;
use throughline_conformance::{File, compare};

use crate::common::public;
use crate::common::world::agreement_key;
use crate::suite::FileOf;
use crate::{FILES, TOPICS, the_suite};

/// Judges every vector of a file as it lies on the disk.
#[track_caller]
pub(crate) fn judge(file: &str) {
    let text = fs::read_to_string(directory().join(file)).unwrap_or_else(|error| panic!("{file}: {error}"));
    let File { vectors, .. } = serde_json::from_str(&text).unwrap();
    let mut wrong = Vec::new();
    for vector in &vectors {
        match throughline_conformance::judge(vector) {
            Err(unusable) => wrong.push(format!("{}: unusable: {unusable}", vector.id)),
            Ok(judged) => {
                if let Err(difference) = compare(&vector.expected, &judged, vector.work) {
                    wrong.push(format!("{}: {difference}", vector.id));
                }
            }
        }
    }
    assert!(wrong.is_empty(), "{} of {} in {file}:\n{}", wrong.len(), vectors.len(), wrong.join("\n"));
}

#[test]
fn vectors_are_what_the_generator_makes() {
    let made: Vec<(String, String)> = the_suite()
        .files()
        .iter()
        .map(|(file, of)| (file.clone(), written(file, of)))
        .chain([("keys.json".to_owned(), keys())])
        .collect();
    if std::env::var_os("UPDATE_VECTORS").is_some() {
        update(&made);
    }
    let names: BTreeSet<&str> = made.iter().map(|(file, _)| file.as_str()).collect();
    let there = on_disk();
    let there: BTreeSet<&str> = there.iter().map(String::as_str).collect();
    assert_eq!(there, names, "files on the disk, and files that are generated");
    for (file, text) in &made {
        let held = fs::read_to_string(directory().join(file)).unwrap();
        assert!(held == *text, "{file} is not what is generated: UPDATE_VECTORS=1 writes it");
    }
}

#[test]
fn every_file_has_its_named_test() {
    let listed: BTreeSet<&str> = FILES.iter().copied().collect();
    assert_eq!(listed.len(), FILES.len(), "a file is listed twice");
    let mut there = on_disk();
    there.remove("keys.json");
    let there: BTreeSet<&str> = there.iter().map(String::as_str).collect();
    assert_eq!(there, listed);
    let topics: BTreeSet<String> = TOPICS.iter().map(|(topic, _)| format!("accept/{topic}.json")).collect();
    assert!(topics.iter().all(|file| listed.contains(file.as_str())));
}

/// Removes what is no longer made, and writes the rest.
fn update(made: &[(String, String)]) {
    for file in on_disk() {
        if made.iter().all(|(name, _)| *name != file) {
            fs::remove_file(directory().join(file)).unwrap();
        }
    }
    for (file, text) in made {
        let path = directory().join(file);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }
}

/// JSON with one member of a vector per line.
fn written(file: &str, of: &FileOf) -> String {
    let up = "../".repeat(file.matches('/').count());
    let vectors: Vec<String> =
        of.vectors.iter().map(|vector| object(&serde_json::to_value(vector).unwrap(), 4)).collect();
    format!(
        "{{\n  \"$schema\": \"{up}schema.json\",\n  \"description\": {},\n  \"vectors\": [\n    {}\n  ]\n}}\n",
        json!(of.description),
        vectors.join(",\n    ")
    )
}

/// An object, one member per line.
fn object(value: &Value, indent: usize) -> String {
    let members = value.as_object().unwrap();
    let inner = " ".repeat(indent + 2);
    let lines: Vec<String> = members.iter().map(|(name, value)| format!("{inner}{}: {value}", json!(name))).collect();
    format!("{{\n{}\n{}}}", lines.join(",\n"), " ".repeat(indent))
}

/// The secret scalars, so that others can sign anew.
fn keys() -> String {
    let text = |bytes: &[u8]| json!(throughline::encode_text(bytes));
    let signing = SIGNING.iter().map(|name| {
        let key = public(name);
        let secret = Digest::of(&[b"test key ", name.as_bytes()]);
        let value = json!({
            "d": text(secret.as_bytes()),
            "x": text(key.key().x()),
            "y": text(key.key().y()),
            "thumbprint": text(key.thumbprint().as_bytes()),
        });
        ((*name).to_owned(), value)
    });
    let agreement = AGREEMENT.iter().map(|name| {
        let key = agreement_key(name);
        let secret = Digest::of(&[b"agreement key ", name.as_bytes()]);
        let value = json!({
            "d": text(secret.as_bytes()),
            "x": text(key.public().key().x()),
            "y": text(key.public().key().y()),
            "thumbprint": text(key.public().thumbprint().as_bytes()),
        });
        ((*name).to_owned(), value)
    });
    let lines =
        |keys: &mut dyn Iterator<Item = (String, Value)>| object(&Value::Object(keys.collect::<Map<_, _>>()), 2);
    format!(
        "{{\n  \"description\": {},\n  \"signing\": {},\n  \"agreement\": {}\n}}\n",
        json!(
            "Secret scalars of every key in the vectors, on P-256: SHA-256 of \"test key \" or \"agreement key \" and the name. \
               Never use them for anything else."
        ),
        lines(&mut signing.into_iter()),
        lines(&mut agreement.into_iter()),
    )
}

/// Every JSON file but the schema.
fn on_disk() -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    let mut open = vec![PathBuf::new()];
    while let Some(folder) = open.pop() {
        for entry in fs::read_dir(directory().join(&folder)).unwrap() {
            let entry = entry.unwrap();
            let path = folder.join(entry.file_name());
            if entry.file_type().unwrap().is_dir() {
                open.push(path);
            } else if !STANDING.iter().any(|name| path == Path::new(name)) {
                found.insert(path.to_str().unwrap().replace('\\', "/"));
            }
        }
    }
    found
}

pub(crate) fn directory() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../test-vectors")
}

/// Written by hand.
const STANDING: [&str; 2] = ["README.md", "schema.json"];

/// The keys that sign something, and some that nobody trusts.
const SIGNING: &[&str] = &[
    "alice",
    "attester",
    "platform",
    "gateway",
    "stray",
    "agent",
    "revoker",
    "mallory",
    "bob",
    "worker 0",
    "worker 1",
    "worker 2",
    "worker 3",
    "worker 4",
    "worker 5",
    "worker 6",
    "worker 7",
    "worker 8",
    "worker 9",
    "worker 10",
    "worker 11",
    "worker 12",
    "worker 13",
    "worker 14",
    "worker 15",
    "worker 16",
];

/// The keys that agree on MAC keys.
const AGREEMENT: &[&str] = &["root", "alice", "worker 1", "worker 2", "somebody", "audience", "other", "elsewhere"];
