#![doc = include_str!("../README.md")]
#![forbid(unsafe_code)]

mod file;
mod reader;

pub use crate::file::{Durability, FileLog, Options};
pub use crate::reader::{Counts, LogError, Reader, Summary, form_of, head_file, noted_head, verify};
