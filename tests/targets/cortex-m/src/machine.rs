//! The emulated machine: how it starts, where the vectors lie, and the semihosting calls by which it speaks.

use core::arch::asm;
use core::fmt;

unsafe extern "C" {
    // Places in memory.x.
    static suite: u8;
    static suite_len: u8;
    #[link_name = "stack_top"]
    fn top_of_stack();
}

/// What the core reads first: its stack pointer, and where it begins; any fault ends the run.
#[repr(C)]
struct Vectors {
    /// No function, but the linker knows places only.
    stack: unsafe extern "C" fn(),
    handlers: [unsafe extern "C" fn() -> !; 15],
}

#[used]
#[unsafe(link_section = ".vectors")]
static VECTORS: Vectors = {
    let mut handlers = [fault as unsafe extern "C" fn() -> !; 15];
    handlers[0] = reset;
    Vectors { stack: top_of_stack, handlers }
};

#[unsafe(no_mangle)]
unsafe extern "C" fn reset() -> ! {
    crate::start()
}

unsafe extern "C" fn fault() -> ! {
    exit(3)
}

/// The packed suite, and whatever follows it in that memory.
pub(crate) fn packed_suite() -> &'static [u8] {
    // SAFETY: the linker script states a memory that the emulator has, and nothing writes to it.
    unsafe { core::slice::from_raw_parts(&raw const suite, (&raw const suite_len).addr()) }
}

/// A stream of the emulator.
#[derive(Clone, Copy)]
pub(crate) struct Stream(usize);

impl Stream {
    pub(crate) fn output() -> Self {
        Self::open(4)
    }

    pub(crate) fn error() -> Self {
        Self::open(8)
    }

    /// SYS_OPEN of the console; the mode says which stream it is.
    fn open(mode: usize) -> Self {
        let name = b":tt\0";
        Self(call(0x01, &[name.as_ptr().addr(), mode, 3]))
    }

    /// SYS_WRITE
    pub(crate) fn write(self, bytes: &[u8]) {
        call(0x05, &[self.0, bytes.as_ptr().addr(), bytes.len()]);
    }
}

impl fmt::Write for Stream {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        self.write(text.as_bytes());
        Ok(())
    }
}

/// SYS_EXIT_EXTENDED
pub(crate) fn exit(code: usize) -> ! {
    loop {
        call(0x20, &[0x20026, code, 0]);
    }
}

fn call(operation: usize, arguments: &[usize; 3]) -> usize {
    let result;
    // SAFETY: the semihosting convention: the operation in r0, where the arguments are in r1, the result in r0. It reads what the
    // arguments point to, and writes nothing.
    unsafe {
        asm!("bkpt 0xab", inlateout("r0") operation => result, in("r1") arguments.as_ptr(), options(nostack));
    }
    result
}
