//! Public keys: as they come, and prepared for many verifications.

use core::fmt;

#[cfg(feature = "alloc")]
use alloc::{boxed::Box, vec};

#[cfg(feature = "alloc")]
use crate::table::{self, KEY_HALF, KEY_ROWS, KEY_WIDTH, KeyTable};
use crate::{
    batch::{self, Item},
    engine::Engine,
    field::FieldElement,
    limbs,
    point::Affine,
};

/// A P-256 public key: a point of the curve other than infinity. 64 bytes.
///
/// The curve's order is prime (SP 800-186, section 3.2.1.3), so a point that is on the curve is in the group.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct VerifyingKey {
    point: Affine,
}

impl VerifyingKey {
    /// From SEC 1's uncompressed form (section 2.3.4): `04 || x || y`, 65 bytes.
    ///
    /// # Errors
    ///
    /// [`KeyError`], if the bytes are anything but a point of the curve in that form.
    pub fn from_sec1(bytes: &[u8]) -> Result<Self, KeyError> {
        let (form, coordinates) = bytes.split_first().ok_or(KeyError::Length)?;
        let coordinates = <&[u8; 64]>::try_from(coordinates).map_err(|_| KeyError::Length)?;
        if *form != UNCOMPRESSED { Err(KeyError::Form) } else { Self::from_coordinates(coordinates) }
    }

    /// From `x || y`, each big-endian.
    ///
    /// # Errors
    ///
    /// [`KeyError::Range`] or [`KeyError::NotOnCurve`].
    pub fn from_coordinates(coordinates: &[u8; 64]) -> Result<Self, KeyError> {
        let (x, y) = coordinates.split_at(32);
        let point = Affine { x: coordinate(x)?, y: coordinate(y)? };
        if point.is_on_curve() { Ok(Self { point }) } else { Err(KeyError::NotOnCurve) }
    }

    /// `x || y`, each big-endian.
    #[must_use]
    pub fn to_coordinates(&self) -> [u8; 64] {
        let mut coordinates = [0; 64];
        let (x, y) = coordinates.split_at_mut(32);
        x.copy_from_slice(&limbs::to_be_bytes(&self.point.x.to_canonical()));
        y.copy_from_slice(&limbs::to_be_bytes(&self.point.y.to_canonical()));
        coordinates
    }

    /// Whether `signature`, r || s, is this key's over the SHA-256 digest `prehash`, with the fastest engine for this CPU.
    ///
    /// A signature with s above (n - 1) / 2 is refused: every valid one has a twin there.
    #[must_use]
    pub fn verify(&self, prehash: &[u8; 32], signature: &[u8; 64]) -> bool {
        self.verify_with(Engine::detect(), prehash, signature)
    }

    /// As [`Self::verify`], with a given engine.
    #[must_use]
    pub fn verify_with(&self, engine: Engine, prehash: &[u8; 32], signature: &[u8; 64]) -> bool {
        batch::verify_one(engine, &Item { key: Key::Plain(self), prehash, signature })
    }

    pub(crate) const fn point(&self) -> &Affine {
        &self.point
    }
}

/// A public key with a table that makes each verification several times faster.
///
/// The table takes 86 KiB and the time of a few verifications to build. Build it for keys that are known to be used again, never at
/// the word of whoever sends a token.
#[cfg(feature = "alloc")]
#[derive(Clone)]
pub struct PreparedKey {
    key: VerifyingKey,
    table: Box<KeyTable>,
}

#[cfg(feature = "alloc")]
impl PreparedKey {
    /// Bytes of heap a prepared key holds.
    pub const TABLE_BYTES: usize = size_of::<KeyTable>();

    /// Builds the table: the only allocation of this crate.
    #[must_use]
    pub fn new(key: &VerifyingKey) -> Self {
        let rows = vec![[Affine::BLANK; KEY_HALF]; KEY_ROWS].into_boxed_slice();
        let mut table =
            Box::<KeyTable>::try_from(rows).unwrap_or_else(|_| Box::new([[Affine::BLANK; KEY_HALF]; KEY_ROWS]));
        table::fill::<KEY_WIDTH, KEY_HALF, KEY_ROWS>(&mut table, &key.point);
        Self { key: *key, table }
    }

    /// The key this was built from.
    #[must_use]
    pub const fn key(&self) -> &VerifyingKey {
        &self.key
    }

    /// As [`VerifyingKey::verify`].
    #[must_use]
    pub fn verify(&self, prehash: &[u8; 32], signature: &[u8; 64]) -> bool {
        self.verify_with(Engine::detect(), prehash, signature)
    }

    /// As [`VerifyingKey::verify_with`].
    #[must_use]
    pub fn verify_with(&self, engine: Engine, prehash: &[u8; 32], signature: &[u8; 64]) -> bool {
        batch::verify_one(engine, &Item { key: Key::Prepared(self), prehash, signature })
    }

    pub(crate) const fn table(&self) -> &KeyTable {
        &self.table
    }
}

#[cfg(feature = "alloc")]
impl fmt::Debug for PreparedKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("PreparedKey").field("key", &self.key).finish_non_exhaustive()
    }
}

#[cfg(feature = "alloc")]
impl From<&VerifyingKey> for PreparedKey {
    fn from(key: &VerifyingKey) -> Self {
        Self::new(key)
    }
}

/// A key of either kind, by reference.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub enum Key<'a> {
    /// A key without a table.
    Plain(&'a VerifyingKey),
    /// A key with one.
    #[cfg(feature = "alloc")]
    Prepared(&'a PreparedKey),
}

impl<'a> From<&'a VerifyingKey> for Key<'a> {
    fn from(key: &'a VerifyingKey) -> Self {
        Self::Plain(key)
    }
}

#[cfg(feature = "alloc")]
impl<'a> From<&'a PreparedKey> for Key<'a> {
    fn from(key: &'a PreparedKey) -> Self {
        Self::Prepared(key)
    }
}

/// Why bytes are not a public key.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum KeyError {
    /// Not 65 bytes.
    Length,
    /// The first byte is not 04, the mark of an uncompressed point.
    Form,
    /// A coordinate is p or more.
    Range,
    /// The point is not on the curve.
    NotOnCurve,
}

impl fmt::Display for KeyError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Length => "public key is not 65 bytes long",
            Self::Form => "public key is not an uncompressed point",
            Self::Range => "coordinate is not below the field's modulus",
            Self::NotOnCurve => "point is not on the curve",
        })
    }
}

impl core::error::Error for KeyError {}

/// The first byte of an uncompressed point (SEC 1, section 2.3.3).
const UNCOMPRESSED: u8 = 4;

fn coordinate(bytes: &[u8]) -> Result<FieldElement, KeyError> {
    let bytes = bytes.first_chunk::<32>().ok_or(KeyError::Length)?;
    FieldElement::from_canonical(&limbs::from_be_bytes(bytes)).ok_or(KeyError::Range)
}
