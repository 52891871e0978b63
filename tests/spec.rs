//! `spec/verification.md`, the error kinds, the sources and the tests say the same.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test may fail")]
#![allow(clippy::indexing_slicing, clippy::arithmetic_side_effects, reason = "in a test they fail loudly")]

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use throughline::{Error, ErrorKind, Part, Place, Reason, UnixTime};

#[path = "common/documents.rs"]
mod documents;

use documents::{cited, names_kind, read, root, sources, variant};

/// Kinds whose tests stand elsewhere, each with the file that has them and why.
const TESTED_ELSEWHERE: &[(&str, &str, &str)] = &[
    ("ListIssuerUnknown", STORE, FOR_LISTS),
    ("ListIssuerName", STORE, FOR_LISTS),
    ("ListNumberLower", STORE, FOR_LISTS),
    ("ListNumberReused", STORE, FOR_LISTS),
    ("ListTooLarge", STORE, FOR_LISTS),
    ("ListSignatureInvalid", STORE, FOR_LISTS),
];
const STORE: &str = "src/revocation_store/tests.rs";
const FOR_LISTS: &str = "lists are taken in by the store, and its tests reach its inside";

/// Number and name of each step, in the order of the document.
fn steps() -> Vec<(u16, String)> {
    let spec = read("spec/verification.md");
    let rows = spec.lines().filter_map(|line| line.strip_prefix("| V"));
    rows.map(|row| {
        let mut cells = row.split(" | ");
        let number = cells.next().unwrap().parse().unwrap();
        let name = cells.next().unwrap().trim_matches('`').to_owned();
        assert!(!cells.next().unwrap().trim_end_matches(" |").is_empty(), "V{number} says when");
        (number, name)
    })
    .collect()
}

#[test]
fn every_step_has_its_error_kind_and_every_kind_its_step() {
    let steps = steps();
    let kinds = ErrorKind::TABLE.iter().map(|(number, name, ..)| (*number, (*name).to_owned()));
    let kinds: Vec<(u16, String)> = kinds.collect();
    assert_eq!(steps, kinds);
    let numbers: BTreeSet<u16> = steps.iter().map(|(number, _)| *number).collect();
    let names: BTreeSet<&String> = steps.iter().map(|(_, name)| name).collect();
    assert_eq!((numbers.len(), names.len()), (steps.len(), steps.len()), "each once");
}

#[test]
fn steps_stand_under_their_stage_in_ascending_order() {
    let mut stage = 0;
    for line in read("spec/verification.md").lines() {
        if let Some(heading) = line.strip_prefix("## ") {
            stage = match heading.strip_prefix("Stage ") {
                Some(numbered) => numbered.split(':').next().unwrap().parse().unwrap(),
                None if heading.starts_with("Taking in") => 14,
                None if heading == "Carriage" => 15,
                None => 0,
            };
        } else if let Some(row) = line.strip_prefix("| V") {
            let number: u16 = row.split(' ').next().unwrap().parse().unwrap();
            assert_eq!(number / 100, stage, "V{number}");
        }
    }
    let numbers: Vec<u16> = steps().into_iter().map(|(number, _)| number).collect();
    assert!(numbers.is_sorted());
}

#[test]
fn ranges_and_single_numbers_are_cited() {
    assert_eq!(cited("V101, V301–V304 and V9; Vx"), BTreeSet::from([9, 101, 301, 302, 303, 304]));
}

#[test]
fn every_step_is_cited_where_it_is_implemented() {
    let mut found = BTreeSet::new();
    for (path, text) in sources("src") {
        // The table of kinds and the tests name all of them and implement none.
        let name = path.file_name().unwrap();
        if name != "error.rs" && name != "tests.rs" {
            found.extend(cited(text.split("#[cfg(test)]\nmod tests {").next().unwrap()));
        }
    }
    let missing: Vec<u16> =
        steps().into_iter().map(|(number, _)| number).filter(|step| !found.contains(step)).collect();
    assert!(missing.is_empty(), "steps that no source cites: {missing:?}");
    let known: BTreeSet<u16> = steps().into_iter().map(|(number, _)| number).collect();
    let unknown: Vec<&u16> = found.difference(&known).collect();
    assert!(unknown.is_empty(), "numbers that are no step's: {unknown:?}");
}

#[test]
fn every_step_has_a_test_that_names_its_error() {
    let own = Path::new(file!()).file_name().unwrap();
    let tests: Vec<(PathBuf, String)> =
        sources("tests").into_iter().filter(|(path, _)| path.file_name().unwrap() != own).collect();
    let mut missing = Vec::new();
    for (number, name) in steps() {
        let kind = variant(&name);
        let tested = match TESTED_ELSEWHERE.iter().find(|(elsewhere, ..)| *elsewhere == kind) {
            Some((_, file, _)) => names_kind(&read(file), &kind),
            None => tests.iter().any(|(_, text)| names_kind(text, &kind)),
        };
        if !tested {
            missing.push(format!("V{number} {kind}"));
        }
    }
    assert!(missing.is_empty(), "steps without a test: {missing:?}");
}

