//! Grants from JSON, into the deterministic CBOR that tokens and ceilings hold (token.md §5.1).

use alloc::string::String;
use alloc::vec::Vec;

use crate::bundle::encode;
use crate::bundle::fields::count;
use crate::bundle::json::{Node, Object};
use crate::bundle::reader::Reader;
use crate::bundle::report::{BundleErrors, Mistake};
use crate::error::ErrorKind;
use crate::grant::{Grants, MAX_LIMITS};
use crate::identifier;
use crate::labels::limit;
use crate::limits::{MAX_GRANTS, MAX_VALUE};

/// Encodes grants that are written as in a trust bundle: an array of them, or one alone.
///
/// ```json
/// [{"action": "calendar.read", "resource": "calendar/alice/*", "limits": {"days": {"range": [1, 7]}}}]
/// ```
///
/// # Errors
/// Every mistake, with its place.
pub fn grants_from_json(json: &str) -> Result<Vec<u8>, BundleErrors> {
    let (mut reader, root) = Node::root(json, "grants");
    let mut grants = Vec::new();
    if let Some(root) = root {
        grants = match root.kind() {
            "an object" => Vec::from([grant(&mut reader, &root)]),
            _ => read(&mut reader, &root, MAX_GRANTS),
        };
    }
    reader.finish()?;
    Ok(encode::set(grants))
}

/// Reads an array of grants, each encoded, in the order of the document. One with a mistake is an empty encoding.
pub(super) fn read<'a>(reader: &mut Reader<'a>, node: &Node<'a>, max: usize) -> Vec<Vec<u8>> {
    let elements = node.array(reader, "an array of grants");
    count(reader, node, elements.len(), 0, max);
    distinct(reader, &elements, grant)
}

/// An encoded grant as the only one of its set, to be compared with others.
pub(super) fn alone(grant: &[u8]) -> Vec<u8> {
    encode::array(&[grant.to_vec()])
}

fn grant<'a>(reader: &mut Reader<'a>, node: &Node<'a>) -> Vec<u8> {
    let object = node.object(reader, "a grant").only(reader, GRANT);
    let any = encode::text("*");
    let mut parts = Vec::new();
    if let Some(node) = object.need(reader, "action") {
        let action = node.string(reader, "an action pattern").map(|text| encode::text(&text));
        parts.extend(action.filter(|action| {
            is_grant(
                reader,
                node,
                "action pattern (dot-separated words, the last may be *)",
                &[action.clone(), any.clone()],
            )
        }));
    }
    if let Some(node) = object.need(reader, "resource") {
        let resource = node.string(reader, "a resource pattern").map(|text| encode::text(&text));
        parts.extend(resource.filter(|resource| {
            is_grant(
                reader,
                node,
                "resource pattern (segments after slashes, the last may be *)",
                &[any.clone(), resource.clone()],
            )
        }));
    }
    let limits = object.get("limits").map(|node| limits(reader, node));
    match limits {
        _ if parts.len() < 2 => return Vec::new(),
        Some(None) => return Vec::new(),
        Some(Some(limits)) => parts.push(limits),
        None => {}
    }
    encode::array(&parts)
}

fn limits<'a>(reader: &mut Reader<'a>, node: &Node<'a>) -> Option<Vec<u8>> {
    let object = node.object(reader, "an object of limits");
    if object.is_complete() {
        count(reader, node, object.members().count(), 1, MAX_LIMITS);
    }
    let mut limits = Some(Vec::new());
    for (name, node) in object.members() {
        if !identifier::is_name(name) {
            node.refuse(reader, Mistake::Malformed("argument name"));
        }
        let limit = limit(reader, node).map(|limit| (encode::text(name), limit));
        limits = limits.zip(limit).map(|(mut limits, limit)| {
            limits.push(limit);
            limits
        });
    }
    limits.map(encode::map)
}

