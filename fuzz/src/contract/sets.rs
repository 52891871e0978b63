//! What demands mean, as sets of candidates.

use std::collections::BTreeSet;

use crate::admit::cast::{By, attester_name};
use crate::admit::shapes::{Contract, Demand, From, Next, Prop, Test};
use crate::contract::population::{Candidate, Given};

/// Candidates by their numbers.
pub(crate) type Members = BTreeSet<usize>;

/// How contracts are read. What differs from [`SPEC`](Self::SPEC) is a lie, to see that it is noticed.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Reading {
    /// Every statement of a named attester must pass, not just one.
    pub(crate) worst_counts: bool,
    /// Statements of attesters that a demand does not name count for nothing.
    pub(crate) names_matter: bool,
    /// Without `props`, fresh is the credential in `kid`.
    pub(crate) fresh_is_kid: bool,
    /// A namespace ends where a segment does.
    pub(crate) segments_matter: bool,
    /// The `next` of an earlier link binds later ones too: it does not.
    pub(crate) next_lasts: bool,
    /// The `require` of an earlier link binds later ones too.
    pub(crate) require_lasts: bool,
    /// A contract in `next` is for vouched actors only.
    pub(crate) next_is_for_vouched: bool,
}

impl Reading {
    pub(crate) const SPEC: Self = Self {
        worst_counts: true,
        names_matter: true,
        fresh_is_kid: true,
        segments_matter: true,
        next_lasts: false,
        require_lasts: true,
        next_is_for_vouched: true,
    };

    /// Who is let in behind a link with this `next`, bound by these contracts, at this position.
    pub(crate) fn behind(
        &self,
        next: &Option<Next>,
        bound: &[Option<&Contract>],
        all: &[Candidate],
        position: u64,
    ) -> Members {
        let contracts: Vec<&Contract> = bound.iter().flatten().copied().collect();
        let named = match next {
            None => Members::new(),
            Some(Next::Anyone) => who(all, |_| true),
            Some(Next::Key(key)) => who(all, |one| one.member.key.thumbprint() == *key),
            Some(Next::Identifier(name)) => who(all, |one| one.is_vouched() && one.member.identifier == *name),
            Some(Next::Contract(_)) => who(all, |one| one.is_vouched() || !self.next_is_for_vouched),
        };
        let demanded = contracts.iter().any(|contract| contract.handover);
        let wanted = if demanded { Given::Right } else { Given::Nothing };
        let mut sets = vec![named, who(all, |one| one.given == wanted)];
        sets.extend(contracts.iter().flat_map(|contract| self.meeting(contract, all, position)));
        sets.into_iter().reduce(|one, other| one.intersection(&other).copied().collect()).expect("two at least")
    }

    /// A set for each demand of a contract but the hand-over.
    fn meeting(&self, contract: &Contract, all: &[Candidate], position: u64) -> Vec<Members> {
        let mut sets = Vec::new();
        let vouched = who(all, Candidate::is_vouched);
        if let Some(namespace) = &contract.namespace {
            sets.extend([vouched.clone(), who(all, |one| self.is_under(&one.member.identifier, namespace))]);
        }
        if let Some((roles, from)) = &contract.roles {
            sets.extend([vouched.clone(), who(all, |one| roles.contains(&one.member.role))]);
            sets.push(match from {
                From::Attesters(names) => who(all, |one| names.contains(&attester_name(one.member.attester))),
                From::Accountable(entity) => who(all, |one| one.member.accountable == *entity),
            });
        }
        for demand in &contract.props {
            let about = |statement: &Statement<'_>| {
                let by_named = demand.attesters.contains(&statement.attester) || !self.names_matter;
                by_named && statement.name == demand.name
            };
            let stated: Vec<Statement<'_>> = statements(all).into_iter().filter(about).collect();
            let (good, bad): (Vec<_>, Vec<_>) = stated.iter().partition(|one| passes(demand, one.value));
            let of = |some: &[&Statement<'_>]| -> Members { some.iter().map(|one| one.of).collect() };
            let kept_out = if self.worst_counts { of(&bad) } else { Members::new() };
            sets.push(of(&good).difference(&kept_out).copied().collect());
            if contract.fresh {
                sets.push(stated.iter().filter(|one| one.fresh).map(|one| one.of).collect());
            }
        }
        if contract.fresh && contract.props.is_empty() {
            let kid = |one: &Candidate| one.member.by == By::Credential && one.member.fresh;
            let any = |one: &Candidate| {
                kid(one) || !self.fresh_is_kid && one.is_vouched() && one.also_fresh && !one.member.also.is_empty()
            };
            sets.push(who(all, any));
        }
        if contract.vouched {
            sets.push(vouched);
        }
        if contract.last.is_some_and(|last| position > last) {
            sets.push(Members::new());
        }
        sets
    }

    fn is_under(&self, identifier: &str, namespace: &str) -> bool {
        let rest = match identifier.strip_prefix(namespace) {
            None => return false,
            Some("") => return true,
            Some(rest) => rest,
        };
        let separators = match namespace.split(':').next() {
            Some("spiffe" | "https") => "/",
            Some("did" | "arn") => ":/",
            _ => "",
        };
        !self.segments_matter || separators.contains(&rest[..1])
    }
}

fn who(all: &[Candidate], is: impl Fn(&Candidate) -> bool) -> Members {
    all.iter().enumerate().filter(|(_, one)| is(one)).map(|(nth, _)| nth).collect()
}

/// The relation of who states what of whom.
struct Statement<'c> {
    of: usize,
    attester: String,
    name: &'c str,
    value: &'c Prop,
    fresh: bool,
}

fn statements(all: &[Candidate]) -> Vec<Statement<'_>> {
    let mut statements = Vec::new();
    for (of, one) in all.iter().enumerate().filter(|(_, one)| one.is_vouched()) {
        let member = &one.member;
        let says = |attester, fresh: bool| {
            move |(name, value)| Statement { of, attester: attester_name(attester), name, value, fresh }
        };
        let own = member.props.iter().map(|(name, value)| (name.as_str(), value));
        statements.extend(own.map(says(member.attester, member.by == By::Credential && member.fresh)));
        for (attester, props) in &member.also {
            let also = props.iter().map(|(name, value)| (name.as_str(), value));
            statements.extend(also.map(says(*attester, one.also_fresh)));
        }
    }
    statements
}

fn passes(demand: &Demand, value: &Prop) -> bool {
    let tiers: [(i64, Vec<i64>); 3] = [
        (2, (2..=31).chain(-32..=-2).collect()),
        (32, (32..=95).chain(-96..=-33).collect()),
        (96, (96..=127).chain(-128..=-97).collect()),
    ];
    match (&demand.test, value) {
        (Test::Equals(wanted), value) => wanted == value,
        (Test::Tier(worst), Prop::Int(value)) => {
            tiers.iter().any(|(tier, values)| tier <= worst && values.contains(value))
        }
        (Test::Tier(_), _) => false,
    }
}
