//! With everything remembered, whatever changes is seen by the very next call, with the error of a verifier that remembers nothing.

use throughline::issue::{ContinuationBuilder, RevocationListBuilder};
use throughline::trust::{OriginAnchor, OriginKind};
use throughline::{Digest, ErrorKind, P256, Part, RevocationStore, Text, UnixTime};

use crate::common::cbor::{OURS, int, raw, remove, set, text as cbor_text};
use crate::common::forge::Forge;
use crate::common::lists::{FRESH, Fixed};
use crate::common::setting::{Setting, assert_refused, request};
use crate::common::world::{
    REVOKER, by, called, ceiling, consent, consented, edit, hop, revocable_trust, text, through_gateway, vouched,
    wide_trust,
};
use crate::common::{ALICE, HOUR, Memory, NOW, chain, credential, key, proof, public, request_digest, window, worker};
use crate::door::{Door, ROOMY};

/// Accepted and remembered; then the setting changes.
#[track_caller]
fn bites(token: &[u8], setting: Setting, change: impl FnOnce(&mut Setting), kind: ErrorKind, part: Part) {
    let (door, mut setting) = (Door::new(ROOMY), setting);
    door.warm(&setting, token);
    let before = (setting.trust.clone(), setting.limits, setting.now);
    change(&mut setting);
    let judged = door.verify(&setting, token);
    assert_eq!(judged.verdict, setting.verify(token).0, "as without a cache");
    assert_refused(judged.verdict, kind, part);
    assert_eq!((judged.checks, judged.points, judged.remembered), (0, 0, 0));
    // And back.
    (setting.trust, setting.limits, setting.now) = before;
    door.costs_nothing(&setting, token);
}

fn setting() -> Setting {
    Setting::new(wide_trust())
}

#[test]
fn expiry_and_what_is_not_yet_valid_bite_at_their_second() {
    let token = chain(3);
    let (iat, exp) = (NOW.minus(60), NOW.plus(HOUR));
    for (now, kind) in [
        (exp.plus(30), ErrorKind::Expired { now: exp.plus(30), exp }),
        (UnixTime(u64::MAX), ErrorKind::Expired { now: UnixTime(u64::MAX), exp }),
        (iat.minus(31), ErrorKind::NotYetValid { now: iat.minus(31), start: iat }),
        (UnixTime(0), ErrorKind::NotYetValid { now: UnixTime(0), start: iat }),
    ] {
        bites(&token, setting(), |setting| setting.now = now, kind, Part::Link(0));
    }
    let door = Door::new(ROOMY);
    let mut setting = setting();
    door.warm(&setting, &token);
    for now in [exp.plus(29), iat.minus(30)] {
        setting.now = now;
        door.costs_nothing(&setting, &token);
    }
}

#[test]
fn expiry_of_the_last_link_alone_bites() {
    let short = (NOW.minus(60), NOW.plus(10));
    let token = by(3, ContinuationBuilder::new(&chain(3), vouched(3), short));
    let now = NOW.plus(40);
    let kind = ErrorKind::Expired { now, exp: NOW.plus(10) };
    bites(&token, setting(), |setting| setting.now = now, kind, Part::Link(3));
}

fn digest_of(token: &[u8], part: Part) -> Digest {
    Forge::of(token).part(part).message.digest()
}

