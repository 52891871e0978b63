//! Links: one signed hop (token.md §4.1).

use crate::cbor::{Cursor, Read, Span};
use crate::contract::{Contract, ContractSpans, Next, NextSpans, Scope};
use crate::cose::{Opened, Signed};
use crate::digest::Digest;
use crate::error::ErrorKind;
use crate::facts::{Facts, packed};
use crate::grant::{Grants, GrantsSpan};
use crate::identifier;
use crate::key::{KeySpan, PublicKey, TrustedKey};
use crate::labels::{claim, ours};
use crate::limits::MAX_ALSO;
use crate::origin::{Origin, OriginForm, OriginSpans};
use crate::time::{UnixTime, Window};

/// A well-formed link. Whether it is true is another matter: see the verifier.
#[derive(Clone, Copy, Debug)]
pub struct Link<'a> {
    signed: Signed<'a>,
    found: Found,
}

packed! {
    /// What was found out about the bytes of a link.
    #[derive(Clone, Copy, Debug)]
    struct Found {
        window: Window,
        position: u64,
        claims: Claims,
    }
}

packed! {
    /// Where the claims stand.
    #[derive(Clone, Copy, Debug, Default)]
    struct Claims {
        identifier: Span,
        cnf: KeySpan,
        parent: Span,
        role: Span,
        grants: GrantsSpan,
        next: NextSpans,
        require: ContractSpans,
        origin: OriginSpans,
        also: Span,
        agree: KeySpan,
        task: Span,
        handover: Span,
        evidence: Span,
        cause: Span,
    }
}

impl<'a> Link<'a> {
    /// The link whose bytes were decoded before, with at most `max_grants` grants.
    pub(crate) fn recalled(signed: Signed<'a>, facts: &Facts, max_grants: usize) -> Option<Self> {
        let found: Found = facts.get();
        (found.claims.grants.len() <= max_grants).then_some(Self { signed, found })
    }

    /// What was found out about its bytes.
    pub(crate) fn facts(&self) -> Facts {
        Facts::of(&self.found)
    }

    /// SHA-256 of its `Sig_structure`: its name.
    #[must_use]
    pub const fn digest(&self) -> &Digest {
        &self.signed.digest
    }

    /// Its `kid`: who signs.
    #[must_use]
    pub const fn kid(&self) -> &Digest {
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

    /// The actor's identifier, `iss`.
    #[must_use]
    pub fn identifier(&self) -> &'a str {
        self.found.claims.identifier.text(self.encoded()).unwrap_or_default()
    }

