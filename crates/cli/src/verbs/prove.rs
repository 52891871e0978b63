//! `prove`: the head's actor asks one audience for one request, now.

use std::path::PathBuf;

use throughline::issue::ProofBuilder;
use throughline::{Limits, Token};

use crate::artifact::Artifact;
use crate::clock::Clock;
use crate::failure::Failure;
use crate::keys;
use crate::names;
use crate::output::{self, Destination};
use crate::request::RequestArgs;

/// Make a proof for one request to one service: signed, or under a MAC for a service whose agreement key you know
#[derive(clap::Args, Debug)]
#[command(after_help = "EXAMPLE

  throughline prove --token worker.token --key worker.key \\
    --audience https://calendar.acme.example --http GET https://calendar.acme.example/alice/work \\
    --out request.proof")]
pub(crate) struct Args {
    /// The token; its newest link is yours
    #[arg(long, value_name = "FILE")]
    token: PathBuf,
    /// The private key of its newest link (PEM)
    #[arg(long, value_name = "PEM", required_unless_present = "mac")]
    key: Option<PathBuf>,
    /// The service that will admit the request
    #[arg(long, value_name = "NAME", value_parser = names::audience)]
    audience: String,
    /// Make a MAC instead of a signature; it convinces this audience only
    #[arg(long, requires_all = ["agree_key", "audience_key"], conflicts_with = "key")]
    mac: bool,
    /// With --mac: the private key of the head's agreement key (PEM)
    #[arg(long, value_name = "PEM", requires = "mac")]
    agree_key: Option<PathBuf>,
    /// With --mac: the service's public agreement key (PEM)
    #[arg(long, value_name = "PEM", requires = "mac")]
    audience_key: Option<PathBuf>,
    #[command(flatten)]
    clock: Clock,
    #[command(flatten)]
    destination: Destination,
    #[command(flatten)]
    request: RequestArgs,
}

pub(crate) fn run(args: &Args, json: bool) -> Result<(), Failure> {
    let now = args.clock.now()?;
    let token = Artifact::read(&args.token)?;
    let decoded = Token::decode(&token.bytes, &Limits::DEFAULT).map_err(Failure::refused(&token.label))?;
    let builder = ProofBuilder::new(&token.bytes, &args.audience, args.request.digest()?, now, output::random()?);
    let proof = match (&args.key, &args.agree_key, &args.audience_key) {
        (Some(path), _, _) => {
            let key = keys::signing(path)?;
            keys::check_is_heads(&key, path, &decoded)?;
            builder.sign(&key).map_err(Failure::not_issued("prove"))?
        }
        (None, Some(agree), Some(audience)) => {
            let (agree, audience) = (keys::agreement(agree)?, keys::public(audience)?);
            builder.mac(&agree, &audience).map_err(Failure::not_made("prove"))?
        }
        (None, _, _) => {
            return Err(Failure::input("prove", "--key, or --mac with --agree-key and --audience-key, is missing"));
        }
    };
    args.destination.put("proof", &proof, None, json)
}
