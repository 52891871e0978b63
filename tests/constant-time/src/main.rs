//! MAC proofs judged with secrets that Valgrind takes for undefined memory: it reports every branch and every address that depends on one
//! (after Adam Langley's ctgrind). `run` reads the reports.

#[path = "../../common/mod.rs"]
mod common;
mod memcheck;

use std::hint::black_box;

use common::lists::FRESH;
use common::setting::request;
use common::world::{agreement_key, by, vouched, wide_trust};
use common::{AUDIENCE, HOUR, NOW, contract, key, request_digest, root};
use throughline::issue::{ContinuationBuilder, ProofBuilder};
use throughline::{
    AgreementKey, Digest, Engine, KeyAgreement, MacSessions, NoRevocations, PublicKey, SharedSecret, Verifier,
};

fn main() {
    match std::env::args().nth(1).as_deref() {
        Some("proofs") => proofs(),
        Some("branch") => branch(),
        Some("index") => index(),
        other => panic!("{other:?}?"),
    }
    assert!(memcheck::is_running(), "without Valgrind this shows nothing");
}

/// An audience whose agreements are secret from here on.
struct Marked(AgreementKey);

impl KeyAgreement for Marked {
    fn agree(&self, agreement: &Digest, peer: &PublicKey) -> Option<SharedSecret> {
        // The curve is RustCrypto's; what is done with its result is ours.
        let secret = self.0.agree(agreement, peer)?;
        memcheck::make_undefined(&secret);
        Some(secret)
    }

    fn has(&self, agreement: &Digest) -> bool {
        self.0.has(agreement)
    }
}

/// Without sessions, and with them: opened, used, pushed out, swept; each with tags that are right, and wrong from the first or the last byte.
fn proofs() {
    let (trust, heads) = (wide_trust(), (0..5).map(head).collect::<Vec<_>>());
    let plain = Marked(agreement_key("audience"));
    let sessions = MacSessions::new(Marked(agreement_key("audience")), AUDIENCE, 4);
    let (mut admitted, mut refused) = (0, 0);
    for agreement in [&plain as &(dyn KeyAgreement + Sync), &sessions] {
        let verifier = Verifier::new(&trust, &Engine, &NoRevocations).agreement(agreement);
        for _ in 0..2 {
            for (token, proof) in &heads {
                for (from_the_end, bits) in [(1, 0), (1, 1), (16, 0x80), (32, 1), (1, 0)] {
                    let mut proof = proof.clone();
                    let at = proof.len() - from_the_end;
                    proof[at] ^= bits;
                    let verdict = verifier.admit(token, &proof, &request(), &FRESH, NOW);
                    if verdict.is_ok() {
                        admitted += 1
                    } else {
                        refused += 1
                    }
                    assert_eq!(verdict.is_ok(), bits == 0);
                }
            }
        }
    }
    assert_eq!((admitted, refused), (40, 60));
    assert_eq!(sessions.list().len(), 4);
    sessions.sweep(NOW.plus(HOUR));
    assert!(sessions.list().is_empty());
    let _ = format!("{sessions:?}");
}

fn head(n: u64) -> (Vec<u8>, Vec<u8>) {
    let worker = agreement_key("worker 1");
    let token = root().next_contract_without_handover(contract()).sign(&key("alice")).unwrap();
    let builder = ContinuationBuilder::new(&token, vouched(1), (NOW.minus(60), NOW.plus(HOUR - n)));
    let token = by(1, builder.agree(worker.public().key()));
    let proof = ProofBuilder::new(&token, AUDIENCE, request_digest(), NOW, [1; 16]);
    let proof = proof.mac(&worker, agreement_key("audience").public()).unwrap();
    (token, proof)
}

/// A control: a branch on a secret.
fn branch() {
    let secret = black_box([1_u8, 2, 3, 4]);
    memcheck::make_undefined(&secret);
    if secret[black_box(2)] > 3 {
        println!("greater");
    }
}

/// A control: a secret as an index.
fn index() {
    let (secret, table) = (black_box([1_u8, 2, 3, 4]), black_box([7_u8; 256]));
    memcheck::make_undefined(&secret);
    black_box(table[usize::from(secret[black_box(2)])]);
}
