//! Reading a log: record after record, in bounded memory, each against the one before.

use std::ffi::OsString;
use std::fmt;
use std::fs::{self, File};
use std::io::{self, BufRead, BufReader};
use std::path::{Path, PathBuf};

use throughline::UnixTime;
use throughline::audit::{Broken, Event, Form, Head, Record};

/// Reads the records of a log.
#[derive(Debug)]
pub struct Reader<R> {
    input: R,
    form: Form,
    head: Head,
    /// The bytes of the record that was read last.
    buffer: Vec<u8>,
    whole: u64,
}

/// Why a log cannot be read to its end.
#[derive(Debug)]
#[non_exhaustive]
pub enum LogError {
    /// It is not what was written.
    Broken(Broken),
    /// It ends in the middle of this record.
    Torn {
        /// Its number.
        record: u64,
    },
    /// The system says no.
    Io(io::Error),
    /// Its note of the head is none.
    Note,
    /// Another process writes it.
    Locked,
}

impl<R: BufRead> Reader<R> {
    /// A reader of a log that goes on after `head`; [`Head::EMPTY`] for one that begins.
    #[must_use]
    pub const fn new(input: R, form: Form, head: Head) -> Self {
        Self { input, form, head, buffer: Vec::new(), whole: 0 }
    }

    /// The head up to here.
    #[must_use]
    pub const fn head(&self) -> &Head {
        &self.head
    }

    /// Bytes of the whole records up to here.
    #[must_use]
    pub const fn bytes(&self) -> u64 {
        self.whole
    }

    /// The next record; `None` at the end.
    ///
    /// # Errors
    /// [`LogError::Broken`], [`LogError::Io`]. Reading on makes no sense then.
    pub fn next_record(&mut self) -> Result<Option<Record<'_>>, LogError> {
        self.buffer.clear();
        let record = self.head.records;
        loop {
            let available = self.input.fill_buf()?;
            if available.is_empty() {
                return if self.buffer.is_empty() { Ok(None) } else { Err(LogError::Torn { record }) };
            }
            let (before, added) = (self.buffer.len(), available.len());
            self.buffer.extend_from_slice(available);
            // A line need not be searched again from its beginning; an item is at most some kilobytes.
            let from = if self.form == Form::JsonLines { before } else { 0 };
            let end = self.form.record_len(self.buffer.get(from..).unwrap_or_default());
            if let Some(end) = end.map(|len| from.saturating_add(len)) {
                self.input.consume(end.saturating_sub(before));
                self.buffer.truncate(end);
                break;
            }
            self.input.consume(added);
            if self.buffer.len() > MAX_RECORD {
                return Err(LogError::Broken(Broken::Malformed { record }));
            }
        }
        let record = self.head.follow(self.form, &self.buffer).map_err(LogError::Broken)?;
        self.whole = self.whole.saturating_add(u64::try_from(self.buffer.len()).unwrap_or(u64::MAX));
        Ok(Some(record))
    }
}

/// What a good log has in it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Summary {
    /// How far it goes.
    pub head: Head,
    /// Bytes.
    pub bytes: u64,
    /// What was decided.
    pub counts: Counts,
    /// Least and greatest time of a decision.
    pub times: Option<(UnixTime, UnixTime)>,
}

/// How many records of which kind.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Counts {
    /// Requests that were admitted.
    pub admitted: u64,
    /// Requests that were refused.
    pub refused: u64,
    /// Decisions that could not be written, as far as the log says.
    pub lost: u64,
    /// Times that a process began to write.
    pub opened: u64,
}

