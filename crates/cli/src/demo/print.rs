//! How the demo tells its story: short, aligned, in colour where a person reads it.

use std::io::{self, IsTerminal as _, Write as _};

use serde_json::json;
use throughline::ErrorKind;

use crate::demo::record::{Admitted, HopRecord, Record, Refused};
use crate::demo::story::Tally;
use crate::demo::trouble::Outcome;
use crate::demo::work::Answer;

/// Writes to standard output, in words or as lines of JSON.
#[derive(Debug)]
pub(super) struct Printer {
    colour: bool,
    json: bool,
}

impl Printer {
    /// Colour only on a terminal, and not with `NO_COLOR`.
    pub(super) fn new(json: bool) -> Self {
        let wanted = std::env::var_os("NO_COLOR").is_none_or(|value| value.is_empty());
        Self { colour: wanted && io::stdout().is_terminal(), json }
    }

    pub(super) fn title(&self, title: &str) -> Outcome<()> {
        self.line(&format!("\n{}", self.paint(BOLD, title)))
    }

    /// Two columns.
    pub(super) fn pair(&self, name: &str, words: &str) -> Outcome<()> {
        self.line(&format!("  {name:<18}{words}"))
    }

    /// An outcome that was expected.
    pub(super) fn outcome(&self, title: &str, record: &Record) -> Outcome<()> {
        self.json(&json!({"step": title, "expected": true, "record": record}))
    }

    /// An admitted call, in one line.
    pub(super) fn admitted(&self, title: &str, record: &Record) -> Outcome<()> {
        let Record { asked, action, status, .. } = record;
        self.line(&format!("  {title}"))?;
        self.line(&format!("    {} {asked} ({action})", self.paint(GREEN, &format!("{status} admitted"))))
    }

    /// The answer to the question, in one line.
    pub(super) fn short_answer(&self, admitted: &Admitted) -> Outcome<()> {
        let Admitted { origin, hops, .. } = admitted;
        let head = hops.last().map(|head| short(&head.identifier)).unwrap_or_default();
        let words = format!("by {head}, authorized by {}, {}", origin.accountable, extent(admitted));
        self.line(&format!("    {:<13}{}", "", self.paint(DIM, &words)))
    }

    /// The answer to the question: who performed this, who authorized it, how the two are connected.
    pub(super) fn answer(&self, admitted: &Admitted) -> Outcome<()> {
        let Admitted { origin, hops, execution, .. } = admitted;
        if let Some(head) = hops.last() {
            let role = head.role.as_deref().map(|role| format!(", as {role}")).unwrap_or_default();
            self.question("who performed this", &format!("{}{role}", short(&head.identifier)))?;
            self.question("", &self.paint(DIM, &standing(head)))?;
        }
        let by = match origin.kind.as_str() {
            "identity" => "with its own key",
            "role" => "through a role trusted to create authority",
            _ => "through an attested context",
        };
        self.question("who authorized it", &format!("{}, {by} (anchor {})", origin.accountable, origin.anchor))?;
        let id = execution.get(..16).unwrap_or_default();
        self.question("how connected", &format!("{}, execution {id}…", extent(admitted)))?;
        hops.iter().enumerate().try_for_each(|(position, hop)| self.hop(position, hop))
    }

    /// A refused call: what the caller learned, and what the service's log says.
    pub(super) fn refused(&self, title: &str, who: &str, answer: &Answer, refused: &Refused) -> Outcome<()> {
        let Refused { step, name, place, .. } = refused;
        let told = format!("{} {}", answer.status, answer.reason);
        let name = self.paint(RED, &format!("V{step} {name}"));
        self.line(&format!("  {title}: {}", self.paint(DIM, who)))?;
        self.line(&format!("    {told:<19}{name}  {place}: {}", fixed_text(refused)))
    }

