//! What the tables of a bundle say together: references, key uses, names, and what is empty (token.md §7).

use alloc::borrow::ToOwned;
use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;

use crate::bundle::load::{Origin, Tables};
use crate::bundle::reader::Reader;
use crate::bundle::report::{Mistake, Warning};
use crate::bundle::{jwk, spelling};
use crate::key::TrustedKey;
use crate::text::Text;
use crate::trust::{Attester, Entities, OriginKind};

/// Reports every contradiction between the entries, and every emptiness.
pub(super) fn check(reader: &mut Reader<'_>, tables: &Tables) {
    keys_have_one_use(reader, tables);
    for (index, origin) in tables.origins.iter().enumerate() {
        let twin = tables.origins.iter().take(index).position(|other| other.name == origin.name);
        if let Some(first) = twin.filter(|_| !origin.name.is_empty()) {
            let first = format!("origins[{first}].name");
            reader.mistake_at(format!("origins[{index}].name"), Mistake::Repeated { first });
        }
        origin_can_hold(reader, &tables.attesters, index, origin);
    }
    references_are_known(reader, tables);
    empty(reader, tables);
}

/// Whether one of `entities` is, or covers, this one.
pub(super) fn allows(entities: &[Entities<'_>], accountable: &str) -> bool {
    entities.iter().any(|entity| entity.includes(accountable))
}

/// §7.3: one use per key, over all four tables. Several identity origins of one key are one use: they differ in their conditions.
fn keys_have_one_use(reader: &mut Reader<'_>, tables: &Tables) {
    let mut uses: Vec<(String, bool, &TrustedKey)> = Vec::new();
    for (index, origin) in tables.origins.iter().enumerate() {
        if let Some(OriginKind::Identity { key, .. }) = &origin.kind {
            uses.push((format!("origins[{index}].key"), true, key));
        }
    }
    uses.extend(
        tables.attesters.iter().enumerate().map(|(index, one)| (format!("attesters[{index}].key"), false, &one.key)),
    );
    uses.extend(tables.pins.iter().enumerate().map(|(index, one)| (format!("pins[{index}].key"), false, &one.key)));
    uses.extend(
        tables.revokers.iter().enumerate().map(|(index, one)| (format!("revokers[{index}].key"), false, &one.key)),
    );
    uses.retain(|(_, _, key)| !jwk::is_stand_in(key));

    // Sorted by key, the earliest use of each first; the sort keeps the order of the tables.
    uses.sort_by(|(_, _, one), (_, _, other)| one.key().cmp(other.key()));
    for one_key in uses.chunk_by(|(_, _, one), (_, _, other)| one == other) {
        let Some(((first, first_is_origin, _), later)) = one_key.split_first() else { continue };
        for (path, is_origin, _) in later {
            if !(*first_is_origin && *is_origin) {
                reader.mistake_at(path.clone(), Mistake::KeyReused { other: first.clone() });
            }
        }
    }
}

/// A role or context anchor needs a credential that its attester can issue: otherwise it never holds.
fn origin_can_hold(reader: &mut Reader<'_>, attesters: &[Attester<'_>], index: usize, origin: &Origin) {
    let Some(kind) = &origin.kind else { return };
    let name = match kind {
        OriginKind::Role { attester, .. } | OriginKind::Context { attester, .. } => attester,
        OriginKind::Identity { .. } => return,
    };
    if !is_known(attesters, name) {
        let names: Vec<&str> = attesters.iter().map(|attester| &*attester.name).collect();
        let meant = spelling::nearest(name, &names).map(ToOwned::to_owned);
        reader.mistake_at(format!("origins[{index}].attester"), Mistake::AttesterUnknown { meant });
        return;
    }
    // Two attesters of one name are one name with two keys: the anchor holds under either.
    let named = attesters.iter().enumerate().filter(|(_, attester)| attester.name == *name);
    let lacks =
        named.map(|(place, attester)| (place, lacking(attester, kind))).min_by_key(|(_, lacking)| lacking.len());
    for (place, (fact, remit)) in
        lacks.into_iter().flat_map(|(place, lacking)| lacking.into_iter().map(move |one| (place, one)))
    {
        let remit = format!("attesters[{place}].{remit}");
        reader.mistake_at(format!("origins[{index}].{fact}"), Mistake::OutsideRemit { remit });
    }
}

