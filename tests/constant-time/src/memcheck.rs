//! What a program asks of Memcheck: magic instructions that do nothing elsewhere (valgrind.h, memcheck.h).

#[cfg(not(all(target_arch = "x86_64", target_os = "linux")))]
compile_error!("the instructions are those of x86-64");

/// From here on `value` counts as never written.
pub fn make_undefined<T>(value: &T) {
    request(MAKE_MEM_UNDEFINED, std::ptr::from_ref(value).addr(), size_of::<T>());
}

pub fn is_running() -> bool {
    request(RUNNING_ON_VALGRIND, 0, 0) > 0
}

fn request(code: usize, one: usize, other: usize) -> usize {
    let arguments = [code, one, other, 0, 0, 0];
    let mut answer = 0_usize;
    // SAFETY: four rotations that add up to 128 bits and an exchange of a register with itself; under Valgrind, a change of what it
    // knows of the memory, not of the memory.
    unsafe {
        std::arch::asm!(
            "rol rdi, 3",
            "rol rdi, 13",
            "rol rdi, 61",
            "rol rdi, 51",
            "xchg rbx, rbx",
            inout("rdx") answer,
            in("rax") arguments.as_ptr(),
            out("rdi") _,
        );
    }
    answer
}

const RUNNING_ON_VALGRIND: usize = 0x1001;
/// `'M' << 24 | 'C' << 16 | 1`.
const MAKE_MEM_UNDEFINED: usize = 0x4d43_0001;