    /// An outcome that was not expected.
    pub(super) fn wrong(&self, title: &str, expected: &str, found: &Record) -> Outcome<()> {
        self.json(&json!({"step": title, "expected": false, "wanted": expected, "record": found}))?;
        let found = serde_json::to_string(&found.verdict)?;
        self.line(&format!("  {title}\n    {} expected {expected}, found {found}", self.paint(RED, "NOT AS EXPECTED")))
    }

    pub(super) fn summary(&self, tally: &Tally, processes: usize) -> Outcome<()> {
        let Tally { admitted, refused, wrong } = *tally;
        self.json(&json!({"admitted": admitted, "refused": refused, "not_as_expected": wrong}))?;
        let verdict = match wrong {
            0 => self.paint(GREEN, "all as expected"),
            _ => self.paint(RED, &format!("{wrong} not as expected")),
        };
        self.line(&format!(
            "\n{admitted} admitted, {refused} refused, {verdict} ({processes} processes, loopback only)"
        ))
    }

    fn question(&self, question: &str, answer: &str) -> Outcome<()> {
        self.line(&format!("    {}{answer}", self.paint(BOLD, &format!("{question:<20}"))))
    }

    fn hop(&self, position: usize, hop: &HopRecord) -> Outcome<()> {
        let role = hop.role.as_deref().map(|role| format!("{role} ")).unwrap_or_default();
        self.line(&format!("      {position}  {}, {role}{}", short(&hop.identifier), hop.vouched))?;
        if hop.handed_over {
            self.detail("called", "by name, in a hand-over of the hop before")?;
        }
        if position > 0 && !hop.narrowed {
            self.detail("may do", "the same")?;
        } else {
            let mut verb = if position == 0 { "creates" } else { "narrows to" };
            for grant in &hop.grants {
                self.detail(verb, grant)?;
                verb = "";
            }
        }
        match &hop.next {
            Some(next) => self.detail("lets continue", next),
            None => Ok(()),
        }
    }

    fn detail(&self, verb: &str, words: &str) -> Outcome<()> {
        self.line(&format!("         {}", self.paint(DIM, &format!("{verb:<15}{words}"))))
    }

    fn line(&self, line: &str) -> Outcome<()> {
        if self.json { Ok(()) } else { write(line) }
    }

    fn json(&self, value: &serde_json::Value) -> Outcome<()> {
        if self.json { write(&value.to_string()) } else { Ok(()) }
    }

    fn paint(&self, code: &str, words: &str) -> String {
        if self.colour { format!("\x1b[{code}m{words}\x1b[0m") } else { words.into() }
    }
}

fn extent(admitted: &Admitted) -> String {
    let links = if admitted.hops.len() == 1 { "link" } else { "links" };
    let whose = if admitted.independent { "independent" } else { "delegated" };
    format!("{} {links}, {whose}", admitted.hops.len())
}

fn standing(hop: &HopRecord) -> String {
    match &hop.accountable {
        Some(accountable) => format!("{}; {accountable} answers for it", hop.vouched),
        None => hop.vouched.clone(),
    }
}

/// The text of the step without the times that were compared: they differ from run to run.
fn fixed_text(refused: &Refused) -> &str {
    let row = ErrorKind::TABLE.iter().find(|(step, ..)| *step == refused.step);
    row.map_or(refused.text.as_str(), |(_, _, _, text)| text)
}

/// A thumbprint URI is longer than a line needs.
fn short(identifier: &str) -> String {
    match identifier.rsplit_once(':') {
        Some((scheme, thumbprint)) if scheme.starts_with("urn:") => {
            format!("{scheme}:{}…", thumbprint.get(..8).unwrap_or_default())
        }
        _ => identifier.into(),
    }
}

fn write(line: &str) -> Outcome<()> {
    Ok(writeln!(io::stdout().lock(), "{line}")?)
}

const BOLD: &str = "1";
const DIM: &str = "2";
const RED: &str = "31";
const GREEN: &str = "32";