    /// The bytes of the identifier.
    #[inline]
    pub(crate) fn identifier_bytes(&self) -> &'a [u8] {
        self.found.claims.identifier.of(self.encoded()).unwrap_or_default()
    }

    /// When it holds.
    #[must_use]
    pub const fn window(&self) -> &Window {
        &self.found.window
    }

    /// The origin, in a root.
    #[must_use]
    pub fn origin(&self) -> Option<Origin<'a>> {
        Origin::at(self.encoded(), self.found.claims.origin)
    }

    /// Digest of the link before; none in a root.
    #[must_use]
    pub fn parent(&self) -> Option<Digest> {
        self.found.claims.parent.digest(self.encoded())
    }

    /// Its place in the chain, from 0.
    #[must_use]
    pub const fn position(&self) -> u64 {
        self.found.position
    }

    /// Digest of the hand-over to its actor.
    #[must_use]
    pub fn handover(&self) -> Option<Digest> {
        self.found.claims.handover.digest(self.encoded())
    }

    /// The capacity for this hop; none for an unvouched actor.
    #[must_use]
    pub fn role(&self) -> Option<&'a str> {
        self.found.claims.role.text(self.encoded())
    }

    /// The bytes of the role.
    #[inline]
    pub(crate) fn role_bytes(&self) -> Option<&'a [u8]> {
        self.found.claims.role.of(self.encoded())
    }

    /// The key that an unvouched actor's link carries.
    #[must_use]
    pub fn carried_key(&self) -> Option<TrustedKey> {
        // V239: the thumbprint was compared with `kid`.
        self.found.claims.cnf.key(self.encoded()).map(|key| TrustedKey::known(key, self.signed.kid))
    }

    /// Whether its actor is unvouched.
    pub(crate) const fn carries_key(&self) -> bool {
        self.found.claims.cnf.is_some()
    }

    /// Digests of further credentials.
    pub fn also(&self) -> impl Iterator<Item = Digest> + use<'a> {
        self.digests(self.found.claims.also)
    }

    /// Whether it names this credential.
    pub(crate) fn names(&self, credential: &Digest) -> bool {
        self.kid() == credential || self.also().any(|digest| digest == *credential)
    }

    /// The authority stated here; none means the parent's, unchanged.
    #[must_use]
    pub fn grants(&self) -> Option<Grants<'a>> {
        Grants::at(self.encoded(), self.found.claims.grants)
    }

    /// Who may append the following link; none means nobody.
    #[must_use]
    pub fn next(&self) -> Option<Next<'a>> {
        Next::at(self.encoded(), &self.found.claims.next)
    }

    /// The contract on every later link.
    #[must_use]
    pub fn require(&self) -> Option<Contract<'a>> {
        Contract::at(self.encoded(), self.found.claims.require)
    }

    /// The ephemeral key for MAC proofs.
    #[must_use]
    pub fn agree(&self) -> Option<PublicKey> {
        self.found.claims.agree.key(self.encoded())
    }

    /// Digest of what this hop was asked to do.
    #[must_use]
    pub fn task(&self) -> Option<Digest> {
        self.found.claims.task.digest(self.encoded())
    }

    /// Digests of links of other executions that fed this one, as the actor claims.
    pub fn evidence(&self) -> impl Iterator<Item = Digest> + use<'a> {
        self.digests(self.found.claims.evidence)
    }

    /// Digest of the link of another execution that triggered this one, as the actor claims.
    #[must_use]
    pub fn cause(&self) -> Option<Digest> {
        self.found.claims.cause.digest(self.encoded())
    }

    fn digests(&self, set: Span) -> impl Iterator<Item = Digest> + use<'a> {
        set.set(self.encoded()).iter(Cursor::digest)
    }

    /// Reads the claims set of an opened envelope that began at `item`. `max_grants` is the verifier's limit.
    pub(crate) fn read(opened: Opened<'a>, item: &Cursor<'a>, max_grants: usize) -> Read<Self> {
        let mut cursor = opened.payload;
        let start = cursor;
        let mut raw = Raw::default();
        let mut map = cursor.map()?;
        loop {
            let at = cursor;
            let Some(label) = map.label(&mut cursor)? else { break };
            match label {
                claim::ISS => {
                    raw.iss_at = Some(at);
                    raw.claims.identifier = cursor.text_span(item, identifier::read)?;
                }
                claim::EXP => raw.exp = Some(cursor.time()?),
                claim::NBF => raw.nbf = Some(cursor.time()?),
                claim::IAT => raw.iat = Some(cursor.time()?),
                claim::CNF => {
                    raw.cnf_at = Some(at);
                    raw.claims.cnf = KeySpan::read_cnf(&mut cursor, item)?;
                }
                claim::OURS => raw.read_ours(&mut cursor, item, max_grants)?,
                _ => return Err(at.fault(ErrorKind::ClaimUnknown)),
            }
        }
        cursor.end()?;
        raw.finish(opened.signed, start)
    }
}

/// The claims as they stand, each with its place where a later check may point at it.
#[derive(Debug, Default)]
struct Raw<'a> {
    iss_at: Option<Cursor<'a>>,
    exp: Option<UnixTime>,
    nbf: Option<UnixTime>,
    iat: Option<UnixTime>,
    cnf_at: Option<Cursor<'a>>,
    ours: Option<Cursor<'a>>,
    parent_at: Option<Cursor<'a>>,
    position: Option<u64>,
    role_at: Option<Cursor<'a>>,
    also_at: Option<Cursor<'a>>,
    handover_at: Option<Cursor<'a>>,
    agree_at: Option<Cursor<'a>>,
    claims: Claims,
}

