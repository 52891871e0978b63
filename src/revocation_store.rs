//! The newest revocation list of each issuer, shared by threads (token.md §7.4).

mod index;

use alloc::collections::BTreeMap;
use alloc::sync::Arc;
use alloc::vec::Vec;
use std::sync::PoisonError;

use crate::digest::Digest;
use crate::error::{Error, ErrorKind, Part};
use crate::list::RevocationList;
use crate::revocation::{Revocable, Revocations};
use crate::signature::{SignatureCheck, SignatureVerifier};
use crate::sync::RwLock;
use crate::time::UnixTime;
use crate::trust::Trust;
use index::Index;

/// Takes in lists, keeps the newest of each issuer, and answers from them. Empty when made: refuses everything (V901) until lists come.
///
/// - **Rollback.** An older list is refused (V1403), also after a restart, if the numbers are kept: persist [`held`](Self::held) after each
///   [`take_in`](Self::take_in), and give it to [`remember`](Self::remember) before the first. What was not persisted can be rolled back.
/// - **Consistency.** A list is replaced as a whole. [`snapshot`](Self::snapshot) holds still for the length of a verification;
///   the store itself answers each question from the newest lists.
/// - **Size.** [`ListLimits`] per issuer. There are as many issuers as trust bundles ever named; a list of one that the current
///   bundle does not name is never asked for.
///
/// Readers never wait for each other, nor for a list being checked: only for one pointer being replaced.
#[derive(Debug, Default)]
pub struct RevocationStore {
    limits: ListLimits,
    newest: RwLock<RevocationSnapshot>,
}

impl RevocationStore {
    /// Without lists, with [`ListLimits::DEFAULT`].
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Without lists, with these limits.
    #[must_use]
    pub fn with_limits(limits: ListLimits) -> Self {
        Self { limits, newest: RwLock::default() }
    }

    /// Checks a list and, if it is its issuer's newest, puts it in the place of the one before; its number.
    ///
    /// The list that is held already is checked again and changes nothing. Whether a list is current is judged when it is asked (V901).
    ///
    /// # Errors
    /// Those of stage 2, [`ErrorKind::ListIssuerUnknown`], [`ErrorKind::ListIssuerName`], [`ErrorKind::ListNumberLower`],
    /// [`ErrorKind::ListNumberReused`], [`ErrorKind::ListTooLarge`], [`ErrorKind::ListSignatureInvalid`]. What was held is then unchanged.
    pub fn take_in(&self, bytes: &[u8], trust: &Trust<'_>, signatures: &impl SignatureVerifier) -> Result<u64, Error> {
        let refused = |kind| Error::new(kind, Part::RevocationList);
        // V1405
        if bytes.len() > self.limits.bytes {
            return Err(refused(ErrorKind::ListTooLarge));
        }
        // Stage 2
        let list = RevocationList::decode(bytes)?;
        // V1401
        let issuer = trust.revoker(list.issuer()).ok_or(refused(ErrorKind::ListIssuerUnknown))?;
        // V1402
        if issuer.name != *list.name() {
            return Err(refused(ErrorKind::ListIssuerName));
        }
        // V1403, V1404
        self.snapshot().admits(&list).map_err(refused)?;
        // V1405
        if list.len() > self.limits.entries {
            return Err(refused(ErrorKind::ListTooLarge));
        }
        // V1406
        if !signatures.verify(&SignatureCheck::new(issuer.key.key(), list.digest(), list.signature())) {
            return Err(refused(ErrorKind::ListSignatureInvalid));
        }
        self.replace(&list).map_err(refused)?;
        Ok(list.number())
    }

