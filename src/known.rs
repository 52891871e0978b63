//! Known credentials: given to the verifier beforehand, each with its signature checked once (token.md §7.5).

#[cfg(feature = "alloc")]
use alloc::{boxed::Box, collections::BTreeMap, vec::Vec};

#[cfg(feature = "alloc")]
use crate::cose::Signed;
use crate::credential::Credential;
use crate::digest::Digest;
use crate::error::{Error, ErrorKind, Part};
#[cfg(feature = "alloc")]
use crate::facts::Facts;
use crate::remit::check_remit;
use crate::signature::{SignatureCheck, SignatureVerifier};
use crate::trust::Trust;

/// Where a verifier looks up credentials that a token names and does not carry.
pub trait CredentialSource {
    /// The credential with this digest.
    fn get(&self, digest: &Digest) -> Option<Known<'_>>;
}

/// A credential whose attester's signature was verified. Only [`Known::take_in`] makes one.
#[derive(Clone, Copy, Debug)]
pub struct Known<'a> {
    credential: Credential<'a>,
}

impl<'a> Known<'a> {
    /// Decodes a credential and checks it against its attester, signature included.
    ///
    /// Trust may change afterwards: every rule but the signature is checked again at each call.
    ///
    /// # Errors
    /// Those of stage 2, V601–V606, V1201, V1202.
    pub fn take_in(bytes: &'a [u8], trust: &Trust<'_>, signatures: &impl SignatureVerifier) -> Result<Self, Error> {
        let refuse = |kind| Error::new(kind, Part::Credential(0));
        let credential = Credential::decode(bytes)?;
        let attester = check_remit(&credential, trust).map_err(refuse)?;
        // V1201
        if ![attester.key.key(), credential.key().key()].iter().all(|key| signatures.is_on_curve(key)) {
            return Err(refuse(ErrorKind::KeyOffCurve));
        }
        // V1202
        let check = SignatureCheck::new(attester.key.key(), credential.digest(), credential.signed().signature);
        if signatures.verify(&check) { Ok(Self { credential }) } else { Err(refuse(ErrorKind::SignatureInvalid)) }
    }

    /// The credential.
    #[must_use]
    pub const fn credential(&self) -> &Credential<'a> {
        &self.credential
    }
}

/// No known credentials: tokens carry all of theirs inline.
impl CredentialSource for () {
    fn get(&self, _: &Digest) -> Option<Known<'_>> {
        None
    }
}

impl CredentialSource for [Known<'_>] {
    fn get(&self, digest: &Digest) -> Option<Known<'_>> {
        self.iter().find(|known| known.credential.digest() == digest).copied()
    }
}

impl<T: CredentialSource + ?Sized> CredentialSource for &T {
    fn get(&self, digest: &Digest) -> Option<Known<'_>> {
        (**self).get(digest)
    }
}

/// An owned set of known credentials, decoded once.
#[cfg(feature = "alloc")]
#[derive(Clone, Debug, Default)]
pub struct KnownCredentials {
    // What lies here passed `Known::take_in` and never changes.
    taken: BTreeMap<Digest, (Box<[u8]>, Facts)>,
}

#[cfg(feature = "alloc")]
impl KnownCredentials {
    /// No credentials.
    #[must_use]
    pub const fn new() -> Self {
        Self { taken: BTreeMap::new() }
    }

    /// Takes in one credential; see [`Known::take_in`]. Returns its digest.
    ///
    /// # Errors
    /// Those of [`Known::take_in`].
    pub fn take_in(
        &mut self,
        bytes: impl Into<Vec<u8>>,
        trust: &Trust<'_>,
        signatures: &impl SignatureVerifier,
    ) -> Result<Digest, Error> {
        let bytes: Vec<u8> = bytes.into();
        let known = Known::take_in(&bytes, trust, signatures)?;
        let (digest, facts) = (*known.credential.digest(), known.credential.facts());
        self.taken.insert(digest, (bytes.into_boxed_slice(), facts));
        Ok(digest)
    }

    /// Forgets one; whether it was there.
    pub fn forget(&mut self, digest: &Digest) -> bool {
        self.taken.remove(digest).is_some()
    }

    /// How many there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.taken.len()
    }

    /// Whether there are none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.taken.is_empty()
    }
}

#[cfg(feature = "alloc")]
impl CredentialSource for KnownCredentials {
    fn get(&self, digest: &Digest) -> Option<Known<'_>> {
        let (encoded, facts) = self.taken.get(digest)?;
        let signed = Signed::recalled(encoded, *digest)?;
        Some(Known { credential: Credential::recalled(signed, facts) })
    }
}
