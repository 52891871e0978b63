//! The verifier: bytes, trust and a time value in; a verified chain or one precise error out (spec/verification.md).

mod authority;
pub(crate) mod credentials;
pub(crate) mod origin;
mod revocation;
mod signatures;
pub(crate) mod successors;
pub(crate) mod windows;

use crate::admission::{Admission, Asked, Pending, Request};
use crate::chain::{Actors, Chain};
use crate::error::{Error, ErrorKind, Part};
use crate::grant::Grants;
use crate::known::CredentialSource;
use crate::limits::Limits;
use crate::mac::KeyAgreement;
use crate::proof::{self, Proof};
use crate::replay::{ProofUse, ReplayMemory};
use crate::revocation::Revocations;
use crate::signature::SignatureVerifier;
use crate::time::UnixTime;
use crate::token;
use crate::trust::{OriginAnchor, Trust};
use crate::verified::VerifiedChain;

/// Verifies tokens under one trust bundle. A handful of references: make one per call or share one between threads.
///
/// It reads no clock, does no I/O, allocates nothing and never panics; the same inputs give the same verdict everywhere.
#[derive(Clone, Copy)]
pub struct Verifier<'a> {
    trust: &'a Trust<'a>,
    signatures: &'a (dyn SignatureVerifier + Sync),
    revocations: &'a (dyn Revocations + Sync),
    known: &'a (dyn CredentialSource + Sync),
    agreement: Option<&'a (dyn KeyAgreement + Sync)>,
    limits: Limits,
}

impl<'a> Verifier<'a> {
    /// A verifier with the default limits, no known credentials and no agreement keys.
    ///
    /// `revocations` is not optional: where the bundle has no revocation issuer, say so with
    /// [`NoRevocations`](crate::NoRevocations).
    #[must_use]
    pub fn new(
        trust: &'a Trust<'a>,
        signatures: &'a (dyn SignatureVerifier + Sync),
        revocations: &'a (dyn Revocations + Sync),
    ) -> Self {
        Self { trust, signatures, revocations, known: &(), agreement: None, limits: Limits::DEFAULT }
    }

    /// Other limits.
    #[must_use]
    pub const fn limits(self, limits: Limits) -> Self {
        Self { limits, ..self }
    }

    /// Credentials that tokens may name without carrying them.
    #[must_use]
    pub const fn known(self, known: &'a (dyn CredentialSource + Sync)) -> Self {
        Self { known, ..self }
    }

    /// The audience's agreement keys, for MAC proofs.
    #[must_use]
    pub const fn agreement(self, agreement: &'a (dyn KeyAgreement + Sync)) -> Self {
        Self { agreement: Some(agreement), ..self }
    }

    /// Verifies a token at a time: stages 1–9 and 12. True history, for audit and policy; it admits nothing.
    ///
    /// # Errors
    /// The first step that refuses, with its place.
    pub fn verify(&self, token: &'a [u8], now: UnixTime) -> Result<VerifiedChain<'a>, Error> {
        let mut chain = Chain::empty();
        chain.read(token, &self.limits, self.signatures)?;
        chain.tie(self.trust, self.known)?;
        let actors = chain.actors();
        let (anchor, _) = self.check_rules(&chain, &actors, now)?;
        // Stage 12
        let new = signatures::check(&chain, &actors, None, self.trust, self.signatures)?;
        signatures::remember(&chain, &actors, new, self.signatures);
        Ok(VerifiedChain::new(chain, anchor))
    }

    /// Checks a token, its proof and a request at a time: stages 1–13, the replay memory looked up and not changed.
    ///
    /// # Errors
    /// The first step that refuses, with its place.
    pub fn check(
        &self,
        token: &'a [u8],
        proof: &'a [u8],
        request: &Request<'_>,
        replay: &dyn ReplayMemory,
        now: UnixTime,
    ) -> Result<Pending<'a>, Error> {
        let mut chain = Chain::empty();
        let (proof, anchor) = self.check_in(&mut chain, (token, proof), request, replay, now, |_| Ok(()))?;
        Ok(Pending::new(VerifiedChain::new(chain, anchor), proof, self.limits, now))
    }

