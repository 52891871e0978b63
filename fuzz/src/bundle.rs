//! Not written yet.

use crate::{Target, Vectors};

/// This target.
pub const TARGET: Target = Target { name: "bundle", max_len: 4096, run, seeds };

/// Takes whatever bytes come.
pub fn run(_: &[u8]) {}

fn seeds(_: &Vectors) -> Vec<Vec<u8>> {
    Vec::new()
}
