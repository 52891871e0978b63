//! The in-memory key of AWS-LC (feature `aws-lc`).

use core::fmt;

use aws_lc_rs::agreement::{ECDH_P256, PrivateKey};
use aws_lc_rs::error::Unspecified;
use aws_lc_rs::signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair};

use crate::aws_lc::{prehash, public_key};
use crate::digest::Digest;
use crate::issue::signer::Signer;
use crate::key::TrustedKey;

/// An in-memory P-256 key, held by AWS-LC: randomized signatures, wiped when dropped, never printed.
pub struct AwsLcSigningKey {
    secret: EcdsaKeyPair,
    public: TrustedKey,
}

impl AwsLcSigningKey {
    /// Takes the secret scalar, 32 bytes big-endian in 1..n−1; `None` if it is not.
    #[must_use]
    pub fn from_bytes(scalar: &[u8; 32]) -> Option<Self> {
        // A key pair wants both halves, and only an agreement key computes the public one.
        let public = public_key(&PrivateKey::from_private_key(&ECDH_P256, scalar).ok()?)?;
        let algorithm = &ECDSA_P256_SHA256_FIXED_SIGNING;
        let secret = EcdsaKeyPair::from_private_key_and_public_key(algorithm, scalar, &public.to_sec1()).ok()?;
        Some(Self { secret, public: TrustedKey::new(public) })
    }
}

impl Signer for AwsLcSigningKey {
    type Error = Unspecified;

    fn key(&self) -> &TrustedKey {
        &self.public
    }

    fn sign(&self, digest: &Digest) -> Result<[u8; 64], Self::Error> {
        let digest = prehash(digest).ok_or(Unspecified)?;
        self.secret.sign_digest(&digest)?.as_ref().try_into().map_err(|_| Unspecified)
    }
}

impl fmt::Debug for AwsLcSigningKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("AwsLcSigningKey").field("thumbprint", self.public.thumbprint()).finish_non_exhaustive()
    }
}
