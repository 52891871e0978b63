//! Deterministic CBOR (RFC 8949 §4.2.1), as much of it as grants need.

use alloc::vec::Vec;

/// An array of these encoded elements.
pub(super) fn array(elements: &[Vec<u8>]) -> Vec<u8> {
    let mut out = head(ARRAY, elements.len());
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
    let mut out = head(MAP, entries.len());
    out.extend(entries.into_iter().flat_map(|(key, value)| key.into_iter().chain(value)));
    out
}

pub(super) fn text(text: &str) -> Vec<u8> {
    let mut out = head(TEXT, text.len());
    out.extend_from_slice(text.as_bytes());
    out
}

pub(super) fn int(value: i64) -> Vec<u8> {
    let major = if value < 0 { NINT } else { UINT };
    // −1 − n is `!n`, in the domain of u64.
    let magnitude = if value < 0 { !value } else { value };
    head_of(major, magnitude.unsigned_abs())
}

pub(super) fn uint(value: u64) -> Vec<u8> {
    head_of(UINT, value)
}

pub(super) fn bool(value: bool) -> Vec<u8> {
    Vec::from([if value { 0xf5 } else { 0xf4 }])
}

fn head(major: u8, len: usize) -> Vec<u8> {
    // Where `usize` has more than 64 bits no such length exists either.
    head_of(major, u64::try_from(len).unwrap_or(u64::MAX))
}

/// The shortest head of this argument.
fn head_of(major: u8, argument: u64) -> Vec<u8> {
    let (info, count) = match argument {
        0..=23 => (argument.to_le_bytes()[0], 0),
        24..=0xff => (24, 1),
        0x100..=0xffff => (25, 2),
        0x1_0000..=0xffff_ffff => (26, 4),
        _ => (27, 8),
    };
    let mut out = Vec::from([major | info]);
    out.extend(argument.to_be_bytes().iter().skip(8_usize.saturating_sub(count)));
    out
}

const UINT: u8 = 0x00;
const NINT: u8 = 0x20;
const TEXT: u8 = 0x60;
const ARRAY: u8 = 0x80;
const MAP: u8 = 0xa0;

#[cfg(test)]
mod tests {
    use super::*;

    /// RFC 8949 appendix A.
    #[test]
    fn heads_are_the_shortest() {
        for (value, expected) in [
            (0, &[0x00][..]),
            (23, &[0x17]),
            (24, &[0x18, 0x18]),
            (100, &[0x18, 0x64]),
            (1000, &[0x19, 0x03, 0xe8]),
            (1_000_000, &[0x1a, 0x00, 0x0f, 0x42, 0x40]),
            (1_000_000_000_000, &[0x1b, 0x00, 0x00, 0x00, 0xe8, 0xd4, 0xa5, 0x10, 0x00]),
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
