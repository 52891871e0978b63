//! Stage 9: nothing in the chain is revoked by an issuer who may.

use ciborium::Value;
use throughline::issue::ContinuationBuilder;
use throughline::trust::{Entities, RevocationIssuer};
use throughline::{Digest, ErrorKind, Part, UnixTime};

use crate::common::cbor::{OURS, text as cbor_text};
use crate::common::forge::Forge;
use crate::common::lists::{Held, Revoked};
use crate::common::setting::Setting;
use crate::common::world::{
    GATEWAY, PLATFORM, agent_credential, by, consent, consented, context_root, edit, hop, platform_credential,
    revocable_trust, text, through_gateway, through_stranger, vouched,
};
use crate::common::{ALICE, ATTESTER, HOUR, NOW, chain, contract, key, public, root, window, worker};

/// Everything of Alice's may be revoked, and `revoked` is.
fn setting(revoked: &[Revoked]) -> Setting {
    let mut setting = Setting::new(revocable_trust());
    setting.lists.0.push(Held {
        issuer: *public("revoker").thumbprint(),
        issued: NOW.minus(HOUR),
        expires: NOW.plus(HOUR),
        entries: revoked.to_vec(),
    });
    setting
}

#[track_caller]
fn revoking(token: &[u8], revoked: Revoked, kind: ErrorKind, link: u8) {
    setting(&[]).accepts(token);
    setting(&[revoked]).refuses(token, kind, Part::Link(link));
}

fn link_digest(token: &[u8], link: usize) -> Digest {
    Forge::of(token).link(link).message.digest()
}

#[test]
fn token_without_a_current_list_rejected() {
    let token = chain(3);
    let mut setting = setting(&[]);
    setting.accepts(&token);
    let (issued, expires) = (NOW.minus(HOUR), NOW.plus(HOUR));
    // `iat` ≤ now + skew and now − skew < `exp`.
    for (list, current) in [
        ((issued, expires), true),
        ((NOW.plus(30), expires), true),
        ((NOW.plus(31), expires), false),
        ((issued, NOW.minus(29)), true),
        ((issued, NOW.minus(30)), false),
    ] {
        (setting.lists.0[0].issued, setting.lists.0[0].expires) = list;
        match current {
            true => setting.accepts(&token),
            false => setting.refuses(&token, ErrorKind::RevocationStale, Part::Token),
        }
    }
    setting.lists.0.clear();
    setting.refuses(&token, ErrorKind::RevocationStale, Part::Token);
    // A second issuer whose list is missing, though its remit is empty.
    let mut setting = self::setting(&[]);
    edit(&mut setting.trust.revokers, |revokers| {
        revokers.push(RevocationIssuer::new(public("bob"), text("https://revoke.bob.example")));
    });
    setting.refuses(&token, ErrorKind::RevocationStale, Part::Token);
}

#[test]
fn revoked_link_rejected_wherever_it_stands() {
    let token = chain(4);
    for link in 0..4_u8 {
        revoking(&token, Revoked::Link(link_digest(&token, link.into())), ErrorKind::LinkRevoked, link);
    }
    // What was made before it stays good, and so does a sibling.
    let head = Revoked::Link(link_digest(&token, 3));
    setting(std::slice::from_ref(&head)).accepts(&chain(3));
    let narrower = (NOW.minus(60), NOW.plus(60));
    let before = chain(3);
    setting(&[head]).accepts(&by(3, ContinuationBuilder::new(&before, vouched(3), narrower)));
}

#[test]
fn revoked_key_rejected_whoever_holds_it() {
    let token = chain(4);
    for (link, name) in [(0, "alice"), (1, "worker 1"), (2, "worker 2"), (3, "worker 3")] {
        revoking(&token, Revoked::Key(*public(name).thumbprint()), ErrorKind::KeyRevoked, link);
    }
    revoking(&through_gateway(3), Revoked::Key(*public("gateway").thumbprint()), ErrorKind::KeyRevoked, 1);
    // Nobody vouches for the stranger; its key is revoked all the same.
    revoking(&through_stranger(3), Revoked::Key(*public("stray").thumbprint()), ErrorKind::KeyRevoked, 1);
}

