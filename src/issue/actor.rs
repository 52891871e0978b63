//! Who is about to sign a link: with which key, vouched for by whom.

use alloc::borrow::ToOwned as _;
use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;

use base64ct::{Base64UrlUnpadded, Encoding as _};

use crate::credential::Credential;
use crate::digest::Digest;
use crate::error::Error;
use crate::key::TrustedKey;
use crate::labels;

/// The actor of a link to be.
#[derive(Clone, Debug)]
#[must_use]
pub struct Actor {
    pub(super) key: TrustedKey,
    pub(super) kid: Digest,
    pub(super) identifier: String,
    pub(super) role: Option<String>,
    pub(super) vouched_by: Option<Vouch>,
    pub(super) also: Vec<Vouch>,
    pub(super) outlive: u64,
}

/// A credential to name.
#[derive(Clone, Debug)]
pub(super) struct Vouch {
    pub(super) encoded: Vec<u8>,
    pub(super) digest: Digest,
    pub(super) inline: bool,
}

impl Actor {
    /// The actor for whom this encoded credential speaks, acting in one of its roles. The token will carry it.
    ///
    /// # Errors
    /// Those of stage 2.
    pub fn vouched(credential: &[u8], role: &str) -> Result<Self, Error> {
        let view = Credential::decode(credential)?;
        Ok(Self {
            key: view.key(),
            kid: *view.digest(),
            identifier: view.subject().to_owned(),
            role: Some(role.to_owned()),
            vouched_by: Some(Vouch::new(credential, true)?),
            also: Vec::new(),
            outlive: 0,
        })
    }

    /// The holder of an identity origin's key, with the identifier and role that its anchor states.
    pub fn origin(key: TrustedKey, identifier: &str, role: &str) -> Self {
        Self::keyed(key, identifier.to_owned(), Some(role.to_owned()))
    }

    /// The holder of a key that the verifier pins.
    pub fn pinned(key: TrustedKey, identifier: &str, role: &str) -> Self {
        Self::keyed(key, identifier.to_owned(), Some(role.to_owned()))
    }

    /// The holder of a key for whom nobody speaks. Its identifier is the key's thumbprint URI, and it has no role.
    pub fn unvouched(key: TrustedKey) -> Self {
        Self::keyed(key, thumbprint_uri(key.thumbprint()), None)
    }

    /// Names a further credential of the same key and identifier, which contributes properties.
    ///
    /// # Errors
    /// Those of stage 2.
    pub fn also(mut self, credential: &[u8]) -> Result<Self, Error> {
        self.also.push(Vouch::new(credential, true)?);
        self.also.sort_by_key(|vouch| vouch.digest);
        self.also.dedup_by_key(|vouch| vouch.digest);
        Ok(self)
    }

    /// Names its credentials without putting them into the token: the verifier knows them.
    pub fn by_reference(mut self) -> Self {
        for vouch in self.vouched_by.iter_mut().chain(&mut self.also) {
            vouch.inline = false;
        }
        self
    }

    /// Seconds by which the attester lets links outlive its credentials.
    pub const fn outlive(mut self, seconds: u64) -> Self {
        self.outlive = seconds;
        self
    }

    /// The identifier its links will carry.
    #[must_use]
    pub fn identifier(&self) -> &str {
        &self.identifier
    }

    pub(super) fn is_unvouched(&self) -> bool {
        self.role.is_none()
    }

    pub(super) fn credentials(&self) -> impl Iterator<Item = &Vouch> {
        self.vouched_by.iter().chain(&self.also)
    }

    fn keyed(key: TrustedKey, identifier: String, role: Option<String>) -> Self {
        let kid = *key.thumbprint();
        Self { key, kid, identifier, role, vouched_by: None, also: Vec::new(), outlive: 0 }
    }
}

impl Vouch {
    fn new(encoded: &[u8], inline: bool) -> Result<Self, Error> {
        Ok(Self { digest: *Credential::decode(encoded)?.digest(), encoded: encoded.to_vec(), inline })
    }
}

/// RFC 9679 §5.7
fn thumbprint_uri(thumbprint: &Digest) -> String {
    let mut buffer = [0; 43];
    let encoded = Base64UrlUnpadded::encode(thumbprint.as_bytes(), &mut buffer).unwrap_or_default();
    format!("{}{encoded}", labels::THUMBPRINT_URI)
}
