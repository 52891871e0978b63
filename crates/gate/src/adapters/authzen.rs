//! The body of an AuthZEN access evaluation request (OpenID AuthZEN Authorization API 1.0 §6.1).

use serde_json::{Value as Json, json};

use crate::facts::{CallFacts, HopFacts};

impl CallFacts {
    /// `subject` is the head, `action` and `resource` what is asked for, `context` the rest: audience, request digest, proof and chain.
    #[must_use]
    pub fn to_authzen(&self) -> Json {
        let head = self.chain.hops.last();
        let text = |of: fn(&HopFacts) -> Option<&str>| head.and_then(of);
        json!({
            "subject": {
                "type": "actor",
                "id": text(|head| Some(&head.identifier)),
                "properties": {
                    "role": text(|head| head.role.as_deref()),
                    "accountable": text(|head| head.accountable.as_deref()),
                    "attester": text(|head| head.attester.as_deref()),
                    "vouching": text(|head| Some(&head.vouching)),
                },
            },
            "action": { "name": self.action },
            "resource": { "type": "resource", "id": self.resource, "properties": self.arguments },
            "context": {
                "audience": self.audience,
                "request": self.request,
                "proof": self.proof,
                "chain": self.chain,
            },
        })
    }
}
