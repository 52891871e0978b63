//! The tag of a MAC proof, derived from the specification alone (token.md §8.2), and a second signature for one digest.

use ciborium::Value;
use hmac::{Hmac, KeyInit as _, Mac as _};
use p256::elliptic_curve::ops::Reduce as _;
use p256::elliptic_curve::point::AffineCoordinates as _;
use sha2::Sha256;
use throughline::Digest;

use crate::common::cbor::{bstr, bytes, encode, int};
use crate::common::forge::{Forge, Message, content, lower_half};
use crate::common::world::agreement_key;

/// What a MAC key is bound to.
pub(crate) struct Seal<'s> {
    pub(crate) token: &'s [u8],
    pub(crate) audience: &'s str,
    /// Name of the audience's agreement key.
    pub(crate) agreement: &'s str,
    /// Name of the head's.
    pub(crate) agree: &'s str,
}

impl Seal<'_> {
    pub(crate) fn put_on(&self, message: &mut Message) {
        let mut forge = Forge::of(self.token);
        let last = forge.items.len() - 1;
        let head = &forge.items.swap_remove(last).message;
        let digest = |digest: &Digest| bytes(digest.as_bytes());
        let (audience, own) = (agreement_key(self.agreement), agreement_key(self.agree));
        let info = encode(&Value::Array(vec![
            int(5),
            Value::Array(vec![digest(&head.kid()), digest(&head.digest()), Value::Null]),
            Value::Array(vec![bytes(self.audience.as_bytes()), Value::Null, digest(audience.public().thumbprint())]),
            Value::Array(vec![int(256), bytes(content(&message.protected)), digest(own.public().thumbprint())]),
        ]));
        let scalar = Digest::of(&[b"agreement key ", self.agree.as_bytes()]);
        let secret = p256::SecretKey::from_slice(scalar.as_bytes()).unwrap();
        let peer = p256::PublicKey::from_sec1_bytes(&audience.public().key().to_sec1()).unwrap();
        let shared = p256::ecdh::diffie_hellman(secret.to_nonzero_scalar(), peer.as_affine());
        let mut key = [0; 32];
        hkdf::Hkdf::<Sha256>::new(None, shared.raw_secret_bytes()).expand(&info, &mut key).unwrap();
        let structure = encode(&Value::Array(vec![
            Value::Text("MAC0".into()),
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
