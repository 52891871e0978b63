//! V236: action patterns, resource patterns and prefixes outside token.md §5.1.

use ciborium::Value;
use throughline::ErrorKind;

use super::{Bench, LINKS, On};
use crate::common::cbor::{OURS, int, text};

pub(super) fn publish(bench: &mut Bench<'_>) {
    actions(bench);
    resources(bench);
    prefixes(bench);
}

fn actions(bench: &mut Bench<'_>) {
    for (n, (id, action, what)) in [
        ("trailing-dot", "calendar.", "ends with a dot"),
        ("leading-dot", ".read", "begins with a dot"),
        ("empty-segment", "calendar..read", "has an empty segment"),
        ("star-first", "*.read", "has a wildcard that is not last"),
        ("star-in-segment", "calendar.re*d", "has a wildcard inside a segment"),
        ("star-after-letters", "calendar*", "has a wildcard without a dot before it"),
        ("star-after-dot", ".*", "has a wildcard after no segment"),
        ("two-stars", "**", "is two wildcards"),
        ("two-star-segments", "calendar.*.*", "ends in two wildcards"),
        ("space", "calendar read", "has a space"),
        ("letter-beyond-ascii", "calendar.\u{e9}", "has a letter beyond ASCII"),
        ("delete", "calendar.\u{7f}", "has U+007F"),
        ("newline", "calendar.\n", "has a line break"),
    ]
    .into_iter()
    .enumerate()
    {
        let what = format!("an action pattern {what}");
        bench.value(
            ErrorKind::PatternInvalid,
            &format!("action-{id}"),
            On::Root,
            &what,
            &[OURS, 4, 0, 0],
            text(action),
        );
        if n % 3 == 0 {
            for on in [[On::Link(1)], [On::Last]][n % 2] {
                let rich = &mut bench.on("decode-rich");
                let path: &[i64] = &[OURS, 4, 1, 0];
                rich.value(ErrorKind::PatternInvalid, &format!("action-{id}"), on, &what, path, text(action));
            }
        }
    }
}

fn resources(bench: &mut Bench<'_>) {
    for (n, (id, resource, what)) in [
        ("trailing-slash", "calendar/", "ends with a slash"),
        ("empty-segment", "calendar//alice", "has an empty segment"),
        ("two-slashes", "//calendar", "begins with two slashes"),
        ("dot", "calendar/./x", "has a dot segment"),
        ("dot-dot", "calendar/../x", "has a .. segment"),
        ("dot-dot-alone", "..", "is a .. segment"),
        ("dot-dot-with-parameter", "calendar/..;x=1/y", "has a .. segment before a semicolon"),
        ("dot-with-parameter", "calendar/.;/y", "has a dot segment before a semicolon"),
        ("star-in-segment", "calendar/al*ce", "has a wildcard inside a segment"),
        ("star-not-last", "calendar/*/x", "has a wildcard that is not last"),
        ("percent-dots", "calendar/%2e%2E/x", "has a percent-encoded .. segment"),
        ("percent-slash", "calendar/a%2Fb", "has a percent-encoded slash"),
        ("percent-backslash", "calendar/a%5cb", "has a percent-encoded backslash"),
        ("percent-percent", "calendar/a%25b", "has a percent-encoded percent sign"),
        ("percent-nul", "calendar/a%00", "has a percent-encoded NUL"),
        ("percent-control", "calendar/a%1F", "has a percent-encoded control character"),
        ("percent-delete", "calendar/a%7f", "has a percent-encoded U+007F"),
        ("percent-only", "calendar/%", "has a segment of a percent sign alone"),
        ("digit-scheme", "3s://calendar", "begins with what would be a scheme but for its first character"),
        ("percent-alone", "calendar/100%", "ends in a percent sign"),
        ("percent-short", "calendar/a%2", "has one hex digit behind a percent sign"),
        ("percent-no-hex", "calendar/a%zz", "has no hex digits behind a percent sign"),
        ("backslash", "calendar\\alice", "has a backslash"),
        ("nul", "calendar/a\u{0}", "has NUL"),
        ("delete", "calendar/a\u{7f}", "has U+007F"),
        ("scheme-alone", "https://", "is a scheme alone"),
        ("scheme-and-empty-segment", "https:///x", "has an empty segment behind a scheme"),
        ("scheme-and-trailing-slash", "https://a/", "has a scheme and ends with a slash"),
        ("slash", "/", "is a slash"),
        ("two-stars", "**", "is two wildcards"),
        ("upper-scheme", "HTTPS://a/x", "has an upper-case scheme, and so an empty segment"),
    ]
    .into_iter()
    .enumerate()
    {
        let what = format!("a resource pattern {what}");
        bench.value(
            ErrorKind::PatternInvalid,
            &format!("resource-{id}"),
            On::Root,
            &what,
            &[OURS, 4, 0, 1],
            text(resource),
        );
        if n % 5 == 0 {
            for on in [[On::Link(1)], [On::Last]][n % 2] {
                let rich = &mut bench.on("decode-rich");
                let path: &[i64] = &[OURS, 4, 1, 1];
                rich.value(ErrorKind::PatternInvalid, &format!("resource-{id}"), on, &what, path, text(resource));
            }
        }
    }
}

fn prefixes(bench: &mut Bench<'_>) {
    // The fourth limit of the first grant is a prefix.
    let path: &[i64] = &[OURS, 4, 0, 2, 3];
    let fault: &[i64] = &[OURS, 4, 0, 2, 3, 1];
    for (n, (id, prefix, what)) in [
        ("trailing-slash", "a/", "ends with a slash"),
        ("empty-segment", "a//b", "has an empty segment"),
        ("slash", "/", "is a slash"),
        ("dot-dot", "../a", "has a .. segment"),
        ("percent-dot", "a/%2e", "has a percent-encoded dot"),
        ("backslash", "a\\b", "has a backslash"),
        ("control", "a/\u{1f}", "has a control character"),
        ("scheme-alone", "https://", "is a scheme alone"),
    ]
    .into_iter()
    .enumerate()
    {
        let limit = Value::Array(vec![int(3), text(prefix)]);
        let what = format!("the prefix of a limit {what}");
        let on = LINKS[n % 3];
        bench.on("decode-rich").within(
            ErrorKind::PatternInvalid,
            &format!("prefix-{id}"),
            on,
            &what,
            path,
            limit,
            fault,
        );
    }
    let limit = Value::Array(vec![int(3), text("")]);
    let what = "the prefix of a limit is empty";
    bench.on("decode-rich").within(ErrorKind::SizeOutOfRange, "prefix-empty", On::Root, what, path, limit, fault);
}
