//! Writing results: text on a terminal, whole files or none.

use std::fs::{self, File, OpenOptions};
use std::io::{self, IsTerminal as _, Write as _};
use std::path::{Path, PathBuf};

use clap::Args;
use serde::Serialize;
use throughline::{Digest, encode_text};

use crate::failure::Failure;
use crate::input::{label, phrase};

/// Where an artifact goes.
#[derive(Args, Debug)]
#[command(next_help_heading = "Output")]
pub(crate) struct Destination {
    /// Write the raw bytes to this file, whole or not at all; without it, base64url text goes to standard output
    #[arg(long, value_name = "FILE")]
    out: Option<PathBuf>,
    /// Write the raw bytes to standard output (never to a terminal)
    #[arg(long, conflicts_with_all = ["out", "json"])]
    raw: bool,
}

impl Destination {
    /// Puts an artifact where it belongs.
    pub(crate) fn put(
        &self,
        kind: &'static str,
        bytes: &[u8],
        digest: Option<&Digest>,
        json: bool,
    ) -> Result<(), Failure> {
        let file = self.out.as_deref().filter(|path| path.as_os_str() != "-");
        if let Some(path) = file {
            write_file(path, bytes, &Write { private: false, replace: true })?;
        }
        if json {
            let file = file.map(label);
            let base64url = encode_text(bytes);
            return object(&Made {
                kind,
                digest: digest.map(ToString::to_string),
                bytes: bytes.len(),
                file,
                base64url,
            });
        }
        if self.raw || (self.out.is_some() && file.is_none()) {
            if io::stdout().is_terminal() {
                return Err(Failure::input("--raw", "standard output is a terminal; use --out FILE"));
            }
            return stdout(bytes);
        }
        match file {
            Some(_) => Ok(()),
            None => line(&encode_text(bytes)),
        }
    }
}

/// An artifact for machines.
#[derive(Serialize)]
struct Made {
    kind: &'static str,
    digest: Option<String>,
    bytes: usize,
    file: Option<String>,
    base64url: String,
}

/// A success for machines: one object on one line, `"ok": true` first.
pub(crate) fn object(body: &impl Serialize) -> Result<(), Failure> {
    #[derive(Serialize)]
    struct Success<'a, T> {
        ok: bool,
        #[serde(flatten)]
        body: &'a T,
    }
    let text = serde_json::to_string(&Success { ok: true, body });
    line(&text.map_err(|error| Failure::input("--json", error.to_string()))?)
}

/// One line on standard error; where that is closed, nobody listens.
pub(crate) fn diagnostic(text: &str) {
    let _ = writeln!(io::stderr().lock(), "throughline: {text}");
}

/// One line, or several, on standard output.
pub(crate) fn line(text: &str) -> Result<(), Failure> {
    stdout(format!("{}\n", text.trim_end_matches('\n')).as_bytes())
}

/// How a file is written.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Write {
    /// Mode 0600.
    pub(crate) private: bool,
    /// A file that is there already is replaced.
    pub(crate) replace: bool,
}

/// Writes a whole file: into a temporary one beside it, then by one rename or link. A private key in its place is never lost.
pub(crate) fn write_file(path: &Path, bytes: &[u8], how: &Write) -> Result<(), Failure> {
    let fail = |error: &io::Error| Failure::input(label(path), phrase(error));
    if let Ok(there) = fs::metadata(path) {
        if there.is_dir() {
            return Err(Failure::input(label(path), "is a directory"));
        }
        if !how.replace {
            return Err(Failure::input(label(path), EXISTS));
        }
        // Pipes and devices have no half-written state to protect.
        if !there.is_file() {
            let written = OpenOptions::new().write(true).open(path).and_then(|mut file| file.write_all(bytes));
            return written.map_err(|error| fail(&error));
        }
        if !how.private && holds_private_key(path) {
            return Err(Failure::input(label(path), "holds a private key, which is not overwritten"));
        }
    }
    // A link stays, and what it points at is replaced.
    let target = fs::canonicalize(path).unwrap_or_else(|_| path.to_owned());
    let temporary = temporary_beside(&target)?;
    let written = write_new(&temporary, bytes, how.private).and_then(|()| {
        if how.replace {
            fs::rename(&temporary, &target)
        } else {
            // Unlike a rename, a link never replaces what appeared meanwhile.
            fs::hard_link(&temporary, &target)
        }
    });
    if written.is_err() || !how.replace {
        let _ = fs::remove_file(&temporary);
    }
    written.map_err(|error| fail(&error))
}

fn write_new(path: &Path, bytes: &[u8], private: bool) -> io::Result<()> {
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, if private { 0o600 } else { 0o666 });
    #[cfg(not(unix))]
    let _ = private;
    let mut file = options.open(path)?;
    file.write_all(bytes)?;
    file.sync_all()
}

fn temporary_beside(target: &Path) -> Result<PathBuf, Failure> {
    let name = target.file_name().ok_or_else(|| Failure::input(label(target), "not the name of a file"))?;
    let mut temporary = std::ffi::OsString::from(".");
    temporary.push(name);
    temporary.push(format!(".{:016x}", u64::from_be_bytes(random()?)));
    Ok(target.with_file_name(temporary))
}

fn holds_private_key(path: &Path) -> bool {
    let mut start = [0; 64];
    let read = File::open(path).and_then(|mut file| io::Read::read(&mut file, &mut start));
    let start = String::from_utf8_lossy(&start);
    read.is_ok()
        && start.starts_with("-----BEGIN ")
        && (start.contains("PRIVATE KEY") || start.contains("EC PARAMETERS"))
}

/// Bytes from the operating system's generator.
pub(crate) fn random<const N: usize>() -> Result<[u8; N], Failure> {
    let mut bytes = [0; N];
    getrandom::fill(&mut bytes).map_err(|error| Failure::input("random numbers", error.to_string()))?;
    Ok(bytes)
}

fn stdout(bytes: &[u8]) -> Result<(), Failure> {
    let mut out = io::stdout().lock();
    match out.write_all(bytes).and_then(|()| out.flush()) {
        // Whoever reads has seen enough.
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Ok(()),
        result => result.map_err(|error| Failure::input("standard output", phrase(&error))),
    }
}

/// Said of a file that is not replaced.
pub(crate) const EXISTS: &str = "exists already; --force replaces it";
