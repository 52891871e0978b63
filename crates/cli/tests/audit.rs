//! The audit log, as an auditor uses it: every admission and refusal is in it, and what was tampered with shows.
#![allow(clippy::unwrap_used, clippy::arithmetic_side_effects, clippy::indexing_slicing, reason = "a test may fail")]

mod common;

use common::{AUDIENCE, GET, READ, SUBJECT, World};
use serde_json::Value;

/// A log with one request admitted, the same refused as it was used before, and one refused for its action.
fn audited(test: &str, name: &str) -> World {
    let world = World::with_story(test);
    let admit = |more: &str| {
        format!(
            "admit --trust trust.json --token worker.token --proof request.proof {AUDIENCE} {GET} --replay-dir used \
             --audit {name} {more}"
        )
    };
    world.ok(&admit(READ));
    assert_eq!(world.run(&admit(READ)).code, Some(1));
    assert_eq!(world.run(&admit("--action calendar.write --resource calendar/alice/work")).code, Some(1));
    world
}

#[test]
fn a_log_that_is_what_was_written_is_good() {
    let world = audited("audit-good", "audit.jsonl");
    let text = world.ok("audit verify audit.jsonl");
    assert!(text.starts_with("GOOD           3 records, "), "{text}");
    assert!(text.contains("\ndecided        1 admitted, 2 refused, 0 lost\n"), "{text}");
    assert!(text.contains("\nfrom, to       2027-01-15T08:00:00Z, 2027-01-15T08:00:00Z\n"), "{text}");
    let json: Value = serde_json::from_str(&world.ok("audit verify audit.jsonl --json")).unwrap();
    let head = json["head"].as_str().unwrap();
    assert!(world.ok(&format!("audit verify audit.jsonl --head {head}")).contains("the head that was given"));
}

#[test]
fn each_record_is_one_line() {
    for name in ["audit.jsonl", "audit.cborseq"] {
        let world = audited(&format!("audit-show-{name}"), name);
        let text = world.ok(&format!("audit show {name}"));
        let lines: Vec<&str> = text.lines().collect();
        let asked = "calendar.read calendar/alice/work";
        assert_eq!(
            lines,
            [
                &format!("0      2027-01-15T08:00:00Z  ADMITTED  {asked}  by {SUBJECT} for https://acme.example/alice"),
                &format!(
                    "1      2027-01-15T08:00:00Z  REFUSED   {asked}  proof-replayed (proof)  claimed by {SUBJECT}"
                ),
                &format!(
                    "2      2027-01-15T08:00:00Z  REFUSED   calendar.write calendar/alice/work  request-not-granted (request)  claimed by {SUBJECT}"
                ),
            ]
        );
        assert_eq!(world.ok(&format!("audit show {name} --refused")).lines().count(), 2);
        assert_eq!(world.ok(&format!("audit show {name} --admitted --with {SUBJECT}")).lines().count(), 1);
        assert_eq!(world.ok(&format!("audit show {name} --with nobody")), "");
        let json = world.ok(&format!("audit show {name} --json"));
        let first: Value = serde_json::from_str(json.lines().next().unwrap()).unwrap();
        assert_eq!(first["event"]["decision"]["execution"]["hops"][1]["role"], "authorized-workload");
    }
}

#[test]
fn one_record_answers_the_three_questions() {
    let world = audited("audit-explain", "audit.cborseq");
    let text = world.ok("audit explain audit.cborseq --record 0");
    let worker = format!("{SUBJECT} as authorized-workload, on the word of https://attester.acme.example");
    for line in [
        "ADMITTED       record 0, 2027-01-15T08:00:00Z".to_owned(),
        "asked          calendar.read on calendar/alice/work, of https://calendar.acme.example".to_owned(),
        "granted by     calendar.read  calendar/alice/work".to_owned(),
        format!("performed by   {worker}, for https://acme.example/alice"),
        "authorized by  https://acme.example/alice (identity origin, anchor \"alice\")".to_owned(),
        format!("  hop 1        {worker}, for https://acme.example/alice, called by name"),
    ] {
        assert!(text.contains(&format!("{line}\n")), "{line}\n\n{text}");
    }
    assert!(text.contains("\nconnected by   2 hops of execution "), "{text}");
    let text = world.ok("audit explain audit.cborseq --record 2");
    for line in [
        "REFUSED        record 2, 2027-01-15T08:00:00Z".to_owned(),
        "because        request: no grant of the head admits the request (request-not-granted, V1011)".to_owned(),
        "caller told    forbidden".to_owned(),
    ] {
        assert!(text.contains(&format!("{line}\n")), "{line}\n\n{text}");
    }
    assert!(text.contains("\nclaimed        NOT VERIFIED: 2 hops from https://acme.example/alice to "), "{text}");
    world.unusable("audit explain audit.cborseq --record 3", "audit.cborseq: no record 3");
}

#[test]
fn a_log_edited_cut_off_or_put_in_another_order_is_refused() {
    let world = audited("audit-tampered", "audit.jsonl");
    let log = String::from_utf8(world.read("audit.jsonl")).unwrap();
    let lines: Vec<&str> = log.split_inclusive('\n').collect();
    let tampered = [
        (
            "an edit",
            log.replacen("calendar.write", "calendar.read", 1),
            "the last of the first 3 records is not the one that was written",
        ),
        (
            "an edit",
            log.replacen("calendar.read", "calendar.list", 1),
            "record 1: written after another record than the one before it",
        ),
        ("a line removed", [lines[0], lines[2]].concat(), "record 1: it says that it is record 2"),
        ("lines swapped", [lines[1], lines[0], lines[2]].concat(), "record 0: it says that it is record 1"),
        ("the end cut off", lines[..2].concat(), "cut off: 2 records, of at least 3 that were written"),
        ("a line cut off", log[..log.len() - 9].to_owned(), "record 2: the log ends in the middle of it"),
        ("all cut off", String::new(), "cut off: 0 records, of at least 3 that were written"),
    ];
    for (what, text, expected) in tampered {
        world.write("audit.jsonl", &text);
        assert!(text != log, "{what}");
        world.refused("audit verify audit.jsonl", &format!("audit.jsonl: {expected}"));
        // Nor does a service go on with it.
        let admit = format!(
            "admit --trust trust.json --token worker.token --proof request.proof {AUDIENCE} {GET} {READ} --audit audit.jsonl"
        );
        assert_ne!(world.run(&admit).code, Some(0), "{what}");
    }
    let json = world.run("audit verify audit.jsonl --json");
    let report: Value = serde_json::from_slice(&json.stdout).unwrap();
    assert_eq!((json.code, report["error"]["name"].as_str()), (Some(1), Some("log-cut-off")));
}

#[test]
fn a_request_that_cannot_be_recorded_is_not_admitted() {
    let world = World::with_story("audit-full");
    let admit = format!("admit --trust trust.json --token worker.token --proof request.proof {AUDIENCE} {GET} {READ}");
    assert!(world.ok(&admit).starts_with("ADMITTED"));
    world.unusable(&format!("{admit} --audit missing/audit.jsonl"), "missing/audit.jsonl: no such file");
}

#[test]
fn a_head_that_is_none_is_unusable() {
    let world = World::new("audit-head");
    let outcome = world.run("audit verify audit.jsonl --head 7");
    assert_eq!(outcome.code, Some(2));
    assert!(outcome.stderr.contains("not the head of a log"), "{}", outcome.stderr);
    world.unusable("audit verify audit.jsonl", "audit.jsonl: no such file");
}
