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

/// Checks the signatures of the token and, if it has one, of the proof.
pub(super) fn check(
    chain: &Chain<'_>,
    actors: &Actors<'_>,
    proof: Option<(Signature<'_>, &Digest)>,
    trust: &Trust<'_>,
    signatures: &dyn SignatureVerifier,
) -> Result<(), Error> {
    // The first pass finds the keys, the second hands them over: a key that is missing here was refused in an earlier stage.
    let mut keys: Keys = Fixed::new();
    for (part, item) in chain.items() {
        let key = match item {
            Item::Credential(credential) => trust.attester(credential.attester_key()).map(|attester| *attester.key.key()),
            Item::HandOver(_, successor) => successor.checked_sub(1).and_then(|parent| key_of(actors, parent)),
            Item::Link(_, index) => key_of(actors, index),
        };
        let key = key.ok_or(Error::new(ErrorKind::SignatureInvalid, part))?;
        keys.push((part, key)).ok_or(Error::new(ErrorKind::SignatureInvalid, part))?;
    }
    if proof.is_some() {
        let invalid = Error::new(ErrorKind::ProofSignatureInvalid, Part::Proof);
        let key = actors.last().and_then(Actor::key).ok_or(invalid)?;
        keys.push((Part::Proof, *key.key())).ok_or(invalid)?;
    }
    let signed = chain.items().map(|(_, item)| item.signed()).map(|signed| (signed.signature, &signed.digest));
    let mut checks = keys.iter().zip(signed.chain(proof)).map(|((_, key), (signature, digest))| {
        SignatureCheck::new(key, digest, signature)
    });
    let Some(first) = checks.next() else { return Ok(()) };
    let mut batch = [first; MAX_ITEMS];
    for (slot, check) in batch.iter_mut().skip(1).zip(checks) {
        *slot = check;
    }
    let batch = batch.get(..keys.len()).unwrap_or_default();
    match signatures.verify_all(batch) {
        // Whatever verified a signature is a point of the curve; agreement keys verify none.
        Ok(()) => chain.items().try_for_each(|(part, item)| match item {
            Item::Link(link, _) => link.agree().map_or(Ok(()), |agree| on_curve(&agree, part, signatures)),
            Item::Credential(_) | Item::HandOver(..) => Ok(()),
        }),
        Err(index) => Err(refusal(chain, &keys, index, signatures)),
    }
}

/// V1201 before V1202 for any, and V1301 behind both.
fn refusal(chain: &Chain<'_>, keys: &Keys, index: usize, signatures: &dyn SignatureVerifier) -> Error {
    let points = || {
        for ((part, item), (_, signer)) in chain.items().zip(keys.iter()) {
            match item {
                Item::Credential(credential) => on_curve(credential.key().key(), part, signatures)?,
                Item::Link(link, _) => link.agree().map_or(Ok(()), |agree| on_curve(&agree, part, signatures))?,
                Item::HandOver(..) => {}
            }
            on_curve(signer, part, signatures)?;
        }
        Ok(())
    };
    match (points(), keys.get(index)) {
        (Err(error), _) => error,
        (Ok(()), Some((Part::Proof, _))) => Error::new(ErrorKind::ProofSignatureInvalid, Part::Proof),
        (Ok(()), Some((part, _))) => Error::new(ErrorKind::SignatureInvalid, *part),
        // A verifier that answers with an index beyond its checks.
        (Ok(()), None) => Error::new(ErrorKind::SignatureInvalid, Part::Token),
    }
}

fn key_of(actors: &Actors<'_>, index: usize) -> Option<PublicKey> {
    actors.get(index)?.key().map(|key| *key.key())
}

fn on_curve(key: &PublicKey, part: Part, signatures: &dyn SignatureVerifier) -> Result<(), Error> {
    if signatures.is_on_curve(key) { Ok(()) } else { Err(Error::new(ErrorKind::KeyOffCurve, part)) }
}

/// Each signature's place and key.
type Keys = Fixed<(Part, PublicKey), MAX_ITEMS>;

/// Links, inline credentials and hand-overs of the longest token, and the proof.
const MAX_ITEMS: usize = MAX_LINKS + MAX_CREDENTIALS + MAX_LINKS + 1;
