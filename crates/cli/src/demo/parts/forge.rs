//! Links and proofs that no builder makes: an attacker's own encoder, so that what refuses them is the verifier.

use ciborium::Value;
use p256::ecdsa::Signature;
use throughline::issue::{Signer as _, SigningKey};
use throughline::{Digest, PublicKey, UnixTime};

use crate::demo::trouble::Outcome;

/// A continuation, every claim as the attacker likes it.
#[derive(Debug)]
pub(super) struct ForgedLink<'a> {
    pub(super) kid: Digest,
    pub(super) identifier: &'a str,
    pub(super) role: Option<&'a str>,
    /// The key that the link itself carries.
    pub(super) carried: Option<&'a PublicKey>,
    pub(super) window: (UnixTime, UnixTime),
    pub(super) parent: Digest,
    pub(super) position: u64,
    pub(super) grants: &'a [(&'a str, &'a str)],
    pub(super) handover: Option<Digest>,
}

impl ForgedLink<'_> {
    /// COSE_Sign1, well-formed and well signed (token.md §3.1, §4.1).
    pub(super) fn sign(&self, key: &SigningKey) -> Outcome<Vec<u8>> {
        seal(65_101, &self.kid, &self.payload(), key)
    }

    fn payload(&self) -> Value {
        let (issued, expires) = self.window;
        let grants = self.grants.iter().map(|(action, resource)| Value::Array(vec![text(action), text(resource)]));
        let mut own = vec![(1, digest(&self.parent)), (2, uint(self.position))];
        own.extend(self.role.map(|role| (3, text(role))));
        own.extend((!self.grants.is_empty()).then(|| (4, Value::Array(grants.collect()))));
        own.extend(self.handover.as_ref().map(|handover| (11, digest(handover))));
        let mut claims = vec![(1, text(self.identifier)), (4, uint(expires.0)), (6, uint(issued.0))];
        claims.extend(self.carried.map(|key| (8, map([(1, cose_key(key))]))));
        claims.push((-65_537, map(own)));
        map(claims)
    }
}

/// A proof, whoever signs it (token.md §4.4).
#[derive(Debug)]
pub(super) struct ForgedProof<'a> {
    pub(super) kid: Digest,
    pub(super) audience: &'a str,
    pub(super) issued: UnixTime,
    pub(super) nonce: [u8; 16],
    pub(super) head: Digest,
    pub(super) request: Digest,
}

impl ForgedProof<'_> {
    /// COSE_Sign1, well-formed and well signed.
    pub(super) fn sign(&self, key: &SigningKey) -> Outcome<Vec<u8>> {
        let own = map([(17, digest(&self.head)), (18, digest(&self.request))]);
        let nonce = Value::Bytes(self.nonce.to_vec());
        let payload = map([(3, text(self.audience)), (6, uint(self.issued.0)), (7, nonce), (-65_537, own)]);
        seal(65_103, &self.kid, &payload, key)
    }
}

/// COSE_Sign1 of a payload (token.md §3.1).
fn seal(typ: u64, kid: &Digest, payload: &Value, key: &SigningKey) -> Outcome<Vec<u8>> {
    let protected = encode(&map([(1, int(-9)), (4, digest(kid)), (16, uint(typ))]))?;
    let payload = encode(payload)?;
    let structure = Value::Array(vec![
        text("Signature1"),
        Value::Bytes(protected.clone()),
        Value::Bytes(Vec::new()),
        Value::Bytes(payload.clone()),
    ]);
    let signature = key.sign(&Digest::of(&[&encode(&structure)?]))?;
    let signature = Signature::from_slice(&signature)?.normalize_s().to_bytes();
    let message =
        Value::Array(vec![Value::Bytes(protected), map([]), Value::Bytes(payload), Value::Bytes(signature.to_vec())]);
    encode(&Value::Tag(18, Box::new(message)))
}

/// The items of a token, one after the other.
pub(super) fn items(token: &[u8]) -> Outcome<Vec<&[u8]>> {
    let (mut rest, mut items) = (token, Vec::new());
    while !rest.is_empty() {
        let start = rest;
        let _: Value = ciborium::from_reader(&mut rest)?;
        let len = start.len().saturating_sub(rest.len());
        items.push(start.get(..len).unwrap_or_default());
    }
    Ok(items)
}

fn encode(value: &Value) -> Outcome<Vec<u8>> {
    let mut bytes = Vec::new();
    ciborium::into_writer(value, &mut bytes)?;
    Ok(bytes)
}

fn cose_key(key: &PublicKey) -> Value {
    let (x, y) = (key.x().to_vec(), key.y().to_vec());
    map([(1, int(2)), (-1, int(1)), (-2, Value::Bytes(x)), (-3, Value::Bytes(y))])
}

/// In the order given.
fn map(entries: impl IntoIterator<Item = (i64, Value)>) -> Value {
    Value::Map(entries.into_iter().map(|(label, value)| (int(label), value)).collect())
}

fn int(value: i64) -> Value {
    Value::Integer(value.into())
}

fn uint(value: u64) -> Value {
    Value::Integer(value.into())
}

fn text(value: &str) -> Value {
    Value::Text(value.into())
}

fn digest(value: &Digest) -> Value {
    Value::Bytes(value.as_bytes().to_vec())
}
