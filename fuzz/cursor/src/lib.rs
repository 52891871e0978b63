//! The library's CBOR cursor, which is private to it and stays so: the same source files, compiled here with a door.
//!
//! [`read`] walks any item with the cursor's verbs, as far as they go; the library itself only reads what its schemas say.
#![allow(dead_code, reason = "of these files, only the cursor and what it needs is used")]
#![allow(unused_imports, reason = "as above")]

#[path = "../../../src/cbor.rs"]
mod cbor;
#[path = "../../../src/error.rs"]
mod error;
#[path = "../../../src/limits.rs"]
mod limits;
#[path = "../../../src/time.rs"]
mod time;
/// All that the cursor knows of a digest.
mod digest {
    #[derive(Clone, Copy, Debug)]
    pub(crate) struct Digest(pub(crate) [u8; 32]);
}

use cbor::{Cursor, Major, Read};

pub use error::ErrorKind;

/// What was read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Tree<'a> {
    Int(i64),
    Bytes(&'a [u8]),
    Text(&'a str),
    Bool(bool),
    Array(Vec<Self>),
    Map(Vec<(Self, Self)>),
    Tag(u64, Box<Self>),
}

/// Why nothing was read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Refused {
    /// The cursor refuses, at this byte.
    Fault(ErrorKind, usize),
    /// Deeper than this walk goes; the library's schemas are far shallower.
    TooDeep,
}

/// Reads the first item of `input`; returns it and its length.
///
/// # Errors
/// [`Refused`].
pub fn read(input: &[u8]) -> Result<(Tree<'_>, usize), Refused> {
    let mut cursor = Cursor::new(input);
    let tree = Walk { input: Cursor::new(input), bytes: input, depth: 0, sets: true }.item(&mut cursor)?;
    let read = cursor.since(&Cursor::new(input)).len();
    assert_eq!(cursor.rest().len() + read, input.len(), "what is read and what is not make the whole");
    assert_eq!(cursor.end().is_ok(), read == input.len());
    Ok((tree, read))
}

#[derive(Clone, Copy)]
struct Walk<'a> {
    input: Cursor<'a>,
    bytes: &'a [u8],
    depth: u8,
    /// Arrays are read as sets too.
    sets: bool,
}

