//! V209: lengths and counts outside their bounds.

use ciborium::Value;
use throughline::{Digest, ErrorKind};

use super::{ARTIFACTS, Bench, LINKS, On, Spot};
use crate::common::cbor::{OURS, bytes, head, int, map, put, raw, set, text};

const WRONG: ErrorKind = ErrorKind::SizeOutOfRange;

pub(super) fn publish(bench: &mut Bench<'_>) {
    long_texts(bench);
    empty_texts(bench);
    digests(bench);
    counts_too_high(bench);
    counts_of_none(bench);
    declared_counts(bench);
}

/// An identifier of so many bytes.
pub(super) fn identifier(len: usize) -> Value {
    let prefix = "spiffe://prod.example/ns/calendar/";
    text(&format!("{prefix}{}", "x".repeat(len - prefix.len())))
}

fn long(len: usize) -> Value {
    text(&"x".repeat(len))
}

fn long_texts(bench: &mut Bench<'_>) {
    for on in LINKS {
        bench.value(WRONG, "iss-of-513", on, "iss has 513 bytes", &[1], identifier(513));
        bench.value(WRONG, "role-of-129", on, "role has 129 bytes", &[OURS, 3], long(129));
        bench.value(WRONG, "next-of-513", on, "an exact identifier in next has 513 bytes", &[OURS, 5], identifier(513));
    }
    for (id, on, path, what) in [
        ("iss-of-513", On::Credential(0), [1].as_slice(), "iss has 513 bytes"),
        ("sub-of-513", On::Credential(0), &[2], "sub has 513 bytes"),
        ("accountable-of-513", On::Alone, &[OURS, 14], "accountable has 513 bytes"),
        ("to-of-513", On::HandOver(0), &[OURS, 20], "to has 513 bytes"),
        ("aud-of-513", On::Proof, &[3], "aud has 513 bytes"),
        ("iss-of-513", On::List, &[1], "iss has 513 bytes"),
        ("origin-of-513", On::Root, &[OURS, 7, 2], "the accountable entity of the origin has 513 bytes"),
    ] {
        bench.value(WRONG, id, on, what, path, identifier(513));
    }
    let name: &[i64] = &[OURS, 15, 0];
    bench.value(WRONG, "vouched-role-of-129", On::Credential(0), "a role has 129 bytes", name, long(129));
    let named = |len: usize, value: Value| Value::Map(vec![(long(len), value)]);
    let property = named(129, int(2));
    bench.inside(WRONG, "property-name-of-129", On::Alone, "a property's name has 129 bytes", &[OURS, 16], property);
    let grant: &[i64] = &[OURS, 4, 0];
    let root = On::Root;
    let action = [grant, &[0]].concat();
    bench.value(WRONG, "action-of-129", root, "an action pattern has 129 bytes", &action, long(129));
    let resource = [grant, &[1]].concat();
    bench.value(WRONG, "resource-of-1025", root, "a resource pattern has 1,025 bytes", &resource, long(1_025));
    let limits = [grant, &[2]].concat();
    let limit = named(129, Value::Array(vec![int(0), int(1)]));
    bench.inside(WRONG, "argument-of-129", root, "an argument's name has 129 bytes", &limits, limit);
    let first = [grant, &[2, 0]].concat();
    for (id, kind, what) in
        [("value-of-1025", 0, "a text value has 1,025 bytes"), ("prefix-of-1025", 3, "a prefix has 1,025 bytes")]
    {
        let limit = Value::Array(vec![int(kind), long(1_025)]);
        bench.within(WRONG, id, root, what, &first, limit, &[first.as_slice(), &[1]].concat());
    }
    {
        let on = On::Root;
        let demand = |value: Value| {
            let attester = Value::Array(vec![text("https://attest.alice.example")]);
            Value::Array(vec![Value::Array(vec![text("hardware"), attester, int(0), value])])
        };
        let path: &[i64] = &[OURS, 5, 3];
        let fault: &[i64] = &[OURS, 5, 3, 0, 3];
        let rich = &mut bench.on("decode-rich");
        let what = "the value of a property demand has 1,025 bytes";
        rich.within(WRONG, "demanded-bytes-of-1025", on, what, path, demand(bytes(&[7; 1_025])), fault);
    }
    let property: &[i64] = &[OURS, 16, 0];
    bench.value(
        WRONG,
        "property-text-of-1025",
        On::Credential(0),
        "a property's text has 1,025 bytes",
        property,
        long(1_025),
    );
    let value = bytes(&[7; 1_025]);
    bench.value(WRONG, "property-bytes-of-1025", On::Alone, "a property has 1,025 bytes", property, value);
}

