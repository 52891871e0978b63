//! Who this service is when it continues executions: its key, and who vouches for it.

use std::fmt;
use std::sync::{Arc, PoisonError, RwLock};

use throughline::issue::{Actor, IssueError, Signer};
use throughline::{Credential, Digest, Error, TrustedKey, UnixTime};
use throughline_gate::{Clock, SystemClock};

/// This service as an actor. Clones are one hop: what [`renew`](Self::renew) changes, changes for all.
#[derive(Clone)]
pub struct Hop(Arc<Inner>);

struct Inner {
    device: Device,
    standing: RwLock<Standing>,
    life: u64,
    clock: Box<dyn Clock>,
}

/// Who speaks for it, and until when.
#[derive(Clone)]
struct Standing {
    actor: Actor,
    until: Option<UnixTime>,
}

/// Why a link, hand-over or proof was not made: the rules, or the signer with its own words.
pub type HopError = IssueError<String>;

impl Hop {
    /// A hop that acts in this role under this encoded credential.
    ///
    /// # Errors
    /// Those of stage 2, for the credential.
    pub fn vouched<S>(signer: S, credential: &[u8], role: &str) -> Result<Self, Error>
    where
        S: Signer + Send + Sync + 'static,
        S::Error: fmt::Display,
    {
        Ok(Self::new(signer, Standing::vouched(credential, role)?))
    }

    /// A hop whose key those who are called know by themselves, with this identifier and role: it is pinned, or an identity origin's.
    pub fn pinned<S>(signer: S, identifier: &str, role: &str) -> Self
    where
        S: Signer + Send + Sync + 'static,
        S::Error: fmt::Display,
    {
        let actor = Actor::pinned(*signer.key(), identifier, role);
        Self::new(signer, Standing { actor, until: None })
    }

    /// A hop for which nobody speaks.
    pub fn unvouched<S>(signer: S) -> Self
    where
        S: Signer + Send + Sync + 'static,
        S::Error: fmt::Display,
    {
        let actor = Actor::unvouched(*signer.key());
        Self::new(signer, Standing { actor, until: None })
    }

    fn new<S>(signer: S, standing: Standing) -> Self
    where
        S: Signer + Send + Sync + 'static,
        S::Error: fmt::Display,
    {
        let device = Device {
            key: *signer.key(),
            sign: Box::new(move |digest| signer.sign(digest).map_err(|error| error.to_string())),
        };
        Self(Arc::new(Inner { device, standing: RwLock::new(standing), life: 300, clock: Box::new(SystemClock) }))
    }

    /// For how many seconds its links hold, where nothing ends them earlier; 300 if nothing is said.
    #[must_use]
    pub fn life(self, seconds: u64) -> Self {
        self.with(|inner| inner.life = seconds)
    }

    /// Another clock than this machine's.
    #[must_use]
    pub fn clock(self, clock: impl Clock + 'static) -> Self {
        self.with(|inner| inner.clock = Box::new(clock))
    }

    /// Acts under another credential from now on. Links that were made hold as long as they were made for.
    ///
    /// # Errors
    /// Those of stage 2, for the credential.
    pub fn renew(&self, credential: &[u8], role: &str) -> Result<(), Error> {
        let standing = Standing::vouched(credential, role)?;
        *self.0.standing.write().unwrap_or_else(PoisonError::into_inner) = standing;
        Ok(())
    }

    /// The identifier its links carry.
    #[must_use]
    pub fn identifier(&self) -> String {
        self.standing().0.identifier().into()
    }

    pub(super) fn device(&self) -> &Device {
        &self.0.device
    }

    /// The actor, and when who speaks for it ends.
    pub(super) fn standing(&self) -> (Actor, Option<UnixTime>) {
        let standing = self.0.standing.read().unwrap_or_else(PoisonError::into_inner);
        (standing.actor.clone(), standing.until)
    }

    pub(super) fn now(&self) -> UnixTime {
        self.0.clock.now()
    }

    pub(super) fn seconds(&self) -> u64 {
        self.0.life
    }

    /// Before anybody shares it; a setter of a clone that is shared changes nothing.
    fn with(mut self, change: impl FnOnce(&mut Inner)) -> Self {
        if let Some(inner) = Arc::get_mut(&mut self.0) {
            change(inner);
        }
        self
    }
}

impl Standing {
    fn vouched(credential: &[u8], role: &str) -> Result<Self, Error> {
        let until = Credential::decode(credential)?.window().end();
        Ok(Self { actor: Actor::vouched(credential, role)?, until: Some(until) })
    }
}

/// Any signer, with its error in words.
pub(super) struct Device {
    key: TrustedKey,
    sign: Box<Sign>,
}

type Sign = dyn Fn(&Digest) -> Result<[u8; 64], String> + Send + Sync;

impl Signer for Device {
    type Error = String;

    fn key(&self) -> &TrustedKey {
        &self.key
    }

    fn sign(&self, digest: &Digest) -> Result<[u8; 64], String> {
        (self.sign)(digest)
    }
}

impl fmt::Debug for Hop {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Hop").field("identifier", &self.identifier()).finish_non_exhaustive()
    }
}
