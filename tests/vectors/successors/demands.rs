//! Stage 7, V705 and V706: namespaces and roles demanded.

use throughline::{ErrorKind, Part};

use super::{NEXT, OPEN, REQUIRE, everywhere, in_root, met, names, roles_of, stating};
use crate::accept::LATER;
use crate::common::cbor::{OURS, map, text};
use crate::common::forge::Forge;
use crate::common::world::PLATFORM;
use crate::common::{ALICE, ATTESTER, ROLE};
use crate::suite::{Scenario, Suite};
use crate::tokens::open_chain;

pub(super) fn publish(suite: &mut Suite) {
    namespaces(suite);
    roles(suite);
}

/// V705
fn namespaces(suite: &mut Suite) {
    let of = |namespace: &str| map([(1, text(namespace))]);
    met(
        suite,
        "namespace-demanded",
        "V705",
        "Each identifier is in the namespace demanded.",
        &of("spiffe://prod.example/ns/calendar/executor"),
    );
    met(
        suite,
        "trust-domain-demanded",
        "V705",
        "The namespace demanded is the trust domain.",
        &of("spiffe://prod.example"),
    );
    everywhere(
        suite,
        "namespace-is-half-a-segment",
        ErrorKind::DemandNamespace,
        "The namespace demanded ends in the middle of a segment of the actor's identifier.",
        "names",
        &of("spiffe://prod.example/ns/calendar/executor/unknown"),
    );
    for (id, namespace) in [
        ("beside", "spiffe://prod.example/ns/mail"),
        ("cut-short", "spiffe://prod.exampl"),
        ("the-domain-behind", "spiffe://example"),
        ("of-another-scheme", "https://prod.example"),
        ("below-it", "spiffe://prod.example/ns/calendar/executor/unknown-01/x"),
        ("in-another-case", "spiffe://prod.example/NS/calendar"),
    ] {
        let what = format!("The actor's identifier is not in the namespace demanded: {namespace}.");
        let id = format!("namespace-demanded-{id}");
        in_root(suite, OPEN, &id, ErrorKind::DemandNamespace, &what, "names", of(namespace));
    }
    let pay = |identifier: &str| {
        let mut forge = Forge::of(&open_chain(2));
        forge.credential(0).message.put(&[2], text(identifier));
        forge.link(1).message.put(&[1], text(identifier));
        forge.link(0).message.put(&[OURS, NEXT], of("spiffe://prod.example/ns/calendar/pay"));
        forge.token()
    };
    suite.accept(
        "successors",
        "namespace-pay-demanded",
        "An actor below `pay`, where that namespace is demanded.",
        Scenario::verify(pay("spiffe://prod.example/ns/calendar/pay/x")).step("V705").flag("names"),
    );
    suite
        .spoil(
            "namespace-pay-demanded",
            "namespace-pay-demanded-of-payroll",
            ErrorKind::DemandNamespace,
            Part::Link(1),
            "An actor below `payroll`, where `pay` is demanded.",
            |vector| vector.token = Some(pay("spiffe://prod.example/ns/calendar/payroll/x").into()),
        )
        .flags(&["names"]);
    suite
        .spoil(
            "through-stranger",
            "namespace-required-of-a-stranger",
            ErrorKind::DemandNamespace,
            Part::Link(1),
            "An unvouched actor is in no namespace.",
            stating(0, REQUIRE, of("spiffe://prod.example")),
        )
        .flags(&["names", "first"]);
    suite
        .spoil(
            "strangers-link-last",
            "thumbprint-namespace-required-of-a-stranger",
            ErrorKind::DemandNamespace,
            Part::Link(1),
            "Another URI as namespace covers only itself, and an unvouched actor is in none.",
            stating(0, REQUIRE, of("urn:ietf:params:oauth")),
        )
        .flags(&["names"]);
}

