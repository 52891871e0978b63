//! How records hang together: the head of a log, written to and followed (audit.md §1, §6).

use alloc::vec::Vec;
use core::fmt;
use core::str::FromStr;

use crate::audit::coded::Coded as _;
use crate::audit::record::{Event, Record, Version};
use crate::cbor::Cursor;
use crate::digest::Digest;
use crate::error::ErrorKind;
use crate::time::UnixTime;

/// The form of a log.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(clippy::exhaustive_enums, reason = "the two forms of audit.md §1")]
pub enum Form {
    /// A CBOR Sequence.
    Cbor,
    /// JSON Lines.
    JsonLines,
}

impl Form {
    /// How many bytes the first record takes, the line feed of the JSON form included; `None` where it does not end in them.
    ///
    /// Where no record begins like this: all of them, for [`Head::follow`] to refuse.
    #[must_use]
    pub fn record_len(self, bytes: &[u8]) -> Option<usize> {
        match self {
            Self::JsonLines => Some(bytes.iter().position(|byte| *byte == b'\n')?.saturating_add(1)),
            Self::Cbor => {
                let mut cursor = Cursor::new(bytes);
                match Record::decode(&mut cursor) {
                    Ok(_) => Some(bytes.len().saturating_sub(cursor.rest().len())),
                    Err(fault) if fault.is(ErrorKind::Truncated) => None,
                    Err(_) => Some(bytes.len()),
                }
            }
        }
    }
}

/// How far a log goes: the number of its records, and the digest of the last one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Head {
    /// How many records it has.
    pub records: u64,
    /// SHA-256 of the last one; zero bytes without any.
    pub digest: Digest,
}

/// Why a log is not what was written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Broken {
    /// This record's bytes are none in the log's form, or not in its one encoding.
    Malformed {
        /// Its number.
        record: u64,
    },
    /// A record says another number than the count of those before it.
    Number {
        /// Its number by count.
        record: u64,
        /// What it says.
        says: u64,
    },
    /// A record was written after another one than stands before it.
    Link {
        /// Its number.
        record: u64,
    },
    /// The log ends before the expected head.
    CutOff {
        /// How many records it has.
        records: u64,
        /// How many it should have, at least.
        expected: u64,
    },
    /// The record at the expected head is another one.
    Head {
        /// The number of records up to it.
        records: u64,
    },
}

impl Head {
    /// Of a log without records.
    pub const EMPTY: Self = Self { records: 0, digest: Digest([0; 32]) };

    /// The head of a log of so many records, the last of which has this digest: to go on with it.
    #[must_use]
    pub const fn new(records: u64, digest: Digest) -> Self {
        Self { records, digest }
    }

    /// Writes an event as the log's next record to `out`, the line feed of the JSON form included, and goes on to it.
    pub fn append(&mut self, form: Form, time: UnixTime, event: Event<'_>, out: &mut Vec<u8>) {
        let record = Record { v: Version, seq: self.records, prev: self.digest, time, event };
        let start = out.len();
        write(&record, form, out);
        *self = self.after(out.get(start..).unwrap_or_default());
        if form == Form::JsonLines {
            out.push(b'\n');
        }
    }

