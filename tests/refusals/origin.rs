//! Stage 5: who may create authority, under which conditions, up to which ceiling.

use throughline::issue::Signer as _;
use throughline::trust::{Entities, OriginAnchor, OriginKind, PropertyTest, Test, Tier, Trust};
use throughline::{ErrorKind, List, Part};

use crate::common::cbor::{OURS, bytes, int, put, set, text as cbor_text};
use crate::common::forge::Forge;
use crate::common::setting::Setting;
use crate::common::world::{
    AGENT_ROLE, ATTESTED, NONCE, PLATFORM, ceiling, context_root, edit, role_root, text, wide_trust,
};
use crate::common::{HOUR, NOW, chain, key, public};

const ROOT: Part = Part::Link(0);

/// A root of each kind, with those links behind it that show it is more than a root.
fn roots() -> [(Setting, Vec<u8>); 3] {
    let by_role = role_root().sign(&key("agent")).unwrap();
    let by_context = context_root().sign(&key("agent")).unwrap();
    [chain(3), by_role, by_context].map(|token| {
        let setting = Setting::new(wide_trust());
        setting.accepts(&token);
        (setting, token)
    })
}

fn anchor(trust: &mut Trust<'static>, change: impl Fn(&mut OriginAnchor<'static>)) {
    edit(&mut trust.origins, |origins| origins.iter_mut().for_each(change));
}

#[test]
fn root_without_its_anchor_rejected() {
    for (nth, (mut setting, token)) in roots().into_iter().enumerate() {
        let full = setting.trust.origins.clone();
        edit(&mut setting.trust.origins, |origins| drop(origins.remove(nth)));
        setting.refuses(&token, ErrorKind::OriginUnknown, ROOT);
        // That anchor alone is enough, and no anchor at all is not.
        setting.trust.origins = vec![full[nth].clone()].into();
        setting.accepts(&token);
        setting.trust.origins = List::empty();
        setting.refuses(&token, ErrorKind::OriginUnknown, ROOT);
    }
}

#[test]
fn empty_trust_refuses_every_root() {
    for (mut setting, token) in roots() {
        setting.trust = Trust::default();
        setting.refuses(&token, ErrorKind::OriginUnknown, ROOT);
    }
}

#[test]
fn root_by_a_key_without_anchor_rejected() {
    let (setting, token) = &roots()[0];
    let mut forge = Forge::of(token);
    let root = forge.link(0);
    root.signer = "mallory".to_owned();
    root.message.header(|header| put(header, &[4], bytes(public("mallory").thumbprint().as_bytes())));
    setting.refuses(&forge.token(), ErrorKind::OriginUnknown, ROOT);
    // An attester's key is no origin's, and no pin's either.
    for name in ["attester", "gateway"] {
        let root = forge.link(0);
        root.signer = name.to_owned();
        root.message.header(|header| put(header, &[4], bytes(public(name).thumbprint().as_bytes())));
        setting.refuses(&forge.token(), ErrorKind::OriginUnknown, ROOT);
    }
}

#[test]
fn root_of_another_kind_than_its_anchor_rejected() {
    for (nth, (setting, token)) in roots().into_iter().enumerate() {
        let mut setting = setting;
        setting.trust.origins = vec![setting.trust.origins[nth].clone()].into();
        for kind in 0..3 {
            if usize::try_from(kind).unwrap() != nth {
                let mut forge = Forge::of(&token);
                forge.link(0).message.put(&[OURS, 7, 1], int(kind));
                setting.refuses(&forge.token(), ErrorKind::OriginUnknown, ROOT);
            }
        }
    }
}

#[test]
fn root_by_role_or_context_of_another_attester_rejected() {
    for (setting, token) in &roots()[1..] {
        // The platform's attester says the same, in its own name.
        let mut forge = Forge::of(token);
        let forged = forge.credential(0);
        forged.signer = "platform".to_owned();
        forged.message.put(&[1], cbor_text(PLATFORM));
        forged.message.header(|header| put(header, &[4], bytes(public("platform").thumbprint().as_bytes())));
        setting.refuses(&forge.token(), ErrorKind::OriginUnknown, ROOT);
        // Somebody whom the bundle does not have says so under the attester's name.
        let mut forge = Forge::of(token);
        let forged = forge.credential(0);
        forged.signer = "mallory".to_owned();
        forged.message.header(|header| put(header, &[4], bytes(key("mallory").key().thumbprint().as_bytes())));
        setting.refuses(&forge.token(), ErrorKind::OriginUnknown, ROOT);
    }
}

