//! Option values that the format would refuse, refused where they are typed.

use throughline::{is_identifier, is_name, is_vouchable};

/// An identifier for which somebody can vouch.
pub(crate) fn identifier(text: &str) -> Result<String, String> {
    if is_vouchable(text) { Ok(text.to_owned()) } else { Err(NO_IDENTIFIER.to_owned()) }
}

/// An identifier, that of an unvouched actor included.
pub(crate) fn any_identifier(text: &str) -> Result<String, String> {
    if is_identifier(text) { Ok(text.to_owned()) } else { Err(NO_IDENTIFIER.to_owned()) }
}

/// A role or a property's name.
pub(crate) fn name(text: &str) -> Result<String, String> {
    if is_name(text) {
        Ok(text.to_owned())
    } else {
        Err("1 to 128 bytes without control characters belong here".to_owned())
    }
}

/// The name of an audience.
pub(crate) fn audience(text: &str) -> Result<String, String> {
    if (1..=512).contains(&text.len()) { Ok(text.to_owned()) } else { Err("1 to 512 bytes belong here".to_owned()) }
}

const NO_IDENTIFIER: &str =
    "not an identifier such as spiffe://prod.example/worker or https://acme.example/alice (spec/token.md §4.6)";
