//! §5: one artifact for another, one algorithm for another, one encoding for another.

use ciborium::Value;
use throughline::{ErrorKind, Part};

use crate::adversary::{Adversary, Hand};
use crate::common::cbor::{OURS, bstr, bytes, encode, int, map, raw, text};
use crate::common::forge::{Message, content, split};
use crate::common::setting::request;
use crate::common::{NOW, credential};
use crate::honest::{Execution, Next, Who, list, three_hops};
use crate::scene::Scene;

/// Of a map.
type Entries = Vec<(Value, Value)>;

/// Of stages 1 and 2, whatever else it is.
#[track_caller]
fn refused(scene: &Scene, token: &[u8], proof: &[u8], kind: ErrorKind) {
    let error = scene.service.admit(token, proof, &request()).unwrap_err();
    assert_eq!((error.kind, error.at.byte.is_some()), (kind, true), "{error}");
    scene.serves();
}

/// §5: one artifact taken for another
#[test]
fn artifact_in_the_place_of_another_rejected() {
    let scene = Scene::new(Execution::root(&Next::Called).hop(1, &Next::Called));
    let items = split(&scene.token);
    let revoked = list(1, (NOW.minus(60), NOW.plus(60)), |list| list);
    // A link, a credential, a hand-over and a list as a proof; a proof and a list in the chain.
    for item in items.iter().chain([&revoked]) {
        refused(&scene, &scene.token, item, ErrorKind::WrongTyp);
    }
    for item in [&scene.proofs[0], &revoked] {
        for at in 0..=4 {
            let mut items = items.clone();
            items.insert(at, item.clone());
            refused(&scene, &items.concat(), &scene.proofs[1], ErrorKind::WrongTyp);
        }
    }
    // Two proofs at once, and a chain that says twice that it is CBOR.
    refused(&scene, &scene.token, &scene.proofs.concat(), ErrorKind::TrailingBytes);
    refused(&scene, &[b"\xd9\xd9\xf7", &scene.token[..]].concat(), &scene.proofs[0], ErrorKind::WrongTag);
    let mac = [&scene.token[..], &scene.proofs[1]].concat();
    refused(&scene, &mac, &scene.proofs[0], ErrorKind::WrongTag);
    scene.delivers();
}

/// §5: one artifact taken for another
#[test]
fn what_the_same_key_signed_for_another_protocol_rejected() {
    let scene = Scene::new(three_hops());
    // Worker 2's key also signs what others ask of it: CWTs, attestation tokens, challenges. None of it is a proof, nor a link.
    let worker = Hand::stolen(Who::Worker(2));
    let kid = Message::of(&scene.proofs[0]).kid();
    let signed = |header: Value, claims: Value| {
        let mut message = Message::of(&scene.proofs[0]);
        message.protected = bstr(&encode(&header));
        message.payload = bstr(&encode(&claims));
        worker.sign(&mut message);
        message
    };
    let header = |typ: Option<Value>, alg: i64| {
        let fixed = [(1, int(alg)), (4, bytes(kid.as_bytes()))];
        map(fixed.into_iter().chain(typ.map(|typ| (16, typ))))
    };
    let cwt = || map([(1, text("https://as.example")), (3, text("https://calendar.example")), (4, int(1_900_000_000))]);
    let eat = || map([(10, bytes(&[7; 16])), (256, bytes(&[1; 33])), (265, int(1))]);
    let content_type = map([(1, int(-9)), (3, int(61)), (4, bytes(kid.as_bytes()))]);
    let ours = Message::of(&scene.proofs[0]).claims_value();
    for (message, kind) in [
        (signed(header(None, -9), cwt()), ErrorKind::HeaderMissing),
        (signed(header(None, -7), cwt()), ErrorKind::WrongAlgorithm),
        (signed(content_type, cwt()), ErrorKind::HeaderUnknown),
        (signed(header(Some(int(61)), -9), cwt()), ErrorKind::WrongTyp),
        (signed(header(Some(int(263)), -9), eat()), ErrorKind::WrongTyp),
        (signed(header(Some(text("application/cwt")), -9), ours), ErrorKind::UnexpectedType),
        // What remains is a protocol that uses the same numbers; then the claims tell it apart, if it has others.
        (signed(header(Some(int(65103)), -9), eat()), ErrorKind::ClaimUnknown),
        (signed(header(Some(int(65103)), -9), cwt()), ErrorKind::ClaimUnknown),
    ] {
        refused(&scene, &scene.token, &message.encoded(), kind);
        let behind = [&scene.token[..], &message.encoded()].concat();
        let kind = if kind == ErrorKind::ClaimUnknown { ErrorKind::WrongTyp } else { kind };
        refused(&scene, &behind, &scene.proofs[0], kind);
        // In the tag of a CWT.
        let tagged = [&[0xd8, 61], &message.encoded()[..]].concat();
        refused(&scene, &scene.token, &tagged, ErrorKind::WrongTag);
    }
    scene.delivers();
}