/// Reads a whole log after `begin`, and compares it with a head that was noted elsewhere, if there is one.
///
/// # Errors
/// [`LogError`]: the first record that is not what was written, or that the log was cut off.
pub fn verify(input: impl BufRead, form: Form, begin: Head, expected: Option<&Head>) -> Result<Summary, LogError> {
    let mut reader = Reader::new(input, form, begin);
    let (mut counts, mut times) = (Counts::default(), None);
    while let Some(record) = reader.next_record()? {
        let time = record.time;
        let is_decision = counts.add(&record.event);
        if is_decision {
            let (first, last) = times.unwrap_or((time, time));
            times = Some((time.min(first), time.max(last)));
        }
        if let Some(expected) = expected {
            reader.head.passes(expected).map_err(LogError::Broken)?;
        }
    }
    if let Some(expected) = expected {
        reader.head.reaches(expected).map_err(LogError::Broken)?;
    }
    Ok(Summary { head: reader.head, bytes: reader.whole, counts, times })
}

impl Counts {
    fn add(&mut self, event: &Event<'_>) -> bool {
        let (one, count) = match event {
            Event::Decision(decision) if decision.refused.is_some() => (&mut self.refused, 1),
            Event::Decision(_) => (&mut self.admitted, 1),
            Event::Lost(lost) => (&mut self.lost, lost.records),
            Event::Opened(_) => (&mut self.opened, 1),
            Event::Changed(_) | Event::Closed => return false,
        };
        *one = one.saturating_add(count);
        matches!(event, Event::Decision(_))
    }
}

/// The form of a log, by its name: `.jsonl` or `.json` is JSON Lines, anything else CBOR.
#[must_use]
pub fn form_of(path: &Path) -> Form {
    let is_json = path.extension().is_some_and(|extension| extension == "jsonl" || extension == "json");
    if is_json { Form::JsonLines } else { Form::Cbor }
}

/// Where the head of a log is noted: beside it, with `.head` after its name.
#[must_use]
pub fn head_file(log: &Path) -> PathBuf {
    let mut name = OsString::from(log);
    name.push(".head");
    name.into()
}

/// What is noted beside a log: the head before its first record, and its own. `None` where nothing is.
///
/// # Errors
/// [`LogError::Note`], [`LogError::Io`].
pub fn noted_head(log: &Path) -> Result<Option<(Head, Head)>, LogError> {
    let text = match fs::read_to_string(head_file(log)) {
        Ok(text) => text,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(error.into()),
    };
    let mut lines = text.lines();
    let mut head = |name: &str| -> Option<Head> {
        let line = lines.next()?.strip_prefix(name)?.trim();
        line.parse().ok()
    };
    let noted = head("begin ").zip(head("head "));
    noted.map(Some).ok_or(LogError::Note)
}

/// Opens a log for reading.
///
/// # Errors
/// [`LogError::Io`].
pub(crate) fn open(log: &Path) -> Result<BufReader<File>, LogError> {
    Ok(BufReader::with_capacity(BUFFER, File::open(log)?))
}

impl LogError {
    /// The stable name of what shows that the log is not what was written (audit.md §6); none for what keeps it from being read.
    #[must_use]
    pub const fn name(&self) -> Option<&'static str> {
        match self {
            Self::Broken(broken) => Some(broken.name()),
            Self::Torn { record } => Some(Broken::Malformed { record: *record }.name()),
            Self::Io(_) | Self::Note | Self::Locked => None,
        }
    }
}

impl std::error::Error for LogError {}

impl fmt::Display for LogError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Broken(broken) => broken.fmt(f),
            Self::Torn { record } => write!(f, "record {record}: the log ends in the middle of it"),
            Self::Io(error) => error.fmt(f),
            Self::Note => f.write_str("what stands beside the log is not a note of its head"),
            Self::Locked => f.write_str("another process writes this log"),
        }
    }
}

impl From<io::Error> for LogError {
    fn from(error: io::Error) -> Self {
        Self::Io(error)
    }
}

/// A decision has at most 16 hops of four texts of 512 bytes, in JSON up to six bytes for one, and some texts that a request chose.
const MAX_RECORD: usize = 1 << 19;

/// Read at a time.
const BUFFER: usize = 1 << 16;
