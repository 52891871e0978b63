//! `originate`: a root. Somebody creates authority.

use std::path::PathBuf;

use throughline::issue::{Actor, GrantList, OriginClaim, RootBuilder, Signer as _, SigningKey};
use throughline::{Credential, Digest, OriginForm, UnixTime};

use crate::artifact::Artifact;
use crate::clock::{Clock, Lifetime};
use crate::digests;
use crate::failure::Failure;
use crate::grants::GrantArgs;
use crate::keys;
use crate::names;
use crate::output::{self, Destination};
use crate::successor::LinkClaims;
use crate::verbs::continuation::role_of;

/// Begin an execution: create authority, and say who may continue
#[derive(clap::Args, Debug)]
#[command(after_help = "EXAMPLE

  throughline originate --key alice.key --identifier https://acme.example/alice/authority \\
    --role owner --accountable https://acme.example/alice \\
    --grant 'calendar.read calendar/alice/*' \\
    --next-contract '{\"roles\":{\"any_of\":[\"authorized-workload\"],\"from\":[\"https://attester.acme.example\"]}}' \\
    --for 15m --out root.token")]
pub(crate) struct Args {
    /// Who creates the authority: a person or organization by its own key, a workload by its role, or a workload by its
    /// attested state
    #[arg(long, value_enum, default_value_t = Kind::Identity)]
    kind: Kind,
    /// The private key that signs (PEM)
    #[arg(long, value_name = "PEM")]
    key: PathBuf,
    /// With --kind identity: the identifier that the verifier's anchor states
    #[arg(long, value_name = "ID", value_parser = names::identifier)]
    identifier: Option<String>,
    /// The role for this hop; default: the credential's, if it has one
    #[arg(long, value_name = "ROLE", value_parser = names::name)]
    role: Option<String>,
    /// Who is accountable; default: the credential's
    #[arg(long, value_name = "ID", value_parser = names::identifier)]
    accountable: Option<String>,
    /// With --kind role or context: the credential that vouches for this actor
    #[arg(long, value_name = "FILE")]
    credential: Option<PathBuf>,
    /// Name the credential without carrying it: the verifier knows it
    #[arg(long, requires = "credential")]
    by_reference: bool,
    /// Seconds by which the attester lets links outlive its credentials
    #[arg(long, value_name = "SECONDS", default_value_t = 0)]
    outlive: u64,
    /// A consent record: its SHA-256 value, or @FILE
    #[arg(long, value_name = "DIGEST|@FILE")]
    consent: Option<String>,
    #[command(flatten)]
    grants: GrantArgs,
    #[command(flatten)]
    claims: LinkClaims,
    #[command(flatten)]
    lifetime: Lifetime,
    #[command(flatten)]
    clock: Clock,
    #[command(flatten)]
    destination: Destination,
}

/// Kinds of origin (token.md §7.1).
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
enum Kind {
    Identity,
    Role,
    Context,
}

/// Everything about who originates.
struct Originator {
    actor: Actor,
    accountable: String,
    nonce: [u8; 16],
    /// When the credential's word ends.
    bound: Option<UnixTime>,
}

pub(crate) fn run(args: &Args, json: bool) -> Result<(), Failure> {
    let now = args.clock.now()?;
    let key = keys::signing(&args.key)?;
    let originator = originator(args, &key)?;
    let grants = args.grants.read()?;
    let grants: GrantList =
        grants.ok_or_else(|| Failure::input("originate", "what may be done is missing: --grant or --grants"))?;
    let consent = args.consent.as_deref().map(|text| digests::of_file("--consent", text)).transpose()?;
    let claim = OriginClaim {
        kind: match args.kind {
            Kind::Identity => OriginForm::Identity,
            Kind::Role => OriginForm::Role,
            Kind::Context => OriginForm::Context,
        },
        accountable: &originator.accountable,
        nonce: originator.nonce,
        consent,
    };
    let expires = args.lifetime.end(now, originator.bound.into_iter().chain([now.plus(DEFAULT)]));
    let builder = RootBuilder::new(originator.actor, &claim, (now, expires), grants);
    let signable = args.claims.apply(builder)?.to_be_signed().map_err(Failure::not_made("originate"))?;
    let digest: Digest = *signable.digest();
    let token = signable.sign(&key).map_err(Failure::not_issued("originate"))?;
    args.destination.put("token", &token, Some(&digest), json)
}

fn originator(args: &Args, key: &SigningKey) -> Result<Originator, Failure> {
    let missing = |what: &str| Failure::input("originate", format!("{what} is missing"));
    if args.kind == Kind::Identity {
        if args.credential.is_some() {
            return Err(Failure::input("originate", "--credential belongs to --kind role or context"));
        }
        let identifier = args.identifier.as_deref().ok_or_else(|| missing("--identifier"))?;
        let role = args.role.as_deref().ok_or_else(|| missing("--role"))?;
        let accountable = args.accountable.clone().ok_or_else(|| missing("--accountable"))?;
        let actor = Actor::origin(*key.key(), identifier, role);
        return Ok(Originator { actor, accountable, nonce: output::random()?, bound: None });
    }
    if args.identifier.is_some() {
        return Err(Failure::input("originate", "--identifier belongs to --kind identity; here the credential has it"));
    }
    let credential = Artifact::read(args.credential.as_deref().ok_or_else(|| missing("--credential"))?)?;
    let view = Credential::decode(&credential.bytes).map_err(Failure::refused(&credential.label))?;
    keys::check_is_for(key, &args.key, view.key().thumbprint(), &credential.label)?;
    let role = role_of(&view, args.role.as_deref(), &credential.label)?;
    let mut actor = Actor::vouched(&credential.bytes, role).map_err(Failure::refused(&credential.label))?;
    actor = actor.outlive(args.outlive);
    if args.by_reference {
        actor = actor.by_reference();
    }
    let nonce = match args.kind {
        // A context root's nonce is what its credential was bound to (token.md §4.2).
        Kind::Context => view.nonce().and_then(|nonce| nonce.try_into().ok()).ok_or_else(|| {
            Failure::input(&credential.label, "a context needs a credential with a nonce of 16 bytes (attest --nonce)")
        })?,
        Kind::Identity | Kind::Role => output::random()?,
    };
    let accountable = args.accountable.clone().unwrap_or_else(|| view.accountable().to_owned());
    Ok(Originator { actor, accountable, nonce, bound: Some(view.window().end().plus(args.outlive)) })
}

/// A quarter of an hour.
const DEFAULT: u64 = 900;