    /// The lists as they are now: answers do not change under a verification that asks more than once.
    #[must_use]
    pub fn snapshot(&self) -> RevocationSnapshot {
        self.newest.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Number and digest of each issuer's newest list, for the operator to persist.
    #[must_use]
    pub fn held(&self) -> Vec<HeldList> {
        let newest = self.snapshot();
        newest
            .0
            .iter()
            .map(|(issuer, held)| HeldList { issuer: *issuer, number: held.number, digest: held.digest })
            .collect()
    }

    /// What [`held`](Self::held) said before a restart: no list below `number` is taken in any more, and none of that number but the one
    /// with `digest`. Until such a list comes, the issuer has none (V901). Changes nothing where that number or a higher one is held.
    pub fn remember(&self, issuer: Digest, number: u64, digest: Digest) {
        let mut newest = self.newest.write().unwrap_or_else(PoisonError::into_inner);
        if newest.0.get(&issuer).is_none_or(|held| held.number < number) {
            newest.set(issuer, Held { number, digest, list: None });
        }
    }

    fn replace(&self, list: &RevocationList<'_>) -> Result<(), ErrorKind> {
        let index = Arc::new(Index::of(list));
        // A panic elsewhere cannot leave half a map behind: it is replaced by one assignment.
        let mut newest = self.newest.write().unwrap_or_else(PoisonError::into_inner);
        // V1403, V1404 again: another thread may have taken in a newer list since.
        newest.admits(list)?;
        newest.set(*list.issuer(), Held { number: list.number(), digest: *list.digest(), list: Some(index) });
        Ok(())
    }
}

impl Revocations for RevocationStore {
    fn is_current(&self, issuer: &Digest, now: UnixTime, skew: u64) -> bool {
        self.newest.read().unwrap_or_else(PoisonError::into_inner).is_current(issuer, now, skew)
    }

    fn revokes(&self, issuer: &Digest, what: Revocable<'_>) -> bool {
        self.newest.read().unwrap_or_else(PoisonError::into_inner).revokes(issuer, what)
    }
}

/// The lists that a [`RevocationStore`] held at one moment. Cheap to clone.
#[derive(Clone, Debug, Default)]
pub struct RevocationSnapshot(Arc<BTreeMap<Digest, Held>>);

impl RevocationSnapshot {
    fn list(&self, issuer: &Digest) -> Option<&Index> {
        self.0.get(issuer)?.list.as_deref()
    }

    /// Whether `list` is not older than what is held of its issuer.
    fn admits(&self, list: &RevocationList<'_>) -> Result<(), ErrorKind> {
        let Some(held) = self.0.get(list.issuer()) else { return Ok(()) };
        // V1403
        if list.number() < held.number {
            return Err(ErrorKind::ListNumberLower { held: held.number, number: list.number() });
        }
        // V1404
        if list.number() == held.number && *list.digest() != held.digest {
            return Err(ErrorKind::ListNumberReused);
        }
        Ok(())
    }

    /// A new map with shared lists; whoever has the old one keeps it.
    fn set(&mut self, issuer: Digest, held: Held) {
        let mut issuers = BTreeMap::clone(&self.0);
        issuers.insert(issuer, held);
        self.0 = Arc::new(issuers);
    }
}

impl Revocations for RevocationSnapshot {
    fn is_current(&self, issuer: &Digest, now: UnixTime, skew: u64) -> bool {
        self.list(issuer).is_some_and(|list| list.is_current(now, skew))
    }

    fn revokes(&self, issuer: &Digest, what: Revocable<'_>) -> bool {
        self.list(issuer).is_some_and(|list| list.revokes(what))
    }
}

/// Which list of an issuer is the newest.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct HeldList {
    /// Thumbprint of the issuer's key.
    pub issuer: Digest,
    /// The list's number.
    pub number: u64,
    /// The list's digest.
    pub digest: Digest,
}

/// How large a list may be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct ListLimits {
    /// Bytes of its encoding.
    pub bytes: usize,
    /// Entries; the keys within an entry are not counted.
    pub entries: usize,
}

impl ListLimits {
    /// 4 MiB and 65,536 entries: room for that many identifiers of usual length. In memory a list takes about as much as its encoding,
    /// and up to 48 bytes for each identifier or accountable entity.
    pub const DEFAULT: Self = Self { bytes: 4_194_304, entries: 65_536 };
}

impl Default for ListLimits {
    fn default() -> Self {
        Self::DEFAULT
    }
}

/// An issuer's newest list; without its content when only its number was remembered.
#[derive(Clone, Debug)]
struct Held {
    number: u64,
    digest: Digest,
    list: Option<Arc<Index>>,
}

#[cfg(test)]
mod tests;
