//! `throughline`: make, continue, verify and inspect execution-continuity tokens.

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

use std::process::ExitCode;

fn main() -> ExitCode {
    cli::run(std::env::args_os().collect())
}
