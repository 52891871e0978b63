//! What no hop may be. A hop is cleared only when somebody says what it is.

use serde::{Deserialize, Serialize};
use throughline::{Hop, Vouching, covers};

use crate::requirement::Accountable;

/// What none of the hops may be. It is not enough that nobody says so: a hop that nobody vouches for is cleared of nothing.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Exclusion {
    /// One of these roles, on anybody's word: a role of that name counts against a hop whoever vouches for it.
    Role(Vec<String>),
    /// An identifier in one of these namespaces.
    Identifier(Vec<String>),
    /// One of these entities is answerable for it.
    Accountable(Vec<Accountable>),
    /// One of these attesters vouches for it.
    Attester(Vec<String>),
    /// Nobody vouches for it.
    Unvouched,
}

impl Exclusion {
    /// One of these roles.
    #[must_use]
    pub fn role<S: Into<String>>(roles: impl IntoIterator<Item = S>) -> Self {
        Self::Role(roles.into_iter().map(Into::into).collect())
    }

    /// An identifier in one of these namespaces.
    #[must_use]
    pub fn identifier<S: Into<String>>(namespaces: impl IntoIterator<Item = S>) -> Self {
        Self::Identifier(namespaces.into_iter().map(Into::into).collect())
    }

    /// Whether it is certain that the hop is none of these.
    #[must_use]
    pub fn clears(&self, hop: &Hop<'_>) -> bool {
        if hop.vouching() == Vouching::Unvouched {
            return false;
        }
        let other = |name: Option<&str>, names: &[String]| name.is_some_and(|name| names.iter().all(|one| one != name));
        match self {
            Self::Role(roles) => other(hop.role(), roles),
            Self::Identifier(namespaces) => !namespaces.iter().any(|one| covers(one, hop.identifier())),
            Self::Accountable(entities) => {
                hop.accountable().is_some_and(|entity| !entities.iter().any(|one| one.includes(entity)))
            }
            // A root's own key is the trust bundle's word, and no attester's.
            Self::Attester(names) => hop.attester().is_none_or(|name| names.iter().all(|one| one != name)),
            Self::Unvouched => true,
        }
    }
}
