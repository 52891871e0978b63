//! Stage 4: windows nest, and hold now; exactly at their edges.

use throughline::{ErrorKind, Part, UnixTime};
use throughline_conformance::LimitsOf;

use crate::accept::LATER;
use crate::common::cbor::remove;
use crate::common::forge::Forge;
use crate::common::{HOUR, NOW};
use crate::suite::{Edit, Scenario, Suite};
use crate::tokens::chain;

const START: UnixTime = UnixTime(NOW.0 - 60);
const END: UnixTime = UnixTime(NOW.0 + HOUR);
/// The end of time.
const LAST: UnixTime = UnixTime((1 << 63) - 1);

pub(crate) fn publish(suite: &mut Suite) {
    nested(suite);
    not_nested(suite);
    early(suite);
    late(suite);
    without_skew(suite);
    at_the_ends_of_time(suite);
}

/// A link's window, in `iat`, `nbf`, `exp`.
fn with(forge: &mut Forge, link: usize, iat: UnixTime, nbf: Option<UnixTime>, exp: UnixTime) {
    let message = &mut forge.link(link).message;
    message.put(&[6], time(iat));
    message.put(&[4], time(exp));
    message.claims(|claims| remove(claims, &[5]));
    if let Some(nbf) = nbf {
        message.put(&[5], time(nbf));
    }
}

fn time(time: UnixTime) -> ciborium::Value {
    ciborium::Value::Integer(time.0.into())
}

/// A chain of four with these windows from some link on.
fn from(link: usize, iat: UnixTime, nbf: Option<UnixTime>, exp: UnixTime) -> Forge {
    let mut forge = Forge::of(&chain(4));
    for later in link..4 {
        with(&mut forge, later, iat, nbf, exp);
    }
    forge
}

fn nested(suite: &mut Suite) {
    let mut add = |id: &str, what: &str, token: Vec<u8>| {
        suite.accept("windows", id, what, Scenario::verify(token).step("V401").flag("edge").flag("time"));
    };
    let inner = from(1, NOW.minus(10), None, NOW.plus(10));
    add("inner-windows", "Later links have a narrower window than the root.", inner.token());
    let mut forge = Forge::of(&chain(4));
    with(&mut forge, 2, START.minus(1000), Some(START), END);
    with(&mut forge, 3, START, Some(START), END);
    add("issued-before-the-parent-starts", "`iat` is no start where there is an `nbf`.", forge.token());
    let seconds = from(0, NOW, None, NOW.plus(1));
    add("window-of-a-second", "Every window is one second long.", seconds.token());
    let mut forge = Forge::of(&chain(4));
    for link in 0..4_u8 {
        let inward = u64::from(link) * 10;
        with(&mut forge, link.into(), START.plus(inward), None, END.minus(inward));
    }
    add("each-window-inside-the-one-before", "Each link's window is narrower at both ends.", forge.token());
}

/// V401
fn not_nested(suite: &mut Suite) {
    type Window = (UnixTime, Option<UnixTime>, UnixTime);
    let ways: [(&str, &str, Window); 3] = [
        ("starts-a-second-early", "A link starts a second before its parent.", (START.minus(1), None, END)),
        ("ends-a-second-late", "A link ends a second after its parent.", (START, None, END.plus(1))),
        (
            "nbf-a-second-early",
            "A link's `nbf` is a second before its parent's start.",
            (START.minus(2), Some(START.minus(1)), END),
        ),
    ];
    for (id, what, (iat, nbf, exp)) in ways {
        for (link, place) in LATER {
            suite
                .spoil(
                    "chain-of-four",
                    &format!("window-{id}-{place}"),
                    ErrorKind::WindowOutsideParent,
                    Part::Link(link),
                    what,
                    |vector| vector.forge(|forge| with(forge, link.into(), iat, nbf, exp)),
                )
                .flags(&["time", place]);
        }
    }
    for (link, place) in [(2, "middle"), (3, "last")] {
        for (id, iat, exp) in
            [("ends-late", NOW.minus(10), NOW.plus(11)), ("starts-early", NOW.minus(11), NOW.plus(10))]
        {
            suite
                .spoil(
                    "inner-windows",
                    &format!("window-inside-the-roots-alone-{id}-{place}"),
                    ErrorKind::WindowOutsideParent,
                    Part::Link(link),
                    "A window outside its parent's by a second, and inside the root's.",
                    |vector| vector.forge(|forge| with(forge, link.into(), iat, None, exp)),
                )
                .flags(&["time", place]);
        }
    }
    let limits = LimitsOf { skew: Some(HOUR), ..LimitsOf::default() };
    suite.accept(
        "windows",
        "skew-of-an-hour",
        "A verifier that allows an hour of skew.",
        Scenario::verify(chain(4)).limits(limits).flag("time"),
    );
    for (link, place) in LATER {
        suite
            .spoil(
                "skew-of-an-hour",
                &format!("skew-between-links-{place}"),
                ErrorKind::WindowOutsideParent,
                Part::Link(link),
                "A link ends a second after its parent: however large, skew is not granted between links.",
                |vector| vector.forge(|forge| with(forge, link.into(), START, None, END.plus(1))),
            )
            .flags(&["time", place]);
    }
}

