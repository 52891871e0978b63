//! What the tests share: a small deterministic generator, and `p256` as the oracle.
#![allow(
    dead_code,
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::arithmetic_side_effects,
    reason = "each test uses its part"
)]

use p256::ecdsa::{
    Signature, SigningKey,
    signature::hazmat::{PrehashSigner, PrehashVerifier},
};
use throughline_p256::{Engine, Item, Key, PreparedKey, VerifyingKey, verify_batch_with};

/// Both engines; the second runs as the first on a CPU without it.
pub(crate) const ENGINES: [Engine; 2] = [Engine::Portable, Engine::Ifma];

/// SplitMix64 (Steele, Lea and Flood 2014).
pub(crate) struct Random(pub(crate) u64);

impl Random {
    pub(crate) fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let z = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    pub(crate) fn below(&mut self, limit: usize) -> usize {
        usize::try_from(self.next() % u64::try_from(limit).unwrap()).unwrap()
    }

    pub(crate) fn bytes<const N: usize>(&mut self) -> [u8; N] {
        let mut bytes = [0; N];
        for chunk in bytes.chunks_mut(8) {
            chunk.copy_from_slice(&self.next().to_le_bytes()[..chunk.len()]);
        }
        bytes
    }
}

/// A key pair with every form of its public key.
pub(crate) struct Pair {
    pub(crate) secret: SigningKey,
    pub(crate) plain: VerifyingKey,
    pub(crate) prepared: PreparedKey,
}

impl Pair {
    pub(crate) fn new(secret: &[u8; 32]) -> Self {
        let secret = SigningKey::from_slice(secret).unwrap();
        let plain = VerifyingKey::from_sec1(secret.verifying_key().to_sec1_point(false).as_bytes()).unwrap();
        Self { secret, plain, prepared: PreparedKey::new(&plain) }
    }

    pub(crate) fn small(secret: u64) -> Self {
        let mut bytes = [0; 32];
        bytes[24..].copy_from_slice(&secret.to_be_bytes());
        Self::new(&bytes)
    }

    /// A signature with low s.
    pub(crate) fn sign(&self, prehash: &[u8; 32]) -> [u8; 64] {
        let signature: Signature = self.secret.sign_prehash(prehash).unwrap();
        signature.normalize_s().to_bytes().into()
    }

    /// The verdict of `p256`, with low s required.
    pub(crate) fn oracle(&self, prehash: &[u8; 32], signature: &[u8; 64]) -> bool {
        Signature::from_slice(signature).is_ok_and(|signature| {
            signature.normalize_s() == signature
                && self.secret.verifying_key().verify_prehash(prehash, &signature).is_ok()
        })
    }
}

/// The verdict every path must give, or a panic that names the path that does not: each engine, key plain and prepared, alone and in
/// a batch at every position of a chunk among `fill`.
pub(crate) fn verdict(plain: &VerifyingKey, prepared: &PreparedKey, prehash: &[u8; 32], signature: &[u8; 64]) -> bool {
    let expected = plain.verify_with(Engine::Portable, prehash, signature);
    for engine in ENGINES {
        assert_eq!(plain.verify_with(engine, prehash, signature), expected, "plain, {engine:?}");
        assert_eq!(prepared.verify_with(engine, prehash, signature), expected, "prepared, {engine:?}");
        for count in [2, 3, 5, 8, 11] {
            for key in [Key::Plain(plain), Key::Prepared(prepared)] {
                let items = vec![Item { key, prehash, signature }; count];
                let mut verdicts = vec![!expected; count];
                assert_eq!(verify_batch_with(engine, &items, &mut verdicts), expected, "{count} together, {engine:?}");
                assert!(verdicts.iter().all(|verdict| *verdict == expected), "{count} together, {engine:?}");
            }
        }
    }
    expected
}
