//! Everything that remembers, in several sizes, and flawed ones that remember too much.

use std::collections::{BTreeMap, HashMap};
use std::fmt;
use std::sync::Mutex;

use throughline::{
    Digest, Error, Facts, KeyAgreement, MacContext, MacSessions, PublicKey, SharedSecret, Signature, SignatureCache,
    SignatureCheck, SignatureVerifier, UnixTime,
};

use crate::admit::cast;
use crate::admit::keys::{Agreement, Marks};

/// The audience whose sessions are kept.
pub(crate) const AUDIENCE: &str = "https://audience.example";

/// One set of caches.
pub(crate) struct Remembering {
    pub(crate) signatures: Flawed,
    pub(crate) sessions: Sessions,
    /// What a flawed verifier said before.
    pub(crate) verdicts: Mutex<HashMap<Vec<u8>, Result<(), Error>>>,
    /// Heads whose sessions were ended, as a verifier without sessions would keep them.
    pub(crate) ended: Mutex<BTreeMap<Digest, UnixTime>>,
    pub(crate) flaw: Option<Flaw>,
}

/// What a cache must not do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(not(test), expect(dead_code, reason = "only tests plant all of them"))]
pub(crate) enum Flaw {
    /// A verdict by token and proof.
    KeepsVerdicts,
    /// A signature is known by its digest. (Not a flaw would be to leave out the key alone, which the digest determines.)
    ForgetsSignature,
    /// What stands where is remembered for another artifact.
    MixesFacts,
    /// An ended session goes on.
    GoesOn,
}

impl Remembering {
    /// Small ones, in which everything is pushed out all the time, and large ones.
    pub(crate) fn all(flaw: Option<Flaw>) -> Vec<Self> {
        let sizes = if flaw.is_some() { [(64, 8)].as_slice() } else { [(4, 1), (64, 8)].as_slice() };
        sizes
            .iter()
            .map(|(signatures, sessions)| Self {
                signatures: Flawed { inner: SignatureCache::new(Marks, *signatures), seen: Mutex::default(), flaw },
                sessions: Sessions { inner: MacSessions::new(Agreement(cast::AUDIENCE.to_vec()), AUDIENCE, *sessions) },
                verdicts: Mutex::default(),
                ended: Mutex::default(),
                flaw,
            })
            .collect()
    }
}

impl Remembering {
    /// Ends the session of a head that expires then, if there is room to note it.
    pub(crate) fn end(&self, (head, expires): (Digest, UnixTime)) {
        let noted = self.flaw == Some(Flaw::GoesOn) || self.sessions.inner.end(&head, expires);
        if noted {
            let mut ended = self.ended.lock().unwrap();
            let until = ended.entry(head).or_insert(expires);
            *until = expires.max(*until);
        }
    }

    /// What has expired for longer than any skew is forgotten.
    pub(crate) fn sweep(&self, now: UnixTime) {
        self.sessions.inner.sweep(now);
        let most = MacSessions::<Agreement>::MOST_SKEW;
        self.ended.lock().unwrap().retain(|_, expires| now < expires.plus(most));
    }
}

impl fmt::Debug for Remembering {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} signatures, {:?}", self.signatures.inner.capacity(), self.flaw)
    }
}

/// The library's cache, as it is or behind a flaw.
pub(crate) struct Flawed {
    pub(crate) inner: SignatureCache<Marks>,
    seen: Mutex<Vec<(Digest, Facts)>>,
    flaw: Option<Flaw>,
}

impl SignatureVerifier for Flawed {
    fn is_on_curve(&self, key: &PublicKey) -> bool {
        self.inner.is_on_curve(key)
    }

    fn verify(&self, check: &SignatureCheck<'_>) -> bool {
        self.inner.verify(check)
    }

    fn knows(&self, digest: &Digest, signature: Signature<'_>, key: &Digest) -> bool {
        let seen = self.seen.lock().unwrap();
        let mut of_digest = seen.iter().filter(|(one, _)| one == digest);
        match self.flaw {
            Some(Flaw::ForgetsSignature) => of_digest.next().is_some(),
            _ => self.inner.knows(digest, signature, key),
        }
    }

    fn recall(&self, digest: &Digest) -> Option<Facts> {
        match self.flaw {
            Some(Flaw::MixesFacts) => {
                let seen = self.seen.lock().unwrap();
                let near = |one: &Digest| one.0[0] & 7 == digest.0[0] & 7;
                seen.iter().rev().find(|(one, _)| near(one)).map(|(_, facts)| *facts)
            }
            _ => self.inner.recall(digest),
        }
    }

    fn remember(&self, digest: &Digest, signature: Signature<'_>, key: &Digest, facts: &Facts) {
        if self.flaw.is_some() {
            self.seen.lock().unwrap().push((*digest, *facts));
        }
        self.inner.remember(digest, signature, key, facts);
    }
}

/// The library's sessions.
pub(crate) struct Sessions {
    pub(crate) inner: MacSessions<Agreement>,
}

impl KeyAgreement for Sessions {
    fn agree(&self, agreement: &Digest, peer: &PublicKey) -> Option<SharedSecret> {
        self.inner.agree(agreement, peer)
    }

    fn has(&self, agreement: &Digest) -> bool {
        self.inner.has(agreement)
    }

    fn verify(&self, context: &MacContext<'_>, head: &[&[u8]], rest: &[u8], tag: &[u8; 32], now: UnixTime) -> bool {
        self.inner.verify(context, head, rest, tag, now)
    }
}
