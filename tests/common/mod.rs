//! A small world for tests: Alice, her attester, a pool of workers, a trust bundle, fixed keys and times.
#![allow(dead_code, reason = "each test binary uses a part")]
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a fixture that cannot be made fails the test"
)]
#![allow(clippy::indexing_slicing, clippy::arithmetic_side_effects, reason = "in a test they fail loudly")]
#![allow(clippy::wildcard_enum_match_arm, reason = "a fixture knows what it made")]

pub(crate) mod cbor;
pub(crate) mod forge;
pub(crate) mod lists;
pub(crate) mod recorded;
pub(crate) mod setting;
pub(crate) mod world;

use std::collections::HashMap;
use std::sync::OnceLock;

use throughline::issue::{
    Actor, ContinuationBuilder, Contract, CredentialBuilder, Grant, GrantList, HandOverBuilder, OriginClaim,
    ProofBuilder, RoleFrom, RootBuilder, Signer as _, SigningKey,
};
use throughline::trust::{ActorPin, Attester, Ceiling, Entities, OriginAnchor, OriginKind, Trust};
use throughline::{Digest, ErrorKind, OriginForm, ProofUse, Property, ReplayMemory, TrustedKey, UnixTime};
use throughline::{List, Text};

pub(crate) const NOW: UnixTime = UnixTime(1_800_000_000);
pub(crate) const HOUR: u64 = 3600;
pub(crate) const ALICE: &str = "https://alice.example";
pub(crate) const ALICE_AGENT: &str = "https://alice.example/authority";
pub(crate) const ATTESTER: &str = "https://attest.alice.example";
pub(crate) const AUDIENCE: &str = "https://calendar.example";
pub(crate) const ROLE: &str = "authorized-workload";

/// A key from a seed: deterministic, and different for each name.
pub(crate) fn key(name: &str) -> SigningKey {
    SigningKey::from_bytes(Digest::of(&[b"test key ", name.as_bytes()]).as_bytes()).unwrap()
}

pub(crate) fn worker(n: u8) -> String {
    format!("spiffe://prod.example/ns/calendar/executor/unknown-{n:02}")
}

pub(crate) fn window() -> (UnixTime, UnixTime) {
    (NOW.minus(60), NOW.plus(HOUR))
}

pub(crate) fn grants() -> GrantList {
    GrantList::new([Grant::new("calendar.*", "calendar/alice/*").range("days", 1, 31)]).unwrap()
}

pub(crate) fn credential(n: u8) -> Vec<u8> {
    credential_for(&worker(n), &format!("worker {n}"), &[ROLE])
}

pub(crate) fn credential_for(identifier: &str, key_name: &str, roles: &[&str]) -> Vec<u8> {
    let attester = key("attester");
    let window = (NOW.minus(HOUR), NOW.plus(2 * HOUR));
    let mut builder =
        CredentialBuilder::new((*attester.key(), ATTESTER), identifier, *key(key_name).key().key(), ALICE, window)
            .property("hardware", Property::Int(2))
            .property("executables", Property::Int(2));
    for role in roles {
        builder = builder.role(role);
    }
    builder.sign(&attester).unwrap()
}

pub(crate) fn origin() -> OriginClaim<'static> {
    OriginClaim { kind: OriginForm::Identity, accountable: ALICE, nonce: [7; 16], consent: None }
}

pub(crate) fn alice() -> Actor {
    Actor::origin(*key("alice").key(), ALICE_AGENT, "owner")
}

pub(crate) fn root() -> RootBuilder {
    RootBuilder::new(alice(), &origin(), window(), grants())
}

pub(crate) fn contract() -> Contract {
    Contract::new().roles(&[ROLE], RoleFrom::Attesters(&[ATTESTER]))
}

