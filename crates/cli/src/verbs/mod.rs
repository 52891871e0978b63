//! One module per verb.

pub(crate) mod admit;
pub(crate) mod attest;
pub(crate) mod audit;
pub(crate) mod conformance;
pub(crate) mod continuation;
pub(crate) mod hand_over;
pub(crate) mod inspect;
pub(crate) mod key;
pub(crate) mod keygen;
pub(crate) mod originate;
pub(crate) mod prove;
pub(crate) mod verify;