    /// Reads the log's next record, the line feed of the JSON form included, and goes on to it.
    ///
    /// # Errors
    /// [`Broken::Malformed`], [`Broken::Number`], [`Broken::Link`]. The head is then as before.
    pub fn follow<'a>(&mut self, form: Form, bytes: &'a [u8]) -> Result<Record<'a>, Broken> {
        let (number, malformed) = (self.records, Broken::Malformed { record: self.records });
        let bytes = match form {
            Form::Cbor => bytes,
            Form::JsonLines => bytes.strip_suffix(b"\n").ok_or(malformed)?,
        };
        let record = read(bytes, form).ok_or(malformed)?;
        if record.seq != number {
            return Err(Broken::Number { record: number, says: record.seq });
        }
        if record.prev != self.digest {
            return Err(Broken::Link { record: number });
        }
        *self = self.after(bytes);
        Ok(record)
    }

    /// Whether a log that was read as far as this head goes as far as `expected`, which was noted when it had fewer records or as many.
    /// Where it had fewer, the record there is compared when the reader comes by: see [`passes`](Self::passes).
    ///
    /// # Errors
    /// [`Broken::CutOff`], [`Broken::Head`].
    pub fn reaches(&self, expected: &Self) -> Result<(), Broken> {
        if self.records < expected.records {
            return Err(Broken::CutOff { records: self.records, expected: expected.records });
        }
        self.passes(expected)
    }

    /// Whether a reader that is here agrees with a head that was noted at this very record, if it was.
    ///
    /// # Errors
    /// [`Broken::Head`].
    pub fn passes(&self, expected: &Self) -> Result<(), Broken> {
        let differs = self.records == expected.records && self.digest != expected.digest;
        if differs { Err(Broken::Head { records: self.records }) } else { Ok(()) }
    }

    fn after(&self, record: &[u8]) -> Self {
        Self { records: self.records.saturating_add(1), digest: Digest::of(&[record]) }
    }
}

fn write(record: &Record<'_>, form: Form, out: &mut Vec<u8>) {
    match form {
        Form::Cbor => record.encode(out),
        Form::JsonLines => {
            // Writing to memory does not fail; were it to, no reader would take what is missing.
            out.extend(serde_json::to_vec(record).unwrap_or_default());
        }
    }
}

fn read(bytes: &[u8], form: Form) -> Option<Record<'_>> {
    let record = match form {
        Form::Cbor => {
            let mut cursor = Cursor::new(bytes);
            let record = Record::decode(&mut cursor).ok()?;
            cursor.end().ok()?;
            record
        }
        Form::JsonLines => serde_json::from_slice(bytes).ok()?,
    };
    // §1: one encoding of each record
    let mut again = Vec::with_capacity(bytes.len());
    write(&record, form, &mut again);
    (again == bytes).then_some(record)
}

/// `N:HEX`.
impl fmt::Display for Head {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}", self.records, self.digest)
    }
}

/// A text that is no head of a log.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct NotAHead;

impl FromStr for Head {
    type Err = NotAHead;

    fn from_str(text: &str) -> Result<Self, NotAHead> {
        let (records, digits) = text.split_once(':').ok_or(NotAHead)?;
        let mut digest = [0; 32];
        let decoded = base16ct::lower::decode(digits, &mut digest).map_err(|_| NotAHead)?;
        let head = Self {
            records: records.parse().map_err(|_| NotAHead)?,
            digest: Digest(*decoded.as_array().ok_or(NotAHead)?),
        };
        Ok(head)
    }
}

impl core::error::Error for NotAHead {}

impl fmt::Display for NotAHead {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("not the head of a log, which is a number, a colon and 64 hexadecimal digits")
    }
}

impl Broken {
    /// Its stable name (audit.md §6).
    #[must_use]
    pub const fn name(&self) -> &'static str {
        match self {
            Self::Malformed { .. } => "record-malformed",
            Self::Number { .. } => "record-number",
            Self::Link { .. } => "record-link",
            Self::CutOff { .. } => "log-cut-off",
            Self::Head { .. } => "log-head",
        }
    }
}

impl core::error::Error for Broken {}

impl fmt::Display for Broken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Malformed { record } => write!(f, "record {record}: not a record in its one encoding"),
            Self::Number { record, says } => write!(f, "record {record}: it says that it is record {says}"),
            Self::Link { record } => write!(f, "record {record}: written after another record than the one before it"),
            Self::CutOff { records, expected } => {
                write!(f, "cut off: {records} records, of at least {expected} that were written")
            }
            Self::Head { records } => {
                write!(f, "the last of the first {records} records is not the one that was written")
            }
        }
    }
}
