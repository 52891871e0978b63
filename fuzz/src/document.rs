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

impl Document {
    /// As text. A number of floating point is written as serde_json writes it.
    pub(crate) fn written(&self) -> String {
        let quoted = |text: &String| serde_json::to_string(text).expect("a string in JSON");
        match self {
            Self::Null => "null".to_owned(),
            Self::Bool(value) => value.to_string(),
            Self::Int(value) => value.to_string(),
            Self::Float(value) => serde_json::to_string(value).expect("a number in JSON"),
            Self::Text(text) => quoted(text),
            Self::Array(elements) => {
                let elements: Vec<String> = elements.iter().map(Self::written).collect();
                format!("[{}]", elements.join(","))
            }
            Self::Object(members) => {
                let member = |(name, value): &(String, Self)| format!("{}:{}", quoted(name), value.written());
                format!("{{{}}}", members.iter().map(member).collect::<Vec<_>>().join(","))
            }
        }
    }

    /// How many nodes there are.
    fn size(&self) -> usize {
        match self {
            Self::Array(elements) => 1 + elements.iter().map(Self::size).sum::<usize>(),
            Self::Object(members) => 1 + members.iter().map(|(_, value)| value.size()).sum::<usize>(),
            _ => 1,
        }
    }

    /// The n-th node, parents before children.
    fn nth(&mut self, n: &mut usize) -> Option<&mut Self> {
        if *n == 0 {
            return Some(self);
        }
        *n -= 1;
        match self {
            Self::Array(elements) => elements.iter_mut().find_map(|element| element.nth(n)),
            Self::Object(members) => members.iter_mut().find_map(|(_, value)| value.nth(n)),
            _ => None,
        }
    }
}

/// Edits a document, four bytes of `data` an edit: which node, what, with what.
pub(crate) fn edited(document: &Document, data: &[u8]) -> Document {
    let mut document = document.clone();
    for [at, what, a, b] in data.as_chunks::<4>().0.iter().take(6) {
        let (a, b) = (usize::from(*a), usize::from(*b));
        let other = document.clone().nth(&mut (a % document.size())).cloned();
        let mut place = (usize::from(*at) + usize::from(what >> 4) * 16) % document.size();
        let Some(node) = document.nth(&mut place) else { continue };
        match (what % 8, node) {
            (0, node) => *node = Document::Text(WORDS[a % WORDS.len()].to_owned()),
            (1, node) => *node = Document::Int(NUMBERS[a % NUMBERS.len()]),
            (2, node) => *node = other.unwrap_or(Document::Null),
            (3, Document::Object(members)) if !members.is_empty() => drop(members.remove(a % members.len())),
            (3, Document::Array(elements)) if !elements.is_empty() => drop(elements.remove(a % elements.len())),
            // A name twice.
            (4, Document::Object(members)) if !members.is_empty() => members.push(members[a % members.len()].clone()),
            (4, Document::Array(elements)) if !elements.is_empty() => {
                elements.push(elements[a % elements.len()].clone())
            }
            (5, Document::Object(members)) if !members.is_empty() => {
                let count = members.len();
                members[a % count].0 = WORDS[b % WORDS.len()].to_owned();
            }
            (6, Document::Array(elements)) if !elements.is_empty() => {
                let count = elements.len();
                elements.swap(a % count, b % count);
            }
            (7, Document::Text(text)) => {
                text.extend(char::from_u32(u32::from(*what) << 8 | u32::try_from(b).unwrap_or(0)))
            }
            (_, node) => *node = [Document::Null, Document::Bool(b > 99), Document::Array(Vec::new())][a % 3].clone(),
        }
    }
    document
}

const WORDS: &[&str] = &[
    "",
    "*",
    "a",
    "a.b",
    "name",
    "key",
    "kind",
    "identity",
    "role",
    "context",
    "accountable",
    "ceiling",
    "limits",
    "equals",
    "one_of",
    "range",
    "prefix",
    "bytes",
    "tier",
    "affirming",
    "namespace",
    "attester",
    "properties",
    "d",
    "use",
    "sig",
    "key_ops",
    "https://acme.example",
    "spiffe://prod.example/attester",
    "CN=batch-7,O=Acme",
    "did:web:a",
    "arn:aws:iam::1:x",
    "urn:ietf:params:oauth:ckt:sha-256:AA",
    "a/b/*",
    "../a",
    "a\u{0}b",
    "AA",
    "A",
];

const NUMBERS: &[i128] = &[
    0,
    1,
    -1,
    2,
    600,
    9_223_372_036_854_775_807,
    9_223_372_036_854_775_808,
    -9_223_372_036_854_775_808,
    18_446_744_073_709_551_615,
];
