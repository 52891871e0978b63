//! A log in a file, and the note of its head beside it.

use std::fs::{File, OpenOptions, TryLockError};
use std::io::{self, Seek as _, SeekFrom, Write as _};
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

use throughline::UnixTime;
use throughline::audit::{Event, Form, Head, Lost};

use crate::reader::{self, LogError, Reader, form_of, head_file, noted_head};

/// A log that this process writes, shared by its threads.
///
/// - **Whole or not at all.** A record that cannot be written whole is taken back; the log stays good, and the writer is told. Where even
///   that fails, nothing more is written.
/// - **Cut off.** After each record its head is noted in the file beside it, so that a log which is shorter shows.
/// - **After a crash** there may be records beyond the noted head: they are good if they follow. A torn record at the end was never
///   confirmed to anybody: it is moved to a file with `.torn` after its name.
#[derive(Debug)]
pub struct FileLog {
    form: Form,
    durability: Durability,
    state: Mutex<State>,
}

#[derive(Debug)]
struct State {
    log: File,
    note: File,
    begin: Head,
    head: Head,
    /// Bytes of whole records.
    length: u64,
    /// Decisions that could not be written since the last record.
    lost: u64,
    /// A torn record stands at the end and could not be taken back.
    is_torn: bool,
    buffer: Vec<u8>,
}

/// How a log is opened.
#[derive(Clone, Debug, Default)]
#[expect(clippy::exhaustive_structs, reason = "options are written out by whoever opens a log")]
pub struct Options {
    /// Its form; by its name, where nothing is said.
    pub form: Option<Form>,
    /// What a record must survive before it counts as written.
    pub durability: Durability,
    /// The head of the log that a new file goes on with.
    pub begin: Option<Head>,
}

/// What a record must survive before it counts as written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum Durability {
    /// The end of this process: it was given to the system.
    #[default]
    Process,
    /// The end of power: the system says that it is on the disk. A few hundred records a second, on most disks.
    Power,
}

impl FileLog {
    /// Opens a log to go on with it, or makes a new one. What is there is read to its end and must be good.
    ///
    /// # Errors
    /// [`LogError`]: the log there is not what was written or was cut off, another process writes it, or the system says no.
    pub fn open(path: &Path, options: &Options) -> Result<Self, LogError> {
        let form = options.form.unwrap_or_else(|| form_of(path));
        let log = private(OpenOptions::new().create(true).read(true).append(true)).open(path)?;
        match log.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => return Err(LogError::Locked),
            Err(TryLockError::Error(error)) => return Err(error.into()),
        }
        let noted = noted_head(path)?;
        let begin = noted.map_or(options.begin.unwrap_or(Head::EMPTY), |(begin, _)| begin);
        let mut reader = Reader::new(reader::open(path)?, form, begin);
        let torn = read_all(&mut reader, noted.as_ref().map(|(_, head)| head))?;
        let (head, length) = (*reader.head(), reader.bytes());
        if torn {
            set_aside(path, &log, length)?;
        }
        let note = private(OpenOptions::new().create(true).truncate(false).write(true)).open(head_file(path))?;
        let state = State { log, note, begin, head, length, lost: 0, is_torn: false, buffer: Vec::new() };
        let log = Self { form, durability: options.durability, state: Mutex::new(state) };
        log.locked(|state| state.note_head())?;
        Ok(log)
    }

    /// Writes an event as the next record.
    ///
    /// # Errors
    /// What the system says. The log is then as it was before, and the event is not in it.
    pub fn write(&self, time: UnixTime, event: Event<'_>) -> io::Result<()> {
        self.locked(|state| {
            let mut head = state.head;
            state.buffer.clear();
            if state.lost > 0 {
                head.append(self.form, time, Event::Lost(Lost { records: state.lost }), &mut state.buffer);
            }
            head.append(self.form, time, event, &mut state.buffer);
            state.append(self.durability)?;
            (state.head, state.lost) = (head, 0);
            // The record is written: a note that is behind is caught up with by the next one, or when the log is opened.
            let _ = state.note_head();
            Ok(())
        })
    }

    /// Counts a decision that could not be written; the next record that can says so before.
    pub fn count_lost(&self) {
        self.locked(|state| state.lost = state.lost.saturating_add(1));
    }

    /// How far it goes. To be noted where the writer of the log cannot reach.
    #[must_use]
    pub fn head(&self) -> Head {
        self.locked(|state| state.head)
    }

    fn locked<T>(&self, act: impl FnOnce(&mut State) -> T) -> T {
        act(&mut self.state.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

impl State {
    fn append(&mut self, durability: Durability) -> io::Result<()> {
        if self.is_torn {
            self.take_back()?;
        }
        let written = self.log.write_all(&self.buffer).and_then(|()| match durability {
            Durability::Process => Ok(()),
            Durability::Power => self.log.sync_data(),
        });
        match written {
            Ok(()) => {
                self.length = self.length.saturating_add(u64::try_from(self.buffer.len()).unwrap_or(u64::MAX));
                Ok(())
            }
            Err(error) => {
                self.is_torn = true;
                // If not now, then before the next record.
                let _ = self.take_back();
                Err(error)
            }
        }
    }

    fn take_back(&mut self) -> io::Result<()> {
        self.log.set_len(self.length)?;
        self.is_torn = false;
        Ok(())
    }

    /// Overwrites the note with one of the same length.
    fn note_head(&mut self) -> io::Result<()> {
        let text = format!("begin {}\nhead {:>20}:{}\n", self.begin, self.head.records, self.head.digest);
        self.note.seek(SeekFrom::Start(0))?;
        self.note.write_all(text.as_bytes())
    }
}

/// Reads to the end, past the noted head; whether a torn record stands there.
fn read_all<R: io::BufRead>(reader: &mut Reader<R>, noted: Option<&Head>) -> Result<bool, LogError> {
    let torn = loop {
        match reader.next_record() {
            Ok(Some(_)) => {}
            Ok(None) => break false,
            // A crash's, where everything that was noted stands before it; that is looked at below.
            Err(LogError::Torn { .. }) => break true,
            Err(error) => return Err(error),
        }
        if let Some(noted) = noted {
            reader.head().passes(noted).map_err(LogError::Broken)?;
        }
    };
    if let Some(noted) = noted {
        reader.head().reaches(noted).map_err(LogError::Broken)?;
    }
    Ok(torn)
}

/// Moves what follows the whole records into a file of its own.
fn set_aside(path: &Path, log: &File, length: u64) -> io::Result<()> {
    let mut from = File::open(path)?;
    from.seek(SeekFrom::Start(length))?;
    let mut name = PathBuf::from(path).into_os_string();
    name.push(".torn");
    let mut torn = private(OpenOptions::new().create(true).append(true)).open(PathBuf::from(name))?;
    io::copy(&mut from, &mut torn)?;
    torn.sync_all()?;
    log.set_len(length)
}

/// Mode 0600: a log says who did what.
fn private(options: &mut OpenOptions) -> &mut OpenOptions {
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(options, 0o600);
    options
}
