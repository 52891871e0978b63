//! Stage 10, V1001–V1009 and stage 13: the proof is by the head's actor, for this audience, head, request and time.

use throughline::issue::ProofBuilder;
use throughline::{Digest, ErrorKind, Part, Policy, ProofDemand};

use crate::common::cbor::{OURS, bytes, int, put, text};
use crate::common::forge::{Forge, Message, split};
use crate::common::setting::{Setting, request};
use crate::common::world::{called, through_stranger, wide_trust};
use crate::common::{AUDIENCE, NOW, chain, key, proof, public, request_digest};

const PROOF: Part = Part::Proof;

/// A token of three links and worker 2's proof.
fn twin() -> (Setting, Vec<u8>, Vec<u8>) {
    let setting = Setting::new(wide_trust());
    let token = chain(3);
    let proof = proof(&token, "worker 2", 1);
    setting.admits(&token, &proof, &request());
    (setting, token, proof)
}

/// A proof with one claim changed, signed by its proper actor.
fn changed(proof: &[u8], path: &[i64], value: ciborium::Value) -> Vec<u8> {
    let mut message = Message::of(proof);
    message.put(path, value);
    message.sign("worker 2");
    message.encoded()
}

#[test]
fn proof_under_another_kid_rejected() {
    let (setting, token, proof) = twin();
    let kid_of = |link: usize| Forge::of(&token).link(link).message.kid();
    let thumbprint = *public("worker 2").thumbprint();
    for (kid, signer) in [
        (kid_of(0), "alice"),
        (kid_of(1), "worker 1"),
        (thumbprint, "worker 2"),
        (*public("mallory").thumbprint(), "mallory"),
        (*public("attester").thumbprint(), "attester"),
        (Digest([0; 32]), "worker 2"),
    ] {
        let mut message = Message::of(&proof);
        message.header(|header| put(header, &[4], bytes(kid.as_bytes())));
        message.sign(signer);
        setting.declines(&token, &message.encoded(), &request(), ErrorKind::ProofSigner, PROOF);
    }
}

#[test]
fn proof_of_an_earlier_actor_rejected() {
    // What worker 1 could prove when it held the head, and what it proves of the longer token.
    let (setting, token, _) = twin();
    let shorter = split(&token)[..3].concat();
    let earlier = proof(&shorter, "worker 1", 1);
    setting.admits(&shorter, &earlier, &request());
    setting.declines(&token, &earlier, &request(), ErrorKind::ProofSigner, PROOF);
}

#[test]
fn proof_for_another_head_rejected() {
    let (setting, token, proof) = twin();
    for head in
        [Digest([0; 32]), Forge::of(&token).link(1).message.digest(), Forge::of(&token).link(0).message.digest()]
    {
        let other = changed(&proof, &[OURS, 17], bytes(head.as_bytes()));
        setting.declines(&token, &other, &request(), ErrorKind::ProofHead, PROOF);
    }
    // Of another execution with the same actors.
    let mut forge = Forge::of(&token);
    forge.link(0).message.put(&[OURS, 7, 3], bytes(&[8; 16]));
    setting.accepts(&forge.token());
    setting.declines(&forge.token(), &proof, &request(), ErrorKind::ProofHead, PROOF);
}

#[test]
fn proof_for_another_audience_rejected() {
    let (setting, token, proof) = twin();
    for audience in ["https://mail.example", "https://calendar.example/", "https://Calendar.example", "calendar", "*"] {
        let other = changed(&proof, &[3], text(audience));
        setting.declines(&token, &other, &request(), ErrorKind::ProofAudience, PROOF);
        let mut elsewhere = request();
        elsewhere.audience = audience;
        setting.declines(&token, &proof, &elsewhere, ErrorKind::ProofAudience, PROOF);
        setting.admits(&token, &other, &elsewhere);
    }
    // A list of audiences, and no text at all.
    for several in [ciborium::Value::Array(vec![text(AUDIENCE)]), int(0)] {
        let other = changed(&proof, &[3], several);
        setting.declines(&token, &other, &request(), ErrorKind::UnexpectedType, PROOF);
    }
}

