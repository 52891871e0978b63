//! The gate: everything that one audience judges by, shared by all threads.

use std::fmt;
use std::sync::atomic::AtomicU64;
use std::sync::{Arc, Mutex, PoisonError};

use arc_swap::ArcSwap;
use throughline::trust::Trust;
use throughline::{Digest, KnownCredentials, Limits, MacSessions, ReplayMemory, RevocationStore, UnixTime, Verifier};

use crate::agreement::{AgreementKeys, SharedKey};
use crate::audit::{Notice, Sink, SinkMode};
use crate::builder::Builder;
use crate::clock::Clock;
use crate::consent::ConsentStore;
use crate::generation::Generation;
use crate::metrics::Metrics;
use crate::reload::Status;
use crate::signatures::{Remembered, Signatures};

/// The one point that every call passes. Cheap to clone: all clones are one gate.
///
/// It reads its clock once per decision, keeps no verdict, and has no thread of its own: [`tend`](Self::tend), or a
/// [`Reloader`](crate::Reloader), does what is not urgent.
#[derive(Clone)]
pub struct Gate(pub(crate) Arc<Inner>);

pub(crate) struct Inner {
    pub(crate) audience: String,
    pub(crate) generation: ArcSwap<Generation>,
    /// Held by whoever makes a generation from the one before.
    pub(crate) swapping: Mutex<()>,
    pub(crate) signatures: Remembered,
    pub(crate) agreement: AgreementKeys,
    pub(crate) sessions: MacSessions<AgreementKeys>,
    pub(crate) lists: RevocationStore,
    pub(crate) replay: Box<dyn ReplayMemory + Send + Sync>,
    pub(crate) consents: Option<Box<dyn ConsentStore>>,
    pub(crate) sink: Box<dyn Sink>,
    pub(crate) sink_mode: SinkMode,
    /// Decisions that could not be recorded, and the sink was not told of yet.
    pub(crate) lost: AtomicU64,
    pub(crate) clock: Box<dyn Clock>,
    pub(crate) limits: Limits,
    pub(crate) metrics: Metrics,
    pub(crate) workload_keys: usize,
    pub(crate) status: ArcSwap<Status>,
}

impl Gate {
    /// A gate for one audience, with this trust, that tells this sink every decision.
    pub fn builder(audience: &str, trust: Trust<'static>, sink: impl Sink + 'static) -> Builder {
        Builder::new(audience, trust, sink)
    }

    /// The audience that proofs are made for.
    #[must_use]
    pub fn audience(&self) -> &str {
        &self.0.audience
    }

    /// The verifier's limits; a layer reads no more of a field than they allow.
    #[must_use]
    pub fn limits(&self) -> Limits {
        self.0.limits
    }

    /// Now, by the gate's clock.
    #[must_use]
    pub fn now(&self) -> UnixTime {
        self.0.clock.now()
    }

    /// What was counted.
    #[must_use]
    pub fn metrics(&self) -> &Metrics {
        &self.0.metrics
    }

    /// The revocation lists. Whoever takes one in persists [`held`](RevocationStore::held); a [`Reloader`](crate::Reloader) does.
    #[must_use]
    pub fn revocations(&self) -> &RevocationStore {
        &self.0.lists
    }

    /// The trust bundle as it is now.
    #[must_use]
    pub fn trust(&self) -> Arc<Trust<'static>> {
        Arc::clone(&self.0.generation.load().trust)
    }

    /// Which generation of trust and known credentials this is; each change counts.
    #[must_use]
    pub fn generation(&self) -> u64 {
        self.0.generation.load().number
    }

    /// Why nothing is admitted at the moment, if [`suspend`](Self::suspend) said so.
    #[must_use]
    pub fn suspended(&self) -> Option<String> {
        self.0.generation.load().suspended.clone()
    }

    /// What a [`Reloader`](crate::Reloader) found when it looked last.
    #[must_use]
    pub fn status(&self) -> Arc<Status> {
        self.0.status.load_full()
    }

    pub(crate) fn set_status(&self, status: Status) {
        self.0.status.store(Arc::new(status));
    }

    /// Judges by another trust bundle from now on, with what is known under it; calls that began keep theirs.
    ///
    /// `digest` names it in the log: of the file's bytes, where it came from a file. Remembered signatures stay: that a signature is valid
    /// depends on no bundle. So do MAC sessions, for every proof's chain is verified under the bundle of its call.
    pub fn replace_trust(&self, trust: Trust<'static>, known: KnownCredentials, digest: Digest) {
        self.swap(|before| before.with_trust(trust, known, self.0.workload_keys));
        self.notice(&Notice::TrustChanged { digest });
    }

    /// Knows these credentials from now on; calls that began keep theirs.
    pub fn replace_known(&self, known: KnownCredentials, digest: Digest) {
        self.swap(|before| before.with_known(known));
        self.notice(&Notice::KnownCredentialsChanged { digest });
    }

    /// These agreement keys from now on. A session under a key that is no longer there admits nothing any more (V1009).
    pub fn replace_agreement_keys(&self, keys: Vec<SharedKey>) {
        self.0.agreement.replace(keys);
    }

    /// Admits nothing (`trust-unavailable`) until [`replace_trust`](Self::replace_trust) or [`resume`](Self::resume).
    pub fn suspend(&self, why: &str) {
        self.swap(|before| before.with_suspension(Some(why.into())));
        self.notice(&Notice::TrustSuspended { why });
    }

    /// Judges by the bundle before a [`suspend`](Self::suspend) again.
    pub fn resume(&self) {
        self.swap(|before| before.with_suspension(None));
    }

    /// What is not urgent: builds up to eight tables of keys that come often, and forgets sessions that have ended.
    pub fn tend(&self) {
        self.0.generation.load().keys.build(8);
        self.0.sessions.sweep(self.now());
    }

    fn swap(&self, make: impl FnOnce(&Generation) -> Generation) {
        // A panic elsewhere leaves no half a generation: it is replaced by one assignment.
        let _swapping = self.0.swapping.lock().unwrap_or_else(PoisonError::into_inner);
        let next = make(&self.0.generation.load());
        self.0.generation.store(Arc::new(next));
        self.0.metrics.swapped();
    }
}

impl Inner {
    /// A verifier for one call.
    pub(crate) fn verifier<'v>(
        &'v self,
        generation: &'v Generation,
        signatures: &'v Signatures<'_>,
        lists: &'v throughline::RevocationSnapshot,
    ) -> Verifier<'v> {
        Verifier::new(&generation.trust, signatures, lists)
            .limits(self.limits)
            .known(&*generation.known)
            .agreement(&self.sessions)
    }
}

impl fmt::Debug for Gate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Gate").field("audience", &self.0.audience).finish_non_exhaustive()
    }
}
