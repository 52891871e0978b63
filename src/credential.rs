//! Credentials: an attester's statement about the holder of a key (token.md §4.2).

use crate::cbor::{Cursor, Read, Span};
use crate::cose::{Opened, Signed};
use crate::digest::Digest;
use crate::error::{Error, ErrorKind, Part};
use crate::facts::{Facts, packed};
use crate::identifier;
use crate::key::{KeySpan, PublicKey, TrustedKey};
use crate::labels::{self, claim, ours};
use crate::property::{Properties, Property};
use crate::time::Window;

/// A well-formed credential. Whether its attester may say so is another matter: see the verifier.
#[derive(Clone, Copy, Debug)]
pub struct Credential<'a> {
    signed: Signed<'a>,
    found: Found,
}

packed! {
    /// What was found out about the bytes of a credential, and where its claims stand in them.
    #[derive(Clone, Copy, Debug)]
    struct Found {
        window: Window,
        /// Of the key in `cnf`.
        thumbprint: Digest,
        key: KeySpan,
        attester: Span,
        subject: Span,
        nonce: Span,
        accountable: Span,
        roles: Span,
        properties: Span,
    }
}

impl<'a> Credential<'a> {
    /// The credential whose bytes were decoded before.
    pub(crate) fn recalled(signed: Signed<'a>, facts: &Facts) -> Self {
        Self { signed, found: facts.get() }
    }

    /// What was found out about its bytes.
    pub(crate) fn facts(&self) -> Facts {
        Facts::of(&self.found)
    }

    /// Decodes a whole byte string as one credential. Its signature is not checked.
    ///
    /// # Errors
    /// Those of stage 2.
    pub fn decode(bytes: &'a [u8]) -> Result<Self, Error> {
        let read = || {
            let mut cursor = Cursor::new(bytes);
            let item = cursor;
            let opened = Opened::sign1(&mut cursor, &[labels::TYP_CREDENTIAL])?;
            cursor.end()?;
            Self::read(opened, &item)
        };
        read().map_err(|fault| fault.within(Part::Credential(0)))
    }

    /// SHA-256 of its `Sig_structure`: its name.
    #[must_use]
    pub const fn digest(&self) -> &Digest {
        &self.signed.digest
    }

    /// Thumbprint of the attester's key, its `kid`.
    #[must_use]
    pub const fn attester_key(&self) -> &Digest {
        &self.signed.kid
    }

