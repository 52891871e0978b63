//! Stage 12: every signature of the token, each at most once, all handed over together.

use crate::chain::{Chain, Item};
use crate::cose::Seal;
use crate::error::{Error, ErrorKind, Part};
use crate::fixed::Fixed;
use crate::key::PublicKey;
use crate::limits::{MAX_CREDENTIALS, MAX_LINKS};
use crate::signature::{Signature, SignatureCheck, SignatureVerifier};
use crate::trust::Trust;

pub(super) fn check(chain: &Chain<'_>, trust: &Trust<'_>, signatures: &dyn SignatureVerifier) -> Result<(), Error> {
    let mut checks: Fixed<(Part, SignatureCheck<'_>), MAX_ITEMS> = Fixed::new();
    for (part, item) in chain.items() {
        // A key that is missing here was refused in an earlier stage.
        let invalid = Error::new(ErrorKind::SignatureInvalid, part);
        let (key, digest, seal) = match item {
            Item::Credential(credential) => {
                let attester = trust.attester(credential.attester_key()).ok_or(invalid)?;
                on_curve(credential.key().key(), part, signatures)?;
                (&attester.key, credential.digest(), credential.seal())
            }
            Item::HandOver(handover, successor) => {
                let actor = successor.checked_sub(1).and_then(|parent| chain.actor(parent)).ok_or(invalid)?;
                (actor.key().ok_or(invalid)?, handover.digest(), &handover.envelope.seal)
            }
            Item::Link(link, index) => {
                if let Some(agree) = link.agree() {
                    on_curve(agree, part, signatures)?;
                }
                let actor = chain.actor(index).ok_or(invalid)?;
                (actor.key().ok_or(invalid)?, link.digest(), &link.envelope.seal)
            }
        };
        // V1201
        on_curve(key.key(), part, signatures)?;
        let check = SignatureCheck::new(key.key(), digest, signature(seal).ok_or(invalid)?);
        checks.push((part, check)).ok_or(invalid)?;
    }
    // V1202
    let Some((_, first)) = checks.get(0) else { return Ok(()) };
    let mut batch = [*first; MAX_ITEMS];
    for (slot, (_, check)) in batch.iter_mut().zip(checks.iter()) {
        *slot = *check;
    }
    let batch = batch.get(..checks.len()).unwrap_or_default();
    signatures.verify_all(batch).map_err(|index| {
        let part = checks.get(index).map_or(Part::Token, |(part, _)| *part);
        Error::new(ErrorKind::SignatureInvalid, part)
    })
}

fn on_curve(key: &PublicKey, part: Part, signatures: &dyn SignatureVerifier) -> Result<(), Error> {
    if signatures.is_on_curve(key) { Ok(()) } else { Err(Error::new(ErrorKind::KeyOffCurve, part)) }
}

pub(crate) const fn signature<'a>(seal: &Seal<'a>) -> Option<Signature<'a>> {
    match seal {
        Seal::Signature(signature) => Some(*signature),
        Seal::Mac(_) => None,
    }
}

/// Links, inline credentials and hand-overs of the longest token.
const MAX_ITEMS: usize = MAX_LINKS + MAX_CREDENTIALS + MAX_LINKS;
