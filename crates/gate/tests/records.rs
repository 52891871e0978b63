//! A sink that fails: what becomes of the call, of its proof, and of the log.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test may fail")]

#[path = "../../../tests/common/mod.rs"]
mod common;
mod support;

use common::chain;
use common::world::wide_trust;
use support::{Log, builder, call, proof};
use throughline::Reason;
use throughline_gate::{Gate, Layer, Requirement, Seen, SinkMode};

fn gate(mode: SinkMode) -> (Gate, Log) {
    let log = Log::default();
    (builder(wide_trust(), &log).sink_mode(mode).build(), log)
}

#[test]
fn call_whose_record_fails_is_refused() {
    let (gate, log) = gate(SinkMode::Closed);
    let (token, requirement) = (chain(2), Requirement::new());
    let first = proof(&token, "worker 1", 1);
    log.breaks(true);
    let refusal = gate.decide(&call(&token, &first, &requirement)).unwrap_err();
    assert_eq!((refusal.name(), refusal.reason()), ("record-failed", Reason::Unavailable));
    assert_eq!(
        (gate.metrics().admitted(), gate.metrics().records()),
        (0, (2, 1)),
        "neither admission nor refusal was kept"
    );
    log.breaks(false);
    // Its proof is used up: the log never says refused of a proof that may still admit.
    let again = gate.decide(&call(&token, &first, &requirement)).unwrap_err();
    assert_eq!(again.name(), "proof-replayed");
    // A retry carries a new proof.
    let second = proof(&token, "worker 1", 2);
    gate.decide(&call(&token, &second, &requirement)).unwrap();
    assert_eq!(log.lines(), ["lost 1", "refused proof-replayed", "admitted 2 hops by grant 0"]);
}

#[test]
fn call_whose_record_fails_runs_in_open_mode_and_is_told_of_later() {
    let (gate, log) = gate(SinkMode::Open);
    let (token, requirement) = (chain(2), Requirement::new());
    let decide = |nonce| gate.decide(&call(&token, &proof(&token, "worker 1", nonce), &requirement)).map(drop);
    log.breaks(true);
    decide(1).unwrap();
    decide(2).unwrap();
    assert_eq!(decide(2).unwrap_err().name(), "proof-replayed");
    assert_eq!((gate.metrics().admitted(), gate.metrics().records().1), (2, 3));
    log.breaks(false);
    decide(3).unwrap();
    decide(4).unwrap();
    assert_eq!(log.lines(), ["lost 3", "admitted 2 hops by grant 0", "admitted 2 hops by grant 0"]);
}

#[test]
fn refusal_whose_record_fails_stays_the_refusal_it_was() {
    for mode in [SinkMode::Closed, SinkMode::Open] {
        let (gate, log) = gate(mode);
        log.breaks(true);
        let refusal = gate.refuse(&Seen::default(), Layer::BodyCutOff);
        assert_eq!((refusal.name(), gate.metrics().records()), ("body-cut-off", (1, 1)));
        log.breaks(false);
        let _ = gate.refuse(&Seen::default(), Layer::BodyCutOff);
        assert_eq!(log.lines(), ["lost 1", "refused body-cut-off"]);
    }
}

/// As long as the sink does not even take the notice, nothing is forgotten.
#[test]
fn losses_add_up_until_the_sink_takes_them() {
    let (gate, log) = gate(SinkMode::Closed);
    log.breaks(true);
    for _ in 0..5 {
        let _ = gate.refuse(&Seen::default(), Layer::Overloaded);
    }
    log.breaks(false);
    let _ = gate.refuse(&Seen::default(), Layer::Overloaded);
    assert_eq!(log.lines(), ["lost 5", "refused overloaded"]);
}
