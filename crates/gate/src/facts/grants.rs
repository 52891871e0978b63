//! Grants as facts: the form of a trust bundle, owned.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use throughline::{Grant, Grants, Limit, Value};

/// One grant.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct GrantFacts {
    /// The action pattern.
    pub action: String,
    /// The resource pattern.
    pub resource: String,
    /// Limits by the argument's name.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub limits: BTreeMap<String, LimitFacts>,
}

/// What an argument may be.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[expect(clippy::exhaustive_enums, reason = "another kind of limit is a new version of the format")]
pub enum LimitFacts {
    /// This value.
    Equals(ValueFacts),
    /// One of these.
    OneOf(Vec<ValueFacts>),
    /// An integer from the first to the second, both included.
    Range(i64, i64),
    /// A text of segments that continues this one.
    Prefix(String),
}

/// A value of an argument.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(untagged)]
#[expect(clippy::exhaustive_enums, reason = "another type of argument is a new version of the format")]
pub enum ValueFacts {
    /// A bool.
    Bool(bool),
    /// An integer.
    Int(i64),
    /// A text.
    Text(String),
}

impl GrantFacts {
    /// All of a list.
    #[must_use]
    pub fn of(grants: Grants<'_>) -> Vec<Self> {
        grants.iter().map(|grant| Self::from(&grant)).collect()
    }
}

impl From<&Grant<'_>> for GrantFacts {
    fn from(grant: &Grant<'_>) -> Self {
        Self {
            action: grant.action().into(),
            resource: grant.resource().into(),
            limits: grant.limits().map(|(name, limit)| (name.into(), limit.into())).collect(),
        }
    }
}

impl From<Limit<'_>> for LimitFacts {
    fn from(limit: Limit<'_>) -> Self {
        match limit {
            Limit::Equals(value) => Self::Equals(value.into()),
            Limit::OneOf(values) => Self::OneOf(values.iter().map(Into::into).collect()),
            Limit::Range { lo, hi } => Self::Range(lo, hi),
            Limit::Prefix(prefix) => Self::Prefix(prefix.into()),
        }
    }
}

impl From<Value<'_>> for ValueFacts {
    fn from(value: Value<'_>) -> Self {
        match value {
            Value::Int(value) => Self::Int(value),
            Value::Text(value) => Self::Text(value.into()),
            Value::Bool(value) => Self::Bool(value),
        }
    }
}
