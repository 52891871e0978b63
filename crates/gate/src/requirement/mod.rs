//! What a route requires of a chain beyond the verifier's rules (`spec/enforcement.md` §3).
//!
//! A requirement is judged on a chain that is verified and whose proof is good, and before the proof is used up. What nobody vouches
//! for meets no demand and is cleared of no exclusion.

mod config;
mod demand;
mod exclusion;
mod judge;
mod stretch;
mod unmet;

use std::sync::Arc;

use serde::{Deserialize, Serialize};
use throughline::trust::Ceiling;
use throughline::{AuthorityDemand, OriginForm, Policy, ProofDemand};

pub use crate::requirement::config::RequirementError;
pub use crate::requirement::demand::{Demand, Plain, RoleFrom, WorstTier, Worth};
pub use crate::requirement::exclusion::Exclusion;
pub(crate) use crate::requirement::judge::{Judge, Judged};
pub use crate::requirement::stretch::{After, Hops};
pub use crate::requirement::unmet::{Unmet, UnmetKind};

/// What a route or tool requires. The default requires nothing beyond the rules.
///
/// ```
/// use throughline_gate::{After, Demand, Exclusion, Hops, Requirement, RoleFrom};
///
/// let payment = Requirement::new()
///     .delegated()
///     .signed()
///     .head(Demand::role(["payment-service"], RoleFrom::attesters(["https://attest.example"])))
///     .no_hop(Exclusion::role(["llm-agent"]), Hops::after(After::Origin))
///     .depth(2..=5)
///     .consent_resolved();
/// # let from_file: Requirement = Requirement::from_json(r#"{
/// #   "authority": "delegated", "proof": "signed",
/// #   "head": [{"role": {"in": ["payment-service"], "from": {"attesters": ["https://attest.example"]}}}],
/// #   "path": [{"no": {"role": ["llm-agent"]}, "after": "origin"}],
/// #   "depth": {"least": 2, "most": 5},
/// #   "consent": "resolved"
/// # }"#)?;
/// # assert_eq!(payment, from_file);
/// # Ok::<(), throughline_gate::RequirementError>(())
/// ```
#[derive(Clone, Debug, Default)]
pub struct Requirement {
    pub(crate) policy: Policy,
    pub(crate) head: Vec<Demand>,
    pub(crate) path: Vec<Path>,
    pub(crate) depth: Depth,
    pub(crate) origin: OriginDemand,
    pub(crate) consent: ConsentDemand,
    pub(crate) limits: Option<Limits>,
}

/// A question about some of the hops.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Path {
    Some(Demand, Hops),
    Every(Demand, Hops),
    No(Exclusion, Hops),
}

/// How many hops there may be, the origin among them.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Depth {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) least: Option<u8>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) most: Option<u8>,
}

/// Who must have authorized it. Empty lists demand nothing.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct OriginDemand {
    pub(crate) kinds: Vec<OriginForm>,
    pub(crate) accountable: Vec<Accountable>,
    pub(crate) anchors: Vec<String>,
    /// Seconds since the root's `iat`.
    pub(crate) max_age: Option<u64>,
}

/// An accountable entity, or a namespace of them, as in a trust bundle.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[serde(untagged)]
#[expect(clippy::exhaustive_enums, reason = "the two ways of token.md §7.1")]
pub enum Accountable {
    /// Exactly this one.
    Exact(String),
    /// A namespace: itself and what follows it after a separator (token.md §4.6).
    Namespace {
        /// The namespace.
        namespace: String,
    },
}

impl Accountable {
    pub(crate) fn includes(&self, entity: &str) -> bool {
        match self {
            Self::Exact(one) => one == entity,
            Self::Namespace { namespace } => throughline::covers(namespace, entity),
        }
    }
}

/// Whether the origin must have consented in a record.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum ConsentDemand {
    #[default]
    Any,
    /// The root carries a digest.
    Present,
    /// And the store says that the record holds.
    Resolved,
}

