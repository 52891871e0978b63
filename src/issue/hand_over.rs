//! Hand-overs in the making.

use alloc::vec::Vec;

use ciborium::Value;

use crate::contract::{Contract, Next};
use crate::digest::Digest;
use crate::error::{Error, ErrorKind, Part};
use crate::issue::encode::{Claims, digest, text, time};
use crate::issue::envelope::ToBeSigned;
use crate::issue::signer::{IssueError, Signer, check_signer};
use crate::key::TrustedKey;
use crate::labels::{self, claim, ours};
use crate::limits::Limits;
use crate::time::UnixTime;
use crate::token::Token;

/// A hand-over in the making: the head's actor names its successor.
#[derive(Clone, Debug)]
#[must_use]
pub struct HandOverBuilder<'t> {
    token: &'t [u8],
    key: TrustedKey,
    to: Value,
    expires: UnixTime,
    task: Option<Digest>,
}

impl<'t> HandOverBuilder<'t> {
    /// The actor of `token`'s head, whose key this is, lets `to` continue until `expires`.
    pub fn new(token: &'t [u8], key: TrustedKey, to: &str, expires: UnixTime) -> Self {
        Self { token, key, to: text(to), expires, task: None }
    }

    /// SHA-256 of what the successor is asked to do; its link must carry the same.
    pub const fn task(mut self, task: &Digest) -> Self {
        self.task = Some(*task);
        self
    }

    /// The finished claims. The result is the hand-over alone, for the successor to put into its token.
    ///
    /// # Errors
    /// Those of stages 1 and 2, for the token and for the hand-over; [`ErrorKind::HandoverSigner`] if the head's actor is
    /// known to have another key; [`ErrorKind::SuccessorNotAllowed`] and [`ErrorKind::HandoverNotDemanded`] where no
    /// successor could use it.
    pub fn to_be_signed(self) -> Result<ToBeSigned, Error> {
        let token = Token::decode(self.token, &Limits::DEFAULT)?;
        let head = token.links().next_back().ok_or(Error::new(ErrorKind::RootMissing, Part::Token))?;
        check_signer(&token, head, &self.key).map_err(|()| Error::new(ErrorKind::HandoverSigner, Part::HandOver(0)))?;
        let refuse = |kind| Err(Error::new(kind, Part::HandOver(0)));
        // V701, V712: nobody may continue, or nothing asks whoever does for a hand-over.
        let demanded = |contract: Option<Contract<'_>>| contract.is_some_and(|one| one.handover());
        let by_next = match head.next() {
            None => return refuse(ErrorKind::SuccessorNotAllowed),
            Some(Next::Contract(contract)) => contract.handover(),
            Some(Next::Key(_) | Next::Identifier(_) | Next::Anyone) => false,
        };
        if !by_next && !token.links().any(|link| demanded(link.require())) {
            return refuse(ErrorKind::HandoverNotDemanded);
        }
        let own = Claims::default()
            .maybe(ours::TASK, self.task.as_ref().map(digest))
            .set(ours::HEAD, digest(head.digest()))
            .set(ours::TO, self.to);
        let payload = Claims::default().set(claim::EXP, time(self.expires)).set(claim::OURS, own.value()).value();
        let place = Part::HandOver(0);
        let signable = ToBeSigned::new(labels::TYP_HAND_OVER, head.kid(), &payload, self.key, place);
        Token::decode(&signable.draft(), &Limits::DEFAULT)?;
        Ok(signable)
    }

    /// Signs in one call.
    ///
    /// # Errors
    /// Those of [`to_be_signed`](Self::to_be_signed), and the signer's.
    pub fn sign<S: Signer>(self, signer: &S) -> Result<Vec<u8>, IssueError<S::Error>> {
        self.to_be_signed()?.sign(signer)
    }
}
