//! Laws of the order and of decoding on random grants, seeded alike on every run.

use std::borrow::ToOwned;
use std::format;
use std::string::String;
use std::vec::Vec;

use proptest::collection::{btree_map, vec};
use proptest::prelude::*;
use proptest::sample::select;
use proptest::test_runner::RngSeed;

use crate::grant::tests::model::{G, L, R, V};
use crate::grant::{Grant, Grants};

/// Segments that no generated pattern has: they tell what ends in `*` from what does not.
const FRESH: [&str; 2] = ["zz", "zz.zz"];
const NAMES: [&str; 4] = ["n", "m", "kk", "path"];

proptest! {
    #![proptest_config(ProptestConfig { cases: 256, rng_seed: RngSeed::Fixed(5), failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn grant_is_within_another_exactly_when_all_its_witnesses_are_admitted((a, b) in pair()) {
        let (encoded, other) = (one(&a), one(&b));
        let included = witnesses(&a).iter().all(|request| b.admits(request));
        prop_assert_eq!(only(&encoded).is_within(&only(&other)), included);
    }

    #[test]
    fn grant_admits_what_the_model_admits((a, b) in pair()) {
        let encoded = one(&b);
        for request in witnesses(&a) {
            prop_assert_eq!(request.ask(|access| only(&encoded).admits(access)), b.admits(&request), "{:?}", request);
        }
    }

    #[test]
    fn narrowed_grant_is_within_what_it_was_made_of(a in grant(), first in step(), second in step()) {
        let (b, c) = (narrowed(&a, &first), narrowed(&narrowed(&a, &first), &second));
        let encoded = [one(&a), one(&b), one(&c)];
        let [a, b, c] = [only(&encoded[0]), only(&encoded[1]), only(&encoded[2])];
        prop_assert!(a.is_within(&a) && b.is_within(&a) && c.is_within(&b) && c.is_within(&a));
    }

    #[test]
    fn integer_limits_are_within_each_other_as_sets_of_integers((a, b) in (integers(), integers())) {
        let encoded = [&a, &b].map(|limit| one(&G::new("a", "r", &[("n", limit.clone())])));
        let included = bounds(&a).iter().all(|part| bounds(&b).iter().any(|other| other.0 <= part.0 && part.1 <= other.1));
        prop_assert_eq!(only(&encoded[0]).is_within(&only(&encoded[1])), included);
    }

    #[test]
    fn list_narrows_another_only_when_it_admits_no_more(child in vec(grant(), 0..4), parent in vec(grant(), 0..4), steps in vec(step(), 4)) {
        let narrower: Vec<_> = parent.iter().zip(&steps).map(|(grant, step)| narrowed(grant, step)).collect();
        let encoded = [G::encode_all(&child), G::encode_all(&parent), G::encode_all(&narrower)];
        let [own, outer, narrower] = [read(&encoded[0]), read(&encoded[1]), read(&encoded[2])];
        prop_assert_eq!(narrower.narrows(&outer), Ok(()));
        let wider = own.iter().position(|grant| !outer.iter().any(|other| grant.is_within(&other)));
        prop_assert_eq!(own.narrows(&outer), wider.map_or(Ok(()), Err));
        for request in child.iter().flat_map(witnesses) {
            let [index, parents] = [own, outer].map(|list| request.ask(|access| list.admits(access)));
            prop_assert_eq!(index, own.iter().position(|grant| G::from(grant).admits(&request)));
            prop_assert!(wider.is_some() || parents.is_some());
        }
    }

    #[test]
    fn what_is_decoded_is_what_was_encoded(grants in vec(grant(), 0..16)) {
        let encoded = G::encode_all(&grants);
        let list = read(&encoded);
        prop_assert_eq!(list.iter().count(), list.len());
        prop_assert_eq!(G::encode_all(&list.iter().map(G::from).collect::<Vec<_>>()), list.encoded());
    }

    #[test]
    fn changed_bytes_are_refused_or_are_the_encoding_of_other_grants(grants in vec(grant(), 1..4), at in any::<prop::sample::Index>(), byte: u8) {
        let mut encoded = G::encode_all(&grants);
        let at = at.index(encoded.len());
        encoded[at] = byte;
        if let Ok(list) = Grants::decode(&encoded) {
            prop_assert_eq!(G::encode_all(&list.iter().map(G::from).collect::<Vec<_>>()), list.encoded());
            prop_assert_eq!(list.encoded(), &encoded[..]);
        }
    }

    #[test]
    fn every_truncation_is_rejected(grants in vec(grant(), 0..4)) {
        let encoded = G::encode_all(&grants);
        for len in 0..encoded.len() {
            let error = Grants::decode(&encoded[..len]).expect_err("a part");
            prop_assert_eq!(error.kind, crate::error::ErrorKind::Truncated);
        }
    }
}