/// Grants of the service's own, one of which must admit the request too.
#[derive(Clone, Debug)]
pub(crate) struct Limits(pub(crate) Arc<Ceiling<'static>>);

impl PartialEq for Limits {
    fn eq(&self, other: &Self) -> bool {
        self.0.grants().encoded() == other.0.grants().encoded()
    }
}

impl Requirement {
    /// Nothing beyond the rules.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Whose authority may be spent (V1012).
    #[must_use]
    pub const fn authority(mut self, demand: AuthorityDemand) -> Self {
        self.policy.authority = demand;
        self
    }

    /// Only somebody else's authority, handed down (V1012).
    #[must_use]
    pub const fn delegated(self) -> Self {
        self.authority(AuthorityDemand::Delegated)
    }

    /// Only the actor's own accountable entity's authority (V1012).
    #[must_use]
    pub const fn independent(self) -> Self {
        self.authority(AuthorityDemand::Independent)
    }

    /// Only signed proofs, which convince others too (V1007).
    #[must_use]
    pub const fn signed(mut self) -> Self {
        self.policy.proof = ProofDemand::Signed;
        self
    }

    /// The head, who performs the call, must meet this.
    #[must_use]
    pub fn head(mut self, demand: Demand) -> Self {
        self.head.push(demand);
        self
    }

    /// At least one of these hops meets this.
    #[must_use]
    pub fn some_hop(mut self, demand: Demand, hops: Hops) -> Self {
        self.path.push(Path::Some(demand, hops));
        self
    }

    /// Every one of these hops meets this. Of no hops, every one does: beside it goes a [`depth`](Self::depth) where that matters.
    #[must_use]
    pub fn every_hop(mut self, demand: Demand, hops: Hops) -> Self {
        self.path.push(Path::Every(demand, hops));
        self
    }

    /// None of these hops is such a one, and somebody says so of each.
    #[must_use]
    pub fn no_hop(mut self, exclusion: Exclusion, hops: Hops) -> Self {
        self.path.push(Path::No(exclusion, hops));
        self
    }

    /// So many hops, the origin among them: 1 where the origin itself calls.
    #[must_use]
    pub fn depth(mut self, hops: impl std::ops::RangeBounds<u8>) -> Self {
        use std::ops::Bound;
        self.depth.least = match hops.start_bound() {
            Bound::Included(least) => Some(*least),
            Bound::Excluded(below) => Some(below.saturating_add(1)),
            Bound::Unbounded => None,
        };
        self.depth.most = match hops.end_bound() {
            Bound::Included(most) => Some(*most),
            Bound::Excluded(above) => Some(above.saturating_sub(1)),
            Bound::Unbounded => None,
        };
        self
    }

    /// The origin is of one of these kinds.
    #[must_use]
    pub fn origin_kinds(mut self, kinds: impl IntoIterator<Item = OriginForm>) -> Self {
        self.origin.kinds = kinds.into_iter().collect();
        self
    }

    /// The origin's accountable entity is one of these.
    #[must_use]
    pub fn origin_accountable(mut self, entities: impl IntoIterator<Item = Accountable>) -> Self {
        self.origin.accountable = entities.into_iter().collect();
        self
    }

    /// The root stands on one of these anchors of the trust bundle, by name.
    #[must_use]
    pub fn origin_anchors<S: Into<String>>(mut self, names: impl IntoIterator<Item = S>) -> Self {
        self.origin.anchors = names.into_iter().map(Into::into).collect();
        self
    }

    /// The root was made no longer than this many seconds ago; the skew counts in its favour.
    #[must_use]
    pub const fn origin_max_age(mut self, seconds: u64) -> Self {
        self.origin.max_age = Some(seconds);
        self
    }

    /// The origin carries the digest of a consent record.
    #[must_use]
    pub const fn consent_present(mut self) -> Self {
        self.consent = ConsentDemand::Present;
        self
    }

    /// And the gate's [`ConsentStore`](crate::ConsentStore) says that this record holds.
    #[must_use]
    pub const fn consent_resolved(mut self) -> Self {
        self.consent = ConsentDemand::Resolved;
        self
    }

    /// The service's own limits on action, resource and arguments: one of these grants must admit the request as well.
    #[must_use]
    pub fn within(mut self, grants: Ceiling<'static>) -> Self {
        self.limits = Some(Limits(Arc::new(grants)));
        self
    }

    /// What the verifier itself judges of it.
    #[must_use]
    pub const fn policy(&self) -> Policy {
        self.policy
    }
}

impl PartialEq for Requirement {
    fn eq(&self, other: &Self) -> bool {
        let Self { policy, head, path, depth, origin, consent, limits } = self;
        *policy == other.policy
            && *head == other.head
            && *path == other.path
            && *depth == other.depth
            && *origin == other.origin
            && *consent == other.consent
            && *limits == other.limits
    }
}
