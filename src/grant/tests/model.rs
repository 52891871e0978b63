//! Owned grants and requests, and what admits what, written from token.md §5.2 over lists of segments instead of over bytes.

use std::borrow::ToOwned;
use std::collections::BTreeMap;
use std::string::String;
use std::vec::Vec;

use crate::grant::tests::encode;
use crate::grant::{Access, Argument, Grant, Limit, Value};

#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum V {
    Int(i64),
    Text(String),
    Bool(bool),
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum L {
    Equals(V),
    OneOf(Vec<V>),
    Range(i64, i64),
    Prefix(String),
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct G {
    pub action: String,
    pub resource: String,
    pub limits: BTreeMap<String, L>,
}

#[derive(Clone, Debug)]
pub(crate) struct R {
    pub action: String,
    pub resource: String,
    pub arguments: BTreeMap<String, V>,
}

impl V {
    pub(crate) fn encode(&self) -> Vec<u8> {
        match self {
            Self::Int(n) => encode::int(*n),
            Self::Text(text) => encode::text(text),
            Self::Bool(value) => encode::boolean(*value),
        }
    }

    pub(crate) fn borrow(&self) -> Value<'_> {
        match self {
            Self::Int(n) => Value::Int(*n),
            Self::Text(text) => Value::Text(text),
            Self::Bool(value) => Value::Bool(*value),
        }
    }

    fn from(value: Value<'_>) -> Self {
        match value {
            Value::Int(n) => Self::Int(n),
            Value::Text(text) => Self::Text(text.to_owned()),
            Value::Bool(value) => Self::Bool(value),
        }
    }
}

impl L {
    pub(crate) fn encode(&self) -> Vec<u8> {
        match self {
            Self::Equals(value) => encode::array(&[encode::int(0), value.encode()]),
            Self::OneOf(values) => {
                encode::array(&[encode::int(1), encode::set(values.iter().map(V::encode).collect())])
            }
            Self::Range(lo, hi) => encode::array(&[encode::int(2), encode::int(*lo), encode::int(*hi)]),
            Self::Prefix(prefix) => encode::array(&[encode::int(3), encode::text(prefix)]),
        }
    }

    pub(crate) fn admits(&self, value: &V) -> bool {
        match (self, value) {
            (Self::Equals(only), value) => only == value,
            (Self::OneOf(values), value) => values.contains(value),
            (Self::Range(lo, hi), V::Int(n)) => (lo..=hi).contains(&n),
            (Self::Prefix(prefix), V::Text(text)) => {
                let prefix = path(prefix, false).expect("a prefix is a path");
                // Longer ones no prefix admits.
                text.len() <= 8_192
                    && path(text, false)
                        .is_some_and(|path| path.anchor == prefix.anchor && path.segments.starts_with(&prefix.segments))
            }
            (Self::Range(..) | Self::Prefix(_), _) => false,
        }
    }

    fn from(limit: Limit<'_>) -> Self {
        match limit {
            Limit::Equals(value) => Self::Equals(V::from(value)),
            Limit::OneOf(values) => Self::OneOf(values.iter().map(V::from).collect()),
            Limit::Range { lo, hi } => Self::Range(lo, hi),
            Limit::Prefix(prefix) => Self::Prefix(prefix.to_owned()),
        }
    }
}

impl G {
    pub(crate) fn new(action: &str, resource: &str, limits: &[(&str, L)]) -> Self {
        let limits = limits.iter().map(|(name, limit)| ((*name).to_owned(), limit.clone())).collect();
        Self { action: action.to_owned(), resource: resource.to_owned(), limits }
    }

    pub(crate) fn encode(&self) -> Vec<u8> {
        let mut elements = Vec::from([encode::text(&self.action), encode::text(&self.resource)]);
        if !self.limits.is_empty() {
            let mut entries: Vec<_> =
                self.limits.iter().map(|(name, limit)| (encode::text(name), limit.encode())).collect();
            entries.sort();
            elements.push(encode::map(&entries));
        }
        encode::array(&elements)
    }

    /// The encoding of a list of grants, in ascending order.
    pub(crate) fn encode_all(grants: &[Self]) -> Vec<u8> {
        encode::set(grants.iter().map(Self::encode).collect())
    }

    pub(crate) fn admits(&self, request: &R) -> bool {
        action_admits(&self.action, &request.action)
            && resource_admits(&self.resource, &request.resource)
            && self
                .limits
                .iter()
                .all(|(name, limit)| request.arguments.get(name).is_some_and(|value| limit.admits(value)))
    }

