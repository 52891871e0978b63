//! What a guarded request carries: that it was admitted, or that it passed without a token.

use std::fmt;
use std::ops::Deref;
use std::sync::Arc;

use throughline_gate as gate;

/// This request was admitted. The gate puts it into the request's extensions; nothing else can make one. Cheap to clone.
///
/// It is the gate's [`Admitted`](gate::Admitted), and the hand-over that came with the request, if one did: what this service needs to
/// continue the execution when it calls others.
#[derive(Clone)]
pub struct Admitted {
    admitted: gate::Admitted,
    hand_over: Option<Arc<[u8]>>,
}

impl Admitted {
    pub(crate) fn new(admitted: gate::Admitted, hand_over: Option<Vec<u8>>) -> Self {
        Self { admitted, hand_over: hand_over.map(Into::into) }
    }

    /// The hand-over to this service, if the caller sent one. It continues the head; its signature is for those who verify the longer token.
    #[must_use]
    pub fn hand_over(&self) -> Option<&[u8]> {
        self.hand_over.as_deref()
    }
}

impl Deref for Admitted {
    type Target = gate::Admitted;

    fn deref(&self) -> &gate::Admitted {
        &self.admitted
    }
}

impl fmt::Debug for Admitted {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.admitted.fmt(f)
    }
}

/// A gate let this request pass without a token: its route requires none.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Passed;
