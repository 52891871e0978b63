//! Every pattern, limit and grant of small universes against every request that could tell two of them apart.

use std::format;
use std::string::String;
use std::sync::LazyLock;
use std::vec::Vec;

use crate::grant::tests::model::{self, G, L, R, V};
use crate::grant::{Grant, Grants, pattern};

#[test]
fn action_patterns_of_six_characters_are_well_formed_as_the_model_says() {
    for text in texts(&["a", ".", "*", " ", "é"], 6) {
        let path = model::action(&text);
        assert_eq!(pattern::is_action_pattern(text.as_bytes()), path.is_some(), "{text:?}");
        assert_eq!(pattern::is_action(text.as_bytes()), path.is_some_and(|path| !path.open), "{text:?}");
    }
}

#[test]
fn resource_patterns_and_prefixes_of_six_characters_are_well_formed_as_the_model_says() {
    for text in texts(&["a", "A", ":", "/", ".", "*"], 6).chain(texts(&["%", "2", "5", "e", "C", "/"], 5)) {
        let path = model::path(&text, true);
        assert_eq!(pattern::is_resource_pattern(text.as_bytes()), path.is_some(), "{text:?}");
        assert_eq!(pattern::is_resource(text.as_bytes()), path.is_some_and(|path| !path.open), "{text:?}");
        assert_eq!(pattern::is_path(text.as_bytes()), model::path(&text, false).is_some(), "{text:?}");
    }
}

#[test]
fn every_ascii_character_in_a_segment_is_judged_as_the_model_says() {
    for c in (0..0x80_u8).map(char::from) {
        for text in [
            format!("{c}"),
            format!("a{c}"),
            format!("{c}a"),
            format!("{c}://a"),
            format!("a{c}://a"),
            format!("%2{c}"),
        ] {
            assert_eq!(pattern::is_action_pattern(text.as_bytes()), model::action(&text).is_some(), "{text:?}");
            assert_eq!(pattern::is_resource_pattern(text.as_bytes()), model::path(&text, true).is_some(), "{text:?}");
            assert_eq!(pattern::is_path(text.as_bytes()), model::path(&text, false).is_some(), "{text:?}");
        }
    }
}

#[test]
fn order_of_actions_is_exact() {
    ACTIONS.is_exact();
}

#[test]
fn order_of_resources_is_exact() {
    RESOURCES.is_exact();
}

#[test]
fn order_of_limits_is_exact() {
    LIMITS.is_exact();
}

#[test]
fn order_of_whole_grants_is_exact() {
    WHOLE.is_exact();
}

#[test]
fn order_is_reflexive() {
    for Family { within, .. } in families() {
        assert!(within.iter().enumerate().all(|(index, row)| has(row, index)));
    }
}

#[test]
fn order_is_transitive() {
    for Family { within, .. } in families() {
        for row in within {
            let above = (0..within.len()).filter(|index| has(row, *index));
            above.for_each(|index| assert!(subset(&within[index], row)));
        }
    }
}

#[test]
fn grants_within_each_other_admit_the_same() {
    for Family { within, admitted, grants } in families() {
        for (a, b) in pairs(grants.len()) {
            let equivalent = has(&within[a], b) && has(&within[b], a);
            assert_eq!(equivalent, admitted[a] == admitted[b], "{:?} {:?}", grants[a], grants[b]);
        }
    }
}

static ACTIONS: LazyLock<Family> = LazyLock::new(|| Family::new(of_actions(), &requests_of_actions()));
static RESOURCES: LazyLock<Family> = LazyLock::new(|| Family::new(of_resources(), &requests_of_resources()));
static LIMITS: LazyLock<Family> = LazyLock::new(|| Family::new(of_limits(), &requests_of_values()));
static WHOLE: LazyLock<Family> = LazyLock::new(|| Family::new(of_parts(), &requests_of_parts()));

fn families() -> [&'static Family; 4] {
    [&ACTIONS, &RESOURCES, &LIMITS, &WHOLE]
}

