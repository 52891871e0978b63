//! What a verdict costs: signatures checked, counted.

use throughline::issue::ContinuationBuilder;
use throughline::trust::{OriginAnchor, OriginKind};
use throughline::{ErrorKind, Part};

use crate::common::cbor::{OURS, int};
use crate::common::forge::Forge;
use crate::common::lists::{FRESH, Fixed};
use crate::common::setting::{Setting, items, request};
use crate::common::world::{by, called, ceiling, edit, vouched, wide_trust};
use crate::common::{NOW, chain, contract, credential, key, proof, root, window, worker};

/// Sixteen links whose credentials the verifier knows.
fn by_reference(setting: &mut Setting) -> Vec<u8> {
    let mut token = root().next_contract_without_handover(contract()).sign(&key("alice")).unwrap();
    for n in 1..16 {
        setting.know(&credential(n));
        let builder = ContinuationBuilder::new(&token, vouched(n).by_reference(), window());
        token = by(n, builder.next_identifier(&worker(n + 1)));
    }
    token
}

fn known() -> Vec<Vec<u8>> {
    (1..16).map(credential).collect()
}

#[test]
fn sixteen_links_cost_at_most_their_signatures() {
    let mut setting = Setting::new(wide_trust());
    for (token, signatures) in [(by_reference(&mut setting), 16), (chain(16), 31), (called(16), 46)] {
        assert_eq!(items(&token), signatures);
        let proof = proof(&token, "worker 15", 1);
        let (verdict, checks) = setting.admit(&token, &proof, &request(), &FRESH);
        assert_eq!((verdict, checks), (Ok(()), signatures + 1));
    }
}

#[test]
fn sixteen_links_with_a_bad_last_signature_cost_at_most_seventeen() {
    let mut setting = Setting::new(wide_trust());
    let token = by_reference(&mut setting);
    let mut forge = Forge::with_known(&token, &known());
    forge.link(15).signer = "mallory".to_owned();
    let bad = forge.token();
    let proof = proof(&bad, "worker 15", 1);
    let (verdict, checks) = setting.admit(&bad, &proof, &request(), &FRESH);
    let error = verdict.unwrap_err();
    assert_eq!((error.kind, error.at.part), (ErrorKind::SignatureInvalid, Part::Link(15)));
    assert!(checks <= 17, "{checks}");
}

#[test]
fn cheap_defect_in_the_last_of_sixteen_links_costs_nothing() {
    let mut setting = Setting::new(wide_trust());
    let token = by_reference(&mut setting);
    for (path, value, kind) in [
        ([OURS, 2].as_slice(), int(14), ErrorKind::PositionWrong),
        (&[4], int(i64::MAX), ErrorKind::WindowOutsideParent),
        (&[OURS, 3], crate::common::cbor::text("reader"), ErrorKind::RoleNotVouched),
        (&[99], int(0), ErrorKind::ClaimUnknown),
    ] {
        let mut forge = Forge::with_known(&token, &known());
        forge.link(15).message.put(path, value);
        let (verdict, checks) = setting.verify(&forge.token());
        let error = verdict.unwrap_err();
        assert_eq!((error.kind, error.at.part, checks), (kind, Part::Link(15), 0));
    }
}

#[test]
fn wrong_audience_stale_proof_and_replay_cost_nothing() {
    let mut setting = Setting::new(wide_trust());
    let token = chain(16);
    let proof = proof(&token, "worker 15", 1);
    let mut elsewhere = request();
    elsewhere.audience = "https://mail.example";
    let replayed = Fixed { look_up: Err(ErrorKind::ProofReplayed), ..FRESH };
    assert_eq!(setting.admit(&token, &proof, &elsewhere, &FRESH).1, 0);
    assert_eq!(setting.admit(&token, &proof, &request(), &replayed).1, 0);
    setting.now = NOW.plus(91);
    assert_eq!(setting.admit(&token, &proof, &request(), &FRESH).1, 0);
}

#[test]
fn unknown_origin_costs_nothing() {
    let mut setting = Setting::new(wide_trust());
    edit(&mut setting.trust.origins, |origins| drop(origins.remove(0)));
    let (verdict, checks) = setting.verify(&chain(16));
    assert_eq!((verdict.unwrap_err().kind, checks), (ErrorKind::OriginUnknown, 0));
}

#[test]
fn many_anchors_with_one_key_cost_one_check() {
    let mut setting = Setting::new(wide_trust());
    edit(&mut setting.trust.origins, |origins| {
        let OriginAnchor { kind: OriginKind::Identity { key, identifier, role, accountable }, .. } = origins[0].clone()
        else {
            panic!("the first is Alice's")
        };
        for nth in 0..64 {
            let kind = OriginKind::Identity {
                key,
                identifier: identifier.clone(),
                role: role.clone(),
                accountable: accountable.clone(),
            };
            let name = throughline::Text::from(format!("alice {nth}"));
            origins.insert(0, OriginAnchor::new(name, kind, ceiling("mail.*", "*")));
        }
    });
    assert_eq!(setting.verify(&chain(1)), (Ok(()), 1));
}
