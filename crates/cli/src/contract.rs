//! Contracts in JSON, the text form of token.md §6: what `--next-contract` and `--require` take.
//!
//! A member that does not exist, or stands twice, is refused.

use serde::Deserialize;
use serde::de::{self, Deserializer, MapAccess, Visitor};
use throughline::issue::{Contract, RoleFrom};
use throughline::trust::Tier;
use throughline::{Property, is_name, is_namespace, is_vouchable};

use crate::failure::Failure;
use crate::input;

/// Where a contract stands: `vouched` and `last` exist in `require` only.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Scope {
    Next,
    Require,
}

/// Reads a contract: JSON itself, or the name of a file with it.
pub(crate) fn read(option: &str, text: &str, scope: Scope) -> Result<Contract, Failure> {
    let (subject, json) = if text.trim_start().starts_with('{') {
        (option.to_owned(), text.to_owned())
    } else {
        let path = std::path::Path::new(text);
        (input::label(path), input::read_text(path, input::SMALL)?)
    };
    parse(&subject, &json, scope)
}

/// Reads a contract in JSON.
pub(crate) fn parse(subject: &str, json: &str, scope: Scope) -> Result<Contract, Failure> {
    let parsed: Written =
        serde_json::from_str(json).map_err(|error| Failure::input(subject, format!("not a contract: {error}")))?;
    parsed.build(scope).map_err(|text| Failure::input(subject, text))
}

#[derive(Debug, Deserialize)]
#[serde(
    deny_unknown_fields,
    expecting = "a contract: an object with namespace, roles, properties, fresh, handover, vouched, last"
)]
struct Written {
    #[serde(default, deserialize_with = "given")]
    namespace: Option<String>,
    #[serde(default, deserialize_with = "given")]
    roles: Option<Roles>,
    #[serde(default)]
    properties: Vec<Demand>,
    #[serde(default)]
    fresh: bool,
    #[serde(default, deserialize_with = "given")]
    handover: Option<bool>,
    #[serde(default)]
    vouched: bool,
    #[serde(default, deserialize_with = "given")]
    last: Option<u64>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, expecting = "an object with any_of, and from or accountable")]
struct Roles {
    any_of: Vec<String>,
    #[serde(default, deserialize_with = "given")]
    from: Option<Vec<String>>,
    #[serde(default, deserialize_with = "given")]
    accountable: Option<String>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, expecting = "an object with name, from, and equals or tier")]
struct Demand {
    name: String,
    from: Vec<String>,
    #[serde(default, deserialize_with = "given")]
    equals: Option<Wanted>,
    #[serde(default, deserialize_with = "given")]
    tier: Option<Level>,
}

#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(rename_all = "lowercase")]
enum Level {
    Affirming,
    Warning,
    Contraindicated,
}

/// A property's value, written as in the trust bundle.
#[derive(Debug)]
enum Wanted {
    Int(i64),
    Bool(bool),
    Text(String),
    Bytes(Vec<u8>),
}

impl Written {
    fn build(&self, scope: Scope) -> Result<Contract, String> {
        let mut contract = Contract::new();
        let mut demands: usize = 0;
        let mut demand = |made: Contract| {
            demands = demands.saturating_add(1);
            made
        };
        if let Some(namespace) = &self.namespace {
            if !is_namespace(namespace) {
                return Err(format!("namespace: {namespace:?} is not a namespace (spec/token.md §4.6)"));
            }
            contract = demand(contract.namespace(namespace));
        }
        if let Some(roles) = &self.roles {
            contract = demand(roles.add(contract)?);
        }
        for one in &self.properties {
            contract = demand(one.add(contract)?);
        }
        if self.fresh {
            contract = demand(contract.fresh());
        }
        match (self.handover, scope) {
            (Some(false), Scope::Next) => return Err("handover: false is asked for by --without-handover".to_owned()),
            (Some(true), _) => contract = demand(contract.handover()),
            (Some(false) | None, _) => {}
        }
        if scope == Scope::Next && (self.vouched || self.last.is_some()) {
            return Err(
                "vouched and last belong into --require; a contract on the next link admits vouched actors only"
                    .to_owned(),
            );
        }
        if self.vouched {
            contract = demand(contract.vouched());
        }
        if let Some(last) = self.last {
            contract = demand(contract.last(last));
        }
        if demands == 0 { Err("a contract without a demand".to_owned()) } else { Ok(contract) }
    }
}

