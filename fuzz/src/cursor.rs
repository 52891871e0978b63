//! The CBOR cursor against ciborium: both read the same, and what is not deterministic is refused, for the reason given.

use ciborium::Value;
use throughline_fuzz_cursor::{ErrorKind, Refused, Tree, read};

use crate::common::cbor::{decode, encode};
use crate::vectors::each_once;
use crate::{Target, Vectors, planted, reference};

/// This target.
pub const TARGET: Target = Target { name: "cursor", max_len: 96, run, seeds };

/// Reads the item that the bytes begin with, both ways.
pub fn run(data: &[u8]) {
    let mut ours = read(data);
    if planted() && matches!(ours, Err(Refused::Fault(ErrorKind::MapKeyDuplicate, _))) {
        ours = Ok((Tree::Bool(true), 1));
    }
    match (ours, reference::item(data)) {
        (Err(Refused::TooDeep), _) => {}
        (Ok((tree, length)), Some((value, same))) => {
            assert_eq!(length, same, "how long the item is");
            assert!(is_same(&tree, &value), "{tree:?} is read, {value:?} stands there");
        }
        (Ok((tree, _)), None) => panic!("{tree:?} is read from what is not deterministic"),
        (Err(refused), Some((value, _))) => panic!("{value:?} is refused: {refused:?}"),
        (Err(Refused::Fault(kind, at)), None) => assert!(is_so(data, kind, at), "it is no {kind:?} at byte {at}"),
    }
}

/// Whole artifacts, and the items inside them.
fn seeds(vectors: &Vectors) -> Vec<Vec<u8>> {
    let artifacts = [vectors.credentials(), vectors.proofs(), vectors.lists(), vectors.tokens()].concat();
    let insides = artifacts.iter().flat_map(|artifact| {
        let mut insides = Vec::new();
        if let Some((value, _)) = reference::item(artifact) {
            collect(&value, &mut insides);
        }
        insides
    });
    let odd = ODD.iter().map(|item| item.to_vec());
    let mut seeds = each_once(odd.chain(insides).chain(artifacts.clone()));
    seeds.retain(|seed| seed.len() <= 400);
    seeds
}

/// The items in an item, those inside byte strings too.
fn collect(value: &Value, into: &mut Vec<Vec<u8>>) {
    match value {
        Value::Bytes(bytes) if reference::whole(bytes).is_some() => {
            into.push(bytes.clone());
            collect(&decode(bytes), into);
        }
        Value::Array(elements) => {
            into.push(encode(value));
            elements.iter().for_each(|element| collect(element, into));
        }
        Value::Map(entries) => {
            into.push(encode(value));
            entries.iter().for_each(|(_, value)| collect(value, into));
        }
        Value::Tag(_, content) => collect(content, into),
        _ => {}
    }
}

fn is_same(tree: &Tree<'_>, value: &Value) -> bool {
    match (tree, value) {
        (Tree::Int(ours), Value::Integer(theirs)) => i128::from(*ours) == i128::from(*theirs),
        (Tree::Bytes(ours), Value::Bytes(theirs)) => ours == theirs,
        (Tree::Text(ours), Value::Text(theirs)) => ours == theirs,
        (Tree::Bool(ours), Value::Bool(theirs)) => ours == theirs,
        (Tree::Tag(ours, inner), Value::Tag(theirs, content)) => ours == theirs && is_same(inner, content),
        (Tree::Array(ours), Value::Array(theirs)) => {
            ours.len() == theirs.len() && ours.iter().zip(theirs).all(|(ours, theirs)| is_same(ours, theirs))
        }
        (Tree::Map(ours), Value::Map(theirs)) => {
            let pairs = || ours.iter().zip(theirs);
            ours.len() == theirs.len()
                && pairs().all(|((key, inner), (label, content))| is_same(key, label) && is_same(inner, content))
        }
        _ => false,
    }
}

