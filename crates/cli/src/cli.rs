//! The command line: what there is to say, and how its failures are reported.

use std::ffi::OsString;
use std::process::ExitCode;

use clap::error::ErrorKind;
use clap::{CommandFactory as _, FromArgMatches as _, Parser, Subcommand};
use serde::Serialize;

use crate::demo;
use crate::failure::{Failure, Report};
use crate::output;
use crate::plain::Plain;
use crate::trust::JSON_HELP;
use crate::verbs::{
    admit, attest, audit, conformance, continuation, hand_over, inspect, key, keygen, originate, prove, verify,
};

/// Execution-continuity tokens: who performed this, who authorized it, and how the two are connected
#[derive(Debug, Parser)]
#[command(name = "throughline", version, max_term_width = 120, subcommand_required = true, after_long_help = JSON_HELP)]
struct Cli {
    /// Print one JSON object, failures included
    #[arg(long, global = true)]
    json: bool,
    #[command(subcommand)]
    verb: Verb,
}

#[derive(Debug, Subcommand)]
enum Verb {
    Keygen(keygen::Args),
    #[command(subcommand)]
    Key(key::Command),
    Attest(attest::Args),
    Originate(originate::Args),
    Continue(continuation::Args),
    HandOver(hand_over::Args),
    Prove(prove::Args),
    Verify(verify::Args),
    Admit(admit::Args),
    Inspect(inspect::Args),
    #[command(subcommand)]
    Audit(audit::Command),
    Conformance(conformance::Args),
    /// Run the story with real processes, and see who is admitted and who is refused
    Demo(demo::Options),
}

/// Runs the program.
pub(crate) fn run(arguments: Vec<OsString>) -> ExitCode {
    let json = arguments.iter().any(|argument| argument == "--json");
    let parsed = Cli::command().try_get_matches_from(arguments).and_then(|matches| Cli::from_arg_matches(&matches));
    let cli = match parsed {
        Ok(cli) => cli,
        Err(error) if is_help(&error) => return report(output::line(&error.render().to_string()), json),
        Err(error) => return report(Err(Failure::input("", one_line(&error))), json),
    };
    let json = cli.json;
    let done = match cli.verb {
        Verb::Keygen(args) => keygen::run(&args, json),
        Verb::Key(command) => key::run(&command, json),
        Verb::Attest(args) => attest::run(&args, json),
        Verb::Originate(args) => originate::run(&args, json),
        Verb::Continue(args) => continuation::run(&args, json),
        Verb::HandOver(args) => hand_over::run(&args, json),
        Verb::Prove(args) => prove::run(&args, json),
        Verb::Verify(args) => verify::run(&args, json),
        Verb::Admit(args) => admit::run(&args, json),
        Verb::Inspect(args) => inspect::run(&args, json),
        Verb::Audit(command) => audit::run(&command, json),
        Verb::Conformance(args) => conformance::run(&args, json),
        Verb::Demo(options) => return demo::run(&options),
    };
    report(done, json)
}

fn report(done: Result<(), Failure>, json: bool) -> ExitCode {
    #[derive(Serialize)]
    struct Refusal {
        ok: bool,
        error: Report,
    }
    let Err(failure) = done else { return ExitCode::SUCCESS };
    let refusal = Refusal { ok: false, error: failure.report() };
    let told = match serde_json::to_string(&refusal) {
        Ok(text) if json => output::line(&text).is_ok(),
        Ok(_) | Err(_) => false,
    };
    if !told {
        output::diagnostic(&failure.to_string());
    }
    failure.exit_code()
}

fn is_help(error: &clap::Error) -> bool {
    matches!(error.kind(), ErrorKind::DisplayHelp | ErrorKind::DisplayVersion)
}

/// What is wrong with the command line, without the paragraphs around it.
fn one_line(error: &clap::Error) -> String {
    let text = error.render().to_string();
    if error.kind() == ErrorKind::DisplayHelpOnMissingArgumentOrSubcommand
        || error.kind() == ErrorKind::MissingSubcommand
    {
        return "no verb is given (throughline --help lists them)".to_owned();
    }
    let text = text.strip_prefix("error: ").unwrap_or(&text);
    let mut parts: Vec<&str> = text.lines().take_while(|line| !line.is_empty()).map(str::trim).collect();
    let tip = text.lines().find_map(|line| line.trim().strip_prefix("tip: "));
    let tip = tip.map(|tip| format!("({tip})"));
    parts.extend(tip.as_deref());
    Plain(&parts.join(" ")).to_string()
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory as _;

    #[test]
    fn command_line_is_consistent() {
        super::Cli::command().debug_assert();
    }
}
