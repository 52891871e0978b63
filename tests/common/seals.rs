//! Seals made from the specification alone: the tag of a MAC proof (token.md §8.2), a second signature of one digest, the
//! second key of one signature. A module of its own in the binaries that use it: it needs HKDF and HMAC.
#![allow(dead_code, reason = "each test binary uses a part")]

use ciborium::Value;
use hmac::{Hmac, KeyInit as _, Mac as _};
use p256::elliptic_curve::ops::Reduce as _;
use p256::elliptic_curve::point::AffineCoordinates as _;
use sha2::Sha256;
use throughline::{Digest, PublicKey};

use crate::common::AUDIENCE;
use crate::common::cbor::{bstr, bytes, encode, int, text};
use crate::common::forge::{Message, content, lower_half, split};
use crate::common::world::agreement_key;

/// What the tag of a MAC proof is derived from.
pub(crate) struct Seal {
    pub(crate) head_kid: Digest,
    pub(crate) head: Digest,
    pub(crate) audience: String,
    pub(crate) agreement: Digest,
    pub(crate) agree: Digest,
    /// Whose secret agreement key.
    pub(crate) secret: String,
    pub(crate) peer: PublicKey,
    /// The first element of the structure.
    pub(crate) context: &'static str,
}

impl Seal {
    /// For the proof of a token's head with worker 1's agreement key, to the audience of the fixtures.
    pub(crate) fn proper(token: &[u8]) -> Self {
        Self::between(token, "worker 1", AUDIENCE, "audience")
    }

    /// For the proof of a token's head, whose agreement key is `agree`, to an audience, whose agreement key is `agreement`.
    pub(crate) fn between(token: &[u8], agree: &str, audience: &str, agreement: &str) -> Self {
        let head = Message::of(split(token).last().unwrap());
        let (own, peer) = (agreement_key(agree), agreement_key(agreement));
        Self {
            head_kid: head.kid(),
            head: head.digest(),
            audience: audience.to_owned(),
            agreement: *peer.public().thumbprint(),
            agree: *own.public().thumbprint(),
            secret: agree.to_owned(),
            peer: *peer.public().key(),
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
        let mut key = [0; 32];
        hkdf::Hkdf::<Sha256>::new(None, shared.raw_secret_bytes()).expand(&info, &mut key).unwrap();
        let structure = encode(&Value::Array(vec![
            text(self.context),
            bytes(content(&message.protected)),
            bytes(b""),
            bytes(content(&message.payload)),
        ]));
        let mut mac = Hmac::<Sha256>::new_from_slice(&key).unwrap();
        mac.update(&structure);
        message.seal = bstr(&mac.finalize().into_bytes());
    }
}

/// A valid signature by this key over this digest that is not the deterministic one.
pub(crate) fn second_signature(signer: &str, digest: &Digest) -> [u8; 64] {
    let scalar = |bytes: &Digest| p256::Scalar::reduce(&p256::FieldBytes::from(*bytes.as_bytes()));
    let secret = scalar(&Digest::of(&[b"test key ", signer.as_bytes()]));
    let k = scalar(&Digest::of(&[b"k", signer.as_bytes(), digest.as_bytes()]));
    let point = (p256::ProjectivePoint::GENERATOR * k).to_affine();
    let r = p256::Scalar::reduce(&point.x());
    let s = k.invert().unwrap() * (scalar(digest) + r * secret);
    lower_half(p256::ecdsa::Signature::from_scalars(r, s).unwrap().to_bytes().into())
}

/// The other key for which this signature of this digest verifies.
pub(crate) fn second_key(message: &Message, own: &PublicKey) -> PublicKey {
    let signature = p256::ecdsa::Signature::from_slice(content(&message.seal)).unwrap();
    (0..2)
        .filter_map(|id| {
            let id = p256::ecdsa::RecoveryId::from_byte(id).unwrap();
            let key =
                p256::ecdsa::VerifyingKey::recover_from_prehash(message.digest().as_bytes(), &signature, id).ok()?;
            let point = key.to_sec1_point(false);
            let coordinate = |bytes: &[u8]| <[u8; 32]>::try_from(bytes).unwrap();
            Some(PublicKey::from_coordinates(coordinate(point.x().unwrap()), coordinate(point.y().unwrap())))
        })
        .find(|key| key != own)
        .unwrap()
}
