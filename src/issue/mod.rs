//! Builders for every artifact (feature `issue`).
//!
//! Required facts are arguments of a builder's constructor, optional ones are setters. A builder turns into a
//! [`ToBeSigned`]; any signer signs its digest (in memory, PKCS#11, KMS, TPM), and [`ToBeSigned::assemble`] makes the
//! bytes, with s in its lower half. `sign` does both with a [`Signer`].
//!
//! A builder refuses what the verifier would refuse, with the verifier's error kinds, as far as the issuer can know: it
//! has no trust bundle, so it takes credentials at their word.

mod actor;
#[cfg(feature = "aws-lc")]
mod aws_lc;
mod contract;
mod credential;
mod encode;
mod envelope;
mod grants;
mod hand_over;
mod link;
mod list;
mod proof;
mod signer;

pub use self::actor::Actor;
#[cfg(feature = "aws-lc")]
pub use self::aws_lc::AwsLcSigningKey;
pub use self::contract::{Contract, RoleFrom};
pub use self::credential::CredentialBuilder;
pub use self::envelope::ToBeSigned;
pub use self::grants::{Grant, GrantList};
pub use self::hand_over::HandOverBuilder;
pub use self::link::{ContinuationBuilder, OriginClaim, RootBuilder};
pub use self::list::RevocationListBuilder;
pub use self::proof::ProofBuilder;
pub use self::signer::{IssueError, Signer, SigningKey};
