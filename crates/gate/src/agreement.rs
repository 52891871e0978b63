//! The audience's agreement keys, exchangeable while calls run.

use std::fmt;
use std::sync::Arc;

use arc_swap::ArcSwap;
use throughline::{Digest, KeyAgreement, PublicKey, SharedSecret};

/// Agreement keys behind one pointer, which clones share.
///
/// A key that is taken out admits nothing any more: V1009 asks [`has`](KeyAgreement::has) before a session is looked for.
#[derive(Clone)]
pub(crate) struct AgreementKeys(Arc<ArcSwap<Vec<SharedKey>>>);

/// An agreement key that threads share.
pub type SharedKey = Arc<dyn KeyAgreement + Send + Sync>;

impl AgreementKeys {
    pub(crate) fn new(keys: Vec<SharedKey>) -> Self {
        Self(Arc::new(ArcSwap::from_pointee(keys)))
    }

    pub(crate) fn replace(&self, keys: Vec<SharedKey>) {
        self.0.store(Arc::new(keys));
    }
}

impl KeyAgreement for AgreementKeys {
    fn agree(&self, agreement: &Digest, peer: &PublicKey) -> Option<SharedSecret> {
        self.0.load().iter().find_map(|key| key.agree(agreement, peer))
    }

    fn has(&self, agreement: &Digest) -> bool {
        self.0.load().iter().any(|key| key.has(agreement))
    }
}

impl fmt::Debug for AgreementKeys {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("AgreementKeys(..)")
    }
}
