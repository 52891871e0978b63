//! Request digests in every profile, computed with ciborium and sha2, and requests that no profile covers (V1010).

use ciborium::Value;
use sha2::{Digest as _, Sha256};
use throughline::{Digest, ErrorKind, Part};
use throughline_conformance::{GrpcCall, HttpCall, McpCall, MessageCall, Named, ProfiledRequest};

use crate::suite::{Scenario, Suite, named};

pub(crate) fn publish(suite: &mut Suite) {
    http(suite);
    http_refused(suite);
    grpc(suite);
    message(suite);
    opaque(suite);
    mcp(suite);
    mcp_numbers(suite);
    mcp_texts(suite);
    mcp_refused(suite);
}

/// SHA-256 of the array, encoded by ciborium; the elements stand in deterministic order already.
fn digest(elements: Vec<Value>) -> Digest {
    let mut encoded = Vec::new();
    ciborium::into_writer(&Value::Array(elements), &mut encoded).unwrap();
    Digest(Sha256::digest(encoded).into())
}

fn text(value: &str) -> Value {
    Value::Text(value.to_owned())
}

fn bytes(value: &[u8]) -> Value {
    Value::Bytes(value.to_vec())
}

fn maybe(value: Option<&[u8]>) -> Value {
    value.map_or(Value::Null, bytes)
}

fn sha256(value: &[u8]) -> Value {
    Value::Bytes(Sha256::digest(value).to_vec())
}

const JSON: &[u8] = br#"{"title":"Planning","minutes":30}"#;

/// A POST with everything that the digest covers.
fn post() -> HttpCall {
    let field = |name: &str, value: &[u8]| (name.to_owned(), value.into());
    HttpCall {
        method: "POST".to_owned(),
        scheme: "https".to_owned(),
        authority: "calendar.example".to_owned(),
        path: b"/calendar/alice/meetings".into(),
        query: Some(b"notify=all".into()),
        fields: vec![
            field("Host", b"calendar.example"),
            field("Content-Type", b"application/json"),
            field("Accept", b"*/*"),
            field("Content-Encoding", b"gzip"),
        ],
        body: JSON.into(),
    }
}

/// What its digest is, component by component.
fn http_digest(call: &HttpCall) -> Digest {
    let of = |wanted: &str| {
        let mut lines = call.fields.iter().filter(|(name, _)| name.eq_ignore_ascii_case(wanted));
        maybe(lines.next().map(|(_, value)| value.0.as_slice()))
    };
    digest(vec![
        text("throughline-http-0"),
        text(&call.method),
        text(&call.scheme),
        text(&call.authority),
        bytes(&call.path.0),
        maybe(call.query.as_ref().map(|query| query.0.as_slice())),
        of("content-type"),
        of("content-encoding"),
        sha256(&call.body.0),
    ])
}

