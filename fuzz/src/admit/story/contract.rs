//! `next` and `require` that those who come later meet, unless somebody makes a mistake.

use crate::admit::cast::{self, By, Member, attester_name};
use crate::admit::model::Rules;
use crate::admit::model::names::covers;
use crate::admit::shapes::{Contract, Demand, From, Next, Prop, Test};
use crate::draw::Draw;

/// Who may append the link after the `index`-th.
pub(crate) fn next(draw: &mut Draw<'_>, plan: &[Member], index: usize) -> Option<Next> {
    let Some(member) = plan.get(index + 1) else { return draw.once_in(2).then_some(Next::Anyone) };
    if draw.errs() {
        return draw.of(&[None, Some(2), Some(3), Some(4)]).map(|kind| choice(draw, &plan[0], kind, index));
    }
    let kinds: &[u8] = if member.by == By::Nobody { &[0, 1] } else { &[2, 3, 3, 0, 1, 3] };
    let kind = draw.of(kinds);
    Some(choice(draw, member, kind, index))
}

fn choice(draw: &mut Draw<'_>, member: &Member, kind: u8, index: usize) -> Next {
    match kind {
        0 => Next::Key(draw.right_or(member.key, &cast::keys()).thumbprint()),
        1 => Next::Anyone,
        2 => Next::Identifier(draw.right_or(member.identifier.clone(), &cast::names())),
        _ => Next::Contract(contract(draw, &[member], index + 1, false)),
    }
}

/// What is demanded of all links after the `index`-th.
pub(crate) fn require(draw: &mut Draw<'_>, plan: &[Member], index: usize) -> Option<Contract> {
    let later: Vec<&Member> = plan.iter().skip(index + 1).collect();
    draw.once_in(4).then(|| contract(draw, &later, plan.len() - 1, true))
}

/// A contract that all of these meet.
pub(crate) fn contract(draw: &mut Draw<'_>, later: &[&Member], last: usize, require: bool) -> Contract {
    let mut contract = Contract::default();
    let vouched = later.iter().all(|member| member.by != By::Nobody);
    let wrong = draw.errs();
    if draw.once_in(4) && (vouched || wrong) {
        let all = cast::namespaces();
        let fits = |one: &&String| later.iter().all(|member| covers(one, &member.identifier, Rules::default()));
        let fitting: Vec<String> = all.iter().filter(fits).cloned().collect();
        contract.namespace = draw.any(if wrong { &all } else { &fitting });
    }
    if draw.once_in(3) && (vouched || wrong) {
        contract.roles = Some(roles(draw, later));
    }
    for _ in 0..draw.of(&[0, 0, 0, 1, 2]) {
        contract.props.extend(demand(draw, later).filter(|_| vouched || wrong));
    }
    let fresh = later.iter().all(|member| member.by == By::Credential && member.fresh);
    contract.fresh = draw.once_in(3) && (fresh || draw.errs());
    contract.handover = draw.once_in(4);
    if require {
        contract.vouched = draw.once_in(3) && (vouched || draw.errs());
        let last = u64::try_from(last).unwrap_or_default();
        contract.last = draw.once_in(4).then(|| draw.of(&[last, last + 1, 99]).saturating_sub(u64::from(draw.errs())));
    }
    let Contract { namespace, roles, props, fresh, handover, vouched: demanded, last } = &contract;
    let empty = namespace.is_none()
        && roles.is_none()
        && props.is_empty()
        && !fresh
        && !handover
        && !demanded
        && last.is_none();
    if empty {
        contract.handover = true;
    }
    contract
}

fn roles(draw: &mut Draw<'_>, later: &[&Member]) -> (Vec<String>, From) {
    let mut roles: Vec<String> = later.iter().map(|member| member.role.clone()).collect();
    if roles.is_empty() || draw.errs() {
        roles = vec![draw.of(cast::ROLES).to_owned()];
    }
    let entity = later.first().map(|member| member.accountable.clone());
    let answers = later.iter().all(|member| Some(&member.accountable) == entity.as_ref());
    match entity.filter(|_| answers && draw.once_in(2)) {
        Some(entity) => (roles, From::Accountable(draw.right_or(entity, &cast::names()))),
        None => (roles, From::Attesters(attesters(draw, later))),
    }
}

/// Names of those who vouch for these, and perhaps of another.
fn attesters(draw: &mut Draw<'_>, later: &[&Member]) -> Vec<String> {
    let mut names: Vec<String> = later.iter().map(|member| attester_name(member.attester)).collect();
    names.dedup();
    names.truncate(6);
    if names.is_empty() || draw.once_in(3) {
        names.push(attester_name(draw.of(&cast::ATTESTERS)));
    }
    if draw.errs() {
        names.remove(0);
        names.push("https://nobody.example".into());
    }
    names
}

/// One that all of these meet: the name stands in what is said of the first.
fn demand(draw: &mut Draw<'_>, later: &[&Member]) -> Option<Demand> {
    let stated = later.first()?.stated();
    let (_, name, value) = draw.any(&stated)?;
    let attesters = attesters(draw, later);
    let values: Vec<&Prop> = later
        .iter()
        .flat_map(|member| member.stated())
        .filter(|(attester, one, _)| *one == name && attesters.contains(attester))
        .map(|(_, _, value)| value)
        .collect();
    let worst = values.iter().map(|value| tier(value)).max();
    let test = match worst {
        _ if draw.errs() => draw.of(&[Test::Tier(2), Test::Tier(32), Test::Equals(Prop::Int(2))]),
        Some(tier) if tier <= 96 && draw.below(4) != 3 => Test::Tier(draw.of(&[tier, tier.max(32), 96])),
        _ if values.iter().all(|one| *one == value) => Test::Equals(value.clone()),
        _ => return None,
    };
    Some(Demand { name: name.clone(), attesters, test })
}

/// Its code; what is in none is worse than all.
fn tier(value: &Prop) -> i64 {
    match value {
        Prop::Int(2..=31 | -32..=-2) => 2,
        Prop::Int(32..=95 | -96..=-33) => 32,
        Prop::Int(96..=127 | -128..=-97) => 96,
        _ => i64::MAX,
    }
}
