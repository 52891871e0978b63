//! Stage 2, V209–V212: lengths, counts and orders. Each bound is accepted exactly at its edge.

use ciborium::Value;
use throughline::issue::{ContinuationBuilder, Grant, GrantList};
use throughline::{Digest, ErrorKind, Part};

use crate::common::cbor::{OURS, at, bytes, head, int, map, put, raw, set, text};
use crate::common::forge::{Message, Spot};
use crate::common::setting::Setting;
use crate::common::world::{by, called, platform_credential, vouched, wide_trust};
use crate::common::{chain, root, window};
use crate::judge::{ARTIFACTS, Judge, LINKS};

fn long(len: usize) -> Value {
    text(&"x".repeat(len))
}

/// An identifier of so many bytes.
fn identifier(len: usize) -> Value {
    let prefix = "spiffe://prod.example/ns/calendar/";
    text(&format!("{prefix}{}", "x".repeat(len - prefix.len())))
}

#[test]
fn texts_longer_than_their_bound_rejected() {
    let judge = Judge::new();
    for part in LINKS {
        judge.value(part, &[1], identifier(513), ErrorKind::SizeOutOfRange);
        judge.value(part, &[OURS, 3], long(129), ErrorKind::SizeOutOfRange);
        judge.value(part, &[OURS, 5], identifier(513), ErrorKind::SizeOutOfRange);
    }
    for path in [[1].as_slice(), &[2], &[OURS, 14]] {
        judge.value(Part::Credential(0), path, identifier(513), ErrorKind::SizeOutOfRange);
    }
    judge.value(Part::Credential(0), &[OURS, 15, 0], long(129), ErrorKind::SizeOutOfRange);
    judge.value(Part::HandOver(0), &[OURS, 20], identifier(513), ErrorKind::SizeOutOfRange);
    judge.value(Part::Proof, &[3], identifier(513), ErrorKind::SizeOutOfRange);
    let root = Part::Link(0);
    judge.value(root, &[OURS, 7, 2], identifier(513), ErrorKind::SizeOutOfRange);
    judge.value(root, &[OURS, 4, 0, 0], long(129), ErrorKind::SizeOutOfRange);
    judge.value(root, &[OURS, 4, 0, 1], long(1_025), ErrorKind::SizeOutOfRange);
    judge.value(root, &[OURS, 5, 2, 0, 0], long(129), ErrorKind::SizeOutOfRange);
}

#[test]
fn empty_texts_rejected() {
    let judge = Judge::new();
    for (part, path) in [
        (Part::Link(0), [1].as_slice()),
        (Part::Link(1), &[1]),
        (Part::Link(2), &[OURS, 3]),
        (Part::Link(0), &[OURS, 4, 0, 0]),
        (Part::Link(0), &[OURS, 4, 0, 1]),
        (Part::Credential(1), &[OURS, 15, 0]),
        (Part::HandOver(1), &[OURS, 20]),
        (Part::Proof, &[3]),
    ] {
        judge.value(part, path, text(""), ErrorKind::SizeOutOfRange);
    }
}

#[test]
fn digests_and_nonces_of_another_length_rejected() {
    let judge = Judge::new();
    for len in [0, 16, 31, 33] {
        let short = bytes(&vec![7; len]);
        for part in [Part::Link(1), Part::Link(2)] {
            judge.value(part, &[OURS, 1], short.clone(), ErrorKind::SizeOutOfRange);
            judge.value(part, &[OURS, 11], short.clone(), ErrorKind::SizeOutOfRange);
        }
        for part in LINKS {
            judge.value(part, &[OURS, 5], short.clone(), ErrorKind::SizeOutOfRange);
        }
        judge.value(Part::HandOver(0), &[OURS, 17], short.clone(), ErrorKind::SizeOutOfRange);
        judge.value(Part::Proof, &[OURS, 17], short.clone(), ErrorKind::SizeOutOfRange);
        judge.value(Part::Proof, &[OURS, 18], short.clone(), ErrorKind::SizeOutOfRange);
        for part in ARTIFACTS {
            // The header's first seven bytes are a3 01 28 04; then the kid.
            let shorter = |message: &mut Message| message.header(|header| put(header, &[4], short.clone()));
            judge.message(part, shorter, ErrorKind::SizeOutOfRange, Spot::Header(4));
        }
    }
    for len in [0, 15, 17] {
        judge.value(Part::Proof, &[7], bytes(&vec![7; len]), ErrorKind::SizeOutOfRange);
        judge.value(Part::Link(0), &[OURS, 7, 3], bytes(&vec![7; len]), ErrorKind::SizeOutOfRange);
    }
}

