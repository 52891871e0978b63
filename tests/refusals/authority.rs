//! Stage 8: authority only narrows, link by link.

use ciborium::Value;
use throughline::issue::{Grant, GrantList};
use throughline::{ErrorKind, Part};

use crate::common::cbor::{OURS, decode};
use crate::common::forge::Forge;
use crate::common::setting::Setting;
use crate::common::world::{ceiling, edit, open_chain, wide_trust};

fn grants(grants: impl IntoIterator<Item = Grant>) -> Value {
    decode(GrantList::new(grants).unwrap().encoded())
}

fn setting() -> Setting {
    let mut setting = Setting::new(wide_trust());
    edit(&mut setting.trust.origins, |origins| origins[0].ceiling = ceiling("*", "*"));
    setting
}

/// Links that state these grants, and none where there is none.
fn stating(stated: &[Option<Value>]) -> Vec<u8> {
    let mut forge = Forge::of(&open_chain(u8::try_from(stated.len()).unwrap()));
    for (link, grants) in stated.iter().enumerate() {
        if let Some(grants) = grants {
            forge.link(link).message.put(&[OURS, 4], grants.clone());
        }
    }
    forge.token()
}

#[test]
fn widened_grants_rejected() {
    let setting = setting();
    let read = || Grant::new("calendar.read", "calendar/alice/*");
    let cases = [
        (
            Grant::new("calendar.*", "calendar/alice/*"),
            read(),
            Grant::new("calendar.write", "calendar/bob/x"),
            "another resource",
        ),
        (read(), read(), Grant::new("calendar.write", "calendar/alice/*"), "another action"),
        (read(), read(), Grant::new("calendar.*", "calendar/alice/*"), "the action's wildcard"),
        (read(), read(), Grant::new("*", "calendar/alice/*"), "every action"),
        (read(), read(), Grant::new("calendar.read", "calendar/*"), "a wider wildcard"),
        (read(), read(), Grant::new("calendar.read", "*"), "every resource"),
        (read(), read(), Grant::new("calendar.read", "calendar/alice"), "the wildcard's own stem"),
        (read(), read(), Grant::new("calendar.read", "calendar/alices/x"), "a longer segment"),
        (read(), read(), Grant::new("calendar.read", "calendar/Alice/x"), "another case"),
        (read(), read(), Grant::new("calendar.read", "/calendar/alice/x"), "an anchor"),
        (read(), read(), Grant::new("calendar.read.x", "calendar/alice/x"), "a longer action"),
    ];
    for (root, narrow, wide, what) in cases {
        let (root, narrow, wide) = (grants([root]), grants([narrow]), grants([wide]));
        // At the first link, in the middle, and at the end, against grants stated just before and long before.
        setting.accepts(&stating(&[Some(root.clone()), Some(narrow.clone()), None, None]));
        for link in 1..4_u8 {
            let mut stated = [Some(root.clone()), None, None, None];
            stated[usize::from(link)] = Some(wide.clone());
            let before_of_the_first = link == 1 && what == "another resource";
            if link > 1 && !before_of_the_first {
                stated[1] = Some(narrow.clone());
            }
            let (verdict, _) = setting.verify(&stating(&stated));
            let error = verdict.expect_err(what);
            assert_eq!((error.kind, error.at.part), (ErrorKind::GrantsWidened, Part::Link(link)), "{what}");
        }
    }
}

#[test]
fn widened_limits_rejected() {
    let setting = setting();
    let base = || Grant::new("a", "b");
    let value = throughline::Value::Int;
    let text = throughline::Value::Text;
    let wider = [
        (
            base().range("n", 1, 31),
            vec![base(), base().range("n", 0, 31), base().range("n", 1, 32), base().range("m", 1, 31)],
        ),
        (base().range("n", i64::MIN, 0), vec![base().range("n", i64::MIN, 1), base().range("n", i64::MIN, i64::MAX)]),
        (base().range("n", 0, i64::MAX), vec![base().range("n", -1, i64::MAX), base().range("n", i64::MIN, i64::MAX)]),
        (
            base().equals("n", value(1)),
            vec![base(), base().equals("n", value(2)), base().range("n", 1, 2), base().equals("n", text("1"))],
        ),
        (
            base().one_of("n", [value(1), value(2)]),
            vec![base().one_of("n", [value(1), value(3)]), base().range("n", 1, 3), base().prefix("n", "1")],
        ),
        (
            base().prefix("n", "data"),
            vec![
                base().prefix("n", "database"),
                base().prefix("n", "dat"),
                base().equals("n", text("data/../x")),
                base().prefix("n", "/data"),
            ],
        ),
    ];
    for (parent, children) in wider {
        for child in children {
            for link in 1..4_u8 {
                let mut stated = [Some(grants([parent.clone()])), None, None, None];
                setting.accepts(&stating(&stated));
                stated[usize::from(link)] = Some(grants([parent.clone()]));
                setting.accepts(&stating(&stated));
                stated[usize::from(link)] = Some(grants([child.clone()]));
                setting.refuses(&stating(&stated), ErrorKind::GrantsWidened, Part::Link(link));
            }
        }
    }
}

#[test]
fn grant_that_comes_back_rejected() {
    let setting = setting();
    let (read, write) = (|| Grant::new("calendar.read", "x"), || Grant::new("calendar.write", "x"));
    let both = || Some(grants([read(), write()]));
    setting.accepts(&stating(&[both(), Some(grants([read()])), None, Some(grants([read()]))]));
    setting.refuses(&stating(&[both(), Some(grants([read()])), None, both()]), ErrorKind::GrantsWidened, Part::Link(3));
    // Nothing is less than anything, and absence is no change.
    setting.accepts(&stating(&[both(), Some(grants([])), None, Some(grants([]))]));
    setting.refuses(
        &stating(&[both(), Some(grants([])), Some(grants([read()])), None]),
        ErrorKind::GrantsWidened,
        Part::Link(2),
    );
    // A root of nothing hands on nothing.
    setting.accepts(&stating(&[Some(grants([])), None]));
    setting.refuses(&stating(&[Some(grants([])), Some(grants([read()]))]), ErrorKind::GrantsWidened, Part::Link(1));
}

#[test]
fn grant_that_only_a_union_covers_rejected() {
    let setting = setting();
    let range = |lo: i64, hi: i64| Grant::new("a", "b").range("n", lo, hi);
    let halves = || Some(grants([range(1, 15), range(16, 31)]));
    setting.accepts(&stating(&[halves(), Some(grants([range(2, 15)]))]));
    setting.refuses(&stating(&[halves(), Some(grants([range(2, 16)]))]), ErrorKind::GrantsWidened, Part::Link(1));
    // One grant too many among good ones.
    let mixed = Some(grants([range(1, 2), range(16, 17), range(31, 32)]));
    setting.refuses(&stating(&[halves(), None, mixed, None]), ErrorKind::GrantsWidened, Part::Link(2));
}
