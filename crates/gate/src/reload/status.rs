//! What a reloader found when it looked last: for health checks, metrics and people.

use std::path::PathBuf;

use throughline::{Digest, HeldList, UnixTime};

/// The files as they were at the last look. Without a [`Reloader`](crate::Reloader) there is only the default.
#[derive(Clone, Debug, Default)]
#[non_exhaustive]
pub struct Status {
    /// The gate's generation.
    pub generation: u64,
    /// Why nothing is admitted at the moment.
    pub suspended: Option<String>,
    /// Digest of the bundle file that is in force.
    pub trust: Option<Digest>,
    /// Since when.
    pub trust_since: UnixTime,
    /// How many credentials are known.
    pub known: usize,
    /// The newest list of each issuer.
    pub lists: Vec<HeldList>,
    /// What is not good. What was good before stays in force, but for the bundle after its grace period.
    pub problems: Vec<Problem>,
    /// How often was looked.
    pub polls: u64,
    /// And when last.
    pub polled: UnixTime,
}

/// A file that is not good.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Problem {
    /// The file or folder.
    pub path: PathBuf,
    /// What is wrong with it.
    pub text: String,
}
