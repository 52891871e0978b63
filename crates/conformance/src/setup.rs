//! What a verifier knows before it is asked: trust, known credentials, revocation lists, limits and agreement keys.

use throughline::bundle::Bundle;
use throughline::{AgreementKey, KnownCredentials, Limits, ListLimits, RevocationStore, SignatureVerifier, Verifier};

use crate::counting::Counting;
use crate::judge::Unusable;
use crate::vector::Vector;

pub(crate) struct Setup {
    pub(crate) bundle: Bundle,
    pub(crate) known: KnownCredentials,
    pub(crate) lists: RevocationStore,
    limits: Limits,
    agreement: Vec<AgreementKey>,
}

impl Setup {
    pub(crate) fn of(vector: &Vector, signatures: &(dyn SignatureVerifier + Sync)) -> Result<Self, Unusable> {
        let trust = vector.trust.as_ref().ok_or_else(|| Unusable("trust is missing".to_owned()))?;
        let bundle = Bundle::from_json(&trust.to_string()).map_err(|error| Unusable(format!("trust: {error}")))?;
        let mut known = KnownCredentials::new();
        for (nth, credential) in vector.known.iter().enumerate() {
            let taken = known.take_in(credential.0.as_slice(), bundle.trust(), &signatures);
            taken.map_err(|error| Unusable(format!("known[{nth}]: {error}")))?;
        }
        let lists = RevocationStore::with_limits(list_limits(vector));
        for (nth, list) in vector.lists.iter().enumerate() {
            let taken = lists.take_in(&list.0, bundle.trust(), &signatures);
            taken.map_err(|error| Unusable(format!("lists[{nth}]: {error}")))?;
        }
        let agreement = vector.agreement.iter().enumerate().map(|(nth, scalar)| {
            let scalar: Option<&[u8; 32]> = scalar.0.as_slice().try_into().ok();
            let key = scalar.and_then(AgreementKey::from_bytes);
            key.ok_or_else(|| Unusable(format!("agreement[{nth}]: not a scalar of P-256")))
        });
        let agreement = agreement.collect::<Result<_, _>>()?;
        Ok(Self { bundle, known, lists, limits: limits(vector), agreement })
    }

    pub(crate) fn verifier<'s>(&'s self, signatures: &'s Counting<'_>) -> Verifier<'s> {
        Verifier::new(self.bundle.trust(), signatures, &self.lists)
            .limits(self.limits)
            .known(&self.known)
            .agreement(&self.agreement)
    }
}

/// The defaults, and what the vector says instead.
pub(crate) fn limits(vector: &Vector) -> Limits {
    let (of, mut limits) = (vector.limits.unwrap_or_default(), Limits::DEFAULT);
    limits.links = of.links.unwrap_or(limits.links);
    limits.credentials = of.credentials.unwrap_or(limits.credentials);
    limits.grants = of.grants.unwrap_or(limits.grants);
    limits.token_bytes = of.token_bytes.unwrap_or(limits.token_bytes);
    limits.proof_bytes = of.proof_bytes.unwrap_or(limits.proof_bytes);
    limits.skew = of.skew.unwrap_or(limits.skew);
    limits.proof_window = of.proof_window.unwrap_or(limits.proof_window);
    limits
}

/// No bound where the vector has none.
fn list_limits(vector: &Vector) -> ListLimits {
    let (of, mut limits) = (vector.limits.unwrap_or_default(), ListLimits::DEFAULT);
    let bound = |limit: Option<u32>| limit.and_then(|limit| usize::try_from(limit).ok()).unwrap_or(usize::MAX);
    limits.bytes = bound(of.list_bytes);
    limits.entries = bound(of.list_entries);
    limits
}
