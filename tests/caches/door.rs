//! A verifier with a signature cache, whose every verdict is held against that of one without.

use std::sync::atomic::{AtomicUsize, Ordering};

use throughline::{
    Digest, Error, Facts, PublicKey, ReplayMemory, Request, Revocations, Signature, SignatureCache, SignatureCheck,
    SignatureVerifier, Verifier,
};

use crate::common::forge::{Message, content, split};
use crate::common::setting::{Counting, Setting, items};

/// A cache that counts what it is asked to remember, in front of a verifier that counts what it is asked to check.
pub(crate) struct Door {
    pub(crate) cache: SignatureCache<Counting>,
    remembered: AtomicUsize,
}

/// A verdict, and what it cost.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Judged {
    pub(crate) verdict: Result<(), Error>,
    /// Signatures checked.
    pub(crate) checks: usize,
    /// Points checked.
    pub(crate) points: usize,
    /// Signatures taken in.
    pub(crate) remembered: usize,
}

impl Door {
    pub(crate) fn new(capacity: usize) -> Self {
        Self { cache: SignatureCache::new(Counting::default(), capacity), remembered: AtomicUsize::new(0) }
    }

    fn judged(&self, judge: impl FnOnce() -> Result<(), Error>) -> Judged {
        let counts =
            || (self.cache.inner().signatures(), self.cache.inner().points(), self.remembered.load(Ordering::Relaxed));
        let before = counts();
        let verdict = judge();
        let after = counts();
        Judged { verdict, checks: after.0 - before.0, points: after.1 - before.1, remembered: after.2 - before.2 }
    }

    fn verifier<'v>(&'v self, setting: &'v Setting, lists: &'v (dyn Revocations + Sync)) -> Verifier<'v> {
        Verifier::new(&setting.trust, self, lists)
            .known(&setting.known)
            .limits(setting.limits)
            .agreement(&setting.agreement)
    }

    pub(crate) fn verify(&self, setting: &Setting, token: &[u8]) -> Judged {
        self.verify_under(setting, token, &setting.lists)
    }

    /// With these lists in the place of the setting's.
    pub(crate) fn verify_under(&self, setting: &Setting, token: &[u8], lists: &(dyn Revocations + Sync)) -> Judged {
        self.judged(|| self.verifier(setting, lists).verify(token, setting.now).map(drop))
    }

    pub(crate) fn admit(
        &self,
        setting: &Setting,
        (token, proof): (&[u8], &[u8]),
        request: &Request<'_>,
        memory: &dyn ReplayMemory,
    ) -> Judged {
        let verifier = self.verifier(setting, &setting.lists);
        self.judged(|| verifier.admit(token, proof, request, memory, setting.now).map(drop))
    }

    /// Accepted, and from then on for nothing.
    #[track_caller]
    pub(crate) fn warm(&self, setting: &Setting, token: &[u8]) {
        assert_eq!(self.verify(setting, token).verdict, Ok(()), "the twin");
        self.costs_nothing(setting, token);
    }

    #[track_caller]
    pub(crate) fn costs_nothing(&self, setting: &Setting, token: &[u8]) {
        let nothing = Judged { verdict: Ok(()), checks: 0, points: 0, remembered: 0 };
        assert_eq!(self.verify(setting, token), nothing, "everything is known");
        assert_eq!(self.known(token), items(token));
    }

    /// How many of a token's items are recalled by their digest.
    pub(crate) fn known(&self, token: &[u8]) -> usize {
        split(token).iter().filter(|item| self.cache.recall(&Message::of(item).digest()).is_some()).count()
    }
}

impl SignatureVerifier for Door {
    fn is_on_curve(&self, key: &PublicKey) -> bool {
        self.cache.is_on_curve(key)
    }

    fn verify(&self, check: &SignatureCheck<'_>) -> bool {
        self.cache.verify(check)
    }

    fn verify_all(&self, checks: &[SignatureCheck<'_>]) -> Result<(), usize> {
        self.cache.verify_all(checks)
    }

    fn knows(&self, digest: &Digest, signature: Signature<'_>, key: &Digest) -> bool {
        self.cache.knows(digest, signature, key)
    }

    fn recall(&self, digest: &Digest) -> Option<Facts> {
        self.cache.recall(digest)
    }

    fn remember(&self, digest: &Digest, signature: Signature<'_>, key: &Digest, facts: &Facts) {
        self.remembered.fetch_add(1, Ordering::Relaxed);
        self.cache.remember(digest, signature, key, facts);
    }
}

/// r‖s of a message.
pub(crate) fn signature_of(message: &Message) -> [u8; 64] {
    content(&message.seal).try_into().unwrap()
}

/// So much more than all tokens of a test have that no group of four places sees five signatures: once in a million runs.
pub(crate) const ROOMY: usize = 8_192;
