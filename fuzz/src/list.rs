//! Revocation lists, arbitrary or damaged: what is decoded says what ciborium reads, and what is taken in revokes it.

use std::sync::LazyLock;

use ciborium::Value;
use throughline::issue::RevocationListBuilder;
use throughline::trust::Trust;
use throughline::{
    Digest, Entry, ErrorKind, ListLimits, Revocable, RevocationList, RevocationStore, Revocations as _, UnixTime,
};

use crate::common::cbor::{bytes, int, text as value_of};
use crate::common::world::{REVOKER, revocable_trust};
use crate::common::{ALICE, HOUR, NOW, key, public};
use crate::edit::{self, Sample};
use crate::signed::{EverythingIsSigned, Opened, elements, is_digest, number, text};
use crate::vectors::each_once;
use crate::{Target, Vectors, planted};

/// This target.
pub const TARGET: Target = Target { name: "list", max_len: 512, run, seeds };

/// The first byte says which list and how the others change it.
pub fn run(data: &[u8]) {
    let (trust, samples) = &*WORLD;
    let Some(bytes) = edit::input(samples, data) else { return };
    let store = RevocationStore::new();
    let taken = store.take_in(&bytes, trust, &EverythingIsSigned);
    match RevocationList::decode(&bytes) {
        Ok(list) => {
            check(&list, &bytes);
            match taken {
                Ok(number) => {
                    assert_eq!(number, list.number());
                    in_force(&list, &store);
                }
                Err(error) => assert_eq!(error.kind.stage(), 14, "{error}"),
            }
        }
        // Its bytes are counted before they are read.
        Err(_) if bytes.len() > ListLimits::DEFAULT.bytes => {
            assert_eq!(taken.map_err(|error| error.kind), Err(ErrorKind::ListTooLarge))
        }
        Err(error) => assert_eq!(taken, Err(error), "taking in decodes first"),
    }
}

/// Everything that a list says stands in its bytes, and nothing else does.
pub(crate) fn check(list: &RevocationList<'_>, encoded: &[u8]) {
    let opened = Opened::read(encoded, 65_105);
    opened.only(&[1, 4, 6], &[21, 22]);
    assert_eq!(opened.tag, 18);
    assert_eq!(&opened.digest, list.digest());
    assert!(is_digest(Some(list.issuer()), Some(&opened.kid)), "kid");
    assert_eq!(Some(list.name()), opened.claim(1).map(text), "iss");
    assert_eq!(Some(list.issued().0), opened.claim(6).map(number), "iat");
    assert_eq!(Some(list.expires().0), opened.claim(4).map(number), "exp");
    assert!(list.issued() < list.expires());
    assert_eq!(Some(list.number()), opened.own(21).map(number), "number");
    let skipped = usize::from(planted());
    let entries: Vec<Value> = list.entries().skip(skipped).map(entry).collect();
    assert!(elements(opened.own(22)).eq(&entries), "entries");
    assert_eq!(list.len(), list.entries().count());
    assert_eq!(list.is_empty(), entries.is_empty() && skipped == 0);
}

/// Every entry of a list that was taken in is in force, in its window and not outside.
fn in_force(list: &RevocationList<'_>, store: &RevocationStore) {
    let (issuer, held) = (list.issuer(), store.snapshot());
    assert!(held.is_current(issuer, list.issued(), 0));
    assert!(!held.is_current(issuer, list.expires(), 0));
    let revoked = |what: Revocable<'_>| assert!(held.revokes(issuer, what), "{what:?}");
    for entry in list.entries() {
        match entry {
            Entry::Link(digest) => revoked(Revocable::Link(&digest)),
            Entry::Key(digest) => revoked(Revocable::Key(&digest)),
            Entry::Credential(digest, keys) => {
                revoked(Revocable::Credential(&digest));
                keys.iter().for_each(|key| revoked(Revocable::Key(&key)));
            }
            Entry::Identifier(identifier, keys) => {
                revoked(Revocable::Identifier(identifier));
                keys.iter().for_each(|key| revoked(Revocable::Key(&key)));
            }
            Entry::Consent(digest) => revoked(Revocable::Consent(&digest)),
            Entry::Issued { accountable, before } => {
                if let Some(at) = before.0.checked_sub(1).map(UnixTime) {
                    revoked(Revocable::Issued { accountable, at });
                }
            }
        }
    }
    let nobody = Digest::of(&[b"nobody revoked this"]);
    assert!(!held.revokes(issuer, Revocable::Link(&nobody)));
    assert!(!held.revokes(&nobody, Revocable::Link(&nobody)));
}

fn entry(entry: Entry<'_>) -> Value {
    let digest = |digest: Digest| bytes(digest.as_bytes());
    let keys = |keys: throughline::Keys<'_>| Value::Array(keys.iter().map(digest).collect());
    let time = |time: UnixTime| int(i64::try_from(time.0).expect("below 2^63"));
    Value::Array(match entry {
        Entry::Link(link) => vec![int(0), digest(link)],
        Entry::Key(key) => vec![int(1), digest(key)],
        Entry::Credential(credential, with) => vec![int(2), digest(credential), keys(with)],
        Entry::Identifier(identifier, with) => vec![int(3), value_of(identifier), keys(with)],
        Entry::Consent(consent) => vec![int(4), digest(consent)],
        Entry::Issued { accountable, before } => vec![int(5), value_of(accountable), time(before)],
    })
}

static WORLD: LazyLock<(Trust<'static>, Vec<Sample>)> = LazyLock::new(|| {
    let digest = |name: &str| Digest::of(&[name.as_bytes()]);
    let empty = || RevocationListBuilder::new((public("revoker"), REVOKER), 7, (NOW, NOW.plus(HOUR)));
    let full = empty()
        .link(&digest("link"))
        .key(&digest("key"))
        .credential(&digest("credential"), &[digest("one"), digest("two")])
        .identifier("spiffe://prod.example/worker", &[digest("three")])
        .consent(&digest("consent"))
        .issued_before(ALICE, NOW);
    let lists = [empty(), full].map(|list| list.sign(&key("revoker")).expect("a list"));
    (revocable_trust(), lists.into_iter().map(|bytes| Sample::new(bytes, &[])).collect())
});

fn seeds(vectors: &Vectors) -> Vec<Vec<u8>> {
    let mut seeds = each_once(edit::as_they_are(vectors.lists()).chain(edit::edits(2)));
    seeds.retain(|seed| seed.len() <= 2048);
    seeds
}
