//! The library's own structural model of grants and its CBOR encoder for tests, which stand among the tests of `src/grant`.

pub(crate) use throughline::{Access, Argument, Grant, Limit, Value};

pub(crate) mod tests;
