//! Two-phase signing: what to sign first, the bytes after (RFC 9052 §4.4, through `coset`).

use alloc::vec::Vec;

use ciborium::Value;
use coset::{
    CborSerializable as _, CoseMac0Builder, CoseSign1, CoseSign1Builder, HeaderBuilder, TaggedCborSerializable as _,
    iana,
};

use crate::backend::P256;
use crate::digest::Digest;
use crate::error::{Error, ErrorKind, Part};
use crate::issue::encode::{encode, uint};
use crate::issue::signer::{IssueError, Signer};
use crate::key::TrustedKey;
use crate::labels;
use crate::signature::{Signature, SignatureCheck, SignatureVerifier as _};

/// An artifact that lacks only its signature.
#[derive(Clone, Debug)]
pub struct ToBeSigned {
    message: CoseSign1,
    digest: Digest,
    structure: Vec<u8>,
    key: TrustedKey,
    /// What stands before the artifact in the result: for a link, the token so far.
    prefix: Vec<u8>,
    part: Part,
}

impl ToBeSigned {
    pub(super) fn new(typ: u64, kid: &Digest, payload: &Value, key: TrustedKey, part: Part) -> Self {
        let message = CoseSign1Builder::new()
            .protected(header(iana::Algorithm::ESP256, typ, kid))
            .payload(encode(payload))
            .build();
        let structure = message.tbs_data(&[]);
        let digest = Digest::of(&[&structure]);
        Self { message, digest, structure, key, prefix: Vec::new(), part }
    }

    pub(super) fn after(self, prefix: Vec<u8>) -> Self {
        Self { prefix, ..self }
    }

    /// SHA-256 of the `Sig_structure`: for devices that sign digests. It is the artifact's name.
    #[must_use]
    pub const fn digest(&self) -> &Digest {
        &self.digest
    }

    /// The `Sig_structure`: for devices that hash themselves.
    #[must_use]
    pub fn structure(&self) -> &[u8] {
        &self.structure
    }

    /// The key whose signature is expected.
    #[must_use]
    pub const fn key(&self) -> &TrustedKey {
        &self.key
    }

    /// The artifact, or for a link the whole token, with this signature (r‖s). s is brought into its lower half.
    ///
    /// # Errors
    /// [`ErrorKind::SignatureRange`], or [`ErrorKind::SignatureInvalid`] if it is not a signature of the expected key
    /// over this digest.
    pub fn assemble(self, signature: [u8; 64]) -> Result<Vec<u8>, Error> {
        let refuse = |kind| Error::new(kind, self.part);
        let signature = lower_half(signature).ok_or(refuse(ErrorKind::SignatureRange))?;
        let signed = Signature::new(&signature).map_err(refuse)?;
        if !P256.verify(&SignatureCheck::new(self.key.key(), &self.digest, signed)) {
            return Err(refuse(ErrorKind::SignatureInvalid));
        }
        Ok(self.finish(signature))
    }

    /// Signs and assembles.
    ///
    /// # Errors
    /// The signer's, and those of [`assemble`](Self::assemble).
    pub fn sign<S: Signer>(self, signer: &S) -> Result<Vec<u8>, IssueError<S::Error>> {
        let signature = signer.sign(&self.digest).map_err(IssueError::Signer)?;
        Ok(self.assemble(signature)?)
    }

    /// The bytes as they will be, under a signature that is well-formed and nothing more: for the reader to check.
    pub(super) fn draft(&self) -> Vec<u8> {
        let mut signature = [0; 64];
        signature[31] = 1;
        signature[63] = 1;
        self.clone().finish(signature)
    }

    fn finish(self, signature: [u8; 64]) -> Vec<u8> {
        let Self { mut message, prefix: mut bytes, .. } = self;
        message.signature = signature.into();
        bytes.extend(message.to_tagged_vec().unwrap_or_default());
        bytes
    }
}

/// A COSE_Mac0 message; `tag` makes the tag of its parts.
pub(super) fn mac0(typ: u64, kid: &Digest, payload: &Value, tag: impl FnOnce(&[u8], &[u8]) -> Vec<u8>) -> Vec<u8> {
    let protected = header(iana::Algorithm::HMAC_256_256, typ, kid);
    let protected_bytes = protected.clone().to_vec().unwrap_or_default();
    let message = CoseMac0Builder::new()
        .protected(protected)
        .payload(encode(payload))
        .create_tag(&[], |structure| tag(&protected_bytes, structure))
        .build();
    message.to_tagged_vec().unwrap_or_default()
}

/// `{1: alg, 4: kid, 16: typ}`
fn header(algorithm: iana::Algorithm, typ: u64, kid: &Digest) -> coset::Header {
    HeaderBuilder::new().algorithm(algorithm).key_id(kid.as_bytes().to_vec()).value(labels::TYP, uint(typ)).build()
}

/// r‖s with s ≤ ⌊n/2⌋; `None` if r or s is outside 1..n−1. HSMs and TPMs emit the other half as often as not.
fn lower_half(signature: [u8; 64]) -> Option<[u8; 64]> {
    let signature = p256::ecdsa::Signature::from_slice(&signature).ok()?;
    Some(signature.normalize_s().to_bytes().into())
}
