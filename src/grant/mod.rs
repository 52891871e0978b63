//! Authority: lists of grants, what they admit, and the order ⊑ between them (token.md §5).
//!
//! Everything here is a view of the encoded array. An array is read and checked once, when it is decoded; every later use reads the same bytes with
//! the same reader, so it finds the same grants. Verifier and issuer share this one order.

mod access;
mod limit;
mod pattern;
#[cfg(test)]
#[expect(clippy::as_conversions, clippy::arithmetic_side_effects, reason = "in a test they overflow loudly or fail it")]
mod tests;

use core::fmt;

pub use crate::grant::access::{Access, Argument, MAX_ARGUMENTS};
pub use crate::grant::limit::{Limit, Value, Values};

use crate::cbor::{Cursor, Fault, Read, Span};
use crate::error::{Error, ErrorKind, Part};
use crate::facts::packed;
use crate::fixed::Fixed;
use crate::identifier;
use crate::limits::{MAX_GRANTS, MAX_NAME, MAX_VALUE, narrow};

/// Most grants in a ceiling of a trust bundle, which no token carries.
pub const MAX_CEILING: usize = 256;
/// Most limited arguments per grant (token.md §5.1).
pub const MAX_LIMITS: usize = 8;

/// A well-formed list of grants, borrowed from its encoding (token.md §5.1). The default is `[]`: nothing.
#[derive(Clone, Copy)]
pub struct Grants<'a> {
    encoded: &'a [u8],
    len: usize,
}

packed! {
    /// Where a list of grants stands.
    #[derive(Clone, Copy, Debug, Default)]
    pub(crate) struct GrantsSpan {
        array: Span,
        len: u8,
    }
}

impl GrantsSpan {
    /// The `grants` of a link, at most `max` of them.
    pub(crate) fn read<'a>(cursor: &mut Cursor<'a>, item: &Cursor<'a>, max: usize) -> Read<Self> {
        let start = *cursor;
        let Grants { encoded, len } = Grants::read_set(cursor, MAX_GRANTS)?;
        // V243
        if len > max {
            return Err(start.fault(ErrorKind::TooManyGrants));
        }
        Ok(Self { array: cursor.span(item, encoded), len: narrow(len) })
    }

    pub(crate) const fn is_some(self) -> bool {
        self.array.is_some()
    }

    pub(crate) fn len(self) -> usize {
        self.len.into()
    }
}

impl<'a> Grants<'a> {
    /// The deterministic CBOR array that is the whole of `encoded`, of at most [`MAX_CEILING`] grants.
    ///
    /// # Errors
    ///
    /// The decoding error (V201–V212, V221, V234, V236–V238), with [`Part::Token`] and its byte offset in `encoded`.
    pub fn decode(encoded: &'a [u8]) -> Result<Self, Error> {
        let read = || {
            let mut cursor = Cursor::new(encoded);
            let grants = Self::read_set(&mut cursor, MAX_CEILING)?;
            // V202
            cursor.end()?;
            Ok(grants)
        };
        read().map_err(|fault: Fault| fault.within(Part::Token))
    }

    /// The grants that stand there in `item`.
    pub(crate) fn at(item: &'a [u8], span: GrantsSpan) -> Option<Self> {
        span.array.of(item).map(|encoded| Self { encoded, len: span.len.into() })
    }

    /// An array that was decoded before, of so many grants.
    pub(crate) const fn decoded(encoded: &'a [u8], len: usize) -> Self {
        Self { encoded, len }
    }

    /// How many grants there are.
    #[must_use]
    pub const fn len(&self) -> usize {
        self.len
    }

    /// Whether there are none, which is no authority at all.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.len == 0
    }

    /// The grants, in the order of their encodings.
    pub fn iter(&self) -> impl Iterator<Item = Grant<'a>> + Clone + use<'a> {
        let mut cursor = Cursor::new(self.encoded);
        let len = cursor.array_within(0, MAX_CEILING).unwrap_or_default();
        let last = len.saturating_sub(1);
        (0..len).map_while(move |nth| Grant::read(&mut cursor, nth == last).ok())
    }

    /// The bytes of the grant at an index.
    #[cfg(feature = "audit")]
    pub(crate) fn encoded_at(&self, index: usize) -> Option<&'a [u8]> {
        let mut cursor = Cursor::new(self.encoded);
        cursor.array_within(0, MAX_CEILING).ok()?;
        for _ in 0..index {
            Grant::read(&mut cursor, false).ok()?;
        }
        let start = cursor;
        Grant::read(&mut cursor, false).ok()?;
        Some(cursor.since(&start))
    }

    /// The bytes of the array.
    #[must_use]
    pub const fn encoded(&self) -> &'a [u8] {
        self.encoded
    }

    /// Whether each grant is ⊑ one grant of `parent` (token.md §5.3).
    ///
    /// Sound, and deliberately not complete for unions: a grant that only several of the parent's cover together does not narrow them.
    ///
    /// # Errors
    ///
    /// The index of the first grant that is ⊑ no single grant of `parent`.
    pub fn narrows(&self, parent: &Grants<'_>) -> Result<(), usize> {
        // Of several, as many as a link can have are read once for all of our own; a ceiling may have more.
        let mut first: Fixed<Grant<'_>, MAX_GRANTS> = Fixed::new();
        let mut rest = parent.iter();
        for grant in rest.by_ref().take(if parent.len > 1 { MAX_GRANTS } else { 0 }) {
            first.push(grant);
        }
        // §5.3, last paragraph
        let within = |own: Grant<'_>| {
            first.iter().any(|outer| own.is_within(outer)) || rest.clone().any(|outer| own.is_within(&outer))
        };
        match self.iter().position(|own| !within(own)) {
            Some(index) => Err(index),
            None => Ok(()),
        }
    }

    /// The index of the first grant that admits `access`.
    #[must_use]
    pub fn admits(&self, access: &Access<'_>) -> Option<usize> {
        self.iter().position(|grant| grant.admits(access))
    }

    pub(crate) fn read_set(cursor: &mut Cursor<'a>, max: usize) -> Read<Self> {
        let start = *cursor;
        let mut len = 0_usize;
        // §5.1: a set (V209, V212)
        cursor.set(0, max, |element| {
            len = len.saturating_add(1);
            Grant::read_new(element).map(drop)
        })?;
        Ok(Self { encoded: cursor.since(&start), len })
    }
}