impl<'a> Walk<'a> {
    fn item(self, cursor: &mut Cursor<'a>) -> Result<Tree<'a>, Refused> {
        if self.depth == MAX_DEPTH {
            return Err(Refused::TooDeep);
        }
        let start = *cursor;
        let Some(major) = cursor.peek() else { return Err(refused(cursor.uint().map(drop))) };
        only_its_own_verbs(start, major);
        let inner = Self { depth: self.depth + 1, ..self };
        Ok(match major {
            Major::Uint => Tree::Int(i64::try_from(fault(cursor.uint())?).expect("below 2^63")),
            Major::Nint => Tree::Int(fault(cursor.int())?),
            Major::Simple => Tree::Bool(fault(cursor.bool())?),
            Major::Bytes => {
                let bytes = fault(cursor.bytes())?;
                sizes(start, bytes);
                self.spans(cursor, bytes);
                Tree::Bytes(bytes)
            }
            Major::Text => {
                let text = fault(cursor.text_within(0, usize::MAX))?;
                self.spans(cursor, text.as_bytes());
                Tree::Text(text)
            }
            Major::Tag => Tree::Tag(fault(cursor.tag(&[17, 18]))?, Box::new(inner.item(cursor)?)),
            Major::Array => {
                let count = fault(cursor.array_within(0, usize::MAX))?;
                let elements = (0..count).map(|_| inner.item(cursor)).collect::<Result<Vec<_>, _>>()?;
                if self.sets {
                    self.set(start, *cursor, &elements);
                }
                Tree::Array(elements)
            }
            Major::Map => {
                let mut map = fault(cursor.map())?;
                let mut entries = Vec::new();
                let names = cursor.peek() == Some(Major::Text);
                while !map.is_empty() {
                    let key = if names {
                        fault(map.name(cursor, |cursor| cursor.text_within(0, usize::MAX)))?.map(Tree::Text)
                    } else {
                        fault(map.label(cursor))?.map(Tree::Int)
                    };
                    entries.push((key.expect("a map that is not empty has a key"), inner.item(cursor)?));
                }
                Tree::Map(entries)
            }
        })
    }

    /// An array that was read as such, read as a set: the same, if its elements' encodings ascend.
    fn set(self, mut start: Cursor<'a>, end: Cursor<'a>, elements: &[Tree<'a>]) {
        let walk = Self { sets: false, depth: self.depth + 1, ..self };
        let mut encodings: Vec<&[u8]> = Vec::new();
        let set = start.set(0, usize::MAX, |cursor| {
            let start = *cursor;
            walk.item(cursor).expect("it was read before");
            encodings.push(cursor.since(&start));
            Ok(())
        });
        // The element that is out of order was read, and is the last.
        let ascending = encodings.is_sorted_by(|one, other| one < other);
        match set {
            Ok(set) => {
                assert!(ascending, "a set out of order");
                assert_eq!(start.rest(), end.rest(), "a set ends where the array ends");
                let elements_alone = Cursor::new(set.elements());
                let walk = Self { input: elements_alone, bytes: set.elements(), ..walk };
                let again = set.iter(|cursor| Ok(walk.item(cursor).expect("it was read before")));
                assert!(again.eq(elements.iter().cloned()), "a set read again");
            }
            Err(fault) => assert!(!ascending && fault.is(ErrorKind::SetOrder), "a set in order is refused"),
        }
    }

    /// A place in the input leads back to what stands there.
    fn spans(self, cursor: &Cursor<'a>, content: &[u8]) {
        let span = cursor.span(&self.input, content);
        let at = self.bytes.len() - cursor.rest().len() - content.len();
        if at + content.len() <= usize::from(u16::MAX) {
            assert_eq!(span.of(self.bytes), Some(content), "a span");
            assert_eq!(cbor::Span::from_word(span.to_word()).of(self.bytes), Some(content), "a span as a number");
        }
    }
}

/// Verbs of other types refuse; none of them is confused by what stands there.
fn only_its_own_verbs(at: Cursor<'_>, major: Major) {
    let verbs: [(bool, &dyn Fn(&mut Cursor<'_>) -> Read<()>); 7] = [
        (major == Major::Uint, &|cursor| cursor.uint().map(drop)),
        (matches!(major, Major::Uint | Major::Nint), &|cursor| cursor.int().map(drop)),
        (major == Major::Bytes, &|cursor| cursor.bytes().map(drop)),
        (major == Major::Text, &|cursor| cursor.text_bytes().map(drop)),
        (major == Major::Array, &|cursor| cursor.array_within(0, usize::MAX).map(drop)),
        (major == Major::Map, &|cursor| cursor.map().map(drop)),
        (major == Major::Simple, &|cursor| cursor.bool().map(drop)),
    ];
    for (own, verb) in verbs {
        assert!(own || verb(&mut { at }).is_err(), "a verb reads a {major:?}");
    }
}

/// Verbs for byte strings of certain lengths.
fn sizes(at: Cursor<'_>, bytes: &[u8]) {
    assert_eq!({ at }.array_of::<16>().ok().map(<[u8; 16]>::as_slice), (bytes.len() == 16).then_some(bytes));
    assert_eq!({ at }.digest().ok().map(|digest| digest.0.to_vec()), (bytes.len() == 32).then(|| bytes.to_vec()));
    assert_eq!({ at }.bytes_within(8, 64).ok(), (8..=64).contains(&bytes.len()).then_some(bytes));
}

fn fault<T>(read: Read<T>) -> Result<T, Refused> {
    read.map_err(|fault| {
        let error = fault.within(error::Part::Token);
        Refused::Fault(error.kind, error.at.byte.and_then(|byte| usize::try_from(byte).ok()).expect("a place"))
    })
}

fn refused(read: Read<()>) -> Refused {
    fault(read).expect_err("there is nothing to read")
}

const MAX_DEPTH: u8 = 32;
