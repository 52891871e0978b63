//! Admission: this request may run, once, because the head's actor asked for it here and now (token.md §8.1; stages 10, 11, 13).

use crate::actor::Actor;
use crate::chain::{Actors, are_independent};
use crate::cose::Seal;
use crate::digest::Digest;
use crate::error::{Error, ErrorKind, Part};
use crate::grant::{Access, Argument, Grants};
use crate::limits::Limits;
use crate::link::Link;
use crate::mac::{KeyAgreement, MacContext};
use crate::proof::{Proof, ProofKind};
use crate::replay::{ProofUse, ReplayMemory};
use crate::time::UnixTime;
use crate::trust::OriginAnchor;
use crate::verified::VerifiedChain;

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
pub struct Pending<'a>(Admission<'a>);

impl<'a> Pending<'a> {
    pub(crate) const fn new(chain: VerifiedChain<'a>, proof: Proof<'a>, limits: Limits, now: UnixTime) -> Self {
        Self(Admission::new(chain, proof, limits, now))
    }

    /// The verified chain.
    #[must_use]
    pub const fn chain(&self) -> &VerifiedChain<'a> {
        &self.0.chain
    }

    /// Uses up the proof, at the time of the check: claim at once, for nothing is judged again. Of any number of claims with one proof, one succeeds (stage 11).
    ///
    /// # Errors
    /// [`ErrorKind::ReplayMemoryYoung`], [`ErrorKind::ProofReplayed`], [`ErrorKind::ReplayMemoryFull`],
    /// [`ErrorKind::ReplayQuota`].
    pub fn claim(self, replay: &dyn ReplayMemory) -> Result<Admission<'a>, Error> {
        let Self(admission) = self;
        let Admission { chain, proof, limits, now } = &admission;
        let (head, root) = (chain.actor_of_head()?, chain.root()?);
        let asked = Asked { head: &head, proof, limits, now: *now };
        replay.claim(&asked.proof_use(root, chain.anchor())?).map_err(refuse)?;
        Ok(admission)
    }
}

/// This request may run. Only a verifier makes one, from a proof that was never used before.
#[derive(Debug)]
pub struct Admission<'a> {
    chain: VerifiedChain<'a>,
    proof: Proof<'a>,
    limits: Limits,
    now: UnixTime,
}

impl<'a> Admission<'a> {
    pub(crate) const fn new(chain: VerifiedChain<'a>, proof: Proof<'a>, limits: Limits, now: UnixTime) -> Self {
        Self { chain, proof, limits, now }
    }

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

/// A head and a proof by it, while they are checked against a request.
pub(crate) struct Asked<'c> {
    pub(crate) head: &'c Actor<'c>,
    pub(crate) proof: &'c Proof<'c>,
    pub(crate) limits: &'c Limits,
    pub(crate) now: UnixTime,
}

impl<'c> Asked<'c> {
    /// Stage 10. `grants` are the head's effective ones.
    pub(crate) fn check(
        &self,
        request: &Request<'_>,
        grants: Grants<'_>,
        actors: &Actors<'_>,
        agreement: Option<&(dyn KeyAgreement + Sync)>,
    ) -> Result<(), Error> {
        let (proof, now, head) = (self.proof, self.now, self.head.link);
        // V1001
        if proof.kid() != head.kid() {
            return Err(refuse(ErrorKind::ProofSigner));
        }
        // V1002
        if proof.head() != head.digest() {
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
            if head.agree().is_none() {
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
        if grants.admits(&access).is_none() {
            return Err(Error::new(ErrorKind::RequestNotGranted, Part::Request));
        }
        // V1012
        let demanded = match request.policy.authority {
            AuthorityDemand::Any => true,
            AuthorityDemand::Delegated => !are_independent(actors),
            AuthorityDemand::Independent => are_independent(actors),
        };
        if demanded { Ok(()) } else { Err(Error::new(ErrorKind::AuthorityKind, Part::Request)) }
    }

    /// This use of the proof, as a replay memory sees it (stage 11).
    pub(crate) fn proof_use(&self, root: &'c Link<'c>, anchor: &'c OriginAnchor<'_>) -> Result<ProofUse<'c>, Error> {
        let missing = refuse(ErrorKind::ProofSigner);
        Ok(ProofUse {
            audience: self.proof.audience(),
            head: self.head.link.digest(),
            nonce: self.proof.nonce(),
            dated: self.proof.issued(),
            now: self.now,
            window: self.limits.proof_window,
            skew: self.limits.skew,
            origin: &anchor.name,
            accountable: root.origin().ok_or(missing)?.accountable(),
            actor: self.head.thumbprint().ok_or(missing)?,
        })
    }

    /// V1302
    pub(crate) fn check_mac(&self, agreement: Option<&(dyn KeyAgreement + Sync)>) -> Result<(), Error> {
        let (proof, head) = (self.proof, self.head.link);
        let Seal::Mac(tag) = &proof.sealed().seal else { return Ok(()) };
        let valid = || {
            let context = MacContext {
                head_kid: head.kid(),
                head: head.digest(),
                expires: head.window().end(),
                audience: proof.audience(),
                agreement: proof.agreement()?,
                protected: proof.sealed().protected,
                agree: head.agree()?,
            };
            let (before, payload) = proof.sealed().mac_structure();
            Some(agreement?.verify(&context, &before, payload, tag, self.now))
        };
        if valid() == Some(true) { Ok(()) } else { Err(refuse(ErrorKind::ProofMacInvalid)) }
    }
}

const fn refuse(kind: ErrorKind) -> Error {
    Error::new(kind, Part::Proof)
}