#[test]
fn proof_for_another_request_rejected() {
    let (setting, token, proof) = twin();
    for digest in
        [Digest([0; 32]), Digest::of(&[b"GET /calendar/alice/work?"]), Digest::of(&[b"POST /calendar/alice/work"])]
    {
        let other = changed(&proof, &[OURS, 18], bytes(digest.as_bytes()));
        setting.declines(&token, &other, &request(), ErrorKind::ProofRequest, PROOF);
        let mut another = request();
        another.digest = digest;
        setting.declines(&token, &proof, &another, ErrorKind::ProofRequest, PROOF);
    }
}

#[test]
fn old_proof_rejected() {
    let (mut setting, token, proof) = twin();
    setting.now = NOW.plus(90);
    setting.admits(&token, &proof, &request());
    setting.now = NOW.plus(91);
    let kind = ErrorKind::ProofTooOld { now: setting.now, iat: NOW };
    setting.declines(&token, &proof, &request(), kind, PROOF);
    setting.limits.proof_window = 61;
    setting.admits(&token, &proof, &request());
    setting.limits.skew = 29;
    setting.declines(&token, &proof, &request(), kind, PROOF);
    // At the beginning of time.
    let ancient = changed(&proof, &[6], int(0));
    let kind = ErrorKind::ProofTooOld { now: setting.now, iat: throughline::UnixTime(0) };
    setting.declines(&token, &ancient, &request(), kind, PROOF);
    setting.limits.proof_window = u64::MAX;
    setting.admits(&token, &ancient, &request());
}

#[test]
fn proof_from_the_future_rejected() {
    let (mut setting, token, proof) = twin();
    setting.now = NOW.minus(30);
    setting.admits(&token, &proof, &request());
    setting.now = NOW.minus(31);
    let kind = ErrorKind::ProofTooNew { now: setting.now, iat: NOW };
    setting.declines(&token, &proof, &request(), kind, PROOF);
    let last = changed(&proof, &[6], int(i64::MAX));
    let kind = ErrorKind::ProofTooNew { now: setting.now, iat: throughline::UnixTime(u64::MAX >> 1) };
    setting.declines(&token, &last, &request(), kind, PROOF);
}

#[test]
fn proof_by_another_key_rejected() {
    let (setting, token, proof) = twin();
    for signer in ["worker 1", "alice", "attester", "mallory"] {
        let mut message = Message::of(&proof);
        message.sign(signer);
        setting.declines(&token, &message.encoded(), &request(), ErrorKind::ProofSignatureInvalid, PROOF);
    }
    // The proper signature over something else of the same actor.
    let mut message = Message::of(&proof);
    message.seal = Message::of(&self::proof(&token, "worker 2", 2)).seal;
    setting.declines(&token, &message.encoded(), &request(), ErrorKind::ProofSignatureInvalid, PROOF);
}

#[test]
fn proof_of_a_strangers_link_admitted_by_its_key_alone() {
    let setting = Setting::new(wide_trust());
    let token = through_stranger(2);
    let proof = ProofBuilder::new(&token, AUDIENCE, request_digest(), NOW, [1; 16]);
    let good = proof.clone().sign(&key("stray")).unwrap();
    setting.admits(&token, &good, &request());
    let mut message = Message::of(&good);
    message.sign("mallory");
    setting.declines(&token, &message.encoded(), &request(), ErrorKind::ProofSignatureInvalid, PROOF);
}

#[test]
fn token_and_proof_exchanged_rejected() {
    let (setting, token, proof) = twin();
    setting.declines(&proof, &split(&token)[0], &request(), ErrorKind::WrongTyp, Part::Item(0));
    let hand_over = split(&called(2)).remove(2);
    setting.declines(&token, &hand_over, &request(), ErrorKind::WrongTyp, PROOF);
    // A proof behind the token is no item of it.
    let behind = [token.clone(), proof.clone()].concat();
    setting.declines(&behind, &proof, &request(), ErrorKind::WrongTyp, Part::Item(5));
}

#[test]
fn signed_proof_under_a_policy_for_signed_ones_admitted() {
    let (setting, token, proof) = twin();
    let policy = Policy { proof: ProofDemand::Signed, ..Policy::default() };
    setting.admits(&token, &proof, &request().under(policy));
}
