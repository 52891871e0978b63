//! The program `throughline` as a library: what it does is private, its readers have a door for tests and fuzzers.

mod artifact;
mod chain_report;
mod cli;
mod clock;
mod contract;
mod demo;
mod digests;
mod failure;
mod grants;
mod input;
pub mod inputs;
mod keys;
mod names;
mod output;
mod pem;
mod plain;
mod replay_dir;
mod request;
mod show;
mod successor;
mod trust;
mod values;
mod verbs;

use std::ffi::OsString;
use std::process::ExitCode;

/// Runs the program with these arguments, its own name first.
pub fn run(arguments: Vec<OsString>) -> ExitCode {
    cli::run(arguments)
}
