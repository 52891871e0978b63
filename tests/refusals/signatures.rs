//! Stage 12: every key is a point of the curve, and every signature is its signer's.

use throughline::{Digest, ErrorKind, KnownCredentials, P256, Part, PublicKey};

use crate::common::cbor::{OURS, bstr, bytes, cose_key, put, text};
use crate::common::forge::{Forge, Message, content};
use crate::common::setting::Setting;
use crate::common::world::{agreeing, called, edit, through_gateway, through_stranger, wide_trust};
use crate::common::{chain, credential, key, public};

fn twin() -> (Setting, Vec<u8>) {
    let setting = Setting::new(wide_trust());
    let token = called(4);
    setting.accepts(&token);
    (setting, token)
}

/// Every artifact of a token of four called links.
const ARTIFACTS: [Part; 10] = [
    Part::Link(0),
    Part::Credential(0),
    Part::HandOver(0),
    Part::Link(1),
    Part::Credential(1),
    Part::HandOver(1),
    Part::Link(2),
    Part::Credential(2),
    Part::HandOver(2),
    Part::Link(3),
];

/// Coordinates that are no point: x + 1 with the same y, beyond p, zero.
fn off_curve() -> Vec<PublicKey> {
    let key = *public("worker 1").key();
    let mut beside = *key.x();
    beside[31] ^= 1;
    let mut y_beside = *key.y();
    y_beside[31] ^= 2;
    [(beside, *key.y()), (*key.x(), y_beside), ([0xff; 32], *key.y()), (*key.x(), [0xff; 32]), ([0; 32], [0; 32])]
        .map(|(x, y)| PublicKey::from_coordinates(x, y))
        .to_vec()
}

#[test]
fn credential_for_a_key_off_the_curve_rejected() {
    let (setting, token) = twin();
    for wrong in off_curve() {
        for nth in 0..3_u8 {
            let mut forge = Forge::of(&token);
            forge.credential(nth.into()).message.put(&[8, 1], cose_key(&wrong));
            setting.refuses(&forge.token(), ErrorKind::KeyOffCurve, Part::Credential(nth));
        }
    }
}

#[test]
fn carried_key_off_the_curve_rejected() {
    let setting = Setting::new(wide_trust());
    let token = through_stranger(3);
    setting.accepts(&token);
    for wrong in off_curve() {
        let thumbprint = wrong.thumbprint();
        let uri = throughline::issue::Actor::unvouched(throughline::TrustedKey::new(wrong)).identifier().to_owned();
        let mut forge = Forge::of(&token);
        let message = &mut forge.link(1).message;
        message.put(&[8, 1], cose_key(&wrong));
        message.put(&[1], text(&uri));
        message.header(|header| put(header, &[4], bytes(thumbprint.as_bytes())));
        forge.link(0).message.put(&[OURS, 5], bytes(thumbprint.as_bytes()));
        setting.refuses(&forge.token(), ErrorKind::KeyOffCurve, Part::Link(1));
    }
}

#[test]
fn agreement_key_off_the_curve_rejected() {
    let setting = Setting::new(wide_trust());
    setting.accepts(&agreeing());
    for wrong in off_curve() {
        for link in 0..2_u8 {
            let mut forge = Forge::of(&agreeing());
            forge.link(link.into()).message.put(&[OURS, 9], cose_key(&wrong));
            setting.refuses(&forge.token(), ErrorKind::KeyOffCurve, Part::Link(link));
        }
    }
}

#[test]
fn key_off_the_curve_is_found_before_a_wrong_signature() {
    let (setting, token) = twin();
    let mut forge = Forge::of(&token);
    forge.link(0).signer = "mallory".to_owned();
    let (verdict, _) = setting.verify(&forge.token());
    assert_eq!(verdict.unwrap_err().kind, ErrorKind::SignatureInvalid);
    forge.link(3).message.put(&[OURS, 9], cose_key(&off_curve()[0]));
    setting.refuses(&forge.token(), ErrorKind::KeyOffCurve, Part::Link(3));
}

#[test]
fn signature_by_another_key_rejected() {
    let (setting, token) = twin();
    for part in ARTIFACTS {
        for other in ["mallory", "alice", "attester", "worker 1", "worker 2", "platform"] {
            let mut forge = Forge::of(&token);
            if forge.part(part).signer == other {
                continue;
            }
            forge.part(part).signer = other.to_owned();
            setting.refuses(&forge.token(), ErrorKind::SignatureInvalid, part);
        }
    }
}

#[test]
fn pinned_and_carried_keys_must_sign() {
    let setting = Setting::new(wide_trust());
    for token in [through_gateway(3), through_stranger(3)] {
        setting.accepts(&token);
        let mut forge = Forge::of(&token);
        forge.link(1).signer = "mallory".to_owned();
        setting.refuses(&forge.token(), ErrorKind::SignatureInvalid, Part::Link(1));
    }
}

