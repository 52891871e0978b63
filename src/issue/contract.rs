//! Contracts as an issuer writes them (token.md §6).

use alloc::vec::Vec;

use ciborium::Value;

use crate::issue::encode::{self, Claims, text, uint};
use crate::labels::demand;
use crate::property::Property;
use crate::trust::Tier;

/// Demands on successors, in the making. All must hold.
#[derive(Clone, Debug, Default)]
#[must_use]
pub struct Contract {
    namespace: Option<Value>,
    roles: Option<Value>,
    properties: Vec<Value>,
    fresh: bool,
    handover: bool,
    vouched: bool,
    last: Option<u64>,
}

/// Whose word for a role counts.
#[derive(Clone, Copy, Debug)]
#[expect(clippy::exhaustive_enums, reason = "the two sources of token.md §6")]
pub enum RoleFrom<'a> {
    /// One of these attesters, by name.
    Attesters(&'a [&'a str]),
    /// Whoever states this accountable entity for the actor.
    Accountable(&'a str),
}

impl Contract {
    /// No demand yet; a contract without one is refused.
    pub fn new() -> Self {
        Self::default()
    }

    /// The actor's identifier lies in this namespace.
    pub fn namespace(mut self, namespace: &str) -> Self {
        self.namespace = Some(text(namespace));
        self
    }

    /// The role is one of these, on the word of `from`.
    pub fn roles(mut self, roles: &[&str], from: RoleFrom<'_>) -> Self {
        let from = match from {
            RoleFrom::Attesters(names) => texts(names),
            RoleFrom::Accountable(entity) => text(entity),
        };
        self.roles = Some(Value::Array(alloc::vec![texts(roles), from]));
        self
    }

    /// One of these attesters states the property, and all of them that do state this value.
    pub fn property_equals(self, name: &str, attesters: &[&str], value: Property<'_>) -> Self {
        self.property(name, attesters, demand::TEST_EQUALS, encode::property(value))
    }

    /// One of these attesters states the property, and all of them that do state this AR4SI tier or a better one.
    pub fn property_tier(self, name: &str, attesters: &[&str], worst: Tier) -> Self {
        let code = match worst {
            Tier::Affirming => 2,
            Tier::Warning => 32,
            Tier::Contraindicated => 96,
        };
        self.property(name, attesters, demand::TEST_TIER, uint(code))
    }

    /// The attestation is bound to exactly this step.
    pub const fn fresh(mut self) -> Self {
        self.fresh = true;
        self
    }

    /// Only in `require`: every later actor was called by name.
    pub const fn handover(mut self) -> Self {
        self.handover = true;
        self
    }

    /// Only in `require`: every later actor is vouched for.
    pub const fn vouched(mut self) -> Self {
        self.vouched = true;
        self
    }

    /// Only in `require`: no link after this position.
    pub const fn last(mut self, position: u64) -> Self {
        self.last = Some(position);
        self
    }

    pub(super) const fn without_handover(mut self) -> Self {
        self.handover = false;
        self
    }

    pub(super) fn value(self) -> Value {
        let properties = (!self.properties.is_empty()).then(|| encode::set(self.properties));
        let truth = |is: bool| is.then_some(Value::Bool(true));
        Claims::default()
            .maybe(demand::NAMESPACE, self.namespace)
            .maybe(demand::ROLES, self.roles)
            .maybe(demand::PROPS, properties)
            .maybe(demand::FRESH, truth(self.fresh))
            .maybe(demand::HANDOVER, truth(self.handover))
            .maybe(demand::VOUCHED, truth(self.vouched))
            .maybe(demand::LAST, self.last.map(uint))
            .value()
    }

    fn property(mut self, name: &str, attesters: &[&str], test: u64, value: Value) -> Self {
        self.properties.push(Value::Array(alloc::vec![text(name), texts(attesters), uint(test), value]));
        self
    }
}

fn texts(values: &[&str]) -> Value {
    encode::set(values.iter().map(|value| text(value)))
}