    /// [`check`](Self::check), then [`Pending::claim`].
    ///
    /// # Errors
    /// The first step that refuses, with its place.
    pub fn admit(
        &self,
        token: &'a [u8],
        proof: &'a [u8],
        request: &Request<'_>,
        replay: &dyn ReplayMemory,
        now: UnixTime,
    ) -> Result<Admission<'a>, Error> {
        let mut chain = Chain::empty();
        let claim = |used: &ProofUse<'_>| replay.claim(used);
        let (proof, anchor) = self.check_in(&mut chain, (token, proof), request, replay, now, claim)?;
        Ok(Admission::new(VerifiedChain::new(chain, anchor), proof, self.limits, now))
    }

    /// Stages 1–13, and what is left of stage 11 in `finish`; the chain is filled in place, because it is large.
    fn check_in(
        &self,
        chain: &mut Chain<'a>,
        (token, proof): (&'a [u8], &'a [u8]),
        request: &Request<'_>,
        replay: &dyn ReplayMemory,
        now: UnixTime,
        finish: impl FnOnce(&ProofUse<'_>) -> Result<(), ErrorKind>,
    ) -> Result<(Proof<'a>, &'a OriginAnchor<'a>), Error> {
        let refuse = |kind| Error::new(kind, Part::Proof);
        // Stage 1, for both, before a byte of either is decoded.
        token::check_size(token, &self.limits)?;
        proof::check_size(proof, &self.limits)?;
        chain.read(token, &self.limits, self.signatures)?;
        let proof = Proof::decode(proof, &self.limits)?;
        // Stage 3
        chain.tie(self.trust, self.known)?;
        let chain = &*chain;
        let actors = chain.actors();
        let (anchor, grants) = self.check_rules(chain, &actors, now)?;
        let (Some(head), Some(root)) = (actors.last(), chain.link(0)) else {
            return Err(Error::new(ErrorKind::RootMissing, Part::Token));
        };
        let asked = Asked { head, proof: &proof, limits: &self.limits, now };
        // Stage 10
        asked.check(request, grants, &actors, self.agreement)?;
        // Stage 11
        let used = asked.proof_use(root, anchor)?;
        replay.look_up(&used).map_err(refuse)?;
        // Stages 12 and 13
        let new = signatures::check(chain, &actors, proof.sealed().signature(), self.trust, self.signatures)?;
        asked.check_mac(self.agreement)?;
        signatures::remember(chain, &actors, new, self.signatures);
        finish(&used).map_err(refuse)?;
        Ok((proof, anchor))
    }

    /// Stages 4–9: everything about the chain that costs no curve operation. Its anchor, and the grants in force at the head.
    fn check_rules(
        &self,
        chain: &Chain<'a>,
        actors: &Actors<'_>,
        now: UnixTime,
    ) -> Result<(&'a OriginAnchor<'a>, Grants<'a>), Error> {
        // Stage 4
        windows::check(chain, &self.limits, now)?;
        // Stage 5
        let root = actors.get(0).ok_or(Error::new(ErrorKind::RootMissing, Part::Token))?;
        let anchor = origin::anchor(root, self.trust)?;
        // Stage 6
        credentials::check(chain, actors, self.trust)?;
        // Stage 7
        successors::check(chain, actors)?;
        // Stage 8
        let grants = authority::check(chain)?;
        // Stage 9
        revocation::check(actors, self.trust, self.revocations, &self.limits, now)?;
        Ok((anchor, grants))
    }
}

impl core::fmt::Debug for Verifier<'_> {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.debug_struct("Verifier").field("trust", self.trust).field("limits", &self.limits).finish_non_exhaustive()
    }
}
