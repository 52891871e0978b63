//! Stage 6, V601–V606: attesters stay within their remit.

use ciborium::Value;
use serde_json::json;
use throughline::{ErrorKind, Part};

use super::{OPEN, of_link};
use crate::accept::LATER;
use crate::bundles;
use crate::common::cbor::{OURS, bytes, int, put, set, text};
use crate::common::forge::Forge;
use crate::common::world::PLATFORM;
use crate::common::{ATTESTER, ROLE, public};
use crate::suite::{Edit, Scenario, Suite};
use crate::tokens::open_chain;

pub(super) fn publish(suite: &mut Suite) {
    unknown_attesters(suite);
    names(suite);
    identifiers(suite);
    entities(suite);
    roles_and_properties(suite);
}

/// V601
fn unknown_attesters(suite: &mut Suite) {
    const MASKED: &str = "Masked: nobody's key is known that could have signed it.";
    let mut signed = |link: u8, place: &str, name: &str, whose: &str| {
        suite
            .spoil(
                OPEN,
                &format!("credential-by-{}-{place}", name.replace(' ', "-")),
                ErrorKind::AttesterUnknown,
                of_link(link),
                &format!("The credential says the same, signed with {whose}. {MASKED}"),
                |vector| {
                    vector.forge(|forge| {
                        let forged = forge.part(of_link(link));
                        forged.signer = name.to_owned();
                        let kid = bytes(public(name).thumbprint().as_bytes());
                        forged.message.header(|header| put(header, &[4], kid));
                    });
                },
            )
            .flags(&["trust", "masked", place]);
    };
    for (link, place) in LATER {
        signed(link, place, "mallory", "a key that the bundle does not have");
    }
    signed(2, "middle", "alice", "an origin's key");
    signed(3, "last", "gateway", "a pinned actor's key");
    signed(1, "first", "worker 9", "another worker's key");
    for (twin, part, gone) in [
        (OPEN, Part::Credential(0), 0),
        ("further-credential", Part::Credential(1), 1),
        ("further-credential-of-pinned-actor", Part::Credential(0), 1),
    ] {
        suite
            .spoil(
                twin,
                &format!("attester-taken-out-of-the-bundle-of-{twin}"),
                ErrorKind::AttesterUnknown,
                part,
                &format!("The attester is in the bundle no more. {MASKED}"),
                |vector| {
                    vector.edit_trust(|trust| {
                        // No anchor may name it either.
                        trust["origins"].as_array_mut().unwrap().truncate(1);
                        trust["attesters"].as_array_mut().unwrap().remove(gone);
                    });
                },
            )
            .flags(&["trust", "masked", "first"]);
    }
}

/// V602
fn names(suite: &mut Suite) {
    for (link, place) in LATER {
        for (id, name) in [
            ("another-attesters", PLATFORM),
            ("a-name-below", "https://attest.alice.example/x"),
            ("a-look-alike", "https://attest.alice.example.evil"),
        ] {
            suite
                .spoil(
                    OPEN,
                    &format!("credential-under-{id}-name-{place}"),
                    ErrorKind::AttesterNameMismatch,
                    of_link(link),
                    "The credential's `iss` is not the name of the attester whose key signed it.",
                    |vector| vector.forge(|forge| forge.part(of_link(link)).message.put(&[1], text(name))),
                )
                .flags(&["trust", place]);
        }
    }
    suite
        .spoil(
            "further-credential",
            "further-credential-under-another-name",
            ErrorKind::AttesterNameMismatch,
            Part::Credential(1),
            "The platform's credential says that it is the other attester's.",
            |vector| vector.forge(|forge| forge.credential(1).message.put(&[1], text(ATTESTER))),
        )
        .flags(&["trust", "first"]);
    suite
        .spoil(
            OPEN,
            "attester-of-another-name",
            ErrorKind::AttesterNameMismatch,
            Part::Credential(0),
            "The bundle has the attester's key under another name.",
            |vector| {
                vector.edit_trust(|trust| {
                    trust["origins"].as_array_mut().unwrap().truncate(1);
                    trust["attesters"][0]["name"] = json!("https://attest.alice.example/2");
                });
            },
        )
        .flags(&["trust", "first"]);
}

