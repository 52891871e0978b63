//! V203–V208: heads, types, integers and text.

use ciborium::Value;
use throughline::ErrorKind;

use super::{ARTIFACTS, Bench, LINKS, On, Spot, turn};
use crate::common::cbor::{OURS, encode, raw};
use crate::common::forge::Message;

pub(super) fn publish(bench: &mut Bench<'_>) {
    reserved(bench);
    indefinite(bench);
    not_shortest(bench);
    types(bench);
    integers(bench);
    texts(bench);
}

/// A claim of each artifact that is an integer.
const fn integer(on: On) -> i64 {
    match on {
        On::Proof | On::Mac => 6,
        _ => 4,
    }
}

const fn integer_name(on: On) -> &'static str {
    match on {
        On::Proof | On::Mac => "iat",
        _ => "exp",
    }
}

/// A claim of each artifact that is a text.
const fn text_path(on: On) -> &'static [i64] {
    match on {
        On::Proof | On::Mac => &[3],
        On::HandOver(_) => &[OURS, 20],
        On::Credential(_) | On::Alone => &[2],
        On::Root | On::Link(_) | On::Last | On::List => &[1],
    }
}

fn reserved(bench: &mut Bench<'_>) {
    for on in ARTIFACTS {
        let what = format!("{} has additional information 28", integer_name(on));
        bench.value(ErrorKind::ReservedHead, "integer-28", on, &what, &[integer(on)], raw(b"\x1c"));
    }
    for (n, (id, head, what)) in [
        ("integer-29", b"\x1d", "an integer has additional information 29"),
        ("integer-30", b"\x1e", "an integer has additional information 30"),
        ("negative-28", b"\x3c", "a negative integer has additional information 28"),
        ("bytes-29", b"\x5d", "a byte string has additional information 29"),
        ("text-30", b"\x7e", "a text has additional information 30"),
        ("array-28", b"\x9c", "an array has additional information 28"),
        ("map-29", b"\xbd", "a map has additional information 29"),
        ("tag-30", b"\xde", "a tag has additional information 30"),
        ("simple-28", b"\xfc", "a simple value has additional information 28"),
    ]
    .into_iter()
    .enumerate()
    {
        let on = turn(n);
        bench.value(ErrorKind::ReservedHead, id, on, what, &[integer(on)], raw(head));
    }
    for on in LINKS {
        let what = "the outer tag has additional information 28";
        bench.message(ErrorKind::ReservedHead, "outer-tag", on, what, Spot::Tag, |message| message.before[0] = 0xdc);
        let what = "the outer array has additional information 30";
        bench
            .message(ErrorKind::ReservedHead, "outer-array", on, what, Spot::Array, |message| message.before[1] = 0x9e);
    }
}

fn indefinite(bench: &mut Bench<'_>) {
    for on in ARTIFACTS {
        let what = "the map of our own claims has indefinite length";
        bench.claims(ErrorKind::IndefiniteLength, "own-claims", on, what, |message| {
            let offset = message.offset(&[OURS]);
            let entries = encode(&message.get(&[OURS]));
            // Its count fits into the head.
            message.put(&[OURS], raw(&[b"\xbf", &entries[1..], b"\xff"].concat()));
            Some(offset)
        });
    }
    for (n, (id, value, what)) in [
        ("bytes-in-chunks", b"\x5f\x41a\xff".as_slice(), "a byte string in chunks"),
        ("text-in-chunks", b"\x7f\x61a\xff", "a text in chunks"),
        ("array", b"\x9f\xff", "an array of indefinite length"),
        ("map", b"\xbf\xff", "a map of indefinite length"),
        ("break", b"\xff", "a break that ends nothing"),
        ("integer-31", b"\x1f", "an integer with additional information 31"),
        ("tag-31", b"\xdf", "a tag with additional information 31"),
    ]
    .into_iter()
    .enumerate()
    {
        let on = turn(n);
        let what = format!("{} is {what}", integer_name(on));
        bench.value(ErrorKind::IndefiniteLength, id, on, &what, &[integer(on)], raw(value));
    }
    for on in LINKS {
        let what = "the right text is in chunks";
        bench.claims(ErrorKind::IndefiniteLength, "iss-in-chunks", on, what, |message| {
            let offset = message.offset(&[1]);
            let whole = encode(&message.get(&[1]));
            message.put(&[1], raw(&[b"\x7f", whole.as_slice(), b"\xff"].concat()));
            Some(offset)
        });
    }
    for (n, on) in [On::Root, On::Last, On::Credential(0), On::Proof, On::List].into_iter().enumerate() {
        let what = "the array of COSE has indefinite length";
        bench.message(ErrorKind::IndefiniteLength, "outer-array", on, what, Spot::Array, |message| {
            message.before[1] = 0x9f;
            message.seal.push(0xff);
        });
        if n % 2 == 0 {
            let what = "the protected header is in chunks";
            bench.message(ErrorKind::IndefiniteLength, "protected-header", on, what, Spot::Protected, |message| {
                message.protected = [b"\x5f".as_slice(), &message.protected, b"\xff"].concat();
            });
        } else {
            let what = "the unprotected header is an empty map of indefinite length";
            bench.message(ErrorKind::IndefiniteLength, "unprotected-header", on, what, Spot::Unprotected, |message| {
                message.unprotected = b"\xbf\xff".to_vec();
            });
        }
    }
}

