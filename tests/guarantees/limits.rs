//! Everything at the edge of its limit is accepted, all at once.

use ciborium::Value;
use throughline::Digest;

use crate::common::cbor::{OURS, bytes, int, set, text};
use crate::common::forge::Forge;
use crate::common::setting::{Setting, request};
use crate::common::world::{ceiling, edit, open_chain, wide_trust};
use crate::common::{AUDIENCE, NOW, ROLE, proof, request_digest};
use throughline::issue::ProofBuilder;

fn long(prefix: &str, len: usize) -> String {
    format!("{prefix}{}", "x".repeat(len - prefix.len()))
}

fn setting() -> Setting {
    let mut setting = Setting::new(wide_trust());
    edit(&mut setting.trust.origins, |origins| origins[0].ceiling = ceiling("*", "*"));
    setting
}

fn digests(n: u8) -> Value {
    set((0..n).map(|n| bytes(Digest::of(&[&[n]]).as_bytes())))
}

#[test]
fn limits_exactly_at_their_edge_accepted() {
    let setting = setting();
    let mut forge = Forge::of(&open_chain(3));
    // Grants: 16 of them, an action of 128 bytes, a resource of 1,024, 8 limits, 16 values, all of i64, a text of 1,024.
    let mut grants: Vec<Value> =
        (0..14).map(|n| Value::Array(vec![text(&format!("a{n}")), text("calendar/alice/work")])).collect();
    let limits = (0..8).map(|n| {
        let limit = match n {
            0 => vec![int(1), set((0..16).map(int))],
            1 => vec![int(2), int(i64::MIN), int(i64::MAX)],
            2 => vec![int(0), text(&"v".repeat(1_024))],
            3 => vec![int(3), text(&long("/", 1_024))],
            _ => vec![int(0), Value::Bool(true)],
        };
        let name = if n < 7 { format!("a{n}") } else { "n".repeat(128) };
        (text(&name), Value::Array(limit))
    });
    grants.push(Value::Array(vec![text("calendar.read"), text("calendar/alice/work"), Value::Map(limits.collect())]));
    grants.push(Value::Array(vec![text(&long("b.", 128)), text(&long("r/", 1_024))]));
    let root = &mut forge.link(0).message;
    root.put(&[OURS, 4], set(grants));
    root.put(&[OURS, 12], digests(8));
    // A credential with 16 roles and 16 properties, names of 128 bytes, values of 1,024, a nonce of 64.
    let mut roles: Vec<Value> = (0..14).map(|n| text(&format!("r{n}"))).collect();
    roles.extend([text(ROLE), text(&"r".repeat(128))]);
    let mut properties: Vec<(Value, Value)> = (0..15).map(|n| (text(&format!("p{n:02}")), int(i64::MIN))).collect();
    properties.push((text(&"p".repeat(128)), bytes(&[0; 1_024])));
    let credential = &mut forge.credential(0).message;
    credential.put(&[OURS, 15], set(roles.clone()));
    credential.put(&[OURS, 16], Value::Map(properties.clone()));
    credential.put(&[10], bytes(&[7; 64]));
    // An identifier of 512 bytes, and a role of 128.
    let identifier = long("spiffe://prod.example/ns/calendar/", 512);
    credential.put(&[2], text(&identifier));
    forge.link(1).message.put(&[1], text(&identifier));
    forge.link(1).message.put(&[OURS, 3], text(&"r".repeat(128)));
    let mut setting = setting;
    edit(&mut setting.trust.attesters, |attesters| {
        let name = |value: &Value| throughline::Text::from(value.as_text().unwrap().to_owned());
        edit(&mut attesters[0].roles, |allowed| allowed.extend(roles.iter().map(name)));
        edit(&mut attesters[0].properties, |allowed| allowed.extend(properties.iter().map(|(one, _)| name(one))));
    });
    setting.accepts(&forge.token());
}

#[test]
fn token_of_exactly_16384_bytes_accepted() {
    let setting = setting();
    let of_len = |padding: usize| {
        let mut forge = Forge::of(&open_chain(16));
        let mut grants = vec![Value::Array(vec![text("calendar.read"), text("calendar/alice/work")])];
        let mut left = padding;
        while left > 0 {
            // Each at least 300 bytes, so that every head has its two bytes of length.
            let len = if left >= 1_600 { 1_000 } else { left.min(1_024) };
            grants.push(Value::Array(vec![text(&format!("p{:02}", grants.len())), text(&"x".repeat(len))]));
            left -= len;
        }
        forge.link(0).message.put(&[OURS, 4], set(grants));
        forge.token()
    };
    // What a grant adds beside its padding is found by measuring.
    let mut padding = 1_000;
    for _ in 0..8 {
        let len = of_len(padding).len();
        padding = padding + 16_384 - len;
    }
    let token = of_len(padding);
    assert_eq!(token.len(), 16_384);
    setting.accepts(&token);
    setting.admits(&token, &proof(&token, "worker 15", 1), &request());
}

#[test]
fn audience_of_512_bytes_accepted() {
    let setting = setting();
    let token = open_chain(2);
    let audience = long(AUDIENCE, 512);
    let proof = ProofBuilder::new(&token, &audience, request_digest(), NOW, [1; 16]);
    let proof = proof.sign(&crate::common::key("worker 1")).unwrap();
    let mut request = request();
    request.audience = &audience;
    setting.admits(&token, &proof, &request);
}

#[test]
fn sixteen_links_admitted_on_a_stack_of_192_kib() {
    let token = crate::common::chain(16);
    let proof = proof(&token, "worker 15", 1);
    let admit = move || {
        let trust = crate::common::trust();
        let verifier = throughline::Verifier::new(&trust, &throughline::Engine, &throughline::NoRevocations);
        let arguments = [throughline::Argument { name: "days", value: throughline::Value::Int(1) }];
        let request = throughline::Request::new(AUDIENCE, request_digest(), "calendar.read", "calendar/alice/work");
        let memory = crate::common::Memory::default();
        verifier.admit(&token, &proof, &request.with(&arguments), &memory, NOW).map(|admission| admission.chain().len())
    };
    let thread = std::thread::Builder::new().stack_size(192 * 1024).spawn(admit).unwrap();
    assert_eq!(thread.join().unwrap(), Ok(16));
}
