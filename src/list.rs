//! Revocation lists: what an issuer revoked, numbered and signed (token.md §4.5).

use crate::cbor::{Cursor, Read, Set};
use crate::cose::Opened;
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
    len: usize,
    entries: Set<'a>,
}

impl<'a> RevocationList<'a> {
    /// Reads a list that takes up all of `bytes`.
    ///
    /// # Errors
    /// Those of stage 2.
    pub fn decode(bytes: &'a [u8]) -> Result<Self, Error> {
        let read = || {
            let mut cursor = Cursor::new(bytes);
            let opened = Opened::sign1(&mut cursor, &[labels::TYP_REVOCATION_LIST])?;
            // V202
            cursor.end()?;
            Self::read(opened)
        };
        read().map_err(|fault| fault.within(Part::RevocationList))
    }

    /// Reads the claims set of an opened envelope.
    fn read(opened: Opened<'a>) -> Read<Self> {
        let mut cursor = opened.payload;
        let start = cursor;
        let (mut iss, mut exp, mut iat, mut ours) = (None, None, None, None);
        let mut map = cursor.map()?;
        loop {
            let at = cursor;
            let Some(label) = map.label(&mut cursor)? else { break };
            match label {
                // V234, V240
                claim::ISS => iss = Some(identifier::read_vouchable(&mut cursor)?),
                claim::EXP => exp = Some(cursor.time()?),
                claim::IAT => iat = Some(cursor.time()?),
                claim::OURS => ours = Some((cursor, Ours::read(&mut cursor)?)),
                // V230
                _ => return Err(at.fault(ErrorKind::ClaimUnknown)),
            }
        }
        // V202
        cursor.end()?;
        // V231: at the map that lacks it
        let (Some(name), Some(exp), Some(iat), Some((ours_at, ours))) = (iss, exp, iat, ours) else {
            return Err(start.fault(ErrorKind::ClaimMissing));
        };
        let Ours { number: Some(number), len, entries: Some(entries) } = ours else {
            return Err(ours_at.fault(ErrorKind::ClaimMissing));
        };
        // V235
        let window = Window::new(iat, None, exp).ok_or_else(|| start.fault(ErrorKind::WindowEmpty))?;
        let signed = opened.signed;
        let (issuer, digest, signature) = (signed.kid, signed.digest, signed.signature);
        Ok(Self { issuer, digest, signature, name, window, number, len, entries })
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
        self.len
    }

    /// Whether nothing is revoked.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.len == 0
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
    fn read(cursor: &mut Cursor<'a>) -> Read<Self> {
        let start = *cursor;
        // V221
        let arity = cursor.tuple(&[2, 3])?;
        let at_kind = *cursor;
        let kind = cursor.uint()?;
        let expected = match kind {
            labels::entry::LINK | labels::entry::KEY | labels::entry::CONSENT => 2,
            labels::entry::CREDENTIAL | labels::entry::IDENTIFIER | labels::entry::ACCOUNTABLE => 3,
            // V237
            _ => return Err(at_kind.fault(ErrorKind::KindUnknown)),
        };
        // V221
        if arity != expected {
            return Err(start.fault(ErrorKind::WrongArity));
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

    fn read(cursor: &mut Cursor<'a>) -> Read<Self> {
        // V212
        cursor.set(0, usize::MAX, |cursor| cursor.digest().map(|_| ())).map(Self)
    }
}

/// The map under −65537.
#[derive(Default)]
struct Ours<'a> {
    number: Option<u64>,
    len: usize,
    entries: Option<Set<'a>>,
}

impl<'a> Ours<'a> {
    fn read(cursor: &mut Cursor<'a>) -> Read<Self> {
        let mut claims = Self::default();
        let mut map = cursor.map()?;
        loop {
            let at = *cursor;
            let Some(label) = map.label(cursor)? else { return Ok(claims) };
            match label {
                ours::NUMBER => claims.number = Some(cursor.uint()?),
                ours::ENTRIES => {
                    let len = &mut claims.len;
                    // V212
                    claims.entries = Some(cursor.set(0, usize::MAX, |cursor| {
                        *len = len.saturating_add(1);
                        Entry::read(cursor).map(|_| ())
                    })?);
                }
                // V230
                _ => return Err(at.fault(ErrorKind::ClaimUnknown)),
            }
        }
    }
}

#[cfg(test)]
pub(crate) mod testing;

#[cfg(test)]
mod tests;
