//! Stage 2, V201–V208: heads, types, integers and text.

use throughline::{ErrorKind, Part};

use crate::common::cbor::{OURS, bstr, encode, raw};
use crate::common::forge::{Message, Spot, content};
use crate::judge::{ARTIFACTS, Judge, LINKS};

/// An integer of each artifact.
const fn integer(part: Part) -> i64 {
    match part {
        Part::Proof => 6,
        _ => 4,
    }
}

#[test]
fn string_longer_than_what_holds_it_rejected() {
    let judge = Judge::new();
    for part in LINKS {
        // The token has as many bytes; the payload does not.
        judge.value(part, &[1], raw(b"\x79\x02\x00"), ErrorKind::Truncated);
        judge.value(part, &[1], raw(b"\x7b\xff\xff\xff\xff\xff\xff\xff\xff"), ErrorKind::Truncated);
    }
    judge.value(Part::HandOver(0), &[OURS, 17], raw(b"\x58\xff"), ErrorKind::Truncated);
    judge.value(Part::Proof, &[7], raw(b"\x5a\xff\xff\xff\xff"), ErrorKind::Truncated);
}

#[test]
fn map_with_fewer_entries_than_it_says_rejected() {
    let judge = Judge::new();
    for part in ARTIFACTS {
        let claims = content(&judge.forge(part).part(part).message.payload).to_vec();
        let one_more = [&[claims[0] + 1], &claims[1..]].concat();
        judge.claims(part, |message| message.payload = bstr(&one_more), ErrorKind::Truncated, claims.len());
    }
}

#[test]
fn bytes_after_a_protected_header_rejected() {
    let judge = Judge::new();
    for part in ARTIFACTS {
        for more in [b"\x00".as_slice(), b"\xa0", b"\xff"] {
            let append = |message: &mut Message| {
                message.protected = bstr(&[content(&message.protected), more].concat());
            };
            let len = content(&judge.forge(part).part(part).message.protected).len();
            judge.message(part, append, ErrorKind::TrailingBytes, Spot::Header(len));
        }
    }
}

#[test]
fn bytes_after_a_claims_set_rejected() {
    let judge = Judge::new();
    for part in ARTIFACTS {
        let claims = content(&judge.forge(part).part(part).message.payload).to_vec();
        let more = [&claims, b"\x00".as_slice()].concat();
        judge.claims(part, |message| message.payload = bstr(&more), ErrorKind::TrailingBytes, claims.len());
    }
}

#[test]
fn bytes_after_a_proof_rejected() {
    let judge = Judge::new();
    let proof = judge.forge(Part::Proof).token();
    for more in [b"\x00".as_slice(), &proof] {
        let error = judge.verdict(Part::Proof, &[proof.as_slice(), more].concat()).unwrap_err();
        let byte = u32::try_from(proof.len()).ok();
        assert_eq!((error.kind, error.at.part, error.at.byte), (ErrorKind::TrailingBytes, Part::Proof, byte));
    }
}

#[test]
fn reserved_additional_information_rejected() {
    let judge = Judge::new();
    for part in ARTIFACTS {
        for major in 0..8_u8 {
            for info in 28..=30 {
                judge.value(part, &[integer(part)], raw(&[major << 5 | info]), ErrorKind::ReservedHead);
            }
        }
        judge.message(part, |message| message.before[0] = 0xdc, ErrorKind::ReservedHead, Spot::Tag);
        judge.message(part, |message| message.before[1] = 0x9e, ErrorKind::ReservedHead, Spot::Array);
    }
}

#[test]
fn indefinite_lengths_and_stray_breaks_rejected() {
    let judge = Judge::new();
    for part in ARTIFACTS {
        for indefinite in [b"\x5f\x41a\xff".as_slice(), b"\x7f\x61a\xff", b"\x9f\xff", b"\xbf\xff", b"\xff", b"\x1f"] {
            judge.value(part, &[integer(part)], raw(indefinite), ErrorKind::IndefiniteLength);
            judge.value(part, &[OURS], raw(indefinite), ErrorKind::IndefiniteLength);
        }
        judge.message(part, |message| message.before[1] = 0x9f, ErrorKind::IndefiniteLength, Spot::Array);
        let chunked = |message: &mut Message| {
            message.protected = [b"\x5f".as_slice(), &message.protected, b"\xff"].concat();
        };
        judge.message(part, chunked, ErrorKind::IndefiniteLength, Spot::Protected);
        judge.message(
            part,
            |message| message.unprotected = b"\xbf\xff".to_vec(),
            ErrorKind::IndefiniteLength,
            Spot::Unprotected,
        );
    }
}

#[test]
fn heads_longer_than_needed_rejected() {
    let judge = Judge::new();
    for part in ARTIFACTS {
        for integer_of in [
            b"\x18\x17".as_slice(),
            b"\x19\x00\xff",
            b"\x1a\x00\x00\xff\xff",
            b"\x1b\x00\x00\x00\x00\xff\xff\xff\xff",
            b"\x38\x00",
            b"\x58\x00",
            b"\x78\x01a",
            b"\x98\x00",
            b"\xb8\x00",
            b"\xd8\x12\x00",
        ] {
            judge.value(part, &[integer(part)], raw(integer_of), ErrorKind::HeadNotShortest);
        }
        // The right time in four bytes more, the right tag, the right arity, the right length.
        let time = encode(&judge.forge(part).part(part).message.get(&[integer(part)]));
        let wide = [b"\x1b\x00\x00\x00\x00", &time[1..]].concat();
        judge.value(part, &[integer(part)], raw(&wide), ErrorKind::HeadNotShortest);
        judge.message(part, |message| message.before = b"\xd8\x12\x84".to_vec(), ErrorKind::HeadNotShortest, Spot::Tag);
        judge.message(
            part,
            |message| message.before = b"\xd2\x98\x04".to_vec(),
            ErrorKind::HeadNotShortest,
            Spot::Array,
        );
        let long = |message: &mut Message| {
            message.protected = [b"\x59\x00", &message.protected[1..]].concat();
        };
        judge.message(part, long, ErrorKind::HeadNotShortest, Spot::Protected);
    }
}