fn http(suite: &mut Suite) {
    let get = HttpCall { method: "GET".to_owned(), query: None, fields: Vec::new(), body: b"".into(), ..post() };
    let with = |name: &str, value: &[u8]| HttpCall { fields: vec![(name.to_owned(), value.into())], ..get.clone() };
    let own = |name: &str| (name.to_owned(), b"api.example".into());
    let accepted: [(&str, &str, &str, HttpCall); 17] = [
        (
            "http-own-host",
            "feature",
            "Host and the request target's authority are the configured one.",
            HttpCall { authority: "api.example".to_owned(), fields: vec![own("Host"), own(":authority")], ..post() },
        ),
        ("http-post", "feature", "A POST with query, type, encoding and body.", post()),
        ("http-get", "feature", "A GET without query, fields and body.", get.clone()),
        (
            "http-empty-query",
            "edge",
            "An empty query, which is not an absent one.",
            HttpCall { query: Some(b"".into()), ..get.clone() },
        ),
        ("http-empty-path", "edge", "An empty path.", HttpCall { path: b"".into(), ..get.clone() }),
        (
            "http-star",
            "edge",
            "OPTIONS and a star for a path.",
            HttpCall { method: "OPTIONS".to_owned(), path: b"*".into(), ..get.clone() },
        ),
        (
            "http-other-method",
            "edge",
            "A method in lower case is another one.",
            HttpCall { method: "get".to_owned(), ..get.clone() },
        ),
        (
            "http-scheme",
            "feature",
            "A service behind http.",
            HttpCall { scheme: "http".to_owned(), authority: "localhost:8080".to_owned(), ..get.clone() },
        ),
        (
            "http-bytes-in-path",
            "edge",
            "Path and query are bytes, and need not be UTF-8.",
            HttpCall { path: b"/caf\xe9".into(), query: Some(b"\xff=%ff".into()), ..get.clone() },
        ),
        (
            "http-percent-is-kept",
            "edge",
            "Percent-encoding, dot segments and slashes stay as received.",
            HttpCall { path: b"/a/%2e%2E/../b//c".into(), ..get.clone() },
        ),
        (
            "http-query-order",
            "edge",
            "The order of the query counts.",
            HttpCall { query: Some(b"b=2&a=1".into()), ..get.clone() },
        ),
        ("http-field-in-any-case", "edge", "A field's name in capitals.", with("CONTENT-TYPE", b"text/plain")),
        (
            "http-field-value-is-kept",
            "edge",
            "A field's value is its bytes: case, parameters and spaces inside count.",
            with("Content-Type", b"Text/Plain;  charset=\"UTF-8\""),
        ),
        ("http-empty-type", "edge", "An empty content type, which is not an absent one.", with("content-type", b"")),
        (
            "http-value-beyond-ascii",
            "edge",
            "A field's value in bytes beyond ASCII.",
            with("content-type", b"text/\xe9"),
        ),
        (
            "http-other-fields",
            "edge",
            "Fields that are not covered may stand twice and change nothing.",
            HttpCall {
                fields: vec![
                    ("X-Forwarded-For".to_owned(), b"a".into()),
                    ("X-Forwarded-For".to_owned(), b"b".into()),
                    ("X-Http".to_owned(), b"PUT".into()),
                ],
                ..get.clone()
            },
        ),
        (
            "http-long-path",
            "edge",
            "A path whose length needs three bytes.",
            HttpCall { path: vec![b'a'; 300].into(), ..get.clone() },
        ),
    ];
    for (id, flag, what, call) in accepted {
        let digest = http_digest(&call);
        suite.accept("digests", id, what, Scenario::digest(ProfiledRequest::Http(call), digest, None).flag(flag));
    }
}

fn refuse(suite: &mut Suite, twin: &str, id: &str, what: &str, profiled: ProfiledRequest) {
    suite.spoil(twin, &format!("v1010-{id}"), ErrorKind::RequestInvalid, Part::Request, what, |vector| {
        vector.profiled = Some(profiled);
    });
}

