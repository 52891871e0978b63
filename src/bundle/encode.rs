//! Deterministic CBOR (RFC 8949 §4.2.1), as much of it as grants need.

use alloc::vec::Vec;

use crate::cbor::Major;
use crate::encode::Head;

/// An array of these encoded elements.
pub(super) fn array(elements: &[Vec<u8>]) -> Vec<u8> {
    let mut out = head(Major::Array, elements.len());
    out.extend(elements.iter().flatten());
    out
}

/// A set: its elements in the bytewise order of their encodings (token.md §2.1).
pub(super) fn set(mut elements: Vec<Vec<u8>>) -> Vec<u8> {
    elements.sort_unstable();
    array(&elements)
}

/// A map of encoded keys and values, keys in the bytewise order of their encodings.
pub(super) fn map(mut entries: Vec<(Vec<u8>, Vec<u8>)>) -> Vec<u8> {
    entries.sort_unstable();
    let mut out = head(Major::Map, entries.len());
    out.extend(entries.into_iter().flat_map(|(key, value)| key.into_iter().chain(value)));
    out
}

pub(super) fn text(text: &str) -> Vec<u8> {
    let mut out = head(Major::Text, text.len());
    out.extend_from_slice(text.as_bytes());
    out
}

pub(super) fn int(value: i64) -> Vec<u8> {
    // −1 − n is `!n`, in the domain of u64.
    let (major, argument) = if value < 0 { (Major::Nint, !value) } else { (Major::Uint, value) };
    Head::of(major, argument.unsigned_abs()).as_bytes().to_vec()
}

pub(super) fn uint(value: u64) -> Vec<u8> {
    Head::of(Major::Uint, value).as_bytes().to_vec()
}

pub(super) fn bool(value: bool) -> Vec<u8> {
    Head::of(Major::Simple, if value { 21 } else { 20 }).as_bytes().to_vec()
}

fn head(major: Major, len: usize) -> Vec<u8> {
    Head::sized(major, len).as_bytes().to_vec()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn integers_are_written_as_in_rfc_8949_appendix_a() {
        for (value, expected) in [
            (0, &[0x00][..]),
            (1000, &[0x19, 0x03, 0xe8]),
            (-1, &[0x20]),
            (-100, &[0x38, 0x63]),
            (-1000, &[0x39, 0x03, 0xe7]),
            (i64::MIN, &[0x3b, 0x7f, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff]),
        ] {
            assert_eq!(int(value), expected, "{value}");
        }
    }

    #[test]
    fn sets_and_maps_are_sorted_by_their_encodings() {
        assert_eq!(set(Vec::from([int(-1), int(100), int(10)])), [0x83, 0x0a, 0x18, 0x64, 0x20]);
        let entries = Vec::from([(text("aa"), int(1)), (text("b"), int(2))]);
        assert_eq!(map(entries), [0xa2, 0x61, b'b', 0x02, 0x62, b'a', b'a', 0x01]);
    }
}
