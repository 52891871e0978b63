//! Reading files that somebody else writes.

use std::fs;
use std::io::Read as _;
use std::path::{Path, PathBuf};

use crate::reload::status::Problem;

/// A file's content, if it is not longer than `most`. The content itself is compared, poll after poll: times and sizes can stay the same.
pub(crate) fn read(path: &Path, most: u64) -> Result<Vec<u8>, String> {
    let file = fs::File::open(path).map_err(|error| error.to_string())?;
    let mut bytes = Vec::new();
    file.take(most.saturating_add(1)).read_to_end(&mut bytes).map_err(|error| error.to_string())?;
    if u64::try_from(bytes.len()).is_ok_and(|len| len <= most) {
        Ok(bytes)
    } else {
        Err(format!("longer than {most} bytes"))
    }
}

/// Files, and of folders the files in them, by name; what begins with a dot, as temporary files do, is left out.
pub(crate) fn all(paths: &[PathBuf], problems: &mut Vec<Problem>) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for path in paths {
        if !path.is_dir() {
            found.push(path.clone());
            continue;
        }
        match fs::read_dir(path) {
            Ok(entries) => {
                let inside = entries.flatten().map(|entry| entry.path());
                found.extend(inside.filter(|path| path.is_file() && !is_hidden(path)));
            }
            Err(error) => problems.push(Problem { path: path.clone(), text: error.to_string() }),
        }
    }
    found.sort();
    found.dedup();
    if found.len() > MOST {
        let text = format!("{} files, of which {MOST} are read", found.len());
        problems.push(Problem { path: found.first().cloned().unwrap_or_default(), text });
        found.truncate(MOST);
    }
    found
}

fn is_hidden(path: &Path) -> bool {
    path.file_name().is_none_or(|name| name.as_encoded_bytes().starts_with(b"."))
}

/// Most files that are read: each costs every poll.
const MOST: usize = 4_096;
