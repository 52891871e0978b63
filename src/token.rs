//! The sequence: links, credentials and hand-overs as they stand (token.md §3.3; stages 1 and 2).

use crate::cbor::{Cursor, Fault};
use crate::cose::Opened;
use crate::credential::Credential;
use crate::digest::Digest;
use crate::error::{Error, ErrorKind, Part};
use crate::facts::Facts;
use crate::fixed::Fixed;
use crate::hand_over::HandOver;
use crate::labels;
use crate::limits::{Limits, MAX_CREDENTIALS, MAX_GRANTS, MAX_LINKS, MAX_TOKEN, narrow, wide, within};
use crate::link::Link;

/// A token whose items are well-formed; how they hang together is not checked yet.
#[derive(Debug)]
pub struct Token<'a> {
    links: Links<'a>,
    credentials: CredentialList<'a>,
    /// How many of the credentials are inline.
    inline: usize,
    handovers: HandOvers<'a>,
    /// Where a hand-over stands for which there cannot be a link.
    spilled: Option<Error>,
}

/// The links of a token, each with its place.
pub(crate) type Links<'a> = Fixed<Placed<'a>, MAX_LINKS>;

/// The hand-overs of a token.
pub(crate) type HandOvers<'a> = Fixed<HandOver<'a>, MAX_LINKS>;

/// The credentials of a token: those inline, and behind them those that its links name and the verifier knows.
pub(crate) type CredentialList<'a> = Fixed<Credential<'a>, MAX_NAMED>;

/// Them, to be added to.
pub(crate) struct Credentials<'t, 'a> {
    all: &'t mut CredentialList<'a>,
    inline: usize,
}

impl<'a> Credentials<'_, 'a> {
    /// Index of the credential with this digest: among the first `inline`, or among those that are known.
    pub(crate) fn find(&self, digest: &Digest, inline: usize) -> Option<usize> {
        let has = |credential: &Credential<'a>| credential.digest() == digest;
        let inline = self.all.iter().take(inline).position(has);
        inline.or_else(|| self.all.iter().skip(self.inline).position(has)?.checked_add(self.inline))
    }

    pub(crate) const fn list(&self) -> &CredentialList<'a> {
        self.all
    }

    /// Adds a known credential that is named, and returns its index; `None` when there are too many.
    pub(crate) fn push(&mut self, credential: Credential<'a>) -> Option<usize> {
        self.all.push(credential)
    }
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
        token.read(bytes, limits, |_| None)?;
        Ok(token)
    }

    /// No items; for [`read`](Self::read) to fill in place, because the whole is large and moves are not free.
    pub(crate) const fn empty() -> Self {
        Self { links: Fixed::new(), credentials: Fixed::new(), inline: 0, handovers: Fixed::new(), spilled: None }
    }

    /// Decodes all items into an empty token; of those that were decoded before, `recall` has what was found out.
    pub(crate) fn read(
        &mut self,
        bytes: &'a [u8],
        limits: &Limits,
        recall: impl Fn(&Digest) -> Option<Facts>,
    ) -> Result<(), Error> {
        check_size(bytes, limits)?;
        let mut cursor = Cursor::new(bytes);
        let mut before_handover = 0;
        let mut place: u8 = 0;
        while !cursor.is_empty() {
            let item = cursor;
            let of_item = |fault: Fault| fault.within(Part::Item(place));
            let opened = Opened::sign1(&mut cursor, TYPS).map_err(of_item)?;
            let facts = recall(&opened.signed.digest);
            match opened.typ {
                labels::TYP_LINK => {
                    // V241
                    if self.links.len() >= within(limits.links, MAX_LINKS) {
                        return Err(of_item(item.fault(ErrorKind::TooManyLinks)));
                    }
                    self.push_link(opened, facts.as_ref(), &item, limits, before_handover)?;
                }
                labels::TYP_CREDENTIAL => {
                    // V242
                    if self.credentials.len() >= within(limits.credentials, MAX_CREDENTIALS) {
                        return Err(of_item(item.fault(ErrorKind::TooManyCredentials)));
                    }
                    let part = Part::Credential(narrow(self.credentials.len()));
                    let credential = match &facts {
                        Some(facts) => Credential::recalled(opened.signed, facts),
                        None => Credential::read(opened, &item).map_err(|fault| fault.within(part))?,
                    };
                    self.credentials.push(credential);
                    self.inline = self.credentials.len();
                }
                _ => {
                    before_handover = self.credentials.len();
                    self.push_handover(opened, facts.as_ref(), &item, place)?;
                }
            }
            place = place.saturating_add(1);
        }
        Ok(())
    }

    /// The links, oldest first.
    pub fn links(&self) -> impl DoubleEndedIterator<Item = &Link<'a>> {
        self.links.iter().map(|placed| &placed.link)
    }

    /// The inline credentials, in order.
    pub fn credentials(&self) -> impl Iterator<Item = &Credential<'a>> {
        self.credentials.iter().take(self.inline)
    }

    /// The hand-overs, in order.
    pub fn handovers(&self) -> impl Iterator<Item = &HandOver<'a>> {
        self.handovers.iter()
    }

    pub(crate) fn link(&self, index: usize) -> Option<&Link<'a>> {
        self.links.get(index).map(|placed| &placed.link)
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
        self.inline
    }

    /// Links, credentials and hand-overs.
    #[cfg(feature = "issue")]
    pub(crate) const fn parts(&self) -> (&Links<'a>, &CredentialList<'a>, &HandOvers<'a>) {
        (&self.links, &self.credentials, &self.handovers)
    }

    /// Links, credentials to which known ones may be added behind those inline, and hand-overs.
    pub(crate) const fn split(&mut self) -> (&Links<'a>, Credentials<'_, 'a>, &HandOvers<'a>) {
        (&self.links, Credentials { all: &mut self.credentials, inline: self.inline }, &self.handovers)
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
        opened: Opened<'a>,
        facts: Option<&Facts>,
        item: &Cursor<'a>,
        limits: &Limits,
        before_handover: usize,
    ) -> Result<(), Error> {
        let part = Part::Link(narrow(self.links.len()));
        let max_grants = within(limits.grants, MAX_GRANTS);
        let link = match facts.and_then(|facts| Link::recalled(opened.signed, facts, max_grants)) {
            Some(link) => link,
            None => Link::read(opened, item, max_grants).map_err(|fault| fault.within(part))?,
        };
        let (credentials, handovers) = (self.credentials.len(), self.handovers.len());
        self.links.push(Placed { link, credentials, handovers, before_handover });
        Ok(())
    }

    fn push_handover(
        &mut self,
        opened: Opened<'a>,
        facts: Option<&Facts>,
        item: &Cursor<'a>,
        place: u8,
    ) -> Result<(), Error> {
        let part = Part::HandOver(narrow(self.handovers.len()));
        let handover = match facts {
            Some(facts) => HandOver::recalled(opened.signed, facts),
            None => HandOver::read(opened, item).map_err(|fault| fault.within(part))?,
        };
        // A link names at most one, so more than there can be links never have their place: V308, in its stage.
        if self.handovers.push(handover).is_none() && self.spilled.is_none() {
            self.spilled = Some(Error::new(ErrorKind::HandoverMisplaced, Part::Item(place)));
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

/// Most distinct credentials that one token names, inline and known together (token.md §2.2).
const MAX_NAMED: usize = 32;

/// What may stand in a token (V225).
const TYPS: &[u64] = &[labels::TYP_LINK, labels::TYP_CREDENTIAL, labels::TYP_HAND_OVER];
