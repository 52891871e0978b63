//! Stage 2, V234, V239, V240: identifiers, names, namespaces, and the thumbprint URIs of unvouched actors.

use ciborium::Value;
use throughline::{ErrorKind, Part};

use crate::common::cbor::{OURS, bytes, cose_key, int, map, put, text};
use crate::common::public;
use crate::common::world::through_stranger;
use crate::judge::{Judge, LINKS};

/// Not an identifier, whatever its form.
const MALFORMED: [&str; 40] = [
    "worker",
    "/etc/passwd",
    "SPIFFE://prod.example/x",
    "Spiffe://prod.example/x",
    "spiffe:prod.example/x",
    "spiffe://",
    "spiffe:///x",
    "spiffe://Prod.example/x",
    "spiffe://prod.example/",
    "spiffe://prod.example//x",
    "spiffe://prod.example/./x",
    "spiffe://prod.example/../x",
    "spiffe://prod.example:8443/x",
    "spiffe://user@prod.example/x",
    "spiffe://prod.example/x?y",
    "spiffe://prod.example/x#y",
    "spiffe://prod.example/%2e%2e/x",
    "spiffe://prod.example/x y",
    "spiffe://prod.example/\u{e9}",
    "https://acme.example:443/x",
    "https://Acme.example/x",
    "https://acme.example/a%2Fb",
    "https://acme.example/a%5Cb",
    "https://acme.example/a%25b",
    "https://acme.example/a\\b",
    "https://acme..example",
    "https://-acme.example",
    "HTTPS://acme.example",
    "did:web",
    "did:web:",
    "did:Web:x",
    "DID:web:x",
    "did:web:a::b",
    "did:web:a/../b",
    "arn::iam::1:role",
    "arn:aws:iam::1:",
    "urn:",
    "URN:x:y",
    "urn:a b",
    "urn:a\u{7f}",
];

#[test]
fn malformed_identifiers_rejected() {
    let judge = Judge::new();
    for wrong in MALFORMED {
        for part in LINKS {
            judge.value(part, &[1], text(wrong), ErrorKind::IdentifierInvalid);
            judge.value(part, &[OURS, 5], text(wrong), ErrorKind::IdentifierInvalid);
        }
        for path in [[1].as_slice(), &[2], &[OURS, 14]] {
            judge.value(Part::Credential(0), path, text(wrong), ErrorKind::IdentifierInvalid);
        }
        judge.value(Part::HandOver(1), &[OURS, 20], text(wrong), ErrorKind::IdentifierInvalid);
        judge.value(Part::Link(0), &[OURS, 7, 2], text(wrong), ErrorKind::IdentifierInvalid);
        judge.value(Part::Link(0), &[OURS, 5, 2, 1], text(wrong), ErrorKind::IdentifierInvalid);
    }
}

#[test]
fn malformed_namespaces_rejected() {
    let judge = Judge::new();
    let also = ["arn:aws:s3::", "arn:aws:s3:::bucket", "arn:aws:iam", "spiffe://prod.example/x/"];
    for wrong in MALFORMED.into_iter().chain(also) {
        for part in LINKS {
            let contract = map([(1, text(wrong)), (4, Value::Bool(true))]);
            judge.inner(part, &[OURS, 5], contract.clone(), ErrorKind::IdentifierInvalid);
            judge.inner(part, &[OURS, 6], contract, ErrorKind::IdentifierInvalid);
        }
    }
}

#[test]
fn names_with_control_characters_rejected() {
    let judge = Judge::new();
    for wrong in ["a\u{0}", "\n", "a\u{1f}b", "\u{7f}"] {
        for part in LINKS {
            judge.value(part, &[OURS, 3], text(wrong), ErrorKind::IdentifierInvalid);
            judge.value(part, &[OURS, 5, 2, 0, 0], text(wrong), ErrorKind::IdentifierInvalid);
        }
        judge.value(Part::Credential(0), &[OURS, 15, 0], text(wrong), ErrorKind::IdentifierInvalid);
        let properties = Value::Map(vec![(text(wrong), int(2))]);
        judge.inner(Part::Credential(0), &[OURS, 16], properties, ErrorKind::IdentifierInvalid);
        let limits = Value::Map(vec![(text(wrong), Value::Array(vec![int(0), int(1)]))]);
        judge.inner(Part::Link(0), &[OURS, 4, 0, 2], limits, ErrorKind::IdentifierInvalid);
    }
}

fn uri(key: &str) -> String {
    throughline::issue::Actor::unvouched(public(key)).identifier().to_owned()
}

#[test]
fn kid_that_is_not_the_carried_keys_thumbprint_rejected() {
    let judge = Judge::of(through_stranger(4));
    for other in [public("mallory").thumbprint(), public("alice").thumbprint(), public("worker 1").thumbprint()] {
        let mut forge = judge.forge(Part::Link(1));
        forge.link(1).message.header(|header| put(header, &[4], bytes(other.as_bytes())));
        judge.setting.refuses(&forge.token(), ErrorKind::UnvouchedKey, Part::Link(1));
    }
    // Another key in `cnf`, signed by that key.
    let mut forge = judge.forge(Part::Link(1));
    let forged = forge.link(1);
    forged.message.put(&[8, 1], cose_key(public("mallory").key()));
    forged.signer = "mallory".to_owned();
    judge.setting.refuses(&forge.token(), ErrorKind::UnvouchedKey, Part::Link(1));
}

#[test]
fn unvouched_actor_under_another_name_rejected() {
    let judge = Judge::of(through_stranger(4));
    let own = uri("stray");
    for other in [
        uri("mallory"),
        "spiffe://prod.example/ns/calendar/executor/unknown-01".to_owned(),
        format!("{own}A"),
        own[..own.len() - 1].to_owned(),
        own.replace("sha-256", "sha-512"),
        format!("{own}="),
    ] {
        judge.inner(Part::Link(1), &[1], text(&other), ErrorKind::UnvouchedIdentifier);
    }
}

#[test]
fn thumbprint_uri_for_anyone_else_rejected() {
    let judge = Judge::new();
    for name in [uri("worker 1"), "urn:ietf:params:oauth:ckt:x".to_owned()] {
        for part in LINKS {
            judge.inner(part, &[1], text(&name), ErrorKind::UnvouchedIdentifier);
        }
        for path in [[1].as_slice(), &[2], &[OURS, 14]] {
            judge.value(Part::Credential(0), path, text(&name), ErrorKind::UnvouchedIdentifier);
        }
        judge.value(Part::Link(0), &[OURS, 7, 2], text(&name), ErrorKind::UnvouchedIdentifier);
        judge.value(Part::Link(0), &[OURS, 5, 2, 1], text(&name), ErrorKind::UnvouchedIdentifier);
        judge.value(Part::Link(0), &[OURS, 5, 2, 1, 0], text(&name), ErrorKind::UnvouchedIdentifier);
    }
}
