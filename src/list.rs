//! Revocation lists: what an issuer revoked, numbered and signed (token.md §4.5).

use crate::cbor::{Cursor, Set};
use crate::cose::{Envelope, Seal};
use crate::digest::Digest;
use crate::error::{Error, ErrorKind, Part};
use crate::identifier;
use crate::labels::{self, claim, ours};
use crate::signature::Signature;
use crate::time::{UnixTime, Window};

/// A well-formed revocation list. Its signature is not checked, and nobody said yet that its issuer may revoke anything.
#[derive(Clone, Copy, Debug)]
pub struct RevocationList<'a> {
    issuer: Digest,
    digest: Digest,
    signature: Signature<'a>,
    name: &'a str,
    window: Window,
    number: u64,
    entries: Set<'a>,
}

impl<'a> RevocationList<'a> {
    /// Reads a list that takes up all of `bytes`.
    ///
    /// # Errors
    /// Those of stage 2.
    pub fn decode(bytes: &'a [u8]) -> Result<Self, Error> {
        let mut cursor = Cursor::new(bytes, Part::RevocationList);
        let start = cursor;
        let envelope = Envelope::sign1(&mut cursor, &[labels::TYP_REVOCATION_LIST])?;
        // V220 already: `sign1` opens no COSE_Mac0.
        let Seal::Signature(signature) = envelope.seal else { return Err(start.error(ErrorKind::WrongTag)) };
        // V202
        cursor.end()?;
        let claims = Claims::read(envelope.payload_of(Part::RevocationList))?;
        let Claims { name, window, number, entries } = claims;
        Ok(Self { issuer: envelope.kid, digest: envelope.digest, signature, name, window, number, entries })
    }

    /// `kid`: the thumbprint of the issuer's key.
    #[must_use]
    pub const fn issuer(&self) -> &Digest {
        &self.issuer
    }

    /// `iss`: the issuer's name.
    #[must_use]
    pub const fn name(&self) -> &'a str {
        self.name
    }

    /// `number`: the higher one of an issuer is the newer list.
    #[must_use]
    pub const fn number(&self) -> u64 {
        self.number
    }

    /// `iat`.
    #[must_use]
    pub const fn issued(&self) -> UnixTime {
        self.window.issued()
    }

    /// `exp`, the first second in which the list is not current.
    #[must_use]
    pub const fn expires(&self) -> UnixTime {
        self.window.end()
    }

    /// What the issuer signed, and the list's name (token.md §3.2).
    #[must_use]
    pub const fn digest(&self) -> &Digest {
        &self.digest
    }

    /// The issuer's signature over the digest.
    #[must_use]
    pub const fn signature(&self) -> Signature<'a> {
        self.signature
    }

    /// How many entries there are.
    #[must_use]
    pub const fn len(&self) -> usize {
        self.entries.len()
    }

    /// Whether nothing is revoked.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.entries.len() == 0
    }

    /// What is revoked, in the order of the encodings.
    pub fn entries(&self) -> impl Iterator<Item = Entry<'a>> + use<'a> {
        self.entries.iter(Entry::read)
    }
}

/// One entry of a list.
#[derive(Clone, Copy, Debug)]
#[expect(clippy::exhaustive_enums, reason = "the kinds of token.md §4.5; another is a new version of the format")]
pub enum Entry<'a> {
    /// A link, by digest, and everything after it.
    Link(Digest),
    /// A key, by thumbprint.
    Key(Digest),
    /// A credential, by digest, and keys.
    Credential(Digest, Keys<'a>),
    /// An identifier, and keys.
    Identifier(&'a str, Keys<'a>),
    /// A consent record, by digest.
    Consent(Digest),
    /// Links of an accountable entity with `iat` before a time.
    Issued {
        /// The entity.
        accountable: &'a str,
        /// The time.
        before: UnixTime,
    },
}

