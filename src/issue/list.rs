//! Revocation lists in the making.

use alloc::vec::Vec;

use ciborium::Value;

use crate::digest::Digest;
use crate::error::{Error, Part};
use crate::issue::encode::{self, Claims, digest, text, time, uint};
use crate::issue::envelope::ToBeSigned;
use crate::issue::signer::{IssueError, Signer};
use crate::key::TrustedKey;
use crate::labels::{self, claim, entry, ours};
use crate::list::RevocationList;
use crate::time::UnixTime;

/// A revocation list in the making. A list replaces the one before: it states everything that is revoked.
#[derive(Clone, Debug)]
#[must_use]
pub struct RevocationListBuilder {
    issuer: (TrustedKey, Value),
    number: u64,
    window: (UnixTime, UnixTime),
    entries: Vec<Value>,
}

impl RevocationListBuilder {
    /// List `number` of the issuer with this key and name, current for [issued, expires). Numbers only rise.
    pub fn new(issuer: (TrustedKey, &str), number: u64, window: (UnixTime, UnixTime)) -> Self {
        let (key, name) = issuer;
        Self { issuer: (key, text(name)), number, window, entries: Vec::new() }
    }

    /// A link, and everything after it. Its actor can make a sibling: revoke the key as well where that matters.
    pub fn link(self, link: &Digest) -> Self {
        self.entry(entry::LINK, [digest(link)])
    }

    /// A key, by thumbprint.
    pub fn key(self, thumbprint: &Digest) -> Self {
        self.entry(entry::KEY, [digest(thumbprint)])
    }

    /// A credential, and these keys with it, so that nobody continues unvouched under them.
    pub fn credential(self, credential: &Digest, keys: &[Digest]) -> Self {
        self.entry(entry::CREDENTIAL, [digest(credential), encode::set(keys.iter().map(digest))])
    }

    /// An identifier, and these keys with it.
    pub fn identifier(self, identifier: &str, keys: &[Digest]) -> Self {
        self.entry(entry::IDENTIFIER, [text(identifier), encode::set(keys.iter().map(digest))])
    }

    /// A consent record, by digest.
    pub fn consent(self, consent: &Digest) -> Self {
        self.entry(entry::CONSENT, [digest(consent)])
    }

    /// Links of an accountable entity that were issued before a time.
    pub fn issued_before(self, accountable: &str, before: UnixTime) -> Self {
        self.entry(entry::ACCOUNTABLE, [text(accountable), time(before)])
    }

    /// The finished claims.
    ///
    /// # Errors
    /// Those of stage 2.
    pub fn to_be_signed(self) -> Result<ToBeSigned, Error> {
        let (key, name) = self.issuer;
        let (issued, expires) = self.window;
        let own = Claims::default().set(ours::NUMBER, uint(self.number)).set(ours::ENTRIES, encode::set(self.entries));
        let payload = Claims::default()
            .set(claim::ISS, name)
            .set(claim::EXP, time(expires))
            .set(claim::IAT, time(issued))
            .set(claim::OURS, own.value())
            .value();
        let kid = *key.thumbprint();
        let signable = ToBeSigned::new(labels::TYP_REVOCATION_LIST, &kid, &payload, key, Part::RevocationList);
        RevocationList::decode(&signable.draft())?;
        Ok(signable)
    }

    /// Signs in one call.
    ///
    /// # Errors
    /// Those of [`to_be_signed`](Self::to_be_signed), and the signer's.
    pub fn sign<S: Signer>(self, signer: &S) -> Result<Vec<u8>, IssueError<S::Error>> {
        self.to_be_signed()?.sign(signer)
    }

    fn entry<const N: usize>(mut self, kind: u64, values: [Value; N]) -> Self {
        self.entries.push(Value::Array(core::iter::once(uint(kind)).chain(values).collect()));
        self
    }
}
