//! What is recorded of a decision, from what the verifier gives (audit.md §3, §4).

use alloc::borrow::Cow;
use alloc::string::ToString as _;
use alloc::vec::Vec;

use crate::admission::{Admission, Request};
use crate::audit::record::{
    Claimed, Decision, Execution, HopRecord, Nonce, OriginRecord, ProofRecord, Refused, UsedGrants,
};
use crate::cbor::Major;
use crate::digest::Digest;
use crate::encode::Head;
use crate::error::Error;
use crate::grant::{Access, Grants};
use crate::limits::{Limits, MAX_VALUE, wide};
use crate::proof::Proof;
use crate::token::Token;
use crate::verified::{Hop, VerifiedChain};

impl<'a> Decision<'a> {
    /// About nothing more than that somebody asked this service: for requests that are refused before they are understood.
    #[must_use]
    pub fn of(audience: &'a str) -> Self {
        Self {
            audience: audience.into(),
            request: None,
            action: None,
            resource: None,
            token: None,
            proof: None,
            refused: None,
            execution: None,
            claimed: None,
            grants: None,
        }
    }

    /// A request that was admitted.
    #[must_use]
    pub fn admitted(admission: &'a Admission<'_>, request: &Request<'a>) -> Self {
        let access = Access::new(request.action, request.resource, request.arguments);
        let grant = access.ok().and_then(|access| admission.chain().grants().admits(&access));
        Self::of(request.audience).about(request).admitted_by(admission, grant.unwrap_or_default())
    }

    /// The same, admitted by the head's effective grant with this index.
    #[must_use]
    pub fn admitted_by(self, admission: &'a Admission<'_>, grant: usize) -> Self {
        Self {
            proof: Some(ProofRecord::of(admission.proof())),
            execution: Execution::of(admission.chain()),
            grants: UsedGrants::one(admission.chain().grants(), grant),
            ..self
        }
    }

    /// The same about this request.
    #[must_use]
    pub fn about(self, request: &Request<'a>) -> Self {
        Self {
            request: Some(request.digest),
            action: Some(cut(request.action)),
            resource: Some(cut(request.resource)),
            ..self
        }
    }

    /// The same, refused, with whatever bytes came as token and proof: what they claim is recorded as claimed.
    #[must_use]
    pub fn refused(self, refused: Refused<'a>, token: Option<&'a [u8]>, proof: Option<&[u8]>) -> Self {
        Self {
            token: token.map(|token| Digest::of(&[token])),
            proof: proof.and_then(|proof| Proof::decode(proof, &Limits::DEFAULT).ok()).as_ref().map(ProofRecord::of),
            claimed: token.and_then(Claimed::of),
            refused: Some(refused),
            ..self
        }
    }

    /// The same, refused after the chain was verified.
    #[must_use]
    pub fn withheld(self, refused: Refused<'a>, chain: &'a VerifiedChain<'_>, proof: &Proof<'_>) -> Self {
        Self { proof: Some(ProofRecord::of(proof)), execution: Execution::of(chain), refused: Some(refused), ..self }
    }
}

impl From<&Error> for Refused<'static> {
    fn from(error: &Error) -> Self {
        Self {
            step: Some(error.kind.number().into()),
            name: error.kind.name().into(),
            at: error.at.to_string().into(),
            text: error.kind.to_string().into(),
            reason: error.reason().name().into(),
        }
    }
}

impl ProofRecord {
    fn of(proof: &Proof<'_>) -> Self {
        Self { kind: proof.kind(), nonce: Nonce(*proof.nonce()), issued: proof.issued() }
    }
}

impl<'a> Execution<'a> {
    /// What a verified chain says.
    #[must_use]
    pub fn of(chain: &'a VerifiedChain<'_>) -> Option<Self> {
        let origin = chain.origin()?;
        Some(Self {
            id: chain.execution_id()?,
            independent: chain.is_independent(),
            origin: OriginRecord {
                kind: origin.kind(),
                accountable: origin.accountable().into(),
                anchor: origin.anchor().into(),
                consent: origin.consent(),
            },
            hops: chain.hops().map(HopRecord::of).collect(),
        })
    }
}

impl<'a> HopRecord<'a> {
    fn of(hop: Hop<'a>) -> Self {
        Self {
            digest: *hop.link().digest(),
            identifier: hop.identifier().into(),
            role: hop.role().map(Cow::Borrowed),
            vouching: hop.vouching(),
            attester: hop.attester().map(Cow::Borrowed),
            accountable: hop.accountable().map(Cow::Borrowed),
            key: hop.key().map(|key| *key.thumbprint()),
            handover: hop.handover().map(|handover| *handover.digest()),
            task: hop.link().task(),
        }
    }
}

impl<'a> Claimed<'a> {
    fn of(token: &'a [u8]) -> Option<Self> {
        let token = Token::decode(token, &Limits::DEFAULT).ok()?;
        let (root, head) = (token.links().next()?, token.links().next_back()?);
        Some(Self {
            id: *root.digest(),
            head: *head.digest(),
            hops: wide(token.links().count()),
            accountable: root.origin().map_or("", |origin| origin.accountable()).into(),
            identifier: head.identifier().into(),
        })
    }
}

impl<'a> UsedGrants<'a> {
    /// The grant with this index, in a list of its own.
    fn one(grants: Grants<'_>, index: usize) -> Option<Self> {
        let used = grants.encoded_at(index)?;
        let mut list = Vec::with_capacity(used.len().saturating_add(1));
        list.extend_from_slice(Head::sized(Major::Array, 1).as_bytes());
        list.extend_from_slice(used);
        Some(Self(Cow::Owned(list)))
    }
}

/// §3: as much as a record keeps of a text that a request chose.
fn cut(text: &str) -> Cow<'_, str> {
    Cow::Borrowed(text.get(..text.floor_char_boundary(MAX_VALUE)).unwrap_or_default())
}
