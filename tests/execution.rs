//! The main job: an execution is authorized, continued, verified and admitted.
#![cfg(feature = "issue")]

mod common;

use common::*;
use throughline::issue::{Actor, ContinuationBuilder};
use throughline::{Argument, ErrorKind, NoRevocations, P256, Request, Value, Verifier};

#[test]
fn chain_of_every_length_verified() {
    let trust = trust();
    let verifier = Verifier::new(&trust, &P256, &NoRevocations);
    for links in 1..=16 {
        let token = chain(links);
        let chain = verifier.verify(&token, NOW).unwrap();
        assert_eq!(chain.len(), usize::from(links));
        assert_eq!(chain.origin().unwrap().accountable(), ALICE);
    }
}

#[test]
fn request_with_proof_admitted_once() {
    let trust = trust();
    let verifier = Verifier::new(&trust, &P256, &NoRevocations);
    let token = chain(3);
    let proof = proof(&token, "worker 2", 1);
    let arguments = [Argument { name: "days", value: Value::Int(7) }];
    let request = Request::new(AUDIENCE, request_digest(), "calendar.read", "calendar/alice/work").with(&arguments);
    let memory = Memory::default();
    let admission = verifier.admit(&token, &proof, &request, &memory, NOW).unwrap();
    assert_eq!(admission.chain().head().unwrap().identifier(), worker(2));
    let again = verifier.admit(&token, &proof, &request, &memory, NOW).unwrap_err();
    assert_eq!(again.kind, ErrorKind::ProofReplayed);
}

#[test]
fn continuation_starts_when_it_says_and_never_before_its_parent() {
    let trust = trust();
    let verifier = Verifier::new(&trust, &P256, &NoRevocations);
    let later = NOW.plus(120);
    let root = root().not_before(NOW).next_contract_without_handover(contract()).sign(&key("alice")).unwrap();
    let actor = Actor::vouched(&credential(1), ROLE).unwrap();
    let start = |token: &[u8], now| verifier.verify(token, now).map(|chain| chain.head().unwrap().window().start());

    let raised = ContinuationBuilder::new(&root, actor.clone(), window()).sign(&key("worker 1")).unwrap();
    assert_eq!(start(&raised, NOW), Ok(NOW));
    let delayed = ContinuationBuilder::new(&root, actor, window()).not_before(later).sign(&key("worker 1")).unwrap();
    assert_eq!(start(&delayed, later), Ok(later));
    assert!(matches!(start(&delayed, NOW).unwrap_err().kind, ErrorKind::NotYetValid { .. }));
}
