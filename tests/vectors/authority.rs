//! Stage 8: authority only narrows, link by link.

mod limits;

use ciborium::Value;
use serde_json::json;
use throughline::issue::{Grant, GrantList};
use throughline::{ErrorKind, Part};

use crate::accept::LATER;
use crate::bundles;
use crate::common::cbor::{OURS, decode};
use crate::common::forge::Forge;
use crate::suite::{Edit, Scenario, Suite};
use crate::tokens::open_chain;

pub(crate) fn publish(suite: &mut Suite) {
    patterns(suite);
    spellings(suite);
    limits::publish(suite);
    come_back(suite);
    unions(suite);
    by_whom(suite);
}

pub(crate) fn grants(grants: impl IntoIterator<Item = Grant>) -> Value {
    decode(GrantList::new(grants).unwrap().encoded())
}

/// Alice may grant everything.
pub(crate) fn boundless() -> serde_json::Value {
    let mut trust = bundles::wide();
    trust["origins"][0]["ceiling"] = json!([{"action": "*", "resource": "*"}]);
    trust
}

/// An open chain whose links state these grants, and none where there is none.
fn stating(stated: &[Option<Value>]) -> Vec<u8> {
    let mut forge = Forge::of(&open_chain(u8::try_from(stated.len()).unwrap()));
    for (link, grants) in stated.iter().enumerate() {
        if let Some(grants) = grants {
            forge.link(link).message.put(&[OURS, 4], grants.clone());
        }
    }
    forge.token()
}

fn scenario(stated: &[Option<Value>]) -> Scenario {
    Scenario::verify(stating(stated)).trust(boundless()).step("V801").flag("authority")
}

/// One grant from the root on, and each link in turn states a wider one.
fn widened(suite: &mut Suite, id: &str, narrow: &Grant, wide: &[(&str, Grant)]) {
    let own = grants([narrow.clone()]);
    let twin = format!("grant-{id}");
    let all = vec![Some(own.clone()); 4];
    suite.accept("authority", &twin, "Every link states the root's grant.", scenario(&all).flag("edge"));
    for (what, wide) in wide {
        for (link, place) in LATER {
            suite
                .spoil(
                    &twin,
                    &format!("{twin}-to-{}-{place}", what.replace([' ', '`', '/', '*'], "-").replace("--", "-")),
                    ErrorKind::GrantsWidened,
                    Part::Link(link),
                    &format!("A link states a grant that is not below its parent's: {what}."),
                    |vector| {
                        // The later ones state what the twin's do; they are judged after this one.
                        vector.forge(|forge| {
                            forge.link(link.into()).message.put(&[OURS, 4], grants([wide.clone()]));
                            for later in link + 1..4 {
                                forge.link(later.into()).message.remove(&[OURS, 4]);
                            }
                        });
                    },
                )
                .flags(&["authority", place]);
        }
    }
}

