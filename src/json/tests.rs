//! What strict JSON is, and every way in which other JSON is not.

use std::borrow::ToOwned;
use std::format;
use std::string::String;
use std::vec;
use std::vec::Vec;

use super::*;

fn read(document: &str) -> Option<Json<'_>> {
    Json::read(document.as_bytes()).ok()
}

fn text(document: &str) -> Option<String> {
    read(document)?.text().map(Cow::into_owned)
}

#[test]
fn every_kind_of_value_is_read() {
    for document in [
        "null",
        "true",
        "false",
        "0",
        "-0",
        "-1.5e+10",
        "1E9",
        "0.0",
        "0e0",
        "1e999999",
        "\"\"",
        "[]",
        "[ ]",
        "{}",
        "{ }",
        "[[],{}]",
        "[1,2 , 3]",
        r#"{"a":1,"b":{"a":2},"":[{"a":3},{"a":4}]}"#,
        "\"\u{7f}\u{80}\u{fffe}\u{10ffff}\"",
        "\"\u{feff}\"",
    ] {
        assert_eq!(read(document).map(|json| json.written().to_owned()), Some(document.to_owned()));
        let spaced = format!(" \t\r\n{document}\n");
        assert_eq!(read(&spaced).map(|json| json.written().to_owned()), Some(document.to_owned()));
    }
}

#[test]
fn anything_but_one_value_rejected() {
    for document in [
        "",
        " ",
        "nul",
        "nulll",
        "True",
        "NaN",
        "Infinity",
        "undefined",
        "'a'",
        "1 2",
        "{}{}",
        "[1]]",
        "[1],",
        "//\n1",
        "1/**/",
        "\u{feff}1",
        "1\u{feff}",
        "\u{a0}1",
        "1\u{0}",
        "\u{b}1",
        "\u{c}1",
        "]",
        "}",
        ",",
        ":",
    ] {
        assert_eq!(read(document), None, "{document:?}");
    }
    assert_eq!(Json::read(b"\"\xff\""), Err(INVALID));
    // A surrogate, and a character in more bytes than it needs.
    assert_eq!(Json::read(b"\"\xed\xa0\x80\""), Err(INVALID));
    assert_eq!(Json::read(b"\"\xc0\x80\""), Err(INVALID));
}

#[test]
fn other_numbers_rejected() {
    for number in [
        "-", "+1", "01", "-01", "00", ".5", "1.", "-.5", "1.e1", "1e", "1e+", "1e1.5", "1ee1", "0x10", "1_000", "--1",
        "1-", "١", "1e٣",
    ] {
        assert_eq!(read(number), None, "{number}");
        assert_eq!(read(&format!("[{number}]")), None, "{number}");
    }
}

#[test]
fn other_arrays_and_objects_rejected() {
    for document in [
        "[",
        "[1",
        "[1,",
        "[,]",
        "[,1]",
        "[1,]",
        "[1,,2]",
        "[1 2]",
        "[1}",
        "[1:2]",
        "{",
        "{\"a\"",
        "{\"a\":",
        "{\"a\":1",
        "{\"a\":1,",
        "{\"a\":1,}",
        "{,}",
        "{\"a\"}",
        "{\"a\",1}",
        "{\"a\" 1}",
        "{\"a\"::1}",
        "{\"a\":1]",
        "{\"a\":1 \"b\":2}",
        "{\"a\":1,,\"b\":2}",
        "{a:1}",
        "{1:1}",
        "{null:1}",
        "{\"a\":}",
        "[{]}",
        "{[}]",
        "{\"a\":[}",
    ] {
        assert_eq!(read(document), None, "{document}");
    }
}