/// V706
fn roles(suite: &mut Suite) {
    met(
        suite,
        "role-demanded-of-two-attesters",
        "V706",
        "One of the roles and one of the attesters demanded.",
        &roles_of(&["reader", ROLE], names(&[ATTESTER, PLATFORM])),
    );
    met(
        suite,
        "role-demanded-of-an-entity",
        "V706",
        "The role on the word of whoever names the entity.",
        &roles_of(&[ROLE], text(ALICE)),
    );
    everywhere(
        suite,
        "role-of-a-foreign-attester",
        ErrorKind::DemandRole,
        "The right role, on the word of an attester that the demand does not name.",
        "attestation",
        &roles_of(&[ROLE], names(&[PLATFORM])),
    );
    for (id, contract) in [
        ("another", roles_of(&["reader"], names(&[ATTESTER]))),
        ("in-another-case", roles_of(&["Authorized-workload"], names(&[ATTESTER]))),
        ("cut-short", roles_of(&["authorized"], names(&[ATTESTER]))),
        ("of-nobody-known", roles_of(&[ROLE], names(&["https://attest.bob.example"]))),
        ("of-another-entity", roles_of(&[ROLE], text("https://bob.example"))),
        ("of-an-entity-below", roles_of(&[ROLE], text("https://alice.example/teams/7"))),
        ("of-the-attester-as-entity", roles_of(&[ROLE], text(ATTESTER))),
        ("of-the-entity-as-attester", roles_of(&[ROLE], names(&[ALICE]))),
    ] {
        let what = "The actor's role is not one demanded, on the word of one demanded.";
        in_root(suite, OPEN, &format!("role-demanded-{id}"), ErrorKind::DemandRole, what, "attestation", contract);
    }
    let mut forge = Forge::of(&open_chain(4));
    for nth in 0..3 {
        forge.credential(nth).message.put(&[OURS, 15], names(&[ROLE, "reader"]));
    }
    suite.accept(
        "successors",
        "one-of-two-roles-acted-in",
        "Credentials vouch for two roles; each link acts in one.",
        Scenario::verify(forge.token()).step("V706"),
    );
    for (link, place) in LATER {
        suite
            .spoil(
                "one-of-two-roles-acted-in",
                &format!("role-vouched-for-and-not-acted-in-{place}"),
                ErrorKind::DemandRole,
                Part::Link(link),
                "The role demanded is vouched for, and the link acts in another.",
                stating(link - 1, NEXT, roles_of(&["reader"], names(&[ATTESTER]))),
            )
            .flags(&["attestation", place]);
    }
    let attester = "pinned-actor-under-a-contract";
    let what = "A pin's role is its attester's word, and the demand names another.";
    in_root(
        suite,
        attester,
        "role-of-a-pin-on-another-word",
        ErrorKind::DemandRole,
        what,
        "attestation",
        roles_of(&[ROLE], names(&[PLATFORM])),
    );
    let what = "A pin's role, where the demand names another entity than the pin.";
    in_root(
        suite,
        attester,
        "role-of-a-pin-of-another-entity",
        ErrorKind::DemandRole,
        what,
        "attestation",
        roles_of(&[ROLE], text("https://bob.example")),
    );
    suite
        .spoil(
            "further-credential",
            "role-on-the-word-of-a-further-credential",
            ErrorKind::DemandRole,
            Part::Link(1),
            "Further credentials contribute properties and nothing else: the role is the other attester's word.",
            stating(0, NEXT, roles_of(&[ROLE], names(&[PLATFORM]))),
        )
        .flags(&["attestation", "first"]);
    for (id, from) in [("attester", names(&[ATTESTER])), ("entity", text(ALICE))] {
        suite
            .spoil(
                "through-stranger",
                &format!("role-by-{id}-required-of-a-stranger"),
                ErrorKind::DemandRole,
                Part::Link(1),
                "An unvouched actor has no role.",
                stating(0, REQUIRE, roles_of(&[ROLE], from)),
            )
            .flags(&["attestation", "first"]);
    }
}
