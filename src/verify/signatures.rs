//! Stages 12 and 13: every signature, each at most once, all handed over together.

use crate::actor::Actor;
use crate::chain::{Actors, Chain, Item};
use crate::digest::Digest;
use crate::error::{Error, ErrorKind, Part};
use crate::fixed::Fixed;
use crate::key::PublicKey;
use crate::limits::{MAX_CREDENTIALS, MAX_LINKS};
use crate::signature::{Signature, SignatureCheck, SignatureVerifier};
use crate::trust::Trust;

/// Items whose signatures were not known and are valid: one bit for each, in the order of the token.
#[derive(Clone, Copy, Debug)]
pub(super) struct New(u64);

/// Hands them to the memory, when nothing is left that could refuse them.
pub(super) fn remember(chain: &Chain<'_>, actors: &Actors<'_>, New(bits): New, signatures: &dyn SignatureVerifier) {
    if bits == 0 {
        return;
    }
    for (_, (_, item)) in (0..u64::BITS).zip(chain.items()).filter(|(nth, _)| bits >> nth & 1 == 1) {
        if let Some(thumbprint) = thumbprint(&item, actors) {
            let signed = item.signed();
            signatures.remember(&signed.digest, signed.signature, thumbprint, &item.facts());
        }
    }
}

/// Checks the signatures of the token and, if it has one, of the proof.
pub(super) fn check<'c>(
    chain: &'c Chain<'_>,
    actors: &Actors<'c>,
    proof: Option<(Signature<'_>, &Digest)>,
    trust: &Trust<'_>,
    signatures: &dyn SignatureVerifier,
) -> Result<New, Error> {
    const { assert!(MAX_ITEMS <= 64, "a bit for each") };
    let mut new = 0;
    // The first pass finds what is not known to be valid, and its keys; the second hands it over. What is known was part of an
    // accepted token, all of whose keys are points of the curve.
    let mut unknown = Unknown { keys: Fixed::new(), signed: Fixed::new() };
    for (nth, (part, item)) in (0..u64::BITS).zip(chain.items()) {
        // A key that is missing here was refused in an earlier stage.
        let invalid = Error::new(ErrorKind::SignatureInvalid, part);
        let (signed, thumbprint) = (item.signed(), thumbprint(&item, actors).ok_or(invalid)?);
        if signatures.knows(&signed.digest, signed.signature, thumbprint) {
            continue;
        }
        new |= 1 << nth;
        let key = signer(&item, actors, trust).ok_or(invalid)?;
        // V1201
        match &item {
            Item::Credential(credential) => on_curve(credential.key().key(), part, signatures)?,
            Item::Link(link, _) => link.agree().map_or(Ok(()), |agree| on_curve(&agree, part, signatures))?,
            Item::HandOver(..) => {}
        }
        on_curve(&key, part, signatures)?;
        unknown.push(part, key, signed.signature, signed.digest)?;
    }
    if let Some((signature, digest)) = proof {
        let key =
            actors.last().and_then(Actor::key).ok_or(Error::new(ErrorKind::ProofSignatureInvalid, Part::Proof))?;
        unknown.push(Part::Proof, *key.key(), signature, *digest)?;
    }
    // V1202, V1301
    unknown.verify(signatures)?;
    Ok(New(new))
}

/// Signatures to be checked, in the order of the token.
struct Unknown<'a> {
    keys: Fixed<(Part, PublicKey), MAX_ITEMS>,
    signed: Fixed<(Signature<'a>, Digest), MAX_ITEMS>,
}

impl<'a> Unknown<'a> {
    fn push(&mut self, part: Part, key: PublicKey, signature: Signature<'a>, digest: Digest) -> Result<(), Error> {
        let pushed = self.keys.push((part, key)).and(self.signed.push((signature, digest)));
        pushed.map(|_| ()).ok_or(Error::new(ErrorKind::SignatureInvalid, part))
    }

    fn checks(&self) -> impl Iterator<Item = SignatureCheck<'_>> {
        let pairs = self.keys.iter().zip(self.signed.iter());
        pairs.map(|((_, key), (signature, digest))| SignatureCheck::new(key, digest, *signature))
    }

    /// All of them together.
    fn verify(&self, signatures: &dyn SignatureVerifier) -> Result<(), Error> {
        let mut checks = self.checks();
        let Some(first) = checks.next() else { return Ok(()) };
        let mut batch = [first; MAX_ITEMS];
        for (slot, check) in batch.iter_mut().skip(1).zip(checks) {
            *slot = check;
        }
        let batch = batch.get(..self.keys.len()).unwrap_or_default();
        signatures.verify_all(batch).map_err(|index| match self.keys.get(index) {
            Some((Part::Proof, _)) => Error::new(ErrorKind::ProofSignatureInvalid, Part::Proof),
            Some((part, _)) => Error::new(ErrorKind::SignatureInvalid, *part),
            // An index beyond the checks: a verifier's mistake.
            None => Error::new(ErrorKind::SignatureInvalid, Part::Token),
        })
    }
}

/// The key that signs an item.
fn signer(item: &Item<'_, '_>, actors: &Actors<'_>, trust: &Trust<'_>) -> Option<PublicKey> {
    let of = |index: usize| actors.get(index)?.key().map(|key| *key.key());
    match item {
        Item::Credential(credential) => trust.attester(credential.attester_key()).map(|attester| *attester.key.key()),
        Item::HandOver(_, successor) => successor.checked_sub(1).and_then(of),
        Item::Link(_, index) => of(*index),
    }
}

/// The thumbprint of that key.
fn thumbprint<'c>(item: &Item<'c, '_>, actors: &Actors<'c>) -> Option<&'c Digest> {
    match item {
        Item::Credential(credential) => Some(credential.attester_key()),
        Item::HandOver(_, successor) => actors.get(successor.checked_sub(1)?)?.thumbprint(),
        Item::Link(_, index) => actors.get(*index)?.thumbprint(),
    }
}

fn on_curve(key: &PublicKey, part: Part, signatures: &dyn SignatureVerifier) -> Result<(), Error> {
    if signatures.is_on_curve(key) { Ok(()) } else { Err(Error::new(ErrorKind::KeyOffCurve, part)) }
}

/// Links, inline credentials and hand-overs of the longest token, and the proof.
const MAX_ITEMS: usize = MAX_LINKS + MAX_CREDENTIALS + MAX_LINKS + 1;