#[test]
fn identity_root_that_its_anchor_does_not_fix_rejected() {
    let (setting, token) = &roots()[0];
    for (path, wrong) in [
        ([1].as_slice(), "https://alice.example/other"),
        (&[1], "https://alice.example"),
        (&[OURS, 3], "Owner"),
        (&[OURS, 3], "owne"),
        (&[OURS, 7, 2], "https://bob.example"),
        (&[OURS, 7, 2], "https://alice.example/users"),
        (&[OURS, 7, 2], "https://alice.example.evil"),
    ] {
        let mut forge = Forge::of(token);
        forge.link(0).message.put(path, cbor_text(wrong));
        setting.refuses(&forge.token(), ErrorKind::OriginMismatch, ROOT);
    }
}

#[test]
fn identity_root_outside_its_namespace_of_entities_rejected() {
    let (mut setting, token) = roots().into_iter().next().unwrap();
    anchor(&mut setting.trust, |anchor| {
        if let OriginKind::Identity { accountable, .. } = &mut anchor.kind {
            *accountable = vec![Entities::Namespace(text("https://alice.example/users"))].into();
        }
    });
    for (entity, accepted) in [
        ("https://alice.example/users", true),
        ("https://alice.example/users/7", true),
        ("https://alice.example/users2", false),
        ("https://alice.example", false),
    ] {
        let mut forge = Forge::of(&token);
        forge.link(0).message.put(&[OURS, 7, 2], cbor_text(entity));
        match accepted {
            true => setting.accepts(&forge.token()),
            false => setting.refuses(&forge.token(), ErrorKind::OriginMismatch, ROOT),
        }
    }
}

#[test]
fn role_root_that_its_anchor_does_not_fix_rejected() {
    let (mut setting, token) = roots().into_iter().nth(1).unwrap();
    setting.trust.origins = vec![setting.trust.origins[1].clone()].into();
    let mut forge = Forge::of(&token);
    forge.link(0).message.put(&[OURS, 7, 2], cbor_text("https://alice.example/other"));
    setting.refuses(&forge.token(), ErrorKind::OriginMismatch, ROOT);
    let mut forge = Forge::of(&token);
    forge.credential(0).message.put(&[OURS, 14], cbor_text("https://alice.example/other"));
    setting.refuses(&forge.token(), ErrorKind::OriginMismatch, ROOT);
    // Another role, for which the same attester vouches.
    let mut forge = Forge::of(&token);
    forge.credential(0).message.put(&[OURS, 15], set([cbor_text("reader"), cbor_text(AGENT_ROLE)]));
    setting.accepts(&forge.token());
    forge.link(0).message.put(&[OURS, 3], cbor_text("reader"));
    setting.refuses(&forge.token(), ErrorKind::OriginMismatch, ROOT);
    // Another entity in the anchor.
    anchor(&mut setting.trust, |anchor| {
        if let OriginKind::Role { accountable, .. } = &mut anchor.kind {
            *accountable = text("https://alice.example/other");
        }
    });
    setting.refuses(&token, ErrorKind::OriginMismatch, ROOT);
}

#[test]
fn context_root_that_its_anchor_does_not_fix_rejected() {
    let (mut setting, token) = roots().into_iter().nth(2).unwrap();
    for (artifact, path) in [(ROOT, [OURS, 7, 2].as_slice()), (Part::Credential(0), &[OURS, 14])] {
        let mut forge = Forge::of(&token);
        forge.part(artifact).message.put(path, cbor_text("https://alice.example/other"));
        setting.refuses(&forge.token(), ErrorKind::OriginMismatch, ROOT);
    }
    // A worse tier, no tier, no integer.
    for (value, accepted) in
        [(31, true), (-32, true), (32, false), (-33, false), (1, false), (0, false), (-1, false), (128, false)]
    {
        let mut forge = Forge::of(&token);
        forge.credential(0).message.put(&[OURS, 16, 0], int(value));
        match accepted {
            true => setting.accepts(&forge.token()),
            false => setting.refuses(&forge.token(), ErrorKind::OriginMismatch, ROOT),
        }
    }
    let mut forge = Forge::of(&token);
    forge.credential(0).message.put(&[OURS, 16, 0], cbor_text("affirming"));
    setting.refuses(&forge.token(), ErrorKind::OriginMismatch, ROOT);
    // Not stated at all: the anchor demands one more.
    anchor(&mut setting.trust, |anchor| {
        if let OriginKind::Context { properties, .. } = &mut anchor.kind {
            edit(properties, |tests| {
                tests.push(PropertyTest::new(text("executables"), Test::Tier(Tier::Contraindicated)))
            });
        }
    });
    setting.refuses(&token, ErrorKind::OriginMismatch, ROOT);
}