impl<'a> Entry<'a> {
    fn read(cursor: &mut Cursor<'a>) -> Result<Self, Error> {
        let start = *cursor;
        // V221
        let arity = cursor.tuple(&[2, 3])?;
        let at_kind = *cursor;
        let kind = cursor.uint()?;
        let expected = match kind {
            labels::entry::LINK | labels::entry::KEY | labels::entry::CONSENT => 2,
            labels::entry::CREDENTIAL | labels::entry::IDENTIFIER | labels::entry::ACCOUNTABLE => 3,
            // V237
            _ => return Err(at_kind.error(ErrorKind::KindUnknown)),
        };
        // V221
        if arity != expected {
            return Err(start.error(ErrorKind::WrongArity));
        }
        Ok(match kind {
            labels::entry::LINK => Self::Link(cursor.digest()?),
            labels::entry::KEY => Self::Key(cursor.digest()?),
            labels::entry::CREDENTIAL => Self::Credential(cursor.digest()?, Keys::read(cursor)?),
            // Whatever a link can carry, an unvouched actor's thumbprint URI too.
            labels::entry::IDENTIFIER => Self::Identifier(identifier::read(cursor)?, Keys::read(cursor)?),
            labels::entry::CONSENT => Self::Consent(cursor.digest()?),
            _ => Self::Issued { accountable: identifier::read_vouchable(cursor)?, before: cursor.time()? },
        })
    }
}

/// Thumbprints of the keys that are revoked with a credential or identifier.
#[derive(Clone, Copy, Debug)]
pub struct Keys<'a>(Set<'a>);

impl<'a> Keys<'a> {
    /// The thumbprints, ascending.
    pub fn iter(&self) -> impl Iterator<Item = Digest> + use<'a> {
        self.0.iter(Cursor::digest)
    }

    fn read(cursor: &mut Cursor<'a>) -> Result<Self, Error> {
        // V212
        cursor.set(0, usize::MAX, |cursor| cursor.digest().map(|_| ())).map(Self)
    }
}

/// The claims set.
struct Claims<'a> {
    name: &'a str,
    window: Window,
    number: u64,
    entries: Set<'a>,
}

impl<'a> Claims<'a> {
    fn read(mut cursor: Cursor<'a>) -> Result<Self, Error> {
        let start = cursor;
        let (mut iss, mut exp, mut iat, mut own) = (None, None, None, None);
        let mut map = cursor.map()?;
        loop {
            let at = cursor;
            let Some(label) = map.label(&mut cursor)? else { break };
            match label {
                // V234, V240
                claim::ISS => iss = Some(identifier::read_vouchable(&mut cursor)?),
                claim::EXP => exp = Some(cursor.time()?),
                claim::IAT => iat = Some(cursor.time()?),
                claim::OURS => own = Some(own_claims(&mut cursor)?),
                // V230
                _ => return Err(at.error(ErrorKind::ClaimUnknown)),
            }
        }
        // V202
        cursor.end()?;
        // V231
        let (Some(name), Some(exp), Some(iat), Some((Some(number), Some(entries)))) = (iss, exp, iat, own) else {
            return Err(start.error(ErrorKind::ClaimMissing));
        };
        // V235
        let window = Window::new(iat, None, exp).ok_or(start.error(ErrorKind::WindowEmpty))?;
        Ok(Self { name, window, number, entries })
    }
}

/// `{21: number, 22: entries}`.
fn own_claims<'a>(cursor: &mut Cursor<'a>) -> Result<(Option<u64>, Option<Set<'a>>), Error> {
    let (mut number, mut entries) = (None, None);
    let mut map = cursor.map()?;
    loop {
        let at = *cursor;
        let Some(label) = map.label(cursor)? else { return Ok((number, entries)) };
        match label {
            ours::NUMBER => number = Some(cursor.uint()?),
            // V212
            ours::ENTRIES => entries = Some(cursor.set(0, usize::MAX, |cursor| Entry::read(cursor).map(|_| ()))?),
            // V230
            _ => return Err(at.error(ErrorKind::ClaimUnknown)),
        }
    }
}

#[cfg(test)]
pub(crate) mod testing;

#[cfg(test)]
mod tests;
