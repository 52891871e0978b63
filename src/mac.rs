//! MAC proofs: the key that both ends derive, and the tag under it (token.md §8.2).

use ctutils::CtEq as _;
use sha2::Sha256;
use zeroize::Zeroizing;

use crate::digest::Digest;
use crate::key::PublicKey;
use crate::scrub::scrubbed;
use crate::sha256::{BLOCK, State};
use crate::time::UnixTime;

/// The audience's agreement keys. They stay where they are; only the shared secret comes out.
pub trait KeyAgreement {
    /// The x-coordinate of ECDH between the agreement key with this thumbprint and `peer`, or `None` if there is no
    /// such key or `peer` is not a point of the curve.
    fn agree(&self, agreement: &Digest, peer: &PublicKey) -> Option<SharedSecret>;

    /// Whether there is an agreement key with this thumbprint.
    fn has(&self, agreement: &Digest) -> bool;

    /// Whether `tag` is the MAC of a structure, `head` (at most 64 bytes, in parts) and `rest`, under the key that is derived for
    /// `context` (§8.2). Compared in constant time. `now` is the call's time value, for what remembers keys and lets them go.
    fn verify(&self, context: &MacContext<'_>, head: &[&[u8]], rest: &[u8], tag: &[u8; 32], now: UnixTime) -> bool {
        let _ = now;
        scrubbed(|| MacKey::agree(self, context).is_some_and(|key| key.verify(head, rest, tag)))
    }
}

impl<T: KeyAgreement + ?Sized> KeyAgreement for &T {
    fn agree(&self, agreement: &Digest, peer: &PublicKey) -> Option<SharedSecret> {
        (**self).agree(agreement, peer)
    }

    fn has(&self, agreement: &Digest) -> bool {
        (**self).has(agreement)
    }

    fn verify(&self, context: &MacContext<'_>, head: &[&[u8]], rest: &[u8], tag: &[u8; 32], now: UnixTime) -> bool {
        (**self).verify(context, head, rest, tag, now)
    }
}

/// Several agreement keys, for the time of a change.
impl<T: KeyAgreement> KeyAgreement for [T] {
    fn agree(&self, agreement: &Digest, peer: &PublicKey) -> Option<SharedSecret> {
        self.iter().find_map(|key| key.agree(agreement, peer))
    }

    fn has(&self, agreement: &Digest) -> bool {
        self.iter().any(|key| key.has(agreement))
    }
}

#[cfg(feature = "alloc")]
impl<T: KeyAgreement> KeyAgreement for alloc::vec::Vec<T> {
    fn agree(&self, agreement: &Digest, peer: &PublicKey) -> Option<SharedSecret> {
        self.as_slice().agree(agreement, peer)
    }

    fn has(&self, agreement: &Digest) -> bool {
        self.as_slice().has(agreement)
    }
}

/// An ECDH result: 32 bytes that are wiped when dropped and never printed.
pub struct SharedSecret(Zeroizing<[u8; 32]>);

impl SharedSecret {
    /// Takes the raw x-coordinate.
    #[must_use]
    pub fn new(x: [u8; 32]) -> Self {
        Self(Zeroizing::new(x))
    }
}

impl core::fmt::Debug for SharedSecret {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.write_str("SharedSecret(..)")
    }
}

/// Everything a MAC key is bound to (token.md §8.2), and how long it is of use.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub struct MacContext<'a> {
    /// The head's `kid`.
    pub head_kid: &'a Digest,
    /// Digest of the head, which `kid` and `agree` are part of.
    pub head: &'a Digest,
    /// The head's `exp`: a verifier takes the head for good until then and its skew.
    pub expires: UnixTime,
    /// The audience.
    pub audience: &'a str,
    /// Thumbprint of the audience's agreement key.
    pub agreement: &'a Digest,
    /// Content of the proof's protected header, which is the same for all of a head's MAC proofs.
    pub protected: &'a [u8],
    /// The head's `agree` key.
    pub agree: PublicKey,
}

/// HMAC 256/256 under the key derived for a context (RFC 2104), ready for use: the hash after each of its two padded keys. Wiped when dropped.
#[derive(Clone)]
pub(crate) struct MacKey {
    inner: Zeroizing<State>,
    outer: Zeroizing<State>,
}

impl MacKey {
    /// Agrees with the head, and derives; for a caller that is [`scrubbed`], as is [`derive`](Self::derive).
    pub(crate) fn agree(agreement: &(impl KeyAgreement + ?Sized), context: &MacContext<'_>) -> Option<Self> {
        Self::derive(&agreement.agree(context.agreement, &context.agree)?, context)
    }

    fn new(key: &[u8; 32]) -> Self {
        let padded = |pad: u8| {
            let mut block = Zeroizing::new([pad; BLOCK]);
            for (byte, key) in block.iter_mut().zip(key) {
                *byte ^= key;
            }
            Zeroizing::new(State::new().after(&block))
        };
        Self { inner: padded(0x36), outer: padded(0x5c) }
    }

    /// §8.2: HKDF-SHA-256, empty salt, the context as info.
    pub(crate) fn derive(secret: &SharedSecret, context: &MacContext<'_>) -> Option<Self> {
        let agree = context.agree.thumbprint();
        let mut audience_head = [0; 3];
        let mut protected_head = [0; 3];
        // [5, [head kid, head digest, null], [aud, null, agreement], [256, protected, agree]]
        let info: &[&[u8]] = &[
            b"\x84\x05\x83\x58\x20",
            context.head_kid.as_bytes(),
            b"\x58\x20",
            context.head.as_bytes(),
            b"\xf6\x83",
            bytes_head(context.audience.len(), &mut audience_head),
            context.audience.as_bytes(),
            b"\xf6\x58\x20",
            context.agreement.as_bytes(),
            b"\x83\x19\x01\x00",
            bytes_head(context.protected.len(), &mut protected_head),
            context.protected,
            b"\x58\x20",
            agree.as_bytes(),
        ];
        let mut key = Zeroizing::new([0; 32]);
        hkdf::Hkdf::<Sha256>::new(None, secret.0.as_slice()).expand_multi_info(info, key.as_mut_slice()).ok()?;
        Some(Self::new(&key))
    }

    /// Whether `tag` is the MAC of `head`, at most 64 bytes in parts, and `rest`; compared in constant time.
    pub(crate) fn verify(&self, head: &[&[u8]], rest: &[u8], tag: &[u8; 32]) -> bool {
        self.tag(head, rest).ct_eq(tag).to_bool()
    }

    /// The MAC of `head`, at most 64 bytes in parts, and `rest`.
    pub(crate) fn tag(&self, head: &[&[u8]], rest: &[u8]) -> [u8; 32] {
        let mut inner = self.inner.clone();
        let hash = inner.finish(head, rest);
        self.outer.clone().finish(&[&hash], &[])
    }
}

/// Head of a byte string of at most 65,535 bytes.
fn bytes_head(len: usize, buffer: &mut [u8; 3]) -> &[u8] {
    let [high, low] = u16::try_from(len).unwrap_or(u16::MAX).to_be_bytes();
    let used = match (high, low) {
        (0, 0..=23) => {
            *buffer = [0x40 | low, 0, 0];
            1
        }
        (0, _) => {
            *buffer = [0x58, low, 0];
            2
        }
        (_, _) => {
            *buffer = [0x59, high, low];
            3
        }
    };
    buffer.get(..used).unwrap_or_default()
}
