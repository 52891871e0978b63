//! Stage 5: who may create authority, under which conditions, up to which ceiling.

mod ceilings;
mod contexts;

use serde_json::json;
use throughline::issue::{OriginClaim, RootBuilder};
use throughline::{ErrorKind, Part};

use crate::accept::continued;
use crate::bundles::{self, jwk, push};
use crate::common::cbor::{OURS, bytes, int, put, text};
use crate::common::world::{AGENT_ROLE, PLATFORM, context_root, role_root};
use crate::common::{ALICE, alice, origin, public, window};
use crate::suite::{Edit, Scenario, Suite};
use crate::tokens::open_chain;

const ROOT: Part = Part::Link(0);

/// Twins by kind of root, in the order of [`bundles::wide`].
const ROOTS: [(&str, &str); 3] =
    [("identity", "open-chain-of-four"), ("role", "root-by-role"), ("context", "root-by-context")];

pub(crate) fn publish(suite: &mut Suite) {
    unknown(suite);
    other_attesters(suite);
    identity_mismatch(suite);
    entities(suite);
    contexts::publish(suite);
    ceilings::publish(suite);
}

/// V501
fn unknown(suite: &mut Suite) {
    const MASKED: &str = "Masked: without an anchor there is nothing that the root could be held against.";
    for (nth, (kind, twin)) in ROOTS.into_iter().enumerate() {
        let mut spoil = |id: &str, what: &str, change: &dyn Fn(&mut serde_json::Value)| {
            let what = format!("{what} {MASKED}");
            let refused = suite.spoil(twin, id, ErrorKind::OriginUnknown, ROOT, &what, |vector| {
                vector.edit_trust(change);
            });
            let _ = refused.flags(&["trust", "masked"]);
        };
        spoil(&format!("no-anchor-by-{kind}"), "The bundle has no anchor of the root's kind.", &|trust| {
            drop(trust["origins"].as_array_mut().unwrap().remove(nth))
        });
        spoil(&format!("no-anchors-for-root-by-{kind}"), "The bundle has no anchors.", &|trust| {
            trust["origins"] = json!([])
        });
    }
    suite
        .spoil(
            "root-alone",
            "empty-bundle",
            ErrorKind::OriginUnknown,
            ROOT,
            &format!("Whoever trusts nobody accepts nothing. {MASKED}"),
            |vector| vector.trust = Some(json!({"version": 0})),
        )
        .flags(&["trust", "masked"]);
    for (name, what) in
        [("mallory", "nobody's in the bundle"), ("attester", "an attester's"), ("gateway", "a pinned actor's")]
    {
        suite
            .spoil(
                "open-chain-of-four",
                &format!("root-by-key-of-{name}"),
                ErrorKind::OriginUnknown,
                ROOT,
                &format!("The root's key is {what}. Masked: it is no origin's, and an origin's must sign."),
                |vector| {
                    vector.forge(|forge| {
                        let root = forge.link(0);
                        root.signer = name.to_owned();
                        let kid = bytes(public(name).thumbprint().as_bytes());
                        root.message.header(|header| put(header, &[4], kid));
                    });
                },
            )
            .flags(&["trust", "masked"]);
    }
    suite
        .spoil(
            "root-alone",
            "anchor-with-another-key",
            ErrorKind::OriginUnknown,
            ROOT,
            "The anchor states all that the root says, and another key. Masked: the root's own key is no origin's.",
            |vector| vector.edit_trust(|trust| trust["origins"][0]["key"] = jwk("bob")),
        )
        .flags(&["trust", "masked"]);
    for (is, root, others) in [("role", role_root(), [2, 0]), ("context", context_root(), [1, 0])] {
        let mut trust = bundles::wide();
        trust["origins"].as_array_mut().unwrap().retain(|anchor| anchor["kind"] == is);
        let twin = format!("root-by-{is}-under-its-one-anchor");
        suite.accept(
            "origins",
            &twin,
            "The bundle has the root's anchor and no other.",
            Scenario::verify(continued(root)).trust(trust),
        );
        for other in others {
            suite
                .spoil(
                    &twin,
                    &format!("root-by-{is}-of-kind-{other}"),
                    ErrorKind::OriginUnknown,
                    ROOT,
                    &format!("The root says another kind than the only anchor's. {MASKED}"),
                    |vector| vector.forge(|forge| forge.link(0).message.put(&[OURS, 7, 1], int(other))),
                )
                .flags(&["trust", "masked"]);
        }
    }
}

