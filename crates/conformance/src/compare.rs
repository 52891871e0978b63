//! Whether a verdict is the expected one (test-vectors/README.md, protocol).

use core::fmt;

use serde::Serialize;

use crate::judge::Judged;
use crate::vector::{At, Expected, Facts, Refusal};

/// Where a verdict is another one.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[expect(clippy::exhaustive_structs, reason = "two texts")]
pub struct Difference {
    /// What the vector says.
    pub expected: String,
    /// What was said.
    pub got: String,
}

impl fmt::Display for Difference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "expected {}, got {}", self.expected, self.got)
    }
}

/// Compares verdict, number, name, stage and place; facts and `byte` where both have them; signatures with `work`.
///
/// # Errors
/// The first difference.
pub fn compare(expected: &Expected, judged: &Judged, work: u32) -> Result<(), Difference> {
    let agree = match (expected, &judged.verdict) {
        (Expected::Accepted(expected), Expected::Accepted(got)) => {
            facts(expected, got)?;
            true
        }
        (Expected::Refused(expected), Expected::Refused(got)) => is_same(expected, got),
        (Expected::Accepted(_), Expected::Refused(_)) | (Expected::Refused(_), Expected::Accepted(_)) => false,
    };
    if !agree {
        return Err(Difference { expected: expected.to_string(), got: judged.verdict.to_string() });
    }
    let signatures = judged.signatures;
    if signatures <= work {
        Ok(())
    } else {
        Err(Difference { expected: format!("at most {work} signatures checked"), got: signatures.to_string() })
    }
}

fn facts(expected: &Facts, got: &Facts) -> Result<(), Difference> {
    fact("execution", expected.execution.as_ref(), got.execution.as_ref())?;
    fact("head", expected.head.as_ref(), got.head.as_ref())?;
    fact("links", expected.links.as_ref(), got.links.as_ref())?;
    fact("authority", expected.authority.as_ref(), got.authority.as_ref())?;
    fact("anchor", expected.anchor.as_ref(), got.anchor.as_ref())?;
    fact("digest", expected.digest.as_ref(), got.digest.as_ref())?;
    fact("bytes", expected.bytes.as_ref(), got.bytes.as_ref())?;
    fact("arguments", expected.arguments.as_ref(), got.arguments.as_ref())
}

fn fact<T: PartialEq + Serialize>(name: &str, expected: Option<&T>, got: Option<&T>) -> Result<(), Difference> {
    let json = |fact: &T| format!("{name} {}", serde_json::to_string(fact).unwrap_or_default());
    match (expected, got) {
        (Some(expected), Some(got)) if expected != got => Err(Difference { expected: json(expected), got: json(got) }),
        _ => Ok(()),
    }
}

fn is_same(one: &Refusal, other: &Refusal) -> bool {
    let Refusal { stage, number, name, at: At { part, index, byte } } = one;
    *stage == other.stage
        && *number == other.number
        && *name == other.name
        && *part == other.at.part
        && *index == other.at.index
        && (byte.is_none() || other.at.byte.is_none() || *byte == other.at.byte)
}

/// `accepted`, or `refused V705 demand-namespace at link 2`.
impl fmt::Display for Expected {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self::Refused(Refusal { number, name, at, stage }) = self else { return f.write_str("accepted") };
        write!(f, "refused V{number} {name} at {}", at.part)?;
        if let Some(index) = at.index {
            write!(f, " {index}")?;
        }
        if let Some(byte) = at.byte {
            write!(f, ", byte {byte}")?;
        }
        // Only whoever errs gives a number another stage.
        if *stage == number / 100 { Ok(()) } else { write!(f, " (stage {stage})") }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refused(number: u16, index: Option<u8>, byte: Option<u32>) -> Expected {
        let at = At { part: "link".to_owned(), index, byte };
        Expected::Refused(Refusal { stage: number / 100, number, name: "some-step".to_owned(), at })
    }

    fn accepted(links: Option<u8>, anchor: Option<&str>) -> Expected {
        let anchor = anchor.map(str::to_owned);
        Expected::Accepted(Facts { links, anchor, ..Facts::default() })
    }

    fn told(expected: &Expected, got: Expected) -> Result<(), String> {
        let judged = Judged { verdict: got, signatures: 3 };
        compare(expected, &judged, 3).map_err(|difference| difference.to_string())
    }

    #[test]
    fn facts_and_bytes_are_compared_where_both_have_them() {
        for got in [accepted(None, None), accepted(Some(2), None), accepted(Some(2), Some("alice"))] {
            assert_eq!(told(&accepted(Some(2), None), got), Ok(()));
        }
        for got in [refused(201, Some(1), None), refused(201, Some(1), Some(7))] {
            assert_eq!(told(&refused(201, Some(1), Some(7)), got.clone()), Ok(()));
            assert_eq!(told(&refused(201, Some(1), None), got), Ok(()));
        }
    }

    #[test]
    fn other_fact_is_a_difference() {
        let told = told(&accepted(Some(2), Some("alice")), accepted(Some(2), Some("bob")));
        assert_eq!(told, Err("expected anchor \"alice\", got anchor \"bob\"".to_owned()));
    }

    #[test]
    fn other_step_or_place_is_a_difference() {
        let expected = refused(201, Some(1), Some(7));
        for (got, text) in [
            (refused(202, Some(1), Some(7)), "refused V202 some-step at link 1, byte 7"),
            (refused(201, Some(2), Some(7)), "refused V201 some-step at link 2, byte 7"),
            (refused(201, None, Some(7)), "refused V201 some-step at link, byte 7"),
            (refused(201, Some(1), Some(8)), "refused V201 some-step at link 1, byte 8"),
            (accepted(None, None), "accepted"),
        ] {
            let whole = format!("expected refused V201 some-step at link 1, byte 7, got {text}");
            assert_eq!(told(&expected, got), Err(whole));
        }
        let Expected::Refused(mut refusal) = refused(201, None, None) else { unreachable!() };
        refusal.stage = 3;
        let told = told(&refused(201, None, None), Expected::Refused(refusal));
        assert_eq!(
            told,
            Err("expected refused V201 some-step at link, got refused V201 some-step at link (stage 3)".to_owned())
        );
    }

    #[test]
    fn more_work_than_allowed_is_a_difference() {
        let judged = Judged { verdict: accepted(None, None), signatures: 3 };
        let told = |work| compare(&judged.verdict, &judged, work).map_err(|difference| difference.to_string());
        assert_eq!((told(3), told(4)), (Ok(()), Ok(())));
        assert_eq!(told(2), Err("expected at most 2 signatures checked, got 3".to_owned()));
    }
}
