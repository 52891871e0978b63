//! How much stack a piece of work takes: what is below is painted first, and afterwards it is seen how far the paint is gone.

use core::arch::asm;

unsafe extern "C" {
    // A place in memory.x.
    static stack_end: u32;
}

/// No word that the library would write.
const PAINT: u32 = 0xa5c3_5a3c;

/// Bytes below the stack pointer that this function may be about to take for itself; whatever is measured takes more.
const OWN: usize = 256;

pub(crate) struct Gauge {
    /// Everything from the end of the stack to here is painted.
    painted: *mut u32,
}

impl Gauge {
    pub(crate) fn new() -> Self {
        Self { painted: (&raw const stack_end).cast_mut() }
    }

    /// Bytes of stack below this call.
    #[inline(never)]
    pub(crate) fn depth_of(&mut self, work: &mut dyn FnMut()) -> usize {
        let pointer = stack_pointer();
        // SAFETY: below the stack pointer, and above all statics, is nothing that anybody has.
        unsafe {
            while self.painted.addr() < pointer.addr() - OWN {
                self.painted.write_volatile(PAINT);
                self.painted = self.painted.add(1);
            }
        }
        work();
        let mut at = (&raw const stack_end).cast_mut();
        // SAFETY: as above; these words were written.
        unsafe {
            while at < self.painted && at.read_volatile() == PAINT {
                at = at.add(1);
            }
        }
        self.painted = at;
        pointer.addr() - at.addr()
    }
}

#[inline(always)]
fn stack_pointer() -> *mut u32 {
    let pointer: *mut u32;
    // SAFETY: reads a register.
    unsafe {
        asm!("mov {}, sp", out(reg) pointer, options(nomem, nostack, preserves_flags));
    }
    pointer
}
