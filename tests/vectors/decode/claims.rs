//! V230–V232, V235, V237, V238: which claims stand where, and what they may say.

use ciborium::Value;
use throughline::ErrorKind;

use super::twins::digest;
use super::{ARTIFACTS, Bench, LINKS, On};
use crate::common::cbor::{OURS, bytes, cose_key, int, map, text};
use crate::common::forge::Message;
use crate::common::public;

pub(super) fn publish(bench: &mut Bench<'_>) {
    unknown(bench);
    missing(bench);
    of_the_other_kind(bench);
    windows(bench);
    kinds(bench);
    ranges(bench);
}

/// A claim that an artifact never has, as a number and a name.
const fn never(on: On) -> [(i64, &'static str); 3] {
    match on {
        On::Root | On::Link(_) | On::Last => [(2, "sub"), (3, "aud"), (10, "eat_nonce")],
        On::Credential(_) | On::Alone => [(3, "aud"), (7, "cti"), (256, "a private claim")],
        On::HandOver(_) => [(1, "iss"), (6, "iat"), (5, "nbf")],
        On::Proof | On::Mac => [(4, "exp"), (5, "nbf"), (1, "iss")],
        On::List => [(2, "sub"), (5, "nbf"), (8, "cnf")],
    }
}

/// The same in the map of our own.
const fn never_ours(on: On) -> [(i64, &'static str); 3] {
    match on {
        On::Root | On::Link(_) | On::Last => [(14, "accountable"), (17, "head"), (23, "a number that no claim has")],
        On::Credential(_) | On::Alone => [(1, "parent"), (4, "grants"), (17, "head")],
        On::HandOver(_) => [(1, "parent"), (4, "grants"), (18, "request")],
        On::Proof | On::Mac => [(10, "task"), (20, "to"), (4, "grants")],
        On::List => [(17, "head"), (20, "to"), (23, "a number that no claim has")],
    }
}

fn unknown(bench: &mut Bench<'_>) {
    let wrong = ErrorKind::ClaimUnknown;
    for (n, on) in ARTIFACTS.into_iter().enumerate() {
        let (label, claim) = never(on)[n % 3];
        bench.added(wrong, &format!("claim-{label}"), on, &format!("it has {claim}"), &[label], int(0));
        let (label, claim) = never_ours(on)[n % 3];
        let what = format!("among our own claims it has {claim}");
        bench.added(wrong, &format!("own-claim-{label}"), on, &what, &[OURS, label], int(0));
        let what = "behind our own claims it has a second private map";
        bench.added(wrong, "second-private-map", on, what, &[-65538], map([]));
    }
    for (on, label) in [(On::Link(1), -1), (On::Proof, -65536), (On::List, -1)] {
        let what = "it has a private claim";
        bench.added(wrong, &format!("claim-minus-{}", -label), on, what, &[label], int(0));
    }
    for on in LINKS {
        let rich = &mut bench.on("decode-rich");
        let what = "the contract in next has a demand that does not exist";
        rich.added(wrong, "demand-8", on, what, &[OURS, 5, 8], Value::Bool(true));
        let what = "require has a demand that does not exist";
        rich.added(wrong, "requirement-8", on, what, &[OURS, 6, 8], Value::Bool(true));
    }
    for label in [0, 5] {
        let what = "origin has a key that does not exist";
        bench.added(wrong, &format!("origin-{label}"), On::Root, what, &[OURS, 7, label], int(0));
    }
}

/// A claim that is absent: where, and its name.
type Absent<'a> = (&'a [i64], &'a str);

fn missing(bench: &mut Bench<'_>) {
    let of: [(On, &[Absent<'_>]); 8] = [
        (
            On::Root,
            &[
                (&[1], "iss"),
                (&[OURS, 2], "position"),
                (&[OURS, 3], "role"),
                (&[OURS, 4], "grants"),
                (&[OURS], "own-claims"),
            ],
        ),
        (On::Link(1), &[(&[4], "exp"), (&[OURS, 1], "parent"), (&[OURS, 3], "role"), (&[OURS], "own-claims")]),
        (On::Last, &[(&[6], "iat"), (&[OURS, 1], "parent"), (&[OURS, 2], "position"), (&[OURS, 3], "role")]),
        (
            On::Credential(0),
            &[(&[1], "iss"), (&[2], "sub"), (&[8], "cnf"), (&[OURS, 14], "accountable"), (&[OURS], "own-claims")],
        ),
        (On::HandOver(0), &[(&[4], "exp"), (&[OURS, 17], "head"), (&[OURS, 20], "to")]),
        (On::Proof, &[(&[3], "aud"), (&[6], "iat"), (&[7], "cti"), (&[OURS, 17], "head"), (&[OURS, 18], "request")]),
        (On::Alone, &[(&[4], "exp"), (&[6], "iat"), (&[8], "cnf")]),
        (On::List, &[(&[1], "iss"), (&[4], "exp"), (&[OURS, 21], "number"), (&[OURS, 22], "entries")]),
    ];
    for (on, paths) in of {
        for (path, claim) in paths {
            let what = match *claim {
                "own-claims" => "the map of our own claims is absent".to_owned(),
                claim => format!("{claim} is absent"),
            };
            bench.removed(ErrorKind::ClaimMissing, &format!("no-{claim}"), on, &what, path);
        }
    }
    let wrong = ErrorKind::ClaimMissing;
    for (label, name) in [(1, "kind"), (2, "accountable"), (3, "nonce")] {
        let what = format!("{name} is absent in origin");
        bench.removed(wrong, &format!("no-origin-{name}"), On::Root, &what, &[OURS, 7, label]);
    }
    let what = "agreement is absent in a proof under a MAC";
    bench.removed(wrong, "no-agreement", On::Mac, what, &[OURS, 19]);
    let what = "neither origin nor parent: whatever it is, parent is missing";
    bench.removed(wrong, "no-origin", On::Root, what, &[OURS, 7]);
}

fn of_the_other_kind(bench: &mut Bench<'_>) {
    let wrong = ErrorKind::ClaimMisplaced;
    let root = On::Root;
    bench.added(wrong, "handover", root, "a root names a hand-over", &[OURS, 11], digest("hand-over"));
    let key = map([(1, cose_key(public("stray").key()))]);
    bench.added(wrong, "cnf", root, "a root carries its key", &[8], key);
    let also = || Value::Array(vec![digest("credential")]);
    bench.added(wrong, "also", root, "a root of kind identity names further credentials", &[OURS, 8], also());
    // With both, parent is what does not belong.
    bench.added(wrong, "parent", root, "a root has a parent", &[OURS, 1], digest("parent"));
    let origin = || map([(1, int(0)), (2, text("https://alice.example")), (3, bytes(&[7; 16]))]);
    for on in [On::Link(1), On::Last] {
        let what = "a later link has an origin: parent is what does not belong then";
        bench.claims(wrong, "origin", on, what, |message| {
            message.put(&[OURS, 7], origin());
            Some(message.offset(&[OURS, 1]) - 1)
        });
    }
    let stranger = |name: &str| format!("an unvouched link has {name}");
    {
        let bench = &mut bench.on("decode-stranger");
        let link = On::Link(1);
        bench.added(wrong, "unvouched-role", link, &stranger("a role"), &[OURS, 3], text("reader"));
        bench.added(wrong, "unvouched-also", link, &stranger("further credentials"), &[OURS, 8], also());
    }
    {
        let bench = &mut bench.on("decode-role-root");
        bench.added(
            wrong,
            "handover-of-a-role-root",
            root,
            "a root by role names a hand-over",
            &[OURS, 11],
            digest("x"),
        );
    }
    for on in LINKS {
        let rich = &mut bench.on("decode-rich");
        let what = "next demands vouched actors, as only require can";
        rich.added(wrong, "vouched-in-next", on, what, &[OURS, 5, 6], Value::Bool(true));
        rich.added(
            wrong,
            "last-in-next",
            on,
            "next demands a last position, as only require can",
            &[OURS, 5, 7],
            int(3),
        );
    }
    let what = "a signed proof names an agreement key";
    bench.added(wrong, "agreement", On::Proof, what, &[OURS, 19], digest("agreement key"));
}

fn windows(bench: &mut Bench<'_>) {
    let wrong = ErrorKind::WindowEmpty;
    let time = |message: &Message, label: i64| i64::try_from(message.get(&[label]).as_integer().unwrap()).unwrap();
    for on in [On::Root, On::Link(1), On::Last, On::Credential(0), On::Alone, On::List] {
        bench.claims(wrong, "exp-at-iat", on, "exp is iat", |message| {
            let iat = time(message, 6);
            message.put(&[4], int(iat));
            Some(0)
        });
        if on != On::List {
            bench.claims(wrong, "nbf-before-iat", on, "nbf is a second before iat", |message| {
                let iat = time(message, 6);
                message.put(&[5], int(iat - 1));
                Some(0)
            });
        }
    }
    for on in [On::Root, On::Link(1), On::Last, On::Credential(0)] {
        bench.claims(wrong, "nbf-at-exp", on, "nbf is exp", |message| {
            let exp = time(message, 4);
            message.put(&[5], int(exp));
            Some(0)
        });
    }
    for on in [On::Last, On::Alone, On::List] {
        bench.claims(wrong, "exp-before-iat", on, "exp is a second before iat", |message| {
            let iat = time(message, 6);
            message.put(&[4], int(iat - 1));
            Some(0)
        });
        bench.claims(wrong, "exp-zero", on, "exp is 0", |message| {
            message.put(&[4], int(0));
            Some(0)
        });
    }
}

fn kinds(bench: &mut Bench<'_>) {
    let wrong = ErrorKind::KindUnknown;
    let limit: &[i64] = &[OURS, 4, 0, 2, 0];
    let fault: &[i64] = &[OURS, 4, 0, 2, 0, 0];
    for (kind, elements) in [(4, 2), (4, 3), (255, 2)] {
        let value = Value::Array([vec![int(kind)], vec![int(0); elements - 1]].concat());
        let what = format!("a limit of kind {kind}, with {elements} elements");
        bench.within(wrong, &format!("limit-{kind}-of-{elements}"), On::Root, &what, limit, value, fault);
    }
    for kind in [3, 255] {
        let what = format!("an origin of kind {kind}");
        bench.value(wrong, &format!("origin-{kind}"), On::Root, &what, &[OURS, 7, 1], int(kind));
    }
    for (n, on) in LINKS.into_iter().enumerate() {
        let demand = |test: i64, value: Value| {
            let attester = Value::Array(vec![text("https://attest.alice.example")]);
            Value::Array(vec![Value::Array(vec![text("hardware"), attester, int(test), value])])
        };
        let rich = &mut bench.on("decode-rich");
        let props: &[i64] = &[OURS, 5, 3];
        let what = "a property demand has test 2, which does not exist";
        rich.within(wrong, "test-2", on, what, props, demand(2, int(2)), &[OURS, 5, 3, 0, 2]);
        for tier in [[0, 3], [31, 95], [1, 97]][n] {
            let what = format!("a property demand has {tier} for a tier");
            let id = format!("tier-{tier}");
            rich.within(wrong, &id, on, &what, props, demand(1, int(tier)), &[OURS, 5, 3, 0, 3]);
        }
    }
    for (kind, elements) in [(6, 2), (6, 3), (255, 2)] {
        let value = Value::Array([vec![int(kind)], vec![digest("x"); elements - 1]].concat());
        let what = format!("an entry of kind {kind}, with {elements} elements");
        let fault: &[i64] = &[OURS, 22, 5, 0];
        bench.within(wrong, &format!("entry-{kind}-of-{elements}"), On::List, &what, &[OURS, 22, 5], value, fault);
    }
}

fn ranges(bench: &mut Bench<'_>) {
    let wrong = ErrorKind::RangeInverted;
    let range = |lo: i64, hi: i64| Value::Array(vec![int(2), int(lo), int(hi)]);
    let limit: &[i64] = &[OURS, 4, 0, 2, 0];
    for (id, lo, hi, what) in [
        ("2-to-1", 2, 1, "a range goes from 2 to 1"),
        ("0-to-minus-1", 0, -1, "a range goes from 0 to −1"),
        ("highest-to-lowest", i64::MAX, i64::MIN, "a range goes from 2⁶³ − 1 to −2⁶³"),
    ] {
        bench.inside(wrong, id, On::Root, what, limit, range(lo, hi));
    }
    for on in [On::Link(1), On::Last] {
        let path: &[i64] = &[OURS, 4, 1, 2, 0];
        bench.on("decode-rich").inside(wrong, "2-to-1", on, "a range goes from 2 to 1", path, range(2, 1));
    }
}
