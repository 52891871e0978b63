//! Says to `src/sync.rs` whose locks and atomics to take.

fn main() {
    println!("cargo::rerun-if-changed=build.rs");
    println!("cargo::rustc-check-cfg=cfg(interleavings, values(\"loom\", \"shuttle\"))");
    match (std::env::var_os("CARGO_FEATURE_LOOM"), std::env::var_os("CARGO_FEATURE_SHUTTLE")) {
        (Some(_), None) => println!("cargo::rustc-cfg=interleavings=\"loom\""),
        (None, Some(_)) => println!("cargo::rustc-cfg=interleavings=\"shuttle\""),
        _ => println!("cargo::error=one of the features `loom` and `shuttle`"),
    }
}
