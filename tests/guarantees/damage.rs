//! Damaged tokens and proofs: cut anywhere, or with any one bit flipped.

use throughline::issue::ContinuationBuilder;
use throughline::trust::Trust;
use throughline::{AgreementKey, NoRevocations, SignatureVerifier, Verifier};

use crate::common::forge::split;
use crate::common::lists::FRESH;
use crate::common::recorded::{Recorded, Recorder};
use crate::common::setting::request;
use crate::common::world::{agreeing, agreement_key, by, called, mac_proof, platform_credential, vouched, wide_trust};
use crate::common::{NOW, handover, proof, window, worker};

/// Three links, three credentials, two hand-overs.
fn token() -> Vec<u8> {
    let token = called(2);
    let given = handover(&token, "worker 1", &worker(2));
    let actor = vouched(2).also(&platform_credential(2)).unwrap();
    let token = by(2, ContinuationBuilder::new(&token, actor, window()).handover(&given));
    assert_eq!(split(&token).len(), 8);
    token
}

/// What tokens and proofs are held against.
struct Door<S> {
    trust: Trust<'static>,
    key: AgreementKey,
    signatures: S,
}

impl<S: SignatureVerifier + Sync> Door<S> {
    fn new(signatures: S) -> Self {
        Self { trust: wide_trust(), key: agreement_key("audience"), signatures }
    }

    fn verifier(&self) -> Verifier<'_> {
        Verifier::new(&self.trust, &self.signatures, &NoRevocations).agreement(&self.key)
    }

    fn admits(&self, token: &[u8], proof: &[u8]) -> bool {
        self.verifier().admit(token, proof, &request(), &FRESH, NOW).is_ok()
    }
}

/// A door that knows the signatures of this token and proof, and no others.
fn recorded(token: &[u8], proof: &[u8]) -> Door<Recorded> {
    let recording = Door::new(Recorder::default());
    assert!(recording.admits(token, proof), "the twin");
    let Door { trust, key, signatures } = recording;
    Door { trust, key, signatures: signatures.into() }
}

/// Every place of `bytes` with one bit flipped, by two threads.
fn flips(bytes: &[u8], refused: impl Fn(&[u8]) -> bool + Sync) {
    std::thread::scope(|scope| {
        for half in 0..2 {
            let refused = &refused;
            scope.spawn(move || {
                let mut flipped = bytes.to_vec();
                for bit in (half..bytes.len() * 8).step_by(2) {
                    flipped[bit / 8] ^= 1 << (bit % 8);
                    assert!(refused(&flipped), "bit {} of byte {} is nobody's", bit % 8, bit / 8);
                    flipped[bit / 8] ^= 1 << (bit % 8);
                }
            });
        }
    });
}

#[test]
fn every_bit_flip_is_rejected() {
    let token = token();
    let door = recorded(&token, &proof(&token, "worker 2", 1));
    let verifier = door.verifier();
    assert!(verifier.verify(&token, NOW).is_ok());
    flips(&token, |flipped| verifier.verify(flipped, NOW).is_err());
}

#[test]
fn every_bit_flip_of_a_proof_is_rejected() {
    let called = token();
    let agreeing = agreeing();
    for (token, proof) in [(&called, proof(&called, "worker 2", 1)), (&agreeing, mac_proof(&agreeing))] {
        let door = recorded(token, &proof);
        flips(&proof, |flipped| !door.admits(token, flipped));
    }
}

#[test]
fn every_truncation_is_rejected() {
    let token = token();
    let proof = proof(&token, "worker 2", 1);
    let door = recorded(&token, &proof);
    // After a link a token is a shorter token, as true as the longer one; the proof is not for it.
    let items = split(&token);
    let link_ends = [1, 4, 8].map(|link| items[..link].concat().len());
    for len in 0..token.len() {
        let cut = &token[..len];
        assert_eq!(door.verifier().verify(cut, NOW).is_ok(), link_ends.contains(&len), "{len}");
        assert!(!door.admits(cut, &proof), "{len}");
    }
    for len in 0..proof.len() {
        assert!(!door.admits(&token, &proof[..len]), "{len}");
    }
}

#[test]
fn every_truncation_of_a_mac_proof_is_rejected() {
    let token = agreeing();
    let proof = mac_proof(&token);
    let door = recorded(&token, &proof);
    for len in 0..proof.len() {
        assert!(!door.admits(&token, &proof[..len]), "{len}");
    }
}

#[test]
fn verdict_is_the_same_twice() {
    let token = token();
    let proof = proof(&token, "worker 2", 1);
    let door = recorded(&token, &proof);
    let verifier = door.verifier();
    // Once in order, once backwards, by a verifier that has seen all of them: nothing is remembered.
    let verdicts = |tokens: &mut dyn Iterator<Item = Vec<u8>>| -> Vec<String> {
        tokens.map(|token| format!("{:?}", verifier.admit(&token, &proof, &request(), &FRESH, NOW).map(drop))).collect()
    };
    let damaged = |at: usize| {
        let mut damaged = token.clone();
        damaged[at] ^= 0x10;
        damaged
    };
    let places = || (0..token.len()).step_by(5);
    let forwards = verdicts(&mut places().map(damaged));
    let mut backwards = verdicts(&mut places().rev().map(damaged));
    backwards.reverse();
    assert_eq!(forwards, backwards);
    assert!(verifier.admit(&token, &proof, &request(), &FRESH, NOW).is_ok());
}
