//! Who there is, and what each service trusts. A real service reads its trust from a file (`throughline_gate::Reloader`).

use throughline::issue::{
    Actor, Contract, CredentialBuilder, Grant, GrantList, OriginClaim, RootBuilder, Signer as _, SigningKey,
};
use throughline::trust::{Attester, Ceiling, Entities, OriginAnchor, OriginKind, Trust};
use throughline::{List, OriginForm, UnixTime};
use throughline_gate::{Clock as _, SystemClock};
use throughline_tower::Hop;

use crate::Outcome;

/// A workload with a credential.
pub(crate) struct Member {
    pub(crate) identifier: &'static str,
    secret: [u8; 32],
}

pub(crate) const ATTESTER: &str = "https://attest.alice.example";
pub(crate) const WORKER: &str = "authorized-workload";
pub(crate) const ASSISTANT: Member = Member { identifier: "spiffe://pool.example/assistant", secret: [3; 32] };
pub(crate) const SCHEDULER: Member = Member { identifier: "spiffe://pool.example/scheduler", secret: [4; 32] };
/// In the same pool, with the same role.
pub(crate) const THIEF: Member = Member { identifier: "spiffe://pool.example/thief", secret: [5; 32] };

const ALICE: &str = "https://alice.example";
const AUTHORITY: &str = "https://alice.example/authority";
const POOL: &str = "https://pool.example";

pub(crate) struct Cast {
    alice: SigningKey,
    attester: SigningKey,
}

impl Cast {
    pub(crate) fn new() -> Outcome<Self> {
        Ok(Self { alice: key([1; 32])?, attester: key([2; 32])? })
    }

    /// Alice's attester vouches for whoever is in the pool.
    pub(crate) fn hop(&self, member: &Member) -> Outcome<Hop> {
        let key = key(member.secret)?;
        let window = (SystemClock.now().minus(60), SystemClock.now().plus(3_600));
        let attester = (*self.attester.key(), ATTESTER);
        let credential = CredentialBuilder::new(attester, member.identifier, *key.key().key(), POOL, window);
        let credential = credential.role(WORKER).sign(&self.attester)?;
        Ok(Hop::vouched(key, &credential, WORKER)?)
    }

    pub(crate) fn alice(&self) -> Hop {
        // The key is made of a constant: it is one.
        key([1; 32]).map_or_else(|_| unreachable!(), |key| Hop::pinned(key, AUTHORITY, "owner"))
    }

    /// Alice's order: what may be done, by whom she then names.
    pub(crate) fn root(&self, contract: Contract, now: UnixTime) -> Outcome<Vec<u8>> {
        let origin = OriginClaim { kind: OriginForm::Identity, accountable: ALICE, nonce: [7; 16], consent: None };
        let grants = GrantList::new([
            Grant::new("plan.make", "plan"),
            Grant::new("meeting.arrange", "meetings/alice"),
            Grant::new("calendar.create", "calendar/alice/*").range("minutes", 15, 60),
        ])?;
        let actor = Actor::origin(*self.alice.key(), AUTHORITY, "owner");
        Ok(RootBuilder::new(actor, &origin, (now, now.plus(600)), grants).next_contract(contract).sign(&self.alice)?)
    }

    pub(crate) fn trust(&self) -> Trust<'static> {
        let kind = OriginKind::Identity {
            key: *self.alice.key(),
            identifier: AUTHORITY.into(),
            role: "owner".into(),
            accountable: vec![Entities::Exact(ALICE.into())].into(),
        };
        let ceiling = GrantList::new([
            Grant::new("plan.*", "plan"),
            Grant::new("meeting.*", "meetings/alice"),
            Grant::new("calendar.*", "calendar/alice/*"),
        ]);
        let ceiling = ceiling.map_or_else(|_| Vec::new(), |grants| grants.encoded().to_vec());
        let anchors = Ceiling::new(ceiling.into()).map(|ceiling| OriginAnchor::new("alice".into(), kind, ceiling));
        let mut attester = Attester::new(*self.attester.key(), ATTESTER.into());
        attester.namespaces = vec!["spiffe://pool.example".into()].into();
        attester.accountable = vec![Entities::Exact(POOL.into())].into();
        attester.roles = vec![WORKER.into()].into();
        let origins: Vec<_> = anchors.into_iter().collect();
        Trust::new(origins.into(), vec![attester].into(), List::empty(), List::empty())
    }
}

/// Keys of an example. Real ones come from a file, an HSM or a TPM.
fn key(secret: [u8; 32]) -> Outcome<SigningKey> {
    SigningKey::from_bytes(&secret).ok_or_else(|| "not a scalar".into())
}
