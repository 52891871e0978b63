//! Links in the making: roots create authority, continuations carry and narrow it.

use alloc::vec::Vec;

use ciborium::Value;

use crate::actor::Actor as Facts;
use crate::backend::P256;
use crate::chain::{credentials_in_place, follows, handover_in_place};
use crate::credential::Credential;
use crate::digest::Digest;
use crate::error::{Error, ErrorKind, Part};
use crate::fixed::Fixed;
use crate::issue::actor::Actor;
use crate::issue::contract::Contract;
use crate::issue::encode::{self, Claims, bytes, digest, text, time, uint};
use crate::issue::envelope::ToBeSigned;
use crate::issue::grants::GrantList;
use crate::issue::signer::{IssueError, Signer};
use crate::key::PublicKey;
use crate::labels::{self, claim, origin, ours};
use crate::limits::Limits;
use crate::limits::narrow;
use crate::link::Link;
use crate::origin::OriginForm;
use crate::signature::SignatureVerifier as _;
use crate::time::UnixTime;
use crate::token::{Placed, Token};
use crate::trust::ActorPin;
use crate::verify::credentials::{check_binding, check_role, check_window};
use crate::verify::successors::{Known, check_one};
use crate::verify::windows::nests;

/// Who creates the authority.
#[derive(Clone, Debug)]
#[expect(clippy::exhaustive_structs, reason = "the claims of token.md §4.1")]
pub struct OriginClaim<'a> {
    /// Identity, role or context.
    pub kind: OriginForm,
    /// The accountable entity.
    pub accountable: &'a str,
    /// 16 random bytes.
    pub nonce: [u8; 16],
    /// SHA-256 of the consent record.
    pub consent: Option<Digest>,
}

/// A root in the making.
#[derive(Clone, Debug)]
#[must_use]
pub struct RootBuilder {
    actor: Actor,
    origin: Value,
    window: (UnixTime, UnixTime),
    grants: GrantList,
    claims: Optional,
}

impl RootBuilder {
    /// `actor` creates these grants for [issued, expires).
    pub fn new(actor: Actor, origin: &OriginClaim<'_>, window: (UnixTime, UnixTime), grants: GrantList) -> Self {
        let kind = match origin.kind {
            OriginForm::Identity => origin::IDENTITY,
            OriginForm::Role => origin::ROLE,
            OriginForm::Context => origin::CONTEXT,
        };
        let claim = Claims::default()
            .set(origin::KIND, uint(kind))
            .set(origin::ACCOUNTABLE, text(origin.accountable))
            .set(origin::NONCE, bytes(&origin.nonce))
            .maybe(origin::CONSENT, origin.consent.as_ref().map(digest));
        Self { actor, origin: claim.value(), window, grants, claims: Optional::default() }
    }

    /// The finished claims; any signer's signature turns them into a token.
    ///
    /// # Errors
    /// Those of stages 2 and 6 that the issuer can know.
    pub fn to_be_signed(self) -> Result<ToBeSigned, Error> {
        let (iat, exp) = self.window;
        let mut prefix = Vec::new();
        for vouch in self.actor.credentials().filter(|vouch| vouch.inline) {
            prefix.extend_from_slice(&vouch.encoded);
        }
        let window = WindowClaim { iat, nbf: self.claims.start, exp };
        let lineage = Lineage::Root { origin: self.origin, grants: self.grants };
        let signable = link(&self.actor, window, lineage, self.claims).after(prefix);
        check(&signable.draft(), &self.actor)?;
        Ok(signable)
    }

    /// Signs in one call.
    ///
    /// # Errors
    /// Those of [`to_be_signed`](Self::to_be_signed), and the signer's.
    pub fn sign<S: Signer>(self, signer: &S) -> Result<Vec<u8>, IssueError<S::Error>> {
        self.to_be_signed()?.sign(signer)
    }
}

/// A continuation in the making.
#[derive(Clone, Debug)]
#[must_use]
pub struct ContinuationBuilder<'t> {
    token: &'t [u8],
    actor: Actor,
    window: (UnixTime, UnixTime),
    grants: Option<GrantList>,
    handover: Option<Vec<u8>>,
    claims: Optional,
}

