//! Where it is played: a service with two doors, one that remembers nothing and one with full caches, and an honest execution
//! that both admit before and after every attack.

use std::sync::atomic::{AtomicBool, Ordering};

use throughline::trust::{Attester, Entities, OriginAnchor, OriginKind, Trust};
use throughline::{
    Admission, AgreementKey, BoundedReplayMemory, Error, ErrorKind, KnownCredentials, Limits, MacSessions, P256, Part,
    PreparedKeys, ReplayMemory, Request, RevocationStore, SignatureCache, UnixTime, Verifier,
};

use crate::adversary::{ELSEWHERE, Hand, MALLORY_INC};
use crate::common::setting::{assert_refused, request};
use crate::common::world::{agreement_key, ceiling, edit, revocable_trust, text, wide_trust};
use crate::common::{AUDIENCE, HOUR, NOW, ROLE};
use crate::honest::Execution;

/// One audience: what it trusts and knows, and two ways in.
pub(crate) struct Service {
    pub(crate) trust: Trust<'static>,
    pub(crate) known: KnownCredentials,
    pub(crate) lists: RevocationStore,
    pub(crate) limits: Limits,
    pub(crate) now: UnixTime,
    plain: Plain,
    cached: Cached,
}

/// Remembers used proofs, and nothing else.
struct Plain {
    agreement: Vec<AgreementKey>,
    replay: BoundedReplayMemory,
}

/// Remembers all that may be remembered.
struct Cached {
    signatures: SignatureCache<PreparedKeys>,
    sessions: MacSessions<Vec<AgreementKey>>,
    replay: BoundedReplayMemory,
}

impl Service {
    pub(crate) fn new(trust: Trust<'static>) -> Self {
        let signatures = SignatureCache::new(PreparedKeys::new(&trust, 64), 4_096);
        Self {
            known: KnownCredentials::new(),
            lists: RevocationStore::new(),
            limits: Limits::DEFAULT,
            now: NOW,
            plain: Plain { agreement: agreement(), replay: memory(NOW.minus(HOUR)) },
            cached: Cached {
                signatures,
                sessions: MacSessions::new(agreement(), AUDIENCE, 64),
                replay: memory(NOW.minus(HOUR)),
            },
            trust,
        }
    }

    /// The same service with other replay memories.
    pub(crate) fn remembering(mut self, memory: impl Fn() -> BoundedReplayMemory) -> Self {
        (self.plain.replay, self.cached.replay) = (memory(), memory());
        self
    }

    /// The same service with a cache so small that all signatures compete for the same places.
    pub(crate) fn remembering_little(mut self) -> Self {
        self.cached.signatures = SignatureCache::new(PreparedKeys::new(&self.trust, 64), 4);
        self
    }

    /// The same service after a change of its agreement keys.
    pub(crate) fn agreeing(&mut self, names: &[&str]) {
        let keys = || names.iter().map(|name| agreement_key(name)).collect();
        self.plain.agreement = keys();
        self.cached.sessions = MacSessions::new(keys(), AUDIENCE, 64);
    }

    /// The sessions of MAC proofs behind the second door.
    pub(crate) fn sessions(&self) -> &MacSessions<Vec<AgreementKey>> {
        &self.cached.sessions
    }

    /// What both doors say, which is the same.
    #[track_caller]
    pub(crate) fn admit(&self, token: &[u8], proof: &[u8], request: &Request<'_>) -> Result<(), Error> {
        self.admit_and(token, proof, request, |_| ())
    }

