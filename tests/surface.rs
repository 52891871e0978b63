//! What a caller can ask beside verdicts; and every door can be handed on by reference.
#![cfg(all(feature = "issue", feature = "std", feature = "engine"))]
#![allow(clippy::unwrap_used, reason = "a test may fail")]
#![allow(clippy::needless_borrows_for_generic_args, reason = "references to references are what is tried")]

mod common;

use common::lists::FRESH;
use common::setting::request;
use common::world::{agreement_key, by, revocable_trust, vouched, wide_trust};
use common::{AUDIENCE, Memory, NOW, chain, contract, credential, key, proof, public, request_digest, root, window};
use throughline::issue::{ContinuationBuilder, ProofBuilder};
use throughline::{
    CredentialSource, Digest, Engine, ErrorKind, Field, KeyAgreement, KnownCredentials, Limits, List, MacSessions,
    NoRevocations, P256, PreparedKeys, Reason, ReplayMemory, Request, Revocable, Revocations, SignatureCache,
    SignatureVerifier, Text, Verifier,
};

/// Judges through references to references.
fn admits(
    signatures: impl SignatureVerifier + Sync,
    revocations: impl Revocations + Sync,
    agreement: impl KeyAgreement + Sync,
    memory: impl ReplayMemory,
    (token, proof): (&[u8], &[u8]),
) -> Result<(), ErrorKind> {
    let trust = wide_trust();
    let verifier = Verifier::new(&trust, &signatures, &revocations).agreement(&agreement);
    verifier.admit(token, proof, &request(), &memory, NOW).map(drop).map_err(|error| error.kind)
}

#[test]
fn doors_handed_on_by_reference_give_the_same_verdicts() {
    let (memory, keys) = (Memory::default(), vec![agreement_key("audience")]);
    let token = chain(3);
    let good = proof(&token, "worker 2", 1);
    let cache = SignatureCache::new(&Engine, 16);
    let prepared = PreparedKeys::new(&wide_trust(), 4);
    let signatures: [&(dyn SignatureVerifier + Sync); 4] = [&&Engine, &&P256, &&cache, &&prepared];
    for (nth, signatures) in signatures.into_iter().enumerate() {
        assert_eq!(admits(&signatures, &&NoRevocations, &&keys, &&FRESH, (&token, &good)), Ok(()), "{nth}");
        let mut wrong = good.clone();
        *wrong.last_mut().unwrap() ^= 1;
        let refused = admits(&signatures, &&NoRevocations, &&keys, &&FRESH, (&token, &wrong));
        assert_eq!(refused, Err(ErrorKind::ProofSignatureInvalid), "{nth}");
    }
    assert_eq!(admits(&&cache, &&NoRevocations, &&keys, &&memory, (&token, &good)), Ok(()));
    let again = admits(&&cache, &&NoRevocations, &&keys, &&memory, (&token, &good));
    assert_eq!(again, Err(ErrorKind::ProofReplayed));
}

#[test]
fn nobody_revoked_is_never_current_and_revokes_nothing() {
    let issuer = Digest([1; 32]);
    let both: [&dyn Revocations; 2] = [&NoRevocations, &&NoRevocations];
    for revocations in both {
        assert!(!revocations.is_current(&issuer, NOW, 30));
        assert!(!revocations.revokes(&issuer, Revocable::Key(&issuer)));
    }
    let trust = revocable_trust();
    let refused = Verifier::new(&trust, &Engine, &&NoRevocations).verify(&chain(2), NOW).unwrap_err();
    assert_eq!(refused.kind, ErrorKind::RevocationStale);
}

#[test]
fn mac_proof_for_an_audience_of_any_length_admitted() {
    let (worker, trust) = (agreement_key("worker 1"), wide_trust());
    let token = root().next_contract_without_handover(contract()).sign(&key("alice")).unwrap();
    let builder = ContinuationBuilder::new(&token, vouched(1), window());
    let token = by(1, builder.agree(worker.public().key()));
    // Its length as one byte of the derivation's head, as two, and as three.
    for len in [18, 23, 24, 255, 256, 512] {
        let audience = format!("https://a.example/{}", "x".repeat(len - 18));
        let proof = ProofBuilder::new(&token, &audience, request_digest(), NOW, [1; 16]);
        let proof = proof.mac(&worker, agreement_key("audience").public()).unwrap();
        let sessions = MacSessions::new(agreement_key("audience"), &audience, 4);
        let asked = request();
        let asked = Request::new(&audience, request_digest(), asked.action, asked.resource).with(asked.arguments);
        let verifier = Verifier::new(&trust, &Engine, &NoRevocations).agreement(&sessions);
        verifier.admit(&token, &proof, &asked, &FRESH, NOW).unwrap();
        assert_eq!(sessions.list().len(), 1, "{len}");
    }
}

#[test]
fn admission_says_which_proof_was_used_and_when() {
    let (token, trust) = (chain(3), wide_trust());
    let proof = proof(&token, "worker 2", 1);
    let request = request();
    let verifier = Verifier::new(&trust, &Engine, &NoRevocations);
    let admission = verifier.admit(&token, &proof, &request, &FRESH, NOW).unwrap();
    assert_eq!((admission.proof().audience(), admission.admitted_at()), (AUDIENCE, NOW));
    assert!(format!("{verifier:?}").starts_with("Verifier"));
}

#[test]
fn known_credential_found_by_its_digest_and_no_other() {
    let mut known = KnownCredentials::new();
    assert!(known.is_empty());
    known.take_in(credential(1), &wide_trust(), &Engine).unwrap();
    assert!(!known.is_empty());
    let digest = common::forge::Message::of(&credential(1)).digest();
    let both: [&dyn CredentialSource; 2] = [&known, &&known];
    for source in both {
        assert!(source.get(&digest).is_some() && source.get(&Digest([0; 32])).is_none());
        let found = source.get(&digest).unwrap();
        let some: &[throughline::Known<'_>] = &[found];
        assert!(CredentialSource::get(some, &digest).is_some());
        assert!(CredentialSource::get(some, &Digest([0; 32])).is_none());
    }
}

#[test]
fn remote_caller_learns_the_coarse_reason() {
    let trust = wide_trust();
    let refused = Verifier::new(&trust, &Engine, &NoRevocations).verify(b"", NOW).unwrap_err();
    assert_eq!((refused.reason(), refused.kind.reason()), (refused.kind.reason(), Reason::Malformed));
}

#[test]
fn fields_have_their_names() {
    let names = [Field::Continuity, Field::Proof].map(|field| (field.name(), field.grpc_name()));
    assert_eq!(names[0], ("Execution-Continuity", "execution-continuity-bin"));
    assert_eq!(names[1], ("Execution-Proof", "execution-proof-bin"));
}

#[test]
fn agreement_through_sessions_is_the_keys_own() {
    let sessions = MacSessions::new(agreement_key("audience"), AUDIENCE, 4);
    let ours = *agreement_key("audience").public().thumbprint();
    assert!(sessions.has(&ours) && !sessions.has(&Digest([0; 32])));
    assert!(sessions.agree(&ours, public("alice").key()).is_some());
    assert!((&&sessions).agree(&Digest([0; 32]), public("alice").key()).is_none());
}

#[test]
fn lists_and_texts_compare_and_print_as_what_they_hold() {
    let (borrowed, owned) = (List::new(&[1, 2]), List::from(vec![1, 2]));
    assert_eq!(borrowed, owned);
    assert_ne!(borrowed, List::empty());
    assert_eq!(Text::new("alice").to_string(), "alice");
    assert_eq!(Limits::default(), Limits::DEFAULT);
}
