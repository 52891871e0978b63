//! What a verified chain says: who performed this, who authorized it, how the two are connected. For people; its JSON is the facts themselves.

use std::fmt::Write as _;

use throughline::UnixTime;
use throughline_gate::{ChainFacts, HopFacts, StatementFacts};

use crate::clock::Utc;
use crate::plain::Plain;
use crate::show;

/// The chain for people.
pub(crate) fn text(chain: &ChainFacts) -> String {
    let mut text = String::new();
    let mut row = |label: &str, value: String| {
        let _ = writeln!(text, "{label:<15}{value}");
    };
    if let Some(head) = chain.hops.last() {
        row("performed by", who(head));
    }
    if let Some(origin) = &chain.origin {
        let (by, anchor) = (Plain(&origin.accountable), Plain(&origin.anchor));
        row("authorized by", format!("{by} ({} origin, anchor {anchor:?})", origin.kind, anchor = anchor.to_string()));
    }
    let authority = if chain.independent { "independent authority" } else { "delegated authority" };
    let hops = chain.hops.len();
    row(
        "connected by",
        format!("{hops} {} of execution {}, {authority}", if hops == 1 { "hop" } else { "hops" }, chain.execution),
    );
    row("verified at", format!("{}, {} bytes", Utc(UnixTime(chain.at)), chain.bytes));
    for hop in &chain.hops {
        text.push('\n');
        text.push_str(&hop_text(hop));
    }
    text.push_str("\nmay still do\n");
    if chain.grants.is_empty() {
        text.push_str("  nothing\n");
    }
    for grant in &chain.grants {
        let _ = writeln!(text, "  {}", show::grant(grant));
    }
    text
}

fn who(hop: &HopFacts) -> String {
    let identifier = Plain(&hop.identifier);
    match &hop.role {
        Some(role) => format!("{identifier} as {}", Plain(role)),
        None => format!("{identifier} (nobody vouches for this key)"),
    }
}

fn hop_text(hop: &HopFacts) -> String {
    let mut text = format!("hop {:<3}{}\n", hop.position, who(hop));
    let mut row = |label: &str, value: String| {
        let _ = writeln!(text, "       {label:<13}{value}");
    };
    match (hop.vouching.as_str(), hop.attester.as_deref()) {
        ("origin", _) => row("vouched by", "the trust bundle, as origin".to_owned()),
        ("pin", attester) => {
            row("vouched by", format!("the trust bundle, for {}", Plain(attester.unwrap_or_default())))
        }
        (_, Some(attester)) => row("vouched by", Plain(attester).to_string()),
        (_, None) => {}
    }
    if let Some(accountable) = &hop.accountable {
        row("accountable", Plain(accountable).to_string());
    }
    if let Some(allowed_by) = &hop.allowed_by {
        let handed = if hop.handover.is_some() { ", by hand-over" } else { "" };
        row(
            "continues",
            format!("hop {}, which allows {}{handed}", hop.position.saturating_sub(1), allowed_whom(allowed_by)),
        );
    }
    if !hop.properties.is_empty() {
        let stated: Vec<String> = hop.properties.iter().map(statement_text).collect();
        row("attested", stated.join(", "));
    }
    row("valid", format!("{} to {}", Utc(UnixTime(hop.start)), Utc(UnixTime(hop.expires))));
    let left = hop.grants.len();
    match (hop.position, hop.narrowed) {
        (0, _) => row("grants", left.to_string()),
        (_, true) => row("grants", format!("narrowed to {left}")),
        (_, false) => row("grants", "as before".to_owned()),
    }
    text
}

fn statement_text(statement: &StatementFacts) -> String {
    let fresh = if statement.fresh { " (fresh)" } else { "" };
    format!("{} {}{fresh}", Plain(&statement.name), Plain(&statement.value.to_string()))
}

/// Whom the hop before allows, in words.
fn allowed_whom(allowed_by: &str) -> &'static str {
    match allowed_by {
        "key" => "this key",
        "identifier" => "this identifier",
        "contract" => "whoever meets its contract",
        _ => "anyone",
    }
}
