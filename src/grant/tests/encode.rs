//! Deterministic CBOR for the tests, and the means to break it: what is handed in is written as it is.

use std::format;
use std::vec::Vec;

/// An initial byte and the shortest argument.
pub(crate) fn head(major: u8, argument: u64) -> Vec<u8> {
    let info = |info: u8| major << 5 | info;
    match argument {
        0..24 => [info(argument as u8)].into(),
        24..0x100 => [info(24), argument as u8].into(),
        0x100..0x1_0000 => [[info(25)].as_slice(), &(argument as u16).to_be_bytes()].concat(),
        0x1_0000..0x1_0000_0000 => [[info(26)].as_slice(), &(argument as u32).to_be_bytes()].concat(),
        _ => [[info(27)].as_slice(), &argument.to_be_bytes()].concat(),
    }
}

pub(crate) fn int(n: i64) -> Vec<u8> {
    match u64::try_from(n) {
        Ok(n) => head(0, n),
        Err(_) => head(1, !n as u64),
    }
}

pub(crate) fn bytes(bytes: &[u8]) -> Vec<u8> {
    [head(2, bytes.len() as u64), bytes.to_vec()].concat()
}

pub(crate) fn text(text: &str) -> Vec<u8> {
    [head(3, text.len() as u64), text.as_bytes().to_vec()].concat()
}

pub(crate) fn boolean(value: bool) -> Vec<u8> {
    [0xf4 + u8::from(value)].into()
}

pub(crate) fn array(elements: &[Vec<u8>]) -> Vec<u8> {
    [head(4, elements.len() as u64), elements.concat()].concat()
}

/// In ascending order, none twice.
pub(crate) fn set(mut elements: Vec<Vec<u8>>) -> Vec<u8> {
    elements.sort();
    elements.dedup();
    array(&elements)
}

/// In the order given.
pub(crate) fn map(entries: &[(Vec<u8>, Vec<u8>)]) -> Vec<u8> {
    let entries: Vec<_> = entries.iter().map(|(key, value)| [key.as_slice(), value].concat()).collect();
    [head(5, entries.len() as u64), entries.concat()].concat()
}

pub(crate) fn list(grants: &[Vec<u8>]) -> Vec<u8> {
    set(grants.to_vec())
}

pub(crate) fn numbered(count: usize) -> Vec<u8> {
    set((0..count).map(|n| grant(&format!("{n}"), "r")).collect())
}

pub(crate) fn grant(action: &str, resource: &str) -> Vec<u8> {
    array(&[text(action), text(resource)])
}

pub(crate) fn limited(entries: &[(Vec<u8>, Vec<u8>)]) -> Vec<u8> {
    array(&[array(&[text("a"), text("r"), map(entries)])])
}

pub(crate) fn with_limit(limit: &[u8]) -> Vec<u8> {
    limited(&[(text("n"), limit.to_vec())])
}

pub(crate) fn limit(kind: i64, rest: &[Vec<u8>]) -> Vec<u8> {
    array(&[&[int(kind)], rest].concat())
}
