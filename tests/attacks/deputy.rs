//! §6: the service as a confused deputy: names that mean two things, requests that say two things.

use throughline::issue::{Grant, GrantList, RootBuilder};
use throughline::{Argument, ErrorKind, Field, HttpFields, Json, McpBody, Part, Value, encode_field, encode_text};

use crate::adversary::Adversary;
use crate::common::cbor::{OURS, decode, encode, set, text};
use crate::common::setting::request;
use crate::common::{NOW, alice, origin, window};
use crate::honest::{Execution, Next, Who, named};
use crate::scene::Scene;

/// Alice lets files of one folder be read, by name and by argument.
fn files(next: &Next) -> Execution {
    let grant = Grant::new("calendar.read", "calendar/alice/*").prefix("path", "files/alice");
    let grants =
        GrantList::new([grant.clone(), Grant::new("calendar.*", "calendar/alice/*").range("days", 1, 31)]).unwrap();
    Execution::root_of(Who::Alice, RootBuilder::new(alice(), &origin(), window(), grants), next)
}

/// §6: Confused deputy at the resource.
/// §6: Not refused, and dangerous
#[test]
fn names_that_a_consumer_could_read_as_another_path_rejected() {
    let scene = Scene::new(files(&Next::Anyone));
    let mallory = Adversary::mallory();
    for segment in [
        "..", ".", "", "..;", "..;x=1", ".;", "a\\b", "a\nb", "a\u{0}", "a\u{7f}", "%2e%2e", "%2E.", ".%2e", "%2f",
        "%2Fetc", "%5c", "%25", "%252e", "%00", "%0a", "%7f", "%", "%2", "%zz", "%%41",
    ] {
        // In a grant of its own: no link that states it is well-formed.
        let resource = format!("calendar/alice/{segment}/bob");
        let grant = decode(&encode(&set([ciborium::Value::Array(vec![text("calendar.read"), text(&resource)])])));
        let token = mallory.continues(&scene.token).put(&[OURS, 4], grant).signed();
        scene.refuses(&token, &mallory.asks(&token), ErrorKind::PatternInvalid, Part::Link(1));
        // In the request, by the resource, and by an argument under a prefix.
        let mut asked = request();
        asked.resource = &resource;
        for proof in &scene.proofs {
            scene.service.refuses(&scene.token, proof, &asked, ErrorKind::RequestInvalid, Part::Request);
        }
        let path = format!("files/alice/{segment}/bob");
        let arguments = [Argument { name: "path", value: Value::Text(&path) }];
        for proof in &scene.proofs {
            let asked = request().with(&arguments);
            scene.service.refuses(&scene.token, proof, &asked, ErrorKind::RequestNotGranted, Part::Request);
        }
    }
    let of_path = |path: &str, admitted: bool| {
        let arguments = [Argument { name: "path", value: Value::Text(path) }];
        let asked = request().with(&arguments);
        for proof in scene.honest.asks(&request(), NOW) {
            let verdict = scene.service.admit(&scene.token, &proof, &asked).map_err(|error| error.kind);
            assert_eq!(verdict, if admitted { Ok(()) } else { Err(ErrorKind::RequestNotGranted) }, "{path}");
        }
    };
    // By segments, not by bytes; within its anchor; not longer than anybody wants to scan.
    for path in ["files/alicex", "files/alice2/x", "files", "/files/alice/x", "s3://files/alice/x", "files/alice/"] {
        of_path(path, false);
    }
    of_path(&format!("files/alice/{}", "x".repeat(8_192 - 12)), true);
    of_path(&format!("files/alice/{}", "x".repeat(8_192 - 11)), false);
    // Not refused, and dangerous where a service reads more into it than was admitted.
    for segment in ["a;b", "a?b", "a#b", "%c0%ae%c0%ae", "．．", "％2e", "ALICE", "a b", "...", "~", "a:b", "-rf"] {
        let resource = format!("calendar/alice/{segment}");
        let mut asked = request();
        asked.resource = &resource;
        scene.service.admits(&scene.token, &scene.honest.asks(&request(), NOW)[0], &asked);
        of_path(&format!("files/alice/{segment}"), true);
    }
    scene.delivers();
}

