//! What `verify` and `admit` trust: a bundle, known credentials, revocation lists, each from a file.

use std::path::PathBuf;

use clap::Args;
use throughline::bundle::Bundle;
use throughline::trust::Trust;
use throughline::{Engine, KnownCredentials, RevocationStore};

use crate::artifact::Artifact;
use crate::failure::Failure;
use crate::input::{self, label};
use crate::output;
use crate::plain::Plain;

/// The files.
#[derive(Args, Debug)]
#[command(next_help_heading = "Trust")]
pub(crate) struct TrustArgs {
    /// The trust bundle (JSON; see below)
    #[arg(long, value_name = "FILE")]
    trust: PathBuf,
    /// A credential that tokens may name without carrying it
    #[arg(long, value_name = "FILE")]
    known: Vec<PathBuf>,
    /// A revocation list; each revocation issuer of the bundle needs a current one
    #[arg(long, value_name = "FILE")]
    revocations: Vec<PathBuf>,
}

/// What was read.
pub(crate) struct Loaded {
    bundle: Bundle,
    pub(crate) known: KnownCredentials,
    pub(crate) revocations: RevocationStore,
    label: String,
}

impl TrustArgs {
    pub(crate) fn load(&self) -> Result<Loaded, Failure> {
        let label = label(&self.trust);
        let json = input::read_text(&self.trust, input::LARGE)?;
        let fail = |mistakes| Failure::Json { subject: label.clone(), mistakes };
        let bundle = Bundle::from_json(&json).map_err(fail)?;
        let mut known = KnownCredentials::new();
        for path in &self.known {
            let credential = Artifact::read(path)?;
            let taken = known.take_in(credential.bytes, bundle.trust(), SIGNATURES);
            taken.map_err(Failure::refused(credential.label))?;
        }
        let revocations = RevocationStore::new();
        for path in &self.revocations {
            let list = Artifact::read_up_to(path, input::LARGE)?;
            revocations.take_in(&list.bytes, bundle.trust(), SIGNATURES).map_err(Failure::refused(list.label))?;
        }
        Ok(Loaded { bundle, known, revocations, label })
    }
}

impl Loaded {
    pub(crate) const fn trust(&self) -> &Trust<'static> {
        self.bundle.trust()
    }

    /// What is odd about the bundle, a line each.
    pub(crate) fn warnings(&self) -> Vec<String> {
        self.bundle
            .warnings()
            .iter()
            .map(|warning| format!("{}: {}", self.label, Plain(&warning.to_string())))
            .collect()
    }

    /// Puts the warnings on standard error.
    pub(crate) fn warn(&self) {
        for warning in self.warnings() {
            output::diagnostic(&format!("warning: {warning}"));
        }
    }
}

/// Who checks signatures, for all verbs.
pub(crate) const SIGNATURES: &Engine = &Engine;

/// What `--help` of both verbs says about the bundle.
pub(crate) const HELP: &str = r#"THE TRUST BUNDLE

  {
    "version": 0,
    "origins": [{
      "name": "alice",
      "kind": "identity",
      "key": {"kty": "EC", "crv": "P-256", "x": "...", "y": "..."},
      "identifier": "https://acme.example/alice/authority",
      "role": "owner",
      "accountable": ["https://acme.example/alice"],
      "ceiling": [{"action": "calendar.*", "resource": "calendar/alice/*"}]
    }],
    "attesters": [{
      "key": {"kty": "EC", "crv": "P-256", "x": "...", "y": "..."},
      "name": "https://attester.acme.example",
      "namespaces": ["spiffe://acme.example/executors"],
      "accountable": ["https://acme.example/alice"],
      "roles": ["authorized-workload"],
      "properties": ["hardware", "executables"],
      "outlive": 0
    }],
    "pins": [],
    "revokers": []
  }

  "throughline key show --jwk FILE" prints a key in the form that stands there. Origins of kind
  "role" have "attester", "role" and "accountable" in the place of key, identifier and role, those
  of kind "context" have "attester", "properties", "accountable" and "max_age". Anchors are tried in
  order. The JSON Schema is spec/bundle.schema.json."#;

/// What `--help` of every verb says about files, times and `--json`.
pub(crate) const JSON_HELP: &str = r#"FILES AND TIMES

  Tokens, credentials, hand-overs, proofs and lists are raw bytes or base64url text without padding;
  either is read, and - is standard input. --out FILE writes raw bytes, otherwise text is printed.
  --at fixes the time; the default is this machine's clock. Without --for or --expires a credential
  holds for 1 h, a root for 15 min, and a continuation as long as what it continues allows.

MACHINE OUTPUT

  With --json, exactly one JSON object on one line of standard output, and nothing on standard
  error. Success: "ok": true and the members of the verb. Failure: "ok": false and "error" with
  "exit", "subject" (the file), "number", "name", "stage", "part", "index", "byte", "reason",
  "text"; "number" is null where there was nothing to judge (exit 2). A trust bundle with mistakes
  adds "mistakes" with "path", "line", "column", "text"; vectors that differ add "conformance", which
  is what the verb prints otherwise. Members are added, never renamed or removed.

EXIT CODES

  0 allowed or done, 1 refused, 2 usage or input that cannot be read"#;
