//! `origin`: who created the authority, as the root states it (token.md §4.1, §7.1).

use crate::cbor::Cursor;
use crate::digest::Digest;
use crate::error::{Error, ErrorKind};
use crate::identifier;
use crate::labels::origin;

/// Who created the authority, as the root states it.
#[derive(Clone, Copy, Debug)]
pub struct Origin<'a> {
    kind: OriginForm,
    accountable: &'a str,
    nonce: &'a [u8; 16],
    consent: Option<Digest>,
}

/// Kinds of origin.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(clippy::exhaustive_enums, reason = "the three kinds of token.md §7.1")]
pub enum OriginForm {
    /// An accountable entity's own key.
    Identity,
    /// A workload's role.
    Role,
    /// A workload's attested state.
    Context,
}

impl<'a> Origin<'a> {
    /// Its kind.
    #[must_use]
    pub const fn kind(&self) -> OriginForm {
        self.kind
    }

    /// The entity answerable for the execution.
    #[must_use]
    pub const fn accountable(&self) -> &'a str {
        self.accountable
    }

    /// 16 random bytes.
    #[must_use]
    pub const fn nonce(&self) -> &'a [u8; 16] {
        self.nonce
    }

    /// SHA-256 of a consent record kept elsewhere.
    #[must_use]
    pub const fn consent(&self) -> Option<&Digest> {
        self.consent.as_ref()
    }

    pub(crate) fn read(cursor: &mut Cursor<'a>) -> Result<Self, Error> {
        let start = *cursor;
        let (mut kind, mut accountable, mut nonce, mut consent) = (None, None, None, None);
        let mut map = cursor.map()?;
        loop {
            let at = *cursor;
            let Some(label) = map.label(cursor)? else { break };
            let value = *cursor;
            match label {
                origin::KIND => {
                    kind = Some(match cursor.uint()? {
                        origin::IDENTITY => OriginForm::Identity,
                        origin::ROLE => OriginForm::Role,
                        origin::CONTEXT => OriginForm::Context,
                        _ => return Err(value.error(ErrorKind::KindUnknown)),
                    });
                }
                origin::ACCOUNTABLE => accountable = Some(identifier::read_vouchable(cursor)?),
                origin::NONCE => nonce = Some(cursor.array_of()?),
                origin::CONSENT => consent = Some(cursor.digest()?),
                _ => return Err(at.error(ErrorKind::ClaimUnknown)),
            }
        }
        match (kind, accountable, nonce) {
            (Some(kind), Some(accountable), Some(nonce)) => Ok(Self { kind, accountable, nonce, consent }),
            _ => Err(start.error(ErrorKind::ClaimMissing)),
        }
    }
}
