//! Records in words.

use std::fmt::Write as _;

use throughline::audit::{Claimed, Decision, Event, Execution, HopRecord, Input, Record};
use throughline::{ProofKind, Vouching};

use crate::chain_report::origin_kind;
use crate::clock::Utc;
use crate::plain::Plain;
use crate::show;

/// A record in one line.
pub(super) fn line(record: &Record<'_>) -> String {
    let what = match &record.event {
        Event::Decision(decision) => decided(decision),
        Event::Opened(opened) => format!("opened by {} for {}", Plain(&opened.software), Plain(&opened.audience)),
        Event::Changed(changed) => {
            let number = changed.number.map(|number| format!(" {number}")).unwrap_or_default();
            format!("judges by {}{number} {} from now on", input(changed.what), changed.digest)
        }
        Event::Lost(lost) => format!("{} decisions before this could not be written", lost.records),
        Event::Closed => "closed".to_owned(),
    };
    format!("{:<6} {}  {what}", record.seq, Utc(record.time))
}

/// A record in full.
pub(super) fn all(record: &Record<'_>) -> String {
    let Event::Decision(decision) = &record.event else { return line(record) };
    let verdict = if decision.refused.is_some() { "REFUSED" } else { "ADMITTED" };
    let mut text = format!("{verdict:<15}record {}, {}\n", record.seq, Utc(record.time));
    if let Some(refused) = &decision.refused {
        let step = refused.step.map(|step| format!(", V{step}")).unwrap_or_default();
        let told = Plain(&refused.reason);
        row(
            &mut text,
            "because",
            &format!("{}: {} ({}{step})", Plain(&refused.at), Plain(&refused.text), Plain(&refused.name)),
        );
        row(&mut text, "caller told", &told.to_string());
    }
    asked(&mut text, decision);
    if let Some(execution) = &decision.execution {
        three_questions(&mut text, execution);
    }
    if let Some(claimed) = &decision.claimed {
        claims(&mut text, claimed);
    }
    if let Some(token) = &decision.token {
        row(&mut text, "token", &format!("SHA-256 {token}"));
    }
    text
}

fn asked(text: &mut String, decision: &Decision<'_>) {
    if let (Some(action), Some(resource)) = (&decision.action, &decision.resource) {
        row(text, "asked", &format!("{} on {}, of {}", Plain(action), Plain(resource), Plain(&decision.audience)));
    } else {
        row(text, "asked", &format!("something of {}", Plain(&decision.audience)));
    }
    if let Some(request) = &decision.request {
        row(text, "request", &format!("SHA-256 {request}"));
    }
    if let Some(grants) = &decision.grants {
        for grant in grants.grants().iter() {
            row(text, "granted by", &show::grant(&grant));
        }
    }
    if let Some(proof) = &decision.proof {
        let kind = match proof.kind {
            ProofKind::Signed => "signed by the one who performs it",
            ProofKind::Mac => "a MAC, which this service could have made itself",
        };
        row(text, "proof", &format!("{kind}, made {}", Utc(proof.issued)));
    }
}

fn three_questions(text: &mut String, execution: &Execution<'_>) {
    if let Some(head) = execution.hops.last() {
        row(text, "performed by", &who(head));
    }
    let origin = &execution.origin;
    let (by, anchor) = (Plain(&origin.accountable), Plain(&origin.anchor).to_string());
    row(text, "authorized by", &format!("{by} ({} origin, anchor {anchor:?})", origin_kind(origin.kind)));
    if let Some(consent) = &origin.consent {
        row(text, "consent", &format!("record with SHA-256 {consent}"));
    }
    let authority = if execution.independent { "independent authority" } else { "delegated authority" };
    let count = execution.hops.len();
    let hops = if count == 1 { "hop" } else { "hops" };
    row(text, "connected by", &format!("{count} {hops} of execution {}, {authority}", execution.id));
    for (n, hop) in execution.hops.iter().enumerate() {
        let handed = if hop.handover.is_some() { ", called by name" } else { "" };
        let _ = writeln!(text, "  hop {n:<9}{}{handed}", who(hop));
    }
}

fn claims(text: &mut String, claimed: &Claimed<'_>) {
    let (head, root) = (Plain(&claimed.identifier), Plain(&claimed.accountable));
    row(
        text,
        "claimed",
        &format!("NOT VERIFIED: {} hops from {root} to {head}, execution {}", claimed.hops, claimed.id),
    );
}

fn who(hop: &HopRecord<'_>) -> String {
    let mut text = Plain(&hop.identifier).to_string();
    if let Some(role) = &hop.role {
        let _ = write!(text, " as {}", Plain(role));
    }
    let _ = match (hop.vouching, &hop.attester) {
        (Vouching::Origin, _) => write!(text, ", vouched for by the trust bundle, as origin"),
        (Vouching::Pin, _) => write!(text, ", vouched for by the trust bundle"),
        (Vouching::Credential, Some(attester)) => write!(text, ", on the word of {}", Plain(attester)),
        (Vouching::Credential, None) | (Vouching::Unvouched, _) => write!(text, ", for which nobody vouches"),
    };
    if let Some(accountable) = &hop.accountable {
        let _ = write!(text, ", for {}", Plain(accountable));
    }
    text
}

fn decided(decision: &Decision<'_>) -> String {
    let asked = match (&decision.action, &decision.resource) {
        (Some(action), Some(resource)) => format!("{} {}", Plain(action), Plain(resource)),
        _ => "-".to_owned(),
    };
    match &decision.refused {
        None => {
            let execution = decision.execution.as_ref();
            let head = execution.and_then(|execution| execution.hops.last()).map_or("", |head| &*head.identifier);
            let origin = execution.map_or("", |execution| &*execution.origin.accountable);
            format!("ADMITTED  {asked}  by {} for {}", Plain(head), Plain(origin))
        }
        Some(refused) => {
            let by = decision.claimed.as_ref().map(|claimed| format!("  claimed by {}", Plain(&claimed.identifier)));
            format!("REFUSED   {asked}  {} ({}){}", Plain(&refused.name), Plain(&refused.at), by.unwrap_or_default())
        }
    }
}

const fn input(what: Input) -> &'static str {
    match what {
        Input::TrustBundle => "trust bundle",
        Input::RevocationList => "revocation list",
        Input::KnownCredentials => "known credentials",
    }
}

fn row(text: &mut String, label: &str, value: &str) {
    let _ = writeln!(text, "{label:<15}{value}");
}
