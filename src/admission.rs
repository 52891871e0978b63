//! Admission: this request may run, once, because the head's actor asked for it here and now (token.md §8.1; stages 10, 11, 13).

use crate::chain::Chain;
use crate::cose::Seal;
use crate::digest::Digest;
use crate::error::{Error, ErrorKind, Part};
use crate::grant::{Access, Argument};
use crate::limits::Limits;
use crate::limits::narrow;
use crate::mac::{KeyAgreement, MacContext, MacKey};
use crate::proof::{Proof, ProofKind};
use crate::replay::{ProofUse, ReplayMemory};
use crate::signature::{SignatureCheck, SignatureVerifier};
use crate::time::UnixTime;
use crate::trust::OriginAnchor;
use crate::verified::{Hop, VerifiedChain};

/// A request as the audience received it.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub struct Request<'r> {
    /// This audience.
    pub audience: &'r str,
    /// Digest of the request as received (token.md §8.3).
    pub digest: Digest,
    /// The action it asks for, derived from the same bytes; so are resource and arguments.
    pub action: &'r str,
    /// The resource it asks for.
    pub resource: &'r str,
    /// Its arguments, each name once.
    pub arguments: &'r [Argument<'r>],
    /// What the audience's policy demands beyond.
    pub policy: Policy,
}

impl<'r> Request<'r> {
    /// A request without arguments, under the policy that demands nothing beyond the rules.
    #[must_use]
    pub const fn new(audience: &'r str, digest: Digest, action: &'r str, resource: &'r str) -> Self {
        let policy = Policy { proof: ProofDemand::Any, authority: AuthorityDemand::Any };
        Self { audience, digest, action, resource, arguments: &[], policy }
    }

    /// The same request with arguments.
    #[must_use]
    pub const fn with(self, arguments: &'r [Argument<'r>]) -> Self {
        Self { arguments, ..self }
    }

    /// The same request under another policy.
    #[must_use]
    pub const fn under(self, policy: Policy) -> Self {
        Self { policy, ..self }
    }
}

/// What an audience demands for an action beyond the rules.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
#[expect(clippy::exhaustive_structs, reason = "a policy is written out by whoever enforces it")]
pub struct Policy {
    /// Which proofs will do.
    pub proof: ProofDemand,
    /// Whose authority may be spent.
    pub authority: AuthorityDemand,
}

/// Which proofs will do.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
#[expect(clippy::exhaustive_enums, reason = "there are two kinds of proof")]
pub enum ProofDemand {
    /// Signed or MAC.
    #[default]
    Any,
    /// Signed only: the record then convinces others too.
    Signed,
}

/// Whose authority may be spent.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
#[expect(clippy::exhaustive_enums, reason = "an execution is one of the two")]
pub enum AuthorityDemand {
    /// Any.
    #[default]
    Any,
    /// Only somebody else's, handed down.
    Delegated,
    /// Only the actor's own accountable entity's.
    Independent,
}

/// A checked request whose proof is not yet used up. It admits nothing until [`claim`](Self::claim)ed.
#[derive(Debug)]
#[must_use = "a pending request is not admitted until it is claimed"]
pub struct Pending<'a> {
    chain: VerifiedChain<'a>,
    proof: Proof<'a>,
    limits: Limits,
    now: UnixTime,
}

impl<'a> Pending<'a> {
    /// The chain, before its signatures are checked: nothing of this leaves the verifier early.
    pub(crate) const fn new(
        chain: Chain<'a>,
        anchor: &'a OriginAnchor<'a>,
        proof: Proof<'a>,
        limits: Limits,
        now: UnixTime,
    ) -> Self {
        Self { chain: VerifiedChain::new(chain, anchor), proof, limits, now }
    }

