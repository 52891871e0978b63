//! What is measured and how, shared by the comparison (`src/main.rs`), the criterion benches (`benches/paths.rs`) and the other programs.

pub mod case;
pub mod counting;
pub mod forging;
pub mod issuing;
pub mod job;
pub mod known;
pub mod machine;
pub mod measure;
pub mod ours;
pub mod peers;
pub mod plot;
pub mod portable;
pub mod primitives;
pub mod refusals;
pub mod report;
pub mod results;
pub mod service;
pub mod shape;
pub mod spread;
pub mod targets;
pub mod world;

#[path = "../../tests/common/mod.rs"]
mod common;
