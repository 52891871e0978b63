//! Signature checks of one call: tables of the keys it began with, and the cache that outlives every bundle.

use std::sync::atomic::{AtomicU32, Ordering};

use throughline::{
    Digest, Engine, Facts, PreparedKeys, PublicKey, Signature, SignatureCache, SignatureCheck, SignatureVerifier,
};

/// Remembers signatures that were found valid, whatever the bundle: that *this signature over this digest under this key is valid*
/// is true under every one. The engine behind it is never asked.
pub(crate) type Remembered = SignatureCache<Engine>;

/// Asks the cache first and then these keys, and counts both.
pub(crate) struct Signatures<'g> {
    remembered: &'g Remembered,
    keys: &'g PreparedKeys,
    known: AtomicU32,
    checked: AtomicU32,
}

impl<'g> Signatures<'g> {
    pub(crate) const fn new(remembered: &'g Remembered, keys: &'g PreparedKeys) -> Self {
        Self { remembered, keys, known: AtomicU32::new(0), checked: AtomicU32::new(0) }
    }

    /// How many signatures were remembered, and how many checked.
    pub(crate) fn counts(&self) -> (u32, u32) {
        (self.known.load(Ordering::Relaxed), self.checked.load(Ordering::Relaxed))
    }
}

impl SignatureVerifier for Signatures<'_> {
    fn is_on_curve(&self, key: &PublicKey) -> bool {
        self.keys.is_on_curve(key)
    }

    fn verify(&self, check: &SignatureCheck<'_>) -> bool {
        self.checked.fetch_add(1, Ordering::Relaxed);
        self.keys.verify(check)
    }

    fn verify_all(&self, checks: &[SignatureCheck<'_>]) -> Result<(), usize> {
        self.checked.fetch_add(u32::try_from(checks.len()).unwrap_or(u32::MAX), Ordering::Relaxed);
        self.keys.verify_all(checks)
    }

    fn knows(&self, digest: &Digest, signature: Signature<'_>, key: &Digest) -> bool {
        let knows = self.remembered.knows(digest, signature, key);
        self.known.fetch_add(u32::from(knows), Ordering::Relaxed);
        knows
    }

    fn recall(&self, digest: &Digest) -> Option<Facts> {
        self.remembered.recall(digest)
    }

    fn remember(&self, digest: &Digest, signature: Signature<'_>, key: &Digest, facts: &Facts) {
        self.remembered.remember(digest, signature, key, facts);
    }
}
