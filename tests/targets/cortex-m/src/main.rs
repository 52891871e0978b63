//! Judges every vector on a bare Cortex-M4: no operating system, no `std`, no allocator (there is no `alloc` in what it is built from).
//!
//! Answers go to standard output, one a line; what the stack was used for goes to standard error. `unsafe` is what a machine without an
//! operating system takes: its vector table, the emulator's calls, and looking at the stack from below.
#![no_std]
#![no_main]

mod machine;
mod stack;

use core::fmt::{self, Write};

use machine::Stream;
use throughline::Engine;
use throughline_targets_suite::{Suite, judge};

fn run() -> Option<()> {
    let packed = machine::packed_suite();
    let suite = Suite::read(packed)?;
    let (mut answers, mut report) = (Buffered::new(Stream::output()), Stream::error());
    let mut stack = stack::Gauge::new();
    // By operation: how deep, and at which vector.
    let mut deepest = [(0, 0); 10];
    for (nth, vector) in suite.vectors().enumerate() {
        let operation = usize::from(vector.operation()?);
        let mut depth = 0;
        let mut within = |work: &mut dyn FnMut()| depth = stack.depth_of(work);
        judge(&suite, vector, &Engine, &mut within, &mut answers)?;
        answers.write_str("\n").ok()?;
        if let Some(most) = deepest.get_mut(operation).filter(|(most, _)| depth > *most) {
            *most = (depth, nth);
        }
    }
    answers.flush();
    for (operation, (depth, nth)) in deepest.iter().enumerate().filter(|(_, (depth, _))| *depth > 0) {
        writeln!(report, "stack: operation {operation}, {depth} bytes at vector {nth}").ok()?;
    }
    Some(())
}

/// Every call to the emulator takes long.
struct Buffered {
    stream: Stream,
    buffer: [u8; 4096],
    used: usize,
}

impl Buffered {
    const fn new(stream: Stream) -> Self {
        Self { stream, buffer: [0; 4096], used: 0 }
    }

    fn flush(&mut self) {
        self.stream.write(self.buffer.get(..self.used).unwrap_or_default());
        self.used = 0;
    }
}

impl Write for Buffered {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        if self.buffer.len() - self.used < text.len() {
            self.flush();
        }
        let room = self.buffer.get_mut(self.used..).and_then(|rest| rest.get_mut(..text.len())).ok_or(fmt::Error)?;
        room.copy_from_slice(text.as_bytes());
        self.used += text.len();
        Ok(())
    }
}

/// What an image looks like in which something calls itself: the check of the call graph must find it.
#[cfg(feature = "control")]
mod control {
    #[inline(never)]
    pub fn throughline_control(n: u32) -> u32 {
        if core::hint::black_box(n) == 0 { 0 } else { core::hint::black_box(throughline_control(n - 1)) + 1 }
    }
}

/// Called by the machine.
fn start() -> ! {
    #[cfg(feature = "control")]
    control::throughline_control(core::hint::black_box(3));
    let code = if run().is_some() { 0 } else { 1 };
    machine::exit(code)
}

#[panic_handler]
fn panic(info: &core::panic::PanicInfo<'_>) -> ! {
    let _ = writeln!(Stream::error(), "{info}");
    machine::exit(2)
}
