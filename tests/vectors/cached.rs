//! Every vector once more, all of them with one signature cache: what is remembered from the others changes no verdict.

use std::fs;

use throughline::{Engine, SignatureCache, SignatureVerifier};
use throughline_conformance::{File, Vector, compare, judge_with};

use crate::FILES;
use crate::files::directory;

/// Every vector, with its file.
fn vectors() -> Vec<(&'static str, Vector)> {
    let read = |file: &&'static str| {
        let text = fs::read_to_string(directory().join(file)).unwrap();
        let File { vectors, .. } = serde_json::from_str(&text).unwrap();
        let file = *file;
        vectors.into_iter().map(move |vector| (file, vector))
    };
    FILES.iter().flat_map(read).collect()
}

fn agree(signatures: &(dyn SignatureVerifier + Sync), vectors: impl Iterator<Item = (&'static str, Vector)>) -> u32 {
    let mut checks = 0;
    for (file, vector) in vectors {
        let judged = judge_with(&vector, signatures).unwrap_or_else(|unusable| panic!("{}: {unusable}", vector.id));
        if let Err(difference) = compare(&vector.expected, &judged, vector.work) {
            panic!("{file}, {}: {difference}", vector.id);
        }
        checks += judged.signatures;
    }
    checks
}

#[test]
fn every_vector_is_judged_the_same_with_one_cache_for_all() {
    let all = vectors();
    let plain = agree(&Engine, all.iter().cloned());
    for capacity in [8, 65_536] {
        let cache = SignatureCache::new(Engine, capacity);
        let first = agree(&cache, all.iter().cloned());
        let second = agree(&cache, all.iter().rev().cloned());
        assert!(first <= plain && second <= plain, "{plain} {first} {second}");
        // With room for all, only what is refused at its signature, and proofs and lists, are checked again.
        assert!(capacity < 1_000 || second * 4 < plain, "{plain} {first} {second}");
    }
}
