//! Artifacts as bytes (token.md §3, §4), and their digests.

use throughline::{Digest, OriginForm};

use crate::admit::keys::MacParts;
use crate::admit::shapes::{
    Contract, Credential, CredentialClaims, Demand, Entry, From, HandOver, Hash, Held, Key, Link, LinkClaims, Mac,
    Next, Origin, Proof, Prop, Sealed, Test, Window,
};
use crate::grant::tests::encode::{array, boolean, bytes, int, map, set, text};
use crate::grant::tests::model::G;

type Entries = Vec<(i64, Vec<u8>)>;

/// How something is signed: under whose name, by whom, and whether the signature then stays as it is.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Hand {
    pub(crate) kid: Hash,
    pub(crate) key: Key,
    pub(crate) damaged: bool,
}

pub(crate) fn link(claims: LinkClaims, hand: Hand) -> Link {
    let LinkClaims { iss, window, cnf, parent, position, role, grants, next, require, .. } = &claims;
    let mut outer = windowed(window);
    outer.push((1, text(iss)));
    outer.extend(cnf.map(|key| (8, numbered(vec![(1, cose_key(key))]))));
    let mut inner = vec![(2, uint(*position))];
    inner.extend(parent.map(|parent| (1, bytes(&parent))));
    inner.extend(role.as_ref().map(|role| (3, text(role))));
    inner.extend(grants.as_ref().map(|grants| (4, G::encode_all(grants))));
    inner.extend(next.as_ref().map(|next| (5, next_value(next))));
    inner.extend(require.as_ref().map(|contract| (6, contract_value(contract))));
    inner.extend(claims.origin.as_ref().map(|origin| (7, origin_value(origin))));
    inner.extend(digests(8, &claims.also));
    inner.extend(claims.agree.map(|key| (9, cose_key(key))));
    inner.extend(claims.task.map(|task| (10, bytes(&task))));
    inner.extend(claims.handover.map(|handover| (11, bytes(&handover))));
    inner.extend(digests(12, &claims.evidence));
    inner.extend(claims.cause.map(|cause| (13, bytes(&cause))));
    Link { sealed: sign(65101, outer, inner, hand), claims }
}

pub(crate) fn credential(claims: CredentialClaims, hand: Hand) -> Credential {
    let CredentialClaims { iss, sub, window, cnf, accountable, roles, props, nonce } = &claims;
    let mut outer = windowed(window);
    outer.extend([(1, text(iss)), (2, text(sub)), (8, numbered(vec![(1, cose_key(*cnf))]))]);
    outer.extend(nonce.as_ref().map(|nonce| (10, bytes(nonce))));
    let mut inner = vec![(14, text(accountable))];
    inner.extend((!roles.is_empty()).then(|| (15, texts(roles))));
    inner.extend((!props.is_empty()).then(|| {
        let mut entries: Vec<_> = props.iter().map(|(name, value)| (text(name), prop(value))).collect();
        entries.sort();
        (16, map(&entries))
    }));
    Credential { sealed: sign(65102, outer, inner, hand), claims }
}

pub(crate) fn handover(exp: u64, to: &str, head: Hash, task: Option<Hash>, hand: Hand) -> HandOver {
    let mut inner = vec![(17, bytes(&head)), (20, text(to))];
    inner.extend(task.map(|task| (10, bytes(&task))));
    HandOver { sealed: sign(65104, vec![(4, uint(exp))], inner, hand), exp, to: to.to_owned(), head, task }
}

/// What a proof says, and with which keys it is sealed.
#[derive(Clone, Debug)]
pub(crate) struct ProofClaims {
    pub(crate) aud: String,
    pub(crate) iat: u64,
    pub(crate) cti: [u8; 16],
    pub(crate) head: Hash,
    pub(crate) request: Hash,
}

impl ProofClaims {
    fn parts(&self) -> (Entries, Entries) {
        let outer = vec![(3, text(&self.aud)), (6, uint(self.iat)), (7, bytes(&self.cti))];
        (outer, vec![(17, bytes(&self.head)), (18, bytes(&self.request))])
    }

    fn sealed(self, sealed: Sealed, mac: Option<Mac>) -> Proof {
        let Self { aud, iat, cti, head, request } = self;
        Proof { sealed, aud, iat, cti, head, request, mac }
    }

    pub(crate) fn sign(self, hand: Hand) -> Proof {
        let (outer, inner) = self.parts();
        let sealed = sign(65103, outer, inner, hand);
        self.sealed(sealed, None)
    }

    /// Under the keys of both ends; `bound_to` is what the MAC key is derived for: head's `kid`, head and audience.
    pub(crate) fn mac(
        self,
        kid: Hash,
        agreement: Key,
        agree: Key,
        bound_to: (Hash, Hash, &str),
        damaged: bool,
    ) -> Proof {
        let (outer, mut inner) = self.parts();
        inner.push((19, bytes(&agreement.thumbprint())));
        let protected = numbered(vec![(1, int(5)), (4, bytes(&kid)), (16, uint(65103))]);
        let payload = payload(outer, inner);
        let structure = array(&[text("MAC0"), bytes(&protected), bytes(&[]), bytes(&payload)]);
        let (head_kid, head, audience) = bound_to;
        let parts = MacParts {
            agreement,
            agree,
            head_kid: &head_kid,
            head: &head,
            audience,
            protected: &protected,
            structure: &structure,
        };
        let mut tag = parts.tag();
        tag[7] ^= u8::from(damaged);
        let mut encoded = vec![0xd1];
        encoded.extend(array(&[bytes(&protected), vec![0xa0], bytes(&payload), bytes(&tag)]));
        let right = !damaged && (head_kid, head, audience) == (kid, self.head, self.aud.as_str());
        let sealed = Sealed { kid, digest: Digest::of(&[&structure]).0, bytes: encoded, signer: None };
        self.sealed(sealed, Some(Mac { agreement: agreement.thumbprint(), agree, right }))
    }
}

