//! The facts have the shape that spec/facts.schema.json says, no member more and none less, and say what the chain says.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test may fail")]

#[path = "../../../tests/common/mod.rs"]
mod common;
mod support;

use std::collections::BTreeSet;

use common::world::{called, consented, context_root, through_gateway, through_stranger};
use common::{ALICE, ATTESTER, ROLE, chain, key, worker};
use serde_json::{Value, json};
use support::{DAYS, call, gate, proof};
use throughline_gate::{CallFacts, ChainFacts, Requirement};

fn schema() -> Value {
    serde_json::from_str(include_str!("../../../spec/facts.schema.json")).unwrap()
}

fn facts(token: &[u8], head: &str) -> CallFacts {
    let requirement = Requirement::new();
    let proof = proof(token, head, 1);
    CallFacts::new(&gate().0.decide(&call(token, &proof, &requirement)).unwrap(), &DAYS).unwrap()
}

fn all() -> Vec<CallFacts> {
    let own = |token: Vec<u8>, head: &str| facts(&token, head);
    vec![
        own(chain(1 + 4), "worker 4"),
        own(called(3), "worker 2"),
        own(through_gateway(3), "worker 2"),
        own(through_stranger(3), "worker 2"),
        own(consented().next_anyone().sign(&key("alice")).unwrap(), "alice"),
        own(context_root().sign(&key("agent")).unwrap(), "agent"),
    ]
}

#[test]
fn facts_of_every_kind_of_chain_fit_the_schema() {
    let validator = jsonschema::validator_for(&schema()).unwrap();
    for facts in all() {
        let json = serde_json::to_value(&facts).unwrap();
        assert!(validator.is_valid(&json), "{json:#}");
        assert!(validator.is_valid(&json["chain"]));
        // The control: what lacks a member does not fit.
        for path in ["/chain/hops/0/vouching", "/chain/origin/anchor", "/chain/execution", "/proof"] {
            let (parent, member) = path.rsplit_once('/').unwrap();
            let mut json = json.clone();
            json.pointer_mut(parent).unwrap().as_object_mut().unwrap().remove(member).unwrap();
            assert!(!validator.is_valid(&json), "without {path}");
        }
        // Read back they are the same.
        assert_eq!(serde_json::from_value::<CallFacts>(json.clone()).unwrap(), facts);
        assert_eq!(serde_json::from_value::<ChainFacts>(json["chain"].clone()).unwrap(), facts.chain);
    }
}

/// The schema allows more members; the program writes none that it does not name.
#[test]
fn schema_names_every_member_and_no_other() {
    let schema = schema();
    let named = |shape: &str| -> BTreeSet<String> {
        schema["$defs"][shape]["properties"].as_object().unwrap().keys().cloned().collect()
    };
    let written = |value: &Value| -> BTreeSet<String> { value.as_object().unwrap().keys().cloned().collect() };
    let json = serde_json::to_value(facts(&called(3), "worker 2")).unwrap();
    for (shape, value) in [
        ("call", &json),
        ("chain", &json["chain"]),
        ("origin", &json["chain"]["origin"]),
        ("hop", &json["chain"]["hops"][1]),
    ] {
        assert_eq!(written(value), named(shape), "{shape}");
        let required = schema["$defs"][shape]["required"].as_array().unwrap();
        let required: BTreeSet<String> = required.iter().map(|name| name.as_str().unwrap().to_owned()).collect();
        assert_eq!(required, named(shape), "{shape}: all are required");
    }
}

#[test]
fn facts_say_who_performed_who_authorized_and_how_they_are_connected() {
    let facts = facts(&called(3), "worker 2");
    let (alice, head) = (&facts.chain.hops[0], &facts.chain.hops[2]);
    assert_eq!(facts.chain.origin.as_ref().unwrap().accountable, ALICE);
    assert_eq!(
        (alice.vouching.as_str(), alice.attester.as_deref(), alice.allowed_by.as_deref()),
        ("origin", None, None)
    );
    assert_eq!((head.identifier.as_str(), head.role.as_deref()), (worker(2).as_str(), Some(ROLE)));
    assert_eq!((head.attester.as_deref(), head.allowed_by.as_deref()), (Some(ATTESTER), Some("contract")));
    assert_eq!(head.handover.as_ref().unwrap().to, worker(2));
    assert_eq!(
        serde_json::to_value(&facts.chain.grants).unwrap(),
        json!([{"action": "calendar.*", "resource": "calendar/alice/*", "limits": {"days": {"range": [1, 31]}}}])
    );
    assert_eq!(serde_json::to_value(&facts.arguments).unwrap(), json!({"days": 7}));
}