fn not_shortest(bench: &mut Bench<'_>) {
    for on in ARTIFACTS {
        let what = format!("{} has its right value in nine bytes instead of five", integer_name(on));
        bench.claims(ErrorKind::HeadNotShortest, "right-time", on, &what, |message| {
            let offset = message.offset(&[integer(on)]);
            let time = encode(&message.get(&[integer(on)]));
            message.put(&[integer(on)], raw(&[b"\x1b\x00\x00\x00\x00", &time[1..]].concat()));
            Some(offset)
        });
        let what = "the right text has a length of two bytes more than it needs";
        bench.claims(ErrorKind::HeadNotShortest, "right-text", on, what, |message| {
            let offset = message.offset(text_path(on));
            let whole = message.get(text_path(on));
            let content = whole.as_text().unwrap().as_bytes();
            let len = u32::try_from(content.len()).unwrap().to_be_bytes();
            message.put(text_path(on), raw(&[b"\x7a", len.as_slice(), content].concat()));
            Some(offset)
        });
    }
    for (n, (id, value, what)) in [
        ("23-in-two-bytes", b"\x18\x17".as_slice(), "the integer 23 in two bytes"),
        ("255-in-three-bytes", b"\x19\x00\xff", "the integer 255 in three bytes"),
        ("65535-in-five-bytes", b"\x1a\x00\x00\xff\xff", "the integer 65,535 in five bytes"),
        ("2-to-the-32-less-1-in-nine-bytes", b"\x1b\x00\x00\x00\x00\xff\xff\xff\xff", "2³² − 1 in nine bytes"),
        ("minus-1-in-two-bytes", b"\x38\x00", "−1 in two bytes"),
        ("no-bytes-in-two-bytes", b"\x58\x00", "an empty byte string with a head of two bytes"),
        ("text-of-one-in-two-bytes", b"\x78\x01a", "a text of one byte with a head of two bytes"),
        ("array-of-none-in-two-bytes", b"\x98\x00", "an empty array with a head of two bytes"),
        ("map-of-none-in-two-bytes", b"\xb8\x00", "an empty map with a head of two bytes"),
        ("tag-18-in-two-bytes", b"\xd8\x12\x00", "tag 18 in two bytes"),
    ]
    .into_iter()
    .enumerate()
    {
        let on = turn(n);
        let what = format!("{} is {what}", integer_name(on));
        bench.value(ErrorKind::HeadNotShortest, id, on, &what, &[integer(on)], raw(value));
    }
    for on in [On::Root, On::Link(1), On::Last, On::Proof, On::List] {
        let what = "the outer tag 18 is in two bytes";
        bench.message(ErrorKind::HeadNotShortest, "outer-tag", on, what, Spot::Tag, |message| {
            message.before = b"\xd8\x12\x84".to_vec();
        });
    }
    for on in [On::Link(1), On::Credential(0), On::Alone] {
        let what = "the array of COSE has its count in two bytes";
        bench.message(ErrorKind::HeadNotShortest, "outer-array", on, what, Spot::Array, |message| {
            message.before = b"\xd2\x98\x04".to_vec();
        });
    }
    for on in [On::Root, On::HandOver(0), On::Proof] {
        let what = "the protected header's length is in three bytes";
        bench.message(ErrorKind::HeadNotShortest, "protected-header", on, what, Spot::Protected, |message| {
            message.protected = [b"\x59\x00", &message.protected[1..]].concat();
        });
    }
    for on in [On::Root, On::Last, On::Credential(0), On::HandOver(0), On::Proof, On::List] {
        let what = "the payload's length is in a byte or two more than it needs";
        bench.message(ErrorKind::HeadNotShortest, "payload", on, what, Spot::Payload, |message| {
            let longer = if message.payload[0] == 0x58 { b"\x59\x00".as_slice() } else { b"\x5a\x00\x00" };
            message.payload = [longer, &message.payload[1..]].concat();
        });
    }
    for on in [On::Last, On::Credential(0), On::List] {
        let what = "the signature's length is in three bytes";
        bench.message(ErrorKind::HeadNotShortest, "signature", on, what, Spot::Seal, |message| {
            message.seal = [b"\x59\x00", &message.seal[1..]].concat();
        });
    }
    for on in ARTIFACTS {
        let what = "behind a claim stands the same key once more, in two bytes";
        bench.claims(ErrorKind::HeadNotShortest, "same-key-longer", on, what, |message| {
            let offset = message.offset(&[OURS]) - encode(&Value::Integer(OURS.into())).len();
            message.claims(|claims| {
                let entries = claims.as_map_mut().unwrap();
                let last = entries.len() - 1;
                entries.insert(last, (raw(b"\x18\x06"), raw(b"\x00")));
            });
            Some(offset)
        });
    }
}