/// Grants, which requests each admits, and which are ⊑ which.
struct Family {
    grants: Vec<G>,
    /// In row a, bit r: the model's a admits request r; so does the decoded one.
    admitted: Vec<Vec<u64>>,
    /// In row a, bit b: a ⊑ b.
    within: Vec<Vec<u64>>,
}

impl Family {
    fn new(grants: Vec<G>, requests: &[R]) -> Self {
        let encoded: Vec<_> = grants.iter().map(|grant| G::encode_all(core::slice::from_ref(grant))).collect();
        let decoded: Vec<_> = encoded.iter().map(|encoded| only(encoded)).collect();
        let admitted: Vec<_> =
            grants.iter().map(|grant| bits(requests.iter().map(|request| grant.admits(request)))).collect();
        for (grant, admitted) in decoded.iter().zip(&admitted) {
            assert_eq!(
                &bits(requests.iter().map(|request| request.ask(|access| grant.admits(access)))),
                admitted,
                "{grant:?}"
            );
            assert!(admitted.iter().any(|word| *word != 0), "the requests do not know {grant:?}");
        }
        let within = decoded.iter().map(|a| bits(decoded.iter().map(|b| a.is_within(b)))).collect();
        Self { grants, admitted, within }
    }

    fn is_exact(&self) {
        for (a, b) in pairs(self.grants.len()) {
            let included = subset(&self.admitted[a], &self.admitted[b]);
            assert_eq!(has(&self.within[a], b), included, "{:?} ⊑ {:?}", self.grants[a], self.grants[b]);
        }
    }
}

fn only(encoded: &[u8]) -> Grant<'_> {
    Grants::decode(encoded).expect("a well-formed list").iter().next().expect("of one grant")
}

fn of_actions() -> Vec<G> {
    let stems = joined(&["a", "b", "aa"], ".", 2);
    let open = stems.iter().map(|stem| format!("{stem}.*"));
    let patterns = stems.iter().cloned().chain(open).chain(["*".into()]);
    patterns.map(|action| G::new(&action, "r", &[])).collect()
}

/// `z` occurs in no pattern: it tells a pattern that ends in `*` from all that do not.
fn requests_of_actions() -> Vec<R> {
    joined(&["a", "b", "aa", "z"], ".", 3).iter().map(|action| R::new(action, "r", &[])).collect()
}

fn of_resources() -> Vec<G> {
    let mut patterns = Vec::from(["*".into(), "/*".into(), "a://*".into()]);
    for stem in anchored(&["", "/", "a://"], &["a", "aa", "a:"], 2) {
        patterns.push(format!("{stem}/*"));
        patterns.push(stem);
    }
    patterns.iter().map(|resource| G::new("a", resource, &[])).collect()
}

fn requests_of_resources() -> Vec<R> {
    let resources = anchored(&["", "/", "a://", "z://"], &["a", "aa", "a:", "z"], 3);
    resources.iter().map(|resource| R::new("a", resource, &[])).collect()
}

fn of_limits() -> Vec<G> {
    let listed = [
        V::Int(-1),
        V::Int(0),
        V::Int(1),
        V::Int(i64::MAX),
        V::Text("a".into()),
        V::Text("a/aa".into()),
        V::Bool(true),
    ];
    let subsets = (1..1_usize << listed.len()).map(|mask| {
        L::OneOf(
            listed.iter().enumerate().filter(|(bit, _)| mask >> bit & 1 == 1).map(|(_, value)| value.clone()).collect(),
        )
    });
    let equal = values().into_iter().map(L::Equals);
    let ends = [i64::MIN, i64::MIN + 1, -2, -1, 0, 1, 2, i64::MAX - 1, i64::MAX];
    let ranges = ends.iter().flat_map(|lo| ends.iter().filter(move |hi| lo <= *hi).map(move |hi| L::Range(*lo, *hi)));
    let prefixes = anchored(&["", "/", "a://"], &["a", "aa", "a:", "*"], 2).into_iter().map(L::Prefix);
    equal.chain(subsets).chain(ranges).chain(prefixes).map(|limit| G::new("a", "r", &[("n", limit)])).collect()
}

