//! The other direction: requests that this service makes, each with its link, the hand-over to the callee, and a proof.

mod callee;
mod hop;
mod links;
mod outgoing;

pub use crate::client::callee::Callee;
pub use crate::client::hop::{Hop, HopError};
pub use crate::client::links::Held;
pub use crate::client::outgoing::{CallError, NotSent, OutgoingLayer, OutgoingService};
