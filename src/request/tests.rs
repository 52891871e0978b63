//! Request digests against values computed independently of this code.

use std::format;
use std::string::String;
use std::vec;

use super::*;

const BODY: &[u8] = br#"{"title":"Planning","minutes":30}"#;

#[test]
fn http_digest_is_fixed() {
    let request = HttpRequest {
        method: "POST",
        scheme: "https",
        authority: "calendar.example",
        path: b"/calendar/alice/meetings",
        query: Some(b"notify=all"),
        fields: HttpFields { content_type: Some(b"application/json"), content_encoding: Some(b"gzip") },
        body: Digest::of(&[BODY]),
    };
    assert_eq!(hex(request.digest()), "b3ad4f796139e205df8c139ebe55c879895d27401a449c97930bcf33efb07b1c");
}

#[test]
fn absent_and_empty_query_differ() {
    let absent = HttpRequest {
        method: "GET",
        scheme: "https",
        authority: "calendar.example",
        path: b"/",
        query: None,
        fields: HttpFields::default(),
        body: Digest::of(&[]),
    };
    let empty = HttpRequest { query: Some(b""), ..absent };
    assert_eq!(hex(absent.digest()), "90006b75329a2b3b15de9932a709075d228601b5a2420c8d054b51d8d3dc9c1d");
    assert_eq!(hex(empty.digest()), "8d5a70d024606259f83d5c5f7121e69cd0129351c06b98c959973f6ee6976daa");
}

#[test]
fn grpc_digest_is_fixed() {
    let request = GrpcRequest { path: "/calendar.v1.Calendar/Create", message: b"\x0a\x08Planning\x10\x1e" };
    assert_eq!(hex(request.digest()), "71ddda09d4ad91d895af9dc23a6e49af753e9d345b7fd339d2d349e68233f01b");
}

#[test]
fn mcp_digest_is_fixed_in_any_order_and_without_meta() {
    let name = McpParam { name: "name", json: br#""add""# };
    let arguments = McpParam { name: "arguments", json: br#"{"minutes": 30}"# };
    let short = McpParam { name: "a", json: b"1" };
    let meta = McpParam { name: "_meta", json: b"{}" };
    for mut params in [vec![name, arguments, short], vec![meta, short, arguments, name]] {
        let request = McpRequest { server: "https://mcp.example", method: "tools/call", params: &mut params };
        let digest = request.digest().map(hex);
        assert_eq!(digest.as_deref(), Ok("d7b4afbdf048e4d02723e3b287eee5bbe4a9df1104d7f8a3324a82e3c22dfa99"));
    }
    let request = McpRequest { server: "https://mcp.example", method: "tools/list", params: &mut [] };
    let digest = request.digest().map(hex);
    assert_eq!(digest.as_deref(), Ok("01ee8508179e230507fb5605df75ec2a0d53e5ab9288932f2e07ddcdb1b7e8b6"));
}

#[test]
fn mcp_member_given_twice_rejected() {
    for name in ["name", "_meta"] {
        let other = McpParam { name: "other", json: b"2" };
        let mut params = [McpParam { name, json: b"1" }, other, McpParam { name, json: b"1" }];
        let request = McpRequest { server: "s", method: "m", params: &mut params };
        assert_eq!(request.digest(), Err(INVALID));
    }
}

#[test]
fn message_digest_is_fixed() {
    let typed = MessageRequest {
        queue: "urn:example:queue:meetings",
        content_type: Some(b"application/json"),
        body: Digest::of(&[BODY]),
    };
    let untyped = MessageRequest { content_type: None, ..typed };
    assert_eq!(hex(typed.digest()), "c7c4c754ce5e22542d8429f1d7cbca99e885294f6a77fde9bf317f38a45bfbaa");
    assert_eq!(hex(untyped.digest()), "08f6087abc71c03092b012aae0e089ba1d70ff0e4d05357ff48f13c62a0b56f8");
}

#[test]
fn every_length_of_head_is_the_shortest() {
    let lengths = [
        (0, "9e4f10661cce4046d0c8b7857b47fe2788aeac9e563fdd039eeaa3d29263a925"),
        (23, "2bcb45250643844355e0d2bba565c6063bc64cfbe1f35f9d78400d74e01bb108"),
        (24, "e4b31553348ce61aab9ea721c0dc7568b87948e4706808eabcde1d8800b81159"),
        (255, "f4f38b829119350bc0987c56d317b68195313f139e528a97d8b5a567c0792b20"),
        (256, "8deccfeaccb5ae7228c3ad279a350ecf8f86f28ecd407c82eb7e243fa40e736f"),
        (65_535, "89d8d11e81bdebf1572064fbc94416dcd8a71f654dbb97a1895eb176857b0e76"),
        (65_536, "5eb0c433e9dc61c99c293b7472e956fc485ae55ac5038c116e3e074425b4d607"),
    ];
    for (len, digest) in lengths {
        assert_eq!(hex(OpaqueRequest(&vec![b'a'; len]).digest()), digest, "{len}");
    }
}

#[test]
fn covered_fields_are_found_in_any_case() {
    let lines: [(&str, &[u8]); 5] = [
        ("HOST", b"api.example"),
        (":authority", b"api.example"),
        ("Accept", b"*/*"),
        ("content-type", b"text/plain"),
        ("CONTENT-ENCODING", b"br"),
    ];
    let fields = HttpFields { content_type: Some(b"text/plain"), content_encoding: Some(b"br") };
    assert_eq!(HttpFields::read("api.example", lines), Ok(fields));
    assert_eq!(HttpFields::read("api.example", [("Accept", b"*/*".as_slice())]), Ok(HttpFields::default()));
}

#[test]
fn repeated_field_other_authority_and_method_override_rejected() {
    let refused: [[(&str, &[u8]); 2]; 9] = [
        [("Host", b"api.example"), ("host", b"api.example")],
        [("Accept", b""), ("Host", b"api.example:443")],
        [("Accept", b""), ("Host", b"API.example")],
        [("Host", b"api.example"), (":authority", b"other.example")],
        [("Content-Type", b"text/plain"), ("content-type", b"text/plain")],
        [("Content-Encoding", b""), ("Content-Encoding", b"br")],
        [("Accept", b""), ("x-http-method-override", b"DELETE")],
        [("Accept", b""), ("X-HTTP-Method", b"DELETE")],
        [("Accept", b""), ("X-Method-Override", b"DELETE")],
    ];
    for lines in refused {
        assert_eq!(HttpFields::read("api.example", lines), Err(INVALID), "{lines:?}");
    }
}

fn hex(digest: Digest) -> String {
    format!("{digest}")
}
