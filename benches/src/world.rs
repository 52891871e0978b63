//! Tokens, proofs, credentials and trust for the measured job, made with the library's builders in the world of the tests.

use throughline::issue::{
    Actor, AwsLcSigningKey, ContinuationBuilder, Grant, GrantList, ProofBuilder, Signer, SigningKey,
};
use throughline::trust::Trust;
use throughline::{
    AgreementKey, Argument, Digest, ErrorKind, KnownCredentials, P256, ProofUse, ReplayMemory, Request, UnixTime, Value,
};

use crate::common::world::agreement_key;
use crate::common::{self, ROLE, credential, key, public, request_digest, root, window};
use crate::job::{ACTION, AUDIENCE, DAYS, RESOURCE, most_days};

/// The time of everything.
pub const NOW: UnixTime = common::NOW;

/// A replay memory that never saw a proof before, and takes no time to say so.
pub struct Fresh;

pub const FRESH: Fresh = Fresh;

impl ReplayMemory for Fresh {
    fn look_up(&self, _: &ProofUse<'_>) -> Result<(), ErrorKind> {
        Ok(())
    }

    fn claim(&self, _: &ProofUse<'_>) -> Result<(), ErrorKind> {
        Ok(())
    }
}

/// How a token carries its credentials.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Carry {
    Inline,
    ByReference,
}

/// A token and proofs for it.
#[derive(Clone, Debug)]
pub struct Fixture {
    pub token: Vec<u8>,
    pub signed: Vec<u8>,
    pub mac: Vec<u8>,
}

impl Fixture {
    pub fn new(links: u8, carry: Carry) -> Self {
        let token = chain(links, carry);
        Self { signed: signed_proof(&token, links, 1), mac: mac_proof(&token), token }
    }

    pub fn signed_wire(&self) -> usize {
        self.token.len() + self.signed.len()
    }

    pub fn mac_wire(&self) -> usize {
        self.token.len() + self.mac.len()
    }
}

/// `links` links, each narrower than the one before and naming the next by its exact key; the head has an agreement key.
pub fn chain(links: u8, carry: Carry) -> Vec<u8> {
    headed(&prefix(links - 1, carry), links, carry, 0)
}

/// The first `links` links of any longer chain.
pub fn prefix(links: u8, carry: Carry) -> Vec<u8> {
    (0..links).fold(Vec::new(), |token, hop| {
        let next = *public(&worker_key(hop + 1)).thumbprint();
        match hop {
            0 => root().next_key(&next).sign(&key("alice")).expect("a root"),
            _ => continuation(&token, hop, carry).next_key(&next).sign(&key(&worker_key(hop))).expect("a link"),
        }
    })
}

/// The prefix and a head; `variant` tells heads after one prefix apart.
pub fn headed(prefix: &[u8], links: u8, carry: Carry, variant: u8) -> Vec<u8> {
    let task = Digest::of(&[b"variant ", &[variant]]);
    let agree = agreement_key("head");
    let agree = agree.public().key();
    match links - 1 {
        0 => root().agree(agree).task(&task).sign(&key("alice")).expect("a root"),
        hop => continuation(prefix, hop, carry).agree(agree).task(&task).sign(&head_key(links)).expect("a link"),
    }
}

fn continuation(token: &[u8], hop: u8, carry: Carry) -> ContinuationBuilder<'_> {
    let (actor, _) = actor(hop);
    let actor = if carry == Carry::Inline { actor } else { actor.by_reference() };
    ContinuationBuilder::new(token, actor, window()).grants(narrowed(hop))
}

/// One more hop after `token`, bytes to bytes.
pub fn continued<S: Signer>(token: &[u8], hop: u8, by: (&S, &Actor), next: &Digest) -> Vec<u8> {
    let (signer, actor) = by;
    let builder = ContinuationBuilder::new(token, actor.clone(), window()).grants(narrowed(hop)).next_key(next);
    builder.sign(signer).unwrap_or_else(|_| unreachable!("a link"))
}

/// The key that hop `hop` names as the next one's.
pub fn next_key(hop: u8) -> Digest {
    *public(&worker_key(hop + 1)).thumbprint()
}

/// The actor of a hop and its key.
pub fn actor(hop: u8) -> (Actor, SigningKey) {
    (Actor::vouched(&credential(hop), ROLE).expect("a credential"), key(&worker_key(hop)))
}

pub fn narrowed(hop: u8) -> GrantList {
    GrantList::new([Grant::new("calendar.*", "calendar/alice/*").range("days", 1, most_days(hop))]).expect("grants")
}

pub fn head_key(links: u8) -> SigningKey {
    key(&worker_key(links - 1))
}

pub fn signed_proof(token: &[u8], links: u8, nonce: u8) -> Vec<u8> {
    proof_by(token, &head_key(links), nonce)
}

pub fn proof_by<S: Signer>(token: &[u8], signer: &S, nonce: u8) -> Vec<u8> {
    let builder = ProofBuilder::new(token, AUDIENCE, request_digest(), NOW, [nonce; 16]);
    builder.sign(signer).unwrap_or_else(|_| unreachable!("a proof"))
}

pub fn mac_proof(token: &[u8]) -> Vec<u8> {
    mac_by(token, &agreement_key("head"), &agreement())
}

pub fn mac_by(token: &[u8], head: &AgreementKey, audience: &AgreementKey) -> Vec<u8> {
    let builder = ProofBuilder::new(token, AUDIENCE, request_digest(), NOW, [1; 16]);
    builder.mac(head, audience.public()).expect("a proof")
}

/// The head's key in AWS-LC.
pub fn head_key_aws_lc(links: u8) -> AwsLcSigningKey {
    let name = worker_key(links - 1);
    AwsLcSigningKey::from_bytes(Digest::of(&[b"test key ", name.as_bytes()]).as_bytes()).expect("a scalar")
}

/// The audience's.
pub fn agreement() -> AgreementKey {
    agreement_key("audience")
}

/// The request that all proofs are for.
pub fn request() -> Request<'static> {
    const ARGUMENTS: &[Argument<'static>] = &[Argument { name: "days", value: Value::Int(DAYS) }];
    Request::new(AUDIENCE, request_digest(), ACTION, RESOURCE).with(ARGUMENTS)
}

/// The key of this name.
pub fn by_name(name: &str) -> SigningKey {
    key(name)
}

/// Signatures in a token.
pub fn signatures(token: &[u8]) -> usize {
    common::setting::items(token)
}

pub fn trust() -> Trust<'static> {
    common::trust()
}

/// The credentials of all hops, checked.
pub fn known(trust: &Trust<'_>) -> KnownCredentials {
    let mut known = KnownCredentials::new();
    for hop in 1..=16 {
        known.take_in(credential(hop), trust, &P256).expect("a credential");
    }
    known
}

pub fn later(seconds: u64) -> UnixTime {
    NOW.plus(seconds)
}

fn worker_key(hop: u8) -> String {
    if hop == 0 { "alice".to_owned() } else { format!("worker {hop}") }
}