impl Default for Grants<'_> {
    fn default() -> Self {
        Self { encoded: &[0x80], len: 0 }
    }
}

impl fmt::Debug for Grants<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.iter()).finish()
    }
}

/// One grant: an action pattern, a resource pattern, and limits on named arguments (token.md §5.1).
#[derive(Clone, Copy)]
pub struct Grant<'a> {
    action: &'a [u8],
    resource: &'a [u8],
    limits: &'a [u8],
}

impl<'a> Grant<'a> {
    /// The action pattern: `*`, or segments between dots, of which the last may be `*`.
    #[must_use]
    pub fn action(&self) -> &'a str {
        core::str::from_utf8(self.action).unwrap_or_default()
    }

    /// The resource pattern: `*`, or an optional anchor and segments between slashes, of which the last may be `*`.
    #[must_use]
    pub fn resource(&self) -> &'a str {
        core::str::from_utf8(self.resource).unwrap_or_default()
    }

    /// The limited arguments, in the order of their encodings: shorter names first, then bytewise.
    pub fn limits(&self) -> impl Iterator<Item = (&'a str, Limit<'a>)> + use<'a> {
        self.limited().map(|(name, limit)| (core::str::from_utf8(name).unwrap_or_default(), limit))
    }

    /// The same, names as bytes.
    fn limited(&self) -> impl Iterator<Item = (&'a [u8], Limit<'a>)> + use<'a> {
        let mut cursor = Cursor::new(self.limits);
        // Read before: the count is no more than there are, in their order.
        let mut left = cursor.map_count().unwrap_or_default();
        core::iter::from_fn(move || {
            left = left.checked_sub(1)?;
            Some((cursor.text_bytes().ok()?, Limit::read(&mut cursor).ok()?))
        })
    }

    /// `self ⊑ other`: every request that `self` admits, `other` admits (token.md §5.3).
    ///
    /// Exact, in time linear in the two encodings.
    #[must_use]
    pub fn is_within(&self, other: &Grant<'_>) -> bool {
        let mut own = self.limited();
        // §5.3: action ⊑ action, resource ⊑ resource
        pattern::action_covers(other.action, self.action)
            && pattern::resource_covers(other.resource, self.resource)
            // §5.3: each argument that `other` limits is limited by `self`, and ⊑. Both maps ascend: one pass over each.
            && other.limited().all(|(name, outer)| {
                own.find(|(argument, _)| *argument == name).is_some_and(|(_, inner)| inner.is_within(&outer))
            })
    }

    /// Whether this grant admits `access` (token.md §5.2).
    #[must_use]
    pub fn admits(&self, access: &Access<'_>) -> bool {
        // §5.2, 1
        pattern::action_covers(self.action, access.action().as_bytes())
            // §5.2, 2
            && pattern::resource_covers(self.resource, access.resource().as_bytes())
            // §5.2, 3
            && self.limited().all(|(name, limit)| access.argument_at(name).is_some_and(|value| limit.admits(value)))
    }

    fn read_new(cursor: &mut Cursor<'a>) -> Read<Self> {
        // §5.1 (V221)
        let arity = cursor.tuple(&[2, 3])?;
        let action = pattern::read(cursor, MAX_NAME, pattern::is_action_pattern)?.as_bytes();
        let resource = pattern::read(cursor, MAX_VALUE, pattern::is_resource_pattern)?.as_bytes();
        let start = *cursor;
        if arity == 3 {
            // §5.1: not empty, at most 8 (V209, V210, V211, V234)
            let mut map = cursor.map_within(1, MAX_LIMITS)?;
            while map.name(cursor, identifier::read_name)?.is_some() {
                Limit::read(cursor)?;
            }
        }
        Ok(Self { action, resource, limits: cursor.since(&start) })
    }

    /// One that was read before. Behind the last one nothing is left but its limits, which need not be read to find their end.
    fn read(cursor: &mut Cursor<'a>, is_last: bool) -> Read<Self> {
        let arity = cursor.tuple(&[2, 3])?;
        let (action, resource) = (cursor.text_bytes()?, cursor.text_bytes()?);
        let start = *cursor;
        let read = Self { action, resource, limits: cursor.rest() };
        if is_last {
            return Ok(read);
        }
        for _ in 0..if arity == 3 { cursor.map_count()? } else { 0 } {
            cursor.text_bytes()?;
            Limit::read(cursor)?;
        }
        Ok(Self { limits: cursor.since(&start), ..read })
    }
}

impl fmt::Debug for Grant<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Grant").field(&self.action()).field(&self.resource()).field(&DebugLimits(self)).finish()
    }
}

struct DebugLimits<'a>(&'a Grant<'a>);

impl fmt::Debug for DebugLimits<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_map().entries(self.0.limits()).finish()
    }
}