pub(crate) fn list(held: &Held, number: u64) -> Vec<u8> {
    let entries = held.entries.iter().map(|entry| {
        let hashes = |keys: &[Hash]| set(keys.iter().map(|key| bytes(key)).collect());
        let parts = match entry {
            Entry::Link(digest) => vec![int(0), bytes(digest)],
            Entry::Key(key) => vec![int(1), bytes(key)],
            Entry::Credential(digest, keys) => vec![int(2), bytes(digest), hashes(keys)],
            Entry::Identifier(identifier, keys) => vec![int(3), text(identifier), hashes(keys)],
            Entry::Consent(digest) => vec![int(4), bytes(digest)],
            Entry::Accountable(entity, time) => vec![int(5), text(entity), uint(*time)],
        };
        array(&parts)
    });
    let outer = vec![(1, text(&held.name)), (4, uint(held.exp)), (6, uint(held.iat))];
    let inner = vec![(21, uint(number)), (22, set(entries.collect()))];
    sign(65105, outer, inner, Hand { kid: held.issuer.thumbprint(), key: held.issuer, damaged: false }).bytes
}

fn sign(typ: u64, outer: Entries, inner: Entries, hand: Hand) -> Sealed {
    let protected = numbered(vec![(1, int(-9)), (4, bytes(&hand.kid)), (16, uint(typ))]);
    let payload = payload(outer, inner);
    let structure = array(&[text("Signature1"), bytes(&protected), bytes(&[]), bytes(&payload)]);
    let digest = Digest::of(&[&structure]).0;
    let mut signature = hand.key.sign(&digest);
    signature[9] ^= u8::from(hand.damaged);
    let mut encoded = vec![0xd2];
    encoded.extend(array(&[bytes(&protected), vec![0xa0], bytes(&payload), bytes(&signature)]));
    Sealed { kid: hand.kid, digest, bytes: encoded, signer: (!hand.damaged).then_some(hand.key) }
}

fn payload(mut outer: Entries, inner: Entries) -> Vec<u8> {
    outer.push((-65537, numbered(inner)));
    numbered(outer)
}

/// A map with labels, in their order.
fn numbered(entries: Entries) -> Vec<u8> {
    let mut entries: Vec<_> = entries.into_iter().map(|(label, value)| (int(label), value)).collect();
    entries.sort();
    map(&entries)
}

fn windowed(window: &Window) -> Entries {
    let mut entries = vec![(4, uint(window.exp)), (6, uint(window.iat))];
    entries.extend(window.nbf.map(|nbf| (5, uint(nbf))));
    entries
}

fn digests(label: i64, digests: &[Hash]) -> Option<(i64, Vec<u8>)> {
    (!digests.is_empty()).then(|| (label, set(digests.iter().map(|digest| bytes(digest)).collect())))
}

fn next_value(next: &Next) -> Vec<u8> {
    match next {
        Next::Key(key) => bytes(key),
        Next::Identifier(identifier) => text(identifier),
        Next::Contract(contract) => contract_value(contract),
        Next::Anyone => boolean(true),
    }
}

fn contract_value(contract: &Contract) -> Vec<u8> {
    let Contract { namespace, roles, props, fresh, handover, vouched, last } = contract;
    let mut entries = Vec::new();
    entries.extend(namespace.as_ref().map(|namespace| (1, text(namespace))));
    entries.extend(roles.as_ref().map(|(roles, from)| {
        let from = match from {
            From::Attesters(names) => texts(names),
            From::Accountable(entity) => text(entity),
        };
        (2, array(&[texts(roles), from]))
    }));
    entries.extend((!props.is_empty()).then(|| (3, set(props.iter().map(demand_value).collect()))));
    entries.extend(
        [(4, fresh), (5, handover), (6, vouched)].iter().filter(|(_, is)| **is).map(|(n, _)| (*n, boolean(true))),
    );
    entries.extend(last.map(|last| (7, uint(last))));
    numbered(entries)
}

fn demand_value(Demand { name, attesters, test }: &Demand) -> Vec<u8> {
    let (kind, value) = match test {
        Test::Equals(value) => (0, prop(value)),
        Test::Tier(code) => (1, int(*code)),
    };
    array(&[text(name), texts(attesters), int(kind), value])
}

fn origin_value(Origin { kind, accountable, nonce, consent }: &Origin) -> Vec<u8> {
    let kind = match kind {
        OriginForm::Identity => 0,
        OriginForm::Role => 1,
        OriginForm::Context => 2,
    };
    let mut entries = vec![(1, int(kind)), (2, text(accountable)), (3, bytes(nonce))];
    entries.extend(consent.map(|consent| (4, bytes(&consent))));
    numbered(entries)
}

fn prop(value: &Prop) -> Vec<u8> {
    match value {
        Prop::Int(n) => int(*n),
        Prop::Text(value) => text(value),
        Prop::Bool(value) => boolean(*value),
        Prop::Bytes(value) => bytes(value),
    }
}

fn texts(values: &[String]) -> Vec<u8> {
    set(values.iter().map(|value| text(value)).collect())
}

fn cose_key(key: Key) -> Vec<u8> {
    let key = key.public();
    numbered(vec![(1, int(2)), (-1, int(1)), (-2, bytes(key.x())), (-3, bytes(key.y()))])
}

fn uint(n: u64) -> Vec<u8> {
    crate::grant::tests::encode::head(0, n)
}
