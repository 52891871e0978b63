//! V210–V212: keys and elements out of order, or twice.

use ciborium::Value;
use throughline::ErrorKind;

use super::{ARTIFACTS, Bench, LINKS, On, Spot};
use crate::common::cbor::{OURS, at, encode, int, text};
use crate::common::forge::Message;

pub(super) fn publish(bench: &mut Bench<'_>) {
    keys_out_of_order(bench);
    keys_twice(bench);
    sets(bench);
}

/// Reorders the entries of the map at a path.
fn reorder(message: &mut Message, path: &[i64], change: impl FnOnce(&mut Vec<(Value, Value)>)) {
    message.claims(|claims| change(at(claims, path).as_map_mut().unwrap()));
}

fn keys_out_of_order(bench: &mut Bench<'_>) {
    let wrong = ErrorKind::MapKeyOrder;
    for on in ARTIFACTS {
        let what = "the last two claims of the claims set have changed places";
        bench.claims(wrong, "claims-swapped", on, what, |message| {
            let end = message.claims_value();
            let before = end.as_map().unwrap();
            let last = before.len() - 1;
            // The second of the two is too low: behind everything but itself.
            let behind = encode(&before[last - 1].0).len() + encode(&before[last - 1].1).len();
            reorder(message, &[], |entries| entries.swap(last - 1, last));
            Some(encode(&message.claims_value()).len() - behind)
        });
        let what = "the last two of our own claims have changed places";
        bench.claims(wrong, "own-claims-swapped", on, what, |message| {
            reorder(message, &[OURS], |entries| {
                let last = entries.len() - 1;
                entries.swap(last - 1, last);
            });
            None
        });
        let what = "in the protected header kid stands before alg";
        // 04, the kid, then 01.
        bench.message(wrong, "header-swapped", on, what, Spot::Header(1 + 1 + 34), |message| {
            message.header(|header| header.as_map_mut().unwrap().swap(0, 1));
        });
    }
    for on in [On::Root, On::Credential(0), On::Proof] {
        let what = "our own claims stand first, as the order of numbers would have it";
        bench.claims(wrong, "numeric-order", on, what, |message| {
            reorder(message, &[], |entries| entries.rotate_right(1));
            let first = message.claims_value().as_map().unwrap()[0].clone();
            Some(1 + encode(&first.0).len() + encode(&first.1).len())
        });
    }
    for on in [On::Credential(0), On::Alone] {
        let what = "the key's coordinates stand first, as the order of numbers would have it";
        bench.claims(wrong, "key-in-numeric-order", on, what, |message| {
            reorder(message, &[8, 1], |entries| entries.reverse());
            None
        });
    }
    for on in [On::Credential(0), On::Alone] {
        let what = "properties in the order of their letters, a longer name before a shorter one";
        bench.claims(wrong, "letters-before-lengths", on, what, |message| {
            reorder(message, &[OURS, 16], |entries| entries.reverse());
            None
        });
    }
    for (n, on) in LINKS.into_iter().enumerate() {
        let (id, path, what) = [
            ("demands-swapped", [OURS, 5].as_slice(), "the demands of next are in descending order"),
            ("requirements-swapped", &[OURS, 6], "the demands of require are in descending order"),
            ("limits-swapped", &[OURS, 4, 0, 2], "the limits of a grant are in descending order"),
        ][n];
        bench.on("decode-rich").claims(wrong, id, on, what, |message| {
            reorder(message, path, |entries| entries.reverse());
            None
        });
    }
    bench.on("decode-rich").claims(wrong, "origin-swapped", On::Root, "origin's keys descend", |message| {
        reorder(message, &[OURS, 7], |entries| entries.reverse());
        None
    });
}

