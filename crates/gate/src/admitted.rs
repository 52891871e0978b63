//! An admitted call, owned: what handlers, logs and outgoing requests need of it.

use std::fmt;
use std::sync::Arc;

use throughline::{Admission, Digest, Error, ProofKind, RevocationSnapshot, UnixTime, VerifiedChain, Vouching};

use crate::decide::Call;
use crate::facts::ChainFacts;
use crate::gate::Gate;
use crate::generation::Generation;
use crate::signatures::Signatures;

/// This call was admitted. Only a [`Gate`] makes one; cheap to clone, and at home in request extensions.
///
/// It owns the token and the few facts that nearly everybody asks for. The whole chain borrows from the token, and most handlers never look
/// at it, so it is not copied out: [`chain`](Self::chain) verifies it once more, with everything it was admitted under. Verification is a pure
/// function, so the verdict is the same, and its signatures are remembered, so that takes a few microseconds.
#[derive(Clone)]
pub struct Admitted(Arc<Inner>);

struct Inner {
    gate: Gate,
    /// What the call began with, for as long as anybody asks.
    generation: Arc<Generation>,
    lists: RevocationSnapshot,
    token: Box<[u8]>,
    at: UnixTime,
    expires: UnixTime,
    digest: Digest,
    action: Box<str>,
    resource: Box<str>,
    proof: ProofKind,
    execution: Digest,
    head: Digest,
    depth: usize,
    independent: bool,
    grant: usize,
    identifier: Box<str>,
    role: Option<Box<str>>,
    vouched: bool,
    accountable: Box<str>,
    anchor: Box<str>,
    consent: Option<Digest>,
}

impl Admitted {
    pub(crate) fn new(
        gate: Gate,
        admission: &Admission<'_>,
        call: &Call<'_>,
        generation: Arc<Generation>,
        lists: RevocationSnapshot,
        grant: usize,
    ) -> Self {
        let chain = admission.chain();
        let (head, origin) = (chain.head(), chain.origin());
        Self(Arc::new(Inner {
            gate,
            generation,
            lists,
            token: call.token.unwrap_or_default().into(),
            at: admission.admitted_at(),
            expires: head.map_or(UnixTime(0), |head| head.window().end()),
            digest: call.digest,
            action: call.action.into(),
            resource: call.resource.into(),
            proof: admission.proof().kind(),
            execution: chain.execution_id().unwrap_or(NONE),
            head: *admission.proof().head(),
            depth: chain.len(),
            independent: chain.is_independent(),
            grant,
            identifier: head.map_or("", |head| head.identifier()).into(),
            role: head.and_then(|head| head.role()).map(Into::into),
            vouched: head.is_some_and(|head| head.vouching() != Vouching::Unvouched),
            accountable: origin.map_or("", |origin| origin.accountable()).into(),
            anchor: origin.map_or("", |origin| origin.anchor()).into(),
            consent: origin.and_then(|origin| origin.consent()),
        }))
    }

    /// Who performs this: the head's identifier.
    #[must_use]
    pub fn identifier(&self) -> &str {
        &self.0.identifier
    }

    /// In which capacity; none where nobody vouches for the head.
    #[must_use]
    pub fn role(&self) -> Option<&str> {
        self.0.role.as_deref()
    }

    /// Whether anybody vouches for the head.
    #[must_use]
    pub fn is_vouched(&self) -> bool {
        self.0.vouched
    }

    /// Who authorized it: the origin's accountable entity.
    #[must_use]
    pub fn accountable(&self) -> &str {
        &self.0.accountable
    }

    /// Name of the origin anchor that the root stands on.
    #[must_use]
    pub fn anchor(&self) -> &str {
        &self.0.anchor
    }

    /// SHA-256 of the origin's consent record.
    #[must_use]
    pub fn consent(&self) -> Option<Digest> {
        self.0.consent
    }

    /// The execution's id: digest of the root.
    #[must_use]
    pub fn execution_id(&self) -> Digest {
        self.0.execution
    }

    /// Digest of the head.
    #[must_use]
    pub fn head(&self) -> Digest {
        self.0.head
    }

    /// How many hops there are, the origin among them.
    #[must_use]
    pub fn depth(&self) -> usize {
        self.0.depth
    }

    /// Whether it spends only its own accountable entity's authority; otherwise it is delegated (token.md §8.1).
    #[must_use]
    pub fn is_independent(&self) -> bool {
        self.0.independent
    }

    /// Which of the head's effective grants admits it.
    #[must_use]
    pub fn grant(&self) -> usize {
        self.0.grant
    }

    /// How the proof was sealed.
    #[must_use]
    pub fn proof(&self) -> ProofKind {
        self.0.proof
    }

    /// When it was admitted.
    #[must_use]
    pub fn at(&self) -> UnixTime {
        self.0.at
    }

    /// The first second in which the head no longer holds.
    #[must_use]
    pub fn expires(&self) -> UnixTime {
        self.0.expires
    }

    /// Digest of the request.
    #[must_use]
    pub fn digest(&self) -> Digest {
        self.0.digest
    }

    /// The action that was asked for.
    #[must_use]
    pub fn action(&self) -> &str {
        &self.0.action
    }

    /// The resource it was asked for.
    #[must_use]
    pub fn resource(&self) -> &str {
        &self.0.resource
    }

    /// The audience it was admitted by.
    #[must_use]
    pub fn audience(&self) -> &str {
        self.0.gate.audience()
    }

    pub(crate) fn gate(&self) -> &Gate {
        &self.0.gate
    }

    /// The token, to be continued.
    #[must_use]
    pub fn token(&self) -> &[u8] {
        &self.0.token
    }

    /// Asks the verified chain, as it was when the call was admitted.
    ///
    /// # Errors
    /// None in practice: the same inputs gave a chain before.
    pub fn chain<T>(&self, ask: impl FnOnce(&VerifiedChain<'_>) -> T) -> Result<T, Error> {
        let Inner { gate, generation, lists, token, at, .. } = &*self.0;
        let signatures = Signatures::new(&gate.0.signatures, &generation.keys);
        let chain = gate.0.verifier(generation, &signatures, lists).verify(token, *at)?;
        Ok(ask(&chain))
    }

    /// Every fact of the chain, in the shape of `spec/facts.md`.
    ///
    /// # Errors
    /// Those of [`chain`](Self::chain).
    pub fn facts(&self) -> Result<ChainFacts, Error> {
        self.chain(|chain| ChainFacts::new(chain, self.0.token.len(), self.0.at))
    }
}

impl fmt::Debug for Admitted {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Admitted")
            .field("execution", &self.0.execution)
            .field("identifier", &self.0.identifier)
            .field("role", &self.0.role)
            .field("accountable", &self.0.accountable)
            .field("depth", &self.0.depth)
            .finish_non_exhaustive()
    }
}

/// Of a chain without a root, which there is not.
const NONE: Digest = Digest([0; 32]);
