//! Stages 10 and 13 for MAC proofs, whose tags are made from the specification alone (token.md §8.2).

use throughline::{Digest, ErrorKind, Part, Policy, ProofDemand};

use crate::common::cbor::{OURS, bytes, int, remove};
use crate::common::forge::{Forge, Message};
use crate::common::public;
use crate::common::setting::{Setting, request};
use crate::common::world::{agreeing, agreement_key, mac_proof, wide_trust};
use crate::seals::Seal;

const PROOF: Part = Part::Proof;

fn twin() -> (Setting, Vec<u8>, Vec<u8>) {
    let mut setting = Setting::new(wide_trust());
    setting.agreement.push(agreement_key("other"));
    setting.agreement.push(agreement_key("audience"));
    let token = agreeing();
    let proof = mac_proof(&token);
    setting.admits(&token, &proof, &request());
    (setting, token, proof)
}

fn sealed(proof: &[u8], seal: &Seal) -> Vec<u8> {
    let mut message = Message::of(proof);
    seal.put_on(&mut message);
    message.encoded()
}

#[test]
fn mac_proof_is_made_as_the_specification_says() {
    let (_, token, proof) = twin();
    assert_eq!(sealed(&proof, &Seal::proper(&token)), proof);
}

#[test]
fn mac_where_a_signature_is_demanded_rejected() {
    let (setting, token, proof) = twin();
    let policy = Policy { proof: ProofDemand::Signed, ..Policy::default() };
    setting.declines(&token, &proof, &request().under(policy), ErrorKind::ProofKind, PROOF);
}

#[test]
fn mac_for_a_head_without_agreement_key_rejected() {
    let (setting, token, proof) = twin();
    let mut forge = Forge::of(&token);
    forge.link(1).message.claims(|claims| remove(claims, &[OURS, 9]));
    let without = forge.token();
    setting.accepts(&without);
    let mut message = Message::of(&proof);
    message.put(&[OURS, 17], bytes(Forge::of(&without).link(1).message.digest().as_bytes()));
    Seal::proper(&without).put_on(&mut message);
    setting.declines(&without, &message.encoded(), &request(), ErrorKind::AgreementMissing, PROOF);
}

#[test]
fn mac_for_an_agreement_key_of_somebody_else_rejected() {
    let (mut setting, token, proof) = twin();
    for other in [*agreement_key("elsewhere").public().thumbprint(), *public("worker 1").thumbprint(), Digest([0; 32])]
    {
        let mut message = Message::of(&proof);
        message.put(&[OURS, 19], bytes(other.as_bytes()));
        let seal = Seal { agreement: other, ..Seal::proper(&token) };
        seal.put_on(&mut message);
        setting.declines(&token, &message.encoded(), &request(), ErrorKind::AgreementUnknown, PROOF);
    }
    // The audience gave the key up.
    setting.agreement.pop();
    setting.declines(&token, &proof, &request(), ErrorKind::AgreementUnknown, PROOF);
    setting.agreement.clear();
    setting.declines(&token, &proof, &request(), ErrorKind::AgreementUnknown, PROOF);
}

#[test]
fn mac_without_the_agreement_it_is_for_rejected() {
    let (setting, token, proof) = twin();
    let mut message = Message::of(&proof);
    message.remove(&[OURS, 19]);
    Seal::proper(&token).put_on(&mut message);
    setting.declines(&token, &message.encoded(), &request(), ErrorKind::ClaimMissing, PROOF);
}

#[test]
fn wrong_mac_rejected() {
    let (setting, token, proof) = twin();
    let proper = || Seal::proper(&token);
    let other = Digest([1; 32]);
    for wrong in [
        // Another chain's key, another audience's, another of the audience's own.
        Seal { secret: "somebody".to_owned(), ..proper() },
        Seal { peer: *agreement_key("elsewhere").public().key(), ..proper() },
        Seal { peer: *agreement_key("other").public().key(), ..proper() },
        // One part of the context each.
        Seal { head_kid: other, ..proper() },
        Seal { head: other, ..proper() },
        Seal { audience: "https://mail.example".to_owned(), ..proper() },
        Seal { audience: String::new(), ..proper() },
        Seal { agreement: *agreement_key("other").public().thumbprint(), ..proper() },
        Seal { agree: other, ..proper() },
        Seal {
            agree: *agreement_key("audience").public().thumbprint(),
            agreement: *agreement_key("worker 1").public().thumbprint(),
            ..proper()
        },
        // The structure of a signature, and of a MAC for several.
        Seal { context: "Signature1", ..proper() },
        Seal { context: "MAC", ..proper() },
    ] {
        setting.declines(&token, &sealed(&proof, &wrong), &request(), ErrorKind::ProofMacInvalid, PROOF);
    }
    // Every bit of the tag.
    let tag = proof.len() - 32;
    for bit in 0..256 {
        let mut flipped = proof.clone();
        flipped[tag + bit / 8] ^= 1 << (bit % 8);
        setting.declines(&token, &flipped, &request(), ErrorKind::ProofMacInvalid, PROOF);
    }
}

#[test]
fn claims_changed_under_a_mac_rejected() {
    let (setting, token, proof) = twin();
    for (path, value) in [([7].as_slice(), bytes(&[2; 16])), (&[6], int(1_800_000_001))] {
        let mut message = Message::of(&proof);
        message.put(path, value);
        setting.declines(&token, &message.encoded(), &request(), ErrorKind::ProofMacInvalid, PROOF);
        Seal::proper(&token).put_on(&mut message);
        setting.admits(&token, &message.encoded(), &request());
    }
}
