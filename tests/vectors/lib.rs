//! Nothing: what is here is tested (`main.rs`).
