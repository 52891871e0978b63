//! Edits of artifacts, read from a fuzzer's bytes: of the bytes, or of the CBOR inside, with names and lengths put right.

use ciborium::Value;

use crate::common::cbor::{bstr, bytes, encode, int, raw, text};
use crate::common::forge::Forge;

/// An artifact that the library accepts, as bytes and in its parts.
pub(crate) struct Sample {
    pub(crate) bytes: Vec<u8>,
    forge: Forge,
}

impl Sample {
    /// An artifact of the fixtures, which may name these credentials without carrying them.
    pub(crate) fn new(bytes: Vec<u8>, known: &[Vec<u8>]) -> Self {
        let forge = sealed(Forge::with_known(&bytes, known));
        Self { bytes, forge }
    }
}

/// What a fuzzer's bytes stand for: the first says which sample, and whether the others are taken as they are, damage its bytes,
/// or edit what stands in it.
pub(crate) fn input(samples: &[Sample], data: &[u8]) -> Option<Vec<u8>> {
    let (choice, rest) = data.split_first()?;
    let sample = &samples[usize::from(choice & 0x3f) % samples.len()];
    Some(match choice >> 6 {
        0 => rest.to_vec(),
        1 => damaged(&sample.bytes, rest),
        _ => rewritten(&sample.forge, rest),
    })
}

/// Seeds of artifacts that are taken as they are.
pub(crate) fn as_they_are(artifacts: Vec<Vec<u8>>) -> impl Iterator<Item = Vec<u8>> {
    artifacts.into_iter().map(|artifact| [&[0], artifact.as_slice()].concat())
}

/// Seeds that leave each of so many samples as it is, damage it, or edit it, once in each way.
pub(crate) fn edits(samples: u8) -> impl Iterator<Item = Vec<u8>> {
    (0..samples).flat_map(|sample| {
        let untouched = [vec![0x40 | sample], vec![0x80 | sample]];
        let damages = (0..5).map(move |what| vec![0x40 | sample, 0, 60, what, 7]);
        let edits = (0..22).map(move |what| vec![0x80 | sample, what % 4, what % 2 * 7, 5, what, 6, 131]);
        untouched.into_iter().chain(damages).chain(edits)
    })
}

/// Damages bytes where they stand, four bytes of `data` an edit: place (2), what, with what.
fn damaged(original: &[u8], data: &[u8]) -> Vec<u8> {
    let mut damaged = original.to_vec();
    for [high, low, what, with] in data.as_chunks::<4>().0.iter().take(EDITS) {
        let at = usize::from(u16::from_be_bytes([*high, *low])) % damaged.len().max(1);
        match what % 5 {
            0 => damaged.iter_mut().skip(at).take(1).for_each(|byte| *byte ^= with),
            1 => damaged.insert(at, *with),
            2 => drop(damaged.drain(at..damaged.len().min(at + usize::from(*with)))),
            3 => damaged.extend_from_within(at..damaged.len().min(at + usize::from(*with))),
            _ => damaged.truncate(at),
        }
    }
    damaged
}

/// Gives every item a signature in form, so that nothing is signed again.
fn sealed(mut forge: Forge) -> Forge {
    for item in &mut forge.items {
        item.seal = Some(seal_of(&item.message.seal));
    }
    forge
}

/// Edits headers, claims and envelopes, six bytes of `data` an edit. What names an edited item by digest follows it, so the
/// chain still hangs together.
fn rewritten(forge: &Forge, data: &[u8]) -> Vec<u8> {
    let mut forge = forge.clone();
    let (edits, _) = data.as_chunks::<6>();
    let count = forge.items.len();
    for (nth, item) in forge.items.iter_mut().enumerate() {
        let mine = || edits.iter().take(EDITS).filter(|edit| usize::from(edit[0]) % count == nth);
        if mine().next().is_none() {
            continue;
        }
        let (mut header, mut claims) = (item.message.header_value(), item.message.claims_value());
        for [_, part, edit @ ..] in mine() {
            match part % 8 {
                0 => apply(&mut header, *edit),
                1..=6 => apply(&mut claims, *edit),
                _ => {}
            }
        }
        item.message.protected = bstr(&encode(&header));
        item.message.payload = bstr(&encode(&claims));
        for [_, part, which, at, what, with] in mine() {
            let message = &mut item.message;
            let place = match which % 5 {
                0 => &mut message.before,
                1 => &mut message.protected,
                2 => &mut message.unprotected,
                3 => &mut message.payload,
                _ => item.seal.get_or_insert_default(),
            };
            if part % 8 == 7 {
                *place = damaged(place, &[0, *at, *what, *with]);
            }
        }
    }
    forge.token()
}

/// A signature in its ranges; a tag stays.
fn seal_of(seal: &[u8]) -> Vec<u8> {
    if seal.len() == bstr(&[1; 64]).len() { bstr(&[1; 64]) } else { seal.to_vec() }
}

