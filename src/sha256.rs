//! SHA-256 over bytes that lie whole in memory: the library's compression function, and padding without a buffer in between (FIPS 180-4 §5.1.1).
//!
//! Digests are most of what a verifier does when it knows the signatures, and a hasher's buffer is a copy of what lies there already.

use sha2::block_api::compress256;

/// The state after a number of whole blocks.
#[derive(Clone, Copy)]
pub(crate) struct State {
    words: [u32; 8],
    blocks: u64,
}

impl State {
    pub(crate) const fn new() -> Self {
        Self { words: INITIAL, blocks: 0 }
    }

    /// After one more block.
    pub(crate) fn after(mut self, block: &[u8; BLOCK]) -> Self {
        compress256(&mut self.words, core::slice::from_ref(block));
        self.blocks = self.blocks.saturating_add(1);
        self
    }

    /// The hash of everything so far, then `head`, at most 64 bytes, then `rest`.
    pub(crate) fn finish(&mut self, head: &[&[u8]], rest: &[u8]) -> [u8; 32] {
        let mut block = [0; BLOCK];
        let mut at = 0;
        for part in head {
            at = put(&mut block, at, part);
        }
        let total = u64::try_from(at.saturating_add(rest.len())).unwrap_or(u64::MAX);
        let bits = self.blocks.saturating_mul(64).saturating_add(total).saturating_mul(8);
        let (first, rest) = rest.split_at_checked(BLOCK.saturating_sub(at)).unwrap_or((rest, &[]));
        at = put(&mut block, at, first);
        if at == BLOCK {
            compress256(&mut self.words, &[block]);
            let (blocks, tail) = rest.as_chunks::<BLOCK>();
            compress256(&mut self.words, blocks);
            block = [0; BLOCK];
            at = put(&mut block, 0, tail);
        }
        // A one bit, zeros, and the length in the last eight bytes of a block.
        at = put(&mut block, at, &[0x80]);
        if at > BLOCK - 8 {
            compress256(&mut self.words, &[block]);
            block = [0; BLOCK];
        }
        put(&mut block, BLOCK - 8, &bits.to_be_bytes());
        compress256(&mut self.words, &[block]);
        let mut hash = [0; 32];
        for (chunk, word) in hash.chunks_exact_mut(4).zip(self.words) {
            chunk.copy_from_slice(&word.to_be_bytes());
        }
        hash
    }
}

impl zeroize::Zeroize for State {
    fn zeroize(&mut self) {
        self.words.zeroize();
    }
}

/// Writes `bytes` at `at`, as far as there is room, and returns what comes after them.
fn put(block: &mut [u8; BLOCK], at: usize, bytes: &[u8]) -> usize {
    if let Some(place) = block.get_mut(at..).and_then(|rest| rest.get_mut(..bytes.len())) {
        place.copy_from_slice(bytes);
    }
    at.saturating_add(bytes.len())
}

/// Bytes per block.
pub(crate) const BLOCK: usize = 64;

/// FIPS 180-4 §5.3.3.
const INITIAL: [u32; 8] =
    [0x6a09_e667, 0xbb67_ae85, 0x3c6e_f372, 0xa54f_f53a, 0x510e_527f, 0x9b05_688c, 0x1f83_d9ab, 0x5be0_cd19];

#[cfg(test)]
mod tests {
    use std::vec::Vec;

    use sha2::Digest as _;

    use super::*;

    #[test]
    fn hash_is_the_librarys_for_every_length_and_every_cut() {
        let bytes: Vec<u8> = (0..300_u16).map(|n| n.to_be_bytes()[1]).collect();
        for len in 0..=bytes.len() {
            let all = &bytes[..len];
            let expected: [u8; 32] = sha2::Sha256::digest(all).into();
            for cut in 0..=len.min(BLOCK) {
                let (head, rest) = all.split_at(cut);
                assert_eq!(State::new().finish(&[head], rest), expected, "{len} {cut}");
                assert_eq!(State::new().finish(&[&head[..cut / 2], &head[cut / 2..]], rest), expected, "{len} {cut}");
            }
            if let Some((block, rest)) = all.split_first_chunk::<BLOCK>() {
                assert_eq!(State::new().after(block).finish(&[], rest), expected, "{len}");
            }
        }
    }
}
