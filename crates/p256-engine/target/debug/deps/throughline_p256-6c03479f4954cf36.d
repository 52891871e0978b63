/work/main/crates/p256-engine/target/debug/deps/throughline_p256-6c03479f4954cf36.d: src/lib.rs src/digits.rs src/field.rs src/inverse.rs src/jacobian.rs src/limbs.rs src/point.rs src/scalar.rs src/table.rs

/work/main/crates/p256-engine/target/debug/deps/libthroughline_p256-6c03479f4954cf36.rlib: src/lib.rs src/digits.rs src/field.rs src/inverse.rs src/jacobian.rs src/limbs.rs src/point.rs src/scalar.rs src/table.rs

/work/main/crates/p256-engine/target/debug/deps/libthroughline_p256-6c03479f4954cf36.rmeta: src/lib.rs src/digits.rs src/field.rs src/inverse.rs src/jacobian.rs src/limbs.rs src/point.rs src/scalar.rs src/table.rs

src/lib.rs:
src/digits.rs:
src/field.rs:
src/inverse.rs:
src/jacobian.rs:
src/limbs.rs:
src/point.rs:
src/scalar.rs:
src/table.rs:
