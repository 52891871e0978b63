//! The demonstration; see `throughline demo --help`.

use std::process::ExitCode;

/// What the demonstration takes.
#[derive(clap::Args, Debug)]
pub(crate) struct Options {}

/// Runs it.
pub(crate) fn run(_options: &Options) -> ExitCode {
    eprintln!("throughline: the demonstration is not built into this program");
    ExitCode::from(2)
}
