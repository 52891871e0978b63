//! The path as sets, for engines that cannot go over a list.

use serde::Serialize;

use crate::facts::{ChainFacts, HopFacts};

/// What stands in a stretch of hops. Of a hop that nobody vouches for nothing stands here but `unvouched`: a rule that excludes
/// something asks for that too.
#[derive(Serialize)]
pub(crate) struct PathSets<'f> {
    /// Whether somebody vouches for none of them.
    pub(crate) unvouched: bool,
    pub(crate) roles: Vec<&'f str>,
    pub(crate) identifiers: Vec<&'f str>,
    pub(crate) accountable: Vec<&'f str>,
    pub(crate) attesters: Vec<&'f str>,
}

impl<'f> PathSets<'f> {
    /// Of the hops from a position on.
    pub(crate) fn from(chain: &'f ChainFacts, position: usize) -> Self {
        let hops = || chain.hops.iter().skip(position);
        let set = |what: fn(&HopFacts) -> Option<&str>| {
            let mut all: Vec<&'f str> = hops().filter(|hop| is_vouched(hop)).filter_map(what).collect();
            all.sort_unstable();
            all.dedup();
            all
        };
        Self {
            unvouched: hops().any(|hop| !is_vouched(hop)),
            roles: set(|hop| hop.role.as_deref()),
            identifiers: set(|hop| Some(&hop.identifier)),
            accountable: set(|hop| hop.accountable.as_deref()),
            attesters: set(|hop| hop.attester.as_deref()),
        }
    }
}

fn is_vouched(hop: &HopFacts) -> bool {
    hop.vouching != "unvouched"
}
