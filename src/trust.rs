//! Whom a verifier trusts for what: origin anchors, attesters, actor pins, agreement keys, revocation issuers (token.md §7).

use crate::digest::Digest;
use crate::error::Error;
use crate::grant::Grants;
use crate::identifier;
use crate::key::TrustedKey;
use crate::text::{List, Text};

/// Everything a verifier trusts. Borrowed tables on bare metal (`List::new`), owned when loaded from a file.
///
/// Empty trust refuses every token.
#[derive(Clone, Debug, Default)]
#[non_exhaustive]
pub struct Trust<'a> {
    /// Who may create authority, in the order in which they are tried.
    pub origins: List<'a, OriginAnchor<'a>>,
    /// Who may sign credentials.
    pub attesters: List<'a, Attester<'a>>,
    /// Actors known without a credential.
    pub pins: List<'a, ActorPin<'a>>,
    /// Who may revoke. Each must have a current list at every call.
    pub revokers: List<'a, RevocationIssuer<'a>>,
}

impl<'a> Trust<'a> {
    /// Trust in these, and in nothing else.
    #[must_use]
    pub const fn new(
        origins: List<'a, OriginAnchor<'a>>,
        attesters: List<'a, Attester<'a>>,
        pins: List<'a, ActorPin<'a>>,
        revokers: List<'a, RevocationIssuer<'a>>,
    ) -> Self {
        Self { origins, attesters, pins, revokers }
    }

    pub(crate) fn attester(&self, thumbprint: &Digest) -> Option<&Attester<'a>> {
        self.attesters.iter().find(|attester| attester.key.thumbprint() == thumbprint)
    }

    pub(crate) fn pin(&self, thumbprint: &Digest) -> Option<&ActorPin<'a>> {
        self.pins.iter().find(|pin| pin.key.thumbprint() == thumbprint)
    }

    /// The key of an identity origin.
    pub(crate) fn origin_key(&self, thumbprint: &Digest) -> Option<&TrustedKey> {
        self.origins.iter().filter_map(OriginAnchor::key).find(|key| key.thumbprint() == thumbprint)
    }

    #[cfg(feature = "std")]
    pub(crate) fn revoker(&self, thumbprint: &Digest) -> Option<&RevocationIssuer<'a>> {
        self.revokers.iter().find(|revoker| revoker.key.thumbprint() == thumbprint)
    }
}

/// Who may create authority, under which conditions and up to which ceiling (token.md §7.1).
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct OriginAnchor<'a> {
    /// A name for reports and quotas; it has no meaning for trust.
    pub name: Text<'a>,
    /// The conditions.
    pub kind: OriginKind<'a>,
    /// Grants that the root's must narrow.
    pub ceiling: Ceiling<'a>,
}

impl<'a> OriginAnchor<'a> {
    /// An anchor of this kind, up to this ceiling.
    #[must_use]
    pub const fn new(name: Text<'a>, kind: OriginKind<'a>, ceiling: Ceiling<'a>) -> Self {
        Self { name, kind, ceiling }
    }

    /// The key of an identity origin.
    pub(crate) const fn key(&self) -> Option<&TrustedKey> {
        match &self.kind {
            OriginKind::Identity { key, .. } => Some(key),
            OriginKind::Role { .. } | OriginKind::Context { .. } => None,
        }
    }
}

/// What a root must show, by kind.
#[derive(Clone, Debug)]
#[expect(clippy::exhaustive_enums, reason = "a new kind of origin is a new version of the format")]
pub enum OriginKind<'a> {
    /// A person's, organization's or authorization server's own key.
    Identity {
        /// The key that signs roots.
        key: TrustedKey,
        /// The `iss` that its roots carry.
        identifier: Text<'a>,
        /// The role that its roots carry.
        role: Text<'a>,
        /// The accountable entities it speaks for.
        accountable: List<'a, Entities<'a>>,
    },
    /// A workload acting on its own role.
    Role {
        /// Name of the attester that vouches for the role.
        attester: Text<'a>,
        /// The role.
        role: Text<'a>,
        /// The entity answerable for the workload.
        accountable: Text<'a>,
    },
    /// A workload in an attested state.
    Context {
        /// Name of the attester that appraised the state.
        attester: Text<'a>,
        /// What it must have found.
        properties: List<'a, PropertyTest<'a>>,
        /// The accountable operator.
        accountable: Text<'a>,
        /// Seconds after the credential's `iat` by which the root has ended.
        max_age: u64,
    },
}

/// One accountable entity, or a namespace of them.
#[derive(Clone, Debug, PartialEq, Eq)]
#[expect(clippy::exhaustive_enums, reason = "the two ways of token.md §7.1")]
pub enum Entities<'a> {
    /// Exactly this one.
    Exact(Text<'a>),
    /// A namespace: itself and what follows it after a separator (token.md §4.6).
    Namespace(Text<'a>),
}

impl Entities<'_> {
    /// Whether an accountable entity is among these.
    #[must_use]
    pub fn includes(&self, accountable: &str) -> bool {
        self.include(accountable.as_bytes())
    }

    /// The same, of the entity's bytes.
    pub(crate) fn include(&self, accountable: &[u8]) -> bool {
        match self {
            Self::Exact(one) => one.as_bytes() == accountable,
            Self::Namespace(namespace) => identifier::covers_bytes(namespace.as_bytes(), accountable),
        }
    }
}

