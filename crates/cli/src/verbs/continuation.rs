//! `continue`: one more link on a token. The actor takes over, and may narrow.

use std::path::PathBuf;

use clap::ArgGroup;
use throughline::issue::{Actor, ContinuationBuilder, Signer as _, SigningKey};
use throughline::{Credential, Error, ErrorKind, Limits, Part, Place, Token, UnixTime};

use crate::artifact::Artifact;
use crate::clock::{Clock, Lifetime};
use crate::failure::Failure;
use crate::grants::GrantArgs;
use crate::keys;
use crate::names;
use crate::output::Destination;
use crate::plain::Plain;
use crate::successor::LinkClaims;

/// Continue an execution: add a link, as an actor that a credential, the verifier or nobody vouches for
#[derive(clap::Args, Debug)]
#[command(
    name = "continue",
    group = ArgGroup::new("who").required(true).args(["credential", "pinned", "unvouched"]),
    after_help = "EXAMPLES

  throughline continue --token root.token --key worker.key --credential worker.cred \\
    --hand-over to-worker.handover --grant 'calendar.read calendar/alice/work' --out worker.token
  throughline continue --token root.token --key anonymous.key --unvouched \\
    --out anonymous.token"
)]
pub(crate) struct Args {
    /// The token to continue
    #[arg(long, value_name = "FILE")]
    token: PathBuf,
    /// The private key that signs (PEM)
    #[arg(long, value_name = "PEM")]
    key: PathBuf,
    /// The credential that vouches for this actor
    #[arg(long, value_name = "FILE")]
    credential: Option<PathBuf>,
    /// The verifier pins this actor's key; takes --identifier and --role
    #[arg(long, requires_all = ["identifier", "role"])]
    pinned: bool,
    /// Nobody vouches for this actor: the link carries its key
    #[arg(long, conflicts_with_all = ["role", "also", "by_reference"])]
    unvouched: bool,
    /// With --pinned: the identifier that the pin states
    #[arg(long, value_name = "ID", value_parser = names::identifier, requires = "pinned")]
    identifier: Option<String>,
    /// The role for this hop; default: the credential's, if it has one
    #[arg(long, value_name = "ROLE", value_parser = names::name)]
    role: Option<String>,
    /// A further credential of the same key, for its properties
    #[arg(long, value_name = "FILE")]
    also: Vec<PathBuf>,
    /// Name the credentials without carrying them: the verifier knows them
    #[arg(long)]
    by_reference: bool,
    /// Seconds by which the attester lets links outlive its credentials
    #[arg(long, value_name = "SECONDS", default_value_t = 0)]
    outlive: u64,
    /// The hand-over to this actor
    #[arg(long, value_name = "FILE")]
    hand_over: Option<PathBuf>,
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

pub(crate) fn run(args: &Args, json: bool) -> Result<(), Failure> {
    let now = args.clock.now()?;
    let token = Artifact::read(&args.token)?;
    let parent_end = parent_end(&token, now)?;
    let key = keys::signing(&args.key)?;
    let mut bounds = vec![parent_end];
    let actor = actor(args, &key, &mut bounds)?;
    let hand_over = args.hand_over.as_deref().map(Artifact::read).transpose()?;
    if let Some(given) = &hand_over {
        bounds.push(hand_over_end(given)?);
    }
    let expires = args.lifetime.end(now, bounds);
    let mut builder = ContinuationBuilder::new(&token.bytes, actor, (now, expires));
    if let Some(grants) = args.grants.read()? {
        builder = builder.grants(grants);
    }
    if let Some(given) = &hand_over {
        builder = builder.handover(&given.bytes);
    }
    let signable = args.claims.apply(builder)?.to_be_signed().map_err(Failure::not_made("continue"))?;
    let digest = *signable.digest();
    let longer = signable.sign(&key).map_err(Failure::not_issued("continue"))?;
    args.destination.put("token", &longer, Some(&digest), json)
}

/// The credential's role where it has one and none was chosen.
pub(crate) fn role_of<'r>(
    credential: &Credential<'r>,
    chosen: Option<&'r str>,
    label: &str,
) -> Result<&'r str, Failure> {
    if let Some(role) = chosen {
        return Ok(role);
    }
    let mut roles = credential.roles();
    match (roles.next(), roles.next()) {
        (Some(role), None) => Ok(role),
        (None, _) => Err(Failure::input(label, "the credential vouches for no role, and a link needs one")),
        (Some(_), Some(_)) => {
            let roles: Vec<String> = credential.roles().map(|role| Plain(role).to_string()).collect();
            Err(Failure::input(label, format!("choose a role with --role: {}", roles.join(", "))))
        }
    }
}

/// When the parent ends; refused where that was before now.
fn parent_end(token: &Artifact, now: UnixTime) -> Result<UnixTime, Failure> {
    let decoded = Token::decode(&token.bytes, &Limits::DEFAULT).map_err(Failure::refused(&token.label))?;
    let refuse = |kind, part| {
        Err(Failure::Refused { subject: token.label.clone(), error: Error { kind, at: Place { part, byte: None } } })
    };
    let Some(parent) = decoded.links().next_back() else { return refuse(ErrorKind::RootMissing, Part::Token) };
    let exp = parent.window().end();
    if exp <= now {
        let index = u8::try_from(parent.position()).unwrap_or(u8::MAX);
        return refuse(ErrorKind::Expired { now, exp }, Part::Link(index));
    }
    Ok(exp)
}

/// Who continues; the ends of what vouches for it go into `bounds`.
fn actor(args: &Args, key: &SigningKey, bounds: &mut Vec<UnixTime>) -> Result<Actor, Failure> {
    if args.unvouched {
        return Ok(Actor::unvouched(*key.key()));
    }
    let mut actor = match (&args.credential, &args.identifier, &args.role) {
        (Some(path), _, role) => {
            let credential = Artifact::read(path)?;
            let view = Credential::decode(&credential.bytes).map_err(Failure::refused(&credential.label))?;
            keys::check_is_for(key, &args.key, view.key().thumbprint(), &credential.label)?;
            bounds.push(view.window().end().plus(args.outlive));
            let role = role_of(&view, role.as_deref(), &credential.label)?;
            Actor::vouched(&credential.bytes, role).map_err(Failure::refused(&credential.label))?
        }
        (None, Some(identifier), Some(role)) => Actor::pinned(*key.key(), identifier, role),
        (None, _, _) => return Err(Failure::input("continue", "--pinned takes --identifier and --role")),
    };
    for path in &args.also {
        let credential = Artifact::read(path)?;
        let view = Credential::decode(&credential.bytes).map_err(Failure::refused(&credential.label))?;
        bounds.push(view.window().end().plus(args.outlive));
        actor = actor.also(&credential.bytes).map_err(Failure::refused(&credential.label))?;
    }
    if args.by_reference {
        actor = actor.by_reference();
    }
    Ok(actor.outlive(args.outlive))
}

fn hand_over_end(given: &Artifact) -> Result<UnixTime, Failure> {
    let decoded = Token::decode(&given.bytes, &Limits::DEFAULT).map_err(Failure::refused(&given.label))?;
    let mut given_over = decoded.handovers();
    match (given_over.next(), given_over.next(), decoded.links().next(), decoded.credentials().next()) {
        (Some(only), None, None, None) => Ok(only.expires()),
        _ => Err(Failure::input(&given.label, "not one hand-over alone")),
    }
}
