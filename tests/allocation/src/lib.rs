//! Nothing: what is here is tested (`tests/none.rs`).