fn types(bench: &mut Bench<'_>) {
    for on in ARTIFACTS {
        let what = format!("{} is null", integer_name(on));
        bench.value(ErrorKind::UnexpectedType, "null", on, &what, &[integer(on)], Value::Null);
        let what = "the payload is nil: detached";
        bench.message(ErrorKind::UnexpectedType, "payload-detached", on, what, Spot::Payload, |message| {
            message.payload = vec![0xf6];
        });
        let what = "the protected header is a map and not a byte string around one";
        bench.message(ErrorKind::UnexpectedType, "protected-header-as-a-map", on, what, Spot::Protected, |message| {
            message.protected = crate::common::forge::content(&message.protected).to_vec();
        });
        let what = "tag 18 stands twice";
        bench.message(ErrorKind::UnexpectedType, "tag-twice", on, what, Spot::Array, |message| {
            message.before = b"\xd2\xd2\x84".to_vec();
        });
    }
    let others: [(&str, &[u8], &str); 20] = [
        ("half-float-zero", b"\xf9\x00\x00", "the half-precision float 0.0"),
        ("half-float-minus-zero", b"\xf9\x80\x00", "the half-precision float −0.0"),
        ("half-float-nan", b"\xf9\x7e\x00", "NaN"),
        ("single-float", b"\xfa\x4e\xd6\x93\xa4", "the time as a single-precision float"),
        ("double-float", b"\xfb\x41\xda\xd2\x74\x80\x00\x00\x00", "the time as a double-precision float"),
        ("infinity", b"\xf9\x7c\x00", "infinity"),
        ("undefined", b"\xf7", "undefined"),
        ("simple-0", b"\xe0", "simple value 0"),
        ("simple-255", b"\xf8\xff", "simple value 255"),
        ("false", b"\xf4", "false"),
        ("true", b"\xf5", "true"),
        ("date-tag", b"\xc1\x1a\x6b\x49\xd2\x3c", "the time inside the tag for dates"),
        ("small-bignum", b"\xc2\x41\x01", "a bignum for a small integer"),
        ("big-bignum", b"\xc2\x49\x01\x00\x00\x00\x00\x00\x00\x00\x00", "a bignum beyond 64 bits"),
        ("empty-array", b"\x80", "an empty array"),
        ("empty-map", b"\xa0", "an empty map"),
        ("text", b"\x6a1800003600", "the time as a text"),
        ("bytes", b"\x44\x6b\x49\xd2\x3c", "the time as bytes"),
        ("minus-1", b"\x20", "−1"),
        ("minus-2-to-the-63", b"\x3b\x7f\xff\xff\xff\xff\xff\xff\xff", "−2⁶³"),
    ];
    for (n, (id, value, what)) in others.into_iter().enumerate() {
        let on = turn(n + 3);
        let what = format!("{} is {what}", integer_name(on));
        bench.value(ErrorKind::UnexpectedType, id, on, &what, &[integer(on)], raw(value));
    }
    types_elsewhere(bench);
}

