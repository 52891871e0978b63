//! `conformance`: the vectors of a folder against this program, or against another one.

use std::fmt::Write as _;
use std::io;
use std::path::{Path, PathBuf};
use std::time::Duration;

use throughline_conformance::{
    Counts, Foreign, Implementation, Library, Report, Suite, SuiteError, Trouble, Vector, answer, judge, read_line,
    read_question, run as run_suite,
};

use crate::failure::Failure;
use crate::input::{label, phrase};
use crate::output;
use crate::plain::Plain;

/// Run conformance vectors against this program, or against another implementation
///
/// Agreement is the same verdict, and of a refusal the same step and place. What an implementation does not support is no agreement.
#[derive(clap::Args, Debug)]
#[command(after_help = EXAMPLE)]
pub(crate) struct Args {
    /// The folder with the vectors
    #[arg(value_name = "DIR", required_unless_present = "answer")]
    folder: Option<PathBuf>,
    /// Ask this program: started once, without a shell, one vector per line in, one verdict per line out
    #[arg(long, value_name = "COMMAND")]
    implementation: Option<String>,
    /// How long it may take for one answer
    #[arg(long, value_name = "SECONDS", default_value_t = 30, requires = "implementation")]
    time_limit: u64,
    /// Only the vectors that show a step of this stage
    #[arg(long, value_name = "NUMBER")]
    stage: Option<u16>,
    /// Only the vector with this id
    #[arg(long, value_name = "ID")]
    only: Option<String>,
    /// Be the implementation: read one vector per line from standard input, and print one verdict per line
    #[arg(long, conflicts_with_all = ["folder", "implementation", "stage", "only"])]
    answer: bool,
}

pub(crate) fn run(args: &Args, json: bool) -> Result<(), Failure> {
    let Some(folder) = &args.folder else { return answer_all() };
    let subject = label(folder);
    let mut suite = Suite::read(folder).map_err(unread)?;
    if !suite.retain(|vector| is_wanted(args, vector)) {
        return Err(Failure::input(subject, "no vector of this stage or id is in it"));
    }
    let mut implementation: Box<dyn Implementation> = match &args.implementation {
        Some(command) => {
            let started = Foreign::start(command, Duration::from_secs(args.time_limit));
            let missing = |error| Failure::input(format!("--implementation {command}").trim_end(), phrase(&error));
            Box::new(started.map_err(missing)?)
        }
        None => Box::new(Library),
    };
    let report = run_suite(&suite, implementation.as_mut());
    if !json {
        output::line(&text(&report))?;
    }
    if !report.is_success() {
        return Err(Failure::Differs { subject, report: Box::new(report) });
    }
    if json { output::object(&report) } else { Ok(()) }
}

/// A line in, a line out, until the input ends.
fn answer_all() -> Result<(), Failure> {
    let wrong = |text| Failure::input("standard input", text);
    let mut input = io::stdin().lock();
    while let Some(line) = read_line(&mut input).map_err(|error| wrong(phrase(&error)))? {
        let vector = read_question(&line).map_err(|error| wrong(format!("not a vector: {error}")))?;
        output::line(&answer(&judge(&vector)))?;
    }
    Ok(())
}

fn is_wanted(args: &Args, vector: &Vector) -> bool {
    args.stage.is_none_or(|stage| vector.stage() == Some(stage)) && args.only.as_ref().is_none_or(|id| vector.id == *id)
}

fn unread(error: SuiteError) -> Failure {
    let text = match error.trouble {
        Trouble::Io(error) => phrase(&error),
        Trouble::Form(text) => text,
    };
    Failure::input(label(Path::new(&error.path)), text)
}

/// A table, and a line for each difference.
fn text(report: &Report) -> String {
    let mut text =
        format!("{:<24}{:>8}{:>8}{:>11}{:>13}\n", "verdict", "vectors", "agreed", "different", "unsupported");
    let mut row = |name: String, counts: &Counts| {
        let Counts { vectors, agreed, different, unsupported } = counts;
        // Writing to a `String` does not fail.
        let _ = writeln!(text, "{name:<24}{vectors:>8}{agreed:>8}{different:>11}{unsupported:>13}");
    };
    for one in &report.rows {
        row(one.kind.to_string(), &one.counts);
    }
    row("all".to_owned(), &report.totals);
    let _ = writeln!(text, "\nsignatures checked: {}", report.signatures);
    for mismatch in &report.differences {
        let line = format!("{}: {}: {}", mismatch.file, mismatch.id, mismatch.difference);
        let _ = writeln!(text, "{}", Plain(&line));
    }
    text
}

const EXAMPLE: &str = "EXAMPLE

  throughline conformance test-vectors
  throughline conformance test-vectors --stage 7 --implementation 'my-verifier --conformance'
  throughline conformance test-vectors --implementation 'throughline conformance --answer'";
