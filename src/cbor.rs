//! Strict reader of deterministic CBOR (RFC 8949 §4.2.1): the only code that touches input bytes.
//!
//! What is not the shortest, definite, ordered form is refused; there is no switch to turn that off. Nothing here recurses: the schema says what is read next.

use core::cmp::Ordering;

use crate::digest::Digest;
use crate::error::{Error, ErrorKind, Part, Place};
use crate::limits::wide;
use crate::time::UnixTime;

/// A position in one byte string of the input; every verb reads one item and names its failure with its place.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Cursor<'a> {
    rest: &'a [u8],
    /// Where `rest` ends, counted from the beginning of the input.
    end: usize,
}

/// What is wrong, and at which byte: an [`Error`] whose part is not said yet. Small, because every read returns one or a value.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Fault {
    number: u16,
    at: u32,
}

impl Fault {
    pub(crate) const fn is(self, kind: ErrorKind) -> bool {
        self.number == kind.number()
    }

    /// The error it is in this part of the input.
    #[cold]
    pub(crate) fn within(self, part: Part) -> Error {
        // Every kind that decoding raises has a number and nothing beside it.
        let kind = ErrorKind::of_number(self.number).unwrap_or(ErrorKind::UnexpectedType);
        Error { kind, at: Place { part, byte: Some(self.at) } }
    }
}

/// Where some bytes stand in the artifact they were read from. A fraction of a reference's size, and free of its lifetime.
///
/// The longest artifact that is well-formed and has spans is shorter than 2¹⁶ bytes. The default is nowhere.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Span {
    at: u16,
    len: u16,
}

impl Span {
    /// The bytes; `None` for what is absent. Nothing stands at the very beginning but the artifact's tag.
    #[inline]
    pub(crate) fn of(self, item: &[u8]) -> Option<&[u8]> {
        let at = usize::from(self.at);
        if at == 0 { None } else { item.get(at..at.saturating_add(usize::from(self.len))) }
    }

    /// A digest that stands there.
    #[inline]
    pub(crate) fn digest(self, item: &[u8]) -> Option<Digest> {
        self.of(item)?.try_into().ok().map(Digest)
    }

    /// A text that was read as one.
    #[inline]
    pub(crate) fn text(self, item: &[u8]) -> Option<&str> {
        core::str::from_utf8(self.of(item)?).ok()
    }

    /// The elements of a set that was read as one.
    #[inline]
    pub(crate) fn set(self, item: &[u8]) -> Set<'_> {
        Set { elements: self.of(item).unwrap_or_default() }
    }

    pub(crate) const fn is_some(self) -> bool {
        self.at != 0
    }

    /// As one number.
    #[inline]
    pub(crate) fn to_word(self) -> u64 {
        u64::from(self.at) << 16 | u64::from(self.len)
    }

    /// What [`to_word`](Self::to_word) made one number.
    #[inline]
    pub(crate) const fn from_word(word: u64) -> Self {
        let [.., a, b, c, d] = word.to_be_bytes();
        Self { at: u16::from_be_bytes([a, b]), len: u16::from_be_bytes([c, d]) }
    }
}

fn short(n: usize) -> u16 {
    u16::try_from(n).unwrap_or(u16::MAX)
}

/// What reading gives.
pub(crate) type Read<T> = Result<T, Fault>;

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

impl Major {
    /// As in an initial byte.
    pub(crate) const fn bits(self) -> u8 {
        match self {
            Self::Uint => 0x00,
            Self::Nint => 0x20,
            Self::Bytes => 0x40,
            Self::Text => 0x60,
            Self::Array => 0x80,
            Self::Map => 0xa0,
            Self::Tag => 0xc0,
            Self::Simple => 0xe0,
        }
    }
}

impl<'a> Cursor<'a> {
    pub(crate) const fn new(input: &'a [u8]) -> Self {
        Self { rest: input, end: input.len() }
    }

    pub(crate) const fn is_empty(&self) -> bool {
        self.rest.is_empty()
    }

    /// V202: `Ok` where the input ends.
    #[inline]
    pub(crate) fn end(&self) -> Read<()> {
        if self.is_empty() { Ok(()) } else { Err(self.fault(ErrorKind::TrailingBytes)) }
    }

    /// A fault at this position.
    #[inline]
    pub(crate) fn fault(&self, kind: ErrorKind) -> Fault {
        Fault { number: kind.number(), at: u32::try_from(self.at()).unwrap_or(u32::MAX) }
    }

    /// Bytes from the beginning of the input.
    const fn at(&self) -> usize {
        self.end.saturating_sub(self.rest.len())
    }

