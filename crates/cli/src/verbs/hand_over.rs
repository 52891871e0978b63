//! `hand-over`: the head's actor names its successor.

use std::path::PathBuf;

use throughline::issue::{HandOverBuilder, Signer as _};
use throughline::{Limits, Token};

use crate::artifact::Artifact;
use crate::clock::{Clock, Lifetime};
use crate::digests;
use crate::failure::Failure;
use crate::keys;
use crate::names;
use crate::output::Destination;

/// Name the actor that may continue a token you are the head of
#[derive(clap::Args, Debug)]
#[command(after_help = "EXAMPLE

  throughline hand-over --token root.token --key alice.key \\
    --to spiffe://acme.example/executors/unknown-02 --out to-worker.handover")]
pub(crate) struct Args {
    /// The token; its newest link is yours
    #[arg(long, value_name = "FILE")]
    token: PathBuf,
    /// The private key of its newest link (PEM)
    #[arg(long, value_name = "PEM")]
    key: PathBuf,
    /// The successor's identifier
    #[arg(long, value_name = "ID", value_parser = names::any_identifier, required_unless_present = "to_key")]
    to: Option<String>,
    /// The successor's public key (PEM), where nobody vouches for it
    #[arg(long, value_name = "PEM", conflicts_with = "to")]
    to_key: Option<PathBuf>,
    /// What it is asked to do: a SHA-256 value, or @FILE; its link must carry the same
    #[arg(long, value_name = "DIGEST|@FILE")]
    task: Option<String>,
    #[command(flatten)]
    lifetime: Lifetime,
    #[command(flatten)]
    clock: Clock,
    #[command(flatten)]
    destination: Destination,
}

pub(crate) fn run(args: &Args, json: bool) -> Result<(), Failure> {
    let now = args.clock.now()?;
    let token = Artifact::read(&args.token)?;
    let decoded = Token::decode(&token.bytes, &Limits::DEFAULT).map_err(Failure::refused(&token.label))?;
    let key = keys::signing(&args.key)?;
    keys::check_is_heads(&key, &args.key, &decoded)?;
    let to = match (&args.to, &args.to_key) {
        (_, Some(path)) => keys::uri(&keys::public(path)?),
        (Some(to), None) => to.clone(),
        (None, None) => return Err(Failure::input("hand-over", "--to is missing")),
    };
    let expires = args.lifetime.end(now, decoded.links().next_back().map(|head| head.window().end()));
    let mut builder = HandOverBuilder::new(&token.bytes, *key.key(), &to, expires);
    if let Some(task) = &args.task {
        builder = builder.task(&digests::of_file("--task", task)?);
    }
    let signable = builder.to_be_signed().map_err(Failure::not_made("hand-over"))?;
    let digest = *signable.digest();
    let bytes = signable.sign(&key).map_err(Failure::not_issued("hand-over"))?;
    args.destination.put("hand-over", &bytes, Some(&digest), json)
}