impl Roles {
    fn add(&self, contract: Contract) -> Result<Contract, String> {
        let roles = names("roles.any_of", &self.any_of, is_name, "role")?;
        match (&self.from, &self.accountable) {
            (Some(from), None) => {
                let from = names("roles.from", from, is_vouchable, "name of an attester")?;
                Ok(contract.roles(&roles, RoleFrom::Attesters(&from)))
            }
            (None, Some(entity)) if is_vouchable(entity) => Ok(contract.roles(&roles, RoleFrom::Accountable(entity))),
            (None, Some(entity)) => {
                Err(format!("roles.accountable: {entity:?} is not an identifier (spec/token.md §4.6)"))
            }
            (Some(_), Some(_)) | (None, None) => {
                Err("roles: exactly one of from (names of attesters) and accountable (an entity) belongs here"
                    .to_owned())
            }
        }
    }
}

impl Demand {
    fn add(&self, contract: Contract) -> Result<Contract, String> {
        if !is_name(&self.name) {
            return Err(format!("properties: {:?} is not a property's name", self.name));
        }
        let from = names("properties.from", &self.from, is_vouchable, "name of an attester")?;
        match (&self.equals, self.tier) {
            (Some(wanted), None) => Ok(contract.property_equals(&self.name, &from, wanted.as_property())),
            (None, Some(level)) => Ok(contract.property_tier(&self.name, &from, level.tier())),
            (Some(_), Some(_)) | (None, None) => {
                Err(format!("properties: {:?} needs exactly one of equals and tier", self.name))
            }
        }
    }
}

impl Level {
    const fn tier(self) -> Tier {
        match self {
            Self::Affirming => Tier::Affirming,
            Self::Warning => Tier::Warning,
            Self::Contraindicated => Tier::Contraindicated,
        }
    }
}

impl Wanted {
    fn as_property(&self) -> Property<'_> {
        match self {
            Self::Int(value) => Property::Int(*value),
            Self::Bool(value) => Property::Bool(*value),
            Self::Text(value) => Property::Text(value),
            Self::Bytes(value) => Property::Bytes(value),
        }
    }
}

impl<'de> Deserialize<'de> for Wanted {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Any;

        impl<'de> Visitor<'de> for Any {
            type Value = Wanted;

            fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str("an integer, a bool, a string or {\"bytes\": \"base64url\"}")
            }

            fn visit_i64<E: de::Error>(self, value: i64) -> Result<Wanted, E> {
                Ok(Wanted::Int(value))
            }

            fn visit_u64<E: de::Error>(self, value: u64) -> Result<Wanted, E> {
                i64::try_from(value).map(Wanted::Int).map_err(|_| E::custom("an integer beyond 64 bits"))
            }

            fn visit_bool<E: de::Error>(self, value: bool) -> Result<Wanted, E> {
                Ok(Wanted::Bool(value))
            }

            fn visit_str<E: de::Error>(self, value: &str) -> Result<Wanted, E> {
                Ok(Wanted::Text(value.to_owned()))
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Wanted, A::Error> {
                use base64ct::{Base64UrlUnpadded, Encoding as _};

                let member: Option<(String, String)> = map.next_entry()?;
                let text = member.filter(|(name, _)| name == "bytes").map(|(_, text)| text);
                let bytes = text.and_then(|text| Base64UrlUnpadded::decode_vec(&text).ok());
                let bytes = bytes.ok_or_else(|| de::Error::custom("not {\"bytes\": \"base64url\"}"))?;
                match map.next_key::<String>()? {
                    Some(_) => Err(de::Error::custom("bytes and nothing else belong here")),
                    None => Ok(Wanted::Bytes(bytes)),
                }
            }
        }

        deserializer.deserialize_any(Any)
    }
}

/// A member that is there has a value: `null` is not absence.
fn given<'de, D: Deserializer<'de>, T: Deserialize<'de>>(deserializer: D) -> Result<Option<T>, D::Error> {
    T::deserialize(deserializer).map(Some)
}

fn names<'n>(place: &str, names: &'n [String], is: fn(&str) -> bool, what: &str) -> Result<Vec<&'n str>, String> {
    if let Some(wrong) = names.iter().find(|name| !is(name)) {
        return Err(format!("{place}: {wrong:?} is not a {what}"));
    }
    if !(1..=8).contains(&names.len()) {
        return Err(format!("{place}: not 1 to 8 elements"));
    }
    Ok(names.iter().map(String::as_str).collect())
}
