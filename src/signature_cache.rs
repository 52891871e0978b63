//! Signatures that were found valid, remembered exactly, shared by threads without a lock on the way of a reader.
//!
//! What is remembered is that *this signature over this digest under this key is valid*, and where the claims stand in the bytes of
//! this digest: facts that no time, bundle, list or limit can change. Everything else is judged on every call.

use std::boxed::Box;
use std::fmt;
use std::hash::{BuildHasher as _, RandomState};

use crate::digest::{Digest, words};
use crate::facts::Facts;
use crate::key::PublicKey;
use crate::seqlock::Version;
use crate::signature::{Signature, SignatureCheck, SignatureVerifier};
use crate::sync::{AtomicU64, Ordering};

/// A verifier that remembers: a [`Verifier`](crate::Verifier) asks the one behind it only for what it does not [`know`](SignatureVerifier::knows).
///
/// - **Size.** All memory is taken when it is made: [`BYTES_PER_SIGNATURE`](Self::BYTES_PER_SIGNATURE) for each of `capacity` signatures.
///   A link, a credential or a hand-over has one; proofs, each used once, are not remembered.
/// - **Exact.** Digest, signature and the key's thumbprint, which is its name in the format, are compared whole.
/// - **Eviction.** Four places for each signature, chosen with a secret of this process; a new one takes an empty place or, in
///   turn, one of the four. Only what a verifier accepted is taken in ([`SignatureVerifier::remember`]), so whoever wants to push
///   others out must first make tokens that verify, and can slow them down but no more.
/// - **Threads.** Readers take no lock and never wait. A reader whose place is written at this moment knows nothing, and asks.
pub struct SignatureCache<V> {
    inner: V,
    /// Groups of [`WAYS`]; a power of two of them.
    slots: Box<[Slot]>,
    secret: [u64; 4],
    turn: AtomicU64,
}

/// One signature.
struct Slot {
    version: Version,
    digest: [AtomicU64; 4],
    signature: [AtomicU64; 8],
    /// Its thumbprint.
    key: [AtomicU64; 4],
    facts: [AtomicU64; Facts::LEN],
}

impl<V> SignatureCache<V> {
    /// Bytes of heap per signature.
    pub const BYTES_PER_SIGNATURE: usize = size_of::<Slot>();

    /// Room for at least `capacity` signatures, at least 4, in front of `inner`.
    #[must_use]
    pub fn new(inner: V, capacity: usize) -> Self {
        let groups = capacity.div_ceil(WAYS).max(1).checked_next_power_of_two().unwrap_or(1);
        let slots = (0..groups.saturating_mul(WAYS)).map(|_| Slot::empty()).collect();
        let random = RandomState::new();
        let secret = [0_u64, 1, 2, 3].map(|n| random.hash_one(n));
        Self { inner, slots, secret, turn: AtomicU64::new(0) }
    }

    /// For how many signatures there is room.
    #[must_use]
    pub const fn capacity(&self) -> usize {
        self.slots.len()
    }

    /// The verifier behind it.
    #[must_use]
    pub const fn inner(&self) -> &V {
        &self.inner
    }

    /// Forgets everything.
    pub fn clear(&self) {
        for slot in &self.slots {
            slot.version.clear();
        }
    }

    /// The places for a digest.
    fn group(&self, digest: [u64; 4]) -> &[Slot] {
        let [a, b, c, d] = digest;
        let [k, l, m, n] = self.secret;
        let mixed = fold(a ^ k, b ^ l) ^ fold(c ^ m, d ^ n);
        let groups = self.slots.len() / WAYS;
        // A power of two, so this is the remainder.
        let index = usize::try_from(mixed & crate::limits::wide(groups.saturating_sub(1))).unwrap_or_default();
        let start = index.saturating_mul(WAYS);
        self.slots.get(start..start.saturating_add(WAYS)).unwrap_or_default()
    }
}

