//! Stage 7.

use crate::admit::model::actors::{Actor, Speaks, Statement};
use crate::admit::model::names::covers;
use crate::admit::model::{Lie, Refused, Rules};
use crate::admit::shapes::{Contract, Demand, From, HandOver, Next, Prop, Test};

/// V701–V717 for one link after those before it.
pub(crate) fn successor(before: &[Actor<'_>], actor: &Actor<'_>, rules: Rules) -> Result<(), Refused> {
    let parent = before.last().expect("not the root");
    let next = parent.link.claims.next.as_ref();
    rules.check(701, next.is_some())?;
    let mut contracts: Vec<&Contract> = Vec::new();
    match next {
        Some(Next::Key(name)) => rules.check(702, actor.key().is_some_and(|key| key.thumbprint() == *name))?,
        Some(Next::Identifier(identifier)) => {
            rules.check(703, actor.is_vouched())?;
            rules.check(704, *identifier == actor.link.claims.iss)?;
        }
        Some(Next::Contract(contract)) => {
            rules.check(703, actor.is_vouched())?;
            contracts.push(contract);
        }
        Some(Next::Anyone) | None => {}
    }
    if rules.lies(Lie::NextLasts) {
        contracts.extend(before.iter().rev().skip(1).filter_map(|earlier| match &earlier.link.claims.next {
            Some(Next::Contract(contract)) => Some(contract),
            _ => None,
        }));
    }
    let bound = if rules.lies(Lie::RequireForgets) { &before[before.len() - 1..] } else { before };
    contracts.extend(bound.iter().filter_map(|earlier| earlier.link.claims.require.as_ref()));
    for contract in &contracts {
        demands(contract, actor, rules)?;
    }
    let demanded = contracts.iter().any(|contract| contract.handover);
    match actor.handover {
        None => rules.check(711, !demanded),
        Some(handover) => {
            rules.check(712, demanded)?;
            handed_over(handover, parent, actor, rules)
        }
    }
}

/// §6, in the order of its steps.
fn demands(contract: &Contract, actor: &Actor<'_>, rules: Rules) -> Result<(), Refused> {
    let claims = &actor.link.claims;
    let covered = |namespace: &String| actor.is_vouched() && covers(namespace, &claims.iss, rules);
    rules.check(705, contract.namespace.as_ref().is_none_or(covered))?;
    rules.check(
        706,
        contract.roles.as_ref().is_none_or(|(roles, from)| {
            let in_role = claims.role.as_ref().is_some_and(|role| roles.contains(role));
            in_role
                && match from {
                    From::Attesters(names) => actor.attester().is_some_and(|name| names.iter().any(|one| one == name)),
                    From::Accountable(entity) => actor.accountable() == Some(entity),
                }
        }),
    )?;
    rules.check(707, contract.props.iter().all(|demand| holds(demand, actor, rules)))?;
    rules.check(708, !contract.fresh || is_fresh(contract, actor, rules))?;
    rules.check(709, !contract.vouched || actor.is_vouched())?;
    rules.check(710, contract.last.is_none_or(|last| claims.position <= last))
}

/// The statements that a demand is about.
fn stated<'s>(demand: &Demand, actor: &Actor<'s>) -> Vec<Statement<'s>> {
    let mut all = actor.statements();
    all.retain(|statement| {
        statement.name == demand.name && demand.attesters.iter().any(|one| one == statement.attester)
    });
    all
}

fn holds(demand: &Demand, actor: &Actor<'_>, rules: Rules) -> bool {
    let stated = stated(demand, actor);
    let passing = stated.iter().filter(|statement| passes(&demand.test, statement.value)).count();
    passing > 0 && (passing == stated.len() || rules.lies(Lie::BestStatementCounts))
}

fn is_fresh(contract: &Contract, actor: &Actor<'_>, rules: Rules) -> bool {
    if rules.lies(Lie::AnyFreshWillDo) {
        return actor.named().into_iter().any(|credential| actor.is_fresh(credential));
    }
    if contract.props.is_empty() {
        return match actor.speaks {
            Speaks::Credential(credential) => actor.is_fresh(credential),
            Speaks::Pin(_) => rules.lies(Lie::PinsAreFresh),
            _ => false,
        };
    }
    let fresh = |statement: &Statement<'_>| statement.fresh || statement.by_pin && rules.lies(Lie::PinsAreFresh);
    contract.props.iter().all(|demand| stated(demand, actor).iter().any(fresh))
}

/// V713–V717
fn handed_over(handover: &HandOver, parent: &Actor<'_>, actor: &Actor<'_>, rules: Rules) -> Result<(), Refused> {
    let claims = &actor.link.claims;
    rules.check(713, Some(handover.head) == claims.parent)?;
    rules.check(714, handover.sealed.kid == parent.link.sealed.kid)?;
    rules.check(715, handover.to == claims.iss)?;
    rules.check(716, claims.window.exp <= handover.exp)?;
    rules.check(717, handover.task.is_none() || handover.task == claims.task)
}

/// §6, property demand.
pub(crate) fn passes(test: &Test, value: &Prop) -> bool {
    match (test, value) {
        (Test::Equals(wanted), value) => wanted == value,
        (Test::Tier(code), Prop::Int(value)) => {
            let tiers = [(2, 2..=31, -32..=-2), (32, 32..=95, -96..=-33), (96, 96..=127, -128..=-97)];
            tiers.iter().any(|(tier, above, below)| tier <= code && (above.contains(value) || below.contains(value)))
        }
        (Test::Tier(_), _) => false,
    }
}
