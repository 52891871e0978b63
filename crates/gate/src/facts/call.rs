//! An admitted call as facts: what is asked for, beside the chain it is asked under.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use throughline::{Argument, Error};

use crate::admitted::Admitted;
use crate::facts::{ChainFacts, ValueFacts, words};

/// One admitted call: the input of a policy engine.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct CallFacts {
    /// This service.
    pub audience: String,
    /// The action that is asked for.
    pub action: String,
    /// The resource it is asked for.
    pub resource: String,
    /// Its arguments.
    pub arguments: BTreeMap<String, ValueFacts>,
    /// Digest of the request.
    pub request: String,
    /// `signed` or `mac`.
    pub proof: String,
    /// Under which chain.
    pub chain: ChainFacts,
}

impl CallFacts {
    /// The facts of an admitted call, with the arguments that its request had: nobody else keeps them.
    ///
    /// # Errors
    /// Those of [`Admitted::chain`].
    pub fn new(admitted: &Admitted, arguments: &[Argument<'_>]) -> Result<Self, Error> {
        Ok(Self {
            audience: admitted.audience().into(),
            action: admitted.action().into(),
            resource: admitted.resource().into(),
            arguments: arguments.iter().map(|one| (one.name.into(), one.value.into())).collect(),
            request: admitted.digest().to_string(),
            proof: words::proof(admitted.proof()).into(),
            chain: admitted.facts()?,
        })
    }
}
