//! CBOR read by ciborium, and whether it is what token.md §2.1 allows: another reader's opinion of the same bytes.

use ciborium::Value;

use crate::common::cbor;

/// The first item of `bytes` and its length, if ciborium reads it and it is deterministic CBOR of the format's data model.
///
/// `None` says that a decoder must refuse it.
pub(crate) fn item(bytes: &[u8]) -> Option<(Value, usize)> {
    let mut rest = bytes;
    let mut scratch = [0; 512];
    let value: Value = ciborium::de::from_reader_with_buffer(&mut rest, &mut scratch).ok()?;
    let length = bytes.len() - rest.len();
    // Encoded again with shortest heads, it is the same: so were they.
    (in_model(&value) && cbor::encode(&value) == bytes[..length]).then_some((value, length))
}

/// The one item that `bytes` is.
pub(crate) fn whole(bytes: &[u8]) -> Option<Value> {
    item(bytes).filter(|(_, length)| *length == bytes.len()).map(|(value, _)| value)
}

/// Integers in their range, maps in their order, and nothing that the format does not have.
fn in_model(value: &Value) -> bool {
    match value {
        Value::Integer(integer) => i64::try_from(*integer).is_ok(),
        Value::Bytes(_) | Value::Text(_) | Value::Bool(_) => true,
        Value::Array(elements) => elements.iter().all(in_model),
        Value::Map(entries) => {
            let labels = entries.iter().all(|(key, _)| key.is_integer());
            let names = entries.iter().all(|(key, _)| key.is_text());
            (labels || names)
                && entries.iter().all(|(key, value)| in_model(key) && in_model(value))
                && entries.is_sorted_by(|(one, _), (other, _)| cbor::encode(one) < cbor::encode(other))
        }
        Value::Tag(tag, content) => matches!(tag, 17 | 18) && in_model(content),
        _ => false,
    }
}
