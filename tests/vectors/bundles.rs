//! The fixtures' trust as JSON (`spec/bundle.schema.json`), and that it is the same trust.

use std::collections::BTreeMap;
use std::sync::{Mutex, OnceLock};

use serde_json::{Value, json};
use throughline::{Digest, PublicKey};
use throughline_conformance::Vector;

use crate::common::world::{AGENT_ROLE, ATTESTED, GATEWAY, PLATFORM, REVOKER};
use crate::common::{ALICE, ALICE_AGENT, ATTESTER, HOUR, ROLE, public};

/// [`crate::common::trust`]: Alice, who is an origin, and her attester.
pub(crate) fn plain() -> Value {
    json!({
        "version": 0,
        "origins": [{
            "name": "alice",
            "kind": "identity",
            "key": jwk("alice"),
            "identifier": ALICE_AGENT,
            "role": "owner",
            "accountable": [ALICE],
            "ceiling": [{"action": "calendar.*", "resource": "*"}],
        }],
        "attesters": [{
            "key": jwk("attester"),
            "name": ATTESTER,
            "namespaces": ["spiffe://prod.example/ns/calendar"],
            "accountable": [{"namespace": ALICE}],
            "roles": [ROLE, "reader"],
            "properties": ["hardware", "executables"],
        }],
    })
}

/// [`plain`], and a second attester.
pub(crate) fn with_platform() -> Value {
    let mut trust = plain();
    push(
        &mut trust["attesters"],
        json!({
            "key": jwk("platform"),
            "name": PLATFORM,
            "namespaces": ["spiffe://prod.example"],
            "accountable": [{"namespace": ALICE}],
            "properties": ["hardware", "runtime-opaque"],
        }),
    );
    trust
}

/// [`plain`], and a revoker of everything of Alice's.
pub(crate) fn revoking() -> Value {
    let mut trust = plain();
    trust["revokers"] = revokers();
    trust
}

/// [`crate::common::world::wide_trust`]: also a second attester, a pin, and origins by role and by context.
pub(crate) fn wide() -> Value {
    let mut trust = with_platform();
    push(&mut trust["attesters"][0]["roles"], json!(AGENT_ROLE));
    let ceiling = json!([{"action": "calendar.*", "resource": "calendar/alice/*"}]);
    push(
        &mut trust["origins"],
        json!({
            "name": "agents",
            "kind": "role",
            "attester": ATTESTER,
            "role": AGENT_ROLE,
            "accountable": ALICE,
            "ceiling": ceiling,
        }),
    );
    push(
        &mut trust["origins"],
        json!({
            "name": ATTESTED,
            "kind": "context",
            "attester": ATTESTER,
            "properties": [{"name": "hardware", "tier": "affirming"}],
            "accountable": ALICE,
            "max_age": HOUR,
            "ceiling": ceiling,
        }),
    );
    trust["pins"] = json!([{
        "key": jwk("gateway"),
        "identifier": GATEWAY,
        "roles": [ROLE],
        "properties": {"hardware": 2},
        "accountable": ALICE,
        "attester": ATTESTER,
    }]);
    trust
}

/// [`crate::common::world::revocable_trust`]: also a revoker of everything of Alice's.
pub(crate) fn revocable() -> Value {
    let mut trust = wide();
    trust["revokers"] = revokers();
    trust
}

fn revokers() -> Value {
    json!([{"key": jwk("revoker"), "name": REVOKER, "accountable": [{"namespace": ALICE}]}])
}

/// Whether nothing in a vector names what [`wide`] has and [`plain`] has not: keys, and the role that its further origins have.
pub(crate) fn plain_is_enough(vector: &Vector) -> bool {
    static NAMES: OnceLock<Vec<Vec<u8>>> = OnceLock::new();
    let names = NAMES.get_or_init(|| {
        let keys = ["platform", "gateway", "agent"].map(public);
        let of_keys = keys.iter().flat_map(|key| [key.thumbprint().as_bytes().to_vec(), key.key().x().to_vec()]);
        of_keys.chain([AGENT_ROLE.as_bytes().to_vec()]).collect()
    });
    let own = [&vector.token, &vector.proof, &vector.credential].into_iter().flatten();
    let mut bytes = own.chain(&vector.known).map(|bytes| bytes.0.as_slice());
    let about_origins = vector.step.as_ref().is_some_and(|step| step.starts_with("V50"));
    !about_origins && bytes.all(|bytes| names.iter().all(|name| !contains(bytes, name)))
}

fn contains(bytes: &[u8], name: &[u8]) -> bool {
    let first = name[0];
    bytes.iter().enumerate().any(|(at, byte)| *byte == first && bytes[at..].starts_with(name))
}

/// The public key of this name as a JWK.
pub(crate) fn jwk(name: &str) -> Value {
    static MADE: Mutex<BTreeMap<String, Value>> = Mutex::new(BTreeMap::new());
    let mut made = MADE.lock().unwrap();
    made.entry(name.to_owned()).or_insert_with(|| jwk_of(public(name).key())).clone()
}

pub(crate) fn jwk_of(key: &PublicKey) -> Value {
    let text = |coordinate: &[u8; 32]| throughline::encode_text(coordinate);
    json!({"kty": "EC", "crv": "P-256", "x": text(key.x()), "y": text(key.y())})
}

/// The thumbprint of a JWK.
pub(crate) fn thumbprint(jwk: &Value) -> Digest {
    let coordinate = |name: &str| -> [u8; 32] {
        let throughline_conformance::Base64Url(bytes) = serde_json::from_value(jwk[name].clone()).unwrap();
        bytes.as_slice().try_into().unwrap()
    };
    PublicKey::from_coordinates(coordinate("x"), coordinate("y")).thumbprint()
}

/// Adds to a list of a bundle.
pub(crate) fn push(list: &mut Value, item: Value) {
    list.as_array_mut().unwrap().push(item);
}

#[test]
fn json_loads_as_the_fixtures_trust() {
    use throughline::bundle::Bundle;

    use crate::common::trust;
    use crate::common::world::{revocable_trust, wide_trust};

    for (json, fixture) in [(plain(), trust()), (wide(), wide_trust()), (revocable(), revocable_trust())] {
        let loaded = Bundle::from_json(&json.to_string()).unwrap().into_trust();
        assert_eq!(format!("{loaded:?}"), format!("{fixture:?}"));
    }
}
