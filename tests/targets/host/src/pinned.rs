//! Whether two programs answer alike, and what one of them cannot do: named, counted, and pinned.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use throughline_conformance::{Operation, ProfiledRequest, Suite, Vector};

/// What takes an allocator, and of how many vectors.
const UNSUPPORTED: [(&str, u32); 2] = [
    // Strict JSON.
    ("request-digest, mcp", 96),
    // What is accepted or refused by stage 14, in a store.
    ("take-list, after stage 2", 49),
];

/// A line for people.
pub(crate) fn compare(suite: &Suite, answers: &str, others: &str) -> Result<String, String> {
    let count = suite.vectors().count();
    let (answers, others): (Vec<&str>, Vec<&str>) = (answers.lines().collect(), others.lines().collect());
    if (answers.len(), others.len()) != (count, count) {
        return Err(format!("{count} vectors, {} answers and {} others", answers.len(), others.len()));
    }
    let mut unsupported: BTreeMap<&str, u32> = BTreeMap::new();
    for ((file, vector), (one, other)) in suite.vectors().zip(answers.iter().zip(others)) {
        if other == r#"{"verdict":"unsupported"}"# {
            *unsupported.entry(kind(vector)).or_default() += 1;
        } else if *one != other {
            return Err(format!("{file}: {}: {one}, and there: {other}", vector.id));
        }
    }
    if !unsupported.is_empty() && unsupported != BTreeMap::from(UNSUPPORTED) {
        return Err(format!("not supported: {unsupported:?}, and pinned: {UNSUPPORTED:?}"));
    }
    let rest: u32 = unsupported.values().sum();
    let mut text = format!("{} of {count} answers are the same, byte for byte", count - rest as usize);
    for (kind, count) in unsupported {
        let _ = write!(text, "; {count} need an allocator: {kind}");
    }
    Ok(text + "\n")
}

fn kind(vector: &Vector) -> &'static str {
    match (vector.operation, &vector.profiled) {
        (Operation::RequestDigest, Some(ProfiledRequest::Mcp(_))) => "request-digest, mcp",
        (Operation::TakeList, _) => "take-list, after stage 2",
        _ => "something else",
    }
}
