//! What is timed, shared by the comparison binary (`src/main.rs`) and the criterion benches (`benches/p256.rs`).

pub mod cases;
pub mod peers;
