//! A replay memory in a directory, for scripts and trials: one file per used proof, made by an atomic "create new".
//!
//! It forgets nothing and bounds nothing; a service keeps its own (`throughline::BoundedReplayMemory`).

use std::fs::{self, File};
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

use throughline::{ErrorKind, ProofUse, ReplayMemory};

use crate::failure::Failure;
use crate::input::{label, phrase};

/// The directory.
#[derive(Debug)]
pub(crate) struct ReplayDirectory(PathBuf);

impl ReplayDirectory {
    /// Opens it, and makes it if it is not there.
    pub(crate) fn open(path: &Path) -> Result<Self, Failure> {
        fs::create_dir_all(path).map_err(|error| Failure::input(label(path), phrase(&error)))?;
        Ok(Self(path.to_owned()))
    }

    fn file(&self, used: &ProofUse<'_>) -> PathBuf {
        self.0.join(used.key().to_string())
    }
}

impl ReplayMemory for ReplayDirectory {
    fn look_up(&self, used: &ProofUse<'_>) -> Result<(), ErrorKind> {
        match fs::symlink_metadata(self.file(used)) {
            Ok(_) => Err(ErrorKind::ProofReplayed),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
            Err(_) => Err(ErrorKind::ReplayMemoryFull),
        }
    }

    fn claim(&self, used: &ProofUse<'_>) -> Result<(), ErrorKind> {
        match File::create_new(self.file(used)) {
            Ok(mut file) => {
                // For whoever cleans up; that the file exists is all that counts here.
                let _ = writeln!(file, "{} {}", used.keep_until(), used.audience);
                // What is not on the disk would be forgotten with the machine.
                file.sync_all().map_err(|_| ErrorKind::ReplayMemoryFull)
            }
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => Err(ErrorKind::ProofReplayed),
            Err(_) => Err(ErrorKind::ReplayMemoryFull),
        }
    }
}
