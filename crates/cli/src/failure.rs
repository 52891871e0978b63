//! Why the program stops: one line on standard error or one JSON object on standard output, and an exit code.

use std::fmt;
use std::process::ExitCode;

use serde::Serialize;
use throughline::bundle::BundleErrors;
use throughline::issue::IssueError;
use throughline::{Error, Part, Place};
use throughline_conformance::Counts;

use crate::plain::Plain;

/// What went wrong, and with which input.
#[derive(Debug)]
pub(crate) enum Failure {
    /// The rules refuse it (exit code 1).
    Refused {
        /// The file or verb that the place is in.
        subject: String,
        /// The step, and its place.
        error: Error,
    },
    /// Usage, or input that cannot be read (exit code 2).
    Input {
        /// The file or option.
        subject: String,
        /// What is wrong with it.
        text: String,
    },
    /// A trust bundle or grants in JSON with mistakes (exit code 2).
    Json {
        /// The file or option.
        subject: String,
        /// All mistakes.
        mistakes: BundleErrors,
    },
    /// An audit log that is not what was written (exit code 1).
    Log {
        /// The file.
        subject: String,
        /// The name of what shows it.
        name: &'static str,
        /// What shows it.
        text: String,
    },
    /// Vectors with another verdict, or none (exit code 1).
    Differs {
        /// The folder.
        subject: String,
        /// What came of them.
        report: Box<throughline_conformance::Report>,
    },
}

impl Failure {
    /// Something that cannot be read or used.
    pub(crate) fn input(subject: impl Into<String>, text: impl Into<String>) -> Self {
        Self::Input { subject: subject.into(), text: text.into() }
    }

    /// For `map_err`: refused by the rules, in this file.
    pub(crate) fn refused(subject: impl Into<String>) -> impl FnOnce(Error) -> Self {
        let subject = subject.into();
        |error| Self::Refused { subject, error }
    }

    /// For `map_err`: the rules refuse what was to be made. Where in its bytes is of no use to whoever wanted it.
    pub(crate) fn not_made(verb: &str) -> impl FnOnce(Error) -> Self {
        let subject = verb.to_owned();
        |error| Self::Refused { subject, error: Error { at: Place { byte: None, ..error.at }, ..error } }
    }

    /// For `map_err`: not made, or not signed.
    pub(crate) fn not_issued<E: fmt::Display>(verb: &str) -> impl FnOnce(IssueError<E>) -> Self {
        let subject = verb.to_owned();
        |error| match error {
            IssueError::Refused(error) => Self::not_made(&subject)(error),
            IssueError::Signer(error) => Self::Input { subject, text: format!("signing failed: {error}") },
        }
    }

    /// 1 for what the rules refuse, 2 for what could not be judged.
    pub(crate) fn exit_code(&self) -> ExitCode {
        ExitCode::from(self.code())
    }

    /// The object of `--json`.
    pub(crate) fn report(&self) -> Report {
        let text = self.to_string();
        match self {
            Self::Refused { subject, error } => {
                let (part, index) = part(error.at.part);
                Report {
                    exit: self.code(),
                    subject: subject.clone(),
                    number: Some(error.kind.number()),
                    name: error.kind.name(),
                    stage: Some(error.kind.stage()),
                    part: Some(part),
                    index,
                    byte: error.at.byte,
                    reason: Some(error.reason().name()),
                    text,
                    mistakes: Vec::new(),
                    conformance: None,
                }
            }
            Self::Input { subject, .. } => Report::unjudged(subject, text),
            Self::Json { subject, mistakes } => {
                let mistakes = mistakes.iter().map(|mistake| Mistake {
                    path: mistake.at().path().to_owned(),
                    line: mistake.at().line(),
                    column: mistake.at().column(),
                    text: mistake.what().to_string(),
                });
                Report { mistakes: mistakes.collect(), ..Report::unjudged(subject, text) }
            }
            Self::Log { subject, name, .. } => Report { exit: self.code(), name, ..Report::unjudged(subject, text) },
            Self::Differs { subject, report } => Report {
                exit: self.code(),
                name: "differs",
                conformance: Some(report.clone()),
                ..Report::unjudged(subject, text)
            },
        }
    }

    const fn code(&self) -> u8 {
        match self {
            Self::Refused { .. } | Self::Log { .. } | Self::Differs { .. } => 1,
            Self::Input { .. } | Self::Json { .. } => 2,
        }
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Refused { subject, error } => {
                write!(f, "{}: {error} ({}, V{})", Plain(subject), error.kind.name(), error.kind.number())
            }
            Self::Input { subject, text } if subject.is_empty() => Plain(text).fmt(f),
            Self::Input { subject, text } | Self::Log { subject, text, .. } => {
                write!(f, "{}: {}", Plain(subject), Plain(text))
            }
            Self::Json { subject, mistakes } => {
                let mut mistakes = mistakes.iter();
                let first = mistakes.next().map(ToString::to_string).unwrap_or_default();
                write!(f, "{}: {}", Plain(subject), Plain(&first))?;
                match mistakes.count() {
                    0 => Ok(()),
                    more => write!(f, " (and {more} more; --json lists them)"),
                }
            }
            Self::Differs { subject, report } => {
                let Counts { vectors, different, unsupported, .. } = report.totals;
                write!(
                    f,
                    "{}: of {vectors} vectors, {different} differ and {unsupported} are unsupported",
                    Plain(subject)
                )
            }
        }
    }
}

/// A failure for machines. Members are only added, never renamed.
#[derive(Debug, Serialize)]
pub(crate) struct Report {
    exit: u8,
    subject: String,
    number: Option<u16>,
    name: &'static str,
    stage: Option<u16>,
    part: Option<&'static str>,
    index: Option<u8>,
    byte: Option<u32>,
    reason: Option<&'static str>,
    text: String,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    mistakes: Vec<Mistake>,
    #[serde(skip_serializing_if = "Option::is_none")]
    conformance: Option<Box<throughline_conformance::Report>>,
}

impl Report {
    fn unjudged(subject: &str, text: String) -> Self {
        Self {
            exit: 2,
            subject: subject.to_owned(),
            number: None,
            name: "input",
            stage: None,
            part: None,
            index: None,
            byte: None,
            reason: None,
            text,
            mistakes: Vec::new(),
            conformance: None,
        }
    }
}

#[derive(Debug, Serialize)]
struct Mistake {
    path: String,
    line: usize,
    column: usize,
    text: String,
}

/// The name of an error's part, and which one of its kind.
fn part(part: Part) -> (&'static str, Option<u8>) {
    match part {
        Part::Item(n) => ("item", Some(n)),
        Part::Link(n) => ("link", Some(n)),
        Part::Credential(n) => ("credential", Some(n)),
        Part::HandOver(n) => ("hand-over", Some(n)),
        Part::Known(n) => ("known-credential", Some(n)),
        Part::Proof => ("proof", None),
        Part::Request => ("request", None),
        Part::RevocationList => ("revocation-list", None),
        Part::Field => ("field", None),
        Part::Token | _ => ("token", None),
    }
}