fn http_refused(suite: &mut Suite) {
    for (n, name) in ["X-HTTP-Method-Override", "X-HTTP-Method", "X-Method-Override", "X-Original-URL", "X-Rewrite-URL"]
        .into_iter()
        .enumerate()
    {
        for (id, name) in [("", name.to_owned()), ("-lower-case", name.to_lowercase())] {
            // Before, between and behind the others.
            let mut call = post();
            call.fields.insert((2 * n) % 5, (name.clone(), b"DELETE".into()));
            let what = format!("A line of {name}, under which what is signed and what is done could differ.");
            refuse(
                suite,
                "http-post",
                &format!("http-{}{id}", name.to_lowercase()),
                &what,
                ProfiledRequest::Http(call),
            );
        }
    }
    for (id, name, value, what) in [
        ("another-host", "Host", "mail.example", "Host is not the configured authority."),
        ("host-with-port", "Host", "api.example:443", "Host has a port that the configured authority has not."),
        ("host-in-upper-case", "host", "API.example", "Host is the configured authority in upper case."),
        ("another-target", ":authority", "mail.example", "The request target's authority is not the configured one."),
    ] {
        let mut call = post();
        call.authority = "api.example".to_owned();
        call.fields.push((name.to_owned(), value.as_bytes().into()));
        refuse(suite, "http-own-host", &format!("http-{id}"), what, ProfiledRequest::Http(call));
    }
    let mut call = post();
    call.authority = "api.example".to_owned();
    call.fields.extend([("Host".to_owned(), b"api.example".into()), ("host".to_owned(), b"api.example".into())]);
    refuse(suite, "http-own-host", "http-host-twice", "Two lines of Host, equal.", ProfiledRequest::Http(call));
    let mut call = post();
    call.fields.push(("X-HTTP-Method-Override".to_owned(), b"POST".into()));
    let what = "A line of X-HTTP-Method-Override that says the method once more.";
    refuse(suite, "http-post", "http-override-to-the-same", what, ProfiledRequest::Http(call));
    let mut call = post();
    call.fields.push(("X-Original-URL".to_owned(), b"".into()));
    refuse(suite, "http-post", "http-empty-override", "An empty line of X-Original-URL.", ProfiledRequest::Http(call));
    for (id, name, value, what) in [
        (
            "type-twice",
            "Content-Type",
            b"application/json".as_slice(),
            "The content type stands twice, with one value.",
        ),
        ("type-in-conflict", "content-type", b"text/plain", "The content type stands twice, with two values."),
        ("encoding-twice", "Content-Encoding", b"gzip", "The content encoding stands twice, with one value."),
        ("encoding-in-conflict", "CONTENT-ENCODING", b"br", "The content encoding stands twice, with two values."),
        ("empty-second-type", "Content-Type", b"", "A second, empty content type."),
    ] {
        let mut call = post();
        call.fields.push((name.to_owned(), value.into()));
        refuse(suite, "http-post", &format!("http-{id}"), what, ProfiledRequest::Http(call));
    }
}

fn grpc(suite: &mut Suite) {
    for (id, path, message, what) in [
        ("grpc-call", "/calendar.v1.Calendar/Create", b"\x0a\x08Planning\x10\x1e".as_slice(), "A unary call."),
        ("grpc-empty-message", "/calendar.v1.Calendar/List", b"", "A call whose message has no bytes."),
        ("grpc-long-message", "/calendar.v1.Calendar/Create", &[7; 256], "A message whose length needs three bytes."),
    ] {
        let digest = digest(vec![text("throughline-grpc-0"), text(path), bytes(message)]);
        let call = GrpcCall { path: path.to_owned(), message: message.into() };
        let scenario = Scenario::digest(ProfiledRequest::Grpc(call), digest, None).flag("feature");
        suite.accept("digests", id, what, scenario);
    }
}

fn message(suite: &mut Suite) {
    for (id, content_type, body, what) in [
        ("message-typed", Some(b"application/json".as_slice()), JSON, "A message with its content type."),
        ("message-untyped", None, JSON, "A message without a content type."),
        ("message-empty-type", Some(b""), JSON, "An empty content type, which is not an absent one."),
        ("message-empty", None, b"", "A message without bytes."),
    ] {
        let queue = "urn:example:queue:meetings";
        let digest = digest(vec![text("throughline-message-0"), text(queue), maybe(content_type), sha256(body)]);
        let content_type = content_type.map(Into::into);
        let call = MessageCall { queue: queue.to_owned(), content_type, body: body.into() };
        let scenario = Scenario::digest(ProfiledRequest::Message(call), digest, None).flag("feature");
        suite.accept("digests", id, what, scenario);
    }
}

fn opaque(suite: &mut Suite) {
    for (id, content, what) in [
        ("opaque-bytes", b"anything at all \xff".as_slice(), "Bytes on which two programs agree."),
        ("opaque-empty", b"", "No bytes."),
        ("opaque-long", &[1; 300], "Bytes whose length needs three bytes."),
    ] {
        let digest = digest(vec![text("throughline-opaque-0"), bytes(content)]);
        let scenario = Scenario::digest(ProfiledRequest::Opaque(content.into()), digest, None).flag("feature");
        suite.accept("digests", id, what, scenario);
    }
}

const SERVER: &str = "https://mcp.example";

fn mcp_call(body: impl AsRef<[u8]>) -> ProfiledRequest {
    ProfiledRequest::Mcp(McpCall { server: SERVER.to_owned(), body: body.into() })
}