/// Changes one node of a value.
fn apply(value: &mut Value, [node, what, a, b]: [u8; 4]) {
    let (a, b) = (usize::from(a), usize::from(b));
    let copy = nth(value, &mut (a % size(value))).cloned();
    let count = size(value);
    // What doubles with each edit has no end.
    if count > MOST_NODES {
        return;
    }
    let Some(node) = nth(value, &mut (usize::from(node) % count)) else { return };
    match what % 11 {
        0 => *node = int(NUMBERS[a % NUMBERS.len()]),
        1 => nudge(node, a, b),
        2 => resize(node, a),
        3 => with_children(node, |children| drop(children.remove(a % children.len()))),
        4 => with_children(node, |children| {
            let child = children[a % children.len()].clone();
            children.insert(b % children.len(), child);
        }),
        5 => with_children(node, |children| {
            let count = children.len();
            children.swap(a % count, b % count);
        }),
        6 | 7 => *node = copy.unwrap_or(Value::Null),
        8 => *node = [Value::Null, Value::Bool(a > 99), text(""), bytes(b""), Value::Array(vec![])][b % 5].clone(),
        9 => *node = Value::Array(vec![node.clone(); a % 3]),
        _ => *node = raw(FORBIDDEN[a % FORBIDDEN.len()]),
    }
}

/// A little up or down, or another byte in a string.
fn nudge(node: &mut Value, at: usize, with: usize) {
    let with = u8::try_from(with % 256).unwrap_or_default();
    match node {
        Value::Integer(number) => {
            let near = i128::from(*number).saturating_add(i128::from(with)).saturating_sub(128);
            *node = int(i64::try_from(near).unwrap_or(i64::MAX));
        }
        Value::Bytes(content) => content.iter_mut().skip(at % 64).take(1).for_each(|byte| *byte ^= with),
        Value::Text(content) => {
            *content = content
                .chars()
                .enumerate()
                .map(|(place, old)| if place == at % 64 { char::from(with) } else { old })
                .collect();
        }
        _ => {}
    }
}

/// A string of another length.
fn resize(node: &mut Value, len: usize) {
    match node {
        Value::Bytes(content) => content.resize(len, 0),
        Value::Text(content) => *content = content.chars().chain(std::iter::repeat('a')).take(len * 2).collect(),
        Value::Array(elements) => elements.resize(len % 40, elements.last().cloned().unwrap_or(Value::Null)),
        _ => {}
    }
}

/// The entries of a map, or the elements of an array, as pairs; nothing if there are none.
fn with_children(node: &mut Value, change: impl FnOnce(&mut Vec<(Value, Value)>)) {
    match node {
        Value::Map(entries) if !entries.is_empty() => change(entries),
        Value::Array(elements) if !elements.is_empty() => {
            let mut pairs = elements.drain(..).map(|element| (element, Value::Null)).collect();
            change(&mut pairs);
            elements.extend(pairs.into_iter().map(|(element, _)| element));
        }
        _ => {}
    }
}

fn size(value: &Value) -> usize {
    match value {
        Value::Array(elements) => 1 + elements.iter().map(size).sum::<usize>(),
        Value::Map(entries) => 1 + entries.iter().map(|(key, value)| size(key) + size(value)).sum::<usize>(),
        _ => 1,
    }
}

/// The n-th node, parents before children.
fn nth<'v>(value: &'v mut Value, n: &mut usize) -> Option<&'v mut Value> {
    if *n == 0 {
        return Some(value);
    }
    *n -= 1;
    match value {
        Value::Array(elements) => elements.iter_mut().find_map(|element| nth(element, n)),
        Value::Map(entries) => entries.iter_mut().find_map(|(key, value)| nth(key, n).or_else(|| nth(value, n))),
        _ => None,
    }
}

/// Nodes of a value that is still edited.
const MOST_NODES: usize = 4096;

/// Most edits of an input.
const EDITS: usize = 8;

/// Labels, kinds, times and ends of ranges.
const NUMBERS: &[i64] = &[
    0,
    1,
    2,
    3,
    4,
    5,
    6,
    7,
    8,
    9,
    10,
    16,
    23,
    24,
    40,
    255,
    256,
    65_101,
    65_102,
    65_103,
    65_535,
    1_799_999_940,
    1_800_000_000,
    1_800_003_600,
    4_294_967_295,
    4_294_967_296,
    i64::MAX,
    -1,
    -2,
    -3,
    -9,
    -24,
    -25,
    -65_537,
    i64::MIN,
];

/// What deterministic CBOR does not have, or the format does not.
const FORBIDDEN: &[&[u8]] = &[
    &[0x18, 0x01],
    &[0x19, 0x00, 0x01],
    &[0x1b, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff],
    &[0x3b, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff],
    &[0x5b, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff],
    &[0x9b, 0x80, 0, 0, 0, 0, 0, 0, 0],
    &[0xbf, 0xff],
    &[0x9f, 0xff],
    &[0x5f, 0xff],
    &[0x61, 0xff],
    &[0xc1, 0x00],
    &[0xf7],
    &[0xf8, 0x20],
    &[0xf9, 0x7e, 0x00],
    &[0xff],
    &[0x1c],
    &[],
];
