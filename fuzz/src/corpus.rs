//! Where inputs come from: seeds, what was found before, regressions; and the form in which a corpus is one file.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use crate::{Target, Vectors};

/// Inputs of a target that stand in the repository, with what to call each.
#[must_use]
pub fn standing(target: &Target, vectors: &Vectors) -> Vec<(String, Vec<u8>)> {
    let seeds = (target.seeds)(vectors).into_iter().enumerate().map(|(n, seed)| (format!("seed {n}"), seed));
    let found = packed(&home().join("corpora").join(target.name)).unwrap_or_default().into_iter().enumerate();
    let found = found.map(|(n, input)| (format!("corpus {n}"), input));
    let regressions = folder(&home().join("regressions").join(target.name)).unwrap_or_default();
    seeds.chain(found).chain(regressions).collect()
}

/// The files of a folder by their names.
///
/// # Errors
/// Those of reading.
pub fn folder(path: &Path) -> io::Result<Vec<(String, Vec<u8>)>> {
    let mut paths = fs::read_dir(path)?.map(|entry| Ok(entry?.path())).collect::<io::Result<Vec<_>>>()?;
    paths.sort();
    paths.retain(|path| path.is_file());
    paths.into_iter().map(|path| Ok((path.display().to_string(), fs::read(&path)?))).collect()
}

/// Reads a packed corpus: inputs one after the other, each behind its length in four bytes.
///
/// # Errors
/// Those of reading; a file that ends within an input.
pub fn packed(path: &Path) -> io::Result<Vec<Vec<u8>>> {
    let bytes = fs::read(path)?;
    let mut rest = bytes.as_slice();
    let mut inputs = Vec::new();
    while !rest.is_empty() {
        let input = rest
            .split_first_chunk::<4>()
            .and_then(|(length, behind)| behind.split_at_checked(usize::try_from(u32::from_be_bytes(*length)).ok()?));
        let (input, behind) = input.ok_or(io::ErrorKind::UnexpectedEof)?;
        inputs.push(input.to_vec());
        rest = behind;
    }
    Ok(inputs)
}

/// Writes a packed corpus, short inputs first, as long as they fit.
///
/// # Errors
/// Those of writing.
pub fn pack(mut inputs: Vec<Vec<u8>>, most: usize, path: &Path) -> io::Result<usize> {
    inputs.sort_by(|one, other| (one.len(), one).cmp(&(other.len(), other)));
    let mut bytes = Vec::new();
    let mut count = 0;
    for input in inputs {
        let length = u32::try_from(input.len()).map_err(|_| io::ErrorKind::InvalidInput)?;
        if bytes.len() + 4 + input.len() > most {
            break;
        }
        bytes.extend(length.to_be_bytes());
        bytes.extend(input);
        count += 1;
    }
    fs::write(path, bytes)?;
    Ok(count)
}

/// The folder `fuzz/`.
#[must_use]
pub fn home() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}