impl<'t> ContinuationBuilder<'t> {
    /// `actor` continues `token` for [issued, expires); a start before the parent's is raised to it.
    pub const fn new(token: &'t [u8], actor: Actor, window: (UnixTime, UnixTime)) -> Self {
        Self { token, actor, window, grants: None, handover: None, claims: Optional::new() }
    }

    /// Narrower authority from here on; without it, the parent's is carried unchanged.
    pub fn grants(mut self, grants: GrantList) -> Self {
        self.grants = Some(grants);
        self
    }

    /// The hand-over to this actor.
    pub fn handover(mut self, encoded: &[u8]) -> Self {
        self.handover = Some(encoded.to_vec());
        self
    }

    /// The finished claims; any signer's signature turns them into the longer token.
    ///
    /// # Errors
    /// Those of stages 2, 3, 4, 6, 7 and 8 that the issuer can know.
    pub fn to_be_signed(self) -> Result<ToBeSigned, Error> {
        let limits = Limits::DEFAULT;
        let parent_token = Token::decode(self.token, &limits)?;
        let parent = parent_token.links().next_back().ok_or(Error::new(ErrorKind::RootMissing, Part::Token))?;
        // A credential stands where it is first named: after that it is neither needed nor allowed (token.md §3.3).
        let named = |wanted: &Digest| parent_token.links().any(|link| link.names(wanted));

        let mut prefix = self.token.to_vec();
        for vouch in self.actor.credentials().filter(|vouch| vouch.inline && !named(&vouch.digest)) {
            prefix.extend_from_slice(&vouch.encoded);
        }
        let handover = match &self.handover {
            None => None,
            Some(encoded) => {
                prefix.extend_from_slice(encoded);
                let mut with = self.token.to_vec();
                with.extend_from_slice(encoded);
                let with = Token::decode(&with, &limits)?;
                with.handovers().last().map(|handover| *handover.digest())
            }
        };
        let (iat, exp) = self.window;
        let start = self.claims.start.unwrap_or(iat).max(parent.window().start());
        let window = WindowClaim { iat, nbf: (iat < start).then_some(start), exp };
        let lineage = Lineage::Hop {
            parent: *parent.digest(),
            position: parent.position().saturating_add(1),
            grants: self.grants,
            handover,
        };
        let signable = link(&self.actor, window, lineage, self.claims).after(prefix);
        check(&signable.draft(), &self.actor)?;
        Ok(signable)
    }

    /// Signs in one call.
    ///
    /// # Errors
    /// Those of [`to_be_signed`](Self::to_be_signed), and the signer's.
    pub fn sign<S: Signer>(self, signer: &S) -> Result<Vec<u8>, IssueError<S::Error>> {
        self.to_be_signed()?.sign(signer)
    }
}

/// The setters that both kinds of link share.
macro_rules! shared_setters {
    ($($builder:ty),+) => { $(
        impl $builder {
            /// Only the holder of the key with this thumbprint may continue: the first choice.
            pub fn next_key(mut self, thumbprint: &Digest) -> Self {
                self.claims.next = Some(digest(thumbprint));
                self
            }

            /// Only the vouched actor with this identifier may continue.
            pub fn next_identifier(mut self, identifier: &str) -> Self {
                self.claims.next = Some(text(identifier));
                self
            }

            /// A vouched actor that meets the contract may continue, if this link's actor calls it by name in a hand-over.
            pub fn next_contract(mut self, contract: Contract) -> Self {
                self.claims.next = Some(contract.handover().value());
                self
            }

            /// Any vouched actor that meets the contract and sees the token may continue, called or not: for a queue whose
            /// worker is unknown to the end. It can cut back here and shed what later links narrow (token.md §6).
            pub fn next_contract_without_handover(mut self, contract: Contract) -> Self {
                self.claims.next = Some(contract.without_handover().value());
                self
            }

            /// Anyone who sees the token may continue, unvouched actors included.
            pub fn next_anyone(mut self) -> Self {
                self.claims.next = Some(Value::Bool(true));
                self
            }

            /// A later start than the time of issue.
            pub const fn not_before(mut self, start: UnixTime) -> Self {
                self.claims.start = Some(start);
                self
            }

            /// Demands on every later link.
            pub fn require(mut self, contract: Contract) -> Self {
                self.claims.require = Some(contract.value());
                self
            }

            /// An ephemeral agreement key, for MAC proofs while this link is the head.
            pub fn agree(mut self, key: &PublicKey) -> Self {
                self.claims.agree = Some(encode::key(key));
                self
            }

            /// SHA-256 of what this hop was asked to do.
            pub fn task(mut self, task: &Digest) -> Self {
                self.claims.task = Some(digest(task));
                self
            }

            /// Links of other executions that fed this one.
            pub fn evidence(mut self, links: &[Digest]) -> Self {
                self.claims.evidence = Some(encode::set(links.iter().map(digest)));
                self
            }

            /// The link of another execution that triggered this one.
            pub fn cause(mut self, link: &Digest) -> Self {
                self.claims.cause = Some(digest(link));
                self
            }
        }
    )+ };
}

