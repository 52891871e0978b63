//! JSON read by serde_json, names that stand twice noticed: another reader's opinion of the same bytes.

use std::collections::BTreeSet;
use std::fmt;

use serde::de::{Deserialize, Deserializer, Error as _, MapAccess, SeqAccess, Visitor};

/// A value, its members in the order in which they stand.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Document {
    Null,
    Bool(bool),
    Int(i128),
    Float(f64),
    Text(String),
    Array(Vec<Self>),
    Object(Vec<(String, Self)>),
}

/// Why serde_json reads nothing.
#[derive(Debug, PartialEq)]
pub(crate) enum Unread {
    /// It is no JSON, or a name stands twice.
    Wrong,
    /// A number beyond what floating point holds, which is none of JSON's rules (RFC 8259 §6).
    NumberTooLarge,
    /// Deeper than serde_json goes.
    TooDeep,
}

impl Document {
    /// The one value that `bytes` are.
    pub(crate) fn read(bytes: &[u8]) -> Result<Self, Unread> {
        // serde_json checks the UTF-8 of strings only; elsewhere nothing but ASCII is JSON.
        serde_json::from_slice(bytes).map_err(|error| {
            let text = error.to_string();
            if text.starts_with("number out of range") {
                Unread::NumberTooLarge
            } else if text.starts_with("recursion limit exceeded") {
                Unread::TooDeep
            } else {
                Unread::Wrong
            }
        })
    }

    /// How deep arrays and objects stand in each other.
    pub(crate) fn depth(&self) -> usize {
        match self {
            Self::Array(elements) => 1 + elements.iter().map(Self::depth).max().unwrap_or_default(),
            Self::Object(members) => 1 + members.iter().map(|(_, value)| value.depth()).max().unwrap_or_default(),
            _ => 0,
        }
    }

    /// The member of this name.
    pub(crate) fn member(&self, name: &str) -> Option<&Self> {
        let Self::Object(members) = self else { return None };
        members.iter().find(|(own, _)| own == name).map(|(_, value)| value)
    }
}

impl<'de> Deserialize<'de> for Document {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(Reader)
    }
}

struct Reader;

impl<'de> Visitor<'de> for Reader {
    type Value = Document;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("JSON")
    }

    fn visit_unit<E>(self) -> Result<Document, E> {
        Ok(Document::Null)
    }

    fn visit_bool<E>(self, value: bool) -> Result<Document, E> {
        Ok(Document::Bool(value))
    }

    fn visit_i64<E>(self, value: i64) -> Result<Document, E> {
        Ok(Document::Int(value.into()))
    }

    fn visit_u64<E>(self, value: u64) -> Result<Document, E> {
        Ok(Document::Int(value.into()))
    }

    fn visit_f64<E>(self, value: f64) -> Result<Document, E> {
        Ok(Document::Float(value))
    }

    fn visit_str<E>(self, value: &str) -> Result<Document, E> {
        Ok(Document::Text(value.to_owned()))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut elements: A) -> Result<Document, A::Error> {
        let mut read = Vec::new();
        while let Some(element) = elements.next_element()? {
            read.push(element);
        }
        Ok(Document::Array(read))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut members: A) -> Result<Document, A::Error> {
        let mut read: Vec<(String, Document)> = Vec::new();
        let mut names = BTreeSet::new();
        while let Some((name, value)) = members.next_entry::<String, Document>()? {
            if !names.insert(name.clone()) {
                return Err(A::Error::custom("twice"));
            }
            read.push((name, value));
        }
        Ok(Document::Object(read))
    }
}
