//! Every malformed form of a list of grants, refused with its kind at its byte.

use std::format;
use std::string::String;
use std::vec::Vec;

use crate::cbor::Cursor;
use crate::error::{ErrorKind, Part};
use crate::grant::tests::encode::{
    array, boolean, bytes, grant, head, int, limit, limited, list, map, numbered, text, with_limit,
};
use crate::grant::{Access, Grants, GrantsSpan, MAX_CEILING};

#[test]
fn empty_list_is_the_default_and_admits_nothing() {
    let nothing = Grants::default();
    assert_eq!((nothing.encoded(), nothing.len(), nothing.is_empty()), (&[0x80][..], 0, true));
    assert_eq!(decode(nothing.encoded()), Ok(0));
    assert_eq!(nothing.admits(&Access::new("a", "r", &[]).expect("well-formed")), None);
    let everything = list(&[grant("*", "*")]);
    let everything = Grants::decode(&everything).expect("well-formed");
    assert_eq!((nothing.narrows(&everything), everything.narrows(&nothing)), (Ok(()), Err(0)));
}

#[test]
fn every_form_of_grant_is_read() {
    let limits = [
        (text("i"), limit(0, &[int(i64::MIN)])),
        (text("p"), limit(3, &[text("s3://bucket/*")])),
        (text("r"), limit(2, &[int(i64::MIN), int(i64::MAX)])),
        (text("v"), limit(1, &[array(&[int(1), int(-1), text(""), boolean(true)])])),
    ];
    let encoded = list(&[array(&[text("mail.*"), text("/in/*"), map(&limits)])]);
    let grant = Grants::decode(&encoded).expect("well-formed").iter().next().expect("one");
    assert_eq!((grant.action(), grant.resource()), ("mail.*", "/in/*"));
    let shown: Vec<String> = grant.limits().map(|(name, limit)| format!("{name} {limit:?}")).collect();
    assert_eq!(shown[0], "i Equals(Int(-9223372036854775808))");
    assert_eq!(shown[1], "p Prefix(\"s3://bucket/*\")");
    assert_eq!(shown[2], "r Range { lo: -9223372036854775808, hi: 9223372036854775807 }");
    assert_eq!(shown[3], "v OneOf({Int(1), Int(-1), Text(\"\"), Bool(true)})");
    assert_eq!(shown.len(), 4);
}

#[test]
fn bytes_behind_the_list_are_rejected() {
    refused(&[list(&[]), [0].into()].concat(), ErrorKind::TrailingBytes, 1);
    refused(&[], ErrorKind::Truncated, 0);
}

#[test]
fn heads_that_are_not_deterministic_are_rejected() {
    refused(&[0x9f, 0xff], ErrorKind::IndefiniteLength, 0);
    refused(&[0x9c], ErrorKind::ReservedHead, 0);
    refused(&[0x98, 0], ErrorKind::HeadNotShortest, 0);
    refused(&[0x81, 0x9f], ErrorKind::IndefiniteLength, 1);
    in_value(&[0x18, 23], ErrorKind::HeadNotShortest);
    in_value(&[0x5c], ErrorKind::ReservedHead);
    in_value(&[0x5f], ErrorKind::IndefiniteLength);
}

