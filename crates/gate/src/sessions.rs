//! Session grants: MAC sessions as an operator sees them, lists them and ends them (token.md §8.2).

use throughline::{Digest, SessionInfo, UnixTime};

use crate::gate::Gate;

/// A session that was ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct EndedSession {
    /// Whether further MAC proofs of this head are refused (V1302). `false` when as many heads are ended already as there is room for
    /// sessions: then only revoking the link helps.
    pub refused: bool,
    /// What to put on a revocation list to stop the head's signed proofs as well, here and at every other audience: this link.
    pub revoke: Digest,
}

impl Gate {
    /// The MAC sessions that are open, in no order: each is bounded by its head's window, all together by
    /// [`Builder::session_capacity`](crate::Builder::session_capacity).
    #[must_use]
    pub fn sessions(&self) -> Vec<SessionInfo> {
        self.0.sessions.list()
    }

    /// Ends the sessions of a head: wipes their keys and refuses its MAC proofs from now on, whether it has a session at the moment or not.
    ///
    /// `expires` is the head's `exp`, as [`SessionInfo`] and [`Admitted::expires`](crate::Admitted::expires) say it: so long it must not be forgotten.
    #[must_use]
    pub fn end_session(&self, head: &Digest, expires: UnixTime) -> EndedSession {
        EndedSession { refused: self.0.sessions.end(head, expires), revoke: *head }
    }
}
