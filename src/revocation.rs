//! Revocation as a verifier asks for it (token.md §7.4, stage 9).

use crate::digest::Digest;
use crate::time::UnixTime;

/// The newest revocation list of each issuer. Which issuers matter, and for what, is the trust bundle's to say.
pub trait Revocations {
    /// Whether a list of this issuer is held and current: `iat` ≤ now + skew and now − skew < `exp`.
    fn is_current(&self, issuer: &Digest, now: UnixTime, skew: u64) -> bool;

    /// Whether this issuer's newest list revokes it. False without a list.
    fn revokes(&self, issuer: &Digest, what: Revocable<'_>) -> bool;
}

/// What a list can revoke.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Revocable<'a> {
    /// A link, by digest.
    Link(&'a Digest),
    /// A key, by thumbprint: by an entry of its own, or with a credential or identifier.
    Key(&'a Digest),
    /// A credential, by digest.
    Credential(&'a Digest),
    /// An identifier.
    Identifier(&'a str),
    /// A consent record, by digest.
    Consent(&'a Digest),
    /// A link of this accountable entity, issued at this time.
    Issued {
        /// The entity.
        accountable: &'a str,
        /// The link's `iat`.
        at: UnixTime,
    },
}

/// Holds no list: right where the trust bundle has no revocation issuer, and refuses everything (V901) where it has one.
#[derive(Clone, Copy, Debug, Default)]
pub struct NoRevocations;

impl Revocations for NoRevocations {
    fn is_current(&self, _: &Digest, _: UnixTime, _: u64) -> bool {
        false
    }

    fn revokes(&self, _: &Digest, _: Revocable<'_>) -> bool {
        false
    }
}

impl<T: Revocations + ?Sized> Revocations for &T {
    fn is_current(&self, issuer: &Digest, now: UnixTime, skew: u64) -> bool {
        (**self).is_current(issuer, now, skew)
    }

    fn revokes(&self, issuer: &Digest, what: Revocable<'_>) -> bool {
        (**self).revokes(issuer, what)
    }
}
