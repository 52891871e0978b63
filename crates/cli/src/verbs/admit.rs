//! `admit`: whether a request may run, once.

use std::path::{Path, PathBuf};

use serde::Serialize;
use throughline::audit::{Decision, Event, Refused};
use throughline::{
    AgreementKey, Argument, AuthorityDemand, BoundedReplayMemory, Part, Policy, ProofDemand, ProofKind, ReplayMemory,
    Request, UnixTime, Verifier,
};
use throughline_audit::{FileLog, Options};
use throughline_gate::ChainFacts;

use crate::artifact::Artifact;
use crate::chain_report;
use crate::clock::Clock;
use crate::failure::Failure;
use crate::keys;
use crate::names;
use crate::output;
use crate::replay_dir::ReplayDirectory;
use crate::request::RequestArgs;
use crate::trust::{HELP, SIGNATURES, TrustArgs};
use crate::values::{self, Named};
use crate::verbs::audit::log_failure;

/// Decide as a service would: may this request run, for this token and this proof?
///
/// A proof is good for one request. Who used which is remembered in this process only, so without --replay-dir the same
/// proof is admitted again by the next run of this program; a service keeps one memory for its audience.
#[derive(clap::Args, Debug)]
#[command(after_help = EXAMPLE, after_long_help = format!("{EXAMPLE}\n\n{HELP}"))]
pub(crate) struct Args {
    /// The token
    #[arg(long, value_name = "FILE")]
    token: PathBuf,
    /// The proof
    #[arg(long, value_name = "FILE")]
    proof: PathBuf,
    /// This service's name
    #[arg(long, value_name = "NAME", value_parser = names::audience)]
    audience: String,
    /// What the request wants to do
    #[arg(long, value_name = "ACTION")]
    action: String,
    /// On what
    #[arg(long, value_name = "RESOURCE")]
    resource: String,
    /// With which argument: an integer, true or false, or text ("..." where it looks like one of those)
    #[arg(long, value_name = "NAME=VALUE", value_parser = values::argument)]
    arg: Vec<Named>,
    /// Which proofs will do
    #[arg(long, value_enum, default_value_t = Proofs::Any)]
    proof_demand: Proofs,
    /// Whose authority may be spent: somebody else's (delegated), or the actor's own accountable entity's (independent)
    #[arg(long, value_enum, default_value_t = Authority::Any)]
    authority: Authority,
    /// A private agreement key of this service (PEM), for MAC proofs
    #[arg(long, value_name = "PEM")]
    agreement_key: Vec<PathBuf>,
    /// Remember used proofs in this directory, beyond this run: for scripts and trials
    #[arg(long, value_name = "DIR")]
    replay_dir: Option<PathBuf>,
    /// Write the decision into this audit log; a request that cannot be recorded is not admitted
    #[arg(long, value_name = "LOG")]
    audit: Option<PathBuf>,
    #[command(flatten)]
    clock: Clock,
    #[command(flatten)]
    trust: TrustArgs,
    #[command(flatten)]
    request: RequestArgs,
}

/// Which proofs will do.
#[derive(Clone, Copy, Debug, clap::ValueEnum)]
enum Proofs {
    Any,
    Signed,
}

/// Whose authority may be spent.
#[derive(Clone, Copy, Debug, clap::ValueEnum)]
enum Authority {
    Any,
    Delegated,
    Independent,
}

#[derive(Serialize)]
struct Admitted {
    admitted: bool,
    proof: &'static str,
    replay_memory: &'static str,
    #[serde(flatten)]
    chain: ChainFacts,
    warnings: Vec<String>,
}

pub(crate) fn run(args: &Args, json: bool) -> Result<(), Failure> {
    let now = args.clock.now()?;
    let loaded = args.trust.load()?;
    let token = Artifact::read(&args.token)?;
    let proof = Artifact::read(&args.proof)?;
    let keys: Vec<AgreementKey> =
        args.agreement_key.iter().map(|path| keys::agreement(path)).collect::<Result<_, _>>()?;
    let arguments: Vec<Argument<'_>> = args.arg.iter().filter_map(Named::as_argument).collect();
    let request = Request::new(&args.audience, args.request.digest()?, &args.action, &args.resource)
        .with(&arguments)
        .under(policy(args));
    let replay: Box<dyn ReplayMemory> = match &args.replay_dir {
        Some(path) => Box::new(ReplayDirectory::open(path)?),
        // It begins at 0, for it knows of no proof that was admitted before this run.
        None => Box::new(BoundedReplayMemory::new(16, UnixTime(0))),
    };
    let log = args.audit.as_deref().map(AuditLog::open).transpose()?;
    let agreement = keys.as_slice();
    let verifier =
        Verifier::new(loaded.trust(), SIGNATURES, &loaded.revocations).known(&loaded.known).agreement(&agreement);
    let admission = verifier.admit(&token.bytes, &proof.bytes, &request, &*replay, now);
    if let Some(log) = &log {
        let decision = match &admission {
            Ok(admission) => Decision::admitted(admission, &request),
            Err(error) => {
                let about = Decision::of(&args.audience).about(&request);
                about.refused(Refused::from(error), Some(&token.bytes), Some(&proof.bytes))
            }
        };
        log.write(now, decision)?;
    }
    let admission = admission.map_err(|error| {
        let subject = if error.at.part == Part::Proof {
            proof.label.clone()
        } else if error.at.part == Part::Request {
            "admit".to_owned()
        } else {
            token.label.clone()
        };
        Failure::Refused { subject, error }
    })?;
    let chain = ChainFacts::new(admission.chain(), token.bytes.len(), now);
    let proof = match admission.proof().kind() {
        ProofKind::Signed => "signed",
        ProofKind::Mac => "mac",
    };
    let replay_memory = if args.replay_dir.is_some() { "directory" } else { "process" };
    if json {
        return output::object(&Admitted { admitted: true, proof, replay_memory, chain, warnings: loaded.warnings() });
    }
    loaded.warn();
    let memory = match args.replay_dir {
        Some(_) => "used up",
        None => "used up in this run only (see --replay-dir)",
    };
    output::line(&format!("ADMITTED       {proof} proof, {memory}\n{}", chain_report::text(&chain)))
}

/// A log that this run adds one record to.
struct AuditLog<'p> {
    path: &'p Path,
    log: FileLog,
}

impl<'p> AuditLog<'p> {
    fn open(path: &'p Path) -> Result<Self, Failure> {
        let log = FileLog::open(path, &Options::default()).map_err(|error| log_failure(path, &error))?;
        Ok(Self { path, log })
    }

    fn write(&self, now: UnixTime, decision: Decision<'_>) -> Result<(), Failure> {
        let written = self.log.write(now, Event::Decision(Box::new(decision)));
        written.map_err(|error| log_failure(self.path, &error.into()))
    }
}

const fn policy(args: &Args) -> Policy {
    Policy {
        proof: match args.proof_demand {
            Proofs::Any => ProofDemand::Any,
            Proofs::Signed => ProofDemand::Signed,
        },
        authority: match args.authority {
            Authority::Any => AuthorityDemand::Any,
            Authority::Delegated => AuthorityDemand::Delegated,
            Authority::Independent => AuthorityDemand::Independent,
        },
    }
}

const EXAMPLE: &str = r#"EXAMPLE

  throughline admit --trust trust.json --token worker.token --proof request.proof \
    --audience https://calendar.acme.example --http GET https://calendar.acme.example/alice/work \
    --action calendar.read --resource calendar/alice/work"#;
