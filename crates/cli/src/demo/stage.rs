//! The stage: every process running, told of the others; what they do is compared with what was expected.

use std::collections::BTreeMap;

use serde::Serialize;
use serde::de::DeserializeOwned;
use throughline::ErrorKind;

use crate::demo::bundle::trust_bundle;
use crate::demo::cast::CAST;
use crate::demo::print::Printer;
use crate::demo::process::{Process, Setup};
use crate::demo::record::{Record, Verdict};
use crate::demo::story::Tally;
use crate::demo::trouble::{Outcome, trouble};
use crate::demo::wire::Call;
use crate::demo::work::Answer;

/// All processes. They end when this is dropped.
#[derive(Debug)]
pub(super) struct Stage {
    processes: BTreeMap<&'static str, Process>,
    setup: Setup,
    pub(super) printer: Printer,
    pub(super) tally: Tally,
}

impl Stage {
    /// Starts every process and tells each of the others.
    pub(super) fn open(printer: Printer) -> Outcome<Self> {
        let (mut processes, mut peers) = (BTreeMap::new(), BTreeMap::new());
        for member in CAST {
            let (process, hello) = Process::start(member.name)?;
            processes.insert(member.name, process);
            peers.insert(member.name.to_owned(), hello);
        }
        let setup = Setup { bundle: trust_bundle(&peers)?, peers };
        for process in processes.values_mut() {
            process.set_up(&setup)?;
        }
        Ok(Self { processes, setup, printer, tally: Tally::default() })
    }

    pub(super) fn len(&self) -> usize {
        self.processes.len()
    }

    pub(super) fn port(&self, name: &str) -> Outcome<u16> {
        self.setup.port(name)
    }

    /// Asks a process for something.
    pub(super) fn ask<T: DeserializeOwned>(&self, name: &str, target: &str, what: &impl Serialize) -> Outcome<T> {
        let reply = Call::post(target, what)?.send(self.port(name)?)?;
        reply.read().map_err(|error| trouble(format!("{name}: {error}")))
    }

    /// Asks a process for something, and hands it a token.
    pub(super) fn hand<T: DeserializeOwned>(&self, name: &str, token: &[u8], what: &impl Serialize) -> Outcome<T> {
        let reply = Call::post("/work", what)?.with(token, &[]).send(self.port(name)?)?;
        reply.read().map_err(|error| trouble(format!("{name}: {error}")))
    }

    /// The next line of a service's log must say that the call was admitted, and so must the answer.
    pub(super) fn admitted(&mut self, service: &str, title: &str, answer: &Answer) -> Outcome<Record> {
        let record = self.log(service)?;
        let fits = matches!(record.verdict, Verdict::Admitted(_)) && answer.status == 200;
        if fits {
            self.tally.admitted = self.tally.admitted.saturating_add(1);
            self.printer.outcome(title, &record)?;
            self.printer.admitted(title, &record)?;
        } else {
            self.wrong(title, "to be admitted", &record)?;
        }
        Ok(record)
    }

    /// The next line of a service's log must say that this step refused, and the answer no more than its coarse reason.
    pub(super) fn refused(
        &mut self,
        service: &str,
        (title, who): (&str, &str),
        answer: &Answer,
        kind: ErrorKind,
    ) -> Outcome<()> {
        let record = self.log(service)?;
        let told = Answer { status: kind.reason().http_status(), reason: kind.reason().name().into() };
        match &record.verdict {
            Verdict::Refused(refused)
                if refused.step == kind.number() && refused.name == kind.name() && *answer == told =>
            {
                self.tally.refused = self.tally.refused.saturating_add(1);
                self.printer.outcome(title, &record)?;
                self.printer.refused(title, who, answer, refused)
            }
            Verdict::Refused(_) | Verdict::Admitted(_) => {
                self.wrong(title, &format!("V{} {}", kind.number(), kind.name()), &record)
            }
        }
    }

    fn wrong(&mut self, title: &str, expected: &str, record: &Record) -> Outcome<()> {
        self.tally.wrong = self.tally.wrong.saturating_add(1);
        self.printer.wrong(title, expected, record)
    }

    fn log(&self, service: &str) -> Outcome<Record> {
        self.processes.get(service).ok_or_else(|| trouble(format!("nobody is called {service}")))?.line()
    }
}
