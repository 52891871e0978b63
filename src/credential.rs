//! Credentials: an attester's statement about the holder of a key (token.md §4.2).

use crate::cbor::{Cursor, Set};
use crate::cose::{Envelope, Seal};
use crate::digest::Digest;
use crate::error::{Error, ErrorKind, Part};
use crate::identifier;
use crate::key::{PublicKey, TrustedKey};
use crate::labels::{self, claim, ours};
use crate::property::Properties;
use crate::time::Window;

/// A well-formed credential. Whether its attester may say so is another matter: see the verifier.
#[derive(Clone, Copy, Debug)]
pub struct Credential<'a> {
    envelope: Envelope<'a>,
    attester: &'a str,
    subject: &'a str,
    window: Window,
    key: TrustedKey,
    nonce: Option<&'a [u8]>,
    accountable: &'a str,
    roles: Option<Set<'a>>,
    properties: Option<Properties<'a>>,
}

impl<'a> Credential<'a> {
    /// Decodes a whole byte string as one credential. Its signature is not checked.
    ///
    /// # Errors
    /// Those of stage 2.
    pub fn decode(bytes: &'a [u8]) -> Result<Self, Error> {
        let part = Part::Credential(0);
        let mut cursor = Cursor::new(bytes, part);
        let envelope = Envelope::sign1(&mut cursor, &[labels::TYP_CREDENTIAL])?;
        cursor.end()?;
        Self::read(envelope, part)
    }

    /// SHA-256 of its `Sig_structure`: its name.
    #[must_use]
    pub const fn digest(&self) -> &Digest {
        &self.envelope.digest
    }

    /// Thumbprint of the attester's key, its `kid`.
    #[must_use]
    pub const fn attester_key(&self) -> &Digest {
        &self.envelope.kid
    }

    /// Its encoded bytes.
    #[must_use]
    pub const fn encoded(&self) -> &'a [u8] {
        self.envelope.encoded
    }

    /// The attester's name, `iss`.
    #[must_use]
    pub const fn attester(&self) -> &'a str {
        self.attester
    }

    /// The actor's identifier, `sub`.
    #[must_use]
    pub const fn subject(&self) -> &'a str {
        self.subject
    }

    /// When it holds.
    #[must_use]
    pub const fn window(&self) -> &Window {
        &self.window
    }

    /// The actor's key, `cnf`.
    #[must_use]
    pub const fn key(&self) -> &TrustedKey {
        &self.key
    }

    /// The attester's signature.
    pub(crate) const fn seal(&self) -> &Seal<'a> {
        &self.envelope.seal
    }

    /// `eat_nonce`.
    #[must_use]
    pub const fn nonce(&self) -> Option<&'a [u8]> {
        self.nonce
    }

    /// The entity answerable for the actor.
    #[must_use]
    pub const fn accountable(&self) -> &'a str {
        self.accountable
    }

    /// Roles the actor may act in, in the order of their encodings.
    pub fn roles(&self) -> impl Iterator<Item = &'a str> + use<'a> {
        self.roles.into_iter().flat_map(|roles| roles.iter(identifier::read_name))
    }

    /// What was proven of the runtime.
    pub fn properties(&self) -> impl Iterator<Item = (&'a str, crate::property::Property<'a>)> + use<'a> {
        self.properties.into_iter().flat_map(|properties| properties.iter())
    }

    /// Reads the claims set of an opened envelope.
    pub(crate) fn read(envelope: Envelope<'a>, part: Part) -> Result<Self, Error> {
        let mut cursor = envelope.payload_of(part);
        let start = cursor;
        let (mut iss, mut sub, mut exp, mut nbf, mut iat) = (None, None, None, None, None);
        let (mut cnf, mut nonce, mut ours) = (None, None, None);
        let mut map = cursor.map()?;
        loop {
            let at = cursor;
            let Some(label) = map.label(&mut cursor)? else { break };
            match label {
                claim::ISS => iss = Some(identifier::read_vouchable(&mut cursor)?),
                claim::SUB => sub = Some(identifier::read_vouchable(&mut cursor)?),
                claim::EXP => exp = Some(cursor.time()?),
                claim::NBF => nbf = Some(cursor.time()?),
                claim::IAT => iat = Some(cursor.time()?),
                claim::CNF => cnf = Some((at, PublicKey::read_cnf(&mut cursor)?)),
                claim::EAT_NONCE => nonce = Some(cursor.bytes_within(8, 64)?),
                claim::OURS => ours = Some(Ours::read(&mut cursor)?),
                _ => return Err(at.error(ErrorKind::ClaimUnknown)),
            }
        }
        cursor.end()?;
        let (Some(attester), Some(subject), Some(exp), Some(iat), Some((cnf_at, key)), Some(ours)) =
            (iss, sub, exp, iat, cnf, ours)
        else {
            return Err(start.error(ErrorKind::ClaimMissing));
        };
        let window = Window::new(iat, nbf, exp).ok_or(start.error(ErrorKind::WindowEmpty))?;
        let key = TrustedKey::new(key);
        // V244
        if *key.thumbprint() == envelope.kid {
            return Err(cnf_at.error(ErrorKind::CredentialSelfIssued));
        }
        let Ours { accountable, roles, properties } = ours;
        let accountable = accountable.ok_or(start.error(ErrorKind::ClaimMissing))?;
        Ok(Self { envelope, attester, subject, window, key, nonce, accountable, roles, properties })
    }
}

/// The map under −65537.
#[derive(Debug, Default)]
struct Ours<'a> {
    accountable: Option<&'a str>,
    roles: Option<Set<'a>>,
    properties: Option<Properties<'a>>,
}

impl<'a> Ours<'a> {
    fn read(cursor: &mut Cursor<'a>) -> Result<Self, Error> {
        let mut claims = Self::default();
        let mut map = cursor.map()?;
        loop {
            let at = *cursor;
            let Some(label) = map.label(cursor)? else { return Ok(claims) };
            match label {
                ours::ACCOUNTABLE => claims.accountable = Some(identifier::read_vouchable(cursor)?),
                ours::ROLES => {
                    claims.roles = Some(cursor.set(1, 16, |cursor| identifier::read_name(cursor).map(|_| ()))?);
                }
                ours::PROPS => claims.properties = Some(Properties::read(cursor)?),
                _ => return Err(at.error(ErrorKind::ClaimUnknown)),
            }
        }
    }
}
