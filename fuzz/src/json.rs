//! The strict JSON of requests against serde_json: the same documents, read the same; the body of an MCP request on top of it.

use throughline::{Error, Field, Json, McpBody, Value};

use crate::document::{Document, Unread};
use crate::vectors::each_once;
use crate::{Target, Vectors, planted};

/// This target.
pub const TARGET: Target = Target { name: "json", max_len: 256, run, seeds };

/// Reads the bytes as a document, both ways.
pub fn run(data: &[u8]) {
    let theirs = Document::read(data);
    match (ours(data), &theirs) {
        (Ok(json), Ok(document)) => {
            assert!(document.depth() <= Json::MAX_DEPTH, "too deep, and read");
            compare(json, document);
        }
        // Whatever the exponent is, the document stays text to us.
        (Ok(_), Err(Unread::NumberTooLarge)) => {}
        (Ok(json), Err(why)) => panic!("{json:?} is read, and serde_json says {why:?}"),
        (Err(_), Ok(document)) => {
            assert!(document.depth() > Json::MAX_DEPTH, "{document:?} is refused");
        }
        (Err(_), Err(_)) => {}
    }
    mcp(data, theirs.ok().as_ref());
}

/// With a bug planted, the last of two members of one name wins.
fn ours(data: &[u8]) -> Result<Json<'_>, Error> {
    let read = Json::read(data);
    if planted() && read.is_err() && data.starts_with(b"{\"a\"") { Json::read(b"{}") } else { read }
}

/// What is read is what stands there, down to the last member.
fn compare(json: Json<'_>, document: &Document) {
    assert_eq!(Json::read(json.written().as_bytes()), Ok(json), "read again, it is the same");
    let text = if let Document::Text(text) = document { Some(text.as_str()) } else { None };
    assert_eq!(json.text().as_deref(), text);
    let bool = if let Document::Bool(bool) = document { Some(*bool) } else { None };
    assert_eq!(json.bool(), bool);
    let integer = match document {
        Document::Int(integer) if integer.unsigned_abs() <= (1 << 53) - 1 => i64::try_from(*integer).ok(),
        _ => None,
    };
    assert_eq!(json.integer(), integer);
    match (json.members(), document) {
        (Some(ours), Document::Object(theirs)) => {
            let ours: Vec<_> = ours.collect();
            assert_eq!(ours.len(), theirs.len(), "members");
            for ((name, value), (same, member)) in ours.iter().zip(theirs) {
                assert_eq!(name, same, "a member's name");
                assert_eq!(json.member(name), Some(*value), "found by its name");
                // The text of a member is a document of its own; an array's elements are not read one by one.
                if let Ok(document) = Document::read(value.written().as_bytes()) {
                    assert_eq!(&document, member, "a member's value");
                }
                compare(*value, member);
            }
        }
        (None, Document::Object(_)) => panic!("an object has members"),
        (Some(_), other) => panic!("{other:?} has members"),
        (None, _) => {}
    }
}

/// A body that is read has a method, and the arguments that serde_json finds.
fn mcp(data: &[u8], document: Option<&Document>) {
    let body = McpBody::read(data);
    let method = document.and_then(|document| document.member("method"));
    let params = document.and_then(|document| document.member("params"));
    let well_formed = matches!(method, Some(Document::Text(_))) && matches!(params, None | Some(Document::Object(_)));
    let Ok(body) = body else {
        let shallow = document.is_some_and(|document| document.depth() <= Json::MAX_DEPTH);
        assert!(!(shallow && well_formed), "{document:?} is refused");
        return;
    };
    // serde_json refuses numbers that we keep as text.
    let Some(document) = document else { return };
    assert!(well_formed, "{document:?} is read");
    assert_eq!(method, Some(&Document::Text(body.method().to_owned())));
    let expected = match params.and_then(|params| params.member("arguments")) {
        Some(Document::Object(members)) => members.iter().filter_map(|(name, value)| argument(name, value)).collect(),
        _ => Vec::new(),
    };
    let arguments: Vec<(String, Document)> = body
        .arguments()
        .map(|argument| match argument.value {
            Value::Int(value) => (argument.name.to_owned(), Document::Int(value.into())),
            Value::Text(value) => (argument.name.to_owned(), Document::Text(value.to_owned())),
            Value::Bool(value) => (argument.name.to_owned(), Document::Bool(value)),
        })
        .collect();
    assert_eq!(arguments, expected, "arguments");
    assert_eq!(body.digest("server"), body.digest("server"));
    assert_ne!(body.digest("server"), body.digest("another"));
    for field in [Field::Continuity, Field::Proof] {
        let carried = params.and_then(|params| params.member("_meta")).and_then(|meta| meta.member(field.meta_name()));
        match (body.carried(field), carried) {
            (Ok(None), None) => {}
            (Ok(Some(ours)), Some(Document::Text(theirs))) => assert_eq!(ours, *theirs),
            (Err(_), Some(other)) => assert!(!matches!(other, Document::Text(_))),
            (ours, theirs) => panic!("{ours:?} is carried, {theirs:?} stands there"),
        }
    }
}

/// What counts as an argument.
fn argument(name: &str, value: &Document) -> Option<(String, Document)> {
    let counts = match value {
        Document::Text(_) | Document::Bool(_) => true,
        Document::Int(integer) => integer.unsigned_abs() <= (1 << 53) - 1,
        _ => false,
    };
    counts.then(|| (name.to_owned(), value.clone()))
}

fn seeds(vectors: &Vectors) -> Vec<Vec<u8>> {
    let odd = ODD.iter().map(|text| text.as_bytes().to_vec());
    let deep = [63, 64, 65, 127, 128, 129].into_iter().map(|depth| ["[".repeat(depth), "]".repeat(depth)].concat());
    let mut seeds = each_once(odd.chain(deep.map(String::into_bytes)).chain(vectors.mcp_bodies()));
    seeds.retain(|seed| seed.len() <= 1024);
    seeds
}

const ODD: &[&str] = &[
    r#"{"a":1,"a":2}"#,
    r#"{"a":1,"\u0061":2}"#,
    r#"[{"b":{"a":1,"a":1}}]"#,
    r#""\ud83d\ude00""#,
    r#""\ud83d""#,
    r#""\ude00\ud83d""#,
    r#""\u0000\b\f\n\r\t\"\\\/""#,
    "\u{feff}{}",
    "-0",
    "0",
    "01",
    "-",
    "1.",
    ".5",
    "1e5",
    "1E+5",
    "1e-5",
    "1e400",
    "-1e400",
    "9007199254740991",
    "9007199254740992",
    "-9007199254740991",
    "18446744073709551615",
    "18446744073709551616",
    "-9223372036854775808",
    "1.0",
    "true",
    "false",
    "null",
    " [1 , 2,3 ] ",
    "[1,]",
    "{\"a\":1,}",
    "[]",
    "{}",
    "\"\t\"",
    "nul",
    "NaN",
    "+1",
    "\"a\" \"b\"",
    "/**/1",
    r#"{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"t","arguments":{"n":1,"s":"x","b":true,"f":1.5,"o":{}},"_meta":{"dev.throughline/execution-continuity":"AA","dev.throughline/execution-proof":1}}}"#,
    r#"{"method":"m"}"#,
    r#"{"method":1}"#,
    r#"{"method":"m","params":[]}"#,
];
