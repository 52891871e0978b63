//! Prepared keys: counted by many, built by several, never more than there is room for.

use std::sync::OnceLock;

use throughline::trust::Trust;
use throughline::{Admission, Engine, NoRevocations, PreparedKeys, SignatureCheck, SignatureVerifier as _, Verifier};
use throughline::{Digest, Signature};

use crate::common::lists::FRESH;
use crate::common::setting::request;
use crate::common::{NOW, chain, key, proof, public, trust};
use crate::explore::explore;
use throughline::issue::Signer as _;

struct World {
    trust: Trust<'static>,
    token: Vec<u8>,
    proof: Vec<u8>,
    /// By worker 1.
    signature: [u8; 64],
}

const SIGNED: Digest = Digest([5; 32]);

fn world() -> &'static World {
    static WORLD: OnceLock<World> = OnceLock::new();
    WORLD.get_or_init(|| {
        let token = chain(3);
        let proof = proof(&token, "worker 2", 1);
        World { trust: trust(), token, proof, signature: lower(key("worker 1").sign(&SIGNED).unwrap()) }
    })
}

fn lower(signature: [u8; 64]) -> [u8; 64] {
    crate::common::forge::lower_half(signature)
}

/// An admission of two workers, which nothing in these scenarios changes.
fn admission() -> &'static Admission<'static> {
    static VERIFIER: OnceLock<Verifier<'static>> = OnceLock::new();
    static ADMISSION: OnceLock<Admission<'static>> = OnceLock::new();
    ADMISSION.get_or_init(|| {
        let World { trust, token, proof, .. } = world();
        let verifier = VERIFIER.get_or_init(|| Verifier::new(trust, &Engine, &NoRevocations));
        verifier.admit(token, proof, Box::leak(Box::new(request())), &FRESH, NOW).unwrap()
    })
}

/// Both workers' keys are due after one more admission.
fn nearly_due(capacity: usize) -> PreparedKeys {
    let keys = PreparedKeys::new(&Trust::default(), capacity);
    (1..PreparedKeys::ADMISSIONS).for_each(|_| keys.observe(admission()));
    keys
}

fn due(capacity: usize) -> PreparedKeys {
    let keys = nearly_due(capacity);
    keys.observe(admission());
    keys
}

fn built(keys: &PreparedKeys) -> usize {
    keys.build(1)
}

fn observed(keys: &PreparedKeys) -> usize {
    keys.observe(admission());
    0
}

/// Right and wrong, with a table or without.
fn checked(keys: &PreparedKeys) -> usize {
    let key = *public("worker 1").key();
    let check =
        |digest: &Digest| keys.verify(&SignatureCheck::new(&key, digest, Signature::new(&world().signature).unwrap()));
    assert!(check(&SIGNED));
    assert!(!check(&Digest([6; 32])));
    0
}

#[test]
fn two_builders_build_each_key_once() {
    explore(
        "two builders",
        || due(8),
        [built, built],
        |keys, seen| {
            assert_eq!((seen.iter().sum::<usize>(), keys.counts().1), (2, 2));
            assert_eq!(keys.build(8), 0, "nothing is left");
        },
    );
}

#[test]
fn two_builders_never_keep_more_than_there_is_room_for() {
    explore(
        "two builders, room for one",
        || due(1),
        [built, built],
        |keys, seen| {
            assert_eq!((seen.iter().sum::<usize>(), keys.counts().1), (2, 1));
        },
    );
}

#[test]
fn last_admission_seen_twice_makes_a_key_due_once() {
    explore(
        "counting twice",
        || nearly_due(8),
        [observed, observed],
        |keys, _| {
            assert_eq!((keys.build(8), keys.counts().1), (2, 2));
        },
    );
}

#[test]
fn verdicts_stay_while_tables_come_and_go() {
    explore(
        "checking beside building",
        || due(1),
        [checked, built, observed],
        |keys, _| {
            checked(keys);
            assert!(keys.counts().1 <= 1);
        },
    );
}
