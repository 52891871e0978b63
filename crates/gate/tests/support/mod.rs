//! A gate in the world of the library's tests: what it is asked, and a log that remembers.
#![allow(dead_code, reason = "each test binary uses a part")]
#![allow(clippy::unwrap_used, clippy::panic, reason = "a fixture that cannot be made fails the test")]

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};

use throughline::issue::ProofBuilder;
use throughline::trust::Trust;
use throughline::{Argument, Digest, UnixTime, Value};
use throughline_gate::{Builder, Call, Decision, Gate, Notice, Outcome, Requirement, Sink, SinkError};

use crate::common::world::wide_trust;
use crate::common::{AUDIENCE, NOW, key, request_digest};

/// What every test asks for.
pub(crate) const DAYS: [Argument<'static>; 1] = [Argument { name: "days", value: Value::Int(7) }];

/// A sink that keeps a line per decision, and can be broken.
#[derive(Clone, Default)]
pub(crate) struct Log(Arc<State>);

#[derive(Default)]
struct State {
    lines: Mutex<Vec<String>>,
    broken: AtomicBool,
}

impl Log {
    pub(crate) fn lines(&self) -> Vec<String> {
        self.0.lines.lock().unwrap().clone()
    }

    pub(crate) fn last(&self) -> String {
        self.lines().last().cloned().unwrap_or_default()
    }

    pub(crate) fn breaks(&self, broken: bool) {
        self.0.broken.store(broken, Ordering::SeqCst);
    }

    fn keep(&self, line: String) -> Result<(), SinkError> {
        if self.0.broken.load(Ordering::SeqCst) {
            return Err(SinkError("no space left on device".into()));
        }
        self.0.lines.lock().unwrap().push(line);
        Ok(())
    }
}

impl Sink for Log {
    fn record(&self, decision: &Decision<'_>) -> Result<(), SinkError> {
        self.keep(match decision.outcome {
            Outcome::Admitted { admission, grant } => {
                format!("admitted {} hops by grant {grant}", admission.chain().len())
            }
            Outcome::Refused { refusal, chain } => {
                let verified = chain.map_or(String::new(), |chain| format!(" of {} verified hops", chain.len()));
                format!("refused {}{verified}", refusal.name())
            }
            _ => panic!("an outcome that no test knows"),
        })
    }

    fn notice(&self, _: UnixTime, notice: &Notice<'_>) -> Result<(), SinkError> {
        self.keep(match notice {
            Notice::Lost { records } => format!("lost {records}"),
            Notice::TrustSuspended { why } => format!("suspended: {why}"),
            Notice::TrustChanged { .. } => "trust changed".into(),
            Notice::KnownCredentialsChanged { .. } => "known credentials changed".into(),
            Notice::RevocationListChanged { number, .. } => format!("revocation list {number}"),
            _ => panic!("a notice that no test knows"),
        })
    }
}

pub(crate) fn builder(trust: Trust<'static>, log: &Log) -> Builder {
    Gate::builder(AUDIENCE, trust, log.clone()).clock(NOW).replay_began(UnixTime(0))
}

/// A gate that trusts the wide world and never ran before, and its log.
pub(crate) fn gate() -> (Gate, Log) {
    let log = Log::default();
    (builder(wide_trust(), &log).build(), log)
}

pub(crate) fn call<'a>(token: &'a [u8], proof: &'a [u8], requirement: &'a Requirement) -> Call<'a> {
    bare(requirement).carrying(Some(token), Some(proof))
}

/// A call that carries nothing.
pub(crate) fn bare(requirement: &Requirement) -> Call<'_> {
    Call::new(request_digest(), "calendar.read", "calendar/alice/work", requirement).with(&DAYS)
}

/// A proof by this head, with this nonce.
pub(crate) fn proof(token: &[u8], head: &str, nonce: u8) -> Vec<u8> {
    proof_at(token, head, nonce, NOW)
}

pub(crate) fn proof_at(token: &[u8], head: &str, nonce: u8, at: UnixTime) -> Vec<u8> {
    ProofBuilder::new(token, AUDIENCE, request_digest(), at, [nonce; 16]).sign(&key(head)).unwrap()
}

/// The name of what refuses a token by this head under a requirement; `None` where nothing does.
pub(crate) fn refused_by(gate: &Gate, token: &[u8], head: &str, requirement: &Requirement) -> Option<&'static str> {
    use std::sync::atomic::AtomicU8;
    static NONCE: AtomicU8 = AtomicU8::new(0);
    let proof = proof(token, head, NONCE.fetch_add(1, Ordering::SeqCst));
    gate.decide(&call(token, &proof, requirement)).err().map(|refusal| refusal.name())
}

pub(crate) fn digest(name: &str) -> Digest {
    Digest::of(&[name.as_bytes()])
}
