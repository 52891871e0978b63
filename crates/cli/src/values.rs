//! `name=value` on the command line: integers, `true` and `false`, bytes after `0x`, everything else is text.
//!
//! Text that looks like something else stands in double quotes, as a JSON string.

use throughline::{Argument, Property, Value, is_name};

use crate::digests;

/// A name and a typed value.
#[derive(Clone, Debug)]
pub(crate) struct Named {
    pub(crate) name: String,
    value: Typed,
}

#[derive(Clone, Debug)]
enum Typed {
    Int(i64),
    Bool(bool),
    Text(String),
    Bytes(Vec<u8>),
}

/// Parses an attested property: bytes are one of its types.
pub(crate) fn property(text: &str) -> Result<Named, String> {
    named(text, true)
}

/// Parses an argument of a request: `0x…` is text there.
pub(crate) fn argument(text: &str) -> Result<Named, String> {
    named(text, false)
}

impl Named {
    pub(crate) fn as_property(&self) -> Property<'_> {
        match &self.value {
            Typed::Int(value) => Property::Int(*value),
            Typed::Bool(value) => Property::Bool(*value),
            Typed::Text(value) => Property::Text(value),
            Typed::Bytes(value) => Property::Bytes(value),
        }
    }

    /// None where it is bytes, which no argument is.
    pub(crate) fn as_argument(&self) -> Option<Argument<'_>> {
        let value = match &self.value {
            Typed::Int(value) => Value::Int(*value),
            Typed::Bool(value) => Value::Bool(*value),
            Typed::Text(value) => Value::Text(value),
            Typed::Bytes(_) => return None,
        };
        Some(Argument { name: &self.name, value })
    }
}

fn named(text: &str, bytes: bool) -> Result<Named, String> {
    let (name, value) = text.split_once('=').ok_or("no \"=\" between name and value")?;
    if !is_name(name) {
        return Err("the name is not 1 to 128 bytes without control characters".to_owned());
    }
    Ok(Named { name: name.to_owned(), value: typed(value, bytes)? })
}

fn typed(text: &str, bytes: bool) -> Result<Typed, String> {
    if text.starts_with('"') {
        let text = serde_json::from_str(text).map_err(|_| "a quote begins a JSON string, which this is not")?;
        return Ok(Typed::Text(text));
    }
    if let Some(digits) = text.strip_prefix("0x").filter(|_| bytes) {
        return digests::hex(digits).map(Typed::Bytes);
    }
    let digits = text.strip_prefix('-').unwrap_or(text);
    let is_number = !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit());
    // 007 and -0 are text: as integers they would read back otherwise.
    let is_plain = digits == "0" && text == "0" || !digits.starts_with('0');
    match text {
        "true" => Ok(Typed::Bool(true)),
        "false" => Ok(Typed::Bool(false)),
        _ if is_number && is_plain => {
            let value = text.parse().map_err(|_| "an integer beyond 64 bits; in double quotes it is text")?;
            Ok(Typed::Int(value))
        }
        _ => Ok(Typed::Text(text.to_owned())),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn types_read_from_how_a_value_is_written() {
        for (text, expected) in [
            ("n=5", Property::Int(5)),
            ("n=-5", Property::Int(-5)),
            ("n=0", Property::Int(0)),
            ("n=007", Property::Text("007")),
            ("n=-0", Property::Text("-0")),
            ("n=true", Property::Bool(true)),
            ("n=\"true\"", Property::Text("true")),
            ("n=0xff00", Property::Bytes(&[255, 0])),
            ("n=a=b", Property::Text("a=b")),
            ("n=", Property::Text("")),
        ] {
            assert_eq!(property(text).unwrap().as_property(), expected, "{text}");
        }
        assert_eq!(argument("n=0xff").unwrap().as_argument().unwrap().value, Value::Text("0xff"));
        for text in ["n", "=5", "n=\"x", "n=0xf", "n=9223372036854775808"] {
            assert!(property(text).is_err(), "{text}");
        }
    }
}