/// A ceiling: an encoded `grants` array, checked when it was made.
#[derive(Clone, Debug)]
pub struct Ceiling<'a> {
    encoded: List<'a, u8>,
    len: usize,
}

/// A demand on one attested property (token.md §6).
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct PropertyTest<'a> {
    /// The property's name.
    pub name: Text<'a>,
    /// What its value must be.
    pub test: Test<'a>,
}

impl<'a> PropertyTest<'a> {
    /// `name` must pass `test`.
    #[must_use]
    pub const fn new(name: Text<'a>, test: Test<'a>) -> Self {
        Self { name, test }
    }
}

/// What a property's value must be.
#[derive(Clone, Debug)]
#[expect(clippy::exhaustive_enums, reason = "the two tests of token.md §6")]
pub enum Test<'a> {
    /// Equal to this value, in type and bytes.
    Equals(PropertyValue<'a>),
    /// An AR4SI trustworthiness value of this tier or a better one.
    Tier(Tier),
}

/// AR4SI trustworthiness tiers, best first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
#[expect(clippy::exhaustive_enums, reason = "the tiers of AR4SI that an appraisal can reach")]
pub enum Tier {
    /// 2..31 and −32..−2.
    Affirming,
    /// 32..95 and −96..−33.
    Warning,
    /// 96..127 and −128..−97.
    Contraindicated,
}

/// A property's value, owned or borrowed.
#[derive(Clone, Debug, PartialEq, Eq)]
#[expect(clippy::exhaustive_enums, reason = "the four types of token.md §4.2")]
pub enum PropertyValue<'a> {
    /// An integer.
    Int(i64),
    /// A text.
    Text(Text<'a>),
    /// A bool.
    Bool(bool),
    /// Bytes.
    Bytes(List<'a, u8>),
}

/// Who may sign credentials, and its remit (token.md §7.2).
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Attester<'a> {
    /// The key that signs.
    pub key: TrustedKey,
    /// The `iss` of its credentials.
    pub name: Text<'a>,
    /// Namespaces of the identifiers it may vouch for.
    pub namespaces: List<'a, Text<'a>>,
    /// The accountable entities it may name.
    pub accountable: List<'a, Entities<'a>>,
    /// The roles it may vouch for.
    pub roles: List<'a, Text<'a>>,
    /// The properties it may state.
    pub properties: List<'a, Text<'a>>,
    /// Seconds by which a link may end after its credential.
    pub outlive: u64,
}

impl<'a> Attester<'a> {
    /// An attester with an empty remit; the fields widen it.
    #[must_use]
    pub const fn new(key: TrustedKey, name: Text<'a>) -> Self {
        Self {
            key,
            name,
            namespaces: List::empty(),
            accountable: List::empty(),
            roles: List::empty(),
            properties: List::empty(),
            outlive: 0,
        }
    }
}

/// An actor known without a credential (token.md §7.3).
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct ActorPin<'a> {
    /// Its key.
    pub key: TrustedKey,
    /// Its identifier.
    pub identifier: Text<'a>,
    /// Roles it may act in.
    pub roles: List<'a, Text<'a>>,
    /// Its properties.
    pub properties: List<'a, (Text<'a>, PropertyValue<'a>)>,
    /// The entity answerable for it.
    pub accountable: Text<'a>,
    /// Name of the attester whose statements these stand for.
    pub attester: Text<'a>,
}

impl<'a> ActorPin<'a> {
    /// A pin without roles and properties; the fields add them.
    #[must_use]
    pub const fn new(key: TrustedKey, identifier: Text<'a>, accountable: Text<'a>, attester: Text<'a>) -> Self {
        Self { key, identifier, roles: List::empty(), properties: List::empty(), accountable, attester }
    }
}

/// Who may revoke, and what (token.md §7.4).
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct RevocationIssuer<'a> {
    /// The key that signs its lists.
    pub key: TrustedKey,
    /// The `iss` of its lists.
    pub name: Text<'a>,
    /// The accountable entities whose links it may revoke.
    pub accountable: List<'a, Entities<'a>>,
    /// Names of the attesters whose keys and credentials it may revoke.
    pub attesters: List<'a, Text<'a>>,
}

impl<'a> RevocationIssuer<'a> {
    /// An issuer with an empty remit; the fields widen it.
    #[must_use]
    pub const fn new(key: TrustedKey, name: Text<'a>) -> Self {
        Self { key, name, accountable: List::empty(), attesters: List::empty() }
    }
}

impl<'a> Ceiling<'a> {
    /// Takes an encoded `grants` array (token.md §5.1).
    ///
    /// # Errors
    /// Those of stage 2 for grants.
    pub fn new(encoded: List<'a, u8>) -> Result<Self, Error> {
        let len = Grants::decode(&encoded)?.len();
        Ok(Self { encoded, len })
    }

    /// The grants.
    #[must_use]
    pub fn grants(&self) -> Grants<'_> {
        Grants::decoded(&self.encoded, self.len)
    }
}