/// V402
fn early(suite: &mut Suite) {
    let mut edge = |id: &str, first: u8, place: &str, token: Vec<u8>, start: UnixTime| {
        let scenario = Scenario::verify(token).now(start.minus(30)).step("V402").flag("edge").flag("time");
        suite.accept("windows", id, "Now is before the start by exactly the skew.", scenario);
        suite
            .spoil(
                id,
                &format!("{id}-missed"),
                ErrorKind::NotYetValid { now: start, start },
                Part::Link(first),
                "Now is before the start by a second more than the skew.",
                |vector| vector.now = Some(start.0 - 31),
            )
            .flags(&["time", place]);
    };
    edge("early-by-the-skew-from-the-root", 0, "first", chain(4), START);
    for (link, place) in [(1_u8, "first"), (2, "middle"), (3, "last")] {
        let token = from(link.into(), START, Some(NOW.plus(20)), END).token();
        edge(&format!("early-by-the-skew-from-link-{link}"), link, place, token, NOW.plus(20));
    }
    let token = from(2, NOW.plus(20), None, END).token();
    edge("issued-later-by-the-skew", 2, "middle", token, NOW.plus(20));
    suite
        .spoil(
            "root-alone",
            "now-is-zero",
            ErrorKind::NotYetValid { now: NOW, start: START },
            Part::Link(0),
            "The clock says that it is 1970.",
            |vector| vector.now = Some(0),
        )
        .flags(&["time"]);
    suite
        .spoil(
            "chain-of-four",
            "root-issued-in-the-future",
            ErrorKind::NotYetValid { now: NOW, start: NOW },
            Part::Link(0),
            "Every link is issued beyond the skew in the future.",
            |vector| {
                vector.forge(|forge| (0..4).for_each(|link| with(forge, link, NOW.plus(31), None, END)));
            },
        )
        .flags(&["time"]);
}

/// V403
fn late(suite: &mut Suite) {
    let mut edge = |id: &str, first: u8, place: &str, token: Vec<u8>, exp: UnixTime| {
        let scenario = Scenario::verify(token).now(exp.plus(29)).step("V403").flag("edge").flag("time");
        suite.accept("windows", id, "`exp` is a second after now less the skew.", scenario);
        for (seconds, when) in [(30, "at-exp"), (31, "a-second-after")] {
            suite
                .spoil(
                    id,
                    &format!("{id}-{when}"),
                    ErrorKind::Expired { now: exp, exp },
                    Part::Link(first),
                    "`exp` is not after now less the skew.",
                    |vector| vector.now = Some(exp.0 + seconds),
                )
                .flags(&["time", place]);
        }
    };
    edge("expired-within-the-skew-from-the-root", 0, "first", chain(4), END);
    for (link, place) in [(1_u8, "first"), (2, "middle"), (3, "last")] {
        let token = from(link.into(), START, None, NOW.plus(20)).token();
        edge(&format!("expired-within-the-skew-from-link-{link}"), link, place, token, NOW.plus(20));
    }
    suite
        .spoil(
            "root-alone",
            "now-is-the-end-of-time",
            ErrorKind::Expired { now: LAST, exp: END },
            Part::Link(0),
            "The clock says that time ends.",
            |vector| vector.now = Some(LAST.0),
        )
        .flags(&["time"]);
}

fn without_skew(suite: &mut Suite) {
    let strict = || Scenario::verify(chain(4)).limits(LimitsOf { skew: Some(0), ..LimitsOf::default() });
    let accepted = |suite: &mut Suite, id: &str, what: &str, step: &str, now: UnixTime| {
        suite.accept("windows", id, what, strict().now(now).step(step).flag("edge").flag("time"));
    };
    accepted(suite, "first-second-without-skew", "Without skew, now is the start.", "V402", START);
    accepted(
        suite,
        "last-second-without-skew",
        "Without skew, now is the last second before `exp`.",
        "V403",
        END.minus(1),
    );
    let mut refused = |twin: &str, id: &str, kind: ErrorKind, now: UnixTime, what: &str| {
        let refused = suite.spoil(twin, id, kind, Part::Link(0), what, |vector| vector.now = Some(now.0));
        let _ = refused.flags(&["time"]);
    };
    let early = ErrorKind::NotYetValid { now: START, start: START };
    refused(
        "first-second-without-skew",
        "second-before-the-first",
        early,
        START.minus(1),
        "A second before the start.",
    );
    let late = ErrorKind::Expired { now: END, exp: END };
    refused("last-second-without-skew", "exactly-at-exp", late, END, "Windows are half-open: now is `exp`.");
}

/// Nothing overflows: sums and differences saturate.
fn at_the_ends_of_time(suite: &mut Suite) {
    let mut forge = Forge::of(&chain(1));
    with(&mut forge, 0, UnixTime(0), None, LAST);
    let always = forge.token();
    let mut add = |id: &str, what: &str, now: UnixTime, skew: u64| {
        let limits = LimitsOf { skew: Some(skew), ..LimitsOf::default() };
        let scenario = Scenario::verify(&always).now(now).limits(limits).flag("edge").flag("time");
        suite.accept("windows", id, what, scenario);
    };
    add("root-of-all-time", "A root from 0 to the end of time, with as much skew as there can be.", NOW, LAST.0);
    add("root-of-all-time-at-zero", "The same at time zero: now less the skew is no less than 0.", UnixTime(0), LAST.0);
    add(
        "root-of-all-time-at-its-end",
        "The same in the last second: now and the skew together are beyond 2⁶³.",
        UnixTime(LAST.0 - 1),
        LAST.0,
    );
    add("root-of-all-time-without-skew-at-zero", "In its first second, without skew.", UnixTime(0), 0);
    add("root-of-all-time-without-skew-at-its-end", "In its last second, without skew.", UnixTime(LAST.0 - 1), 0);
    suite
        .spoil(
            "root-of-all-time-without-skew-at-its-end",
            "root-of-all-time-expired",
            ErrorKind::Expired { now: LAST, exp: LAST },
            Part::Link(0),
            "The greatest time there is is no time of any window.",
            |vector| vector.now = Some(LAST.0),
        )
        .flags(&["time"]);
}
