//! Where things stand in the emulated machine: see memory.x.

fn main() {
    println!("cargo:rerun-if-changed=memory.x");
    println!("cargo:rustc-link-arg-bins=-T{}/memory.x", env!("CARGO_MANIFEST_DIR"));
}
