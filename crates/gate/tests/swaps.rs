//! Trust that changes while calls run: a call keeps what it began with, the next one does not.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test may fail")]

#[path = "../../../tests/common/mod.rs"]
mod common;
mod support;

use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};
use std::sync::{Arc, OnceLock};
use std::thread;

use common::world::{agreeing, agreement_key, consented, mac_proof, wide_trust};
use common::{chain, credential, key};
use support::{Log, builder, call, digest, gate, proof, proof_at, refused_by};
use throughline::trust::Trust;
use throughline::{Engine, KnownCredentials, Reason};
use throughline_gate::{Consent, ConsentQuestion, Gate, Requirement};

fn nothing() -> KnownCredentials {
    KnownCredentials::new()
}

#[test]
fn bundle_exchanged_in_the_middle_of_a_call_is_the_next_calls() {
    // The store is asked in the middle of a decision; there, all trust goes.
    let slot: Arc<OnceLock<Gate>> = Arc::default();
    let inside = Arc::clone(&slot);
    let store = move |_: &ConsentQuestion<'_>| {
        inside.get().unwrap().replace_trust(Trust::default(), nothing(), digest("nobody"));
        Ok(Consent::Given)
    };
    let log = Log::default();
    let gate = builder(wide_trust(), &log).consents(store).build();
    slot.set(gate.clone()).unwrap();
    let token = consented().next_anyone().sign(&key("alice")).unwrap();
    let requirement = Requirement::new().consent_resolved();
    let admitted = gate.decide(&call(&token, &proof(&token, "alice", 1), &requirement)).unwrap();
    assert_eq!(gate.generation(), 1);
    assert_eq!(refused_by(&gate, &token, "alice", &requirement), Some("origin-unknown"));
    // And what was admitted stays what it was, however often it is asked.
    assert_eq!(admitted.facts().unwrap().hops.len(), 1);
    assert_eq!(log.lines(), ["trust changed", "admitted 1 hops by grant 0", "refused origin-unknown"]);
}

#[test]
fn good_bundles_exchanged_under_load_refuse_no_call() {
    let (gate, _) = gate();
    let (token, requirement) = (chain(3), Requirement::new());
    let (over, admitted) = (AtomicBool::new(false), AtomicU32::new(0));
    thread::scope(|scope| {
        for thread in 0..2 {
            let (gate, token, requirement, over, admitted) = (&gate, &token, &requirement, &over, &admitted);
            scope.spawn(move || {
                let mut nonce = 0_u8;
                while !over.load(Ordering::SeqCst) && nonce < 120 {
                    let proof = proof(token, "worker 2", nonce * 2 + thread);
                    gate.decide(&call(token, &proof, requirement)).unwrap();
                    admitted.fetch_add(1, Ordering::SeqCst);
                    nonce += 1;
                }
            });
        }
        // At least 40 swaps lie between calls of both threads.
        for swap in 0..40 {
            let mut trust = wide_trust();
            if swap % 2 == 0 {
                trust.pins = Vec::new().into();
            }
            gate.replace_trust(trust, nothing(), digest("another"));
            let before = admitted.load(Ordering::SeqCst);
            while admitted.load(Ordering::SeqCst) == before && before < 200 {
                thread::yield_now();
            }
        }
        over.store(true, Ordering::SeqCst);
    });
    assert_eq!((gate.generation(), gate.metrics().swaps()), (40, 40));
    assert_eq!(gate.metrics().refused().count(), 0);
}

#[test]
fn one_proof_by_many_threads_is_admitted_once() {
    let (gate, log) = gate();
    let (token, requirement) = (chain(2), Requirement::new());
    let proof = proof(&token, "worker 1", 1);
    let admitted = AtomicU32::new(0);
    thread::scope(|scope| {
        for _ in 0..8 {
            scope.spawn(|| {
                let decided = gate.decide(&call(&token, &proof, &requirement));
                admitted.fetch_add(u32::from(decided.is_ok()), Ordering::SeqCst);
            });
        }
    });
    assert_eq!(admitted.load(Ordering::SeqCst), 1);
    let lines = log.lines();
    let count = |line: &str| lines.iter().filter(|one| one.as_str() == line).count();
    assert_eq!((count("admitted 2 hops by grant 0"), count("refused proof-replayed")), (1, 7));
}

