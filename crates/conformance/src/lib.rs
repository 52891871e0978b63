//! Conformance vectors (`test-vectors/`): their form, how one is judged, and how a foreign implementation is asked.

mod base64;
mod vector;

pub use crate::base64::Base64Url;
pub use crate::vector::{
    Admitted, At, Authority, Carried, Demands, Expected, Facts, File, GrpcCall, HttpCall, LimitsOf, McpCall,
    MessageCall, Named, Operation, ProfiledRequest, Refusal, Replay, RequestOf, Vector,
};