/// Root by Alice, continued by worker 1 under a contract without hand-over, by worker 2 with exact identifiers, and so on.
pub(crate) fn chain(links: u8) -> Vec<u8> {
    let mut token = root().next_contract_without_handover(contract()).sign(&key("alice")).unwrap();
    for n in 1..links {
        let actor = Actor::vouched(&credential(n), ROLE).unwrap();
        token = ContinuationBuilder::new(&token, actor, window())
            .next_identifier(&worker(n + 1))
            .sign(&key(&format!("worker {n}")))
            .unwrap();
    }
    token
}

pub(crate) fn proof(token: &[u8], head: &str, nonce: u8) -> Vec<u8> {
    ProofBuilder::new(token, AUDIENCE, request_digest(), NOW, [nonce; 16]).sign(&key(head)).unwrap()
}

pub(crate) fn handover(token: &[u8], by: &str, to: &str) -> Vec<u8> {
    HandOverBuilder::new(token, *key(by).key(), to, NOW.plus(HOUR)).sign(&key(by)).unwrap()
}

pub(crate) fn request_digest() -> Digest {
    Digest::of(&[b"GET /calendar/alice/work"])
}

pub(crate) fn trust() -> Trust<'static> {
    let alice = OriginAnchor::new(
        Text::new("alice"),
        OriginKind::Identity {
            key: *key("alice").key(),
            identifier: Text::new(ALICE_AGENT),
            role: Text::new("owner"),
            accountable: vec![Entities::Exact(Text::new(ALICE))].into(),
        },
        Ceiling::new(GrantList::new([Grant::new("calendar.*", "*")]).unwrap().encoded().to_vec().into()).unwrap(),
    );
    let mut attester = Attester::new(*key("attester").key(), Text::new(ATTESTER));
    attester.namespaces = vec![Text::new("spiffe://prod.example/ns/calendar")].into();
    attester.accountable = vec![Entities::Namespace(Text::new(ALICE))].into();
    attester.roles = vec![Text::new(ROLE), Text::new("reader")].into();
    attester.properties = vec![Text::new("hardware"), Text::new("executables")].into();
    Trust::new(vec![alice].into(), vec![attester].into(), List::<ActorPin<'_>>::empty(), List::empty())
}

/// Remembers everything, for one thread.
#[derive(Default)]
pub(crate) struct Memory(std::sync::Mutex<std::collections::HashSet<Digest>>);

impl ReplayMemory for Memory {
    fn look_up(&self, used: &ProofUse<'_>) -> Result<(), ErrorKind> {
        if self.0.lock().unwrap().contains(&used.key()) { Err(ErrorKind::ProofReplayed) } else { Ok(()) }
    }

    fn claim(&self, used: &ProofUse<'_>) -> Result<(), ErrorKind> {
        if self.0.lock().unwrap().insert(used.key()) { Ok(()) } else { Err(ErrorKind::ProofReplayed) }
    }
}

pub(crate) fn public(name: &str) -> TrustedKey {
    keys().get(name).map_or_else(|| *key(name).key(), |key| *key.key())
}

/// The name of a fixture's key.
pub(crate) fn name_of_key(thumbprint: &Digest) -> &'static str {
    let found = keys().iter().find(|(_, key)| key.key().thumbprint() == thumbprint);
    found.map(|(name, _)| *name).expect("a key of the fixtures")
}

/// The same as [`key`], made once.
pub(crate) fn cached_key(name: &str) -> &'static SigningKey {
    keys().get(name).expect("a key of the fixtures")
}

fn keys() -> &'static HashMap<&'static str, SigningKey> {
    static KEYS: OnceLock<HashMap<&'static str, SigningKey>> = OnceLock::new();
    KEYS.get_or_init(|| {
        let workers = (0..=16).map(|n| &*format!("worker {n}").leak());
        let others = ["alice", "bob", "attester", "platform", "gateway", "stray", "agent", "revoker", "mallory"];
        workers.chain(others).map(|name| (name, key(name))).collect()
    })
}
