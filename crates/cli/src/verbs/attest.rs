//! `attest`: an attester's credential for the holder of a key.

use std::path::PathBuf;

use throughline::issue::{CredentialBuilder, Signer as _};
use throughline::{Credential, UnixTime};

use crate::artifact::Artifact;
use crate::clock::{self, Clock, Lifetime};
use crate::digests;
use crate::failure::Failure;
use crate::keys;
use crate::names;
use crate::output::Destination;
use crate::values::{self, Named};

/// Make a credential: an attester says who holds a key, in which roles, and what was proven of its runtime
#[derive(clap::Args, Debug)]
#[command(after_help = "EXAMPLE

  throughline attest --key attester.key --name https://attester.acme.example \\
    --subject spiffe://acme.example/executors/unknown-02 --subject-key worker.pub \\
    --accountable https://acme.example/alice --role authorized-workload \\
    --property hardware=2 --for 1h --out worker.cred")]
pub(crate) struct Args {
    /// The attester's private key (PEM)
    #[arg(long, value_name = "PEM")]
    key: PathBuf,
    /// The attester's name
    #[arg(long, value_name = "ID", value_parser = names::identifier)]
    name: String,
    /// The actor's identifier
    #[arg(long, value_name = "ID", value_parser = names::identifier)]
    subject: String,
    /// The actor's public key (PEM)
    #[arg(long, value_name = "PEM")]
    subject_key: PathBuf,
    /// The entity answerable for the actor
    #[arg(long, value_name = "ID", value_parser = names::identifier)]
    accountable: String,
    /// A role the actor may act in
    #[arg(long, value_name = "ROLE", value_parser = names::name)]
    role: Vec<String>,
    /// What was proven: an integer, true or false, bytes as 0x..., or text ("..." where it looks like one of those)
    #[arg(long, value_name = "NAME=VALUE", value_parser = values::property)]
    property: Vec<Named>,
    /// What the attestation is bound to, 8 to 64 bytes in hexadecimal
    #[arg(long, value_name = "HEX", value_parser = nonce, group = "freshness")]
    nonce: Option<Nonce>,
    /// Bind it to the step that follows the head of this token
    #[arg(long, value_name = "TOKEN", group = "freshness")]
    fresh_for: Option<PathBuf>,
    /// A later start than now
    #[arg(long, value_name = "TIME", value_parser = clock::time)]
    not_before: Option<UnixTime>,
    #[command(flatten)]
    lifetime: Lifetime,
    #[command(flatten)]
    clock: Clock,
    #[command(flatten)]
    destination: Destination,
}

/// Bytes for `eat_nonce`.
#[derive(Clone, Debug)]
struct Nonce(Vec<u8>);

pub(crate) fn run(args: &Args, json: bool) -> Result<(), Failure> {
    let now = args.clock.now()?;
    let key = keys::signing(&args.key)?;
    let subject_key = keys::public(&args.subject_key)?;
    let expires = args.lifetime.end(now, [now.plus(DEFAULT)]);
    let mut builder = CredentialBuilder::new(
        (*key.key(), &args.name),
        &args.subject,
        *subject_key.key(),
        &args.accountable,
        (now, expires),
    );
    for role in &args.role {
        builder = builder.role(role);
    }
    for property in &args.property {
        builder = builder.property(&property.name, property.as_property());
    }
    if let Some(Nonce(nonce)) = &args.nonce {
        builder = builder.nonce(nonce);
    }
    if let Some(path) = &args.fresh_for {
        builder = builder.nonce(digests::head(&Artifact::read(path)?)?.as_bytes());
    }
    if let Some(start) = args.not_before {
        builder = builder.not_before(start);
    }
    let bytes = builder.sign(&key).map_err(Failure::not_issued("attest"))?;
    let digest = *Credential::decode(&bytes).map_err(Failure::refused("attest"))?.digest();
    args.destination.put("credential", &bytes, Some(&digest), json)
}

fn nonce(text: &str) -> Result<Nonce, String> {
    let bytes = digests::hex(text)?;
    if (8..=64).contains(&bytes.len()) { Ok(Nonce(bytes)) } else { Err("8 to 64 bytes belong here".to_owned()) }
}

/// One hour.
const DEFAULT: u64 = 3_600;
