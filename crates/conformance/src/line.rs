//! Vectors and verdicts as lines of JSON, both ways (test-vectors/README.md, protocol).

use std::io::{self, BufRead, Read as _};

use serde_json::{Map, Value, json};

use crate::judge::{Judged, Unusable};
use crate::run::Answer;
use crate::vector::{Expected, Vector};

/// A vector without its verdict, for whoever is to find it.
///
/// # Errors
/// Those of serde, which a vector that was read does not have.
pub fn question(vector: &Vector) -> Result<String, serde_json::Error> {
    let mut vector: Map<String, Value> = serde_json::from_value(serde_json::to_value(vector)?)?;
    for verdict in ["expected", "work", "twin"] {
        vector.remove(verdict);
    }
    serde_json::to_string(&vector)
}

/// Reads a vector that has no verdict.
///
/// # Errors
/// What is wrong with it.
pub fn read_question(line: &str) -> Result<Vector, serde_json::Error> {
    let mut vector: Map<String, Value> = serde_json::from_str(line)?;
    // Nobody reads these: they only complete the form.
    vector.entry("expected").or_insert_with(|| json!({"verdict": "accepted"}));
    vector.entry("work").or_insert_with(|| json!(0));
    serde_json::from_value(Value::Object(vector))
}

/// A verdict, or that the vector is no scenario.
#[must_use]
pub fn answer(judged: &Result<Judged, Unusable>) -> String {
    let line = match judged {
        Ok(Judged { verdict, signatures }) => {
            let mut line = serde_json::to_value(verdict).unwrap_or_default();
            if let Value::Object(members) = &mut line {
                members.insert("signatures".to_owned(), json!(signatures));
            }
            line
        }
        Err(Unusable(reason)) => json!({"verdict": "unusable", "reason": reason}),
    };
    line.to_string()
}

/// Reads an answer; `None` if it is no JSON object, so that nobody knows what it answers.
pub(crate) fn read_answer(line: &str) -> Option<Answer> {
    let mut members: Map<String, Value> = serde_json::from_str(line).ok()?;
    let signatures = members.remove("signatures").unwrap_or(json!(0));
    let Some(signatures) = signatures.as_u64() else {
        return Some(Answer::Nothing(format!("an answer whose signatures are {signatures}")));
    };
    let signatures = u32::try_from(signatures).unwrap_or(u32::MAX);
    match members.get("verdict").and_then(Value::as_str) {
        Some("unsupported") => Some(Answer::Unsupported),
        Some("unusable") => {
            let reason = members.get("reason").and_then(Value::as_str).unwrap_or_default();
            Some(Answer::Nothing(format!("an unusable vector: {reason}")))
        }
        _ => match serde_json::from_value::<Expected>(Value::Object(members)) {
            Ok(verdict) => Some(Answer::Judged(Judged { verdict, signatures })),
            Err(error) => Some(Answer::Nothing(format!("an answer of another form: {error}"))),
        },
    }
}

/// The next line without its end; `None` at the end of the input.
///
/// # Errors
/// Those of the reader; [`io::ErrorKind::InvalidData`] for a line that is too long or not UTF-8.
pub fn read_line(input: &mut impl BufRead) -> io::Result<Option<String>> {
    let mut line = String::new();
    let read = input.take(MAX_LINE).read_line(&mut line)?;
    if read == 0 {
        return Ok(None);
    }
    match line.strip_suffix('\n') {
        Some(whole) => Ok(Some(whole.to_owned())),
        None if u64::try_from(read) == Ok(MAX_LINE) => {
            Err(io::Error::new(io::ErrorKind::InvalidData, "a line is too long"))
        }
        // The last one needs no end.
        None => Ok(Some(line)),
    }
}

/// Bytes of a line with its end: more than any vector has.
const MAX_LINE: u64 = 64 * 1024 * 1024;
