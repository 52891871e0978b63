//! Access summaries: what a chain can still reach here, until when, and why not the rest.

use serde::Serialize;
use throughline::{AuthorityDemand, Error, ErrorKind, Grant, Grants, Part, Place, ProofDemand, VerifiedChain};

use crate::admitted::Admitted;
use crate::facts::GrantFacts;
use crate::gate::Gate;
use crate::refusal::Refusal;
use crate::requirement::{Judge, Judged, Requirement};
use crate::signatures::Signatures;

/// One thing this service does.
#[derive(Clone, Debug)]
#[expect(clippy::exhaustive_structs, reason = "whoever enforces routes writes them out")]
pub struct Route {
    /// Its name in the summary.
    pub name: String,
    /// The action, or a pattern of actions.
    pub action: String,
    /// The resource, or a pattern of resources: `calendar/*` for a route with a parameter.
    pub resource: String,
    /// What it requires.
    pub requirement: Requirement,
}

/// Whether a chain reaches one route. No admission: each call still needs its proof and is decided on its own.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[non_exhaustive]
pub struct RouteAccess {
    /// The route's name.
    pub route: String,
    /// Whether some request to it would be admitted now, with arguments that are within `grants` and `limits`.
    pub reachable: bool,
    /// The first second in which none is any more.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub until: Option<u64>,
    /// The head's grants that reach it, with the limits on arguments that apply.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub grants: Vec<GrantFacts>,
    /// The route's own limits, which apply too.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub limits: Vec<GrantFacts>,
    /// Whether only a signed proof will do.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub signed_proof: bool,
    /// Why not.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub refused: Option<WhyNot>,
}

/// Why a route is out of reach.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct WhyNot {
    /// The stable name of what would refuse.
    pub name: &'static str,
    /// The full reason, for whoever runs the service.
    pub text: String,
}

impl Gate {
    /// What the head of a token can reach of these routes, now. The token is verified; no proof is asked for, so this tells nobody but its
    /// caller, and admits nothing.
    ///
    /// # Errors
    /// What refuses the token itself. Not recorded: nothing was asked for.
    pub fn access(&self, token: &[u8], routes: &[Route]) -> Result<Vec<RouteAccess>, Refusal> {
        let inner = &*self.0;
        let generation = inner.generation.load_full();
        if generation.suspended.is_some() {
            return Err(crate::refusal::Layer::TrustUnavailable.into());
        }
        let lists = inner.lists.snapshot();
        let signatures = Signatures::new(&inner.signatures, &generation.keys);
        let now = self.now();
        let chain = inner.verifier(&generation, &signatures, &lists).verify(token, now)?;
        Ok(routes.iter().map(|route| self.reach(&chain, route, now)).collect())
    }

    fn reach(&self, chain: &VerifiedChain<'_>, route: &Route, now: throughline::UnixTime) -> RouteAccess {
        let requirement = &route.requirement;
        let mut access = RouteAccess {
            route: route.name.clone(),
            reachable: false,
            until: None,
            grants: reaching(chain.grants(), route),
            limits: Vec::new(),
            signed_proof: requirement.policy.proof == ProofDemand::Signed,
            refused: None,
        };
        let granted = !access.grants.is_empty();
        if let Some(own) = &requirement.limits {
            // One request is within both only where the two meet; of patterns, any two of three that meet meet in the third.
            let mut limits = reaching(own.0.grants(), route);
            limits.retain(|limit| access.grants.iter().any(|grant| meets(grant, limit)));
            access.grants.retain(|grant| limits.iter().any(|limit| meets(grant, limit)));
            access.limits = limits;
        }
        let judge = Judge {
            chain,
            now,
            skew: self.0.limits.skew,
            consents: self.0.consents.as_deref(),
            asked: Judged::Route {
                action: &route.action,
                resource: &route.resource,
                within: !access.limits.is_empty(),
            },
        };
        let refused = if !granted {
            Err(step(ErrorKind::RequestNotGranted))
        } else if !has_authority(chain, requirement.policy.authority) {
            Err(step(ErrorKind::AuthorityKind))
        } else {
            judge.judge(requirement).map_err(Refusal::from)
        };
        match refused {
            Ok(()) => {
                access.reachable = true;
                access.until = until(chain, requirement, self.0.limits.skew);
            }
            Err(refusal) => {
                (access.grants, access.limits) = (Vec::new(), Vec::new());
                access.refused = Some(WhyNot { name: refusal.name(), text: refusal.to_string() });
            }
        }
        access
    }
}

