//! One `tracing` event per decision, target `throughline`; the attributes are those of `spec/enforcement.md` §7.

use tracing::{Level, enabled, event};

use crate::audit::{Decision, Outcome};

/// Where subscribers find it.
const TARGET: &str = "throughline";

pub(crate) fn decided(decision: &Decision<'_>) {
    match decision.outcome {
        Outcome::Admitted { admission, .. } if enabled!(target: TARGET, Level::INFO) => {
            let chain = admission.chain();
            let (head, origin) = (chain.head(), chain.origin());
            event!(
                target: TARGET,
                Level::INFO,
                { "throughline.verdict" } = "admitted",
                { "throughline.audience" } = decision.audience,
                { "throughline.action" } = decision.request.map(|asked| asked.action),
                { "throughline.resource" } = decision.request.map(|asked| asked.resource),
                { "throughline.execution.id" } = chain.execution_id().map(tracing::field::display),
                { "throughline.execution.depth" } = chain.len(),
                { "throughline.execution.independent" } = chain.is_independent(),
                { "throughline.head.identifier" } = head.map(|head| head.identifier()),
                { "throughline.head.role" } = head.and_then(|head| head.role()),
                { "throughline.origin.accountable" } = origin.map(|origin| origin.accountable()),
                { "throughline.origin.anchor" } = origin.map(|origin| origin.anchor()),
                { "throughline.proof" } = crate::facts::words::proof(admission.proof().kind()),
                "admitted"
            );
        }
        Outcome::Refused { refusal, .. } => {
            event!(
                target: TARGET,
                Level::WARN,
                { "throughline.verdict" } = "refused",
                { "throughline.audience" } = decision.audience,
                { "throughline.action" } = decision.request.map(|asked| asked.action),
                { "throughline.resource" } = decision.request.map(|asked| asked.resource),
                { "throughline.refusal.name" } = refusal.name(),
                { "throughline.refusal.step" } = refusal.step(),
                { "throughline.refusal.reason" } = refusal.reason().name(),
                { "throughline.refusal.text" } = %refusal,
                "refused"
            );
        }
        Outcome::Admitted { .. } => {}
    }
}

pub(crate) fn record_failed(error: &dyn std::fmt::Display) {
    event!(target: TARGET, Level::ERROR, { "throughline.error" } = %error, "a decision could not be recorded");
}
