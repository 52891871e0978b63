//! The whole cache of signatures, fifty words to a signature and four places: too many orders for all, so this is for shuttle.
//! Which value a load may see beyond that is `sequence.rs`.
#![cfg(interleavings = "shuttle")]

use std::sync::{Mutex, OnceLock};

use throughline::{
    Digest, Facts, NoRevocations, P256, PublicKey, Signature, SignatureCache, SignatureCheck, SignatureVerifier,
    Verifier,
};

use crate::common::{NOW, chain, trust};
use crate::explore::{Believing, explore};

type Cache = SignatureCache<Believing>;

/// What a verifier has remembered.
struct Item {
    digest: Digest,
    signature: [u8; 64],
    key: Digest,
    facts: Facts,
}

/// Writes down what it is to remember.
#[derive(Default)]
struct Noting(Mutex<Vec<Item>>);

impl SignatureVerifier for Noting {
    fn is_on_curve(&self, key: &PublicKey) -> bool {
        P256.is_on_curve(key)
    }

    fn verify(&self, check: &SignatureCheck<'_>) -> bool {
        P256.verify(check)
    }

    fn remember(&self, digest: &Digest, signature: Signature<'_>, key: &Digest, facts: &Facts) {
        let item = Item { digest: *digest, signature: *signature.as_bytes(), key: *key, facts: *facts };
        self.0.lock().unwrap().push(item);
    }
}

/// Nine items of five links, no two with anything in common.
fn items() -> &'static [Item] {
    static ITEMS: OnceLock<Vec<Item>> = OnceLock::new();
    ITEMS.get_or_init(|| {
        let noting = Noting::default();
        Verifier::new(&trust(), &noting, &NoRevocations).verify(&chain(5), NOW).unwrap();
        noting.0.into_inner().unwrap()
    })
}

fn remember(cache: &Cache, nth: usize) {
    let Item { digest, signature, key, facts } = &items()[nth];
    cache.remember(digest, Signature::new(signature).unwrap(), key, facts);
}

fn knows(cache: &Cache, (digest, signature, key): (usize, usize, usize)) -> bool {
    let items = items();
    cache.knows(&items[digest].digest, Signature::new(&items[signature].signature).unwrap(), &items[key].key)
}

fn empty() -> Cache {
    assert_eq!(items().len(), 9);
    SignatureCache::new(Believing, 4)
}

fn full() -> Cache {
    let cache = empty();
    (0..4).for_each(|nth| remember(&cache, nth));
    cache
}

/// Looks for what stands there, and for what a torn place would show.
fn look(cache: &Cache) {
    for nth in [0, 4, 5] {
        let recalled = cache.recall(&items()[nth].digest);
        assert!(recalled.is_none_or(|facts| facts == items()[nth].facts), "facts of two artifacts");
        let other = (nth + 1) % 9;
        assert!(!knows(cache, (nth, other, nth)) && !knows(cache, (nth, nth, other)), "halves of two signatures");
        knows(cache, (nth, nth, nth));
    }
}

#[test]
fn reader_beside_two_writers_in_a_full_cache_sees_all_of_one_or_nothing() {
    let steps: [fn(&Cache); 3] = [
        |cache| remember(cache, 4),
        |cache| [5, 6, 7].iter().for_each(|nth| remember(cache, *nth)),
        |cache| {
            look(cache);
            look(cache);
        },
    ];
    explore("pushing out beside reading", full, steps, |cache, _| {
        look(cache);
        let known = (0..9).filter(|nth| knows(cache, (*nth, *nth, *nth))).count();
        assert!((1..=4).contains(&known), "{known} of four places");
    });
}

#[test]
fn signature_remembered_alone_is_known_after() {
    let steps: [fn(&Cache); 2] = [|cache| remember(cache, 0), look];
    explore("remembering beside reading", empty, steps, |cache, _| {
        assert!(knows(cache, (0, 0, 0)));
        assert_eq!(cache.recall(&items()[0].digest), Some(items()[0].facts));
    });
}

#[test]
fn cleared_cache_knows_nothing_from_before() {
    let steps: [fn(&Cache); 3] = [SignatureCache::clear, look, |cache| remember(cache, 4)];
    explore("clearing beside reading and writing", full, steps, |cache, _| {
        look(cache);
        let known: Vec<usize> = (0..9).filter(|nth| knows(cache, (*nth, *nth, *nth))).collect();
        assert!(known.iter().all(|nth| *nth == 4), "{known:?}: cleared, or came beside");
    });
}
