//! Four threads at one cache that is too small for them: every verdict, and everything that is said, is the one without a cache.

use std::sync::atomic::{AtomicBool, Ordering};

use throughline::{Error, MacSessions, Signature, SignatureCache, SignatureVerifier as _};

use crate::common::forge::Forge;
use crate::common::lists::FRESH;
use crate::common::setting::request;
use crate::common::world::agreement_key;
use crate::common::{AUDIENCE, chain, public};
use crate::differential::{recorded, verifier};
use crate::door::{Door, ROOMY, signature_of};
use crate::facts::said;
use crate::pool::{Random, cases, settings};

#[test]
fn threads_that_evict_each_others_signatures_see_the_same_verdicts() {
    let (cases, settings) = (cases(), settings());
    let settings = &settings[..3];
    // Few tokens, so that all threads read and write the same few places.
    let mut cases: Vec<_> = cases.into_iter().step_by(9).collect();
    cases.truncate(60);
    let plain = recorded(&cases, settings);
    let expected: Vec<Vec<Result<String, Error>>> = settings
        .iter()
        .map(|setting| {
            let verifier = verifier(setting, &plain);
            cases.iter().map(|case| verifier.verify(&case.token, setting.now).map(|chain| said(&chain))).collect()
        })
        .collect();
    assert!(expected[0].iter().filter(|verdict| verdict.is_ok()).count() > 10);
    for capacity in [4, 16] {
        let cache = SignatureCache::new(&plain, capacity);
        std::thread::scope(|scope| {
            for thread in 0..4_u64 {
                let (cache, cases, expected) = (&cache, &cases, &expected);
                scope.spawn(move || {
                    let mut random = Random(0x7468_7265_6164_0000 + thread);
                    for _ in 0..400 {
                        let (which, nth) = (random.below(settings.len()), random.below(cases.len()));
                        let setting = &settings[which];
                        let verdict = verifier(setting, cache).verify(&cases[nth].token, setting.now);
                        assert_eq!(verdict.map(|chain| said(&chain)), expected[which][nth]);
                        if thread == 0 && random.one_in(50) {
                            cache.clear();
                        }
                    }
                });
            }
        });
    }
}

#[test]
fn threads_that_evict_each_others_sessions_see_the_same_verdicts() {
    let tokens: Vec<Vec<u8>> = (0..6).map(crate::sessions::head).collect();
    let proofs: Vec<Vec<u8>> = tokens.iter().map(|token| crate::sessions::mac(token, 1)).collect();
    let setting = &settings()[0];
    let sessions = MacSessions::new(agreement_key("audience"), AUDIENCE, 4);
    let cache = SignatureCache::new(throughline::Engine, 64);
    std::thread::scope(|scope| {
        for thread in 0..4_u64 {
            let (tokens, proofs, sessions, cache) = (&tokens, &proofs, &sessions, &cache);
            scope.spawn(move || {
                let mut random = Random(0x7365_7373_696f_0000 + thread);
                let verifier = verifier(setting, cache).agreement(sessions);
                for _ in 0..150 {
                    let (token, proof) = (random.below(tokens.len()), random.below(proofs.len()));
                    let (mut bytes, wrong) = (proofs[proof].clone(), random.one_in(4));
                    *bytes.last_mut().unwrap() ^= u8::from(wrong);
                    let verdict = verifier.admit(&tokens[token], &bytes, &request(), &FRESH, setting.now);
                    assert_eq!(verdict.is_ok(), token == proof && !wrong);
                    assert!(sessions.list().len() <= 4);
                }
            });
        }
    });
}

#[test]
fn reader_sees_all_of_one_write_or_nothing() {
    // Nine items and their facts, which no two have in common.
    let (door, token) = (Door::new(ROOMY), chain(5));
    door.warm(&settings()[0], &token);
    let items: Vec<_> = Forge::of(&token)
        .items
        .iter()
        .map(|item| {
            let digest = item.message.digest();
            let facts = door.cache.recall(&digest).unwrap();
            (digest, signature_of(&item.message), *public(&item.signer).thumbprint(), facts)
        })
        .collect();
    assert_eq!(items.len(), 9);
    let cache = SignatureCache::new(throughline::P256, 4);
    let written = AtomicBool::new(false);
    std::thread::scope(|scope| {
        // Every one is new to the four places, so every one is written over another.
        let writer = scope.spawn(|| {
            for (nth, (digest, signature, key, facts)) in items.iter().cycle().take(120_000).enumerate() {
                cache.remember(digest, Signature::new(signature).unwrap(), key, facts);
                if nth % 10_000 == 0 {
                    cache.clear();
                }
            }
            written.store(true, Ordering::Relaxed);
        });
        for reader in 0..3_u64 {
            let (cache, items, written) = (&cache, &items, &written);
            scope.spawn(move || {
                let mut random = Random(0x7365_716c_6f63_0000 + reader);
                while !written.load(Ordering::Relaxed) {
                    let (one, other) = (&items[random.below(9)], &items[random.below(9)]);
                    assert!(cache.recall(&one.0).is_none_or(|facts| facts == one.3), "facts of two artifacts");
                    let borrowed = Signature::new(&other.1).unwrap();
                    assert!(one.0 == other.0 || !cache.knows(&one.0, borrowed, &one.2), "halves of two signatures");
                }
            });
        }
        writer.join().unwrap();
    });
}
