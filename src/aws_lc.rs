//! AWS-LC behind the two cryptographic doors: signature checks, and ECDH for MAC proofs (feature `aws-lc`).

use aws_lc_rs::agreement::{self, ECDH_P256};
use aws_lc_rs::digest;
use aws_lc_rs::signature::{ECDSA_P256_SHA256_FIXED, ParsedPublicKey};

use crate::digest::Digest;
use crate::key::{PublicKey, TrustedKey};
use crate::mac::{KeyAgreement, SharedSecret};
use crate::signature::{SignatureCheck, SignatureVerifier};

/// Checks signatures with AWS-LC, which allocates while it does.
#[derive(Clone, Copy, Debug, Default)]
#[expect(clippy::exhaustive_structs, reason = "it holds nothing")]
pub struct AwsLc;

impl SignatureVerifier for AwsLc {
    fn is_on_curve(&self, key: &PublicKey) -> bool {
        verifying_key(key).is_some()
    }

    fn verify(&self, check: &SignatureCheck<'_>) -> bool {
        let Some(key) = verifying_key(check.key) else { return false };
        let Some(digest) = prehash(check.digest) else { return false };
        key.verify_digest_sig(&digest, check.signature.as_bytes()).is_ok()
    }
}

/// 65 bytes that begin with 4 are an uncompressed point to AWS-LC and nothing else; it checks range and curve.
fn verifying_key(key: &PublicKey) -> Option<ParsedPublicKey> {
    ParsedPublicKey::new(&ECDSA_P256_SHA256_FIXED, key.to_sec1()).ok()
}

/// AWS-LC's form of a digest.
pub(crate) fn prehash(digest: &Digest) -> Option<digest::Digest> {
    digest::Digest::import_less_safe(digest.as_bytes(), &digest::SHA256).ok()
}

/// One agreement key of an audience, held by AWS-LC; wiped when dropped, never printed.
pub struct AwsLcAgreementKey {
    secret: agreement::PrivateKey,
    public: TrustedKey,
}

impl AwsLcAgreementKey {
    /// Takes the secret scalar, 32 bytes big-endian in 1..n−1; `None` if it is not.
    #[must_use]
    pub fn from_bytes(scalar: &[u8; 32]) -> Option<Self> {
        let secret = agreement::PrivateKey::from_private_key(&ECDH_P256, scalar).ok()?;
        let public = TrustedKey::new(public_key(&secret)?);
        Some(Self { secret, public })
    }

    /// The public key, for clients, and its thumbprint.
    #[must_use]
    pub const fn public(&self) -> &TrustedKey {
        &self.public
    }
}

impl KeyAgreement for AwsLcAgreementKey {
    fn agree(&self, agreement: &Digest, peer: &PublicKey) -> Option<SharedSecret> {
        if !self.has(agreement) {
            return None;
        }
        let peer = agreement::UnparsedPublicKey::new(&ECDH_P256, peer.to_sec1());
        agreement::agree(&self.secret, peer, (), |x| Ok(SharedSecret::new(x.try_into().map_err(|_| ())?))).ok()
    }

    fn has(&self, agreement: &Digest) -> bool {
        self.public.thumbprint() == agreement
    }
}

impl core::fmt::Debug for AwsLcAgreementKey {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.debug_struct("AwsLcAgreementKey").field("public", &self.public).finish_non_exhaustive()
    }
}

/// The coordinates of a secret key's public key, which AWS-LC gives as an uncompressed point.
pub(crate) fn public_key(secret: &agreement::PrivateKey) -> Option<PublicKey> {
    let point = secret.compute_public_key().ok()?;
    let ([4], coordinates) = point.as_ref().split_first_chunk()? else { return None };
    let (x, y) = coordinates.split_first_chunk()?;
    Some(PublicKey::from_coordinates(*x, y.try_into().ok()?))
}
