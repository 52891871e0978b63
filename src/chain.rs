//! How a token's items hang together: who signed each link, which credentials speak for it (token.md §3.3; stage 3).

use crate::actor::Actor;
use crate::cose::Signed;
use crate::credential::Credential;
use crate::digest::Digest;
use crate::error::{Error, ErrorKind, Part};
use crate::facts::Facts;
use crate::fixed::Fixed;
use crate::grant::Grants;
use crate::hand_over::HandOver;
use crate::key::TrustedKey;
use crate::known::CredentialSource;
use crate::limits::{Limits, MAX_ALSO, MAX_LINKS};
use crate::limits::{narrow, wide};
use crate::link::Link;
use crate::signature::SignatureVerifier;
use crate::token::{CredentialList, Credentials, HandOvers, Links, Placed, Token};
use crate::trust::{ActorPin, Trust};

/// A token whose links follow each other. Nothing is verified but digests.
#[derive(Debug)]
pub(crate) struct Chain<'a> {
    token: Token<'a>,
    ties: Fixed<Tie<'a>, MAX_LINKS>,
}

/// Who acts in each link.
pub(crate) type Actors<'c> = Fixed<Actor<'c>, MAX_LINKS>;

/// What a link names.
#[derive(Clone, Copy, Debug)]
struct Tie<'a> {
    signer: Signer<'a>,
    /// Indices of its credentials; the one in `kid` first, if `kid` names one.
    credentials: Fixed<u8, { MAX_ALSO + 1 }>,
    handover: Option<u8>,
}

/// How the link's `kid` was resolved.
#[derive(Clone, Copy, Debug)]
enum Signer<'a> {
    /// In a root: an identity origin's key, if the bundle has one.
    Origin(Option<&'a TrustedKey>),
    /// The first of its credentials.
    Credential,
    Pin(&'a ActorPin<'a>),
    /// The key in `cnf`.
    Carried,
}

impl<'a> Chain<'a> {
    /// Nothing yet; filled in place, because the whole is large and moves are not free.
    pub(crate) const fn empty() -> Self {
        Self { token: Token::empty(), ties: Fixed::new() }
    }

    /// Stages 1 and 2.
    pub(crate) fn read(
        &mut self,
        bytes: &'a [u8],
        limits: &Limits,
        memory: &dyn SignatureVerifier,
    ) -> Result<(), Error> {
        self.token.read(bytes, limits, |digest| memory.recall(digest))
    }

    /// Stage 3.
    pub(crate) fn tie(&mut self, trust: &'a Trust<'a>, known: &'a (dyn CredentialSource + Sync)) -> Result<(), Error> {
        let Self { token, ties } = self;
        let (links, mut credentials, handovers) = token.split();
        let mut placed_credentials = 0;
        let mut placed_handovers = 0;
        let mut parent = None;
        for (index, placed) in links.iter().enumerate() {
            follows(&placed.link, parent, index)?;
            let tie = resolve(&mut credentials, placed, index, trust, known)?;
            credentials_in_place(links, credentials.list(), placed, index, placed_credentials)?;
            let handover = handover_in_place(handovers, placed, index, placed_handovers)?;
            ties.push(Tie { handover, ..tie });
            placed_credentials = placed.credentials;
            placed_handovers = placed.handovers;
            parent = Some(&placed.link);
        }
        // V301
        if parent.is_none() {
            return Err(Error::new(ErrorKind::RootMissing, Part::Token));
        }
        // V306
        if placed_credentials < token.credential_count() {
            return Err(Error::new(ErrorKind::CredentialMisplaced, Part::Credential(narrow(placed_credentials))));
        }
        // V308
        if placed_handovers < token.handover_count() {
            return Err(Error::new(ErrorKind::HandoverMisplaced, Part::HandOver(narrow(placed_handovers))));
        }
        token.spilled().map_or(Ok(()), Err)
    }

    /// How many links there are; at least one.
    pub(crate) const fn len(&self) -> usize {
        self.ties.len()
    }

