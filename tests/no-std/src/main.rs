//! Links the verifier without `std` and without an allocator: if either crept in, this does not link.
#![no_std]
#![no_main]

use throughline::trust::Trust;
use throughline::{Engine, Error, ErrorKind, NoRevocations, ProofUse, ReplayMemory, Request, UnixTime, Verifier};

#[panic_handler]
fn panic(_: &core::panic::PanicInfo<'_>) -> ! {
    loop {}
}

/// A replay memory that is always full.
struct Full;

impl ReplayMemory for Full {
    fn look_up(&self, _: &ProofUse<'_>) -> Result<(), ErrorKind> {
        Ok(())
    }

    fn claim(&self, _: &ProofUse<'_>) -> Result<(), ErrorKind> {
        Err(ErrorKind::ReplayMemoryFull)
    }
}

/// Reached from the entry point, so that nothing of it is dropped by the linker.
fn admit(token: &[u8], proof: &[u8], now: UnixTime) -> Result<usize, Error> {
    let trust = Trust::default();
    let verifier = Verifier::new(&trust, &Engine, &NoRevocations);
    let digest = throughline::Digest::of(&[token]);
    let request = Request::new("https://audience.example", digest, "a", "b");
    verifier.admit(token, proof, &request, &Full, now).map(|admission| admission.chain().len())
}

#[unsafe(no_mangle)]
extern "C" fn _start() -> ! {
    let (token, proof) = (core::hint::black_box(&[0xd2][..]), core::hint::black_box(&[0xd1][..]));
    let verdict = admit(token, proof, core::hint::black_box(UnixTime(0)));
    core::hint::black_box(verdict.is_ok());
    loop {}
}
