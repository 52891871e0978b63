//! Grants to JSON: the form that [`grants_from_json`](super::grants_from_json) reads.

use serde::ser::{Serialize, SerializeMap, Serializer};

use crate::grant::{Grant, Grants, Limit, Value, Values};

/// Serializes grants as an array of JSON objects, as in a trust bundle.
#[derive(Clone, Copy, Debug)]
#[expect(clippy::exhaustive_structs, reason = "a wrapper that only chooses the form")]
pub struct GrantsAsJson<'a>(pub Grants<'a>);

impl Serialize for GrantsAsJson<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(self.0.iter().map(GrantAsJson))
    }
}

struct GrantAsJson<'a>(Grant<'a>);

impl Serialize for GrantAsJson<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut object = serializer.serialize_map(None)?;
        object.serialize_entry("action", self.0.action())?;
        object.serialize_entry("resource", self.0.resource())?;
        if self.0.limits().next().is_some() {
            object.serialize_entry("limits", &LimitsAsJson(self.0))?;
        }
        object.end()
    }
}

struct LimitsAsJson<'a>(Grant<'a>);

impl Serialize for LimitsAsJson<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map(self.0.limits().map(|(name, limit)| (name, LimitAsJson(limit))))
    }
}

struct LimitAsJson<'a>(Limit<'a>);

impl Serialize for LimitAsJson<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut object = serializer.serialize_map(Some(1))?;
        match self.0 {
            Limit::Equals(value) => object.serialize_entry("equals", &ValueAsJson(value))?,
            Limit::OneOf(values) => object.serialize_entry("one_of", &ValuesAsJson(values))?,
            Limit::Range { lo, hi } => object.serialize_entry("range", &[lo, hi])?,
            Limit::Prefix(prefix) => object.serialize_entry("prefix", prefix)?,
        }
        object.end()
    }
}

struct ValuesAsJson<'a>(Values<'a>);

impl Serialize for ValuesAsJson<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(self.0.iter().map(ValueAsJson))
    }
}

struct ValueAsJson<'a>(Value<'a>);

impl Serialize for ValueAsJson<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self.0 {
            Value::Int(value) => serializer.serialize_i64(value),
            Value::Text(value) => serializer.serialize_str(value),
            Value::Bool(value) => serializer.serialize_bool(value),
        }
    }
}
