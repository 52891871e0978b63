//! Grants as an issuer writes them.

use alloc::vec::Vec;

use ciborium::Value as Cbor;

use crate::error::Error;
use crate::grant::{Grants, Value};
use crate::issue::encode::{self, encode, int, text, uint};
use crate::labels::limit;

/// One grant in the making.
#[derive(Clone, Debug)]
#[must_use]
pub struct Grant {
    action: Cbor,
    resource: Cbor,
    limits: Vec<(Cbor, Cbor)>,
}

impl Grant {
    /// An action pattern on a resource pattern, arguments unlimited.
    pub fn new(action: &str, resource: &str) -> Self {
        Self { action: text(action), resource: text(resource), limits: Vec::new() }
    }

    /// The argument equals this value.
    pub fn equals(self, argument: &str, value: Value<'_>) -> Self {
        self.limit(argument, limit::EQUALS, [cbor(value)])
    }

    /// The argument is one of these values.
    pub fn one_of<'v>(self, argument: &str, values: impl IntoIterator<Item = Value<'v>>) -> Self {
        self.limit(argument, limit::ONE_OF, [encode::set(values.into_iter().map(cbor))])
    }

    /// The argument is an integer from `lo` to `hi`, both included.
    pub fn range(self, argument: &str, lo: i64, hi: i64) -> Self {
        self.limit(argument, limit::RANGE, [int(lo), int(hi)])
    }

    /// The argument is this text or continues it after a `/`.
    pub fn prefix(self, argument: &str, prefix: &str) -> Self {
        self.limit(argument, limit::PREFIX, [text(prefix)])
    }

    fn limit<const N: usize>(mut self, argument: &str, kind: u64, values: [Cbor; N]) -> Self {
        let limit = core::iter::once(uint(kind)).chain(values).collect();
        self.limits.push((text(argument), Cbor::Array(limit)));
        self
    }

    fn value(self) -> Cbor {
        let mut parts = alloc::vec![self.action, self.resource];
        if !self.limits.is_empty() {
            parts.push(encode::text_map(self.limits));
        }
        Cbor::Array(parts)
    }
}

/// Well-formed grants, encoded.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct GrantList(Vec<u8>);

impl GrantList {
    /// These grants; none at all is authority for nothing.
    ///
    /// # Errors
    /// Those of stage 2 for grants.
    pub fn new(grants: impl IntoIterator<Item = Grant>) -> Result<Self, Error> {
        Self::from_encoded(encode(&encode::set(grants.into_iter().map(Grant::value))))
    }

    /// An encoded `grants` array.
    ///
    /// # Errors
    /// Those of stage 2 for grants.
    pub fn from_encoded(encoded: Vec<u8>) -> Result<Self, Error> {
        Grants::decode(&encoded)?;
        Ok(Self(encoded))
    }

    /// The encoded array.
    #[must_use]
    pub fn encoded(&self) -> &[u8] {
        &self.0
    }

    /// The grants.
    #[must_use]
    pub fn grants(&self) -> Grants<'_> {
        Grants::decode(&self.0).unwrap_or_default()
    }

    pub(super) fn value(&self) -> Cbor {
        // It was read strictly when it was made, so it reads here.
        ciborium::from_reader(self.0.as_slice()).unwrap_or(Cbor::Array(Vec::new()))
    }
}

fn cbor(value: Value<'_>) -> Cbor {
    match value {
        Value::Int(value) => int(value),
        Value::Text(value) => text(value),
        Value::Bool(value) => Cbor::Bool(value),
    }
}