fn requests_of_values() -> Vec<R> {
    let continued = anchored(&["", "/", "a://"], &["a", "aa", "a:", "*", "z"], 3).into_iter().map(V::Text);
    let requests = values().into_iter().chain(continued).map(|value| R::new("a", "r", &[("n", value)]));
    requests.chain([R::new("a", "r", &[]), R::new("a", "r", &[("m", V::Int(0))])]).collect()
}

/// Values that differ in type alone, that are no path, and integers next to every end of a range.
fn values() -> Vec<V> {
    let ends = [i64::MIN, i64::MIN + 1, i64::MIN + 2, -1_000, i64::MAX - 2, i64::MAX - 1, i64::MAX];
    let texts = ["", "0", "true", "/", "a/", "a//b", "a/../b", "a/%2e", "a\\b", "a://", "a:/", "A://a", "b/a", "aa/b"];
    let ints = (-3..4).chain(ends).map(V::Int);
    ints.chain(texts.map(|text| V::Text(text.into()))).chain([V::Bool(false), V::Bool(true)]).collect()
}

fn of_parts() -> Vec<G> {
    let limits = [None, Some(L::Equals(V::Int(0))), Some(L::Range(0, 1)), Some(L::Prefix("a".into()))];
    let mut grants = Vec::new();
    for (action, resource) in [("a", "r"), ("*", "r"), ("a", "*")] {
        for index in 0..limits.len().pow(3) {
            let chosen = ["kk", "m", "n"].into_iter().zip([index % 4, index / 4 % 4, index / 16]);
            let named: Vec<_> = chosen.filter_map(|(name, limit)| Some((name, limits[limit].clone()?))).collect();
            grants.push(G::new(action, resource, &named));
        }
    }
    grants
}

fn requests_of_parts() -> Vec<R> {
    let values = [None, Some(V::Int(0)), Some(V::Int(1)), Some(V::Text("a".into()))];
    let mut requests = Vec::new();
    for (action, resource) in [("a", "r"), ("z", "r"), ("a", "z")] {
        for index in 0..values.len().pow(3) {
            let chosen = ["kk", "m", "n"].into_iter().zip([index % 4, index / 4 % 4, index / 16]);
            let named: Vec<_> = chosen.filter_map(|(name, value)| Some((name, values[value].clone()?))).collect();
            requests.push(R::new(action, resource, &named));
        }
    }
    requests
}

/// All texts of 1 to `max` letters.
fn texts<'a>(letters: &'a [&'a str], max: u32) -> impl Iterator<Item = String> + 'a {
    (1..=max).flat_map(move |len| {
        (0..letters.len().pow(len))
            .map(move |index| (0..len).map(|place| letters[index / letters.len().pow(place) % letters.len()]).collect())
    })
}

/// All lists of 1 to `depth` segments, joined.
fn joined(segments: &[&str], separator: &str, depth: usize) -> Vec<String> {
    let mut all: Vec<String> = segments.iter().map(|segment| (*segment).into()).collect();
    let mut last = all.clone();
    for _ in 1..depth {
        last =
            last.iter().flat_map(|head| segments.iter().map(move |next| format!("{head}{separator}{next}"))).collect();
        all.extend_from_slice(&last);
    }
    all
}

fn anchored(anchors: &[&str], segments: &[&str], depth: usize) -> Vec<String> {
    let paths = joined(segments, "/", depth);
    anchors.iter().flat_map(|anchor| paths.iter().map(move |path| format!("{anchor}{path}"))).collect()
}

fn pairs(len: usize) -> impl Iterator<Item = (usize, usize)> {
    (0..len).flat_map(move |a| (0..len).map(move |b| (a, b)))
}

fn bits(answers: impl Iterator<Item = bool>) -> Vec<u64> {
    let mut words = Vec::new();
    for (index, answer) in answers.enumerate() {
        if index % 64 == 0 {
            words.push(0);
        }
        words[index / 64] |= u64::from(answer) << (index % 64);
    }
    words
}

fn has(words: &[u64], index: usize) -> bool {
    words[index / 64] >> (index % 64) & 1 == 1
}

fn subset(a: &[u64], b: &[u64]) -> bool {
    a.iter().zip(b).all(|(a, b)| a & !b == 0)
}
