//! Consent records: a root carries a digest, the record lies elsewhere, and a store says what it is worth now.

use throughline::{Digest, UnixTime};

/// Where consent records lie. Asked for requirements that want a resolved consent, on every such call: a store that is far away
/// keeps its own cache, and knows best for how long an answer may be kept.
pub trait ConsentStore: Send + Sync {
    /// What the record with this digest is worth for this request.
    ///
    /// # Errors
    /// [`ConsentUnavailable`] where the store cannot tell: the request is refused as unavailable.
    fn resolve(&self, question: &ConsentQuestion<'_>) -> Result<Consent, ConsentUnavailable>;
}

/// What a store is asked.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub struct ConsentQuestion<'a> {
    /// SHA-256 of the consent record, as the root states it.
    pub digest: Digest,
    /// The root's accountable entity: whose consent it must be.
    pub accountable: &'a str,
    /// The action that is asked for.
    pub action: &'a str,
    /// The resource it is asked for.
    pub resource: &'a str,
    /// The time of the call.
    pub now: UnixTime,
}

/// What a consent record is worth.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Consent {
    /// The record is there, is this entity's, covers the request and holds.
    Given,
    /// No such record, or another entity's.
    Unknown,
    /// It was withdrawn, has ended, or does not cover the request.
    Withdrawn,
}

/// A store that cannot answer.
#[derive(Clone, Debug)]
pub struct ConsentUnavailable(pub String);

impl std::fmt::Display for ConsentUnavailable {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for ConsentUnavailable {}

impl<F> ConsentStore for F
where
    F: Fn(&ConsentQuestion<'_>) -> Result<Consent, ConsentUnavailable> + Send + Sync,
{
    fn resolve(&self, question: &ConsentQuestion<'_>) -> Result<Consent, ConsentUnavailable> {
        self(question)
    }
}