    /// The verified chain.
    #[must_use]
    pub const fn chain(&self) -> &VerifiedChain<'a> {
        &self.chain
    }

    /// Uses up the proof, at the time of the check: claim at once, for nothing is judged again. Of any number of claims with one proof, one succeeds (stage 11).
    ///
    /// # Errors
    /// [`ErrorKind::ReplayMemoryYoung`], [`ErrorKind::ProofReplayed`], [`ErrorKind::ReplayMemoryFull`],
    /// [`ErrorKind::ReplayQuota`].
    pub fn claim(self, replay: &dyn ReplayMemory) -> Result<Admission<'a>, Error> {
        replay.claim(&self.proof_use()?).map_err(refuse)?;
        Ok(Admission { chain: self.chain, proof: self.proof, now: self.now })
    }

    pub(crate) const fn unverified(&self) -> &Chain<'a> {
        self.chain.chain()
    }

    /// Stage 10.
    pub(crate) fn check_proof(
        &self,
        request: &Request<'_>,
        agreement: Option<&(dyn KeyAgreement + Sync)>,
    ) -> Result<(), Error> {
        let (proof, now) = (&self.proof, self.now);
        let head = self.head()?;
        // V1001
        if proof.kid() != head.link().kid() {
            return Err(refuse(ErrorKind::ProofSigner));
        }
        // V1002
        if proof.head() != head.link().digest() {
            return Err(refuse(ErrorKind::ProofHead));
        }
        // V1003
        if proof.audience() != request.audience {
            return Err(refuse(ErrorKind::ProofAudience));
        }
        // V1004
        if *proof.request() != request.digest {
            return Err(refuse(ErrorKind::ProofRequest));
        }
        // V1005
        let iat = proof.issued();
        if iat.plus(self.limits.proof_window).plus(self.limits.skew) < now {
            return Err(refuse(ErrorKind::ProofTooOld { now, iat }));
        }
        // V1006
        if iat > now.plus(self.limits.skew) {
            return Err(refuse(ErrorKind::ProofTooNew { now, iat }));
        }
        if proof.kind() == ProofKind::Mac {
            // V1007
            if request.policy.proof == ProofDemand::Signed {
                return Err(refuse(ErrorKind::ProofKind));
            }
            // V1008
            if head.link().agree().is_none() {
                return Err(refuse(ErrorKind::AgreementMissing));
            }
            // V1009
            let ours = |key: &Digest| agreement.is_some_and(|agreement| agreement.has(key));
            if !proof.agreement().is_some_and(ours) {
                return Err(refuse(ErrorKind::AgreementUnknown));
            }
        }
        // V1010
        let access = Access::new(request.action, request.resource, request.arguments)
            .map_err(|kind| Error::new(kind, Part::Request))?;
        // V1011
        if head.grants().admits(&access).is_none() {
            return Err(Error::new(ErrorKind::RequestNotGranted, Part::Request));
        }
        // V1012
        let demanded = match request.policy.authority {
            AuthorityDemand::Any => true,
            AuthorityDemand::Delegated => !self.chain.is_independent(),
            AuthorityDemand::Independent => self.chain.is_independent(),
        };
        if demanded { Ok(()) } else { Err(Error::new(ErrorKind::AuthorityKind, Part::Request)) }
    }

    /// Stage 11, without inserting.
    pub(crate) fn look_up(&self, replay: &dyn ReplayMemory) -> Result<(), Error> {
        replay.look_up(&self.proof_use()?).map_err(refuse)
    }

    /// Stage 13.
    pub(crate) fn check_seal(
        &self,
        signatures: &dyn SignatureVerifier,
        agreement: Option<&(dyn KeyAgreement + Sync)>,
    ) -> Result<(), Error> {
        let envelope = &self.proof.envelope;
        let head = self.head()?;
        match envelope.seal {
            // V1301
            Seal::Signature(signature) => {
                let key = head.key().ok_or(refuse(ErrorKind::ProofSignatureInvalid))?;
                let check = SignatureCheck::new(key.key(), &envelope.digest, signature);
                if signatures.verify(&check) { Ok(()) } else { Err(refuse(ErrorKind::ProofSignatureInvalid)) }
            }
            // V1302
            Seal::Mac(tag) => {
                let valid = agreement
                    .and_then(|agreement| self.mac_key(agreement))
                    .is_some_and(|key| key.verify(&envelope.to_be_sealed(), tag));
                if valid { Ok(()) } else { Err(refuse(ErrorKind::ProofMacInvalid)) }
            }
        }
    }

    /// §8.2
    fn mac_key(&self, agreement: &(dyn KeyAgreement + Sync)) -> Option<MacKey> {
        let (proof, head) = (&self.proof, self.chain.head()?);
        let agree = head.link().agree()?;
        let secret = agreement.agree(proof.agreement()?, agree)?;
        let context = MacContext {
            head_kid: head.link().kid(),
            head: head.link().digest(),
            audience: proof.audience(),
            agreement: proof.agreement()?,
            protected: proof.envelope.protected,
            agree: &agree.thumbprint(),
        };
        MacKey::derive(&secret, &context)
    }

    fn proof_use(&self) -> Result<ProofUse<'_>, Error> {
        let missing = refuse(ErrorKind::ProofSigner);
        let head = self.head()?;
        let origin = self.chain.origin().ok_or(missing)?;
        Ok(ProofUse {
            audience: self.proof.audience(),
            head: head.link().digest(),
            nonce: self.proof.nonce(),
            dated: self.proof.issued(),
            now: self.now,
            window: self.limits.proof_window,
            skew: self.limits.skew,
            origin: origin.anchor(),
            accountable: origin.accountable(),
            actor: head.key().ok_or(missing)?.thumbprint(),
        })
    }

    fn head(&self) -> Result<Hop<'_>, Error> {
        self.chain.head().ok_or(Error::new(ErrorKind::ProofHead, Part::Link(narrow(self.chain.len()))))
    }
}

/// This request may run. Only a verifier makes one, from a proof that was never used before.
#[derive(Debug)]
pub struct Admission<'a> {
    chain: VerifiedChain<'a>,
    proof: Proof<'a>,
    now: UnixTime,
}

impl<'a> Admission<'a> {
    /// The verified chain: who performs this, who authorized it, how the two are connected.
    #[must_use]
    pub const fn chain(&self) -> &VerifiedChain<'a> {
        &self.chain
    }

    /// The proof, now used up.
    #[must_use]
    pub const fn proof(&self) -> &Proof<'a> {
        &self.proof
    }

    /// The time value of the call that admitted it.
    #[must_use]
    pub const fn admitted_at(&self) -> UnixTime {
        self.now
    }
}

const fn refuse(kind: ErrorKind) -> Error {
    Error::new(kind, Part::Proof)
}
