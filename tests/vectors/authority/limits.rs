//! Stage 8: limits on arguments only narrow.

use throughline::issue::Grant;
use throughline::{ErrorKind, Part, Value as Argument};

use super::{base, grants, scenario, widened};
use crate::common::cbor::OURS;
use crate::suite::{Edit, Suite};

pub(super) fn publish(suite: &mut Suite) {
    limits(suite);
    edges_of_integers(suite);
    narrower(suite);
}

fn limits(suite: &mut Suite) {
    let int = Argument::Int;
    let text = Argument::Text;
    widened(
        suite,
        "of-days-1-to-31",
        &base().range("n", 1, 31),
        &[
            ("no limit", base()),
            ("a day before", base().range("n", 0, 31)),
            ("a day after", base().range("n", 1, 32)),
            ("another argument", base().range("m", 1, 31)),
        ],
    );
    let mut one = |id: &str, narrow: Grant, wide: &[(&str, Grant)]| {
        let own = grants([narrow]);
        let twin = format!("limit-{id}");
        suite.accept(
            "authority",
            &twin,
            "A limit that is handed on as it is.",
            scenario(&[Some(own.clone()), None, Some(own)]).flag("edge"),
        );
        for (what, wide) in wide {
            suite
                .spoil(
                    &twin,
                    &format!("{twin}-to-{}", what.replace(' ', "-")),
                    ErrorKind::GrantsWidened,
                    Part::Link(2),
                    &format!("The last link's limit is not below the root's: {what}."),
                    |vector| {
                        let wide = grants([wide.clone()]);
                        vector.forge(|forge| forge.link(2).message.put(&[OURS, 4], wide));
                    },
                )
                .flags(&["authority"]);
        }
    };
    one(
        "equals-1",
        base().equals("n", int(1)),
        &[
            ("no limit", base()),
            ("another value", base().equals("n", int(2))),
            ("another type", base().equals("n", text("1"))),
            ("true", base().equals("n", Argument::Bool(true))),
            ("a range around it", base().range("n", 1, 2)),
            ("a list around it", base().one_of("n", [int(1), int(2)])),
        ],
    );
    one(
        "one-of-1-2-and-x",
        base().one_of("n", [int(1), int(2), text("x")]),
        &[
            ("no limit", base()),
            ("a value more", base().one_of("n", [int(1), int(2), int(3), text("x")])),
            ("a value exchanged", base().one_of("n", [int(1), int(3)])),
            ("a value of another type", base().one_of("n", [int(1), text("2")])),
            ("a range longer than the list", base().range("n", 1, 3)),
            ("a range beside it", base().range("n", 0, 1)),
            ("a prefix", base().prefix("n", "x")),
        ],
    );
    one(
        "prefix-data",
        base().prefix("n", "data"),
        &[
            ("no limit", base()),
            ("a longer segment", base().prefix("n", "database")),
            ("a shorter segment", base().prefix("n", "dat")),
            ("an anchor", base().prefix("n", "/data")),
            ("a scheme", base().prefix("n", "https://data")),
            ("dot segments", base().equals("n", text("data/../x"))),
            ("an escaped dot segment", base().equals("n", text("data/%2e%2e/x"))),
            ("a trailing slash", base().equals("n", text("data/"))),
            ("an empty text", base().equals("n", text(""))),
            ("an integer", base().range("n", 0, 0)),
            ("a list with one outside", base().one_of("n", [text("data"), text("database")])),
        ],
    );
    one(
        "two-arguments",
        base().range("n", 1, 2).equals("m", Argument::Bool(true)),
        &[
            ("the first alone", base().range("n", 1, 2)),
            ("the second alone", base().equals("m", Argument::Bool(true))),
            ("one widened", base().range("n", 1, 3).equals("m", Argument::Bool(true))),
        ],
    );
}

