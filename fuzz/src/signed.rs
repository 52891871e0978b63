//! Artifacts as ciborium reads them, to hold what the decoders say against; and a world in which every signature is valid.

use aws_lc_rs::digest::{SHA256, digest as sha256};
use ciborium::Value;
use throughline::{Digest, PublicKey, SignatureCheck, SignatureVerifier, TrustedKey, UnixTime, Window};

use crate::common::cbor::{OURS, bstr, int};
use crate::reference;

/// Accepts every signature and every key: random bytes never get past a real one.
pub(crate) struct EverythingIsSigned;

impl SignatureVerifier for EverythingIsSigned {
    fn is_on_curve(&self, _: &PublicKey) -> bool {
        true
    }

    fn verify(&self, _: &SignatureCheck<'_>) -> bool {
        true
    }
}

/// One artifact, read by ciborium.
pub(crate) struct Opened {
    pub(crate) tag: u64,
    pub(crate) kid: Value,
    pub(crate) digest: Digest,
    claims: Value,
    ours: Value,
}

impl Opened {
    /// Reads the whole of `bytes`, which a decoder accepted as an artifact of this type.
    ///
    /// # Panics
    /// If it is no deterministic CBOR, or no such artifact.
    pub(crate) fn read(bytes: &[u8], typ: i64) -> Self {
        let value = reference::whole(bytes).expect("an artifact is one item of deterministic CBOR");
        let Value::Tag(tag, content) = value else { panic!("an artifact has a tag") };
        let Value::Array(elements) = *content else { panic!("an artifact is an array") };
        let [Value::Bytes(protected), unprotected, Value::Bytes(payload), Value::Bytes(seal)] = elements.as_slice()
        else {
            panic!("four elements: {elements:?}")
        };
        assert_eq!(unprotected, &Value::Map(Vec::new()), "nothing is unprotected");
        let header = reference::whole(protected).expect("a header is one item of deterministic CBOR");
        let claims = reference::whole(payload).expect("claims are one item of deterministic CBOR");
        let (algorithm, context, length) = match tag {
            17 => (5, b"\x84\x64MAC0".as_slice(), 32),
            _ => (-9, b"\x84\x6aSignature1".as_slice(), 64),
        };
        assert_eq!(seal.len(), length, "the seal");
        assert_eq!(labels(&header), [1, 4, 16], "the header");
        assert_eq!(get(&header, 1), Some(&int(algorithm)));
        assert_eq!(get(&header, 16), Some(&int(typ)));
        let structure = [context, &bstr(protected), b"\x40", &bstr(payload)].concat();
        let digest = Digest(sha256(&SHA256, &structure).as_ref().try_into().expect("32 bytes"));
        let kid = get(&header, 4).expect("a kid").clone();
        let ours = get(&claims, OURS).cloned().unwrap_or(Value::Map(Vec::new()));
        Self { tag, kid, digest, claims, ours }
    }

    /// A registered claim.
    pub(crate) fn claim(&self, label: i64) -> Option<&Value> {
        get(&self.claims, label)
    }

    /// One of our own claims.
    pub(crate) fn own(&self, label: i64) -> Option<&Value> {
        get(&self.ours, label)
    }

    /// No claim but these, and none of our own but those.
    pub(crate) fn only(&self, claims: &[i64], own: &[i64]) {
        assert!(labels(&self.claims).iter().all(|label| *label == OURS || claims.contains(label)), "{:?}", self.claims);
        assert!(labels(&self.ours).iter().all(|label| own.contains(label)), "{:?}", self.ours);
    }

    /// The window that `iat`, `nbf` and `exp` say.
    pub(crate) fn window(&self) -> Option<Window> {
        let time = |label| self.claim(label).map(|value| UnixTime(number(value)));
        Window::new(time(6)?, time(5), time(4)?)
    }

    /// The key in `cnf`.
    pub(crate) fn key(&self) -> Option<TrustedKey> {
        key(get(self.claim(8)?, 1)?).map(TrustedKey::new)
    }
}

/// The value of a map's integer key.
pub(crate) fn get(map: &Value, label: i64) -> Option<&Value> {
    let entries = map.as_map()?;
    entries.iter().find(|(key, _)| *key == int(label)).map(|(_, value)| value)
}

/// The integer keys of a map, in their order.
pub(crate) fn labels(map: &Value) -> Vec<i64> {
    let entries = map.as_map().expect("a map");
    entries.iter().map(|(key, _)| key.as_integer().expect("a label").try_into().expect("64 bits")).collect()
}

/// Both are absent, or the same digest.
pub(crate) fn is_digest(ours: Option<&Digest>, theirs: Option<&Value>) -> bool {
    ours.map(|digest| digest.as_bytes().as_slice()) == theirs.map(bytes)
}

/// The same digests in the same order; none where there is no value.
pub(crate) fn are_digests(ours: impl Iterator<Item = Digest>, theirs: Option<&Value>) -> bool {
    elements(theirs).map(|value| bytes(value).to_vec()).eq(ours.map(|digest| digest.as_bytes().to_vec()))
}

/// The elements of an array, none where there is no value.
pub(crate) fn elements(array: Option<&Value>) -> impl Iterator<Item = &Value> {
    array.into_iter().flat_map(|array| array.as_array().expect("an array"))
}

/// A COSE_Key.
pub(crate) fn key(value: &Value) -> Option<PublicKey> {
    let coordinate = |label| bytes(get(value, label)?).try_into().ok();
    assert_eq!(labels(value), [1, -1, -2, -3], "a key");
    Some(PublicKey::from_coordinates(coordinate(-2)?, coordinate(-3)?))
}

pub(crate) fn bytes(value: &Value) -> &[u8] {
    value.as_bytes().expect("a byte string")
}

pub(crate) fn text(value: &Value) -> &str {
    value.as_text().expect("a text")
}

pub(crate) fn number(value: &Value) -> u64 {
    value.as_integer().expect("an integer").try_into().expect("an unsigned integer")
}