    pub(crate) fn links(&self) -> impl DoubleEndedIterator<Item = &Link<'a>> {
        self.token.links()
    }

    pub(crate) fn link(&self, index: usize) -> Option<&Link<'a>> {
        self.token.link(index)
    }

    /// Who acts in each link, oldest first.
    pub(crate) fn actors(&self) -> Actors<'_> {
        let mut actors = Fixed::new();
        for index in 0..self.len() {
            if let Some(actor) = self.actor(index) {
                actors.push(actor);
            }
        }
        actors
    }

    /// Who acts in the link at `index`; `None` beyond the head.
    pub(crate) fn actor(&self, index: usize) -> Option<Actor<'_>> {
        let (link, tie) = (self.link(index)?, self.ties.get(index)?);
        let mut credentials = Fixed::new();
        for named in tie.credentials.iter() {
            credentials.push(self.token.credential(usize::from(*named))?);
        }
        match tie.signer {
            Signer::Origin(key) => Some(Actor::origin(link, key)),
            Signer::Credential => Actor::vouched(link, credentials),
            Signer::Pin(pin) => Some(Actor::pinned(link, pin, credentials)),
            Signer::Carried => Some(Actor::unvouched(link)),
        }
    }

    /// The hand-over that the link at `index` names.
    pub(crate) fn handover(&self, index: usize) -> Option<&HandOver<'a>> {
        self.token.handover(usize::from(self.ties.get(index)?.handover?))
    }

    /// Place and item of each inline credential, hand-over and link, in the order of the token.
    pub(crate) fn items(&self) -> impl Iterator<Item = (Part, Item<'_, 'a>)> {
        let mut credentials = 0;
        let mut handovers = 0;
        self.token.placed().enumerate().flat_map(move |(index, placed)| {
            let before = credentials..placed.credentials;
            let given = handovers..placed.handovers;
            credentials = placed.credentials;
            handovers = placed.handovers;
            let before = before.filter_map(|at| {
                self.token.credential(at).map(|item| (Part::Credential(narrow(at)), Item::Credential(item)))
            });
            let given = given.filter_map(move |at| {
                self.token.handover(at).map(|item| (Part::HandOver(narrow(at)), Item::HandOver(item, index)))
            });
            before.chain(given).chain(core::iter::once((Part::Link(narrow(index)), Item::Link(&placed.link, index))))
        })
    }

    /// The grants in force at the link at `index` (§5.4).
    pub(crate) fn effective_grants(&self, index: usize) -> Grants<'a> {
        let stated = self.token.links().take(index.saturating_add(1)).filter_map(Link::grants);
        stated.last().unwrap_or_default()
    }

    /// Where a credential was found: its place in the token, or the link that names it.
    pub(crate) fn part_of(&self, index: usize, nth: usize) -> Part {
        let named = self.ties.get(index).and_then(|tie| tie.credentials.get(nth));
        match named.filter(|named| usize::from(**named) < self.token.credential_count()) {
            Some(named) => Part::Credential(*named),
            None => Part::Known(narrow(index)),
        }
    }
}

/// An item of a token with what its signature check needs: for a link its index, for a hand-over that of its successor.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Item<'c, 'a> {
    Credential(&'c Credential<'a>),
    HandOver(&'c HandOver<'a>, usize),
    Link(&'c Link<'a>, usize),
}

impl<'c, 'a> Item<'c, 'a> {
    pub(crate) const fn signed(&self) -> &'c Signed<'a> {
        match self {
            Self::Credential(credential) => credential.signed(),
            Self::HandOver(handover, _) => handover.signed(),
            Self::Link(link, _) => link.signed(),
        }
    }

    pub(crate) fn facts(&self) -> Facts {
        match self {
            Self::Credential(credential) => credential.facts(),
            Self::HandOver(handover, _) => handover.facts(),
            Self::Link(link, _) => link.facts(),
        }
    }
}

/// §8.1: every link is vouched for by somebody answerable to the root's accountable entity.
pub(crate) fn are_independent(actors: &Actors<'_>) -> bool {
    let root = actors.get(0).and_then(|root| root.link.origin()).map(|origin| origin.accountable_bytes());
    actors.iter().all(|actor| actor.accountable_bytes().is_some_and(|entity| Some(entity) == root))
}

