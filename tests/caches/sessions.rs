//! MAC proofs as sessions: one agreement per head, and never another verdict.

use std::sync::atomic::{AtomicUsize, Ordering};

use throughline::issue::{ContinuationBuilder, ProofBuilder};
use throughline::trust::Trust;
use throughline::{
    AgreementKey, Digest, Engine, Error, ErrorKind, KeyAgreement, Limits, MacSessions, NoRevocations, PublicKey,
    Request, SharedSecret, SignatureCache, UnixTime, Verifier,
};

use crate::common::cbor::{OURS, bytes};
use crate::common::forge::{Forge, Message};
use crate::common::lists::FRESH;
use crate::common::setting::request;
use crate::common::world::{agreement_key, by, vouched, wide_trust};
use crate::common::{AUDIENCE, HOUR, NOW, contract, key, request_digest, root};
use crate::door::ROOMY;
use crate::seals::Seal;

/// Agreement keys that count how often they agree.
pub(crate) struct Keys {
    keys: Vec<AgreementKey>,
    agreed: AtomicUsize,
}

impl KeyAgreement for Keys {
    fn agree(&self, agreement: &Digest, peer: &PublicKey) -> Option<SharedSecret> {
        self.agreed.fetch_add(1, Ordering::Relaxed);
        self.keys.agree(agreement, peer)
    }

    fn has(&self, agreement: &Digest) -> bool {
        self.keys.has(agreement)
    }
}

/// An audience with sessions.
pub(crate) struct Service {
    trust: Trust<'static>,
    signatures: SignatureCache<Engine>,
    pub(crate) keys: &'static Keys,
    pub(crate) sessions: MacSessions<&'static Keys>,
    pub(crate) now: UnixTime,
    pub(crate) limits: Limits,
}

impl Service {
    pub(crate) fn new(capacity: usize) -> Self {
        let keys = ["audience", "other"].map(agreement_key).into();
        let keys: &Keys = Box::leak(Box::new(Keys { keys, agreed: AtomicUsize::new(0) }));
        let sessions = MacSessions::new(keys, AUDIENCE, capacity);
        let signatures = SignatureCache::new(Engine, ROOMY);
        Self { trust: wide_trust(), signatures, keys, sessions, now: NOW, limits: Limits::DEFAULT }
    }

    /// The verdict, and how many agreements it took; held against a verifier without sessions.
    #[track_caller]
    pub(crate) fn admit_for(&self, token: &[u8], proof: &[u8], request: &Request<'_>) -> (Result<(), Error>, usize) {
        let verifier = Verifier::new(&self.trust, &self.signatures, &NoRevocations).limits(self.limits);
        let before = self.keys.agreed.load(Ordering::Relaxed);
        let verdict = verifier.agreement(&self.sessions).admit(token, proof, request, &FRESH, self.now).map(drop);
        let agreed = self.keys.agreed.load(Ordering::Relaxed) - before;
        let plain = verifier.agreement(&self.keys.keys).admit(token, proof, request, &FRESH, self.now).map(drop);
        if self.sessions_refuse_nobody() {
            assert_eq!(verdict, plain, "as without sessions");
        }
        (verdict, agreed)
    }

    fn sessions_refuse_nobody(&self) -> bool {
        // Those of sessions_ended.rs end some, and look for themselves.
        self.limits != ENDING
    }

    #[track_caller]
    pub(crate) fn admit(&self, token: &[u8], proof: &[u8]) -> (Result<(), ErrorKind>, usize) {
        let (verdict, agreed) = self.admit_for(token, proof, &request());
        (verdict.map_err(|error| error.kind), agreed)
    }
}

/// Marks a service that ends heads: one byte less than a proof may have.
pub(crate) const ENDING: Limits = {
    let mut limits = Limits::DEFAULT;
    limits.proof_bytes = 1_023;
    limits
};

/// A token whose head makes MAC proofs; another head for each number, that ends so many seconds before the hour.
pub(crate) fn head(n: u64) -> Vec<u8> {
    let token = root().next_contract_without_handover(contract()).sign(&key("alice")).unwrap();
    let builder = ContinuationBuilder::new(&token, vouched(1), (NOW.minus(60), NOW.plus(HOUR - n)));
    by(1, builder.agree(agreement_key("worker 1").public().key()))
}

