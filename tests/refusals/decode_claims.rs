//! Stage 2, V230–V232 and V235–V238: which claims stand where, and what they may say.

use ciborium::Value;
use throughline::{Digest, ErrorKind, Part};

use crate::common::cbor::{OURS, bytes, cose_key, int, map, text};
use crate::common::forge::Message;
use crate::common::setting::Setting;
use crate::common::world::{through_stranger, wide_trust};
use crate::common::{NOW, public};
use crate::judge::{ARTIFACTS, Judge, LINKS};

fn digest() -> Value {
    bytes(Digest::of(&[b"digest"]).as_bytes())
}

fn array(elements: &[Value]) -> Value {
    Value::Array(elements.to_vec())
}

#[test]
fn claims_that_an_artifact_never_has_rejected() {
    let judge = Judge::new();
    for part in ARTIFACTS {
        let never: &[i64] = match part {
            Part::Credential(_) => &[3, 7, 9, 11, 256, -1, -65536],
            Part::HandOver(_) => &[1, 2, 3, 5, 6, 7, 8, 10, -65536],
            Part::Proof => &[1, 2, 4, 5, 8, 10, -65536],
            _ => &[2, 3, 7, 9, 10, 40, 256, -1, -65536],
        };
        for label in never {
            judge.added(part, &[*label], int(0), ErrorKind::ClaimUnknown);
        }
        let never: &[i64] = match part {
            Part::Credential(_) => &[1, 4, 13, 17, -1],
            Part::HandOver(_) => &[1, 11, 18, 19, 21],
            Part::Proof => &[10, 16, 20, 21],
            _ => &[0, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23, 24, -1],
        };
        for label in never {
            judge.added(part, &[OURS, *label], int(0), ErrorKind::ClaimUnknown);
        }
        // Behind the map of our own.
        judge.added(part, &[-65538], int(0), ErrorKind::ClaimUnknown);
    }
    for label in [0, 5, -1] {
        judge.added(Part::Link(0), &[OURS, 7, label], int(0), ErrorKind::ClaimUnknown);
    }
    for part in LINKS {
        for label in [0, 8, -1] {
            judge.added(part, &[OURS, 5, label], Value::Bool(true), ErrorKind::ClaimUnknown);
        }
        judge.inner(part, &[OURS, 6], map([(8, Value::Bool(true))]), ErrorKind::ClaimUnknown);
    }
}

#[test]
fn missing_claims_rejected() {
    let judge = Judge::new();
    for (part, paths) in [
        (
            Part::Link(0),
            [[1].as_slice(), &[4], &[6], &[OURS], &[OURS, 2], &[OURS, 3], &[OURS, 4], &[OURS, 7]].as_slice(),
        ),
        (Part::Link(1), &[&[1], &[4], &[6], &[OURS], &[OURS, 1], &[OURS, 2], &[OURS, 3]]),
        (Part::Link(2), &[&[1], &[4], &[6], &[OURS], &[OURS, 1], &[OURS, 2], &[OURS, 3]]),
        (Part::Credential(0), &[&[1], &[2], &[4], &[6], &[8], &[OURS], &[OURS, 14]]),
        (Part::HandOver(1), &[&[4], &[OURS], &[OURS, 17], &[OURS, 20]]),
        (Part::Proof, &[&[3], &[6], &[7], &[OURS], &[OURS, 17], &[OURS, 18]]),
        (Part::Link(0), &[&[OURS, 7, 1], &[OURS, 7, 2], &[OURS, 7, 3]]),
    ] {
        for path in paths {
            judge.removed(part, path, ErrorKind::ClaimMissing);
        }
    }
}

#[test]
fn claims_of_the_other_kind_of_link_rejected() {
    let judge = Judge::new();
    let key = || cose_key(public("stray").key());
    // A root with what only later links have.
    judge.added(Part::Link(0), &[OURS, 1], digest(), ErrorKind::ClaimMisplaced);
    judge.added(Part::Link(0), &[OURS, 11], digest(), ErrorKind::ClaimMisplaced);
    judge.added(Part::Link(0), &[8], map([(1, key())]), ErrorKind::ClaimMisplaced);
    // A root by role or by context may name further credentials, one by identity may not.
    judge.added(Part::Link(0), &[OURS, 8], array(&[digest()]), ErrorKind::ClaimMisplaced);
    // A later link with an origin: its parent is what does not belong then.
    let origin = map([(1, int(0)), (2, text("https://alice.example")), (3, bytes(&[7; 16]))]);
    for part in [Part::Link(1), Part::Link(2)] {
        let mut forge = judge.forge(part);
        let message = &mut forge.part(part).message;
        message.put(&[OURS, 7], origin.clone());
        let offset = message.offset(&[OURS, 1]) - 1;
        let spoil = |message: &mut Message| message.put(&[OURS, 7], origin.clone());
        judge.claims(part, spoil, ErrorKind::ClaimMisplaced, offset);
    }
    // An unvouched link with a role, or further credentials.
    let judge = Judge::of(through_stranger(4));
    judge.added(Part::Link(1), &[OURS, 3], text("reader"), ErrorKind::ClaimMisplaced);
    judge.added(Part::Link(1), &[OURS, 8], array(&[digest()]), ErrorKind::ClaimMisplaced);
    judge.removed(Part::Link(1), &[8], ErrorKind::UnvouchedIdentifier);
}

