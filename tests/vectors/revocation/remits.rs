//! Stage 9: whose entries count for what (token.md §7.4).

use serde_json::json;
use throughline::issue::{Actor, ContinuationBuilder, RevocationListBuilder};
use throughline::{ErrorKind, Part};

use super::{credential_digest, link_digest, list, revoke};
use crate::bundles::{self, jwk};
use crate::common::cbor::{OURS, text};
use crate::common::forge::Forge;
use crate::common::world::{GATEWAY, PLATFORM, REVOKER, by, vouched};
use crate::common::{ALICE, ATTESTER, NOW, contract, key, public, root, window, worker};
use crate::suite::{Scenario, Suite};
use crate::tokens::{chain, through_gateway, through_stranger};

pub(super) fn publish(suite: &mut Suite) {
    remits(suite);
}

/// §7.4: whose entries count for what.
fn remits(suite: &mut Suite) {
    let first = root().next_contract_without_handover(contract()).sign(&key("alice")).unwrap();
    let actor = vouched(1).also(&crate::common::world::platform_credential(1)).unwrap();
    let token = by(1, ContinuationBuilder::new(&first, actor, window()));
    let (own, further) = (credential_digest(&token, 0), credential_digest(&token, 1));
    let remit = |members: serde_json::Value| {
        let mut trust = bundles::revocable();
        trust["revokers"][0] = json!({"key": jwk("revoker"), "name": REVOKER});
        for (member, value) in members.as_object().unwrap() {
            trust["revokers"][0][member] = value.clone();
        }
        trust
    };
    let strange = remit(
        json!({"accountable": [{"namespace": "https://bob.example"}], "attesters": ["https://attest.bob.example"]}),
    );
    let platform = remit(json!({"attesters": [PLATFORM]}));
    let link = link_digest(&token, 1);
    type Fill<'f> = &'f dyn Fn(RevocationListBuilder) -> RevocationListBuilder;
    let entries: [(&str, ErrorKind, Fill<'_>); 7] = [
        ("link", ErrorKind::LinkRevoked, &|list| list.link(&link)),
        ("key", ErrorKind::KeyRevoked, &|list| list.key(public("worker 1").thumbprint())),
        ("credential", ErrorKind::CredentialRevoked, &|list| list.credential(&own, &[])),
        ("further-credential", ErrorKind::CredentialRevoked, &|list| list.credential(&further, &[])),
        ("attester-key", ErrorKind::AttesterKeyRevoked, &|list| list.key(public("platform").thumbprint())),
        ("identifier", ErrorKind::IdentifierRevoked, &|list| list.identifier(&worker(1), &[])),
        // The root's own entity: its issuer must be another, so that the root stays.
        ("entity", ErrorKind::AccountableRevoked, &|list| list.issued_before(ALICE, NOW)),
    ];
    for (id, kind, fill) in entries {
        let twin = format!("{id}-entry-outside-the-remit");
        let listed = list(fill);
        suite.accept(
            "revocation",
            &twin,
            "An entry for something in this token, by an issuer whose remit covers nothing of it.",
            Scenario::verify(&token).trust(strange.clone()).list(&listed).flag("revocation").flag("remit"),
        );
        let place = if id == "entity" { (0, "first") } else { (1, "last") };
        suite
            .spoil(
                &twin,
                &format!("{id}-entry-within-the-remit"),
                kind,
                Part::Link(place.0),
                "The issuer's remit covers the root's accountable entity.",
                |vector| vector.trust = Some(bundles::revocable()),
            )
            .flags(&["revocation", "remit", place.1]);
        if id == "credential" {
            suite.accept(
                "revocation",
                "credential-entry-of-another-attesters-issuer",
                "An issuer for the further credential's attester revokes the other one's credential.",
                Scenario::verify(&token)
                    .trust(platform.clone())
                    .list(&listed)
                    .flag("revocation")
                    .flag("remit")
                    .flag("feature"),
            );
        } else {
            suite
                .spoil(
                    &twin,
                    &format!("{id}-entry-of-an-attesters-issuer"),
                    kind,
                    Part::Link(1),
                    "The issuer's remit names the attester of a credential that the link names.",
                    |vector| vector.trust = Some(platform.clone()),
                )
                .flags(&["revocation", "remit"]);
        }
    }
    pinned_and_unvouched_remits(suite, &remit);
    entity_remits(suite, &remit);
}

fn pinned_and_unvouched_remits(suite: &mut Suite, remit: &dyn Fn(serde_json::Value) -> serde_json::Value) {
    let listed = list(|list| list.identifier(GATEWAY, &[]));
    suite.accept(
        "revocation",
        "pinned-identifier-of-another-attesters-issuer",
        "The pinned actor's identifier, by an issuer for another attester than the pin's.",
        Scenario::verify(through_gateway(3)).trust(remit(json!({"attesters": [PLATFORM]}))).list(listed).flag("remit"),
    );
    suite
        .spoil(
            "pinned-identifier-of-another-attesters-issuer",
            "pinned-identifier-of-its-attesters-issuer",
            ErrorKind::IdentifierRevoked,
            Part::Link(1),
            "The pinned actor's identifier, by an issuer for the pin's attester.",
            |vector| vector.trust = Some(remit(json!({"attesters": [ATTESTER]}))),
        )
        .flags(&["revocation", "remit"]);
    let stray = *public("stray").thumbprint();
    let uri = Actor::unvouched(public("stray")).identifier().to_owned();
    let token = through_stranger(4);
    let strange = remit(json!({"accountable": ["https://bob.example"]}));
    let twin = "issuer-of-others-and-a-stranger";
    suite.accept(
        "revocation",
        twin,
        "An issuer for others revokes a worker's key and the stranger's link: neither is its own.",
        Scenario::verify(&token)
            .trust(strange)
            .list(list(|list| list.key(public("worker 2").thumbprint()).link(&link_digest(&token, 1))))
            .flag("revocation")
            .flag("remit"),
    );
    let kind = ErrorKind::KeyRevoked;
    let what = "An issuer for others revokes an unvouched actor's key: whoever may revoke at all may.";
    revoke(suite, twin, "strangers-key-revoked-by-anyone", kind, (1, "middle"), what, |list| list.key(&stray));
    let kind = ErrorKind::IdentifierRevoked;
    let what = "An issuer for others revokes an unvouched actor's identifier.";
    revoke(suite, twin, "strangers-identifier-revoked-by-anyone", kind, (1, "middle"), what, |list| {
        list.identifier(&uri, &[])
    });
}

/// The actor's entity or the root's: one is enough.
fn entity_remits(suite: &mut Suite, remit: &dyn Fn(serde_json::Value) -> serde_json::Value) {
    const TEAM: &str = "https://alice.example/team";
    let mut forge = Forge::of(&chain(2));
    forge.credential(0).message.put(&[OURS, 14], text(TEAM));
    let listed = || list(|list| list.identifier(&worker(1), &[]));
    suite.accept(
        "revocation",
        "identifier-by-the-issuer-of-another-entity",
        "The identifier of an actor, by an issuer for neither its entity nor the root's.",
        Scenario::verify(forge.token())
            .trust(remit(json!({"accountable": ["https://alice.example/other", "https://alice.example.evil"]})))
            .list(listed())
            .flag("remit"),
    );
    for (id, accountable) in [
        ("the-roots-entity", json!([ALICE])),
        ("the-actors-entity", json!([TEAM])),
        ("a-namespace-over-both", json!([{"namespace": ALICE}])),
    ] {
        suite
            .spoil(
                "identifier-by-the-issuer-of-another-entity",
                &format!("identifier-by-the-issuer-of-{id}"),
                ErrorKind::IdentifierRevoked,
                Part::Link(1),
                "The identifier of an actor, by an issuer for its entity or the root's.",
                |vector| vector.trust = Some(remit(json!({"accountable": accountable}))),
            )
            .flags(&["revocation", "remit"]);
    }
}