#[test]
fn types_that_do_not_belong_are_rejected() {
    refused(&map(&[]), ErrorKind::UnexpectedType, 0);
    refused(&array(&[int(0)]), ErrorKind::UnexpectedType, 1);
    refused(&array(&[array(&[int(0), text("r")])]), ErrorKind::UnexpectedType, 2);
    refused(&array(&[array(&[text("a"), bytes(b"r")])]), ErrorKind::UnexpectedType, 4);
    refused(&array(&[array(&[text("a"), text("r"), array(&[])])]), ErrorKind::UnexpectedType, 6);
    refused(&limited(&[(int(1), limit(0, &[int(0)]))]), ErrorKind::UnexpectedType, 7);
    refused(&limited(&[(text("n"), int(0))]), ErrorKind::UnexpectedType, 9);
    // null, undefined, a simple value, floats, bytes, an array, a map, a tag
    let others: [&[u8]; 9] = [
        &[0xf6],
        &[0xf7],
        &[0xf8, 32],
        &[0xf9, 0, 0],
        &[0xfb, 0, 0, 0, 0, 0, 0, 0, 0],
        &[0x40],
        &[0x80],
        &[0xa0],
        &[0xc0, 0],
    ];
    for other in others {
        in_value(other, ErrorKind::UnexpectedType);
        in_limit(&array(&[other.to_vec(), int(0)]), ErrorKind::UnexpectedType, 1);
        in_limit(&limit(1, &[array(&[other.to_vec()])]), ErrorKind::UnexpectedType, 3);
        in_limit(&limit(2, &[int(0), other.to_vec()]), ErrorKind::UnexpectedType, 3);
        in_limit(&limit(3, &[other.to_vec()]), ErrorKind::UnexpectedType, 2);
    }
    in_limit(&limit(1, &[int(0)]), ErrorKind::UnexpectedType, 2);
    in_limit(&limit(2, &[text("0"), int(0)]), ErrorKind::UnexpectedType, 2);
    in_limit(&array(&[int(-1), int(0)]), ErrorKind::UnexpectedType, 1);
}

#[test]
fn integers_beyond_64_bits_with_sign_are_rejected() {
    for major in [0, 1] {
        assert_eq!(decode(&with_limit(&limit(0, &[head(major, (1 << 63) - 1)]))), Ok(1));
        in_value(&head(major, 1 << 63), ErrorKind::IntegerOutOfRange);
        in_limit(&limit(2, &[head(major, 1 << 63), int(0)]), ErrorKind::IntegerOutOfRange, 2);
    }
    in_limit(&array(&[head(0, 1 << 63), int(0)]), ErrorKind::IntegerOutOfRange, 1);
}

#[test]
fn text_that_is_not_utf8_is_rejected() {
    let broken = Vec::from([0x61, 0xff]);
    refused(&array(&[array(&[broken.clone(), text("r")])]), ErrorKind::InvalidUtf8, 2);
    refused(&array(&[array(&[text("a"), broken.clone()])]), ErrorKind::InvalidUtf8, 4);
    refused(&limited(&[(broken.clone(), limit(0, &[int(0)]))]), ErrorKind::InvalidUtf8, 7);
    in_value(&broken, ErrorKind::InvalidUtf8);
    in_limit(&limit(3, &[broken]), ErrorKind::InvalidUtf8, 2);
}

#[test]
fn lengths_at_their_bounds_are_read_and_beyond_rejected() {
    let long = |len| String::from("x").repeat(len);
    for (min, max, make) in [
        (1, 128, (|text| array(&[array(&[text, self::text("r")])])) as fn(Vec<u8>) -> Vec<u8>),
        (1, 1_024, |text| array(&[array(&[self::text("a"), text])])),
        (1, 128, |text| limited(&[(text, limit(0, &[int(0)]))])),
        (0, 1_024, |text| with_limit(&limit(0, &[text]))),
        (0, 1_024, |text| with_limit(&limit(1, &[array(&[text])]))),
        (1, 1_024, |text| with_limit(&limit(3, &[text]))),
    ] {
        assert_eq!((decode(&make(text(&long(min)))), decode(&make(text(&long(max))))), (Ok(1), Ok(1)));
        assert_eq!(decode(&make(text(&long(max + 1)))), Err(ErrorKind::SizeOutOfRange));
        assert!(min == 0 || decode(&make(text(""))) == Err(ErrorKind::SizeOutOfRange));
    }
}

