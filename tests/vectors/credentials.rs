//! Stage 6: attesters stay within their remit, credentials speak for the links that name them, keys have one use.

mod key_uses;
mod remits;

use ciborium::Value;
use serde_json::json;
use throughline::{ErrorKind, Part};

use crate::accept::{LATER, all_appraised};
use crate::bundles;
use crate::common::cbor::{OURS, bytes, cose_key, set, text};
use crate::common::forge::Forge;
use crate::common::world::GATEWAY;
use crate::common::{HOUR, NOW, public, worker};
use crate::suite::{Edit, Scenario, Suite};
use crate::tokens::{open_chain, through_gateway};

const OPEN: &str = "open-chain-of-four";

pub(crate) fn publish(suite: &mut Suite) {
    remits::publish(suite);
    bindings(suite);
    vouched_roles(suite);
    windows(suite);
    outlived(suite);
    key_uses::publish(suite);
}

/// The credential before link `n` of an open chain.
fn of_link(link: u8) -> Part {
    Part::Credential(link - 1)
}

/// V607–V609
fn bindings(suite: &mut Suite) {
    let mut mismatch = |twin: &str, id: &str, link: u8, place: &str, what: &str, edit: &dyn Fn(&mut Forge)| {
        suite
            .spoil(twin, id, ErrorKind::IdentifierMismatch, Part::Link(link), what, |vector| vector.forge(edit))
            .flags(&["trust", "names", place]);
    };
    for (link, place) in LATER {
        for (id, other) in [
            ("another", worker(link + 9)),
            ("longer", format!("{}/x", worker(link))),
            ("cut-short", worker(link)[..worker(link).len() - 1].to_owned()),
        ] {
            mismatch(
                OPEN,
                &format!("identifier-{id}-than-in-the-credential-{place}"),
                link,
                place,
                &format!("The link's `iss` is {other}, not the `sub` of the credential in its `kid`."),
                &|forge| forge.link(link.into()).message.put(&[1], text(&other)),
            );
        }
        mismatch(
            "further-credentials-everywhere",
            &format!("further-credential-for-another-identifier-{place}"),
            link,
            place,
            "A further credential of the same key is for another identifier.",
            &|forge| forge.credential(usize::from(link) * 2 - 1).message.put(&[2], text(&worker(9))),
        );
    }
    mismatch(
        "root-by-role",
        "root-by-role-of-another-identifier",
        0,
        "first",
        "The root's `iss` is not the `sub` of its credential.",
        &|forge| forge.link(0).message.put(&[1], text(&worker(9))),
    );
    let mut forge = Forge::of(&through_gateway(3));
    forge.link(0).message.put(&[OURS, 5], Value::Bool(true));
    suite.accept(
        "credentials",
        "pinned-actor-where-anyone-may",
        "A pinned actor after a link that lets anyone continue.",
        Scenario::verify(forge.token()).step("V607"),
    );
    let mut mismatch = |twin: &str, id: &str, change: &dyn Fn(&mut throughline_conformance::Vector), what: &str| {
        suite
            .spoil(twin, id, ErrorKind::IdentifierMismatch, Part::Link(1), what, change)
            .flags(&["trust", "names", "first"]);
    };
    mismatch(
        "pinned-actor-where-anyone-may",
        "pinned-actor-under-another-identifier",
        &|vector| vector.forge(|forge| forge.link(1).message.put(&[1], text(&format!("{GATEWAY}/x")))),
        "The link's `iss` is not the pin's identifier.",
    );
    mismatch(
        "pinned-actor-where-anyone-may",
        "pin-of-another-identifier",
        &|vector| vector.edit_trust(|trust| trust["pins"][0]["identifier"] = json!(worker(9))),
        "The pin has the key for another identifier.",
    );
    mismatch(
        "further-credential-of-pinned-actor",
        "further-credential-of-pinned-actor-for-another-identifier",
        &|vector| vector.forge(|forge| forge.credential(0).message.put(&[2], text(&worker(9)))),
        "The further credential of a pinned actor is for another identifier.",
    );
    for (link, place) in LATER {
        let nth = usize::from(link) * 2 - 1;
        suite
            .spoil(
                "further-credentials-everywhere",
                &format!("further-credential-for-another-key-{place}"),
                ErrorKind::AlsoKeyMismatch,
                Part::Link(link),
                "A further credential is for another key than the one that signs the link.",
                |vector| {
                    let other = cose_key(public("worker 9").key());
                    vector.forge(|forge| forge.credential(nth).message.put(&[8, 1], other));
                },
            )
            .flags(&["trust", "attestation", place]);
        suite
            .spoil(
                OPEN,
                &format!("further-credential-is-the-one-in-kid-{place}"),
                ErrorKind::AlsoRepeatsKid,
                Part::Link(link),
                "`also` names the credential in `kid`.",
                |vector| {
                    vector.forge(|forge| {
                        let named = forge.part(of_link(link)).message.digest();
                        forge.link(link.into()).message.put(&[OURS, 8], set([bytes(named.as_bytes())]));
                    });
                },
            )
            .flags(&["trust", place]);
    }
    suite
        .spoil(
            "further-credential-of-pinned-actor",
            "further-credential-of-pinned-actor-for-another-key",
            ErrorKind::AlsoKeyMismatch,
            Part::Link(1),
            "The further credential of a pinned actor is for another key.",
            |vector| {
                let other = cose_key(public("worker 9").key());
                vector.forge(|forge| forge.credential(0).message.put(&[8, 1], other));
            },
        )
        .flags(&["trust", "attestation", "first"]);
    suite
        .spoil(
            "root-by-role",
            "further-credential-of-a-root-is-the-one-in-kid",
            ErrorKind::AlsoRepeatsKid,
            Part::Link(0),
            "`also` of a root by role names the credential in `kid`.",
            |vector| {
                vector.forge(|forge| {
                    let named = forge.credential(0).message.digest();
                    forge.link(0).message.put(&[OURS, 8], set([bytes(named.as_bytes())]));
                });
            },
        )
        .flags(&["trust"]);
}

