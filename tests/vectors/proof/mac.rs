//! Stage 10, V1007–V1009: MAC proofs, and a derivation of their key from the specification alone (token.md §8.2).

use ciborium::Value;
use hmac::{Hmac, KeyInit as _, Mac as _};
use sha2::Sha256;
use throughline::{Digest, ErrorKind, Part, PublicKey};
use throughline_conformance::{Authority, Demands};

use super::MAC;
use crate::common::cbor::{OURS, bstr, bytes, encode, int, put, text};
use crate::common::forge::{Forge, Message, content};
use crate::common::world::{agreement_key, mac_proof};
use crate::common::{AUDIENCE, public};
use crate::suite::{Edit, Suite};
use crate::tokens::agreeing;

pub(super) fn publish(suite: &mut Suite) {
    kinds(suite);
    agreements(suite);
}

/// V1007
fn kinds(suite: &mut Suite) {
    for (id, authority) in [("alone", None), ("and-independent-authority", Some(Authority::Independent))] {
        suite
            .spoil(
                MAC,
                &format!("signature-demanded-{id}"),
                ErrorKind::ProofKind,
                Part::Proof,
                "A MAC proof where the policy demands a signature.",
                |vector| vector.edit_request(|request| request.policy = Some(Demands { signed: true, authority })),
            )
            .flags(&["proof", "mac", "policy"]);
    }
}

/// V1008, V1009
fn agreements(suite: &mut Suite) {
    for (twin, id, what) in [
        ("signed-proof-without-agreement-key", "mac-proof-without-agreement-key", "the head has no `agree` key"),
        (
            "signed-proof-behind-an-agreement-key",
            "mac-proof-with-the-agreement-key-of-the-link-before",
            "only the link before has an `agree` key",
        ),
    ] {
        suite
            .spoil(
                twin,
                id,
                ErrorKind::AgreementMissing,
                Part::Proof,
                &format!("A MAC proof, and {what}. Masked: without it there is no MAC key."),
                |vector| {
                    let token = &vector.token.as_ref().unwrap().0;
                    let head = Forge::of(token).items.last().unwrap().message.clone();
                    let mut message = Message::of(&mac_proof(&agreeing()));
                    message.header(|header| put(header, &[4], bytes(head.kid().as_bytes())));
                    message.put(&[OURS, 17], bytes(head.digest().as_bytes()));
                    Seal::proper(token).put_on(&mut message);
                    vector.proof = Some(message.encoded().into());
                },
            )
            .flags(&["proof", "mac", "masked"]);
    }
    const MASKED: &str = "Masked: the audience has no secret for it.";
    for (id, what, agreement) in [
        ("elsewhere", "an agreement key of another audience", *agreement_key("elsewhere").public().thumbprint()),
        ("the-heads", "the head's own agreement key", *agreement_key("worker 1").public().thumbprint()),
        ("signing", "a worker's signing key", *public("worker 1").thumbprint()),
        ("zero", "zero", Digest([0; 32])),
    ] {
        suite
            .spoil(
                MAC,
                &format!("agreement-with-{id}"),
                ErrorKind::AgreementUnknown,
                Part::Proof,
                &format!("`agreement` is {what}. {MASKED}"),
                |vector| {
                    let mut message = Message::of(&vector.proof.as_ref().unwrap().0);
                    message.put(&[OURS, 19], bytes(agreement.as_bytes()));
                    Seal { agreement, ..Seal::proper(&agreeing()) }.put_on(&mut message);
                    vector.proof = Some(message.encoded().into());
                },
            )
            .flags(&["proof", "mac", "masked"]);
    }
    for (id, what, keep) in
        [("given-up", "The audience gave that agreement key up.", 1), ("none", "The audience has no agreement key.", 0)]
    {
        suite
            .spoil(
                MAC,
                &format!("agreement-key-{id}"),
                ErrorKind::AgreementUnknown,
                Part::Proof,
                &format!("{what} {MASKED}"),
                |vector| vector.agreement.truncate(keep),
            )
            .flags(&["proof", "mac", "masked"]);
    }
}

/// What the tag of a proof is derived from (token.md §8.2).
pub(crate) struct Seal {
    pub(crate) head_kid: Digest,
    pub(crate) head: Digest,
    pub(crate) audience: String,
    pub(crate) agreement: Digest,
    pub(crate) agree: Digest,
    /// Whose secret agreement key.
    pub(crate) secret: &'static str,
    pub(crate) peer: PublicKey,
    /// The first element of the structure.
    pub(crate) context: &'static str,
}

impl Seal {
    /// For the proof of a token's head with worker 1's agreement key, to the audience of the fixtures.
    pub(crate) fn proper(token: &[u8]) -> Self {
        let forge = Forge::of(token);
        let head = &forge.items.last().unwrap().message;
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

    pub(crate) fn put_on(&self, message: &mut Message) {
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
        let mut derived = [0; 32];
        hkdf::Hkdf::<Sha256>::new(None, shared.raw_secret_bytes()).expand(&info, &mut derived).unwrap();
        let structure = encode(&Value::Array(vec![
            text(self.context),
            bytes(content(&message.protected)),
            bytes(b""),
            bytes(content(&message.payload)),
        ]));
        let mut mac = Hmac::<Sha256>::new_from_slice(&derived).unwrap();
        mac.update(&structure);
        message.seal = bstr(&mac.finalize().into_bytes());
    }
}