    pub(crate) fn from(grant: Grant<'_>) -> Self {
        let limits = grant.limits().map(|(name, limit)| (name.to_owned(), L::from(limit))).collect();
        Self { action: grant.action().to_owned(), resource: grant.resource().to_owned(), limits }
    }
}

impl R {
    pub(crate) fn new(action: &str, resource: &str, arguments: &[(&str, V)]) -> Self {
        let arguments = arguments.iter().map(|(name, value)| ((*name).to_owned(), value.clone())).collect();
        Self { action: action.to_owned(), resource: resource.to_owned(), arguments }
    }

    /// Puts the question of this request.
    pub(crate) fn ask<T>(&self, ask: impl FnOnce(&Access<'_>) -> T) -> T {
        let arguments: Vec<_> =
            self.arguments.iter().map(|(name, value)| Argument { name, value: value.borrow() }).collect();
        ask(&Access::new(&self.action, &self.resource, &arguments).expect("a well-formed request"))
    }
}

/// A text taken apart. `open` says that it ended in `*`.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Path {
    pub anchor: String,
    pub segments: Vec<String>,
    pub open: bool,
}

/// §5.1: `None` when the action pattern is not well-formed. The anchor is empty.
pub(crate) fn action(text: &str) -> Option<Path> {
    let mut segments: Vec<String> = text.split('.').map(ToOwned::to_owned).collect();
    let open = segments.last().is_some_and(|last| last == "*");
    if open {
        segments.pop();
    }
    let visible = |c: char| c > ' ' && c < '\u{7f}' && c != '*';
    let good = segments.iter().all(|segment| !segment.is_empty() && segment.chars().all(visible));
    (good && (open || !segments.is_empty())).then_some(Path { anchor: String::new(), segments, open })
}

/// §5.1: `None` when the resource pattern (`stars`) or prefix is not well-formed.
pub(crate) fn path(text: &str, stars: bool) -> Option<Path> {
    let (anchor, rest) = text.split_at(anchor_len(text));
    let mut segments: Vec<String> = rest.split('/').map(ToOwned::to_owned).collect();
    let open = stars && segments.last().is_some_and(|last| last == "*");
    if open {
        segments.pop();
    }
    let good = segments.iter().all(|segment| is_segment(segment) && !(stars && segment.contains('*')));
    good.then(|| Path { anchor: anchor.to_owned(), segments, open })
}

fn anchor_len(text: &str) -> usize {
    let scheme =
        text.find(|c: char| !(c.is_ascii_lowercase() || c.is_ascii_digit() || "+-.".contains(c))).unwrap_or(text.len());
    let lettered = text.chars().next().is_some_and(|c| c.is_ascii_lowercase());
    match text.get(scheme..) {
        Some(rest) if lettered && rest.starts_with("://") => scheme + 3,
        _ => usize::from(text.starts_with('/')),
    }
}

fn is_segment(segment: &str) -> bool {
    let lower = segment.to_lowercase();
    !["", ".", ".."].contains(&segment)
        && !["%2e", "%2f", "%5c", "%25", "%7f", "%0", "%1", "\\"].iter().any(|bad| lower.contains(bad))
        && !lower.starts_with(".;")
        && !lower.starts_with("..;")
        && lower
            .match_indices('%')
            .all(|(at, _)| lower.get(at + 1..at + 3).is_some_and(|two| two.chars().all(|c| c.is_ascii_hexdigit())))
        && !segment.chars().any(|c| c < ' ' || c == '\u{7f}')
}

/// §5.2, 1
pub(crate) fn action_admits(pattern: &str, concrete: &str) -> bool {
    admits(&action(pattern).expect("an action pattern"), &action(concrete).expect("an action"))
}

/// §5.2, 2
pub(crate) fn resource_admits(pattern: &str, concrete: &str) -> bool {
    admits(&path(pattern, true).expect("a resource pattern"), &path(concrete, true).expect("a resource"))
}

fn admits(pattern: &Path, concrete: &Path) -> bool {
    let everything = pattern.open && pattern.segments.is_empty() && pattern.anchor.is_empty();
    let below = pattern.open
        && pattern.anchor == concrete.anchor
        && concrete.segments.len() > pattern.segments.len()
        && concrete.segments.starts_with(&pattern.segments);
    everything || below || pattern == concrete
}
