//! Stage 7: each actor is a successor that its parent allowed and every earlier link accepts.

use crate::actor::Actor;
use crate::chain::{Actors, Chain};
use crate::contract::{Contract, Next, PropertyDemand, RoleDemand, RoleSource};
use crate::error::{Error, ErrorKind, Part};
use crate::fixed::Fixed;
use crate::hand_over::HandOver;
use crate::identifier;
use crate::limits::{MAX_DEMANDS, MAX_LINKS, narrow};
use crate::link::Link;

pub(super) fn check(chain: &Chain<'_>, actors: &Actors<'_>) -> Result<(), Error> {
    let mut requires: Fixed<Contract<'_>, MAX_LINKS> = Fixed::new();
    let mut parent: Option<&Link<'_>> = None;
    for (index, actor) in actors.iter().enumerate() {
        if let Some(parent) = parent {
            check_one(actor, parent, requires.iter().copied(), chain.handover(index), Known::Facts)
                .map_err(|kind| Error::new(kind, Part::Link(narrow(index))))?;
        }
        if let Some(require) = actor.link.require() {
            requires.push(require);
        }
        parent = Some(actor.link);
    }
    Ok(())
}

/// What is known of an actor: an issuer does not know what a verifier pins, and leaves the contracts' demands to it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Known {
    Facts,
    #[cfg(feature = "issue")]
    Identifier,
}

/// V701–V717 for one link. `requires` are those of all links before it, the parent included, oldest first.
pub(crate) fn check_one<'c>(
    actor: &Actor<'_>,
    parent: &'c Link<'c>,
    requires: impl Iterator<Item = Contract<'c>>,
    handover: Option<&HandOver<'_>>,
    known: Known,
) -> Result<(), ErrorKind> {
    let contract = check_next(actor, parent.next())?;
    let mut handover_demanded = false;
    for contract in contract.into_iter().chain(requires) {
        if known == Known::Facts {
            check_demands(actor, &contract)?;
        }
        handover_demanded |= contract.handover();
    }
    match handover {
        // V711
        None if handover_demanded => Err(ErrorKind::HandoverDemanded),
        None => Ok(()),
        // V712
        Some(_) if !handover_demanded => Err(ErrorKind::HandoverNotDemanded),
        Some(handover) => check_handover(handover, actor.link, parent),
    }
}

/// V701–V704: the parent's `next`; returns its contract, if it is one.
fn check_next<'n>(actor: &Actor<'_>, next: Option<Next<'n>>) -> Result<Option<Contract<'n>>, ErrorKind> {
    match next {
        None => Err(ErrorKind::SuccessorNotAllowed),
        Some(Next::Anyone) => Ok(None),
        Some(Next::Key(key)) => match actor.thumbprint() {
            Some(thumbprint) if *thumbprint == key => Ok(None),
            Some(_) | None => Err(ErrorKind::SuccessorKey),
        },
        Some(Next::Identifier(_) | Next::Contract(_)) if !actor.is_vouched() => Err(ErrorKind::SuccessorUnvouched),
        Some(Next::Identifier(identifier)) if identifier.as_bytes() != actor.link.identifier_bytes() => {
            Err(ErrorKind::SuccessorIdentifier)
        }
        Some(Next::Identifier(_)) => Ok(None),
        Some(Next::Contract(contract)) => Ok(Some(contract)),
    }
}

/// §6, in the order of its table but for the hand-over. An unvouched actor meets no demand of what somebody vouches for.
fn check_demands(actor: &Actor<'_>, contract: &Contract<'_>) -> Result<(), ErrorKind> {
    let vouched = actor.is_vouched();
    // V705
    let covered = |namespace| vouched && identifier::covers_bytes(namespace, actor.link.identifier_bytes());
    if !contract.namespace_bytes().is_none_or(covered) {
        return Err(ErrorKind::DemandNamespace);
    }
    // V706
    if !contract.roles().is_none_or(|demand| acts_in_role(actor, &demand)) {
        return Err(ErrorKind::DemandRole);
    }
    // V707, V708
    let fresh = check_properties(actor, contract)?;
    if contract.fresh() && !fresh {
        return Err(ErrorKind::DemandFresh);
    }
    // V709
    if contract.vouched() && !vouched {
        return Err(ErrorKind::DemandVouched);
    }
    // V710
    if contract.last().is_some_and(|last| actor.link.position() > last) {
        return Err(ErrorKind::DemandLast);
    }
    Ok(())
}

fn acts_in_role(actor: &Actor<'_>, demand: &RoleDemand<'_>) -> bool {
    let from = match demand.from() {
        RoleSource::Attesters(names) => actor.attester_bytes().is_some_and(|attester| names.has(attester)),
        RoleSource::Accountable(entity) => actor.accountable_bytes() == Some(entity.as_bytes()),
    };
    from && actor.link.role_bytes().is_some_and(|role| demand.roles().has(role))
}

/// For each demand, at least one of the named attesters states the property, and everything they state passes; returns
/// whether the attestation is fresh as §6 says. One pass over the statements serves all demands of the contract.
fn check_properties(actor: &Actor<'_>, contract: &Contract<'_>) -> Result<bool, ErrorKind> {
    let mut demands: Fixed<PropertyDemand<'_>, MAX_DEMANDS> = Fixed::new();
    for demand in contract.properties() {
        demands.push(demand).ok_or(ErrorKind::DemandProperty)?;
    }
    if demands.len() == 0 {
        return Ok(actor.is_fresh());
    }
    let (mut stated, mut fresh) = ([false; MAX_DEMANDS], [false; MAX_DEMANDS]);
    for statement in actor.stated() {
        for ((demand, stated), fresh) in demands.iter().zip(&mut stated).zip(&mut fresh) {
            if statement.name == demand.name_bytes() && demand.attesters().has(statement.attester) {
                if !demand.passes(statement.value) {
                    return Err(ErrorKind::DemandProperty);
                }
                *stated = true;
                *fresh |= statement.fresh;
            }
        }
    }
    let all = |flags: &[bool]| flags.iter().take(demands.len()).all(|one| *one);
    if all(&stated) { Ok(all(&fresh)) } else { Err(ErrorKind::DemandProperty) }
}

/// V713–V717
fn check_handover(handover: &HandOver<'_>, link: &Link<'_>, parent: &Link<'_>) -> Result<(), ErrorKind> {
    if handover.head() != *parent.digest() {
        return Err(ErrorKind::HandoverHead);
    }
    if handover.kid() != parent.kid() {
        return Err(ErrorKind::HandoverSigner);
    }
    if handover.addressee_bytes() != link.identifier_bytes() {
        return Err(ErrorKind::HandoverAddressee);
    }
    if link.window().end() > handover.expires() {
        return Err(ErrorKind::HandoverOutlived);
    }
    if handover.task().is_some() && handover.task() != link.task() {
        return Err(ErrorKind::HandoverTask);
    }
    Ok(())
}