/// §5: algorithm or key type confusion
#[test]
fn another_algorithm_or_kind_of_key_rejected() {
    let scene = Scene::new(Execution::root(&Next::Anyone));
    let stray = Adversary::stranger(Hand::own("mallory"));
    let link = || stray.continues(&scene.token);
    let proof = &scene.proofs[0];
    for alg in [-7, -8, -35, -47, -65535, 5, 0] {
        refused(&scene, &link().header(1, int(alg)).signed(), proof, ErrorKind::WrongAlgorithm);
    }
    // A signature's public key as a MAC's secret: a link is no MAC, and the tag says what a proof is.
    let mut mac = Message::of(&scene.proofs[0]);
    mac.before[0] = 0xd1;
    refused(&scene, &scene.token, &mac.encoded(), ErrorKind::WrongAlgorithm);
    let mut signed = Message::of(&scene.proofs[1]);
    signed.before[0] = 0xd2;
    refused(&scene, &scene.token, &signed.encoded(), ErrorKind::WrongAlgorithm);
    let (x, y) = (bytes(&[1; 32]), bytes(&[2; 32]));
    let ec2 = |crv, y| map([(1, int(2)), (-1, int(crv)), (-2, x.clone()), (-3, y)]);
    for key in [
        map([(1, int(1)), (-1, int(6)), (-2, x.clone())]),
        map([(1, int(4)), (-1, x.clone())]),
        map([(1, int(3)), (-1, x.clone()), (-2, bytes(&[1, 0, 1]))]),
        ec2(2, y.clone()),
        ec2(8, y.clone()),
        ec2(1, Value::Bool(true)),
        map([(1, int(2)), (3, int(-7)), (-1, int(1)), (-2, x.clone()), (-3, y.clone())]),
        map([(1, int(2)), (-1, int(1)), (-2, x.clone()), (-3, y), (-4, x.clone())]),
    ] {
        refused(&scene, &link().put(&[8, 1], key.clone()).signed(), proof, ErrorKind::KeyUnsupported);
        refused(&scene, &link().put(&[OURS, 9], key).signed(), proof, ErrorKind::KeyUnsupported);
    }
    for (label, value) in [
        (2, Value::Array(vec![int(1)])),
        (5, bytes(&[0; 12])),
        (33, bytes(&[0; 9])),
        (35, text("https://mallory.example/key")),
    ] {
        refused(&scene, &link().header(label, value).signed(), proof, ErrorKind::HeaderUnknown);
    }
    for unprotected in [map([(1, int(-7))]), map([(4, bytes(&[7; 32]))]), map([(11, bytes(&[7; 64]))])] {
        let mut items = split(&link().signed());
        let mut last = Message::of(&items[1]);
        last.unprotected = encode(&unprotected);
        items[1] = last.encoded();
        refused(&scene, &items.concat(), proof, ErrorKind::UnprotectedHeader);
    }
    // No signature at all, and one of other bytes.
    for seal in [bstr(&[]), bstr(&[1; 63]), bstr(&[1; 96])] {
        let mut proof = Message::of(&scene.proofs[0]);
        proof.seal = seal;
        refused(&scene, &scene.token, &proof.encoded(), ErrorKind::SignatureLength);
    }
    scene.delivers();
}