fn patterns(suite: &mut Suite) {
    let read = || Grant::new("calendar.read", "calendar/alice/*");
    widened(
        suite,
        "to-read",
        &read(),
        &[
            ("another action", Grant::new("calendar.write", "calendar/alice/*")),
            ("the actions wildcard", Grant::new("calendar.*", "calendar/alice/*")),
            ("every action", Grant::new("*", "calendar/alice/*")),
            ("every resource", Grant::new("calendar.read", "*")),
            ("a wider wildcard", Grant::new("calendar.read", "calendar/*")),
        ],
    );
    let own = grants([read()]);
    suite.accept(
        "authority",
        "grant-to-read-once",
        "Only the first link after the root narrows.",
        scenario(&[Some(grants([Grant::new("calendar.*", "calendar/alice/*")])), Some(own), None, None]),
    );
    for (id, what, wide) in [
        ("stem-of-the-wildcard", "the wildcard's own stem", Grant::new("calendar.read", "calendar/alice")),
        ("longer-segment", "a segment that only begins alike", Grant::new("calendar.read", "calendar/alices/x")),
        ("another-resource", "another resource", Grant::new("calendar.read", "calendar/bob/x")),
        ("leading-slash", "a leading slash", Grant::new("calendar.read", "/calendar/alice/x")),
        ("scheme", "a scheme in front", Grant::new("calendar.read", "https://calendar/alice/x")),
        ("longer-action", "an action with a segment more", Grant::new("calendar.read.x", "calendar/alice/x")),
        (
            "longer-action-segment",
            "an action whose segment is longer",
            Grant::new("calendar.reads", "calendar/alice/x"),
        ),
        ("stem-of-the-action", "an action with a segment less", Grant::new("calendar", "calendar/alice/x")),
        (
            "wildcard-below-the-action",
            "everything below the one action",
            Grant::new("calendar.read.*", "calendar/alice/x"),
        ),
    ] {
        for (link, place) in [(2, "middle"), (3, "last")] {
            suite
                .spoil(
                    "grant-to-read-once",
                    &format!("grant-widened-by-{id}-{place}"),
                    ErrorKind::GrantsWidened,
                    Part::Link(link),
                    &format!("A link after one that narrowed states {what}."),
                    |vector| {
                        vector.forge(|forge| {
                            forge.link(link.into()).message.put(&[OURS, 4], grants([wide.clone()]));
                        });
                    },
                )
                .flags(&["authority", place]);
        }
    }
    let wildcard = |action: &str, resource: &str| grants([Grant::new(action, resource)]);
    for (id, root, child, what) in [
        ("mail-for-its-wildcard", wildcard("mail.*", "x"), wildcard("mail", "x"), "`mail` is not below `mail.*`"),
        ("wildcard-for-mail", wildcard("mail", "x"), wildcard("mail.*", "x"), "`mail.*` is not below `mail`"),
        ("stem-for-its-wildcard", wildcard("m", "a/*"), wildcard("m", "a"), "`a` is not below `a/*`"),
        ("wildcard-for-its-stem", wildcard("m", "a"), wildcard("m", "a/*"), "`a/*` is not below `a`"),
        ("everything-for-a-wildcard", wildcard("m", "c/*"), wildcard("m", "*"), "`*` is not below `c/*`"),
        (
            "data-for-database",
            wildcard("m", "/data/*"),
            wildcard("m", "/database/x"),
            "`/database` is not below `/data/*`",
        ),
    ] {
        let twin = format!("authority-{id}");
        suite.accept(
            "authority",
            &twin,
            "A grant that is handed on as it is.",
            scenario(&[Some(root.clone()), Some(root.clone()), None]),
        );
        suite
            .spoil(&twin, &format!("authority-{id}-widened"), ErrorKind::GrantsWidened, Part::Link(1), what, |vector| {
                vector.forge(|forge| forge.link(1).message.put(&[OURS, 4], child));
            })
            .flags(&["authority", "first"]);
    }
}

/// Byte for byte: nothing is normalized.
fn spellings(suite: &mut Suite) {
    suite.accept(
        "authority",
        "resource-spelt-as-it-is",
        "The resource is handed on byte for byte, a letter with a diaeresis in one code point.",
        scenario(&[
            Some(grants([Grant::new("read", "files/M\u{fc}ller/a%20b/*")])),
            Some(grants([Grant::new("read", "files/M\u{fc}ller/a%20b/x")])),
        ]),
    );
    for (id, resource, what) in [
        ("decomposed", "files/Mu\u{308}ller/a%20b/x", "the letter in two code points"),
        ("lower-case", "files/m\u{fc}ller/a%20b/x", "another case"),
        ("escape-decoded", "files/M\u{fc}ller/a b/x", "the escape decoded"),
        ("letter-escaped", "files/M%C3%BCller/a%20b/x", "the letter escaped"),
    ] {
        suite
            .spoil(
                "resource-spelt-as-it-is",
                &format!("resource-{id}"),
                ErrorKind::GrantsWidened,
                Part::Link(1),
                &format!("The same resource in another spelling: {what}."),
                |vector| {
                    let other = grants([Grant::new("read", resource)]);
                    vector.forge(|forge| forge.link(1).message.put(&[OURS, 4], other));
                },
            )
            .flags(&["authority", "names"]);
    }
}

fn base() -> Grant {
    Grant::new("a", "b")
}