#[test]
fn revocation_bites_with_the_next_list_taken_in() {
    type Entry = fn(RevocationListBuilder, &[u8]) -> RevocationListBuilder;
    let token = {
        let root = consented().next_anyone().sign(&key("alice")).unwrap();
        hop(&hop(&root, 1), 2)
    };
    let entries: [(Entry, ErrorKind, u8); 7] = [
        (|list, token| list.link(&digest_of(token, Part::Link(1))), ErrorKind::LinkRevoked, 1),
        (|list, _| list.key(public("worker 2").thumbprint()), ErrorKind::KeyRevoked, 2),
        (|list, token| list.credential(&digest_of(token, Part::Credential(0)), &[]), ErrorKind::CredentialRevoked, 1),
        (|list, _| list.key(public("attester").thumbprint()), ErrorKind::AttesterKeyRevoked, 1),
        (|list, _| list.identifier(&worker(2), &[]), ErrorKind::IdentifierRevoked, 2),
        (|list, _| list.consent(&consent()), ErrorKind::ConsentRevoked, 0),
        (|list, _| list.issued_before(ALICE, NOW), ErrorKind::AccountableRevoked, 0),
    ];
    for (entry, kind, link) in entries {
        let (door, setting, store) = (Door::new(ROOMY), Setting::new(revocable_trust()), RevocationStore::new());
        let list = |number| {
            RevocationListBuilder::new((public("revoker"), REVOKER), number, (NOW.minus(HOUR), NOW.plus(HOUR)))
        };
        let take_in = |list: RevocationListBuilder| {
            store.take_in(&list.sign(&key("revoker")).unwrap(), &setting.trust, &P256).unwrap();
        };
        assert_refused(door.verify_under(&setting, &token, &store).verdict, ErrorKind::RevocationStale, Part::Token);
        assert_eq!(door.known(&token), 0, "a refused token does not enter");
        take_in(list(1));
        assert_eq!(door.verify_under(&setting, &token, &store).verdict, Ok(()));
        assert_eq!(door.verify_under(&setting, &token, &store).checks, 0);
        take_in(entry(list(2), &token));
        let judged = door.verify_under(&setting, &token, &store);
        assert_refused(judged.verdict, kind, Part::Link(link));
        let plain = throughline::Verifier::new(&setting.trust, &P256, &store).verify(&token, NOW).map(drop);
        assert_eq!(judged.verdict, plain);
        assert_eq!((judged.checks, judged.remembered), (0, 0));
        take_in(list(3));
        assert_eq!(door.verify_under(&setting, &token, &store).verdict, Ok(()));
    }
}

#[test]
fn changed_attesters_bite() {
    let token = chain(3);
    let credential = Part::Credential(0);
    bites(
        &token,
        setting(),
        |setting| edit(&mut setting.trust.attesters, |attesters| drop(attesters.remove(0))),
        ErrorKind::AttesterUnknown,
        credential,
    );
    // Another key for the same name, the old one gone; and the old key under another name.
    bites(
        &token,
        setting(),
        |setting| edit(&mut setting.trust.attesters, |attesters| attesters[0].key = public("bob")),
        ErrorKind::AttesterUnknown,
        credential,
    );
    bites(
        &token,
        setting(),
        |setting| edit(&mut setting.trust.attesters, |attesters| attesters[0].name = text("https://bob.example")),
        ErrorKind::AttesterNameMismatch,
        credential,
    );
    // Each part of its remit.
    bites(
        &token,
        setting(),
        |setting| {
            edit(&mut setting.trust.attesters, |attesters| attesters[0].namespaces = vec![text("spiffe://x")].into());
        },
        ErrorKind::IdentifierOutsideRemit,
        credential,
    );
    bites(
        &token,
        setting(),
        |setting| edit(&mut setting.trust.attesters, |attesters| attesters[0].accountable = vec![].into()),
        ErrorKind::AccountableOutsideRemit,
        credential,
    );
    bites(
        &token,
        setting(),
        |setting| edit(&mut setting.trust.attesters, |attesters| attesters[0].roles = vec![text("reader")].into()),
        ErrorKind::RoleOutsideRemit,
        credential,
    );
    bites(
        &token,
        setting(),
        |setting| {
            edit(&mut setting.trust.attesters, |attesters| attesters[0].properties = vec![text("hardware")].into());
        },
        ErrorKind::PropertyOutsideRemit,
        credential,
    );
}