/// Requests that `a` admits, one of which another grant refuses unless `a` is ⊑ it: in each part all of `a`'s corners, the others at their first.
fn witnesses(a: &G) -> Vec<R> {
    let (actions, resources) = (concrete(&a.action, "."), concrete(&a.resource, "/"));
    let first = a.limits.iter().map(|(name, limit)| (name.clone(), corners(limit).swap_remove(0))).collect();
    let base = R { action: actions[0].clone(), resource: resources[0].clone(), arguments: first };
    let mut all: Vec<_> = actions.iter().map(|action| R { action: action.clone(), ..base.clone() }).collect();
    all.extend(resources.iter().map(|resource| R { resource: resource.clone(), ..base.clone() }));
    for (name, limit) in &a.limits {
        for value in corners(limit) {
            let mut request = base.clone();
            request.arguments.insert(name.clone(), value);
            all.push(request);
        }
    }
    all
}

fn concrete(pattern: &str, separator: &str) -> Vec<String> {
    match pattern.strip_suffix('*') {
        Some(stem) => FRESH.map(|fresh| format!("{stem}{}", fresh.replace('.', separator))).into(),
        None => [pattern.to_owned()].into(),
    }
}

/// Of a range 17 integers, more than a list can hold, and its end; of a prefix itself and a continuation that no list holds.
fn corners(limit: &L) -> Vec<V> {
    match limit {
        L::Equals(value) => [value.clone()].into(),
        L::OneOf(values) => values.clone(),
        L::Range(lo, hi) => (*lo..=*hi).take(17).chain([*hi]).map(V::Int).collect(),
        L::Prefix(prefix) => [V::Text(prefix.clone()), V::Text(format!("{prefix}/zz"))].into(),
    }
}

/// An integer limit as disjoint intervals that do not touch.
fn bounds(limit: &L) -> Vec<(i64, i64)> {
    let values = match limit {
        L::Range(lo, hi) => return [(*lo, *hi)].into(),
        L::Equals(value) => [value.clone()].into(),
        L::OneOf(values) => values.clone(),
        L::Prefix(_) => Vec::new(),
    };
    let mut integers: Vec<i64> =
        values.iter().filter_map(|value| if let V::Int(n) = value { Some(*n) } else { None }).collect();
    integers.sort_unstable();
    let mut bounds: Vec<(i64, i64)> = Vec::new();
    for n in integers {
        match bounds.last_mut() {
            Some((_, hi)) if hi.checked_add(1) == Some(n) => *hi = n,
            _ => bounds.push((n, n)),
        }
    }
    bounds
}

fn one(grant: &G) -> Vec<u8> {
    G::encode_all(core::slice::from_ref(grant))
}

fn read(encoded: &[u8]) -> Grants<'_> {
    Grants::decode(encoded).expect("a well-formed list")
}

fn only(encoded: &[u8]) -> Grant<'_> {
    read(encoded).iter().next().expect("one grant")
}

/// How to narrow: below which segment, on which further argument, and to what part of a limit.
type Step = (&'static str, (&'static str, L), usize);

fn step() -> impl Strategy<Value = Step> {
    (segment(), (select(&NAMES[..]), limit()), 0..4_usize)
}

