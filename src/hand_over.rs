//! Hand-overs: "this named successor may continue from this link, until then" (token.md §4.3).

use crate::cbor::{Cursor, Read, Span};
use crate::cose::{Opened, Signed};
use crate::digest::Digest;
use crate::error::ErrorKind;
use crate::facts::{Facts, packed};
use crate::identifier;
use crate::labels::{claim, ours};
use crate::time::UnixTime;

/// A well-formed hand-over.
#[derive(Clone, Copy, Debug)]
pub struct HandOver<'a> {
    signed: Signed<'a>,
    found: Found,
}

packed! {
    /// What was found out about the bytes of a hand-over.
    #[derive(Clone, Copy, Debug)]
    struct Found {
        expires: UnixTime,
        claims: Claims,
    }
}

packed! {
    /// Where the claims stand.
    #[derive(Clone, Copy, Debug, Default)]
    struct Claims {
        to: Span,
        head: Span,
        task: Span,
    }
}

impl<'a> HandOver<'a> {
    /// The hand-over whose bytes were decoded before.
    pub(crate) fn recalled(signed: Signed<'a>, facts: &Facts) -> Self {
        Self { signed, found: facts.get() }
    }

    /// What was found out about its bytes.
    pub(crate) fn facts(&self) -> Facts {
        Facts::of(&self.found)
    }

    /// SHA-256 of its `Sig_structure`: its name.
    #[must_use]
    pub const fn digest(&self) -> &Digest {
        &self.signed.digest
    }

    /// Its `kid`: that of the link it continues.
    #[must_use]
    pub const fn kid(&self) -> &Digest {
        &self.signed.kid
    }

    /// Its encoded bytes.
    #[must_use]
    pub const fn encoded(&self) -> &'a [u8] {
        self.signed.encoded
    }

    pub(crate) const fn signed(&self) -> &Signed<'a> {
        &self.signed
    }

    /// The successor's exact identifier.
    #[must_use]
    pub fn to(&self) -> &'a str {
        self.found.claims.to.text(self.encoded()).unwrap_or_default()
    }

    /// The bytes of the successor's identifier.
    pub(crate) fn addressee_bytes(&self) -> &'a [u8] {
        self.found.claims.to.of(self.encoded()).unwrap_or_default()
    }

    /// The successor's link has ended by then.
    #[must_use]
    pub const fn expires(&self) -> UnixTime {
        self.found.expires
    }

    /// Digest of the link to continue.
    #[must_use]
    pub fn head(&self) -> Digest {
        // Read before, as everything here.
        self.found.claims.head.digest(self.encoded()).unwrap_or(Digest([0; 32]))
    }

    /// Digest of what the successor is asked to do.
    #[must_use]
    pub fn task(&self) -> Option<Digest> {
        self.found.claims.task.digest(self.encoded())
    }

    /// Reads the claims set of an opened envelope that began at `item`.
    pub(crate) fn read(opened: Opened<'a>, item: &Cursor<'a>) -> Read<Self> {
        let mut cursor = opened.payload;
        let start = cursor;
        let (mut claims, mut expires, mut ours_at) = (Claims::default(), None, None);
        let mut map = cursor.map()?;
        loop {
            let at = cursor;
            let Some(label) = map.label(&mut cursor)? else { break };
            match label {
                claim::EXP => expires = Some(cursor.time()?),
                claim::OURS => {
                    ours_at = Some(cursor);
                    claims.read(&mut cursor, item)?;
                }
                _ => return Err(at.fault(ErrorKind::ClaimUnknown)),
            }
        }
        cursor.end()?;
        // V231: at the map that lacks it
        let (Some(expires), Some(ours_at)) = (expires, ours_at) else {
            return Err(start.fault(ErrorKind::ClaimMissing));
        };
        if !claims.to.is_some() || !claims.head.is_some() {
            return Err(ours_at.fault(ErrorKind::ClaimMissing));
        }
        Ok(Self { signed: opened.signed, found: Found { expires, claims } })
    }
}

impl Claims {
    /// Reads the map under −65537.
    fn read<'a>(&mut self, cursor: &mut Cursor<'a>, item: &Cursor<'a>) -> Read<()> {
        let mut map = cursor.map()?;
        loop {
            let at = *cursor;
            let Some(label) = map.label(cursor)? else { return Ok(()) };
            match label {
                ours::TASK => self.task = cursor.bytes_span::<32>(item)?,
                ours::HEAD => self.head = cursor.bytes_span::<32>(item)?,
                ours::TO => self.to = cursor.text_span(item, identifier::read)?,
                _ => return Err(at.fault(ErrorKind::ClaimUnknown)),
            }
        }
    }
}
