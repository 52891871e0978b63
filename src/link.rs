//! Links: one signed hop (token.md §4.1).

use crate::cbor::{Cursor, Set};
use crate::contract::{Contract, Next, Scope};
use crate::cose::Envelope;
use crate::digest::Digest;
use crate::error::{Error, ErrorKind, Part};
use crate::grant::Grants;
use crate::identifier;
use crate::key::{PublicKey, TrustedKey};
use crate::labels::{claim, ours};
use crate::limits::MAX_ALSO;
use crate::origin::{Origin, OriginForm};
use crate::time::{UnixTime, Window};

/// A well-formed link. Whether it is true is another matter: see the verifier.
#[derive(Clone, Copy, Debug)]
pub struct Link<'a> {
    pub(crate) envelope: Envelope<'a>,
    identifier: &'a str,
    window: Window,
    position: u64,
    lineage: Lineage<'a>,
    actor: ActorForm<'a>,
    claims: Shared<'a>,
}

/// What distinguishes a root from a later link.
#[derive(Clone, Copy, Debug)]
enum Lineage<'a> {
    Root(Origin<'a>),
    Hop { parent: Digest, handover: Option<Digest> },
}

/// What distinguishes a vouched from an unvouched actor.
#[derive(Clone, Copy, Debug)]
enum ActorForm<'a> {
    Vouched { role: &'a str, also: Option<Set<'a>> },
    Unvouched { key: TrustedKey },
}

/// Claims that any link may carry.
#[derive(Clone, Copy, Debug, Default)]
struct Shared<'a> {
    grants: Option<Grants<'a>>,
    next: Option<Next<'a>>,
    require: Option<Contract<'a>>,
    agree: Option<PublicKey>,
    task: Option<Digest>,
    evidence: Option<Set<'a>>,
    cause: Option<Digest>,
}

impl<'a> Link<'a> {
    /// SHA-256 of its `Sig_structure`: its name.
    #[must_use]
    pub const fn digest(&self) -> &Digest {
        &self.envelope.digest
    }

    /// Its `kid`: who signs.
    #[must_use]
    pub const fn kid(&self) -> &Digest {
        &self.envelope.kid
    }

