//! Stages 10 and 13 for MAC proofs, with a derivation of their key made from the specification alone (token.md §8.2).

use ciborium::Value;
use hmac::{Hmac, KeyInit as _, Mac as _};
use sha2::Sha256;
use throughline::{Digest, ErrorKind, Part, Policy, ProofDemand};

use crate::common::cbor::{OURS, bstr, bytes, encode, int, remove};
use crate::common::forge::{Forge, Message, content};
use crate::common::setting::{Setting, request};
use crate::common::world::{agreeing, agreement_key, mac_proof, wide_trust};
use crate::common::{AUDIENCE, public};

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

/// What the tag of a proof must be between these keys.
struct Seal {
    head_kid: Digest,
    head: Digest,
    audience: String,
    agreement: Digest,
    agree: Digest,
    secret: &'static str,
    peer: throughline::PublicKey,
    context: &'static str,
}

impl Seal {
    fn proper(token: &[u8]) -> Self {
        let mut forge = Forge::of(token);
        let head = &forge.link(1).message;
        Self {
            head_kid: head.kid(),
            head: head.digest(),
            audience: AUDIENCE.to_owned(),
            agreement: *agreement_key("audience").public().thumbprint(),
            agree: *agreement_key("worker 1").public().thumbprint(),
            secret: "worker 1",
            peer: *agreement_key("audience").public().key(),
            context: "MAC0",
        }
    }

    fn put_on(&self, message: &mut Message) {
        let digest = |digest: &Digest| bytes(digest.as_bytes());
        let info = encode(&Value::Array(vec![
            int(5),
            Value::Array(vec![digest(&self.head_kid), digest(&self.head), Value::Null]),
            Value::Array(vec![bytes(self.audience.as_bytes()), Value::Null, digest(&self.agreement)]),
            Value::Array(vec![int(256), bytes(content(&message.protected)), digest(&self.agree)]),
        ]));
        let scalar = Digest::of(&[b"agreement key ", self.secret.as_bytes()]);
        let secret = p256::SecretKey::from_slice(scalar.as_bytes()).unwrap();
        let peer = p256::PublicKey::from_sec1_bytes(&self.peer.to_sec1()).unwrap();
        let shared = p256::ecdh::diffie_hellman(secret.to_nonzero_scalar(), peer.as_affine());
        let mut key = [0; 32];
        hkdf::Hkdf::<Sha256>::new(None, shared.raw_secret_bytes()).expand(&info, &mut key).unwrap();
        let structure = encode(&Value::Array(vec![
            Value::Text(self.context.into()),
            bytes(content(&message.protected)),
            bytes(b""),
            bytes(content(&message.payload)),
        ]));
        let mut mac = Hmac::<Sha256>::new_from_slice(&key).unwrap();
        mac.update(&structure);
        message.seal = bstr(&mac.finalize().into_bytes());
    }
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
        Seal { secret: "somebody", ..proper() },
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
