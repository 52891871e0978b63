//! The conformance vectors in a packed form, and their verdicts by the library without an allocator.
//!
//! `host` packs them; whoever asks here gets, vector by vector, the line that `throughline conformance --answer` says, or
//! `{"verdict":"unsupported"}` where the library needs an allocator: strict JSON (MCP bodies), and a store of revocation lists (stage 14).
#![no_std]
#![forbid(unsafe_code)]

mod answer;
mod doors;
mod judge;
pub mod pools;
mod reader;
mod trust;

pub use judge::judge;
pub use reader::{Reader, Suite};

/// What stands in front of every packed suite.
pub const MAGIC: &[u8; 8] = b"vectors0";

/// What is asked, as a byte.
pub mod operation {
    #![allow(missing_docs, reason = "the operations of schema.json")]
    pub const VERIFY: u8 = 0;
    pub const ADMIT: u8 = 1;
    pub const TAKE_CREDENTIAL: u8 = 2;
    pub const TAKE_LIST: u8 = 3;
    pub const HTTP_DIGEST: u8 = 4;
    pub const GRPC_DIGEST: u8 = 5;
    pub const MESSAGE_DIGEST: u8 = 6;
    pub const OPAQUE_DIGEST: u8 = 7;
    pub const CARRIAGE: u8 = 8;
    /// An operation that needs an allocator.
    pub const UNSUPPORTED: u8 = 9;
}