/// An accepted MCP request: its body, and what stands in its params but `_meta`, each value as received.
fn add(
    suite: &mut Suite,
    id: &str,
    flag: &str,
    what: &str,
    (method, body): (&str, &str),
    params: &[(&str, &str)],
    arguments: Vec<Named>,
) {
    let mut params: Vec<(Value, Value)> =
        params.iter().map(|(name, value)| (text(name), bytes(value.as_bytes()))).collect();
    // Texts in the bytewise order of their encodings: shorter ones first.
    params.sort_by_key(|(name, _)| {
        let name = name.as_text().unwrap().to_owned();
        (name.len(), name)
    });
    let digest = digest(vec![text("throughline-mcp-0"), text(SERVER), text(method), Value::Map(params)]);
    suite.accept("digests", id, what, Scenario::digest(mcp_call(body), digest, Some(arguments)).flag(flag));
}

/// The body of a tool call with these arguments.
fn tool(arguments: &str) -> String {
    format!(r#"{{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{{"name":"add","arguments":{arguments}}}}}"#)
}

/// An accepted tool call, by its arguments.
fn add_tool(suite: &mut Suite, id: &str, flag: &str, what: &str, arguments: &str, expected: Vec<Named>) {
    let body = tool(arguments);
    let params = [("name", r#""add""#), ("arguments", arguments)];
    add(suite, id, flag, what, ("tools/call", &body), &params, expected);
}

fn mcp(suite: &mut Suite) {
    add_tool(
        suite,
        "mcp-tool-call",
        "feature",
        "A tool call with an integer, a text and a bool.",
        r#"{"minutes":30,"title":"Planning","notify":true}"#,
        vec![named("minutes", 30), named("title", "Planning"), named("notify", true)],
    );
    let body = r#" { "method" : "tools/call" , "params" : { "arguments" : { "minutes" : 30 , "title" : "x y" } , "name" : "add" } } "#;
    add(
        suite,
        "mcp-white-space",
        "edge",
        "White space around members is not covered, inside a value it is.",
        ("tools/call", body),
        &[("name", r#""add""#), ("arguments", r#"{ "minutes" : 30 , "title" : "x y" }"#)],
        vec![named("minutes", 30), named("title", "x y")],
    );
    let body = "{\r\n\t\"method\": \"tools/list\"\r\n}\n";
    add(suite, "mcp-no-params", "feature", "A request without params.", ("tools/list", body), &[], vec![]);
    let body = r#"{"method":"tools/list","params":{}}"#;
    let what = "Empty params have the digest of absent ones.";
    add(suite, "mcp-empty-params", "edge", what, ("tools/list", body), &[], vec![]);
    let body = r#"{"method":"ping","params":{"arguments":[1,2]}}"#;
    let params = [("arguments", "[1,2]")];
    add(
        suite,
        "mcp-arguments-as-an-array",
        "edge",
        "Arguments that are an array are no arguments.",
        ("ping", body),
        &params,
        vec![],
    );
    let body = r#"{"method":"tools/call","params":{"_meta":{"dev.throughline/execution-proof":"AA"},"name":"add","arguments":{}}}"#;
    let params = [("name", r#""add""#), ("arguments", "{}")];
    let what = "_meta, where token and proof may travel, is not covered.";
    add(suite, "mcp-meta", "feature", what, ("tools/call", body), &params, vec![]);
    let body = r#"{"params":{"\u005fmeta":{},"n\u0061me":"add","\u00e9":1},"method":"tools\/call"}"#;
    let params = [("name", r#""add""#), ("\u{e9}", "1")];
    let what = "Escapes in names are decoded, and \\u005fmeta is _meta; values stay as received.";
    add(suite, "mcp-escaped-names", "edge", what, ("tools/call", body), &params, vec![]);
    let body = r#"{"method":"m","params":{"bb":1,"a":2,"B":3,"ba":4,"abc":5}}"#;
    let params = [("bb", "1"), ("a", "2"), ("B", "3"), ("ba", "4"), ("abc", "5")];
    let what = "The members of params are ordered by their encodings: shorter names first.";
    add(suite, "mcp-order-of-params", "edge", what, ("m", body), &params, vec![]);
    let body = r#"{"method":"m","params":{"":1,"name":{"a":[{"a":1},{"a":2}],"b":{"a":3}}}}"#;
    let params = [("", "1"), ("name", r#"{"a":[{"a":1},{"a":2}],"b":{"a":3}}"#)];
    let what = "An empty name, and one name in several objects.";
    add(suite, "mcp-empty-name", "edge", what, ("m", body), &params, vec![]);
    // The body and params are two of the 64.
    let deep = format!("{}{}", "[".repeat(62), "]".repeat(62));
    let body = format!(r#"{{"method":"m","params":{{"a":{deep}}}}}"#);
    let what = "Arrays and objects 64 deep in each other.";
    add(suite, "mcp-64-deep", "edge", what, ("m", &body), &[("a", &deep)], vec![]);
    let many: Vec<String> = (0..256).map(|n| format!(r#""a{n}":{n}"#)).collect();
    let expected = (0..256).map(|n| named(&format!("a{n}"), n)).collect();
    let what = "256 arguments, in the order of the body.";
    add_tool(suite, "mcp-256-arguments", "edge", what, &format!("{{{}}}", many.join(",")), expected);
}

/// Which JSON numbers are integers.
fn mcp_numbers(suite: &mut Suite) {
    for (id, number, what) in [
        ("zero", "0", "0"),
        ("minus-one", "-1", "−1"),
        ("highest", "9007199254740991", "2⁵³ − 1"),
        ("lowest", "-9007199254740991", "−(2⁵³ − 1)"),
    ] {
        let value: i64 = number.parse().unwrap();
        let what = format!("{what} is an integer.");
        let arguments = format!(r#"{{"n":{number}}}"#);
        add_tool(suite, &format!("mcp-integer-{id}"), "edge", &what, &arguments, vec![named("n", value)]);
    }
    for (id, number, what) in [
        ("with-fraction", "1.0", "1.0"),
        ("with-exponent", "1e3", "1e3"),
        ("with-capital-exponent", "1E0", "1E0"),
        ("with-negative-exponent", "10e-1", "10e-1"),
        ("with-both", "1.5e1", "1.5e1"),
        ("half", "0.5", "0.5"),
        ("minus-zero", "-0", "-0, which some read as 0 and others as a negative zero,"),
        ("beyond-exact", "9007199254740992", "2⁵³"),
        ("below-exact", "-9007199254740992", "−2⁵³"),
        ("beyond-64-bits", "18446744073709551616", "2⁶⁴"),
        ("of-40-digits", "1000000000000000000000000000000000000000", "a number of 40 digits"),
        ("beyond-double", "1e400", "1e400"),
    ] {
        let what = format!("{what} is no argument; the request is none the worse for it.");
        let arguments = format!(r#"{{"n":{number},"other":7}}"#);
        add_tool(suite, &format!("mcp-number-{id}"), "edge", &what, &arguments, vec![named("other", 7)]);
    }
    for (id, value) in [("null", "null"), ("array", "[1]"), ("object", r#"{"n":1}"#)] {
        let what = format!("{value} is no argument; the request is none the worse for it.");
        let arguments = format!(r#"{{"n":{value},"other":false}}"#);
        add_tool(suite, &format!("mcp-value-{id}"), "edge", &what, &arguments, vec![named("other", false)]);
    }
}

fn mcp_texts(suite: &mut Suite) {
    for (id, json, value, what) in [
        ("empty", r#""""#, "", "An empty text."),
        ("escapes", r#""\"\\\/\b\f\n\r\t""#, "\"\\/\u{8}\u{c}\n\r\t", "Every escape of one character."),
        ("nul", r#""\u0000""#, "\u{0}", "An escaped NUL."),
        ("pair", r#""\ud83d\uDE00""#, "\u{1f600}", "An escaped pair of surrogates."),
        (
            "beyond-the-plane",
            "\"\u{1f600}\u{301}\"",
            "\u{1f600}\u{301}",
            "A character beyond the first plane as it is.",
        ),
        ("delete", "\"\u{7f}\"", "\u{7f}", "U+007F as it is, which JSON allows."),
        ("number", r#""30""#, "30", "A text that looks like a number stays a text."),
    ] {
        let arguments = format!(r#"{{"t":{json}}}"#);
        add_tool(suite, &format!("mcp-text-{id}"), "edge", what, &arguments, vec![named("t", value)]);
    }
    add_tool(
        suite,
        "mcp-names-in-two-forms",
        "edge",
        "é as one character and as two are two names.",
        "{\"\u{e9}\":1,\"e\u{301}\":2}",
        vec![named("\u{e9}", 1), named("e\u{301}", 2)],
    );
}

fn mcp_refused(suite: &mut Suite) {
    let arguments: [(&str, &str, &str); 32] = [
        ("argument-twice", r#"{"n":1,"n":1}"#, "An argument stands twice, with one value."),
        ("argument-in-conflict", r#"{"n":1,"m":2,"n":3}"#, "An argument stands twice, with two values."),
        ("argument-twice-by-escape", r#"{"n":1,"\u006e":2}"#, "An argument stands twice, once with its name escaped."),
        (
            "name-twice-at-depth",
            r#"{"o":{"p":[{"q":1,"q":2}]}}"#,
            "A name stands twice in an object inside an array inside an object.",
        ),
        (
            "name-twice-in-no-argument",
            r#"{"n":1,"o":{"a":null,"a":null}}"#,
            "A name stands twice in a value that is no argument.",
        ),
        ("empty-name-twice", r#"{"":1,"":2}"#, "An empty name stands twice."),
        ("lone-high-surrogate", r#"{"t":"\ud83d"}"#, "A high surrogate alone."),
        ("lone-low-surrogate", r#"{"t":"\ude00"}"#, "A low surrogate alone."),
        ("surrogates-exchanged", r#"{"t":"\ude00\ud83d"}"#, "A low surrogate before a high one."),
        ("high-surrogate-and-letter", r#"{"t":"\ud83dx"}"#, "A high surrogate before a letter."),
        ("two-high-surrogates", r#"{"t":"\ud83d\ud83d"}"#, "A high surrogate before a high one."),
        ("surrogate-in-a-name", r#"{"\ud83d":1}"#, "A name with a surrogate alone."),
        ("surrogate-in-no-argument", r#"{"o":["\udfff"]}"#, "A surrogate alone in a value that is no argument."),
        ("bad-escape", r#"{"t":"\x41"}"#, "An escape that JSON does not have."),
        ("short-escape", r#"{"t":"\u12"}"#, "An escape with two digits."),
        ("signed-escape", r#"{"t":"\u+041"}"#, "An escape with a sign."),
        ("control-character", "{\"t\":\"a\u{1}b\"}", "A control character that is not escaped."),
        ("line-break", "{\"t\":\"a\nb\"}", "A line break that is not escaped."),
        ("open-text", r#"{"t":"a}"#, "A text that does not end."),
        ("leading-zero", r#"{"n":01}"#, "A number with a leading 0."),
        ("plus", r#"{"n":+1}"#, "A number with a plus."),
        ("leading-dot", r#"{"n":.5}"#, "A number that begins with a dot."),
        ("trailing-dot", r#"{"n":1.}"#, "A number that ends with a dot."),
        ("empty-exponent", r#"{"n":1e}"#, "An exponent without digits."),
        ("hexadecimal", r#"{"n":0x1f}"#, "A hexadecimal number."),
        ("not-a-number", r#"{"n":NaN}"#, "NaN."),
        ("infinity", r#"{"n":-Infinity}"#, "Infinity."),
        ("trailing-comma", r#"{"n":1,}"#, "A comma before the end of an object."),
        ("comma-in-an-array", r#"{"o":[1,]}"#, "A comma before the end of an array."),
        ("comment", r#"{"n":1/* one */}"#, "A comment."),
        ("single-quotes", r#"{'n':1}"#, "A name in single quotes."),
        ("capital-true", r#"{"b":True}"#, "A literal with a capital letter."),
    ];
    for (id, arguments, what) in arguments {
        refuse(suite, "mcp-tool-call", &format!("mcp-{id}"), what, mcp_call(tool(arguments)));
    }
    let good = tool(r#"{"n":1}"#);
    let deep =
        |levels: usize| format!(r#"{{"method":"m","params":{{"a":{}{}}}}}"#, "[".repeat(levels), "]".repeat(levels));
    let bodies: [(&str, Vec<u8>, &str); 24] = [
        ("empty", Vec::new(), "No bytes."),
        ("white-space", b" \n".to_vec(), "White space alone."),
        ("byte-order-mark", [b"\xef\xbb\xbf", good.as_bytes()].concat(), "A byte order mark before the body."),
        ("utf-16", good.encode_utf16().flat_map(u16::to_be_bytes).collect(), "UTF-16."),
        (
            "invalid-utf-8",
            replaced(&tool(r#"{"t":"?"}"#), b"\xe2\x82"),
            "A sequence of UTF-8 cut short, inside a text.",
        ),
        (
            "surrogate-in-utf-8",
            replaced(&tool(r#"{"t":"?"}"#), b"\xed\xa0\xbd"),
            "A surrogate in UTF-8, inside a text.",
        ),
        ("overlong-utf-8", replaced(&tool(r#"{"t":"?"}"#), b"\xc0\xaf"), "An overlong slash, inside a text."),
        ("byte-ff-in-a-name", replaced(&tool(r#"{"?":1}"#), b"\xff"), "The byte ff, inside a name."),
        ("trailing-object", format!("{good}{good}").into_bytes(), "A second object behind the first."),
        ("trailing-letter", format!("{good}x").into_bytes(), "A letter behind the body."),
        ("trailing-nul", format!("{good}\u{0}").into_bytes(), "NUL behind the body."),
        ("cut", good.as_bytes()[..good.len() - 1].to_vec(), "The last brace is missing."),
        ("batch", format!("[{good}]").into_bytes(), "A batch of one."),
        ("text", br#""tools/call""#.to_vec(), "A text."),
        ("no-method", br#"{"jsonrpc":"2.0","id":1,"result":{}}"#.to_vec(), "An answer, which has no method."),
        ("method-as-a-number", br#"{"method":1}"#.to_vec(), "A method that is a number."),
        ("method-null", br#"{"method":null}"#.to_vec(), "A method that is null."),
        ("method-twice", br#"{"method":"a","params":{},"method":"a"}"#.to_vec(), "The method stands twice."),
        ("params-twice", br#"{"method":"a","params":{"n":1},"params":{"n":1}}"#.to_vec(), "params stand twice."),
        ("params-as-an-array", br#"{"method":"a","params":[1]}"#.to_vec(), "params are an array."),
        ("params-null", br#"{"method":"a","params":null}"#.to_vec(), "params are null."),
        (
            "meta-twice",
            br#"{"method":"a","params":{"_meta":{},"_meta":{}}}"#.to_vec(),
            "_meta stands twice, though it is not covered.",
        ),
        ("65-deep", deep(63).into_bytes(), "Arrays and objects 65 deep in each other."),
        ("5000-deep", deep(5_000).into_bytes(), "Arrays 5,000 deep in each other."),
    ];
    for (id, body, what) in bodies {
        let twin = if id.ends_with("-deep") { "mcp-64-deep" } else { "mcp-tool-call" };
        refuse(suite, twin, &format!("mcp-{id}"), what, mcp_call(body));
    }
    let body = r#"{"jsonrpc":"2.0","jsonrpc":"2.0","method":"m"}"#;
    refuse(suite, "mcp-no-params", "mcp-version-twice", "A member that is not covered stands twice.", mcp_call(body));
    let body = r#"{"method":"m","params":{"_meta":{"a":1,"a":2}}}"#;
    let what = "A name stands twice inside _meta, though it is not covered.";
    refuse(suite, "mcp-meta", "mcp-name-twice-in-meta", what, mcp_call(body));
}

/// These bytes in the place of the question mark.
fn replaced(body: &str, with: &[u8]) -> Vec<u8> {
    let (before, after) = body.split_once('?').unwrap();
    [before.as_bytes(), with, after.as_bytes()].concat()
}