    /// The bytes from `start` up to here; `start` is an earlier position of the same cursor.
    #[inline]
    pub(crate) fn since(&self, start: &Self) -> &'a [u8] {
        let len = start.rest.len().saturating_sub(self.rest.len());
        start.rest.get(..len).unwrap_or_default()
    }

    /// The type of the next item, without reading it; `None` at the end.
    #[inline]
    pub(crate) fn peek(&self) -> Option<Major> {
        self.rest.first().map(|initial| major(*initial))
    }

    /// What is not read yet.
    pub(crate) const fn rest(&self) -> &'a [u8] {
        self.rest
    }

    /// So many bytes further on.
    #[inline]
    pub(crate) fn advanced(self, len: usize) -> Option<Self> {
        Some(Self { rest: self.rest.get(len..)?, ..self })
    }

    /// An unsigned integer below 2⁶³ (V207).
    #[inline]
    pub(crate) fn uint(&mut self) -> Read<u64> {
        let start = *self;
        let value = self.expect(Major::Uint)?;
        if i64::try_from(value).is_err() {
            return Err(start.fault(ErrorKind::IntegerOutOfRange));
        }
        Ok(value)
    }

    /// An integer within `i64` (V207).
    #[inline]
    pub(crate) fn int(&mut self) -> Read<i64> {
        let start = *self;
        let (major, argument) = self.head()?;
        let magnitude = i64::try_from(argument).map_err(|_| start.fault(ErrorKind::IntegerOutOfRange));
        match major {
            Major::Uint => magnitude,
            // −1 − n cannot overflow for n in 0..2⁶³; `!n` is −1 − n.
            Major::Nint => magnitude.map(|n| !n),
            Major::Bytes | Major::Text | Major::Array | Major::Map | Major::Tag | Major::Simple => {
                Err(start.fault(ErrorKind::UnexpectedType))
            }
        }
    }

    /// A time.
    #[inline]
    pub(crate) fn time(&mut self) -> Read<UnixTime> {
        self.uint().map(UnixTime)
    }

    /// A byte string.
    #[inline]
    pub(crate) fn bytes(&mut self) -> Read<&'a [u8]> {
        let start = *self;
        let len = self.expect(Major::Bytes)?;
        self.take(len, &start)
    }

    /// A byte string of exactly `N` bytes (V209).
    #[inline]
    pub(crate) fn array_of<const N: usize>(&mut self) -> Read<&'a [u8; N]> {
        let start = *self;
        self.bytes()?.try_into().map_err(|_| start.fault(ErrorKind::SizeOutOfRange))
    }

    /// A SHA-256 value: 32 bytes (V209).
    #[inline]
    pub(crate) fn digest(&mut self) -> Read<Digest> {
        self.array_of::<32>().map(|bytes| Digest(*bytes))
    }

    /// A byte string of `min..=max` bytes (V209).
    pub(crate) fn bytes_within(&mut self, min: usize, max: usize) -> Read<&'a [u8]> {
        let start = *self;
        let bytes = self.bytes()?;
        start.bounded(bytes.len(), min, max)?;
        Ok(bytes)
    }

    /// A text of `min..=max` bytes (V208, V209).
    #[inline]
    pub(crate) fn text_within(&mut self, min: usize, max: usize) -> Read<&'a str> {
        let start = *self;
        let bytes = self.text_bytes()?;
        start.bounded(bytes.len(), min, max)?;
        core::str::from_utf8(bytes).map_err(|_| start.fault(ErrorKind::InvalidUtf8))
    }

    /// The bytes of a text, for one that was read as text before.
    #[inline]
    pub(crate) fn text_bytes(&mut self) -> Read<&'a [u8]> {
        let start = *self;
        let len = self.expect(Major::Text)?;
        self.take(len, &start)
    }

    /// `true` or `false`.
    pub(crate) fn bool(&mut self) -> Read<bool> {
        let start = *self;
        match self.expect(Major::Simple)? {
            20 => Ok(false),
            21 => Ok(true),
            _ => Err(start.fault(ErrorKind::UnexpectedType)),
        }
    }

    /// `true`, where its absence says the contrary.
    pub(crate) fn truth(&mut self) -> Read<()> {
        let start = *self;
        if self.bool()? { Ok(()) } else { Err(start.fault(ErrorKind::UnexpectedType)) }
    }

    /// An array of `min..=max` elements (V209); the elements are read next.
    #[inline]
    pub(crate) fn array_within(&mut self, min: usize, max: usize) -> Read<usize> {
        let start = *self;
        let count = usize::try_from(self.expect(Major::Array)?).ok().filter(|count| (min..=max).contains(count));
        count.ok_or_else(|| start.fault(ErrorKind::SizeOutOfRange))
    }

    /// An array of exactly one of the counts given (V221); returns which.
    #[inline]
    pub(crate) fn tuple(&mut self, arities: &[usize]) -> Read<usize> {
        let start = *self;
        let count = self.expect(Major::Array)?;
        let arity = arities.iter().copied().find(|arity| wide(*arity) == count);
        arity.ok_or_else(|| start.fault(ErrorKind::WrongArity))
    }

    /// A map; its keys are read with [`Map::label`] or [`Map::name`].
    #[inline]
    pub(crate) fn map(&mut self) -> Read<Map<'a>> {
        let left = self.expect(Major::Map)?;
        Ok(Map { left, last: None, last_name: &[] })
    }

    /// The head of a map that was read before: how many entries follow.
    #[inline]
    pub(crate) fn map_count(&mut self) -> Read<u64> {
        self.expect(Major::Map)
    }

    /// A map of `min..=max` entries (V209).
    #[inline]
    pub(crate) fn map_within(&mut self, min: usize, max: usize) -> Read<Map<'a>> {
        let start = *self;
        let map = self.map()?;
        let within = (wide(min)..=wide(max)).contains(&map.left);
        if within { Ok(map) } else { Err(start.fault(ErrorKind::SizeOutOfRange)) }
    }

    /// One of `tags` (V220); returns which.
    #[inline]
    pub(crate) fn tag(&mut self, tags: &[u64]) -> Read<u64> {
        let start = *self;
        match self.head()? {
            (Major::Tag, tag) if tags.contains(&tag) => Ok(tag),
            _ => Err(start.fault(ErrorKind::WrongTag)),
        }
    }

    /// A set of `min..=max` elements, each read by `element`, strictly ascending (V209, V212); returns its elements' bytes.
    #[inline]
    pub(crate) fn set(
        &mut self,
        min: usize,
        max: usize,
        mut element: impl FnMut(&mut Self) -> Read<()>,
    ) -> Read<Set<'a>> {
        let count = self.array_within(min, max)?;
        let first = *self;
        let mut last: &[u8] = &[];
        for _ in 0..count {
            let start = *self;
            element(self)?;
            let encoded = self.since(&start);
            if last >= encoded {
                return Err(start.fault(ErrorKind::SetOrder));
            }
            last = encoded;
        }
        Ok(Set { elements: self.since(&first) })
    }

    /// Where `content`, just read, stands in the item that began at `item`.
    #[inline]
    pub(crate) fn span(&self, item: &Self, content: &[u8]) -> Span {
        let at = self.at().saturating_sub(content.len()).saturating_sub(item.at());
        Span { at: short(at), len: short(content.len()) }
    }

    /// Reads a byte string of exactly `N` bytes (V209), and says where in the item that began at `item`.
    #[inline]
    pub(crate) fn bytes_span<const N: usize>(&mut self, item: &Self) -> Read<Span> {
        let bytes = self.array_of::<N>()?;
        Ok(self.span(item, bytes))
    }

    /// Reads a text with `read`, and says where in the item that began at `item`.
    #[inline]
    pub(crate) fn text_span(&mut self, item: &Self, read: impl FnOnce(&mut Self) -> Read<&'a str>) -> Read<Span> {
        let text = read(self)?;
        Ok(self.span(item, text.as_bytes()))
    }

    /// A cursor over a byte string that was just read, at its place in the input.
    #[inline]
    pub(crate) const fn inside(&self, content: &'a [u8]) -> Self {
        Self { rest: content, end: self.at() }
    }

    #[inline]
    fn bounded(&self, len: usize, min: usize, max: usize) -> Read<()> {
        if (min..=max).contains(&len) { Ok(()) } else { Err(self.fault(ErrorKind::SizeOutOfRange)) }
    }

    #[inline]
    fn expect(&mut self, wanted: Major) -> Read<u64> {
        let start = *self;
        let (major, argument) = self.head()?;
        if major == wanted { Ok(argument) } else { Err(start.fault(ErrorKind::UnexpectedType)) }
    }

    #[inline]
    fn take(&mut self, len: u64, start: &Self) -> Read<&'a [u8]> {
        let taken = usize::try_from(len).ok().and_then(|len| self.rest.split_at_checked(len));
        let (bytes, rest) = taken.ok_or_else(|| start.fault(ErrorKind::Truncated))?;
        self.rest = rest;
        Ok(bytes)
    }

    /// Initial byte and argument (RFC 8949 §3), in the one form §4.2.1 allows (V201, V203–V205).
    #[inline(always)]
    fn head(&mut self) -> Read<(Major, u64)> {
        match self.rest {
            // Most heads are one byte.
            [initial, rest @ ..] if initial & 0x1f < 24 => {
                self.rest = rest;
                Ok((major(*initial), u64::from(initial & 0x1f)))
            }
            [initial, ..] => self.long_head(*initial),
            [] => Err(self.fault(ErrorKind::Truncated)),
        }
    }

    /// A head of more than one byte.
    fn long_head(&mut self, initial: u8) -> Read<(Major, u64)> {
        let start = *self;
        let major = major(initial);
        let (argument, least) = match initial & 0x1f {
            28..=30 => return Err(start.fault(ErrorKind::ReservedHead)),
            31 => return Err(start.fault(ErrorKind::IndefiniteLength)),
            // Two-byte simple values and floats: no schema here has any.
            _ if major == Major::Simple => return Err(start.fault(ErrorKind::UnexpectedType)),
            24 => (u64::from(self.argument::<2>()?[1]), 24),
            25 => {
                let [_, argument @ ..] = self.argument::<3>()?;
                (u64::from(u16::from_be_bytes(argument)), 1 << 8)
            }
            26 => {
                let [_, argument @ ..] = self.argument::<5>()?;
                (u64::from(u32::from_be_bytes(argument)), 1 << 16)
            }
            _ => {
                let [_, argument @ ..] = self.argument::<9>()?;
                (u64::from_be_bytes(argument), 1 << 32)
            }
        };
        if argument < least {
            return Err(start.fault(ErrorKind::HeadNotShortest));
        }
        Ok((major, argument))
    }

    /// A head of `N` bytes, the initial one included.
    #[inline]
    fn argument<const N: usize>(&mut self) -> Read<[u8; N]> {
        let (head, rest) = self.rest.split_first_chunk::<N>().ok_or_else(|| self.fault(ErrorKind::Truncated))?;
        self.rest = rest;
        Ok(*head)
    }
}

