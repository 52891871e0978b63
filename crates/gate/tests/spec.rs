//! spec/enforcement.md and the code have the same names.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test may fail")]

use std::collections::BTreeSet;

use throughline::ErrorKind;
use throughline_gate::{Layer, UnmetKind};

const SPEC: &str = include_str!("../../../spec/enforcement.md");

/// The words in backquotes of a column of a table's rows.
fn column(section: &str, at: usize) -> BTreeSet<&'static str> {
    let text = SPEC.split("\n## ").find(|text| text.starts_with(section)).unwrap();
    let rows = text.lines().filter(|line| line.starts_with("| "));
    let cells = rows.filter_map(|line| line.split('|').nth(at));
    cells.flat_map(|cell| cell.split('`').skip(1).step_by(2)).collect()
}

#[test]
fn layers_refusals_are_those_of_the_table() {
    let names: BTreeSet<&str> = Layer::TABLE.iter().map(|row| row.1).collect();
    assert_eq!(column("2. One decision", 1), names);
    for (layer, name, reason, _) in Layer::TABLE {
        let status = throughline_gate::Refusal::from(*layer).http_status();
        let row = format!("| `{name}` | `{}` | {status} |", reason.name());
        assert!(SPEC.contains(&row), "{row}");
    }
}

#[test]
fn requirements_refusals_are_those_of_the_table() {
    let names: BTreeSet<&str> = UnmetKind::TABLE.iter().map(|row| row.1).collect();
    assert_eq!(column("3. Requirements", 2), names);
}

#[test]
fn no_two_refusals_share_a_name() {
    let steps = ErrorKind::TABLE.iter().map(|row| row.1);
    let own = Layer::TABLE.iter().map(|row| row.1).chain(UnmetKind::TABLE.iter().map(|row| row.1));
    let mut seen = BTreeSet::new();
    for name in steps.chain(own) {
        assert!(seen.insert(name), "{name}");
    }
}

/// Each name stands in a test that raises it.
#[test]
fn every_refusal_is_raised_by_a_test() {
    let tests = [
        include_str!("decisions.rs"),
        include_str!("requirements.rs"),
        include_str!("records.rs"),
        include_str!("swaps.rs"),
    ];
    let raised = |name: &str| tests.iter().any(|test| test.contains(&format!("\"{name}\"")));
    for (_, name, ..) in UnmetKind::TABLE {
        assert!(raised(name), "{name}");
    }
    // The others are the layers' to raise: here they are only recorded.
    for name in ["token-absent", "trust-unavailable", "record-failed"] {
        assert!(raised(name), "{name}");
    }
}

#[cfg(feature = "prometheus")]
#[test]
fn metrics_are_those_of_the_list() {
    use throughline::UnixTime;
    use throughline::trust::Trust;
    use throughline_gate::{Gate, NoRecords};

    let gate = Gate::builder("https://a.example", Trust::default(), NoRecords).clock(UnixTime(0)).build();
    let text = gate.metrics_text().unwrap();
    let written: BTreeSet<&str> =
        text.lines().filter_map(|line| line.strip_prefix("# TYPE ")?.split(' ').next()).collect();
    let section = SPEC.split("\n## ").find(|text| text.starts_with("7. Names")).unwrap();
    let named = section.split('`').skip(1).step_by(2).filter(|name| name.starts_with("throughline_"));
    let named: BTreeSet<&str> = named.map(|name| name.strip_suffix("_total").unwrap_or(name)).collect();
    assert_eq!(written, named);
}