shared_setters!(RootBuilder, ContinuationBuilder<'_>);

/// Claims that any link may carry.
#[derive(Clone, Debug, Default)]
struct Optional {
    start: Option<UnixTime>,
    next: Option<Value>,
    require: Option<Value>,
    agree: Option<Value>,
    task: Option<Value>,
    evidence: Option<Value>,
    cause: Option<Value>,
}

impl Optional {
    const fn new() -> Self {
        Self { start: None, next: None, require: None, agree: None, task: None, evidence: None, cause: None }
    }
}

struct WindowClaim {
    iat: UnixTime,
    nbf: Option<UnixTime>,
    exp: UnixTime,
}

enum Lineage {
    Root { origin: Value, grants: GrantList },
    Hop { parent: Digest, position: u64, grants: Option<GrantList>, handover: Option<Digest> },
}

/// The claims set of a link, in the order of their labels.
fn link(actor: &Actor, window: WindowClaim, lineage: Lineage, claims: Optional) -> ToBeSigned {
    let (parent, position, grants, origin, handover) = match lineage {
        Lineage::Root { origin, grants } => (None, 0, Some(grants), Some(origin), None),
        Lineage::Hop { parent, position, grants, handover } => {
            (Some(digest(&parent)), position, grants, None, handover.as_ref().map(digest))
        }
    };
    let also = (!actor.also.is_empty()).then(|| encode::set(actor.also.iter().map(|vouch| digest(&vouch.digest))));
    let own = Claims::default()
        .maybe(ours::PARENT, parent)
        .set(ours::POSITION, uint(position))
        .maybe(ours::ROLE, actor.role.as_deref().map(text))
        .maybe(ours::GRANTS, grants.as_ref().map(GrantList::value))
        .maybe(ours::NEXT, claims.next)
        .maybe(ours::REQUIRE, claims.require)
        .maybe(ours::ORIGIN, origin)
        .maybe(ours::ALSO, also)
        .maybe(ours::AGREE, claims.agree)
        .maybe(ours::TASK, claims.task)
        .maybe(ours::HANDOVER, handover)
        .maybe(ours::EVIDENCE, claims.evidence)
        .maybe(ours::CAUSE, claims.cause);
    let payload = Claims::default()
        .set(claim::ISS, text(&actor.identifier))
        .set(claim::EXP, time(window.exp))
        .maybe(claim::NBF, window.nbf.map(time))
        .set(claim::IAT, time(window.iat))
        .maybe(claim::CNF, actor.is_unvouched().then(|| encode::cnf(actor.key.key())))
        .set(claim::OURS, own.value());
    let place = Part::Link(narrow(usize::try_from(position).unwrap_or(usize::MAX)));
    ToBeSigned::new(labels::TYP_LINK, &actor.kid, &payload.value(), actor.key, place)
}

/// What the verifier would refuse, as far as the issuer can know: everything but trust, the clock and signatures.
fn check(draft: &[u8], actor: &Actor) -> Result<(), Error> {
    let token = Token::decode(draft, &Limits::DEFAULT)?;
    let (links, credentials, handovers) = token.parts();
    let mut earlier: Vec<&Placed<'_>> = links.iter().collect();
    let Some(placed) = earlier.pop() else { return Err(Error::new(ErrorKind::RootMissing, Part::Token)) };
    let (link, index) = (&placed.link, earlier.len());
    let refuse = |kind| Error::new(kind, Part::Link(narrow(index)));
    let before = earlier.last();
    let parent = before.map(|before| &before.link);
    follows(link, parent, index)?;
    credentials_in_place(links, credentials, placed, index, before.map_or(0, |before| before.credentials))?;
    handover_in_place(handovers, placed, index, before.map_or(0, |before| before.handovers))?;
    if parent.is_some_and(|parent| !nests(link, parent)) {
        return Err(refuse(ErrorKind::WindowOutsideParent));
    }
    // V501: an identity origin signs with its own key, the others under a credential.
    let by_identity = link.origin().map(|origin| origin.kind() == OriginForm::Identity);
    if by_identity.is_some_and(|identity| identity == actor.vouched_by.is_some()) {
        return Err(refuse(ErrorKind::OriginUnknown));
    }
    check_keys(&token, link, actor).map_err(refuse)?;

    let mut views = Vec::new();
    for vouch in actor.credentials() {
        views.push(Credential::decode(&vouch.encoded)?);
    }
    let mut credentials = Fixed::new();
    for view in &views {
        credentials.push(view).ok_or(refuse(ErrorKind::SizeOutOfRange))?;
    }
    // What a verifier pins, only it knows: of a pinned actor, the demands of contracts are left to it.
    let name: &str = &actor.identifier;
    let pin = ActorPin::new(actor.key, name.into(), name.into(), name.into());
    let (facts, known) = match (&actor.vouched_by, actor.is_unvouched()) {
        (Some(_), _) => (Facts::vouched(link, credentials), Known::Facts),
        (None, true) => (Some(Facts::unvouched(link)), Known::Facts),
        (None, false) => (Some(Facts::pinned(link, &pin, credentials)), Known::Identifier),
    };
    let facts = facts.ok_or(refuse(ErrorKind::CredentialMissing))?;
    for (nth, credential) in views.iter().enumerate() {
        check_binding(credential, &facts, nth).map_err(refuse)?;
        check_window(credential, link, actor.outlive).map_err(refuse)?;
    }
    if known == Known::Facts {
        check_role(&facts).map_err(refuse)?;
    }
    if let Some(parent) = parent {
        let handover = token.handovers().find(|handover| Some(*handover.digest()) == link.handover());
        let requires = earlier.iter().filter_map(|placed| placed.link.require());
        check_one(&facts, parent, requires, handover, known).map_err(refuse)?;
    }
    let effective = earlier.iter().rev().find_map(|placed| placed.link.grants());
    if let (Some(stated), Some(effective)) = (link.grants(), effective) {
        stated.narrows(&effective).map_err(|_| refuse(ErrorKind::GrantsWidened))?;
    }
    Ok(())
}

/// V615 and V1201, for the keys that the issuer sees.
fn check_keys(token: &Token<'_>, link: &Link<'_>, actor: &Actor) -> Result<(), ErrorKind> {
    let carried = token.links().filter_map(|link| link.carried_key()).map(|key| *key.key());
    let vouched = token.credentials().map(|credential| *credential.key().key());
    let mut signing = carried.chain(vouched).chain(core::iter::once(*actor.key.key()));
    if let Some(agree) = link.agree() {
        let attests = |credential: &Credential<'_>| *credential.attester_key() == agree.thumbprint();
        let signs_link = token.links().any(|link| *link.kid() == agree.thumbprint());
        if signs_link || token.credentials().any(attests) || signing.any(|key| key == agree) {
            return Err(ErrorKind::AgreementKeySigns);
        }
        if !P256.is_on_curve(&agree) {
            return Err(ErrorKind::KeyOffCurve);
        }
    }
    if P256.is_on_curve(actor.key.key()) { Ok(()) } else { Err(ErrorKind::KeyOffCurve) }
}
