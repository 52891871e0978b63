//! Stage 6, V601–V609: attesters stay within their remit, and credentials speak for the links that name them.

use ciborium::Value;
use throughline::issue::ContinuationBuilder;
use throughline::trust::Attester;
use throughline::{ErrorKind, Part};

use crate::common::cbor::{OURS, bytes, cose_key, int, put, set, text};
use crate::common::forge::Forge;
use crate::common::setting::Setting;
use crate::common::world::{
    GATEWAY, PLATFORM, by, edit, hop, open_chain, platform_credential, role_root, through_gateway, vouched, wide_trust,
};
use crate::common::{ROLE, credential, key, public, root, window, worker};

pub(crate) fn setting() -> (Setting, Vec<u8>) {
    let setting = Setting::new(wide_trust());
    let token = open_chain(4);
    setting.accepts(&token);
    (setting, token)
}

/// The first link after the root, one in the middle, the last: each with its credential.
pub(crate) const PLACES: [(u8, Part, Part); 3] = [
    (1, Part::Credential(0), Part::Link(1)),
    (2, Part::Credential(1), Part::Link(2)),
    (3, Part::Credential(2), Part::Link(3)),
];

pub(crate) fn with_attester(setting: &mut Setting, change: impl FnOnce(&mut Attester<'static>)) {
    edit(&mut setting.trust.attesters, |attesters| change(&mut attesters[0]));
}

/// Root, then worker 1 with a further credential of the platform's, then worker 2.
pub(crate) fn appraised() -> Vec<u8> {
    let first = root().next_anyone().sign(&key("alice")).unwrap();
    let actor = vouched(1).also(&platform_credential(1)).unwrap();
    let token = by(1, ContinuationBuilder::new(&first, actor, window()).next_anyone());
    hop(&token, 2)
}

#[test]
fn credential_of_an_unknown_attester_rejected() {
    let (mut setting, token) = setting();
    for (_, credential, _) in PLACES {
        let mut forge = Forge::of(&token);
        let forged = forge.part(credential);
        forged.signer = "mallory".to_owned();
        forged.message.header(|header| put(header, &[4], bytes(public("mallory").thumbprint().as_bytes())));
        setting.refuses(&forge.token(), ErrorKind::AttesterUnknown, credential);
    }
    // Neither an origin's key nor a pinned one is an attester's.
    for name in ["alice", "gateway"] {
        let mut forge = Forge::of(&token);
        let forged = forge.credential(1);
        forged.signer = name.to_owned();
        forged.message.header(|header| put(header, &[4], bytes(public(name).thumbprint().as_bytes())));
        setting.refuses(&forge.token(), ErrorKind::AttesterUnknown, Part::Credential(1));
    }
    edit(&mut setting.trust.attesters, |attesters| drop(attesters.remove(0)));
    setting.refuses(&token, ErrorKind::AttesterUnknown, Part::Credential(0));
}

#[test]
fn further_credential_of_an_unknown_attester_rejected() {
    let mut setting = Setting::new(wide_trust());
    let token = appraised();
    setting.accepts(&token);
    edit(&mut setting.trust.attesters, |attesters| drop(attesters.remove(1)));
    setting.refuses(&token, ErrorKind::AttesterUnknown, Part::Credential(1));
}

#[test]
fn known_credential_whose_attester_is_known_no_more_rejected() {
    let mut setting = Setting::new(wide_trust());
    setting.know(&credential(1));
    let first = root().next_anyone().sign(&key("alice")).unwrap();
    let token = by(1, ContinuationBuilder::new(&first, vouched(1).by_reference(), window()));
    setting.accepts(&token);
    with_attester(&mut setting, |attester| attester.namespaces = vec![].into());
    setting.refuses(&token, ErrorKind::IdentifierOutsideRemit, Part::Known(1));
    edit(&mut setting.trust.attesters, |attesters| drop(attesters.remove(0)));
    setting.refuses(&token, ErrorKind::AttesterUnknown, Part::Known(1));
}

#[test]
fn credential_under_another_name_than_its_attesters_rejected() {
    let (mut setting, token) = setting();
    for (_, credential, _) in PLACES {
        for name in [PLATFORM, "https://attest.alice.example/", "https://attest.alice.example/x"] {
            if throughline::is_identifier(name) {
                let mut forge = Forge::of(&token);
                forge.part(credential).message.put(&[1], text(name));
                setting.refuses(&forge.token(), ErrorKind::AttesterNameMismatch, credential);
            }
        }
    }
    with_attester(&mut setting, |attester| attester.name = "https://attest.alice.example/2".into());
    setting.refuses(&token, ErrorKind::AttesterNameMismatch, Part::Credential(0));
}

#[test]
fn identifier_outside_the_attesters_namespaces_rejected() {
    let (setting, token) = setting();
    for (_, credential, link) in PLACES {
        for (identifier, accepted) in [
            ("spiffe://prod.example/ns/calendar", true),
            ("spiffe://prod.example/ns/calendar/other", true),
            ("spiffe://prod.example/ns/calendars/x", false),
            ("spiffe://prod.example/ns/payroll/x", false),
            ("spiffe://prod.example/ns", false),
            ("spiffe://prod.example.evil/ns/calendar/x", false),
            ("spiffe://evil-prod.example/ns/calendar/x", false),
            ("https://prod.example/ns/calendar/x", false),
            ("urn:x:spiffe://prod.example/ns/calendar/x", false),
        ] {
            let mut forge = Forge::of(&token);
            forge.part(credential).message.put(&[2], text(identifier));
            forge.part(link).message.put(&[1], text(identifier));
            match accepted {
                true => setting.accepts(&forge.token()),
                false => setting.refuses(&forge.token(), ErrorKind::IdentifierOutsideRemit, credential),
            }
        }
    }
}

#[test]
fn accountable_entity_outside_the_attesters_remit_rejected() {
    let (setting, token) = setting();
    for (_, credential, _) in PLACES {
        for (entity, accepted) in [
            ("https://alice.example/teams/7", true),
            ("https://alice.example.evil", false),
            ("https://malice.example", false),
            ("https://bob.example", false),
            ("CN=Alice", false),
        ] {
            let mut forge = Forge::of(&token);
            forge.part(credential).message.put(&[OURS, 14], text(entity));
            match accepted {
                true => setting.accepts(&forge.token()),
                false => setting.refuses(&forge.token(), ErrorKind::AccountableOutsideRemit, credential),
            }
        }
    }
}

#[test]
fn role_outside_the_attesters_remit_rejected() {
    let (setting, token) = setting();
    for (_, credential, _) in PLACES {
        let mut forge = Forge::of(&token);
        forge.part(credential).message.put(&[OURS, 15], set([text(ROLE), text("reader")]));
        setting.accepts(&forge.token());
        // One among others, which the link does not even act in.
        for role in ["admin", "Reader", "reader2"] {
            forge.part(credential).message.put(&[OURS, 15], set([text(ROLE), text(role)]));
            setting.refuses(&forge.token(), ErrorKind::RoleOutsideRemit, credential);
        }
    }
    // An attester that vouches for no roles, in a further credential.
    let mut forge = Forge::of(&appraised());
    forge.credential(1).message.put(&[OURS, 15], set([text(ROLE)]));
    setting.refuses(&forge.token(), ErrorKind::RoleOutsideRemit, Part::Credential(1));
}

#[test]
fn property_outside_the_attesters_remit_rejected() {
    let (setting, token) = setting();
    let properties = |name: &str| Value::Map(vec![(text(name), int(2))]);
    for (_, credential, _) in PLACES {
        for (name, accepted) in [("hardware", true), ("clearance", false), ("Hardware", false)] {
            let mut forge = Forge::of(&token);
            forge.part(credential).message.put(&[OURS, 16], properties(name));
            match accepted {
                true => setting.accepts(&forge.token()),
                false => setting.refuses(&forge.token(), ErrorKind::PropertyOutsideRemit, credential),
            }
        }
    }
    let mut forge = Forge::of(&appraised());
    forge.credential(1).message.put(&[OURS, 16], properties("executables"));
    setting.refuses(&forge.token(), ErrorKind::PropertyOutsideRemit, Part::Credential(1));
}

#[test]
fn credential_for_another_identifier_rejected() {
    let (setting, token) = setting();
    for (n, _, link) in PLACES {
        let mut forge = Forge::of(&token);
        forge.part(link).message.put(&[1], text(&worker(n + 10)));
        setting.refuses(&forge.token(), ErrorKind::IdentifierMismatch, link);
    }
    // A further credential of the same key, and of another identifier.
    let mut forge = Forge::of(&appraised());
    forge.credential(1).message.put(&[2], text(&worker(9)));
    setting.refuses(&forge.token(), ErrorKind::IdentifierMismatch, Part::Link(1));
    // In a root by role.
    let token = role_root().sign(&key("agent")).unwrap();
    setting.accepts(&token);
    let mut forge = Forge::of(&token);
    forge.link(0).message.put(&[1], text(&worker(9)));
    setting.refuses(&forge.token(), ErrorKind::IdentifierMismatch, Part::Link(0));
}

#[test]
fn pinned_actor_under_another_identifier_rejected() {
    let setting = Setting::new(wide_trust());
    let mut forge = Forge::of(&through_gateway(3));
    forge.link(0).message.put(&[OURS, 5], Value::Bool(true));
    setting.accepts(&forge.token());
    forge.link(1).message.put(&[1], text(&format!("{GATEWAY}/x")));
    setting.refuses(&forge.token(), ErrorKind::IdentifierMismatch, Part::Link(1));
}

#[test]
fn further_credential_for_another_key_rejected() {
    let setting = Setting::new(wide_trust());
    let token = appraised();
    setting.accepts(&token);
    let mut forge = Forge::of(&token);
    forge.credential(1).message.put(&[8, 1], cose_key(public("worker 2").key()));
    setting.refuses(&forge.token(), ErrorKind::AlsoKeyMismatch, Part::Link(1));
    // A pinned link's further credentials are for the pinned key.
    let mut forge = Forge::of(&through_gateway(3));
    let mut of_gateway = Forge::of(&platform_credential(1)).items.remove(0);
    of_gateway.message.put(&[2], text(GATEWAY));
    of_gateway.message.put(&[8, 1], cose_key(public("gateway").key()));
    of_gateway.message.sign("platform");
    let digest = |forge: &Forge| bytes(forge.items[1].message.digest().as_bytes());
    forge.items.insert(1, of_gateway);
    let named = set([digest(&forge)]);
    forge.link(1).message.put(&[OURS, 8], named);
    setting.accepts(&forge.token());
    forge.items[1].message.put(&[8, 1], cose_key(public("worker 2").key()));
    let named = set([digest(&forge)]);
    forge.link(1).message.put(&[OURS, 8], named);
    setting.refuses(&forge.token(), ErrorKind::AlsoKeyMismatch, Part::Link(1));
}

#[test]
fn further_credential_that_is_the_one_in_kid_rejected() {
    let (setting, token) = setting();
    for (_, credential, link) in PLACES {
        let mut forge = Forge::of(&token);
        let digest = forge.part(credential).message.digest();
        forge.part(link).message.put(&[OURS, 8], set([bytes(digest.as_bytes())]));
        setting.refuses(&forge.token(), ErrorKind::AlsoRepeatsKid, link);
    }
}