#[test]
fn counts_at_their_bounds_are_read_and_beyond_rejected() {
    let ints = |count: i64| (0..count).map(int).collect::<Vec<_>>();
    assert_eq!(decode(&with_limit(&limit(1, &[array(&ints(16))]))), Ok(1));
    in_limit(&limit(1, &[array(&ints(17))]), ErrorKind::SizeOutOfRange, 2);
    in_limit(&limit(1, &[array(&[])]), ErrorKind::SizeOutOfRange, 2);
    let names = |count: u8| (0..count).map(|n| (text(&format!("{n}")), limit(0, &[int(0)]))).collect::<Vec<_>>();
    assert_eq!(decode(&limited(&names(8))), Ok(1));
    refused(&limited(&names(9)), ErrorKind::SizeOutOfRange, 6);
    refused(&limited(&[]), ErrorKind::SizeOutOfRange, 6);
    assert_eq!(decode(&numbered(MAX_CEILING)), Ok(MAX_CEILING));
    refused(&numbered(MAX_CEILING + 1), ErrorKind::SizeOutOfRange, 0);
    refused(&head(4, u64::MAX), ErrorKind::SizeOutOfRange, 0);
}

#[test]
fn link_with_more_grants_than_the_format_or_the_limit_allows_is_rejected() {
    let within = |count, max| {
        // A tag in front, as in every artifact.
        let encoded = [Vec::from([0xd2]), numbered(count), Vec::from([0])].concat();
        let item = Cursor::new(&encoded);
        let mut cursor = item.advanced(1).expect("a tag");
        let read = GrantsSpan::read(&mut cursor, &item, max);
        let found = read.map(|span| Grants::at(&encoded, span).expect("it stands there"));
        let found = found.map(|grants| (grants.encoded() == numbered(count), grants.len()));
        found.map_err(|fault| fault.within(Part::Link(3))).map_err(|error| (error.kind, error.at.part, error.at.byte))
    };
    assert_eq!(within(16, 16), Ok((true, 16)));
    assert_eq!(within(0, 0), Ok((true, 0)));
    assert_eq!(within(5, 4), Err((ErrorKind::TooManyGrants, Part::Link(3), Some(1))));
    assert_eq!(within(17, 4), Err((ErrorKind::SizeOutOfRange, Part::Link(3), Some(1))));
    assert_eq!(within(17, 300), Err((ErrorKind::SizeOutOfRange, Part::Link(3), Some(1))));
}

#[test]
fn maps_and_sets_out_of_order_are_rejected() {
    let [a, b] = ["a", "b"].map(|name| (text(name), limit(0, &[int(0)])));
    refused(&limited(&[b.clone(), a.clone()]), ErrorKind::MapKeyOrder, 12);
    refused(&limited(&[a.clone(), a.clone()]), ErrorKind::MapKeyDuplicate, 12);
    // Shorter names first, then bytewise.
    refused(&limited(&[(text("aa"), limit(0, &[int(0)])), b]), ErrorKind::MapKeyOrder, 13);
    refused(&array(&[grant("b", "r"), grant("a", "r")]), ErrorKind::SetOrder, 6);
    refused(&array(&[grant("a", "r"), grant("a", "r")]), ErrorKind::SetOrder, 6);
    for values in [
        [int(1), int(0)],
        [int(-1), int(0)],
        [int(-2), int(-1)],
        [int(0), int(0)],
        [text(""), int(0)],
        [text("bb"), text("c")],
        [boolean(true), boolean(false)],
    ] {
        in_limit(&limit(1, &[array(&values)]), ErrorKind::SetOrder, 3 + values[0].len());
    }
}

#[test]
fn arrays_of_another_length_are_rejected() {
    refused(&array(&[array(&[])]), ErrorKind::WrongArity, 1);
    refused(&array(&[array(&[text("a")])]), ErrorKind::WrongArity, 1);
    let four = [text("a"), text("r"), map(&[(text("n"), limit(0, &[int(0)]))]), int(0)];
    refused(&array(&[array(&four)]), ErrorKind::WrongArity, 1);
    in_limit(&array(&[]), ErrorKind::WrongArity, 0);
    for kind in 0..4 {
        in_limit(&limit(kind, &[]), ErrorKind::WrongArity, 0);
        in_limit(&limit(kind, &[int(0), int(0), int(0)]), ErrorKind::WrongArity, 0);
        let other = if kind == 2 { limit(kind, &[int(0)]) } else { limit(kind, &[text("a"), text("a")]) };
        in_limit(&other, ErrorKind::WrongArity, 0);
    }
}

