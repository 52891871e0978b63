//! Public keys: P-256 points in the one COSE_Key form of the format, and their thumbprints (token.md §2.4).

use crate::cbor::{Cursor, Read, Span};
use crate::digest::Digest;
use crate::error::ErrorKind;
use crate::facts::{Packed, Packer, Unpacker};
use crate::labels::{self, cose_key};

/// The coordinates of a P-256 public key, big-endian. Whether they are a point of the curve is judged in stage 12.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct PublicKey {
    x: [u8; 32],
    y: [u8; 32],
}

impl PublicKey {
    /// From the two coordinates, 32 bytes each, big-endian.
    #[must_use]
    pub const fn from_coordinates(x: [u8; 32], y: [u8; 32]) -> Self {
        Self { x, y }
    }

    /// The x-coordinate.
    #[must_use]
    pub const fn x(&self) -> &[u8; 32] {
        &self.x
    }

    /// The y-coordinate.
    #[must_use]
    pub const fn y(&self) -> &[u8; 32] {
        &self.y
    }

    /// The uncompressed point of SEC 1 §2.3.3: 4, x, y.
    #[must_use]
    pub fn to_sec1(&self) -> [u8; 65] {
        let mut point = [4; 65];
        let (_, coordinates) = point.split_at_mut(1);
        let (x, y) = coordinates.split_at_mut(32);
        x.copy_from_slice(&self.x);
        y.copy_from_slice(&self.y);
        point
    }

    /// SHA-256 of the key's COSE_Key encoding (RFC 9679 §3).
    #[must_use]
    pub fn thumbprint(&self) -> Digest {
        Digest::of(&[KEY_BEFORE_X, &self.x, KEY_BEFORE_Y, &self.y])
    }
}

/// Where the coordinates of a COSE_Key stand: x, three bytes of heads, y.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct KeySpan(pub(crate) Span);

impl Packed for KeySpan {
    const WORDS: usize = 1;

    #[inline]
    fn pack(&self, to: &mut Packer) {
        self.0.pack(to);
    }

    #[inline]
    fn unpack(from: &mut Unpacker<'_>) -> Self {
        Self(Packed::unpack(from))
    }
}

impl KeySpan {
    /// The key that stands there in `item`.
    pub(crate) fn key(self, item: &[u8]) -> Option<PublicKey> {
        let (x, rest) = self.0.of(item)?.split_first_chunk::<32>()?;
        Some(PublicKey { x: *x, y: *rest.last_chunk::<32>()? })
    }

    pub(crate) const fn is_some(self) -> bool {
        self.0.is_some()
    }

    /// Reads a COSE_Key of exactly kty, crv, x and y (V233).
    pub(crate) fn read<'a>(cursor: &mut Cursor<'a>, item: &Cursor<'a>) -> Read<Self> {
        let start = *cursor;
        let unsupported = || start.fault(ErrorKind::KeyUnsupported);
        let mut map = cursor.map()?;
        let (mut kty, mut crv, mut x, mut y) = (None, None, None, None);
        while let Some(label) = map.label(cursor)? {
            match label {
                cose_key::KTY => kty = Some(member(cursor, Cursor::int)?.ok_or_else(unsupported)?),
                cose_key::CRV => crv = Some(member(cursor, Cursor::int)?.ok_or_else(unsupported)?),
                cose_key::X => x = Some(coordinate(cursor)?),
                cose_key::Y => y = Some(coordinate(cursor)?),
                _ => return Err(unsupported()),
            }
            if kty.is_some_and(|kty| kty != cose_key::EC2) || crv.is_some_and(|crv| crv != cose_key::P256) {
                return Err(unsupported());
            }
        }
        match (kty, crv, x, y) {
            (Some(_), Some(_), Some(before_x), Some(_)) => Ok(Self(cursor.span(item, cursor.since(&before_x)))),
            _ => Err(unsupported()),
        }
    }

    /// Reads a `cnf` claim: a map of exactly one COSE_Key (RFC 8747 §3.2).
    pub(crate) fn read_cnf<'a>(cursor: &mut Cursor<'a>, item: &Cursor<'a>) -> Read<Self> {
        let start = *cursor;
        let mut map = cursor.map()?;
        match map.label(cursor)? {
            Some(labels::CNF_COSE_KEY) if map.is_empty() => Self::read(cursor, item),
            _ => Err(start.fault(ErrorKind::KeyUnsupported)),
        }
    }
}

/// A public key with its thumbprint, computed once.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TrustedKey {
    key: PublicKey,
    thumbprint: Digest,
}

impl TrustedKey {
    /// Computes the thumbprint of `key`.
    #[must_use]
    pub fn new(key: PublicKey) -> Self {
        Self { thumbprint: key.thumbprint(), key }
    }

    /// A key whose thumbprint was computed before.
    pub(crate) const fn known(key: PublicKey, thumbprint: Digest) -> Self {
        Self { key, thumbprint }
    }

    /// The key.
    #[must_use]
    pub const fn key(&self) -> &PublicKey {
        &self.key
    }

    /// Its RFC 9679 thumbprint.
    #[must_use]
    pub const fn thumbprint(&self) -> &Digest {
        &self.thumbprint
    }
}

/// A coordinate: 32 bytes; anything else (a compressed point's bool, another curve's length) is not this kind of key.
/// Returns where its bytes begin.
fn coordinate<'a>(cursor: &mut Cursor<'a>) -> Read<Cursor<'a>> {
    let start = *cursor;
    let unsupported = || start.fault(ErrorKind::KeyUnsupported);
    match member(cursor, Cursor::bytes)? {
        // Behind a head of two bytes.
        Some(bytes) if bytes.len() == 32 => start.advanced(2).ok_or_else(unsupported),
        Some(_) | None => Err(unsupported()),
    }
}

/// A member of a COSE_Key; `None` where another type stands (V233). What is no deterministic CBOR keeps its own step.
fn member<'a, T>(cursor: &mut Cursor<'a>, read: impl FnOnce(&mut Cursor<'a>) -> Read<T>) -> Read<Option<T>> {
    match read(cursor) {
        Err(fault) if fault.is(ErrorKind::UnexpectedType) => Ok(None),
        other => other.map(Some),
    }
}

/// `{1: 2, −1: 1, −2: h'`: the encoding up to x.
const KEY_BEFORE_X: &[u8] = &[0xa4, 0x01, 0x02, 0x20, 0x01, 0x21, 0x58, 0x20];
/// `', −3: h'`: what stands between x and y.
const KEY_BEFORE_Y: &[u8] = &[0x22, 0x58, 0x20];
