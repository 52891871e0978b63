//! Asking the gate: here, or on a thread that may block, and never more calls at once than configured.

use std::sync::Arc;

use throughline::{Argument, Digest};
use throughline_gate::{Admitted, Call, Gate, Layer, Refusal, Requirement, Seen};

use crate::arguments::Given;
use crate::buffer::{Budget, Share};
use crate::fields::Carried;

/// A gate, and how it is asked.
#[derive(Clone, Debug)]
pub(crate) struct Decider {
    pub(crate) gate: Gate,
    #[cfg_attr(not(feature = "tokio"), expect(dead_code, reason = "there are no such threads without tokio"))]
    pub(crate) blocking: bool,
    /// How many calls may be decided at once.
    pub(crate) calls: Budget,
}

/// A call that owns everything it is about.
#[derive(Debug)]
pub(crate) struct Asked {
    pub(crate) carried: Carried,
    pub(crate) digest: Digest,
    pub(crate) action: Arc<str>,
    pub(crate) resource: String,
    pub(crate) arguments: Vec<Given>,
    pub(crate) requirement: Arc<Requirement>,
}

impl Decider {
    /// Decides, and gives back what was asked.
    pub(crate) async fn decide(&self, asked: Asked) -> Result<(Admitted, Asked), Refusal> {
        let mut slot = self.calls.share();
        if !slot.take(1) {
            return Err(self.refuse(asked.carried, Layer::Overloaded).await);
        }
        let gate = self.gate.clone();
        self.run(slot, move || asked.decide(&gate).map(|admitted| (admitted, asked))).await
    }

    /// Records a refusal of the layer's own.
    pub(crate) async fn refuse(&self, carried: Carried, refusal: impl Into<Refusal>) -> Refusal {
        let (gate, refusal) = (self.gate.clone(), refusal.into());
        let seen = move || {
            let seen = Seen::carrying(carried.token.as_deref(), carried.proof.as_deref());
            gate.refuse(&seen, refusal)
        };
        self.run(self.calls.share(), seen).await
    }

    #[cfg(feature = "tokio")]
    async fn run<T: Send + 'static>(&self, slot: Share, decide: impl FnOnce() -> T + Send + 'static) -> T {
        // The slot goes with the decision: it is held to its end, also where nobody waits for it any more.
        let decide = move || {
            let _slot = slot;
            decide()
        };
        if !self.blocking {
            return decide();
        }
        match tokio::task::spawn_blocking(decide).await {
            Ok(decided) => decided,
            // Whatever went wrong there goes wrong here: there is no verdict, and the connection ends.
            Err(error) => std::panic::resume_unwind(match error.try_into_panic() {
                Ok(panic) => panic,
                Err(error) => Box::new(error.to_string()),
            }),
        }
    }

    #[cfg(not(feature = "tokio"))]
    async fn run<T: Send + 'static>(&self, slot: Share, decide: impl FnOnce() -> T + Send + 'static) -> T {
        let _slot = slot;
        decide()
    }
}

impl Asked {
    fn decide(&self, gate: &Gate) -> Result<Admitted, Refusal> {
        let arguments: Vec<Argument<'_>> = self.arguments.iter().map(Given::argument).collect();
        let call = Call::new(self.digest, &self.action, &self.resource, &self.requirement)
            .with(&arguments)
            .carrying(self.carried.token.as_deref(), self.carried.proof.as_deref());
        gate.decide(&call)
    }
}
