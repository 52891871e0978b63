//! Grants and requests of small alphabets, in which patterns, values and names meet often.

use std::collections::BTreeMap;

use crate::draw::Draw;
use crate::grant::tests::model::{G, L, R, V};
use crate::grant_order::meaning::{self, Texts};

/// Up to four grants; sometimes one that is not well-formed.
pub(crate) fn list(draw: &mut Draw<'_>) -> Vec<G> {
    (0..=draw.below(4)).map(|_| grant(draw)).collect()
}

fn grant(draw: &mut Draw<'_>) -> G {
    let action = pattern(draw, ACTION, ".", &[""]);
    let resource = pattern(draw, RESOURCE, "/", &["", "/", "s3://", "s3:/", "a://"]);
    let mut limits = BTreeMap::new();
    for _ in 0..draw.of(&[0, 0, 1, 2, 3]) {
        let limit = limit(draw);
        limits.insert(draw.of(&["n", "m", "nn"]).to_owned(), limit);
    }
    G { action, resource, limits }
}

/// Up to four more, of which most differ from one of `parents` in a part.
pub(crate) fn children(draw: &mut Draw<'_>, parents: &[G]) -> Vec<G> {
    let child = |draw: &mut Draw<'_>| {
        let (mut child, other) = (draw.of(parents), grant(draw));
        match draw.below(5) {
            0 => child.action = other.action,
            1 => child.resource = other.resource,
            2 => child.limits = other.limits,
            3 => child.limits.values_mut().take(1).for_each(|one| *one = limit(draw)),
            _ => return other,
        }
        child
    };
    (0..=draw.below(4)).map(|_| child(draw)).collect()
}

/// Segments, and often a `*` at the end. By mistake also pieces that do not belong there.
fn pattern(draw: &mut Draw<'_>, segments: &[&str], separator: &str, anchors: &[&str]) -> String {
    let mut parts: Vec<&str> = (0..draw.of(&[1, 2, 3, 0])).map(|_| draw.of(segments)).collect();
    if parts.is_empty() || draw.once_in(2) {
        parts.push("*");
    }
    if draw.errs() {
        let at = draw.below(parts.len());
        parts[at] = draw.of(WILD);
    }
    format!("{}{}", draw.of(anchors), parts.join(separator))
}

fn limit(draw: &mut Draw<'_>) -> L {
    match draw.below(4) {
        0 => L::Equals(value(draw)),
        1 => L::OneOf((0..=draw.of(&[0, 1, 2, 4, 15, 16])).map(|_| value(draw)).collect()),
        2 => {
            let (one, other) = (number(draw), number(draw));
            let inverted = draw.errs();
            if inverted { L::Range(one.max(other), one.min(other)) } else { L::Range(one.min(other), one.max(other)) }
        }
        _ => {
            let anchor = draw.of(&["", "/", "s3://", "s3:/"]);
            let parts: Vec<&str> = (0..=draw.below(2)).map(|_| draw.of(RESOURCE)).collect();
            let wild = draw.right_or("", WILD);
            L::Prefix(format!("{anchor}{}{wild}", parts.join("/")))
        }
    }
}

fn value(draw: &mut Draw<'_>) -> V {
    match draw.below(4) {
        0 | 1 => V::Int(number(draw)),
        2 => V::Text(draw.of(TEXTS).to_owned()),
        _ => V::Bool(draw.once_in(2)),
    }
}

fn number(draw: &mut Draw<'_>) -> i64 {
    let near = i64::from(draw.byte() % 20);
    match draw.below(8) {
        0 => i64::MIN.saturating_add(near),
        1 => i64::MAX.saturating_sub(near),
        2 | 3 => near - 4,
        _ => near % 3,
    }
}

/// One that might tell the two apart, or be admitted by both.
pub(crate) fn request(draw: &mut Draw<'_>, one: &G, other: &G, texts: &Texts) -> R {
    let (action, resource) = (text(draw, &texts.actions), text(draw, &texts.resources));
    let action = draw.right_or(action, &["a.*".to_owned(), "a..b".to_owned(), String::new()]);
    let resource = draw.right_or(resource, &["a/*".to_owned(), "a/../b".to_owned(), "/".to_owned()]);
    let mut arguments = BTreeMap::new();
    for (name, limit) in one.limits.iter().chain(&other.limits) {
        if draw.once_in(8) {
            continue;
        }
        let values = meaning::values([limit]);
        let admitted: Vec<V> = values.iter().filter(|value| limit.admits(value)).cloned().collect();
        let from = if draw.once_in(3) { values } else { admitted };
        arguments.insert(name.clone(), from[(draw.below(256) * 7) % from.len()].clone());
    }
    R { action, resource, arguments }
}

fn text(draw: &mut Draw<'_>, texts: &[String]) -> String {
    let at = draw.below(256) * 5;
    texts[at % texts.len()].clone()
}

/// One is a beginning of another, and one looks like a scheme.
const ACTION: &[&str] = &["a", "b", "aa", "a:"];
const RESOURCE: &[&str] = &["a", "b", "aa", "a:", "s3:", "%41"];
const TEXTS: &[&str] = &["", "a", "a/b", "a/b/aa", "aa", "/a", "s3://a", "s3:/a", "a/../b", "1", "%41/a"];
/// What no segment is, or what reads as something else.
const WILD: &[&str] = &[
    "", ".", "..", "..;x", ".;", "*", "a*", "%2e", "%2F", "%25", "%4", "%", "\\", "a b", "é", "\u{7f}", ";", "...",
    "%0a", "//",
];
