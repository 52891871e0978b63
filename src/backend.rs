//! RustCrypto `p256` behind the two cryptographic doors: signature checks, and ECDH for MAC proofs.

use p256::ecdsa::signature::hazmat::PrehashVerifier as _;
use p256::ecdsa::{Signature, VerifyingKey};

use crate::digest::Digest;
use crate::key::{PublicKey, TrustedKey};
use crate::mac::{KeyAgreement, SharedSecret};
use crate::scrub::scrubbed;
use crate::signature::{SignatureCheck, SignatureVerifier};

/// Checks signatures with RustCrypto `p256`.
#[derive(Clone, Copy, Debug, Default)]
pub struct P256;

impl SignatureVerifier for P256 {
    fn is_on_curve(&self, key: &PublicKey) -> bool {
        verifying_key(key).is_some()
    }

    fn verify(&self, check: &SignatureCheck<'_>) -> bool {
        let Some(key) = verifying_key(check.key) else { return false };
        let Ok(signature) = Signature::from_slice(check.signature.as_bytes()) else { return false };
        key.verify_prehash(check.digest.as_bytes(), &signature).is_ok()
    }
}

fn verifying_key(key: &PublicKey) -> Option<VerifyingKey> {
    VerifyingKey::from_sec1_bytes(&key.to_sec1()).ok()
}

/// One agreement key of an audience; wiped when dropped, never printed.
pub struct AgreementKey {
    secret: p256::SecretKey,
    public: TrustedKey,
}

impl AgreementKey {
    /// Takes the secret scalar, 32 bytes big-endian in 1..n−1; `None` if it is not.
    #[must_use]
    pub fn from_bytes(scalar: &[u8; 32]) -> Option<Self> {
        scrubbed(|| {
            let secret = p256::SecretKey::from_slice(scalar).ok()?;
            let public = TrustedKey::new(public_key(&secret.public_key())?);
            Some(Self { secret, public })
        })
    }

    /// The public key, for clients, and its thumbprint.
    #[must_use]
    pub const fn public(&self) -> &TrustedKey {
        &self.public
    }

    /// ECDH with `peer`.
    pub(crate) fn shared_secret(&self, peer: &PublicKey) -> Option<SharedSecret> {
        let peer = p256::PublicKey::from_sec1_bytes(&peer.to_sec1()).ok()?;
        Some(scrubbed(|| {
            let shared = p256::ecdh::diffie_hellman(self.secret.to_nonzero_scalar(), peer.as_affine());
            SharedSecret::new((*shared.raw_secret_bytes()).into())
        }))
    }
}

impl KeyAgreement for AgreementKey {
    fn agree(&self, agreement: &Digest, peer: &PublicKey) -> Option<SharedSecret> {
        if self.has(agreement) { self.shared_secret(peer) } else { None }
    }

    fn has(&self, agreement: &Digest) -> bool {
        self.public.thumbprint() == agreement
    }
}

impl core::fmt::Debug for AgreementKey {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.debug_struct("AgreementKey").field("public", &self.public).finish_non_exhaustive()
    }
}

/// The coordinates of a RustCrypto public key.
pub(crate) fn public_key(key: &p256::PublicKey) -> Option<PublicKey> {
    use p256::elliptic_curve::sec1::ToSec1Point as _;

    let point = key.to_sec1_point(false);
    let (x, y) = (point.x()?, point.y()?);
    Some(PublicKey::from_coordinates((*x).into(), (*y).into()))
}