/// V501: the platform's attester may say what the anchor's attester says.
fn other_attesters(suite: &mut Suite) {
    for (kind, root) in [("role", role_root()), ("context", context_root())] {
        let mut trust = bundles::wide();
        trust["attesters"][1]["roles"] = json!([AGENT_ROLE]);
        push(&mut trust["attesters"][1]["properties"], json!("executables"));
        let id = format!("root-by-{kind}-with-two-able-attesters");
        suite.accept(
            "origins",
            &id,
            "Two attesters may say what the anchor demands; the one that it names says it.",
            Scenario::verify(continued(root)).trust(trust),
        );
        suite
            .spoil(
                &id,
                &format!("root-by-{kind}-of-another-attester"),
                ErrorKind::OriginUnknown,
                ROOT,
                "Another attester, that may say the same, vouches for the root's actor.",
                |vector| {
                    vector.forge(|forge| {
                        let forged = forge.credential(0);
                        forged.signer = "platform".to_owned();
                        forged.message.put(&[1], text(PLATFORM));
                        let kid = bytes(public("platform").thumbprint().as_bytes());
                        forged.message.header(|header| put(header, &[4], kid));
                    });
                },
            )
            .flags(&["trust"]);
    }
}

/// V502 for identity.
fn identity_mismatch(suite: &mut Suite) {
    for (id, path, wrong) in [
        ("iss-another", [1].as_slice(), "https://alice.example/other"),
        ("iss-the-namespace", &[1], ALICE),
        ("iss-below", &[1], "https://alice.example/authority/2"),
        ("role-in-another-case", &[OURS, 3], "Owner"),
        ("role-cut-short", &[OURS, 3], "owne"),
        ("role-longer", &[OURS, 3], "owners"),
        ("accountable-another", &[OURS, 7, 2], "https://bob.example"),
        ("accountable-below", &[OURS, 7, 2], "https://alice.example/users"),
        ("accountable-look-alike", &[OURS, 7, 2], "https://alice.example.evil"),
    ] {
        suite
            .spoil(
                "root-alone",
                &format!("root-by-identity-{id}"),
                ErrorKind::OriginMismatch,
                ROOT,
                &format!("A root by identity says {wrong}, and its anchor states something else."),
                |vector| vector.forge(|forge| forge.link(0).message.put(path, text(wrong))),
            )
            .flags(&["trust"]);
    }
    for (id, member, other) in [
        ("identifier", "identifier", json!("https://alice.example/other")),
        ("role", "role", json!("deputy")),
        ("accountable", "accountable", json!(["https://bob.example"])),
        ("nobody-accountable", "accountable", json!([])),
    ] {
        suite
            .spoil(
                "open-chain-of-four",
                &format!("anchor-by-identity-states-another-{id}"),
                ErrorKind::OriginMismatch,
                ROOT,
                "The anchor with the root's key states something else than the root says.",
                |vector| vector.edit_trust(|trust| trust["origins"][0][member] = other),
            )
            .flags(&["trust"]);
    }
    let mut trust = bundles::wide();
    push(&mut trust["origins"], of_bob(json!([{"action": "*", "resource": "*"}])));
    suite.accept(
        "origins",
        "two-origins-by-identity",
        "Alice's root, where Bob is an origin too.",
        Scenario::verify(open_chain(4)).trust(trust),
    );
    suite
        .spoil(
            "two-origins-by-identity",
            "root-of-one-origin-by-the-key-of-another",
            ErrorKind::OriginMismatch,
            ROOT,
            "Bob, an origin for himself, signs a root that says it is Alice's.",
            |vector| {
                vector.forge(|forge| {
                    let root = forge.link(0);
                    root.signer = "bob".to_owned();
                    root.message.header(|header| put(header, &[4], bytes(public("bob").thumbprint().as_bytes())));
                });
            },
        )
        .flags(&["trust"]);
}

