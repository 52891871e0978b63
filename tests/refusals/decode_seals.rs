//! Stage 2, V227–V229: the form of signatures and tags.

use throughline::{ErrorKind, Part};

use crate::common::cbor::bstr;
use crate::common::forge::{Message, Spot, content};
use crate::decode_envelope::mac_judge;
use crate::judge::{ARTIFACTS, Judge};

#[test]
fn signatures_and_tags_of_another_length_rejected() {
    let judge = Judge::new();
    for part in ARTIFACTS {
        for len in [0, 32, 63, 65, 70, 96] {
            judge.message(part, |message| message.seal = bstr(&vec![1; len]), ErrorKind::SignatureLength, Spot::Seal);
        }
        // DER, as devices emit it.
        let der = |message: &mut Message| {
            let signature = p256::ecdsa::Signature::from_slice(content(&message.seal)).unwrap();
            message.seal = bstr(signature.to_der().as_bytes());
        };
        judge.message(part, der, ErrorKind::SignatureLength, Spot::Seal);
    }
    let judge = mac_judge();
    for len in [0, 8, 16, 31, 33, 64] {
        let cut = |message: &mut Message| {
            message.seal = bstr(&[content(&message.seal), &[0; 32]].concat()[..len]);
        };
        judge.message(Part::Proof, cut, ErrorKind::SignatureLength, Spot::Seal);
    }
}

#[test]
fn signature_numbers_outside_their_range_rejected() {
    let judge = Judge::new();
    let order = order();
    let mut beyond = order;
    beyond[31] += 1;
    for part in ARTIFACTS {
        for number in [[0; 32], order, beyond, [0xff; 32]] {
            let wrong_r = |message: &mut Message| {
                let s = content(&message.seal)[32..].to_vec();
                message.seal = bstr(&[number.as_slice(), &s].concat());
            };
            judge.message(part, wrong_r, ErrorKind::SignatureRange, Spot::Seal);
            let wrong_s = |message: &mut Message| {
                let r = content(&message.seal)[..32].to_vec();
                message.seal = bstr(&[&r, number.as_slice()].concat());
            };
            judge.message(part, wrong_s, ErrorKind::SignatureRange, Spot::Seal);
        }
    }
}

#[test]
fn valid_signature_with_high_s_rejected() {
    use crate::common::key;
    use p256::ecdsa::signature::hazmat::PrehashVerifier as _;
    use throughline::issue::Signer as _;
    let judge = Judge::new();
    for part in ARTIFACTS {
        let negate = |message: &mut Message| {
            let signature = p256::ecdsa::Signature::from_slice(content(&message.seal)).unwrap();
            let (r, s) = signature.split_scalars();
            let high = p256::ecdsa::Signature::from_scalars(r.to_bytes(), (-*s).to_bytes()).unwrap();
            message.seal = bstr(&high.to_bytes());
        };
        judge.message(part, negate, ErrorKind::SignatureHighS, Spot::Seal);
        // Elsewhere it would be a valid signature.
        let mut forge = judge.forge(part);
        let forged = forge.part(part);
        negate(&mut forged.message);
        let signature = p256::ecdsa::Signature::from_slice(content(&forged.message.seal)).unwrap();
        let signer = key(&forged.signer);
        let verifier = p256::ecdsa::VerifyingKey::from_sec1_bytes(&signer.key().key().to_sec1()).unwrap();
        verifier.verify_prehash(forged.message.digest().as_bytes(), &signature).unwrap();
    }
}

/// n, the order of the base point.
fn order() -> [u8; 32] {
    let minus_one =
        p256::SecretKey::from_slice(&hex("ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632550"));
    let mut order: [u8; 32] = minus_one.unwrap().to_bytes().into();
    order[31] += 1;
    order
}

fn hex(text: &str) -> Vec<u8> {
    text.as_bytes().chunks(2).map(|pair| u8::from_str_radix(core::str::from_utf8(pair).unwrap(), 16).unwrap()).collect()
}