/// Ranges at the ends of the integers.
fn edges_of_integers(suite: &mut Suite) {
    for (id, own, wide) in [
        ("from-the-least", (i64::MIN, 0), [(i64::MIN, 1), (i64::MIN, i64::MAX)]),
        ("to-the-greatest", (0, i64::MAX), [(-1, i64::MAX), (i64::MIN, i64::MAX)]),
        ("least-alone", (i64::MIN, i64::MIN), [(i64::MIN, i64::MIN + 1), (i64::MAX, i64::MAX)]),
        ("greatest-alone", (i64::MAX, i64::MAX), [(i64::MAX - 1, i64::MAX), (i64::MIN, i64::MIN)]),
    ] {
        let of = |(lo, hi): (i64, i64)| grants([base().range("n", lo, hi)]);
        let twin = format!("range-{id}");
        suite.accept(
            "authority",
            &twin,
            "A range at the end of the integers.",
            scenario(&[Some(of(own)), Some(of(own))]).flag("edge"),
        );
        for (nth, wide) in wide.into_iter().enumerate() {
            suite
                .spoil(
                    &twin,
                    &format!("{twin}-widened-{}", nth + 1),
                    ErrorKind::GrantsWidened,
                    Part::Link(1),
                    "A range at the end of the integers, widened.",
                    |vector| vector.forge(|forge| forge.link(1).message.put(&[OURS, 4], of(wide))),
                )
                .flags(&["authority"]);
        }
    }
    let list = (0..16).map(Argument::Int);
    suite.accept(
        "authority",
        "range-for-a-full-list",
        "A range of sixteen integers below a list of the same sixteen.",
        scenario(&[Some(grants([base().one_of("n", list)])), Some(grants([base().range("n", 0, 15)]))]).flag("edge"),
    );
    suite
        .spoil(
            "range-for-a-full-list",
            "range-longer-than-a-full-list",
            ErrorKind::GrantsWidened,
            Part::Link(1),
            "A range of every integer below a list of sixteen: its length is beyond 2⁶⁴ − 1.",
            |vector| {
                let all = grants([base().range("n", i64::MIN, i64::MAX)]);
                vector.forge(|forge| forge.link(1).message.put(&[OURS, 4], all));
            },
        )
        .flags(&["authority"]);
}

/// What narrows, by every kind of limit.
fn narrower(suite: &mut Suite) {
    let int = Argument::Int;
    let text = Argument::Text;
    let ranged = || base().range("n", 1, 31);
    for (id, what, wide, narrow) in [
        ("range-in-a-range", "a range within a range", ranged(), base().range("n", 2, 30)),
        ("equals-in-a-range", "a value within a range", ranged(), base().equals("n", int(31))),
        ("list-in-a-range", "a list within a range", ranged(), base().one_of("n", [int(1), int(31)])),
        ("added-limit", "a limit on another argument", ranged(), ranged().equals("m", text(""))),
        ("limit-where-none-was", "a limit where there was none", base(), ranged()),
        (
            "range-of-one-for-equals",
            "a range of one integer for a value",
            base().equals("n", int(1)),
            base().range("n", 1, 1),
        ),
        (
            "range-in-a-list",
            "a range whose integers are all listed",
            base().one_of("n", [int(1), int(2), int(3), text("x")]),
            base().range("n", 1, 3),
        ),
        (
            "list-in-a-list",
            "fewer values",
            base().one_of("n", [int(1), text("x"), Argument::Bool(false)]),
            base().one_of("n", [int(1), Argument::Bool(false)]),
        ),
        ("prefix-in-a-prefix", "a longer prefix", base().prefix("n", "/data"), base().prefix("n", "/data/a")),
        (
            "value-in-a-prefix",
            "a text under the prefix",
            base().prefix("n", "data"),
            base().equals("n", text("data/a")),
        ),
        ("prefix-itself", "the prefix as a text", base().prefix("n", "data"), base().equals("n", text("data"))),
    ] {
        suite.accept(
            "authority",
            &format!("narrowed-{id}"),
            &format!("The last link narrows: {what}."),
            scenario(&[Some(grants([wide])), None, Some(grants([narrow]))]).flag("feature"),
        );
    }
    for (id, wide, narrow) in [
        ("action", ("calendar.*", "x"), ("calendar.read.all", "x")),
        ("action-wildcard", ("calendar.*", "x"), ("calendar.read.*", "x")),
        ("every-action", ("*", "x"), ("mail.*", "x")),
        ("resource", ("m", "a/*"), ("m", "a/b/c")),
        ("resource-wildcard", ("m", "a/*"), ("m", "a/b/*")),
        ("anchored", ("m", "https://*"), ("m", "https://calendar.example/alice")),
        ("every-resource", ("m", "*"), ("m", "/*")),
    ] {
        suite.accept(
            "authority",
            &format!("narrowed-pattern-{id}"),
            "The last link narrows a pattern.",
            scenario(&[
                Some(grants([Grant::new(wide.0, wide.1)])),
                None,
                Some(grants([Grant::new(narrow.0, narrow.1)])),
            ])
            .flag("feature"),
        );
    }
}