#[test]
fn context_root_that_is_not_fresh_rejected() {
    let (setting, token) = roots().into_iter().nth(2).unwrap();
    let mut forge = Forge::of(&token);
    forge.link(0).message.put(&[OURS, 7, 3], bytes(&[8; 16]));
    setting.refuses(&forge.token(), ErrorKind::OriginNotFresh, ROOT);
    for wrong in [&[8; 16][..], &NONCE[..15], &[NONCE, NONCE].concat()] {
        let mut forge = Forge::of(&token);
        forge.credential(0).message.put(&[10], bytes(wrong));
        setting.refuses(&forge.token(), ErrorKind::OriginNotFresh, ROOT);
    }
    let mut forge = Forge::of(&token);
    forge.credential(0).message.remove(&[10]);
    setting.refuses(&forge.token(), ErrorKind::OriginNotFresh, ROOT);
}

#[test]
fn context_root_that_outlives_its_attestation_rejected() {
    let (mut setting, token) = roots().into_iter().nth(2).unwrap();
    // The twin ends exactly then: attested half an hour ago, good for an hour.
    let exp = NOW.plus(HOUR / 2).0;
    let mut forge = Forge::of(&token);
    assert_eq!(forge.link(0).message.get(&[4]), int(exp.try_into().unwrap()));
    forge.link(0).message.put(&[4], int((exp + 1).try_into().unwrap()));
    setting.refuses(&forge.token(), ErrorKind::OriginTooOld, ROOT);
    let max_age_of = |trust: &mut Trust<'static>, age: u64| {
        anchor(trust, |anchor| {
            if let OriginKind::Context { max_age, .. } = &mut anchor.kind {
                *max_age = age;
            }
        });
    };
    max_age_of(&mut setting.trust, HOUR - 1);
    setting.refuses(&token, ErrorKind::OriginTooOld, ROOT);
    max_age_of(&mut setting.trust, u64::MAX);
    setting.accepts(&token);
}

#[test]
fn grants_above_the_ceiling_rejected() {
    for (nth, (mut setting, token)) in roots().into_iter().enumerate() {
        for (action, resource, accepted) in [
            ("*", "*", true),
            ("calendar.*", "calendar/alice/*", true),
            ("calendar.read", "*", false),
            ("mail.*", "*", false),
            ("calendar.*", "calendar/alice/work", false),
            ("calendar.*", "calendar/bob/*", false),
        ] {
            edit(&mut setting.trust.origins, |origins| origins[nth].ceiling = ceiling(action, resource));
            match accepted {
                true => setting.accepts(&token),
                false => setting.refuses(&token, ErrorKind::OriginAboveCeiling, ROOT),
            }
        }
    }
}

#[test]
fn each_grant_needs_one_of_the_ceiling() {
    let (mut setting, token) = roots().into_iter().next().unwrap();
    // Days 1 to 31 lie below two grants together, and below neither.
    let halves = [(1, 15), (16, 31)].map(|(lo, hi)| throughline::issue::Grant::new("*", "*").range("days", lo, hi));
    let encoded = throughline::issue::GrantList::new(halves).unwrap().encoded().to_vec();
    edit(&mut setting.trust.origins, |origins| {
        origins[0].ceiling = throughline::trust::Ceiling::new(encoded.into()).unwrap();
    });
    setting.refuses(&token, ErrorKind::OriginAboveCeiling, ROOT);
}

#[test]
fn the_anchor_that_came_furthest_names_the_error() {
    let (mut setting, token) = roots().into_iter().nth(2).unwrap();
    let spare = setting.trust.origins[2].clone();
    // An anchor whose ceiling is too low, then one whose attester is another: the first came further.
    edit(&mut setting.trust.origins, |origins| {
        origins[2].ceiling = ceiling("mail.*", "*");
        let mut other = spare.clone();
        if let OriginKind::Context { attester, .. } = &mut other.kind {
            *attester = text(PLATFORM);
        }
        origins.push(other);
    });
    setting.refuses(&token, ErrorKind::OriginAboveCeiling, ROOT);
    // Ceilings never combine, and the first anchor that holds is the one.
    edit(&mut setting.trust.origins, |origins| origins.push(spare.clone()));
    setting.accepts(&token);
    let chain = throughline::Verifier::new(&setting.trust, &throughline::P256, &throughline::NoRevocations);
    assert_eq!(chain.verify(&token, NOW).unwrap().origin().unwrap().anchor(), ATTESTED);
}

#[test]
fn identity_root_for_one_of_several_entities_accepted() {
    let (mut setting, token) = roots().into_iter().next().unwrap();
    anchor(&mut setting.trust, |anchor| {
        if let OriginKind::Identity { accountable, .. } = &mut anchor.kind {
            edit(accountable, |entities| entities.push(Entities::Exact(text("https://alice.example/club"))));
        }
    });
    setting.accepts(&token);
    let mut forge = Forge::of(&token);
    forge.link(0).message.put(&[OURS, 7, 2], cbor_text("https://alice.example/club"));
    setting.accepts(&forge.token());
    forge.link(0).message.put(&[OURS, 7, 2], cbor_text("https://alice.example/pub"));
    setting.refuses(&forge.token(), ErrorKind::OriginMismatch, ROOT);
}
