//! Grants, contracts and properties in one line of text each, and as JSON in the form that the options take.

use std::fmt::Write as _;

use serde_json::{Value as Json, json};
use throughline::trust::Tier;
use throughline::{Contract, Next, Property, PropertyDemand, PropertyDemandTest, RoleSource};
use throughline_gate::{GrantFacts, LimitFacts, ValueFacts, property_json};

use crate::digests::to_hex;
use crate::plain::Plain;

/// `calendar.read  calendar/alice/*  days 1..7`
pub(crate) fn grant(grant: &GrantFacts) -> String {
    let mut line = format!("{}  {}", Plain(&grant.action), Plain(&grant.resource));
    for (name, limit) in &grant.limits {
        let limit = match limit {
            LimitFacts::Equals(one) => format!("= {}", value(one)),
            LimitFacts::OneOf(values) => format!("one of {}", values.iter().map(value).collect::<Vec<_>>().join(", ")),
            LimitFacts::Range(lo, hi) => format!("{lo}..{hi}"),
            LimitFacts::Prefix(prefix) => format!("under {}", quoted(prefix)),
        };
        let _ = write!(line, "  {} {limit}", Plain(name));
    }
    line
}

/// Who may append the following link.
pub(crate) fn next(next: Option<&Next<'_>>) -> String {
    match next {
        None => "nobody".to_owned(),
        Some(Next::Key(thumbprint)) => format!("the key {thumbprint}"),
        Some(Next::Identifier(identifier)) => Plain(identifier).to_string(),
        Some(Next::Contract(demands)) => contract(demands),
        Some(Next::Anyone) => "anyone".to_owned(),
    }
}

/// Who may append the following link.
pub(crate) fn next_json(next: Option<&Next<'_>>) -> Json {
    match next {
        None => Json::Null,
        Some(Next::Key(thumbprint)) => json!({ "key": thumbprint.to_string() }),
        Some(Next::Identifier(identifier)) => json!({ "identifier": identifier }),
        Some(Next::Contract(demands)) => json!({ "contract": contract_json(demands) }),
        Some(Next::Anyone) => json!({ "anyone": true }),
    }
}

/// The demands of a contract.
pub(crate) fn contract(contract: &Contract<'_>) -> String {
    let mut demands = Vec::new();
    if let Some(namespace) = contract.namespace() {
        demands.push(format!("under {}", Plain(namespace)));
    }
    if let Some(roles) = contract.roles() {
        let from = match roles.from() {
            RoleSource::Attesters(names) => format!("vouched for by {}", or(names.iter())),
            RoleSource::Accountable(entity) => format!("answerable to {}", Plain(entity)),
        };
        demands.push(format!("in role {} {from}", or(roles.roles().iter())));
    }
    for demand in contract.properties() {
        let test = match demand.test() {
            PropertyDemandTest::Equals(wanted) => property(wanted),
            PropertyDemandTest::Tier(worst) => format!("{} or better", tier(worst)),
        };
        demands.push(format!("{} {test} by {}", Plain(demand.name()), or(demand.attesters().iter())));
    }
    if contract.fresh() {
        demands.push("freshly attested".to_owned());
    }
    if contract.vouched() {
        demands.push("vouched for".to_owned());
    }
    if contract.handover() {
        demands.push("named in a hand-over".to_owned());
    }
    if let Some(last) = contract.last() {
        demands.push(format!("not after link {last}"));
    }
    demands.join(", ")
}

/// The demands of a contract, as `--next-contract` and `--require` take them.
pub(crate) fn contract_json(contract: &Contract<'_>) -> Json {
    let mut object = serde_json::Map::new();
    let mut set = |name: &str, value: Json| object.insert(name.to_owned(), value);
    if let Some(namespace) = contract.namespace() {
        set("namespace", namespace.into());
    }
    if let Some(roles) = contract.roles() {
        let any_of: Vec<&str> = roles.roles().iter().collect();
        set(
            "roles",
            match roles.from() {
                RoleSource::Attesters(names) => json!({ "any_of": any_of, "from": names.iter().collect::<Vec<_>>() }),
                RoleSource::Accountable(entity) => json!({ "any_of": any_of, "accountable": entity }),
            },
        );
    }
    let properties: Vec<Json> = contract.properties().map(|demand| demand_json(&demand)).collect();
    if !properties.is_empty() {
        set("properties", properties.into());
    }
    for (name, demanded) in
        [("fresh", contract.fresh()), ("handover", contract.handover()), ("vouched", contract.vouched())]
    {
        if demanded {
            set(name, true.into());
        }
    }
    if let Some(last) = contract.last() {
        set("last", last.into());
    }
    Json::Object(object)
}

/// An attested property's value.
pub(crate) fn property(value: Property<'_>) -> String {
    match value {
        Property::Int(value) => value.to_string(),
        Property::Text(value) => quoted(value),
        Property::Bool(value) => value.to_string(),
        Property::Bytes(value) => format!("0x{}", to_hex(value)),
    }
}

fn demand_json(demand: &PropertyDemand<'_>) -> Json {
    let (name, from) = (demand.name(), demand.attesters().iter().collect::<Vec<_>>());
    match demand.test() {
        PropertyDemandTest::Equals(wanted) => json!({ "name": name, "from": from, "equals": property_json(&wanted) }),
        PropertyDemandTest::Tier(worst) => json!({ "name": name, "from": from, "tier": tier(worst) }),
    }
}

const fn tier(tier: Tier) -> &'static str {
    match tier {
        Tier::Affirming => "affirming",
        Tier::Warning => "warning",
        Tier::Contraindicated => "contraindicated",
    }
}

fn value(value: &ValueFacts) -> String {
    match value {
        ValueFacts::Int(value) => value.to_string(),
        ValueFacts::Text(value) => quoted(value),
        ValueFacts::Bool(value) => value.to_string(),
    }
}

/// Text between quotes, so that a number and a text of digits differ.
fn quoted(text: &str) -> String {
    format!("\"{}\"", Plain(&text.replace('\\', "\\\\").replace('"', "\\\"")))
}

fn or<'a>(names: impl Iterator<Item = &'a str>) -> String {
    names.map(|name| Plain(name).to_string()).collect::<Vec<_>>().join(" or ")
}