#[test]
fn key_of_an_unvouched_actor_revoked_by_any_issuer_rejected() {
    let token = through_stranger(3);
    let mut setting = setting(&[Revoked::Key(*public("stray").thumbprint())]);
    edit(&mut setting.trust.revokers, |revokers| {
        revokers[0].accountable = vec![Entities::Exact(text("https://bob.example"))].into();
    });
    setting.refuses(&token, ErrorKind::KeyRevoked, Part::Link(1));
    // Another issuer that says nothing changes nothing.
    let mut twice = Setting::new(setting.trust.clone());
    twice.lists = setting.lists.clone();
    edit(&mut twice.trust.revokers, |revokers| {
        revokers.insert(0, RevocationIssuer::new(public("bob"), text("https://revoke.bob.example")));
    });
    let silent = Held { issuer: *public("bob").thumbprint(), entries: Vec::new(), ..twice.lists.0[0].clone() };
    twice.lists.0.push(silent);
    twice.refuses(&token, ErrorKind::KeyRevoked, Part::Link(1));
    // The keys of others are none of that issuer's.
    setting.lists.0[0].entries = vec![Revoked::Key(*public("worker 2").thumbprint())];
    setting.accepts(&token);
}

#[test]
fn revoked_actor_that_goes_on_unvouched_under_its_key_rejected() {
    let first = root().next_anyone().sign(&key("alice")).unwrap();
    let actor = throughline::issue::Actor::unvouched(public("worker 1"));
    let token = ContinuationBuilder::new(&first, actor, window()).sign(&key("worker 1")).unwrap();
    // Only the key entry reaches it; a list names it with the credential or the identifier.
    setting(&[Revoked::Identifier(worker(1))]).accepts(&token);
    revoking(&token, Revoked::Key(*public("worker 1").thumbprint()), ErrorKind::KeyRevoked, 1);
}

#[test]
fn revoked_credential_rejected() {
    let token = chain(4);
    for link in 1..4_u8 {
        let digest = Forge::of(&token).credential(usize::from(link) - 1).message.digest();
        revoking(&token, Revoked::Credential(digest), ErrorKind::CredentialRevoked, link);
    }
    // A further credential, and a root's.
    let first = root().next_contract_without_handover(contract()).sign(&key("alice")).unwrap();
    let actor = vouched(1).also(&platform_credential(1)).unwrap();
    let token = by(1, ContinuationBuilder::new(&first, actor, window()));
    let further = Forge::of(&platform_credential(1)).credential(0).message.digest();
    revoking(&token, Revoked::Credential(further), ErrorKind::CredentialRevoked, 1);
    let token = context_root().sign(&key("agent")).unwrap();
    let of_agent = Forge::of(&agent_credential(Some(&[9; 16]))).credential(0).message.digest();
    revoking(&token, Revoked::Credential(of_agent), ErrorKind::CredentialRevoked, 0);
}

#[test]
fn known_credential_that_is_revoked_rejected() {
    let first = root().next_contract_without_handover(contract()).sign(&key("alice")).unwrap();
    let token = by(1, ContinuationBuilder::new(&first, vouched(1).by_reference(), window()));
    let credential = crate::common::credential(1);
    let digest = Forge::of(&credential).credential(0).message.digest();
    let mut twin = setting(&[]);
    twin.know(&credential);
    twin.accepts(&token);
    let mut setting = setting(&[Revoked::Credential(digest)]);
    setting.know(&credential);
    setting.refuses(&token, ErrorKind::CredentialRevoked, Part::Link(1));
}

#[test]
fn revoked_key_of_an_attester_rejected() {
    revoking(&chain(4), Revoked::Key(*public("attester").thumbprint()), ErrorKind::AttesterKeyRevoked, 1);
    let first = root().next_contract_without_handover(contract()).sign(&key("alice")).unwrap();
    let token = hop(&first, 1);
    let actor = vouched(2).also(&platform_credential(2)).unwrap();
    let token = by(2, ContinuationBuilder::new(&token, actor, window()));
    revoking(&token, Revoked::Key(*public("platform").thumbprint()), ErrorKind::AttesterKeyRevoked, 2);
}

#[test]
fn revoked_identifier_rejected() {
    let token = chain(4);
    for (link, identifier) in
        [(0, crate::common::ALICE_AGENT.to_owned()), (1, worker(1)), (2, worker(2)), (3, worker(3))]
    {
        revoking(&token, Revoked::Identifier(identifier), ErrorKind::IdentifierRevoked, link);
    }
    revoking(&through_gateway(3), Revoked::Identifier(GATEWAY.to_owned()), ErrorKind::IdentifierRevoked, 1);
    // Byte for byte: a namespace is no identifier.
    setting(&[Revoked::Identifier("spiffe://prod.example/ns/calendar".to_owned())]).accepts(&token);
}

#[test]
fn revoked_consent_rejected() {
    let token = consented().next_contract_without_handover(contract()).sign(&key("alice")).unwrap();
    let token = hop(&hop(&token, 1), 2);
    revoking(&token, Revoked::Consent(consent()), ErrorKind::ConsentRevoked, 0);
    setting(&[Revoked::Consent(Digest::of(&[b"another"]))]).accepts(&token);
}

