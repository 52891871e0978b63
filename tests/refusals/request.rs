//! Stage 10, V1010–V1012: the request is well-formed, the head's grants admit it, and the authority is of the kind demanded.

use throughline::issue::{ContinuationBuilder, Grant, GrantList};
use throughline::{Argument, AuthorityDemand, ErrorKind, Part, Policy, Request, Value};

use crate::common::cbor::{OURS, text};
use crate::common::forge::Forge;
use crate::common::setting::{Setting, request};
use crate::common::world::{by, ceiling, edit, hop, through_gateway, through_stranger, vouched, wide_trust};
use crate::common::{AUDIENCE, chain, contract, key, origin, proof, request_digest, root, window, worker};

const REQUEST: Part = Part::Request;

fn setting() -> Setting {
    let mut setting = Setting::new(wide_trust());
    edit(&mut setting.trust.origins, |origins| origins[0].ceiling = ceiling("*", "*"));
    setting
}

fn asks<'r>(action: &'r str, resource: &'r str, arguments: &'r [Argument<'r>]) -> Request<'r> {
    Request::new(AUDIENCE, request_digest(), action, resource).with(arguments)
}

const DAYS: &[Argument<'static>] = &[Argument { name: "days", value: Value::Int(7) }];

/// Root and worker 1 under these grants, with worker 1's proof.
fn under(grants: impl IntoIterator<Item = Grant>) -> (Vec<u8>, Vec<u8>) {
    let grants = GrantList::new(grants).unwrap();
    let builder = throughline::issue::RootBuilder::new(crate::common::alice(), &origin(), window(), grants);
    let token = builder.next_contract_without_handover(contract()).sign(&key("alice")).unwrap();
    let token = by(1, ContinuationBuilder::new(&token, vouched(1), window()));
    let proof = proof(&token, "worker 1", 1);
    (token, proof)
}

#[test]
fn malformed_requests_rejected() {
    let setting = setting();
    let (token, proof) = under([Grant::new("*", "*")]);
    setting.admits(&token, &proof, &asks("calendar.read", "calendar/alice/work", DAYS));
    let long = "x".repeat(129);
    let longer = "x".repeat(1_025);
    for action in
        ["", "*", "calendar.*", "calendar.", ".read", "calendar..read", "calendar read", "calendar.\u{e9}", &long]
    {
        let request = asks(action, "calendar/alice/work", DAYS);
        setting.declines(&token, &proof, &request, ErrorKind::RequestInvalid, REQUEST);
    }
    for resource in [
        "",
        "*",
        "calendar/*",
        "calendar/",
        "/",
        "calendar//x",
        "calendar/./x",
        "calendar/../x",
        "calendar/%2e%2e/x",
        "calendar/a%2fb",
        "calendar/a%5Cb",
        "calendar/a%25b",
        "calendar\\x",
        "calendar/\u{0}",
        "https://",
        &longer,
    ] {
        let request = asks("calendar.read", resource, DAYS);
        setting.declines(&token, &proof, &request, ErrorKind::RequestInvalid, REQUEST);
    }
}

#[test]
fn argument_given_twice_rejected() {
    let setting = setting();
    let (token, proof) = under([Grant::new("*", "*")]);
    let argument = |name: &'static str, n: i64| Argument { name, value: Value::Int(n) };
    let good = [argument("a", 1), argument("b", 1), argument("A", 1)];
    setting.admits(&token, &proof, &asks("a", "b", &good));
    for twice in
        [[argument("a", 1), argument("b", 1), argument("a", 1)], [argument("a", 1), argument("a", 2), argument("b", 1)]]
    {
        setting.declines(&token, &proof, &asks("a", "b", &twice), ErrorKind::RequestInvalid, REQUEST);
    }
}

#[test]
fn too_many_arguments_and_too_long_names_rejected() {
    let setting = setting();
    let (token, proof) = under([Grant::new("*", "*")]);
    let names: Vec<String> = (0..257).map(|n| format!("a{n}")).collect();
    let arguments: Vec<Argument<'_>> = names.iter().map(|name| Argument { name, value: Value::Bool(true) }).collect();
    setting.admits(&token, &proof, &asks("a", "b", &arguments[..256]));
    setting.declines(&token, &proof, &asks("a", "b", &arguments), ErrorKind::RequestInvalid, REQUEST);
    let (fits, long) = ("x".repeat(1_024), "x".repeat(1_025));
    setting.admits(&token, &proof, &asks("a", "b", &[Argument { name: &fits, value: Value::Bool(true) }]));
    let request = [Argument { name: &long, value: Value::Bool(true) }];
    setting.declines(&token, &proof, &asks("a", "b", &request), ErrorKind::RequestInvalid, REQUEST);
}

#[test]
fn request_that_no_grant_admits_rejected() {
    let setting = setting();
    let (token, proof) = under([Grant::new("calendar.*", "calendar/alice/*"), Grant::new("mail.read", "mail")]);
    for (action, resource, admitted) in [
        ("calendar.read", "calendar/alice/work", true),
        ("calendar.read.all", "calendar/alice/work/today", true),
        ("mail.read", "mail", true),
        ("calendar", "calendar/alice/work", false),
        ("calendars.read", "calendar/alice/work", false),
        ("Calendar.read", "calendar/alice/work", false),
        ("calendar.read", "calendar/alice", false),
        ("calendar.read", "calendar/alices/work", false),
        ("calendar.read", "calendar/bob/work", false),
        ("calendar.read", "/calendar/alice/work", false),
        ("calendar.read", "https://calendar/alice/work", false),
        // One grant's action on another's resource.
        ("mail.read", "calendar/alice/work", false),
        ("calendar.read", "mail", false),
        ("mail.read", "mail/x", false),
    ] {
        match admitted {
            true => setting.admits(&token, &proof, &asks(action, resource, &[])),
            false => {
                setting.declines(&token, &proof, &asks(action, resource, &[]), ErrorKind::RequestNotGranted, REQUEST)
            }
        }
    }
}

#[test]
fn argument_outside_its_limit_rejected() {
    let setting = setting();
    let cases: [(Grant, &[Value<'_>], &[Value<'_>]); 4] = [
        (
            Grant::new("a", "b").equals("n", Value::Int(1)),
            &[Value::Int(1)],
            &[Value::Int(2), Value::Text("1"), Value::Bool(true)],
        ),
        (
            Grant::new("a", "b").one_of("n", [Value::Int(1), Value::Text("x"), Value::Bool(false)]),
            &[Value::Int(1), Value::Text("x"), Value::Bool(false)],
            &[Value::Int(2), Value::Text("X"), Value::Text(""), Value::Bool(true)],
        ),
        (
            Grant::new("a", "b").range("n", -3, 3),
            &[Value::Int(-3), Value::Int(0), Value::Int(3)],
            &[
                Value::Int(-4),
                Value::Int(4),
                Value::Int(i64::MIN),
                Value::Int(i64::MAX),
                Value::Text("0"),
                Value::Bool(false),
            ],
        ),
        (
            Grant::new("a", "b").prefix("n", "data"),
            &[Value::Text("data"), Value::Text("data/x")],
            &[
                Value::Text("database"),
                Value::Text("dat"),
                Value::Text("/data"),
                Value::Text("data/../x"),
                Value::Text("data/"),
                Value::Text("data/%2e"),
                Value::Int(0),
                Value::Text(""),
            ],
        ),
    ];
    for (grant, good, bad) in cases {
        let (token, proof) = under([grant]);
        for value in good {
            setting.admits(&token, &proof, &asks("a", "b", &[Argument { name: "n", value: *value }]));
        }
        for value in bad {
            let arguments = [Argument { name: "n", value: *value }];
            setting.declines(&token, &proof, &asks("a", "b", &arguments), ErrorKind::RequestNotGranted, REQUEST);
        }
        // Missing, and under another name.
        setting.declines(&token, &proof, &asks("a", "b", &[]), ErrorKind::RequestNotGranted, REQUEST);
        let other = [Argument { name: "N", value: good[0] }];
        setting.declines(&token, &proof, &asks("a", "b", &other), ErrorKind::RequestNotGranted, REQUEST);
    }
}

#[test]
fn request_inside_the_roots_grants_and_outside_the_heads_rejected() {
    let setting = setting();
    let token = root().next_contract_without_handover(contract()).sign(&key("alice")).unwrap();
    let narrow = GrantList::new([Grant::new("calendar.read", "calendar/alice/home").range("days", 1, 31)]).unwrap();
    let narrowed =
        by(1, ContinuationBuilder::new(&token, vouched(1), window()).grants(narrow).next_identifier(&worker(2)));
    for token in [hop(&narrowed, 2), narrowed] {
        let head = Forge::of(&token).items.last().unwrap().signer.clone();
        let proof = proof(&token, &head, 1);
        setting.admits(&token, &proof, &asks("calendar.read", "calendar/alice/home", DAYS));
        setting.declines(&token, &proof, &request(), ErrorKind::RequestNotGranted, REQUEST);
    }
    let nothing = by(1, ContinuationBuilder::new(&token, vouched(1), window()).grants(GrantList::new([]).unwrap()));
    setting.declines(&nothing, &proof(&nothing, "worker 1", 1), &request(), ErrorKind::RequestNotGranted, REQUEST);
}

#[test]
fn authority_of_the_other_kind_rejected() {
    let setting = setting();
    let demand = |authority| request().under(Policy { authority, ..Policy::default() });
    let (delegated, independent) = (AuthorityDemand::Delegated, AuthorityDemand::Independent);
    // Alice's own workers, pinned or not; one worker, at any place, of another entity; a stranger at any place.
    let mut other = [1, 2].map(|nth| {
        let mut forge = Forge::of(&chain(4));
        forge.credential(nth).message.put(&[OURS, 14], text("https://alice.example/team"));
        (forge.token(), "worker 3", delegated, independent)
    });
    other[1].1 = "worker 3";
    let [second, last] = other;
    for (token, head, is, is_not) in [
        (chain(4), "worker 3", independent, delegated),
        (chain(1), "alice", independent, delegated),
        (through_gateway(3), "worker 2", independent, delegated),
        second,
        last,
        (through_stranger(2), "stray", delegated, independent),
        (through_stranger(4), "worker 3", delegated, independent),
    ] {
        let proof = proof(&token, head, 1);
        setting.admits(&token, &proof, &demand(AuthorityDemand::Any));
        setting.admits(&token, &proof, &demand(is));
        setting.declines(&token, &proof, &demand(is_not), ErrorKind::AuthorityKind, REQUEST);
    }
}
