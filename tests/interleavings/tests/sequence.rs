//! The sequence lock around two words: every order, and every value a load may see.

use crate::explore::explore;
use crate::seqlock::Version;
use crate::sync::{AtomicU64, Ordering};

/// What a [`Version`] guards in a cache, with two words for its fifty: whoever tears two tears fifty, and only two can be explored to the end.
struct Pair {
    version: Version,
    words: [AtomicU64; 2],
}

impl Pair {
    fn empty() -> Self {
        Self { version: Version::empty(), words: [AtomicU64::new(0), AtomicU64::new(0)] }
    }

    /// Holds the same number twice.
    fn holding(number: u64) -> Self {
        let pair = Self::empty();
        pair.put(number);
        pair
    }

    fn put(&self, number: u64) {
        self.version.fill(|| self.words.iter().for_each(|word| word.store(number, Ordering::Relaxed)));
    }

    fn get(&self) -> Option<[u64; 2]> {
        self.version.read(|| [0, 1].map(|nth| self.words[nth].load(Ordering::Relaxed)))
    }
}

/// What a reader saw: the same number twice, or nothing.
fn whole(seen: Option<[u64; 2]>) -> Option<u64> {
    let [one, other] = seen?;
    assert_eq!(one, other, "halves of two writes");
    assert_ne!(one, 0, "nothing was written");
    Some(one)
}

fn read(pair: &Pair) -> Option<u64> {
    whole(pair.get())
}

#[test]
fn reader_beside_the_first_write_sees_all_of_it_or_nothing() {
    let write = |pair: &Pair| {
        pair.put(1);
        None
    };
    explore("first write", Pair::empty, [write, read], |pair, _| assert_eq!(read(pair), Some(1)));
}

#[test]
fn reader_beside_a_write_over_another_sees_all_of_one_or_nothing() {
    let write = |pair: &Pair| {
        pair.put(2);
        None
    };
    explore("write over another", || Pair::holding(1), [write, read], |pair, _| assert_eq!(read(pair), Some(2)));
}

#[test]
fn reader_beside_two_writes_in_turn_sees_all_of_one_or_nothing() {
    let write = |pair: &Pair| {
        pair.put(2);
        pair.put(3);
        None
    };
    explore("two writes in turn", || Pair::holding(1), [write, read], |pair, _| assert_eq!(read(pair), Some(3)));
}

#[test]
fn two_writers_leave_all_of_one_write() {
    let steps: [fn(&Pair) -> Option<u64>; 3] = [
        |pair| {
            pair.put(1);
            None
        },
        |pair| {
            pair.put(2);
            None
        },
        read,
    ];
    explore("two writers", Pair::empty, steps, |pair, _| assert!(matches!(read(pair), Some(1 | 2))));
}

#[test]
fn reader_beside_a_clearing_sees_all_or_nothing() {
    let clear = |pair: &Pair| {
        pair.version.clear();
        None
    };
    explore(
        "clearing",
        || Pair::holding(1),
        [clear, read],
        |pair, _| {
            assert!(pair.version.is_empty());
            assert_eq!(read(pair), None);
        },
    );
}
