//! Links the verifier without `std`, without an allocator and without a panic: if one of them crept in, this does not link.
//!
//! The panic handler calls a function that does not exist. Nothing calls the handler, or the linker would look for that function:
//! `--features control` adds an index that nobody checked, and must fail to link.
#![no_std]
#![no_main]

mod doors;
mod entries;

use core::fmt;
use core::hint::black_box;

use throughline::{Digest, Engine, ProofUse, Request, UnixTime};

unsafe extern "C" {
    fn throughline_can_panic() -> !;
}

#[panic_handler]
fn panic(_: &core::panic::PanicInfo<'_>) -> ! {
    // SAFETY: there is no such function, so that a program with this call in it does not exist.
    unsafe { throughline_can_panic() }
}

/// Takes any text.
struct Sink;

impl fmt::Write for Sink {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        black_box(text);
        black_box(Ok(()))
    }
}

/// Reached from the entry point, so that nothing of it is dropped by the linker.
#[unsafe(no_mangle)]
extern "C" fn _start() -> ! {
    let (token, proof) = (black_box(&[0xd2][..]), black_box(&[0xd1][..]));
    let (text, now, digest) =
        (black_box("https://audience.example"), black_box(UnixTime(0)), black_box(Digest([1; 32])));
    let arguments = entries::arguments();
    let request = Request::new(text, digest, text, text).with(&arguments);
    let (head, nonce) = (&digest, &black_box([2; 16]));
    let (window, skew) = black_box((60, 30));
    let used = ProofUse {
        audience: text,
        head,
        nonce,
        dated: now,
        now,
        window,
        skew,
        origin: text,
        accountable: text,
        actor: head,
    };
    entries::all(token, &request, &used, &Engine);
    doors::all(token, proof, &request, &used, &mut Sink);
    #[cfg(feature = "control")]
    black_box(token[proof.len()]);
    loop {}
}
