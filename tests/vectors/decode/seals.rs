//! V227–V229: the form of signatures and tags.

use throughline::ErrorKind;

use super::{ARTIFACTS, Bench, On, Spot, turn};
use crate::common::cbor::bstr;
use crate::common::forge::{Message, content};

pub(super) fn publish(bench: &mut Bench<'_>) {
    lengths(bench);
    ranges(bench);
    high_s(bench);
}

fn lengths(bench: &mut Bench<'_>) {
    let wrong = ErrorKind::SignatureLength;
    for on in ARTIFACTS {
        let what = "the signature in DER, as devices emit it";
        bench.message(wrong, "der", on, what, Spot::Seal, |message| {
            message.seal = bstr(of(message).to_der().as_bytes());
        });
    }
    for (n, (len, what)) in [
        (0, "the signature is empty"),
        (63, "the signature lacks its last byte"),
        (65, "the signature has a byte more"),
        (32, "the signature is r alone"),
        (96, "the signature has the length of one on P-384"),
        (128, "the signature stands twice"),
    ]
    .into_iter()
    .enumerate()
    {
        for on in [turn(n), turn(n + 4)] {
            bench.message(wrong, &format!("of-{len}"), on, what, Spot::Seal, |message| {
                let seal = content(&message.seal);
                message.seal = bstr(&[seal, seal].concat()[..len]);
            });
        }
    }
    for (len, what) in [
        (0, "the tag is empty"),
        (8, "the tag is cut to 64 bits"),
        (16, "the tag is cut to 128 bits"),
        (31, "the tag lacks its last byte"),
        (33, "the tag has a byte more"),
        (64, "the tag is as long as a signature"),
    ] {
        bench.message(wrong, &format!("of-{len}"), On::Mac, what, Spot::Seal, |message| {
            let seal = content(&message.seal);
            message.seal = bstr(&[seal, &[0; 32]].concat()[..len]);
        });
    }
}

fn ranges(bench: &mut Bench<'_>) {
    let wrong = ErrorKind::SignatureRange;
    let order = order();
    let mut beyond = order;
    beyond[31] += 1;
    let numbers =
        [("zero", [0; 32], "0"), ("n", order, "n"), ("n-plus-1", beyond, "n + 1"), ("highest", [0xff; 32], "2²⁵⁶ − 1")];
    for on in ARTIFACTS {
        bench.message(wrong, "both-zero", on, "r and s are 0", Spot::Seal, |message| message.seal = bstr(&[0; 64]));
    }
    for (n, (id, number, name)) in numbers.into_iter().enumerate() {
        for on in [turn(n), turn(n + 4)] {
            bench.message(wrong, &format!("r-{id}"), on, &format!("r is {name}"), Spot::Seal, |message| {
                message.seal = bstr(&[&number, &content(&message.seal)[32..]].concat());
            });
            bench.message(wrong, &format!("s-{id}"), on, &format!("s is {name}"), Spot::Seal, |message| {
                message.seal = bstr(&[&content(&message.seal)[..32], &number].concat());
            });
        }
    }
}

fn high_s(bench: &mut Bench<'_>) {
    let wrong = ErrorKind::SignatureHighS;
    for on in ARTIFACTS {
        let what = "s is replaced by n − s, which elsewhere is as valid";
        bench.message(wrong, "negated", on, what, Spot::Seal, |message| {
            let (r, s) = of(message).split_scalars();
            let high = p256::ecdsa::Signature::from_scalars(r.to_bytes(), (-*s).to_bytes()).unwrap();
            message.seal = bstr(&high.to_bytes());
        });
    }
    let mut half = hex("7fffffff800000007fffffffffffffffde737d56d38bcf4279dce5617e3192a8");
    half[31] += 1;
    let mut highest = order();
    highest[31] -= 1;
    for (id, s, what) in
        [("half-plus-1", half, "s is ⌊n/2⌋ + 1, the lowest that is too high"), ("n-minus-1", highest, "s is n − 1")]
    {
        for on in [On::Root, On::Link(1), On::Last, On::Credential(0), On::Proof] {
            bench.message(wrong, id, on, what, Spot::Seal, |message| {
                message.seal = bstr(&[&content(&message.seal)[..32], &s].concat());
            });
        }
    }
}

fn of(message: &Message) -> p256::ecdsa::Signature {
    p256::ecdsa::Signature::from_slice(content(&message.seal)).unwrap()
}

/// n, the order of the base point (SP 800-186 §3.2.1.3).
fn order() -> [u8; 32] {
    hex("ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551")
}

fn hex(text: &str) -> [u8; 32] {
    let pairs = text.as_bytes().chunks(2).map(|pair| core::str::from_utf8(pair).unwrap());
    let bytes: Vec<u8> = pairs.map(|pair| u8::from_str_radix(pair, 16).unwrap()).collect();
    bytes.try_into().unwrap()
}
