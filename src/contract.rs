//! Who may continue: `next`, and the demands of `next` and `require` (token.md §4.1, §6).

use crate::cbor::{Cursor, Major, Read, Set, Span};
use crate::digest::Digest;
use crate::error::ErrorKind;
use crate::facts::{Packed, Packer, Unpacker, packed};
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

packed! {
    /// Where a `next` stands.
    #[derive(Clone, Copy, Debug, Default)]
    pub(crate) struct NextSpans {
        kind: NextKind,
        /// Of a key or an identifier.
        name: Span,
        contract: ContractSpans,
    }
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum NextKind {
    #[default]
    Nobody,
    Key,
    Identifier,
    Contract,
    Anyone,
}

impl Packed for NextKind {
    const WORDS: usize = 1;

    fn pack(&self, to: &mut Packer) {
        to.put(match self {
            Self::Nobody => 0,
            Self::Key => 1,
            Self::Identifier => 2,
            Self::Contract => 3,
            Self::Anyone => 4,
        });
    }

    fn unpack(from: &mut Unpacker<'_>) -> Self {
        match from.take() {
            1 => Self::Key,
            2 => Self::Identifier,
            3 => Self::Contract,
            4 => Self::Anyone,
            _ => Self::Nobody,
        }
    }
}

impl<'a> Next<'a> {
    /// What stands there in `item`; `None` for nobody.
    pub(crate) fn at(item: &'a [u8], spans: &NextSpans) -> Option<Self> {
        match spans.kind {
            NextKind::Nobody => None,
            NextKind::Key => spans.name.digest(item).map(Self::Key),
            NextKind::Identifier => spans.name.text(item).map(Self::Identifier),
            NextKind::Contract => Contract::at(item, spans.contract).map(Self::Contract),
            NextKind::Anyone => Some(Self::Anyone),
        }
    }
}

impl NextSpans {
    pub(crate) fn read<'a>(cursor: &mut Cursor<'a>, item: &Cursor<'a>) -> Read<Self> {
        let mut next = Self::default();
        match cursor.peek() {
            Some(Major::Bytes) => (next.kind, next.name) = (NextKind::Key, cursor.bytes_span::<32>(item)?),
            Some(Major::Text) => {
                (next.kind, next.name) = (NextKind::Identifier, cursor.text_span(item, identifier::read)?);
            }
            Some(Major::Map) => {
                (next.kind, next.contract) = (NextKind::Contract, ContractSpans::read(cursor, item, Scope::Next)?);
            }
            _ => {
                cursor.truth()?;
                next.kind = NextKind::Anyone;
            }
        }
        Ok(next)
    }
}

/// Demands on a successor; all must hold. At least one stands.
#[derive(Clone, Copy, Debug)]
pub struct Contract<'a> {
    item: &'a [u8],
    spans: ContractSpans,
}

packed! {
    /// Where the demands of a contract stand; by default there is none.
    #[derive(Clone, Copy, Debug, Default)]
    pub(crate) struct ContractSpans {
        flags: Flags,
        namespace: Span,
        roles: Span,
        /// A set of names, or an accountable entity.
        from: Span,
        properties: Span,
        last: u64,
    }
}

/// What is said by standing there.
#[derive(Clone, Copy, Debug, Default)]
struct Flags {
    stands: bool,
    from_attesters: bool,
    fresh: bool,
    handover: bool,
    vouched: bool,
    has_last: bool,
}

impl Packed for Flags {
    const WORDS: usize = 1;

    fn pack(&self, to: &mut Packer) {
        let Self { stands, from_attesters, fresh, handover, vouched, has_last } = *self;
        let flags = [stands, from_attesters, fresh, handover, vouched, has_last];
        to.put(flags.into_iter().fold(0, |bits, flag| bits << 1 | u64::from(flag)));
    }

    fn unpack(from: &mut Unpacker<'_>) -> Self {
        let bits = from.take();
        let flag = |nth: u32| bits >> nth & 1 == 1;
        let [stands, from_attesters, fresh, handover, vouched, has_last] = [5, 4, 3, 2, 1, 0].map(flag);
        Self { stands, from_attesters, fresh, handover, vouched, has_last }
    }
}

/// Where a contract stands: two demands exist in `require` only.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Scope {
    Next,
    Require,
}

impl<'a> Contract<'a> {
    /// The contract that stands there in `item`.
    pub(crate) fn at(item: &'a [u8], spans: ContractSpans) -> Option<Self> {
        spans.flags.stands.then_some(Self { item, spans })
    }

    /// The namespace that covers the actor's identifier.
    #[must_use]
    pub fn namespace(&self) -> Option<&'a str> {
        self.spans.namespace.text(self.item)
    }

    /// The bytes of the namespace.
    pub(crate) fn namespace_bytes(&self) -> Option<&'a [u8]> {
        self.spans.namespace.of(self.item)
    }

    /// The roles, and from whom.
    #[must_use]
    pub fn roles(&self) -> Option<RoleDemand<'a>> {
        let ContractSpans { roles, from, flags, .. } = self.spans;
        let roles = roles.is_some().then(|| Names(roles.set(self.item)))?;
        let from = match flags.from_attesters {
            true => RoleSource::Attesters(Names(from.set(self.item))),
            false => RoleSource::Accountable(from.text(self.item)?),
        };
        Some(RoleDemand { roles, from })
    }

    /// The properties demanded.
    pub fn properties(&self) -> impl Iterator<Item = PropertyDemand<'a>> + use<'a> {
        self.spans.properties.set(self.item).iter(PropertyDemand::read)
    }

    /// Whether the attestation must be fresh for the link.
    #[must_use]
    pub const fn fresh(&self) -> bool {
        self.spans.flags.fresh
    }

    /// Whether a hand-over is demanded.
    #[must_use]
    pub const fn handover(&self) -> bool {
        self.spans.flags.handover
    }

    /// Whether actors must be vouched (in `require`; in `next` they always must).
    #[must_use]
    pub const fn vouched(&self) -> bool {
        self.spans.flags.vouched
    }

    /// The last position allowed, inclusive.
    #[must_use]
    pub fn last(&self) -> Option<u64> {
        self.spans.flags.has_last.then_some(self.spans.last)
    }
}

