//! Stage 9: nothing in the chain is revoked by an issuer who may.

use crate::actor::Actor;
use crate::chain::Actors;
use crate::error::{Error, ErrorKind, Part};
use crate::limits::Limits;
use crate::limits::narrow;
use crate::revocation::{Revocable, Revocations};
use crate::time::UnixTime;
use crate::trust::{RevocationIssuer, Trust};

pub(super) fn check(
    actors: &Actors<'_>,
    trust: &Trust<'_>,
    lists: &dyn Revocations,
    limits: &Limits,
    now: UnixTime,
) -> Result<(), Error> {
    // V901
    let current = |issuer: &RevocationIssuer<'_>| lists.is_current(issuer.key.thumbprint(), now, limits.skew);
    if !trust.revokers.iter().all(current) {
        return Err(Error::new(ErrorKind::RevocationStale, Part::Token));
    }
    if trust.revokers.is_empty() {
        return Ok(());
    }
    let root = actors.get(0).and_then(|root| root.link.origin()).map(|origin| origin.accountable_bytes());
    for (index, actor) in actors.iter().enumerate() {
        check_one(actor, root, trust, lists).map_err(|kind| Error::new(kind, Part::Link(narrow(index))))?;
    }
    Ok(())
}

fn check_one(
    actor: &Actor<'_>,
    root: Option<&[u8]>,
    trust: &Trust<'_>,
    lists: &dyn Revocations,
) -> Result<(), ErrorKind> {
    let link = actor.link;
    let revoked_by = |issuers: &dyn Fn(&RevocationIssuer<'_>) -> bool, what: Revocable<'_>| {
        let mut issuers = trust.revokers.iter().filter(|issuer| issuers(issuer));
        issuers.any(|issuer| lists.revokes(issuer.key.thumbprint(), what))
    };
    let revoked = |what: Revocable<'_>| revoked_by(&|issuer| may_revoke(issuer, actor, root), what);
    // §7.4: nobody speaks for an unvouched actor, so whoever may revoke at all may revoke its key and its identifier.
    let named = |what: Revocable<'_>| if actor.is_vouched() { revoked(what) } else { revoked_by(&|_| true, what) };
    let refuse_if = |revoked: bool, kind| if revoked { Err(kind) } else { Ok(()) };
    // V902
    refuse_if(revoked(Revocable::Link(link.digest())), ErrorKind::LinkRevoked)?;
    // V903
    let key = actor.thumbprint().map(Revocable::Key);
    refuse_if(key.is_some_and(named), ErrorKind::KeyRevoked)?;
    for credential in actor.credentials() {
        let by_issuer = |what: Revocable<'_>| {
            let mut issuers = trust.revokers.iter().filter(|issuer| {
                covers(issuer, Some(credential.accountable_bytes())) || names(issuer, Some(credential.attester_bytes()))
            });
            issuers.any(|issuer| lists.revokes(issuer.key.thumbprint(), what))
        };
        // V904
        refuse_if(by_issuer(Revocable::Credential(credential.digest())), ErrorKind::CredentialRevoked)?;
        // V905
        refuse_if(by_issuer(Revocable::Key(credential.attester_key())), ErrorKind::AttesterKeyRevoked)?;
    }
    // V906
    refuse_if(named(Revocable::Identifier(link.identifier())), ErrorKind::IdentifierRevoked)?;
    // V907
    let consent = link.origin().and_then(|origin| origin.consent());
    refuse_if(consent.is_some_and(|consent| revoked(Revocable::Consent(&consent))), ErrorKind::ConsentRevoked)?;
    // V908
    let issued = actor.accountable().map(|accountable| Revocable::Issued { accountable, at: link.window().issued() });
    refuse_if(issued.is_some_and(revoked), ErrorKind::AccountableRevoked)
}

/// §7.4: the remit covers the actor's accountable entity, or the root's, or one who attests the actor.
fn may_revoke(issuer: &RevocationIssuer<'_>, actor: &Actor<'_>, root: Option<&[u8]>) -> bool {
    covers(issuer, actor.accountable_bytes())
        || covers(issuer, root)
        || names(issuer, actor.attester_bytes())
        || actor.credentials().any(|credential| names(issuer, Some(credential.attester_bytes())))
}

fn covers(issuer: &RevocationIssuer<'_>, accountable: Option<&[u8]>) -> bool {
    accountable.is_some_and(|entity| issuer.accountable.iter().any(|entities| entities.include(entity)))
}

fn names(issuer: &RevocationIssuer<'_>, attester: Option<&[u8]>) -> bool {
    attester.is_some_and(|attester| issuer.attesters.iter().any(|name| name.as_bytes() == attester))
}
