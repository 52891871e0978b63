//! What a computation with secrets leaves on the stack: copies in frames that are over, which nothing that is dropped can reach.
//!
//! A value that is wiped when dropped was moved before, its bytes were in temporaries of the curve and of the hash, and those frames are
//! not wiped by whoever left them. So the stack below is overwritten, as deep as such computations go; `tests/secrets` looks.

use zeroize::Zeroize as _;

/// Has `work` compute in frames of its own, and overwrites them.
pub(crate) fn scrubbed<T>(work: impl FnOnce() -> T) -> T {
    let done = apart(work);
    overwrite();
    done
}

#[inline(never)]
fn apart<T>(work: impl FnOnce() -> T) -> T {
    work()
}

#[inline(never)]
fn overwrite() {
    let mut below = [0_u64; DEPTH];
    below.zeroize();
    core::hint::black_box(&below);
}

/// Words of the stack: 16 KiB, some times what a signature, an agreement or a derivation takes.
const DEPTH: usize = 2048;