impl<'a> Raw<'a> {
    /// Reads the map under −65537.
    fn read_ours(&mut self, cursor: &mut Cursor<'a>, item: &Cursor<'a>, max_grants: usize) -> Read<()> {
        self.ours = Some(*cursor);
        let claims = &mut self.claims;
        let mut map = cursor.map()?;
        loop {
            let at = *cursor;
            let Some(label) = map.label(cursor)? else { return Ok(()) };
            match label {
                ours::PARENT => {
                    self.parent_at = Some(at);
                    claims.parent = cursor.bytes_span::<32>(item)?;
                }
                ours::POSITION => self.position = Some(cursor.uint()?),
                ours::ROLE => {
                    self.role_at = Some(at);
                    claims.role = cursor.text_span(item, identifier::read_name)?;
                }
                ours::GRANTS => claims.grants = GrantsSpan::read(cursor, item, max_grants)?,
                ours::NEXT => claims.next = NextSpans::read(cursor, item)?,
                ours::REQUIRE => claims.require = ContractSpans::read(cursor, item, Scope::Require)?,
                ours::ORIGIN => claims.origin = OriginSpans::read(cursor, item)?,
                ours::ALSO => {
                    self.also_at = Some(at);
                    claims.also = digests(cursor, item, MAX_ALSO)?;
                }
                ours::AGREE => {
                    self.agree_at = Some(at);
                    claims.agree = KeySpan::read(cursor, item)?;
                }
                ours::TASK => claims.task = cursor.bytes_span::<32>(item)?,
                ours::HANDOVER => {
                    self.handover_at = Some(at);
                    claims.handover = cursor.bytes_span::<32>(item)?;
                }
                ours::EVIDENCE => claims.evidence = digests(cursor, item, 8)?,
                ours::CAUSE => claims.cause = cursor.bytes_span::<32>(item)?,
                _ => return Err(at.fault(ErrorKind::ClaimUnknown)),
            }
        }
    }

    /// Decides which kind of link this is by what stands in it (V231, V232, V235, V239, V240, V245).
    fn finish(self, signed: Signed<'a>, start: Cursor<'a>) -> Read<Link<'a>> {
        let missing = || start.fault(ErrorKind::ClaimMissing);
        let refuse_at = |at: Option<Cursor<'a>>| match at {
            Some(at) => Err(at.fault(ErrorKind::ClaimMisplaced)),
            None => Ok(()),
        };
        let iss_at = self.iss_at.ok_or_else(missing)?;
        let (exp, iat) = (self.exp.ok_or_else(missing)?, self.iat.ok_or_else(missing)?);
        let window = Window::new(iat, self.nbf, exp).ok_or_else(|| start.fault(ErrorKind::WindowEmpty))?;
        let missing = || self.ours.unwrap_or(start).fault(ErrorKind::ClaimMissing);
        let position = self.position.ok_or_else(missing)?;
        let claims = self.claims;
        let link = Link { signed, found: Found { window, position, claims } };

        match (claims.origin.is_some(), self.parent_at.is_some()) {
            (true, true) => refuse_at(self.parent_at)?,
            (true, false) => {
                refuse_at(self.handover_at)?;
                refuse_at(self.cnf_at)?;
                // An identity origin's key has no credential that another could stand beside.
                refuse_at(self.also_at.filter(|_| claims.origin.kind() == OriginForm::Identity))?;
                if !claims.grants.is_some() {
                    return Err(missing());
                }
            }
            (false, true) => {}
            (false, false) => return Err(missing()),
        }

        match claims.cnf.key(link.encoded()) {
            None => {
                // V240
                if identifier::is_reserved(link.identifier_bytes()) {
                    return Err(iss_at.fault(ErrorKind::UnvouchedIdentifier));
                }
                if self.role_at.is_none() {
                    return Err(missing());
                }
            }
            Some(key) => {
                refuse_at(self.role_at)?;
                refuse_at(self.also_at)?;
                let thumbprint = key.thumbprint();
                // V239
                if thumbprint != signed.kid {
                    return Err(self.cnf_at.unwrap_or(start).fault(ErrorKind::UnvouchedKey));
                }
                // V240
                if !identifier::is_thumbprint_uri(link.identifier(), &thumbprint) {
                    return Err(iss_at.fault(ErrorKind::UnvouchedIdentifier));
                }
                // V245
                if link.agree().is_some_and(|agree| agree == key) {
                    return Err(self.agree_at.unwrap_or(start).fault(ErrorKind::AgreementKeyReused));
                }
            }
        }
        Ok(link)
    }
}

/// Reads a set of 1 to `max` digests.
fn digests<'a>(cursor: &mut Cursor<'a>, item: &Cursor<'a>, max: usize) -> Read<Span> {
    let set = cursor.set(1, max, |cursor| cursor.digest().map(|_| ()))?;
    Ok(cursor.span(item, set.elements()))
}
