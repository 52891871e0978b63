#![doc = include_str!("../README.md")]
#![forbid(unsafe_code)]

mod admitted;
mod arguments;
#[cfg(feature = "axum")]
mod axum;
mod body;
mod buffer;
mod config;
mod decide;
mod fields;
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
pub use crate::layer::{External, GateLayer};
pub use crate::rule::{Routes, Rule, RuleError};
pub use crate::service::GateService;
