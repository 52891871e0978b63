//! SHA-256 values: digests of artifacts, thumbprints of keys.

use core::cmp::Ordering;
use core::fmt;

use sha2::Digest as _;

use crate::sha256::State;

/// A SHA-256 value. For an artifact it is the hash of its `Sig_structure` or `MAC_structure` (token.md §3.2).
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct Digest(pub [u8; 32]);

impl Digest {
    /// SHA-256 of the concatenation of `parts`.
    #[must_use]
    pub fn of(parts: &[&[u8]]) -> Self {
        let mut hash = sha2::Sha256::new();
        for part in parts {
            hash.update(part);
        }
        Self(hash.finalize().into())
    }

    /// SHA-256 of `head`, at most 64 bytes in parts, and then `rest`.
    pub(crate) fn of_structure(head: &[&[u8]], rest: &[u8]) -> Self {
        Self(State::new().finish(head, rest))
    }

    /// The 32 bytes.
    #[must_use]
    pub const fn as_bytes(&self) -> &[u8; 32] {
        &self.0
    }

    /// The bytes as four numbers.
    #[inline]
    pub(crate) fn words(&self) -> [u64; 4] {
        words(&self.0)
    }

    /// The digest of these four numbers.
    #[inline]
    pub(crate) fn from_words(words: [u64; 4]) -> Self {
        let mut bytes = [0; 32];
        for (chunk, word) in bytes.chunks_exact_mut(8).zip(words) {
            chunk.copy_from_slice(&word.to_ne_bytes());
        }
        Self(bytes)
    }
}

/// 8 × `N` bytes as `N` numbers, in this machine's order.
#[inline]
pub(crate) fn words<const N: usize>(bytes: &[u8]) -> [u64; N] {
    let mut words = [0; N];
    for (word, chunk) in words.iter_mut().zip(bytes.as_chunks::<8>().0) {
        *word = u64::from_ne_bytes(*chunk);
    }
    words
}

/// Of the bytes. Two that differ do so in the first eight, as good as always.
impl Ord for Digest {
    fn cmp(&self, other: &Self) -> Ordering {
        numbers(&self.0).cmp(&numbers(&other.0))
    }
}

impl PartialOrd for Digest {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

/// 32 bytes as four numbers that compare as the bytes do.
#[inline]
fn numbers(bytes: &[u8; 32]) -> [u64; 4] {
    words(bytes).map(u64::from_be)
}

impl fmt::Display for Digest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

impl fmt::Debug for Digest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Digest({self})")
    }
}