#[test]
fn shorter_outliving_bites() {
    // The link ends half an hour after its credential, which the attester allows.
    let mut long = setting();
    edit(&mut long.trust.attesters, |attesters| attesters[0].outlive = HOUR);
    let mut forge = Forge::of(&chain(2));
    forge.credential(0).message.put(&[4], int(i64::try_from(NOW.plus(HOUR / 2).0).unwrap()));
    let token = forge.token();
    let change = |setting: &mut Setting| edit(&mut setting.trust.attesters, |attesters| attesters[0].outlive = 60);
    bites(&token, long, change, ErrorKind::CredentialOutlived, Part::Link(1));
}

#[test]
fn changed_origins_and_pins_bite() {
    let token = chain(3);
    let root = Part::Link(0);
    let origins = |change: fn(&mut Vec<OriginAnchor<'static>>)| {
        move |setting: &mut Setting| edit(&mut setting.trust.origins, change)
    };
    bites(&token, setting(), origins(|origins| drop(origins.remove(0))), ErrorKind::OriginUnknown, root);
    let other_key = origins(|origins| {
        if let OriginKind::Identity { key, .. } = &mut origins[0].kind {
            *key = public("bob");
        }
    });
    bites(&token, setting(), other_key, ErrorKind::OriginUnknown, root);
    let other_name = origins(|origins| {
        if let OriginKind::Identity { identifier, .. } = &mut origins[0].kind {
            *identifier = Text::new("https://bob.example");
        }
    });
    bites(&token, setting(), other_name, ErrorKind::OriginMismatch, root);
    let lowered = origins(|origins| origins[0].ceiling = ceiling("calendar.read", "calendar/alice/*"));
    bites(&token, setting(), lowered, ErrorKind::OriginAboveCeiling, root);

    let gated = through_gateway(3);
    let unpinned = |setting: &mut Setting| edit(&mut setting.trust.pins, Vec::clear);
    bites(&gated, setting(), unpinned, ErrorKind::CredentialMissing, Part::Link(1));
    let other_pin = |setting: &mut Setting| edit(&mut setting.trust.pins, |pins| pins[0].key = public("bob"));
    bites(&gated, setting(), other_pin, ErrorKind::CredentialMissing, Part::Link(1));
    let other_role = |setting: &mut Setting| edit(&mut setting.trust.pins, |pins| pins[0].roles = vec![].into());
    bites(&gated, setting(), other_role, ErrorKind::RoleNotVouched, Part::Link(1));
}

#[test]
fn a_trusted_key_that_another_takes_the_place_of_is_asked_for_anew() {
    // The attester's old and new key vouch for the same: what the old one signed says nothing of the new one's signatures.
    let (door, mut setting) = (Door::new(ROOMY), setting());
    let token = chain(2);
    door.warm(&setting, &token);
    edit(&mut setting.trust.attesters, |attesters| attesters[0].key = public("bob"));
    let mut forge = Forge::of(&token);
    forge.credential(0).message.header(|header| {
        crate::common::cbor::put(header, &[4], crate::common::cbor::bytes(public("bob").thumbprint().as_bytes()));
    });
    let mut swindle = forge.clone();
    swindle.credential(0).seal = Some(Forge::of(&token).credential(0).message.seal.clone());
    assert_refused(door.verify(&setting, &swindle.token()).verdict, ErrorKind::SignatureInvalid, Part::Credential(0));
    forge.credential(0).signer = "bob".to_owned();
    // The root's signature is known; credential and link are new.
    let judged = door.verify(&setting, &forge.token());
    assert_eq!((judged.verdict, judged.checks), (Ok(()), 2));
}

#[test]
fn lowered_limits_bite() {
    let token = chain(3);
    let len = u32::try_from(token.len()).unwrap();
    bites(&token, setting(), |setting| setting.limits.links = 2, ErrorKind::TooManyLinks, Part::Item(4));
    bites(&token, setting(), |setting| setting.limits.credentials = 1, ErrorKind::TooManyCredentials, Part::Item(3));
    bites(&token, setting(), |setting| setting.limits.grants = 0, ErrorKind::TooManyGrants, Part::Link(0));
    let too_large = ErrorKind::TokenTooLarge { len: len.into(), max: u64::from(len) - 1 };
    bites(&token, setting(), |setting| setting.limits.token_bytes = len - 1, too_large, Part::Token);
    let mut early = setting();
    early.now = NOW.minus(80);
    let not_yet = ErrorKind::NotYetValid { now: early.now, start: NOW.minus(60) };
    bites(&token, early, |setting| setting.limits.skew = 19, not_yet, Part::Link(0));
}

