//! What comes in through the verifier's doors, out of fixed room: known credentials, revocation lists, agreement keys, a replay memory.

use core::sync::atomic::{AtomicU32, Ordering};

use throughline::{
    AgreementKey, CredentialSource, Digest, Entry, ErrorKind, KeyAgreement, Known, ProofUse, PublicKey, ReplayMemory,
    Revocable, RevocationList, Revocations, SharedSecret, SignatureCheck, SignatureVerifier, UnixTime,
};

use crate::pools;

/// Known credentials.
pub(crate) struct KnownSet<'a>(pub(crate) [Option<Known<'a>>; pools::KNOWN]);

impl CredentialSource for KnownSet<'_> {
    fn get(&self, digest: &Digest) -> Option<Known<'_>> {
        self.0.iter().flatten().find(|known| known.credential().digest() == digest).copied()
    }
}

/// The audience's agreement keys.
pub(crate) struct Agreement(pub(crate) [Option<AgreementKey>; pools::AGREEMENT]);

impl KeyAgreement for Agreement {
    fn agree(&self, agreement: &Digest, peer: &PublicKey) -> Option<SharedSecret> {
        self.0.iter().flatten().find_map(|key| key.agree(agreement, peer))
    }

    fn has(&self, agreement: &Digest) -> bool {
        self.0.iter().flatten().any(|key| key.has(agreement))
    }
}

/// Revocation lists in the order in which they were taken in: the last of an issuer is its newest (token.md §7.4).
pub(crate) struct Lists<'a>(pub(crate) [Option<RevocationList<'a>>; pools::LISTS]);

impl<'a> Lists<'a> {
    fn newest(&self, issuer: &Digest) -> Option<&RevocationList<'a>> {
        self.0.iter().rev().flatten().find(|list| list.issuer() == issuer)
    }
}

impl Revocations for Lists<'_> {
    fn is_current(&self, issuer: &Digest, now: UnixTime, skew: u64) -> bool {
        self.newest(issuer).is_some_and(|list| list.issued() <= now.plus(skew) && now.minus(skew) < list.expires())
    }

    fn revokes(&self, issuer: &Digest, what: Revocable<'_>) -> bool {
        self.newest(issuer).is_some_and(|list| list.entries().any(|entry| is_revoked(&entry, what)))
    }
}

fn is_revoked(entry: &Entry<'_>, what: Revocable<'_>) -> bool {
    match (what, *entry) {
        (Revocable::Link(link), Entry::Link(listed)) => *link == listed,
        (Revocable::Key(key), Entry::Key(listed)) => *key == listed,
        (Revocable::Key(key), Entry::Credential(_, keys) | Entry::Identifier(_, keys)) => {
            keys.iter().any(|listed| *key == listed)
        }
        (Revocable::Credential(credential), Entry::Credential(listed, _)) => *credential == listed,
        (Revocable::Identifier(identifier), Entry::Identifier(listed, _)) => identifier == listed,
        (Revocable::Consent(consent), Entry::Consent(listed)) => *consent == listed,
        (Revocable::Issued { accountable, at }, Entry::Issued { accountable: listed, before }) => {
            accountable == listed && at < before
        }
        _ => false,
    }
}

/// A replay memory's knowledge (verification.md, stage 11); a claim is the only one, so nothing is inserted.
pub(crate) struct Remembered<'a> {
    pub(crate) beginning: u64,
    pub(crate) forgotten: Option<u64>,
    /// Audience, head and nonce.
    pub(crate) admitted: [Option<(&'a str, &'a [u8], &'a [u8])>; pools::ADMITTED],
    pub(crate) room: Option<u32>,
    pub(crate) share: Option<u32>,
}

impl ReplayMemory for Remembered<'_> {
    fn look_up(&self, used: &ProofUse<'_>) -> Result<(), ErrorKind> {
        // V1101
        let early = used.dated < UnixTime(self.beginning).plus(used.skew);
        if early || self.forgotten.is_some_and(|newest| used.dated <= UnixTime(newest)) {
            return Err(ErrorKind::ReplayMemoryYoung);
        }
        // V1102
        let own = (used.audience, used.head.as_bytes().as_slice(), used.nonce.as_slice());
        if self.admitted.iter().flatten().any(|proof| *proof == own) { Err(ErrorKind::ProofReplayed) } else { Ok(()) }
    }

    fn claim(&self, used: &ProofUse<'_>) -> Result<(), ErrorKind> {
        self.look_up(used)?;
        // V1103
        if self.room == Some(0) {
            return Err(ErrorKind::ReplayMemoryFull);
        }
        // V1104
        if self.share == Some(0) { Err(ErrorKind::ReplayQuota) } else { Ok(()) }
    }
}

/// Counts the signatures that are handed to a verifier.
pub(crate) struct Counting<'s> {
    inner: &'s (dyn SignatureVerifier + Sync),
    count: AtomicU32,
}

impl<'s> Counting<'s> {
    pub(crate) const fn new(inner: &'s (dyn SignatureVerifier + Sync)) -> Self {
        Self { inner, count: AtomicU32::new(0) }
    }

    pub(crate) fn count(&self) -> u32 {
        self.count.load(Ordering::Relaxed)
    }

    /// A load and a store: nobody else counts, and not every machine has more.
    fn add(&self, checks: usize) {
        let count = self.count().saturating_add(u32::try_from(checks).unwrap_or(u32::MAX));
        self.count.store(count, Ordering::Relaxed);
    }
}

impl SignatureVerifier for Counting<'_> {
    fn is_on_curve(&self, key: &PublicKey) -> bool {
        self.inner.is_on_curve(key)
    }

    fn verify(&self, check: &SignatureCheck<'_>) -> bool {
        self.add(1);
        self.inner.verify(check)
    }

    fn verify_all(&self, checks: &[SignatureCheck<'_>]) -> Result<(), usize> {
        self.add(checks.len());
        self.inner.verify_all(checks)
    }
}
