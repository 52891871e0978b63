//! Audit records: who performed this, who authorized it, how are the two connected (`spec/audit.md`).
//!
//! The record and its two forms; files and other sinks are elsewhere. One [`Head`] per log writes ([`append`](Head::append)) and reads
//! ([`follow`](Head::follow)):
//!
//! ```
//! use throughline::UnixTime;
//! use throughline::audit::{Event, Form, Head, Opened};
//!
//! let (mut head, mut log) = (Head::EMPTY, Vec::new());
//! let opened = Event::Opened(Opened { software: "calendar 1.0".into(), audience: "https://calendar.example".into() });
//! head.append(Form::JsonLines, UnixTime(1_800_000_000), opened, &mut log);
//!
//! let mut reader = Head::EMPTY;
//! for line in log.split_inclusive(|byte| *byte == b'\n') {
//!     assert_eq!(reader.follow(Form::JsonLines, line)?.time, UnixTime(1_800_000_000));
//! }
//! reader.reaches(&head)?;
//! # Ok::<(), throughline::audit::Broken>(())
//! ```

mod coded;
mod decision;
mod log;
mod record;
mod spelled;

pub use crate::audit::log::{Broken, Form, Head, NotAHead};
pub use crate::audit::record::{
    Changed, Claimed, Decision, Event, Execution, HopRecord, Input, Lost, Nonce, Opened, OriginRecord, ProofRecord,
    Record, Refused, UsedGrants, Version,
};
