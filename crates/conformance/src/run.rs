//! All vectors, one after the other, and what came of it.

use core::fmt;
use std::collections::BTreeMap;

use serde::Serialize;

use crate::compare::{Difference, compare};
use crate::judge::{Judged, judge};
use crate::suite::Suite;
use crate::vector::{Expected, Operation, Vector};

/// Whoever is asked.
pub trait Implementation {
    /// Its answer to one vector.
    fn ask(&mut self, vector: &Vector) -> Answer;
}

/// What comes back.
#[derive(Clone, Debug, PartialEq)]
#[expect(clippy::exhaustive_enums, reason = "the answers of test-vectors/README.md, or none")]
pub enum Answer {
    /// A verdict.
    Judged(Judged),
    /// It cannot do that operation.
    Unsupported,
    /// No verdict, for this reason.
    Nothing(String),
}

/// This library with its default engine.
#[derive(Clone, Copy, Debug, Default)]
#[expect(clippy::exhaustive_structs, reason = "it holds nothing")]
pub struct Library;

impl Implementation for Library {
    fn ask(&mut self, vector: &Vector) -> Answer {
        match judge(vector) {
            Ok(judged) => Answer::Judged(judged),
            Err(unusable) => Answer::Nothing(format!("an unusable vector: {unusable}")),
        }
    }
}

/// Asks for every vector.
pub fn run(suite: &Suite, implementation: &mut dyn Implementation) -> Report {
    let mut rows: BTreeMap<Kind, Counts> = BTreeMap::new();
    let mut report = Report::default();
    for (file, vector) in suite.vectors() {
        let (outcome, difference) = match implementation.ask(vector) {
            Answer::Judged(judged) => {
                report.signatures = report.signatures.saturating_add(judged.signatures.into());
                match compare(&vector.expected, &judged, vector.work) {
                    Ok(()) => (Outcome::Agreed, None),
                    Err(difference) => (Outcome::Different, Some(difference)),
                }
            }
            Answer::Unsupported => (Outcome::Unsupported, None),
            Answer::Nothing(got) => {
                (Outcome::Different, Some(Difference { expected: vector.expected.to_string(), got }))
            }
        };
        rows.entry(Kind::of(vector)).or_default().count(outcome);
        report.totals.count(outcome);
        let mismatch = |difference| Mismatch { file: file.to_owned(), id: vector.id.clone(), difference };
        report.differences.extend(difference.map(mismatch));
    }
    report.rows = rows.into_iter().map(|(kind, counts)| Row { kind, counts }).collect();
    report
}

/// What came of it.
#[derive(Clone, Debug, Default, Serialize)]
#[expect(clippy::exhaustive_structs, reason = "it is read by whoever prints it")]
pub struct Report {
    /// All vectors.
    #[serde(flatten)]
    pub totals: Counts,
    /// How many signatures were checked.
    pub signatures: u64,
    /// Accepted vectors by operation, then refused ones by stage.
    pub rows: Vec<Row>,
    /// Every difference, in the order of the suite.
    pub differences: Vec<Mismatch>,
}

impl Report {
    /// Whether every vector agreed. What is unsupported did not.
    #[must_use]
    pub const fn is_success(&self) -> bool {
        self.totals.agreed == self.totals.vectors
    }
}

/// Vectors of one kind.
#[derive(Clone, Copy, Debug, Serialize)]
#[expect(clippy::exhaustive_structs, reason = "a row of a table")]
pub struct Row {
    /// Which.
    #[serde(flatten)]
    pub kind: Kind,
    /// How many.
    #[serde(flatten)]
    pub counts: Counts,
}

/// How many vectors, and what came of them.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
#[expect(clippy::exhaustive_structs, reason = "a row of a table")]
pub struct Counts {
    /// How many.
    pub vectors: u32,
    /// Of these, with the expected verdict.
    pub agreed: u32,
    /// With another one, or none.
    pub different: u32,
    /// Not supported.
    pub unsupported: u32,
}

impl Counts {
    const fn count(&mut self, outcome: Outcome) {
        let one_of = match outcome {
            Outcome::Agreed => &mut self.agreed,
            Outcome::Different => &mut self.different,
            Outcome::Unsupported => &mut self.unsupported,
        };
        *one_of = one_of.saturating_add(1);
        self.vectors = self.vectors.saturating_add(1);
    }
}

/// What came of a vector.
#[derive(Clone, Copy)]
enum Outcome {
    Agreed,
    Different,
    Unsupported,
}

/// Vectors that are counted together.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(tag = "verdict", rename_all = "kebab-case")]
#[expect(clippy::exhaustive_enums, reason = "accepted or refused")]
pub enum Kind {
    /// To be accepted.
    Accepted {
        /// What is asked.
        operation: Operation,
    },
    /// To be refused.
    Refused {
        /// By this stage.
        stage: u16,
    },
}

impl Kind {
    fn of(vector: &Vector) -> Self {
        match &vector.expected {
            Expected::Accepted(_) => Self::Accepted { operation: vector.operation },
            Expected::Refused(refusal) => Self::Refused { stage: refusal.stage },
        }
    }
}

/// `accept verify`, `reject stage 7`.
impl fmt::Display for Kind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Accepted { operation } => write!(f, "accept {operation}"),
            Self::Refused { stage } => write!(f, "reject stage {stage}"),
        }
    }
}

/// A vector with another verdict.
#[derive(Clone, Debug, Serialize)]
#[expect(clippy::exhaustive_structs, reason = "a line of a report")]
pub struct Mismatch {
    /// Its file.
    pub file: String,
    /// Its id.
    pub id: String,
    /// Both verdicts.
    #[serde(flatten)]
    pub difference: Difference,
}