fn of_bob(ceiling: serde_json::Value) -> serde_json::Value {
    json!({
        "name": "bob",
        "kind": "identity",
        "key": jwk("bob"),
        "identifier": "https://bob.example/authority",
        "role": "owner",
        "accountable": ["https://bob.example"],
        "ceiling": ceiling,
    })
}

/// V502: one entity, several, a namespace of them.
fn entities(suite: &mut Suite) {
    let root_for = |entity: &str| {
        let claim = OriginClaim { accountable: entity, ..origin() };
        let root = RootBuilder::new(alice(), &claim, window(), crate::common::grants());
        root.sign(&crate::common::key("alice")).unwrap()
    };
    let with = |accountable: serde_json::Value| {
        let mut trust = bundles::wide();
        trust["origins"][0]["accountable"] = accountable;
        trust
    };
    let mut add = |id: &str, entity: &str, trust: serde_json::Value| {
        let scenario = Scenario::verify(root_for(entity)).trust(trust).step("V502").flag("trust").flag("feature");
        suite.accept("origins", id, "The anchor speaks for the root's accountable entity.", scenario);
    };
    let example = || with(json!([{"namespace": "https://example.org"}]));
    add("entity-is-the-namespace", "https://example.org", example());
    add("entity-in-the-namespace", "https://example.org/users/7", example());
    let pay = || with(json!([{"namespace": "spiffe://prod.example/ns/pay"}]));
    add("entity-in-namespace-pay", "spiffe://prod.example/ns/pay/team", pay());
    let account = || with(json!([{"namespace": "arn:aws:iam::123456789012"}]));
    add("entity-in-an-account", "arn:aws:iam::123456789012:role/agents", account());
    let did = || with(json!([{"namespace": "did:web:alice.example"}]));
    add("entity-in-a-did", "did:web:alice.example:users:7", did());
    let name = || with(json!([{"namespace": "CN=Alice,O=Example"}]));
    add("entity-is-an-x509-namespace", "CN=Alice,O=Example", name());
    add("one-of-several-entities", "https://club.example", with(json!([ALICE, "https://club.example"])));

    for (twin, id, entity) in [
        ("entity-in-the-namespace", "evil-example-org", "https://evil-example.org/users/7"),
        ("entity-in-the-namespace", "example-org-evil", "https://example.org.evil/users/7"),
        ("entity-in-the-namespace", "example-organisation", "https://example.organisation"),
        ("entity-in-the-namespace", "sub-domain", "https://users.example.org"),
        ("entity-in-the-namespace", "another-scheme", "spiffe://example.org/users/7"),
        ("entity-in-namespace-pay", "payroll", "spiffe://prod.example/ns/payroll/team"),
        ("entity-in-namespace-pay", "parent-of-the-namespace", "spiffe://prod.example/ns"),
        ("entity-in-an-account", "another-account", "arn:aws:iam::1234567890123:role/agents"),
        ("entity-in-a-did", "longer-did", "did:web:alice.example2:users:7"),
        ("entity-is-an-x509-namespace", "longer-x509-name", "CN=Alice,O=Example,OU=Users"),
        ("one-of-several-entities", "one-of-no-entities", "https://pub.example"),
    ] {
        suite
            .spoil(
                twin,
                &format!("accountable-entity-{id}"),
                ErrorKind::OriginMismatch,
                ROOT,
                &format!("The anchor does not speak for {entity}."),
                |vector| vector.forge(|forge| forge.link(0).message.put(&[OURS, 7, 2], text(entity))),
            )
            .flags(&["trust", "names"]);
    }
}