impl Admitted {
    /// What the head of this call can reach of these routes, now.
    ///
    /// # Errors
    /// Those of [`Gate::access`].
    pub fn access(&self, routes: &[Route]) -> Result<Vec<RouteAccess>, Refusal> {
        self.gate().access(self.token(), routes)
    }
}

fn has_authority(chain: &VerifiedChain<'_>, demand: AuthorityDemand) -> bool {
    match demand {
        AuthorityDemand::Any => true,
        AuthorityDemand::Delegated => !chain.is_independent(),
        AuthorityDemand::Independent => chain.is_independent(),
    }
}

/// The head's window lies in all before it. An age that the route sets ends it earlier.
fn until(chain: &VerifiedChain<'_>, requirement: &Requirement, skew: u64) -> Option<u64> {
    let head = chain.head()?.window().end();
    let age = requirement.origin.max_age.and_then(|age| {
        let made = chain.hop(0)?.window().issued();
        Some(made.plus(age).plus(skew).plus(1))
    });
    Some(age.map_or(head, |age| age.min(head)).0)
}

/// The grants that admit some request to a route.
fn reaching(grants: Grants<'_>, route: &Route) -> Vec<GrantFacts> {
    let reaches = |grant: &Grant<'_>| {
        meet(grant.action(), &route.action, ".") && resources_meet(grant.resource(), &route.resource)
    };
    grants.iter().filter(reaches).map(|grant| GrantFacts::from(&grant)).collect()
}

/// Whether some action on some resource is covered by both.
fn meets(one: &GrantFacts, other: &GrantFacts) -> bool {
    meet(&one.action, &other.action, ".") && resources_meet(&one.resource, &other.resource)
}

fn resources_meet(one: &str, other: &str) -> bool {
    anchor(one, other) && meet(one, other, "/")
}

/// Whether some text is covered by both patterns (token.md §5.2): they are equal, or one ends in `*` and the other goes on behind it.
fn meet(one: &str, other: &str, separator: &str) -> bool {
    let covers = |outer: &str, inner: &str| match outer.strip_suffix('*') {
        Some("") => true,
        Some(stem) => stem.ends_with(separator) && inner.starts_with(stem) && inner.len() > stem.len(),
        None => outer == inner,
    };
    covers(one, other) || covers(other, one)
}

/// Whether two resource patterns have the same anchor, or likewise none; `*` has any.
fn anchor(one: &str, other: &str) -> bool {
    fn of(pattern: &str) -> &str {
        match pattern.split_once("://") {
            Some((scheme, _)) if !scheme.contains('/') => scheme,
            _ if pattern.starts_with('/') => "/",
            _ => "",
        }
    }
    one == "*" || other == "*" || of(one) == of(other)
}

const fn step(kind: ErrorKind) -> Refusal {
    Refusal::Step(Error { kind, at: Place { part: Part::Request, byte: None } })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn patterns_meet_where_one_text_is_covered_by_both() {
        for (one, other, expected) in [
            ("*", "calendar.read", true),
            ("calendar.*", "calendar.read", true),
            ("calendar.*", "calendar.read.*", true),
            ("calendar.*", "calendar", false),
            ("calendar.*", "calendars.read", false),
            ("calendar.read", "calendar.write", false),
            ("calendar.read.*", "calendar.write.*", false),
        ] {
            assert_eq!((meet(one, other, "."), meet(other, one, ".")), (expected, expected), "{one} {other}");
        }
        for (one, other, expected) in [
            ("*", "s3://bucket/key", true),
            ("calendar/alice/*", "calendar/*", true),
            ("calendar/alice/*", "calendar/alice", false),
            ("calendar/alice/*", "calendar/bob/*", false),
            ("s3://*", "s3://bucket/key", true),
            ("s3://*", "gs://bucket/key", false),
            ("/*", "/etc/passwd", true),
            ("/*", "etc/passwd", false),
            ("s3:/*", "s3://bucket", false),
        ] {
            let met = (resources_meet(one, other), resources_meet(other, one));
            assert_eq!(met, (expected, expected), "{one} {other}");
        }
    }
}
