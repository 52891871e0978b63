//! Puts a gate together.

use std::fmt;
use std::sync::Arc;
use std::sync::Mutex;
use std::sync::atomic::AtomicU64;

use arc_swap::ArcSwap;
use throughline::trust::Trust;
use throughline::{
    BoundedReplayMemory, Engine, KeyAgreement, KnownCredentials, Limits, MacSessions, ReplayMemory, RevocationStore,
    SignatureCache, UnixTime,
};

use crate::agreement::{AgreementKeys, SharedKey};
use crate::audit::{Sink, SinkMode};
use crate::clock::{Clock, SystemClock};
use crate::consent::ConsentStore;
use crate::gate::{Gate, Inner};
use crate::generation::Generation;
use crate::metrics::Metrics;
use crate::reload::Status;

/// What a [`Gate`] is made of. Only audience, trust and sink have no default.
pub struct Builder {
    audience: String,
    trust: Trust<'static>,
    sink: Box<dyn Sink>,
    sink_mode: SinkMode,
    clock: Box<dyn Clock>,
    limits: Limits,
    known: KnownCredentials,
    lists: RevocationStore,
    replay: Option<Box<dyn ReplayMemory + Send + Sync>>,
    replay_capacity: u32,
    replay_began: Option<UnixTime>,
    agreement: Vec<SharedKey>,
    consents: Option<Box<dyn ConsentStore>>,
    sessions: usize,
    signatures: usize,
    workload_keys: usize,
}

impl Builder {
    pub(crate) fn new(audience: &str, trust: Trust<'static>, sink: impl Sink + 'static) -> Self {
        Self {
            audience: audience.into(),
            trust,
            sink: Box::new(sink),
            sink_mode: SinkMode::Closed,
            clock: Box::new(SystemClock),
            limits: Limits::DEFAULT,
            known: KnownCredentials::new(),
            lists: RevocationStore::new(),
            replay: None,
            replay_capacity: 100_000,
            replay_began: None,
            agreement: Vec::new(),
            consents: None,
            sessions: 1_000,
            signatures: 10_000,
            workload_keys: 1_000,
        }
    }

    /// What happens to a call whose admission cannot be recorded; [`SinkMode::Closed`] if nothing is said.
    #[must_use]
    pub fn sink_mode(self, sink_mode: SinkMode) -> Self {
        Self { sink_mode, ..self }
    }

    /// Another clock than this machine's.
    #[must_use]
    pub fn clock(self, clock: impl Clock + 'static) -> Self {
        Self { clock: Box::new(clock), ..self }
    }

    /// The verifier's limits.
    #[must_use]
    pub fn limits(self, limits: Limits) -> Self {
        Self { limits, ..self }
    }

    /// Credentials that tokens may name without carrying them. [`Gate::replace_known`] changes them later.
    #[must_use]
    pub fn known(self, known: KnownCredentials) -> Self {
        Self { known, ..self }
    }

    /// Revocation lists that were taken in already, or a store with other limits.
    #[must_use]
    pub fn revocations(self, lists: RevocationStore) -> Self {
        Self { lists, ..self }
    }

    /// A replay memory, for example one that replicas share. If nothing is said, one in this process, for 100,000 proofs.
    #[must_use]
    pub fn replay(self, replay: impl ReplayMemory + Send + Sync + 'static) -> Self {
        Self { replay: Some(Box::new(replay)), ..self }
    }

    /// For how many proofs the replay memory in this process has room.
    #[must_use]
    pub fn replay_capacity(self, proofs: u32) -> Self {
        Self { replay_capacity: proofs, ..self }
    }

    /// The first second in which no other memory decided for this audience (V1101). If nothing is said, one second from now: after a
    /// restart the first proofs are refused, for a window of the skew, because an earlier process may have admitted them.
    /// A service that never ran before says `UnixTime(0)`.
    #[must_use]
    pub fn replay_began(self, began: UnixTime) -> Self {
        Self { replay_began: Some(began), ..self }
    }

    /// An agreement key of this audience, for MAC proofs; several, for the time of a change.
    #[must_use]
    pub fn agreement_key(mut self, key: impl KeyAgreement + Send + Sync + 'static) -> Self {
        self.agreement.push(Arc::new(key));
        self
    }

    /// Where consent records lie.
    #[must_use]
    pub fn consents(self, store: impl ConsentStore + 'static) -> Self {
        Self { consents: Some(Box::new(store)), ..self }
    }

    /// How many MAC sessions are kept.
    #[must_use]
    pub fn session_capacity(self, sessions: usize) -> Self {
        Self { sessions, ..self }
    }

    /// How many valid signatures are remembered.
    #[must_use]
    pub fn signature_capacity(self, signatures: usize) -> Self {
        Self { signatures, ..self }
    }

    /// How many keys of workloads may have tables.
    #[must_use]
    pub fn workload_keys(self, keys: usize) -> Self {
        Self { workload_keys: keys, ..self }
    }

    /// The gate.
    #[must_use]
    pub fn build(self) -> Gate {
        let replay = self.replay.unwrap_or_else(|| {
            let began = self.replay_began.unwrap_or_else(|| self.clock.now().plus(1));
            Box::new(BoundedReplayMemory::new(self.replay_capacity, began))
        });
        let agreement = AgreementKeys::new(self.agreement);
        Gate(Arc::new(Inner {
            sessions: MacSessions::new(agreement.clone(), &self.audience, self.sessions),
            agreement,
            signatures: SignatureCache::new(Engine, self.signatures),
            generation: ArcSwap::from_pointee(Generation::first(self.trust, self.known, self.workload_keys)),
            swapping: Mutex::new(()),
            metrics: Metrics::new(),
            lost: AtomicU64::new(0),
            audience: self.audience,
            sink: self.sink,
            sink_mode: self.sink_mode,
            clock: self.clock,
            limits: self.limits,
            lists: self.lists,
            replay,
            consents: self.consents,
            workload_keys: self.workload_keys,
            status: ArcSwap::from_pointee(Status::default()),
        }))
    }
}

impl fmt::Debug for Builder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Builder").field("audience", &self.audience).finish_non_exhaustive()
    }
}
