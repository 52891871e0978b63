//! The peers, each doing the measured job as its own documents say: parse from bytes, check every signature, authorize one request.
//! What each of them does not check stands in the README.

pub mod biscuit;
pub mod cose_loop;
pub mod jwt;
pub mod macaroons;
pub mod pic;
pub mod tenuo;

use crate::case::Case;

/// All peers' cases of bytes to decision.
pub fn all() -> Vec<Case> {
    let cases = [biscuit::all(), tenuo::all(), pic::all(), jwt::all(), macaroons::all(), cose_loop::all()];
    cases.into_iter().flatten().collect()
}
