//! Proofs in the making, signed or under a MAC.

use alloc::string::String;
use alloc::vec::Vec;

use ciborium::Value;

use crate::backend::{AgreementKey, P256};
use crate::digest::Digest;
use crate::error::{Error, ErrorKind, Part};
use crate::issue::encode::{Claims, bytes, digest, text, time};
use crate::issue::envelope::{ToBeSigned, mac0};
use crate::issue::signer::{IssueError, Signer, check_signer};
use crate::key::TrustedKey;
use crate::labels::{self, claim, ours};
use crate::limits::Limits;
use crate::link::Link;
use crate::mac::{MacContext, MacKey};
use crate::proof::Proof;
use crate::scrub::scrubbed;
use crate::signature::SignatureVerifier as _;
use crate::time::UnixTime;
use crate::token::Token;

/// A proof in the making: the head's actor asks `audience` for a request.
#[derive(Clone, Debug)]
#[must_use]
pub struct ProofBuilder<'t> {
    token: &'t [u8],
    audience: String,
    request: Digest,
    issued: UnixTime,
    nonce: [u8; 16],
}

impl<'t> ProofBuilder<'t> {
    /// For the head of `token`: this audience, this request digest, at this time, with 16 fresh random bytes.
    pub fn new(token: &'t [u8], audience: &str, request: Digest, issued: UnixTime, nonce: [u8; 16]) -> Self {
        Self { token, audience: audience.into(), request, issued, nonce }
    }

    /// The finished claims, to be signed with the head's key.
    ///
    /// # Errors
    /// Those of stages 1 and 2, for the token and for the proof; [`ErrorKind::ProofSigner`] if the head's actor is known to
    /// have another key.
    pub fn to_be_signed(self, key: TrustedKey) -> Result<ToBeSigned, Error> {
        let token = Token::decode(self.token, &Limits::DEFAULT)?;
        let head = head(&token)?;
        check_signer(&token, head, &key).map_err(|()| Error::new(ErrorKind::ProofSigner, Part::Proof))?;
        let payload = self.payload(head, None);
        let signable = ToBeSigned::new(labels::TYP_PROOF, head.kid(), &payload, key, Part::Proof);
        Proof::decode(&signable.draft(), &Limits::DEFAULT)?;
        Ok(signable)
    }

    /// Signs in one call.
    ///
    /// # Errors
    /// Those of [`to_be_signed`](Self::to_be_signed), and the signer's.
    pub fn sign<S: Signer>(self, signer: &S) -> Result<Vec<u8>, IssueError<S::Error>> {
        let key = *signer.key();
        self.to_be_signed(key)?.sign(signer)
    }

    /// A MAC proof (token.md §8.2) with the secret of the head's `agree` key, for the audience with this agreement key.
    ///
    /// # Errors
    /// [`ErrorKind::AgreementMissing`] if the head's `agree` key is another; [`ErrorKind::KeyOffCurve`] if the audience's
    /// key is no point of the curve; those of stages 1 and 2.
    pub fn mac(self, agree: &AgreementKey, audience: &TrustedKey) -> Result<Vec<u8>, Error> {
        let refuse = |kind| Error::new(kind, Part::Proof);
        let token = Token::decode(self.token, &Limits::DEFAULT)?;
        let head = head(&token)?;
        if head.agree() != Some(*agree.public().key()) {
            return Err(refuse(ErrorKind::AgreementMissing));
        }
        if !P256.is_on_curve(audience.key()) {
            return Err(refuse(ErrorKind::KeyOffCurve));
        }
        let payload = self.payload(head, Some(audience.thumbprint()));
        let proof = mac0(labels::TYP_PROOF, head.kid(), &payload, |protected, structure| {
            let context = MacContext {
                head_kid: head.kid(),
                head: head.digest(),
                expires: head.window().end(),
                audience: &self.audience,
                agreement: audience.thumbprint(),
                protected,
                agree: *agree.public().key(),
            };
            let tag = scrubbed(|| {
                let secret = agree.shared_secret(audience.key())?;
                Some(MacKey::derive(&secret, &context)?.tag(&[], structure))
            });
            // Without a key there is no tag, and the reader refuses it below.
            tag.map_or(Vec::new(), Vec::from)
        });
        Proof::decode(&proof, &Limits::DEFAULT)?;
        Ok(proof)
    }

    fn payload(&self, head: &Link<'_>, agreement: Option<&Digest>) -> Value {
        let own = Claims::default()
            .set(ours::HEAD, digest(head.digest()))
            .set(ours::REQUEST, digest(&self.request))
            .maybe(ours::AGREEMENT, agreement.map(digest));
        Claims::default()
            .set(claim::AUD, text(&self.audience))
            .set(claim::IAT, time(self.issued))
            .set(claim::CTI, bytes(&self.nonce))
            .set(claim::OURS, own.value())
            .value()
    }
}

fn head<'t, 'a>(token: &'t Token<'a>) -> Result<&'t Link<'a>, Error> {
    token.links().next_back().ok_or(Error::new(ErrorKind::RootMissing, Part::Token))
}
