//! Values inside claims: what the library's views say of them, written as CBOR again, to hold against what stands there.

use ciborium::Value;
use throughline::{
    Contract, Grants, Limit, Next, Property, PropertyDemandTest, RoleSource, Value as Argument, trust::Tier,
};

use crate::common::cbor::{bytes, int, map, text};

/// A property.
pub(crate) fn property(value: Property<'_>) -> Value {
    match value {
        Property::Int(value) => int(value),
        Property::Text(value) => text(value),
        Property::Bool(value) => Value::Bool(value),
        Property::Bytes(value) => bytes(value),
    }
}

/// A list of grants.
pub(crate) fn grants(grants: &Grants<'_>) -> Value {
    let grant = |grant: throughline::Grant<'_>| {
        let limits: Vec<_> = grant.limits().map(|(name, value)| (text(name), limit(value))).collect();
        let patterns = [text(grant.action()), text(grant.resource())];
        let limits = (!limits.is_empty()).then_some(Value::Map(limits));
        Value::Array(patterns.into_iter().chain(limits).collect())
    };
    Value::Array(grants.iter().map(grant).collect())
}

/// Who may continue.
pub(crate) fn next(next: &Next<'_>) -> Value {
    match next {
        Next::Key(thumbprint) => bytes(thumbprint.as_bytes()),
        Next::Identifier(identifier) => text(identifier),
        Next::Contract(demands) => contract(demands),
        Next::Anyone => Value::Bool(true),
    }
}

/// A contract, in the labels of token.md §6.
pub(crate) fn contract(contract: &Contract<'_>) -> Value {
    let names = |names: throughline::Names<'_>| Value::Array(names.iter().map(text).collect());
    let mut demands = Vec::new();
    demands.extend(contract.namespace().map(|namespace| (1, text(namespace))));
    demands.extend(contract.roles().map(|demand| {
        let from = match demand.from() {
            RoleSource::Attesters(attesters) => names(attesters),
            RoleSource::Accountable(entity) => text(entity),
        };
        (2, Value::Array(vec![names(demand.roles()), from]))
    }));
    let properties: Vec<Value> = contract
        .properties()
        .map(|demand| {
            let [kind, value] = match demand.test() {
                PropertyDemandTest::Equals(value) => [int(0), property(value)],
                PropertyDemandTest::Tier(tier) => [int(1), int(code(tier))],
            };
            Value::Array(vec![text(demand.name()), names(demand.attesters()), kind, value])
        })
        .collect();
    demands.extend((!properties.is_empty()).then_some((3, Value::Array(properties))));
    demands.extend(contract.fresh().then_some((4, Value::Bool(true))));
    demands.extend(contract.handover().then_some((5, Value::Bool(true))));
    demands.extend(contract.vouched().then_some((6, Value::Bool(true))));
    demands.extend(contract.last().map(|position| (7, int(i64::try_from(position).expect("below 2^63")))));
    map(demands)
}

fn limit(limit: Limit<'_>) -> Value {
    let parts = match limit {
        Limit::Equals(value) => vec![int(0), argument(value)],
        Limit::OneOf(values) => vec![int(1), Value::Array(values.iter().map(argument).collect())],
        Limit::Range { lo, hi } => vec![int(2), int(lo), int(hi)],
        Limit::Prefix(prefix) => vec![int(3), text(prefix)],
    };
    Value::Array(parts)
}

fn argument(value: Argument<'_>) -> Value {
    match value {
        Argument::Int(value) => int(value),
        Argument::Text(value) => text(value),
        Argument::Bool(value) => Value::Bool(value),
    }
}

const fn code(tier: Tier) -> i64 {
    match tier {
        Tier::Affirming => 2,
        Tier::Warning => 32,
        Tier::Contraindicated => 96,
    }
}