#[test]
fn a_link_remembered_under_more_grants_is_refused_at_its_place() {
    let grant = |n: usize| ciborium::Value::Array(vec![cbor_text(&format!("calendar.a{n}")), cbor_text("*")]);
    for (link, count) in [(0, 16), (0, 2), (1, 3)] {
        let mut forge = Forge::of(&chain(3));
        if link == 1 {
            forge
                .link(0)
                .message
                .put(&[OURS, 4], set([ciborium::Value::Array(vec![cbor_text("calendar.*"), cbor_text("*")])]));
        }
        forge.link(link).message.put(&[OURS, 4], set((0..count).map(grant)));
        let token = forge.token();
        let part = Part::Link(u8::try_from(link).unwrap());
        let limit = u8::try_from(count - 1).unwrap();
        bites(&token, setting(), |setting| setting.limits.grants = limit, ErrorKind::TooManyGrants, part);
    }
}

#[test]
fn links_signed_again_break_the_same_rules_on_known_parents() {
    let (door, setting) = (Door::new(ROOMY), setting());
    let token = chain(4);
    door.warm(&setting, &token);
    let called = called(3);
    door.warm(&setting, &called);
    type Change = fn(&mut Forge);
    let changes: [(&[u8], Change, ErrorKind, Part); 9] = [
        (
            &token,
            |forge| forge.link(2).message.claims(|claims| remove(claims, &[OURS, 5])),
            ErrorKind::SuccessorNotAllowed,
            Part::Link(3),
        ),
        (
            &token,
            |forge| forge.link(2).message.put(&[OURS, 5], cbor_text(&worker(9))),
            ErrorKind::SuccessorIdentifier,
            Part::Link(3),
        ),
        (
            &token,
            |forge| forge.link(2).message.put(&[OURS, 5], crate::common::cbor::bytes(&[1; 32])),
            ErrorKind::SuccessorKey,
            Part::Link(3),
        ),
        (
            &token,
            |forge| {
                forge
                    .link(3)
                    .message
                    .put(&[OURS, 4], set([ciborium::Value::Array(vec![cbor_text("*"), cbor_text("*")])]));
            },
            ErrorKind::GrantsWidened,
            Part::Link(3),
        ),
        (&token, |forge| forge.link(3).message.put(&[OURS, 2], int(4)), ErrorKind::PositionWrong, Part::Link(3)),
        (&token, |forge| forge.link(3).message.put(&[4], int(i64::MAX)), ErrorKind::WindowOutsideParent, Part::Link(3)),
        (
            &token,
            |forge| forge.link(3).message.put(&[OURS, 3], cbor_text("reader")),
            ErrorKind::RoleNotVouched,
            Part::Link(3),
        ),
        (&token, |forge| forge.link(3).message.put(&[99], raw(&[0])), ErrorKind::ClaimUnknown, Part::Link(3)),
        (
            &called,
            |forge| forge.handover(1).message.put(&[OURS, 20], cbor_text(&worker(9))),
            ErrorKind::HandoverAddressee,
            Part::Link(2),
        ),
    ];
    for (token, change, kind, part) in changes {
        let mut forge = Forge::of(token);
        change(&mut forge);
        let bad = forge.token();
        let judged = door.verify(&setting, &bad);
        assert_refused(judged.verdict, kind, part);
        assert_eq!(judged.verdict, setting.verify(&bad).0);
        assert_eq!((judged.checks, judged.remembered), (0, 0));
    }
    door.costs_nothing(&setting, &token);
}

