//! An executor: continues what it is handed and asks the calendar, under its credential or as nobody but a key.

use throughline::issue::{Actor, ContinuationBuilder, Grant, GrantList, ProofBuilder, Signer as _};
use throughline::{Credential, Field, Limits};

use crate::demo::cast::member;
use crate::demo::keys::{now, random};
use crate::demo::parts::{Own, attester, misdeeds};
use crate::demo::trouble::{Outcome, trouble};
use crate::demo::wire::{Call, Received, Reply};
use crate::demo::work::{Deed, Done, Work, window_after};

/// An executor and what it keeps.
#[derive(Debug)]
pub(super) struct Executor<'o> {
    pub(super) own: &'o Own,
    /// What Alice's attester says of it.
    pub(super) credential: Option<Vec<u8>>,
    /// The token of its last meeting.
    pub(super) last: Vec<u8>,
}

impl<'o> Executor<'o> {
    pub(super) fn new(own: &'o Own) -> Outcome<Self> {
        Ok(Self { own, credential: attester::ask(own, "alice-attester")?, last: Vec::new() })
    }

    /// `POST /work`, with a token in its field.
    pub(super) fn answer(&mut self, request: &Received) -> Outcome<Reply> {
        let mut buffer = vec![0; usize::try_from(Limits::DEFAULT.token_bytes)?];
        let token = Field::Continuity.read(request.field(Field::Continuity), &mut buffer)?;
        let work: Work = request.read()?;
        match work.deed {
            Deed::Meet => {
                let call = self.meet(token, &work)?;
                self.last.clone_from(&call.token);
                self.done(call)
            }
            Deed::Prepare => Reply::json(200, &Done { call: self.meet(token, &work)?, answer: None }),
            Deed::Read => self.done(self.read(token, &work)?),
            Deed::Delegate => self.delegate(token, &work, Deed::Read),
            Deed::DelegateToCutBack => self.delegate(token, &work, Deed::CutBack),
            Deed::DelegateToReuse => self.delegate(token, &work, Deed::ReuseHandOver),
            Deed::Forge
            | Deed::Steal
            | Deed::ClaimRole
            | Deed::ForeignRole
            | Deed::OwnAttester
            | Deed::Widen
            | Deed::Outlive
            | Deed::CutBack
            | Deed::ReuseHandOver
            | Deed::Graft
            | Deed::Nameless => self.done(misdeeds::make(self, token, &work)?),
        }
    }

    /// Sends the call to the calendar.
    fn done(&self, call: Call) -> Outcome<Reply> {
        Reply::json(200, &Done::by(call, self.own.setup.port("calendar")?)?)
    }

    fn meet(&self, token: &[u8], work: &Work) -> Outcome<Call> {
        let token = self.continuation(token, work)?.sign(&self.own.key)?;
        self.prove(&token, meeting()?)
    }

    fn read(&self, token: &[u8], work: &Work) -> Outcome<Call> {
        let token = self.continuation(token, work)?.sign(&self.own.key)?;
        self.prove(&token, reading())
    }

    /// Passes on less: a sibling link for one callee, with authority to read.
    fn delegate(&self, token: &[u8], work: &Work, deed: Deed) -> Outcome<Reply> {
        let narrowed = GrantList::new([Grant::new("calendar.read", "/calendar/alice/*")])?;
        let token = self
            .continuation(token, work)?
            .grants(narrowed)
            .next_identifier(member(REPORTER)?.identifier)
            .sign(&self.own.key)?;
        let work = Work { deed, handover: Vec::new() };
        Call::post("/work", &work)?.with(&token, &[]).send(self.own.setup.port(REPORTER)?)
    }

    fn continuation<'t>(&self, token: &'t [u8], work: &Work) -> Outcome<ContinuationBuilder<'t>> {
        let link = ContinuationBuilder::new(token, self.actor()?, window_after(token, LINK_LIFE)?);
        Ok(if work.handover.is_empty() { link } else { link.handover(&work.handover) })
    }

    /// With its credential in its first role, or by its key alone.
    fn actor(&self) -> Outcome<Actor> {
        let Some(credential) = &self.credential else { return Ok(Actor::unvouched(*self.own.key.key())) };
        let role =
            Credential::decode(credential)?.roles().next().ok_or_else(|| trouble("a credential without a role"))?;
        Ok(Actor::vouched(credential, role)?)
    }

    /// The call to the calendar, with a proof by this executor as the token's head.
    pub(super) fn prove(&self, token: &[u8], call: Call) -> Outcome<Call> {
        prove(self.own, token, call, "calendar")
    }
}

/// The call to a service, with a proof by the own key as the token's head.
pub(super) fn prove(own: &Own, token: &[u8], call: Call, service: &str) -> Outcome<Call> {
    let digest = call.digest(own.setup.port(service)?);
    let audience = member(service)?.identifier;
    let proof = ProofBuilder::new(token, audience, digest, now()?, random()?).sign(&own.key)?;
    Ok(call.with(token, &proof))
}

pub(super) fn meeting() -> Outcome<Call> {
    Call::post("/calendar/alice/meetings", &serde_json::json!({"minutes": 30}))
}

pub(super) fn reading() -> Call {
    Call::get("/calendar/alice/week-47")
}

pub(super) const LINK_LIFE: u64 = 300;
const REPORTER: &str = "reporter";
