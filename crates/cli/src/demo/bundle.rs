//! The trust bundle of both services, as the JSON that an operator would write.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use crate::demo::cast::{AUTHORIZED, BATCH, MONITOR, OWNER, member};
use crate::demo::process::Hello;
use crate::demo::trouble::{Outcome, trouble};

/// Alice may create authority over her calendar, Acme's monitor over Acme's network; three attesters may vouch.
pub(super) fn trust_bundle(peers: &BTreeMap<String, Hello>) -> Outcome<Value> {
    let key = |name: &str| {
        let peer = peers.get(name).ok_or_else(|| trouble(format!("nobody is called {name}")))?;
        Ok::<_, Box<dyn std::error::Error + Send + Sync>>(&peer.key)
    };
    let (alice, monitor) = (member("alice")?, member("monitor")?);
    let (pool, reporter) = (member("unknown_01")?, member("reporter")?);
    Ok(json!({
        "version": 0,
        "origins": [
            {
                "name": "alice",
                "kind": "identity",
                "key": key("alice")?,
                "identifier": alice.identifier,
                "role": OWNER,
                "accountable": [alice.accountable],
                "ceiling": [{"action": "calendar.*", "resource": "/calendar/alice/*"}]
            },
            {
                "name": "acme-monitor",
                "kind": "role",
                "attester": member("acme-attester")?.identifier,
                "role": MONITOR,
                "accountable": monitor.accountable,
                "ceiling": [
                    {"action": "network.scan", "resource": "/network/*"},
                    {"action": "alert.raise", "resource": "/alerts"},
                    {"action": "host.isolate", "resource": "/hosts/*", "limits": {"minutes": {"range": [1, 60]}}},
                    {"action": "logs.collect", "resource": "/hosts/*"}
                ]
            }
        ],
        "attesters": [
            {
                "name": member("alice-attester")?.identifier,
                "key": key("alice-attester")?,
                "namespaces": ["spiffe://pool.example", "spiffe://alice.example"],
                "accountable": [pool.accountable, reporter.accountable],
                "roles": [AUTHORIZED, BATCH]
            },
            {
                // The pool's other customer: it may vouch for the same executors, in a role of the same name.
                "name": member("bob-attester")?.identifier,
                "key": key("bob-attester")?,
                "namespaces": ["spiffe://pool.example"],
                "accountable": [pool.accountable],
                "roles": [AUTHORIZED]
            },
            {
                "name": member("acme-attester")?.identifier,
                "key": key("acme-attester")?,
                "namespaces": ["spiffe://acme.example"],
                "accountable": [monitor.accountable],
                "roles": [MONITOR]
            }
        ]
    }))
}
