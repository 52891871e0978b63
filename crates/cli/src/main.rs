//! `throughline`: make, continue, verify and inspect execution-continuity tokens.

use std::process::ExitCode;

fn main() -> ExitCode {
    throughline_cli::run(std::env::args_os().collect())
}
