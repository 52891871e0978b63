//! What the command reads from files and arguments: keys in PEM, artifacts, digests, times, values, grants, contracts, URLs, arguments.
//! Nothing panics; what is read is what was written; what is printed moves no terminal.

use std::ffi::OsString;

use throughline::{Digest, Limits, Property, Token, encode_text};
use throughline_cli::inputs;

use crate::document::Document;
use crate::vectors::each_once;
use crate::{Target, Vectors, planted};

/// This target.
pub const TARGET: Target = Target { name: "cli_input", max_len: 512, run, seeds };

/// The first byte says which reader, the others are what it reads.
pub fn run(data: &[u8]) {
    let Some((choice, rest)) = data.split_first() else { return };
    let text = String::from_utf8_lossy(rest);
    match choice % 12 {
        0 => artifact(rest),
        1 => key(rest),
        2 => digest(&text),
        3 => time(&text),
        4 => duration(&text),
        5 => value(&text),
        6 => grants(&text),
        7 => contract(&text),
        8 => url(&text),
        9 => inspect(rest),
        10 => plain(&text),
        _ => command_line(&text),
    }
}

/// Raw, or base64url that is written in one way only.
fn artifact(bytes: &[u8]) {
    match inputs::artifact(bytes.to_vec()) {
        Ok(read) if matches!(bytes.first(), Some(0xd1 | 0xd2)) => assert_eq!(read, bytes),
        Ok(read) => assert_eq!(encode_text(&read).as_bytes(), bytes.trim_ascii()),
        Err(text) => is_one_line(&text),
    }
}

fn key(bytes: &[u8]) {
    match inputs::key(bytes) {
        Ok((secret, public)) => {
            let pem = inputs::key_to_pem(&public).expect("a key that was read is on the curve");
            let again = inputs::key(pem.as_bytes()).expect("a key that was written is read");
            assert_eq!(again, (None, public));
            if let Some(secret) = secret {
                let own = throughline::issue::SigningKey::from_bytes(&secret).expect("a scalar in its range");
                assert_eq!(throughline::issue::Signer::key(&own).key(), &public, "the public key of the secret");
            }
        }
        Err(text) => is_one_line(&text),
    }
}

fn digest(text: &str) {
    if let Ok(digest) = inputs::digest(text) {
        let forms = [digest.to_string(), encode_text(digest.as_bytes())];
        assert!(forms.iter().any(|form| form.eq_ignore_ascii_case(text)), "{text:?}");
        assert_eq!(forms.map(|form| inputs::digest(&form)), [Ok(digest), Ok(digest)]);
    }
    let bytes = inputs::hex(text);
    let is_hex = text.len() % 2 == 0 && text.bytes().all(|byte| byte.is_ascii_hexdigit());
    assert_eq!(bytes.is_ok() != planted(), is_hex, "{text:?}");
    if let Ok(bytes) = bytes {
        let written: String = bytes.iter().map(|byte| format!("{byte:02x}")).collect();
        assert!(written.eq_ignore_ascii_case(text));
    }
}

fn time(text: &str) {
    if let Ok(time) = inputs::time(text) {
        assert!(time.0 < 1 << 63);
        assert_eq!(inputs::time(&inputs::time_to_text(time)), Ok(time), "{text:?}");
        assert_eq!(inputs::time(&time.0.to_string()), Ok(time));
    }
}

fn duration(text: &str) {
    if let Ok(seconds) = inputs::duration(text) {
        let (digits, unit) = text.split_at(text.len() - 1);
        let digits: u128 = digits.parse().expect("digits");
        let factor = match unit {
            "s" => 1,
            "m" => 60,
            "h" => 3600,
            _ => 86_400,
        };
        assert_eq!(digits * factor, u128::from(seconds), "{text:?}");
    }
}

/// A value is of one type, and written as it was read.
fn value(text: &str) {
    let property = inputs::property(text, |name, value| {
        let (written_name, written) = text.split_once('=').expect("a name and a value");
        assert_eq!(name, written_name);
        match value {
            Property::Int(value) => assert_eq!(value.to_string(), written),
            Property::Bool(value) => assert_eq!(value.to_string(), written),
            Property::Text(value) if written.starts_with('"') => {
                assert_eq!(Document::read(written.as_bytes()), Ok(Document::Text(value.to_owned())));
            }
            Property::Text(value) => assert_eq!(value, written),
            Property::Bytes(value) => assert_eq!(written.len(), 2 + 2 * value.len()),
        }
    });
    let argument = inputs::argument(text, |argument| argument.is_some());
    assert!(argument != Ok(false), "an argument is no bytes");
    assert!(property.is_err() || argument.is_ok(), "what is a property is an argument");
}

fn grants(text: &str) {
    let each: Vec<String> = text.split('\u{1}').map(str::to_owned).collect();
    match inputs::grants(&each) {
        Ok(encoded) => {
            let grants = throughline::Grants::decode(&encoded).expect("grants that were read are well-formed");
            assert_eq!(grants.len(), each.len(), "as many as were given");
        }
        Err(text) => is_printable(&text),
    }
}

/// A contract that is read has no name twice, and goes into a link or is refused by the format.
fn contract(text: &str) {
    for next in [true, false] {
        match inputs::contract(text, next) {
            Ok(_) => assert!(Document::read(text.as_bytes()).is_ok(), "read, and serde_json does not: {text:?}"),
            Err(text) => is_printable(&text),
        }
    }
}

