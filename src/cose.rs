//! The envelope all artifacts share: COSE_Sign1 or COSE_Mac0 with one exact protected header (token.md §3.1).

use crate::cbor::{Cursor, Read};
use crate::digest::Digest;
use crate::error::ErrorKind;
use crate::labels;
use crate::signature::Signature;

/// A COSE_Sign1 that was opened: its payload is still to be read, its signature well-formed and not checked.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Opened<'a> {
    pub(crate) typ: u64,
    pub(crate) signed: Signed<'a>,
    pub(crate) payload: Cursor<'a>,
}

/// What an artifact keeps of its envelope.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Signed<'a> {
    pub(crate) kid: Digest,
    /// SHA-256 of the `Sig_structure`.
    pub(crate) digest: Digest,
    pub(crate) signature: Signature<'a>,
    /// The whole item.
    pub(crate) encoded: &'a [u8],
}

/// What a proof keeps of its envelope.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Sealed<'a> {
    pub(crate) kid: Digest,
    pub(crate) seal: Seal<'a>,
    /// Content of the protected header.
    pub(crate) protected: &'a [u8],
    protected_item: &'a [u8],
    payload_item: &'a [u8],
}

/// What stands where COSE has signature or tag.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Seal<'a> {
    /// With the digest that it is over.
    Signature(Signature<'a>, Digest),
    Mac(&'a [u8; 32]),
}

impl<'a> Opened<'a> {
    /// Opens the next item, which must be a COSE_Sign1 with one of these `typ` values.
    pub(crate) fn sign1(cursor: &mut Cursor<'a>, typs: &[u64]) -> Read<Self> {
        let start = *cursor;
        let parts = Parts::read(cursor, &[labels::TAG_SIGN1], typs)?;
        let signature = parts.signature()?;
        let (digest, encoded) = (parts.digest(), cursor.since(&start));
        let signed = Signed { kid: parts.kid, digest, signature, encoded };
        Ok(Self { typ: parts.typ, signed, payload: parts.payload })
    }
}

#[cfg(feature = "alloc")]
impl<'a> Signed<'a> {
    /// Of bytes that were opened before, as a COSE_Sign1 with this digest.
    pub(crate) fn recalled(encoded: &'a [u8], digest: Digest) -> Option<Self> {
        let kid = encoded.get(BEFORE_KID.len()..)?.first_chunk::<32>()?;
        let signature = Signature::new(encoded.last_chunk::<64>()?).ok()?;
        Some(Self { kid: Digest(*kid), digest, signature, encoded })
    }
}

impl<'a> Sealed<'a> {
    /// Opens the next item, a COSE_Sign1 or a COSE_Mac0 with this `typ`; its payload is to be read next.
    pub(crate) fn open(cursor: &mut Cursor<'a>, typ: u64) -> Read<(Self, Cursor<'a>)> {
        let parts = Parts::read(cursor, &[labels::TAG_SIGN1, labels::TAG_MAC0], &[typ])?;
        let seal = match parts.tag {
            labels::TAG_MAC0 => {
                Seal::Mac(parts.seal.try_into().map_err(|_| parts.at_seal.fault(ErrorKind::SignatureLength))?)
            }
            _ => Seal::Signature(parts.signature()?, parts.digest()),
        };
        let Parts { kid, protected, protected_item, payload_item, payload, .. } = parts;
        Ok((Self { kid, seal, protected, protected_item, payload_item }, payload))
    }

    /// The signature and the digest that it is over; `None` under a MAC.
    pub(crate) const fn signature(&self) -> Option<(Signature<'a>, &Digest)> {
        match &self.seal {
            Seal::Signature(signature, digest) => Some((*signature, digest)),
            Seal::Mac(_) => None,
        }
    }

    /// The `MAC_structure` (RFC 9052 §6.3): its parts before the payload, less than a block, and the payload.
    pub(crate) const fn mac_structure(&self) -> ([&'a [u8]; 3], &'a [u8]) {
        ([MAC_CONTEXT, self.protected_item, EMPTY_EXTERNAL_AAD], self.payload_item)
    }
}

/// The four elements, each well-formed.
struct Parts<'a> {
    tag: u64,
    typ: u64,
    kid: Digest,
    protected: &'a [u8],
    protected_item: &'a [u8],
    payload: Cursor<'a>,
    payload_item: &'a [u8],
    at_seal: Cursor<'a>,
    seal: &'a [u8],
}

impl<'a> Parts<'a> {
    #[inline]
    fn read(cursor: &mut Cursor<'a>, tags: &[u64], typs: &[u64]) -> Read<Self> {
        let start = *cursor;
        match Self::usual(cursor, typs) {
            Some(parts) => Ok(parts),
            None => {
                *cursor = start;
                Self::any(cursor, tags, typs)
            }
        }
    }

    /// The one COSE_Sign1 there is: but for `kid` and `typ`, all bytes before the payload's head are given. What begins otherwise is
    /// read piece by piece, for its error or as a COSE_Mac0.
    #[inline]
    fn usual(cursor: &mut Cursor<'a>, typs: &[u64]) -> Option<Self> {
        let (header, rest) = cursor.rest().split_first_chunk::<HEADER>()?;
        let (before_kid, after) = header.split_first_chunk::<10>()?;
        let (kid, after_kid) = after.split_first_chunk::<32>()?;
        let &[label, head, high, low, unprotected] = after_kid else { return None };
        let typ = u64::from(u16::from_be_bytes([high, low]));
        if before_kid != BEFORE_KID || [label, head, unprotected] != [0x10, 0x19, 0xa0] || !typs.contains(&typ) {
            return None;
        }
        let (payload_head, len): (usize, usize) = match *rest {
            [0x58, len, ..] if len >= 24 => (2, usize::from(len)),
            [0x59, high, low, ..] if high > 0 => (3, usize::from(u16::from_be_bytes([high, low]))),
            _ => return None,
        };
        let (payload_item, rest) = rest.split_at_checked(payload_head.saturating_add(len))?;
        let (seal_item, _) = rest.split_first_chunk::<66>()?;
        let ([0x58, 64], seal) = seal_item.split_first_chunk::<2>()? else { return None };
        let protected_item = header.get(2..46)?;
        let after_payload = HEADER.saturating_add(payload_item.len());
        let payload = cursor.advanced(after_payload)?.inside(payload_item.get(payload_head..)?);
        let at_seal = cursor.advanced(after_payload)?;
        *cursor = at_seal.advanced(66)?;
        let (tag, kid, protected) = (labels::TAG_SIGN1, Digest(*kid), protected_item.get(2..)?);
        Some(Self { tag, typ, kid, protected, protected_item, payload, payload_item, at_seal, seal })
    }

    fn any(cursor: &mut Cursor<'a>, tags: &[u64], typs: &[u64]) -> Read<Self> {
        // V220, V221
        let tag = cursor.tag(tags)?;
        cursor.tuple(&[4])?;

        let before_protected = *cursor;
        let protected = cursor.bytes()?;
        let protected_item = cursor.since(&before_protected);
        let algorithm = if tag == labels::TAG_MAC0 { labels::HMAC_256 } else { labels::ESP256 };
        let (kid, typ) = protected_header(cursor.inside(protected), algorithm, typs)?;

        // V226
        let before_unprotected = *cursor;
        if !cursor.map()?.is_empty() {
            return Err(before_unprotected.fault(ErrorKind::UnprotectedHeader));
        }

        let before_payload = *cursor;
        let content = cursor.bytes()?;
        let payload_item = cursor.since(&before_payload);
        let payload = cursor.inside(content);

        let at_seal = *cursor;
        let seal = cursor.bytes()?;
        Ok(Self { tag, typ, kid, protected, protected_item, payload, payload_item, at_seal, seal })
    }

    /// V227, V228, V229
    #[inline]
    fn signature(&self) -> Read<Signature<'a>> {
        Signature::new(self.seal).map_err(|kind| self.at_seal.fault(kind))
    }

    /// §3.2. The items go in as they were received: they are deterministic, and nothing is encoded to verify.
    #[inline]
    fn digest(&self) -> Digest {
        // The header is 42 bytes in any form that is accepted, so the parts before the payload are 57.
        Digest::of_structure(&[SIGNATURE_CONTEXT, self.protected_item, EMPTY_EXTERNAL_AAD], self.payload_item)
    }
}

