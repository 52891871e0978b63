//! Demands on one hop: what must be said of its actor, and by whom.

use serde::{Deserialize, Serialize};
use throughline::trust::{PropertyValue, Test, Tier};
use throughline::{Hop, Vouching, covers};

use crate::requirement::Accountable;

/// What an actor must be, on somebody's word. An unvouched actor meets none of these but [`HandedOver`](Self::HandedOver).
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
#[non_exhaustive]
pub enum Demand {
    /// It acts in one of these roles, on this word (token.md §6, demand 2).
    Role {
        /// The roles.
        #[serde(rename = "in")]
        roles: Vec<String>,
        /// Whose word counts: role names are not global.
        from: RoleFrom,
    },
    /// At least one of the named attesters states the property, and every statement of theirs is worth enough (§6, demand 3).
    Property {
        /// The property's name.
        name: String,
        /// Names of the attesters whose word counts.
        attesters: Vec<String>,
        /// What its value must be.
        #[serde(rename = "is")]
        worth: Worth,
        /// Whether one of these statements must be fresh for exactly this step (§4.2).
        #[serde(default, skip_serializing_if = "std::ops::Not::not")]
        fresh: bool,
    },
    /// The credential that vouches for it was made for exactly this step (§6, demand 4).
    Fresh,
    /// Somebody vouches for it (§6, demand 6).
    Vouched,
    /// Its identifier lies in one of these namespaces, on somebody's word (§6, demand 1).
    Identifier(Vec<String>),
    /// One of these entities is answerable for it, on somebody's word.
    Accountable(Vec<Accountable>),
    /// It was called by name, in a hand-over.
    HandedOver,
}

/// Whose word for a role counts.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "snake_case")]
#[expect(clippy::exhaustive_enums, reason = "the two sources of token.md §6")]
pub enum RoleFrom {
    /// One of these attesters, by name.
    Attesters(Vec<String>),
    /// Whoever states this accountable entity for the actor; for a root's own key, the trust bundle.
    Accountable(String),
}

/// What a property's value must be.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Worth {
    /// This integer, text or bool.
    Equals(Plain),
    /// An AR4SI value of this tier or a better one.
    Tier(WorstTier),
}

/// A value of a property, as JSON has it.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[serde(untagged)]
#[expect(clippy::exhaustive_enums, reason = "the types of token.md §4.2 that JSON has")]
pub enum Plain {
    /// A bool.
    Bool(bool),
    /// An integer.
    Int(i64),
    /// A text.
    Text(String),
}

/// The worst tier that will do.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "snake_case")]
#[expect(clippy::exhaustive_enums, reason = "the tiers of AR4SI that an appraisal can reach")]
pub enum WorstTier {
    /// 2..31 and −32..−2.
    Affirming,
    /// 32..95 and −96..−33.
    Warning,
    /// 96..127 and −128..−97.
    Contraindicated,
}

impl RoleFrom {
    /// The word of one of these attesters.
    #[must_use]
    pub fn attesters<S: Into<String>>(names: impl IntoIterator<Item = S>) -> Self {
        Self::Attesters(names.into_iter().map(Into::into).collect())
    }

    /// The word of whoever states this accountable entity for the actor.
    #[must_use]
    pub fn accountable(entity: impl Into<String>) -> Self {
        Self::Accountable(entity.into())
    }
}

impl Demand {
    /// One of these roles, on this word.
    #[must_use]
    pub fn role<S: Into<String>>(roles: impl IntoIterator<Item = S>, from: RoleFrom) -> Self {
        Self::Role { roles: roles.into_iter().map(Into::into).collect(), from }
    }

    /// A property equal to this value, on the word of these attesters.
    #[must_use]
    pub fn property<S: Into<String>>(
        name: impl Into<String>,
        attesters: impl IntoIterator<Item = S>,
        worth: Worth,
    ) -> Self {
        let attesters = attesters.into_iter().map(Into::into).collect();
        Self::Property { name: name.into(), attesters, worth, fresh: false }
    }

    /// An identifier in one of these namespaces.
    #[must_use]
    pub fn identifier<S: Into<String>>(namespaces: impl IntoIterator<Item = S>) -> Self {
        Self::Identifier(namespaces.into_iter().map(Into::into).collect())
    }

    /// Whether a hop meets it.
    #[must_use]
    pub fn holds(&self, hop: &Hop<'_>) -> bool {
        let vouched = hop.vouching() != Vouching::Unvouched;
        match self {
            Self::HandedOver => hop.handover().is_some(),
            _ if !vouched => false,
            Self::Vouched => true,
            Self::Role { roles, from } => {
                let from = match from {
                    RoleFrom::Attesters(names) => hop.attester().is_some_and(|attester| has(names, attester)),
                    RoleFrom::Accountable(entity) => hop.accountable() == Some(entity.as_str()),
                };
                from && hop.role().is_some_and(|role| has(roles, role))
            }
            Self::Property { name, attesters, worth, fresh } => {
                let test = worth.test();
                let (mut stated, mut is_fresh) = (false, false);
                for statement in hop.statements() {
                    if statement.name == name && has(attesters, statement.attester) {
                        // The worse value counts.
                        if !test.passes(statement.value) {
                            return false;
                        }
                        stated = true;
                        is_fresh |= statement.fresh;
                    }
                }
                stated && (is_fresh || !fresh)
            }
            Self::Fresh => is_fresh(hop),
            Self::Identifier(namespaces) => namespaces.iter().any(|one| covers(one, hop.identifier())),
            Self::Accountable(entities) => {
                hop.accountable().is_some_and(|entity| entities.iter().any(|one| one.includes(entity)))
            }
        }
    }
}

impl Worth {
    fn test(&self) -> Test<'_> {
        match self {
            Self::Equals(Plain::Bool(value)) => Test::Equals(PropertyValue::Bool(*value)),
            Self::Equals(Plain::Int(value)) => Test::Equals(PropertyValue::Int(*value)),
            Self::Equals(Plain::Text(value)) => Test::Equals(PropertyValue::Text(value.as_str().into())),
            Self::Tier(WorstTier::Affirming) => Test::Tier(Tier::Affirming),
            Self::Tier(WorstTier::Warning) => Test::Tier(Tier::Warning),
            Self::Tier(WorstTier::Contraindicated) => Test::Tier(Tier::Contraindicated),
        }
    }
}

/// token.md §4.2: the credential in `kid` is bound to exactly this step.
fn is_fresh(hop: &Hop<'_>) -> bool {
    if hop.vouching() != Vouching::Credential {
        return false;
    }
    let Some(nonce) = hop.credentials().next().and_then(|credential| credential.nonce()) else { return false };
    match hop.link().origin() {
        Some(origin) => origin.nonce() == nonce,
        None => hop.link().parent().is_some_and(|parent| parent.as_bytes() == nonce),
    }
}

fn has(names: &[String], name: &str) -> bool {
    names.iter().any(|one| one == name)
}