fn url(text: &str) {
    if let Ok([scheme, authority, path, query]) = inputs::url(text) {
        let query = query.map(|query| format!("?{query}")).unwrap_or_default();
        let [scheme, authority, path] = [scheme, authority, path].map(Option::unwrap_or_default);
        let written = format!("{scheme}://{authority}{path}{query}");
        // An empty path is sent as a slash.
        let slashed = format!("{scheme}://{authority}{}{query}", path.strip_prefix('/').unwrap_or(path));
        assert!(written == text || slashed == text, "{text:?} is read as {written:?}");
    }
}

fn inspect(bytes: &[u8]) {
    match inputs::inspect(bytes.to_vec()) {
        Ok((text, json)) => {
            text.lines().for_each(is_one_line);
            assert!(Document::read(json.as_bytes()).is_ok(), "{json}");
        }
        Err(text) => {
            is_printable(&text);
            assert!(Token::decode(bytes, &Limits::DEFAULT).is_err(), "a token can be inspected");
        }
    }
}

fn plain(text: &str) {
    is_one_line(&inputs::plain(text));
}

fn command_line(text: &str) {
    let arguments = ["throughline"].into_iter().chain(text.split('\u{1}')).map(OsString::from).collect();
    if let Err(said) = inputs::command_line(arguments) {
        is_one_line(&said);
    }
}

/// A failure's line, and its report behind it.
fn is_printable(said: &str) {
    let (line, report) = said.split_once('\n').expect("a line and a report");
    is_one_line(line);
    assert!(Document::read(report.as_bytes()).is_ok(), "{report}");
}

/// Nothing that a terminal obeys.
fn is_one_line(text: &str) {
    let obeyed = |c: char| {
        c.is_control() || matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{200b}'..='\u{200f}')
    };
    assert!(!text.chars().any(obeyed), "{text:?}");
}

fn seeds(vectors: &Vectors) -> Vec<Vec<u8>> {
    let artifacts = [vectors.tokens(), vectors.credentials(), vectors.proofs(), vectors.lists()].concat();
    let artifacts = artifacts.iter().step_by(17).filter(|artifact| artifact.len() <= 1500);
    let inspected = artifacts.clone().map(|artifact| [&[9], artifact.as_slice()].concat());
    let read = artifacts.take(9).flat_map(|artifact| {
        let text = encode_text(artifact);
        [[&[0], artifact.as_slice()].concat(), [&[0], text.as_bytes(), b"\n"].concat()]
    });
    let digest = Digest::of(&[b"a digest"]);
    let texts =
        [(2, digest.to_string()), (2, encode_text(digest.as_bytes())), (2, "0g".to_owned()), (2, "00".to_owned())];
    let texts = texts.into_iter().chain(TEXTS.iter().map(|(reader, text)| (*reader, (*text).to_owned())));
    each_once(texts.map(|(reader, text)| [&[reader], text.as_bytes()].concat()).chain(read).chain(inspected))
}

const TEXTS: &[(u8, &str)] = &[
    (1, include_str!("../keys/p256.pem")),
    (1, include_str!("../keys/p256-sec1.pem")),
    (1, include_str!("../keys/p256-public.pem")),
    (1, include_str!("../keys/p384.pem")),
    (1, include_str!("../keys/ed25519.pem")),
    (1, "-----BEGIN CERTIFICATE-----\nAA==\n-----END CERTIFICATE-----\n"),
    (3, "1800000000"),
    (3, "2026-01-31T12:00:00Z"),
    (3, "2026-01-31T13:00:00+01:00"),
    (3, "1970-01-01t00:00:00-23:59"),
    (3, "9223372036854775807"),
    (4, "300s"),
    (4, "2d"),
    (5, "n=5"),
    (5, "n=-0"),
    (5, "n=0xff00"),
    (5, "n=\"true\""),
    (5, "n=\"\\ud83d\\ude00\""),
    (5, "n=9223372036854775808"),
    (6, "calendar.read calendar/alice/*"),
    (6, "a b\u{1}{\"action\":\"calendar.read\",\"resource\":\"*\",\"limits\":{\"days\":{\"range\":[1,7]}}}"),
    (7, r#"{"namespace":"spiffe://prod.example","roles":{"any_of":["a"],"from":["https://a.example"]},"fresh":true}"#),
    (
        7,
        r#"{"properties":[{"name":"p","from":["https://a.example"],"equals":{"bytes":"AA"}}],"handover":true,"last":3}"#,
    ),
    (7, r#"{"fresh":true,"fresh":true}"#),
    (7, r#"{"properties":[{"name":"p","from":["https://a.example"],"tier":"affirming"}],"vouched":true}"#),
    (8, "https://calendar.example/alice?week=3"),
    (8, "http://a.example"),
    (8, "https://user@a.example/#x"),
    (10, "a\u{1b}[2J\n\u{202e}b \u{e9}"),
    (11, "verify\u{1}--trust\u{1}bundle.json\u{1}token"),
    (11, "attest\u{1}--role\u{1}a\u{1}--property\u{1}n=1\u{1}--for\u{1}5m"),
    (11, "--json\u{1}originate\u{1}--grant\u{1}a b\u{1}\u{1b}[2J"),
    (11, "prove\u{1}--http\u{1}GET\u{1}https://a.example/\u{1}token"),
    (11, "help"),
];
