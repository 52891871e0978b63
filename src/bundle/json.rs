//! JSON values that know where they stand: no duplicate is lost, no number is rounded, one mistake does not hide the next.
//!
//! Every reading returns something. After a mistake that is a stand-in, and the [`Reader`] holds the mistake, so that no bundle comes of it.

use alloc::borrow::ToOwned;
use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;
use core::fmt::{self, Write};
use core::str::FromStr;

use serde::Deserialize;
use serde::de::{Deserializer, MapAccess, Visitor};
use serde_json::Value;
use serde_json::value::RawValue;

use crate::bundle::reader::Reader;
use crate::bundle::report::Mistake;
use crate::bundle::spelling;

/// One value of the document.
#[derive(Clone, Debug)]
pub(super) struct Node<'a> {
    /// As it is written, without space around it.
    raw: &'a str,
    /// The way to it.
    pub(super) path: String,
}

impl<'a> Node<'a> {
    /// The one value that `document` is; its path is `name`. Without one, the reader knows why.
    pub(super) fn root(document: &'a str, name: &str) -> (Reader<'a>, Option<Self>) {
        let mut reader = Reader::new(document);
        if document.starts_with('\u{feff}') {
            reader.mistake_in(document, name.to_owned(), Mistake::ByteOrderMark);
            return (reader, None);
        }
        let root = match serde_json::from_str::<&RawValue>(document) {
            Ok(raw) => Some(Self::new(&mut reader, raw, name.to_owned())),
            Err(error) => {
                // Of a comma too many and the like, the parser of whole values speaks more clearly.
                let error = serde_json::from_str::<Value>(document).err().unwrap_or(error);
                reader.syntax(document, name, &error);
                None
            }
        };
        (reader, root)
    }

    fn new(reader: &mut Reader<'a>, raw: &'a RawValue, path: String) -> Self {
        reader.note(raw.get(), &path);
        Self { raw: raw.get(), path }
    }

    /// Reports a mistake here.
    pub(super) fn refuse(&self, reader: &mut Reader<'_>, mistake: Mistake) {
        reader.mistake_in(self.raw, self.path.clone(), mistake);
    }

    /// Reports that something else belongs here.
    pub(super) fn refuse_kind(&self, reader: &mut Reader<'_>, wanted: &'static str) {
        self.refuse(reader, Mistake::WrongType { wanted, found: self.kind() });
    }

    /// What kind of value it is.
    pub(super) fn kind(&self) -> &'static str {
        match self.raw.as_bytes().first() {
            Some(b'{') => "an object",
            Some(b'[') => "an array",
            Some(b'"') => "a string",
            Some(b't' | b'f') => "a bool",
            Some(b'n') => "null",
            _ => "a number",
        }
    }

    /// The members of an object, each name once; `what` it should be is said when it is no object.
    pub(super) fn object(&self, reader: &mut Reader<'a>, what: &'static str) -> Object<'a> {
        let mut object = Object { node: self.clone(), members: Vec::new(), incomplete: true, misspelt: Vec::new() };
        if !self.raw.starts_with('{') {
            self.refuse_kind(reader, what);
            return object;
        }
        let members = match serde_json::from_str::<Members<'a>>(self.raw) {
            Ok(Members(members)) => members,
            Err(error) => {
                reader.syntax(self.raw, &self.path, &error);
                return object;
            }
        };
        object.incomplete = false;
        for (name, value) in members {
            let written = name.get();
            let name = match serde_json::from_str::<String>(written) {
                Ok(name) => name,
                Err(error) => {
                    reader.syntax(written, &self.path, &error);
                    continue;
                }
            };
            let path = member_path(&self.path, &name);
            if object.members.iter().any(|member| member.name == name) {
                reader.mistake_in(written, path, Mistake::DuplicateMember);
                continue;
            }
            let node = Node::new(reader, value, path);
            object.members.push(Member { name, written, node });
        }
        object
    }

    /// The elements of an array.
    pub(super) fn array(&self, reader: &mut Reader<'a>, what: &'static str) -> Vec<Node<'a>> {
        if !self.raw.starts_with('[') {
            self.refuse_kind(reader, what);
            return Vec::new();
        }
        match serde_json::from_str::<Vec<&'a RawValue>>(self.raw) {
            Ok(elements) => {
                let place = |(index, raw)| Self::new(reader, raw, format!("{}[{index}]", self.path));
                elements.into_iter().enumerate().map(place).collect()
            }
            Err(error) => {
                reader.syntax(self.raw, &self.path, &error);
                Vec::new()
            }
        }
    }

    /// A string; `what` it should be is said when it is none.
    pub(super) fn string(&self, reader: &mut Reader<'a>, what: &'static str) -> Option<String> {
        if !self.raw.starts_with('"') {
            self.refuse_kind(reader, what);
            return None;
        }
        serde_json::from_str(self.raw).map_err(|error| reader.syntax(self.raw, &self.path, &error)).ok()
    }

    /// An integer without fraction and exponent, exactly as it is written.
    pub(super) fn integer<T: FromStr>(&self, reader: &mut Reader<'a>, what: &'static str) -> Option<T> {
        let number = self.raw.parse().ok();
        if number.is_none() {
            self.refuse_kind(reader, what);
        }
        number
    }

    /// `true` or `false`.
    pub(super) fn bool(&self) -> Option<bool> {
        self.raw.parse().ok()
    }
}

