//! `audit`: whether a log is what was written, what stands in it, and what one record says.

mod words;

use std::fs::File;
use std::io::{self, BufReader, Write as _};
use std::path::{Path, PathBuf};

use serde::Serialize;
use throughline::audit::{Event, Head, Record};
use throughline_audit::{LogError, Reader, Summary, form_of, noted_head, verify};

use crate::clock::Utc;
use crate::failure::Failure;
use crate::input::{label, phrase};
use crate::output;

/// Look into the audit log of a service
#[derive(clap::Subcommand, Debug)]
pub(crate) enum Command {
    /// Is it what was written, from the first record to the last?
    ///
    /// Every record names the one before by its hash. Where the log ends is compared with the note beside it (LOG.head), or better with
    /// a head that was kept where the writer of the log cannot reach.
    #[command(after_help = VERIFY)]
    Verify(Verify),
    /// One line for each record, or one JSON object with --json
    #[command(after_help = SHOW)]
    Show(Show),
    /// What one record says: who performed it, who authorized it, how the two are connected; or why it was refused
    #[command(after_help = EXPLAIN)]
    Explain(Explain),
}

/// A log.
#[derive(clap::Args, Debug)]
pub(crate) struct Log {
    /// The log: JSON Lines where its name ends in .jsonl, otherwise CBOR
    #[arg(value_name = "LOG")]
    file: PathBuf,
    /// The head of the log that this one goes on with [default: the note beside it, or none]
    #[arg(long, value_name = "N:HEX", value_parser = head)]
    begin: Option<Head>,
}

#[derive(clap::Args, Debug)]
pub(crate) struct Verify {
    #[command(flatten)]
    log: Log,
    /// How far it went at least, as noted elsewhere [default: the note beside it]
    #[arg(long, value_name = "N:HEX", value_parser = head)]
    head: Option<Head>,
}

#[derive(clap::Args, Debug)]
pub(crate) struct Show {
    #[command(flatten)]
    log: Log,
    /// Only requests that were refused
    #[arg(long, conflicts_with = "admitted")]
    refused: bool,
    /// Only requests that were admitted
    #[arg(long)]
    admitted: bool,
    /// Only records with this text in them: an identifier, an entity, an execution id, a digest
    #[arg(long, value_name = "TEXT")]
    with: Vec<String>,
}

#[derive(clap::Args, Debug)]
pub(crate) struct Explain {
    #[command(flatten)]
    log: Log,
    /// Which record, counted from 0
    #[arg(long, value_name = "N")]
    record: u64,
}

pub(crate) fn run(command: &Command, json: bool) -> Result<(), Failure> {
    match command {
        Command::Verify(args) => args.run(json),
        Command::Show(args) => args.run(json),
        Command::Explain(args) => args.run(json),
    }
}

#[derive(Serialize)]
struct Verified {
    head: String,
    compared_with: Option<String>,
    bytes: u64,
    admitted: u64,
    refused: u64,
    lost: u64,
    opened: u64,
    first: Option<u64>,
    last: Option<u64>,
}

impl Verify {
    fn run(&self, json: bool) -> Result<(), Failure> {
        let expected = match self.head {
            Some(head) => Some(head),
            None => self.log.noted()?.map(|(_, head)| head),
        };
        let (input, begin) = self.log.open()?;
        let summary = verify(input, form_of(&self.log.file), begin, expected.as_ref());
        let Summary { head, bytes, counts, times, .. } = summary.map_err(|error| self.log.failed(error))?;
        if json {
            return output::object(&Verified {
                head: head.to_string(),
                compared_with: expected.map(|head| head.to_string()),
                bytes,
                admitted: counts.admitted,
                refused: counts.refused,
                lost: counts.lost,
                opened: counts.opened,
                first: times.map(|(first, _)| first.0),
                last: times.map(|(_, last)| last.0),
            });
        }
        let mut text = format!("GOOD           {} records, {bytes} bytes\n", head.records);
        let mut row = |label: &str, value: String| text.push_str(&format!("{label:<15}{value}\n"));
        row("decided", format!("{} admitted, {} refused, {} lost", counts.admitted, counts.refused, counts.lost));
        if let Some((first, last)) = times {
            row("from, to", format!("{}, {}", Utc(first), Utc(last)));
        }
        row("head", head.to_string());
        row(
            "compared with",
            match (self.head, expected) {
                (Some(_), _) => "the head that was given".to_owned(),
                (None, Some(_)) => "the note beside it: whoever could write both could write both anew".to_owned(),
                (None, None) => "nothing: that it was not cut off is not known (--head)".to_owned(),
            },
        );
        output::line(&text)
    }
}

