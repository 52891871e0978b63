//! Access summaries: what a chain reaches, until when, under which limits, and why not the rest.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test may fail")]

#[path = "../../../tests/common/mod.rs"]
mod common;
mod support;

use common::world::ceiling;
use common::{HOUR, NOW, chain};
use serde_json::json;
use support::{gate, refused_by};
use throughline_gate::{Requirement, Route, RouteAccess};

fn route(name: &str, action: &str, resource: &str, requirement: Requirement) -> Route {
    Route { name: name.into(), action: action.into(), resource: resource.into(), requirement }
}

#[test]
fn summary_says_what_is_in_reach_and_why_the_rest_is_not() {
    let (gate, log) = gate();
    let routes = [
        route("read", "calendar.read", "calendar/alice/work", Requirement::new()),
        route("any", "calendar.read", "calendar/*", Requirement::new().signed()),
        route("pay", "payment.make", "payments/*", Requirement::new()),
        route("deep", "calendar.read", "calendar/*", Requirement::new().depth(4..)),
        route("own", "calendar.read", "calendar/*", Requirement::new().delegated()),
        route("bob", "calendar.read", "calendar/*", Requirement::new().within(ceiling("*", "calendar/bob/*"))),
        route("limited", "calendar.read", "calendar/*", Requirement::new().within(ceiling("*", "calendar/*"))),
        route("soon", "calendar.read", "calendar/*", Requirement::new().origin_max_age(300)),
    ];
    let summary = gate.access(&chain(3), &routes).unwrap();
    let grants =
        json!([{"action": "calendar.*", "resource": "calendar/alice/*", "limits": {"days": {"range": [1, 31]}}}]);
    let end = NOW.plus(HOUR).0;
    assert_eq!(
        serde_json::to_value(&summary).unwrap(),
        json!([
            {"route": "read", "reachable": true, "until": end, "grants": grants},
            {"route": "any", "reachable": true, "until": end, "grants": grants, "signed_proof": true},
            {"route": "pay", "reachable": false, "refused": {
                "name": "request-not-granted", "text": "request: no grant of the head admits the request"}},
            {"route": "deep", "reachable": false, "refused": {
                "name": "requires-depth", "text": "token: 3 hops, where the route allows at least 4"}},
            {"route": "own", "reachable": false, "refused": {
                "name": "authority-kind", "text": summary[4].refused.as_ref().unwrap().text}},
            {"route": "bob", "reachable": false, "refused": {
                "name": "requires-limits", "text": "token: calendar.read on calendar/* is not within the route's own limits"}},
            {"route": "limited", "reachable": true, "until": end, "grants": grants,
                "limits": [{"action": "*", "resource": "calendar/*"}]},
            // Made 60 s ago, 300 s old at most, clocks 30 s apart, and the last of those seconds still counts.
            {"route": "soon", "reachable": true, "until": NOW.minus(60).plus(331).0, "grants": grants},
        ])
    );
    // It is no decision: nothing is recorded.
    assert!(log.lines().is_empty());
}

/// What the summary says is what the gate then does.
#[test]
fn reachable_is_what_a_call_is_then_admitted_for() {
    let (gate, _) = gate();
    let token = chain(3);
    for requirement in [
        Requirement::new(),
        Requirement::new().independent(),
        Requirement::new().delegated(),
        Requirement::new().depth(..3),
        Requirement::new().consent_present(),
        Requirement::new().origin_max_age(60),
        Requirement::new().origin_max_age(10),
        Requirement::new().within(ceiling("calendar.read", "calendar/alice/work")),
        Requirement::new().within(ceiling("calendar.read", "calendar/alice/home")),
    ] {
        let routes = [route("read", "calendar.read", "calendar/alice/work", requirement.clone())];
        let [RouteAccess { refused, .. }] = gate.access(&token, &routes).unwrap().try_into().unwrap();
        assert_eq!(refused.map(|why| why.name), refused_by(&gate, &token, "worker 2", &requirement), "{requirement:?}");
    }
}

#[test]
fn token_that_does_not_verify_has_no_access() {
    let (gate, _) = gate();
    let mut token = chain(2);
    let last = token.len() - 1;
    token[last] ^= 1;
    assert_eq!(gate.access(&token, &[]).unwrap_err().name(), "signature-invalid");
}