#[test]
fn demands_of_require_in_next_rejected() {
    let judge = Judge::new();
    for part in LINKS {
        judge.added(part, &[OURS, 5, 6], Value::Bool(true), ErrorKind::ClaimMisplaced);
        judge.added(part, &[OURS, 5, 7], int(3), ErrorKind::ClaimMisplaced);
    }
}

#[test]
fn agreement_in_a_signed_proof_rejected() {
    Judge::new().added(Part::Proof, &[OURS, 19], digest(), ErrorKind::ClaimMisplaced);
}

#[test]
fn empty_windows_rejected() {
    let judge = Judge::new();
    let time = |time: u64| Value::Integer(time.into());
    for part in [Part::Link(0), Part::Link(1), Part::Link(2), Part::Credential(0)] {
        let iat: u64 = judge.forge(part).part(part).message.get(&[6]).as_integer().unwrap().try_into().unwrap();
        let exp: u64 = judge.forge(part).part(part).message.get(&[4]).as_integer().unwrap().try_into().unwrap();
        for wrong in [iat, iat - 1, 0] {
            judge.inner(part, &[4], time(wrong), ErrorKind::WindowEmpty);
        }
        for wrong in [iat - 1, exp, exp + 1, 0] {
            judge.inner(part, &[5], time(wrong), ErrorKind::WindowEmpty);
        }
    }
    // One second is a window.
    let setting = Setting::new(wide_trust());
    let mut forge = crate::common::forge::Forge::of(&crate::common::chain(2));
    forge.link(1).message.put(&[6], time(NOW.0));
    forge.link(1).message.put(&[4], time(NOW.0 + 1));
    setting.accepts(&forge.token());
}

#[test]
fn malformed_patterns_rejected() {
    let judge = Judge::new();
    let root = Part::Link(0);
    for action in [
        "calendar.",
        ".read",
        "calendar..read",
        "*.read",
        "calendar*",
        "calendar.re*d",
        ".*",
        "**",
        "calendar.*.*",
        "calendar read",
        "calendar.\u{e9}",
        "calendar.\u{7f}",
        "calendar.\n",
    ] {
        judge.value(root, &[OURS, 4, 0, 0], text(action), ErrorKind::PatternInvalid);
    }
    for resource in [
        "calendar/",
        "calendar//alice",
        "//calendar",
        "calendar/./x",
        "calendar/../x",
        "..",
        "calendar/al*ce",
        "calendar/*/x",
        "calendar/%2e%2e/x",
        "calendar/a%2Fb",
        "calendar/a%5cb",
        "calendar/a%25b",
        "calendar\\alice",
        "calendar/a\u{0}",
        "https://",
        "https:///x",
        "https://a/",
        "/",
        "**",
    ] {
        judge.value(root, &[OURS, 4, 0, 1], text(resource), ErrorKind::PatternInvalid);
    }
    for prefix in ["", "a/", "a//b", "/", "../a", "a/%2e", "a\\b", "a/\u{1f}", "https://"] {
        let limit = array(&[int(3), text(prefix)]);
        let kind = if prefix.is_empty() { ErrorKind::SizeOutOfRange } else { ErrorKind::PatternInvalid };
        judge.inner(root, &[OURS, 4, 0, 2, 0], limit, kind);
    }
}

#[test]
fn unknown_kinds_rejected() {
    let judge = Judge::new();
    let root = Part::Link(0);
    for kind in [4, 5, 24, 255] {
        judge.inner(root, &[OURS, 4, 0, 2, 0], array(&[int(kind), int(0)]), ErrorKind::KindUnknown);
        judge.inner(root, &[OURS, 4, 0, 2, 0], array(&[int(kind), int(0), int(1)]), ErrorKind::KindUnknown);
    }
    for kind in [3, 4, 255] {
        judge.value(root, &[OURS, 7, 1], int(kind), ErrorKind::KindUnknown);
    }
    for part in LINKS {
        let demand = |test: i64, value: Value| {
            map([(3, array(&[array(&[text("hardware"), array(&[text("CN=a")]), int(test), value])]))])
        };
        for test in [2, 3, 255] {
            judge.inner(part, &[OURS, 5], demand(test, int(2)), ErrorKind::KindUnknown);
        }
        for tier in [0, 1, 3, 31, 33, 95, 97, 127, 128] {
            judge.inner(part, &[OURS, 5], demand(1, int(tier)), ErrorKind::KindUnknown);
            judge.inner(part, &[OURS, 6], demand(1, int(tier)), ErrorKind::KindUnknown);
        }
        judge.inner(part, &[OURS, 5], demand(1, int(-2)), ErrorKind::UnexpectedType);
        judge.inner(part, &[OURS, 5], demand(1, text("affirming")), ErrorKind::UnexpectedType);
    }
}

#[test]
fn inverted_ranges_rejected() {
    let judge = Judge::new();
    let range = |lo: i64, hi: i64| array(&[int(2), int(lo), int(hi)]);
    for (lo, hi) in [(2, 1), (0, -1), (i64::MAX, i64::MIN), (-1, -2)] {
        judge.value(Part::Link(0), &[OURS, 4, 0, 2, 0], range(lo, hi), ErrorKind::RangeInverted);
    }
    let setting = Setting::new(wide_trust());
    for (lo, hi) in [(1, 1), (i64::MIN, i64::MAX)] {
        let mut forge = crate::common::forge::Forge::of(&crate::common::chain(2));
        forge.link(0).message.put(&[OURS, 4, 0, 2, 0], range(lo, hi));
        setting.accepts(&forge.token());
    }
}
