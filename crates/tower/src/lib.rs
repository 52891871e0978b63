#![cfg_attr(all(feature = "axum", feature = "client"), doc = include_str!("../README.md"))]
#![cfg_attr(
    not(all(feature = "axum", feature = "client")),
    doc = "Execution-continuity tokens in HTTP services and clients. The README is this page with the features `axum` and `client`."
)]
#![forbid(unsafe_code)]

mod admitted;
mod arguments;
#[cfg(feature = "axum")]
mod axum;
mod body;
mod buffer;
#[cfg(feature = "client")]
mod client;
mod config;
mod decide;
mod fields;
#[cfg(feature = "grpc")]
mod grpc;
mod layer;
mod pattern;
mod refused;
mod rule;
mod service;

pub use crate::admitted::Admitted;
pub use crate::arguments::Kind;
#[cfg(feature = "axum")]
pub use crate::axum::NotAdmitted;
pub use crate::body::{Answer, Guarded};
#[cfg(feature = "client")]
pub use crate::client::{CallError, Callee, Held, Hop, HopError, NotSent, OutgoingLayer, OutgoingService};
#[cfg(feature = "grpc")]
pub use crate::grpc::Message;
pub use crate::layer::{External, GateLayer};
pub use crate::rule::{Routes, Rule, RuleError};
pub use crate::service::GateService;
