//! ECDSA signatures as bytes, and the door through which their checking comes in.

use crate::digest::{Digest, words};
use crate::error::ErrorKind;
use crate::facts::Facts;
use crate::key::PublicKey;

/// r‖s with both in 1..n−1 and s ≤ ⌊n/2⌋ (token.md §2.4); anything else is no `Signature`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Signature<'a>(&'a [u8; 64]);

impl<'a> Signature<'a> {
    /// Checks length, ranges and the lower half (V227, V228, V229).
    ///
    /// # Errors
    /// [`ErrorKind::SignatureLength`], [`ErrorKind::SignatureRange`], [`ErrorKind::SignatureHighS`].
    pub fn new(bytes: &'a [u8]) -> Result<Self, ErrorKind> {
        let bytes: &[u8; 64] = bytes.try_into().map_err(|_| ErrorKind::SignatureLength)?;
        let [a, b, c, d, e, f, g, h] = words::<8>(bytes).map(u64::from_be);
        let (r, s) = ([a, b, c, d], [e, f, g, h]);
        if [r, s].iter().any(|number| *number == [0; 4] || *number >= ORDER) {
            return Err(ErrorKind::SignatureRange);
        }
        if s > HALF_ORDER {
            return Err(ErrorKind::SignatureHighS);
        }
        Ok(Self(bytes))
    }

    /// r‖s.
    #[must_use]
    pub const fn as_bytes(&self) -> &'a [u8; 64] {
        self.0
    }
}

/// One signature to check: this signature, over this digest, under this key.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub struct SignatureCheck<'a> {
    /// The key.
    pub key: &'a PublicKey,
    /// The SHA-256 digest that was signed.
    pub digest: &'a Digest,
    /// The signature.
    pub signature: Signature<'a>,
}

impl<'a> SignatureCheck<'a> {
    /// `signature` over `digest` under `key`.
    #[must_use]
    pub const fn new(key: &'a PublicKey, digest: &'a Digest, signature: Signature<'a>) -> Self {
        Self { key, digest, signature }
    }
}

/// Checks P-256 ECDSA signatures over prehashed messages. All inputs are public.
///
/// An implementation answers yes or no and keeps no verdict but "this signature over this digest under this key is valid".
pub trait SignatureVerifier {
    /// Whether the coordinates are those of a point of P-256 (each below p, on the curve).
    fn is_on_curve(&self, key: &PublicKey) -> bool;

    /// Whether the signature is valid. A key that is not on the curve verifies nothing.
    fn verify(&self, check: &SignatureCheck<'_>) -> bool;

    /// Checks all of a token's signatures, each on its own.
    ///
    /// # Errors
    /// The index of the first that is not valid.
    fn verify_all(&self, checks: &[SignatureCheck<'_>]) -> Result<(), usize> {
        match checks.iter().position(|check| !self.verify(check)) {
            Some(index) => Err(index),
            None => Ok(()),
        }
    }

    /// Whether the signature was [`remember`](Self::remember)ed: exactly this one, over this digest, under the key with this thumbprint.
    fn knows(&self, digest: &Digest, signature: Signature<'_>, key: &Digest) -> bool {
        let _ = (digest, signature, key);
        false
    }

    /// What decoding found out about the artifact of this digest, if it was [`remember`](Self::remember)ed.
    fn recall(&self, digest: &Digest) -> Option<Facts> {
        let _ = digest;
        None
    }

    /// A signature that was found valid under the key with this thumbprint, of an artifact in a token all of whose signatures are.
    /// A cache keeps exactly these (`SignatureCache`).
    fn remember(&self, digest: &Digest, signature: Signature<'_>, key: &Digest, facts: &Facts) {
        let _ = (digest, signature, key, facts);
    }
}

impl<T: SignatureVerifier + ?Sized> SignatureVerifier for &T {
    fn is_on_curve(&self, key: &PublicKey) -> bool {
        (**self).is_on_curve(key)
    }

    fn verify(&self, check: &SignatureCheck<'_>) -> bool {
        (**self).verify(check)
    }

    fn verify_all(&self, checks: &[SignatureCheck<'_>]) -> Result<(), usize> {
        (**self).verify_all(checks)
    }

    fn knows(&self, digest: &Digest, signature: Signature<'_>, key: &Digest) -> bool {
        (**self).knows(digest, signature, key)
    }

    fn recall(&self, digest: &Digest) -> Option<Facts> {
        (**self).recall(digest)
    }

    fn remember(&self, digest: &Digest, signature: Signature<'_>, key: &Digest, facts: &Facts) {
        (**self).remember(digest, signature, key, facts);
    }
}

/// n, the order of the base point (SEC 2 §2.4.2), its most significant part first.
const ORDER: [u64; 4] = [0xffff_ffff_0000_0000, 0xffff_ffff_ffff_ffff, 0xbce6_faad_a717_9e84, 0xf3b9_cac2_fc63_2551];

/// ⌊n/2⌋.
const HALF_ORDER: [u64; 4] =
    [0x7fff_ffff_8000_0000, 0x7fff_ffff_ffff_ffff, 0xde73_7d56_d38b_cf42, 0x79dc_e561_7e31_92a8];
