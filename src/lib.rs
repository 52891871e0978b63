#![cfg_attr(all(feature = "issue", feature = "std", feature = "engine"), doc = include_str!("../README.md"))]
#![cfg_attr(
    not(all(feature = "issue", feature = "std", feature = "engine")),
    doc = "Execution-continuity tokens: verifier and issuer. The README is this page with the features `issue`, `std` and `engine`."
)]
#![no_std]
#![forbid(unsafe_code)]

#[cfg(feature = "alloc")]
extern crate alloc;
#[cfg(any(feature = "std", test))]
extern crate std;

mod actor;
mod admission;
#[cfg(feature = "audit")]
pub mod audit;
#[cfg(feature = "aws-lc")]
mod aws_lc;
#[cfg(feature = "p256")]
mod backend;
#[cfg(feature = "bundle")]
pub mod bundle;
mod cbor;
mod chain;
mod contract;
mod cose;
mod credential;
mod digest;
mod encode;
#[cfg(feature = "engine")]
mod engine;
mod error;
mod facts;
mod field;
mod fixed;
mod grant;
mod hand_over;
mod identifier;
#[cfg(feature = "issue")]
pub mod issue;
#[cfg(feature = "alloc")]
mod json;
mod key;
mod known;
mod labels;
mod limits;
mod link;
mod list;
mod mac;
#[cfg(feature = "std")]
mod mac_sessions;
#[cfg(feature = "alloc")]
mod mcp;
mod origin;
#[cfg(all(feature = "engine", feature = "std"))]
mod prepared_keys;
mod proof;
mod property;
mod remit;
mod replay;
#[cfg(feature = "std")]
mod replay_memory;
mod request;
mod revocation;
#[cfg(feature = "std")]
mod revocation_store;
mod sha256;
mod signature;
#[cfg(feature = "std")]
mod signature_cache;
mod text;
mod time;
mod token;
pub mod trust;
mod verified;
mod verify;

pub use crate::actor::Statement;
pub use crate::admission::{Admission, AuthorityDemand, Pending, Policy, ProofDemand, Request};
#[cfg(feature = "aws-lc")]
pub use crate::aws_lc::{AwsLc, AwsLcAgreementKey};
#[cfg(feature = "p256")]
pub use crate::backend::{AgreementKey, P256};
pub use crate::contract::{Contract, Names, Next, PropertyDemand, PropertyDemandTest, RoleDemand, RoleSource};
pub use crate::credential::Credential;
pub use crate::digest::Digest;
#[cfg(feature = "engine")]
pub use crate::engine::Engine;
pub use crate::error::{Error, ErrorKind, Part, Place, Reason};
pub use crate::facts::Facts;
pub use crate::field::Field;
#[cfg(feature = "alloc")]
pub use crate::field::{encode_field, encode_text};
pub use crate::grant::{Access, Argument, Grant, Grants, Limit, MAX_ARGUMENTS, MAX_CEILING, MAX_LIMITS, Value, Values};
pub use crate::hand_over::HandOver;
pub use crate::identifier::{covers, is_identifier, is_name, is_namespace, is_thumbprint_uri, is_vouchable};
#[cfg(feature = "alloc")]
pub use crate::json::Json;
pub use crate::key::{PublicKey, TrustedKey};
#[cfg(feature = "alloc")]
pub use crate::known::KnownCredentials;
pub use crate::known::{CredentialSource, Known};
pub use crate::limits::Limits;
pub use crate::link::Link;
pub use crate::list::{Entry, Keys, RevocationList};
pub use crate::mac::{KeyAgreement, MacContext, SharedSecret};
#[cfg(feature = "std")]
pub use crate::mac_sessions::{MacSessions, SessionInfo};
#[cfg(feature = "alloc")]
pub use crate::mcp::McpBody;
pub use crate::origin::{Origin, OriginForm};
#[cfg(all(feature = "engine", feature = "std"))]
pub use crate::prepared_keys::PreparedKeys;
pub use crate::proof::{Proof, ProofKind};
pub use crate::property::Property;
pub use crate::replay::{ProofUse, ReplayMemory};
#[cfg(feature = "std")]
pub use crate::replay_memory::{BoundedReplayMemory, Shares};
pub use crate::request::{GrpcRequest, HttpFields, HttpRequest, McpParam, McpRequest, MessageRequest, OpaqueRequest};
pub use crate::revocation::{NoRevocations, Revocable, Revocations};
#[cfg(feature = "std")]
pub use crate::revocation_store::{HeldList, ListLimits, RevocationSnapshot, RevocationStore};
pub use crate::signature::{Signature, SignatureCheck, SignatureVerifier};
#[cfg(feature = "std")]
pub use crate::signature_cache::SignatureCache;
pub use crate::text::{List, Text};
pub use crate::time::{UnixTime, Window};
pub use crate::token::Token;
pub use crate::verified::{Hop, VerifiedChain, VerifiedOrigin, Vouching};
pub use crate::verify::Verifier;
