//! Strict reader of deterministic CBOR (RFC 8949 §4.2.1): the only code that touches input bytes.
//!
//! What is not the shortest, definite, ordered form is refused; there is no switch to turn that off. Nothing here recurses: the schema says what is read next.

use crate::digest::Digest;
use crate::error::{Error, ErrorKind, Part, Place};
use crate::limits::wide;
use crate::time::UnixTime;

/// A position in one byte string of the input; every verb reads one item and names its failure with its place.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Cursor<'a> {
    rest: &'a [u8],
    at: usize,
    part: Part,
}

/// CBOR major types (RFC 8949 §3.1).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Major {
    Uint,
    Nint,
    Bytes,
    Text,
    Array,
    Map,
    Tag,
    Simple,
}

impl<'a> Cursor<'a> {
    pub(crate) const fn new(input: &'a [u8], part: Part) -> Self {
        Self { rest: input, at: 0, part }
    }

    /// The same position, its errors attributed to `part`.
    pub(crate) const fn within(self, part: Part) -> Self {
        Self { part, ..self }
    }

    /// The part its errors are attributed to.
    pub(crate) const fn part(&self) -> Part {
        self.part
    }

    pub(crate) const fn is_empty(&self) -> bool {
        self.rest.is_empty()
    }

    /// V202: `Ok` where the input ends.
    pub(crate) fn end(&self) -> Result<(), Error> {
        if self.is_empty() { Ok(()) } else { Err(self.error(ErrorKind::TrailingBytes)) }
    }

    /// An error at this position.
    pub(crate) fn error(&self, kind: ErrorKind) -> Error {
        Error { kind, at: Place { part: self.part, byte: u32::try_from(self.at).ok() } }
    }

