//! Stage 2, V233, V244, V245: the one form of a key, and keys that must differ.

use ciborium::Value;
use throughline::{ErrorKind, Part};

use crate::common::cbor::{OURS, bytes, cose_key, int, map};
use crate::common::public;
use crate::common::world::{agreement_key, through_stranger};
use crate::judge::{Judge, LINKS};

#[test]
fn keys_of_another_kind_rejected() {
    let judge = Judge::new();
    let key = *public("worker 1").key();
    let with = |path: &[i64], value: Value| {
        let mut whole = map([(1, cose_key(&key))]);
        crate::common::cbor::put(&mut whole, path, value);
        whole
    };
    let without = |path: &[i64]| {
        let mut whole = map([(1, cose_key(&key))]);
        crate::common::cbor::remove(&mut whole, path);
        whole
    };
    for cnf in [
        // OKP, symmetric, P-384, Ed25519's curve.
        with(&[1, 1], int(1)),
        with(&[1, 1], int(4)),
        with(&[1, -1], int(2)),
        with(&[1, -1], int(6)),
        // A kid, an algorithm (even the right one), key operations.
        with(&[1, 2], bytes(b"kid")),
        with(&[1, 3], int(-9)),
        with(&[1, 3], int(-7)),
        with(&[1, 4], Value::Array(vec![int(2)])),
        // A secret.
        with(&[1, -4], bytes(&[1; 32])),
        // Compressed, short, long, empty, an integer.
        with(&[1, -3], Value::Bool(true)),
        with(&[1, -3], bytes(&key.y()[1..])),
        with(&[1, -2], bytes(&[key.x().as_slice(), &[0]].concat())),
        with(&[1, -2], bytes(b"")),
        with(&[1, -2], int(1)),
        // Something missing.
        without(&[1, 1]),
        without(&[1, -1]),
        without(&[1, -2]),
        without(&[1, -3]),
        map([(1, map([]))]),
        // Another confirmation: a kid, an encrypted key.
        map([(3, bytes(b"kid"))]),
        map([(2, cose_key(&key))]),
    ] {
        judge.inner(Part::Credential(0), &[8], cnf.clone(), ErrorKind::KeyUnsupported);
        judge.inner(Part::Credential(1), &[8], cnf.clone(), ErrorKind::KeyUnsupported);
        if let [(label, agree)] = cnf.as_map().unwrap().as_slice()
            && *label == int(1)
        {
            for part in LINKS {
                judge.inner(part, &[OURS, 9], agree.clone(), ErrorKind::KeyUnsupported);
            }
        }
    }
    let both = map([(1, cose_key(&key)), (3, bytes(b"kid"))]);
    judge.inner(Part::Credential(0), &[8], both, ErrorKind::KeyUnsupported);
}

#[test]
fn self_issued_credential_rejected() {
    let judge = Judge::new();
    for part in [Part::Credential(0), Part::Credential(1)] {
        // The attester's own key, and the worker's own key signing.
        judge.inner(part, &[8, 1], cose_key(public("attester").key()), ErrorKind::CredentialSelfIssued);
    }
    let mut forge = judge.forge(Part::Credential(0));
    let forged = forge.credential(0);
    let own = bytes(public("worker 1").thumbprint().as_bytes());
    forged.message.header(|header| crate::common::cbor::put(header, &[4], own));
    forged.signer = "worker 1".to_owned();
    judge.setting.refuses(&forge.token(), ErrorKind::CredentialSelfIssued, Part::Credential(0));
}

#[test]
fn agreement_key_that_is_the_carried_key_rejected() {
    let judge = Judge::of(through_stranger(4));
    judge.added(Part::Link(1), &[OURS, 9], cose_key(public("stray").key()), ErrorKind::AgreementKeyReused);
    let mut forge = judge.forge(Part::Link(1));
    forge.link(1).message.put(&[OURS, 9], cose_key(agreement_key("stray").public().key()));
    judge.setting.accepts(&forge.token());
}
