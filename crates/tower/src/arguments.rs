//! Arguments of a request: from its query and from the members of a JSON body, by declared type.

use std::borrow::Cow;

use serde::Deserialize;
use throughline::{Argument, Error, ErrorKind, Json, Part, Place, Value};

/// What an argument is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
#[expect(clippy::exhaustive_enums, reason = "the values of token.md §5.1")]
pub enum Kind {
    /// Within ±(2⁵³ − 1), written without sign but `-`, leading zero, fraction and exponent.
    Integer,
    /// Any text.
    Text,
    /// `true` or `false`.
    Bool,
}

/// Where it stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Source {
    Query,
    Body,
}

/// An argument that a rule reads.
#[derive(Clone, Debug)]
pub(crate) struct Declared {
    pub(crate) name: String,
    pub(crate) kind: Kind,
    pub(crate) source: Source,
}

/// An argument that was read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Given {
    name: String,
    value: Owned,
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Owned {
    Int(i64),
    Text(String),
    Bool(bool),
}

/// The parts of a request that arguments stand in.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Parts<'r> {
    pub(crate) query: Option<&'r str>,
    pub(crate) content_type: Option<&'r [u8]>,
    pub(crate) content_encoding: Option<&'r [u8]>,
    pub(crate) body: &'r [u8],
}

/// Those that are there. One that is absent is none: what limits it then admits nothing.
pub(crate) fn read(declared: &[Declared], parts: &Parts<'_>) -> Result<Vec<Given>, Error> {
    let mut given = Vec::new();
    if declared.iter().any(|one| one.source == Source::Query) {
        from_query(declared, parts.query.unwrap_or_default(), &mut given)?;
    }
    if declared.iter().any(|one| one.source == Source::Body) && !parts.body.is_empty() {
        from_body(declared, parts, &mut given)?;
    }
    Ok(given)
}

impl Given {
    #[cfg(feature = "grpc")]
    pub(crate) fn new(name: &str, value: Value<'_>) -> Self {
        let value = match value {
            Value::Int(value) => Owned::Int(value),
            Value::Text(value) => Owned::Text(value.into()),
            Value::Bool(value) => Owned::Bool(value),
        };
        Self { name: name.into(), value }
    }

    pub(crate) fn argument(&self) -> Argument<'_> {
        let value = match &self.value {
            Owned::Int(value) => Value::Int(*value),
            Owned::Text(value) => Value::Text(value),
            Owned::Bool(value) => Value::Bool(*value),
        };
        Argument { name: &self.name, value }
    }
}

/// `application/x-www-form-urlencoded`, without its leeway: an escape that is none, or makes no UTF-8, is refused anywhere.
fn from_query(declared: &[Declared], query: &str, given: &mut Vec<Given>) -> Result<(), Error> {
    for pair in query.split('&').filter(|pair| !pair.is_empty()) {
        let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
        let (name, value) = (decoded(name)?, decoded(value)?);
        let Some(one) = declared.iter().find(|one| one.source == Source::Query && one.name == name) else { continue };
        // V1010: it stands once
        if given.iter().any(|other| other.name == name) {
            return Err(INVALID);
        }
        let value = match one.kind {
            Kind::Integer => integer(&value).map(Owned::Int),
            Kind::Bool => value.parse().ok().map(Owned::Bool),
            Kind::Text => Some(Owned::Text(value.into_owned())),
        };
        given.push(Given { name: name.into_owned(), value: value.ok_or(INVALID)? });
    }
    Ok(())
}

/// The members of one JSON object. What does not say that it is JSON, or is coded, would be read by the service in another way.
fn from_body(declared: &[Declared], parts: &Parts<'_>, given: &mut Vec<Given>) -> Result<(), Error> {
    if parts.content_encoding.is_some() || !parts.content_type.is_some_and(is_json) {
        return Err(INVALID);
    }
    // Strict: no name twice at any depth.
    for (name, json) in Json::read(parts.body)?.members().ok_or(INVALID)? {
        let Some(one) = declared.iter().find(|one| one.source == Source::Body && one.name == name) else { continue };
        let value = match one.kind {
            Kind::Integer => json.integer().map(Owned::Int),
            Kind::Bool => json.bool().map(Owned::Bool),
            Kind::Text => json.text().map(|text| Owned::Text(text.into_owned())),
        };
        given.push(Given { name: name.into_owned(), value: value.ok_or(INVALID)? });
    }
    Ok(())
}

fn is_json(content_type: &[u8]) -> bool {
    let essence = content_type.split(|byte| *byte == b';').next().unwrap_or_default().trim_ascii();
    let essence = essence.to_ascii_lowercase();
    essence == b"application/json" || (essence.starts_with(b"application/") && essence.ends_with(b"+json"))
}

