//! Every entry of `spec/threats.md` is played by a test that says so, and asserts every step that the entry cites.
//!
//! An entry is a table's row, a bullet or a paragraph from §2 on. A test names it by its beginning: `/// §5: prefix truncation`.

use std::collections::{BTreeMap, BTreeSet};

use throughline::ErrorKind;

use crate::documents::{cited, names_kind, read, sources, variant};

/// What stands there and is no attack.
const NO_ATTACKS: &[(u8, &str, &str)] = &[
    (4, "Who can continue from a link, now or later", "introduces the table"),
    (8, "Actors at several places of a chain", "introduces the bullets"),
    (14, "A service for which this matters", "advice to a service, which has the reasons in its own hands"),
];

/// One entry.
#[derive(Debug)]
struct Entry {
    section: u8,
    /// A row's first cell, or all of it, without what makes it bold.
    key: String,
    steps: BTreeSet<u16>,
}

fn entries(document: &str) -> Vec<Entry> {
    let mut entries = Vec::new();
    let mut section = 0;
    let mut lines = document.lines().peekable();
    while let Some(line) = lines.next() {
        if let Some(heading) = line.strip_prefix("## ") {
            section = heading.split('.').next().unwrap().parse().unwrap();
        }
        let heads_a_table = lines.peek().is_some_and(|next| next.starts_with("| ---"));
        if section < 2 || line.is_empty() || line.starts_with('#') || line.starts_with("| ---") || heads_a_table {
            continue;
        }
        let key = match line.strip_prefix("| ") {
            Some(row) => row.split(" | ").next().unwrap(),
            None => line.strip_prefix("- ").unwrap_or(line),
        };
        entries.push(Entry { section, key: key.replace("**", ""), steps: cited(line) });
    }
    entries
}

/// A test: the entries that it names, and its text.
struct Test {
    name: String,
    plays: Vec<(u8, String)>,
    text: String,
}

fn tests() -> Vec<Test> {
    let mut tests = Vec::new();
    for (_, source) in sources("tests/attacks") {
        let mut plays = Vec::new();
        let mut lines = source.lines();
        while let Some(line) = lines.next() {
            if let Some(named) = line.strip_prefix("/// §") {
                let (section, key) = named.split_once(": ").unwrap_or_else(|| panic!("{line}"));
                plays.push((section.parse().unwrap(), key.to_owned()));
            } else if line == "#[test]" {
                let head = lines.next().unwrap();
                let name = head.trim_start_matches("fn ").split('(').next().unwrap().to_owned();
                let text = lines.by_ref().take_while(|line| *line != "}").collect::<Vec<_>>().join("\n");
                tests.push(Test { name, plays: std::mem::take(&mut plays), text });
            } else {
                assert!(plays.is_empty() || line.starts_with("///"), "no test follows {plays:?}");
            }
        }
    }
    tests
}

/// What is wrong between the document and these tests.
fn gaps(document: &str, tests: &[Test]) -> Vec<String> {
    let entries = entries(document);
    let mut gaps = Vec::new();
    let find = |section: u8, key: &str| -> Vec<usize> {
        let among = |is: &dyn Fn(&str) -> bool| {
            let all = entries.iter().enumerate().filter(|(_, entry)| entry.section == section && is(&entry.key));
            all.map(|(at, _)| at).collect::<Vec<_>>()
        };
        let whole = among(&|own| own == key);
        if whole.is_empty() { among(&|own| own.starts_with(key)) } else { whole }
    };
    let mut played: BTreeMap<usize, Vec<&Test>> = BTreeMap::new();
    for test in tests {
        for (section, key) in &test.plays {
            match find(*section, key)[..] {
                [at] => played.entry(at).or_default().push(test),
                [] => gaps.push(format!("{}: §{section} has no entry `{key}`", test.name)),
                _ => gaps.push(format!("{}: §{section} has several entries `{key}`", test.name)),
            }
        }
    }
    for (section, key, _) in NO_ATTACKS {
        match find(*section, key)[..] {
            [at] if !played.contains_key(&at) => drop(played.insert(at, Vec::new())),
            _ => gaps.push(format!("§{section}: `{key}` is no exception")),
        }
    }
    let kinds: BTreeMap<u16, String> =
        ErrorKind::TABLE.iter().map(|(number, name, ..)| (*number, variant(name))).collect();
    for (at, entry) in entries.iter().enumerate() {
        let Some(tests) = played.get(&at) else {
            gaps.push(format!("§{}: no test plays `{}`", entry.section, entry.key));
            continue;
        };
        // A range may have holes where numbers are not taken.
        for (step, kind) in entry.steps.iter().filter_map(|step| Some((step, kinds.get(step)?))) {
            if !tests.iter().any(|test| names_kind(&test.text, kind)) {
                gaps.push(format!(
                    "§{}: `{}` cites V{step}, and none of its tests asserts {kind}",
                    entry.section, entry.key
                ));
            }
        }
    }
    gaps
}

#[test]
fn every_entry_of_the_document_is_played_with_every_step_it_cites() {
    let gaps = gaps(&read("spec/threats.md"), &tests());
    assert!(gaps.is_empty(), "{}", gaps.join("\n"));
}

#[test]
fn every_test_of_this_suite_plays_an_entry() {
    let own = ["every_entry_of_the_document_", "every_test_of_this_suite_", "entry_without_its_test_"];
    let others = tests().into_iter().filter(|test| !own.iter().any(|own| test.name.starts_with(own)));
    let idle: Vec<String> = others.filter(|test| test.plays.is_empty()).map(|test| test.name).collect();
    assert!(idle.is_empty(), "{idle:?}");
}

#[test]
fn entry_without_its_test_is_found() {
    let document = read("spec/threats.md");
    let before = gaps(&document, &tests()).len();
    let added = |line: &str| gaps(&format!("{document}\n{line}\n"), &tests()).len() - before;
    assert_eq!(added("| a new attack | V103 `proof-missing` | nothing |"), 1);
    assert_eq!(added("- **A new way in.** Nobody thought of it."), 1);
    // A step that a row cites from now on.
    let row = "| stolen token, presented without a proof | V103";
    assert!(document.contains(row));
    let more = document.replace(row, &format!("{row} V1202"));
    assert_eq!(gaps(&more, &tests()).len() - before, 1);
    // A row that is gone, and with it what its test plays.
    let fewer: String =
        document.lines().filter(|line| !line.starts_with(row)).map(|line| format!("{line}\n")).collect();
    assert_eq!(gaps(&fewer, &tests()).len() - before, 1);
}
