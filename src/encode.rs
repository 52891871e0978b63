//! Heads of deterministic CBOR (RFC 8949 §4.2.1), for whatever writes some.

use crate::cbor::Major;

/// The shortest head of an item.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Head {
    bytes: [u8; 9],
    len: usize,
}

impl Head {
    /// `null` (RFC 8949 §3.3).
    pub(crate) const NULL: Self = Self::of(Major::Simple, 22);

    pub(crate) const fn of(major: Major, argument: u64) -> Self {
        let major = major.bits();
        let [a, b, c, d, e, f, g, h] = argument.to_be_bytes();
        let (bytes, len) = match argument {
            0..=23 => ([major | h, 0, 0, 0, 0, 0, 0, 0, 0], 1),
            24..=0xff => ([major | 24, h, 0, 0, 0, 0, 0, 0, 0], 2),
            0x100..=0xffff => ([major | 25, g, h, 0, 0, 0, 0, 0, 0], 3),
            0x1_0000..=0xffff_ffff => ([major | 26, e, f, g, h, 0, 0, 0, 0], 5),
            _ => ([major | 27, a, b, c, d, e, f, g, h], 9),
        };
        Self { bytes, len }
    }

    /// Of an item with so many bytes, elements or entries.
    pub(crate) fn sized(major: Major, len: usize) -> Self {
        // Where `usize` has more than 64 bits no such length exists either.
        Self::of(major, u64::try_from(len).unwrap_or(u64::MAX))
    }

    pub(crate) fn as_bytes(&self) -> &[u8] {
        self.bytes.get(..self.len).unwrap_or_default()
    }
}

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
            (255, &[0x18, 0xff]),
            (256, &[0x19, 0x01, 0x00]),
            (1000, &[0x19, 0x03, 0xe8]),
            (65535, &[0x19, 0xff, 0xff]),
            (65536, &[0x1a, 0x00, 0x01, 0x00, 0x00]),
            (1_000_000, &[0x1a, 0x00, 0x0f, 0x42, 0x40]),
            (u64::from(u32::MAX), &[0x1a, 0xff, 0xff, 0xff, 0xff]),
            (1_000_000_000_000, &[0x1b, 0x00, 0x00, 0x00, 0xe8, 0xd4, 0xa5, 0x10, 0x00]),
            (u64::MAX, &[0x1b, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff]),
        ] {
            assert_eq!(Head::of(Major::Uint, value).as_bytes(), expected, "{value}");
        }
        assert_eq!(Head::sized(Major::Map, 2).as_bytes(), [0xa2]);
        assert_eq!(Head::NULL.as_bytes(), [0xf6]);
    }
}
