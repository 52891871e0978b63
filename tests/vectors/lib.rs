//! Nothing: what is here is tested (`vectors.rs`).
