//! A service that this one calls: what it is called by, how much authority it gets, and whether it may continue.

use throughline::issue::{ContinuationBuilder, Contract, GrantList};
use throughline::{Digest, TrustedKey};

use crate::layer::External;

/// A callee. If nothing else is said, it gets all authority that this hop has, and nobody may continue.
#[derive(Clone, Debug)]
pub struct Callee {
    pub(super) audience: String,
    pub(super) external: External,
    pub(super) grants: Option<GrantList>,
    pub(super) next: Next,
    pub(super) called: Option<String>,
    pub(super) agreement: Option<TrustedKey>,
    pub(super) grpc: bool,
}

#[derive(Clone, Debug)]
pub(super) enum Next {
    Nobody,
    Key(Digest),
    Identifier(String),
    Contract(Contract),
    ContractWithoutHandOver(Contract),
    Anyone,
}

impl Callee {
    /// The audience that enforces there, and what it is called by: requests to this scheme and authority are for it.
    #[must_use]
    pub fn new(audience: &str, external: External) -> Self {
        Self {
            audience: audience.into(),
            external,
            grants: None,
            next: Next::Nobody,
            called: None,
            agreement: None,
            grpc: false,
        }
    }

    /// It gets this authority and no more: a callee inherits all that its caller may still ask (token.md §6).
    #[must_use]
    pub fn grants(self, grants: GrantList) -> Self {
        Self { grants: Some(grants), ..self }
    }

    /// Only the holder of the key with this thumbprint may continue.
    #[must_use]
    pub fn next_key(self, thumbprint: Digest) -> Self {
        Self { next: Next::Key(thumbprint), ..self }
    }

    /// Only the vouched actor with this identifier may continue; it is called by this name where the chain demands it.
    #[must_use]
    pub fn next_identifier(self, identifier: &str) -> Self {
        Self { next: Next::Identifier(identifier.into()), called: Some(identifier.into()), ..self }
    }

    /// The actor with this identifier may continue, which meets the contract and is called by name, in a hand-over that goes with the request.
    #[must_use]
    pub fn next_contract(self, contract: Contract, identifier: &str) -> Self {
        Self { next: Next::Contract(contract), called: Some(identifier.into()), ..self }
    }

    /// Whoever meets the contract may continue, called or not.
    #[must_use]
    pub fn next_contract_without_hand_over(self, contract: Contract) -> Self {
        Self { next: Next::ContractWithoutHandOver(contract), ..self }
    }

    /// Anyone may continue who sees the request.
    #[must_use]
    pub fn next_anyone(self) -> Self {
        Self { next: Next::Anyone, ..self }
    }

    /// The name to call it by where the chain demands that (`require`), and `next` does not say it.
    #[must_use]
    pub fn called(self, identifier: &str) -> Self {
        Self { called: Some(identifier.into()), ..self }
    }

    /// Proofs under a MAC, for the audience with this agreement key, instead of signed ones.
    #[must_use]
    pub fn mac(self, agreement: TrustedKey) -> Self {
        Self { agreement: Some(agreement), ..self }
    }

    /// It is called over gRPC.
    #[cfg(feature = "grpc")]
    #[must_use]
    pub fn grpc(self) -> Self {
        Self { grpc: true, ..self }
    }
}

impl Next {
    pub(super) fn set<'t>(&self, link: ContinuationBuilder<'t>) -> ContinuationBuilder<'t> {
        match self {
            Self::Nobody => link,
            Self::Key(thumbprint) => link.next_key(thumbprint),
            Self::Identifier(identifier) => link.next_identifier(identifier),
            Self::Contract(contract) => link.next_contract(contract.clone()),
            Self::ContractWithoutHandOver(contract) => link.next_contract_without_handover(contract.clone()),
            Self::Anyone => link.next_anyone(),
        }
    }
}