#[test]
fn argument_name_with_a_control_character_is_rejected() {
    for c in (0..0x20).chain([0x7f]).map(char::from) {
        refused(&limited(&[(text(&format!("n{c}")), limit(0, &[int(0)]))]), ErrorKind::IdentifierInvalid, 7);
    }
    assert_eq!(decode(&limited(&[(text("n \u{80}é*"), limit(0, &[int(0)]))])), Ok(1));
}

#[test]
fn malformed_patterns_are_rejected() {
    for action in
        [".", "a.", ".a", "a..b", "*.a", "a.*.b", "a.*.*", "a*", "*a", "**", ".*", "a b", "a\u{7f}", "é", "*.*"]
    {
        refused(&array(&[grant(action, "r")]), ErrorKind::PatternInvalid, 2);
    }
    let everywhere = [
        "/",
        "//a",
        "a/",
        "a//b",
        ".",
        "a/..",
        "a/./b",
        "..",
        "a\\b",
        "a\n",
        "a\0b",
        "%2e",
        "a%2Fb",
        "%5C",
        "%25",
        "a%252e",
        "a/%",
        "a/%2",
        "%zz",
        "%u002e",
        "%00",
        "a%1f",
        "%7F",
        "a/..;x",
        ".;",
        "s3://",
        "s3:///a",
        "S3://a",
        "3s://a",
        "://a",
        "/s3://a",
        "s3://a://b",
        "a/b://c",
    ];
    for path in everywhere {
        refused(&array(&[grant("a", path)]), ErrorKind::PatternInvalid, 4);
        in_limit(&limit(3, &[text(path)]), ErrorKind::PatternInvalid, 2);
    }
    for resource in ["a*", "*a", "**", "*/a", "a/*/b", "a/*/*", "*/*", "//*", "s3:*", "S3://*", "s3:///*"] {
        refused(&array(&[grant("a", resource)]), ErrorKind::PatternInvalid, 4);
    }
    for resource in [
        "*",
        "/*",
        "s3://*",
        "a/*",
        "/a/*",
        "s3://a/b",
        "x+y-z.0://a",
        "s3:/a",
        "urn:a:b",
        "a/%41",
        "...",
        "a;b",
        "..a;b",
        "a/ é?#",
    ] {
        assert_eq!(decode(&array(&[grant("a", resource)])), Ok(1), "{resource:?}");
    }
}

#[test]
fn unknown_kind_of_limit_is_rejected() {
    in_limit(&limit(4, &[int(0)]), ErrorKind::KindUnknown, 1);
    in_limit(&limit(4, &[int(0), int(0)]), ErrorKind::KindUnknown, 1);
    in_limit(&limit(i64::MAX, &[int(0)]), ErrorKind::KindUnknown, 1);
}

#[test]
fn range_whose_end_is_below_its_beginning_is_rejected() {
    in_limit(&limit(2, &[int(1), int(0)]), ErrorKind::RangeInverted, 0);
    in_limit(&limit(2, &[int(i64::MAX), int(i64::MIN)]), ErrorKind::RangeInverted, 0);
    assert_eq!(decode(&with_limit(&limit(2, &[int(0), int(0)]))), Ok(1));
}

fn decode(encoded: &[u8]) -> Result<usize, ErrorKind> {
    Grants::decode(encoded).map(|grants| grants.len()).map_err(|error| error.kind)
}

#[track_caller]
fn refused(encoded: &[u8], kind: ErrorKind, byte: usize) {
    let error = Grants::decode(encoded).expect_err("malformed");
    assert_eq!(
        (error.kind, error.at.part, error.at.byte),
        (kind, Part::Token, u32::try_from(byte).ok()),
        "{encoded:02x?}"
    );
}

/// The limit starts at byte 9.
#[track_caller]
fn in_limit(limit: &[u8], kind: ErrorKind, byte: usize) {
    refused(&with_limit(limit), kind, byte + 9);
}

#[track_caller]
fn in_value(value: &[u8], kind: ErrorKind) {
    in_limit(&limit(0, &[value.to_vec()]), kind, 2);
}
