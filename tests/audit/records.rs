//! What a record says.

use throughline::issue::Signer as _;

use super::*;

/// The decision about a token and a proof, its texts owned.
fn with(token: &[u8], proof: &[u8], look: impl FnOnce(&Decision<'_>)) {
    decide(token, proof, |decision| look(&decision));
}

#[test]
fn an_admitted_request_answers_who_by_whom_and_how() {
    let (token, signed) = consented_chain();
    with(&token, &signed, |decision| {
        assert!(decision.refused.is_none() && decision.claimed.is_none() && decision.token.is_none());
        assert_eq!(decision.request, Some(request_digest()));
        let execution = decision.execution.as_ref().unwrap();
        // Who authorized it.
        assert_eq!((&*execution.origin.accountable, &*execution.origin.anchor), (common::ALICE, "alice"));
        assert_eq!(execution.origin.consent, Some(common::world::consent()));
        // Who performed it.
        let [root, head] = &*execution.hops else { panic!("two hops") };
        assert_eq!((&*head.identifier, head.role.as_deref()), (&*worker(1), Some(common::ROLE)));
        assert_eq!((head.vouching, head.attester.as_deref()), (Vouching::Credential, Some(common::ATTESTER)));
        assert_eq!(head.key, Some(*key("worker 1").key().thumbprint()));
        // How the two are connected.
        assert_eq!((root.vouching, root.digest), (Vouching::Origin, execution.id));
        assert!(execution.independent);
        // By which grant.
        let grants = decision.grants.as_ref().unwrap();
        let actions: Vec<&str> = grants.grants().iter().map(|grant| grant.action()).collect();
        assert_eq!(actions, ["calendar.*"]);
        assert_eq!(decision.proof.as_ref().unwrap().kind, ProofKind::Signed);
    });
}

#[test]
fn a_mac_proof_is_recorded_as_one() {
    let token = agreeing();
    with(&token, &mac_proof(&token), |decision| {
        assert_eq!(decision.proof.as_ref().unwrap().kind, ProofKind::Mac);
        assert!(decision.refused.is_none());
    });
}

#[test]
fn whoever_nobody_vouches_for_has_neither_role_nor_entity() {
    let token = through_stranger(3);
    with(&token, &proof(&token, "worker 2", 1), |decision| {
        let execution = decision.execution.as_ref().unwrap();
        let stranger = &execution.hops[1];
        assert_eq!((stranger.vouching, &stranger.role, &stranger.accountable), (Vouching::Unvouched, &None, &None));
        assert!(!execution.independent);
    });
}

#[test]
fn a_refused_request_is_recorded_with_what_it_claims() {
    let token = through_stranger(3);
    with(&token, &consented_chain().1, |decision| {
        assert!(decision.execution.is_none() && decision.grants.is_none());
        let refused = decision.refused.as_ref().unwrap();
        assert_eq!((refused.step, &*refused.name, &*refused.reason), (Some(1001), "proof-signer", "proof-refused"));
        let claimed = decision.claimed.as_ref().unwrap();
        assert_eq!((claimed.hops, &*claimed.accountable), (3, common::ALICE));
        assert_eq!(claimed.identifier, worker(2));
        assert_eq!(decision.token, Some(Digest::of(&[&token])));
    });
}

#[test]
fn bytes_that_are_no_token_claim_nothing() {
    with(b"no token", b"no proof", |decision| {
        assert!(decision.claimed.is_none() && decision.proof.is_none());
        assert_eq!(decision.token, Some(Digest::of(&[b"no token"])));
        assert_eq!(&*decision.refused.as_ref().unwrap().reason, "malformed");
    });
}

#[test]
fn a_request_refused_after_verification_is_recorded_with_its_execution() {
    let (token, signed) = consented_chain();
    let (trust, replay) = (wide_trust(), Memory::default());
    let verifier = Verifier::new(&trust, &P256, &NoRevocations);
    let pending = verifier.check(&token, &signed, &request(), &replay, NOW).unwrap();
    let proof = throughline::Proof::decode(&signed, &throughline::Limits::DEFAULT).unwrap();
    let refused = Refused {
        step: None,
        name: "role-required".into(),
        at: "link 1".into(),
        text: "the head acts in another role".into(),
        reason: "forbidden".into(),
    };
    let decision = Decision::of(AUDIENCE).about(&request()).withheld(refused, pending.chain(), &proof);
    assert!(decision.execution.is_some() && decision.grants.is_none() && decision.refused.is_some());
}

#[test]
fn a_text_that_a_request_chose_is_cut_between_characters() {
    let long = format!("{}é", "a".repeat(1023));
    let request = Request::new(AUDIENCE, request_digest(), &long, "calendar");
    let decision = Decision::of(AUDIENCE).about(&request);
    assert_eq!(decision.action.unwrap().len(), 1023);
}

/// The bytes do not change silently. `UPDATE_GOLDEN=1` writes them anew.
#[test]
fn a_log_is_written_as_it_always_was() {
    for (form, name) in [(Form::Cbor, "audit.cborseq"), (Form::JsonLines, "audit.jsonl")] {
        let path = format!("{}/tests/golden/{name}", env!("CARGO_MANIFEST_DIR"));
        let (log, _) = log(form);
        if std::env::var_os("UPDATE_GOLDEN").is_some() {
            std::fs::write(&path, &log).unwrap();
        }
        assert!(std::fs::read(&path).unwrap() == log, "{path} has other bytes");
    }
}
