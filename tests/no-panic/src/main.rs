//! Links only if none of these functions can panic.
//!
//! `#[no_panic]` leaves a call to a function that does not exist wherever a function can unwind; the optimizer must show of each that it
//! cannot. The error names the function. `--features control` adds an index that nobody checked, and must fail to link.

#[cfg(panic = "abort")]
compile_error!("with panic = \"abort\" nothing unwinds, and this would prove nothing");

#[path = "../../no-std/src/entries.rs"]
mod entries;
mod stores;

use std::hint::black_box;

use throughline::{Digest, Engine, ProofUse, Request, UnixTime};

#[cfg(feature = "control")]
#[no_panic::no_panic]
#[inline(never)]
fn control(bytes: &[u8], at: usize) -> u8 {
    bytes[at]
}

fn main() {
    let bytes: &'static [u8] = black_box(&[0xd2]);
    let (text, now, digest) = black_box(("https://audience.example", UnixTime(0), Digest([1; 32])));
    let arguments = entries::arguments();
    let request = Request::new(text, digest, text, text).with(&arguments);
    let (window, skew, nonce) = black_box((60, 30, [2; 16]));
    let (head, nonce, actor) = (&digest, &nonce, &digest);
    let used =
        ProofUse { audience: text, head, nonce, dated: now, now, window, skew, origin: text, accountable: text, actor };
    entries::all(bytes, &request, &used, &Engine);
    stores::all(&digest, &used);
    #[cfg(feature = "control")]
    black_box(control(bytes, black_box(1)));
    println!("linked, so none of these functions can panic");
}
