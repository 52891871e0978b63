//! The program brings its own entry point. Of the C library only memcpy, memmove, memset and bcmp are used.

fn main() {
    println!("cargo:rustc-link-arg-bins=-nostartfiles");
    println!("cargo:rustc-link-lib=c");
}
