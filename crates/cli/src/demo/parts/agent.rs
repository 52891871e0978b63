//! The Security Monitoring Agent: creates authority from its role, with nobody upstream, and asks the security API.

use serde_json::json;
use throughline::OriginForm;
use throughline::issue::{Actor, Grant, GrantList, OriginClaim, RootBuilder};

use crate::demo::cast::MONITOR;
use crate::demo::keys::random;
use crate::demo::parts::{Own, attester, executor};
use crate::demo::trouble::{Outcome, trouble};
use crate::demo::wire::{Call, Received, Reply};
use crate::demo::work::{Done, window};

/// `POST /patrol`: one root, four calls. `POST /overreach`: the same root, and more than it grants.
pub(super) fn answer(own: &Own, request: &Received) -> Outcome<Reply> {
    let calls = match request.target.as_str() {
        "/patrol" => vec![
            Call::post("/network/segment-7/scan", &json!({"ports": 1024}))?,
            Call::post("/alerts", &json!({"severity": 4}))?,
            Call::post("/hosts/web-3/isolate", &json!({"minutes": 30}))?,
            Call::get("/hosts/web-3/logs"),
        ],
        _ => vec![Call::post("/hosts/web-3/isolate", &json!({"minutes": 600}))?],
    };
    let token = originate(own)?;
    let port = own.setup.port("security")?;
    let send = |call| Done::by(executor::prove(own, &token, call, "security")?, port);
    Reply::json(200, &calls.into_iter().map(send).collect::<Outcome<Vec<Done>>>()?)
}

fn originate(own: &Own) -> Outcome<Vec<u8>> {
    let credential = attester::ask(own, "acme-attester")?.ok_or_else(|| trouble("no credential"))?;
    let origin =
        OriginClaim { kind: OriginForm::Role, accountable: own.member.accountable, nonce: random()?, consent: None };
    let grants = GrantList::new([
        Grant::new("network.scan", "/network/*"),
        Grant::new("alert.raise", "/alerts"),
        Grant::new("host.isolate", "/hosts/*").range("minutes", 1, 60),
        Grant::new("logs.collect", "/hosts/*"),
    ])?;
    Ok(RootBuilder::new(Actor::vouched(&credential, MONITOR)?, &origin, window(0, 600)?, grants).sign(&own.key)?)
}
