//! Which origin anchors earlier ones take roots from: anchors are tried in order, and the first that holds is reported (token.md §7.1).

use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;

use crate::bundle::check::allows;
use crate::bundle::load::{Origin, Tables};
use crate::bundle::reader::Reader;
use crate::bundle::report::Warning;
use crate::bundle::{encode, grants};
use crate::grant::Grants;
use crate::identifier;
use crate::property::Property;
use crate::trust::{Entities, OriginKind, PropertyTest, Test};

/// Warns of each anchor that is never reported, or not for all that it allows.
pub(super) fn check(reader: &mut Reader<'_>, tables: &Tables) {
    for (index, later) in tables.origins.iter().enumerate() {
        let earlier = tables.origins.iter().take(index).enumerate();
        let overlaps: Vec<Overlap> = earlier.filter_map(|(place, earlier)| overlap(place, earlier, later)).collect();
        let path = format!("origins[{index}]");
        if let Some(by) = never_reported(&overlaps) {
            reader.warn_at(path, Warning::Shadowed { by });
            continue;
        }
        for overlap in overlaps {
            // Which grants it loses in full can be said only where the earlier anchor's conditions are no narrower.
            let lost = overlap.taken.iter().enumerate().filter(|(_, taken)| **taken && overlap.is_unconditional());
            let grants = lost.map(|(grant, _)| format!("{path}.ceiling[{grant}]")).collect();
            reader.warn_at(path.clone(), Warning::PartlyShadowed { by: overlap.path, grants });
        }
    }
}

/// What an earlier anchor takes from a later one.
struct Overlap {
    path: String,
    /// For each accountable entry of an identity anchor, and once for the other kinds.
    conditions: Vec<Cover>,
    /// For each grant of the later ceiling: whether it is ⊑ one of the earlier's.
    taken: Vec<bool>,
}

impl Overlap {
    fn is_unconditional(&self) -> bool {
        self.conditions.iter().all(|cover| *cover == Cover::All)
    }
}

/// How many of the roots under one condition meet another.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Cover {
    None,
    Some,
    All,
}

/// The earlier anchors that together take every root, if they do.
///
/// A root is below a ceiling when each of its grants is ⊑ one of the ceiling's, and ⊑ is transitive: so all roots below the later ceiling are
/// below the earlier one exactly when each of the later's grants is.
fn never_reported(overlaps: &[Overlap]) -> Option<Vec<String>> {
    let full = || overlaps.iter().filter(|overlap| overlap.taken.iter().all(|taken| *taken));
    let entries = overlaps.first()?.conditions.len();
    let mut by: Vec<String> = Vec::new();
    for entry in 0..entries {
        let taker = full().find(|overlap| overlap.conditions.get(entry) == Some(&Cover::All))?;
        if !by.contains(&taker.path) {
            by.push(taker.path.clone());
        }
    }
    Some(by)
}

/// `None` where no root holds under both.
fn overlap(place: usize, earlier: &Origin, later: &Origin) -> Option<Overlap> {
    let conditions = conditions(earlier.kind.as_ref()?, later.kind.as_ref()?);
    if conditions.iter().all(|cover| *cover == Cover::None) {
        return None;
    }
    let taken: Vec<bool> = later.ceiling.iter().map(|grant| is_below(grant, &earlier.ceiling)).collect();
    let gives = earlier.ceiling.iter().any(|grant| is_below(grant, &later.ceiling));
    // A root without grants is below every ceiling; it alone is not worth a warning.
    (gives || taken.iter().any(|taken| *taken) || later.ceiling.is_empty()).then(|| Overlap {
        path: format!("origins[{place}]"),
        conditions,
        taken,
    })
}

fn is_below(grant: &[u8], ceiling: &[Vec<u8>]) -> bool {
    let (grant, ceiling) = (grants::alone(grant), encode::set(ceiling.to_vec()));
    match (Grants::decode(&grant), Grants::decode(&ceiling)) {
        (Ok(grant), Ok(ceiling)) => grant.narrows(&ceiling).is_ok(),
        // A grant that could not be read: there is a mistake, and no warning is given.
        _ => false,
    }
}

fn conditions(earlier: &OriginKind<'_>, later: &OriginKind<'_>) -> Vec<Cover> {
    match (earlier, later) {
        (
            OriginKind::Identity { key, identifier, role, accountable },
            OriginKind::Identity { key: own_key, identifier: own_identifier, role: own_role, accountable: own },
        ) if (key, identifier, role) == (own_key, own_identifier, own_role) => {
            own.iter().map(|entity| entities_cover(accountable, entity)).collect()
        }
        (
            OriginKind::Role { attester, role, accountable },
            OriginKind::Role { attester: own_attester, role: own_role, accountable: own_accountable },
        ) if (attester, role, accountable) == (own_attester, own_role, own_accountable) => Vec::from([Cover::All]),
        (
            OriginKind::Context { attester, properties, accountable, max_age },
            OriginKind::Context {
                attester: own_attester,
                properties: own,
                accountable: own_accountable,
                max_age: own_age,
            },
        ) if (attester, accountable) == (own_attester, own_accountable) => {
            let covers = properties.iter().map(|test| tests_cover(test, own));
            let age = if max_age >= own_age { Cover::All } else { Cover::Some };
            Vec::from([covers.fold(age, narrower)])
        }
        _ => Vec::new(),
    }
}

fn entities_cover(earlier: &[Entities<'_>], own: &Entities<'_>) -> Cover {
    let namespace = match own {
        Entities::Exact(exact) if allows(earlier, exact) => return Cover::All,
        Entities::Exact(_) => return Cover::None,
        Entities::Namespace(namespace) => namespace,
    };
    let covers = earlier.iter().map(|entity| match entity {
        Entities::Namespace(other) if identifier::covers(other, namespace) => Cover::All,
        Entities::Namespace(other) | Entities::Exact(other) if identifier::covers(namespace, other) => Cover::Some,
        Entities::Namespace(_) | Entities::Exact(_) => Cover::None,
    });
    covers.fold(Cover::None, |one, other| if one == Cover::All || other == Cover::None { one } else { other })
}

/// How many states that pass all of `own` pass the earlier test.
fn tests_cover(earlier: &PropertyTest<'_>, own: &[PropertyTest<'_>]) -> Cover {
    let Some(same) = own.iter().find(|test| test.name == earlier.name) else { return Cover::Some };
    let (all, none) = match (&same.test, &earlier.test) {
        (Test::Equals(value), test) => {
            let passes = test.passes(Property::from(value));
            (passes, !passes)
        }
        (Test::Tier(own), Test::Tier(worst)) => (own <= worst, false),
        (own @ Test::Tier(_), Test::Equals(value)) => (false, !own.passes(Property::from(value))),
    };
    match (all, none) {
        (true, _) => Cover::All,
        (_, true) => Cover::None,
        _ => Cover::Some,
    }
}

fn narrower(one: Cover, other: Cover) -> Cover {
    match (one, other) {
        (Cover::None, _) | (_, Cover::None) => Cover::None,
        (Cover::Some, _) | (_, Cover::Some) => Cover::Some,
        (Cover::All, Cover::All) => Cover::All,
    }
}