#[test]
fn links_of_a_revoked_accountable_entity_rejected() {
    let token = chain(3);
    let iat = NOW.minus(60);
    setting(&[Revoked::Before(ALICE.to_owned(), iat)]).accepts(&token);
    revoking(&token, Revoked::Before(ALICE.to_owned(), iat.plus(1)), ErrorKind::AccountableRevoked, 0);
    // Of another entity, from the link on that it is accountable for; `iat` counts and not `nbf`.
    let mut forge = Forge::of(&token);
    forge.credential(1).message.put(&[OURS, 14], cbor_text("https://alice.example/team"));
    forge.link(2).message.put(&[5], Value::Integer((NOW.0 - 10).into()));
    let team = |before: UnixTime| Revoked::Before("https://alice.example/team".to_owned(), before);
    setting(&[team(iat)]).accepts(&forge.token());
    revoking(&forge.token(), team(iat.plus(1)), ErrorKind::AccountableRevoked, 2);
}

#[test]
fn entries_beyond_an_issuers_remit_do_not_count() {
    let first = root().next_contract_without_handover(contract()).sign(&key("alice")).unwrap();
    let actor = vouched(1).also(&platform_credential(1)).unwrap();
    let token = by(1, ContinuationBuilder::new(&first, actor, window()));
    let digest = |nth: usize| Forge::of(&token).credential(nth).message.digest();
    let entries = [
        (Revoked::Link(link_digest(&token, 1)), ErrorKind::LinkRevoked),
        (Revoked::Key(*public("worker 1").thumbprint()), ErrorKind::KeyRevoked),
        (Revoked::Credential(digest(0)), ErrorKind::CredentialRevoked),
        (Revoked::Credential(digest(1)), ErrorKind::CredentialRevoked),
        (Revoked::Key(*public("platform").thumbprint()), ErrorKind::AttesterKeyRevoked),
        (Revoked::Identifier(worker(1)), ErrorKind::IdentifierRevoked),
        (Revoked::Before(ALICE.to_owned(), NOW), ErrorKind::AccountableRevoked),
    ];
    for (entry, kind) in entries {
        let mut setting = setting(std::slice::from_ref(&entry));
        assert_eq!(setting.verify(&token).0.unwrap_err().kind, kind);
        edit(&mut setting.trust.revokers, |revokers| {
            revokers[0].accountable = vec![Entities::Namespace(text("https://bob.example"))].into();
            revokers[0].attesters = vec![text("https://attest.bob.example")].into();
        });
        setting.accepts(&token);
        // By the name of an attester whose credential the link names: the platform's reaches the link and its own credential.
        edit(&mut setting.trust.revokers, |revokers| revokers[0].attesters = vec![text(PLATFORM)].into());
        let of_the_other = matches!(&entry, Revoked::Credential(one) if *one == digest(0));
        match of_the_other {
            true => setting.accepts(&token),
            false => setting.refuses(&token, kind, Part::Link(1)),
        }
    }
}

#[test]
fn issuer_for_a_pins_attester_reaches_the_pinned_link() {
    let token = through_gateway(3);
    let mut setting = setting(&[Revoked::Identifier(GATEWAY.to_owned())]);
    edit(&mut setting.trust.revokers, |revokers| {
        revokers[0].accountable = vec![].into();
        revokers[0].attesters = vec![text(PLATFORM)].into();
    });
    setting.accepts(&token);
    edit(&mut setting.trust.revokers, |revokers| revokers[0].attesters = vec![text(ATTESTER)].into());
    setting.refuses(&token, ErrorKind::IdentifierRevoked, Part::Link(1));
}

#[test]
fn issuer_for_the_root_or_for_the_actor_is_enough() {
    // Worker 1 answers to a team, the execution to Alice.
    let mut forge = Forge::of(&chain(2));
    forge.credential(0).message.put(&[OURS, 14], cbor_text("https://alice.example/team"));
    let token = forge.token();
    for (remit, reaches) in [
        (ALICE, true),
        ("https://alice.example/team", true),
        ("https://alice.example/other", false),
        ("https://bob.example", false),
    ] {
        let mut setting = setting(&[Revoked::Identifier(worker(1))]);
        edit(&mut setting.trust.revokers, |revokers| {
            revokers[0].accountable = vec![Entities::Exact(text(remit))].into();
        });
        match reaches {
            true => setting.refuses(&token, ErrorKind::IdentifierRevoked, Part::Link(1)),
            false => setting.accepts(&token),
        }
    }
}
