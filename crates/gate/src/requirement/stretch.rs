//! Which hops of a chain a question is about.

use std::ops::Range;

use serde::{Deserialize, Serialize};
use throughline::VerifiedChain;

/// A stretch of hops, to the head, who performs the call. Positions count from 0, the origin.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub struct Hops {
    pub(crate) after: After,
    pub(crate) before_head: bool,
}

/// Behind what a stretch of hops begins.
#[derive(Clone, Debug, PartialEq, Eq, Default, Deserialize, Serialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
#[non_exhaustive]
pub enum After {
    /// Behind nothing: the origin is the first.
    #[default]
    Nothing,
    /// Behind the origin: everybody it was handed to.
    Origin,
    /// Behind this position.
    Position(u8),
    /// Behind the last hop that acts in this role, vouched for by this attester. Without such a hop the question is not met.
    Role {
        /// The role.
        role: String,
        /// Who must vouch for it.
        attester: String,
    },
}

impl Hops {
    /// All of them, origin and head included.
    #[must_use]
    pub fn all() -> Self {
        Self::default()
    }

    /// Those behind something, up to the head.
    #[must_use]
    pub const fn after(after: After) -> Self {
        Self { after, before_head: false }
    }

    /// The same without the head.
    #[must_use]
    pub fn before_head(self) -> Self {
        Self { before_head: true, ..self }
    }

    /// Positions in a chain; none where what they stand behind is not there.
    pub(crate) fn of(&self, chain: &VerifiedChain<'_>) -> Option<Range<usize>> {
        let end = chain.len().saturating_sub(usize::from(self.before_head));
        let start = match &self.after {
            After::Nothing => 0,
            After::Origin => 1,
            After::Position(position) => usize::from(*position).saturating_add(1),
            After::Role { role, attester } => chain.last_in_role(role, attester)?.saturating_add(1),
        };
        Some(start..end)
    }
}