    #[track_caller]
    pub(crate) fn admit_and(
        &self,
        token: &[u8],
        proof: &[u8],
        request: &Request<'_>,
        mut see: impl FnMut(&Admission<'_>),
    ) -> Result<(), Error> {
        let plain = self.through_plain(|verifier, replay| {
            verifier.admit(token, proof, request, replay, self.now).map(|admission| see(&admission))
        });
        let cached = self.through_cached(|verifier, replay| {
            let admission = verifier.admit(token, proof, request, replay, self.now)?;
            see(&admission);
            let keys = self.cached.signatures.inner();
            (0..PreparedKeys::ADMISSIONS).for_each(|_| keys.observe(&admission));
            keys.build(64);
            Ok(())
        });
        assert_eq!(plain, cached, "what is remembered changed the verdict");
        plain
    }

    /// The first door.
    pub(crate) fn through_plain<T>(&self, enter: impl FnOnce(Verifier<'_>, &dyn ReplayMemory) -> T) -> T {
        let verifier = Verifier::new(&self.trust, &P256, &self.lists).agreement(&self.plain.agreement);
        enter(verifier.known(&self.known).limits(self.limits), &self.plain.replay)
    }

    /// The second.
    pub(crate) fn through_cached<T>(&self, enter: impl FnOnce(Verifier<'_>, &dyn ReplayMemory) -> T) -> T {
        let lists = self.lists.snapshot();
        let verifier = Verifier::new(&self.trust, &self.cached.signatures, &lists).agreement(&self.cached.sessions);
        enter(verifier.known(&self.known).limits(self.limits), &self.cached.replay)
    }

    /// Refused at both doors, by this step, at this part.
    #[track_caller]
    pub(crate) fn refuses(&self, token: &[u8], proof: &[u8], request: &Request<'_>, kind: ErrorKind, part: Part) {
        assert_refused(self.admit(token, proof, request), kind, part);
    }

    /// Admitted at both doors.
    #[track_caller]
    pub(crate) fn admits(&self, token: &[u8], proof: &[u8], request: &Request<'_>) {
        assert_eq!(self.admit(token, proof, request), Ok(()));
    }

    pub(crate) fn know(&mut self, credential: &[u8]) {
        self.known.take_in(credential, &self.trust, &P256).unwrap();
    }
}

/// A service, the honest execution that it serves, and what the adversary saw of it.
pub(crate) struct Scene {
    pub(crate) service: Service,
    pub(crate) honest: Execution,
    /// The token as it travels.
    pub(crate) token: Vec<u8>,
    /// Honest proofs that the network keeps back: signed, and under a MAC. They would be admitted.
    pub(crate) proofs: Vec<Vec<u8>>,
    /// Which kind of proof the honest make next.
    mac: AtomicBool,
}

impl Scene {
    pub(crate) fn new(honest: Execution) -> Self {
        Self::at(Service::new(cast_trust()), honest)
    }

    /// The honest ask twice, signed and under a MAC: from then on everything of theirs that can be remembered is.
    #[track_caller]
    pub(crate) fn at(service: Service, honest: Execution) -> Self {
        for _ in 0..2 {
            for proof in honest.asks(&request(), service.now) {
                service.admits(&honest.token, &proof, &request());
            }
        }
        let proofs = honest.asks(&request(), service.now);
        Self { token: honest.token.clone(), honest, service, proofs, mac: AtomicBool::new(false) }
    }

    /// Every one of these proofs is refused, by this step, and what is honest still admitted.
    #[track_caller]
    pub(crate) fn refuses(&self, token: &[u8], proofs: &[Vec<u8>], kind: ErrorKind, part: Part) {
        for proof in proofs {
            self.service.refuses(token, proof, &request(), kind, part);
        }
        self.serves();
    }

    /// The attack succeeds.
    #[track_caller]
    pub(crate) fn admits(&self, token: &[u8], proofs: &[Vec<u8>]) {
        for proof in proofs {
            self.service.admits(token, proof, &request());
        }
        self.serves();
    }

    /// The honest ask again.
    #[track_caller]
    pub(crate) fn serves(&self) {
        let mac = self.mac.fetch_xor(true, Ordering::Relaxed);
        let proof = self.honest.asks_with(&request(), self.service.now, crate::honest::fresh_nonce(), mac);
        self.service.admits(&self.token, &proof, &request());
    }

    /// What the network kept back arrives: it was good all the time.
    #[track_caller]
    pub(crate) fn delivers(&self) {
        for proof in &self.proofs {
            self.service.admits(&self.token, proof, &request());
        }
    }
}

/// The wide world, the adversary's company in it as an origin and with an attester of its own.
pub(crate) fn cast_trust() -> Trust<'static> {
    with_company(wide_trust())
}

/// The same, with Alice's revoker.
pub(crate) fn revocable_cast() -> Trust<'static> {
    with_company(revocable_trust())
}

fn with_company(mut trust: Trust<'static>) -> Trust<'static> {
    edit(&mut trust.attesters, |attesters| {
        let mut foreign = Attester::new(Hand::own("foreign attester").public(), text(ELSEWHERE));
        foreign.namespaces = vec![text("spiffe://mallory.example")].into();
        foreign.accountable = vec![Entities::Exact(text(MALLORY_INC))].into();
        foreign.roles = vec![text(ROLE)].into();
        foreign.properties = vec![text("hardware"), text("executables")].into();
        attesters.push(foreign);
    });
    edit(&mut trust.origins, |origins| {
        let kind = OriginKind::Identity {
            key: Hand::own("mallory's root").public(),
            identifier: text("https://mallory.example/authority"),
            role: text("owner"),
            accountable: vec![Entities::Exact(text(MALLORY_INC))].into(),
        };
        origins.push(OriginAnchor::new(text("mallory"), kind, ceiling("calendar.*", "calendar/mallory/*")));
    });
    trust
}

fn agreement() -> Vec<AgreementKey> {
    ["other", "audience"].map(agreement_key).into()
}

fn memory(began: UnixTime) -> BoundedReplayMemory {
    BoundedReplayMemory::new(4_096, began)
}
