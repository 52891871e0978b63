//! Who signs: any device that can sign a digest, and the in-memory key.

use core::fmt;

use p256::ecdsa::signature::hazmat::PrehashSigner as _;

use crate::backend::public_key;
use crate::digest::Digest;
use crate::error::Error;
use crate::key::TrustedKey;
use crate::link::Link;
use crate::scrub::scrubbed;
use crate::token::Token;

/// A device or key that signs SHA-256 digests with ECDSA on P-256.
pub trait Signer {
    /// What goes wrong with the device.
    type Error;

    /// The public key.
    fn key(&self) -> &TrustedKey;

    /// r‖s over the digest. s may be in either half.
    ///
    /// # Errors
    /// The device's.
    fn sign(&self, digest: &Digest) -> Result<[u8; 64], Self::Error>;
}

/// Why something was not issued.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(clippy::exhaustive_enums, reason = "either the rules or the device")]
pub enum IssueError<E> {
    /// The verifier would refuse it.
    Refused(Error),
    /// The signer failed.
    Signer(E),
}

impl<E> From<Error> for IssueError<E> {
    fn from(error: Error) -> Self {
        Self::Refused(error)
    }
}

impl<E: fmt::Display> fmt::Display for IssueError<E> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Refused(error) => error.fmt(f),
            Self::Signer(error) => write!(f, "signer: {error}"),
        }
    }
}

impl<E: fmt::Debug + fmt::Display> core::error::Error for IssueError<E> {}

/// Whether `key` can be the one that signed `link`, as far as the token shows: by a credential in it, or by the key itself.
/// A credential that the token leaves out says nothing here.
pub(super) fn check_signer(token: &Token<'_>, link: &Link<'_>, key: &TrustedKey) -> Result<(), ()> {
    let vouched = token.credentials().find(|credential| credential.digest() == link.kid());
    match (vouched, link.carried_key()) {
        (Some(credential), _) if credential.key() != *key => Err(()),
        (None, Some(carried)) if carried != *key => Err(()),
        (Some(_), _) | (None, _) => Ok(()),
    }
}

/// An in-memory P-256 key: deterministic signatures (RFC 6979), wiped when dropped, never printed.
pub struct SigningKey {
    secret: p256::ecdsa::SigningKey,
    public: TrustedKey,
}

impl SigningKey {
    /// Takes the secret scalar, 32 bytes big-endian in 1..n−1; `None` if it is not.
    #[must_use]
    pub fn from_bytes(scalar: &[u8; 32]) -> Option<Self> {
        scrubbed(|| {
            let secret = p256::ecdsa::SigningKey::from_slice(scalar).ok()?;
            let public = TrustedKey::new(public_key(&secret.verifying_key().into())?);
            Some(Self { secret, public })
        })
    }
}

impl Signer for SigningKey {
    type Error = p256::ecdsa::Error;

    fn key(&self) -> &TrustedKey {
        &self.public
    }

    fn sign(&self, digest: &Digest) -> Result<[u8; 64], Self::Error> {
        scrubbed(|| {
            let signature: p256::ecdsa::Signature = self.secret.sign_prehash(digest.as_bytes())?;
            Ok(signature.to_bytes().into())
        })
    }
}

impl fmt::Debug for SigningKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SigningKey").field("thumbprint", self.public.thumbprint()).finish_non_exhaustive()
    }
}