impl ContractSpans {
    pub(crate) fn read<'a>(cursor: &mut Cursor<'a>, item: &Cursor<'a>, scope: Scope) -> Read<Self> {
        let mut contract = Self::default();
        contract.flags.stands = true;
        let mut map = cursor.map_within(1, 7)?;
        loop {
            let at = *cursor;
            let Some(label) = map.label(cursor)? else { return Ok(contract) };
            match (label, scope) {
                (demand::NAMESPACE, _) => contract.namespace = cursor.text_span(item, identifier::read_namespace)?,
                (demand::ROLES, _) => contract.read_roles(cursor, item)?,
                (demand::PROPS, _) => {
                    let demands: Set<'a> =
                        cursor.set(1, MAX_DEMANDS, |cursor| PropertyDemand::read_new(cursor).map(|_| ()))?;
                    contract.properties = cursor.span(item, demands.elements());
                }
                (demand::FRESH, _) => contract.flags.fresh = cursor.truth().map(|()| true)?,
                (demand::HANDOVER, _) => contract.flags.handover = cursor.truth().map(|()| true)?,
                (demand::VOUCHED, Scope::Require) => contract.flags.vouched = cursor.truth().map(|()| true)?,
                (demand::LAST, Scope::Require) => (contract.flags.has_last, contract.last) = (true, cursor.uint()?),
                (demand::VOUCHED | demand::LAST, Scope::Next) => return Err(at.fault(ErrorKind::ClaimMisplaced)),
                _ => return Err(at.fault(ErrorKind::ClaimUnknown)),
            }
        }
    }

    fn read_roles<'a>(&mut self, cursor: &mut Cursor<'a>, item: &Cursor<'a>) -> Read<()> {
        cursor.tuple(&[2])?;
        let roles = cursor.set(1, 8, |cursor| identifier::read_name(cursor).map(|_| ()))?;
        self.roles = cursor.span(item, roles.elements());
        self.flags.from_attesters = cursor.peek() == Some(Major::Array);
        let from = match self.flags.from_attesters {
            true => Names::read_new(cursor)?.0.elements(),
            false => identifier::read_vouchable(cursor)?.as_bytes(),
        };
        self.from = cursor.span(item, from);
        Ok(())
    }
}

/// Roles, and whose word for them counts. Role names are not global: who vouches is part of the demand.
#[derive(Clone, Copy, Debug)]
pub struct RoleDemand<'a> {
    roles: Names<'a>,
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
        self.roles
    }

    /// Whose word counts.
    #[must_use]
    pub const fn from(&self) -> RoleSource<'a> {
        self.from
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
        self.has(name.as_bytes())
    }

    /// Whether the name with these bytes is one of them.
    pub(crate) fn has(&self, name: &[u8]) -> bool {
        self.0.iter(Cursor::text_bytes).any(|one| one == name)
    }

    fn read_new(cursor: &mut Cursor<'a>) -> Read<Self> {
        cursor.set(1, 8, |cursor| identifier::read_vouchable(cursor).map(|_| ())).map(Self)
    }

    /// Those of a set that was read before.
    fn read(cursor: &mut Cursor<'a>) -> Read<Self> {
        cursor.set(1, 8, |cursor| cursor.text_bytes().map(|_| ())).map(Self)
    }
}

/// A demand on one property, and whose word counts.
#[derive(Clone, Copy, Debug)]
pub struct PropertyDemand<'a> {
    name: &'a [u8],
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
    pub fn name(&self) -> &'a str {
        core::str::from_utf8(self.name).unwrap_or_default()
    }

    /// The bytes of the property's name.
    pub(crate) const fn name_bytes(&self) -> &'a [u8] {
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

    fn read_new(cursor: &mut Cursor<'a>) -> Read<Self> {
        cursor.tuple(&[4])?;
        let name = identifier::read_name(cursor)?.as_bytes();
        let attesters = Names::read_new(cursor)?;
        Ok(Self { name, attesters, test: Self::read_test(cursor)? })
    }

    /// One that was read before.
    fn read(cursor: &mut Cursor<'a>) -> Read<Self> {
        cursor.tuple(&[4])?;
        let name = cursor.text_bytes()?;
        let attesters = Names::read(cursor)?;
        Ok(Self { name, attesters, test: Self::read_test(cursor)? })
    }

    fn read_test(cursor: &mut Cursor<'a>) -> Read<PropertyDemandTest<'a>> {
        let at = *cursor;
        match cursor.uint()? {
            demand::TEST_EQUALS => Property::read(cursor).map(PropertyDemandTest::Equals),
            demand::TEST_TIER => {
                let at = *cursor;
                let tier = property::tier_of_code(cursor.uint()?).ok_or_else(|| at.fault(ErrorKind::KindUnknown))?;
                Ok(PropertyDemandTest::Tier(tier))
            }
            _ => Err(at.fault(ErrorKind::KindUnknown)),
        }
    }
}
