//! What a verified chain says, owned, in the one JSON shape of `spec/facts.md`: for policy engines, reports and people.

mod call;
mod grants;
pub(crate) mod words;

use serde::{Deserialize, Serialize};
use serde_json::Value as Json;
use throughline::{Hop, Next, UnixTime, VerifiedChain};

pub use crate::facts::call::CallFacts;
pub use crate::facts::grants::{GrantFacts, LimitFacts, ValueFacts};
pub use crate::facts::words::{origin_kind, property_json};

/// Who performed this, who authorized it, how the two are connected, and what may still be done. Only a
/// [`VerifiedChain`] makes one; read back from JSON it is somebody's report and no witness.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct ChainFacts {
    /// The time it was verified for, seconds since 1970.
    pub at: u64,
    /// The execution's id: digest of the root.
    pub execution: String,
    /// Digest of the head.
    pub head: String,
    /// Whether it spends only its own accountable entity's authority (token.md §8.1).
    pub independent: bool,
    /// Who authorized it.
    pub origin: Option<OriginFacts>,
    /// Oldest first; the last performs this.
    pub hops: Vec<HopFacts>,
    /// What may still be done.
    pub grants: Vec<GrantFacts>,
    /// Bytes of the token.
    pub bytes: usize,
}

/// Who authorized an execution.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct OriginFacts {
    /// `identity`, `role` or `context`.
    pub kind: String,
    /// The accountable entity.
    pub accountable: String,
    /// Name of the origin anchor in the trust bundle.
    pub anchor: String,
    /// SHA-256 of the consent record.
    pub consent: Option<String>,
}

/// One hop.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct HopFacts {
    /// 0 is the origin.
    pub position: u64,
    /// Digest of the link.
    pub digest: String,
    /// Which instance acts.
    pub identifier: String,
    /// In which capacity; none where nobody vouches.
    pub role: Option<String>,
    /// Thumbprint of the key that signed.
    pub key: Option<String>,
    /// `origin`, `credential`, `pin` or `unvouched`.
    pub vouching: String,
    /// On whose word identifier and role rest.
    pub attester: Option<String>,
    /// Who is answerable for the actor, as vouched for.
    pub accountable: Option<String>,
    /// `iat`.
    pub issued: u64,
    /// The first second of the link.
    pub start: u64,
    /// The first second after it.
    pub expires: u64,
    /// How the hop before allowed it: `key`, `identifier`, `contract` or `anyone`.
    pub allowed_by: Option<String>,
    /// By which hand-over it was called.
    pub handover: Option<HandOverFacts>,
    /// What is attested of it, and by whom.
    pub properties: Vec<StatementFacts>,
    /// Whether it may do less than the hop before.
    pub narrowed: bool,
    /// The authority in force from here on.
    pub grants: Vec<GrantFacts>,
    /// Digest of what it says it was asked to do.
    pub task: Option<String>,
    /// Digest of the link that it says triggered it.
    pub cause: Option<String>,
    /// Digests of the links that it says fed it.
    pub evidence: Vec<String>,
    /// Bytes of the link.
    pub bytes: usize,
}

/// A hand-over.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct HandOverFacts {
    /// Its digest.
    pub digest: String,
    /// Whom it names.
    pub to: String,
    /// The first second after it.
    pub expires: u64,
}

/// One attester's word on one property.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct StatementFacts {
    /// The attester's name.
    pub attester: String,
    /// The property's name.
    pub name: String,
    /// Its value; bytes are `{"bytes": base64url}`.
    pub value: Json,
    /// Whether it was made for exactly this step.
    pub fresh: bool,
}

impl ChainFacts {
    /// The facts of a chain that was verified for this time, from a token of so many bytes.
    #[must_use]
    pub fn new(chain: &VerifiedChain<'_>, bytes: usize, at: UnixTime) -> Self {
        let hops: Vec<Hop<'_>> = chain.hops().collect();
        let befores = std::iter::once(None).chain(hops.iter().map(Some));
        Self {
            at: at.0,
            execution: chain.execution_id().map(|id| id.to_string()).unwrap_or_default(),
            head: hops.last().map(|hop| hop.link().digest().to_string()).unwrap_or_default(),
            independent: chain.is_independent(),
            origin: chain.origin().map(|origin| OriginFacts {
                kind: origin_kind(origin.kind()).into(),
                accountable: origin.accountable().into(),
                anchor: origin.anchor().into(),
                consent: origin.consent().map(|digest| digest.to_string()),
            }),
            hops: hops.iter().zip(befores).map(|(hop, before)| HopFacts::new(hop, before)).collect(),
            grants: GrantFacts::of(chain.grants()),
            bytes,
        }
    }
}

impl HopFacts {
    fn new(hop: &Hop<'_>, before: Option<&Hop<'_>>) -> Self {
        let (link, window) = (hop.link(), hop.window());
        Self {
            position: link.position(),
            digest: link.digest().to_string(),
            identifier: hop.identifier().into(),
            role: hop.role().map(Into::into),
            key: hop.key().map(|key| key.thumbprint().to_string()),
            vouching: words::vouching(hop.vouching()).into(),
            attester: hop.attester().map(Into::into),
            accountable: hop.accountable().map(Into::into),
            issued: window.issued().0,
            start: window.start().0,
            expires: window.end().0,
            allowed_by: before.and_then(|before| before.link().next()).map(|next| allowed_by(&next).into()),
            handover: hop.handover().map(|given| HandOverFacts {
                digest: given.digest().to_string(),
                to: given.to().into(),
                expires: given.expires().0,
            }),
            properties: hop
                .statements()
                .map(|statement| StatementFacts {
                    attester: statement.attester.into(),
                    name: statement.name.into(),
                    value: property_json(&statement.value),
                    fresh: statement.fresh,
                })
                .collect(),
            narrowed: before.is_some() && link.grants().is_some(),
            grants: GrantFacts::of(hop.grants()),
            task: link.task().map(|digest| digest.to_string()),
            cause: link.cause().map(|digest| digest.to_string()),
            evidence: link.evidence().map(|digest| digest.to_string()).collect(),
            bytes: link.encoded().len(),
        }
    }
}

const fn allowed_by(next: &Next<'_>) -> &'static str {
    match next {
        Next::Key(_) => "key",
        Next::Identifier(_) => "identifier",
        Next::Contract(_) => "contract",
        Next::Anyone => "anyone",
    }
}
