//! Proofs, arbitrary or damaged: what is decoded says what ciborium reads, and admission refuses what decoding refuses.

use std::sync::LazyLock;

use throughline::trust::Trust;
use throughline::{AgreementKey, Limits, NoRevocations, Proof, ProofKind, Verifier};

use crate::common::lists::FRESH;
use crate::common::setting::request;
use crate::common::world::{agreeing, agreement_key, mac_proof, wide_trust};
use crate::common::{NOW, credential, proof};
use crate::edit::{self, Sample};
use crate::signed::{EverythingIsSigned, Opened, bytes, is_digest, number, text};
use crate::vectors::each_once;
use crate::{Target, Vectors, planted};

/// This target.
pub const TARGET: Target = Target { name: "proof", max_len: 400, run, seeds };

/// The first byte says which proof and how the others change it.
pub fn run(data: &[u8]) {
    let world = &*WORLD;
    let Some(bytes) = edit::input(&world.samples, data) else { return };
    let decoded = Proof::decode(&bytes, &Limits::DEFAULT);
    if let Ok(proof) = &decoded {
        check(proof, &bytes);
    }
    let verifier = Verifier::new(&world.trust, &EverythingIsSigned, &NoRevocations).agreement(&world.agreement);
    let admitted = verifier.admit(&world.token, &bytes, &request(), &FRESH, NOW).map(drop);
    match decoded {
        Ok(_) => assert!(admitted.is_ok_and(|()| true) || admitted.is_err_and(|error| error.kind.stage() >= 10)),
        Err(error) => assert_eq!(admitted, Err(error), "the decoder's error is the verdict"),
    }
}

/// Everything that a proof says stands in its bytes, and nothing else does.
pub(crate) fn check(proof: &Proof<'_>, encoded: &[u8]) {
    let opened = Opened::read(encoded, 65_103);
    opened.only(&[3, 6, 7], &[17, 18, 19]);
    let kind = if opened.tag == 17 { ProofKind::Mac } else { ProofKind::Signed };
    assert_eq!(proof.kind(), kind);
    assert!(is_digest(Some(proof.kid()), Some(&opened.kid)), "kid");
    assert_eq!(Some(proof.audience()), opened.claim(3).map(text), "aud");
    assert_eq!(Some(proof.issued().0), opened.claim(6).map(number), "iat");
    assert_eq!(Some(proof.nonce().as_slice()), opened.claim(7).map(bytes), "cti");
    let head = if planted() { proof.request() } else { proof.head() };
    assert!(is_digest(Some(head), opened.own(17)), "head");
    assert!(is_digest(Some(proof.request()), opened.own(18)), "request");
    assert!(is_digest(proof.agreement(), opened.own(19)), "agreement");
    assert_eq!(proof.agreement().is_some(), kind == ProofKind::Mac);
}

struct World {
    trust: Trust<'static>,
    agreement: AgreementKey,
    token: Vec<u8>,
    samples: Vec<Sample>,
}

static WORLD: LazyLock<World> = LazyLock::new(|| {
    let token = agreeing();
    let proofs = [proof(&token, "worker 1", 1), mac_proof(&token)];
    let samples = proofs.into_iter().map(|bytes| Sample::new(bytes, &[credential(1)])).collect();
    World { trust: wide_trust(), agreement: agreement_key("audience"), token, samples }
});

fn seeds(vectors: &Vectors) -> Vec<Vec<u8>> {
    each_once(edit::as_they_are(vectors.proofs()).chain(edit::edits(2)))
}