/// V603
fn identifiers(suite: &mut Suite) {
    for (link, place) in LATER {
        for (id, identifier) in [
            ("longer-segment", "spiffe://prod.example/ns/calendars/x"),
            ("beside", "spiffe://prod.example/ns/mail/x"),
            ("above", "spiffe://prod.example/ns"),
            ("evil-domain-after", "spiffe://prod.example.evil/ns/calendar/x"),
            ("evil-domain-before", "spiffe://evil-prod.example/ns/calendar/x"),
            ("another-scheme", "https://prod.example/ns/calendar/x"),
            ("inside-another-uri", "urn:x:spiffe://prod.example/ns/calendar/x"),
        ] {
            suite
                .spoil(
                    OPEN,
                    &format!("identifier-outside-remit-{id}-{place}"),
                    ErrorKind::IdentifierOutsideRemit,
                    of_link(link),
                    &format!(
                        "The credential is for {identifier}, and so is the link; the attester speaks for ns/calendar."
                    ),
                    |vector| {
                        vector.forge(|forge| {
                            forge.part(of_link(link)).message.put(&[2], text(identifier));
                            forge.link(link.into()).message.put(&[1], text(identifier));
                        });
                    },
                )
                .flags(&["trust", "names", place]);
        }
        for (id, identifier) in
            [("itself", "spiffe://prod.example/ns/calendar"), ("below", "spiffe://prod.example/ns/calendar/x/y")]
        {
            let mut forge = Forge::of(&open_chain(4));
            forge.part(of_link(link)).message.put(&[2], text(identifier));
            forge.link(link.into()).message.put(&[1], text(identifier));
            suite.accept(
                "credentials",
                &format!("identifier-at-the-remit-{id}-{place}"),
                "The identifier is the namespace of the attester, or below it.",
                Scenario::verify(forge.token()).step("V603").flag("edge").flag("names"),
            );
        }
    }
    suite
        .spoil(
            OPEN,
            "remit-without-namespaces",
            ErrorKind::IdentifierOutsideRemit,
            Part::Credential(0),
            "The attester may vouch for no identifier.",
            |vector| {
                vector.edit_trust(|trust| {
                    trust["origins"].as_array_mut().unwrap().truncate(1);
                    trust["attesters"][0]["namespaces"] = json!([]);
                });
            },
        )
        .flags(&["trust", "names", "first"]);
    for (id, namespace, identifier, outside) in [
        ("pay", "spiffe://prod.example/ns/pay", "spiffe://prod.example/ns/pay/x", "spiffe://prod.example/ns/payroll"),
        ("example-org", "https://example.org", "https://example.org/a", "https://evil-example.org/a"),
        ("sub-domain", "https://example.org", "https://example.org/b", "https://b.example.org"),
        (
            "account",
            "arn:aws:iam::123456789012",
            "arn:aws:iam::123456789012:role/a",
            "arn:aws:iam::123456789013:role/a",
        ),
        ("did", "did:web:example.org", "did:web:example.org:a", "did:web:example.organ:a"),
        ("x509-name", "CN=worker,O=Example", "CN=worker,O=Example", "CN=worker,O=Example Ltd"),
        ("urn", "urn:example:worker", "urn:example:worker", "urn:example:worker:1"),
    ] {
        let named = |forge: &mut Forge, identifier: &str| {
            forge.credential(0).message.put(&[2], text(identifier));
            forge.link(1).message.put(&[1], text(identifier));
        };
        let mut forge = Forge::of(&open_chain(2));
        named(&mut forge, identifier);
        let mut trust = bundles::wide();
        trust["attesters"][0]["namespaces"] = json!([namespace]);
        let twin = format!("identifier-in-namespace-{id}");
        suite.accept(
            "credentials",
            &twin,
            &format!("The attester speaks for {namespace}, and its credential is for {identifier}."),
            Scenario::verify(forge.token()).trust(trust).step("V603").flag("names"),
        );
        suite
            .spoil(
                &twin,
                &format!("identifier-outside-namespace-{id}"),
                ErrorKind::IdentifierOutsideRemit,
                Part::Credential(0),
                &format!("The attester speaks for {namespace}, and its credential is for {outside}."),
                |vector| vector.forge(|forge| named(forge, outside)),
            )
            .flags(&["trust", "names"]);
    }
}

