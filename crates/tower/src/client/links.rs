//! Links of this hop, one per incoming head and callee, made once and used as long as they hold.

use std::collections::HashMap;
use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};

use throughline::issue::{ContinuationBuilder, HandOverBuilder, IssueError, ProofBuilder, Signer as _};
use throughline::{AgreementKey, Digest, Error, ErrorKind, Limits, Next, Part, Place, Token, UnixTime};

use crate::admitted::Admitted;
use crate::client::callee::Callee;
use crate::client::hop::{Hop, HopError};

/// A token whose newest link this hop made itself: of an execution that it began, or continued by other means. In the extensions of an
/// outgoing request it is sent as it is, with a proof, and the hand-over that its head demands.
#[derive(Clone)]
pub struct Held(Arc<Inner>);

struct Inner {
    token: Vec<u8>,
    head: Digest,
    until: UnixTime,
    agree: Option<AgreementKey>,
}

impl Held {
    /// This token.
    ///
    /// # Errors
    /// Those of stages 1 and 2.
    pub fn new(token: Vec<u8>) -> Result<Self, Error> {
        Self::with(token, None)
    }

    /// This token, whose head names the public half of this key (`agree`), for MAC proofs.
    ///
    /// # Errors
    /// Those of stages 1 and 2.
    pub fn agreeing(token: Vec<u8>, agree: AgreementKey) -> Result<Self, Error> {
        Self::with(token, Some(agree))
    }

    /// The token.
    #[must_use]
    pub fn token(&self) -> &[u8] {
        &self.0.token
    }

    fn with(token: Vec<u8>, agree: Option<AgreementKey>) -> Result<Self, Error> {
        let decoded = Token::decode(&token, &Limits::DEFAULT)?;
        let head = decoded.links().next_back().ok_or(EMPTY)?;
        let (head, until) = (*head.digest(), head.window().end());
        Ok(Self(Arc::new(Inner { token, head, until, agree })))
    }
}

impl fmt::Debug for Held {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Held").field("head", &self.0.head).field("until", &self.0.until).finish_non_exhaustive()
    }
}

/// What goes with requests of one execution to one callee.
#[derive(Clone, Debug)]
pub(super) struct Outfit {
    pub(super) held: Held,
    pub(super) hand_over: Option<Arc<[u8]>>,
}

impl Outfit {
    /// A proof by this hop for one request.
    pub(super) fn prove(&self, hop: &Hop, callee: &Callee, request: Digest) -> Result<Vec<u8>, HopError> {
        let proof = ProofBuilder::new(self.held.token(), &callee.audience, request, hop.now(), random()?);
        match (&callee.agreement, &self.held.0.agree) {
            (Some(audience), Some(agree)) => Ok(proof.mac(agree, audience)?),
            _ => proof.sign(hop.device()),
        }
    }
}

/// Links that were made, shared by threads.
#[derive(Debug, Default)]
pub(super) struct Links(Mutex<HashMap<Key, Outfit>>);

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) struct Key {
    head: [u8; 32],
    /// Another hand-over makes another link.
    hand_over: Option<[u8; 32]>,
    callee: usize,
}

impl Links {
    /// For continuing what was admitted.
    pub(super) fn continuing(
        &self,
        hop: &Hop,
        admitted: &Admitted,
        callee: (usize, &Callee),
    ) -> Result<Outfit, HopError> {
        let hand_over = admitted.hand_over().map(|given| Digest::of(&[given]).0);
        let key = Key { head: admitted.head().0, hand_over, callee: callee.0 };
        self.get(hop, key, || append(hop, admitted, callee.1))
    }

    /// For what this hop holds already.
    pub(super) fn holding(&self, hop: &Hop, held: &Held, callee: (usize, &Callee)) -> Result<Outfit, HopError> {
        let key = Key { head: held.0.head.0, hand_over: None, callee: callee.0 };
        self.get(hop, key, || {
            let hand_over = hand_over(hop, held.token(), held.0.until, callee.1)?;
            Ok(Outfit { held: held.clone(), hand_over })
        })
    }