#[test]
fn authzen_body_names_subject_action_resource_and_context() {
    let facts = facts(&chain(2), "worker 1");
    let body = facts.to_authzen();
    assert_eq!(
        body["subject"],
        json!({"type": "actor", "id": worker(1), "properties": {
            "role": ROLE, "accountable": ALICE, "attester": ATTESTER, "vouching": "credential"}})
    );
    assert_eq!(body["action"], json!({"name": "calendar.read"}));
    assert_eq!(body["resource"], json!({"type": "resource", "id": "calendar/alice/work", "properties": {"days": 7}}));
    assert_eq!(body["context"]["chain"], serde_json::to_value(&facts.chain).unwrap());
    assert_eq!(body["context"]["proof"], "signed");
}

/// Which calls of [`all`] an engine's answer to "no hop of this role between the origin and this call" lets through.
#[cfg(any(feature = "cedar", feature = "cel"))]
fn lets_through(answer: impl Fn(&CallFacts, &str) -> bool) -> [Vec<bool>; 3] {
    let with = |role: &str| all().iter().map(|facts| answer(facts, role)).collect();
    // Nobody has the first role; workers and the gateway have the second; the origin, which is not asked about, the third.
    [with("llm-agent"), with(ROLE), with("owner")]
}

/// In all but the fourth somebody vouches for every hop; the last two are origins that call themselves.
#[cfg(any(feature = "cedar", feature = "cel"))]
fn expected() -> [Vec<bool>; 3] {
    [
        vec![true, true, true, false, true, true],
        vec![false, false, false, false, true, true],
        vec![true, true, true, false, true, true],
    ]
}

#[cfg(feature = "cedar")]
#[test]
fn cedar_answers_whether_a_role_stands_between_origin_and_call() {
    use cedar_policy::{Authorizer, Decision, PolicySet};

    let answer = |facts: &CallFacts, role: &str| {
        let policy = format!(
            r#"permit(principal in Throughline::Entity::"{ALICE}", action == Throughline::Action::"calendar.read", resource)
               when {{
                   !context.after_origin.unvouched && !context.after_origin.roles.contains("{role}") &&
                   context.origin.accountable == Throughline::Entity::"{ALICE}" && principal.vouched &&
                   context.arguments.days <= 7 && resource == Throughline::Resource::"calendar/alice/work"
               }};"#
        );
        let policies: PolicySet = policy.parse().unwrap();
        let (request, entities) = facts.to_cedar().for_engine().unwrap();
        let response = Authorizer::new().is_authorized(&request, &policies, &entities);
        assert_eq!(response.diagnostics().errors().count(), 0, "{:?}", response.diagnostics());
        response.decision() == Decision::Allow
    };
    assert_eq!(lets_through(answer), expected());
}

#[cfg(feature = "cel")]
#[test]
fn cel_answers_whether_a_role_stands_between_origin_and_call() {
    use cel::{Context, Program, Value};

    let answer = |facts: &CallFacts, role: &str| {
        let mut context = Context::default();
        facts.bind(&mut context).unwrap();
        // As spec/facts.md §4 has it.
        let rule = format!(
            r#"call.chain.hops.filter(hop, hop.position > 0).all(hop, hop.role != null && hop.role != "{role}")
               && call.chain.origin.accountable == "{ALICE}" && call.arguments.days <= 7"#
        );
        match Program::compile(&rule).unwrap().execute(&context).unwrap() {
            Value::Bool(answer) => answer,
            other => panic!("{other:?}"),
        }
    };
    assert_eq!(lets_through(answer), expected());
}

#[cfg(feature = "prometheus")]
#[test]
fn counters_are_text_that_prometheus_reads() {
    let (gate, _) = gate();
    let (token, requirement) = (chain(3), Requirement::new());
    let proof = proof(&token, "worker 2", 1);
    gate.decide(&call(&token, &proof, &requirement)).unwrap();
    gate.decide(&call(&token, &proof, &requirement)).unwrap_err();
    gate.decide(&call(&token, &proof, &Requirement::new().depth(..2))).unwrap_err();
    let text = gate.metrics_text().unwrap();
    for line in [
        r#"throughline_decisions_total{verdict="admitted",reason="",step="",name=""} 1"#,
        r#"throughline_decisions_total{verdict="refused",reason="proof-refused",step="V1102",name="proof-replayed"} 2"#,
        r#"throughline_depth_bucket{le="2.0"} 0"#,
        r#"throughline_depth_bucket{le="3.0"} 1"#,
        r#"throughline_depth_bucket{le="+Inf"} 1"#,
        "throughline_depth_sum 3.0",
        r#"throughline_decision_seconds_bucket{le="+Inf"} 3"#,
        "throughline_decision_seconds_count 3",
        "throughline_records_lost_total 0",
        "throughline_trust_usable 1",
        "# EOF",
    ] {
        assert!(text.lines().any(|one| one == line), "{line}\n{text}");
    }
    // Bounds in seconds as a person would write them.
    assert!(text.contains(r#"throughline_decision_seconds_bucket{le="0.05"}"#), "{text}");
    gate.suspend("for a test");
    assert!(gate.metrics_text().unwrap().contains("throughline_trust_usable 0"));
}
