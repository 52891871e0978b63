//! Trust bundle, revocation lists and known credentials from files that change while calls run (`spec/enforcement.md` §5).

mod files;
mod held;
mod status;
mod watch;

use std::collections::BTreeMap;
use std::fmt;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::{Duration, Instant};

use throughline::bundle::Bundle;
use throughline::trust::Trust;
use throughline::{Digest, Engine, ErrorKind, HeldList, KnownCredentials, UnixTime};

use crate::audit::Notice;
use crate::gate::Gate;

pub use crate::reload::status::{Problem, Status};
pub use crate::reload::watch::Watch;

/// Where the files lie.
#[derive(Clone, Debug, Default)]
#[expect(clippy::exhaustive_structs, reason = "whoever runs a gate writes it out")]
pub struct Files {
    /// The trust bundle, JSON.
    pub trust: PathBuf,
    /// Revocation lists, raw bytes: files, or folders of them.
    pub revocations: Vec<PathBuf>,
    /// Known credentials, raw bytes: files, or folders of them.
    pub known: Vec<PathBuf>,
    /// Where numbers and digests of the newest lists are kept across restarts; without it, a restart can be rolled back.
    pub held: Option<PathBuf>,
}

/// What a gate does while there is no good trust bundle where one should be.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
#[expect(clippy::exhaustive_enums, reason = "it admits or it does not")]
pub enum BrokenTrust {
    /// After the grace period it refuses everything (`trust-unavailable`) until a good one is there.
    #[default]
    Refuse,
    /// It goes on with the last good one.
    KeepLastGood,
}

/// Looks at the files and tells the gate. Broken content never replaces good content.
#[derive(Debug)]
pub struct Reloader {
    gate: Gate,
    files: Files,
    broken_trust: BrokenTrust,
    grace: Duration,
    /// Digest of the bundle in force.
    bundle: Option<Digest>,
    /// Since when there is no good bundle where one should be.
    bad_since: Option<Instant>,
    /// Whether it was this one that suspended the gate.
    suspended: bool,
    /// By path: digest of the content that was looked at last.
    lists: BTreeMap<PathBuf, Digest>,
    /// By path: the last good content.
    known: BTreeMap<PathBuf, Vec<u8>>,
    known_digest: Option<Digest>,
    /// What was persisted.
    persisted: Option<Vec<HeldList>>,
    loaded: UnixTime,
    polls: u64,
}

/// What keeps a gate from beginning.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct ReloadError {
    /// The file.
    pub path: PathBuf,
    /// What is wrong with it.
    pub text: String,
}

impl fmt::Display for ReloadError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.path.display(), self.text)
    }
}

impl std::error::Error for ReloadError {}

impl Reloader {
    /// How often the files are looked at.
    pub const INTERVAL: Duration = Duration::from_secs(2);

    /// How long a file may be missing or half written.
    pub const GRACE: Duration = Duration::from_secs(10);

    /// Takes everything in once and begins.
    ///
    /// # Errors
    /// Where the bundle is not good, or what was kept of lists cannot be read. Lists and credentials that are not good stand in
    /// [`Gate::status`]: an issuer without a list refuses everything by itself (V901), and a credential that is not known is refused (V305).
    pub fn begin(gate: Gate, files: Files, broken_trust: BrokenTrust, grace: Duration) -> Result<Self, ReloadError> {
        if let Some(path) = &files.held {
            let remembered = held::read(path).map_err(|text| ReloadError { path: path.clone(), text })?;
            for list in remembered {
                gate.revocations().remember(list.issuer, list.number, list.digest);
            }
        }
        let loaded = gate.now();
        let mut reloader = Self {
            gate,
            files,
            broken_trust,
            grace,
            bundle: None,
            bad_since: None,
            suspended: false,
            lists: BTreeMap::new(),
            known: BTreeMap::new(),
            known_digest: None,
            persisted: None,
            loaded,
            polls: 0,
        };
        reloader.poll(Instant::now());
        if reloader.bundle.is_none() {
            let path = reloader.files.trust.clone();
            let status = reloader.gate.status();
            let problem = status.problems.iter().find(|problem| problem.path == path);
            return Err(ReloadError { text: problem.map(|one| one.text.clone()).unwrap_or_default(), path });
        }
        Ok(reloader)
    }

    /// Looks once, and leaves a [`Status`] with the gate. `at` measures the grace period.
    pub fn poll(&mut self, at: Instant) {
        let mut problems = Vec::new();
        let new = self.read_bundle(&mut problems, at);
        let trust = new.as_ref().map_or_else(|| self.gate.trust(), |(trust, _)| Arc::clone(trust));
        // Before the bundle is in force: where it names a new issuer, that issuer's list is there by then.
        self.take_lists(&trust, new.is_some(), &mut problems);
        self.persist(&mut problems);
        let known = self.take_known(&trust, &mut problems);
        drop(trust);
        let (count, digest) = (known.len(), self.digest_of_known());
        let changed = self.known_digest.replace(digest) != Some(digest);
        if let Some((trust, bundle)) = new {
            let trust = Arc::try_unwrap(trust).unwrap_or_else(|shared| Trust::clone(&shared));
            self.gate.replace_trust(trust, known, bundle);
            (self.bundle, self.suspended, self.loaded) = (Some(bundle), false, self.gate.now());
        } else if changed && self.bundle.is_some() {
            self.gate.replace_known(known, digest);
        }
        self.polls = self.polls.saturating_add(1);
        self.gate.set_status(Status {
            generation: self.gate.generation(),
            suspended: self.gate.suspended(),
            trust: self.bundle,
            trust_since: self.loaded,
            known: count,
            lists: self.gate.revocations().held(),
            problems,
            polls: self.polls,
            polled: self.gate.now(),
        });
    }

