//! `verify`: who performed this, who authorized it, and how the two are connected.

use std::path::PathBuf;

use serde::Serialize;
use throughline::Verifier;
use throughline_gate::ChainFacts;

use crate::artifact::Artifact;
use crate::chain_report;
use crate::clock::Clock;
use crate::failure::Failure;
use crate::output;
use crate::trust::{HELP, SIGNATURES, TrustArgs};

/// Verify a token under a trust bundle, and print who performed this, who authorized it, and how the two are connected
///
/// True history admits nothing: that takes a proof (see admit).
#[derive(clap::Args, Debug)]
#[command(after_long_help = HELP)]
pub(crate) struct Args {
    /// The token
    #[arg(value_name = "TOKEN")]
    token: PathBuf,
    #[command(flatten)]
    clock: Clock,
    #[command(flatten)]
    trust: TrustArgs,
}

#[derive(Serialize)]
struct Verified {
    #[serde(flatten)]
    chain: ChainFacts,
    warnings: Vec<String>,
}

pub(crate) fn run(args: &Args, json: bool) -> Result<(), Failure> {
    let now = args.clock.now()?;
    let loaded = args.trust.load()?;
    let token = Artifact::read(&args.token)?;
    let verifier = Verifier::new(loaded.trust(), SIGNATURES, &loaded.revocations).known(&loaded.known);
    let chain = verifier.verify(&token.bytes, now).map_err(Failure::refused(&token.label))?;
    let chain = ChainFacts::new(&chain, token.bytes.len(), now);
    if json {
        return output::object(&Verified { chain, warnings: loaded.warnings() });
    }
    loaded.warn();
    output::line(&chain_report::text(&chain))
}