/// V604
fn entities(suite: &mut Suite) {
    for (link, place) in LATER {
        for (id, entity) in [
            ("another", "https://bob.example"),
            ("evil-domain-after", "https://alice.example.evil"),
            ("evil-domain-before", "https://malice.example"),
            ("x509-name", "CN=Alice"),
        ] {
            suite
                .spoil(
                    OPEN,
                    &format!("entity-outside-remit-{id}-{place}"),
                    ErrorKind::AccountableOutsideRemit,
                    of_link(link),
                    &format!("The credential names {entity}, for which its attester may not speak."),
                    |vector| {
                        vector.forge(|forge| forge.part(of_link(link)).message.put(&[OURS, 14], text(entity)));
                    },
                )
                .flags(&["trust", "names", place]);
        }
    }
    suite
        .spoil(
            "further-credential",
            "entity-outside-remit-in-further-credential",
            ErrorKind::AccountableOutsideRemit,
            Part::Credential(1),
            "The further credential names an entity for which the platform may not speak.",
            |vector| {
                vector.forge(|forge| forge.credential(1).message.put(&[OURS, 14], text("https://bob.example")));
            },
        )
        .flags(&["trust", "names", "first"]);
    suite
        .spoil(
            OPEN,
            "remit-for-exactly-another-entity",
            ErrorKind::AccountableOutsideRemit,
            Part::Credential(0),
            "The attester may speak for exactly one entity below Alice's, not for hers.",
            |vector| {
                vector.edit_trust(|trust| {
                    trust["origins"].as_array_mut().unwrap().truncate(1);
                    trust["attesters"][0]["accountable"] = json!(["https://alice.example/teams/7"]);
                });
            },
        )
        .flags(&["trust", "names", "first"]);
}

/// V605, V606
fn roles_and_properties(suite: &mut Suite) {
    for (link, place) in LATER {
        for (id, role) in [("unknown", "admin"), ("another-case", "Reader"), ("longer", "reader2")] {
            suite
                .spoil(
                    OPEN,
                    &format!("role-outside-remit-{id}-{place}"),
                    ErrorKind::RoleOutsideRemit,
                    of_link(link),
                    &format!("The credential has `{role}` as well, for which its attester may not vouch."),
                    |vector| {
                        let roles = set([text(ROLE), text(role)]);
                        vector.forge(|forge| forge.part(of_link(link)).message.put(&[OURS, 15], roles));
                    },
                )
                .flags(&["trust", place]);
        }
        for (id, name) in [("unknown", "clearance"), ("another-case", "Hardware")] {
            suite
                .spoil(
                    OPEN,
                    &format!("property-outside-remit-{id}-{place}"),
                    ErrorKind::PropertyOutsideRemit,
                    of_link(link),
                    &format!("The credential states `{name}`, which its attester may not state."),
                    |vector| {
                        let properties = Value::Map(vec![(text(name), int(2))]);
                        vector.forge(|forge| forge.part(of_link(link)).message.put(&[OURS, 16], properties));
                    },
                )
                .flags(&["trust", "attestation", place]);
        }
    }
    suite
        .spoil(
            "further-credential",
            "role-in-further-credential-outside-remit",
            ErrorKind::RoleOutsideRemit,
            Part::Credential(1),
            "The platform may vouch for no roles, and its further credential has one.",
            |vector| vector.forge(|forge| forge.credential(1).message.put(&[OURS, 15], set([text(ROLE)]))),
        )
        .flags(&["trust", "first"]);
    suite
        .spoil(
            "further-credential",
            "property-in-further-credential-outside-remit",
            ErrorKind::PropertyOutsideRemit,
            Part::Credential(1),
            "The further credential states what only the other attester may state.",
            |vector| {
                let properties = Value::Map(vec![(text("executables"), int(2))]);
                vector.forge(|forge| forge.credential(1).message.put(&[OURS, 16], properties));
            },
        )
        .flags(&["trust", "attestation", "first"]);
    suite
        .spoil(
            OPEN,
            "remit-without-the-role",
            ErrorKind::RoleOutsideRemit,
            Part::Credential(0),
            "The attester may vouch for another role only.",
            |vector| {
                vector.edit_trust(|trust| {
                    trust["origins"].as_array_mut().unwrap().truncate(1);
                    trust["attesters"][0]["roles"] = json!(["reader"]);
                });
            },
        )
        .flags(&["trust", "first"]);
    suite
        .spoil(
            OPEN,
            "remit-without-the-property",
            ErrorKind::PropertyOutsideRemit,
            Part::Credential(0),
            "The attester may state one of two properties.",
            |vector| {
                vector.edit_trust(|trust| {
                    trust["origins"].as_array_mut().unwrap().truncate(1);
                    trust["attesters"][0]["properties"] = json!(["hardware"]);
                });
            },
        )
        .flags(&["trust", "attestation", "first"]);
}
