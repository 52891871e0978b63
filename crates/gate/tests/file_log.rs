//! Decisions in a log of `throughline-audit`: what is recorded of each, and that the log follows.
#![cfg(feature = "audit")]
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test may fail")]

#[path = "../../../tests/common/mod.rs"]
mod common;
mod support;

use std::fs::File;
use std::io::BufReader;
use std::sync::Arc;

use common::world::wide_trust;
use common::{AUDIENCE, NOW, chain};
use support::{call, proof};
use throughline::UnixTime;
use throughline::audit::{Decision, Event, Form, Head};
use throughline_audit::{FileLog, Options, Reader, verify};
use throughline_gate::{Gate, Layer, Requirement, Seen};

#[test]
fn each_decision_is_a_record_with_what_is_known_of_it() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("calendar.jsonl");
    let log = Arc::new(FileLog::open(&path, &Options::default()).unwrap());
    let gate = Gate::builder(AUDIENCE, wide_trust(), Arc::clone(&log)).clock(NOW).replay_began(UnixTime(0)).build();
    let (token, plain, deep) = (chain(2), Requirement::new(), Requirement::new().depth(3..));
    let (first, second) = (proof(&token, "worker 1", 1), proof(&token, "worker 1", 2));
    gate.decide(&call(&token, &first, &plain)).unwrap();
    gate.decide(&call(&token, &first, &plain)).unwrap_err();
    gate.decide(&call(&token, &second, &deep)).unwrap_err();
    let _ = gate.refuse(&Seen::default(), Layer::BodyTimeout);
    gate.suspend("a test");

    let mut decisions = Vec::new();
    let mut reader = Reader::new(BufReader::new(File::open(&path).unwrap()), Form::JsonLines, Head::EMPTY);
    while let Some(record) = reader.next_record().unwrap() {
        let Event::Decision(decision) = record.event else { panic!("no decision") };
        decisions.push(said(&decision));
    }
    // admitted or why not, proof, what was asked, a verified chain, a claimed one, the grant
    let expected = [
        "admitted proof asked 2 hops - grant with 1 limits",
        "proof-replayed proof asked - claimed -",
        "requires-depth proof asked 2 hops - -",
        "body-timeout - - - - -",
    ];
    assert_eq!(decisions, expected);
    let head = log.head();
    verify(BufReader::new(File::open(&path).unwrap()), Form::JsonLines, Head::EMPTY, Some(&head)).unwrap();
}

fn said(decision: &Decision<'_>) -> String {
    let is = |there: bool, word: &str| if there { word.to_owned() } else { "-".to_owned() };
    let verdict = decision.refused.as_ref().map_or("admitted", |refused| &refused.name);
    let hops = decision.execution.as_ref().map_or("-".into(), |execution| format!("{} hops", execution.hops.len()));
    let grant = decision.grants.as_ref().map_or("-".into(), |grants| {
        let limits: usize = grants.grants().iter().map(|grant| grant.limits().count()).sum();
        format!("grant with {limits} limits")
    });
    let [proof, asked] = [is(decision.proof.is_some(), "proof"), is(decision.request.is_some(), "asked")];
    format!("{verdict} {proof} {asked} {hops} {} {grant}", is(decision.claimed.is_some(), "claimed"))
}
