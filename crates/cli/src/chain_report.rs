//! What a verified chain says: who performed this, who authorized it, how the two are connected. For people and as JSON.

use std::fmt::Write as _;

use serde::Serialize;
use serde_json::Value as Json;
use throughline::bundle::GrantsAsJson;
use throughline::{Hop, Next, OriginForm, UnixTime, VerifiedChain, Vouching};

use crate::clock::Utc;
use crate::plain::Plain;
use crate::show;

/// The chain as JSON.
#[derive(Serialize)]
pub(crate) struct ChainReport<'c> {
    at: u64,
    execution: String,
    head: String,
    independent: bool,
    origin: Option<OriginReport<'c>>,
    hops: Vec<HopReport<'c>>,
    grants: GrantsAsJson<'c>,
    bytes: usize,
}

#[derive(Serialize)]
struct OriginReport<'c> {
    kind: &'static str,
    accountable: &'c str,
    anchor: &'c str,
    consent: Option<String>,
}

#[derive(Serialize)]
struct HopReport<'c> {
    position: u64,
    digest: String,
    identifier: &'c str,
    role: Option<&'c str>,
    key: Option<String>,
    vouching: &'static str,
    attester: Option<&'c str>,
    accountable: Option<&'c str>,
    issued: u64,
    start: u64,
    expires: u64,
    allowed_by: Option<&'static str>,
    handover: Option<HandOverReport<'c>>,
    properties: Vec<StatementReport<'c>>,
    narrowed: bool,
    grants: GrantsAsJson<'c>,
    task: Option<String>,
    cause: Option<String>,
    evidence: Vec<String>,
    bytes: usize,
}

#[derive(Serialize)]
struct HandOverReport<'c> {
    digest: String,
    to: &'c str,
    expires: u64,
}

#[derive(Serialize)]
struct StatementReport<'c> {
    attester: &'c str,
    name: &'c str,
    value: Json,
    fresh: bool,
}

impl<'c> ChainReport<'c> {
    pub(crate) fn new(chain: &'c VerifiedChain<'_>, bytes: usize, at: UnixTime) -> Self {
        let hops: Vec<Hop<'c>> = chain.hops().collect();
        let befores = std::iter::once(None).chain(hops.iter().map(Some));
        Self {
            at: at.0,
            execution: chain.execution_id().map(|id| id.to_string()).unwrap_or_default(),
            head: hops.last().map(|hop| hop.link().digest().to_string()).unwrap_or_default(),
            independent: chain.is_independent(),
            origin: chain.origin().map(|origin| OriginReport {
                kind: origin_kind(origin.kind()),
                accountable: origin.accountable(),
                anchor: origin.anchor(),
                consent: origin.consent().map(|digest| digest.to_string()),
            }),
            hops: hops.iter().zip(befores).map(|(hop, before)| HopReport::new(hop, before)).collect(),
            grants: GrantsAsJson(chain.grants()),
            bytes,
        }
    }

    /// The same for people.
    pub(crate) fn text(&self) -> String {
        let mut text = String::new();
        let mut row = |label: &str, value: String| {
            let _ = writeln!(text, "{label:<15}{value}");
        };
        if let Some(head) = self.hops.last() {
            row("performed by", head.who());
        }
        if let Some(origin) = &self.origin {
            let (by, anchor) = (Plain(origin.accountable), Plain(origin.anchor));
            row(
                "authorized by",
                format!("{by} ({} origin, anchor {anchor:?})", origin.kind, anchor = anchor.to_string()),
            );
        }
        let authority = if self.independent { "independent authority" } else { "delegated authority" };
        let hops = self.hops.len();
        row(
            "connected by",
            format!("{hops} {} of execution {}, {authority}", if hops == 1 { "hop" } else { "hops" }, self.execution),
        );
        row("verified at", format!("{}, {} bytes", Utc(UnixTime(self.at)), self.bytes));
        for hop in &self.hops {
            text.push('\n');
            text.push_str(&hop.text());
        }
        text.push_str("\nmay still do\n");
        if self.grants.0.is_empty() {
            text.push_str("  nothing\n");
        }
        for grant in self.grants.0.iter() {
            let _ = writeln!(text, "  {}", show::grant(&grant));
        }
        text
    }
}