/// The steps that a cell of the last table means.
fn meant(cell: &str) -> BTreeSet<u16> {
    let all: Vec<u16> = steps().into_iter().map(|(number, _)| number).collect();
    let of_stages = |stages: std::ops::RangeInclusive<u16>| {
        let steps: BTreeSet<u16> = all.iter().copied().filter(|number| stages.contains(&(number / 100))).collect();
        steps
    };
    let cell = cell.split(':').next().unwrap();
    let mut meant = BTreeSet::new();
    for item in cell.split(", ") {
        let (item, but) = item.split_once(" but ").unwrap_or((item, ""));
        let stages = item.strip_prefix("stages ").or(item.strip_prefix("stage "));
        match (item, stages) {
            (_, Some(stages)) => {
                let (first, last) = stages.split_once('–').unwrap_or((stages, stages));
                meant.extend(of_stages(first.parse().unwrap()..=last.parse().unwrap()));
            }
            ("lists", _) => meant.extend(of_stages(14..=14)),
            ("carriage", _) => meant.extend(of_stages(15..=15)),
            _ => meant.extend(cited(item)),
        }
        for exception in cited(but) {
            meant.remove(&exception);
        }
    }
    meant.retain(|number| all.contains(number));
    meant
}

#[test]
fn remote_callers_learn_what_the_last_table_says() {
    let spec = read("spec/verification.md");
    let table = spec.split("## What a remote caller learns").nth(1).unwrap();
    let mut reasons: BTreeMap<u16, (String, u16)> = BTreeMap::new();
    for row in table.lines().filter(|line| line.starts_with("| `")) {
        let cells: Vec<&str> = row.trim_matches('|').split('|').map(str::trim).collect();
        let status: u16 = cells[2].parse().unwrap();
        for number in meant(cells[1]) {
            let before = reasons.insert(number, (cells[0].trim_matches('`').to_owned(), status));
            assert_eq!(before, None, "V{number} has two reasons");
        }
    }
    for (number, _, reason, _) in ErrorKind::TABLE {
        let expected = (reason.name().to_owned(), reason.http_status());
        assert_eq!(reasons.get(number), Some(&expected), "V{number}");
    }
}

/// Everything of an error that somebody may read or match on.
fn golden() -> String {
    let mut text =
        String::from("# Written by tests/spec.rs: UPDATE_GOLDEN=1 writes it anew. Numbers and names are stable.\n");
    for (number, name, reason, display) in ErrorKind::TABLE {
        writeln!(text, "V{number} {name} {}: {display}", reason.name()).unwrap();
    }
    let at = |part: Part, byte: Option<u32>| Place { part, byte };
    let (now, time) = (UnixTime(1_800_000_000), UnixTime(1_800_000_100));
    for (kind, at) in [
        (ErrorKind::TokenEmpty, at(Part::Token, None)),
        (ErrorKind::TokenTooLarge { len: 16_385, max: 16_384 }, at(Part::Token, None)),
        (ErrorKind::ProofTooLarge { len: 1_025, max: 1_024 }, at(Part::Proof, None)),
        (ErrorKind::WrongTyp, at(Part::Item(3), Some(700))),
        (ErrorKind::ClaimUnknown, at(Part::Credential(2), Some(1_024))),
        (ErrorKind::NotYetValid { now, start: time }, at(Part::Link(0), None)),
        (ErrorKind::Expired { now: time, exp: now }, at(Part::Link(15), None)),
        (ErrorKind::AttesterUnknown, at(Part::Known(4), None)),
        (ErrorKind::SignatureInvalid, at(Part::HandOver(1), None)),
        (ErrorKind::ProofTooOld { now: time, iat: now }, at(Part::Proof, None)),
        (ErrorKind::ProofTooNew { now, iat: time }, at(Part::Proof, None)),
        (ErrorKind::RequestNotGranted, at(Part::Request, None)),
        (ErrorKind::ListNumberLower { held: 8, number: 7 }, at(Part::RevocationList, None)),
        (ErrorKind::FieldRepeated, at(Part::Field, None)),
    ] {
        writeln!(text, "{}", Error { kind, at }).unwrap();
    }
    for reason in [Reason::Malformed, Reason::Untrusted, Reason::ProofRefused, Reason::Forbidden, Reason::Unavailable] {
        writeln!(text, "{} {}", reason.name(), reason.http_status()).unwrap();
    }
    text
}

#[test]
fn error_texts_are_the_golden_ones() {
    let path = root().join("tests/golden/errors.txt");
    let golden = golden();
    if std::env::var_os("UPDATE_GOLDEN").is_some() {
        std::fs::write(&path, &golden).unwrap();
    }
    assert!(std::fs::read_to_string(path).unwrap_or_default() == golden, "run with UPDATE_GOLDEN=1");
}
