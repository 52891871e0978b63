//! `key show`: a key's thumbprint, thumbprint URI, JWK or public PEM.

use std::path::PathBuf;

use crate::failure::Failure;
use crate::input::label;
use crate::keys::{self, Shown};
use crate::output;
use crate::pem;

/// Look at keys
#[derive(clap::Subcommand, Debug)]
pub(crate) enum Command {
    Show(Show),
}

/// Print a key's thumbprint, thumbprint URI and JWK; of a private key, its public half
#[derive(clap::Args, Debug)]
#[command(
    after_help = "EXAMPLE\n\n  In a trust bundle made by a shell script:  \"key\": $(throughline key show --jwk alice.pub)"
)]
pub(crate) struct Show {
    /// A private or public key in PEM
    #[arg(value_name = "FILE")]
    file: PathBuf,
    /// Only the JWK, for a trust bundle
    #[arg(long, group = "one")]
    jwk: bool,
    /// Only the thumbprint, for --next-key and revocation
    #[arg(long, group = "one")]
    thumbprint: bool,
    /// Only the thumbprint URI, the identifier of an actor for whom nobody vouches
    #[arg(long, group = "one")]
    uri: bool,
    /// Only the public key in PEM
    #[arg(long, group = "one", conflicts_with = "json")]
    pem: bool,
}

pub(crate) fn run(command: &Command, json: bool) -> Result<(), Failure> {
    let Command::Show(args) = command;
    let key = keys::public_half(&args.file)?;
    let shown = Shown::new(&key);
    if json {
        return output::object(&shown);
    }
    let jwk =
        serde_json::to_string(&shown.jwk).map_err(|error| Failure::input(label(&args.file), error.to_string()))?;
    let text = if args.jwk {
        jwk
    } else if args.thumbprint {
        shown.thumbprint
    } else if args.uri {
        shown.uri
    } else if args.pem {
        pem::public(key.key()).ok_or_else(|| Failure::input(label(&args.file), "cannot be encoded"))?
    } else {
        format!("thumbprint  {}\nuri         {}\njwk         {jwk}", shown.thumbprint, shown.uri)
    };
    output::line(&text)
}