/// One of the four kinds of limit.
fn limit<'a>(reader: &mut Reader<'a>, node: &Node<'a>) -> Option<Vec<u8>> {
    let object: Object<'a> = node.object(reader, "a limit").only(reader, LIMIT);
    let mut limits = object.members().filter(|(name, _)| LIMIT.contains(name));
    let Some((name, test)) = limits.next() else {
        if object.members().next().is_none() {
            object.need_one(reader, LIMIT);
        }
        return None;
    };
    if limits.next().is_some() {
        node.refuse(reader, Mistake::NotOne(LIMIT));
    }
    match name {
        "equals" => value(reader, test).map(|value| encode::array(&[encode::uint(limit::EQUALS), value])),
        "one_of" => {
            let values = test.array(reader, "an array of values");
            count(reader, test, values.len(), 1, MAX_CHOICES);
            let values = distinct(reader, &values, |reader, node| value(reader, node).unwrap_or_default());
            Some(encode::array(&[encode::uint(limit::ONE_OF), encode::set(values)]))
        }
        "range" => range(reader, test),
        _ => {
            let prefix = encode::text(&test.string(reader, "a prefix")?);
            let limit = encode::array(&[encode::uint(limit::PREFIX), prefix]);
            let any = encode::text("*");
            let limits = encode::map(Vec::from([(encode::text("argument"), limit.clone())]));
            is_grant(reader, test, "prefix (segments after slashes)", &[any.clone(), any, limits]).then_some(limit)
        }
    }
}

fn range<'a>(reader: &mut Reader<'a>, node: &Node<'a>) -> Option<Vec<u8>> {
    let ends = node.array(reader, "an array of two integers");
    let [lo, hi] = ends.as_slice() else {
        if node.kind() == "an array" {
            node.refuse(reader, Mistake::Count { min: 2, max: 2 });
        }
        return None;
    };
    let (lo, hi) = (lo.integer::<i64>(reader, INTEGER), hi.integer::<i64>(reader, INTEGER));
    let (lo, hi) = (lo?, hi?);
    if lo > hi {
        node.refuse(reader, Mistake::Format(ErrorKind::RangeInverted));
    }
    Some(encode::array(&[encode::uint(limit::RANGE), encode::int(lo), encode::int(hi)]))
}

/// A value that an argument can have.
fn value<'a>(reader: &mut Reader<'a>, node: &Node<'a>) -> Option<Vec<u8>> {
    match node.kind() {
        "a string" => {
            let text = node.string(reader, "a string")?;
            if text.len() > MAX_VALUE {
                node.refuse(reader, Mistake::Format(ErrorKind::SizeOutOfRange));
            }
            Some(encode::text(&text))
        }
        "a bool" => node.bool().map(encode::bool),
        "a number" => node.integer(reader, INTEGER).map(encode::int),
        _ => {
            node.refuse_kind(reader, "a string, an integer or a bool");
            None
        }
    }
}

/// Reads each element, and refuses one that stood before. What could not be read is an empty encoding.
fn distinct<'a>(
    reader: &mut Reader<'a>,
    nodes: &[Node<'a>],
    read: impl Fn(&mut Reader<'a>, &Node<'a>) -> Vec<u8>,
) -> Vec<Vec<u8>> {
    let mut encoded: Vec<Vec<u8>> = Vec::new();
    for node in nodes {
        let one = read(reader, node);
        let twin = encoded.iter().position(|other| *other == one && !one.is_empty());
        if let Some(first) = twin.and_then(|index| nodes.get(index)) {
            node.refuse(reader, Mistake::Repeated { first: String::from(first.path.as_str()) });
        }
        encoded.push(one);
    }
    encoded
}

/// Whether these parts make a grant, in the judgement of the decoder that verifiers use.
fn is_grant(reader: &mut Reader<'_>, node: &Node<'_>, wanted: &'static str, parts: &[Vec<u8>]) -> bool {
    match Grants::decode(&alone(&encode::array(parts))) {
        Ok(_) => return true,
        Err(error) if error.kind == ErrorKind::PatternInvalid => node.refuse(reader, Mistake::Malformed(wanted)),
        Err(error) => node.refuse(reader, Mistake::Format(error.kind)),
    }
    false
}

const GRANT: &[&str] = &["action", "resource", "limits"];
const LIMIT: &[&str] = &["equals", "one_of", "range", "prefix"];
const INTEGER: &str = "an integer of 64 bits";
/// Most values of a "one of" limit (token.md §5.1).
const MAX_CHOICES: usize = 16;
