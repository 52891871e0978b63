//! Stages 1 and 2: size and decoding, at every artifact where a defect can stand.

mod claims;
mod cose;
mod edges;
mod heads;
mod identifiers;
mod keys;
mod limits;
mod orders;
mod patterns;
mod seals;
mod size;
mod sizes;
mod truncation;
mod twins;

use ciborium::Value;
use throughline::{ErrorKind, Part};
use throughline_conformance::Vector;

use crate::common::cbor::{encode, int};
use crate::common::forge::{Forge, Forged, Message, Spot, content};
use crate::suite::{Refused, Suite, forge_of, proof_forge_of};

pub(crate) fn publish(suite: &mut Suite) {
    twins::publish(suite);
    edges::publish(suite);
    size::publish(suite);
    let mut bench = Bench { suite, twin: None };
    truncation::publish(&mut bench);
    heads::publish(&mut bench);
    sizes::publish(&mut bench);
    orders::publish(&mut bench);
    cose::publish(&mut bench);
    seals::publish(&mut bench);
    claims::publish(&mut bench);
    keys::publish(&mut bench);
    identifiers::publish(&mut bench);
    patterns::publish(&mut bench);
    limits::publish(bench.suite);
}

/// The artifact that is spoiled.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum On {
    /// A root that nobody continued.
    Root,
    Link(u8),
    /// The second of two links.
    Last,
    /// A credential of two links.
    Credential(u8),
    HandOver(u8),
    Proof,
    Mac,
    /// A credential that is taken in beforehand.
    Alone,
    List,
}

/// The links of the twins: first, middle, last.
const LINKS: [On; 3] = [On::Root, On::Link(1), On::Last];

/// One of each artifact, the links at the beginning, in the middle and at the end.
const ARTIFACTS: [On; 8] =
    [On::Root, On::Link(1), On::Last, On::Credential(0), On::HandOver(0), On::Proof, On::Alone, On::List];

/// The artifact whose turn it is: what can stand anywhere stands in turn everywhere.
const fn turn(n: usize) -> On {
    const TURNS: [On; 8] =
        [On::Root, On::Alone, On::Link(1), On::List, On::HandOver(0), On::Last, On::Proof, On::Credential(0)];
    TURNS[n % TURNS.len()]
}

impl On {
    const fn word(self) -> &'static str {
        match self {
            Self::Root | Self::Link(0) => "root",
            Self::Link(1) => "middle-link",
            Self::Last | Self::Link(_) => "last-link",
            Self::Credential(_) => "credential",
            Self::HandOver(_) => "hand-over",
            Self::Proof => "proof",
            Self::Mac => "mac-proof",
            Self::Alone => "lone-credential",
            Self::List => "list",
        }
    }

    const fn name(self) -> &'static str {
        match self {
            Self::Root | Self::Link(0) => "Root",
            Self::Link(1) => "Middle link",
            Self::Last | Self::Link(_) => "Last link",
            Self::Credential(_) => "Inline credential",
            Self::HandOver(_) => "Hand-over",
            Self::Proof => "Proof",
            Self::Mac => "MAC proof",
            Self::Alone => "Credential taken in beforehand",
            Self::List => "Revocation list",
        }
    }

    const fn twin(self) -> &'static str {
        match self {
            Self::Root => "decode-root-alone",
            Self::Link(_) => "decode-called",
            Self::Last | Self::Credential(0) | Self::HandOver(0) => "decode-called-of-two",
            Self::Credential(_) | Self::HandOver(_) => "decode-called",
            Self::Proof => "decode-proof",
            Self::Mac => "decode-mac-proof",
            Self::Alone => "decode-lone-credential",
            Self::List => "decode-list",
        }
    }

    const fn part(self) -> Part {
        match self {
            Self::Root => Part::Link(0),
            Self::Link(n) => Part::Link(n),
            Self::Last => Part::Link(1),
            Self::Credential(n) => Part::Credential(n),
            Self::HandOver(n) => Part::HandOver(n),
            Self::Proof | Self::Mac => Part::Proof,
            Self::Alone => Part::Credential(0),
            Self::List => Part::RevocationList,
        }
    }

    /// The part of an error in the envelope: in a token, the item is not known yet.
    fn envelope_part(self, vector: &Vector) -> Part {
        match self {
            Self::Root | Self::Link(_) | Self::Last | Self::Credential(_) | Self::HandOver(_) => {
                Part::Item(u8::try_from(forge_of(vector).place_of(self.part())).unwrap())
            }
            Self::Proof | Self::Mac | Self::Alone | Self::List => self.part(),
        }
    }

    /// Edits its item in a vector, and signs what has to be signed anew; the message, and its byte offset.
    fn edit(self, vector: &mut Vector, edit: impl FnOnce(&mut Forged)) -> (Message, usize) {
        let mut forge = match self {
            Self::Root | Self::Link(_) | Self::Last | Self::Credential(_) | Self::HandOver(_) => forge_of(vector),
            Self::Proof | Self::Mac => proof_forge_of(vector),
            Self::Alone => Forge::of(&vector.credential.as_ref().unwrap().0),
            Self::List => Forge::of(&vector.list.as_ref().unwrap().0),
        };
        let at = match self {
            Self::Root | Self::Link(_) | Self::Last | Self::Credential(_) | Self::HandOver(_) => {
                forge.place_of(self.part())
            }
            Self::Proof | Self::Mac | Self::Alone | Self::List => 0,
        };
        let item = &mut forge.items[at];
        edit(item);
        if self == Self::Mac {
            // The tag is no signature; what is spoiled is refused before it is checked.
            item.seal = Some(item.message.seal.clone());
        }
        let message = item.message.clone();
        let start = forge.items[..at].iter().map(|item| item.message.encoded().len()).sum();
        let bytes = Some(forge.token().into());
        match self {
            Self::Root | Self::Link(_) | Self::Last | Self::Credential(_) | Self::HandOver(_) => vector.token = bytes,
            Self::Proof | Self::Mac => vector.proof = bytes,
            Self::Alone => vector.credential = bytes,
            Self::List => vector.list = bytes,
        }
        (message, start)
    }
}

