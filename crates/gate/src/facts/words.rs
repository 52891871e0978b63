//! The words and values that facts are written in.

use serde_json::{Value as Json, json};
use throughline::{OriginForm, ProofKind, Property, Vouching, encode_text};

/// A kind of origin.
#[must_use]
pub const fn origin_kind(kind: OriginForm) -> &'static str {
    match kind {
        OriginForm::Identity => "identity",
        OriginForm::Role => "role",
        OriginForm::Context => "context",
    }
}

/// Who speaks for a hop.
pub(crate) const fn vouching(vouching: Vouching) -> &'static str {
    match vouching {
        Vouching::Origin => "origin",
        Vouching::Credential => "credential",
        Vouching::Pin => "pin",
        Vouching::Unvouched => "unvouched",
    }
}

/// How a proof is sealed.
pub(crate) const fn proof(kind: ProofKind) -> &'static str {
    match kind {
        ProofKind::Signed => "signed",
        ProofKind::Mac => "mac",
    }
}

/// A property's value; bytes are base64url in an object, so that they are no text.
#[must_use]
pub fn property_json(value: &Property<'_>) -> Json {
    match value {
        Property::Int(value) => json!(value),
        Property::Text(value) => json!(value),
        Property::Bool(value) => json!(value),
        Property::Bytes(bytes) => json!({ "bytes": encode_text(bytes) }),
    }
}
