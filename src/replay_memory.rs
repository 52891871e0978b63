//! A replay memory in this process: bounded, shared by threads, with a share for everybody (token.md §8.1, stage 11).

mod table;

use alloc::collections::BinaryHeap;
use core::cmp::Reverse;
use core::fmt;
use core::hash::BuildHasher;
use std::hash::RandomState;

use crate::digest::Digest;
use crate::error::ErrorKind;
use crate::replay::{ProofUse, ReplayMemory};
use crate::sync::Mutex;
use crate::time::UnixTime;
use table::Table;

/// Remembers up to a fixed number of proofs, and how many of them each origin anchor, accountable entity and actor used.
///
/// - **Size.** All memory is taken when it is made: 152 bytes per proof. To admit r proofs per second without refusing any
///   takes a capacity of r × (window + 2 × skew + 1): 121,000 proofs, 18 MB, for 1,000 per second with the default limits.
///   Shares bound the rate of each holder in the same way: with the default ones, a single origin reaches half of it.
/// - **Full.** What is remembered is never dropped inside its time ([`ProofUse::keep_until`]): without room a claim is refused (V1103).
/// - **Shares.** Nobody can fill it alone: [`Shares`] bound what one origin anchor, one accountable entity and one actor use (V1104).
/// - **Young.** A proof dated before [`began`](Self::new) + skew may have been used before this memory could know, and is refused (V1101);
///   so is one not dated after everything that was already forgotten, so that a clock set back never makes a used proof new.
/// - **Work.** A claim is constant work, but for a heap of the dates: at most 8 proofs whose time is over are forgotten per claim,
///   at most 264 when somebody's share looks used up. Tables are keyed with a secret of this process, and proofs are compared whole.
///
/// One lock, held for part of a microsecond; hashing is done outside. Two cores that do nothing else make about a million claims per second.
/// If a thread ever panicked while holding the lock, everything is refused (V1103).
pub struct BoundedReplayMemory {
    began: UnixTime,
    shares: Shares,
    /// A secret key, so that nobody can aim at one chain of a table.
    keyed: RandomState,
    state: Mutex<State>,
}

impl BoundedReplayMemory {
    /// A memory for `capacity` proofs, with the shares of [`Shares::of`].
    ///
    /// `began` is the first second in which this memory, and no other before it, decides for its audience.
    /// Where a process starts again within the second in which it ended, that is the second after.
    #[must_use]
    pub fn new(capacity: u32, began: UnixTime) -> Self {
        Self::with_shares(capacity, began, Shares::of(capacity))
    }

    /// As [`new`](Self::new), with these shares.
    #[must_use]
    pub fn with_shares(capacity: u32, began: UnixTime, shares: Shares) -> Self {
        Self { began, shares, keyed: RandomState::new(), state: Mutex::new(State::new(capacity)) }
    }

    /// The key of `used` and the secret hash of it.
    fn identify(&self, used: &ProofUse<'_>) -> (Digest, u64) {
        let key = used.key();
        (key, self.keyed.hash_one(key))
    }
}

impl ReplayMemory for BoundedReplayMemory {
    fn look_up(&self, used: &ProofUse<'_>) -> Result<(), ErrorKind> {
        let (key, hash) = self.identify(used);
        let state = self.state.lock().map_err(|_| ErrorKind::ReplayMemoryFull)?;
        state.check(self.began, used, &key, hash)
    }

    fn claim(&self, used: &ProofUse<'_>) -> Result<(), ErrorKind> {
        let (key, hash) = self.identify(used);
        // Two holders with one hash, 1 chance in 2⁶⁴ that nobody can aim for, would have one share together.
        let holders = [
            (self.keyed.hash_one(used.origin), self.shares.origin),
            (self.keyed.hash_one(used.accountable), self.shares.accountable),
            (self.keyed.hash_one(used.actor), self.shares.actor),
        ];
        let mut state = self.state.lock().map_err(|_| ErrorKind::ReplayMemoryFull)?;
        state.forget(used.now, FORGOTTEN_PER_CLAIM);
        // V1101, V1102
        state.check(self.began, used, &key, hash)?;
        // V1103
        if !state.proofs.has_room() {
            return Err(ErrorKind::ReplayMemoryFull);
        }
        // V1104. After a burst and a pause, much of a share may be proofs whose time is over: look again without the earliest.
        if state.is_used_up(&holders) {
            state.forget(used.now, FORGOTTEN_FOR_A_SHARE);
            if state.is_used_up(&holders) {
                return Err(ErrorKind::ReplayQuota);
            }
        }
        // Room was checked above.
        state.remember(used, key, hash, holders).ok_or(ErrorKind::ReplayMemoryFull)
    }
}

impl fmt::Debug for BoundedReplayMemory {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("BoundedReplayMemory")
            .field("began", &self.began)
            .field("shares", &self.shares)
            .finish_non_exhaustive()
    }
}

/// How many proofs of one holder are remembered at once, at most.
///
/// An actor can make keys, but not accountable entities or origin anchors: the outer shares hold where the inner one is evaded.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Shares {
    /// Proofs in executions of one origin anchor.
    pub origin: u32,
    /// Proofs in executions of one accountable entity, the root's.
    pub accountable: u32,
    /// Proofs by one key.
    pub actor: u32,
}