fn types_elsewhere(bench: &mut Bench<'_>) {
    for (n, (id, value, what)) in [
        ("own-claims-as-bytes", b"\x41\xa0".as_slice(), "our own claims are bytes around a map"),
        ("own-claims-tagged", b"\xd8\x18\x41\xa0", "our own claims are CBOR in a tag"),
        ("own-claims-as-an-array", b"\x80", "our own claims are an array"),
        ("own-claims-null", b"\xf6", "our own claims are null"),
    ]
    .into_iter()
    .enumerate()
    {
        let on = turn(2 * n + 1);
        bench.value(ErrorKind::UnexpectedType, id, on, what, &[OURS], raw(value));
    }
    for (n, on) in ARTIFACTS.into_iter().enumerate() {
        let (id, value, what) = [
            ("signature-nil", b"\xf6".as_slice(), "the signature is nil"),
            ("signature-as-a-text", b"\x60", "the signature is a text"),
            ("unprotected-header-as-bytes", b"\x40", "the unprotected header is a byte string"),
            ("payload-as-a-map", b"\xa0", "the payload is a map and not a byte string around one"),
        ][n % 4];
        match n % 4 {
            0 | 1 => bench.message(ErrorKind::UnexpectedType, id, on, what, Spot::Seal, |message| {
                message.seal = value.to_vec();
            }),
            2 => bench.message(ErrorKind::UnexpectedType, id, on, what, Spot::Unprotected, |message| {
                message.unprotected = value.to_vec();
            }),
            _ => bench.message(ErrorKind::UnexpectedType, id, on, what, Spot::Payload, |message| {
                message.payload = value.to_vec();
            }),
        };
    }
    for on in [On::Link(1), On::Credential(0), On::List] {
        let what = "behind the tag stands a map instead of an array";
        bench
            .message(ErrorKind::UnexpectedType, "outer-map", on, what, Spot::Array, |message| message.before[1] = 0xa4);
    }
    for on in LINKS {
        let rich = &mut bench.on("decode-rich");
        let wrong = ErrorKind::UnexpectedType;
        rich.value(
            wrong,
            "handover-demand-false",
            on,
            "a demand for a hand-over is false",
            &[OURS, 5, 5],
            raw(b"\xf4"),
        );
        rich.value(wrong, "next-false", on, "next is false", &[OURS, 5], raw(b"\xf4"));
        rich.value(wrong, "next-integer", on, "next is an integer", &[OURS, 5], raw(b"\x00"));
        rich.value(wrong, "next-array", on, "next is an array", &[OURS, 5], raw(b"\x81\xf5"));
        rich.value(wrong, "vouched-one", on, "a demand for vouched actors is 1", &[OURS, 6, 6], raw(b"\x01"));
        rich.value(wrong, "limit-null", on, "a limit of a grant is null", &[OURS, 4, 1, 2, 0], raw(b"\xf6"));
        rich.value(wrong, "value-null", on, "the value of a limit is null", &[OURS, 4, 0, 2, 1, 1], raw(b"\xf6"));
    }
    bench.value(
        ErrorKind::UnexpectedType,
        "property-float",
        On::Credential(0),
        "a property is a float",
        &[OURS, 16, 0],
        raw(b"\xf9\x40\x00"),
    );
    bench.value(
        ErrorKind::UnexpectedType,
        "property-array",
        On::Alone,
        "a property is an array",
        &[OURS, 16, 0],
        raw(b"\x81\x02"),
    );
    for (id, on, key, what) in [
        ("label-as-a-text", On::Link(1), b"\x63exp".as_slice(), "a label is a text"),
        ("label-as-bytes", On::Proof, b"\x41\x06", "a label is a byte string"),
        ("label-as-a-float", On::List, b"\xf9\x46\x00", "a label is a float"),
    ] {
        bench.claims(ErrorKind::UnexpectedType, id, on, what, |message| {
            let offset = message.offset(&[OURS]) - 5;
            message.claims(|claims| {
                let entries = claims.as_map_mut().unwrap();
                let last = entries.len() - 1;
                entries.insert(last, (raw(key), raw(b"\x00")));
            });
            Some(offset)
        });
    }
    for on in [On::Proof, On::Mac] {
        let what = "aud is an array of one audience";
        bench.inside(ErrorKind::UnexpectedType, "aud-as-an-array", on, what, &[3], raw(b"\x81\x61a"));
    }
    // A payload that a recursive decoder would follow down.
    for (id, on, byte, what) in [
        ("nested-arrays", On::Root, 0x81, "exp is an array in an array, a thousand times"),
        ("nested-tags", On::Link(1), 0xc1, "exp is a tag in a tag, a thousand times"),
        ("nested-maps", On::Last, 0xa1, "exp is a map in a map, a thousand times"),
    ] {
        bench.value(ErrorKind::UnexpectedType, id, on, what, &[4], raw(&[byte; 1_000]));
    }
}