#[test]
fn signature_over_something_else_rejected() {
    let (setting, token) = twin();
    for part in ARTIFACTS {
        let mut forge = Forge::of(&token);
        let forged = forge.part(part);
        let message = forged.message.clone();
        let signer = forged.signer.clone();
        let sign = |parts: &[&[u8]]| {
            use throughline::issue::Signer as _;
            let signature = key(&signer).sign(&Digest::of(parts)).unwrap();
            bstr(&crate::common::forge::lower_half(signature))
        };
        let (protected, payload) = (&message.protected, &message.payload);
        for wrong in [
            sign(&[b"\x84\x70CounterSignature", protected, b"\x40", payload]),
            sign(&[b"\x84\x69Signature", protected, b"\x40", payload]),
            sign(&[b"\x84\x6aSignature1", protected, b"\x41\x00", payload]),
            sign(&[b"\x84\x6aSignature1", b"\x40", b"\x40", payload]),
            sign(&[b"\x84\x6aSignature1", content(protected), b"\x40", content(payload)]),
            sign(&[content(payload)]),
            sign(&[message.digest().as_bytes()]),
        ] {
            forge.part(part).seal = Some(wrong);
            setting.refuses(&forge.token(), ErrorKind::SignatureInvalid, part);
        }
    }
}

#[test]
fn rearranged_signature_numbers_rejected() {
    let (setting, token) = twin();
    for part in ARTIFACTS {
        let mut forge = Forge::of(&token);
        let seal = content(&forge.part(part).message.seal).to_vec();
        let (r, s) = seal.split_at(32);
        let reversed = |number: &[u8]| number.iter().rev().copied().collect::<Vec<u8>>();
        for wrong in [[s, r].concat(), [reversed(r), reversed(s)].concat(), [r, r].concat(), [s, s].concat()] {
            forge.part(part).seal = Some(bstr(&wrong));
            let error = setting.verify(&forge.token()).0.unwrap_err();
            // An r in the place of s may lie in the upper half, or a number beyond the order.
            let decoded = [ErrorKind::SignatureHighS, ErrorKind::SignatureRange].contains(&error.kind);
            assert!(decoded || (error.kind == ErrorKind::SignatureInvalid && error.at.part == part), "{error}");
        }
    }
}

#[test]
fn every_changed_claim_invalidates_its_signature() {
    let (setting, token) = twin();
    let with = |part: Part, path: &[i64], value: ciborium::Value| {
        let mut forge = Forge::of(&token);
        let forged = forge.part(part);
        let seal = forged.message.seal.clone();
        forged.message.put(path, value);
        forged.seal = Some(seal);
        forge.token()
    };
    let digest = || bytes(Digest::of(&[b"x"]).as_bytes());
    for (part, path) in [
        (Part::Link(0), [OURS, 10].as_slice()),
        (Part::Link(0), &[OURS, 13]),
        (Part::Link(1), &[OURS, 10]),
        (Part::Link(3), &[OURS, 13]),
    ] {
        setting.refuses(&with(part, path, digest()), ErrorKind::SignatureInvalid, part);
    }
    let other = with(Part::Credential(1), &[10], bytes(&[7; 8]));
    setting.refuses(&other, ErrorKind::SignatureInvalid, Part::Credential(1));
    let later = with(Part::HandOver(1), &[4], ciborium::Value::Integer(u64::from(u32::MAX).into()));
    setting.refuses(&later, ErrorKind::SignatureInvalid, Part::HandOver(1));
}

#[test]
fn inline_copy_of_a_known_credential_with_a_bad_signature_rejected() {
    let mut setting = Setting::new(wide_trust());
    setting.know(&credential(1));
    let token = chain(2);
    setting.accepts(&token);
    let mut forge = Forge::of(&token);
    forge.credential(0).signer = "mallory".to_owned();
    setting.refuses(&forge.token(), ErrorKind::SignatureInvalid, Part::Credential(0));
}

#[test]
fn credential_is_taken_in_only_with_everything_right() {
    let mut trust = wide_trust();
    let take = |trust: &throughline::trust::Trust<'_>, message: &Message| {
        let mut known = KnownCredentials::new();
        let taken = known.take_in(message.encoded(), trust, &P256).map(drop);
        assert_eq!(known.len(), usize::from(taken.is_ok()));
        taken.map_err(|error| error.kind)
    };
    let good = Message::of(&credential(1));
    let changed = |path: &[i64], value: ciborium::Value, signer: &str| {
        let mut message = good.clone();
        message.put(path, value);
        message.sign(signer);
        message
    };
    assert_eq!(take(&trust, &good), Ok(()));
    assert_eq!(take(&trust, &changed(&[10], bytes(&[7; 8]), "attester")), Ok(()));
    assert_eq!(take(&trust, &changed(&[10], bytes(&[7; 8]), "mallory")), Err(ErrorKind::SignatureInvalid));
    assert_eq!(take(&trust, &changed(&[8, 1], cose_key(&off_curve()[0]), "attester")), Err(ErrorKind::KeyOffCurve));
    assert_eq!(take(&trust, &changed(&[2], text("CN=x"), "attester")), Err(ErrorKind::IdentifierOutsideRemit));
    assert_eq!(take(&trust, &changed(&[10], bytes(&[7; 7]), "attester")), Err(ErrorKind::SizeOutOfRange));
    edit(&mut trust.attesters, |attesters| drop(attesters.remove(0)));
    assert_eq!(take(&trust, &good), Err(ErrorKind::AttesterUnknown));
}
