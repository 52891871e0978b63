//! The tables of a bundle: from JSON to the entries that the verifier uses, each on its own.

use alloc::format;
use alloc::vec::Vec;

use crate::bundle::fields::{
    IDENTIFIER, NAME, NAMESPACE, entities, properties, seconds, table, tests, text, texts, word,
};
use crate::bundle::json::{Node, Object};
use crate::bundle::reader::Reader;
use crate::bundle::report::Mistake;
use crate::bundle::{encode, grants, jwk};
use crate::grant::MAX_CEILING;
use crate::key::TrustedKey;
use crate::text::Text;
use crate::trust::{ActorPin, Attester, Ceiling, OriginAnchor, OriginKind, RevocationIssuer, Trust};

/// Everything in a bundle, with the order of the document kept. After a mistake, parts of it are stand-ins: empty texts and
/// encodings, keys that are none.
#[derive(Debug, Default)]
pub(super) struct Tables {
    pub(super) origins: Vec<Origin>,
    pub(super) attesters: Vec<Attester<'static>>,
    pub(super) pins: Vec<ActorPin<'static>>,
    pub(super) revokers: Vec<RevocationIssuer<'static>>,
}

/// An origin anchor whose ceiling is still a list in the order of the document.
#[derive(Debug)]
pub(super) struct Origin {
    pub(super) name: Text<'static>,
    /// `None` after a mistake.
    pub(super) kind: Option<OriginKind<'static>>,
    /// Each grant's encoding.
    pub(super) ceiling: Vec<Vec<u8>>,
}

impl Tables {
    pub(super) fn read<'a>(reader: &mut Reader<'a>, root: &Node<'a>) -> Self {
        let object = root.object(reader, "a trust bundle").only(reader, BUNDLE);
        if let Some(node) = object.need(reader, "version") {
            let version = node.integer::<u64>(reader, "the integer 0");
            if version.is_some_and(|version| version != 0) {
                node.refuse(reader, Mistake::VersionUnknown);
            }
        }
        if let Some(node) = object.get("$schema") {
            node.string(reader, "a string");
        }
        Self {
            origins: table(reader, &object, "origins", origin),
            attesters: table(reader, &object, "attesters", attester),
            pins: table(reader, &object, "pins", pin),
            revokers: table(reader, &object, "revokers", revoker),
        }
    }

    /// What the verifier uses, of tables without a mistake.
    pub(super) fn into_trust(self, reader: &mut Reader<'_>) -> Trust<'static> {
        let mut anchors = Vec::with_capacity(self.origins.len());
        for (index, origin) in self.origins.into_iter().enumerate() {
            match Ceiling::new(encode::set(origin.ceiling).into()) {
                Ok(ceiling) => anchors.extend(origin.kind.map(|kind| OriginAnchor::new(origin.name, kind, ceiling))),
                // Each grant was judged before; this is what the same decoder says of them together.
                Err(error) => reader.mistake_at(format!("origins[{index}].ceiling"), Mistake::Format(error.kind)),
            }
        }
        Trust::new(anchors.into(), self.attesters.into(), self.pins.into(), self.revokers.into())
    }
}

fn origin<'a>(reader: &mut Reader<'a>, node: &Node<'a>) -> Origin {
    let object = node.object(reader, "an origin anchor");
    let Some(kind) = word(reader, &object, "kind", &["identity", "role", "context"]) else {
        return Origin { name: Text::new(""), kind: None, ceiling: Vec::new() };
    };
    let known = match kind {
        "identity" => IDENTITY,
        "role" => ROLE,
        _ => CONTEXT,
    };
    let object = object.only(reader, known);
    let name = text(reader, &object, "name", NAME);
    let kind = match kind {
        "identity" => OriginKind::Identity {
            key: key(reader, &object),
            identifier: text(reader, &object, "identifier", IDENTIFIER),
            role: text(reader, &object, "role", NAME),
            accountable: object.need(reader, "accountable").map(|node| entities(reader, node)).unwrap_or_default(),
        },
        "role" => OriginKind::Role {
            attester: text(reader, &object, "attester", IDENTIFIER),
            role: text(reader, &object, "role", NAME),
            accountable: text(reader, &object, "accountable", IDENTIFIER),
        },
        _ => OriginKind::Context {
            attester: text(reader, &object, "attester", IDENTIFIER),
            properties: object.need(reader, "properties").map(|node| tests(reader, node)).unwrap_or_default(),
            accountable: text(reader, &object, "accountable", IDENTIFIER),
            max_age: object.need(reader, "max_age").map_or(0, |node| seconds(reader, node, 1)),
        },
    };
    let ceiling =
        object.need(reader, "ceiling").map(|node| grants::read(reader, node, MAX_CEILING)).unwrap_or_default();
    Origin { name, kind: Some(kind), ceiling }
}

fn attester<'a>(reader: &mut Reader<'a>, node: &Node<'a>) -> Attester<'static> {
    let object = node.object(reader, "an attester").only(reader, ATTESTER);
    let mut attester = Attester::new(key(reader, &object), text(reader, &object, "name", IDENTIFIER));
    attester.namespaces = texts(reader, &object, "namespaces", NAMESPACE);
    attester.accountable = object.get("accountable").map(|node| entities(reader, node)).unwrap_or_default();
    attester.roles = texts(reader, &object, "roles", NAME);
    attester.properties = texts(reader, &object, "properties", NAME);
    attester.outlive = object.get("outlive").map_or(0, |node| seconds(reader, node, 0));
    attester
}

fn pin<'a>(reader: &mut Reader<'a>, node: &Node<'a>) -> ActorPin<'static> {
    let object = node.object(reader, "an actor pin").only(reader, PIN);
    let mut pin = ActorPin::new(
        key(reader, &object),
        text(reader, &object, "identifier", IDENTIFIER),
        text(reader, &object, "accountable", IDENTIFIER),
        text(reader, &object, "attester", IDENTIFIER),
    );
    pin.roles = texts(reader, &object, "roles", NAME);
    pin.properties = object.get("properties").map(|node| properties(reader, node)).unwrap_or_default();
    pin
}

fn revoker<'a>(reader: &mut Reader<'a>, node: &Node<'a>) -> RevocationIssuer<'static> {
    let object = node.object(reader, "a revocation issuer").only(reader, REVOKER);
    let mut revoker = RevocationIssuer::new(key(reader, &object), text(reader, &object, "name", IDENTIFIER));
    revoker.accountable = object.get("accountable").map(|node| entities(reader, node)).unwrap_or_default();
    revoker.attesters = texts(reader, &object, "attesters", IDENTIFIER);
    revoker
}

fn key<'a>(reader: &mut Reader<'a>, object: &Object<'a>) -> TrustedKey {
    let node = object.need(reader, "key");
    jwk::read(reader, node)
}

const BUNDLE: &[&str] = &["version", "origins", "attesters", "pins", "revokers", "$schema"];
const IDENTITY: &[&str] = &["name", "kind", "key", "identifier", "role", "accountable", "ceiling"];
const ROLE: &[&str] = &["name", "kind", "attester", "role", "accountable", "ceiling"];
const CONTEXT: &[&str] = &["name", "kind", "attester", "properties", "accountable", "max_age", "ceiling"];
const ATTESTER: &[&str] = &["key", "name", "namespaces", "accountable", "roles", "properties", "outlive"];
const PIN: &[&str] = &["key", "identifier", "roles", "properties", "accountable", "attester"];
const REVOKER: &[&str] = &["key", "name", "accountable", "attesters"];
