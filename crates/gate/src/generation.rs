//! What calls judge by, behind one pointer: a call keeps what it began with, the next one takes what is there by then.

use std::sync::Arc;

use throughline::trust::Trust;
use throughline::{KnownCredentials, PreparedKeys};

/// A trust bundle, its prepared keys, and the credentials known under it.
#[derive(Debug)]
pub(crate) struct Generation {
    /// Counts the swaps.
    pub(crate) number: u64,
    pub(crate) trust: Arc<Trust<'static>>,
    pub(crate) keys: Arc<PreparedKeys>,
    pub(crate) known: Arc<KnownCredentials>,
    /// Why nothing is admitted until another one comes.
    pub(crate) suspended: Option<String>,
}

impl Generation {
    pub(crate) fn first(trust: Trust<'static>, known: KnownCredentials, workload_keys: usize) -> Self {
        let keys = Arc::new(PreparedKeys::new(&trust, workload_keys));
        Self { number: 0, trust: Arc::new(trust), keys, known: Arc::new(known), suspended: None }
    }

    /// Another bundle, and what is known under it.
    pub(crate) fn with_trust(&self, trust: Trust<'static>, known: KnownCredentials, workload_keys: usize) -> Self {
        Self { number: self.number.saturating_add(1), ..Self::first(trust, known, workload_keys) }
    }

    /// Other known credentials.
    pub(crate) fn with_known(&self, known: KnownCredentials) -> Self {
        Self { known: Arc::new(known), ..self.next() }
    }

    /// Suspended, or in force again.
    pub(crate) fn with_suspension(&self, suspended: Option<String>) -> Self {
        Self { suspended, ..self.next() }
    }

    fn next(&self) -> Self {
        Self {
            number: self.number.saturating_add(1),
            trust: Arc::clone(&self.trust),
            keys: Arc::clone(&self.keys),
            known: Arc::clone(&self.known),
            suspended: self.suspended.clone(),
        }
    }
}