/// The members of an object that are still to be read.
#[derive(Debug)]
pub(super) struct Object<'a> {
    node: Node<'a>,
    members: Vec<Member<'a>>,
    /// It is no object: what is absent from it was not forgotten.
    incomplete: bool,
    misspelt: Vec<&'static str>,
}

#[derive(Debug)]
struct Member<'a> {
    name: String,
    /// The name as it is written.
    written: &'a str,
    node: Node<'a>,
}

impl<'a> Object<'a> {
    /// Refuses members other than these, and names the one that was meant.
    pub(super) fn only(mut self, reader: &mut Reader<'a>, known: &'static [&'static str]) -> Self {
        let absent: Vec<&'static str> = known.iter().copied().filter(|known| self.get(known).is_none()).collect();
        for member in self.members.iter().filter(|member| !known.contains(&member.name.as_str())) {
            let meant = spelling::nearest(&member.name, &absent);
            self.misspelt.extend(meant);
            let mistake = Mistake::UnknownMember { meant, known };
            reader.mistake_in(member.written, member.node.path.clone(), mistake);
        }
        self
    }

    /// A member that may be absent.
    pub(super) fn get(&self, name: &str) -> Option<&Node<'a>> {
        self.members.iter().find(|member| member.name == name).map(|member| &member.node)
    }

    /// A member that must be there.
    pub(super) fn need(&self, reader: &mut Reader<'a>, name: &'static str) -> Option<&Node<'a>> {
        let node = self.get(name);
        if node.is_none() && !self.incomplete && !self.misspelt.contains(&name) {
            self.node.refuse(reader, Mistake::MissingMember(name));
        }
        node
    }

    /// Says that exactly one of these members must be there, unless one was misspelt.
    pub(super) fn need_one(&self, reader: &mut Reader<'a>, names: &'static [&'static str]) {
        if !self.incomplete && !names.iter().any(|name| self.misspelt.contains(name)) {
            self.node.refuse(reader, Mistake::NotOne(names));
        }
    }

    /// All members, in the order of the document.
    pub(super) fn members(&self) -> impl Iterator<Item = (&str, &Node<'a>)> {
        self.members.iter().map(|member| (member.name.as_str(), &member.node))
    }

    /// Whether the value was an object, and read.
    pub(super) fn is_complete(&self) -> bool {
        !self.incomplete
    }
}

/// Names and values as they stand, duplicates included.
struct Members<'a>(Vec<(&'a RawValue, &'a RawValue)>);

impl<'de> Deserialize<'de> for Members<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Collect;

        impl<'de> Visitor<'de> for Collect {
            type Value = Members<'de>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
                let mut members = Vec::new();
                while let Some(member) = map.next_entry()? {
                    members.push(member);
                }
                Ok(Members(members))
            }
        }

        deserializer.deserialize_map(Collect)
    }
}

/// `.name`, or `["any name"]`.
fn member_path(object: &str, name: &str) -> String {
    let plain = !name.is_empty() && name.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '_' | '-' | '$'));
    let mut path = object.to_owned();
    let written = match (plain, path.is_empty()) {
        (true, true) => write!(path, "{name}"),
        (true, false) => write!(path, ".{name}"),
        (false, _) => write!(path, "[{name:?}]"),
    };
    // Writing to a `String` does not fail.
    written.map(|()| path).unwrap_or_default()
}