fn narrowed(grant: &G, (segment, (name, limit), pick): &Step) -> G {
    let mut narrower = grant.clone();
    match pick {
        0 => narrower.action = narrowed_pattern(&grant.action, segment, "."),
        1 => narrower.resource = narrowed_pattern(&grant.resource, segment, "/"),
        _ => {}
    }
    let limit = grant.limits.get(*name).map_or(limit.clone(), |own| match own {
        L::Equals(value) => L::OneOf([value.clone()].into()),
        L::OneOf(values) => L::OneOf(values[..=pick % values.len()].to_vec()),
        L::Range(lo, hi) if hi.abs_diff(*lo) < 16 => L::OneOf((*lo..=*hi).map(V::Int).collect()),
        L::Range(lo, hi) => L::Range(lo + 1, hi - 1),
        L::Prefix(prefix) if *pick == 2 => L::Equals(V::Text(prefix.clone())),
        L::Prefix(prefix) => L::Prefix(format!("{prefix}/{segment}")),
    });
    narrower.limits.insert((*name).to_owned(), limit);
    narrower
}

fn narrowed_pattern(pattern: &str, segment: &str, separator: &str) -> String {
    match pattern.strip_suffix('*') {
        Some(stem) => format!("{stem}{segment}{separator}*"),
        None => pattern.to_owned(),
    }
}

/// Half of them related, so that both verdicts are frequent.
fn pair() -> impl Strategy<Value = (G, G)> {
    prop_oneof![(grant(), grant()), (grant(), step()).prop_map(|(grant, step)| (narrowed(&grant, &step), grant))]
}

fn grant() -> impl Strategy<Value = G> {
    let limits = btree_map(select(&NAMES[..]).prop_map(ToOwned::to_owned), limit(), 0..3);
    (pattern("", "."), prop_oneof![pattern("", "/"), pattern("/", "/"), pattern("a://", "/")], limits)
        .prop_map(|(action, resource, limits)| G { action, resource, limits })
}

/// Segments, an open end, or both.
fn pattern(anchor: &'static str, separator: &'static str) -> impl Strategy<Value = String> {
    (vec(segment(), 0..4), any::<bool>()).prop_map(move |(mut segments, open)| {
        if open || segments.is_empty() {
            segments.push("*");
        }
        format!("{anchor}{}", segments.join(separator))
    })
}

fn limit() -> impl Strategy<Value = L> {
    prop_oneof![
        value().prop_map(L::Equals),
        prop::collection::btree_set(value(), 1..=16).prop_map(|values| L::OneOf(values.into_iter().collect())),
        (integer(), integer()).prop_map(|(a, b)| L::Range(a.min(b), a.max(b))),
        path().prop_map(L::Prefix),
    ]
}

fn integers() -> impl Strategy<Value = L> {
    prop_oneof![
        integer().prop_map(|n| L::Equals(V::Int(n))),
        prop::collection::btree_set(integer().prop_map(V::Int), 1..=16)
            .prop_map(|values| L::OneOf(values.into_iter().collect())),
        (integer(), 0..20_i64).prop_map(|(lo, more)| L::Range(lo, lo.saturating_add(more))),
        (integer(), integer()).prop_map(|(a, b)| L::Range(a.min(b), a.max(b))),
    ]
}

fn value() -> impl Strategy<Value = V> {
    prop_oneof![
        integer().prop_map(V::Int),
        path().prop_map(V::Text),
        "[a./%-]{0,4}".prop_map(V::Text),
        any::<bool>().prop_map(V::Bool)
    ]
}

/// Small ones, ends of i64, and those around the lengths of CBOR heads.
fn integer() -> impl Strategy<Value = i64> {
    prop_oneof![
        4 => -3..4_i64,
        2 => prop_oneof![i64::MIN..=i64::MIN + 3, i64::MAX - 3..=i64::MAX],
        1 => select(&[22_i64, 23, 24, 255, 256, 65_535, 65_536, -24, -25, -256, -257, 1 << 32, -(1 << 32) - 1][..]),
        1 => any::<i64>(),
    ]
}

fn path() -> impl Strategy<Value = String> {
    (select(&["", "/", "a://"][..]), vec(segment(), 1..4))
        .prop_map(|(anchor, segments)| format!("{anchor}{}", segments.join("/")))
}

fn segment() -> impl Strategy<Value = &'static str> {
    select(&["a", "b", "aa", "a:"][..])
}