/// Where defects are made, and the twin they are made on.
pub(crate) struct Bench<'s> {
    pub(crate) suite: &'s mut Suite,
    /// In the place of each artifact's own.
    twin: Option<&'static str>,
}

impl<'s> Bench<'s> {
    /// The same bench with another twin.
    const fn on(&mut self, twin: &'static str) -> Bench<'_> {
        Bench { suite: self.suite, twin: Some(twin) }
    }

    fn twin(&self, on: On) -> &'static str {
        match (self.twin, on) {
            // Each place in as short a token as shows it.
            (Some("decode-rich"), On::Root) => "decode-rich-root",
            (Some("decode-rich"), On::Last) => "decode-rich-last",
            (twin, on) => twin.unwrap_or_else(|| on.twin()),
        }
    }

    /// A value in the place of another; refused where it begins.
    #[track_caller]
    fn value(&mut self, kind: ErrorKind, id: &str, on: On, what: &str, path: &[i64], value: Value) {
        self.claims(kind, id, on, what, |message| {
            let offset = message.offset(path);
            message.put(path, value);
            Some(offset)
        });
    }

    /// A value in the place of another; refused where the value at `fault` begins.
    #[expect(clippy::too_many_arguments, reason = "what is wrong and where, in one line")]
    #[track_caller]
    fn within(&mut self, kind: ErrorKind, id: &str, on: On, what: &str, path: &[i64], value: Value, fault: &[i64]) {
        self.claims(kind, id, on, what, |message| {
            message.put(path, value);
            Some(message.offset(fault))
        });
    }

    /// A value that does its harm inside; the byte is not stated.
    #[track_caller]
    fn inside(&mut self, kind: ErrorKind, id: &str, on: On, what: &str, path: &[i64], value: Value) {
        self.claims(kind, id, on, what, |message| {
            message.put(path, value);
            None
        });
    }

    /// An entry that does not belong; refused at its key.
    #[track_caller]
    fn added(&mut self, kind: ErrorKind, id: &str, on: On, what: &str, path: &[i64], value: Value) {
        self.claims(kind, id, on, what, |message| {
            message.put(path, value);
            Some(message.offset(path) - encode(&int(*path.last().unwrap())).len())
        });
    }

    /// An entry that is not there; refused at the map that lacks it.
    #[track_caller]
    fn removed(&mut self, kind: ErrorKind, id: &str, on: On, what: &str, path: &[i64]) {
        self.claims(kind, id, on, what, |message| {
            message.remove(path);
            let map = &path[..path.len() - 1];
            Some(if map.is_empty() { 0 } else { message.offset(map) })
        });
    }

    /// The claims set is spoiled; refused at that offset in it.
    #[track_caller]
    fn claims(
        &mut self,
        kind: ErrorKind,
        id: &str,
        on: On,
        what: &str,
        spoil: impl FnOnce(&mut Message) -> Option<usize>,
    ) -> Refused<'_> {
        let mut byte = None;
        let refused =
            self.suite.spoil(self.twin(on), &name(kind, id, on), kind, on.part(), &sentence(on, what), |vector| {
                let mut offset = None;
                let (message, start) = on.edit(vector, |item| offset = spoil(&mut item.message));
                byte = offset.map(|offset| start + claims_within(&message) + offset);
            });
        match byte {
            Some(byte) => refused.byte(byte),
            None => refused,
        }
    }

    /// The message itself is spoiled; refused at a spot in it.
    #[track_caller]
    fn message(
        &mut self,
        kind: ErrorKind,
        id: &str,
        on: On,
        what: &str,
        at: Spot,
        spoil: impl FnOnce(&mut Message),
    ) -> Refused<'_> {
        let twin = self.twin(on);
        let part = on.envelope_part(self.suite.get(twin));
        let mut byte = 0;
        let refused = self.suite.spoil(twin, &name(kind, id, on), kind, part, &sentence(on, what), |vector| {
            let (message, start) = on.edit(vector, |item| {
                spoil(&mut item.message);
                item.seal = matches!(at, Spot::Seal | Spot::End).then(|| item.message.seal.clone());
            });
            byte = start + at.within(&message);
        });
        refused.byte(byte)
    }
}

/// Where the claims set begins in its message.
fn claims_within(message: &Message) -> usize {
    Spot::Seal.within(message) - content(&message.payload).len()
}

fn name(kind: ErrorKind, id: &str, on: On) -> String {
    format!("v{}-{id}-{}", kind.number(), on.word())
}

fn sentence(on: On, what: &str) -> String {
    format!("{}: {what}.", on.name())
}
