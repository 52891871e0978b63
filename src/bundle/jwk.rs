//! Public keys as JWKs (RFC 7517, RFC 7518 §6.2.1).
//!
//! A key here is `kty` "EC", `crv` "P-256", `x` and `y`. What else a JWK may say must agree with what the key is for: checking ECDSA
//! signatures over SHA-256. So `use` is "sig", `alg` is "ES256", `key_ops` is `["verify"]`; `kid` is a string without meaning.

use base64ct::{Base64UrlUnpadded, Encoding};

use crate::backend::P256;
use crate::bundle::fields::{count, one_of, word};
use crate::bundle::json::Node;
use crate::bundle::reader::Reader;
use crate::bundle::report::Mistake;
use crate::key::{PublicKey, TrustedKey};
use crate::signature::SignatureVerifier;

/// Reads a JWK. Without one, or after a mistake, there is a stand-in that [`is_stand_in`] knows.
pub(super) fn read<'a>(reader: &mut Reader<'a>, node: Option<&Node<'a>>) -> TrustedKey {
    node.and_then(|node| public_key(reader, node)).map_or_else(stand_in, TrustedKey::new)
}

/// Whether this key only stands where one could not be read.
pub(super) fn is_stand_in(key: &TrustedKey) -> bool {
    *key == stand_in()
}

fn public_key<'a>(reader: &mut Reader<'a>, node: &Node<'a>) -> Option<PublicKey> {
    let object = node.object(reader, "a JWK");
    // Before all else: `d` of RSA and elliptic curves, `k` of symmetric keys.
    if let Some(secret) = ["d", "k"].iter().find_map(|name| object.get(name)) {
        secret.refuse(reader, Mistake::PrivateKey);
        return None;
    }
    let object = object.only(reader, JWK);
    word(reader, &object, "kty", &["EC"]);
    word(reader, &object, "crv", &["P-256"]);
    for (name, known) in [("use", &["sig"]), ("alg", &["ES256"])] {
        if let Some(node) = object.get(name) {
            one_of(reader, node, known);
        }
    }
    if let Some(node) = object.get("key_ops") {
        let operations = node.array(reader, "an array of strings");
        for operation in &operations {
            one_of(reader, operation, &["verify"]);
        }
        count(reader, node, operations.len(), 1, 1);
    }
    if let Some(node) = object.get("kid") {
        node.string(reader, "a string");
    }
    let (x_node, y_node) = (object.need(reader, "x"), object.need(reader, "y"));
    let x = x_node.and_then(|node| coordinate(reader, node));
    let y = y_node.and_then(|node| coordinate(reader, node));
    let key = PublicKey::from_coordinates(x?, y?);
    if !P256.is_on_curve(&key) {
        x_node.into_iter().for_each(|node| node.refuse(reader, Mistake::KeyOffCurve));
        return None;
    }
    Some(key)
}

/// 32 bytes (RFC 7518 §6.2.1.2: of full length, leading zeros included).
fn coordinate<'a>(reader: &mut Reader<'a>, node: &Node<'a>) -> Option<[u8; 32]> {
    let text = node.string(reader, "a string")?;
    let mut bytes = [0; 32];
    let decoded = Base64UrlUnpadded::decode(text.as_bytes(), &mut bytes).is_ok_and(|decoded| decoded.len() == 32);
    if !decoded {
        node.refuse(reader, Mistake::Encoding { wanted: "32 bytes" });
    }
    decoded.then_some(bytes)
}

/// (0, 0) is on no curve in question, so no document can name it.
fn stand_in() -> TrustedKey {
    TrustedKey::new(PublicKey::from_coordinates([0; 32], [0; 32]))
}

const JWK: &[&str] = &["kty", "crv", "x", "y", "use", "alg", "key_ops", "kid"];
