//! Limits on one argument: what values they admit, and the order ⊑ between them (token.md §5.1–§5.3).

use core::fmt;

use crate::cbor::{Cursor, Major, Read, Set};
use crate::error::ErrorKind;
use crate::grant::pattern;
use crate::labels::limit;
use crate::limits::MAX_VALUE;

/// Longest text that a prefix admits, so that nobody has megabytes scanned once per grant. Longer than any prefix by so much
/// that each admits more texts than a list can hold (token.md §5.2, §5.3).
const MAX_PREFIXED: usize = 8_192;
/// Most values of one list (token.md §5.1).
const MAX_LISTED: usize = 16;

/// What an argument may be. As read from a grant it admits at least one value, and a prefix is well-formed.
#[derive(Clone, Copy, Debug)]
#[expect(clippy::exhaustive_enums, reason = "another kind of limit is a new version of the format")]
pub enum Limit<'a> {
    /// Kind 0: this value, in type and bytes.
    Equals(Value<'a>),
    /// Kind 1: one of these values.
    OneOf(Values<'a>),
    /// Kind 2: an integer of this range.
    Range {
        /// The least integer.
        lo: i64,
        /// The greatest integer.
        hi: i64,
    },
    /// Kind 3: a text of an optional anchor and segments that is this one, or continues it after a `/`.
    Prefix(&'a str),
}

impl<'a> Limit<'a> {
    pub(crate) fn read(cursor: &mut Cursor<'a>) -> Read<Self> {
        let start = *cursor;
        // §5.1 (V221): a range has three elements, every other kind two
        let arity = cursor.tuple(&[2, 3])?;
        let at_kind = *cursor;
        match (cursor.uint()?, arity) {
            (limit::EQUALS, 2) => Value::read(cursor).map(Self::Equals),
            (limit::ONE_OF, 2) => Values::read(cursor).map(Self::OneOf),
            (limit::RANGE, 3) => range(cursor, &start),
            (limit::PREFIX, 2) => pattern::read(cursor, MAX_VALUE, pattern::is_path).map(Self::Prefix),
            (limit::EQUALS..=limit::PREFIX, _) => Err(start.fault(ErrorKind::WrongArity)),
            // §5.1 (V237)
            _ => Err(at_kind.fault(ErrorKind::KindUnknown)),
        }
    }

    /// §5.2, 3: whether an argument of this value satisfies the limit.
    pub(crate) fn admits(&self, value: Value<'_>) -> bool {
        match *self {
            Self::Equals(only) => only == value,
            Self::OneOf(values) => values.iter().any(|listed| listed == value),
            Self::Range { lo, hi } => value.int().is_some_and(|n| lo <= n && n <= hi),
            Self::Prefix(prefix) => value.text().is_some_and(|text| {
                text.len() <= MAX_PREFIXED
                    && pattern::prefix_covers(prefix.as_bytes(), text.as_bytes())
                    && pattern::is_path(text.as_bytes())
            }),
        }
    }

    /// §5.3: whether every value that `self` admits, `other` admits.
    pub(crate) fn is_within(&self, other: &Limit<'_>) -> bool {
        match *self {
            Self::Equals(only) => other.admits(only),
            Self::OneOf(values) => values.are_within(other),
            Self::Range { lo, hi } => range_is_within(lo, hi, other),
            // It admits texts without end, so no list holds them all.
            Self::Prefix(own) => {
                matches!(*other, Limit::Prefix(prefix) if pattern::prefix_covers(prefix.as_bytes(), own.as_bytes()))
            }
        }
    }
}

/// A value of an argument.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(clippy::exhaustive_enums, reason = "another type of argument is a new version of the format")]
pub enum Value<'a> {
    /// An integer.
    Int(i64),
    /// A text; it may be empty.
    Text(&'a str),
    /// `true` or `false`.
    Bool(bool),
}

impl<'a> Value<'a> {
    pub(crate) fn read(cursor: &mut Cursor<'a>) -> Read<Self> {
        match cursor.peek() {
            Some(Major::Text) => cursor.text_within(0, MAX_VALUE).map(Self::Text),
            Some(Major::Simple) => cursor.bool().map(Self::Bool),
            // Integers, and every type that does not belong here (V206).
            Some(Major::Uint | Major::Nint | Major::Bytes | Major::Array | Major::Map | Major::Tag) | None => {
                cursor.int().map(Self::Int)
            }
        }
    }

    const fn int(self) -> Option<i64> {
        match self {
            Self::Int(n) => Some(n),
            Self::Text(_) | Self::Bool(_) => None,
        }
    }

    const fn text(self) -> Option<&'a str> {
        match self {
            Self::Text(text) => Some(text),
            Self::Int(_) | Self::Bool(_) => None,
        }
    }
}

/// The values of a list: at least one, none twice, ascending by encoding.
#[derive(Clone, Copy)]
pub struct Values<'a>(Set<'a>);

impl<'a> Values<'a> {
    /// The values: integers from 0 upward, then from −1 downward, then texts, shorter ones first, then `false`, then `true`.
    pub fn iter(&self) -> impl Iterator<Item = Value<'a>> + use<'a> {
        self.0.iter(Value::read)
    }

    fn read(cursor: &mut Cursor<'a>) -> Read<Self> {
        // §5.1 (V209, V212)
        cursor.set(1, MAX_LISTED, |element| Value::read(element).map(drop)).map(Self)
    }

    /// §5.3: a list is ⊑ `other` when each of its values satisfies it. Two lists ascend alike: one pass over each.
    fn are_within(&self, other: &Limit<'_>) -> bool {
        match *other {
            Limit::OneOf(values) => {
                let mut outer = values.iter();
                self.iter().all(|own| outer.any(|listed| listed == own))
            }
            Limit::Equals(_) | Limit::Range { .. } | Limit::Prefix(_) => self.iter().all(|own| other.admits(own)),
        }
    }
}

impl fmt::Debug for Values<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_set().entries(self.iter()).finish()
    }
}

fn range<'a>(cursor: &mut Cursor<'a>, start: &Cursor<'a>) -> Read<Limit<'a>> {
    let lo = cursor.int()?;
    let hi = cursor.int()?;
    // §5.1 (V238)
    if lo <= hi { Ok(Limit::Range { lo, hi }) } else { Err(start.fault(ErrorKind::RangeInverted)) }
}

/// §5.3: whether every integer from `lo` to `hi` satisfies `other`; `lo <= hi`.
fn range_is_within(lo: i64, hi: i64, other: &Limit<'_>) -> bool {
    match *other {
        Limit::Equals(only) => lo == hi && only == Value::Int(lo),
        // A list names no value twice: it holds the whole range when it holds as many integers of the range as there are.
        Limit::OneOf(values) => {
            let held = values.iter().filter_map(Value::int).filter(|n| lo <= *n && *n <= hi).count();
            u64::try_from(held).ok() == hi.abs_diff(lo).checked_add(1)
        }
        Limit::Range { lo: least, hi: greatest } => least <= lo && hi <= greatest,
        Limit::Prefix(_) => false,
    }
}