fn keys_twice(bench: &mut Bench<'_>) {
    let wrong = ErrorKind::MapKeyDuplicate;
    for on in ARTIFACTS {
        let what = "the first claim stands twice, with one value";
        bench.claims(wrong, "claim-twice", on, what, |message| {
            let first = message.claims_value().as_map().unwrap()[0].clone();
            let offset = 1 + encode(&first.0).len() + encode(&first.1).len();
            reorder(message, &[], |entries| entries.insert(0, first));
            Some(offset)
        });
        let what = "the first of our own claims stands twice, with one value";
        bench.claims(wrong, "own-claim-twice", on, what, |message| {
            reorder(message, &[OURS], |entries| entries.insert(0, entries[0].clone()));
            None
        });
    }
    for (n, on) in ARTIFACTS.into_iter().enumerate() {
        let (id, second, what) = [
            ("alg-twice", -9, "alg stands twice, with one value"),
            ("alg-in-conflict", -7, "alg stands twice: −9, and −7 behind it"),
        ][n % 2];
        bench.message(wrong, id, on, what, Spot::Header(3), |message| {
            message.header(|header| header.as_map_mut().unwrap().insert(1, (int(1), int(second))));
        });
    }
    for on in [On::Root, On::Proof] {
        let what = "kid stands twice, with one value";
        bench.message(wrong, "kid-twice", on, what, Spot::Header(3 + 1 + 34), |message| {
            message.header(|header| {
                let entries = header.as_map_mut().unwrap();
                entries.insert(2, entries[1].clone());
            });
        });
    }
    for (n, (id, path, what)) in [
        ("demand-twice", [OURS, 5].as_slice(), "a demand of next stands twice"),
        ("requirement-twice", &[OURS, 6], "a demand of require stands twice"),
        ("limit-twice", &[OURS, 4, 0, 2], "a limit of a grant stands twice"),
    ]
    .into_iter()
    .enumerate()
    {
        bench.on("decode-rich").claims(wrong, id, LINKS[n], what, |message| {
            reorder(message, path, |entries| entries.insert(0, entries[0].clone()));
            None
        });
    }
    for (on, other) in [(On::Credential(0), 2), (On::Alone, 97)] {
        let what = format!("a property stands twice, the second time with value {other}");
        bench.claims(wrong, "property-twice", on, &what, |message| {
            reorder(message, &[OURS, 16], |entries| {
                let name = entries[0].0.clone();
                entries.insert(1, (name, int(other)));
            });
            None
        });
    }
    for on in [On::Credential(0), On::Alone] {
        bench.claims(wrong, "coordinate-twice", on, "the key's x stands twice", |message| {
            reorder(message, &[8, 1], |entries| entries.insert(2, entries[2].clone()));
            None
        });
    }
}

fn sets(bench: &mut Bench<'_>) {
    let wrong = ErrorKind::SetOrder;
    let elements = |message: &mut Message, path: &[i64], change: fn(&mut Vec<Value>)| {
        message.claims(|claims| change(at(claims, path).as_array_mut().unwrap()));
        Some(message.offset(&[path, &[1]].concat()))
    };
    let swap: fn(&mut Vec<Value>) = |set| set.swap(0, 1);
    let twice: fn(&mut Vec<Value>) = |set| set[1] = set[0].clone();
    let in_links: [(&str, &[i64], &str); 5] = [
        ("evidence", &[OURS, 12], "evidence"),
        ("grants", &[OURS, 4], "grants"),
        ("demanded-roles", &[OURS, 5, 2, 0], "the roles of a contract"),
        ("attesters", &[OURS, 5, 2, 1], "the attesters of a role demand"),
        ("property-demands", &[OURS, 5, 3], "the property demands of a contract"),
    ];
    for (n, (id, path, set)) in in_links.into_iter().enumerate() {
        let descends = format!("{set} descend");
        let repeats = format!("{set} have one element twice");
        // The first two at every link, the others in turn.
        let places = if n < 2 { &LINKS[..] } else { &LINKS[n % 3..=n % 3] };
        for on in places {
            let rich = &mut bench.on("decode-rich");
            rich.claims(wrong, &format!("{id}-swapped"), *on, &descends, |message| elements(message, path, swap));
            rich.claims(wrong, &format!("{id}-twice"), *on, &repeats, |message| elements(message, path, twice));
        }
    }
    for (id, on, path, what, change) in [
        ("also-swapped", On::Link(1), [OURS, 8].as_slice(), "also descends", swap),
        ("also-twice", On::Link(1), &[OURS, 8], "also names one credential twice", twice),
        ("values-swapped", On::Root, &[OURS, 4, 0, 2, 2, 1], "the values that a limit lists descend", swap),
        ("values-twice", On::Link(1), &[OURS, 4, 0, 2, 2, 1], "a limit lists one value twice", twice),
    ] {
        bench.on("decode-rich").claims(wrong, id, on, what, |message| elements(message, path, change));
    }
    for (id, path, what, change) in [
        ("entries-swapped", [OURS, 22].as_slice(), "the entries descend", swap),
        ("entry-twice", &[OURS, 22], "an entry stands twice", twice),
        ("keys-swapped", &[OURS, 22, 3, 2], "the keys of a credential's entry descend", swap),
        ("keys-twice", &[OURS, 22, 4, 2], "the keys of an identifier's entry have one twice", twice),
    ] {
        bench.claims(wrong, id, On::List, what, |message| elements(message, path, change));
    }
    let both = |message: &mut Message, first: &str, second: &str| {
        message.put(&[OURS, 15], Value::Array(vec![text(first), text(second)]));
        Some(message.offset(&[OURS, 15, 1]))
    };
    for on in [On::Credential(0), On::Alone] {
        let what = "roles are in the order of their letters, a longer one before a shorter one";
        bench.claims(wrong, "roles-swapped", on, what, |message| both(message, "authorized-workload", "reader"));
        let what = "a role stands twice";
        bench.claims(wrong, "role-twice", on, what, |message| both(message, "reader", "reader"));
    }
}