pub(crate) fn digest_of_head(token: &[u8]) -> Digest {
    Forge::of(token).link(1).message.digest()
}

fn builder(token: &[u8], nonce: u8, at: UnixTime) -> ProofBuilder<'_> {
    ProofBuilder::new(token, AUDIENCE, request_digest(), at, [nonce; 16])
}

pub(crate) fn mac(token: &[u8], nonce: u8) -> Vec<u8> {
    mac_at(token, nonce, NOW)
}

pub(crate) fn mac_at(token: &[u8], nonce: u8, at: UnixTime) -> Vec<u8> {
    builder(token, nonce, at).mac(&agreement_key("worker 1"), agreement_key("audience").public()).unwrap()
}

fn wrong(proof: &[u8]) -> Vec<u8> {
    let mut wrong = proof.to_vec();
    *wrong.last_mut().unwrap() ^= 1;
    wrong
}

#[test]
fn first_proof_of_a_head_costs_one_agreement_and_the_following_none() {
    let service = Service::new(8);
    let token = head(0);
    for nonce in 0..5 {
        assert_eq!(service.admit(&token, &mac(&token, nonce)), (Ok(()), usize::from(nonce == 0)));
    }
    let [session] = service.sessions.list()[..] else { panic!("one session") };
    assert_eq!(session.head, digest_of_head(&token));
    assert_eq!(session.agreement, *agreement_key("audience").public().thumbprint());
    assert_eq!((session.opened, session.expires, session.used), (NOW, NOW.plus(HOUR), 5));
}

#[test]
fn tag_from_the_specification_alone_is_good_in_a_session() {
    let service = Service::new(8);
    let token = head(0);
    for nonce in 1..4_u8 {
        let proof = mac(&token, 0);
        let mut message = Message::of(&proof);
        message.put(&[7], bytes(&[nonce; 16]));
        Seal::between(&token, "worker 1", AUDIENCE, "audience").put_on(&mut message);
        assert_eq!(message.encoded(), mac(&token, nonce));
        assert_eq!(service.admit(&token, &message.encoded()), (Ok(()), usize::from(nonce == 1)));
    }
}

#[test]
fn wrong_tag_is_refused_and_leaves_the_session_as_it_was() {
    let service = Service::new(8);
    let token = head(0);
    let good = mac(&token, 1);
    let refused = Err(ErrorKind::ProofMacInvalid);
    assert_eq!(service.admit(&token, &wrong(&good)), (refused, 1));
    assert_eq!(service.sessions.list(), [], "a wrong MAC opens nothing");
    assert_eq!(service.admit(&token, &good), (Ok(()), 1));
    let before = service.sessions.list();
    assert_eq!(service.admit(&token, &wrong(&good)), (refused, 0));
    // The tag of another proof, of another head, and a changed claim under a good tag.
    let mut other = Message::of(&good);
    other.seal = Message::of(&mac(&token, 2)).seal;
    assert_eq!(service.admit(&token, &other.encoded()), (refused, 0));
    other.seal = Message::of(&mac(&head(1), 1)).seal;
    assert_eq!(service.admit(&token, &other.encoded()), (refused, 0));
    let tag = good.len() - 32;
    for bit in 0..256 {
        let mut flipped = good.clone();
        flipped[tag + bit / 8] ^= 1 << (bit % 8);
        assert_eq!(service.admit(&token, &flipped), (refused, 0));
    }
    assert_eq!(service.sessions.list(), before);
    assert_eq!(service.admit(&token, &mac(&token, 3)), (Ok(()), 0));
}

#[test]
fn evicted_session_costs_an_agreement_again_and_changes_no_verdict() {
    let service = Service::new(4);
    let tokens: Vec<Vec<u8>> = (0..6).map(head).collect();
    for round in 0..4 {
        for token in &tokens {
            let proof = mac(token, round);
            assert_eq!(service.admit(token, &wrong(&proof)).0, Err(ErrorKind::ProofMacInvalid));
            assert_eq!(service.admit(token, &proof).0, Ok(()));
            assert!(service.sessions.list().len() <= 4);
        }
    }
    // The head that ends last is the last to go.
    assert_eq!(service.admit(&tokens[0], &mac(&tokens[0], 9)), (Ok(()), 0));
    assert_eq!(service.admit(&tokens[5], &mac(&tokens[5], 8)).0, Ok(()));
    assert_eq!(service.admit(&tokens[4], &mac(&tokens[4], 8)), (Ok(()), 1), "pushed out");
}

