//! The facts for Cedar: principal, action, resource, context and entities.
//!
//! Cedar goes over no lists and has no null: the path is given as sets, and what is absent has no attribute.

use serde_json::{Map, Value as Json, json};

use crate::adapters::path::PathSets;
use crate::facts::{CallFacts, HopFacts};

/// Names of the entity types.
const ACTOR: &str = "Throughline::Actor";
const ENTITY: &str = "Throughline::Entity";
const RESOURCE: &str = "Throughline::Resource";
const ACTION: &str = "Throughline::Action";

/// A call as Cedar's JSON forms have it.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct CedarCall {
    /// `{"type": "Throughline::Actor", "id": …}`: the head.
    pub principal: Json,
    /// `{"type": "Throughline::Action", "id": …}`.
    pub action: Json,
    /// `{"type": "Throughline::Resource", "id": …}`.
    pub resource: Json,
    /// Audience, proof, arguments, origin and path.
    pub context: Json,
    /// The head, with its attributes, below the entity that is answerable for it; that entity; the resource.
    pub entities: Json,
}

impl CallFacts {
    /// The forms of `spec/facts.md` §4.
    #[must_use]
    pub fn to_cedar(&self) -> CedarCall {
        let head = self.chain.hops.last();
        let uid = |kind: &str, id: &str| json!({ "type": kind, "id": id });
        let principal = uid(ACTOR, head.map_or("", |head| &head.identifier));
        let resource = uid(RESOURCE, &self.resource);
        let answerable = head.and_then(|head| head.accountable.as_deref()).map(|entity| uid(ENTITY, entity));
        let origin = self.chain.origin.as_ref();
        let origin = without_null([
            ("kind", json!(origin.map(|origin| &origin.kind))),
            ("anchor", json!(origin.map(|origin| &origin.anchor))),
            ("consent", json!(origin.and_then(|origin| origin.consent.as_ref()))),
            ("accountable", origin.map_or(Json::Null, |origin| entity(&uid(ENTITY, &origin.accountable)))),
        ]);
        let context = json!({
            "at": self.chain.at,
            "audience": self.audience,
            "request": self.request,
            "proof": self.proof,
            "arguments": self.arguments,
            "execution": self.chain.execution,
            "independent": self.chain.independent,
            "depth": self.chain.hops.len(),
            "origin": origin,
            "path": PathSets::from(&self.chain, 0),
            "after_origin": PathSets::from(&self.chain, 1),
        });
        let mut entities = vec![json!({
            "uid": principal,
            "attrs": head.map(attributes).unwrap_or_default(),
            "parents": answerable.iter().collect::<Vec<_>>(),
        })];
        let mut named: Vec<Json> = answerable.into_iter().collect();
        named.extend(self.chain.origin.as_ref().map(|origin| uid(ENTITY, &origin.accountable)));
        named.dedup();
        named.push(resource.clone());
        entities.extend(named.iter().map(|uid| json!({ "uid": uid, "attrs": {}, "parents": [] })));
        CedarCall { principal, action: uid(ACTION, &self.action), resource, context, entities: Json::Array(entities) }
    }
}

fn attributes(head: &HopFacts) -> Json {
    without_null([
        ("role", json!(head.role)),
        ("attester", json!(head.attester)),
        ("vouching", json!(head.vouching)),
        ("vouched", json!(head.vouching != "unvouched")),
        ("expires", json!(head.expires)),
    ])
}

/// A reference to an entity inside of a value.
fn entity(uid: &Json) -> Json {
    json!({ "__entity": uid })
}

fn without_null<const N: usize>(members: [(&str, Json); N]) -> Json {
    let present = members.into_iter().filter(|(_, value)| !value.is_null());
    Json::Object(present.map(|(name, value)| (name.to_owned(), value)).collect::<Map<_, _>>())
}

#[cfg(feature = "cedar")]
mod engine {
    use cedar_policy::{Context, Entities, EntityUid, Request};

    use super::CedarCall;

    impl CedarCall {
        /// The same for the engine.
        ///
        /// # Errors
        /// Where Cedar cannot hold a value: an integer beyond its bounds, a text that is no id.
        pub fn for_engine(&self) -> Result<(Request, Entities), Box<dyn std::error::Error + Send + Sync>> {
            let request = Request::new(
                EntityUid::from_json(self.principal.clone())?,
                EntityUid::from_json(self.action.clone())?,
                EntityUid::from_json(self.resource.clone())?,
                Context::from_json_value(self.context.clone(), None)?,
                None,
            )?;
            Ok((request, Entities::from_json_value(self.entities.clone(), None)?))
        }
    }
}
