#![doc = include_str!("../README.md")]
#![forbid(unsafe_code)]

mod admitted;
mod agreement;
mod audit;
mod builder;
mod clock;
mod consent;
mod decide;
mod facts;
mod gate;
mod generation;
mod metrics;
mod refusal;
mod requirement;
mod signatures;

pub use crate::admitted::Admitted;
pub use crate::agreement::SharedKey;
pub use crate::audit::{Asked, Decision, NoRecords, Notice, Outcome, Sink, SinkError, SinkMode};
pub use crate::builder::Builder;
pub use crate::clock::{Clock, SystemClock};
pub use crate::consent::{Consent, ConsentQuestion, ConsentStore, ConsentUnavailable};
pub use crate::decide::{Call, Seen};
pub use crate::facts::{
    ChainFacts, GrantFacts, HandOverFacts, HopFacts, LimitFacts, OriginFacts, StatementFacts, ValueFacts,
};
pub use crate::gate::Gate;
pub use crate::metrics::{Buckets, Histogram, Metrics, Refused};
pub use crate::refusal::{Layer, Refusal};
pub use crate::requirement::{
    Accountable, After, Demand, Exclusion, Hops, Plain, Requirement, RequirementError, RoleFrom, Unmet, UnmetKind,
    WorstTier, Worth,
};
