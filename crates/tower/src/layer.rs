//! The layer: a gate, a table of rules, and bounds.

use std::sync::Arc;
use std::time::Duration;

use throughline_gate::Gate;
use tower_layer::Layer;

use crate::buffer::{Bounds, Budget};
use crate::decide::Decider;
use crate::rule::Routes;
use crate::service::GateService;

/// Puts a [`Gate`] in front of an HTTP service: what gets through was admitted, or its rule requires no token.
///
/// Clones share the gate, the table and the bounds.
#[derive(Clone, Debug)]
pub struct GateLayer(pub(crate) Arc<Shared>);

#[derive(Clone, Debug)]
pub(crate) struct Shared {
    pub(crate) decider: Decider,
    pub(crate) external: External,
    pub(crate) routes: Routes,
    pub(crate) bounds: Bounds,
}

/// What clients call the service by, before any proxy: a proof covers it (token.md §8.3).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct External {
    pub(crate) scheme: String,
    pub(crate) authority: String,
}

impl External {
    /// A scheme, and an authority as it stands in `Host`: `"https"`, `"calendar.example"`. A request for another authority is refused.
    #[must_use]
    pub fn new(scheme: &str, authority: &str) -> Self {
        Self { scheme: scheme.into(), authority: authority.into() }
    }
}

impl GateLayer {
    /// A layer with bounds of 1 MiB and 10 seconds per body, 64 MiB for all of them, and 1,024 calls decided at once.
    #[must_use]
    pub fn new(gate: Gate, external: External, routes: Routes) -> Self {
        let bounds = Bounds { length: 1 << 20, time: Duration::from_secs(10), budget: Budget::new(64 << 20) };
        Self(Arc::new(Shared {
            decider: Decider { gate, blocking: false, calls: Budget::new(1_024) },
            external,
            routes,
            bounds,
        }))
    }

    /// Longest body, in bytes: a longer one is refused (`body-too-large`).
    #[must_use]
    pub fn body_length(self, bytes: usize) -> Self {
        self.with(|shared| shared.bounds.length = bytes)
    }

    /// In how much time a body must have arrived (`body-timeout`).
    #[cfg(feature = "tokio")]
    #[must_use]
    pub fn body_time(self, time: Duration) -> Self {
        self.with(|shared| shared.bounds.time = time)
    }

    /// For how many bytes of all bodies together there is room, from their arrival until the service behind lets go of them. A request
    /// for which there is none is refused (`overloaded`).
    #[must_use]
    pub fn buffered(self, bytes: usize) -> Self {
        self.with(|shared| shared.bounds.budget = Budget::new(bytes))
    }

    /// How many calls are decided at once; more are refused (`overloaded`). It matters where deciding blocks.
    #[must_use]
    pub fn deciding(self, calls: usize) -> Self {
        self.with(|shared| shared.decider.calls = Budget::new(calls))
    }

    /// Decides on threads that may block, for a gate whose sink waits for a disk, or whose replay memory or consent store is far away.
    ///
    /// If nothing is said, a call is decided where it runs: that is short work, and waits for nobody.
    #[cfg(feature = "tokio")]
    #[must_use]
    pub fn blocking(self) -> Self {
        self.with(|shared| shared.decider.blocking = true)
    }

    /// The gate.
    #[must_use]
    pub fn gate(&self) -> &Gate {
        &self.0.decider.gate
    }

    fn with(mut self, change: impl FnOnce(&mut Shared)) -> Self {
        change(Arc::make_mut(&mut self.0));
        self
    }
}

impl<S> Layer<S> for GateLayer {
    type Service = GateService<S>;

    fn layer(&self, inner: S) -> GateService<S> {
        GateService::new(Arc::clone(&self.0), inner)
    }
}
