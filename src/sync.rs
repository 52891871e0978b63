//! Locks and atomics of the stores: std's. In `tests/interleavings` a model checker's, which runs this same code in many orders.

#[cfg(not(any(interleavings = "loom", interleavings = "shuttle")))]
pub(crate) use std::sync::{
    Mutex, RwLock,
    atomic::{AtomicBool, AtomicU64, Ordering, fence},
};

#[cfg(interleavings = "loom")]
pub(crate) use loom::sync::{
    Mutex, RwLock,
    atomic::{AtomicBool, AtomicU64, Ordering, fence},
};

#[cfg(interleavings = "shuttle")]
pub(crate) use shuttle::sync::{
    Mutex, RwLock,
    atomic::{AtomicBool, AtomicU64, Ordering, fence},
};
