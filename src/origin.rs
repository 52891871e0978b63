//! `origin`: who created the authority, as the root states it (token.md §4.1, §7.1).

use crate::cbor::{Cursor, Read, Span};
use crate::digest::Digest;
use crate::error::ErrorKind;
use crate::facts::{Packed, Packer, Unpacker, packed};
use crate::identifier;
use crate::labels::origin;

/// Who created the authority, as the root states it.
#[derive(Clone, Copy, Debug)]
pub struct Origin<'a> {
    item: &'a [u8],
    spans: OriginSpans,
}

packed! {
    /// Where an origin's claims stand; by default there is none.
    #[derive(Clone, Copy, Debug, Default)]
    pub(crate) struct OriginSpans {
        kind: OriginForm,
        accountable: Span,
        nonce: Span,
        consent: Span,
    }
}

/// Kinds of origin.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[expect(clippy::exhaustive_enums, reason = "the three kinds of token.md §7.1")]
pub enum OriginForm {
    /// An accountable entity's own key.
    #[default]
    Identity,
    /// A workload's role.
    Role,
    /// A workload's attested state.
    Context,
}

impl<'a> Origin<'a> {
    /// The origin that stands there in `item`.
    pub(crate) fn at(item: &'a [u8], spans: OriginSpans) -> Option<Self> {
        spans.is_some().then_some(Self { item, spans })
    }

    /// Its kind.
    #[must_use]
    pub const fn kind(&self) -> OriginForm {
        self.spans.kind
    }

    /// The entity answerable for the execution.
    #[must_use]
    pub fn accountable(&self) -> &'a str {
        self.spans.accountable.text(self.item).unwrap_or_default()
    }

    /// The bytes of the entity.
    pub(crate) fn accountable_bytes(&self) -> &'a [u8] {
        self.spans.accountable.of(self.item).unwrap_or_default()
    }

    /// 16 random bytes.
    #[must_use]
    pub fn nonce(&self) -> &'a [u8] {
        self.spans.nonce.of(self.item).unwrap_or_default()
    }

    /// SHA-256 of a consent record kept elsewhere.
    #[must_use]
    pub fn consent(&self) -> Option<Digest> {
        self.spans.consent.digest(self.item)
    }
}

impl Packed for OriginForm {
    const WORDS: usize = 1;

    fn pack(&self, to: &mut Packer) {
        to.put(match self {
            Self::Identity => origin::IDENTITY,
            Self::Role => origin::ROLE,
            Self::Context => origin::CONTEXT,
        });
    }

    fn unpack(from: &mut Unpacker<'_>) -> Self {
        match from.take() {
            origin::ROLE => Self::Role,
            origin::CONTEXT => Self::Context,
            _ => Self::Identity,
        }
    }
}

impl OriginSpans {
    pub(crate) const fn is_some(&self) -> bool {
        self.accountable.is_some()
    }

    pub(crate) const fn kind(&self) -> OriginForm {
        self.kind
    }

    pub(crate) fn read<'a>(cursor: &mut Cursor<'a>, item: &Cursor<'a>) -> Read<Self> {
        let start = *cursor;
        let (mut kind, mut accountable, mut nonce, mut consent) = (None, None, None, Span::default());
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
                        _ => return Err(value.fault(ErrorKind::KindUnknown)),
                    });
                }
                origin::ACCOUNTABLE => accountable = Some(cursor.text_span(item, identifier::read_vouchable)?),
                origin::NONCE => nonce = Some(cursor.bytes_span::<16>(item)?),
                origin::CONSENT => consent = cursor.bytes_span::<32>(item)?,
                _ => return Err(at.fault(ErrorKind::ClaimUnknown)),
            }
        }
        match (kind, accountable, nonce) {
            (Some(kind), Some(accountable), Some(nonce)) => Ok(Self { kind, accountable, nonce, consent }),
            _ => Err(start.fault(ErrorKind::ClaimMissing)),
        }
    }
}