fn come_back(suite: &mut Suite) {
    let read = || Grant::new("calendar.read", "x");
    let write = || Grant::new("calendar.write", "x");
    let both = || Some(grants([read(), write()]));
    suite.accept(
        "authority",
        "one-of-two-grants",
        "Of the root's two grants the next link keeps one, and so do all later ones.",
        scenario(&[both(), Some(grants([read()])), None, Some(grants([read()]))]),
    );
    for (link, place) in [(2, "middle"), (3, "last")] {
        suite
            .spoil(
                "one-of-two-grants",
                &format!("grant-comes-back-{place}"),
                ErrorKind::GrantsWidened,
                Part::Link(link),
                "A grant comes back that the root has and a link between has not.",
                |vector| {
                    vector.forge(|forge| forge.link(link.into()).message.put(&[OURS, 4], grants([read(), write()])));
                },
            )
            .flags(&["authority", place]);
    }
    suite.accept(
        "authority",
        "nothing-from-here-on",
        "A link hands on nothing: `[]` is less than anything.",
        scenario(&[both(), Some(grants([])), None, Some(grants([]))]),
    );
    for (link, place) in [(2, "middle"), (3, "last")] {
        suite
            .spoil(
                "nothing-from-here-on",
                &format!("something-after-nothing-{place}"),
                ErrorKind::GrantsWidened,
                Part::Link(link),
                "A link after one that hands on nothing has a grant of the root's.",
                |vector| vector.forge(|forge| forge.link(link.into()).message.put(&[OURS, 4], grants([read()]))),
            )
            .flags(&["authority", place]);
    }
    suite.accept(
        "authority",
        "root-of-nothing-handed-on",
        "A root without grants hands on none.",
        scenario(&[Some(grants([])), Some(grants([]))]),
    );
    suite
        .spoil(
            "root-of-nothing-handed-on",
            "something-from-a-root-of-nothing",
            ErrorKind::GrantsWidened,
            Part::Link(1),
            "A grant after a root without any.",
            |vector| vector.forge(|forge| forge.link(1).message.put(&[OURS, 4], grants([read()]))),
        )
        .flags(&["authority"]);
}

fn unions(suite: &mut Suite) {
    let range = |lo: i64, hi: i64| base().range("n", lo, hi);
    let halves = || Some(grants([range(1, 15), range(16, 31)]));
    suite.accept(
        "authority",
        "within-one-of-two-grants",
        "Each grant lies within one of the parent's; together they reach into both.",
        scenario(&[halves(), Some(grants([range(2, 15), range(16, 30)])), None]),
    );
    for (link, place) in [(1, "first"), (2, "last")] {
        suite
            .spoil(
                "within-one-of-two-grants",
                &format!("within-two-grants-together-{place}"),
                ErrorKind::GrantsWidened,
                Part::Link(link),
                "A grant that two of the parent's cover together and neither alone: refused by rule.",
                |vector| {
                    vector.forge(|forge| {
                        forge.link(1).message.remove(&[OURS, 4]);
                        forge.link(link.into()).message.put(&[OURS, 4], grants([range(2, 16)]));
                    });
                },
            )
            .flags(&["authority", place]);
    }
    suite
        .spoil(
            "within-one-of-two-grants",
            "one-grant-too-many",
            ErrorKind::GrantsWidened,
            Part::Link(1),
            "Two grants lie within the parent's, a third does not.",
            |vector| {
                vector.forge(|forge| {
                    let three = grants([range(1, 2), range(16, 17), range(31, 32)]);
                    forge.link(1).message.put(&[OURS, 4], three);
                });
            },
        )
        .flags(&["authority", "first"]);
    suite
        .spoil(
            "within-one-of-two-grants",
            "action-of-one-resource-of-another",
            ErrorKind::GrantsWidened,
            Part::Link(1),
            "The range of one grant with the action of none.",
            |vector| {
                let mixed = grants([Grant::new("c", "b").range("n", 1, 15)]);
                vector.forge(|forge| forge.link(1).message.put(&[OURS, 4], mixed));
            },
        )
        .flags(&["authority", "first"]);
    let sixteen = || Some(grants((0..16).map(|n| range(n, n))));
    suite.accept(
        "authority",
        "sixteen-grants",
        "As many grants as there can be, all handed on.",
        scenario(&[sixteen(), sixteen(), sixteen(), sixteen()]).flag("edge"),
    );
}

/// Whoever the actor is.
fn by_whom(suite: &mut Suite) {
    let wide = || grants([Grant::new("calendar.*", "*")]);
    for (twin, link, what, place) in [
        ("through-stranger", 1, "an unvouched actor", "first"),
        ("strangers-link-last", 1, "an unvouched actor", "last"),
        ("through-pinned-gateway", 1, "a pinned actor", "first"),
        ("root-by-role", 1, "a worker after a root by role", "last"),
        ("root-by-context", 1, "a worker after a root by context", "last"),
        ("called-chain-of-four", 2, "a worker called by name", "middle"),
    ] {
        suite
            .spoil(
                twin,
                &format!("grants-widened-in-{twin}"),
                ErrorKind::GrantsWidened,
                Part::Link(link),
                &format!("A wider resource than the parent grants, by {what}."),
                |vector| vector.forge(|forge| forge.link(link.into()).message.put(&[OURS, 4], wide())),
            )
            .flags(&["authority", place]);
    }
}
