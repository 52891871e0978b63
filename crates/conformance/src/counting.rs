//! How many signatures are checked.

use std::sync::atomic::{AtomicU32, Ordering};

use throughline::{Digest, Facts, PublicKey, Signature, SignatureCheck, SignatureVerifier};

/// Counts the signatures that are handed to a verifier.
pub(crate) struct Counting<'s> {
    inner: &'s (dyn SignatureVerifier + Sync),
    count: AtomicU32,
}

impl<'s> Counting<'s> {
    pub(crate) const fn new(inner: &'s (dyn SignatureVerifier + Sync)) -> Self {
        Self { inner, count: AtomicU32::new(0) }
    }

    /// The verifier itself, for what does not count.
    pub(crate) const fn uncounted(&self) -> &'s (dyn SignatureVerifier + Sync) {
        self.inner
    }

    pub(crate) fn count(&self) -> u32 {
        self.count.load(Ordering::Relaxed)
    }

    fn add(&self, checks: usize) {
        self.count.fetch_add(u32::try_from(checks).unwrap_or(u32::MAX), Ordering::Relaxed);
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

    fn knows(&self, digest: &Digest, signature: Signature<'_>, key: &Digest) -> bool {
        self.inner.knows(digest, signature, key)
    }

    fn recall(&self, digest: &Digest) -> Option<Facts> {
        self.inner.recall(digest)
    }

    fn remember(&self, digest: &Digest, signature: Signature<'_>, key: &Digest, facts: &Facts) {
        self.inner.remember(digest, signature, key, facts);
    }
}
