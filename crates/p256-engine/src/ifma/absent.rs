//! Stands for the IFMA engine where it cannot be built: it is never available.

use crate::batch::{CHUNK, Item};

/// No value of this exists.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Available {}

impl Available {
    pub(crate) const fn detect() -> Option<Self> {
        None
    }

    pub(crate) const fn verify(self, _items: &[Item<'_>]) -> [Option<bool>; CHUNK] {
        match self {}
    }
}
