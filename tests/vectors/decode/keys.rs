//! V233, V239, V240 for `iss` of an unvouched link, V244, V245: the one form of a key, and keys that must differ.

use ciborium::Value;
use throughline::ErrorKind;
use throughline::issue::Actor;

use super::{Bench, LINKS, On};
use crate::common::cbor::{OURS, bytes, cose_key, int, map, put, raw, remove, text};
use crate::common::{ROLE, public};

pub(super) fn publish(bench: &mut Bench<'_>) {
    forms(bench);
    confirmations(bench);
    unvouched_keys(bench);
    unvouched_identifiers(bench);
    members(bench);
    self_issued(bench);
    agreement_keys(bench);
}

/// A COSE_Key with one change.
fn changed(name: &str, change: impl FnOnce(&mut Value)) -> Value {
    let mut key = cose_key(public(name).key());
    change(&mut key);
    key
}

fn forms(bench: &mut Bench<'_>) {
    let wrong = ErrorKind::KeyUnsupported;
    let key = *public("worker 9").key();
    let longer = [key.x().as_slice(), &[0]].concat();
    let compressed = Value::Bool(true);
    let set = |label: i64, value: Value| changed("worker 9", |key| put(key, &[label], value));
    let unset = |label: i64| changed("worker 9", |key| remove(key, &[label]));
    let forms = [
        ("okp", set(1, int(1)), "a key of type OKP"),
        ("symmetric", set(1, int(4)), "a symmetric key"),
        ("p-384", set(-1, int(2)), "a key on P-384"),
        ("ed25519", set(-1, int(6)), "a key on Ed25519's curve"),
        ("secp256k1", set(-1, int(8)), "a key on secp256k1"),
        ("with-kid", set(2, bytes(b"kid")), "a key with a kid"),
        ("with-alg", set(3, int(-9)), "a key with the right algorithm, which is superfluous"),
        ("with-another-alg", set(3, int(-7)), "a key with an algorithm that contradicts"),
        ("with-operations", set(4, Value::Array(vec![int(2)])), "a key with its operations"),
        ("with-its-secret", set(-4, bytes(&[1; 32])), "a key with its secret"),
        ("compressed", set(-3, compressed), "a compressed point"),
        ("short-y", set(-3, bytes(&key.y()[1..])), "a y of 31 bytes"),
        ("long-x", set(-2, bytes(&longer)), "an x of 33 bytes"),
        ("empty-x", set(-2, bytes(b"")), "an x without bytes"),
        ("integer-x", set(-2, int(1)), "an x that is an integer"),
        ("no-type", unset(1), "a key without its type"),
        ("no-curve", unset(-1), "a key without its curve"),
        ("no-x", unset(-2), "a key without x"),
        ("no-y", unset(-3), "a key without y"),
        ("empty", map([]), "a key without anything"),
    ];
    for (n, (id, key, what)) in forms.into_iter().enumerate() {
        let (on, name) = [(On::Credential(0), "cnf"), (On::Alone, "cnf")][n % 2];
        bench.inside(wrong, id, on, &format!("{name} is {what}"), &[8, 1], key.clone());
        let on = LINKS[n % 3];
        let what = format!("agree is {what}");
        bench.on("decode-rich").inside(wrong, &format!("agree-{id}"), on, &what, &[OURS, 9], key.clone());
        if n % 4 == 0 {
            let what = what.replacen("agree", "cnf of an unvouched link", 1);
            bench.on("decode-stranger").inside(wrong, &format!("carried-{id}"), On::Link(1), &what, &[8, 1], key);
        }
    }
}

fn confirmations(bench: &mut Bench<'_>) {
    let wrong = ErrorKind::KeyUnsupported;
    let key = || cose_key(public("worker 9").key());
    for (id, cnf, what) in [
        ("cnf-kid", map([(3, bytes(b"kid"))]), "cnf is a kid"),
        ("cnf-encrypted", map([(2, key())]), "cnf is an encrypted key"),
        ("cnf-key-and-kid", map([(1, key()), (3, bytes(b"kid"))]), "cnf is a key and a kid"),
        ("cnf-empty", map([]), "cnf is an empty map"),
    ] {
        for (twin, on) in [("decode-called-of-two", On::Credential(0)), ("decode-lone-credential", On::Alone)] {
            bench.on(twin).inside(wrong, id, on, what, &[8], cnf.clone());
        }
    }
}

fn unvouched_keys(bench: &mut Bench<'_>) {
    let wrong = ErrorKind::UnvouchedKey;
    let places = [("decode-stranger", 1), ("decode-strangers", 2), ("decode-strangers", 3)];
    for (id, other, what) in [
        ("strangers-kid", "worker 9", "kid is the thumbprint of another key that nobody knows"),
        ("origins-kid", "alice", "kid is the thumbprint of an identity origin's key"),
        ("pins-kid", "gateway", "kid is the thumbprint of a pinned key"),
    ] {
        for (twin, link) in places {
            let name = format!("v239-{id}-link-{link}");
            let on = On::Link(link);
            bench.suite.spoil(twin, &name, wrong, on.part(), &format!("Unvouched link: {what}."), |vector| {
                on.edit(vector, |item| {
                    item.message.header(|header| put(header, &[4], bytes(public(other).thumbprint().as_bytes())));
                });
            });
        }
    }
    for (twin, link) in places {
        let on = On::Link(link);
        let name = format!("v239-another-key-link-{link}");
        let what = "Unvouched link: cnf is another key, which signs the link, and kid is not its thumbprint.";
        bench.suite.spoil(twin, &name, wrong, on.part(), what, |vector| {
            on.edit(vector, |item| {
                item.message.put(&[8, 1], cose_key(public("worker 9").key()));
                "worker 9".clone_into(&mut item.signer);
            });
        });
    }
}