#[test]
fn another_audience_is_never_served_by_a_session() {
    let service = Service::new(8);
    let token = head(0);
    assert_eq!(service.admit(&token, &mac(&token, 1)), (Ok(()), 1));
    let mut elsewhere = request();
    elsewhere.audience = "https://mail.example";
    let of = |audience: &str| {
        let proof = ProofBuilder::new(&token, audience, request_digest(), NOW, [2; 16]);
        proof.mac(&agreement_key("worker 1"), agreement_key("audience").public()).unwrap()
    };
    // A proof for another audience is good there: by an agreement each time, and no session.
    for _ in 0..3 {
        assert_eq!(service.admit_for(&token, &of("https://mail.example"), &elsewhere), (Ok(()), 1));
    }
    assert_eq!(service.sessions.list().len(), 1);
    // Under the other audience's key, here; and under this audience's key, there.
    let mut message = Message::of(&of(AUDIENCE));
    Seal::between(&token, "worker 1", "https://mail.example", "audience").put_on(&mut message);
    assert_eq!(service.admit(&token, &message.encoded()), (Err(ErrorKind::ProofMacInvalid), 0));
    let mut message = Message::of(&of("https://mail.example"));
    Seal::between(&token, "worker 1", AUDIENCE, "audience").put_on(&mut message);
    let (verdict, agreed) = service.admit_for(&token, &message.encoded(), &elsewhere);
    assert_eq!((verdict.map_err(|error| error.kind), agreed), (Err(ErrorKind::ProofMacInvalid), 1));
}

#[test]
fn another_agreement_key_is_another_session() {
    let service = Service::new(8);
    let token = head(0);
    let under = |name: &str, nonce| {
        builder(&token, nonce, NOW).mac(&agreement_key("worker 1"), agreement_key(name).public()).unwrap()
    };
    assert_eq!(service.admit(&token, &under("audience", 1)), (Ok(()), 1));
    assert_eq!(service.admit(&token, &under("other", 2)), (Ok(()), 1));
    assert_eq!(service.admit(&token, &under("audience", 3)), (Ok(()), 0));
    assert_eq!(service.admit(&token, &under("other", 4)), (Ok(()), 0));
    assert_eq!(service.sessions.list().len(), 2);
    // A key that is nobody's here.
    assert_eq!(service.admit(&token, &under("elsewhere", 5)), (Err(ErrorKind::AgreementUnknown), 0));
    // The name of one key on a MAC under the other.
    let mut message = Message::of(&under("audience", 6));
    message.put(&[OURS, 19], bytes(agreement_key("other").public().thumbprint().as_bytes()));
    Seal::between(&token, "worker 1", AUDIENCE, "audience").put_on(&mut message);
    assert_eq!(service.admit(&token, &message.encoded()), (Err(ErrorKind::ProofMacInvalid), 0));
}

#[test]
fn head_with_another_agree_key_is_another_head() {
    let service = Service::new(8);
    let token = head(0);
    assert_eq!(service.admit(&token, &mac(&token, 1)), (Ok(()), 1));
    let mut forge = Forge::of(&token);
    forge.link(1).message.put(&[OURS, 9], crate::common::cbor::cose_key(agreement_key("somebody").public().key()));
    let other = forge.token();
    let proof = builder(&other, 2, NOW).mac(&agreement_key("somebody"), agreement_key("audience").public()).unwrap();
    assert_eq!(service.admit(&other, &proof), (Ok(()), 1));
    // The old key for the new head, and the new key for the old head.
    for (token, agree) in [(&other, "worker 1"), (&token, "somebody")] {
        let mut message = Message::of(&proof);
        message.put(&[OURS, 17], bytes(digest_of_head(token).as_bytes()));
        Seal::between(token, agree, AUDIENCE, "audience").put_on(&mut message);
        assert_eq!(service.admit(token, &message.encoded()), (Err(ErrorKind::ProofMacInvalid), 0));
    }
}