    /// Looks every so often, on a thread of its own, and [`tend`](Gate::tend)s the gate, until the [`Watch`] is dropped.
    ///
    /// # Errors
    /// Where there is no thread to be had.
    pub fn watch(self, every: Duration) -> std::io::Result<Watch> {
        Watch::begin(self, every)
    }

    pub(crate) const fn gate(&self) -> &Gate {
        &self.gate
    }

    pub(crate) fn is_closed(&self) -> bool {
        self.broken_trust == BrokenTrust::Refuse
    }

    /// A bundle that is good and not the one in force.
    fn read_bundle(&mut self, problems: &mut Vec<Problem>, at: Instant) -> Option<(Arc<Trust<'static>>, Digest)> {
        let path = self.files.trust.clone();
        let read = files::read(&path, BUNDLE_BYTES).and_then(|bytes| {
            let digest = Digest::of(&[&bytes]);
            if self.bundle == Some(digest) {
                return Ok((None, digest));
            }
            let text = String::from_utf8(bytes).map_err(|_| "not UTF-8".to_owned())?;
            let bundle = Bundle::from_json(&text).map_err(|errors| errors.to_string())?;
            Ok((Some(Arc::new(bundle.into_trust())), digest))
        });
        match read {
            Ok((trust, digest)) => {
                self.bad_since = None;
                if trust.is_none() && std::mem::take(&mut self.suspended) {
                    self.gate.resume();
                }
                trust.map(|trust| (trust, digest))
            }
            Err(text) => {
                let since = *self.bad_since.get_or_insert(at);
                if self.is_closed() && !self.suspended && at.saturating_duration_since(since) >= self.grace {
                    self.suspended = true;
                    self.gate.suspend(&format!("{}: {text}", path.display()));
                }
                problems.push(Problem { path, text });
                None
            }
        }
    }

    /// Takes in every list that changed; under a new bundle, all of them.
    fn take_lists(&mut self, trust: &Trust<'static>, anew: bool, problems: &mut Vec<Problem>) {
        let mut seen = BTreeMap::new();
        for path in files::all(&self.files.revocations, problems) {
            let bytes = match files::read(&path, LIST_BYTES) {
                Ok(bytes) => bytes,
                Err(text) => {
                    problems.push(Problem { path, text });
                    continue;
                }
            };
            let digest = Digest::of(&[&bytes]);
            if !anew && self.lists.get(&path) == Some(&digest) {
                seen.insert(path, digest);
                continue;
            }
            let before = self.gate.revocations().held();
            match self.gate.revocations().take_in(&bytes, trust, &Engine) {
                Ok(_) => {
                    for list in self.gate.revocations().held().iter().filter(|list| !before.contains(list)) {
                        let HeldList { digest, number, .. } = *list;
                        self.gate.notice(&Notice::RevocationListChanged { digest, number });
                    }
                    seen.insert(path, digest);
                }
                // An older list of an issuer that has a newer one lies about: that is no problem.
                Err(error) if matches!(error.kind, ErrorKind::ListNumberLower { .. }) => {
                    seen.insert(path, digest);
                }
                Err(error) => problems.push(Problem { path, text: error.to_string() }),
            }
        }
        self.lists = seen;
    }

    /// Everything that is known under a bundle: of each file its content, or where that is not good, its last good content.
    fn take_known(&mut self, trust: &Trust<'static>, problems: &mut Vec<Problem>) -> KnownCredentials {
        let mut known = KnownCredentials::new();
        let mut good = BTreeMap::new();
        for path in files::all(&self.files.known, problems) {
            let read = files::read(&path, CREDENTIAL_BYTES);
            let taken = read.and_then(|bytes| {
                known.take_in(bytes.as_slice(), trust, &Engine).map(|_| bytes).map_err(|error| error.to_string())
            });
            let kept = match taken {
                Ok(bytes) => Some(bytes),
                Err(text) => {
                    problems.push(Problem { path: path.clone(), text });
                    let last = self.known.remove(&path);
                    last.filter(|bytes| known.take_in(bytes.as_slice(), trust, &Engine).is_ok())
                }
            };
            if let Some(bytes) = kept {
                good.insert(path, bytes);
            }
        }
        self.known = good;
        known
    }

    fn digest_of_known(&self) -> Digest {
        let digests: Vec<Digest> = self.known.values().map(|bytes| Digest::of(&[bytes])).collect();
        let parts: Vec<&[u8]> = digests.iter().map(|digest| digest.as_bytes().as_slice()).collect();
        Digest::of(&parts)
    }

    /// Keeps numbers and digests of the newest lists; what cannot be written is tried again next time.
    fn persist(&mut self, problems: &mut Vec<Problem>) {
        let Some(path) = &self.files.held else { return };
        let held = self.gate.revocations().held();
        if self.persisted.as_ref() == Some(&held) {
            return;
        }
        match held::write(path, &held) {
            Ok(()) => self.persisted = Some(held),
            Err(error) => problems.push(Problem { path: path.clone(), text: error.to_string() }),
        }
    }
}

/// Longest bundle that is read.
const BUNDLE_BYTES: u64 = 16_777_216;
/// Longest list that is read: what a store takes is up to its own limits.
const LIST_BYTES: u64 = 16_777_216;
/// Longest credential that is read.
const CREDENTIAL_BYTES: u64 = 16_384;