/// V301–V304: the link is what belongs at this place.
pub(crate) fn follows(link: &Link<'_>, parent: Option<&Link<'_>>, index: usize) -> Result<(), Error> {
    let refuse = |kind| Err(Error::new(kind, Part::Link(narrow(index))));
    match (parent, link.parent()) {
        (None, Some(_)) => return refuse(ErrorKind::RootMissing),
        (Some(_), None) => return refuse(ErrorKind::RootRepeated),
        (Some(_), Some(_)) | (None, None) => {}
    }
    if link.position() != wide(index) {
        return refuse(ErrorKind::PositionWrong);
    }
    if link.parent().as_ref() != parent.map(Link::digest) {
        return refuse(ErrorKind::ParentWrong);
    }
    Ok(())
}

/// V305: finds the signer and every credential the link names.
fn resolve<'a>(
    credentials: &mut Credentials<'_, 'a>,
    placed: &Placed<'a>,
    index: usize,
    trust: &'a Trust<'a>,
    known: &'a (dyn CredentialSource + Sync),
) -> Result<Tie<'a>, Error> {
    let refuse = |kind| Error::new(kind, Part::Link(narrow(index)));
    let link = &placed.link;
    let mut named = Fixed::new();
    let mut find = |digest: &Digest| -> Result<Option<u8>, Error> {
        if let Some(found) = credentials.find(digest, placed.credentials) {
            return Ok(Some(narrow(found)));
        }
        // A source that answers with another credential answers nothing.
        let Some(known) = known.get(digest).filter(|known| known.credential().digest() == digest) else {
            return Ok(None);
        };
        // V242: as many as can be named inline and by reference together.
        let added = credentials.push(*known.credential()).ok_or(refuse(ErrorKind::TooManyCredentials))?;
        Ok(Some(narrow(added)))
    };
    let signer = if link.carries_key() {
        Signer::Carried
    } else if let Some(at) = find(link.kid())? {
        named.push(at);
        Signer::Credential
    } else if index == 0 {
        // Without an anchor it is V501, when the anchors are tried.
        Signer::Origin(trust.origin_key(link.kid()))
    } else {
        Signer::Pin(trust.pin(link.kid()).ok_or(refuse(ErrorKind::CredentialMissing))?)
    };
    for digest in link.also() {
        named.push(find(&digest)?.ok_or(refuse(ErrorKind::CredentialMissing))?);
    }
    Ok(Tie { signer, credentials: named, handover: None })
}

/// V306: the credentials between the link before and this one are those it is the first to name, in its order.
pub(crate) fn credentials_in_place(
    links: &Links<'_>,
    credentials: &CredentialList<'_>,
    placed: &Placed<'_>,
    index: usize,
    first: usize,
) -> Result<(), Error> {
    let link = &placed.link;
    let named_before = |digest: &Digest| links.iter().take(index).any(|earlier| earlier.link.names(digest));
    let mut expected = first;
    let mut name = |digest: &Digest| {
        let fresh = credentials.get(expected).filter(|_| expected < placed.credentials);
        if fresh.is_some_and(|credential| credential.digest() == digest) && !named_before(digest) {
            expected = expected.saturating_add(1);
        }
    };
    name(link.kid());
    link.also().for_each(|digest| name(&digest));
    if expected < placed.credentials {
        return Err(Error::new(ErrorKind::CredentialMisplaced, Part::Credential(narrow(expected))));
    }
    Ok(())
}

/// V307, V308: the one hand-over the link names stands directly before it, and no other does.
pub(crate) fn handover_in_place(
    handovers: &HandOvers<'_>,
    placed: &Placed<'_>,
    index: usize,
    first: usize,
) -> Result<Option<u8>, Error> {
    let misplaced = |at: usize| Err(Error::new(ErrorKind::HandoverMisplaced, Part::HandOver(narrow(at))));
    let mut given = first..placed.handovers;
    let Some(digest) = placed.link.handover() else {
        return given.next().map_or(Ok(None), misplaced);
    };
    let is_named = |at: &usize| handovers.get(*at).is_some_and(|given| *given.digest() == digest);
    let Some(named) = given.clone().rev().find(is_named) else {
        return Err(Error::new(ErrorKind::HandoverMissing, Part::Link(narrow(index))));
    };
    if let Some(other) = given.find(|at| *at != named) {
        return misplaced(other);
    }
    if placed.before_handover == placed.credentials { Ok(Some(narrow(named))) } else { misplaced(named) }
}
