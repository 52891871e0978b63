//! The engines behind the signature door give the same verdicts, and tables are built for admitted keys only.
#![cfg(feature = "issue")]
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::arithmetic_side_effects,
    reason = "a fixture that cannot be made fails the test"
)]

mod common;

use common::{AUDIENCE, Memory, NOW, chain, credential_for, key, proof, request_digest, root, trust, window, worker};
use throughline::issue::{Actor, ContinuationBuilder};
use throughline::{
    Engine, ErrorKind, NoRevocations, P256, PreparedKeys, Request, SignatureVerifier, UnixTime, Verifier,
};

/// Every engine that is compiled in.
fn engines(prepared: &PreparedKeys) -> Vec<&(dyn SignatureVerifier + Sync)> {
    vec![
        &Engine,
        &P256,
        prepared,
        #[cfg(feature = "aws-lc")]
        &throughline::AwsLc,
    ]
}

/// The token's verdict under every engine; they must agree.
fn verdict(token: &[u8], now: UnixTime) -> Result<usize, throughline::Error> {
    let trust = trust();
    let prepared = PreparedKeys::new(&trust, 4);
    let mut verdicts = engines(&prepared)
        .into_iter()
        .map(|engine| Verifier::new(&trust, engine, &NoRevocations).verify(token, now).map(|chain| chain.len()));
    let verdict = verdicts.next().unwrap();
    assert!(verdicts.all(|other| other == verdict));
    verdict
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
    for engine in engines(&PreparedKeys::new(&trust(), 4)) {
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

#[cfg(feature = "aws-lc")]
mod aws_lc {
    use throughline::issue::{AwsLcSigningKey, ContinuationBuilder, ProofBuilder, Signer, SigningKey};
    use throughline::{
        AgreementKey, AwsLc, AwsLcAgreementKey, Digest, Engine, KeyAgreement, NoRevocations, PublicKey, Signature,
        SignatureCheck, SignatureVerifier, Verifier,
    };

    use super::common::setting::request;
    use super::common::world::{agreement_key, by, vouched};
    use super::common::{AUDIENCE, Memory, NOW, chain, key, request_digest, root, trust, window, worker};

    const ONE: [u8; 32] = {
        let mut one = [0; 32];
        one[31] = 1;
        one
    };
    /// n, the order of the group (SEC 2 section 2.4.2).
    const ORDER: [u8; 32] = [
        0xff, 0xff, 0xff, 0xff, 0, 0, 0, 0, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xbc, 0xe6, 0xfa, 0xad,
        0xa7, 0x17, 0x9e, 0x84, 0xf3, 0xb9, 0xca, 0xc2, 0xfc, 0x63, 0x25, 0x51,
    ];

    fn scalar(name: &str) -> Digest {
        Digest::of(&[name.as_bytes()])
    }

    fn aws_lc_key(name: &str) -> AwsLcSigningKey {
        AwsLcSigningKey::from_bytes(scalar(name).as_bytes()).unwrap()
    }

    #[test]
    fn token_and_proof_signed_with_aws_lc_accepted_by_every_engine() {
        // The names of the fixtures' keys, so that the fixtures' trust holds.
        let key = aws_lc_key("test key alice");
        let token = root().next_identifier(&worker(1)).sign(&key).unwrap();
        assert_eq!(super::verdict(&token, NOW), Ok(1));
        let token = chain(2);
        let worker = aws_lc_key("test key worker 1");
        let proof = ProofBuilder::new(&token, AUDIENCE, request_digest(), NOW, [1; 16]).sign(&worker).unwrap();
        let trust = trust();
        let prepared = super::PreparedKeys::new(&trust, 4);
        for engine in super::engines(&prepared) {
            let verifier = Verifier::new(&trust, engine, &NoRevocations);
            verifier.admit(&token, &proof, &request(), &Memory::default(), NOW).unwrap();
        }
    }

    #[test]
    fn mac_proof_agreed_with_aws_lc_admitted() {
        let audience = AwsLcAgreementKey::from_bytes(scalar("an audience").as_bytes()).unwrap();
        let agree = agreement_key("worker 1");
        let token = by(1, ContinuationBuilder::new(&chain(1), vouched(1), window()).agree(agree.public().key()));
        let builder = ProofBuilder::new(&token, AUDIENCE, request_digest(), NOW, [1; 16]);
        let mut proof = builder.mac(&agree, audience.public()).unwrap();
        let trust = trust();
        let verifier = Verifier::new(&trust, &AwsLc, &NoRevocations).agreement(&audience);
        verifier.admit(&token, &proof, &request(), &Memory::default(), NOW).unwrap();
        let last = proof.len() - 1;
        proof[last] ^= 1;
        let refused = verifier.admit(&token, &proof, &request(), &Memory::default(), NOW).unwrap_err();
        assert_eq!(refused.kind, throughline::ErrorKind::ProofMacInvalid);
    }

    #[test]
    fn agreement_of_unknown_key_or_with_point_off_the_curve_rejected() {
        let ours = AwsLcAgreementKey::from_bytes(&ONE).unwrap();
        let peer = *key("worker 1").key().key();
        let thumbprint = *ours.public().thumbprint();
        assert!(ours.agree(&thumbprint, &peer).is_some());
        assert!(ours.agree(&Digest([0; 32]), &peer).is_none());
        for (x, y) in [([0; 32], [0; 32]), (*peer.y(), *peer.x()), ([0xff; 32], *peer.y())] {
            assert!(ours.agree(&thumbprint, &PublicKey::from_coordinates(x, y)).is_none());
        }
    }

    #[test]
    fn scalars_outside_one_to_n_minus_one_rejected() {
        let mut n_minus_one = ORDER;
        n_minus_one[31] -= 1;
        for scalar in [ONE, n_minus_one] {
            let public = *SigningKey::from_bytes(&scalar).unwrap().key();
            assert_eq!(AwsLcSigningKey::from_bytes(&scalar).unwrap().key(), &public);
            assert_eq!(AwsLcAgreementKey::from_bytes(&scalar).unwrap().public(), &public);
            assert_eq!(AgreementKey::from_bytes(&scalar).unwrap().public(), &public);
        }
        for scalar in [[0; 32], ORDER, [0xff; 32]] {
            assert!(AwsLcSigningKey::from_bytes(&scalar).is_none());
            assert!(AwsLcAgreementKey::from_bytes(&scalar).is_none());
        }
    }

    #[test]
    fn aws_lc_signs_the_digest_it_is_given() {
        let signer = aws_lc_key("signer");
        for n in 0..32_u8 {
            let digest = Digest::of(&[&[n]]);
            let signature = signer.sign(&digest).unwrap();
            // s may be in either half, and only the lower one is a signature of the format.
            let Ok(signature) = Signature::new(&signature) else { continue };
            let check = SignatureCheck::new(signer.key().key(), &digest, signature);
            assert!(Engine.verify(&check));
            assert!(AwsLc.verify(&check));
            let other = Digest::of(&[&[n, n]]);
            assert!(!AwsLc.verify(&SignatureCheck::new(signer.key().key(), &other, signature)));
        }
    }

    #[test]
    fn aws_lc_keys_print_no_secret() {
        let scalar = scalar("a secret");
        let hex = format!("{scalar}");
        let decimal = format!("{:?}", scalar.as_bytes());
        let signing = format!("{:?}", AwsLcSigningKey::from_bytes(scalar.as_bytes()).unwrap());
        let agreement = format!("{:?}", AwsLcAgreementKey::from_bytes(scalar.as_bytes()).unwrap());
        for printed in [signing, agreement] {
            assert!(!printed.contains(&hex) && !printed.contains(decimal.trim_matches(['[', ']'])), "{printed}");
        }
    }
}
