//! No vector of the conformance suite makes the library allocate while it judges: accepted or refused, by any step, with an engine, with a
//! cache that has room, first when it misses and then when it hits, and with one that is full.
#![allow(clippy::unwrap_used, reason = "a fixture that cannot be made fails the test")]

mod counting;

use std::cell::{Cell, RefCell};
use std::collections::BTreeMap;
use std::path::Path;

use counting::counted;
use throughline::{Engine, P256, PublicKey, SignatureCache, SignatureCheck, SignatureVerifier};
use throughline_conformance::{Operation, Suite, Vector, judge_around};

fn suite() -> Suite {
    Suite::read(&Path::new(env!("CARGO_MANIFEST_DIR")).join("../../test-vectors")).unwrap()
}

/// Ids of vectors that made the library allocate, and how many verdicts of each operation were measured.
fn allocating<'s>(
    vectors: impl Iterator<Item = &'s Vector>,
    signatures: &(dyn SignatureVerifier + Sync),
) -> (Vec<&'s str>, BTreeMap<String, u32>) {
    let (ids, measured) = (RefCell::new(Vec::new()), RefCell::new(BTreeMap::new()));
    for vector in vectors {
        let asked = Cell::new(0);
        let around = |judging: &mut dyn FnMut()| {
            asked.set(asked.get() + counted(judging).1);
            *measured.borrow_mut().entry(format!("{:?}", vector.operation)).or_default() += 1;
        };
        judge_around(vector, signatures, &around).unwrap();
        if asked.get() > 0 {
            ids.borrow_mut().push(vector.id.as_str());
        }
    }
    (ids.into_inner(), measured.into_inner())
}

#[test]
fn no_vector_makes_the_verifier_allocate() {
    let suite = suite();
    let (roomy, full) = (SignatureCache::new(Engine, 16_384), SignatureCache::new(Engine, 4));
    let verifiers: [&(dyn SignatureVerifier + Sync); 4] = [&Engine, &P256, &roomy, &full];
    for verifier in verifiers {
        let (ids, measured) = allocating(suite.vectors().map(|(_, vector)| vector), verifier);
        assert_eq!(ids, [""; 0]);
        assert!(measured["Verify"] > 1_000 && measured["Admit"] > 100, "{measured:?}");
        assert!(measured["TakeList"] > 50 && measured["Carriage"] > 20, "{measured:?}");
    }
    // Once more: now it knows them.
    let (ids, _) = allocating(suite.vectors().map(|(_, vector)| vector), &roomy);
    assert_eq!(ids, [""; 0]);
}

/// The control: one allocation for each signature that is checked.
#[test]
fn verifier_that_allocates_is_seen() {
    struct Wasteful;

    impl SignatureVerifier for Wasteful {
        fn is_on_curve(&self, key: &PublicKey) -> bool {
            Engine.is_on_curve(key)
        }

        fn verify(&self, check: &SignatureCheck<'_>) -> bool {
            let check = std::hint::black_box(Box::new(*check));
            Engine.verify(&check)
        }
    }

    let suite = suite();
    let accepted = suite.vectors().map(|(_, vector)| vector).filter(|vector| vector.operation == Operation::Verify);
    let (ids, _) = allocating(accepted.take(200), &Wasteful);
    assert!(!ids.is_empty());
}
