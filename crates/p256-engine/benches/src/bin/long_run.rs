//! Verdicts of every engine against `p256` and AWS-LC, for as many signatures as asked (10^6 by default):
//! `cargo run --release --bin long_run [-- COUNT [SEED]]`.

use aws_lc_rs::{
    digest::{Digest, SHA256},
    signature::{ECDSA_P256_SHA256_FIXED, ParsedPublicKey},
};
use p256::ecdsa::{
    Signature, SigningKey,
    signature::hazmat::{PrehashSigner, PrehashVerifier},
};
use throughline_p256::{Engine, Item, Key, PreparedKey, VerifyingKey, verify_batch_with};

fn main() {
    let mut arguments = std::env::args().skip(1);
    let count: usize = arguments.next().map_or(1_000_000, |count| count.parse().expect("a count"));
    let mut random = Random(arguments.next().map_or(1, |seed| seed.parse().expect("a seed")));
    let mut keys: Vec<Keys> = (0..64).map(|_| Keys::new(&random.bytes())).collect();
    // Small multiples of G meet their like inside sums.
    keys.extend((1..=32).map(|i| Keys::new(&core::array::from_fn(|at| if at == 31 { i } else { 0 }))));
    let (mut done, mut valid) = (0, 0);
    while done < count {
        let cases: Vec<Case> = (0..1 + random.below(17)).map(|_| Case::new(&keys, &mut random)).collect();
        let items: Vec<Item<'_>> = cases
            .iter()
            .map(|case| {
                let keys = &keys[case.key];
                let key = if case.prepared { Key::Prepared(&keys.prepared) } else { Key::Plain(&keys.plain) };
                Item { key, prehash: &case.prehash, signature: &case.signature }
            })
            .collect();
        for engine in [Engine::Portable, Engine::Ifma] {
            let mut verdicts = vec![false; items.len()];
            let _ = verify_batch_with(engine, &items, &mut verdicts);
            for (case, verdict) in cases.iter().zip(verdicts) {
                assert_eq!(
                    verdict, case.expected,
                    "{engine:?}, key {}, {:x?}, {:x?}",
                    case.key, case.prehash, case.signature
                );
            }
        }
        done += cases.len();
        valid += cases.iter().filter(|case| case.expected).count();
    }
    println!(
        "{done} signatures, {valid} of them valid: all engines agree with p256 and AWS-LC (IFMA available: {})",
        Engine::Ifma.is_available()
    );
}

struct Keys {
    secret: SigningKey,
    aws_lc: ParsedPublicKey,
    plain: VerifyingKey,
    prepared: PreparedKey,
}

impl Keys {
    fn new(secret: &[u8; 32]) -> Self {
        let secret = SigningKey::from_slice(secret).expect("below n");
        let public = secret.verifying_key().to_sec1_point(false).as_bytes().to_vec();
        let plain = VerifyingKey::from_sec1(&public).expect("a key");
        let aws_lc = ParsedPublicKey::new(&ECDSA_P256_SHA256_FIXED, public).expect("a key");
        Self { secret, aws_lc, plain, prepared: PreparedKey::new(&plain) }
    }
}

struct Case {
    key: usize,
    prepared: bool,
    prehash: [u8; 32],
    signature: [u8; 64],
    expected: bool,
}

impl Case {
    fn new(all: &[Keys], random: &mut Random) -> Self {
        let key = random.below(all.len());
        let keys = &all[key];
        let mut prehash: [u8; 32] = match random.below(16) {
            0 => [0; 32],
            1 => [0xff; 32],
            _ => random.bytes(),
        };
        let honest: Signature = keys.secret.sign_prehash(&prehash).expect("signs");
        let mut signature: [u8; 64] =
            if random.below(8) == 0 { honest } else { honest.normalize_s() }.to_bytes().into();
        match random.below(16) {
            0 => signature[random.below(64)] ^= 1 << random.below(8),
            1 => prehash[random.below(32)] ^= 1 << random.below(8),
            2 => signature = random.bytes(),
            3 => signature[random.below(2) * 32..][..32].fill([0, 0xff][random.below(2)]),
            4 => signature.copy_within(..32, 32),
            _ => {}
        }
        let parsed = Signature::from_slice(&signature);
        let low = parsed.as_ref().is_ok_and(|parsed| parsed.normalize_s() == *parsed);
        let rustcrypto =
            parsed.is_ok_and(|parsed| keys.secret.verifying_key().verify_prehash(&prehash, &parsed).is_ok());
        let digest = Digest::import_less_safe(&prehash, &SHA256).expect("32 bytes");
        let aws_lc = keys.aws_lc.verify_digest_sig(&digest, &signature).is_ok();
        assert_eq!(rustcrypto, aws_lc, "the oracles disagree");
        Self { key, prepared: random.below(2) == 0, prehash, signature, expected: aws_lc && low }
    }
}

/// SplitMix64.
struct Random(u64);

impl Random {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let z = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    fn below(&mut self, limit: usize) -> usize {
        (self.next() % limit as u64) as usize
    }

    fn bytes<const N: usize>(&mut self) -> [u8; N] {
        let mut bytes = [0; N];
        for chunk in bytes.chunks_mut(8) {
            chunk.copy_from_slice(&self.next().to_le_bytes()[..chunk.len()]);
        }
        bytes
    }
}