    /// The bytes from `start` up to here; `start` is an earlier position of the same cursor.
    pub(crate) fn since(&self, start: &Self) -> &'a [u8] {
        let len = start.rest.len().saturating_sub(self.rest.len());
        start.rest.get(..len).unwrap_or_default()
    }

    /// A cursor over what lies between here and `end`, a later position of the same cursor.
    pub(crate) fn until(self, end: &Self) -> Self {
        Self { rest: end.since(&self), ..self }
    }

    /// The type of the next item, without reading it; `None` at the end.
    pub(crate) fn peek(&self) -> Option<Major> {
        self.rest.first().map(|initial| major(*initial))
    }

    /// An unsigned integer below 2⁶³ (V207).
    pub(crate) fn uint(&mut self) -> Result<u64, Error> {
        let start = *self;
        let value = self.expect(Major::Uint)?;
        if i64::try_from(value).is_err() {
            return Err(start.error(ErrorKind::IntegerOutOfRange));
        }
        Ok(value)
    }

    /// An integer within `i64` (V207).
    pub(crate) fn int(&mut self) -> Result<i64, Error> {
        let start = *self;
        let (major, argument) = self.head()?;
        let magnitude = i64::try_from(argument).map_err(|_| start.error(ErrorKind::IntegerOutOfRange));
        match major {
            Major::Uint => magnitude,
            // −1 − n cannot overflow for n in 0..2⁶³; `!n` is −1 − n.
            Major::Nint => magnitude.map(|n| !n),
            Major::Bytes | Major::Text | Major::Array | Major::Map | Major::Tag | Major::Simple => {
                Err(start.error(ErrorKind::UnexpectedType))
            }
        }
    }

    /// A time.
    pub(crate) fn time(&mut self) -> Result<UnixTime, Error> {
        self.uint().map(UnixTime)
    }

    /// A byte string.
    pub(crate) fn bytes(&mut self) -> Result<&'a [u8], Error> {
        let start = *self;
        let len = self.expect(Major::Bytes)?;
        self.take(len, &start)
    }

    /// A byte string of exactly `N` bytes (V209).
    pub(crate) fn array_of<const N: usize>(&mut self) -> Result<&'a [u8; N], Error> {
        let start = *self;
        self.bytes()?.try_into().map_err(|_| start.error(ErrorKind::SizeOutOfRange))
    }

    /// A SHA-256 value: 32 bytes (V209).
    pub(crate) fn digest(&mut self) -> Result<Digest, Error> {
        self.array_of::<32>().map(|bytes| Digest(*bytes))
    }

    /// A byte string of `min..=max` bytes (V209).
    pub(crate) fn bytes_within(&mut self, min: usize, max: usize) -> Result<&'a [u8], Error> {
        let start = *self;
        let bytes = self.bytes()?;
        start.bounded(bytes.len(), min, max)?;
        Ok(bytes)
    }

    /// A text of `min..=max` bytes (V208, V209).
    pub(crate) fn text_within(&mut self, min: usize, max: usize) -> Result<&'a str, Error> {
        let start = *self;
        let len = self.expect(Major::Text)?;
        let bytes = self.take(len, &start)?;
        start.bounded(bytes.len(), min, max)?;
        core::str::from_utf8(bytes).map_err(|_| start.error(ErrorKind::InvalidUtf8))
    }

    /// `true` or `false`.
    pub(crate) fn bool(&mut self) -> Result<bool, Error> {
        let start = *self;
        match self.expect(Major::Simple)? {
            20 => Ok(false),
            21 => Ok(true),
            _ => Err(start.error(ErrorKind::UnexpectedType)),
        }
    }

    /// `true`, where its absence says the contrary.
    pub(crate) fn truth(&mut self) -> Result<(), Error> {
        let start = *self;
        if self.bool()? { Ok(()) } else { Err(start.error(ErrorKind::UnexpectedType)) }
    }

    /// An array of `min..=max` elements (V209); the elements are read next.
    pub(crate) fn array_within(&mut self, min: usize, max: usize) -> Result<usize, Error> {
        let start = *self;
        let count = usize::try_from(self.expect(Major::Array)?).ok().filter(|count| (min..=max).contains(count));
        count.ok_or(start.error(ErrorKind::SizeOutOfRange))
    }

    /// An array of exactly one of the counts given (V221); returns which.
    pub(crate) fn tuple(&mut self, arities: &[usize]) -> Result<usize, Error> {
        let start = *self;
        let count = self.expect(Major::Array)?;
        let arity = arities.iter().copied().find(|arity| wide(*arity) == count);
        arity.ok_or(start.error(ErrorKind::WrongArity))
    }

    /// A map; its keys are read with [`Map::key`].
    pub(crate) fn map(&mut self) -> Result<Map<'a>, Error> {
        let left = self.expect(Major::Map)?;
        Ok(Map { left, last: &[] })
    }

    /// A map of `min..=max` entries (V209).
    pub(crate) fn map_within(&mut self, min: usize, max: usize) -> Result<Map<'a>, Error> {
        let start = *self;
        let map = self.map()?;
        let within = (wide(min)..=wide(max)).contains(&map.left);
        if within { Ok(map) } else { Err(start.error(ErrorKind::SizeOutOfRange)) }
    }

    /// One of `tags` (V220); returns which.
    pub(crate) fn tag(&mut self, tags: &[u64]) -> Result<u64, Error> {
        let start = *self;
        match self.head()? {
            (Major::Tag, tag) if tags.contains(&tag) => Ok(tag),
            _ => Err(start.error(ErrorKind::WrongTag)),
        }
    }

    /// A set of `min..=max` elements, each read by `element`, strictly ascending (V209, V212); returns its elements' bytes.
    pub(crate) fn set(
        &mut self,
        min: usize,
        max: usize,
        mut element: impl FnMut(&mut Self) -> Result<(), Error>,
    ) -> Result<Set<'a>, Error> {
        let count = self.array_within(min, max)?;
        let first = *self;
        let mut last: &[u8] = &[];
        for _ in 0..count {
            let start = *self;
            element(self)?;
            let encoded = self.since(&start);
            if last >= encoded {
                return Err(start.error(ErrorKind::SetOrder));
            }
            last = encoded;
        }
        Ok(Set { count, elements: first.until(self) })
    }

    /// A cursor over a byte string that was just read, at its place in the input.
    pub(crate) fn inside(&self, content: &'a [u8]) -> Self {
        Self { rest: content, at: self.at.saturating_sub(content.len()), part: self.part }
    }

    fn bounded(&self, len: usize, min: usize, max: usize) -> Result<(), Error> {
        if (min..=max).contains(&len) { Ok(()) } else { Err(self.error(ErrorKind::SizeOutOfRange)) }
    }

    fn expect(&mut self, wanted: Major) -> Result<u64, Error> {
        let start = *self;
        let (major, argument) = self.head()?;
        if major == wanted { Ok(argument) } else { Err(start.error(ErrorKind::UnexpectedType)) }
    }

    fn take(&mut self, len: u64, start: &Self) -> Result<&'a [u8], Error> {
        let taken = usize::try_from(len).ok().and_then(|len| self.rest.split_at_checked(len));
        let (bytes, rest) = taken.ok_or(start.error(ErrorKind::Truncated))?;
        self.rest = rest;
        self.at = self.at.saturating_add(bytes.len());
        Ok(bytes)
    }

    /// Initial byte and argument (RFC 8949 §3), in the one form §4.2.1 allows (V201, V203–V205).
    fn head(&mut self) -> Result<(Major, u64), Error> {
        let start = *self;
        let initial = self.octets::<1>(&start)?[0];
        let major = major(initial);
        let (argument, least) = match initial & 0x1f {
            info @ 0..=23 => return Ok((major, u64::from(info))),
            28..=30 => return Err(start.error(ErrorKind::ReservedHead)),
            31 => return Err(start.error(ErrorKind::IndefiniteLength)),
            // Two-byte simple values and floats: no schema here has any.
            _ if major == Major::Simple => return Err(start.error(ErrorKind::UnexpectedType)),
            24 => (u64::from(u8::from_be_bytes(self.octets(&start)?)), 24),
            25 => (u64::from(u16::from_be_bytes(self.octets(&start)?)), 1 << 8),
            26 => (u64::from(u32::from_be_bytes(self.octets(&start)?)), 1 << 16),
            _ => (u64::from_be_bytes(self.octets(&start)?), 1 << 32),
        };
        if argument < least {
            return Err(start.error(ErrorKind::HeadNotShortest));
        }
        Ok((major, argument))
    }

    fn octets<const N: usize>(&mut self, start: &Self) -> Result<[u8; N], Error> {
        let (octets, rest) = self.rest.split_first_chunk::<N>().ok_or(start.error(ErrorKind::Truncated))?;
        self.rest = rest;
        self.at = self.at.saturating_add(N);
        Ok(*octets)
    }
}

