//! What a verified token says: who performed this, who authorized it, and how the two are connected.

use crate::actor::{Actor, Standing, Statement};
use crate::chain::{Chain, are_independent};
use crate::credential::Credential;
use crate::digest::Digest;
use crate::error::{Error, ErrorKind, Part};
use crate::grant::Grants;
use crate::hand_over::HandOver;
use crate::key::TrustedKey;
use crate::link::Link;
use crate::origin::{Origin, OriginForm};
use crate::time::Window;
use crate::trust::OriginAnchor;

/// A true history: every link was made by the actor it names, on that parent, under that origin, by an allowed successor.
///
/// Only [`Verifier`](crate::Verifier) makes one. It admits nothing: that takes a proof, and gives an
/// [`Admission`](crate::Admission).
#[derive(Debug)]
pub struct VerifiedChain<'a> {
    chain: Chain<'a>,
    anchor: &'a OriginAnchor<'a>,
}

impl<'a> VerifiedChain<'a> {
    pub(crate) const fn new(chain: Chain<'a>, anchor: &'a OriginAnchor<'a>) -> Self {
        Self { chain, anchor }
    }

    pub(crate) const fn anchor(&self) -> &'a OriginAnchor<'a> {
        self.anchor
    }

    /// Who acts in the head.
    pub(crate) fn actor_of_head(&self) -> Result<Actor<'_>, Error> {
        let head = self.len().checked_sub(1).and_then(|last| self.chain.actor(last));
        head.ok_or(Error::new(ErrorKind::RootMissing, Part::Token))
    }

    pub(crate) fn root(&self) -> Result<&Link<'a>, Error> {
        self.chain.link(0).ok_or(Error::new(ErrorKind::RootMissing, Part::Token))
    }

    /// The hops, oldest first; at least one.
    pub fn hops(&self) -> impl DoubleEndedIterator<Item = Hop<'_>> {
        (0..self.len()).filter_map(|index| self.hop(index))
    }

    /// The hop at a position.
    #[must_use]
    pub fn hop(&self, position: usize) -> Option<Hop<'_>> {
        self.chain.actor(position).map(|actor| Hop {
            actor,
            handover: self.chain.handover(position),
            grants: self.chain.effective_grants(position),
        })
    }

    /// How many hops there are.
    #[must_use]
    #[expect(clippy::len_without_is_empty, reason = "a chain has at least its root")]
    pub const fn len(&self) -> usize {
        self.chain.len()
    }

    /// The newest hop: who performs this.
    #[must_use]
    pub fn head(&self) -> Option<Hop<'_>> {
        self.hop(self.len().checked_sub(1)?)
    }

    /// Who authorized it.
    #[must_use]
    pub fn origin(&self) -> Option<VerifiedOrigin<'_>> {
        let origin = self.chain.link(0)?.origin()?;
        Some(VerifiedOrigin { origin, anchor: self.anchor })
    }

    /// The execution's id: the root's digest.
    #[must_use]
    pub fn execution_id(&self) -> Option<Digest> {
        self.chain.link(0).map(|root| *root.digest())
    }

    /// What may still be done: the head's effective grants.
    #[must_use]
    pub fn grants(&self) -> Grants<'a> {
        self.chain.effective_grants(self.len())
    }

    /// Whether every link is vouched for by somebody answerable to the root's accountable entity; otherwise the
    /// execution is delegated (token.md §8.1).
    #[must_use]
    pub fn is_independent(&self) -> bool {
        are_independent(&self.chain.actors())
    }

    /// Whether some hop at or after position `from` satisfies a predicate.
    pub fn any_hop(&self, from: usize, predicate: impl FnMut(Hop<'_>) -> bool) -> bool {
        (from..self.len()).filter_map(|index| self.hop(index)).any(predicate)
    }

    /// Whether every hop at or after position `from` satisfies a predicate.
    pub fn every_hop(&self, from: usize, mut predicate: impl FnMut(Hop<'_>) -> bool) -> bool {
        (from..self.len()).all(|index| self.hop(index).is_some_and(&mut predicate))
    }

    /// Whether no hop at or after position `from` acts in `role`.
    ///
    /// False where a hop's role is vouched for by nobody: what such an actor is cannot be known.
    #[must_use]
    pub fn no_hop_in_role(&self, from: usize, role: &str) -> bool {
        self.every_hop(from, |hop| hop.role().is_some_and(|one| one != role))
    }

    /// Position of the last hop that acts in `role`, vouched for by `attester`.
    #[must_use]
    pub fn last_in_role(&self, role: &str, attester: &str) -> Option<usize> {
        (0..self.len()).rev().find(|index| {
            self.hop(*index).is_some_and(|hop| hop.role() == Some(role) && hop.attester() == Some(attester))
        })
    }
}

/// Who authorized an execution, and the anchor that let them.
#[derive(Clone, Copy, Debug)]
pub struct VerifiedOrigin<'c> {
    origin: Origin<'c>,
    anchor: &'c OriginAnchor<'c>,
}

