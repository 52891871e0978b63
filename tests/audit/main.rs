//! Audit records: what is written of a decision, in both forms, and that a log which was tampered with shows.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test may fail")]
#![allow(clippy::indexing_slicing, clippy::arithmetic_side_effects, reason = "in a test they fail loudly")]
#![cfg(all(feature = "audit", feature = "issue", feature = "p256", feature = "std"))]

#[path = "../common/mod.rs"]
mod common;
mod links;
mod records;

use throughline::audit::{Broken, Changed, Decision, Event, Form, Head, Input, Lost, Opened, Refused};
use throughline::{Argument, Digest, NoRevocations, P256, ProofKind, Request, Value, Verifier, Vouching};

use common::world::{agreeing, consented, mac_proof, through_stranger, wide_trust};
use common::{AUDIENCE, Memory, NOW, key, proof, request_digest, worker};

const FORMS: [Form; 2] = [Form::Cbor, Form::JsonLines];
const ARGUMENTS: [Argument<'static>; 1] = [Argument { name: "days", value: Value::Int(7) }];

fn request() -> Request<'static> {
    Request::new(AUDIENCE, request_digest(), "calendar.read", "calendar/alice/work").with(&ARGUMENTS)
}

/// Has the decision about a token and a proof recorded, whatever it is.
fn decide(token: &[u8], proof: &[u8], use_it: impl FnOnce(Decision<'_>)) {
    let (trust, replay) = (wide_trust(), Memory::default());
    let agreement = [common::world::agreement_key("audience")];
    let agreement = agreement.as_slice();
    let verifier = Verifier::new(&trust, &P256, &NoRevocations).agreement(&agreement);
    match verifier.admit(token, proof, &request(), &replay, NOW) {
        Ok(admission) => use_it(Decision::admitted(&admission, &request())),
        Err(error) => {
            use_it(Decision::of(AUDIENCE).about(&request()).refused(Refused::from(&error), Some(token), Some(proof)));
        }
    }
}

/// Two hops with consent, by the head's signature.
fn consented_chain() -> (Vec<u8>, Vec<u8>) {
    let root = consented().next_identifier(&worker(1)).sign(&key("alice")).unwrap();
    let token = common::world::hop(&root, 1);
    let proof = proof(&token, "worker 1", 1);
    (token, proof)
}

/// A log with one record of each kind.
fn log(form: Form) -> (Vec<u8>, Head) {
    let (mut head, mut log) = (Head::EMPTY, Vec::new());
    let opened = Opened { software: "calendar \"1.0\"\n".into(), audience: AUDIENCE.into() };
    head.append(form, NOW, Event::Opened(opened), &mut log);
    let digest = Digest::of(&[b"bundle"]);
    let changed = [(Input::TrustBundle, None), (Input::RevocationList, Some(7)), (Input::KnownCredentials, None)];
    for (what, number) in changed {
        head.append(form, NOW, Event::Changed(Changed { what, digest, number }), &mut log);
    }
    let mut write = |decision: Decision<'_>| {
        // What is read is what was written.
        let mut reader = head;
        let (start, event) = (log.len(), Event::Decision(Box::new(decision)));
        head.append(form, NOW, event.clone(), &mut log);
        assert_eq!(reader.follow(form, &log[start..]).unwrap().event, event);
        assert_eq!(reader, head);
    };
    let (token, signed) = consented_chain();
    decide(&token, &signed, &mut write);
    let token = agreeing();
    decide(&token, &mac_proof(&token), &mut write);
    let token = through_stranger(4);
    decide(&token, &proof(&token, "worker 3", 1), &mut write);
    // Refused: by a step after the token was read, and before.
    decide(&token, &signed, &mut write);
    decide(&token[1..], &[], &mut write);
    head.append(form, NOW, Event::Lost(Lost { records: 3 }), &mut log);
    head.append(form, NOW.plus(1), Event::Closed, &mut log);
    (log, head)
}

/// The log's records, as they stand in it.
fn split(form: Form, mut log: &[u8]) -> Vec<&[u8]> {
    let mut records = Vec::new();
    while let Some((record, rest)) = form.record_len(log).and_then(|len| log.split_at_checked(len)) {
        records.push(record);
        log = rest;
        if log.is_empty() {
            break;
        }
    }
    assert!(log.is_empty());
    records
}

/// For each record: the head before it, its place in the log, and its bytes.
fn places(form: Form, log: &[u8]) -> Vec<(Head, usize, &[u8])> {
    let (mut head, mut at) = (Head::EMPTY, 0);
    let place = |record| {
        let place = (head, at, record);
        head.follow(form, record).unwrap();
        at += record.len();
        place
    };
    split(form, log).into_iter().map(place).collect()
}

/// Reads a log from its beginning, as an auditor would who was told its head.
fn read(form: Form, log: &[u8], expected: &Head) -> Result<Head, Broken> {
    read_from(Head::EMPTY, form, log, expected)
}

/// Reads what follows a head.
fn read_from(mut reader: Head, form: Form, mut log: &[u8], expected: &Head) -> Result<Head, Broken> {
    while !log.is_empty() {
        let len = form.record_len(log).ok_or(Broken::Malformed { record: reader.records })?;
        let (record, rest) = log.split_at(len);
        reader.follow(form, record)?;
        reader.passes(expected)?;
        log = rest;
    }
    reader.reaches(expected)?;
    Ok(reader)
}
