//! Keys with tables: those of the trust bundle from the start, workloads' after they were admitted several times.
//!
//! A table speeds a key's checks up several times and costs memory and the time of a few checks to build. So nobody who
//! merely sends a token can make one be built: only an [`Admission`] counts, and building is the operator's call.

use std::collections::{HashMap, HashSet, VecDeque};
use std::sync::Arc;
use std::vec::Vec;

use throughline_p256::{Key, PreparedKey};

use crate::admission::Admission;
use crate::engine::{self, verifying_key};
use crate::key::PublicKey;
use crate::signature::{SignatureCheck, SignatureVerifier};
use crate::sync::{Mutex, RwLock};
use crate::trust::Trust;
use crate::verified::Vouching;

/// Checks signatures with the project's engine and prepared keys. Shared by threads; checks take a read lock.
///
/// Tables change how fast a signature is checked, never whether it is valid.
#[derive(Debug)]
pub struct PreparedKeys {
    /// The bundle's keys; never evicted.
    trusted: HashMap<PublicKey, PreparedKey>,
    /// Workload keys, at most `capacity`.
    workloads: RwLock<HashMap<PublicKey, Arc<PreparedKey>>>,
    waiting: Mutex<Waiting>,
    capacity: usize,
}

/// Keys on their way to a table.
#[derive(Debug, Default)]
struct Waiting {
    /// Admissions seen, of at most [`COUNTED`] keys.
    seen: HashMap<PublicKey, u32>,
    /// Admitted often enough, oldest first.
    due: VecDeque<PublicKey>,
    /// Every key that is due, being built, or has a table.
    taken: HashSet<PublicKey>,
    /// Keys with a table, oldest first.
    built: VecDeque<PublicKey>,
}

impl PreparedKeys {
    /// Bytes of heap per prepared key.
    pub const BYTES_PER_KEY: usize = PreparedKey::TABLE_BYTES;

    /// Prepares every key of the bundle, and makes room for `capacity` workload keys.
    #[must_use]
    pub fn new(trust: &Trust<'_>, capacity: usize) -> Self {
        let origins = trust.origins.iter().filter_map(crate::trust::OriginAnchor::key);
        let attesters = trust.attesters.iter().map(|attester| &attester.key);
        let pins = trust.pins.iter().map(|pin| &pin.key);
        let keys = origins.chain(attesters).chain(pins).map(|key| *key.key());
        let trusted = keys.filter_map(|key| Some((key, PreparedKey::new(&verifying_key(&key)?)))).collect();
        Self { trusted, workloads: RwLock::default(), waiting: Mutex::default(), capacity }
    }

    /// Counts the keys of an admitted chain. After [`ADMISSIONS`](Self::ADMISSIONS) a key waits for its table.
    ///
    /// Unvouched actors' keys do not count: they are made to be used once.
    pub fn observe(&self, admission: &Admission<'_>) {
        let Ok(mut waiting) = self.waiting.lock() else { return };
        for hop in admission.chain().hops().filter(|hop| hop.vouching() == Vouching::Credential) {
            let Some(key) = hop.key().map(|key| *key.key()) else { continue };
            if self.trusted.contains_key(&key) || waiting.taken.contains(&key) {
                continue;
            }
            if waiting.seen.len() >= COUNTED && !waiting.seen.contains_key(&key) {
                // A new beginning is cheaper than an order of who was seen when, and loses a few counts at most.
                waiting.seen.clear();
            }
            let seen = waiting.seen.entry(key).or_default();
            *seen = seen.saturating_add(1);
            if *seen >= Self::ADMISSIONS && waiting.due.len() < COUNTED {
                waiting.seen.remove(&key);
                waiting.taken.insert(key);
                waiting.due.push_back(key);
            }
        }
    }

    /// Builds up to `budget` tables that are due; returns how many were built. Call it off the request path.
    ///
    /// A full cache gives up its oldest table for a new one.
    pub fn build(&self, budget: usize) -> usize {
        let due: Vec<PublicKey> = match self.waiting.lock() {
            Ok(mut waiting) if self.capacity > 0 => {
                let count = budget.min(waiting.due.len());
                waiting.due.drain(..count).collect()
            }
            Ok(_) | Err(_) => Vec::new(),
        };
        let mut built: usize = 0;
        for key in due {
            let Some(plain) = verifying_key(&key) else { continue };
            let prepared = Arc::new(PreparedKey::new(&plain));
            let (Ok(mut waiting), Ok(mut workloads)) = (self.waiting.lock(), self.workloads.write()) else { break };
            while workloads.len() >= self.capacity {
                let Some(oldest) = waiting.built.pop_front() else { break };
                workloads.remove(&oldest);
                waiting.taken.remove(&oldest);
            }
            workloads.insert(key, prepared);
            waiting.built.push_back(key);
            built = built.saturating_add(1);
        }
        built
    }

    /// How many keys have tables: the bundle's and workloads'.
    #[must_use]
    pub fn counts(&self) -> (usize, usize) {
        (self.trusted.len(), self.workloads.read().map_or(0, |workloads| workloads.len()))
    }

    /// Admissions after which a workload's key is worth a table: about as many checks as its table costs.
    pub const ADMISSIONS: u32 = 8;
}

impl SignatureVerifier for PreparedKeys {
    fn is_on_curve(&self, key: &PublicKey) -> bool {
        self.trusted.contains_key(key) || verifying_key(key).is_some()
    }

    fn verify(&self, check: &SignatureCheck<'_>) -> bool {
        self.verify_all(core::slice::from_ref(check)).is_ok()
    }

    fn verify_all(&self, checks: &[SignatureCheck<'_>]) -> Result<(), usize> {
        // Without the lock there are fewer tables, not other verdicts.
        let workloads = self.workloads.read().ok();
        engine::verify_all(checks, |key| {
            let trusted = self.trusted.get(key);
            let workload = || workloads.as_ref()?.get(key).map(Arc::as_ref);
            trusted.or_else(workload).map(Key::Prepared)
        })
    }
}

/// Most keys that are counted, and most that wait.
const COUNTED: usize = 4096;
