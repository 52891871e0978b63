//! The engines behind the signature door give the same verdicts, and tables are built for admitted keys only.
#![cfg(feature = "issue")]

mod common;

use common::{AUDIENCE, Memory, NOW, chain, credential_for, key, proof, request_digest, root, trust, window, worker};
use throughline::issue::{Actor, ContinuationBuilder};
use throughline::{
    Engine, ErrorKind, NoRevocations, P256, PreparedKeys, Request, SignatureVerifier, UnixTime, Verifier,
};

/// The token's verdict under every engine; they must agree.
fn verdict(token: &[u8], now: UnixTime) -> Result<usize, throughline::Error> {
    let trust = trust();
    let prepared = PreparedKeys::new(&trust, 4);
    let engines: [&(dyn SignatureVerifier + Sync); 3] = [&Engine, &P256, &prepared];
    let verdicts =
        engines.map(|engine| Verifier::new(&trust, engine, &NoRevocations).verify(token, now).map(|chain| chain.len()));
    assert_eq!(verdicts[0], verdicts[1]);
    assert_eq!(verdicts[0], verdicts[2]);
    verdicts[0]
}

#[test]
fn chains_of_every_length_accepted_by_every_engine() {
    for links in 1..=16 {
        assert_eq!(verdict(&chain(links), NOW), Ok(usize::from(links)));
    }
}

#[test]
fn one_wrong_signature_is_named_by_every_engine() {
    // s is the last number of an item, so the last bytes of the token are those of the newest link.
    for links in [1, 2, 8, 16] {
        let mut token = chain(links);
        let last = token.len() - 1;
        token[last] ^= 1;
        let error = verdict(&token, NOW).unwrap_err();
        assert_eq!((error.kind, error.at.part), (ErrorKind::SignatureInvalid, throughline::Part::Link(links - 1)));
    }
}

#[test]
fn key_off_the_curve_rejected_by_every_engine() {
    let on = common::public("worker 1");
    let mut y = *on.key().y();
    y[31] ^= 1;
    let off = throughline::PublicKey::from_coordinates(*on.key().x(), y);
    let engines: [&dyn SignatureVerifier; 3] = [&Engine, &P256, &PreparedKeys::new(&trust(), 4)];
    for engine in engines {
        assert!(!engine.is_on_curve(&off));
        assert!(engine.is_on_curve(on.key()));
    }
}

/// Admits a fresh request by worker 1, `nonce` times told apart.
fn admit(keys: &PreparedKeys, nonce: u8, forged: bool) -> bool {
    let trust = trust();
    let verifier = Verifier::new(&trust, keys, &NoRevocations);
    let token = chain(2);
    let mut proof = proof(&token, "worker 1", nonce);
    if forged {
        let last = proof.len() - 1;
        proof[last] ^= 1;
    }
    let request = Request::new(AUDIENCE, request_digest(), "calendar.read", "calendar/alice/work");
    let arguments = [throughline::Argument { name: "days", value: throughline::Value::Int(1) }];
    match verifier.admit(&token, &proof, &request.with(&arguments), &Memory::default(), NOW) {
        Ok(admission) => {
            keys.observe(&admission);
            true
        }
        Err(_) => false,
    }
}

#[test]
fn workload_key_gets_a_table_after_several_admissions() {
    let keys = PreparedKeys::new(&trust(), 4);
    assert_eq!(keys.counts(), (2, 0));
    for nonce in 0..8 {
        assert_eq!(keys.build(8), 0, "not yet");
        assert!(admit(&keys, nonce, false));
    }
    assert_eq!(keys.build(0), 0, "the budget is the operator's");
    assert_eq!(keys.build(8), 1);
    assert_eq!(keys.counts(), (2, 1));
    assert!(admit(&keys, 9, false), "the table changes no verdict");
    assert!(!admit(&keys, 10, true));
}

#[test]
fn refused_requests_build_no_table() {
    let keys = PreparedKeys::new(&trust(), 4);
    for nonce in 0..32 {
        assert!(!admit(&keys, nonce, true));
    }
    assert_eq!(keys.build(8), 0);
}

#[test]
fn tables_never_outgrow_their_capacity() {
    let trust = trust();
    let keys = PreparedKeys::new(&trust, 2);
    for n in 1..=5_u8 {
        let name = format!("worker {n}");
        let root = root().next_identifier(&worker(n)).sign(&key("alice")).unwrap();
        let actor = Actor::vouched(&credential_for(&worker(n), &name, &[common::ROLE]), common::ROLE).unwrap();
        let token = ContinuationBuilder::new(&root, actor, window()).sign(&key(&name)).unwrap();
        for nonce in 0..8 {
            let verifier = Verifier::new(&trust, &keys, &NoRevocations);
            let proof = proof(&token, &name, nonce);
            let arguments = [throughline::Argument { name: "days", value: throughline::Value::Int(1) }];
            let request =
                Request::new(AUDIENCE, request_digest(), "calendar.read", "calendar/alice/work").with(&arguments);
            keys.observe(&verifier.admit(&token, &proof, &request, &Memory::default(), NOW).unwrap());
        }
        assert_eq!(keys.build(8), 1);
    }
    assert_eq!(keys.counts(), (2, 2));
}
