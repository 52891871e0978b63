//! Stage 10, V1011: arguments within their limits, and outside.

use serde_json::{Value, json};
use throughline::issue::Grant;
use throughline::{ErrorKind, Value as Argument};
use throughline_conformance::Named;

use super::{base, spoil, under};
use crate::suite::{Suite, named};

pub(super) fn publish(suite: &mut Suite) {
    equals_and_lists(suite);
    ranges(suite);
    prefixes(suite);
}

/// One limit on `n`: values that it admits, and values that it does not.
fn limited(suite: &mut Suite, id: &str, grant: &Grant, good: &[(&str, Value)], bad: &[(&str, Value)]) {
    let ask = |arguments: Vec<Named>| under([grant.clone()], "a", "b", arguments).step("V1011").flag("edge");
    for (which, value) in good {
        let scenario = ask(vec![named("n", value.clone())]);
        let what = format!("An argument within its limit: {}.", which.replace('-', " "));
        suite.accept("authority", &format!("{id}-{which}"), &what, scenario);
    }
    let twin = format!("{id}-{}", good[0].0);
    let missing = [("missing", vec![]), ("under-another-name", vec![named("N", good[0].1.clone())])];
    let others = bad.iter().map(|(which, value)| (*which, vec![named("n", value.clone())]));
    for (which, arguments) in others.chain(missing) {
        let what = format!("An argument outside its limit: {}.", which.replace('-', " "));
        let id = format!("{id}-and-not-{which}");
        spoil(suite, &twin, &id, ErrorKind::RequestNotGranted, &what, |request| request.arguments = arguments);
    }
}

fn equals_and_lists(suite: &mut Suite) {
    limited(
        suite,
        "limit-to-one",
        &base().equals("n", Argument::Int(1)),
        &[("one", json!(1))],
        &[("two", json!(2)), ("text", json!("1")), ("true", json!(true)), ("minus-one", json!(-1))],
    );
    limited(
        suite,
        "limit-to-the-text",
        &base().equals("n", Argument::Text("x")),
        &[("x", json!("x"))],
        &[("upper-case", json!("X")), ("with-a-space", json!("x ")), ("empty", json!("")), ("number", json!(0))],
    );
    limited(
        suite,
        "limit-to-nothing",
        &base().equals("n", Argument::Text("")),
        &[("empty-text", json!(""))],
        &[("zero-character", json!("\0")), ("zero", json!(0)), ("false", json!(false))],
    );
    limited(
        suite,
        "limit-to-true",
        &base().equals("n", Argument::Bool(true)),
        &[("true", json!(true))],
        &[("false", json!(false)), ("one", json!(1)), ("text", json!("true"))],
    );
    let list = [Argument::Int(1), Argument::Text("x"), Argument::Bool(false), Argument::Int(i64::MIN)];
    limited(
        suite,
        "limit-to-a-list",
        &base().one_of("n", list),
        &[("integer", json!(1)), ("text", json!("x")), ("bool", json!(false)), ("least", json!(i64::MIN))],
        &[
            ("two", json!(2)),
            ("upper-case", json!("X")),
            ("true", json!(true)),
            ("text-1", json!("1")),
            ("empty", json!("")),
        ],
    );
}

fn ranges(suite: &mut Suite) {
    limited(
        suite,
        "range-around-zero",
        &base().range("n", -3, 3),
        &[("zero", json!(0)), ("least", json!(-3)), ("greatest", json!(3))],
        &[
            ("below", json!(-4)),
            ("above", json!(4)),
            ("least-of-all", json!(i64::MIN)),
            ("greatest-of-all", json!(i64::MAX)),
            ("text", json!("0")),
            ("bool", json!(false)),
        ],
    );
    limited(
        suite,
        "range-of-all-integers",
        &base().range("n", i64::MIN, i64::MAX),
        &[("least", json!(i64::MIN)), ("greatest", json!(i64::MAX))],
        &[("text", json!("0")), ("bool", json!(true))],
    );
    limited(
        suite,
        "range-of-one",
        &base().range("n", i64::MAX, i64::MAX),
        &[("greatest", json!(i64::MAX))],
        &[("one-less", json!(i64::MAX - 1)), ("least-of-all", json!(i64::MIN))],
    );
}

fn prefixes(suite: &mut Suite) {
    let longest = format!("data/{}", "x".repeat(8_187));
    let longer = format!("data/{}", "x".repeat(8_188));
    limited(
        suite,
        "prefix-limit",
        &base().prefix("n", "data"),
        &[
            ("itself", json!("data")),
            ("below", json!("data/x")),
            ("deep-below", json!("data/x/y z/%20")),
            ("longest", json!(longest)),
        ],
        &[
            ("too-long", json!(longer)),
            ("longer-segment", json!("database")),
            ("shorter-segment", json!("dat")),
            ("anchored", json!("/data")),
            ("scheme", json!("file://data")),
            ("dot-dot", json!("data/../x")),
            ("dot-dot-semicolon", json!("data/..;/x")),
            ("trailing-slash", json!("data/")),
            ("empty-segment", json!("data//x")),
            ("escaped-dot", json!("data/%2e")),
            ("escaped-slash", json!("data/a%2fb")),
            ("escaped-percent", json!("data/%252e")),
            ("backslash", json!("data\\x")),
            ("line-feed", json!("data/\n")),
            ("another-case", json!("Data/x")),
            ("integer", json!(0)),
            ("empty", json!("")),
        ],
    );
    limited(
        suite,
        "anchored-prefix-limit",
        &base().prefix("n", "/data/a"),
        &[("itself", json!("/data/a")), ("below", json!("/data/a/b"))],
        &[
            ("not-anchored", json!("data/a")),
            ("stem", json!("/data")),
            ("beside", json!("/data/ab")),
            ("twice-anchored", json!("//data/a")),
        ],
    );
    limited(
        suite,
        "scheme-prefix-limit",
        &base().prefix("n", "https://example.org"),
        &[("itself", json!("https://example.org")), ("below", json!("https://example.org/a"))],
        &[
            ("evil-behind", json!("https://example.org.evil/a")),
            ("evil-in-front", json!("https://evil-example.org/a")),
            ("user", json!("https://example.org@evil.example/a")),
            ("another-scheme", json!("http://example.org/a")),
            ("upper-case-scheme", json!("HTTPS://example.org/a")),
        ],
    );
}
