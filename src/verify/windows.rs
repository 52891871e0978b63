//! Stage 4: windows nest, and hold now.

use crate::chain::Chain;
use crate::error::{Error, ErrorKind, Part};
use crate::limits::Limits;
use crate::limits::narrow;
use crate::link::Link;
use crate::time::UnixTime;

pub(super) fn check(chain: &Chain<'_>, limits: &Limits, now: UnixTime) -> Result<(), Error> {
    let mut parent: Option<&Link<'_>> = None;
    for (index, link) in chain.links().enumerate() {
        let refuse = |kind| Err(Error::new(kind, Part::Link(narrow(index))));
        // V401
        if parent.is_some_and(|parent| !nests(link, parent)) {
            return refuse(ErrorKind::WindowOutsideParent);
        }
        // V402
        let (start, exp) = (link.window().start(), link.window().end());
        if start > now.plus(limits.skew) {
            return refuse(ErrorKind::NotYetValid { now, start });
        }
        // V403
        if exp <= now.minus(limits.skew) {
            return refuse(ErrorKind::Expired { now, exp });
        }
        parent = Some(link);
    }
    Ok(())
}

/// V401
pub(crate) fn nests(link: &Link<'_>, parent: &Link<'_>) -> bool {
    link.window().is_inside(parent.window())
}