/// V610
fn vouched_roles(suite: &mut Suite) {
    for (link, place) in LATER {
        for (id, role) in [("another", "reader"), ("another-case", "Authorized-workload"), ("unheard-of", "admin")] {
            suite
                .spoil(
                    OPEN,
                    &format!("role-not-vouched-{id}-{place}"),
                    ErrorKind::RoleNotVouched,
                    Part::Link(link),
                    &format!("The link acts as `{role}`, which its credential does not have."),
                    |vector| vector.forge(|forge| forge.link(link.into()).message.put(&[OURS, 3], text(role))),
                )
                .flags(&["trust", place]);
        }
        suite
            .spoil(
                OPEN,
                &format!("credential-without-roles-{place}"),
                ErrorKind::RoleNotVouched,
                Part::Link(link),
                "The credential in `kid` vouches for no role.",
                |vector| vector.forge(|forge| forge.part(of_link(link)).message.remove(&[OURS, 15])),
            )
            .flags(&["trust", place]);
    }
    let mut trust = bundles::wide();
    trust["attesters"][1]["roles"] = json!(["reader"]);
    let mut forge = Forge::of(&all_appraised());
    for nth in [1, 3, 5] {
        forge.credential(nth).message.put(&[OURS, 15], set([text("reader")]));
    }
    suite.accept(
        "credentials",
        "role-in-further-credentials",
        "Further credentials vouch for a role that no link acts in: they contribute properties and nothing else.",
        Scenario::verify(forge.token()).trust(trust).step("V610"),
    );
    for (link, place) in LATER {
        suite
            .spoil(
                "role-in-further-credentials",
                &format!("role-of-further-credential-alone-{place}"),
                ErrorKind::RoleNotVouched,
                Part::Link(link),
                "The link acts in a role for which only its further credential vouches.",
                |vector| vector.forge(|forge| forge.link(link.into()).message.put(&[OURS, 3], text("reader"))),
            )
            .flags(&["trust", place]);
    }
    suite
        .spoil(
            "through-pinned-gateway",
            "role-that-the-pin-does-not-have",
            ErrorKind::RoleNotVouched,
            Part::Link(1),
            "A pinned actor acts in a role that its pin does not have.",
            |vector| vector.forge(|forge| forge.link(1).message.put(&[OURS, 3], text("reader"))),
        )
        .flags(&["trust", "first"]);
    suite
        .spoil(
            "through-pinned-gateway",
            "pin-without-roles",
            ErrorKind::RoleNotVouched,
            Part::Link(1),
            "The pin has no roles.",
            |vector| vector.edit_trust(|trust| trust["pins"][0]["roles"] = json!([])),
        )
        .flags(&["trust", "first"]);
    suite
        .spoil(
            "root-by-context",
            "root-by-context-in-another-role",
            ErrorKind::RoleNotVouched,
            Part::Link(0),
            "A root by context, whose anchor fixes no role, acts in one that its credential does not have.",
            |vector| vector.forge(|forge| forge.link(0).message.put(&[OURS, 3], text("reader"))),
        )
        .flags(&["trust"]);
}

fn seconds(value: u64) -> Value {
    Value::Integer(value.into())
}

const START: u64 = NOW.0 - 60;
const END: u64 = NOW.0 + HOUR;

