//! SHA-256 values: digests of artifacts, thumbprints of keys.

use core::fmt;

use sha2::Digest as _;

/// A SHA-256 value. For an artifact it is the hash of its `Sig_structure` or `MAC_structure` (token.md §3.2).
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
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

    /// SHA-256 of short parts and then a long one: the first block is put together here, so that the rest is hashed where it lies.
    pub(crate) fn of_structure(parts: &[&[u8]], rest: &[u8]) -> Self {
        let mut hash = sha2::Sha256::new();
        in_blocks(parts, rest, |bytes| hash.update(bytes));
        Self(hash.finalize().into())
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

/// Gives `parts`, at most a block of them, and `rest` to a hash that is at the beginning of a block: its first block in one piece.
pub(crate) fn in_blocks(parts: &[&[u8]], rest: &[u8], mut hash: impl FnMut(&[u8])) {
    let mut block = [0_u8; 64];
    let mut at: usize = 0;
    for part in parts {
        let end = at.saturating_add(part.len());
        match block.get_mut(at..end) {
            Some(place) => place.copy_from_slice(part),
            // Longer than a block: then as it comes.
            None => {
                parts.iter().for_each(|part| hash(part));
                return hash(rest);
            }
        }
        at = end;
    }
    let (first, rest) = rest.split_at_checked(64_usize.saturating_sub(at)).unwrap_or((rest, &[]));
    if let Some(place) = block.get_mut(at..at.saturating_add(first.len())) {
        place.copy_from_slice(first);
    }
    hash(block.get(..at.saturating_add(first.len())).unwrap_or_default());
    hash(rest);
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
