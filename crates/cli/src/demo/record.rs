//! A service's log: what was asked, what was decided, and the whole reason; an admitted call with its whole history.

use serde::{Deserialize, Serialize};
use throughline::{
    Admission, Contract, Error, Grant, Grants, Hop, Limit, Next, OriginForm, RoleSource, Value, Vouching,
};

/// One line.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) struct Record {
    /// Method and target.
    pub(super) asked: String,
    pub(super) action: String,
    pub(super) status: u16,
    pub(super) verdict: Verdict,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(super) enum Verdict {
    Admitted(Box<Admitted>),
    Refused(Refused),
}

/// Who performs this, who authorized it, how the two are connected.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) struct Admitted {
    pub(super) execution: String,
    pub(super) origin: Origin,
    /// Oldest first.
    pub(super) hops: Vec<HopRecord>,
    pub(super) independent: bool,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) struct Origin {
    pub(super) kind: String,
    pub(super) accountable: String,
    pub(super) anchor: String,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) struct HopRecord {
    pub(super) identifier: String,
    pub(super) role: Option<String>,
    /// Who speaks for identifier and role, in words.
    pub(super) vouched: String,
    pub(super) accountable: Option<String>,
    /// What it may do, and hand on.
    pub(super) grants: Vec<String>,
    /// Whether that is less than what it got.
    pub(super) narrowed: bool,
    /// Whom it lets continue, in words.
    pub(super) next: Option<String>,
    /// Whether it was called by name in a hand-over.
    pub(super) handed_over: bool,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) struct Refused {
    /// The step of verification.md.
    pub(super) step: u16,
    pub(super) name: String,
    pub(super) place: String,
    pub(super) text: String,
    /// What the caller was told.
    pub(super) reason: String,
}

impl From<Error> for Refused {
    fn from(error: Error) -> Self {
        Self {
            step: error.kind.number(),
            name: error.kind.name().into(),
            place: error.at.to_string(),
            text: error.kind.to_string(),
            reason: error.reason().name().into(),
        }
    }
}

/// The history of an admitted call.
pub(super) fn admitted(admission: &Admission<'_>) -> Admitted {
    let chain = admission.chain();
    let origin = chain.origin();
    Admitted {
        execution: chain.execution_id().map(|id| id.to_string()).unwrap_or_default(),
        origin: Origin {
            kind: origin.map_or("", |origin| kind(origin.kind())).into(),
            accountable: origin.map_or("", |origin| origin.accountable()).into(),
            anchor: origin.map(|origin| origin.anchor().to_owned()).unwrap_or_default(),
        },
        hops: chain.hops().map(hop).collect(),
        independent: chain.is_independent(),
    }
}

fn hop(hop: Hop<'_>) -> HopRecord {
    let vouched = match hop.vouching() {
        Vouching::Origin => "by the key of a trusted origin".into(),
        Vouching::Credential => format!("on the word of {}", hop.attester().unwrap_or_default()),
        Vouching::Pin => "pinned by the verifier".into(),
        Vouching::Unvouched => "known by its key alone, nobody vouches for it".into(),
    };
    HopRecord {
        identifier: hop.identifier().into(),
        role: hop.role().map(Into::into),
        vouched,
        accountable: hop.accountable().map(Into::into),
        grants: grants(hop.grants()),
        narrowed: hop.link().position() > 0 && hop.link().grants().is_some(),
        next: hop.link().next().map(|one| next(&one)),
        handed_over: hop.handover().is_some(),
    }
}

fn next(next: &Next<'_>) -> String {
    match next {
        Next::Key(_) => "the holder of one key".into(),
        Next::Identifier(identifier) => (*identifier).into(),
        Next::Contract(contract) => demands(contract),
        Next::Anyone => "anyone".into(),
    }
}

fn demands(contract: &Contract<'_>) -> String {
    let mut words = match contract.roles() {
        Some(demand) => {
            let roles: Vec<&str> = demand.roles().iter().collect();
            let from = match demand.from() {
                RoleSource::Attesters(names) => names.iter().collect::<Vec<_>>().join(" or "),
                RoleSource::Accountable(entity) => entity.into(),
            };
            format!("{} on the word of {from}", roles.join(" or "))
        }
        None => "whoever meets its demands".into(),
    };
    if contract.handover() {
        words.push_str(", called by name");
    }
    words
}

fn grants(grants: Grants<'_>) -> Vec<String> {
    grants.iter().map(grant).collect()
}

fn grant(grant: Grant<'_>) -> String {
    let limits: Vec<String> = grant.limits().map(|(name, one)| format!(" {name} {}", limit(one))).collect();
    format!("{} {}{}", grant.action(), grant.resource(), limits.join(","))
}

fn limit(limit: Limit<'_>) -> String {
    match limit {
        Limit::Equals(one) => value(one),
        Limit::OneOf(values) => values.iter().map(value).collect::<Vec<_>>().join("|"),
        Limit::Range { lo, hi } => format!("{lo}..{hi}"),
        Limit::Prefix(prefix) => format!("{prefix}/…"),
    }
}

fn value(value: Value<'_>) -> String {
    match value {
        Value::Int(value) => value.to_string(),
        Value::Text(value) => value.into(),
        Value::Bool(value) => value.to_string(),
    }
}

const fn kind(kind: OriginForm) -> &'static str {
    match kind {
        OriginForm::Identity => "identity",
        OriginForm::Role => "role",
        OriginForm::Context => "context",
    }
}