impl<V: SignatureVerifier> SignatureVerifier for SignatureCache<V> {
    fn is_on_curve(&self, key: &PublicKey) -> bool {
        self.inner.is_on_curve(key)
    }

    fn verify(&self, check: &SignatureCheck<'_>) -> bool {
        self.inner.verify(check)
    }

    fn verify_all(&self, checks: &[SignatureCheck<'_>]) -> Result<(), usize> {
        self.inner.verify_all(checks)
    }

    fn knows(&self, digest: &Digest, signature: Signature<'_>, key: &Digest) -> bool {
        let (digest, signature, key) = (digest.words(), words(signature.as_bytes()), key.words());
        self.group(digest).iter().any(|slot| slot.holds(&digest, &signature, &key))
    }

    fn recall(&self, digest: &Digest) -> Option<Facts> {
        let digest = digest.words();
        self.group(digest).iter().find_map(|slot| slot.facts(&digest))
    }

    fn remember(&self, digest: &Digest, signature: Signature<'_>, key: &Digest, facts: &Facts) {
        let (digest, signature, key) = (digest.words(), words(signature.as_bytes()), key.words());
        let group = self.group(digest);
        // Two threads may have found it valid at the same time.
        if group.iter().any(|slot| slot.holds(&digest, &signature, &key)) {
            return;
        }
        let turn = self.turn.fetch_add(1, Ordering::Relaxed);
        let next = || group.get(usize::try_from(turn).unwrap_or_default() % WAYS);
        let Some(slot) = group.iter().find(|slot| slot.version.is_empty()).or_else(next) else { return };
        slot.version.fill(|| {
            store(&slot.digest, &digest);
            store(&slot.signature, &signature);
            store(&slot.key, &key);
            store(&slot.facts, &facts.0);
        });
    }
}

impl<V> fmt::Debug for SignatureCache<V> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SignatureCache").field("capacity", &self.capacity()).finish_non_exhaustive()
    }
}

impl Slot {
    fn empty() -> Self {
        Self { version: Version::empty(), digest: zeros(), signature: zeros(), key: zeros(), facts: zeros() }
    }

    /// Whether it is this signature. Reads either all of one write or nothing.
    #[inline]
    fn holds(&self, digest: &[u64; 4], signature: &[u64; 8], key: &[u64; 4]) -> bool {
        let look = || same(&self.digest, digest) && same(&self.signature, signature) && same(&self.key, key);
        self.version.read(look) == Some(true)
    }

    /// The facts of this digest.
    #[inline]
    fn facts(&self, digest: &[u64; 4]) -> Option<Facts> {
        self.version.read(|| {
            same(&self.digest, digest).then(|| {
                let mut facts = [0; Facts::LEN];
                for (fact, word) in facts.iter_mut().zip(&self.facts) {
                    *fact = word.load(Ordering::Relaxed);
                }
                Facts(facts)
            })
        })?
    }
}

fn zeros<const N: usize>() -> [AtomicU64; N] {
    std::array::from_fn(|_| AtomicU64::new(0))
}

#[inline]
fn same<const N: usize>(slot: &[AtomicU64; N], words: &[u64; N]) -> bool {
    slot.iter().zip(words).fold(0, |differing, (held, word)| differing | (held.load(Ordering::Relaxed) ^ word)) == 0
}

#[inline]
fn store<const N: usize>(slot: &[AtomicU64; N], words: &[u64; N]) {
    slot.iter().zip(words).for_each(|(held, word)| held.store(*word, Ordering::Relaxed));
}

/// Both halves of a product, added without carry.
#[inline]
fn fold(one: u64, other: u64) -> u64 {
    let product = u128::from(one).wrapping_mul(u128::from(other));
    let [a, b, c, d, e, f, g, h, i, j, k, l, m, n, o, p] = product.to_be_bytes();
    u64::from_be_bytes([a, b, c, d, e, f, g, h]) ^ u64::from_be_bytes([i, j, k, l, m, n, o, p])
}

/// Places per signature.
const WAYS: usize = 4;