/// Facts of the anchor that the attester cannot state, each with the part of the remit that lacks it.
fn lacking(attester: &Attester<'_>, kind: &OriginKind<'_>) -> Vec<(String, &'static str)> {
    let mut lacking = Vec::new();
    let mut fact = |stated: bool, fact: &str, remit: &'static str| {
        if !stated {
            lacking.push((fact.to_owned(), remit));
        }
    };
    fact(!attester.namespaces.is_empty(), "attester", "namespaces");
    match kind {
        OriginKind::Identity { .. } => {}
        OriginKind::Role { role, accountable, .. } => {
            fact(states(&attester.roles, role), "role", "roles");
            fact(may_name(attester, accountable), "accountable", "accountable");
        }
        OriginKind::Context { properties, accountable, .. } => {
            // §4.1: a root has a role, and only its `kid` credential can vouch for it.
            fact(!attester.roles.is_empty(), "attester", "roles");
            fact(may_name(attester, accountable), "accountable", "accountable");
            for (index, test) in properties.iter().enumerate() {
                fact(states(&attester.properties, &test.name), &format!("properties[{index}].name"), "properties");
            }
        }
    }
    lacking
}

/// Whether a remit has this text. What could not be read is empty, and could be anything.
fn states(remit: &[Text<'_>], wanted: &str) -> bool {
    wanted.is_empty() || remit.iter().any(|one| **one == *wanted || one.is_empty())
}

fn may_name(attester: &Attester<'_>, accountable: &str) -> bool {
    let unread = attester.accountable.iter().any(|entity| match entity {
        Entities::Exact(text) | Entities::Namespace(text) => text.is_empty(),
    });
    accountable.is_empty() || unread || allows(&attester.accountable, accountable)
}

fn is_known(attesters: &[Attester<'_>], name: &str) -> bool {
    name.is_empty() || attesters.iter().any(|attester| *attester.name == *name || attester.name.is_empty())
}

/// Names that stand for nothing are harmless, and probably misspelt.
fn references_are_known(reader: &mut Reader<'_>, tables: &Tables) {
    for (index, pin) in tables.pins.iter().enumerate() {
        if !is_known(&tables.attesters, &pin.attester) {
            reader.warn_at(format!("pins[{index}].attester"), Warning::AttesterUnknown);
        }
    }
    for (index, revoker) in tables.revokers.iter().enumerate() {
        for (place, name) in revoker.attesters.iter().enumerate() {
            if !is_known(&tables.attesters, name) {
                reader.warn_at(format!("revokers[{index}].attesters[{place}]"), Warning::AttesterUnknown);
            }
        }
    }
}

fn empty(reader: &mut Reader<'_>, tables: &Tables) {
    if tables.origins.is_empty() {
        reader.warn_at("origins".to_owned(), Warning::NoOrigins);
    }
    let mut warn = |is_empty: bool, path: String, consequence: &'static str| {
        if is_empty {
            reader.warn_at(path, Warning::Empty(consequence));
        }
    };
    for (index, origin) in tables.origins.iter().enumerate() {
        let path = format!("origins[{index}]");
        warn(origin.ceiling.is_empty(), format!("{path}.ceiling"), "only a root that grants nothing is below it");
        match &origin.kind {
            Some(OriginKind::Identity { accountable, .. }) => {
                warn(
                    accountable.is_empty(),
                    format!("{path}.accountable"),
                    "the anchor speaks for nobody and never holds",
                );
            }
            Some(OriginKind::Context { properties, .. }) => {
                warn(properties.is_empty(), format!("{path}.properties"), "every attested state will do");
            }
            Some(OriginKind::Role { .. }) | None => {}
        }
    }
    for (index, attester) in tables.attesters.iter().enumerate() {
        let path = format!("attesters[{index}]");
        warn(attester.namespaces.is_empty(), format!("{path}.namespaces"), "each of its credentials is refused");
        warn(attester.accountable.is_empty(), format!("{path}.accountable"), "each of its credentials is refused");
        let silent = attester.roles.is_empty() && attester.properties.is_empty();
        warn(silent, format!("{path}.roles"), "it can vouch for no role, and state no property");
    }
    for (index, pin) in tables.pins.iter().enumerate() {
        warn(pin.roles.is_empty(), format!("pins[{index}].roles"), "the actor can sign no link");
    }
    for (index, revoker) in tables.revokers.iter().enumerate() {
        let idle = revoker.accountable.is_empty() && revoker.attesters.is_empty();
        warn(
            idle,
            format!("revokers[{index}].accountable"),
            "its entries count for nothing, yet it must have a current list",
        );
    }
}
