//! Signed lists for tests: a few CBOR verbs and an ECDSA key.

use std::vec::Vec;

use p256::ecdsa::signature::hazmat::PrehashSigner;
use p256::ecdsa::{Signature, SigningKey};

use crate::digest::Digest;
use crate::key::PublicKey;
use crate::time::UnixTime;

/// Encoded items, one after the other.
pub(crate) fn items(parts: &[&[u8]]) -> Vec<u8> {
    parts.concat()
}

pub(crate) fn uint(value: u64) -> Vec<u8> {
    head(0, value)
}

/// −1 − `value`.
pub(crate) fn nint(value: u64) -> Vec<u8> {
    head(1, value)
}

pub(crate) fn bytes(content: &[u8]) -> Vec<u8> {
    items(&[&head(2, content.len().try_into().unwrap()), content])
}

pub(crate) fn text(content: &str) -> Vec<u8> {
    items(&[&head(3, content.len().try_into().unwrap()), content.as_bytes()])
}

pub(crate) fn array(elements: &[Vec<u8>]) -> Vec<u8> {
    items(&[&head(4, elements.len().try_into().unwrap()), &elements.concat()])
}

/// Sorts: what the format calls a set.
pub(crate) fn set(mut elements: Vec<Vec<u8>>) -> Vec<u8> {
    elements.sort();
    array(&elements)
}

/// In the order given.
pub(crate) fn map(entries: &[(Vec<u8>, Vec<u8>)]) -> Vec<u8> {
    let content: Vec<u8> = entries.iter().flat_map(|(key, value)| items(&[key, value])).collect();
    items(&[&head(5, entries.len().try_into().unwrap()), &content])
}

pub(crate) fn digest(fill: u8) -> Vec<u8> {
    bytes(&[fill; 32])
}

/// `[kind, parts…]`.
pub(crate) fn entry(kind: u64, parts: &[Vec<u8>]) -> Vec<u8> {
    array(&[&[uint(kind)], parts].concat())
}

/// A list to be signed.
#[derive(Clone)]
pub(crate) struct Draft {
    pub(crate) name: &'static str,
    pub(crate) issued: UnixTime,
    pub(crate) expires: UnixTime,
    pub(crate) number: u64,
    pub(crate) entries: Vec<Vec<u8>>,
}

impl Draft {
    pub(crate) fn new(number: u64) -> Self {
        Self { name: NAME, issued: UnixTime(1_000), expires: UnixTime(2_000), number, entries: Vec::new() }
    }

    pub(crate) fn own(&self) -> Vec<u8> {
        map(&[(uint(21), uint(self.number)), (uint(22), set(self.entries.clone()))])
    }

    pub(crate) fn payload(&self) -> Vec<u8> {
        claims(self.name, self.issued, self.expires, &self.own())
    }

    pub(crate) fn sign(&self, issuer: &Issuer) -> Vec<u8> {
        issuer.sign(65105, &self.payload())
    }
}

/// The claims set around `own`.
pub(crate) fn claims(name: &str, issued: UnixTime, expires: UnixTime, own: &[u8]) -> Vec<u8> {
    map(&[(uint(1), text(name)), (uint(4), uint(expires.0)), (uint(6), uint(issued.0)), (nint(65536), own.to_vec())])
}

/// A key that signs lists.
pub(crate) struct Issuer(SigningKey);

impl Issuer {
    pub(crate) fn new(secret: u8) -> Self {
        Self(SigningKey::from_slice(&[secret; 32]).unwrap())
    }

    pub(crate) fn key(&self) -> PublicKey {
        let point = self.0.verifying_key().to_sec1_point(false);
        let (x, y) = point.as_bytes()[1..].split_at(32);
        PublicKey::from_coordinates(x.try_into().unwrap(), y.try_into().unwrap())
    }

    pub(crate) fn sign(&self, typ: u64, payload: &[u8]) -> Vec<u8> {
        let kid = bytes(self.key().thumbprint().as_bytes());
        let protected = bytes(&map(&[(uint(1), nint(8)), (uint(4), kid), (uint(16), uint(typ))]));
        let signed = array(&[text("Signature1"), protected.clone(), bytes(&[]), bytes(payload)]);
        let signature: Signature = self.0.sign_prehash(Digest::of(&[&signed]).as_bytes()).unwrap();
        let signature = signature.normalize_s().to_bytes();
        items(&[&head(6, 18), &array(&[protected, map(&[]), bytes(payload), bytes(&signature)])])
    }
}

pub(crate) const NAME: &str = "https://acme.example/revocation";

fn head(major: u8, argument: u64) -> Vec<u8> {
    let major = major << 5;
    match (u8::try_from(argument), u16::try_from(argument), u32::try_from(argument)) {
        (Ok(small @ 0..24), ..) => [major | small].to_vec(),
        (Ok(one), ..) => [major | 24, one].to_vec(),
        (_, Ok(two), _) => items(&[&[major | 25], &two.to_be_bytes()]),
        (.., Ok(four)) => items(&[&[major | 26], &four.to_be_bytes()]),
        _ => items(&[&[major | 27], &argument.to_be_bytes()]),
    }
}
