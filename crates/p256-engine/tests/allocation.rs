//! Verification allocates nothing; preparing a key allocates its table and no more.
#![cfg(feature = "alloc")]
#![allow(unsafe_code, clippy::unwrap_used, reason = "a counting allocator can only be written with unsafe")]

mod common;

use std::{
    alloc::{GlobalAlloc, Layout, System},
    sync::atomic::{AtomicUsize, Ordering},
};

use common::{ENGINES, Pair};
use throughline_p256::{Item, Key, PreparedKey, verify_batch_with};

struct Counting;

static ALLOCATIONS: AtomicUsize = AtomicUsize::new(0);
static BYTES: AtomicUsize = AtomicUsize::new(0);

// SAFETY: every call goes to the system's allocator unchanged.
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        ALLOCATIONS.fetch_add(1, Ordering::Relaxed);
        BYTES.fetch_add(layout.size(), Ordering::Relaxed);
        // SAFETY: as the caller promises.
        unsafe { System.alloc(layout) }
    }

    unsafe fn dealloc(&self, pointer: *mut u8, layout: Layout) {
        // SAFETY: as the caller promises.
        unsafe { System.dealloc(pointer, layout) }
    }
}

#[global_allocator]
static ALLOCATOR: Counting = Counting;

/// One test, so that no other thread counts.
#[test]
fn verify_does_not_allocate() {
    let pair = Pair::small(7);
    let prehash = [3; 32];
    let signature = pair.sign(&prehash);
    let items: Vec<Item<'_>> = (0..19)
        .map(|i| if i % 3 == 0 { Key::Plain(&pair.plain) } else { Key::Prepared(&pair.prepared) })
        .map(|key| Item { key, prehash: &prehash, signature: &signature })
        .collect();
    let mut verdicts = vec![false; items.len()];
    for engine in ENGINES {
        // The first call asks the CPU what it can do.
        assert!(pair.plain.verify_with(engine, &prehash, &signature));
        let before = ALLOCATIONS.load(Ordering::Relaxed);
        let mut valid = pair.plain.verify_with(engine, &prehash, &signature);
        valid &= pair.prepared.verify_with(engine, &prehash, &signature);
        for count in [1, 2, 3, 5, 8, 19] {
            valid &= verify_batch_with(engine, &items[..count], &mut verdicts[..count]);
        }
        assert_eq!(ALLOCATIONS.load(Ordering::Relaxed), before, "{engine:?}");
        assert!(valid);
    }
    let (calls, bytes) = (ALLOCATIONS.load(Ordering::Relaxed), BYTES.load(Ordering::Relaxed));
    let prepared = PreparedKey::new(&pair.plain);
    assert_eq!(ALLOCATIONS.load(Ordering::Relaxed) - calls, 1);
    assert_eq!(BYTES.load(Ordering::Relaxed) - bytes, PreparedKey::TABLE_BYTES);
    assert_eq!(PreparedKey::TABLE_BYTES, 88_064);
    drop(prepared);
}
