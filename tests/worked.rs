//! The worked token of spec/token.md §9 is what the code makes. `UPDATE_SPEC=1` writes it anew.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::arithmetic_side_effects,
    clippy::wildcard_enum_match_arm,
    reason = "a test may fail"
)]
#![cfg(feature = "issue")]

use std::fmt::Write as _;

use ciborium::Value;
use throughline::issue::{
    Actor, ContinuationBuilder, Grant, GrantList, OriginClaim, RootBuilder, Signer as _, SigningKey,
};
use throughline::{Digest, Limits, OriginForm, Token, UnixTime};

const BEGIN: &str = "<!-- worked token: tests/worked.rs -->\n";

#[test]
fn worked_token_of_the_spec_is_what_the_code_makes() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/spec/token.md");
    let spec = std::fs::read_to_string(path).unwrap();
    let before = spec.split(BEGIN).next().unwrap();
    let expected = format!("{before}{BEGIN}{}", worked());
    if std::env::var_os("UPDATE_SPEC").is_some() {
        std::fs::write(path, &expected).unwrap();
    }
    assert!(spec == expected, "run with UPDATE_SPEC=1");
}

fn worked() -> String {
    let (alice, executor) = (key("alice"), key("executor"));
    let now = UnixTime(1_800_000_000);
    let origin = OriginClaim {
        kind: OriginForm::Identity,
        accountable: "https://alice.example",
        nonce: [0x0a; 16],
        consent: None,
    };
    let grants = GrantList::new([Grant::new("calendar.read", "calendar/alice/*").range("days", 1, 31)]).unwrap();
    let actor = Actor::origin(*alice.key(), "https://alice.example/authority", "owner");
    let root = RootBuilder::new(actor, &origin, (now, now.plus(3600)), grants)
        .next_key(executor.key().thumbprint())
        .sign(&alice)
        .unwrap();
    let token = ContinuationBuilder::new(&root, Actor::unvouched(*executor.key()), (now, now.plus(600)))
        .sign(&executor)
        .unwrap();
    let decoded = Token::decode(&token, &Limits::DEFAULT).unwrap();
    let mut text = String::new();
    for (index, link) in decoded.links().enumerate() {
        let bytes =
            if index == 0 { &token[..link.encoded().len()] } else { &token[token.len() - link.encoded().len()..] };
        writeln!(text, "\nLink {index}, {} bytes, digest `{}`:\n\n```", bytes.len(), link.digest()).unwrap();
        annotate(bytes, &mut text);
        text.push_str("```\n");
    }
    text
}

/// SHA-256 of "throughline worked token " and the name, as a secret scalar.
fn key(name: &str) -> SigningKey {
    SigningKey::from_bytes(Digest::of(&[b"throughline worked token ", name.as_bytes()]).as_bytes()).unwrap()
}

/// One line per head or short item: hex, then diagnostic notation; byte strings that hold CBOR are opened.
fn annotate(bytes: &[u8], text: &mut String) {
    let value: Value = ciborium::from_reader(bytes).unwrap();
    item(&value, 0, text);
}

fn item(value: &Value, depth: usize, text: &mut String) {
    let encoded = encode(value);
    match value {
        Value::Tag(tag, inner) => {
            line(&encoded[..1], &format!("tag {tag}"), depth, text);
            item(inner, depth + 1, text);
        }
        Value::Array(items) => {
            line(&encoded[..1], &format!("array of {}", items.len()), depth, text);
            items.iter().for_each(|one| item(one, depth + 1, text));
        }
        Value::Map(entries) => {
            line(&encoded[..1], &format!("map of {}", entries.len()), depth, text);
            for (label, content) in entries {
                if is_short(content) {
                    let both = [encode(label), encode(content)].concat();
                    line(&both, &format!("{}: {}", show(label), show(content)), depth + 1, text);
                } else {
                    line(&encode(label), &format!("{}:", show(label)), depth + 1, text);
                    item(content, depth + 2, text);
                }
            }
        }
        Value::Bytes(content) if content.first().is_some_and(|first| first >> 5 == 5) && content.len() > 40 => {
            line(&encoded[..encoded.len() - content.len()], &format!("{} bytes of CBOR:", content.len()), depth, text);
            item(&ciborium::from_reader(content.as_slice()).unwrap(), depth + 1, text);
        }
        _ => line(&encoded, &show(value), depth, text),
    }
}

fn is_short(value: &Value) -> bool {
    !matches!(value, Value::Array(_) | Value::Map(_))
}

fn show(value: &Value) -> String {
    match value {
        Value::Integer(number) => i128::from(*number).to_string(),
        Value::Text(content) => format!("{content:?}"),
        Value::Bytes(content) => format!("{} bytes", content.len()),
        Value::Bool(truth) => truth.to_string(),
        other => format!("{other:?}"),
    }
}

fn line(bytes: &[u8], meaning: &str, depth: usize, text: &mut String) {
    let hex: String = bytes.iter().map(|byte| format!("{byte:02x}")).collect();
    let indent = "  ".repeat(depth);
    let width = 72 - indent.len();
    let mut rows: Vec<&str> = Vec::new();
    let mut rest = hex.as_str();
    while rest.len() > width {
        let (row, next) = rest.split_at(width / 2 * 2);
        rows.push(row);
        rest = next;
    }
    rows.push(rest);
    for (at, row) in rows.iter().enumerate() {
        if at + 1 < rows.len() {
            writeln!(text, "{indent}{row}").unwrap();
        } else {
            writeln!(text, "{indent}{row:<w$} # {meaning}", w = width.min(24)).unwrap();
        }
    }
}

fn encode(value: &Value) -> Vec<u8> {
    let mut bytes = Vec::new();
    ciborium::into_writer(value, &mut bytes).unwrap();
    bytes
}