impl Show {
    fn run(&self, json: bool) -> Result<(), Failure> {
        let mut out = io::stdout().lock();
        self.log.each(|record| {
            let line = serde_json::to_string(&record).unwrap_or_default();
            if !self.wants(&record, &line) {
                return Ok(true);
            }
            let shown = if json { line } else { words::line(&record) };
            match writeln!(out, "{shown}") {
                Ok(()) => Ok(true),
                // Whoever read enough is no trouble.
                Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Ok(false),
                Err(error) => Err(Failure::input("standard output", phrase(&error))),
            }
        })
    }

    fn wants(&self, record: &Record<'_>, line: &str) -> bool {
        let refused = match &record.event {
            Event::Decision(decision) => Some(decision.refused.is_some()),
            Event::Opened(_) | Event::Changed(_) | Event::Lost(_) | Event::Closed => None,
        };
        (!self.refused || refused == Some(true))
            && (!self.admitted || refused == Some(false))
            && self.with.iter().all(|text| line.contains(text))
    }
}

impl Explain {
    fn run(&self, json: bool) -> Result<(), Failure> {
        let mut told = Ok(false);
        self.log.each(|record| {
            if record.seq == self.record {
                told = match json {
                    true => output::object(&record).map(|()| true),
                    false => output::line(&words::all(&record)).map(|()| true),
                };
            }
            Ok(record.seq < self.record)
        })?;
        let missing = || Failure::input(label(&self.log.file), format!("no record {}", self.record));
        if told? { Ok(()) } else { Err(missing()) }
    }
}

impl Log {
    /// Reads record after record, each against the one before, until `look` has seen enough.
    fn each(&self, mut look: impl FnMut(Record<'_>) -> Result<bool, Failure>) -> Result<(), Failure> {
        let (input, begin) = self.open()?;
        let mut reader = Reader::new(input, form_of(&self.file), begin);
        while let Some(record) = reader.next_record().map_err(|error| self.failed(error))? {
            if !look(record)? {
                break;
            }
        }
        Ok(())
    }

    fn open(&self) -> Result<(BufReader<File>, Head), Failure> {
        let begin = match self.begin {
            Some(head) => head,
            None => self.noted()?.map_or(Head::EMPTY, |(begin, _)| begin),
        };
        let file = File::open(&self.file).map_err(|error| self.failed(error.into()))?;
        Ok((BufReader::new(file), begin))
    }

    fn noted(&self) -> Result<Option<(Head, Head)>, Failure> {
        noted_head(&self.file).map_err(|error| self.failed(error))
    }

    fn failed(&self, error: LogError) -> Failure {
        log_failure(&self.file, &error)
    }
}

/// What is wrong with a log.
pub(crate) fn log_failure(path: &Path, error: &LogError) -> Failure {
    let subject = label(path);
    match (error.name(), error) {
        (Some(name), _) => Failure::Log { subject, name, text: error.to_string() },
        (None, LogError::Io(error)) => Failure::input(subject, phrase(error)),
        (None, _) => Failure::input(subject, error.to_string()),
    }
}

fn head(text: &str) -> Result<Head, String> {
    text.parse().map_err(|error: throughline::audit::NotAHead| error.to_string())
}

const VERIFY: &str = "EXAMPLE

  throughline audit verify audit.jsonl --head 1207:5f1a…";

const SHOW: &str = "EXAMPLE

  throughline audit show audit.jsonl --refused --with spiffe://acme.example/executors/unknown-02";

const EXPLAIN: &str = "EXAMPLE

  throughline audit explain audit.jsonl --record 7";
