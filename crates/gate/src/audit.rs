//! Where decisions are recorded: a sink is told of every one, before the request goes on.

use std::fmt;
use std::sync::Arc;

use throughline::{Admission, Digest, UnixTime, VerifiedChain};

use crate::refusal::Refusal;

/// Takes decisions down. Called on the thread that decides, before the request goes on: what `record` returns `Ok` for must be kept.
pub trait Sink: Send + Sync {
    /// One decision.
    ///
    /// # Errors
    /// [`SinkError`] when it is not kept. The gate's [`SinkMode`] then decides.
    fn record(&self, decision: &Decision<'_>) -> Result<(), SinkError>;

    /// What is between decisions. The default does nothing.
    ///
    /// # Errors
    /// [`SinkError`] when it is not kept; [`Notice::Lost`] is then told again.
    fn notice(&self, at: UnixTime, notice: &Notice<'_>) -> Result<(), SinkError> {
        let _ = (at, notice);
        Ok(())
    }
}

/// One decision, borrowed from the call it is about.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub struct Decision<'a> {
    /// The call's time value.
    pub time: UnixTime,
    /// This service.
    pub audience: &'a str,
    /// What is asked for; none where the call was refused before that was known.
    pub request: Option<Asked<'a>>,
    /// The token's bytes, if there are any.
    pub token: Option<&'a [u8]>,
    /// The proof's bytes, if there are any.
    pub proof: Option<&'a [u8]>,
    /// What was decided.
    pub outcome: Outcome<'a>,
}

/// What a call asks for.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub struct Asked<'a> {
    /// Digest of the request (token.md §8.3).
    pub digest: Digest,
    /// The action.
    pub action: &'a str,
    /// The resource.
    pub resource: &'a str,
}

/// What was decided.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub enum Outcome<'a> {
    /// It may run; its proof is used up.
    Admitted {
        /// The admission.
        admission: &'a Admission<'a>,
        /// Index of the head's effective grant that admits it.
        grant: usize,
    },
    /// It may not.
    Refused {
        /// Why.
        refusal: &'a Refusal,
        /// The chain, where it was verified to the end: a requirement refused, or the record of an admission failed.
        chain: Option<&'a VerifiedChain<'a>>,
    },
}

/// What a log should say beside decisions.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub enum Notice<'a> {
    /// The gate judges by another trust bundle from now on.
    TrustChanged {
        /// Digest of the file's bytes, or of what the caller names it by.
        digest: Digest,
    },
    /// The gate knows other credentials from now on.
    KnownCredentialsChanged {
        /// Digest over all of them.
        digest: Digest,
    },
    /// A newer revocation list is in force.
    RevocationListChanged {
        /// Its digest.
        digest: Digest,
        /// Its number.
        number: u64,
    },
    /// The gate refuses everything until there is a trust bundle again.
    TrustSuspended {
        /// Why.
        why: &'a str,
    },
    /// So many decisions before this could not be recorded.
    Lost {
        /// How many.
        records: u64,
    },
}

/// What happens to a call whose admission cannot be recorded.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
#[expect(clippy::exhaustive_enums, reason = "it runs or it does not")]
pub enum SinkMode {
    /// It is refused (`record-failed`). Its proof stays used up.
    #[default]
    Closed,
    /// It runs; the loss is counted, and told to the sink before its next record.
    Open,
}

/// A sink that could not keep a record.
#[derive(Clone, Debug)]
pub struct SinkError(pub String);

impl fmt::Display for SinkError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for SinkError {}

/// A sink that others hold too.
impl<T: Sink + ?Sized> Sink for Arc<T> {
    fn record(&self, decision: &Decision<'_>) -> Result<(), SinkError> {
        (**self).record(decision)
    }

    fn notice(&self, at: UnixTime, notice: &Notice<'_>) -> Result<(), SinkError> {
        (**self).notice(at, notice)
    }
}

/// A sink that is a function.
impl<F> Sink for F
where
    F: Fn(&Decision<'_>) -> Result<(), SinkError> + Send + Sync,
{
    fn record(&self, decision: &Decision<'_>) -> Result<(), SinkError> {
        self(decision)
    }
}

/// Keeps nothing: for services that record decisions in another way, from what [`Gate::decide`](crate::Gate::decide) returns.
#[derive(Clone, Copy, Debug, Default)]
pub struct NoRecords;

impl Sink for NoRecords {
    fn record(&self, _: &Decision<'_>) -> Result<(), SinkError> {
        Ok(())
    }
}