impl<'c> VerifiedOrigin<'c> {
    /// Identity, role or context.
    #[must_use]
    pub const fn kind(&self) -> OriginForm {
        self.origin.kind()
    }

    /// The accountable entity.
    #[must_use]
    pub fn accountable(&self) -> &'c str {
        self.origin.accountable()
    }

    /// SHA-256 of the consent record.
    #[must_use]
    pub fn consent(&self) -> Option<Digest> {
        self.origin.consent()
    }

    /// Name of the origin anchor whose conditions and ceiling hold.
    #[must_use]
    pub fn anchor(&self) -> &'c str {
        &self.anchor.name
    }
}

/// One verified hop.
#[derive(Clone, Copy, Debug)]
pub struct Hop<'c> {
    actor: Actor<'c>,
    handover: Option<&'c HandOver<'c>>,
    grants: Grants<'c>,
}

/// Who speaks for a hop's identifier and role.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(clippy::exhaustive_enums, reason = "the ways of token.md §3.1")]
pub enum Vouching {
    /// The trust bundle's identity origin.
    Origin,
    /// An attester, by credential.
    Credential,
    /// The trust bundle, by a pin.
    Pin,
    /// Nobody.
    Unvouched,
}

impl<'c> Hop<'c> {
    /// The link.
    #[must_use]
    pub const fn link(&self) -> &'c Link<'c> {
        self.actor.link
    }

    /// Which instance acts.
    #[must_use]
    pub fn identifier(&self) -> &'c str {
        self.actor.link.identifier()
    }

    /// In which capacity; none for an unvouched actor.
    #[must_use]
    pub fn role(&self) -> Option<&'c str> {
        self.actor.link.role()
    }

    /// The key that signed.
    #[must_use]
    pub fn key(&self) -> Option<TrustedKey> {
        self.actor.key()
    }

    /// Who is answerable for the actor, as vouched for.
    #[must_use]
    pub fn accountable(&self) -> Option<&'c str> {
        self.actor.accountable()
    }

    /// Who speaks for identifier and role.
    #[must_use]
    pub const fn vouching(&self) -> Vouching {
        match self.actor.standing {
            Standing::Origin(_) => Vouching::Origin,
            Standing::Credential(_) => Vouching::Credential,
            Standing::Pin(_) => Vouching::Pin,
            Standing::Unvouched => Vouching::Unvouched,
        }
    }

    /// Name of the attester whose word they are.
    #[must_use]
    pub fn attester(&self) -> Option<&'c str> {
        self.actor.attester()
    }

    /// Every property stated of the actor, and by whom.
    pub fn statements(&self) -> impl Iterator<Item = Statement<'c>> + use<'c> {
        self.actor.statements()
    }

    /// The credentials that the link names, the one in `kid` first.
    pub fn credentials(&self) -> impl Iterator<Item = &'c Credential<'c>> + use<'c> {
        self.actor.credentials()
    }

    /// When the link holds.
    #[must_use]
    pub const fn window(&self) -> &'c Window {
        self.actor.link.window()
    }

    /// The hand-over by which it was called.
    #[must_use]
    pub const fn handover(&self) -> Option<&'c HandOver<'c>> {
        self.handover
    }

    /// The authority in force from here on.
    #[must_use]
    pub const fn grants(&self) -> Grants<'c> {
        self.grants
    }
}
