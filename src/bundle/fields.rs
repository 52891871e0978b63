//! The values that the tables of a bundle are made of: texts, lists of them, entities, properties, seconds.

use alloc::borrow::ToOwned;
use alloc::vec;
use alloc::vec::Vec;

use base64ct::{Base64UrlUnpadded, Encoding};

use crate::bundle::json::{Node, Object};
use crate::bundle::reader::Reader;
use crate::bundle::report::Mistake;
use crate::bundle::spelling;
use crate::identifier;
use crate::limits::MAX_VALUE;
use crate::text::{List, Text};
use crate::trust::{Entities, PropertyTest, PropertyValue, Test, Tier};

/// A kind of text (token.md §2.2, §4.6).
#[derive(Clone, Copy, Debug)]
pub(super) struct Form {
    wanted: &'static str,
    is: fn(&str) -> bool,
}

pub(super) const NAME: Form = Form { wanted: "name (1 to 128 bytes, no control characters)", is: identifier::is_name };
pub(super) const IDENTIFIER: Form = Form { wanted: "identifier (token.md §4.6)", is: identifier::is_vouchable };
pub(super) const NAMESPACE: Form = Form { wanted: "namespace (token.md §4.6)", is: identifier::is_namespace };

/// The rows of a table; none when it is absent.
pub(super) fn table<'a, T>(
    reader: &mut Reader<'a>,
    object: &Object<'a>,
    name: &str,
    row: fn(&mut Reader<'a>, &Node<'a>) -> T,
) -> Vec<T> {
    let rows = object.get(name).map(|node| node.array(reader, "an array of objects")).unwrap_or_default();
    rows.iter().map(|node| row(reader, node)).collect()
}

/// A mandatory text.
pub(super) fn text<'a>(reader: &mut Reader<'a>, object: &Object<'a>, name: &'static str, form: Form) -> Text<'static> {
    object.need(reader, name).map_or(Text::new(""), |node| formed(reader, node, form))
}

/// A list of texts, none twice; empty when it is absent.
pub(super) fn texts<'a>(
    reader: &mut Reader<'a>,
    object: &Object<'a>,
    name: &str,
    form: Form,
) -> List<'static, Text<'static>> {
    let Some(node) = object.get(name) else { return List::empty() };
    let nodes = node.array(reader, "an array of strings");
    let texts: Vec<Text<'static>> = nodes.iter().map(|node| formed(reader, node, form)).collect();
    distinct(reader, &nodes, &texts, |one, other| one == other && !one.is_empty());
    texts.into()
}

/// A list of accountable entities: a string is exactly this one, `{"namespace": …}` those it covers.
pub(super) fn entities<'a>(reader: &mut Reader<'a>, node: &Node<'a>) -> List<'static, Entities<'static>> {
    let nodes = node.array(reader, "an array of accountable entities");
    let entities: Vec<Entities<'static>> = nodes.iter().map(|node| entity(reader, node)).collect();
    distinct(reader, &nodes, &entities, |one, other| match one {
        Entities::Exact(text) | Entities::Namespace(text) => one == other && !text.is_empty(),
    });
    entities.into()
}

/// Tests of attested properties, one for each name: a second one would be redundant or could never pass with the first.
pub(super) fn tests<'a>(reader: &mut Reader<'a>, node: &Node<'a>) -> List<'static, PropertyTest<'static>> {
    let nodes = node.array(reader, "an array of property tests");
    // More than a credential can state never hold.
    count(reader, node, nodes.len(), 0, MAX_PROPERTIES);
    let tests: Vec<PropertyTest<'static>> = nodes.iter().map(|node| property_test(reader, node)).collect();
    distinct(reader, &nodes, &tests, |one, other| one.name == other.name && !one.name.is_empty());
    tests.into()
}

/// Properties by name.
pub(super) fn properties<'a>(
    reader: &mut Reader<'a>,
    node: &Node<'a>,
) -> List<'static, (Text<'static>, PropertyValue<'static>)> {
    let object = node.object(reader, "an object of properties");
    let mut properties = Vec::new();
    for (name, node) in object.members() {
        if !identifier::is_name(name) {
            node.refuse(reader, Mistake::Malformed(NAME.wanted));
        }
        properties.push((Text::from(name.to_owned()), property(reader, node)));
    }
    properties.into()
}

/// Seconds, in the domain of token.md §2.3.
pub(super) fn seconds<'a>(reader: &mut Reader<'a>, node: &Node<'a>, least: i64) -> u64 {
    let wanted = if least > 0 { "a positive integer of seconds" } else { "an integer of seconds, 0 or more" };
    let Some(seconds) = node.integer::<i64>(reader, wanted) else { return 0 };
    if seconds < least {
        node.refuse_kind(reader, wanted);
    }
    seconds.unsigned_abs()
}

/// A mandatory word, one of `known`.
pub(super) fn word<'a>(
    reader: &mut Reader<'a>,
    object: &Object<'a>,
    name: &'static str,
    known: &'static [&'static str],
) -> Option<&'static str> {
    let node = object.need(reader, name)?;
    one_of(reader, node, known)
}

