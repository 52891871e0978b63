#![doc = include_str!("../README.md")]
#![forbid(unsafe_code)]

mod access;
mod adapters;
mod admitted;
mod agreement;
mod audit;
mod builder;
mod clock;
mod consent;
mod decide;
#[cfg(feature = "tracing")]
mod events;
mod facts;
#[cfg(feature = "audit")]
mod file_log;
mod gate;
mod generation;
mod metrics;
mod refusal;
mod reload;
mod requirement;
mod sessions;
mod signatures;

pub use crate::access::{Route, RouteAccess, WhyNot};
pub use crate::adapters::CedarCall;
pub use crate::admitted::Admitted;
pub use crate::agreement::SharedKey;
pub use crate::audit::{Asked, Decision, NoRecords, Notice, Outcome, Sink, SinkError, SinkMode};
pub use crate::builder::Builder;
pub use crate::clock::{Clock, SystemClock};
pub use crate::consent::{Consent, ConsentQuestion, ConsentStore, ConsentUnavailable};
pub use crate::decide::{Call, Seen};
pub use crate::facts::{
    CallFacts, ChainFacts, GrantFacts, HandOverFacts, HopFacts, LimitFacts, OriginFacts, StatementFacts, ValueFacts,
    origin_kind, property_json,
};
pub use crate::gate::Gate;
pub use crate::metrics::{Buckets, Histogram, Metrics, Refused};
pub use crate::refusal::{Layer, Refusal};
pub use crate::reload::{BrokenTrust, Files, Problem, ReloadError, Reloader, Status, Watch};
pub use crate::requirement::{
    Accountable, After, Demand, Exclusion, Hops, Plain, Requirement, RequirementError, RoleFrom, Unmet, UnmetKind,
    WorstTier, Worth,
};
pub use crate::sessions::EndedSession;
