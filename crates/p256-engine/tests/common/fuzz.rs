//! What the fuzz target `p256` runs (`fuzz/` at the root of the repository includes this file with `#[path]`).
//! `tests/fuzz.rs` runs it on generated inputs.

use p256::ecdsa::{
    Signature, SigningKey, VerifyingKey as Oracle,
    signature::hazmat::{PrehashSigner, PrehashVerifier},
};
use throughline_p256::{Engine, Item, Key, PreparedKey, VerifyingKey, verify_batch_with};

/// Reads cases from `data`, 130 bytes each, and panics if any engine, key kind or batch disagrees with `p256`. Returns the cases, for
/// whoever has another oracle.
///
/// Random bytes never reach the curve, so a case is structured: a secret key (32 bytes; reduced to 8 for small multiples when the first
/// control bit says so), a digest (32), what to do (2), and 64 bytes that replace or are combined with the honest signature.
pub(crate) fn differential(data: &[u8]) -> Vec<Case> {
    let cases: Vec<Case> = data.as_chunks::<130>().0.iter().filter_map(Case::read).take(17).collect();
    let items: Vec<Item<'_>> = cases
        .iter()
        .map(|case| Item {
            key: if case.prepared { Key::Prepared(&case.table) } else { Key::Plain(&case.key) },
            prehash: &case.prehash,
            signature: &case.signature,
        })
        .collect();
    for engine in [Engine::Portable, Engine::Ifma] {
        let mut verdicts = vec![false; items.len()];
        let _ = verify_batch_with(engine, &items, &mut verdicts);
        for (case, verdict) in cases.iter().zip(verdicts) {
            assert_eq!(verdict, case.expected, "{engine:?}, together");
            assert_eq!(
                case.key.verify_with(engine, &case.prehash, &case.signature),
                case.expected,
                "{engine:?}, plain"
            );
            assert_eq!(
                case.table.verify_with(engine, &case.prehash, &case.signature),
                case.expected,
                "{engine:?}, prepared"
            );
        }
    }
    cases
}

/// One signature to judge.
pub(crate) struct Case {
    pub(crate) key: VerifyingKey,
    table: PreparedKey,
    prepared: bool,
    pub(crate) prehash: [u8; 32],
    pub(crate) signature: [u8; 64],
    /// The verdict of `p256`, with low s required.
    pub(crate) expected: bool,
}

impl Case {
    fn read(data: &[u8; 130]) -> Option<Self> {
        let (secret, rest) = data.split_first_chunk::<32>()?;
        let (digest, rest) = rest.split_first_chunk::<32>()?;
        let ([control, place], bytes) = rest.split_first_chunk::<2>()?;
        let mut secret = *secret;
        if control & 1 == 1 {
            // Small multiples of G meet their like inside sums.
            secret[..31].fill(0);
        }
        let secret = SigningKey::from_slice(&secret).ok()?;
        let honest: Signature = secret.sign_prehash(digest).ok()?;
        let mut signature: [u8; 64] = if control & 2 == 2 { honest.normalize_s() } else { honest }.to_bytes().into();
        let (mut prehash, spot) = (*digest, usize::from(*place));
        match control >> 2 & 7 {
            0 => signature = *bytes.first_chunk()?,
            1 => signature[..32].copy_from_slice(bytes.get(..32)?),
            2 => signature[32..].copy_from_slice(bytes.get(32..)?),
            3 => *signature.get_mut(spot % 64)? ^= *bytes.first()?,
            4 => *prehash.get_mut(spot % 32)? ^= *bytes.first()?,
            5 => signature.copy_within(..32, 32),
            _ => {}
        }
        let oracle: &Oracle = secret.verifying_key();
        let expected = Signature::from_slice(&signature).is_ok_and(|signature| {
            signature.normalize_s() == signature && oracle.verify_prehash(&prehash, &signature).is_ok()
        });
        let key = VerifyingKey::from_sec1(oracle.to_sec1_point(false).as_bytes()).ok()?;
        Some(Self { key, table: PreparedKey::new(&key), prepared: control & 128 == 128, prehash, signature, expected })
    }
}
