//! Proofs: the head's actor asks this audience for this request, now (token.md §4.4).

use crate::cbor::{Cursor, Read};
use crate::cose::{Seal, Sealed};
use crate::digest::Digest;
use crate::error::{Error, ErrorKind, Part};
use crate::labels::{self, claim, ours};
use crate::limits::{Limits, MAX_IDENTIFIER, MAX_PROOF};
use crate::limits::{wide, within};
use crate::time::UnixTime;

/// A well-formed proof.
#[derive(Clone, Copy, Debug)]
pub struct Proof<'a> {
    sealed: Sealed<'a>,
    audience: &'a str,
    issued: UnixTime,
    nonce: &'a [u8; 16],
    head: Digest,
    request: Digest,
    agreement: Option<Digest>,
}

/// How a proof is sealed: audit records say which, and a policy may demand the first.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(clippy::exhaustive_enums, reason = "the two seals of token.md §3.1")]
pub enum ProofKind {
    /// COSE_Sign1: convinces anyone.
    Signed,
    /// COSE_Mac0: convinces its audience only, which could have made it.
    Mac,
}

impl<'a> Proof<'a> {
    /// Decodes a whole byte string as one proof. Its seal is not checked.
    ///
    /// # Errors
    /// Those of stages 1 and 2.
    pub fn decode(bytes: &'a [u8], limits: &Limits) -> Result<Self, Error> {
        check_size(bytes, limits)?;
        let read = || {
            let mut cursor = Cursor::new(bytes);
            let (sealed, payload) = Sealed::open(&mut cursor, labels::TYP_PROOF)?;
            cursor.end()?;
            Self::read(sealed, payload)
        };
        read().map_err(|fault| fault.within(Part::Proof))
    }

    pub(crate) const fn sealed(&self) -> &Sealed<'a> {
        &self.sealed
    }

    /// Its `kid`: that of the head.
    #[must_use]
    pub const fn kid(&self) -> &Digest {
        &self.sealed.kid
    }

    /// How it is sealed.
    #[must_use]
    pub const fn kind(&self) -> ProofKind {
        match self.sealed.seal {
            Seal::Signature(..) => ProofKind::Signed,
            Seal::Mac(_) => ProofKind::Mac,
        }
    }

    /// The one service it is made for.
    #[must_use]
    pub const fn audience(&self) -> &'a str {
        self.audience
    }

    /// When it was made, `iat`.
    #[must_use]
    pub const fn issued(&self) -> UnixTime {
        self.issued
    }

    /// `cti`, 16 random bytes.
    #[must_use]
    pub const fn nonce(&self) -> &'a [u8; 16] {
        self.nonce
    }

    /// Digest of the head.
    #[must_use]
    pub const fn head(&self) -> &Digest {
        &self.head
    }

    /// Digest of the request (token.md §8.3).
    #[must_use]
    pub const fn request(&self) -> &Digest {
        &self.request
    }

    /// Thumbprint of the audience's agreement key; in a MAC proof, and only there.
    #[must_use]
    pub const fn agreement(&self) -> Option<&Digest> {
        self.agreement.as_ref()
    }

    fn read(sealed: Sealed<'a>, mut cursor: Cursor<'a>) -> Read<Self> {
        let mac = matches!(sealed.seal, Seal::Mac(_));
        let start = cursor;
        let (mut audience, mut issued, mut nonce) = (None, None, None);
        let (mut head, mut request, mut agreement, mut ours_at) = (None, None, None, None);
        let mut map = cursor.map()?;
        loop {
            let at = cursor;
            let Some(label) = map.label(&mut cursor)? else { break };
            match label {
                claim::AUD => audience = Some(cursor.text_within(1, MAX_IDENTIFIER)?),
                claim::IAT => issued = Some(cursor.time()?),
                claim::CTI => nonce = Some(cursor.array_of()?),
                claim::OURS => {
                    ours_at = Some(cursor);
                    let mut map = cursor.map()?;
                    loop {
                        let at = cursor;
                        let Some(label) = map.label(&mut cursor)? else { break };
                        match label {
                            ours::HEAD => head = Some(cursor.digest()?),
                            ours::REQUEST => request = Some(cursor.digest()?),
                            ours::AGREEMENT if mac => agreement = Some(cursor.digest()?),
                            ours::AGREEMENT => return Err(at.fault(ErrorKind::ClaimMisplaced)),
                            _ => return Err(at.fault(ErrorKind::ClaimUnknown)),
                        }
                    }
                }
                _ => return Err(at.fault(ErrorKind::ClaimUnknown)),
            }
        }
        cursor.end()?;
        // V231: at the map that lacks it
        let (Some(audience), Some(issued), Some(nonce), Some(ours_at)) = (audience, issued, nonce, ours_at) else {
            return Err(start.fault(ErrorKind::ClaimMissing));
        };
        let (Some(head), Some(request), false) = (head, request, mac && agreement.is_none()) else {
            return Err(ours_at.fault(ErrorKind::ClaimMissing));
        };
        Ok(Self { sealed, audience, issued, nonce, head, request, agreement })
    }
}

/// V103, V104
pub(crate) fn check_size(bytes: &[u8], limits: &Limits) -> Result<(), Error> {
    let max = within(limits.proof_bytes, MAX_PROOF);
    if bytes.is_empty() {
        return Err(Error::new(ErrorKind::ProofMissing, Part::Proof));
    }
    if bytes.len() > max {
        return Err(Error::new(ErrorKind::ProofTooLarge { len: wide(bytes.len()), max: wide(max) }, Part::Proof));
    }
    Ok(())
}