/// §6: a request that says two things
#[test]
fn request_that_says_two_things_rejected() {
    let authority = "calendar.example";
    let read = |lines: &[(&'static str, &'static str)]| {
        let lines = lines.iter().map(|(name, value)| (*name, value.as_bytes()));
        HttpFields::read(authority, lines).map(drop).map_err(|error| error.kind)
    };
    assert_eq!(read(&[("Host", authority), (":authority", authority), ("Content-Type", "text/plain")]), Ok(()));
    for lines in [
        [("Host", "mail.example"), ("Accept", "*/*")],
        [("Host", "calendar.example:443"), ("Accept", "*/*")],
        [("Host", "Calendar.example"), ("Accept", "*/*")],
        [("Host", "calendar.example."), ("Accept", "*/*")],
        [("Host", "mail.example@calendar.example"), ("Accept", "*/*")],
        [("Host", "calendar.example"), (":authority", "mail.example")],
        [("Host", "calendar.example"), ("host", "calendar.example")],
        [("Content-Type", "text/plain"), ("content-type", "text/plain")],
        [("Content-Encoding", "gzip"), ("Content-Encoding", "br")],
        [("Host", "calendar.example"), ("X-HTTP-Method-Override", "DELETE")],
        [("Host", "calendar.example"), ("x-http-method", "DELETE")],
        [("Host", "calendar.example"), ("X-Method-Override", "DELETE")],
        [("Host", "calendar.example"), ("X-Original-URL", "/admin")],
        [("Host", "calendar.example"), ("x-rewrite-url", "/admin")],
    ] {
        assert_eq!(read(&lines), Err(ErrorKind::RequestInvalid), "{lines:?}");
    }
    // What remains: whatever else a service or a gateway before it takes for a method or a path.
    for field in ["X_HTTP_Method_Override", "X-Forwarded-Uri", "X-Forwarded-Prefix", "X-HTTP-Path-Override"] {
        assert_eq!(read(&[("Host", authority), (field, "/admin")]), Ok(()), "{field}");
    }
    for body in [
        r#"{"method":"tools/list","method":"tools/call"}"#,
        r#"{"method":"tools/call","m\u0065thod":"tools/list"}"#,
        r#"{"method":"tools/call","params":{"name":"read","name":"delete"}}"#,
        r#"{"method":"tools/call","params":{"name":"read"},"params":{"name":"delete"}}"#,
        r#"{"method":"tools/call","params":{"arguments":{"a":{"b":1,"b":2}}}}"#,
        r#"{"method":"tools/call","params":[]}"#,
        r#"{"method":7}"#,
        r#"[{"method":"tools/call"}]"#,
        "\u{feff}{\"method\":\"tools/call\"}",
        r#"{"method":"tools/call"} {"method":"tools/list"}"#,
        r#"{"method":"tools/call","params":{"name":"\ud800"}}"#,
        r#"{"method":"tools/call",}"#,
        r#"{"method":"tools/call" /* or not */}"#,
    ] {
        assert_eq!(
            McpBody::read(body.as_bytes()).map(drop).map_err(|error| error.kind),
            Err(ErrorKind::RequestInvalid),
            "{body}"
        );
    }
    let deep = format!("{}{}", "[".repeat(65), "]".repeat(65));
    assert_eq!(Json::read(deep.as_bytes()).map(drop).map_err(|error| error.kind), Err(ErrorKind::RequestInvalid));
}

/// §6: token or proof carried twice, or two different ones
#[test]
fn token_or_proof_carried_in_two_ways_rejected() {
    let scene = Scene::new(Execution::root(&named(1)));
    let other = files(&Next::Nobody);
    let (field, text) = (encode_field(&scene.token), encode_text(&scene.token));
    let read = |lines: &[&str], text: Option<&str>| {
        let mut buffer = vec![0; 16_384];
        let lines = lines.iter().map(|line| line.as_bytes());
        let carried = Field::Continuity.read_with(lines, text.map(str::as_bytes), &mut buffer);
        let token = carried.map_err(|error| error.kind)?.to_vec();
        scene.service.admit(&token, &scene.honest.asks(&request(), NOW)[0], &request()).map_err(|error| error.kind)
    };
    assert_eq!(read(&[&field], None), Ok(()));
    assert_eq!(read(&[], Some(&text)), Ok(()));
    assert_eq!(read(&[&field], Some(&text)), Ok(()));
    assert_eq!(read(&[&field, &field], None), Err(ErrorKind::FieldRepeated));
    assert_eq!(read(&[&field, &encode_field(&other.token)], None), Err(ErrorKind::FieldRepeated));
    assert_eq!(read(&[&field], Some(&encode_text(&other.token))), Err(ErrorKind::FieldInvalid));
    for line in [
        format!("{field}, {field}"),
        format!("{field};a=1"),
        format!(" {field}"),
        field.trim_matches(':').to_owned(),
        text.clone(),
        field.replacen(':', "::", 1),
        format!("Bearer {text}"),
    ] {
        assert_eq!(read(&[&line], None), Err(ErrorKind::FieldInvalid), "{}", &line[..20]);
    }
    // One byte sequence has one text: neither padding bits nor alphabets are a choice.
    for text in [format!("{text}="), format!("{text}\n"), format!(" {text}"), text.replace('_', "/") + " "] {
        assert_eq!(read(&[], Some(&text)), Err(ErrorKind::FieldInvalid));
    }
    assert_eq!(read(&[], None), Err(ErrorKind::TokenEmpty));
    assert_eq!(read(&["::"], None), Err(ErrorKind::TokenEmpty));
}
