//! Who takes part: names, identifiers, who answers for them, and who vouches for whom.

use crate::demo::trouble::{Outcome, trouble};

/// What a process does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Part {
    /// Creates authority as Alice.
    Alice,
    /// Signs credentials.
    Attester,
    /// Continues what it is handed, or misbehaves.
    Executor,
    /// Creates authority from its role.
    Agent,
    /// Admits or refuses.
    Service,
}

/// One process.
#[derive(Debug)]
pub(super) struct Member {
    /// Its name in the demo.
    pub(super) name: &'static str,
    pub(super) part: Part,
    /// The identifier of an actor, the name of an attester, the audience of a service; empty for who has none.
    pub(super) identifier: &'static str,
    /// Who answers for it; empty for who has nobody.
    pub(super) accountable: &'static str,
}

/// The member with this name.
pub(super) fn member(name: &str) -> Outcome<&'static Member> {
    CAST.iter().find(|member| member.name == name).ok_or_else(|| trouble(format!("nobody is called {name}")))
}

/// The roles in which this attester lets this actor act; `None` for an actor it does not know.
pub(super) fn vouched_roles(attester: &str, actor: &str) -> Option<&'static [&'static str]> {
    VOUCHES.iter().find(|(by, whom, _)| *by == attester && *whom == actor).map(|(_, _, roles)| *roles)
}

pub(super) const CAST: &[Member] = &[
    Member::new("alice", Part::Alice, "https://authority.alice.example", "https://alice.example"),
    Member::new("alice-attester", Part::Attester, "https://attester.alice.example", ""),
    Member::new("bob-attester", Part::Attester, "https://attester.bob.example", ""),
    Member::new("unknown_01", Part::Executor, "spiffe://pool.example/unknown_01", "https://pool.example"),
    Member::new("unknown_02", Part::Executor, "spiffe://pool.example/unknown_02", "https://pool.example"),
    Member::new("unknown_03", Part::Executor, "spiffe://pool.example/unknown_03", "https://pool.example"),
    Member::new("reporter", Part::Executor, "spiffe://alice.example/reporter", "https://alice.example"),
    Member::new("anonymous", Part::Executor, "", ""),
    Member::new("calendar", Part::Service, "https://calendar.example", ""),
    Member::new("acme-attester", Part::Attester, "https://attester.acme.example", ""),
    Member::new("monitor", Part::Agent, "spiffe://acme.example/monitor", "https://acme.example"),
    Member::new("security", Part::Service, "https://security.acme.example", ""),
];

/// The role that Alice's workloads need.
pub(super) const AUTHORIZED: &str = "authorized-workload";
/// A role that does not help.
pub(super) const BATCH: &str = "batch-worker";
/// The role of the Security Monitoring Agent.
pub(super) const MONITOR: &str = "security-monitor";
/// The role of Alice's own roots.
pub(super) const OWNER: &str = "owner";

/// Attester, actor, roles. One of the pool has the role that Alice asks for; another has it from somebody else.
const VOUCHES: &[(&str, &str, &[&str])] = &[
    ("alice-attester", "unknown_01", &[BATCH]),
    ("alice-attester", "unknown_02", &[AUTHORIZED]),
    ("alice-attester", "unknown_03", &[BATCH]),
    ("alice-attester", "reporter", &[AUTHORIZED]),
    ("bob-attester", "unknown_03", &[AUTHORIZED]),
    ("acme-attester", "monitor", &[MONITOR]),
];

impl Member {
    const fn new(name: &'static str, part: Part, identifier: &'static str, accountable: &'static str) -> Self {
        Self { name, part, identifier, accountable }
    }
}
