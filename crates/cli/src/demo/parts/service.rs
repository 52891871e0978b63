//! An enforcing service: a trust bundle, a replay memory, a verifier; it admits or refuses, and logs why.

use throughline::bundle::Bundle;
use throughline::trust::Trust;
use throughline::{
    Admission, AuthorityDemand, BoundedReplayMemory, Engine, Error, Field, Limits, NoRevocations, Policy, Request,
    UnixTime, Verifier,
};

use crate::demo::keys::now;
use crate::demo::parts::Own;
use crate::demo::parts::route::Route;
use crate::demo::process::write_line;
use crate::demo::record::{Record, Refused, Verdict, admitted};
use crate::demo::trouble::Outcome;
use crate::demo::wire::{Received, Reply};
use crate::demo::work::ServiceReply;

/// What a service keeps.
#[derive(Debug)]
pub(super) struct Service<'o> {
    own: &'o Own,
    trust: Trust<'static>,
    replay: BoundedReplayMemory,
}

impl<'o> Service<'o> {
    pub(super) fn new(own: &'o Own) -> Outcome<Self> {
        let bundle = Bundle::from_json(&own.setup.bundle.to_string())?;
        for warning in bundle.warnings() {
            eprintln!("{}: trust bundle: {warning}", own.member.name);
        }
        let trust = bundle.into_trust();
        // No memory before this one ever decided for this audience, so it began at the beginning.
        let replay = BoundedReplayMemory::new(1_024, UnixTime(0));
        Ok(Self { own, trust, replay })
    }

    /// The caller gets a coarse reason, the log the whole one.
    pub(super) fn answer(&self, request: &Received) -> Outcome<Reply> {
        let route = match Route::of(request) {
            Ok(route) => route,
            Err(status) => {
                let refused = if status == 404 { "not-found" } else { "malformed" };
                return Reply::json(status, &ServiceReply { refused: refused.into(), ..ServiceReply::default() });
            }
        };
        let limit = |bytes: u32| usize::try_from(bytes).unwrap_or(usize::MAX);
        let mut token = vec![0; limit(Limits::DEFAULT.token_bytes)];
        let mut proof = vec![0; limit(Limits::DEFAULT.proof_bytes)];
        let (status, verdict) = match self.admit(request, &route, &mut token, &mut proof, now()?) {
            Ok(admission) => (200, Verdict::Admitted(Box::new(admitted(&admission)))),
            Err(error) => (error.reason().http_status(), Verdict::Refused(Refused::from(error))),
        };
        let refused = if let Verdict::Refused(refused) = &verdict { refused.reason.clone() } else { String::new() };
        let done = if refused.is_empty() { route.action.into() } else { String::new() };
        let asked = format!("{} {}", request.method, request.target);
        write_line(&Record { asked, action: route.action.into(), status, verdict })?;
        Reply::json(status, &ServiceReply { done, refused })
    }

    fn admit<'a>(
        &'a self,
        request: &Received,
        route: &Route<'_>,
        token: &'a mut [u8],
        proof: &'a mut [u8],
        now: UnixTime,
    ) -> Result<Admission<'a>, Error> {
        let token = Field::Continuity.read(request.field(Field::Continuity), token)?;
        let proof = Field::Proof.read(request.field(Field::Proof), proof)?;
        let digest = request.digest(self.own.port)?;
        let asked = Request::new(self.own.member.identifier, digest, route.action, route.resource)
            .with(&route.arguments)
            .under(self.policy());
        Verifier::new(&self.trust, &Engine, &NoRevocations).admit(token, proof, &asked, &self.replay, now)
    }

    /// Whoever acts on the security API acts on its own account.
    fn policy(&self) -> Policy {
        let authority =
            if self.own.member.name == "security" { AuthorityDemand::Independent } else { AuthorityDemand::Any };
        Policy { authority, ..Policy::default() }
    }
}