/// `{1: alg, 4: kid, 16: typ}` and nothing else (V222–V225).
#[inline]
fn protected_header(mut cursor: Cursor<'_>, algorithm: i64, typs: &[u64]) -> Read<(Digest, u64)> {
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
                    return Err(value.fault(ErrorKind::WrongAlgorithm));
                }
                alg = Some(found);
            }
            labels::KID => kid = Some(cursor.digest()?),
            labels::TYP => {
                let found = cursor.uint()?;
                if !typs.contains(&found) {
                    return Err(value.fault(ErrorKind::WrongTyp));
                }
                typ = Some(found);
            }
            _ => return Err(at.fault(ErrorKind::HeaderUnknown)),
        }
    }
    cursor.end()?;
    match (alg, kid, typ) {
        (Some(_), Some(kid), Some(typ)) => Ok((kid, typ)),
        _ => Err(start.fault(ErrorKind::HeaderMissing)),
    }
}

/// Bytes before the payload's head.
const HEADER: usize = 47;
/// Tag 18, an array of four, 42 bytes of `{1: -9, 4: 32 bytes` and what follows `kid`.
const BEFORE_KID: &[u8; 10] = b"\xd2\x84\x58\x2a\xa3\x01\x28\x04\x58\x20";

/// `["Signature1",` (RFC 9052 §4.4).
const SIGNATURE_CONTEXT: &[u8] = b"\x84\x6aSignature1";
/// `["MAC0",` (RFC 9052 §6.3).
const MAC_CONTEXT: &[u8] = b"\x84\x64MAC0";
/// The third element: no external data.
const EMPTY_EXTERNAL_AAD: &[u8] = b"\x40";