/// The keys of a map that are still to come.
#[derive(Debug)]
pub(crate) struct Map<'a> {
    // As declared: what is too much for this machine's addresses ends like everywhere, where the input does.
    left: u64,
    last: Option<i64>,
    last_name: &'a [u8],
}

impl<'a> Map<'a> {
    pub(crate) const fn is_empty(&self) -> bool {
        self.left == 0
    }

    /// The next key of a map with integer keys, in ascending order (V210, V211); `None` after the last. The value is read next.
    #[inline]
    pub(crate) fn label(&mut self, cursor: &mut Cursor<'a>) -> Read<Option<i64>> {
        let Some(left) = self.left.checked_sub(1) else { return Ok(None) };
        let start = *cursor;
        let label = cursor.int()?;
        if let Some(last) = self.last {
            check_order(label_order(last, label), &start)?;
        }
        self.left = left;
        self.last = Some(label);
        Ok(Some(label))
    }

    /// The next key of a map with text keys, read by `read`, in ascending order (V210, V211); `None` after the last.
    #[inline]
    pub(crate) fn name<K>(
        &mut self,
        cursor: &mut Cursor<'a>,
        read: impl FnOnce(&mut Cursor<'a>) -> Read<K>,
    ) -> Read<Option<K>> {
        let Some(left) = self.left.checked_sub(1) else { return Ok(None) };
        let start = *cursor;
        let key = read(cursor)?;
        let encoded = cursor.since(&start);
        check_order(self.last_name.cmp(encoded), &start)?;
        self.left = left;
        self.last_name = encoded;
        Ok(Some(key))
    }
}

/// The order of the shortest encodings: 0 upward, then −1 downward.
#[inline]
fn label_order(one: i64, other: i64) -> Ordering {
    let rank = |label: i64| if label < 0 { (1, !label) } else { (0, label) };
    rank(one).cmp(&rank(other))
}

#[inline]
fn check_order(order: Ordering, at: &Cursor<'_>) -> Read<()> {
    match order {
        Ordering::Less => Ok(()),
        Ordering::Equal => Err(at.fault(ErrorKind::MapKeyDuplicate)),
        Ordering::Greater => Err(at.fault(ErrorKind::MapKeyOrder)),
    }
}

/// The elements of a set that was read and found well-formed.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Set<'a> {
    elements: &'a [u8],
}

impl<'a> Set<'a> {
    /// The bytes of all elements.
    pub(crate) const fn elements(&self) -> &'a [u8] {
        self.elements
    }

    /// Reads the elements again. They were read before, so `read` does not fail; if it did, the iteration would end.
    #[inline]
    pub(crate) fn iter<T, F>(&self, mut read: F) -> impl Iterator<Item = T> + use<'a, T, F>
    where
        F: FnMut(&mut Cursor<'a>) -> Read<T>,
    {
        let mut cursor = Cursor::new(self.elements);
        core::iter::from_fn(move || if cursor.is_empty() { None } else { read(&mut cursor).ok() })
    }
}

#[inline]
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