fn integers(bench: &mut Bench<'_>) {
    for on in ARTIFACTS {
        let what = format!("{} is 2⁶³", integer_name(on));
        let beyond = raw(b"\x1b\x80\x00\x00\x00\x00\x00\x00\x00");
        bench.value(ErrorKind::IntegerOutOfRange, "time-2-to-the-63", on, &what, &[integer(on)], beyond);
    }
    let highest = b"\x1b\xff\xff\xff\xff\xff\xff\xff\xff";
    for (id, on, path, what) in [
        ("iat-2-to-the-64", On::Link(1), [6].as_slice(), "iat is 2⁶⁴ − 1"),
        ("exp-2-to-the-64", On::Alone, &[4], "exp is 2⁶⁴ − 1"),
        ("number-2-to-the-64", On::List, &[OURS, 21], "number is 2⁶⁴ − 1"),
    ] {
        bench.value(ErrorKind::IntegerOutOfRange, id, on, what, path, raw(highest));
    }
    for on in LINKS {
        let what = "position is 2⁶³";
        let beyond = raw(b"\x1b\x80\x00\x00\x00\x00\x00\x00\x00");
        bench.value(ErrorKind::IntegerOutOfRange, "position-2-to-the-63", on, what, &[OURS, 2], beyond);
    }
    let below = b"\x3b\x80\x00\x00\x00\x00\x00\x00\x00";
    let lowest = b"\x3b\xff\xff\xff\xff\xff\xff\xff\xff";
    let range: &[i64] = &[OURS, 4, 0, 2, 0, 1];
    let wrong = ErrorKind::IntegerOutOfRange;
    bench.value(wrong, "range-from-below", On::Root, "a range begins at −2⁶³ − 1", range, raw(below));
    bench.value(wrong, "range-from-lowest", On::Root, "a range begins at −2⁶⁴", range, raw(lowest));
    let range: &[i64] = &[OURS, 4, 0, 2, 0, 2];
    bench.value(wrong, "range-to-2-to-the-63", On::Root, "a range ends at 2⁶³", range, raw(b"\x1b\x80\0\0\0\0\0\0\0"));
    let property: &[i64] = &[OURS, 16, 0];
    bench.value(wrong, "property-below", On::Credential(0), "a property is −2⁶³ − 1", property, raw(below));
    bench.value(wrong, "property-lowest", On::Alone, "a property is −2⁶⁴", property, raw(lowest));
}

fn texts(bench: &mut Bench<'_>) {
    let spoil = |bench: &mut Bench<'_>, id: &str, on: On, wrong: &[u8], what: &str| {
        let what = format!("a text ends in {what}");
        bench.claims(ErrorKind::InvalidUtf8, id, on, &what, |message: &mut Message| {
            let offset = message.offset(text_path(on));
            let value = message.get(text_path(on));
            let content = [value.as_text().unwrap().as_bytes(), wrong].concat();
            let head = crate::common::cbor::head(3, u64::try_from(content.len()).unwrap());
            message.put(text_path(on), raw(&[head, content].concat()));
            Some(offset)
        });
    };
    for on in ARTIFACTS {
        spoil(bench, "byte-ff", on, b"\xff", "the byte ff");
    }
    for (n, (id, wrong, what)) in [
        ("stray-continuation", b"\x80".as_slice(), "a continuation byte that continues nothing"),
        ("overlong-slash", b"\xc0\xaf", "an overlong slash"),
        ("overlong-nul", b"\xe0\x80\x80", "an overlong NUL"),
        ("surrogate", b"\xed\xa0\x80", "a surrogate"),
        ("surrogate-pair", b"\xed\xa0\xbd\xed\xb8\x80", "a pair of surrogates"),
        ("beyond-unicode", b"\xf4\x90\x80\x80", "a code point above U+10FFFF"),
        ("cut-sequence", b"\xe2\x82", "a sequence cut short"),
        ("latin-1", b"\xe9", "a letter in Latin-1"),
    ]
    .into_iter()
    .enumerate()
    {
        spoil(bench, id, turn(n), wrong, what);
    }
}
