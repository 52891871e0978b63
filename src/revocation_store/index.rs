//! A revocation list as sorted tables, for look-ups in O(log n).

use alloc::boxed::Box;
use alloc::vec::Vec;
use core::cmp::Reverse;

use crate::digest::Digest;
use crate::list::{Entry, RevocationList};
use crate::revocation::Revocable;
use crate::time::UnixTime;

/// What one list revokes, each table ascending.
#[derive(Debug)]
pub(super) struct Index {
    issued: UnixTime,
    expires: UnixTime,
    links: Box<[Digest]>,
    /// Listed by themselves, with a credential, or with an identifier.
    keys: Box<[Digest]>,
    credentials: Box<[Digest]>,
    identifiers: Box<[Box<str>]>,
    consents: Box<[Digest]>,
    /// Accountable entities, each with the latest time given for it.
    accountable: Box<[(Box<str>, UnixTime)]>,
}

impl Index {
    pub(super) fn of(list: &RevocationList<'_>) -> Self {
        let (mut links, mut keys, mut credentials, mut consents) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
        let (mut identifiers, mut accountable) = (Vec::new(), Vec::new());
        for entry in list.entries() {
            match entry {
                Entry::Link(link) => links.push(link),
                Entry::Key(key) => keys.push(key),
                Entry::Credential(credential, with) => {
                    credentials.push(credential);
                    keys.extend(with.iter());
                }
                Entry::Identifier(identifier, with) => {
                    identifiers.push(Box::from(identifier));
                    keys.extend(with.iter());
                }
                Entry::Consent(consent) => consents.push(consent),
                Entry::Issued { accountable: entity, before } => accountable.push((Box::from(entity), before)),
            }
        }
        // One entity may stand with several times: the latest first, then only that.
        accountable.sort_unstable_by(|(a, before_a): &(Box<str>, UnixTime), (b, before_b)| {
            (a, Reverse(before_a)).cmp(&(b, Reverse(before_b)))
        });
        accountable.dedup_by(|(later, _), (earlier, _)| later == earlier);
        Self {
            issued: list.issued(),
            expires: list.expires(),
            links: ascending(links),
            keys: ascending(keys),
            credentials: ascending(credentials),
            identifiers: ascending(identifiers),
            consents: ascending(consents),
            accountable: accountable.into_boxed_slice(),
        }
    }

    /// §7.4
    pub(super) fn is_current(&self, now: UnixTime, skew: u64) -> bool {
        self.issued <= now.plus(skew) && now.minus(skew) < self.expires
    }

    pub(super) fn revokes(&self, what: Revocable<'_>) -> bool {
        match what {
            Revocable::Link(link) => self.links.binary_search(link).is_ok(),
            Revocable::Key(key) => self.keys.binary_search(key).is_ok(),
            Revocable::Credential(credential) => self.credentials.binary_search(credential).is_ok(),
            Revocable::Identifier(identifier) => {
                self.identifiers.binary_search_by(|found| (**found).cmp(identifier)).is_ok()
            }
            Revocable::Consent(consent) => self.consents.binary_search(consent).is_ok(),
            Revocable::Issued { accountable, at } => {
                let found = self.accountable.binary_search_by(|(entity, _)| (**entity).cmp(accountable));
                found.ok().and_then(|found| self.accountable.get(found)).is_some_and(|(_, before)| at < *before)
            }
        }
    }
}

/// Sorted, each once: a key may stand in several entries.
fn ascending<T: Ord>(mut items: Vec<T>) -> Box<[T]> {
    items.sort_unstable();
    items.dedup();
    items.into_boxed_slice()
}
