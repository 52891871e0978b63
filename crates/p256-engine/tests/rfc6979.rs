//! RFC 6979, appendix A.2.5: the two signatures over SHA-256, and those over longer digests by their leftmost 256 bits.
#![cfg(feature = "alloc")]
#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::arithmetic_side_effects, reason = "a test")]

mod common;

use sha2::{Digest, Sha256, Sha384, Sha512};
use throughline_p256::{PreparedKey, VerifyingKey};

const KEY: &str = "60FED4BA255A9D31C961EB74C6356D68C049B8923B61FA6CE669622E60F29FB67903FE1008B8BC99A41AE9E95628BC64F2F1B20C2D7E9F5177A3C294D4462299";

/// Message, digest, r || s, and whether s is low.
const VECTORS: [(&[u8], Hash, &str, bool); 6] = [
    (
        b"sample",
        Hash::Sha256,
        "EFD48B2AACB6A8FD1140DD9CD45E81D69D2C877B56AAF991C34D0EA84EAF3716F7CB1C942D657C41D436C7A1B6E29F65F3E900DBB9AFF4064DC4AB2F843ACDA8",
        false,
    ),
    (
        b"test",
        Hash::Sha256,
        "F1ABB023518351CD71D881567B1EA663ED3EFCF6C5132B354F28D3B0B7D38367019F4113742A2B14BD25926B49C649155F267E60D3814B4C0CC84250E46F0083",
        true,
    ),
    (
        b"sample",
        Hash::Sha384,
        "0EAFEA039B20E9B42309FB1D89E213057CBF973DC0CFC8F129EDDDC800EF77194861F0491E6998B9455193E34E7B0D284DDD7149A74B95B9261F13ABDE940954",
        true,
    ),
    (
        b"test",
        Hash::Sha384,
        "83910E8B48BB0C74244EBDF7F07A1C5413D61472BD941EF3920E623FBCCEBEB68DDBEC54CF8CD5874883841D712142A56A8D0F218F5003CB0296B6B509619F2C",
        false,
    ),
    (
        b"sample",
        Hash::Sha512,
        "8496A60B5E9B47C825488827E0495B0E3FA109EC4568FD3F8D1097678EB97F002362AB1ADBE2B8ADF9CB9EDAB740EA6049C028114F2460F96554F61FAE3302FE",
        true,
    ),
    (
        b"test",
        Hash::Sha512,
        "461D93F31B6540894788FD206C07CFA0CC35F46FA3C91816FFF1040AD1581A0439AF9F15DE0DB8D97E72719C74820D304CE5226E32DEDAE67519E840D1194E55",
        true,
    ),
];

#[derive(Clone, Copy)]
enum Hash {
    Sha256,
    Sha384,
    Sha512,
}

#[test]
fn vectors_of_rfc_6979_are_accepted_where_s_is_low() {
    let plain = VerifyingKey::from_coordinates(&bytes(KEY)).unwrap();
    let prepared = PreparedKey::new(&plain);
    for (message, hash, signature, low) in VECTORS {
        let prehash: [u8; 32] = match hash {
            Hash::Sha256 => Sha256::digest(message).into(),
            Hash::Sha384 => *Sha384::digest(message).first_chunk().unwrap(),
            Hash::Sha512 => *Sha512::digest(message).first_chunk().unwrap(),
        };
        assert_eq!(common::verdict(&plain, &prepared, &prehash, &bytes(signature)), low);
    }
}

fn bytes(hex: &str) -> [u8; 64] {
    core::array::from_fn(|i| u8::from_str_radix(&hex[2 * i..2 * i + 2], 16).unwrap())
}