fn empty_texts(bench: &mut Bench<'_>) {
    for (id, on, path, what) in [
        ("empty-iss", On::Root, [1].as_slice(), "iss is an empty text"),
        ("empty-role", On::Link(1), &[OURS, 3], "role is an empty text"),
        ("empty-iss", On::Last, &[1], "iss is an empty text"),
        ("empty-action", On::Root, &[OURS, 4, 0, 0], "an action pattern is empty"),
        ("empty-resource", On::Root, &[OURS, 4, 0, 1], "a resource pattern is empty"),
        ("empty-vouched-role", On::Credential(0), &[OURS, 15, 0], "a role is an empty text"),
        (
            "empty-property",
            On::Alone,
            &[OURS, 16, 0],
            "a property is an empty text, which only values of arguments may be",
        ),
        ("empty-to", On::HandOver(0), &[OURS, 20], "to is an empty text"),
        ("empty-aud", On::Proof, &[3], "aud is an empty text"),
        ("empty-iss", On::List, &[1], "iss is an empty text"),
    ] {
        bench.value(WRONG, id, on, what, path, text(""));
    }
}

fn digests(bench: &mut Bench<'_>) {
    for (on, len) in [(On::Link(1), 31), (On::Last, 33), (On::Link(1), 0), (On::Last, 16)] {
        let what = format!("parent has {len} bytes");
        bench.value(WRONG, &format!("parent-of-{len}"), on, &what, &[OURS, 1], bytes(&vec![7; len]));
    }
    for (on, len) in [(On::Root, 31), (On::Link(1), 33), (On::Last, 64)] {
        let what = format!("an exact key in next has {len} bytes");
        bench.value(WRONG, &format!("next-key-of-{len}"), on, &what, &[OURS, 5], bytes(&vec![7; len]));
    }
    for (n, on) in ARTIFACTS.into_iter().enumerate() {
        let len = [31, 33, 0, 20][n % 4];
        let what = format!("kid has {len} bytes");
        // The first bytes of the header are a3 01 28 04; then comes the kid.
        bench.message(WRONG, &format!("kid-of-{len}"), on, &what, Spot::Header(4), |message| {
            message.header(|header| put(header, &[4], bytes(&vec![7; len])));
        });
    }
    let rich: [(&str, On, &[i64], &str); 4] = [
        ("task-of-31", On::Root, &[OURS, 10], "task has 31 bytes"),
        ("cause-of-31", On::Link(1), &[OURS, 13], "cause has 31 bytes"),
        ("evidence-of-31", On::Last, &[OURS, 12, 0], "a digest in evidence has 31 bytes"),
        ("consent-of-31", On::Root, &[OURS, 7, 4], "consent has 31 bytes"),
    ];
    for (id, on, path, what) in rich {
        bench.on("decode-rich").value(WRONG, id, on, what, path, bytes(&[7; 31]));
    }
    for (id, on, path, len, what) in [
        ("handover-of-31", On::Last, [OURS, 11].as_slice(), 31, "handover has 31 bytes"),
        ("head-of-33", On::HandOver(0), &[OURS, 17], 33, "head has 33 bytes"),
        ("head-of-31", On::Proof, &[OURS, 17], 31, "head has 31 bytes"),
        ("request-of-20", On::Proof, &[OURS, 18], 20, "request has 20 bytes"),
        ("agreement-of-31", On::Mac, &[OURS, 19], 31, "agreement has 31 bytes"),
        ("cti-of-15", On::Proof, &[7], 15, "cti has 15 bytes"),
        ("cti-of-17", On::Proof, &[7], 17, "cti has 17 bytes"),
        ("cti-of-0", On::Mac, &[7], 0, "cti has no bytes"),
        ("nonce-of-15", On::Root, &[OURS, 7, 3], 15, "the origin's nonce has 15 bytes"),
        ("nonce-of-17", On::Root, &[OURS, 7, 3], 17, "the origin's nonce has 17 bytes"),
        ("nonce-of-0", On::Root, &[OURS, 7, 3], 0, "the origin's nonce has no bytes"),
    ] {
        bench.value(WRONG, id, on, what, path, bytes(&vec![7; len]));
    }
    for (on, len, what) in [
        (On::Credential(0), 7, "eat_nonce has 7 bytes"),
        (On::Alone, 65, "eat_nonce has 65 bytes"),
        (On::Alone, 0, "eat_nonce has no bytes"),
    ] {
        bench.claims(WRONG, &format!("eat-nonce-of-{len}"), on, what, |message| {
            message.put(&[10], bytes(&vec![7; len]));
            Some(message.offset(&[10]))
        });
    }
}

