//! A folder of vectors, read strictly.

use core::fmt;
use std::collections::BTreeSet;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use throughline::Json;

use crate::vector::{File, Vector};

/// All vectors of a folder: at least one, no two with one id.
#[derive(Clone, Debug)]
pub struct Suite {
    files: Vec<(String, File)>,
}

impl Suite {
    /// Reads every `*.json` in a folder and the folders in it, in the order of their names; `schema.json` and `keys.json` beside them are no vectors.
    ///
    /// # Errors
    /// The first file that cannot be read, has another form, a name that stands twice, or an id that was there before; a folder without vectors.
    pub fn read(folder: &Path) -> Result<Self, SuiteError> {
        let mut paths = Vec::new();
        find(folder, &mut paths)?;
        paths.retain(|path| !STANDING.iter().any(|name| *path == folder.join(name)));
        paths.sort();
        let mut ids = BTreeSet::new();
        let mut files = Vec::new();
        for path in paths {
            let file = read(&path)?;
            if let Some(twice) = file.vectors.iter().find(|vector| !ids.insert(vector.id.clone())) {
                return Err(SuiteError::form(&path, format!("{:?} is the id of two vectors", twice.id)));
            }
            let name = path.strip_prefix(folder).unwrap_or(&path).to_string_lossy().into_owned();
            files.push((name, file));
        }
        if files.is_empty() { Err(SuiteError::form(folder, "no vectors are in it")) } else { Ok(Self { files }) }
    }

    /// Every vector with the name of its file.
    pub fn vectors(&self) -> impl Iterator<Item = (&str, &Vector)> {
        self.files.iter().flat_map(|(name, file)| file.vectors.iter().map(|vector| (name.as_str(), vector)))
    }

    /// Keeps the vectors that `keep` holds for; whether there are any.
    pub fn retain(&mut self, keep: impl Fn(&Vector) -> bool) -> bool {
        for (_, file) in &mut self.files {
            file.vectors.retain(&keep);
        }
        self.vectors().next().is_some()
    }
}

/// Why there is no suite.
#[derive(Debug)]
#[expect(clippy::exhaustive_structs, reason = "a place and a reason")]
pub struct SuiteError {
    /// The file or folder.
    pub path: PathBuf,
    /// What is wrong with it.
    pub trouble: Trouble,
}

/// What is wrong with a file or folder.
#[derive(Debug)]
#[expect(clippy::exhaustive_enums, reason = "it is not read, or not understood")]
pub enum Trouble {
    /// It cannot be read.
    Io(io::Error),
    /// It is something else.
    Form(String),
}

impl SuiteError {
    fn form(path: &Path, text: impl Into<String>) -> Self {
        Self { path: path.to_owned(), trouble: Trouble::Form(text.into()) }
    }

    fn io(path: &Path) -> impl FnOnce(io::Error) -> Self {
        |error| Self { path: path.to_owned(), trouble: Trouble::Io(error) }
    }
}

impl fmt::Display for SuiteError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: ", self.path.display())?;
        match &self.trouble {
            Trouble::Io(error) => error.fmt(f),
            Trouble::Form(text) => f.write_str(text),
        }
    }
}

impl core::error::Error for SuiteError {}

fn find(folder: &Path, paths: &mut Vec<PathBuf>) -> Result<(), SuiteError> {
    for entry in fs::read_dir(folder).map_err(SuiteError::io(folder))? {
        let path = entry.map_err(SuiteError::io(folder))?.path();
        if path.is_dir() {
            find(&path, paths)?;
        } else if path.extension().is_some_and(|extension| extension == "json") {
            paths.push(path);
        }
    }
    Ok(())
}

fn read(path: &Path) -> Result<File, SuiteError> {
    let bytes = fs::read(path).map_err(SuiteError::io(path))?;
    let file: File = serde_json::from_slice(&bytes).map_err(|error| SuiteError::form(path, error.to_string()))?;
    // What is taken as it is, the trust bundle, could still have a name twice.
    if Json::read(&bytes).is_err() {
        return Err(SuiteError::form(path, "a name stands twice in one object, or it is no strict JSON otherwise"));
    }
    if file.vectors.is_empty() { Err(SuiteError::form(path, "it has no vectors")) } else { Ok(file) }
}

/// Beside the vectors, and none.
const STANDING: [&str; 2] = ["schema.json", "keys.json"];