#[test]
fn suspended_gate_refuses_everything_until_it_is_resumed() {
    let (gate, log) = gate();
    let (token, requirement) = (chain(2), Requirement::new());
    let decide = |nonce| gate.decide(&call(&token, &proof(&token, "worker 1", nonce), &requirement));
    gate.suspend("the bundle is gone");
    let refusal = decide(1).unwrap_err();
    assert_eq!(
        (refusal.name(), refusal.reason(), refusal.http_status()),
        ("trust-unavailable", Reason::Unavailable, 503)
    );
    assert!(gate.access(&token, &[]).is_err());
    gate.resume();
    decide(1).unwrap();
    assert_eq!(
        log.lines(),
        ["suspended: the bundle is gone", "refused trust-unavailable", "admitted 2 hops by grant 0"]
    );
}

#[test]
fn remembered_signatures_outlive_the_bundle_and_no_verdict_does() {
    let (gate, _) = gate();
    let (token, requirement) = (chain(3), Requirement::new());
    assert_eq!(refused_by(&gate, &token, "worker 2", &requirement), None);
    let (known, checked) = gate.metrics().signatures();
    assert!(known == 0 && checked > 0, "{known} {checked}");
    gate.replace_trust(wide_trust(), nothing(), digest("the same"));
    assert_eq!(refused_by(&gate, &token, "worker 2", &requirement), None);
    // Only the proof is new.
    assert_eq!(gate.metrics().signatures(), (checked - 1, checked + 1));
    gate.replace_trust(Trust::default(), nothing(), digest("nobody"));
    assert_eq!(refused_by(&gate, &token, "worker 2", &requirement), Some("origin-unknown"));
}

#[test]
fn credential_that_is_no_longer_known_is_refused_the_next_time() {
    let (gate, log) = gate();
    let mut known = KnownCredentials::new();
    known.take_in(credential(1), &wide_trust(), &Engine).unwrap();
    let whole = chain(2);
    // The same chain without its inline credential.
    let bytes = credential(1);
    let at = whole.windows(bytes.len()).position(|window| window == bytes).unwrap();
    let token = [&whole[..at], &whole[at + bytes.len()..]].concat();
    let verdict = |nonce| {
        let proof = proof_at(&whole, "worker 1", nonce, common::NOW);
        gate.decide(&call(&token, &proof, &Requirement::new())).err().map(|refusal| refusal.name())
    };
    assert_eq!(verdict(1), Some("credential-missing"));
    gate.replace_known(known, digest("one"));
    assert_eq!(verdict(2), None);
    gate.replace_known(nothing(), digest("none"));
    assert_eq!(verdict(3), Some("credential-missing"));
    assert_eq!(log.lines().iter().filter(|line| *line == "known credentials changed").count(), 2);
}

#[test]
fn session_is_listed_ended_and_gone_with_its_agreement_key() {
    let log = Log::default();
    let build = || builder(wide_trust(), &log).agreement_key(agreement_key("audience")).build();
    let (token, requirement) = (agreeing(), Requirement::new());
    let proof = mac_proof(&token);
    let gate = build();
    let admitted = gate.decide(&call(&token, &proof, &requirement)).unwrap();
    let sessions = gate.sessions();
    assert_eq!(sessions.len(), 1);
    assert_eq!((sessions[0].head, sessions[0].expires), (admitted.head(), admitted.expires()));
    assert_eq!(log.last(), "admitted 2 hops by grant 0");
    let ended = gate.end_session(&sessions[0].head, sessions[0].expires);
    assert!(ended.refused && ended.revoke == admitted.head());
    assert!(gate.sessions().is_empty());
    let another =
        throughline::issue::ProofBuilder::new(&token, common::AUDIENCE, common::request_digest(), common::NOW, [2; 16])
            .mac(&agreement_key("worker 1"), agreement_key("audience").public())
            .unwrap();
    assert_eq!(gate.decide(&call(&token, &another, &requirement)).unwrap_err().name(), "proof-mac-invalid");
    // The head can still sign, until its link is revoked.
    assert_eq!(refused_by(&gate, &token, "worker 1", &requirement), None);
    // The key taken out: no session helps.
    let gate = build();
    gate.decide(&call(&token, &proof, &requirement)).unwrap();
    gate.replace_agreement_keys(Vec::new());
    assert_eq!(gate.decide(&call(&token, &another, &requirement)).unwrap_err().name(), "agreement-unknown");
}
