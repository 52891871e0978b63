//! Proofs of the order ⊑: a second, structural reading of token.md §5 (`model`), exhaustion of small universes, laws, and decoding.

mod access;
mod decode;
mod encode;
mod exhaustion;
mod laws;
mod model;
