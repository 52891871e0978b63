//! Stage 11: a proof is used once. How a memory decides is tested with the memory; here, what the verifier makes of it.

use std::sync::atomic::{AtomicUsize, Ordering};

use throughline::{Error, ErrorKind, P256, Part, ProofUse, ReplayMemory, Verifier};

use crate::common::lists::{FRESH, Fixed};
use crate::common::setting::{Setting, assert_refused, request};
use crate::common::{ALICE, AUDIENCE, Memory, NOW, chain, proof, public, trust};

fn twin() -> (Setting, Vec<u8>, Vec<u8>) {
    let setting = Setting::new(trust());
    let token = chain(3);
    let proof = proof(&token, "worker 2", 1);
    setting.admits(&token, &proof, &request());
    (setting, token, proof)
}

#[test]
fn replay_that_the_memory_knows_rejected_before_any_signature() {
    let (setting, token, proof) = twin();
    for kind in [ErrorKind::ReplayMemoryYoung, ErrorKind::ProofReplayed] {
        let memory = Fixed { look_up: Err(kind), ..FRESH };
        let (verdict, checks) = setting.admit(&token, &proof, &request(), &memory);
        assert_refused(verdict, kind, Part::Proof);
        assert_eq!(checks, 0);
    }
}

#[test]
fn claim_that_the_memory_refuses_rejected() {
    let (setting, token, proof) = twin();
    for kind in
        [ErrorKind::ReplayMemoryYoung, ErrorKind::ProofReplayed, ErrorKind::ReplayMemoryFull, ErrorKind::ReplayQuota]
    {
        let memory = Fixed { claim: Err(kind), ..FRESH };
        let (verdict, checks) = setting.admit(&token, &proof, &request(), &memory);
        assert_refused(verdict, kind, Part::Proof);
        assert_eq!(checks, 6, "links, credentials and proof");
    }
}

#[test]
fn proof_used_twice_rejected() {
    let (setting, token, proof) = twin();
    let memory = Memory::default();
    assert_eq!(setting.admit(&token, &proof, &request(), &memory).0, Ok(()));
    let (verdict, checks) = setting.admit(&token, &proof, &request(), &memory);
    assert_refused(verdict, ErrorKind::ProofReplayed, Part::Proof);
    assert_eq!(checks, 0);
}

#[test]
fn same_nonce_signed_again_rejected() {
    let (setting, token, proof) = twin();
    let memory = Memory::default();
    assert_eq!(setting.admit(&token, &proof, &request(), &memory).0, Ok(()));
    let mut later = crate::common::forge::Message::of(&proof);
    later.put(&[6], crate::common::cbor::int(i64::try_from(NOW.0).unwrap() + 1));
    later.sign("worker 2");
    assert_refused(
        setting.admit(&token, &later.encoded(), &request(), &memory).0,
        ErrorKind::ProofReplayed,
        Part::Proof,
    );
    // Another nonce is another proof.
    assert_eq!(setting.admit(&token, &self::proof(&token, "worker 2", 2), &request(), &memory).0, Ok(()));
}

#[test]
fn one_of_many_threads_admits_a_proof() {
    let (setting, token, proof) = twin();
    let memory = Memory::default();
    let admitted = AtomicUsize::new(0);
    std::thread::scope(|scope| {
        for _ in 0..4 {
            scope.spawn(|| match setting.admit(&token, &proof, &request(), &memory).0 {
                Ok(()) => drop(admitted.fetch_add(1, Ordering::Relaxed)),
                Err(Error { kind, .. }) => assert_eq!(kind, ErrorKind::ProofReplayed),
            });
        }
    });
    assert_eq!(admitted.into_inner(), 1);
}

#[test]
fn check_uses_nothing_up_and_claim_uses_it_up_once() {
    let (setting, token, proof) = twin();
    let memory = Memory::default();
    let verifier = Verifier::new(&setting.trust, &P256, &setting.lists);
    let first = verifier.check(&token, &proof, &request(), &memory, NOW).unwrap();
    let second = verifier.check(&token, &proof, &request(), &memory, NOW).unwrap();
    assert_eq!(first.chain().len(), 3);
    first.claim(&memory).unwrap();
    assert_refused(second.claim(&memory).map(drop), ErrorKind::ProofReplayed, Part::Proof);
}

/// Writes down what it is asked.
#[derive(Default)]
struct Asked(std::sync::Mutex<Vec<String>>);

impl ReplayMemory for Asked {
    fn look_up(&self, used: &ProofUse<'_>) -> Result<(), ErrorKind> {
        self.0.lock().unwrap().push(format!("{used:?}"));
        Ok(())
    }

    fn claim(&self, used: &ProofUse<'_>) -> Result<(), ErrorKind> {
        assert_eq!((used.audience, used.accountable, used.origin), (AUDIENCE, ALICE, "alice"));
        assert_eq!((used.dated, used.now, used.window, used.skew), (NOW, NOW, 60, 30));
        assert_eq!((used.nonce, used.actor), (&[1; 16], public("worker 2").thumbprint()));
        assert_eq!(self.0.lock().unwrap().pop().unwrap(), format!("{used:?}"));
        Ok(())
    }
}

#[test]
fn memory_is_asked_the_same_twice() {
    let (setting, token, proof) = twin();
    assert_eq!(setting.admit(&token, &proof, &request(), &Asked::default()).0, Ok(()));
}
