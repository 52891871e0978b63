//! Revocations and replay memories that say what a test tells them to.

use throughline::{Digest, ErrorKind, ProofUse, ReplayMemory, Revocable, Revocations, UnixTime};

/// What one issuer revoked.
#[derive(Clone, Debug)]
pub(crate) enum Revoked {
    Link(Digest),
    Key(Digest),
    Credential(Digest),
    Identifier(String),
    Consent(Digest),
    Before(String, UnixTime),
}

/// One list per issuer, current in its window.
#[derive(Clone, Debug, Default)]
pub(crate) struct Lists(pub(crate) Vec<Held>);

#[derive(Clone, Debug)]
pub(crate) struct Held {
    pub(crate) issuer: Digest,
    pub(crate) issued: UnixTime,
    pub(crate) expires: UnixTime,
    pub(crate) entries: Vec<Revoked>,
}

impl Revocations for Lists {
    fn is_current(&self, issuer: &Digest, now: UnixTime, skew: u64) -> bool {
        self.0
            .iter()
            .any(|held| held.issuer == *issuer && held.issued <= now.plus(skew) && now.minus(skew) < held.expires)
    }

    fn revokes(&self, issuer: &Digest, what: Revocable<'_>) -> bool {
        let mut entries = self.0.iter().filter(|held| held.issuer == *issuer).flat_map(|held| &held.entries);
        entries.any(|entry| match (entry, what) {
            (Revoked::Link(one), Revocable::Link(other))
            | (Revoked::Key(one), Revocable::Key(other))
            | (Revoked::Credential(one), Revocable::Credential(other))
            | (Revoked::Consent(one), Revocable::Consent(other)) => one == other,
            (Revoked::Identifier(one), Revocable::Identifier(other)) => one == other,
            (Revoked::Before(entity, before), Revocable::Issued { accountable, at }) => {
                entity == accountable && at < *before
            }
            _ => false,
        })
    }
}

/// Answers every look-up and every claim the same way.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Fixed {
    pub(crate) look_up: Result<(), ErrorKind>,
    pub(crate) claim: Result<(), ErrorKind>,
}

/// Never saw a proof before.
pub(crate) const FRESH: Fixed = Fixed { look_up: Ok(()), claim: Ok(()) };

impl ReplayMemory for Fixed {
    fn look_up(&self, _: &ProofUse<'_>) -> Result<(), ErrorKind> {
        self.look_up
    }

    fn claim(&self, _: &ProofUse<'_>) -> Result<(), ErrorKind> {
        self.claim
    }
}
