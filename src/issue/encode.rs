//! Deterministic CBOR through `ciborium`: values are put in order here, and the strict reader checks what comes out.

use alloc::vec::Vec;

use ciborium::Value;

use crate::digest::Digest;
use crate::key::PublicKey;
use crate::labels::{self, cose_key};
use crate::property::Property;
use crate::time::UnixTime;

/// A map with integer labels; push them in ascending order of their encodings.
#[derive(Debug, Default)]
pub(super) struct Claims(Vec<(Value, Value)>);

impl Claims {
    pub(super) fn set(mut self, label: i64, value: Value) -> Self {
        self.0.push((int(label), value));
        self
    }

    pub(super) fn maybe(self, label: i64, value: Option<Value>) -> Self {
        match value {
            Some(value) => self.set(label, value),
            None => self,
        }
    }

    pub(super) fn value(self) -> Value {
        Value::Map(self.0)
    }
}

pub(super) fn int(value: i64) -> Value {
    Value::Integer(value.into())
}

pub(super) fn uint(value: u64) -> Value {
    Value::Integer(value.into())
}

pub(super) fn time(value: UnixTime) -> Value {
    uint(value.0)
}

pub(super) fn text(value: &str) -> Value {
    Value::Text(value.into())
}

pub(super) fn bytes(value: &[u8]) -> Value {
    Value::Bytes(value.into())
}

pub(super) fn digest(value: &Digest) -> Value {
    bytes(value.as_bytes())
}

pub(super) fn property(value: Property<'_>) -> Value {
    match value {
        Property::Int(value) => int(value),
        Property::Text(value) => text(value),
        Property::Bool(value) => Value::Bool(value),
        Property::Bytes(value) => bytes(value),
    }
}

/// COSE_Key (RFC 9053 §7.1.1).
pub(super) fn key(key: &PublicKey) -> Value {
    Claims::default()
        .set(cose_key::KTY, int(cose_key::EC2))
        .set(cose_key::CRV, int(cose_key::P256))
        .set(cose_key::X, bytes(key.x()))
        .set(cose_key::Y, bytes(key.y()))
        .value()
}

/// `cnf` (RFC 8747 §3.2).
pub(super) fn cnf(confirmed: &PublicKey) -> Value {
    Claims::default().set(labels::CNF_COSE_KEY, key(confirmed)).value()
}

/// A set: ascending in the order of encodings, each once.
pub(super) fn set(values: impl IntoIterator<Item = Value>) -> Value {
    let mut encoded: Vec<(Vec<u8>, Value)> = values.into_iter().map(|value| (encode(&value), value)).collect();
    encoded.sort_by(|(one, _), (other, _)| one.cmp(other));
    encoded.dedup_by(|(one, _), (other, _)| one == other);
    Value::Array(encoded.into_iter().map(|(_, value)| value).collect())
}

/// A map with text keys, ascending in the order of their encodings. A key given twice stays twice: the reader refuses it.
pub(super) fn text_map(entries: impl IntoIterator<Item = (Value, Value)>) -> Value {
    let mut entries: Vec<(Value, Value)> = entries.into_iter().collect();
    entries.sort_by_key(|(key, _)| encode(key));
    Value::Map(entries)
}

pub(super) fn encode(value: &Value) -> Vec<u8> {
    let mut encoded = Vec::new();
    // Writing to memory does not fail; were it to, the strict reader would refuse what is missing.
    let _ = ciborium::into_writer(value, &mut encoded);
    encoded
}
