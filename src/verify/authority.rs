//! Stage 8: authority only narrows.

use crate::chain::Chain;
use crate::error::{Error, ErrorKind, Part};
use crate::grant::Grants;
use crate::limits::narrow;

/// The grants in force at the head (§5.4).
pub(super) fn check<'a>(chain: &Chain<'a>) -> Result<Grants<'a>, Error> {
    let mut effective: Option<Grants<'a>> = None;
    for (index, link) in chain.links().enumerate() {
        let Some(stated) = link.grants() else { continue };
        // V801
        if effective.is_some_and(|parent| stated.narrows(&parent).is_err()) {
            return Err(Error::new(ErrorKind::GrantsWidened, Part::Link(narrow(index))));
        }
        effective = Some(stated);
    }
    Ok(effective.unwrap_or_default())
}