    /// Its encoded bytes.
    #[must_use]
    pub const fn encoded(&self) -> &'a [u8] {
        self.signed.encoded
    }

    pub(crate) const fn signed(&self) -> &Signed<'a> {
        &self.signed
    }

    /// The attester's name, `iss`.
    #[must_use]
    pub fn attester(&self) -> &'a str {
        self.found.attester.text(self.encoded()).unwrap_or_default()
    }

    /// The bytes of the attester's name.
    #[inline]
    pub(crate) fn attester_bytes(&self) -> &'a [u8] {
        self.found.attester.of(self.encoded()).unwrap_or_default()
    }

    /// The actor's identifier, `sub`.
    #[must_use]
    pub fn subject(&self) -> &'a str {
        self.found.subject.text(self.encoded()).unwrap_or_default()
    }

    /// The bytes of the actor's identifier.
    #[inline]
    pub(crate) fn subject_bytes(&self) -> &'a [u8] {
        self.found.subject.of(self.encoded()).unwrap_or_default()
    }

    /// When it holds.
    #[must_use]
    pub const fn window(&self) -> &Window {
        &self.found.window
    }

    /// The actor's key, `cnf`.
    #[must_use]
    pub fn key(&self) -> TrustedKey {
        let key = self.found.key.key(self.encoded()).unwrap_or(PublicKey::from_coordinates([0; 32], [0; 32]));
        TrustedKey::known(key, self.found.thumbprint)
    }

    /// Thumbprint of the actor's key.
    pub(crate) const fn thumbprint(&self) -> &Digest {
        &self.found.thumbprint
    }

    /// `eat_nonce`.
    #[must_use]
    pub fn nonce(&self) -> Option<&'a [u8]> {
        self.found.nonce.of(self.encoded())
    }

    /// The entity answerable for the actor.
    #[must_use]
    pub fn accountable(&self) -> &'a str {
        self.found.accountable.text(self.encoded()).unwrap_or_default()
    }

    /// The bytes of the entity.
    #[inline]
    pub(crate) fn accountable_bytes(&self) -> &'a [u8] {
        self.found.accountable.of(self.encoded()).unwrap_or_default()
    }

    /// Roles the actor may act in, in the order of their encodings.
    pub fn roles(&self) -> impl Iterator<Item = &'a str> + use<'a> {
        self.found.roles.set(self.encoded()).iter(identifier::read_name)
    }

    /// The bytes of the roles.
    #[inline]
    pub(crate) fn role_bytes(&self) -> impl Iterator<Item = &'a [u8]> + use<'a> {
        self.found.roles.set(self.encoded()).iter(Cursor::text_bytes)
    }

    /// What was proven of the runtime.
    pub fn properties(&self) -> impl Iterator<Item = (&'a str, Property<'a>)> + use<'a> {
        self.stated().map(|(name, value)| (core::str::from_utf8(name).unwrap_or_default(), value))
    }

    /// The same, names as bytes.
    #[inline]
    pub(crate) fn stated(&self) -> impl Iterator<Item = (&'a [u8], Property<'a>)> + use<'a> {
        Properties(self.found.properties.of(self.encoded()).unwrap_or_default()).iter()
    }

    /// Reads the claims set of an opened envelope that began at `item`.
    pub(crate) fn read(opened: Opened<'a>, item: &Cursor<'a>) -> Read<Self> {
        let mut cursor = opened.payload;
        let start = cursor;
        let (mut iss, mut sub, mut exp, mut nbf, mut iat) = (None, None, None, None, None);
        let (mut cnf, mut nonce, mut ours) = (None, Span::default(), None);
        let mut map = cursor.map()?;
        loop {
            let at = cursor;
            let Some(label) = map.label(&mut cursor)? else { break };
            match label {
                claim::ISS => iss = Some(cursor.text_span(item, identifier::read_vouchable)?),
                claim::SUB => sub = Some(cursor.text_span(item, identifier::read_vouchable)?),
                claim::EXP => exp = Some(cursor.time()?),
                claim::NBF => nbf = Some(cursor.time()?),
                claim::IAT => iat = Some(cursor.time()?),
                claim::CNF => cnf = Some((at, KeySpan::read_cnf(&mut cursor, item)?)),
                claim::EAT_NONCE => {
                    let bytes = cursor.bytes_within(8, 64)?;
                    nonce = cursor.span(item, bytes);
                }
                claim::OURS => ours = Some((cursor, Ours::read(&mut cursor, item)?)),
                _ => return Err(at.fault(ErrorKind::ClaimUnknown)),
            }
        }
        cursor.end()?;
        let missing = || start.fault(ErrorKind::ClaimMissing);
        let (Some(attester), Some(subject), Some(exp), Some(iat), Some((cnf_at, key)), Some((ours_at, ours))) =
            (iss, sub, exp, iat, cnf, ours)
        else {
            return Err(missing());
        };
        let window = Window::new(iat, nbf, exp).ok_or_else(|| start.fault(ErrorKind::WindowEmpty))?;
        let thumbprint = key.key(opened.signed.encoded).ok_or_else(missing)?.thumbprint();
        // V244
        if thumbprint == opened.signed.kid {
            return Err(cnf_at.fault(ErrorKind::CredentialSelfIssued));
        }
        let Ours { accountable, roles, properties } = ours;
        if !accountable.is_some() {
            return Err(ours_at.fault(ErrorKind::ClaimMissing));
        }
        let found = Found { window, thumbprint, key, attester, subject, nonce, accountable, roles, properties };
        Ok(Self { signed: opened.signed, found })
    }
}

/// The map under −65537.
#[derive(Debug, Default)]
struct Ours {
    accountable: Span,
    roles: Span,
    properties: Span,
}

impl Ours {
    fn read<'a>(cursor: &mut Cursor<'a>, item: &Cursor<'a>) -> Read<Self> {
        let mut claims = Self::default();
        let mut map = cursor.map()?;
        loop {
            let at = *cursor;
            let Some(label) = map.label(cursor)? else { return Ok(claims) };
            match label {
                ours::ACCOUNTABLE => claims.accountable = cursor.text_span(item, identifier::read_vouchable)?,
                ours::ROLES => {
                    let roles = cursor.set(1, 16, |cursor| identifier::read_name(cursor).map(|_| ()))?;
                    claims.roles = cursor.span(item, roles.elements());
                }
                ours::PROPS => {
                    let properties = Properties::read(cursor)?;
                    claims.properties = cursor.span(item, properties.0);
                }
                _ => return Err(at.fault(ErrorKind::ClaimUnknown)),
            }
        }
    }
}
