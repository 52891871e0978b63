//! Requirements from a configuration file: strict JSON, unknown members refused.

use std::fmt;

use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;
use throughline::bundle::grants_from_json;
use throughline::trust::Ceiling;
use throughline::{AuthorityDemand, OriginForm, ProofDemand, is_name, is_namespace, is_vouchable};

use crate::requirement::{
    Accountable, After, ConsentDemand, Demand, Depth, Exclusion, Hops, OriginDemand, Path, Requirement, RoleFrom,
};

/// A requirement that cannot be read, or that can never be met as it is written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RequirementError(String);

impl fmt::Display for RequirementError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for RequirementError {}

/// `spec/enforcement.md` §3.
#[derive(Deserialize)]
#[serde(deny_unknown_fields, default)]
struct Written {
    proof: ProofKind,
    authority: Authority,
    limits: Option<Box<RawValue>>,
    depth: Depth,
    origin: WrittenOrigin,
    head: Vec<Demand>,
    path: Vec<WrittenPath>,
    consent: ConsentDemand,
}

impl Default for Written {
    fn default() -> Self {
        Self {
            proof: ProofKind::Any,
            authority: Authority::Any,
            limits: None,
            depth: Depth::default(),
            origin: WrittenOrigin::default(),
            head: Vec::new(),
            path: Vec::new(),
            consent: ConsentDemand::Any,
        }
    }
}

#[derive(Deserialize, Serialize)]
#[serde(rename_all = "snake_case")]
enum ProofKind {
    Any,
    Signed,
}

#[derive(Deserialize, Serialize)]
#[serde(rename_all = "snake_case")]
enum Authority {
    Any,
    Delegated,
    Independent,
}

#[derive(Deserialize, Default)]
#[serde(deny_unknown_fields, default)]
struct WrittenOrigin {
    kinds: Vec<Kind>,
    accountable: Vec<Accountable>,
    anchors: Vec<String>,
    max_age: Option<u64>,
}

#[derive(Deserialize, Clone, Copy)]
#[serde(rename_all = "snake_case")]
enum Kind {
    Identity,
    Role,
    Context,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct WrittenPath {
    some: Option<Demand>,
    every: Option<Demand>,
    no: Option<Exclusion>,
    #[serde(default)]
    after: After,
    #[serde(default)]
    before_head: bool,
}

impl Requirement {
    /// Reads a requirement as it stands in a configuration file.
    ///
    /// # Errors
    /// Where it is not of the form in `spec/enforcement.md` §3, with line and column; or names what can never be.
    pub fn from_json(json: &str) -> Result<Self, RequirementError> {
        let written: Written = serde_json::from_str(json).map_err(|error| RequirementError(error.to_string()))?;
        written.into_requirement()
    }

