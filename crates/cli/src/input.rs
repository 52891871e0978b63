//! Reading files and standard input: never more than a bound, and one clear phrase when it does not work.

use std::fs::File;
use std::io::{self, Read};
use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering};

use crate::failure::Failure;
use crate::plain::Plain;

/// Most bytes of a file with an artifact or a key.
pub(crate) const SMALL: usize = 64 * 1024;
/// Most bytes of a trust bundle or a revocation list.
pub(crate) const LARGE: usize = 8 * 1024 * 1024;
/// Most bytes of a file that is only hashed.
pub(crate) const HASHED: usize = 256 * 1024 * 1024;

/// What a path is called in messages; `-` is standard input.
pub(crate) fn label(path: &Path) -> String {
    if is_stdin(path) { "standard input".to_owned() } else { Plain(&path.to_string_lossy()).to_string() }
}

/// Reads a whole file of at most `limit` bytes.
pub(crate) fn read(path: &Path, limit: usize) -> Result<Vec<u8>, Failure> {
    let fail = |error: &io::Error| Failure::input(label(path), phrase(error));
    let mut bytes = Vec::new();
    read_into(path, limit, &mut bytes).map_err(|error| fail(&error))?;
    if bytes.len() > limit {
        return Err(Failure::input(label(path), format!("longer than {limit} bytes, which nothing of this kind is")));
    }
    Ok(bytes)
}

/// Reads UTF-8 text.
pub(crate) fn read_text(path: &Path, limit: usize) -> Result<String, Failure> {
    utf8(read(path, limit)?, &label(path))
}

/// Takes bytes as UTF-8 text.
pub(crate) fn utf8(bytes: Vec<u8>, label: &str) -> Result<String, Failure> {
    String::from_utf8(bytes).map_err(|error| {
        let at = error.utf8_error().valid_up_to();
        Failure::input(label, format!("not UTF-8 text: byte {at}"))
    })
}

/// A lower-case phrase for an I/O error.
pub(crate) fn phrase(error: &io::Error) -> String {
    if let Some((_, phrase)) = PHRASES.iter().find(|(kind, _)| *kind == error.kind()) {
        return (*phrase).to_owned();
    }
    let text = error.to_string();
    let text = text.split(" (os error").next().unwrap_or_default();
    let mut rest = text.chars();
    rest.next().map_or_else(String::new, |first| first.to_lowercase().chain(rest).collect())
}

fn read_into(path: &Path, limit: usize, bytes: &mut Vec<u8>) -> io::Result<()> {
    let bound = limit.saturating_add(1);
    // One allocation where it is small, so that no copy of a secret is left behind by growing.
    bytes.reserve(bound.min(SMALL.saturating_add(1)));
    let bound = u64::try_from(bound).unwrap_or(u64::MAX);
    if is_stdin(path) {
        if STDIN_TAKEN.swap(true, Ordering::Relaxed) {
            return Err(io::Error::other("can be only one of the inputs"));
        }
        io::stdin().lock().take(bound).read_to_end(bytes)?;
    } else {
        let file = File::open(path)?;
        if file.metadata()?.is_dir() {
            return Err(io::ErrorKind::IsADirectory.into());
        }
        file.take(bound).read_to_end(bytes)?;
    }
    Ok(())
}

fn is_stdin(path: &Path) -> bool {
    path.as_os_str() == "-"
}

static STDIN_TAKEN: AtomicBool = AtomicBool::new(false);

const PHRASES: [(io::ErrorKind, &str); 5] = [
    (io::ErrorKind::NotFound, "no such file"),
    (io::ErrorKind::PermissionDenied, "permission denied"),
    (io::ErrorKind::IsADirectory, "is a directory"),
    (io::ErrorKind::NotADirectory, "a part of the path is not a directory"),
    (io::ErrorKind::AlreadyExists, "exists already"),
];
