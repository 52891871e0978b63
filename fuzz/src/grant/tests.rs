//! Under the names that its files import each other by.
#![allow(dead_code, unused_imports, reason = "each target uses a part")]

#[path = "../../../src/grant/tests/encode.rs"]
pub(crate) mod encode;
#[path = "../../../src/grant/tests/model.rs"]
pub(crate) mod model;
