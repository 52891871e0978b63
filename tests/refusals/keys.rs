//! Stage 6, V613–V615: keys have one use.

use ciborium::Value;
use throughline::issue::{Actor, ContinuationBuilder, CredentialBuilder};
use throughline::trust::{ActorPin, OriginAnchor, OriginKind};
use throughline::{ErrorKind, Part, PublicKey};

use crate::common::cbor::{OURS, cose_key};
use crate::common::forge::Forge;
use crate::common::setting::Setting;
use crate::common::world::{
    AGENT, agreement_key, ceiling, context_root, edit, open_chain, role_root, text, through_gateway, wide_trust,
};
use crate::common::{ALICE, ALICE_AGENT, ATTESTER, HOUR, NOW, ROLE, chain, key, public, window, worker};

/// `links` of which the last is made by the holder of the key of this name, with a credential for worker 9.
fn with_last_by(name: &str, links: u8) -> Vec<u8> {
    let validity = (NOW.minus(HOUR), NOW.plus(2 * HOUR));
    let credential =
        CredentialBuilder::new((public("attester"), ATTESTER), &worker(9), *public(name).key(), ALICE, validity);
    let credential = credential.role(ROLE).sign(&key("attester")).unwrap();
    let actor = Actor::vouched(&credential, ROLE).unwrap();
    let token = open_chain(links - 1);
    ContinuationBuilder::new(&token, actor, window()).next_anyone().sign(&key(name)).unwrap()
}

/// The same, unvouched.
fn with_last_unvouched(name: &str, links: u8) -> Vec<u8> {
    let actor = Actor::unvouched(public(name));
    let token = open_chain(links - 1);
    ContinuationBuilder::new(&token, actor, window()).next_anyone().sign(&key(name)).unwrap()
}

#[test]
fn origin_key_under_a_credential_rejected() {
    let setting = Setting::new(wide_trust());
    for links in [2, 3, 4] {
        setting.accepts(&with_last_by("worker 9", links));
        setting.refuses(&with_last_by("alice", links), ErrorKind::OriginKeyMisused, Part::Link(links - 1));
    }
}

#[test]
fn origin_key_of_an_unvouched_actor_rejected() {
    let setting = Setting::new(wide_trust());
    for links in [2, 3, 4] {
        setting.accepts(&with_last_unvouched("bob", links));
        setting.refuses(&with_last_unvouched("alice", links), ErrorKind::OriginKeyMisused, Part::Link(links - 1));
    }
}

#[test]
fn key_of_an_origin_that_did_not_begin_this_execution_rejected() {
    let mut setting = Setting::new(wide_trust());
    let token = with_last_unvouched("bob", 3);
    setting.accepts(&token);
    edit(&mut setting.trust.origins, |origins| {
        let kind = OriginKind::Identity {
            key: public("bob"),
            identifier: text("https://bob.example/authority"),
            role: text("owner"),
            accountable: vec![].into(),
        };
        origins.push(OriginAnchor::new(text("bob"), kind, ceiling("mail.*", "*")));
    });
    setting.refuses(&token, ErrorKind::OriginKeyMisused, Part::Link(2));
}

#[test]
fn pinned_key_that_signs_a_root_rejected() {
    let pinned = |name: &str, identifier: &'static str| {
        let mut setting = Setting::new(wide_trust());
        let mut pin = ActorPin::new(public(name), text(identifier), text(ALICE), text(ATTESTER));
        pin.roles = vec![text("owner")].into();
        edit(&mut setting.trust.pins, |pins| pins.push(pin));
        setting
    };
    let tokens = [
        ("alice", ALICE_AGENT, chain(3)),
        ("agent", AGENT, role_root().sign(&key("agent")).unwrap()),
        ("agent", AGENT, context_root().sign(&key("agent")).unwrap()),
    ];
    for (name, identifier, token) in tokens {
        Setting::new(wide_trust()).accepts(&token);
        pinned(name, identifier).refuses(&token, ErrorKind::PinnedKeyMisused, Part::Link(0));
    }
}

#[test]
fn pinned_key_of_an_unvouched_actor_rejected() {
    let setting = Setting::new(wide_trust());
    for links in [2, 3, 4] {
        let token = with_last_unvouched("gateway", links);
        setting.refuses(&token, ErrorKind::PinnedKeyMisused, Part::Link(links - 1));
        let mut without = Setting::new(wide_trust());
        edit(&mut without.trust.pins, Vec::clear);
        without.accepts(&token);
    }
}

#[test]
fn pinned_key_under_a_credential_rejected() {
    let setting = Setting::new(wide_trust());
    for links in [2, 3, 4] {
        let token = with_last_by("gateway", links);
        setting.refuses(&token, ErrorKind::PinnedKeyMisused, Part::Link(links - 1));
        let mut without = Setting::new(wide_trust());
        edit(&mut without.trust.pins, Vec::clear);
        without.accepts(&token);
    }
}

/// An `agree` key in one link of an open chain.
fn agreeing(token: &[u8], link: usize, agree: &PublicKey) -> Vec<u8> {
    let mut forge = Forge::of(token);
    forge.link(link).message.put(&[OURS, 9], cose_key(agree));
    forge.token()
}

#[test]
fn agreement_key_that_signs_rejected() {
    let setting = Setting::new(wide_trust());
    let token = open_chain(4);
    for link in 0..4 {
        setting.accepts(&agreeing(&token, link, agreement_key("fresh").public().key()));
        // Its own key, those of links before and after it, and keys of the bundle that nobody uses here.
        for name in ["alice", "worker 1", "worker 2", "worker 3", "attester", "platform", "gateway"] {
            let reused = agreeing(&token, link, public(name).key());
            let part = Part::Link(u8::try_from(link).unwrap());
            setting.refuses(&reused, ErrorKind::AgreementKeySigns, part);
        }
        // A key of nobody in this token is any other key.
        setting.accepts(&agreeing(&token, link, public("worker 7").key()));
    }
    let mut forge = Forge::of(&through_gateway(3));
    forge.link(0).message.put(&[OURS, 5], Value::Bool(true));
    setting.accepts(&forge.token());
    let reused = agreeing(&forge.token(), 2, public("gateway").key());
    setting.refuses(&reused, ErrorKind::AgreementKeySigns, Part::Link(2));
}

#[test]
fn agreement_key_of_an_origin_or_pin_that_has_no_link_rejected() {
    let mut setting = Setting::new(wide_trust());
    let agrees = |name: &str| agreeing(&open_chain(2), 1, public(name).key());
    setting.accepts(&agrees("bob"));
    setting.accepts(&agrees("mallory"));
    edit(&mut setting.trust.origins, |origins| {
        let kind = OriginKind::Identity {
            key: public("bob"),
            identifier: text("https://bob.example/authority"),
            role: text("owner"),
            accountable: vec![].into(),
        };
        origins.push(OriginAnchor::new(text("bob"), kind, ceiling("mail.*", "*")));
    });
    edit(&mut setting.trust.pins, |pins| {
        pins.push(ActorPin::new(public("mallory"), text("urn:x:mallory"), text(ALICE), text(ATTESTER)));
    });
    for name in ["bob", "mallory", "gateway"] {
        setting.refuses(&agrees(name), ErrorKind::AgreementKeySigns, Part::Link(1));
    }
}
