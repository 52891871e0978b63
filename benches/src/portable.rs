//! The portable engine behind the library's signature door, whatever the CPU: the library itself always takes the fastest.

use std::collections::HashMap;

use throughline::trust::{OriginKind, Trust};
use throughline::{PublicKey, SignatureCheck, SignatureVerifier};
use throughline_p256::{Engine, Item, Key, PreparedKey, VerifyingKey, verify_batch_with};

/// As `throughline::Engine` (no tables) or `throughline::PreparedKeys` (tables), on one forced engine.
#[derive(Default)]
pub struct Portable {
    tables: HashMap<PublicKey, PreparedKey>,
}

impl Portable {
    /// With tables for these keys.
    pub fn prepared(keys: impl IntoIterator<Item = PublicKey>) -> Self {
        Self { tables: keys.into_iter().map(|key| (key, PreparedKey::new(&plain(&key).expect("a point")))).collect() }
    }
}

impl SignatureVerifier for Portable {
    fn is_on_curve(&self, key: &PublicKey) -> bool {
        self.tables.contains_key(key) || plain(key).is_some()
    }

    fn verify(&self, check: &SignatureCheck<'_>) -> bool {
        self.verify_all(std::slice::from_ref(check)).is_ok()
    }

    fn verify_all(&self, checks: &[SignatureCheck<'_>]) -> Result<(), usize> {
        for (group, checks) in checks.chunks(GROUP).enumerate() {
            let refused = |nth: usize| group * GROUP + nth;
            let mut plains = [None; GROUP];
            for (nth, (slot, check)) in plains.iter_mut().zip(checks).enumerate() {
                if !self.tables.contains_key(check.key) {
                    *slot = Some(plain(check.key).ok_or(refused(nth))?);
                }
            }
            let item = |nth: usize| {
                let check = &checks[nth.min(checks.len() - 1)];
                let key = match self.tables.get(check.key) {
                    Some(table) => Key::Prepared(table),
                    None => Key::Plain(plains[nth.min(checks.len() - 1)].as_ref().expect("parsed above")),
                };
                Item { key, prehash: check.digest.as_bytes(), signature: check.signature.as_bytes() }
            };
            let items: [Item<'_>; GROUP] = std::array::from_fn(item);
            let mut verdicts = [false; GROUP];
            if !verify_batch_with(Engine::Portable, &items[..checks.len()], &mut verdicts[..checks.len()]) {
                return Err(refused(verdicts.iter().position(|valid| !valid).unwrap_or_default()));
            }
        }
        Ok(())
    }
}

/// The bundle's own keys.
pub fn trusted(trust: &Trust<'_>) -> Vec<PublicKey> {
    let origins = trust.origins.iter().filter_map(|anchor| match &anchor.kind {
        OriginKind::Identity { key, .. } => Some(*key.key()),
        OriginKind::Role { .. } | OriginKind::Context { .. } => None,
    });
    origins.chain(trust.attesters.iter().map(|attester| *attester.key.key())).collect()
}

fn plain(key: &PublicKey) -> Option<VerifyingKey> {
    VerifyingKey::from_sec1(&key.to_sec1()).ok()
}

const GROUP: usize = 16;
