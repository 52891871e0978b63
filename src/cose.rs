//! The envelope all artifacts share: COSE_Sign1 or COSE_Mac0 with one exact protected header (token.md §3.1).

use crate::cbor::Cursor;
use crate::digest::Digest;
use crate::error::{Error, ErrorKind, Part};
use crate::labels;
use crate::signature::Signature;

/// An opened envelope. `payload` is still to be read; the signature is well-formed but not checked.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Envelope<'a> {
    pub(crate) typ: u64,
    pub(crate) kid: Digest,
    /// SHA-256 of the `Sig_structure` or `MAC_structure`.
    pub(crate) digest: Digest,
    pub(crate) protected: &'a [u8],
    protected_item: &'a [u8],
    payload_item: &'a [u8],
    pub(crate) payload: Cursor<'a>,
    pub(crate) seal: Seal<'a>,
    /// The whole item.
    pub(crate) encoded: &'a [u8],
}

/// What stands where COSE has signature or tag.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Seal<'a> {
    Signature(Signature<'a>),
    Mac(&'a [u8; 32]),
}

impl<'a> Envelope<'a> {
    /// Opens the next item, which must be a COSE_Sign1 with one of these `typ` values.
    pub(crate) fn sign1(cursor: &mut Cursor<'a>, typs: &[u64]) -> Result<Self, Error> {
        Self::open(cursor, &[labels::TAG_SIGN1], typs)
    }

    /// Opens the next item, which may also be a COSE_Mac0.
    pub(crate) fn sign1_or_mac0(cursor: &mut Cursor<'a>, typs: &[u64]) -> Result<Self, Error> {
        Self::open(cursor, &[labels::TAG_SIGN1, labels::TAG_MAC0], typs)
    }

    /// The payload, its errors attributed to `part`.
    pub(crate) const fn payload_of(&self, part: Part) -> Cursor<'a> {
        self.payload.within(part)
    }

    /// The `Sig_structure` or `MAC_structure`, in parts.
    pub(crate) const fn to_be_sealed(self) -> [&'a [u8]; 4] {
        to_be_sealed(&self.seal, self.protected_item, self.payload_item)
    }

    fn open(cursor: &mut Cursor<'a>, tags: &[u64], typs: &[u64]) -> Result<Self, Error> {
        let start = *cursor;
        // V220, V221
        let tag = cursor.tag(tags)?;
        cursor.tuple(&[4])?;
        let mac = tag == labels::TAG_MAC0;

        let before_protected = *cursor;
        let protected = cursor.bytes()?;
        let protected_item = cursor.since(&before_protected);
        let algorithm = if mac { labels::HMAC_256 } else { labels::ESP256 };
        let (kid, typ) = protected_header(cursor.inside(protected), algorithm, typs)?;

        // V226
        let before_unprotected = *cursor;
        if !cursor.map()?.is_empty() {
            return Err(before_unprotected.error(ErrorKind::UnprotectedHeader));
        }

        let before_payload = *cursor;
        let content = cursor.bytes()?;
        let payload_item = cursor.since(&before_payload);
        let payload = cursor.inside(content);

        // V227, V228, V229
        let before_seal = *cursor;
        let seal = cursor.bytes()?;
        let seal = if mac {
            Seal::Mac(seal.try_into().map_err(|_| before_seal.error(ErrorKind::SignatureLength))?)
        } else {
            Seal::Signature(Signature::new(seal).map_err(|kind| before_seal.error(kind))?)
        };

        // §3.2. The items go in as they were received: they are deterministic, and nothing is encoded to verify.
        let digest = Digest::of(&to_be_sealed(&seal, protected_item, payload_item));
        let encoded = cursor.since(&start);
        Ok(Self { typ, kid, digest, protected, protected_item, payload_item, payload, seal, encoded })
    }
}

/// `{1: alg, 4: kid, 16: typ}` and nothing else (V222–V225).
fn protected_header(mut cursor: Cursor<'_>, algorithm: i64, typs: &[u64]) -> Result<(Digest, u64), Error> {
    let start = cursor;
    let mut map = cursor.map()?;
    let (mut alg, mut kid, mut typ) = (None, None, None);
    loop {
        let at = cursor;
        let Some(label) = map.label(&mut cursor)? else { break };
        let value = cursor;
        match label {
            labels::ALG => {
                let found = cursor.int()?;
                if found != algorithm {
                    return Err(value.error(ErrorKind::WrongAlgorithm));
                }
                alg = Some(found);
            }
            labels::KID => kid = Some(cursor.digest()?),
            labels::TYP => {
                let found = cursor.uint()?;
                if !typs.contains(&found) {
                    return Err(value.error(ErrorKind::WrongTyp));
                }
                typ = Some(found);
            }
            _ => return Err(at.error(ErrorKind::HeaderUnknown)),
        }
    }
    cursor.end()?;
    match (alg, kid, typ) {
        (Some(_), Some(kid), Some(typ)) => Ok((kid, typ)),
        _ => Err(start.error(ErrorKind::HeaderMissing)),
    }
}

const fn to_be_sealed<'a>(seal: &Seal<'_>, protected: &'a [u8], payload: &'a [u8]) -> [&'a [u8]; 4] {
    let context = match seal {
        Seal::Signature(_) => SIGNATURE_CONTEXT,
        Seal::Mac(_) => MAC_CONTEXT,
    };
    [context, protected, EMPTY_EXTERNAL_AAD, payload]
}

/// `["Signature1",` (RFC 9052 §4.4).
const SIGNATURE_CONTEXT: &[u8] = b"\x84\x6aSignature1";
/// `["MAC0",` (RFC 9052 §6.3).
const MAC_CONTEXT: &[u8] = b"\x84\x64MAC0";
/// The third element: no external data.
const EMPTY_EXTERNAL_AAD: &[u8] = b"\x40";
