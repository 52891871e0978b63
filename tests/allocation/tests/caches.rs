//! Remembering allocates nothing either: hit and miss, taken in and pushed out, accepted and refused.
#![allow(clippy::unwrap_used, reason = "a fixture that cannot be made fails the test")]

#[path = "../../common/mod.rs"]
mod common;
mod counting;

use common::AUDIENCE;
use common::cbor::{OURS, int};
use common::forge::{Forge, Message};
use common::lists::FRESH;
use common::setting::request;
use common::world::{
    agreeing, agreement_key, by, called, mac_proof, open_chain, through_gateway, through_stranger, vouched, wide_trust,
};
use common::{HOUR, NOW, chain, contract, key, proof, request_digest, root};
use counting::counted;
use throughline::issue::{ContinuationBuilder, ProofBuilder};
use throughline::{
    AgreementKey, Engine, ErrorKind, MacSessions, NoRevocations, P256, SignatureCache, SignatureVerifier, UnixTime,
    Verifier,
};

/// Capacities: everything is pushed out again and again, and nothing is.
const CAPACITIES: [usize; 3] = [1, 8, 512];

#[track_caller]
fn verifies(signatures: &(dyn SignatureVerifier + Sync), token: &[u8], expected: Result<(), ErrorKind>) {
    let trust = wide_trust();
    let verifier = Verifier::new(&trust, signatures, &NoRevocations);
    let (verdict, asked) = counted(|| verifier.verify(token, NOW).map(drop));
    assert_eq!((verdict.map_err(|error| error.kind), asked), (expected, 0), "allocations");
}

#[track_caller]
fn admits(
    (signatures, sessions): (&(dyn SignatureVerifier + Sync), &MacSessions<Vec<AgreementKey>>),
    (token, proof): (&[u8], &[u8]),
    now: UnixTime,
    expected: Result<(), ErrorKind>,
) {
    let trust = wide_trust();
    let verifier = Verifier::new(&trust, signatures, &NoRevocations).agreement(sessions);
    let request = request();
    let (verdict, asked) = counted(|| verifier.admit(token, proof, &request, &FRESH, now).map(drop));
    assert_eq!((verdict.map_err(|error| error.kind), asked), (expected, 0), "allocations");
}

fn tokens() -> Vec<Vec<u8>> {
    vec![chain(1), chain(3), chain(16), called(8), open_chain(3), through_gateway(3), through_stranger(3), agreeing()]
}

#[test]
fn hit_miss_and_eviction_do_not_allocate() {
    let tokens = tokens();
    for capacity in CAPACITIES {
        let caches: [&(dyn SignatureVerifier + Sync); 2] =
            [&SignatureCache::new(P256, capacity), &SignatureCache::new(Engine, capacity)];
        for cache in caches {
            for _ in 0..3 {
                tokens.iter().for_each(|token| verifies(cache, token, Ok(())));
            }
        }
    }
}

#[test]
fn refusal_does_not_allocate() {
    for capacity in CAPACITIES {
        let cache = SignatureCache::new(Engine, capacity);
        for links in [3, 8, 16_u8] {
            let last = usize::from(links) - 1;
            verifies(&cache, &chain(links), Ok(()));
            for (path, kind) in [([99].as_slice(), ErrorKind::ClaimUnknown), (&[OURS, 2], ErrorKind::PositionWrong)] {
                let mut forge = Forge::of(&chain(links));
                forge.link(last).message.put(path, int(99));
                verifies(&cache, &forge.token(), Err(kind));
            }
            let mut forge = Forge::of(&chain(links));
            forge.link(last).signer = "mallory".to_owned();
            verifies(&cache, &forge.token(), Err(ErrorKind::SignatureInvalid));
        }
        verifies(&cache, b"", Err(ErrorKind::TokenEmpty));
        verifies(&cache, &[0; 16_384], Err(ErrorKind::WrongTag));
    }
}

