//! The peers, each at its best interface: key parsed beforehand where the library can hold one, a short message (hashing it costs
//! under 0.2 us where the interface takes no digest).

use std::hint::black_box;

use p256::ecdsa::{Signature, signature::Signer, signature::Verifier};

use crate::cases::{Case, signing_key};

const MESSAGE: &[u8] = b"one short message";

pub fn all() -> Vec<Case> {
    let secret = signing_key(1);
    let signature: Signature = secret.sign(MESSAGE);
    let signature = signature.normalize_s();
    let fixed: [u8; 64] = signature.to_bytes().into();
    let public = secret.verifying_key().to_sec1_point(false).as_bytes().to_vec();
    vec![
        aws_lc(&public, fixed),
        ring(public.clone(), fixed),
        graviola(&public, fixed),
        openssl(&public, &signature),
        rustcrypto(&secret, signature),
    ]
}

fn aws_lc(public: &[u8], fixed: [u8; 64]) -> Case {
    use aws_lc_rs::signature::{ECDSA_P256_SHA256_FIXED, ParsedPublicKey};
    let key = ParsedPublicKey::new(&ECDSA_P256_SHA256_FIXED, public.to_vec()).expect("a key");
    Case::new("AWS-LC", 1, None, move || key.verify_sig(black_box(MESSAGE), &fixed).expect("valid"))
}

fn ring(public: Vec<u8>, fixed: [u8; 64]) -> Case {
    use ring::signature::{ECDSA_P256_SHA256_FIXED, UnparsedPublicKey};
    let key = UnparsedPublicKey::new(&ECDSA_P256_SHA256_FIXED, public);
    Case::new("ring", 1, None, move || key.verify(black_box(MESSAGE), &fixed).expect("valid"))
}

fn graviola(public: &[u8], fixed: [u8; 64]) -> Case {
    use graviola::{
        hashing::Sha256,
        signing::ecdsa::{P256, VerifyingKey},
    };
    let key = VerifyingKey::<P256>::from_x962_uncompressed(public).expect("a key");
    Case::new("graviola", 1, None, move || key.verify::<Sha256>(&[black_box(MESSAGE)], &fixed).expect("valid"))
}

fn openssl(public: &[u8], signature: &Signature) -> Case {
    use openssl::{
        bn::BigNumContext,
        ec::{EcGroup, EcKey, EcPoint},
        ecdsa::EcdsaSig,
        nid::Nid,
        sha::sha256,
    };
    let group = EcGroup::from_curve_name(Nid::X9_62_PRIME256V1).expect("the curve");
    let mut context = BigNumContext::new().expect("memory");
    let point = EcPoint::from_bytes(&group, public, &mut context).expect("a key");
    let key = EcKey::from_public_key(&group, &point).expect("a key");
    let signature = EcdsaSig::from_der(signature.to_der().as_bytes()).expect("DER");
    Case::new("OpenSSL", 1, None, move || {
        assert!(signature.verify(&sha256(black_box(MESSAGE)), &key).expect("no error"))
    })
}

fn rustcrypto(secret: &p256::ecdsa::SigningKey, signature: Signature) -> Case {
    let key = *secret.verifying_key();
    Case::new("p256", 1, None, move || key.verify(black_box(MESSAGE), &signature).expect("valid"))
}
