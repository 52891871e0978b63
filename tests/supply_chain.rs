//! Every dependency of the library is named in SUPPLY-CHAIN.md, with the feature that brings it, and nothing else is.
#![allow(clippy::unwrap_used, reason = "a test may fail")]

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::process::Command;

/// What a build with exactly these features links, on any target.
fn linked(features: &str) -> BTreeSet<String> {
    let tree = ["tree", "--package", "throughline", "--no-default-features", "--features", features];
    let form = ["--edges", "normal", "--target", "all", "--prefix", "none", "--format", "{p}", "--locked"];
    let done =
        Command::new(env!("CARGO")).args(tree).args(form).current_dir(env!("CARGO_MANIFEST_DIR")).output().unwrap();
    assert!(done.status.success(), "{}", String::from_utf8_lossy(&done.stderr));
    let lines = String::from_utf8(done.stdout).unwrap();
    let names = lines.lines().filter_map(|line| line.split(' ').next()).filter(|name| *name != "throughline");
    names.filter(|name| !name.is_empty()).map(str::to_owned).collect()
}

/// Crates by name, and the features that bring them.
fn named() -> BTreeMap<String, BTreeSet<String>> {
    let page = std::fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("SUPPLY-CHAIN.md")).unwrap();
    let rows = page.lines().filter(|line| line.starts_with("| `"));
    let row = |line: &str| {
        let mut cells = line.trim_matches('|').split('|').map(|cell| cell.trim().replace('`', ""));
        let (name, with, why) = (cells.next().unwrap(), cells.next().unwrap(), cells.next().unwrap());
        assert!(!why.is_empty(), "{name} has no reason");
        (name, with.split(", ").map(str::to_owned).collect())
    };
    rows.map(row).collect()
}

#[test]
fn table_of_dependencies_is_what_is_linked() {
    let mut found: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    let verifier = linked("");
    for (label, features) in
        [("engine", "engine"), ("p256", "p256"), ("bundle", "bundle"), ("issue", "issue"), ("aws-lc", "aws-lc")]
    {
        // `bundle` and `issue` bring `p256` with them.
        let below = if matches!(label, "bundle" | "issue") { linked("p256") } else { verifier.clone() };
        for name in linked(features).difference(&below) {
            found.entry(name.clone()).or_default().insert(label.to_owned());
        }
    }
    for name in verifier {
        found.entry(name).or_default().insert("the verifier".to_owned());
    }
    assert!(found.len() > 40, "the list is not empty");
    assert_eq!(found, named());
}