#[test]
fn another_audience_request_time_or_use_is_refused() {
    let (door, mut setting) = (Door::new(ROOMY), setting());
    let token = chain(3);
    let proof = proof(&token, "worker 2", 1);
    let memory = Memory::default();
    assert_eq!(door.admit(&setting, (&token, &proof), &request(), &memory).verdict, Ok(()));
    door.costs_nothing(&setting, &token);
    #[track_caller]
    fn refused(
        door: &Door,
        setting: &Setting,
        bytes: (&[u8], &[u8]),
        request: throughline::Request<'_>,
        kind: ErrorKind,
    ) {
        let judged = door.admit(setting, bytes, &request, &FRESH);
        assert_eq!(judged.verdict.map_err(|error| error.kind), Err(kind));
        assert_eq!(judged.verdict, setting.admit(bytes.0, bytes.1, &request, &FRESH).0);
        assert_eq!((judged.checks, judged.remembered), (0, 0));
    }
    let bytes = (token.as_slice(), proof.as_slice());
    let with = |change: fn(&mut throughline::Request<'static>)| {
        let mut request = request();
        change(&mut request);
        request
    };
    refused(&door, &setting, bytes, with(|one| one.audience = "https://mail.example"), ErrorKind::ProofAudience);
    refused(&door, &setting, bytes, with(|one| one.digest = Digest([1; 32])), ErrorKind::ProofRequest);
    refused(&door, &setting, bytes, with(|one| one.action = "mail.read"), ErrorKind::RequestNotGranted);
    refused(&door, &setting, bytes, with(|one| one.arguments = &[]), ErrorKind::RequestNotGranted);
    // The proof of a shorter chain, and the proof of another's key.
    refused(&door, &setting, (&chain(2), &proof), request(), ErrorKind::ProofSigner);
    let mut forged = crate::common::forge::Message::of(&proof);
    forged.sign("worker 1");
    let judged = door.admit(&setting, (&token, &forged.encoded()), &request(), &FRESH);
    assert_refused(judged.verdict, ErrorKind::ProofSignatureInvalid, Part::Proof);
    assert_eq!(judged.checks, 1);
    // The same proof again.
    let judged = door.admit(&setting, bytes, &request(), &memory);
    assert_refused(judged.verdict, ErrorKind::ProofReplayed, Part::Proof);
    for kind in [ErrorKind::ReplayMemoryFull, ErrorKind::ReplayQuota] {
        let full = Fixed { claim: Err(kind), ..FRESH };
        assert_refused(door.admit(&setting, bytes, &request(), &full).verdict, kind, Part::Proof);
    }
    setting.now = NOW.plus(91);
    refused(&door, &setting, bytes, request(), ErrorKind::ProofTooOld { now: NOW.plus(91), iat: NOW });
    setting.now = NOW.plus(61);
    setting.limits.proof_window = 30;
    refused(&door, &setting, bytes, request(), ErrorKind::ProofTooOld { now: NOW.plus(61), iat: NOW });
    setting.limits.proof_bytes = 10;
    let too_large = ErrorKind::ProofTooLarge { len: u64::try_from(proof.len()).unwrap(), max: 10 };
    refused(&door, &setting, bytes, request(), too_large);
    assert_ne!(request_digest(), Digest([1; 32]));
}

#[test]
fn a_forgotten_known_credential_bites() {
    let (door, mut setting) = (Door::new(ROOMY), setting());
    setting.know(&credential(3));
    let token = by(3, ContinuationBuilder::new(&chain(3), vouched(3).by_reference(), window()));
    door.warm(&setting, &token);
    let digest = crate::common::forge::Message::of(&credential(3)).digest();
    assert!(setting.known.forget(&digest));
    let judged = door.verify(&setting, &token);
    assert_refused(judged.verdict, ErrorKind::CredentialMissing, Part::Link(3));
    // Nor does it help that its inline signature is remembered.
    door.warm(&setting, &hop(&chain(3), 3));
    assert_refused(door.verify(&setting, &token).verdict, ErrorKind::CredentialMissing, Part::Link(3));
}
