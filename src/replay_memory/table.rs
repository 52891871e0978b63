//! A hash table whose memory is taken once: chains of slots, no growth, no rehash, no tombstones.
//!
//! `std`'s `HashMap` would rehash in place when removals have left too many tombstones: a stall proportional to its size, under a lock.

use alloc::boxed::Box;
use alloc::vec;

/// Up to `capacity` values, each under a 64-bit hash that the caller computes with a secret key.
#[derive(Debug)]
pub(super) struct Table<T> {
    /// First slot of each chain.
    chains: Box<[u32]>,
    slots: Box<[Slot<T>]>,
    /// First slot of the chain of vacant ones.
    vacant: u32,
}

#[derive(Clone, Copy, Debug)]
struct Slot<T> {
    hash: u64,
    next: u32,
    value: T,
}

impl<T: Copy> Table<T> {
    /// Takes all its memory; `blank` fills vacant slots.
    pub(super) fn new(capacity: u32, blank: T) -> Self {
        let chains = vec![END; index(capacity)].into_boxed_slice();
        let slots = (1..=capacity)
            .map(|next| Slot { hash: 0, next: if next == capacity { END } else { next }, value: blank })
            .collect();
        Self { chains, slots, vacant: if capacity == 0 { END } else { 0 } }
    }

    pub(super) const fn has_room(&self) -> bool {
        self.vacant != END
    }

    /// The value under `hash` that `is` the one.
    pub(super) fn find(&self, hash: u64, is: impl Fn(&T) -> bool) -> Option<u32> {
        let mut at = *self.chains.get(self.chain(hash))?;
        while let Some(slot) = self.slots.get(index(at)) {
            if slot.hash == hash && is(&slot.value) {
                return Some(at);
            }
            at = slot.next;
        }
        None
    }

    pub(super) fn get(&self, at: u32) -> Option<&T> {
        self.slots.get(index(at)).map(|slot| &slot.value)
    }

    pub(super) fn get_mut(&mut self, at: u32) -> Option<&mut T> {
        self.slots.get_mut(index(at)).map(|slot| &mut slot.value)
    }

    /// Adds a value; `None` without room.
    pub(super) fn insert(&mut self, hash: u64, value: T) -> Option<u32> {
        let at = self.vacant;
        let chain = self.chain(hash);
        let slot = self.slots.get_mut(index(at))?;
        let first = self.chains.get_mut(chain)?;
        self.vacant = slot.next;
        *slot = Slot { hash, next: *first, value };
        *first = at;
        Some(at)
    }

    /// Takes out the value of an occupied slot.
    pub(super) fn remove(&mut self, at: u32) -> Option<T> {
        let Slot { hash, next, value } = *self.slots.get(index(at))?;
        let chain = self.chain(hash);
        let mut link = self.chains.get_mut(chain)?;
        while *link != at {
            let before = index(*link);
            link = &mut self.slots.get_mut(before)?.next;
        }
        *link = next;
        self.slots.get_mut(index(at))?.next = self.vacant;
        self.vacant = at;
        Some(value)
    }

    /// The hash, scaled to the number of chains: ⌊hash × chains ÷ 2⁶⁴⌋.
    fn chain(&self, hash: u64) -> usize {
        let chains = u64::try_from(self.chains.len()).unwrap_or(u64::MAX);
        let scaled = u128::from(hash).wrapping_mul(u128::from(chains)) >> 64;
        usize::try_from(scaled).unwrap_or(usize::MAX)
    }
}

/// No slot: the end of a chain. A capacity is at most 2³² − 1, so no slot has this number.
const END: u32 = u32::MAX;

fn index(at: u32) -> usize {
    usize::try_from(at).unwrap_or(usize::MAX)
}

/// Bytes per slot, beside 4 for its chain.
#[cfg(test)]
pub(super) const fn slot_size<T>() -> usize {
    size_of::<Slot<T>>()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn full_table_refuses_another_value() {
        let mut table = Table::new(2, 0);
        assert!(table.insert(1, 10).is_some());
        assert!(table.insert(2, 20).is_some());
        assert!(!table.has_room());
        assert_eq!(table.insert(3, 30), None);
        assert_eq!(Table::new(0, 0).insert(1, 10), None);
    }

    #[test]
    fn values_with_one_hash_told_apart() {
        let mut table = Table::new(3, 0);
        let slots: vec::Vec<u32> = (0..3).map(|value| table.insert(7, value).unwrap()).collect();
        // The middle of the chain, then its end, then its beginning.
        for value in [1, 0, 2] {
            assert_eq!(table.find(7, |found| *found == value), Some(slots[value]));
            assert_eq!(table.remove(slots[value]), Some(value));
            assert_eq!(table.find(7, |found| *found == value), None);
        }
        assert!((0..3).all(|value| table.insert(u64::MAX, value).is_some()));
    }
}