#[test]
fn strings_are_unescaped() {
    for (document, unescaped) in [
        (r#""""#, ""),
        (r#""abc""#, "abc"),
        (r#""\"\\\/\b\f\n\r\t""#, "\"\\/\u{8}\u{c}\n\r\t"),
        (r#""\u0061b\u00e9\u20ac""#, "abé€"),
        (r#""\u0000""#, "\0"),
        (r#""\uD834\udd1e!""#, "𝄞!"),
        (r#""\ufeff\uffff""#, "\u{feff}\u{ffff}"),
        (r#""a\u005cu0061""#, r"a\u0061"),
    ] {
        assert_eq!(text(document).as_deref(), Some(unescaped), "{document}");
    }
    assert!(matches!(read(r#""plain""#).unwrap().text(), Some(Cow::Borrowed("plain"))));
}

#[test]
fn other_strings_rejected() {
    for document in [
        r#"""#,
        r#""a"#,
        r#""\"#,
        r#""\""#,
        r#""\a""#,
        r#""\'""#,
        r#""\x61""#,
        r#""\U0061""#,
        r#""\u""#,
        r#""\u006""#,
        r#""\u006g""#,
        r#""\u+061""#,
        r#""\u 061""#,
        r#""\u00é""#,
        r#""a"b""#,
    ] {
        assert_eq!(read(document), None, "{document}");
    }
    for control in '\0'..' ' {
        assert_eq!(read(&format!("\"a{control}\"")), None, "{control:?}");
    }
}

#[test]
fn lone_surrogates_rejected() {
    for document in [
        r#""\ud834""#,
        r#""\udd1e""#,
        r#""\ud834\ud834""#,
        r#""\udd1e\ud834""#,
        r#""\ud834a""#,
        r#""\ud834\n""#,
        r#""\ud834\u0061""#,
        r#""\ud834 \udd1e""#,
        r#""\ud834\\udd1e""#,
        r#""\ud834\udd1e\udd1e""#,
        r#"{"\ud834":1}"#,
        r#"[{"a":"\udfff"}]"#,
    ] {
        assert_eq!(read(document), None, "{document}");
    }
}

#[test]
fn name_twice_rejected_at_any_depth_and_however_written() {
    for document in [
        r#"{"a":1,"a":1}"#,
        r#"{"a":1,"b":2,"a":3}"#,
        r#"{"a":1,"\u0061":2}"#,
        r#"{"\ud834\udd1e":1,"𝄞":2}"#,
        r#"{"":1,"":2}"#,
        r#"[[{"x":{"y":[{"a":1,"a":2}]}}]]"#,
        r#"{"a":{"b":1},"c":2,"a":3}"#,
        r#"{"x":{"a":1,"a":2},"y":1}"#,
        r#"{"x":1,"y":{"z":{}},"x":[]}"#,
    ] {
        assert_eq!(read(document), None, "{document}");
    }
    for document in
        [r#"{"a":1,"A":2}"#, r#"{"a":{"a":{"a":1}}}"#, r#"[{"a":1},{"a":1}]"#, "{\"\u{e9}\":1,\"e\u{301}\":2}"]
    {
        assert!(read(document).is_some(), "{document}");
    }
}

#[test]
fn depth_is_bounded_exactly() {
    for (open, close, levels) in [("[", "]", 1), ("{\"a\":", "}", 1), ("[{\"a\":", "}]", 2)] {
        let nested = |depth: usize| format!("{}1{}", open.repeat(depth), close.repeat(depth));
        let (most, more) = (Json::MAX_DEPTH / levels, Json::MAX_DEPTH / levels + 1);
        assert!(read(&nested(most)).is_some(), "{open}");
        assert_eq!(read(&nested(more)), None, "{open}");
    }
    let empty = |depth: usize| format!("{}{}", "[".repeat(depth), "]".repeat(depth));
    assert!(read(&empty(Json::MAX_DEPTH)).is_some());
    assert_eq!(read(&empty(Json::MAX_DEPTH + 1)), None);
    // Beside each other they do not count.
    assert!(read(&format!("[{}[]]", "[],".repeat(10_000))).is_some());
}

#[test]
fn bombs_are_refused_without_recursion() {
    for bomb in ["[", "{\"a\":", "[[],"] {
        assert_eq!(read(&bomb.repeat(1_000_000)), None);
    }
}

#[test]
fn many_names_take_no_quadratic_time() {
    let names = |last: &str| {
        let members: Vec<String> = (0..200_000).map(|name| format!("\"{name}\":0")).collect();
        format!("{{{},\"{last}\":0}}", members.join(","))
    };
    assert!(read(&names("x")).is_some());
    assert_eq!(read(&names("77")), None);
}

#[test]
fn every_truncation_is_rejected() {
    let document = r#" {"a\u00e9":[true,null,-1.5e-3,{"b":"\ud834\udd1e"}],"c":{}}"#;
    assert!(read(document).is_some());
    for len in 0..document.len() {
        assert_eq!(Json::read(&document.as_bytes()[..len]), Err(INVALID), "{len}");
    }
}

#[test]
fn members_are_given_in_order_without_space() {
    let json = read("{ \"b\" : [ 1 , 2 ] ,\t\"\\u0061\": {\"x\" :\"}\"}\n, \"c\":-0 }").unwrap();
    let members: Vec<(String, &str)> =
        json.members().unwrap().map(|(name, value)| (name.into_owned(), value.written())).collect();
    let expected = [("b", "[ 1 , 2 ]"), ("a", "{\"x\" :\"}\"}"), ("c", "-0")];
    assert_eq!(members, expected.map(|(name, value)| (name.to_owned(), value)));
    assert_eq!(json.member("a").and_then(|inner| inner.member("x")).and_then(|x| x.text()).as_deref(), Some("}"));
    assert_eq!(json.member("d"), None);
    for other in ["[]", "1", "\"{}\"", "null"] {
        assert!(read(other).unwrap().members().is_none(), "{other}");
    }
    assert_eq!(read("{}").unwrap().members().unwrap().count(), 0);
}

#[test]
fn integers_are_exact_or_none() {
    for (document, integer) in [
        ("0", Some(0)),
        ("-1", Some(-1)),
        ("9007199254740991", Some(9_007_199_254_740_991)),
        ("-9007199254740991", Some(-9_007_199_254_740_991)),
        ("9007199254740992", None),
        ("-9007199254740992", None),
        ("18446744073709551617", None),
        ("-9223372036854775808", None),
        ("-0", None),
        ("0.0", None),
        ("1.0", None),
        ("1e0", None),
        ("1E2", None),
        ("100000000000000000000000000000000000000000", None),
        ("true", None),
        ("\"1\"", None),
        ("[1]", None),
    ] {
        assert_eq!(read(document).unwrap().integer(), integer, "{document}");
    }
}

#[test]
fn bools_are_bools_alone() {
    let bools = ["true", "false", "null", "0", "\"true\""].map(|document| read(document).unwrap().bool());
    assert_eq!(bools, [Some(true), Some(false), None, None, None]);
}

#[test]
fn verdict_is_the_one_of_another_parser() {
    // All short texts over the characters that JSON is made of. What serde_json takes and this does not are the cases above.
    let alphabet = ["{", "}", "[", "]", ",", ":", "\"", "a", "1", "0", "-", ".", "e", "\\", " "];
    let mut documents = vec![String::new()];
    for _ in 0..5 {
        documents = documents.iter().flat_map(|start| alphabet.map(|end| format!("{start}{end}"))).collect();
        for document in &documents {
            let other = serde_json::from_str::<serde_json::Value>(document).is_ok();
            assert_eq!(read(document).is_some(), other, "{document}");
        }
    }
}
