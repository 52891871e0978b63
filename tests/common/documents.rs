//! What tests read of the documents and of the sources. A module of its own in the binaries that use it.
#![allow(dead_code, reason = "each test binary uses a part")]

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

pub(crate) fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

pub(crate) fn read(path: impl AsRef<Path>) -> String {
    std::fs::read_to_string(root().join(path)).unwrap()
}

/// Every Rust file under a folder, with its path.
pub(crate) fn sources(folder: &str) -> Vec<(PathBuf, String)> {
    let mut folders = vec![root().join(folder)];
    let mut files = Vec::new();
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() && path.file_name().is_some_and(|name| name != "target") {
                folders.push(path);
            } else if path.extension().is_some_and(|extension| extension == "rs") {
                let text = std::fs::read_to_string(&path).unwrap();
                files.push((path, text));
            }
        }
    }
    files
}

/// The numbers that a text cites: `V401`, and with `V301–V304` all four.
pub(crate) fn cited(text: &str) -> BTreeSet<u16> {
    let mut numbers = BTreeSet::new();
    let mut last = None;
    for (at, _) in text.match_indices('V') {
        let digits: String = text[at + 1..].chars().take_while(char::is_ascii_digit).collect();
        let Ok(number) = digits.parse::<u16>() else { continue };
        if let Some((end, first)) = last
            && text[end..at] == *"–"
        {
            numbers.extend(first..=number);
        }
        numbers.insert(number);
        last = Some((at + 1 + digits.len(), number));
    }
    numbers
}

/// `token-empty` is `TokenEmpty`.
pub(crate) fn variant(name: &str) -> String {
    let capital = |word: &str| word[..1].to_uppercase() + &word[1..];
    name.split('-').map(capital).collect()
}

/// Whether a text names this kind of error, and not one that only begins like it.
pub(crate) fn names_kind(text: &str, kind: &str) -> bool {
    let kind = format!("ErrorKind::{kind}");
    text.match_indices(&kind)
        .any(|(at, _)| !text[at + kind.len()..].starts_with(|next: char| next.is_ascii_alphanumeric()))
}