#[test]
fn attestation_nonce_outside_8_to_64_bytes_rejected() {
    let with = |len: usize| {
        let mut forge = crate::common::forge::Forge::of(&called(3));
        forge.credential(1).message.put(&[10], bytes(&vec![7; len]));
        forge.token()
    };
    let setting = Setting::new(wide_trust());
    for (len, accepted) in [(7, false), (8, true), (64, true), (65, false)] {
        if accepted {
            setting.accepts(&with(len));
        } else {
            setting.refuses(&with(len), ErrorKind::SizeOutOfRange, Part::Credential(1));
        }
    }
}

#[test]
fn counts_beyond_their_bound_rejected() {
    let judge = Judge::new();
    let digests = |n: u8| set((0..n).map(|n| bytes(Digest::of(&[&[n]]).as_bytes())));
    let names = |n: usize| set((1..=n).map(|n| text(&format!("r{n:03}"))));
    for part in LINKS {
        judge.inner(part, &[OURS, 12], digests(9), ErrorKind::SizeOutOfRange);
        judge.inner(part, &[OURS, 8], digests(5), ErrorKind::SizeOutOfRange);
        judge.inner(part, &[OURS, 12], digests(0), ErrorKind::SizeOutOfRange);
        judge.inner(part, &[OURS, 8], digests(0), ErrorKind::SizeOutOfRange);
        judge.value(part, &[OURS, 5], map([]), ErrorKind::SizeOutOfRange);
        judge.value(part, &[OURS, 5, 2, 0], names(9), ErrorKind::SizeOutOfRange);
        judge.value(part, &[OURS, 5, 2, 1], names(0), ErrorKind::SizeOutOfRange);
        let grants = |n: usize| {
            set((1..=n).map(|n| Value::Array(vec![text(&format!("calendar.a{n}")), text("calendar/alice/x")])))
        };
        judge.inner(part, &[OURS, 4], grants(17), ErrorKind::SizeOutOfRange);
    }
    judge.value(Part::Credential(0), &[OURS, 15], names(17), ErrorKind::SizeOutOfRange);
    judge.value(Part::Credential(0), &[OURS, 15], names(0), ErrorKind::SizeOutOfRange);
    judge.value(Part::Credential(0), &[OURS, 16], map([]), ErrorKind::SizeOutOfRange);
    let properties = (0..17).map(|n| (text(&format!("p{n:02}")), int(2))).collect();
    judge.value(Part::Credential(0), &[OURS, 16], Value::Map(properties), ErrorKind::SizeOutOfRange);
    judge.value(Part::Link(0), &[OURS, 4, 0, 2], map([]), ErrorKind::SizeOutOfRange);
    let limits = (0..9).map(|n| (text(&format!("a{n}")), Value::Array(vec![int(0), int(n)]))).collect();
    judge.value(Part::Link(0), &[OURS, 4, 0, 2], Value::Map(limits), ErrorKind::SizeOutOfRange);
    let listed = |n: i64| Value::Array(vec![int(1), set((0..n).map(int))]);
    judge.inner(Part::Link(0), &[OURS, 4, 0, 2, 0], listed(17), ErrorKind::SizeOutOfRange);
    judge.inner(Part::Link(0), &[OURS, 4, 0, 2, 0], listed(0), ErrorKind::SizeOutOfRange);
}

#[test]
fn count_is_judged_before_the_elements() {
    let judge = Judge::new();
    for declared in [17, 1 << 32, 1 << 63, u64::MAX] {
        // Nothing follows that could be read.
        judge.value(
            Part::Link(0),
            &[OURS, 4],
            raw(&[head(4, declared), vec![0xff]].concat()),
            ErrorKind::SizeOutOfRange,
        );
        judge.value(
            Part::Credential(0),
            &[OURS, 16],
            raw(&[head(5, declared), vec![0xff]].concat()),
            ErrorKind::SizeOutOfRange,
        );
    }
}

#[test]
fn limits_of_the_format_accepted_exactly_at_their_edge() {
    let setting = Setting::new(wide_trust());
    let mut forge = crate::common::forge::Forge::of(&chain(2));
    let message = &mut forge.link(0).message;
    let grants = (1..=16).map(|n| {
        Value::Array(vec![
            text(&format!("calendar.a{n:02}{}", "x".repeat(116))),
            text(&format!("calendar/alice/{}", "x".repeat(64))),
        ])
    });
    message.put(&[OURS, 4], set(grants));
    message.put(&[OURS, 12], set((0..8).map(|n| bytes(Digest::of(&[&[n]]).as_bytes()))));
    setting.accepts(&forge.token());

    let wide = |n: i64| {
        Grant::new("calendar.read", "calendar/alice/work").one_of("days", (1..=n).map(throughline::Value::Int))
    };
    let narrow = GrantList::new([wide(16)]).unwrap();
    let first =
        root().next_contract_without_handover(crate::common::contract()).sign(&crate::common::key("alice")).unwrap();
    setting.accepts(&by(
        1,
        ContinuationBuilder::new(&first, vouched(1).also(&platform_credential(1)).unwrap(), window()).grants(narrow),
    ));
}

