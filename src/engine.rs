//! The project's own P-256 engine behind the signature door: the default.

use throughline_p256::{Item, Key, VerifyingKey, verify_batch};

use crate::key::PublicKey;
use crate::signature::{SignatureCheck, SignatureVerifier};

/// Checks signatures with `throughline-p256`, all of a token's together; no key is prepared.
///
/// [`PreparedKeys`](crate::PreparedKeys) does the same with tables for the keys that a service sees again and again.
#[derive(Clone, Copy, Debug, Default)]
#[expect(clippy::exhaustive_structs, reason = "it holds nothing")]
pub struct Engine;

impl SignatureVerifier for Engine {
    fn is_on_curve(&self, key: &PublicKey) -> bool {
        verifying_key(key).is_some()
    }

    fn verify(&self, check: &SignatureCheck<'_>) -> bool {
        self.verify_all(core::slice::from_ref(check)).is_ok()
    }

    fn verify_all(&self, checks: &[SignatureCheck<'_>]) -> Result<(), usize> {
        verify_all(checks, |_| None)
    }
}

/// Verifies in groups of a fixed size, so that nothing is allocated. `prepared` knows the keys that have a table.
pub(crate) fn verify_all<'k>(
    checks: &[SignatureCheck<'_>],
    prepared: impl Fn(&PublicKey) -> Option<Key<'k>>,
) -> Result<(), usize> {
    for (group, checks) in checks.chunks(GROUP).enumerate() {
        let refused = |nth: usize| group.saturating_mul(GROUP).saturating_add(nth);
        let mut tables = [None; GROUP];
        let mut plain = [None; GROUP];
        for (nth, ((table, plain), check)) in tables.iter_mut().zip(&mut plain).zip(checks).enumerate() {
            *table = prepared(check.key);
            if table.is_none() {
                *plain = Some(verifying_key(check.key).ok_or(refused(nth))?);
            }
        }
        let item = |nth: usize| {
            let (check, table) = (checks.get(nth)?, tables.get(nth).copied().flatten());
            let key = table.or_else(|| plain.get(nth)?.as_ref().map(Key::Plain))?;
            Some(Item { key, prehash: check.digest.as_bytes(), signature: check.signature.as_bytes() })
        };
        let mut batch = [item(0).ok_or(refused(0))?; GROUP];
        for (nth, slot) in batch.iter_mut().enumerate().take(checks.len()) {
            *slot = item(nth).ok_or(refused(nth))?;
        }
        let mut verdicts = [false; GROUP];
        let (Some(batch), Some(verdicts)) = (batch.get(..checks.len()), verdicts.get_mut(..checks.len())) else {
            return Err(refused(0));
        };
        if !verify_batch(batch, verdicts) {
            return Err(refused(verdicts.iter().position(|valid| !valid).unwrap_or_default()));
        }
    }
    Ok(())
}

/// The engine's form of a key, if it is on the curve.
pub(crate) fn verifying_key(key: &PublicKey) -> Option<VerifyingKey> {
    VerifyingKey::from_sec1(&key.to_sec1()).ok()
}

/// Signatures handed over together: two of the engine's lanes full.
const GROUP: usize = 16;
