//! The sequence: links, credentials and hand-overs as they stand (token.md §3.3; stages 1 and 2).

use crate::cbor::Cursor;
use crate::cose::Envelope;
use crate::credential::Credential;
use crate::error::{Error, ErrorKind, Part};
use crate::fixed::Fixed;
use crate::hand_over::HandOver;
use crate::labels;
use crate::limits::{Limits, MAX_CREDENTIALS, MAX_GRANTS, MAX_LINKS, MAX_TOKEN, narrow, wide, within};
use crate::link::Link;

/// A token whose items are well-formed; how they hang together is not checked yet.
#[derive(Debug)]
pub struct Token<'a> {
    links: Fixed<Placed<'a>, MAX_LINKS>,
    credentials: Fixed<Credential<'a>, MAX_CREDENTIALS>,
    handovers: Fixed<HandOver<'a>, MAX_LINKS>,
    /// Where a hand-over stands for which there cannot be a link.
    spilled: Option<Error>,
}

/// A link, and how many items of the other kinds stand before it.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Placed<'a> {
    pub(crate) link: Link<'a>,
    pub(crate) credentials: usize,
    pub(crate) handovers: usize,
    /// How many credentials stand before the last hand-over before it.
    pub(crate) before_handover: usize,
}

impl<'a> Token<'a> {
    /// Decodes all items. Nothing here is trusted: no signature, window or rule is checked.
    ///
    /// # Errors
    /// Those of stages 1 and 2.
    pub fn decode(bytes: &'a [u8], limits: &Limits) -> Result<Self, Error> {
        let mut token = Self::empty();
        token.read(bytes, limits)?;
        Ok(token)
    }

    /// No items; for [`read`](Self::read) to fill in place, because the whole is large and moves are not free.
    pub(crate) const fn empty() -> Self {
        Self { links: Fixed::new(), credentials: Fixed::new(), handovers: Fixed::new(), spilled: None }
    }

    /// Decodes all items into an empty token.
    pub(crate) fn read(&mut self, bytes: &'a [u8], limits: &Limits) -> Result<(), Error> {
        check_size(bytes, limits)?;
        let mut cursor = Cursor::new(bytes, Part::Token);
        let mut before_handover = 0;
        let mut item = 0;
        while !cursor.is_empty() {
            cursor = cursor.within(Part::Item(item));
            let start = cursor;
            let envelope = Envelope::sign1(&mut cursor, TYPS)?;
            match envelope.typ {
                labels::TYP_LINK => self.push_link(envelope, start, limits, before_handover)?,
                labels::TYP_CREDENTIAL => self.push_credential(envelope, start, limits)?,
                _ => {
                    before_handover = self.credentials.len();
                    self.push_handover(envelope, start)?;
                }
            }
            item = item.saturating_add(1);
        }
        Ok(())
    }

    /// The links, oldest first.
    pub fn links(&self) -> impl DoubleEndedIterator<Item = &Link<'a>> {
        self.links.iter().map(|placed| &placed.link)
    }

    /// The inline credentials, in order.
    pub fn credentials(&self) -> impl Iterator<Item = &Credential<'a>> {
        self.credentials.iter()
    }

    /// The hand-overs, in order.
    pub fn handovers(&self) -> impl Iterator<Item = &HandOver<'a>> {
        self.handovers.iter()
    }

    pub(crate) fn placed(&self) -> impl Iterator<Item = &Placed<'a>> {
        self.links.iter()
    }

    pub(crate) fn credential(&self, index: usize) -> Option<&Credential<'a>> {
        self.credentials.get(index)
    }

    pub(crate) fn handover(&self, index: usize) -> Option<&HandOver<'a>> {
        self.handovers.get(index)
    }

    pub(crate) const fn credential_count(&self) -> usize {
        self.credentials.len()
    }

    /// V308 for a hand-over beyond what can have a place.
    pub(crate) const fn spilled(&self) -> Option<Error> {
        self.spilled
    }

    pub(crate) const fn handover_count(&self) -> usize {
        self.handovers.len()
    }

    fn push_link(
        &mut self,
        envelope: Envelope<'a>,
        start: Cursor<'a>,
        limits: &Limits,
        before_handover: usize,
    ) -> Result<(), Error> {
        let index = self.links.len();
        // V241
        if index >= within(limits.links, MAX_LINKS) {
            return Err(start.error(ErrorKind::TooManyLinks));
        }
        let link = Link::read(envelope, Part::Link(narrow(index)), within(limits.grants, MAX_GRANTS))?;
        self.links.push(Placed {
            link,
            credentials: self.credentials.len(),
            handovers: self.handovers.len(),
            before_handover,
        });
        Ok(())
    }

    fn push_credential(&mut self, envelope: Envelope<'a>, start: Cursor<'a>, limits: &Limits) -> Result<(), Error> {
        let index = self.credentials.len();
        // V242
        if index >= within(limits.credentials, MAX_CREDENTIALS) {
            return Err(start.error(ErrorKind::TooManyCredentials));
        }
        self.credentials.push(Credential::read(envelope, Part::Credential(narrow(index)))?);
        Ok(())
    }

    fn push_handover(&mut self, envelope: Envelope<'a>, start: Cursor<'a>) -> Result<(), Error> {
        let index = self.handovers.len();
        let handover = HandOver::read(envelope, Part::HandOver(narrow(index)))?;
        // A link names at most one, so more than there can be links never have their place: V308, in its stage.
        if self.handovers.push(handover).is_none() && self.spilled.is_none() {
            self.spilled = Some(Error::new(ErrorKind::HandoverMisplaced, start.part()));
        }
        Ok(())
    }
}

/// V101, V102
pub(crate) fn check_size(bytes: &[u8], limits: &Limits) -> Result<(), Error> {
    let max = within(limits.token_bytes, MAX_TOKEN);
    if bytes.is_empty() {
        return Err(Error::new(ErrorKind::TokenEmpty, Part::Token));
    }
    if bytes.len() > max {
        return Err(Error::new(ErrorKind::TokenTooLarge { len: wide(bytes.len()), max: wide(max) }, Part::Token));
    }
    Ok(())
}

/// What may stand in a token (V225).
const TYPS: &[u64] = &[labels::TYP_LINK, labels::TYP_CREDENTIAL, labels::TYP_HAND_OVER];