impl Shares {
    /// 1/2, 1/4 and 1/16 of `capacity`, at least 1: two origins, four entities or sixteen actors at their worst leave others nothing,
    /// one never does. A service for one origin, entity or actor raises them.
    #[must_use]
    pub fn of(capacity: u32) -> Self {
        let part = |shift: u32| (capacity >> shift).max(1);
        Self { origin: part(1), accountable: part(2), actor: part(4) }
    }
}

/// What the lock guards.
struct State {
    proofs: Table<Proof>,
    /// The proofs by the time until which they are remembered, the earliest first; never more than there is room for.
    due: BinaryHeap<Reverse<(UnixTime, u32)>>,
    /// How many proofs each origin anchor, accountable entity and actor has in `proofs`. A holder without any has no slot,
    /// so there are never more holders than proofs.
    holders: [Table<u32>; 3],
    /// The first date of which nothing was forgotten.
    remembers_from: UnixTime,
}

/// A used proof.
#[derive(Clone, Copy)]
struct Proof {
    key: Digest,
    dated: UnixTime,
    /// Slots in `holders`.
    holders: [u32; 3],
}

impl State {
    fn new(capacity: u32) -> Self {
        let blank = Proof { key: Digest([0; 32]), dated: UnixTime(0), holders: [0; 3] };
        Self {
            proofs: Table::new(capacity, blank),
            due: BinaryHeap::with_capacity(usize::try_from(capacity).unwrap_or(usize::MAX)),
            holders: [Table::new(capacity, 0), Table::new(capacity, 0), Table::new(capacity, 0)],
            remembers_from: UnixTime(0),
        }
    }

    fn check(&self, began: UnixTime, used: &ProofUse<'_>, key: &Digest, hash: u64) -> Result<(), ErrorKind> {
        // V1101. Before `began`, a proof could be dated up to a skew ahead. What was forgotten was dated before `remembers_from`.
        if used.dated < began.plus(used.skew).max(self.remembers_from) {
            return Err(ErrorKind::ReplayMemoryYoung);
        }
        // V1102
        match self.proofs.find(hash, |proof| proof.key == *key) {
            Some(_) => Err(ErrorKind::ProofReplayed),
            None => Ok(()),
        }
    }

    /// Forgets at most `budget` proofs whose time is over, the earliest first.
    ///
    /// A proof is remembered through the second `keep_until`. One forgotten at `now` was therefore dated before now − window − skew
    /// under the limits it was claimed with: with a steady clock and steady limits, V1005 refuses whatever `remembers_from` refuses.
    fn forget(&mut self, now: UnixTime, budget: usize) {
        for _ in 0..budget {
            let Some(&Reverse((until, at))) = self.due.peek() else { return };
            if now <= until {
                return;
            }
            self.due.pop();
            let Some(proof) = self.proofs.remove(at) else { continue };
            self.remembers_from = self.remembers_from.max(proof.dated.plus(1));
            for (table, holder) in self.holders.iter_mut().zip(proof.holders) {
                give_back(table, holder);
            }
        }
    }

    /// Whether one of the holders has its whole share.
    fn is_used_up(&self, holders: &[(u64, u32); 3]) -> bool {
        self.holders.iter().zip(holders).any(|(table, (hash, share))| {
            let used = table.find(*hash, |_| true).and_then(|at| table.get(at));
            used.copied().unwrap_or(0) >= *share
        })
    }

    /// Inserts; `None` without room.
    fn remember(&mut self, used: &ProofUse<'_>, key: Digest, hash: u64, holders: [(u64, u32); 3]) -> Option<()> {
        let mut proof = Proof { key, dated: used.dated, holders: [0; 3] };
        for ((table, (holder, _)), slot) in self.holders.iter_mut().zip(holders).zip(&mut proof.holders) {
            *slot = take(table, holder)?;
        }
        let at = self.proofs.insert(hash, proof)?;
        // There is room for as many: asked, so that it is seen that nothing grows.
        (self.due.len() < self.due.capacity()).then(|| self.due.push(Reverse((used.keep_until(), at))))
    }
}

/// Counts one more proof for a holder; its slot.
fn take(table: &mut Table<u32>, holder: u64) -> Option<u32> {
    let at = table.find(holder, |_| true).or_else(|| table.insert(holder, 0))?;
    let count = table.get_mut(at)?;
    *count = count.saturating_add(1);
    Some(at)
}

/// Counts one proof less, and forgets a holder that has none.
fn give_back(table: &mut Table<u32>, at: u32) {
    let Some(count) = table.get_mut(at) else { return };
    *count = count.saturating_sub(1);
    if *count == 0 {
        table.remove(at);
    }
}

/// Proofs forgotten per claim, at most: more than one, so that what is overdue shrinks while claims go on.
const FORGOTTEN_PER_CLAIM: usize = 8;

/// Proofs forgotten on top where a share is used up, at most: 0.1 ms, or 0.4 ms where nothing is in a cache.
const FORGOTTEN_FOR_A_SHARE: usize = 256;

#[cfg(test)]
mod tests;
