//! `throughline demo`: the seed story with real parts, in separate processes that talk HTTP on loopback.
//!
//! This program starts itself once per part. A part makes its own key, listens on a port of its own and ends when its
//! standard input does, so nothing outlives the demo. What is admitted or refused is decided by the services alone; what is
//! told here comes from their logs. Keys and tokens are worth nothing outside of it: whoever else is on this machine may talk
//! to its ports.

mod bundle;
mod cast;
mod keys;
mod parts;
mod print;
mod process;
mod record;
mod stage;
mod story;
mod trouble;
mod wire;
mod work;

use std::process::ExitCode;

use clap::Args;

use crate::demo::print::Printer;
use crate::demo::trouble::Outcome;

/// What the demo can be asked for.
#[derive(Debug, Args)]
pub(crate) struct Options {
    /// Writes one line of JSON per outcome instead of the story.
    #[arg(long)]
    json: bool,
    /// Plays one part. The demo starts its own processes with this.
    #[arg(long, hide = true, value_name = "NAME")]
    part: Option<String>,
}

/// Exit code 0 if every call came out as expected, 1 if one did not, 2 if the demo could not be played.
pub(crate) fn run(options: &Options) -> ExitCode {
    match play(options) {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(error) => {
            eprintln!("throughline demo: {error}");
            ExitCode::from(2)
        }
    }
}

fn play(options: &Options) -> Outcome<bool> {
    match &options.part {
        Some(name) => parts::play(name).map(|()| true),
        None => story::tell(Printer::new(options.json)).map(|tally| tally.wrong == 0),
    }
}
