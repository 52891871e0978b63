//! A log of `throughline-audit` as the sink: decisions as `spec/audit.md` has them.

use throughline::audit::{Changed, Decision as Recorded, Event, Input, Lost, Refused};
use throughline::{Limits, Proof, Request, UnixTime};
use throughline_audit::FileLog;

use crate::audit::{Decision, Notice, Outcome, Sink, SinkError};
use crate::refusal::Refusal;

impl Sink for FileLog {
    fn record(&self, decision: &Decision<'_>) -> Result<(), SinkError> {
        let recorded = Recorded::of(decision.audience);
        let recorded = match decision.request {
            Some(asked) => recorded.about(&Request::new(decision.audience, asked.digest, asked.action, asked.resource)),
            None => recorded,
        };
        let recorded = match decision.outcome {
            Outcome::Admitted { admission, grant } => recorded.admitted_by(admission, grant),
            Outcome::Refused { refusal, chain } => {
                let proof = decision.proof.and_then(|proof| Proof::decode(proof, &Limits::DEFAULT).ok());
                match (chain, &proof) {
                    (Some(chain), Some(proof)) => recorded.withheld(refused(refusal), chain, proof),
                    // No chain is verified without a good proof.
                    _ => recorded.refused(
                        refused(refusal),
                        decision.token.filter(|token| !token.is_empty()),
                        decision.proof,
                    ),
                }
            }
        };
        self.write(decision.time, Event::Decision(Box::new(recorded))).map_err(|error| SinkError(error.to_string()))
    }

    fn notice(&self, at: UnixTime, notice: &Notice<'_>) -> Result<(), SinkError> {
        let changed = |what, digest, number| Event::Changed(Changed { what, digest, number });
        let event = match *notice {
            Notice::TrustChanged { digest } => changed(Input::TrustBundle, digest, None),
            Notice::KnownCredentialsChanged { digest } => changed(Input::KnownCredentials, digest, None),
            Notice::RevocationListChanged { digest, number } => changed(Input::RevocationList, digest, Some(number)),
            Notice::Lost { records } => Event::Lost(Lost { records }),
            // The form has no event for it; the calls that it refuses are recorded one by one.
            Notice::TrustSuspended { .. } => return Ok(()),
        };
        self.write(at, event).map_err(|error| SinkError(error.to_string()))
    }
}

fn refused(refusal: &Refusal) -> Refused<'static> {
    if let Refusal::Step(error) = refusal {
        return Refused::from(error);
    }
    Refused {
        step: None,
        name: refusal.name().into(),
        at: "request".into(),
        text: refusal.text().into(),
        reason: refusal.reason().name().into(),
    }
}
