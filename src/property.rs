//! Attested properties and the AR4SI tiers their values fall in (token.md §4.2, §6).

use crate::cbor::{Cursor, Major, Read};
use crate::identifier;
use crate::limits::MAX_VALUE;
use crate::trust::{PropertyValue, Test, Tier};

/// A property's value. Values of different types are never equal.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(clippy::exhaustive_enums, reason = "the four types of token.md §4.2")]
pub enum Property<'a> {
    /// An integer; for the AR4SI claims, the trustworthiness value.
    Int(i64),
    /// A text.
    Text(&'a str),
    /// A bool.
    Bool(bool),
    /// Bytes, for example a digest of raw evidence.
    Bytes(&'a [u8]),
}

impl<'a> Property<'a> {
    pub(crate) fn read(cursor: &mut Cursor<'a>) -> Read<Self> {
        match cursor.peek() {
            Some(Major::Text) => cursor.text_within(1, MAX_VALUE).map(Self::Text),
            Some(Major::Bytes) => cursor.bytes_within(0, MAX_VALUE).map(Self::Bytes),
            Some(Major::Simple) => cursor.bool().map(Self::Bool),
            _ => cursor.int().map(Self::Int),
        }
    }
}

impl<'a> From<&'a PropertyValue<'_>> for Property<'a> {
    fn from(value: &'a PropertyValue<'_>) -> Self {
        match value {
            PropertyValue::Int(value) => Self::Int(*value),
            PropertyValue::Text(value) => Self::Text(value),
            PropertyValue::Bool(value) => Self::Bool(*value),
            PropertyValue::Bytes(value) => Self::Bytes(value),
        }
    }
}

/// The `props` of a credential: the entries of a map that was read before.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Properties<'a>(pub(crate) &'a [u8]);

impl<'a> Properties<'a> {
    /// Bytes of the names, and values, in the order of the names' encodings.
    #[inline]
    pub(crate) fn iter(self) -> impl Iterator<Item = (&'a [u8], Property<'a>)> + use<'a> {
        let mut cursor = Cursor::new(self.0);
        core::iter::from_fn(move || {
            if cursor.is_empty() {
                return None;
            }
            // Read before: neither fails.
            let name = cursor.text_bytes().ok()?;
            Property::read(&mut cursor).ok().map(|value| (name, value))
        })
    }

    pub(crate) fn read(cursor: &mut Cursor<'a>) -> Read<Self> {
        let mut map = cursor.map_within(1, 16)?;
        let start = *cursor;
        while map.name(cursor, identifier::read_name)?.is_some() {
            Property::read(cursor)?;
        }
        Ok(Self(cursor.since(&start)))
    }
}

impl Test<'_> {
    /// Whether a value passes.
    #[must_use]
    pub fn passes(&self, value: Property<'_>) -> bool {
        match self {
            Self::Equals(wanted) => Property::from(wanted) == value,
            Self::Tier(worst) => tier(value).is_some_and(|tier| tier <= *worst),
        }
    }
}

/// The AR4SI tier of a value (draft-ietf-rats-ar4si-10 §2.3.2); none for −1..1, out of range and other types.
pub(crate) fn tier(value: Property<'_>) -> Option<Tier> {
    let Property::Int(value) = value else { return None };
    match value {
        2..=31 | -32..=-2 => Some(Tier::Affirming),
        32..=95 | -96..=-33 => Some(Tier::Warning),
        96..=127 | -128..=-97 => Some(Tier::Contraindicated),
        _ => None,
    }
}

/// The tier that a contract names by its lowest value.
pub(crate) const fn tier_of_code(code: u64) -> Option<Tier> {
    match code {
        2 => Some(Tier::Affirming),
        32 => Some(Tier::Warning),
        96 => Some(Tier::Contraindicated),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tiers_at_their_edges() {
        for (value, expected) in [
            (-129, None),
            (-128, Some(Tier::Contraindicated)),
            (-97, Some(Tier::Contraindicated)),
            (-96, Some(Tier::Warning)),
            (-33, Some(Tier::Warning)),
            (-32, Some(Tier::Affirming)),
            (-2, Some(Tier::Affirming)),
            (-1, None),
            (0, None),
            (1, None),
            (2, Some(Tier::Affirming)),
            (31, Some(Tier::Affirming)),
            (32, Some(Tier::Warning)),
            (95, Some(Tier::Warning)),
            (96, Some(Tier::Contraindicated)),
            (127, Some(Tier::Contraindicated)),
            (128, None),
        ] {
            assert_eq!(tier(Property::Int(value)), expected, "{value}");
        }
    }
}
