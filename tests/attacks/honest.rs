//! The honest: an origin, its attester, workers. Their keys do not leave this module; bytes do.

use std::sync::atomic::{AtomicU64, Ordering};

use throughline::issue::{
    Actor, ContinuationBuilder, HandOverBuilder, ProofBuilder, RevocationListBuilder, RootBuilder, Signer as _,
    SigningKey,
};
use throughline::{Digest, Limits, Next as Stated, Request, Token, TrustedKey, UnixTime};

use crate::common::world::{GATEWAY, REVOKER, agreement_key, vouched};
use crate::common::{HOUR, NOW, ROLE, contract, key, root, window, worker};

/// Who acts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Who {
    Alice,
    Worker(u8),
    Gateway,
    /// Known by its key alone.
    Stray,
}

/// Whom a link lets continue.
#[derive(Clone, Debug)]
pub(crate) enum Next {
    Nobody,
    Key(Digest),
    Named(String),
    /// Whoever has the role, called or not.
    Contract,
    /// Whoever has the role and is called by name.
    Called,
    Anyone,
}

/// An execution in honest hands.
#[derive(Clone, Debug)]
pub(crate) struct Execution {
    pub(crate) token: Vec<u8>,
    head: Who,
}

impl Who {
    /// The name under which the fixtures have its keys.
    pub(crate) fn name(self) -> String {
        match self {
            Self::Alice => "alice".to_owned(),
            Self::Worker(n) => format!("worker {n}"),
            Self::Gateway => "gateway".to_owned(),
            Self::Stray => "stray".to_owned(),
        }
    }

    /// Its public key.
    pub(crate) fn public(self) -> TrustedKey {
        *self.key().key()
    }

    fn key(self) -> SigningKey {
        key(&self.name())
    }
}

impl Execution {
    /// Alice's root.
    pub(crate) fn root(next: &Next) -> Self {
        Self::root_with(next, |root| root)
    }

    pub(crate) fn root_with(next: &Next, edit: impl FnOnce(RootBuilder) -> RootBuilder) -> Self {
        Self::root_of(Who::Alice, edit(root()), next)
    }

    /// A root by another of the honest.
    pub(crate) fn root_of(who: Who, builder: RootBuilder, next: &Next) -> Self {
        let builder = match next {
            Next::Nobody => builder,
            Next::Key(thumbprint) => builder.next_key(thumbprint),
            Next::Named(identifier) => builder.next_identifier(identifier),
            Next::Contract => builder.next_contract_without_handover(contract()),
            Next::Called => builder.next_contract(contract()),
            Next::Anyone => builder.next_anyone(),
        };
        let token = builder.agree(agreement_key(&who.name()).public().key()).sign(&who.key()).unwrap();
        Self { token, head: who }
    }

    /// Continued by worker `n`; called by the head's actor where that is demanded.
    pub(crate) fn hop(&self, n: u8, next: &Next) -> Self {
        self.hop_with(n, next, |hop| hop)
    }

    pub(crate) fn hop_with<'t>(
        &'t self,
        n: u8,
        next: &Next,
        edit: impl FnOnce(ContinuationBuilder<'t>) -> ContinuationBuilder<'t>,
    ) -> Self {
        self.continued(Who::Worker(n), vouched(n), next, edit)
    }

    pub(crate) fn through_gateway(&self, next: &Next) -> Self {
        let pinned = Actor::pinned(Who::Gateway.public(), GATEWAY, ROLE);
        self.continued(Who::Gateway, pinned, next, |hop| hop)
    }

    pub(crate) fn through_stray(&self, next: &Next) -> Self {
        self.continued(Who::Stray, Actor::unvouched(Who::Stray.public()), next, |hop| hop)
    }

    pub(crate) fn continued<'t>(
        &'t self,
        who: Who,
        actor: Actor,
        next: &Next,
        edit: impl FnOnce(ContinuationBuilder<'t>) -> ContinuationBuilder<'t>,
    ) -> Self {
        let given = self.demands_handover().then(|| self.handover(actor.identifier()));
        let builder = ContinuationBuilder::new(&self.token, actor, window());
        let builder = given.iter().fold(builder, |builder, given| builder.handover(given));
        let builder = match next {
            Next::Nobody => builder,
            Next::Key(thumbprint) => builder.next_key(thumbprint),
            Next::Named(identifier) => builder.next_identifier(identifier),
            Next::Contract => builder.next_contract_without_handover(contract()),
            Next::Called => builder.next_contract(contract()),
            Next::Anyone => builder.next_anyone(),
        };
        let builder = edit(builder.agree(agreement_key(&who.name()).public().key()));
        Self { token: builder.sign(&who.key()).unwrap(), head: who }
    }

    fn demands_handover(&self) -> bool {
        let token = Token::decode(&self.token, &Limits::DEFAULT).unwrap();
        let by_next = match token.links().next_back().unwrap().next() {
            Some(Stated::Contract(contract)) => contract.handover(),
            _ => false,
        };
        by_next || token.links().filter_map(|link| link.require()).any(|require| require.handover())
    }

    /// The head's actor names a successor.
    pub(crate) fn handover(&self, to: &str) -> Vec<u8> {
        self.handover_with(to, |handover| handover)
    }

    pub(crate) fn handover_with<'t>(
        &'t self,
        to: &str,
        edit: impl FnOnce(HandOverBuilder<'t>) -> HandOverBuilder<'t>,
    ) -> Vec<u8> {
        let builder = HandOverBuilder::new(&self.token, self.head.public(), to, NOW.plus(HOUR));
        edit(builder).sign(&self.head.key()).unwrap()
    }

    /// The head's actor asks for it, signed and under a MAC, each with a nonce of its own.
    pub(crate) fn asks(&self, request: &Request<'_>, at: UnixTime) -> Vec<Vec<u8>> {
        [false, true].map(|mac| self.asks_with(request, at, fresh_nonce(), mac)).into()
    }

    pub(crate) fn asks_with(&self, request: &Request<'_>, at: UnixTime, nonce: [u8; 16], mac: bool) -> Vec<u8> {
        let builder = ProofBuilder::new(&self.token, request.audience, request.digest, at, nonce);
        if mac {
            builder.mac(&agreement_key(&self.head.name()), agreement_key("audience").public()).unwrap()
        } else {
            builder.sign(&self.head.key()).unwrap()
        }
    }
}

/// Whoever is worker `n`, by name.
pub(crate) fn named(n: u8) -> Next {
    Next::Named(worker(n))
}

/// Root, worker 1, worker 2, each named by the one before.
pub(crate) fn three_hops() -> Execution {
    Execution::root(&named(1)).hop(1, &named(2)).hop(2, &named(3))
}

/// Never the same twice.
pub(crate) fn fresh_nonce() -> [u8; 16] {
    static COUNT: AtomicU64 = AtomicU64::new(1);
    u128::from(COUNT.fetch_add(1, Ordering::Relaxed)).to_be_bytes()
}

/// The revoker's list.
pub(crate) fn list(
    number: u64,
    window: (UnixTime, UnixTime),
    edit: impl FnOnce(RevocationListBuilder) -> RevocationListBuilder,
) -> Vec<u8> {
    let revoker = key("revoker");
    edit(RevocationListBuilder::new((*revoker.key(), REVOKER), number, window)).sign(&revoker).unwrap()
}