/// The identifier of an unvouched actor.
pub(super) fn uri(key: &str) -> String {
    Actor::unvouched(public(key)).identifier().to_owned()
}

fn unvouched_identifiers(bench: &mut Bench<'_>) {
    let wrong = ErrorKind::UnvouchedIdentifier;
    let own = uri("stray");
    let bench = &mut bench.on("decode-stranger");
    for (id, other, what) in [
        ("of-another-key", uri("mallory"), "iss is another key's thumbprint URI"),
        (
            "of-a-worker",
            "spiffe://prod.example/ns/calendar/executor/unknown-01".to_owned(),
            "iss is a worker's identifier",
        ),
        ("longer", format!("{own}A"), "iss has a character more"),
        ("shorter", own[..own.len() - 1].to_owned(), "iss lacks its last character"),
        ("sha-512", own.replace("sha-256", "sha-512"), "iss says sha-512"),
        ("padded", format!("{own}="), "iss has padding"),
        ("upper-case", own.replace("urn:ietf", "urn:IETF"), "iss has upper-case letters"),
    ] {
        bench.inside(wrong, id, On::Link(1), &format!("of an unvouched actor, {what}"), &[1], text(&other));
    }
    bench.claims(wrong, "without-cnf", On::Link(1), "a thumbprint URI in iss, a role, and no cnf", |message| {
        message.remove(&[8]);
        message.put(&[OURS, 3], text(ROLE));
        None
    });
}

/// V233: another type in the place of a member of a key; what is not deterministic CBOR keeps its own step.
fn members(bench: &mut Bench<'_>) {
    for (id, bytes) in [
        ("text", b"\x61a".as_slice()),
        ("bytes", b"\x41a"),
        ("true", b"\xf5"),
        ("null", b"\xf6"),
        ("float", b"\xf9\x00\x00"),
        ("array", b"\x80"),
        ("map", b"\xa0"),
        ("tag", b"\xc1\x02"),
    ] {
        for (name, label) in [("kty", 1), ("crv", -1)] {
            let what = format!("{name} of the key is of another type");
            let wrong = ErrorKind::KeyUnsupported;
            bench.within(wrong, &format!("{name}-{id}"), On::Credential(0), &what, &[8, 1, label], raw(bytes), &[8, 1]);
        }
        if id != "bytes" {
            let what = "y of the key is of another type";
            bench.value(
                ErrorKind::KeyUnsupported,
                &format!("y-{id}"),
                On::Credential(0),
                what,
                &[8, 1, -3],
                raw(bytes),
            );
        }
    }
    for (id, kind, bytes) in [
        ("long-head", ErrorKind::HeadNotShortest, b"\x18\x01".as_slice()),
        ("reserved", ErrorKind::ReservedHead, b"\x1c"),
        ("indefinite", ErrorKind::IndefiniteLength, b"\x5f\xff"),
    ] {
        for (name, label) in [("kty", 1), ("x", -2)] {
            let what = format!("{name} of the key is not deterministic CBOR");
            bench.value(kind, &format!("key-{name}-{id}"), On::Credential(0), &what, &[8, 1, label], raw(bytes));
        }
    }
}

fn self_issued(bench: &mut Bench<'_>) {
    let wrong = ErrorKind::CredentialSelfIssued;
    let what = "it is for the key of the attester who signs it";
    let key = || cose_key(public("attester").key());
    bench.on("decode-called").inside(wrong, "attesters-key-middle", On::Credential(0), what, &[8, 1], key());
    bench.on("decode-called").inside(wrong, "attesters-key-last", On::Credential(1), what, &[8, 1], key());
    bench.on("decode-role-root").inside(wrong, "attesters-key-first", On::Credential(0), what, &[8, 1], key());
    bench.inside(wrong, "attesters-key", On::Alone, what, &[8, 1], key());
    for (on, worker) in [(On::Credential(0), "worker 1"), (On::Alone, "worker 1")] {
        let name = format!("v244-own-key-{}", on.word());
        let what = format!("{}: signed by the key that it is for, under that key's thumbprint.", on.name());
        bench.suite.spoil(on.twin(), &name, wrong, on.part(), &what, |vector| {
            on.edit(vector, |item| {
                let own = bytes(public(worker).thumbprint().as_bytes());
                item.message.header(|header| put(header, &[4], own));
                worker.clone_into(&mut item.signer);
            });
        });
    }
}

fn agreement_keys(bench: &mut Bench<'_>) {
    let wrong = ErrorKind::AgreementKeyReused;
    let what = "agree is the key in its own cnf";
    for (link, key) in [(1, "stray"), (2, "bob"), (3, "mallory")] {
        let on = On::Link(link);
        let name = format!("v245-own-key-link-{link}");
        let mut byte = 0;
        bench
            .suite
            .spoil("decode-strangers", &name, wrong, on.part(), &format!("Unvouched link: {what}."), |vector| {
                let mut offset = 0;
                let (message, start) = on.edit(vector, |item| {
                    item.message.put(&[OURS, 9], cose_key(public(key).key()));
                    offset = item.message.offset(&[OURS, 9]) - 1;
                });
                byte = start + super::claims_within(&message) + offset;
            })
            .byte(byte);
    }
}
