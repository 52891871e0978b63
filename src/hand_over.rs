//! Hand-overs: "this named successor may continue from this link, until then" (token.md §4.3).

use crate::cose::Envelope;
use crate::digest::Digest;
use crate::error::{Error, ErrorKind, Part};
use crate::identifier;
use crate::labels::{claim, ours};
use crate::time::UnixTime;

/// A well-formed hand-over.
#[derive(Clone, Copy, Debug)]
pub struct HandOver<'a> {
    pub(crate) envelope: Envelope<'a>,
    to: &'a str,
    expires: UnixTime,
    head: Digest,
    task: Option<Digest>,
}

impl<'a> HandOver<'a> {
    /// SHA-256 of its `Sig_structure`: its name.
    #[must_use]
    pub const fn digest(&self) -> &Digest {
        &self.envelope.digest
    }

    /// Its `kid`: that of the link it continues.
    #[must_use]
    pub const fn kid(&self) -> &Digest {
        &self.envelope.kid
    }

    /// Its encoded bytes.
    #[must_use]
    pub const fn encoded(&self) -> &'a [u8] {
        self.envelope.encoded
    }

    /// The successor's exact identifier.
    #[must_use]
    pub const fn to(&self) -> &'a str {
        self.to
    }

    /// The successor's link has ended by then.
    #[must_use]
    pub const fn expires(&self) -> UnixTime {
        self.expires
    }

    /// Digest of the link to continue.
    #[must_use]
    pub const fn head(&self) -> &Digest {
        &self.head
    }

    /// Digest of what the successor is asked to do.
    #[must_use]
    pub const fn task(&self) -> Option<&Digest> {
        self.task.as_ref()
    }

    /// Reads the claims set of an opened envelope.
    pub(crate) fn read(envelope: Envelope<'a>, part: Part) -> Result<Self, Error> {
        let mut cursor = envelope.payload_of(part);
        let start = cursor;
        let (mut to, mut expires, mut head, mut task) = (None, None, None, None);
        let mut map = cursor.map()?;
        loop {
            let at = cursor;
            let Some(label) = map.label(&mut cursor)? else { break };
            match label {
                claim::EXP => expires = Some(cursor.time()?),
                claim::OURS => {
                    let mut map = cursor.map()?;
                    loop {
                        let at = cursor;
                        let Some(label) = map.label(&mut cursor)? else { break };
                        match label {
                            ours::TASK => task = Some(cursor.digest()?),
                            ours::HEAD => head = Some(cursor.digest()?),
                            ours::TO => to = Some(identifier::read(&mut cursor)?),
                            _ => return Err(at.error(ErrorKind::ClaimUnknown)),
                        }
                    }
                }
                _ => return Err(at.error(ErrorKind::ClaimUnknown)),
            }
        }
        cursor.end()?;
        match (to, expires, head) {
            (Some(to), Some(expires), Some(head)) => Ok(Self { envelope, to, expires, head, task }),
            _ => Err(start.error(ErrorKind::ClaimMissing)),
        }
    }
}
