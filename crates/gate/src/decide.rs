//! A decision, from the bytes to the record (`spec/enforcement.md` §2).

use std::sync::atomic::Ordering;
use std::time::Instant;

use throughline::{Access, Admission, Argument, Digest, Request, UnixTime, VerifiedChain};

use crate::admitted::Admitted;
use crate::audit::{Asked, Decision, Notice, Outcome, SinkMode};
use crate::gate::Gate;
use crate::generation::Generation;
use crate::refusal::{Layer, Refusal};
use crate::requirement::{Judge, Judged, Requirement};
use crate::signatures::Signatures;

/// One call, as a layer received it. Action, resource and arguments are derived from the bytes that the digest covers.
#[derive(Clone, Copy, Debug)]
#[expect(clippy::exhaustive_structs, reason = "layers change one field of a call")]
pub struct Call<'a> {
    /// The token's bytes; none, or no bytes, where there is no token.
    pub token: Option<&'a [u8]>,
    /// The proof's bytes.
    pub proof: Option<&'a [u8]>,
    /// Digest of the request (token.md §8.3).
    pub digest: Digest,
    /// The action it asks for.
    pub action: &'a str,
    /// The resource it asks for.
    pub resource: &'a str,
    /// Its arguments, each name once.
    pub arguments: &'a [Argument<'a>],
    /// What the route requires.
    pub requirement: &'a Requirement,
}

impl<'a> Call<'a> {
    /// A call without token, proof and arguments.
    #[must_use]
    pub const fn new(digest: Digest, action: &'a str, resource: &'a str, requirement: &'a Requirement) -> Self {
        Self { token: None, proof: None, digest, action, resource, arguments: &[], requirement }
    }

    /// The same call with token and proof.
    #[must_use]
    pub const fn carrying(self, token: Option<&'a [u8]>, proof: Option<&'a [u8]>) -> Self {
        Self { token, proof, ..self }
    }

    /// The same call with arguments.
    #[must_use]
    pub const fn with(self, arguments: &'a [Argument<'a>]) -> Self {
        Self { arguments, ..self }
    }

    fn asked(&self) -> Asked<'a> {
        Asked { digest: self.digest, action: self.action, resource: self.resource }
    }

    fn seen(&self) -> Seen<'a> {
        Seen { token: self.token, proof: self.proof, asked: Some(self.asked()) }
    }
}

/// What a layer knows of a call that it refuses itself.
#[derive(Clone, Copy, Debug, Default)]
#[non_exhaustive]
pub struct Seen<'a> {
    /// The token's bytes.
    pub token: Option<&'a [u8]>,
    /// The proof's bytes.
    pub proof: Option<&'a [u8]>,
    /// What is asked for, where that is known.
    pub asked: Option<Asked<'a>>,
}

impl<'a> Seen<'a> {
    /// Nothing but these.
    #[must_use]
    pub const fn carrying(token: Option<&'a [u8]>, proof: Option<&'a [u8]>) -> Self {
        Self { token, proof, asked: None }
    }

    /// And what is asked for.
    #[must_use]
    pub const fn asking(self, digest: Digest, action: &'a str, resource: &'a str) -> Self {
        Self { asked: Some(Asked { digest, action, resource }), ..self }
    }
}

impl Gate {
    /// Decides one call: verifies token, proof and request, holds the chain against the route's requirement, uses the proof up, and
    /// records the decision. What comes back may run.
    ///
    /// It blocks for as long as the sink, a consent store or a replay memory does: with a far one, call it where that may be.
    ///
    /// # Errors
    /// The first [`Refusal`], recorded and counted. An unmet requirement leaves the proof unused; a failed record does not.
    pub fn decide(&self, call: &Call<'_>) -> Result<Admitted, Refusal> {
        let begun = Instant::now();
        let decided = self.decide_now(call, self.now());
        self.0.metrics.took(begun.elapsed());
        decided
    }

    /// As [`decide`](Self::decide), for a route that requires no token: without token and proof a call passes, counted and not recorded.
    /// Whoever brings one of them is held to it.
    ///
    /// # Errors
    /// Those of [`decide`](Self::decide).
    pub fn decide_optional(&self, call: &Call<'_>) -> Result<Option<Admitted>, Refusal> {
        if is_absent(call.token) && is_absent(call.proof) {
            self.0.metrics.count_passed();
            return Ok(None);
        }
        self.decide(call).map(Some)
    }

    /// Records and counts a refusal of the layer's own, and gives it back.
    pub fn refuse(&self, seen: &Seen<'_>, refusal: impl Into<Refusal>) -> Refusal {
        self.refuse_at(self.now(), seen, refusal.into(), None)
    }

