//! The conformance vectors as a source of seeds: every artifact in them, each once.

use std::collections::BTreeSet;
use std::path::Path;

use throughline_conformance::{ProfiledRequest, Suite, Vector};

/// `test-vectors/`, read.
pub struct Vectors(Suite);

impl Vectors {
    /// Reads the folder of the repository.
    ///
    /// # Panics
    /// If it is not there or no suite.
    #[must_use]
    pub fn read() -> Self {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../test-vectors");
        Self(Suite::read(&folder).unwrap_or_else(|error| panic!("{error}")))
    }

    /// All vectors, accepted and refused.
    pub fn all(&self) -> impl Iterator<Item = &Vector> {
        self.0.vectors().map(|(_, vector)| vector)
    }

    /// Tokens.
    #[must_use]
    pub fn tokens(&self) -> Vec<Vec<u8>> {
        each_once(self.all().filter_map(|vector| vector.token.as_ref()).map(|token| token.0.clone()))
    }

    /// Proofs.
    #[must_use]
    pub fn proofs(&self) -> Vec<Vec<u8>> {
        each_once(self.all().filter_map(|vector| vector.proof.as_ref()).map(|proof| proof.0.clone()))
    }

    /// Credentials, those that are known beforehand and those to take in.
    #[must_use]
    pub fn credentials(&self) -> Vec<Vec<u8>> {
        let of = |vector: &Vector| vector.credential.clone().into_iter().chain(vector.known.clone());
        each_once(self.all().flat_map(of).map(|credential| credential.0))
    }

    /// Revocation lists.
    #[must_use]
    pub fn lists(&self) -> Vec<Vec<u8>> {
        let of = |vector: &Vector| vector.list.clone().into_iter().chain(vector.lists.clone());
        each_once(self.all().flat_map(of).map(|list| list.0))
    }

    /// Trust bundles.
    #[must_use]
    pub fn bundles(&self) -> Vec<Vec<u8>> {
        each_once(self.all().filter_map(|vector| vector.trust.as_ref()).map(|trust| trust.to_string().into_bytes()))
    }

    /// Bodies of requests of the Model Context Protocol.
    #[must_use]
    pub fn mcp_bodies(&self) -> Vec<Vec<u8>> {
        let body = |vector: &Vector| match vector.profiled.as_ref()? {
            ProfiledRequest::Mcp(call) => Some(call.body.0.clone()),
            _ => None,
        };
        each_once(self.all().filter_map(body))
    }
}

/// In their order, without what was there before.
pub fn each_once(seeds: impl IntoIterator<Item = Vec<u8>>) -> Vec<Vec<u8>> {
    let mut seen = BTreeSet::new();
    seeds.into_iter().filter(|seed| seen.insert(seed.clone())).collect()
}