    /// Its encoded bytes.
    #[must_use]
    pub const fn encoded(&self) -> &'a [u8] {
        self.envelope.encoded
    }

    /// The actor's identifier, `iss`.
    #[must_use]
    pub const fn identifier(&self) -> &'a str {
        self.identifier
    }

    /// When it holds.
    #[must_use]
    pub const fn window(&self) -> &Window {
        &self.window
    }

    /// The origin, in a root.
    #[must_use]
    pub const fn origin(&self) -> Option<&Origin<'a>> {
        match &self.lineage {
            Lineage::Root(origin) => Some(origin),
            Lineage::Hop { .. } => None,
        }
    }

    /// Digest of the link before; none in a root.
    #[must_use]
    pub const fn parent(&self) -> Option<&Digest> {
        match &self.lineage {
            Lineage::Root(_) => None,
            Lineage::Hop { parent, .. } => Some(parent),
        }
    }

    /// Its place in the chain, from 0.
    #[must_use]
    pub const fn position(&self) -> u64 {
        self.position
    }

    /// Digest of the hand-over to its actor.
    #[must_use]
    pub const fn handover(&self) -> Option<&Digest> {
        match &self.lineage {
            Lineage::Hop { handover: Some(handover), .. } => Some(handover),
            Lineage::Root(_) | Lineage::Hop { handover: None, .. } => None,
        }
    }

    /// The capacity for this hop; none for an unvouched actor.
    #[must_use]
    pub const fn role(&self) -> Option<&'a str> {
        match self.actor {
            ActorForm::Vouched { role, .. } => Some(role),
            ActorForm::Unvouched { .. } => None,
        }
    }

    /// The key that an unvouched actor's link carries.
    #[must_use]
    pub const fn carried_key(&self) -> Option<&TrustedKey> {
        match &self.actor {
            ActorForm::Vouched { .. } => None,
            ActorForm::Unvouched { key } => Some(key),
        }
    }

    /// Digests of further credentials.
    pub fn also(&self) -> impl Iterator<Item = Digest> + use<'a> {
        let also = match self.actor {
            ActorForm::Vouched { also, .. } => also,
            ActorForm::Unvouched { .. } => None,
        };
        digests(also)
    }

    /// Whether it names this credential.
    pub(crate) fn names(&self, credential: &Digest) -> bool {
        self.kid() == credential || self.also().any(|digest| digest == *credential)
    }

    /// The authority stated here; none means the parent's, unchanged.
    #[must_use]
    pub const fn grants(&self) -> Option<&Grants<'a>> {
        self.claims.grants.as_ref()
    }

    /// Who may append the following link; none means nobody.
    #[must_use]
    pub const fn next(&self) -> Option<&Next<'a>> {
        self.claims.next.as_ref()
    }

    /// The contract on every later link.
    #[must_use]
    pub const fn require(&self) -> Option<&Contract<'a>> {
        self.claims.require.as_ref()
    }

    /// The ephemeral key for MAC proofs.
    #[must_use]
    pub const fn agree(&self) -> Option<&PublicKey> {
        self.claims.agree.as_ref()
    }

    /// Digest of what this hop was asked to do.
    #[must_use]
    pub const fn task(&self) -> Option<&Digest> {
        self.claims.task.as_ref()
    }

    /// Digests of links of other executions that fed this one, as the actor claims.
    pub fn evidence(&self) -> impl Iterator<Item = Digest> + use<'a> {
        digests(self.claims.evidence)
    }

    /// Digest of the link of another execution that triggered this one, as the actor claims.
    #[must_use]
    pub const fn cause(&self) -> Option<&Digest> {
        self.claims.cause.as_ref()
    }

    /// Reads the claims set of an opened envelope. `max_grants` is the verifier's limit.
    pub(crate) fn read(envelope: Envelope<'a>, part: Part, max_grants: usize) -> Result<Self, Error> {
        let mut cursor = envelope.payload_of(part);
        let start = cursor;
        let mut raw = Raw::default();
        let mut map = cursor.map()?;
        loop {
            let at = cursor;
            let Some(label) = map.label(&mut cursor)? else { break };
            match label {
                claim::ISS => raw.iss = Some((at, identifier::read(&mut cursor)?)),
                claim::EXP => raw.exp = Some(cursor.time()?),
                claim::NBF => raw.nbf = Some(cursor.time()?),
                claim::IAT => raw.iat = Some(cursor.time()?),
                claim::CNF => raw.cnf = Some((at, PublicKey::read_cnf(&mut cursor)?)),
                claim::OURS => raw.read_ours(&mut cursor, max_grants)?,
                _ => return Err(at.error(ErrorKind::ClaimUnknown)),
            }
        }
        cursor.end()?;
        raw.finish(envelope, start)
    }
}