#[test]
fn asking_remembering_and_clearing_do_not_allocate() {
    let cache = SignatureCache::new(Engine, 512);
    verifies(&cache, &chain(3), Ok(()));
    let message = &Forge::of(&chain(3)).link(0).message.clone();
    let (digest, facts) = (message.digest(), cache.recall(&message.digest()).unwrap());
    let seal: [u8; 64] = common::forge::content(&message.seal).try_into().unwrap();
    let signature = throughline::Signature::new(&seal).unwrap();
    let (_, asked) = counted(|| {
        for _ in 0..20 {
            cache.remember(&digest, signature, message_kid(), &facts);
        }
        cache.clear();
        cache.remember(&digest, signature, message_kid(), &facts);
        cache.knows(&digest, signature, message_kid())
    });
    assert_eq!(asked, 0);
}

const fn message_kid() -> &'static throughline::Digest {
    &throughline::Digest([7; 32])
}

/// Another head for each number.
fn head(n: u64) -> Vec<u8> {
    let token = root().next_contract_without_handover(contract()).sign(&key("alice")).unwrap();
    let builder = ContinuationBuilder::new(&token, vouched(1), (NOW.minus(60), NOW.plus(HOUR - n)));
    by(1, builder.agree(agreement_key("worker 1").public().key()))
}

fn sessions(capacity: usize) -> MacSessions<Vec<AgreementKey>> {
    MacSessions::new(["audience", "other"].map(agreement_key).into(), AUDIENCE, capacity)
}

#[test]
fn sessions_do_not_allocate() {
    let tokens: Vec<Vec<u8>> = (0..6).map(head).collect();
    for capacity in [1, 64] {
        let (cache, sessions) = (SignatureCache::new(Engine, 64), sessions(capacity));
        for _ in 0..3 {
            for token in &tokens {
                let good = mac_proof(token);
                let mut wrong = good.clone();
                *wrong.last_mut().unwrap() ^= 1;
                admits((&cache, &sessions), (token, &wrong), NOW, Err(ErrorKind::ProofMacInvalid));
                admits((&cache, &sessions), (token, &good), NOW, Ok(()));
                admits((&cache, &sessions), (token, &good), NOW, Ok(()));
                admits((&cache, &sessions), (token, &wrong), NOW, Err(ErrorKind::ProofMacInvalid));
            }
        }
        // A signed proof beside them, one cut short, and one under another key's session.
        let token = &tokens[0];
        admits((&cache, &sessions), (token, &proof(token, "worker 1", 1)), NOW, Ok(()));
        admits((&cache, &sessions), (token, &mac_proof(token)[..50]), NOW, Err(ErrorKind::Truncated));
        let other = ProofBuilder::new(token, AUDIENCE, request_digest(), NOW, [2; 16]);
        let other = other.mac(&agreement_key("worker 1"), agreement_key("other").public()).unwrap();
        admits((&cache, &sessions), (token, &other), NOW, Ok(()));
        // At its expiry, within the skew; the old sessions are wiped on the way.
        let late = NOW.plus(HOUR);
        let proof = ProofBuilder::new(token, AUDIENCE, request_digest(), late, [3; 16]);
        let proof = proof.mac(&agreement_key("worker 1"), agreement_key("audience").public()).unwrap();
        admits((&cache, &sessions), (token, &proof), late, Ok(()));
        let (_, asked) = counted(|| sessions.sweep(late));
        assert_eq!(asked, 0, "sweep");
    }
}

#[test]
fn refusal_of_an_ended_head_does_not_allocate() {
    let (cache, sessions, token) = (SignatureCache::new(Engine, 64), sessions(8), head(0));
    admits((&cache, &sessions), (&token, &mac_proof(&token)), NOW, Ok(()));
    assert!(sessions.end(&Message::of(&common::forge::split(&token)[2]).digest(), NOW.plus(HOUR)));
    admits((&cache, &sessions), (&token, &mac_proof(&token)), NOW, Err(ErrorKind::ProofMacInvalid));
}

#[test]
fn ending_a_head_allocates_nothing_beyond_construction() {
    let sessions = sessions(16);
    let (ended, asked) = counted(|| (0..16_u8).all(|n| sessions.end(&throughline::Digest([n; 32]), NOW.plus(HOUR))));
    assert_eq!((ended, asked), (true, 0), "all memory is taken when it is made");
}
