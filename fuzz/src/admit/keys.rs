//! Keys that nobody owns: a signature is a hash of key and digest, an agreement a hash of both ends, so that chains are made and
//! judged by the thousand and each signature is still one key's over one digest.

use std::sync::LazyLock;

use hkdf::Hkdf;
use hmac::{Hmac, KeyInit as _, Mac as _};
use sha2::Sha256;
use throughline::{Digest, KeyAgreement, PublicKey, SharedSecret, SignatureCheck, SignatureVerifier, TrustedKey};

use crate::admit::shapes::{Hash, Key};
use crate::grant::tests::encode;

/// How many keys there are.
pub(crate) const KEYS: u8 = 32;
/// From this one on they are no points of the curve.
pub(crate) const OFF_CURVE: u8 = 29;

impl Key {
    pub(crate) fn public(self) -> PublicKey {
        *self.trusted().key()
    }

    pub(crate) fn trusted(self) -> TrustedKey {
        TABLE[usize::from(self.0)]
    }

    pub(crate) fn thumbprint(self) -> Hash {
        self.trusted().thumbprint().0
    }

    pub(crate) fn is_on_curve(self) -> bool {
        self.0 < OFF_CURVE
    }

    /// The `iss` of whoever is known by this key alone (RFC 9679 §5.7).
    pub(crate) fn uri(self) -> String {
        format!("urn:ietf:params:oauth:ckt:sha-256:{}", base64url(&self.thumbprint()))
    }

    /// A signature over this digest.
    pub(crate) fn sign(self, digest: &Hash) -> [u8; 64] {
        mark(&self.public(), digest)
    }
}

static TABLE: LazyLock<Vec<TrustedKey>> = LazyLock::new(|| {
    let coordinate = |n: u8, axis: &[u8]| Digest::of(&[b"key", &[n], axis]).0;
    (0..KEYS).map(|n| TrustedKey::new(PublicKey::from_coordinates(coordinate(n, b"x"), coordinate(n, b"y")))).collect()
});

fn mark(key: &PublicKey, digest: &Hash) -> [u8; 64] {
    let mut mark = [0; 64];
    mark[..32].copy_from_slice(&Digest::of(&[b"r", &key.to_sec1(), digest]).0);
    mark[32..].copy_from_slice(&Digest::of(&[b"s", &key.to_sec1(), digest]).0);
    // In their ranges, and not 0.
    (mark[0], mark[32]) = (1, 1);
    mark
}

/// Finds valid what [`Key::sign`] made.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Marks;

impl SignatureVerifier for Marks {
    fn is_on_curve(&self, key: &PublicKey) -> bool {
        TABLE[..usize::from(OFF_CURVE)].iter().any(|one| one.key() == key)
    }

    fn verify(&self, check: &SignatureCheck<'_>) -> bool {
        // As in ECDSA a digest has more than one: here two, which differ in the first byte.
        let mut signature = *check.signature.as_bytes();
        if signature[0] == 2 {
            signature[0] = 1;
        }
        signature == mark(check.key, &check.digest.0)
    }
}

/// The audience's agreement keys.
#[derive(Clone, Debug)]
pub(crate) struct Agreement(pub(crate) Vec<Key>);

impl KeyAgreement for Agreement {
    fn agree(&self, agreement: &Digest, peer: &PublicKey) -> Option<SharedSecret> {
        let own = self.0.iter().find(|key| key.thumbprint() == agreement.0)?;
        Some(SharedSecret::new(shared(&own.public(), peer)))
    }

    fn has(&self, agreement: &Digest) -> bool {
        self.0.iter().any(|key| key.thumbprint() == agreement.0)
    }
}

fn shared(own: &PublicKey, peer: &PublicKey) -> Hash {
    Digest::of(&[b"shared", &own.to_sec1(), &peer.to_sec1()]).0
}

/// What a MAC proof is made over and with (token.md §8.2).
#[derive(Clone, Debug)]
pub(crate) struct MacParts<'p> {
    pub(crate) agreement: Key,
    pub(crate) agree: Key,
    pub(crate) head_kid: &'p Hash,
    pub(crate) head: &'p Hash,
    pub(crate) audience: &'p str,
    pub(crate) protected: &'p [u8],
    pub(crate) structure: &'p [u8],
}

impl MacParts<'_> {
    pub(crate) fn tag(&self) -> Hash {
        let Self { agreement, agree, head_kid, head, audience, protected, structure } = self;
        let null = || vec![0xf6];
        let party = |one: &[u8], two: Vec<u8>, three: Vec<u8>| encode::array(&[encode::bytes(one), two, three]);
        let info = encode::array(&[
            encode::int(5),
            party(*head_kid, encode::bytes(*head), null()),
            party(audience.as_bytes(), null(), encode::bytes(&agreement.thumbprint())),
            encode::array(&[encode::int(256), encode::bytes(protected), encode::bytes(&agree.thumbprint())]),
        ]);
        let secret = shared(&agreement.public(), &agree.public());
        let mut key = [0; 32];
        Hkdf::<Sha256>::new(None, &secret).expand(&info, &mut key).expect("32 bytes");
        let mut mac = Hmac::<Sha256>::new_from_slice(&key).expect("any length");
        mac.update(structure);
        mac.finalize().into_bytes().into()
    }
}

fn base64url(bytes: &[u8]) -> String {
    const ALPHABET: &[u8] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    let bits: Vec<u8> = bytes.iter().flat_map(|byte| (0..8).rev().map(move |bit| byte >> bit & 1)).collect();
    bits.chunks(6)
        .map(|six| six.iter().chain(&[0; 6]).take(6).fold(0, |value, bit| value << 1 | usize::from(*bit)))
        .map(|at| char::from(ALPHABET[at]))
        .collect()
}