#[test]
fn map_keys_out_of_order_rejected() {
    let judge = Judge::new();
    for part in ARTIFACTS {
        // The last two keys change places: the second of them is too low.
        for path in [[].as_slice(), &[OURS]] {
            let mut swapped = judge.forge(part).part(part).message.claims_value();
            let entries = at(&mut swapped, path).as_map_mut().unwrap();
            let last = entries.len() - 1;
            entries.swap(last - 1, last);
            let twin = judge.forge(part);
            judge.reordered(twin, part, swapped, ErrorKind::MapKeyOrder);
        }
        let swapped = |message: &mut Message| {
            message.header(|header| header.as_map_mut().unwrap().swap(0, 1));
        };
        // 04, the kid, then 01.
        judge.message(part, swapped, ErrorKind::MapKeyOrder, Spot::Header(1 + 1 + 34));
    }
    // Keys with a minus sign follow those without; among themselves they descend.
    for path in [[8, 1].as_slice(), &[OURS, 16]] {
        let mut swapped = judge.forge(Part::Credential(0)).credential(0).message.claims_value();
        at(&mut swapped, path).as_map_mut().unwrap().reverse();
        judge.reordered(judge.forge(Part::Credential(0)), Part::Credential(0), swapped, ErrorKind::MapKeyOrder);
    }
}

#[test]
fn map_key_twice_rejected() {
    let judge = Judge::new();
    for part in ARTIFACTS {
        for path in [[].as_slice(), &[OURS]] {
            let mut doubled = judge.forge(part).part(part).message.claims_value();
            let entries = at(&mut doubled, path).as_map_mut().unwrap();
            let first = entries[0].clone();
            entries.insert(0, first);
            judge.reordered(judge.forge(part), part, doubled, ErrorKind::MapKeyDuplicate);
        }
        // The same algorithm once more, and another one beside it, which changes nothing: the key stands twice.
        for second in [-9, -7] {
            let doubled = |message: &mut Message| {
                message.header(|header| header.as_map_mut().unwrap().insert(1, (int(1), int(second))));
            };
            judge.message(part, doubled, ErrorKind::MapKeyDuplicate, Spot::Header(3));
        }
    }
    let mut doubled = judge.forge(Part::Credential(0)).credential(0).message.claims_value();
    let entries = at(&mut doubled, &[OURS, 16]).as_map_mut().unwrap();
    entries.insert(1, entries[0].clone());
    judge.reordered(judge.forge(Part::Credential(0)), Part::Credential(0), doubled, ErrorKind::MapKeyDuplicate);
}

#[test]
fn sets_not_strictly_ascending_rejected() {
    let judge = Judge::new();
    let digests = [bytes(Digest::of(&[b"1"]).as_bytes()), bytes(Digest::of(&[b"2"]).as_bytes())];
    let names = [text("a"), text("b")];
    let grants = ["calendar.a", "calendar.b"].map(|action| Value::Array(vec![text(action), text("calendar/alice/x")]));
    let listed = [int(1), int(2)];
    for (parts, path, elements) in [
        (LINKS.as_slice(), [OURS, 12].as_slice(), digests.clone()),
        (&LINKS, &[OURS, 8], digests),
        (&LINKS, &[OURS, 4], grants),
        (&LINKS, &[OURS, 5, 2, 0], names.clone()),
        (&[Part::Credential(1)], &[OURS, 15], names),
        (&[Part::Link(0)], &[OURS, 4, 0, 2, 0, 1], listed),
    ] {
        let ordered = set(elements.clone()).into_array().unwrap();
        for part in parts {
            for wrong in [vec![ordered[1].clone(), ordered[0].clone()], vec![ordered[0].clone(), ordered[0].clone()]] {
                let wrong = if path.ends_with(&[0, 1]) {
                    judge.inner(
                        *part,
                        &path[..path.len() - 1],
                        Value::Array(vec![int(1), Value::Array(wrong)]),
                        ErrorKind::SetOrder,
                    );
                    continue;
                } else {
                    Value::Array(wrong)
                };
                judge.inner(*part, path, wrong, ErrorKind::SetOrder);
            }
        }
    }
}
