//! Who may appear in a story: a few names that are easily confused, and actors put together of them.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use crate::admit::shapes::{Hash, Key, Prop};
use crate::draw::Draw;
use crate::grant::tests::model::{G, L, V};

/// Identifiers of all forms, many of which begin like another; accountable entities are drawn from them too.
pub(crate) const IDENTIFIERS: &[&str] = &[
    "spiffe://a.example/pay",
    "spiffe://a.example/pay/1",
    "spiffe://a.example/payroll",
    "spiffe://a.example",
    "https://a.example/pay",
    "https://a.example",
    "did:web:a",
    "did:web:a:b",
    "did:web:a/b",
    "did:web:ab",
    "arn:p:s::1:pay",
    "arn:p:s::1:pay/x",
    "arn:p:s::12:pay",
    "urn:x:pay",
    "urn:x:pay:1",
    "urn:x:pay/1",
    "CN=pay",
    "CN=pay/x",
];
/// Namespaces that are no identifiers, or cover none of them.
const NAMESPACES: &[&str] = &["arn:p:s::1", "spiffe://a.example/pa", "did:web:a:b:c"];
pub(crate) const ROLES: &[&str] = &["r", "s", "rs"];
pub(crate) const PROPS: &[&str] = &["hardware", "h", "executables"];

/// Which keys do what, as long as nobody makes a mistake.
pub(crate) const ORIGINS: [Key; 2] = [Key(0), Key(1)];
pub(crate) const REVOKERS: [Key; 2] = [Key(2), Key(3)];
pub(crate) const AUDIENCE: [Key; 2] = [Key(4), Key(5)];
pub(crate) const AGREE: [Key; 2] = [Key(6), Key(7)];
pub(crate) const ATTESTERS: [Key; 4] = [Key(8), Key(9), Key(10), Key(11)];
const WORKERS: [Key; 6] = [Key(12), Key(13), Key(14), Key(15), Key(16), Key(17)];

/// One name has two keys.
pub(crate) fn attester_name(key: Key) -> String {
    ["https://attest.example", "https://b.example", "https://attest.example", "did:web:attest"][usize::from(key.0) % 4]
        .to_owned()
}

pub(crate) fn names() -> Vec<String> {
    IDENTIFIERS.iter().map(|name| (*name).to_owned()).collect()
}

pub(crate) fn namespaces() -> Vec<String> {
    IDENTIFIERS.iter().chain(NAMESPACES).map(|name| (*name).to_owned()).collect()
}

pub(crate) fn keys() -> Vec<Key> {
    (0..crate::admit::keys::KEYS).map(Key).collect()
}

pub(crate) fn strings(texts: &[&str]) -> Vec<String> {
    texts.iter().map(|text| (*text).to_owned()).collect()
}

/// An actor of a story.
#[derive(Clone, Debug)]
pub(crate) struct Member {
    pub(crate) key: Key,
    pub(crate) identifier: String,
    pub(crate) by: By,
    pub(crate) role: String,
    pub(crate) accountable: String,
    /// Who says so.
    pub(crate) attester: Key,
    pub(crate) props: BTreeMap<String, Prop>,
    /// A credential made for each hop.
    pub(crate) fresh: bool,
    /// Further attesters, and what they state.
    pub(crate) also: Vec<(Key, BTreeMap<String, Prop>)>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum By {
    Credential,
    Pin,
    Nobody,
}

impl Member {
    /// The `n`-th of a cast.
    pub(crate) fn draw(draw: &mut Draw<'_>, n: usize) -> Self {
        let key = WORKERS[n % WORKERS.len()];
        let by = draw.of(&[By::Credential, By::Credential, By::Credential, By::Pin, By::Nobody, By::Credential]);
        let attester = draw.of(&ATTESTERS);
        let fresh = draw.once_in(2);
        let entities = [IDENTIFIERS[5], IDENTIFIERS[5], IDENTIFIERS[4], IDENTIFIERS[7], IDENTIFIERS[14]];
        let (role, accountable) = (draw.of(ROLES).to_owned(), draw.of(&entities).to_owned());
        let props = self::props(draw);
        let also = (0..draw.of(&[0, 0, 0, 1, 2])).map(|_| (draw.of(&ATTESTERS), self::props(draw))).collect();
        let identifier = if by == By::Nobody { key.uri() } else { draw.of(IDENTIFIERS).to_owned() };
        Self { key, identifier, by, role, accountable, attester, props, fresh, also }
    }

    /// Everything that is stated of it, by whom.
    pub(crate) fn stated(&self) -> Vec<(String, &String, &Prop)> {
        let own = (self.by != By::Nobody).then_some((&self.attester, &self.props));
        let also = self.also.iter().map(|(key, props)| (key, props)).filter(|_| self.by != By::Nobody);
        own.into_iter()
            .chain(also)
            .flat_map(|(key, props)| props.iter().map(|(name, value)| (attester_name(*key), name, value)))
            .collect()
    }
}

fn props(draw: &mut Draw<'_>) -> BTreeMap<String, Prop> {
    let mut props = BTreeMap::new();
    for name in PROPS {
        if draw.once_in(2) {
            props.insert((*name).to_owned(), prop(draw));
        }
    }
    props
}

/// At the edges of the tiers, and of all types.
pub(crate) fn prop(draw: &mut Draw<'_>) -> Prop {
    const EDGES: &[i64] = &[2, 2, 31, 32, 95, 96, 127, -2, -32, -33, -96, -97, -128, -129, 128, -1, 0, 1];
    match draw.below(8) {
        0..=5 => Prop::Int(draw.of(EDGES)),
        6 => draw.of(&[Prop::Text("2".to_owned()), Prop::Text("ok".to_owned()), Prop::Bytes(b"ok".to_vec())]),
        _ => Prop::Bool(draw.once_in(2)),
    }
}

/// Grants of which many are ⊑ others.
pub(crate) fn grants() -> &'static [G] {
    static GRANTS: LazyLock<Vec<G>> = LazyLock::new(|| {
        let (range, few) = (L::Range(1, 5), L::OneOf(vec![V::Int(1), V::Int(2), V::Text("x".into())]));
        let (one, text) = (L::Equals(V::Int(1)), L::Equals(V::Bool(true)));
        let (wide, narrow) = (L::Prefix("s3://b".into()), L::Prefix("s3://b/c".into()));
        let grant = G::new;
        vec![
            grant("*", "*", &[]),
            grant("a.*", "*", &[]),
            grant("a.*", "x/*", &[]),
            grant("*", "x/*", &[]),
            grant("a.b", "x/*", &[]),
            grant("a.b", "x/y", &[]),
            grant("ab", "xy", &[]),
            grant("ab.c", "x", &[]),
            grant("a.b", "s3://x/*", &[]),
            grant("a.b.c", "/x/y/z", &[]),
            grant("a.*", "*", &[("n", range.clone())]),
            grant("a.b", "x/*", &[("n", few.clone())]),
            grant("a.b", "x/y", &[("n", one.clone())]),
            grant("a.b", "x/y", &[("n", L::Range(1, 2)), ("m", text)]),
            grant("*", "*", &[("m", wide.clone())]),
            grant("a.*", "x/y", &[("m", narrow), ("n", range)]),
            grant("ab", "*", &[("m", wide)]),
            grant("a.b", "x/y/z", &[("n", few)]),
        ]
    });
    &GRANTS
}

/// A digest of nothing.
pub(crate) fn noise(draw: &mut Draw<'_>) -> Hash {
    [draw.of(&[0xaa, 0xab, 0xac]); 32]
}
