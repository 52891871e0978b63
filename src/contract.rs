//! Who may continue: `next`, and the demands of `next` and `require` (token.md §4.1, §6).

use crate::cbor::{Cursor, Major, Set};
use crate::digest::Digest;
use crate::error::{Error, ErrorKind};
use crate::identifier;
use crate::labels::demand;
use crate::limits::MAX_DEMANDS;
use crate::property::{self, Property};
use crate::trust::Tier;

/// Who may append the following link.
#[derive(Clone, Copy, Debug)]
#[expect(clippy::exhaustive_enums, reason = "the four choices of token.md §4.1")]
pub enum Next<'a> {
    /// The holder of the key with this thumbprint.
    Key(Digest),
    /// The vouched actor with this identifier.
    Identifier(&'a str),
    /// Any vouched actor that meets the demands.
    Contract(Contract<'a>),
    /// Anyone, unvouched actors included.
    Anyone,
}

impl<'a> Next<'a> {
    pub(crate) fn read(cursor: &mut Cursor<'a>) -> Result<Self, Error> {
        match cursor.peek() {
            Some(Major::Bytes) => cursor.digest().map(Self::Key),
            Some(Major::Text) => identifier::read(cursor).map(Self::Identifier),
            Some(Major::Map) => Contract::read(cursor, Scope::Next).map(Self::Contract),
            _ => cursor.truth().map(|()| Self::Anyone),
        }
    }
}

/// Demands on a successor; all must hold. At least one stands.
#[derive(Clone, Copy, Debug, Default)]
pub struct Contract<'a> {
    namespace: Option<&'a str>,
    roles: Option<RoleDemand<'a>>,
    properties: Option<Set<'a>>,
    fresh: bool,
    handover: bool,
    vouched: bool,
    last: Option<u64>,
}

/// Where a contract stands: two demands exist in `require` only.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Scope {
    Next,
    Require,
}

impl<'a> Contract<'a> {
    /// The namespace that covers the actor's identifier.
    #[must_use]
    pub const fn namespace(&self) -> Option<&'a str> {
        self.namespace
    }

    /// The roles, and from whom.
    #[must_use]
    pub const fn roles(&self) -> Option<RoleDemand<'a>> {
        self.roles
    }

    /// The properties demanded.
    pub fn properties(&self) -> impl Iterator<Item = PropertyDemand<'a>> + use<'a> {
        self.properties.into_iter().flat_map(|set| set.iter(PropertyDemand::read))
    }

    /// Whether the attestation must be fresh for the link.
    #[must_use]
    pub const fn fresh(&self) -> bool {
        self.fresh
    }

    /// Whether a hand-over is demanded.
    #[must_use]
    pub const fn handover(&self) -> bool {
        self.handover
    }

    /// Whether actors must be vouched (in `require`; in `next` they always must).
    #[must_use]
    pub const fn vouched(&self) -> bool {
        self.vouched
    }

    /// The last position allowed, inclusive.
    #[must_use]
    pub const fn last(&self) -> Option<u64> {
        self.last
    }

    pub(crate) fn read(cursor: &mut Cursor<'a>, scope: Scope) -> Result<Self, Error> {
        let mut contract = Self::default();
        let mut map = cursor.map_within(1, 7)?;
        loop {
            let at = *cursor;
            let Some(label) = map.label(cursor)? else { return Ok(contract) };
            match (label, scope) {
                (demand::NAMESPACE, _) => contract.namespace = Some(identifier::read_namespace(cursor)?),
                (demand::ROLES, _) => contract.roles = Some(RoleDemand::read(cursor)?),
                (demand::PROPS, _) => {
                    contract.properties =
                        Some(cursor.set(1, MAX_DEMANDS, |cursor| PropertyDemand::read(cursor).map(|_| ()))?);
                }
                (demand::FRESH, _) => contract.fresh = cursor.truth().map(|()| true)?,
                (demand::HANDOVER, _) => contract.handover = cursor.truth().map(|()| true)?,
                (demand::VOUCHED, Scope::Require) => contract.vouched = cursor.truth().map(|()| true)?,
                (demand::LAST, Scope::Require) => contract.last = Some(cursor.uint()?),
                (demand::VOUCHED | demand::LAST, Scope::Next) => return Err(at.error(ErrorKind::ClaimMisplaced)),
                _ => return Err(at.error(ErrorKind::ClaimUnknown)),
            }
        }
    }
}