    /// Whether it names what can never be: an empty list, a name that is none. Made by hand, it is worth asking once at the start.
    ///
    /// # Errors
    /// The first such place.
    pub fn check(&self) -> Result<(), RequirementError> {
        if let (Some(least), Some(most)) = (self.depth.least, self.depth.most)
            && least > most
        {
            return wrong("depth", "the least is above the most");
        }
        if self.depth.most == Some(0) {
            return wrong("depth", "a chain has at least its root");
        }
        each("origin.accountable", &self.origin.accountable, check_entity)?;
        each("head", &self.head, check_demand)?;
        for path in &self.path {
            match path {
                Path::Some(demand, _) | Path::Every(demand, _) => check_demand("path", demand)?,
                Path::No(exclusion, _) => check_exclusion("path", exclusion)?,
            }
        }
        Ok(())
    }
}

impl Written {
    fn into_requirement(self) -> Result<Requirement, RequirementError> {
        let mut requirement = Requirement::new();
        requirement.policy.proof = match self.proof {
            ProofKind::Any => ProofDemand::Any,
            ProofKind::Signed => ProofDemand::Signed,
        };
        requirement.policy.authority = match self.authority {
            Authority::Any => AuthorityDemand::Any,
            Authority::Delegated => AuthorityDemand::Delegated,
            Authority::Independent => AuthorityDemand::Independent,
        };
        if let Some(json) = self.limits {
            let encoded = grants_from_json(json.get()).map_err(|error| RequirementError(format!("limits: {error}")))?;
            let ceiling = Ceiling::new(encoded.into()).map_err(|error| RequirementError(format!("limits: {error}")))?;
            requirement = requirement.within(ceiling);
        }
        let WrittenOrigin { kinds, accountable, anchors, max_age } = self.origin;
        let kinds = kinds.iter().map(|kind| match kind {
            Kind::Identity => OriginForm::Identity,
            Kind::Role => OriginForm::Role,
            Kind::Context => OriginForm::Context,
        });
        requirement.origin = OriginDemand { kinds: kinds.collect(), accountable, anchors, max_age };
        requirement.depth = self.depth;
        requirement.head = self.head;
        requirement.consent = self.consent;
        for WrittenPath { some, every, no, after, before_head } in self.path {
            let hops = Hops { after, before_head };
            requirement.path.push(match (some, every, no) {
                (Some(demand), None, None) => Path::Some(demand, hops),
                (None, Some(demand), None) => Path::Every(demand, hops),
                (None, None, Some(exclusion)) => Path::No(exclusion, hops),
                _ => return wrong("path", "exactly one of some, every and no"),
            });
        }
        requirement.check()?;
        Ok(requirement)
    }
}

fn check_demand(place: &str, demand: &Demand) -> Result<(), RequirementError> {
    match demand {
        Demand::Role { roles, from } => {
            some(place, roles, check_name)?;
            match from {
                RoleFrom::Attesters(names) => some(place, names, check_vouchable),
                RoleFrom::Accountable(entity) => check_vouchable(place, entity),
            }
        }
        Demand::Property { name, attesters, .. } => {
            check_name(place, name)?;
            some(place, attesters, check_vouchable)
        }
        Demand::Identifier(namespaces) => some(place, namespaces, check_namespace),
        Demand::Accountable(entities) => some(place, entities, check_entity),
        Demand::Fresh | Demand::Vouched | Demand::HandedOver => Ok(()),
    }
}

fn check_exclusion(place: &str, exclusion: &Exclusion) -> Result<(), RequirementError> {
    match exclusion {
        Exclusion::Role(roles) => some(place, roles, check_name),
        Exclusion::Identifier(namespaces) => some(place, namespaces, check_namespace),
        Exclusion::Accountable(entities) => some(place, entities, check_entity),
        Exclusion::Attester(names) => some(place, names, check_vouchable),
        Exclusion::Unvouched => Ok(()),
    }
}

fn check_entity(place: &str, entity: &Accountable) -> Result<(), RequirementError> {
    match entity {
        Accountable::Exact(one) => check_vouchable(place, one),
        Accountable::Namespace { namespace } => check_namespace(place, namespace),
    }
}

fn check_name(place: &str, name: &String) -> Result<(), RequirementError> {
    if is_name(name) { Ok(()) } else { wrong(place, &format!("{name:?} is no name")) }
}

fn check_vouchable(place: &str, name: &String) -> Result<(), RequirementError> {
    if is_vouchable(name) { Ok(()) } else { wrong(place, &format!("{name:?} is no identifier")) }
}

fn check_namespace(place: &str, name: &String) -> Result<(), RequirementError> {
    if is_namespace(name) { Ok(()) } else { wrong(place, &format!("{name:?} is no namespace")) }
}

fn each<T>(
    place: &str,
    items: &[T],
    check: impl Fn(&str, &T) -> Result<(), RequirementError>,
) -> Result<(), RequirementError> {
    items.iter().try_for_each(|item| check(place, item))
}

/// At least one, and each is good: a demand without any can never be met, and an exclusion of nothing says nothing.
fn some<T>(
    place: &str,
    items: &[T],
    check: impl Fn(&str, &T) -> Result<(), RequirementError>,
) -> Result<(), RequirementError> {
    if items.is_empty() { wrong(place, "an empty list") } else { each(place, items, check) }
}

fn wrong<T>(place: &str, text: &str) -> Result<T, RequirementError> {
    Err(RequirementError(format!("{place}: {text}")))
}