/// V611
fn windows(suite: &mut Suite) {
    let outliving = || {
        let mut trust = bundles::wide();
        trust["attesters"][0]["outlive"] = json!(2 * HOUR);
        trust["attesters"][1]["outlive"] = json!(2 * HOUR);
        trust
    };
    let token = |link: u8, iat: u64, exp: u64| {
        let mut forge = Forge::of(&open_chain(4));
        forge.part(of_link(link)).message.put(&[6], seconds(iat));
        forge.part(of_link(link)).message.put(&[4], seconds(exp));
        forge.token()
    };
    for (link, place) in LATER {
        let first = format!("credential-starts-with-its-link-{place}");
        suite.accept(
            "credentials",
            &first,
            "The credential starts in the second in which its link does.",
            Scenario::verify(token(link, START, END)).trust(outliving()).step("V611").flag("edge").flag("time"),
        );
        let last = format!("credential-ends-after-its-links-first-second-{place}");
        suite.accept(
            "credentials",
            &last,
            "The link starts in the last second of its credential, and may outlive it.",
            Scenario::verify(token(link, START - HOUR, START + 1))
                .trust(outliving())
                .step("V611")
                .flag("edge")
                .flag("time"),
        );
        let mut spoil = |twin: &str, id: &str, path: &[i64], value: u64, what: &str| {
            suite
                .spoil(
                    twin,
                    &format!("{id}-{place}"),
                    ErrorKind::CredentialNotCurrent,
                    Part::Link(link),
                    what,
                    |vector| {
                        vector.forge(|forge| forge.part(of_link(link)).message.put(path, seconds(value)));
                    },
                )
                .flags(&["attestation", "time", place]);
        };
        spoil(
            &first,
            "credential-issued-a-second-late",
            &[6],
            START + 1,
            "The credential starts a second after its link.",
        );
        spoil(
            &first,
            "credential-not-before-a-second-late",
            &[5],
            START + 1,
            "The credential's `nbf` is a second after its link's start.",
        );
        spoil(&last, "credential-expired-as-its-link-starts", &[4], START, "The credential ends when its link starts.");
    }
    suite
        .spoil(
            "further-credential",
            "further-credential-a-second-late",
            ErrorKind::CredentialNotCurrent,
            Part::Link(1),
            "The further credential starts a second after its link.",
            |vector| vector.forge(|forge| forge.credential(1).message.put(&[6], seconds(START + 1))),
        )
        .flags(&["attestation", "time", "first"]);
    suite
        .spoil(
            "root-by-role",
            "credential-of-a-root-a-second-late",
            ErrorKind::CredentialNotCurrent,
            Part::Link(0),
            "The credential of a root starts a second after it.",
            |vector| vector.forge(|forge| forge.credential(0).message.put(&[6], seconds(START + 1))),
        )
        .flags(&["attestation", "time"]);
}

/// V612
fn outlived(suite: &mut Suite) {
    for (link, place) in LATER {
        for outlive in [0, 600] {
            let mut trust = bundles::wide();
            trust["attesters"][0]["outlive"] = json!(outlive);
            let mut forge = Forge::of(&open_chain(4));
            forge.part(of_link(link)).message.put(&[4], seconds(END - outlive));
            let twin = format!("credential-outlived-by-{outlive}-{place}");
            suite.accept(
                "credentials",
                &twin,
                &format!("The link ends {outlive} seconds after its credential, as much as the attester allows."),
                Scenario::verify(forge.token()).trust(trust).step("V612").flag("edge").flag("time"),
            );
            suite
                .spoil(
                    &twin,
                    &format!("credential-outlived-by-a-second-more-than-{outlive}-{place}"),
                    ErrorKind::CredentialOutlived,
                    Part::Link(link),
                    "The link ends a second later after its credential than the attester allows.",
                    |vector| {
                        let exp = seconds(END - outlive - 1);
                        vector.forge(|forge| forge.part(of_link(link)).message.put(&[4], exp));
                    },
                )
                .flags(&["attestation", "time", place]);
        }
    }
    suite
        .spoil(
            "credential-outlived-by-600-middle",
            "attester-allows-a-second-less",
            ErrorKind::CredentialOutlived,
            Part::Link(2),
            "The attester allows a second less.",
            |vector| vector.edit_trust(|trust| trust["attesters"][0]["outlive"] = json!(599)),
        )
        .flags(&["attestation", "time"]);
    suite
        .spoil(
            "further-credential",
            "further-credential-outlived",
            ErrorKind::CredentialOutlived,
            Part::Link(1),
            "The link ends a second after its further credential, whose attester allows nothing.",
            |vector| vector.forge(|forge| forge.credential(1).message.put(&[4], seconds(END - 1))),
        )
        .flags(&["attestation", "time", "first"]);
    let mut trust = bundles::wide();
    trust["attesters"][0]["outlive"] = json!(i64::MAX);
    suite.accept(
        "credentials",
        "outlived-without-end",
        "The credential's end and what the attester allows are together beyond the end of time.",
        Scenario::verify(open_chain(4)).trust(trust).step("V612").flag("edge").flag("time"),
    );
}
