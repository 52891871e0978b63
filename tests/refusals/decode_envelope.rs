//! Stage 2, V220–V226: the COSE structure and its headers.

use ciborium::Value;
use throughline::{Error, ErrorKind, Part, Place};

use crate::common::cbor::{OURS, bstr, bytes, encode, int, map, put, remove, text};
use crate::common::forge::{Message, Spot};
use crate::common::setting::{Setting, request};
use crate::common::world::{agreeing, agreement_key, mac_proof, wide_trust};
use crate::judge::{ARTIFACTS, Judge, LINKS};

/// Admits MAC proofs.
pub(crate) fn mac_judge() -> Judge {
    let mut setting = Setting::new(wide_trust());
    setting.agreement.push(agreement_key("audience"));
    let token = agreeing();
    let proof = mac_proof(&token);
    Judge::on(setting, token, proof)
}

#[test]
fn other_tags_and_none_rejected() {
    let judge = Judge::new();
    for part in ARTIFACTS {
        let links_only = part != Part::Proof;
        // COSE_Sign, COSE_Encrypt0, a CWT tag around, the tag twice, a self-described prefix, an array alone.
        for before in [
            b"\xd8\x62\x84".as_slice(),
            b"\xd0\x84",
            b"\xd8\x3d\xd2\x84",
            b"\xd9\xd9\xf7\xd2\x84",
            b"\x84",
            b"\x00",
            b"\xa0",
            b"\x60",
        ] {
            judge.message(part, |message| message.before = before.to_vec(), ErrorKind::WrongTag, Spot::Tag);
        }
        if links_only {
            judge.message(part, |message| message.before[0] = 0xd1, ErrorKind::WrongTag, Spot::Tag);
        }
    }
}

#[test]
fn tag_twice_rejected() {
    let judge = Judge::new();
    for part in ARTIFACTS {
        judge.message(
            part,
            |message| message.before = b"\xd2\xd2\x84".to_vec(),
            ErrorKind::UnexpectedType,
            Spot::Array,
        );
    }
}

#[test]
fn signed_proof_under_the_tag_of_a_mac_rejected() {
    let judge = Judge::new();
    // Its algorithm is the first thing that does not belong.
    judge.message(Part::Proof, |message| message.before[0] = 0xd1, ErrorKind::WrongAlgorithm, Spot::Header(2));
}

#[test]
fn mac_proof_under_the_tag_of_a_signature_rejected() {
    let judge = mac_judge();
    judge.message(Part::Proof, |message| message.before[0] = 0xd2, ErrorKind::WrongAlgorithm, Spot::Header(2));
}

#[test]
fn structures_of_three_and_five_elements_rejected() {
    let judge = Judge::new();
    for part in ARTIFACTS {
        for head in [0x80, 0x83, 0x85] {
            judge.message(part, |message| message.before[1] = head, ErrorKind::WrongArity, Spot::Array);
        }
    }
}

#[test]
fn grants_limits_and_demands_of_another_arity_rejected() {
    let judge = Judge::new();
    let array = |elements: &[Value]| Value::Array(elements.to_vec());
    for part in LINKS {
        for short in [array(&[]), array(&[text("a")]), array(&[text("a"), text("b"), map([]), int(0)])] {
            judge.inner(part, &[OURS, 4], array(&[short]), ErrorKind::WrongArity);
        }
        let roles = array(&[text("a")]);
        for demand in [array(&[]), array(std::slice::from_ref(&roles)), array(&[roles.clone(), text("CN=a"), int(0)])] {
            judge.value(part, &[OURS, 5, 2], demand, ErrorKind::WrongArity);
        }
        for demand in [
            array(&[text("p"), array(&[text("CN=a")]), int(0)]),
            array(&[text("p"), array(&[text("CN=a")]), int(0), int(2), int(2)]),
        ] {
            judge.inner(part, &[OURS, 5], map([(3, array(&[demand]))]), ErrorKind::WrongArity);
        }
    }
    for limit in [
        array(&[]),
        array(&[int(0)]),
        array(&[int(0), int(1), int(2)]),
        array(&[int(1), array(&[int(1)]), int(2)]),
        array(&[int(2), int(1)]),
        array(&[int(3), text("a"), text("b")]),
        array(&[int(2), int(1), int(2), int(3)]),
    ] {
        judge.value(Part::Link(0), &[OURS, 4, 0, 2, 0], limit, ErrorKind::WrongArity);
    }
}

#[test]
fn unknown_header_parameters_rejected() {
    let judge = Judge::new();
    for part in ARTIFACTS {
        // crit: known, unknown and absent labels, and empty; content type; IV; countersignature.
        for (label, value) in
            [(2, Value::Array(vec![int(1)])), (2, Value::Array(vec![int(99)])), (2, Value::Array(vec![])), (3, int(61))]
        {
            let add = |message: &mut Message| message.header(|header| put(header, &[label], value.clone()));
            judge.message(part, add, ErrorKind::HeaderUnknown, Spot::Header(3));
        }
        for label in [5, 11] {
            let add = |message: &mut Message| message.header(|header| put(header, &[label], int(0)));
            judge.message(part, add, ErrorKind::HeaderUnknown, Spot::Header(3 + 1 + 34));
        }
    }
}

