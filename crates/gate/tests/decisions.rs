//! What a gate decides, in which order, and what its log then says.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test may fail")]

#[path = "../../../tests/common/mod.rs"]
mod common;
mod support;

use common::chain;
use support::{bare, call, gate, proof};
use throughline::Reason;
use throughline_gate::{Demand, Layer, Refusal, Requirement, RoleFrom, Seen};

use crate::common::{ATTESTER, ROLE, worker};

#[test]
fn good_call_is_admitted_and_recorded() {
    let (gate, log) = gate();
    let (token, requirement) = (chain(3), Requirement::new());
    let proof = proof(&token, "worker 2", 1);
    let admitted = gate.decide(&call(&token, &proof, &requirement)).unwrap();
    assert_eq!((admitted.identifier(), admitted.role(), admitted.depth()), (worker(2).as_str(), Some(ROLE), 3));
    assert_eq!(admitted.facts().unwrap().hops.len(), 3);
    assert_eq!(log.lines(), ["admitted 3 hops by grant 0"]);
    assert_eq!((gate.metrics().admitted(), gate.metrics().latency().buckets().count), (1, 1));
}

#[test]
fn same_proof_again_is_refused() {
    let (gate, log) = gate();
    let (token, requirement) = (chain(3), Requirement::new());
    let proof = proof(&token, "worker 2", 1);
    gate.decide(&call(&token, &proof, &requirement)).unwrap();
    let refusal = gate.decide(&call(&token, &proof, &requirement)).unwrap_err();
    assert_eq!((refusal.name(), refusal.step()), ("proof-replayed", Some(1102)));
    assert_eq!(log.last(), "refused proof-replayed");
}

#[test]
fn no_token_is_refused_where_one_is_required_and_passes_where_none_is() {
    let (gate, log) = gate();
    let requirement = Requirement::new();
    let refusal = gate.decide(&bare(&requirement)).unwrap_err();
    assert_eq!((refusal.name(), refusal.reason(), refusal.http_status()), ("token-absent", Reason::Untrusted, 401));
    assert!(gate.decide_optional(&bare(&requirement)).unwrap().is_none());
    assert_eq!((log.lines().len(), gate.metrics().passed()), (1, 1));
    // Empty is absent; a proof alone is not.
    assert!(gate.decide_optional(&bare(&requirement).carrying(Some(b""), Some(b""))).unwrap().is_none());
    let refusal = gate.decide_optional(&bare(&requirement).carrying(None, Some(b"proof"))).unwrap_err();
    assert_eq!(refusal.name(), "token-absent");
}

#[test]
fn layers_own_refusal_is_recorded() {
    let (gate, log) = gate();
    let refusal = gate.refuse(&Seen::default(), Layer::BodyTooLarge);
    assert_eq!((refusal.http_status(), log.last().as_str()), (413, "refused body-too-large"));
    assert_eq!(gate.metrics().refused().map(|one| (one.name, one.count)).collect::<Vec<_>>(), [("body-too-large", 1)]);
}

#[test]
fn unmet_requirement_leaves_the_proof_unused() {
    let (gate, log) = gate();
    let token = chain(3);
    let proof = proof(&token, "worker 2", 1);
    let strict = Requirement::new().head(Demand::role(["auditor"], RoleFrom::attesters([ATTESTER])));
    let refusal = gate.decide(&call(&token, &proof, &strict)).unwrap_err();
    assert!(matches!(refusal, Refusal::Requirement(_)));
    assert_eq!((refusal.name(), refusal.http_status()), ("requires-head", 403));
    assert_eq!(
        refusal.to_string(),
        format!(
            "link 2: the route wants role auditor on the word of {ATTESTER}; \
             it is {}, in role {ROLE} on the word of {ATTESTER}",
            worker(2)
        )
    );
    assert_eq!(log.last(), "refused requires-head of 3 verified hops");
    // The control: the same proof still admits where the requirement is met.
    let met = Requirement::new().head(Demand::role([ROLE], RoleFrom::attesters([ATTESTER])));
    gate.decide(&call(&token, &proof, &met)).unwrap();
}