/// The keys of a map that are still to come.
#[derive(Debug)]
pub(crate) struct Map<'a> {
    // As declared: what is too much for this machine's addresses ends like everywhere, where the input does.
    left: u64,
    last: &'a [u8],
}

impl<'a> Map<'a> {
    pub(crate) const fn is_empty(&self) -> bool {
        self.left == 0
    }

    /// Reads the next key with `read`, in ascending order (V210, V211); `None` after the last. The value is read next.
    pub(crate) fn key<K>(
        &mut self,
        cursor: &mut Cursor<'a>,
        read: impl FnOnce(&mut Cursor<'a>) -> Result<K, Error>,
    ) -> Result<Option<K>, Error> {
        let Some(left) = self.left.checked_sub(1) else { return Ok(None) };
        let start = *cursor;
        let key = read(cursor)?;
        let encoded = cursor.since(&start);
        let order = match (self.last, encoded) {
            // Most keys are labels of one byte.
            ([last], [next]) => last.cmp(next),
            (last, next) => last.cmp(next),
        };
        match order {
            core::cmp::Ordering::Less => {}
            core::cmp::Ordering::Equal => return Err(start.error(ErrorKind::MapKeyDuplicate)),
            core::cmp::Ordering::Greater => return Err(start.error(ErrorKind::MapKeyOrder)),
        }
        self.left = left;
        self.last = encoded;
        Ok(Some(key))
    }

    /// The next key of a map with integer keys.
    pub(crate) fn label(&mut self, cursor: &mut Cursor<'a>) -> Result<Option<i64>, Error> {
        self.key(cursor, Cursor::int)
    }
}

/// The elements of a set that was read and found well-formed.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Set<'a> {
    count: usize,
    elements: Cursor<'a>,
}

impl<'a> Set<'a> {
    pub(crate) const fn len(&self) -> usize {
        self.count
    }

    /// Reads the elements again. They were read before, so `read` does not fail; if it did, the iteration would end.
    pub(crate) fn iter<T, F>(&self, mut read: F) -> impl Iterator<Item = T> + use<'a, T, F>
    where
        F: FnMut(&mut Cursor<'a>) -> Result<T, Error>,
    {
        let mut cursor = self.elements;
        core::iter::from_fn(move || if cursor.is_empty() { None } else { read(&mut cursor).ok() })
    }
}

const fn major(initial: u8) -> Major {
    match initial >> 5 {
        0 => Major::Uint,
        1 => Major::Nint,
        2 => Major::Bytes,
        3 => Major::Text,
        4 => Major::Array,
        5 => Major::Map,
        6 => Major::Tag,
        _ => Major::Simple,
    }
}