#[test]
fn missing_header_parameters_rejected() {
    let judge = Judge::new();
    for part in ARTIFACTS {
        for label in [1, 4, 16] {
            let take = |message: &mut Message| message.header(|header| remove(header, &[label]));
            judge.message(part, take, ErrorKind::HeaderMissing, Spot::Header(0));
        }
        judge.message(part, |message| message.protected = bstr(&[0xa0]), ErrorKind::HeaderMissing, Spot::Header(0));
    }
}

#[test]
fn empty_protected_header_rejected() {
    let judge = Judge::new();
    for part in ARTIFACTS {
        judge.message(part, |message| message.protected = vec![0x40], ErrorKind::Truncated, Spot::Header(0));
    }
}

#[test]
fn other_algorithms_rejected() {
    let judge = Judge::new();
    for part in ARTIFACTS {
        for algorithm in [-7, -35, -36, -8, -47, 5, 0, 4, -257] {
            let other = |message: &mut Message| message.header(|header| put(header, &[1], int(algorithm)));
            judge.message(part, other, ErrorKind::WrongAlgorithm, Spot::Header(2));
        }
        let named = |message: &mut Message| message.header(|header| put(header, &[1], text("ES256")));
        judge.message(part, named, ErrorKind::UnexpectedType, Spot::Header(2));
    }
    let other = |message: &mut Message| message.header(|header| put(header, &[1], int(4)));
    mac_judge().message(Part::Proof, other, ErrorKind::WrongAlgorithm, Spot::Header(2));
}

#[test]
fn typ_of_another_artifact_rejected() {
    let judge = Judge::new();
    for part in ARTIFACTS {
        let foreign: &[i64] =
            if part == Part::Proof { &[65101, 65102, 65104, 65105, 0] } else { &[65103, 65105, 61, 0] };
        for typ in foreign {
            let other = |message: &mut Message| message.header(|header| put(header, &[16], int(*typ)));
            judge.message(part, other, ErrorKind::WrongTyp, Spot::Header(3 + 1 + 34 + 1));
        }
        let named = |message: &mut Message| message.header(|header| put(header, &[16], text("application/cwt")));
        judge.message(part, named, ErrorKind::UnexpectedType, Spot::Header(3 + 1 + 34 + 1));
    }
}

#[test]
fn link_taken_for_a_credential_rejected() {
    // The claims are the link's, and `position` is no claim of a credential.
    let judge = Judge::new();
    let mut forge = judge.forge(Part::Link(0));
    forge.link(0).message.header(|header| put(header, &[16], int(65102)));
    let error = judge.setting.verify(&forge.token()).0.unwrap_err();
    assert_eq!((error.kind, error.at.part), (ErrorKind::ClaimUnknown, Part::Credential(0)));
}

#[test]
fn parameters_in_the_unprotected_header_rejected() {
    let judge = Judge::new();
    for part in ARTIFACTS {
        for value in [
            map([(4, bytes(&[7; 32]))]),
            map([(1, int(-9))]),
            map([(2, Value::Array(vec![]))]),
            map([(16, int(65101))]),
        ] {
            let add = |message: &mut Message| message.unprotected = encode(&value);
            judge.message(part, add, ErrorKind::UnprotectedHeader, Spot::Unprotected);
        }
        // The kid there instead of in the protected header: the protected header is read first.
        let moved = |message: &mut Message| {
            message.unprotected = encode(&map([(4, bytes(message.kid().as_bytes()))]));
            message.header(|header| remove(header, &[4]));
        };
        judge.message(part, moved, ErrorKind::HeaderMissing, Spot::Header(0));
    }
}

#[test]
fn foreign_bytes_rejected() {
    let setting = Setting::new(wide_trust());
    for (bytes, kind) in [
        (b"{\"alg\":\"ES256\"}".as_slice(), ErrorKind::WrongTag),
        (b"eyJhbGciOiJFUzI1NiJ9", ErrorKind::WrongTag),
        (b"\x81\x81\x81\x81", ErrorKind::WrongTag),
        (b"\xd2\x84", ErrorKind::Truncated),
        (b"\x00", ErrorKind::WrongTag),
    ] {
        let error = setting.verify(bytes).0.unwrap_err();
        assert_eq!((error.kind, error.at.part), (kind, Part::Item(0)));
        let token = crate::common::chain(2);
        let error = setting.admit(&token, bytes, &request(), &crate::common::lists::FRESH).0.unwrap_err();
        assert_eq!((error.kind, error.at.part), (kind, Part::Proof));
        // Behind a token.
        let error = setting.verify(&[token.as_slice(), bytes].concat()).0.unwrap_err();
        assert_eq!((error.kind, error.at.part), (kind, Part::Item(3)));
    }
    let nested = vec![0x81; 16_000];
    let at = Place { part: Part::Item(0), byte: Some(0) };
    assert_eq!(setting.verify(&nested).0, Err(Error { kind: ErrorKind::WrongTag, at }));
    let inside = [b"\xd2\x84".as_slice(), &vec![0x81; 16_000]].concat();
    setting.refuses_at(&inside, ErrorKind::UnexpectedType, Part::Item(0), 2);
}