/// One of the words `known`.
pub(super) fn one_of<'a>(
    reader: &mut Reader<'a>,
    node: &Node<'a>,
    known: &'static [&'static str],
) -> Option<&'static str> {
    let text = node.string(reader, "a string")?;
    let word = known.iter().copied().find(|known| *known == text);
    if word.is_none() {
        node.refuse(reader, Mistake::WrongWord { meant: spelling::nearest(&text, known), known });
    }
    word
}

/// Refuses an array or object of another size.
pub(super) fn count(reader: &mut Reader<'_>, node: &Node<'_>, count: usize, min: usize, max: usize) {
    // Something that is neither was reported as such.
    if !(min..=max).contains(&count) && matches!(node.kind(), "an array" | "an object") {
        node.refuse(reader, Mistake::Count { min, max });
    }
}

fn formed<'a>(reader: &mut Reader<'a>, node: &Node<'a>, form: Form) -> Text<'static> {
    let Some(text) = node.string(reader, "a string") else { return Text::new("") };
    if !(form.is)(&text) {
        node.refuse(reader, Mistake::Malformed(form.wanted));
        return Text::new("");
    }
    Text::from(text)
}

fn entity<'a>(reader: &mut Reader<'a>, node: &Node<'a>) -> Entities<'static> {
    match node.kind() {
        "a string" => Entities::Exact(formed(reader, node, IDENTIFIER)),
        "an object" => {
            let object = node.object(reader, "a namespace").only(reader, &["namespace"]);
            Entities::Namespace(text(reader, &object, "namespace", NAMESPACE))
        }
        _ => {
            node.refuse_kind(reader, "a string or {\"namespace\": …}");
            Entities::Exact(Text::new(""))
        }
    }
}

fn property_test<'a>(reader: &mut Reader<'a>, node: &Node<'a>) -> PropertyTest<'static> {
    let object = node.object(reader, "a property test").only(reader, &["name", "equals", "tier"]);
    let name = text(reader, &object, "name", NAME);
    let test = match (object.get("equals"), object.get("tier")) {
        (Some(value), None) => Test::Equals(property(reader, value)),
        (None, Some(tier)) => Test::Tier(match one_of(reader, tier, TIERS) {
            Some("affirming") | None => Tier::Affirming,
            Some("warning") => Tier::Warning,
            Some(_) => Tier::Contraindicated,
        }),
        (Some(_), Some(_)) => {
            node.refuse(reader, Mistake::NotOne(&["equals", "tier"]));
            Test::Tier(Tier::Affirming)
        }
        (None, None) => {
            object.need_one(reader, &["equals", "tier"]);
            Test::Tier(Tier::Affirming)
        }
    };
    PropertyTest::new(name, test)
}

/// A value that a property can have (token.md §4.2).
fn property<'a>(reader: &mut Reader<'a>, node: &Node<'a>) -> PropertyValue<'static> {
    let value = match node.kind() {
        "a string" => node.string(reader, "a string").map(|text| {
            if !(1..=MAX_VALUE).contains(&text.len()) {
                node.refuse(reader, Mistake::Malformed("property (1 to 1024 bytes)"));
            }
            PropertyValue::Text(text.into())
        }),
        "a number" => node.integer(reader, "an integer of 64 bits").map(PropertyValue::Int),
        "a bool" => node.bool().map(PropertyValue::Bool),
        "an object" => {
            let object = node.object(reader, "bytes").only(reader, &["bytes"]);
            object.need(reader, "bytes").and_then(|node| bytes(reader, node)).map(PropertyValue::Bytes)
        }
        _ => {
            node.refuse_kind(reader, "a string, an integer, a bool or {\"bytes\": …}");
            None
        }
    };
    value.unwrap_or(PropertyValue::Bool(false))
}

fn bytes<'a>(reader: &mut Reader<'a>, node: &Node<'a>) -> Option<List<'static, u8>> {
    let text = node.string(reader, "a string")?;
    let mut buffer = vec![0; MAX_VALUE];
    match Base64UrlUnpadded::decode(text.as_bytes(), &mut buffer) {
        Ok(bytes) => Some(bytes.to_vec().into()),
        Err(_) => {
            node.refuse(reader, Mistake::Encoding { wanted: "up to 1024 bytes" });
            None
        }
    }
}

/// Refuses each item that is the `same` as an earlier one.
fn distinct<T>(reader: &mut Reader<'_>, nodes: &[Node<'_>], items: &[T], same: fn(&T, &T) -> bool) {
    for (index, (node, item)) in nodes.iter().zip(items).enumerate() {
        let twin = items.iter().take(index).position(|other| same(other, item));
        if let Some(first) = twin.and_then(|twin| nodes.get(twin)) {
            node.refuse(reader, Mistake::Repeated { first: first.path.clone() });
        }
    }
}

/// Most properties of a credential (token.cddl).
const MAX_PROPERTIES: usize = 16;
const TIERS: &[&str] = &["affirming", "warning", "contraindicated"];