#[test]
fn session_admits_nothing_that_the_chain_does_not() {
    let mut service = Service::new(8);
    let token = head(0);
    assert_eq!(service.admit(&token, &mac(&token, 1)), (Ok(()), 1));
    let mut other = request();
    other.digest = Digest([1; 32]);
    let (verdict, agreed) = service.admit_for(&token, &mac(&token, 2), &other);
    assert_eq!((verdict.map_err(|error| error.kind), agreed), (Err(ErrorKind::ProofRequest), 0));
    service.now = NOW.plus(91);
    let too_old = ErrorKind::ProofTooOld { now: service.now, iat: NOW };
    assert_eq!(service.admit(&token, &mac(&token, 3)), (Err(too_old), 0));
    service.now = NOW;
    service.trust = Trust::default();
    assert_eq!(service.admit(&token, &mac(&token, 4)), (Err(ErrorKind::OriginUnknown), 0));
}

#[test]
fn session_ends_with_its_head_and_is_wiped_by_the_next_call_or_sweep() {
    // One group, so that a call for the one head passes the other.
    let mut service = Service::new(4);
    let (short, long) = (head(1_800), head(0));
    let exp = NOW.plus(HOUR - 1_800);
    assert_eq!(service.admit(&short, &mac(&short, 1)), (Ok(()), 1));
    assert_eq!(service.admit(&long, &mac(&long, 1)), (Ok(()), 1));
    service.sessions.sweep(exp.minus(1));
    assert_eq!(service.sessions.list().len(), 2);
    // Within the skew the head still holds; its key is not kept for it.
    service.now = exp;
    assert_eq!(service.admit(&short, &mac_at(&short, 2, exp)), (Ok(()), 1));
    assert_eq!(service.admit(&short, &mac_at(&short, 3, exp)), (Ok(()), 1));
    assert_eq!(service.sessions.list().len(), 1);
    service.now = exp.plus(30);
    let expired = ErrorKind::Expired { now: service.now, exp };
    assert_eq!(service.admit(&short, &mac_at(&short, 4, service.now)), (Err(expired), 0));
    assert_eq!(service.admit(&long, &mac_at(&long, 2, service.now)), (Ok(()), 0));

    let mut service = Service::new(4);
    assert_eq!(service.admit(&short, &mac(&short, 1)), (Ok(()), 1));
    service.now = exp;
    // Another head's call, even a refused one, passes the place.
    assert_eq!(service.admit(&long, &wrong(&mac_at(&long, 2, exp))), (Err(ErrorKind::ProofMacInvalid), 1));
    assert_eq!(service.sessions.list(), []);
    assert_eq!(service.admit(&long, &mac_at(&long, 3, exp)), (Ok(()), 1));
    service.sessions.sweep(NOW.plus(HOUR));
    assert_eq!(service.sessions.list(), []);
}

#[test]
fn sessions_print_no_secret() {
    let service = Service::new(4);
    let token = head(0);
    assert_eq!(service.admit(&token, &mac(&token, 1)), (Ok(()), 1));
    assert_eq!(format!("{:?}", service.sessions), format!("MacSessions {{ audience: {AUDIENCE:?}, .. }}"));
    let listed = format!("{:?}", service.sessions.list());
    let fields = ["head", "agreement", "opened", "expires", "used"];
    assert_eq!(listed.matches(": ").count(), fields.len());
    assert!(fields.iter().all(|field| listed.contains(field)));
}

#[test]
fn sessions_take_room_for_what_was_asked_for() {
    let service = Service::new(64);
    let tokens: Vec<Vec<u8>> = (0..8).map(head).collect();
    for token in &tokens {
        assert_eq!(service.admit(token, &mac(token, 1)), (Ok(()), 1));
    }
    assert_eq!(service.sessions.list().iter().map(|session| session.used).sum::<u64>(), 8);
    for token in &tokens {
        assert_eq!(service.admit(token, &mac(token, 2)).0, Ok(()));
    }
}