fn counts_too_high(bench: &mut Bench<'_>) {
    let many = |n: u8| set((0..n).map(|n| bytes(Digest::of(&[&[n]]).as_bytes())));
    let names = |n: usize| set((1..=n).map(|n| text(&format!("r{n:03}"))));
    for on in LINKS {
        let rich = &mut bench.on("decode-rich");
        rich.value(WRONG, "evidence-of-9", on, "evidence names nine links", &[OURS, 12], many(9));
        rich.value(WRONG, "demanded-roles-of-9", on, "a contract names nine roles", &[OURS, 5, 2, 0], names(9));
        let attesters = set((0..9).map(|n| text(&format!("https://{n}.example"))));
        rich.value(WRONG, "attesters-of-9", on, "a contract names nine attesters", &[OURS, 5, 2, 1], attesters);
        let grants =
            set((1..=17).map(|n| Value::Array(vec![text(&format!("calendar.a{n}")), text("calendar/alice/x")])));
        rich.value(WRONG, "grants-of-17", on, "there are seventeen grants", &[OURS, 4], grants);
        let attester = || Value::Array(vec![text("https://attest.alice.example")]);
        let demands = set((0..9).map(|n| Value::Array(vec![text(&format!("p{n}")), attester(), int(0), int(n)])));
        rich.value(WRONG, "demands-of-9", on, "a contract has nine property demands", &[OURS, 5, 3], demands);
    }
    let what = "also names five credentials";
    bench.on("decode-rich").value(WRONG, "also-of-5", On::Link(1), what, &[OURS, 8], many(5));
    let roles: &[i64] = &[OURS, 15];
    bench.value(WRONG, "roles-of-17", On::Credential(0), "there are seventeen roles", roles, names(17));
    let props: &[i64] = &[OURS, 16];
    let properties = Value::Map((0..17).map(|n| (text(&format!("p{n:02}")), int(2))).collect());
    bench.value(WRONG, "properties-of-17", On::Alone, "there are seventeen properties", props, properties);
    let limits: &[i64] = &[OURS, 4, 0, 2];
    let nine = (0..9).map(|n| (text(&format!("a{n}")), Value::Array(vec![int(0), int(n)]))).collect();
    bench.value(WRONG, "limits-of-9", On::Root, "a grant has nine limits", limits, Value::Map(nine));
    let limit: &[i64] = &[OURS, 4, 0, 2, 0];
    let fault: &[i64] = &[OURS, 4, 0, 2, 0, 1];
    let listed = Value::Array(vec![int(1), set((0..17).map(int))]);
    bench.within(WRONG, "values-of-17", On::Root, "a limit lists seventeen values", limit, listed, fault);
}

fn counts_of_none(bench: &mut Bench<'_>) {
    let none = || Value::Array(Vec::new());
    for (n, (id, path, what)) in [
        ("no-evidence", [OURS, 12].as_slice(), "evidence is an empty array"),
        ("no-demands", &[OURS, 5, 3], "the property demands of a contract are an empty array"),
        ("no-demanded-roles", &[OURS, 5, 2, 0], "the roles of a contract are an empty array"),
        ("no-attesters", &[OURS, 5, 2, 1], "the attesters of a role demand are an empty array"),
    ]
    .into_iter()
    .enumerate()
    {
        bench.on("decode-rich").value(WRONG, id, LINKS[n % 3], what, path, none());
    }
    bench.on("decode-rich").value(WRONG, "no-also", On::Link(1), "also is an empty array", &[OURS, 8], none());
    for on in LINKS {
        bench.on("decode-rich").value(
            WRONG,
            "empty-next",
            on,
            "the contract in next is an empty map",
            &[OURS, 5],
            map([]),
        );
        bench.on("decode-rich").value(WRONG, "empty-require", on, "require is an empty map", &[OURS, 6], map([]));
    }
    bench.value(WRONG, "no-roles", On::Credential(0), "roles is an empty array", &[OURS, 15], none());
    bench.value(WRONG, "no-properties", On::Alone, "props is an empty map", &[OURS, 16], map([]));
    let limits: &[i64] = &[OURS, 4, 0, 2];
    bench.value(WRONG, "no-limits", On::Root, "the limits of a grant are an empty map", limits, map([]));
    let limit: &[i64] = &[OURS, 4, 0, 2, 0];
    let fault: &[i64] = &[OURS, 4, 0, 2, 0, 1];
    let what = "a limit lists no values";
    bench.within(WRONG, "no-values", On::Root, what, limit, Value::Array(vec![int(1), none()]), fault);
}

/// Counts that nothing follows: judged at the head.
fn declared_counts(bench: &mut Bench<'_>) {
    for (n, (declared, word)) in
        [(17, "17"), (1 << 32, "2-to-the-32"), (1 << 63, "2-to-the-63"), (u64::MAX, "2-to-the-64")]
            .into_iter()
            .enumerate()
    {
        let grants = raw(&[head(4, declared), vec![0xff]].concat());
        let what = "grants declares more elements than allowed, and none that could be read follows";
        let on = LINKS[n % 3];
        bench.on("decode-rich").value(WRONG, &format!("grants-declared-{word}"), on, what, &[OURS, 4], grants);
        let properties = raw(&[head(5, declared), vec![0xff]].concat());
        let what = "props declares more entries than allowed, and none that could be read follows";
        let on = [On::Credential(0), On::Alone][n % 2];
        bench.value(WRONG, &format!("properties-declared-{word}"), on, what, &[OURS, 16], properties);
    }
}
