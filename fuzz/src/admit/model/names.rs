//! Namespaces (token.md §4.6), by splitting.

use crate::admit::model::{Lie, Rules};
use crate::admit::shapes::Entities;

/// Itself, and whatever follows it after a separator of its form.
pub(crate) fn covers(namespace: &str, identifier: &str, rules: Rules) -> bool {
    if rules.lies(Lie::NamespaceByBytes) {
        return identifier.starts_with(namespace);
    }
    let separators: &[char] = match namespace.split(':').next() {
        Some("spiffe" | "https") => &['/'],
        Some("did" | "arn") => &['/', ':'],
        _ => &[],
    };
    let beginnings = identifier.char_indices().filter(|(_, c)| separators.contains(c)).map(|(at, _)| &identifier[..at]);
    beginnings.chain([identifier]).any(|beginning| beginning == namespace)
}

pub(crate) fn include(entities: &[Entities], entity: &str, rules: Rules) -> bool {
    entities.iter().any(|one| match one {
        Entities::Exact(exact) => exact == entity,
        Entities::Namespace(namespace) => covers(namespace, entity, rules),
    })
}
