//! Numbers and digests of the newest revocation lists, kept across restarts (token.md §7.4): one line each, written as a whole.

use std::fs;
use std::io::{self, Write as _};
use std::path::Path;

use throughline::Digest;

/// One line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Remembered {
    pub(crate) issuer: Digest,
    pub(crate) number: u64,
    pub(crate) digest: Digest,
}

/// What was kept; nothing where there is no file yet.
pub(crate) fn read(path: &Path) -> Result<Vec<Remembered>, String> {
    let text = match fs::read_to_string(path) {
        Ok(text) => text,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
        Err(error) => return Err(error.to_string()),
    };
    if !text.is_empty() && !text.ends_with('\n') {
        return Err("the last line is cut off".into());
    }
    let lines = text.lines().zip(1_usize..);
    lines.map(|(line, at)| parse(line).ok_or_else(|| format!("line {at} is no issuer, number and digest"))).collect()
}

/// Keeps these, all or none.
pub(crate) fn write(path: &Path, lists: &[throughline::HeldList]) -> io::Result<()> {
    let mut name = path.file_name().ok_or(io::ErrorKind::InvalidInput)?.to_os_string();
    name.push(".new");
    let mut hidden = std::ffi::OsString::from(".");
    hidden.push(name);
    let aside = path.with_file_name(hidden);
    let mut file = fs::File::create(&aside)?;
    for list in lists {
        writeln!(file, "{} {} {}", list.issuer, list.number, list.digest)?;
    }
    file.sync_all()?;
    drop(file);
    fs::rename(&aside, path)?;
    // The name too must survive a loss of power, where folders can be synchronized.
    if let Some(folder) = path.parent().filter(|folder| !folder.as_os_str().is_empty()) {
        let _ = fs::File::open(folder).and_then(|folder| folder.sync_all());
    }
    Ok(())
}

fn parse(line: &str) -> Option<Remembered> {
    let mut words = line.split(' ');
    let (issuer, number, digest) = (hex(words.next()?)?, words.next()?, hex(words.next()?)?);
    let number: u64 = number.parse().ok()?;
    // The bound of numbers in a list (token.cddl).
    (words.next().is_none() && number < 1 << 63).then_some(Remembered { issuer, number, digest })
}

fn hex(text: &str) -> Option<Digest> {
    let mut bytes = [0; 32];
    if text.len() != 64 || !text.bytes().all(|byte| byte.is_ascii_hexdigit()) {
        return None;
    }
    for (at, byte) in bytes.iter_mut().enumerate() {
        let start = at.saturating_mul(2);
        *byte = u8::from_str_radix(text.get(start..start.saturating_add(2))?, 16).ok()?;
    }
    Some(Digest(bytes))
}