/// As in JSON.
fn integer(text: &str) -> Option<i64> {
    Json::read(text.as_bytes()).ok().filter(|json| json.written() == text)?.integer()
}

fn decoded(text: &str) -> Result<Cow<'_, str>, Error> {
    if !text.contains(['%', '+']) {
        return Ok(Cow::Borrowed(text));
    }
    let (mut bytes, mut rest) = (Vec::with_capacity(text.len()), text.as_bytes());
    while let Some((first, behind)) = rest.split_first() {
        rest = behind;
        bytes.push(match first {
            b'+' => b' ',
            b'%' => {
                let (digits, behind) = rest.split_first_chunk::<2>().ok_or(INVALID)?;
                rest = behind;
                escaped(*digits).ok_or(INVALID)?
            }
            other => *other,
        });
    }
    String::from_utf8(bytes).map(Cow::Owned).map_err(|_| INVALID)
}

fn escaped(digits: [u8; 2]) -> Option<u8> {
    let digits = std::str::from_utf8(&digits).ok().filter(|text| text.bytes().all(|byte| byte.is_ascii_hexdigit()))?;
    u8::from_str_radix(digits, 16).ok()
}

pub(crate) const INVALID: Error =
    Error { kind: ErrorKind::RequestInvalid, at: Place { part: Part::Request, byte: None } };

#[cfg(test)]
mod tests {
    use super::*;

    fn given(query: Option<&str>, content_type: Option<&str>, body: &str) -> Result<Vec<(String, Owned)>, ErrorKind> {
        let one = |name: &str, kind, source| Declared { name: name.into(), kind, source };
        let declared = [
            one("days", Kind::Integer, Source::Query),
            one("q", Kind::Text, Source::Query),
            one("deep", Kind::Bool, Source::Query),
            one("minutes", Kind::Integer, Source::Body),
            one("room", Kind::Text, Source::Body),
        ];
        let parts = Parts {
            query,
            content_type: content_type.map(str::as_bytes),
            content_encoding: None,
            body: body.as_bytes(),
        };
        let given = read(&declared, &parts).map_err(|error| error.kind)?;
        Ok(given.into_iter().map(|given| (given.name, given.value)).collect())
    }

    #[test]
    fn query_and_body_are_read_by_type() {
        let all = given(
            Some("days=7&q=a%20b+c%C3%A4&deep=true&other=1&other=2"),
            Some("application/json; charset=utf-8"),
            r#"{"minutes": 30, "room": "4\u0061", "more": {"minutes": 1}}"#,
        );
        let expected = [
            ("days", Owned::Int(7)),
            ("q", Owned::Text("a b cä".into())),
            ("deep", Owned::Bool(true)),
            ("minutes", Owned::Int(30)),
            ("room", Owned::Text("4a".into())),
        ];
        assert_eq!(all, Ok(expected.map(|(name, value)| (name.to_owned(), value)).into()));
        assert_eq!(given(None, None, ""), Ok(Vec::new()));
        assert_eq!(given(Some("d%61ys=-3"), None, ""), Ok(vec![("days".into(), Owned::Int(-3))]));
    }

    #[test]
    fn ambiguous_query_rejected() {
        for query in [
            "days=7&days=7",
            "days=7&d%61ys=8",
            "days=%2B7",
            "days=07",
            "days=7.0",
            "days=",
            "days",
            "days=-0",
            "days= 7",
            "days=+7",
            "days=9007199254740992",
            "deep=1",
            "deep=TRUE",
            "q=%zz",
            "q=%",
            "q=%c3",
            "x=%+1",
            "%ff=1",
        ] {
            assert_eq!(given(Some(query), None, ""), Err(ErrorKind::RequestInvalid), "{query}");
        }
    }

    #[test]
    fn ambiguous_body_rejected() {
        let json = Some("application/json");
        for body in [
            r#"{"minutes": 30, "minutes": 31}"#,
            r#"{"minutes": 30.0}"#,
            r#"{"minutes": "30"}"#,
            r#"{"minutes": null}"#,
            "30",
            r#"[{"minutes": 30}]"#,
            r#"{"x": {"a": 1, "a": 2}}"#,
            "{} ?",
            r#"{"room": 4}"#,
        ] {
            assert_eq!(given(None, json, body), Err(ErrorKind::RequestInvalid), "{body}");
        }
        for content_type in [None, Some("text/plain"), Some("application/x-www-form-urlencoded"), Some("text/json")] {
            assert_eq!(given(None, content_type, "{}"), Err(ErrorKind::RequestInvalid), "{content_type:?}");
        }
    }
}