#[test]
fn same_key_in_a_longer_encoding_rejected() {
    let judge = Judge::new();
    for part in ARTIFACTS {
        let offset = judge.forge(part).part(part).message.offset(&[OURS]) - 5;
        let twice = |message: &mut Message| {
            message.claims(|claims| {
                let entries = claims.as_map_mut().unwrap();
                let last = entries.len() - 1;
                entries.insert(last, (raw(b"\x18\x06"), raw(b"\x00")));
            });
        };
        judge.claims(part, twice, ErrorKind::HeadNotShortest, offset);
    }
}

#[test]
fn types_that_do_not_belong_rejected() {
    let judge = Judge::new();
    let others = [
        b"\xf9\x00\x00".as_slice(),
        b"\xf9\x80\x00",
        b"\xf9\x7e\x00",
        b"\xfa\x00\x00\x00\x00",
        b"\xfb\x41\xda\xd2\x74\x80\x00\x00\x00",
        b"\xf6",
        b"\xf7",
        b"\xe0",
        b"\xf8\xff",
        b"\xf4",
        b"\xf5",
        b"\xc1\x00",
        b"\xc2\x41\x01",
        b"\xd2\x00",
        b"\x80",
        b"\xa0",
        b"\x61a",
        b"\x41a",
        b"\x20",
    ];
    for part in ARTIFACTS {
        for other in others {
            judge.value(part, &[integer(part)], raw(other), ErrorKind::UnexpectedType);
        }
        for other in [b"\x80".as_slice(), b"\xf6", b"\x00", b"\x41\xa0", b"\xd8\x18\x41\xa0"] {
            judge.value(part, &[OURS], raw(other), ErrorKind::UnexpectedType);
        }
        for nil in [b"\xf6".as_slice(), b"\xf7", b"\xa0", b"\x80", b"\x60"] {
            judge.message(part, |message| message.protected = nil.to_vec(), ErrorKind::UnexpectedType, Spot::Protected);
            judge.message(part, |message| message.payload = nil.to_vec(), ErrorKind::UnexpectedType, Spot::Payload);
            judge.message(part, |message| message.seal = nil.to_vec(), ErrorKind::UnexpectedType, Spot::Seal);
        }
        judge.message(
            part,
            |message| message.unprotected = b"\x40".to_vec(),
            ErrorKind::UnexpectedType,
            Spot::Unprotected,
        );
        judge.message(part, |message| message.before[1] = 0xa4, ErrorKind::UnexpectedType, Spot::Array);
    }
    // `true` is all that a demand without a value may say, and "anyone" too.
    for part in LINKS {
        judge.value(part, &[OURS, 5, 5], raw(b"\xf4"), ErrorKind::UnexpectedType);
        judge.value(part, &[OURS, 5], raw(b"\xf4"), ErrorKind::UnexpectedType);
        judge.value(part, &[OURS, 5], raw(b"\x00"), ErrorKind::UnexpectedType);
    }
}

#[test]
fn integers_outside_their_domain_rejected() {
    let judge = Judge::new();
    for part in ARTIFACTS {
        for beyond in [b"\x1b\x80\x00\x00\x00\x00\x00\x00\x00".as_slice(), b"\x1b\xff\xff\xff\xff\xff\xff\xff\xff"] {
            judge.value(part, &[integer(part)], raw(beyond), ErrorKind::IntegerOutOfRange);
        }
    }
    // A range from −2⁶³ is the widest; below it, and at −2⁶⁴, there is nothing.
    let below = [b"\x3b\x80\x00\x00\x00\x00\x00\x00\x00".as_slice(), b"\x3b\xff\xff\xff\xff\xff\xff\xff\xff"];
    for beyond in below {
        judge.value(Part::Link(0), &[OURS, 4, 0, 2, 0, 1], raw(beyond), ErrorKind::IntegerOutOfRange);
        judge.value(Part::Credential(1), &[OURS, 16, 0], raw(beyond), ErrorKind::IntegerOutOfRange);
        judge.value(Part::Credential(1), &[8, 1, 1], raw(beyond), ErrorKind::IntegerOutOfRange);
    }
}

#[test]
fn text_that_is_not_utf8_rejected() {
    let judge = Judge::new();
    let broken = [
        b"\x61\x80".as_slice(),
        b"\x62\xc0\x80",
        b"\x63\xed\xa0\x80",
        b"\x64\xf4\x90\x80\x80",
        b"\x62\xc3\x28",
        b"\x61\xff",
    ];
    for text in broken {
        for part in LINKS {
            judge.value(part, &[1], raw(text), ErrorKind::InvalidUtf8);
            judge.value(part, &[OURS, 3], raw(text), ErrorKind::InvalidUtf8);
        }
        judge.value(Part::Credential(0), &[2], raw(text), ErrorKind::InvalidUtf8);
        judge.value(Part::HandOver(0), &[OURS, 20], raw(text), ErrorKind::InvalidUtf8);
        judge.value(Part::Proof, &[3], raw(text), ErrorKind::InvalidUtf8);
    }
}
