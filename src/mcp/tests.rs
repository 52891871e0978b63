//! What a request of the Model Context Protocol says, and which ones say nothing.

use std::string::String;
use std::vec;

use super::*;

const CALL: &[u8] = br#"{
    "jsonrpc": "2.0", "id": 7, "method": "tools\/call",
    "params": {
        "name": "add",
        "_meta": {"dev.throughline/execution-continuity": "0oRY", "dev.throughline/execution-proof": 1, "other": {}},
        "arguments": {
            "title": "Planning \u2013 \"Q3\"", "minutes": 30, "all": true, "share": 0.5, "rooms": ["a"], "zero": -0, "none": null,
            "far": 9007199254740992, "near": -9007199254740991, "exp": 1e2, "who": {"name": "x"}, "t\u0069tles": ""
        }
    }
}"#;

#[test]
fn digest_is_the_one_of_the_written_params() {
    let body = br#"{"method":"tools/call","params":{"a": 1 ,"_meta":{"x":1},"arguments":{"minutes": 30},"\u006eame":"add"},"id":1}"#;
    let body = McpBody::read(body).unwrap();
    let members = [("name", br#""add""#.as_slice()), ("arguments", br#"{"minutes": 30}"#), ("a", b"1")];
    let mut params = members.map(|(name, json)| McpParam { name, json });
    let expected = McpRequest { server: "https://mcp.example", method: "tools/call", params: &mut params }.digest();
    assert_eq!(body.digest("https://mcp.example"), expected);
}

#[test]
fn request_without_params_has_the_digest_of_none() {
    let expected = McpRequest { server: "s", method: "ping", params: &mut [] }.digest();
    for body in
        [r#"{"method":"ping"}"#, r#"{"method":"ping","params":{}}"#, r#"{"method":"ping","params":{"_meta":{}}}"#]
    {
        let body = McpBody::read(body.as_bytes()).unwrap();
        assert_eq!(body.digest("s"), expected);
        assert_eq!(body.arguments().count(), 0);
    }
}

#[test]
fn arguments_are_texts_bools_and_exact_integers() {
    let body = McpBody::read(CALL).unwrap();
    let arguments: Vec<_> = body.arguments().map(|argument| (argument.name, argument.value)).collect();
    let expected = vec![
        ("title", Value::Text("Planning – \"Q3\"")),
        ("minutes", Value::Int(30)),
        ("all", Value::Bool(true)),
        ("near", Value::Int(-9_007_199_254_740_991)),
        ("titles", Value::Text("")),
    ];
    assert_eq!(arguments, expected);
    assert_eq!(body.method(), "tools/call");
    assert_eq!(body.param("name").and_then(|name| name.text()).as_deref(), Some("add"));
}

#[test]
fn arguments_that_are_no_object_are_none() {
    for arguments in ["null", "[1]", "\"a\"", "1"] {
        let body = std::format!(r#"{{"method":"m","params":{{"arguments":{arguments}}}}}"#);
        assert_eq!(McpBody::read(body.as_bytes()).unwrap().arguments().count(), 0, "{arguments}");
    }
}

#[test]
fn token_and_proof_in_meta_are_texts() {
    let body = McpBody::read(CALL).unwrap();
    assert_eq!(body.carried(Field::Continuity), Ok(Some(Cow::Borrowed("0oRY"))));
    assert_eq!(body.carried(Field::Proof), Err(Error::new(ErrorKind::FieldInvalid, Part::Field)));
    for params in ["{}", r#"{"_meta":{}}"#, r#"{"_meta":[]}"#, r#"{"dev.throughline/execution-proof":"AA"}"#] {
        let body = std::format!(r#"{{"method":"m","params":{params}}}"#);
        assert_eq!(McpBody::read(body.as_bytes()).unwrap().carried(Field::Proof), Ok(None), "{params}");
    }
}

#[test]
fn anything_but_one_request_rejected() {
    for body in [
        "",
        "[]",
        "\"m\"",
        r#"[{"method":"m"}]"#,
        "{}",
        r#"{"method":1}"#,
        r#"{"method":null}"#,
        r#"{"method":["m"]}"#,
        r#"{"Method":"m"}"#,
        r#"{"method":"m","params":null}"#,
        r#"{"method":"m","params":[]}"#,
        r#"{"method":"m","params":"{}"}"#,
        r#"{"method":"m"}{}"#,
        r#"{"method":"m","method":"n"}"#,
        r#"{"method":"m","m\u0065thod":"n"}"#,
        r#"{"method":"m","params":{},"params":{}}"#,
        r#"{"method":"m","params":{"a":1,"a":1}}"#,
        r#"{"method":"m","params":{"arguments":{"a":{"b":1,"b":1}}}}"#,
        r#"{"method":"m","params":{"_meta":{"a":1,"a":1}}}"#,
        r#"{"method":"m","id":{"a":1,"a":1}}"#,
        r#"{"method":"\ud800"}"#,
        "\u{feff}{\"method\":\"m\"}",
    ] {
        assert_eq!(McpBody::read(body.as_bytes()).err(), Some(INVALID), "{body}");
    }
    assert!(McpBody::read(br#"{"method":""}"#).is_ok());
}

#[test]
fn every_truncation_is_rejected() {
    for len in 0..CALL.len() {
        assert!(McpBody::read(&CALL[..len]).is_err(), "{len}");
    }
}

#[test]
fn long_texts_are_read_whole() {
    let long: String = "é\\n".repeat(100_000);
    let body = std::format!(r#"{{"method":"m","params":{{"arguments":{{"a":"{long}"}}}}}}"#);
    let body = McpBody::read(body.as_bytes()).unwrap();
    let [argument] = body.arguments().collect::<Vec<_>>()[..] else { panic!("one argument") };
    assert_eq!(argument.value, Value::Text(&"é\n".repeat(100_000)));
}