/// The claims as they stand, each with its place where a later check may point at it.
#[derive(Debug, Default)]
struct Raw<'a> {
    iss: Option<(Cursor<'a>, &'a str)>,
    exp: Option<UnixTime>,
    nbf: Option<UnixTime>,
    iat: Option<UnixTime>,
    cnf: Option<(Cursor<'a>, PublicKey)>,
    ours: Option<Cursor<'a>>,
    parent: Option<(Cursor<'a>, Digest)>,
    position: Option<u64>,
    role: Option<(Cursor<'a>, &'a str)>,
    origin: Option<(Cursor<'a>, Origin<'a>)>,
    also: Option<(Cursor<'a>, Set<'a>)>,
    handover: Option<(Cursor<'a>, Digest)>,
    agree_at: Option<Cursor<'a>>,
    claims: Shared<'a>,
}

impl<'a> Raw<'a> {
    /// Reads the map under −65537.
    fn read_ours(&mut self, cursor: &mut Cursor<'a>, max_grants: usize) -> Result<(), Error> {
        self.ours = Some(*cursor);
        let mut map = cursor.map()?;
        loop {
            let at = *cursor;
            let Some(label) = map.label(cursor)? else { return Ok(()) };
            match label {
                ours::PARENT => self.parent = Some((at, cursor.digest()?)),
                ours::POSITION => self.position = Some(cursor.uint()?),
                ours::ROLE => self.role = Some((at, identifier::read_name(cursor)?)),
                ours::GRANTS => self.claims.grants = Some(Grants::read(cursor, max_grants)?),
                ours::NEXT => self.claims.next = Some(Next::read(cursor)?),
                ours::REQUIRE => self.claims.require = Some(Contract::read(cursor, Scope::Require)?),
                ours::ORIGIN => self.origin = Some((at, Origin::read(cursor)?)),
                ours::ALSO => self.also = Some((at, read_digests(cursor, MAX_ALSO)?)),
                ours::AGREE => {
                    self.agree_at = Some(at);
                    self.claims.agree = Some(PublicKey::read(cursor)?);
                }
                ours::TASK => self.claims.task = Some(cursor.digest()?),
                ours::HANDOVER => self.handover = Some((at, cursor.digest()?)),
                ours::EVIDENCE => self.claims.evidence = Some(read_digests(cursor, 8)?),
                ours::CAUSE => self.claims.cause = Some(cursor.digest()?),
                _ => return Err(at.error(ErrorKind::ClaimUnknown)),
            }
        }
    }

    /// Decides which kind of link this is by what stands in it (V231, V232, V235, V239, V240, V245).
    fn finish(self, envelope: Envelope<'a>, start: Cursor<'a>) -> Result<Link<'a>, Error> {
        let missing = || start.error(ErrorKind::ClaimMissing);
        let misplaced = |at: Cursor<'a>| Err(at.error(ErrorKind::ClaimMisplaced));
        let (iss_at, identifier) = self.iss.ok_or_else(missing)?;
        let (exp, iat) = (self.exp.ok_or_else(missing)?, self.iat.ok_or_else(missing)?);
        let window = Window::new(iat, self.nbf, exp).ok_or(start.error(ErrorKind::WindowEmpty))?;
        let missing = || self.ours.unwrap_or(start).error(ErrorKind::ClaimMissing);
        let position = self.position.ok_or_else(missing)?;

        let lineage = match (self.origin, self.parent) {
            (Some(_), Some((at, _))) => return misplaced(at),
            (Some((_, origin)), None) => {
                if let Some((at, _)) = self.handover {
                    return misplaced(at);
                }
                if let Some((at, _)) = self.cnf {
                    return misplaced(at);
                }
                // An identity origin's key has no credential that another could stand beside.
                if let Some((at, _)) = self.also.filter(|_| origin.kind() == OriginForm::Identity) {
                    return misplaced(at);
                }
                if self.claims.grants.is_none() {
                    return Err(missing());
                }
                Lineage::Root(origin)
            }
            (None, Some((_, parent))) => Lineage::Hop { parent, handover: self.handover.map(|(_, digest)| digest) },
            (None, None) => return Err(missing()),
        };

        let actor = match self.cnf {
            None => {
                // V240
                if !identifier::is_vouchable(identifier) {
                    return Err(iss_at.error(ErrorKind::UnvouchedIdentifier));
                }
                let (_, role) = self.role.ok_or_else(missing)?;
                ActorForm::Vouched { role, also: self.also.map(|(_, also)| also) }
            }
            Some((at, key)) => {
                if let Some((at, _)) = self.role {
                    return misplaced(at);
                }
                if let Some((at, _)) = self.also {
                    return misplaced(at);
                }
                let key = TrustedKey::new(key);
                // V239
                if *key.thumbprint() != envelope.kid {
                    return Err(at.error(ErrorKind::UnvouchedKey));
                }
                // V240
                if !identifier::is_thumbprint_uri(identifier, key.thumbprint()) {
                    return Err(iss_at.error(ErrorKind::UnvouchedIdentifier));
                }
                // V245
                if self.claims.agree.is_some_and(|agree| agree == *key.key()) {
                    return Err(self.agree_at.unwrap_or(at).error(ErrorKind::AgreementKeyReused));
                }
                ActorForm::Unvouched { key }
            }
        };
        Ok(Link { envelope, identifier, window, position, lineage, actor, claims: self.claims })
    }
}

/// Reads a set of 1 to `max` digests.
fn read_digests<'a>(cursor: &mut Cursor<'a>, max: usize) -> Result<Set<'a>, Error> {
    cursor.set(1, max, |cursor| cursor.digest().map(|_| ()))
}

fn digests<'a>(set: Option<Set<'a>>) -> impl Iterator<Item = Digest> + use<'a> {
    set.into_iter().flat_map(|set| set.iter(Cursor::digest))
}