/// §5: another encoding of the same content
#[test]
fn another_encoding_of_the_same_content_rejected() {
    let scene = Scene::new(Execution::root(&Next::Anyone));
    let mallory = Adversary::mallory();
    let proof = &scene.proofs[0];
    // The adversary signs its own link as it likes, so nothing but the encoding is wrong with it.
    let valid = mallory.continues(&scene.token).signed();
    scene.admits(&valid, &mallory.asks(&valid));
    let value = |path: &[i64], encoded: &[u8]| mallory.continues(&scene.token).put(path, raw(encoded)).signed();
    let position = |encoded: &[u8]| value(&[OURS, 2], encoded);
    let two = |one: [u8; 32], other: [u8; 32]| Value::Array(vec![bytes(&one), bytes(&other)]);
    let again = |edit: &dyn Fn(&mut Message)| {
        let mut items = split(&valid);
        let mut last = Message::of(&items[2]);
        edit(&mut last);
        mallory.hand.sign(&mut last);
        items[2] = last.encoded();
        items.concat()
    };
    let entries = |edit: fn(&mut Entries)| {
        again(&|message: &mut Message| message.claims(|claims| edit(claims.as_map_mut().unwrap())))
    };
    for (token, kind) in [
        (valid[..valid.len() - 1].to_vec(), ErrorKind::Truncated),
        (
            again(&|message| message.payload = bstr(&[content(&message.payload), &[0]].concat())),
            ErrorKind::TrailingBytes,
        ),
        (
            again(&|message| message.protected = bstr(&[content(&message.protected), &[0]].concat())),
            ErrorKind::TrailingBytes,
        ),
        (position(&[0x1c]), ErrorKind::ReservedHead),
        (
            again(&|message| message.payload = bstr(&[&[0xbf], &content(&message.payload)[1..], &[0xff]].concat())),
            ErrorKind::IndefiniteLength,
        ),
        (value(&[OURS, 3], &[0x7f, 0x61, b'a', 0xff]), ErrorKind::IndefiniteLength),
        (position(&[0x18, 1]), ErrorKind::HeadNotShortest),
        (position(&[0x1b, 0, 0, 0, 0, 0, 0, 0, 1]), ErrorKind::HeadNotShortest),
        (position(&[0xf9, 0x3c, 0x00]), ErrorKind::UnexpectedType),
        (position(&[0xc2, 0x41, 1]), ErrorKind::UnexpectedType),
        (value(&[4], &[0x1b, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff]), ErrorKind::IntegerOutOfRange),
        (value(&[OURS, 3], &[0x62, 0xc3, 0x28]), ErrorKind::InvalidUtf8),
        (value(&[OURS, 3], &[0x60]), ErrorKind::SizeOutOfRange),
        (entries(|entries| entries.swap(0, 1)), ErrorKind::MapKeyOrder),
        (entries(|entries| entries.insert(1, entries[1].clone())), ErrorKind::MapKeyDuplicate),
        (mallory.continues(&scene.token).put(&[OURS, 12], two([2; 32], [1; 32])).signed(), ErrorKind::SetOrder),
        (mallory.continues(&scene.token).put(&[OURS, 12], two([1; 32], [1; 32])).signed(), ErrorKind::SetOrder),
        (again(&|message| message.unprotected = vec![0xa1, 0x04, 0x40]), ErrorKind::UnprotectedHeader),
        (again(&|message| message.unprotected = vec![0xb8, 0]), ErrorKind::HeadNotShortest),
    ] {
        refused(&scene, &token, proof, kind);
    }
    // What remains: credentials inline or by reference are two tokens for one chain.
    let mut scene = Scene::new(three_hops());
    scene.service.know(&credential(1));
    let mut items = split(&scene.token);
    items.remove(1);
    scene.admits(&items.concat(), &scene.proofs[..1]);
    scene.service.refuses(&scene.token, &scene.proofs[0], &request(), ErrorKind::ProofReplayed, Part::Proof);
}