    fn decide_now(&self, call: &Call<'_>, now: UnixTime) -> Result<Admitted, Refusal> {
        let refuse = |refusal, chain: Option<&VerifiedChain<'_>>| self.refuse_at(now, &call.seen(), refusal, chain);
        let inner = &*self.0;
        if is_absent(call.token) {
            return Err(refuse(Layer::TokenAbsent.into(), None));
        }
        let (token, proof) = (call.token.unwrap_or_default(), call.proof.unwrap_or_default());
        // What this call keeps to its end.
        let generation = inner.generation.load_full();
        if generation.suspended.is_some() {
            return Err(refuse(Layer::TrustUnavailable.into(), None));
        }
        let lists = inner.lists.snapshot();
        let signatures = Signatures::new(&inner.signatures, &generation.keys);
        let verifier = inner.verifier(&generation, &signatures, &lists);
        let request = Request::new(self.audience(), call.digest, call.action, call.resource)
            .with(call.arguments)
            .under(call.requirement.policy());
        // Stages 1–13, the proof looked up and not used.
        let checked = verifier.check(token, proof, &request, &*inner.replay, now);
        inner.metrics.count_signatures(signatures.counts());
        let pending = checked.map_err(|error| refuse(error.into(), None))?;
        let judge = Judge {
            chain: pending.chain(),
            now,
            skew: inner.limits.skew,
            consents: inner.consents.as_deref(),
            asked: Judged::Request { action: call.action, resource: call.resource, arguments: call.arguments },
        };
        judge.judge(call.requirement).map_err(|unmet| refuse(unmet.into(), Some(pending.chain())))?;
        // From here on the proof is used up, whatever comes.
        let admission = pending.claim(&*inner.replay).map_err(|error| refuse(error.into(), None))?;
        let grant = admitting_grant(&admission, call);
        let seen = call.seen();
        let decision = decision(now, self.audience(), &seen, Outcome::Admitted { admission: &admission, grant });
        if self.record(&decision).is_err() {
            match inner.sink_mode {
                SinkMode::Closed => return Err(refuse(Layer::RecordFailed.into(), Some(admission.chain()))),
                SinkMode::Open => self.lose(),
            }
        }
        #[cfg(feature = "tracing")]
        crate::events::decided(&decision);
        inner.metrics.count_admitted(admission.chain().len());
        generation.keys.observe(&admission);
        Ok(self.admitted(&admission, call, (generation.clone(), lists.clone()), grant))
    }

    fn admitted(
        &self,
        admission: &Admission<'_>,
        call: &Call<'_>,
        (generation, lists): (std::sync::Arc<Generation>, throughline::RevocationSnapshot),
        grant: usize,
    ) -> Admitted {
        Admitted::new(self.clone(), admission, call, generation, lists, grant)
    }

    fn refuse_at(
        &self,
        now: UnixTime,
        seen: &Seen<'_>,
        refusal: Refusal,
        chain: Option<&VerifiedChain<'_>>,
    ) -> Refusal {
        self.0.metrics.count_refused(&refusal);
        let decision = decision(now, self.audience(), seen, Outcome::Refused { refusal: &refusal, chain });
        #[cfg(feature = "tracing")]
        crate::events::decided(&decision);
        if self.record(&decision).is_err() {
            // It stays a refusal, and the log will say that a record is missing.
            self.lose();
        }
        refusal
    }

    /// Tells the sink, and first what it could not keep before.
    fn record(&self, decision: &Decision<'_>) -> Result<(), ()> {
        let inner = &*self.0;
        let lost = inner.lost.swap(0, Ordering::AcqRel);
        let told = match lost {
            0 => Ok(()),
            records => inner.sink.notice(decision.time, &Notice::Lost { records }),
        };
        let recorded = match told {
            Ok(()) => inner.sink.record(decision),
            Err(error) => {
                inner.lost.fetch_add(lost, Ordering::AcqRel);
                Err(error)
            }
        };
        recorded.map_err(|error| {
            #[cfg(feature = "tracing")]
            crate::events::record_failed(&error);
            let _ = error;
            inner.metrics.record_failed();
        })
    }

    fn lose(&self) {
        self.0.lost.fetch_add(1, Ordering::AcqRel);
        self.0.metrics.record_lost();
    }

    pub(crate) fn notice(&self, notice: &Notice<'_>) {
        if self.0.sink.notice(self.now(), notice).is_err() {
            self.0.metrics.record_failed();
        }
    }
}

const fn decision<'a>(now: UnixTime, audience: &'a str, seen: &Seen<'a>, outcome: Outcome<'a>) -> Decision<'a> {
    Decision { time: now, audience, request: seen.asked, token: seen.token, proof: seen.proof, outcome }
}

/// Which of the head's grants admits it: stage 10 found one.
fn admitting_grant(admission: &Admission<'_>, call: &Call<'_>) -> usize {
    let access = Access::new(call.action, call.resource, call.arguments);
    access.ok().and_then(|access| admission.chain().grants().admits(&access)).unwrap_or_default()
}

fn is_absent(bytes: Option<&[u8]>) -> bool {
    bytes.is_none_or(<[u8]>::is_empty)
}
