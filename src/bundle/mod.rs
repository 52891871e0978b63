//! Trust bundles: what a verifier trusts, from a JSON file (token.md §7, shape in `spec/bundle.schema.json`).
//!
//! ```json
//! {
//!   "version": 0,
//!   "origins": [{
//!     "name": "alice",
//!     "kind": "identity",
//!     "key": {"kty": "EC", "crv": "P-256", "x": "…", "y": "…"},
//!     "identifier": "https://acme.example/users/alice",
//!     "role": "owner",
//!     "accountable": ["https://acme.example/users/alice", {"namespace": "https://acme.example/teams"}],
//!     "ceiling": [{"action": "calendar.*", "resource": "calendar/alice/*", "limits": {"days": {"range": [1, 7]}}}]
//!   }],
//!   "attesters": [],
//!   "pins": [],
//!   "revokers": []
//! }
//! ```
//!
//! A bundle is taken whole or not at all. All its mistakes are reported together, each with its path, line and column.

mod check;
mod encode;
mod fields;
mod grants;
mod json;
mod jwk;
mod load;
mod reader;
mod report;
mod shadow;
mod show;
mod spelling;
#[cfg(test)]
mod tests;

use alloc::vec::Vec;

use crate::bundle::json::Node;
use crate::bundle::load::Tables;
use crate::trust::Trust;

pub use crate::bundle::grants::grants_from_json;
pub use crate::bundle::report::{BundleError, BundleErrors, BundleWarning, Finding, Mistake, Position, Warning};
pub use crate::bundle::show::GrantsAsJson;

/// The JSON Schema (2020-12) of a trust bundle, for editors and other programs.
///
/// What it accepts and [`Bundle::from_json`] refuses is what no schema can say: keys off the curve, members that stand twice, and what
/// two entries say together.
pub const SCHEMA: &str = include_str!("../../spec/bundle.schema.json");

/// A trust bundle without a mistake.
#[derive(Clone, Debug)]
pub struct Bundle {
    trust: Trust<'static>,
    warnings: Vec<BundleWarning>,
}

impl Bundle {
    /// Reads a bundle.
    ///
    /// # Errors
    /// Every mistake, in the order of the document. Where the text is not JSON, that alone.
    pub fn from_json(json: &str) -> Result<Self, BundleErrors> {
        let (mut reader, root) = Node::root(json, "");
        let mut trust = Trust::default();
        if let Some(root) = root {
            let tables = Tables::read(&mut reader, &root);
            check::check(&mut reader, &tables);
            shadow::check(&mut reader, &tables);
            if !reader.has_mistakes() {
                trust = tables.into_trust(&mut reader);
            }
        }
        let warnings = reader.finish()?;
        Ok(Self { trust, warnings })
    }

    /// What the verifier trusts.
    #[must_use]
    pub const fn trust(&self) -> &Trust<'static> {
        &self.trust
    }

    /// The same, owned.
    #[must_use]
    pub fn into_trust(self) -> Trust<'static> {
        self.trust
    }

    /// What is probably not meant: earlier anchors that shadow later ones, empty remits, names that stand for nothing.
    #[must_use]
    pub fn warnings(&self) -> &[BundleWarning] {
        &self.warnings
    }
}