impl<'c> HopReport<'c> {
    fn new(hop: &Hop<'c>, before: Option<&Hop<'c>>) -> Self {
        let (link, window) = (hop.link(), hop.window());
        Self {
            position: link.position(),
            digest: link.digest().to_string(),
            identifier: hop.identifier(),
            role: hop.role(),
            key: hop.key().map(|key| key.thumbprint().to_string()),
            vouching: vouching(hop.vouching()),
            attester: hop.attester(),
            accountable: hop.accountable(),
            issued: window.issued().0,
            start: window.start().0,
            expires: window.end().0,
            allowed_by: before.and_then(|before| before.link().next()).map(|next| allowed_by(&next)),
            handover: hop.handover().map(|given| HandOverReport {
                digest: given.digest().to_string(),
                to: given.to(),
                expires: given.expires().0,
            }),
            properties: hop
                .statements()
                .map(|statement| StatementReport {
                    attester: statement.attester,
                    name: statement.name,
                    value: show::property_json(statement.value),
                    fresh: statement.fresh,
                })
                .collect(),
            narrowed: before.is_some() && link.grants().is_some(),
            grants: GrantsAsJson(hop.grants()),
            task: link.task().map(|digest| digest.to_string()),
            cause: link.cause().map(|digest| digest.to_string()),
            evidence: link.evidence().map(|digest| digest.to_string()).collect(),
            bytes: link.encoded().len(),
        }
    }

    fn who(&self) -> String {
        let identifier = Plain(self.identifier);
        match self.role {
            Some(role) => format!("{identifier} as {}", Plain(role)),
            None => format!("{identifier} (nobody vouches for this key)"),
        }
    }

    fn text(&self) -> String {
        let mut text = format!("hop {:<3}{}\n", self.position, self.who());
        let mut row = |label: &str, value: String| {
            let _ = writeln!(text, "       {label:<13}{value}");
        };
        match (self.vouching, self.attester) {
            ("origin", _) => row("vouched by", "the trust bundle, as origin".to_owned()),
            ("pin", attester) => {
                row("vouched by", format!("the trust bundle, for {}", Plain(attester.unwrap_or_default())))
            }
            (_, Some(attester)) => row("vouched by", Plain(attester).to_string()),
            (_, None) => {}
        }
        if let Some(accountable) = self.accountable {
            row("accountable", Plain(accountable).to_string());
        }
        if let Some(allowed_by) = self.allowed_by {
            let handed = if self.handover.is_some() { ", by hand-over" } else { "" };
            row(
                "continues",
                format!("hop {}, which allows {}{handed}", self.position.saturating_sub(1), allowed_whom(allowed_by)),
            );
        }
        if !self.properties.is_empty() {
            let stated: Vec<String> = self.properties.iter().map(StatementReport::text).collect();
            row("attested", stated.join(", "));
        }
        row("valid", format!("{} to {}", Utc(UnixTime(self.start)), Utc(UnixTime(self.expires))));
        let left = self.grants.0.len();
        match (self.position, self.narrowed) {
            (0, _) => row("grants", left.to_string()),
            (_, true) => row("grants", format!("narrowed to {left}")),
            (_, false) => row("grants", "as before".to_owned()),
        }
        text
    }
}

impl StatementReport<'_> {
    fn text(&self) -> String {
        let fresh = if self.fresh { " (fresh)" } else { "" };
        format!("{} {}{fresh}", Plain(self.name), Plain(&self.value.to_string()))
    }
}

pub(crate) const fn origin_kind(kind: OriginForm) -> &'static str {
    match kind {
        OriginForm::Identity => "identity",
        OriginForm::Role => "role",
        OriginForm::Context => "context",
    }
}

const fn vouching(vouching: Vouching) -> &'static str {
    match vouching {
        Vouching::Origin => "origin",
        Vouching::Credential => "credential",
        Vouching::Pin => "pin",
        Vouching::Unvouched => "unvouched",
    }
}

const fn allowed_by(next: &Next<'_>) -> &'static str {
    match next {
        Next::Key(_) => "key",
        Next::Identifier(_) => "identifier",
        Next::Contract(_) => "contract",
        Next::Anyone => "anyone",
    }
}

/// What [`allowed_by`] means.
fn allowed_whom(allowed_by: &str) -> &'static str {
    match allowed_by {
        "key" => "this key",
        "identifier" => "this identifier",
        "contract" => "whoever meets its contract",
        _ => "anyone",
    }
}