/// Roles, and whose word for them counts. Role names are not global: who vouches is part of the demand.
#[derive(Clone, Copy, Debug)]
pub struct RoleDemand<'a> {
    roles: Set<'a>,
    from: RoleSource<'a>,
}

/// Whose word for a role counts.
#[derive(Clone, Copy, Debug)]
#[expect(clippy::exhaustive_enums, reason = "the two sources of token.md §6")]
pub enum RoleSource<'a> {
    /// One of these attesters.
    Attesters(Names<'a>),
    /// Whoever states this accountable entity for the actor.
    Accountable(&'a str),
}

impl<'a> RoleDemand<'a> {
    /// The roles.
    #[must_use]
    pub const fn roles(&self) -> Names<'a> {
        Names(self.roles)
    }

    /// Whose word counts.
    #[must_use]
    pub const fn from(&self) -> RoleSource<'a> {
        self.from
    }

    fn read(cursor: &mut Cursor<'a>) -> Result<Self, Error> {
        cursor.tuple(&[2])?;
        let roles = cursor.set(1, 8, |cursor| identifier::read_name(cursor).map(|_| ()))?;
        let from = if cursor.peek() == Some(Major::Array) {
            RoleSource::Attesters(Names::read(cursor)?)
        } else {
            RoleSource::Accountable(identifier::read_vouchable(cursor)?)
        };
        Ok(Self { roles, from })
    }
}

/// A set of names.
#[derive(Clone, Copy, Debug)]
pub struct Names<'a>(Set<'a>);

impl<'a> Names<'a> {
    /// The names, in the order of their encodings.
    pub fn iter(&self) -> impl Iterator<Item = &'a str> + use<'a> {
        self.0.iter(|cursor| cursor.text_within(1, usize::MAX))
    }

    /// Whether `name` is one of them.
    #[must_use]
    pub fn contains(&self, name: &str) -> bool {
        self.iter().any(|one| one == name)
    }

    fn read(cursor: &mut Cursor<'a>) -> Result<Self, Error> {
        cursor.set(1, 8, |cursor| identifier::read_vouchable(cursor).map(|_| ())).map(Self)
    }
}

/// A demand on one property, and whose word counts.
#[derive(Clone, Copy, Debug)]
pub struct PropertyDemand<'a> {
    name: &'a str,
    attesters: Names<'a>,
    test: PropertyDemandTest<'a>,
}

/// What the property's value must be.
#[derive(Clone, Copy, Debug)]
#[expect(clippy::exhaustive_enums, reason = "the two tests of token.md §6")]
pub enum PropertyDemandTest<'a> {
    /// Equal to this, in type and bytes.
    Equals(Property<'a>),
    /// An AR4SI value of this tier or a better one.
    Tier(Tier),
}

impl<'a> PropertyDemand<'a> {
    /// The property's name.
    #[must_use]
    pub const fn name(&self) -> &'a str {
        self.name
    }

    /// Names of the attesters whose word counts.
    #[must_use]
    pub const fn attesters(&self) -> Names<'a> {
        self.attesters
    }

    /// What its value must be.
    #[must_use]
    pub const fn test(&self) -> PropertyDemandTest<'a> {
        self.test
    }

    /// Whether a value passes.
    #[must_use]
    pub fn passes(&self, value: Property<'_>) -> bool {
        match self.test {
            PropertyDemandTest::Equals(wanted) => wanted == value,
            PropertyDemandTest::Tier(worst) => property::tier(value).is_some_and(|tier| tier <= worst),
        }
    }

    fn read(cursor: &mut Cursor<'a>) -> Result<Self, Error> {
        cursor.tuple(&[4])?;
        let name = identifier::read_name(cursor)?;
        let attesters = Names::read(cursor)?;
        let at = *cursor;
        let test = match cursor.uint()? {
            demand::TEST_EQUALS => PropertyDemandTest::Equals(Property::read(cursor)?),
            demand::TEST_TIER => {
                let at = *cursor;
                let tier = property::tier_of_code(cursor.uint()?).ok_or(at.error(ErrorKind::KindUnknown))?;
                PropertyDemandTest::Tier(tier)
            }
            _ => return Err(at.error(ErrorKind::KindUnknown)),
        };
        Ok(Self { name, attesters, test })
    }
}
