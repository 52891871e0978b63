//! Stage 6: attesters stay within their remit, and credentials speak for the links that name them.

use crate::actor::{Actor, Standing};
use crate::chain::{Actors, Chain};
use crate::credential::Credential;
use crate::error::{Error, ErrorKind, Part};
use crate::key::{PublicKey, TrustedKey};
use crate::limits::narrow;
use crate::link::Link;
use crate::remit::check_remit;
use crate::trust::Trust;

pub(super) fn check(chain: &Chain<'_>, actors: &Actors<'_>, trust: &Trust<'_>) -> Result<(), Error> {
    for (index, actor) in actors.iter().enumerate() {
        if let Standing::Pin(pin) = actor.standing {
            // V607
            if pin.identifier.as_bytes() != actor.link.identifier_bytes() {
                return Err(refuse(ErrorKind::IdentifierMismatch, index));
            }
            // V610
            check_role(actor).map_err(|kind| refuse(kind, index))?;
        }
        for (nth, credential) in actor.credentials().enumerate() {
            // V601–V606
            let at = chain.part_of(index, nth);
            let attester = check_remit(credential, trust).map_err(|kind| Error::new(kind, at))?;
            // V607–V609
            check_binding(credential, actor, nth).map_err(|kind| refuse(kind, index))?;
            // V610
            if is_first(actor, nth) {
                check_role(actor).map_err(|kind| refuse(kind, index))?;
            }
            // V611, V612
            check_window(credential, actor.link, attester.outlive).map_err(|kind| refuse(kind, index))?;
        }
        check_key_use(actor, index, trust).map_err(|kind| refuse(kind, index))?;
        // V615
        if actor.link.agree().is_some_and(|agree| signs(&agree, actors, trust)) {
            return Err(refuse(ErrorKind::AgreementKeySigns, index));
        }
    }
    Ok(())
}

/// V607–V609: the credential is for this link's actor. `nth` counts the link's credentials.
pub(crate) fn check_binding(credential: &Credential<'_>, actor: &Actor<'_>, nth: usize) -> Result<(), ErrorKind> {
    // V607
    if credential.subject_bytes() != actor.link.identifier_bytes() {
        return Err(ErrorKind::IdentifierMismatch);
    }
    if is_first(actor, nth) {
        return Ok(());
    }
    // V608
    if actor.thumbprint() != Some(credential.thumbprint()) {
        return Err(ErrorKind::AlsoKeyMismatch);
    }
    // V609
    if credential.digest() == actor.link.kid() {
        return Err(ErrorKind::AlsoRepeatsKid);
    }
    Ok(())
}

/// V610: the role is one of those the credential in `kid`, or the pin, allows.
pub(crate) fn check_role(actor: &Actor<'_>) -> Result<(), ErrorKind> {
    let role = actor.link.role_bytes().unwrap_or_default();
    let vouched = match actor.standing {
        Standing::Credential(credential) => credential.role_bytes().any(|one| one == role),
        Standing::Pin(pin) => pin.roles.iter().any(|one| one.as_bytes() == role),
        // The anchor fixes the role of the one; the other has none.
        Standing::Origin(_) | Standing::Unvouched => true,
    };
    if vouched { Ok(()) } else { Err(ErrorKind::RoleNotVouched) }
}

/// V611, V612: the link starts in the credential's window and does not end long after it.
pub(crate) fn check_window(credential: &Credential<'_>, link: &Link<'_>, outlive: u64) -> Result<(), ErrorKind> {
    if !credential.window().contains(link.window().start()) {
        return Err(ErrorKind::CredentialNotCurrent);
    }
    if link.window().end() > credential.window().end().plus(outlive) {
        return Err(ErrorKind::CredentialOutlived);
    }
    Ok(())
}

/// V613, V614: keys have one use (§7.3).
fn check_key_use(actor: &Actor<'_>, index: usize, trust: &Trust<'_>) -> Result<(), ErrorKind> {
    let Some(thumbprint) = actor.thumbprint() else { return Ok(()) };
    // V613
    if index > 0 && trust.origin_key(thumbprint).is_some() {
        return Err(ErrorKind::OriginKeyMisused);
    }
    // V614
    if !matches!(actor.standing, Standing::Pin(_)) && trust.pin(thumbprint).is_some() {
        return Err(ErrorKind::PinnedKeyMisused);
    }
    Ok(())
}

/// V615: whether a key signs anything here.
fn signs(key: &PublicKey, actors: &Actors<'_>, trust: &Trust<'_>) -> bool {
    let is = |trusted: &TrustedKey| trusted.key() == key;
    actors.iter().filter_map(Actor::key).any(|trusted| is(&trusted))
        || trust.attesters.iter().any(|attester| is(&attester.key))
        || trust.pins.iter().any(|pin| is(&pin.key))
        || trust.revokers.iter().any(|revoker| is(&revoker.key))
        || trust.origins.iter().any(|anchor| anchor.key().is_some_and(is))
}

/// Whether the link's `nth` credential is the one in `kid`.
fn is_first(actor: &Actor<'_>, nth: usize) -> bool {
    nth == 0 && matches!(actor.standing, Standing::Credential(_))
}

fn refuse(kind: ErrorKind, index: usize) -> Error {
    Error::new(kind, Part::Link(narrow(index)))
}
