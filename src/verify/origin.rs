//! Stage 5: who created the authority, and up to which ceiling.

use crate::actor::{Actor, Standing};
use crate::credential::Credential;
use crate::error::{Error, ErrorKind, Part};
use crate::origin::{Origin, OriginForm};
use crate::trust::{OriginAnchor, OriginKind, PropertyTest, Trust};

/// The first anchor whose conditions and ceiling hold for the root.
pub(super) fn anchor<'a>(root: &Actor<'_>, trust: &'a Trust<'a>) -> Result<&'a OriginAnchor<'a>, Error> {
    let mut furthest = ErrorKind::OriginUnknown;
    for anchor in trust.origins.iter() {
        match holds(anchor, root, trust) {
            Ok(()) => return Ok(anchor),
            Err(kind) if kind.number() > furthest.number() => furthest = kind,
            Err(_) => {}
        }
    }
    Err(Error::new(furthest, Part::Link(0)))
}

fn holds(anchor: &OriginAnchor<'_>, root: &Actor<'_>, trust: &Trust<'_>) -> Result<(), ErrorKind> {
    let link = root.link;
    let origin = link.origin().ok_or(ErrorKind::OriginUnknown)?;
    match (&anchor.kind, origin.kind()) {
        (OriginKind::Identity { key, identifier, role, accountable }, OriginForm::Identity) => {
            // V501
            let Standing::Origin(Some(_)) = root.standing else { return Err(ErrorKind::OriginUnknown) };
            if link.kid() != key.thumbprint() {
                return Err(ErrorKind::OriginUnknown);
            }
            // V502
            let speaks = accountable.iter().any(|entities| entities.include(origin.accountable_bytes()));
            let named = identifier.as_bytes() == link.identifier_bytes();
            if !named || link.role_bytes() != Some(role.as_bytes()) || !speaks {
                return Err(ErrorKind::OriginMismatch);
            }
        }
        (OriginKind::Role { attester, role, accountable }, OriginForm::Role) => {
            let credential = vouched_by(root, attester, trust)?;
            // V502
            if link.role_bytes() != Some(role.as_bytes()) || !answers(credential, &origin, accountable) {
                return Err(ErrorKind::OriginMismatch);
            }
        }
        (OriginKind::Context { attester, properties, accountable, max_age }, OriginForm::Context) => {
            let credential = vouched_by(root, attester, trust)?;
            // V502
            if !answers(credential, &origin, accountable) || !passes_all(credential, properties) {
                return Err(ErrorKind::OriginMismatch);
            }
            // V503
            if credential.nonce() != Some(origin.nonce()) {
                return Err(ErrorKind::OriginNotFresh);
            }
            // V504
            if link.window().end() > credential.window().issued().plus(*max_age) {
                return Err(ErrorKind::OriginTooOld);
            }
        }
        // V501
        (OriginKind::Identity { .. } | OriginKind::Role { .. } | OriginKind::Context { .. }, _) => {
            return Err(ErrorKind::OriginUnknown);
        }
    }
    // V505
    let grants = link.grants().unwrap_or_default();
    grants.narrows(&anchor.ceiling.grants()).map_err(|_| ErrorKind::OriginAboveCeiling)
}

/// V501: the root's credential, if the attester of this name signed it.
fn vouched_by<'c>(root: &Actor<'c>, attester: &str, trust: &Trust<'_>) -> Result<&'c Credential<'c>, ErrorKind> {
    let Standing::Credential(credential) = root.standing else { return Err(ErrorKind::OriginUnknown) };
    let signer = trust.attester(credential.attester_key()).ok_or(ErrorKind::OriginUnknown)?;
    if signer.name == attester { Ok(credential) } else { Err(ErrorKind::OriginUnknown) }
}

/// §7.1: the credential's, the root's and the anchor's accountable entity are equal.
fn answers(credential: &Credential<'_>, origin: &Origin<'_>, anchored: &str) -> bool {
    let stated = origin.accountable_bytes();
    credential.accountable_bytes() == stated && stated == anchored.as_bytes()
}

fn passes_all(credential: &Credential<'_>, tests: &[PropertyTest<'_>]) -> bool {
    tests.iter().all(|wanted| {
        let stated = credential.stated().find(|(name, _)| wanted.name.as_bytes() == *name);
        stated.is_some_and(|(_, value)| wanted.test.passes(value))
    })
}