/// Whether a refusal is true of the item that begins at the byte it names.
fn is_so(data: &[u8], kind: ErrorKind, at: usize) -> bool {
    let Some(rest) = data.get(at..) else { return false };
    let head = Head::read(rest);
    let additional = rest.first().map(|initial| initial & 0x1f);
    let major = rest.first().map(|initial| initial >> 5);
    let holds = |least: u64| head.as_ref().is_some_and(|head| head.argument >= least);
    match kind {
        ErrorKind::Truncated => match &head {
            // A head that is cut; otherwise a string that is.
            None => !matches!(additional, Some(28..)),
            Some(head) => matches!(major, Some(2 | 3)) && head.argument > rest.len() as u64 - head.length as u64,
        },
        ErrorKind::ReservedHead => matches!(additional, Some(28..=30)),
        ErrorKind::IndefiniteLength => additional == Some(31),
        ErrorKind::HeadNotShortest => head.is_some_and(|head| !head.shortest),
        ErrorKind::IntegerOutOfRange => matches!(major, Some(0 | 1)) && holds(1 << 63),
        ErrorKind::InvalidUtf8 => head.is_some_and(|head| {
            let end = usize::try_from(head.argument).ok().and_then(|argument| head.length.checked_add(argument));
            let text = end.and_then(|end| rest.get(head.length..end));
            major == Some(3) && text.is_some_and(|text| std::str::from_utf8(text).is_err())
        }),
        ErrorKind::WrongTag => major == Some(6) && head.is_none_or(|head| !matches!(head.argument, 17 | 18)),
        // A simple value that is no bool; or a key of another type than the map's first, or than any key has.
        ErrorKind::UnexpectedType => major == Some(7) && !matches!(rest.first(), Some(0xf4 | 0xf5)) || at > 0,
        // An integer or a text, behind another in a map.
        ErrorKind::MapKeyOrder => at > 0 && matches!(major, Some(0 | 1 | 3)),
        ErrorKind::MapKeyDuplicate => {
            // The key stands before, too.
            let length = read(rest).map(|(_, length)| length);
            length.is_ok_and(|length| data[..at].windows(length).any(|earlier| earlier == &rest[..length]))
        }
        _ => false,
    }
}

/// The head of an item, in any form of it.
struct Head {
    argument: u64,
    length: usize,
    shortest: bool,
}

impl Head {
    fn read(rest: &[u8]) -> Option<Self> {
        let (initial, rest) = rest.split_first()?;
        let wide = match initial & 0x1f {
            direct @ 0..24 => return Some(Self { argument: direct.into(), length: 1, shortest: true }),
            24 => 1,
            25 => 2,
            26 => 4,
            27 => 8,
            _ => return None,
        };
        let argument = rest.get(..wide)?.iter().fold(0, |argument, byte| argument << 8 | u64::from(*byte));
        let least = [24, 1 << 8, 1 << 16, 1 << 32][wide.trailing_zeros() as usize];
        Some(Self { argument, length: 1 + wide, shortest: argument >= least })
    }
}

/// One of each thing that is refused, and ends of ranges.
const ODD: &[&[u8]] = &[
    &[0x18, 0x17],
    &[0x19, 0x00, 0xff],
    &[0x1a, 0x00, 0x00, 0xff, 0xff],
    &[0x1b, 0x00, 0x00, 0x00, 0x00, 0xff, 0xff, 0xff, 0xff],
    &[0x1b, 0x7f, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff],
    &[0x3b, 0x7f, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff],
    &[0x1b, 0x80, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00],
    &[0x3b, 0x80, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00],
    &[0x1c],
    &[0x5f, 0x41, 0x00, 0xff],
    &[0x9f, 0xff],
    &[0xbf, 0xff],
    &[0x62, 0xc3, 0x28],
    &[0x5b, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff],
    &[0x9b, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff],
    &[0xbb, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff],
    &[0xc2, 0x41, 0x01],
    &[0xd2, 0x01],
    &[0xd8, 0x12, 0x01],
    &[0xd9, 0xd9, 0xf7, 0x01],
    &[0xf6],
    &[0xf7],
    &[0xf8, 0x20],
    &[0xf9, 0x3c, 0x00],
    &[0xfb, 0x3f, 0xf0, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00],
    &[0xa2, 0x01, 0x02, 0x01, 0x03],
    &[0xa2, 0x02, 0x02, 0x01, 0x03],
    &[0xa2, 0x20, 0x02, 0x01, 0x03],
    &[0xa2, 0x61, 0x61, 0x02, 0x61, 0x61, 0x03],
    &[0xa2, 0x01, 0x02, 0x61, 0x61, 0x03],
    &[0xa2, 0x61, 0x62, 0x02, 0x62, 0x61, 0x61, 0x03],
    &[0xa2, 0x40, 0x02, 0x41, 0x00, 0x03],
    &[0x83, 0x01, 0x02, 0x03],
    &[0x83, 0x01, 0x03, 0x02],
];