    /// What there is, as long as it holds for a tenth of a link's life more; otherwise what `make` makes.
    fn get(&self, hop: &Hop, key: Key, make: impl FnOnce() -> Result<Outfit, HopError>) -> Result<Outfit, HopError> {
        let now = hop.now();
        let soon = now.plus(hop.seconds() / 10);
        if let Some(made) = self.locked(|made| made.get(&key).filter(|made| soon < made.held.0.until).cloned()) {
            return Ok(made);
        }
        // Not under the lock. Two threads may make two sibling links: both are good.
        let new = make()?;
        self.locked(|made| {
            if made.len() >= MAX_LINKS {
                made.retain(|_, made| soon < made.held.0.until);
            }
            // Full of links that all hold: they are made again when they are needed.
            if made.len() >= MAX_LINKS {
                made.clear();
            }
            made.insert(key, new.clone());
        });
        Ok(new)
    }

    fn locked<T>(&self, act: impl FnOnce(&mut HashMap<Key, Outfit>) -> T) -> T {
        act(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

/// This hop's link after the one that was admitted, for one callee.
fn append(hop: &Hop, admitted: &Admitted, callee: &Callee) -> Result<Outfit, HopError> {
    let (actor, vouched_until) = hop.standing();
    let parent = admitted.token();
    let given = admitted.hand_over().filter(|_| demands_hand_over(parent));
    // Whatever ends first ends the link: its own life, the parent, who speaks for this hop, who called it.
    let now = hop.now();
    let called_until = given.and_then(expires);
    let ends = [Some(now.plus(hop.seconds())), Some(admitted.expires()), vouched_until, called_until];
    let until = ends.into_iter().flatten().min().unwrap_or(now);

    let agree = match callee.agreement {
        Some(_) => Some(fresh_agreement_key()?),
        None => None,
    };
    let mut link = ContinuationBuilder::new(parent, actor, (now, until));
    if let Some(given) = given {
        link = link.handover(given);
        if let Some(task) = task(given) {
            link = link.task(&task);
        }
    }
    if let Some(grants) = &callee.grants {
        link = link.grants(grants.clone());
    }
    if let Some(agree) = &agree {
        link = link.agree(agree.public().key());
    }
    let token = callee.next.set(link).sign(hop.device())?;
    let hand_over = hand_over(hop, &token, until, callee)?;
    Ok(Outfit { held: Held::with(token, agree)?, hand_over })
}

/// The hand-over to a callee that has a name, where the head or the chain demands one.
fn hand_over(hop: &Hop, token: &[u8], until: UnixTime, callee: &Callee) -> Result<Option<Arc<[u8]>>, HopError> {
    let Some(called) = callee.called.as_deref().filter(|_| may_be_continued(token) && demands_hand_over(token)) else {
        return Ok(None);
    };
    let made = HandOverBuilder::new(token, *hop.device().key(), called, until).sign(hop.device())?;
    Ok(Some(made.into()))
}

fn may_be_continued(token: &[u8]) -> bool {
    let token = Token::decode(token, &Limits::DEFAULT);
    token.is_ok_and(|token| token.links().next_back().is_some_and(|head| head.next().is_some()))
}

/// Whether whoever continues a token must have been called by name.
fn demands_hand_over(token: &[u8]) -> bool {
    let Ok(token) = Token::decode(token, &Limits::DEFAULT) else { return false };
    let by_next = match token.links().next_back().and_then(|head| head.next()) {
        Some(Next::Contract(contract)) => contract.handover(),
        Some(Next::Key(_) | Next::Identifier(_) | Next::Anyone) | None => false,
    };
    by_next || token.links().any(|link| link.require().is_some_and(|contract| contract.handover()))
}

fn expires(hand_over: &[u8]) -> Option<UnixTime> {
    Some(Token::decode(hand_over, &Limits::DEFAULT).ok()?.handovers().next()?.expires())
}

fn task(hand_over: &[u8]) -> Option<Digest> {
    Token::decode(hand_over, &Limits::DEFAULT).ok()?.handovers().next()?.task()
}

fn fresh_agreement_key() -> Result<AgreementKey, HopError> {
    // All but one in 2³² of 32 random bytes are a scalar.
    for _ in 0..8 {
        if let Some(key) = AgreementKey::from_bytes(&random()?) {
            return Ok(key);
        }
    }
    Err(IssueError::Signer("the system's random bytes are not random".into()))
}

fn random<const N: usize>() -> Result<[u8; N], HopError> {
    let mut bytes = [0; N];
    getrandom::fill(&mut bytes).map_err(|error| IssueError::Signer(format!("no random bytes: {error}")))?;
    Ok(bytes)
}

/// Most links that are kept.
const MAX_LINKS: usize = 4_096;

const EMPTY: Error = Error { kind: ErrorKind::RootMissing, at: Place { part: Part::Token, byte: None } };
