//! Single use of proofs: the trait a store implements (token.md §8.1, stage 11).

use crate::digest::Digest;
use crate::error::ErrorKind;
use crate::time::UnixTime;

/// One use of a proof, as a replay memory sees it.
#[derive(Clone, Copy, Debug)]
#[expect(clippy::exhaustive_structs, reason = "whoever writes a store makes some to test it")]
pub struct ProofUse<'a> {
    /// The audience.
    pub audience: &'a str,
    /// Digest of the head.
    pub head: &'a Digest,
    /// The proof's `cti`.
    pub nonce: &'a [u8; 16],
    /// The proof's `iat`.
    pub dated: UnixTime,
    /// The call's time value.
    pub now: UnixTime,
    /// The limits' proof window, seconds.
    pub window: u64,
    /// The limits' skew, seconds.
    pub skew: u64,
    /// Name of the origin anchor, for its quota.
    pub origin: &'a str,
    /// The root's accountable entity, for its quota.
    pub accountable: &'a str,
    /// Thumbprint of the head's key, for the actor's quota.
    pub actor: &'a Digest,
}

impl ProofUse<'_> {
    /// What is remembered: SHA-256 over audience, head and nonce, unambiguously framed.
    #[must_use]
    pub fn key(&self) -> Digest {
        // Head and nonce have fixed lengths, so the audience's extent is certain.
        Digest::of(&[self.head.as_bytes(), self.nonce, self.audience.as_bytes()])
    }

    /// Until when it must be remembered: window + 2 × skew from now, and for as long as its date makes it acceptable.
    #[must_use]
    pub fn keep_until(&self) -> UnixTime {
        let margin = self.window.saturating_add(self.skew);
        self.now.plus(margin).plus(self.skew).max(self.dated.plus(margin))
    }
}

/// Remembers which proofs were used, for one audience. Replicas that serve one audience share one memory.
pub trait ReplayMemory {
    /// Looks up without inserting; refuses what [`claim`](Self::claim) would refuse for V1101 and V1102.
    ///
    /// # Errors
    /// [`ErrorKind::ReplayMemoryYoung`], [`ErrorKind::ProofReplayed`]; [`ErrorKind::ReplayMemoryFull`] where the memory
    /// cannot answer.
    fn look_up(&self, used: &ProofUse<'_>) -> Result<(), ErrorKind>;

    /// Checks and inserts as one atomic step: of any number of concurrent claims of one proof, one succeeds.
    /// What was inserted is remembered until [`ProofUse::keep_until`]; a memory without room refuses.
    ///
    /// # Errors
    /// [`ErrorKind::ReplayMemoryYoung`], [`ErrorKind::ProofReplayed`], [`ErrorKind::ReplayMemoryFull`], [`ErrorKind::ReplayQuota`].
    fn claim(&self, used: &ProofUse<'_>) -> Result<(), ErrorKind>;
}

impl<T: ReplayMemory + ?Sized> ReplayMemory for &T {
    fn look_up(&self, used: &ProofUse<'_>) -> Result<(), ErrorKind> {
        (**self).look_up(used)
    }

    fn claim(&self, used: &ProofUse<'_>) -> Result<(), ErrorKind> {
        (**self).claim(used)
    }
}
