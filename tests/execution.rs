//! The main job: an execution is authorized, continued, verified and admitted.
#![cfg(feature = "issue")]

mod common;

use common::*;
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
