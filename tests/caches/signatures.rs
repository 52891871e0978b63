//! What is remembered is exactly this signature over this digest under this key; what it costs is what is new.

use throughline::issue::ContinuationBuilder;
use throughline::{Digest, ErrorKind, Part, Signature, SignatureCache, SignatureVerifier as _};

use crate::common::forge::Forge;
use crate::common::lists::FRESH;
use crate::common::setting::{Counting, Setting, items, request};
use crate::common::world::{agreeing, agreement_key, context_root};
use crate::common::world::{by, called, hop, mac_proof, through_gateway, through_stranger, vouched, wide_trust};
use crate::common::{chain, contract, credential, key, proof, public, root, window};
use crate::door::{Door, ROOMY, signature_of};
use crate::seals::second_signature;

fn setting() -> Setting {
    Setting::new(wide_trust())
}

/// Digest, signature and the thumbprint of its key, for every item.
fn triples(token: &[u8]) -> Vec<(Digest, [u8; 64], Digest)> {
    let items = Forge::of(token).items;
    items
        .iter()
        .map(|item| (item.message.digest(), signature_of(&item.message), *public(&item.signer).thumbprint()))
        .collect()
}

#[test]
fn known_token_costs_only_its_proof() {
    let (door, mut setting) = (Door::new(ROOMY), setting());
    setting.agreement.push(agreement_key("audience"));
    let agreeing = agreeing();
    let tokens = [
        (chain(1), "alice"),
        (chain(16), "worker 15"),
        (called(8), "worker 7"),
        (through_gateway(4), "worker 3"),
        (through_stranger(4), "worker 3"),
        (context_root().sign(&key("agent")).unwrap(), "agent"),
    ];
    for (token, head) in &tokens {
        let proof = proof(token, head, 1);
        let first = door.admit(&setting, (token, &proof), &request(), &FRESH);
        assert_eq!(first.verdict, Ok(()));
        door.costs_nothing(&setting, token);
        let again = door.admit(&setting, (token, &proof), &request(), &FRESH);
        assert_eq!((again.verdict, again.checks, again.points, again.remembered), (Ok(()), 1, 0, 0));
    }
    let proof = mac_proof(&agreeing);
    door.warm(&setting, &agreeing);
    let again = door.admit(&setting, (&agreeing, &proof), &request(), &FRESH);
    assert_eq!((again.verdict, again.checks, again.points), (Ok(()), 0, 0));
}

#[test]
fn known_prefix_costs_only_what_is_new() {
    let (door, mut setting) = (Door::new(ROOMY), setting());
    let shorter = chain(4);
    door.warm(&setting, &shorter);
    // A link and its credential.
    let longer = hop(&shorter, 4);
    let judged = door.verify(&setting, &longer);
    assert_eq!((judged.verdict, judged.checks, judged.remembered), (Ok(()), 2, 2));
    // A link whose credential is known already, inline in another token.
    let elsewhere =
        root().next_contract_without_handover(contract()).task(&Digest([1; 32])).sign(&key("alice")).unwrap();
    door.warm(&setting, &elsewhere);
    let judged = door.verify(&setting, &hop(&elsewhere, 1));
    assert_eq!((judged.verdict, judged.checks, judged.remembered), (Ok(()), 1, 1));
    // A link whose credential is known to the verifier.
    setting.know(&credential(5));
    let referring = by(5, ContinuationBuilder::new(&longer, vouched(5).by_reference(), window()));
    let judged = door.verify(&setting, &referring);
    assert_eq!((judged.verdict, judged.checks, judged.remembered), (Ok(()), 1, 1));
    door.costs_nothing(&setting, &referring);
}

#[test]
fn only_the_same_digest_signature_and_key_are_known() {
    let (door, setting) = (Door::new(ROOMY), setting());
    let token = called(3);
    door.warm(&setting, &token);
    let triples = triples(&token);
    assert_eq!(triples.len(), 7);
    for (i, (digest, _, _)) in triples.iter().enumerate() {
        for (j, (_, signature, _)) in triples.iter().enumerate() {
            for (_, _, key) in &triples {
                let proper = i == j && *key == triples[i].2;
                assert_eq!(door.cache.knows(digest, Signature::new(signature).unwrap(), key), proper);
            }
        }
    }
}

#[test]
fn nothing_that_differs_by_one_bit_is_known() {
    let (door, setting) = (Door::new(ROOMY), setting());
    let token = chain(2);
    door.warm(&setting, &token);
    let flipped = |digest: &Digest, bit: usize| {
        let mut bytes = digest.0;
        bytes[bit / 8] ^= 1 << (bit % 8);
        Digest(bytes)
    };
    for (digest, signature, key) in triples(&token) {
        let held = Signature::new(&signature).unwrap();
        assert!(door.cache.knows(&digest, held, &key));
        for bit in 0..256 {
            assert!(!door.cache.knows(&flipped(&digest, bit), held, &key), "{bit}");
            assert!(!door.cache.knows(&digest, held, &flipped(&key, bit)), "{bit}");
            assert!(door.cache.recall(&flipped(&digest, bit)).is_none(), "{bit}");
        }
        for bit in 0..512 {
            let mut other = signature;
            other[bit / 8] ^= 1 << (bit % 8);
            let other = Signature::new(&other);
            assert!(other.is_err() || !door.cache.knows(&digest, other.unwrap(), &key), "{bit}");
        }
    }
}

#[test]
fn known_item_under_another_signature_rejected() {
    let (door, setting) = (Door::new(ROOMY), setting());
    let token = called(3);
    door.warm(&setting, &token);
    let mut forge = Forge::of(&token);
    for (part, other) in [
        (Part::Link(0), Part::Link(1)),
        (Part::Link(2), Part::Link(1)),
        (Part::Credential(1), Part::Credential(0)),
        (Part::HandOver(0), Part::Link(0)),
    ] {
        // Another's signature, and a stranger's over the same digest.
        let borrowed = forge.part(other).message.seal.clone();
        let mut forged = forge.clone();
        forged.part(part).seal = Some(borrowed);
        let mut stranger = forge.clone();
        stranger.part(part).signer = "mallory".to_owned();
        for bad in [forged.token(), stranger.token()] {
            setting.refuses(&bad, ErrorKind::SignatureInvalid, part);
            let judged = door.verify(&setting, &bad);
            assert_eq!(judged.verdict, setting.verify(&bad).0);
            assert_eq!((judged.checks, judged.remembered), (1, 0), "it alone is asked for, and not remembered");
        }
        door.costs_nothing(&setting, &token);
    }
}

/// The token with another valid signature on one of its items.
fn signed_twice(token: &[u8], part: Part) -> Vec<u8> {
    let mut forge = Forge::of(token);
    let item = forge.part(part);
    let second = second_signature(&item.signer, &item.message.digest());
    assert_ne!(second, signature_of(&item.message));
    item.message.seal = crate::common::cbor::bstr(&second);
    forge.items.iter().flat_map(|item| item.message.encoded()).collect()
}

#[test]
fn second_signature_of_one_item_asked_once_and_both_live() {
    for part in [Part::Link(0), Part::Link(2), Part::Credential(1), Part::HandOver(1)] {
        let (door, setting) = (Door::new(ROOMY), setting());
        let token = called(3);
        door.warm(&setting, &token);
        let twice = signed_twice(&token, part);
        setting.accepts(&twice);
        let judged = door.verify(&setting, &twice);
        assert_eq!((judged.verdict, judged.checks), (Ok(()), 1), "{part:?}: asked once");
        let again = door.verify(&setting, &twice);
        assert_eq!((again.verdict, again.checks), (Ok(()), 0), "{part:?}: the second signature lives");
        door.costs_nothing(&setting, &token);
    }
}

#[test]
fn item_remembered_twice_takes_one_place() {
    let (door, setting) = (Door::new(4), setting());
    // Four items: they fill the cache exactly.
    let token = called(2);
    assert_eq!(items(&token), 4);
    door.warm(&setting, &token);
    let facts = |digest: &Digest| door.cache.recall(digest).unwrap();
    let (digest, signature, key) = triples(&token)[0];
    let again = facts(&digest);
    for _ in 0..4 {
        // As two threads do that found the same signatures valid at the same time.
        door.cache.remember(&digest, Signature::new(&signature).unwrap(), &key, &again);
    }
    assert_eq!(door.known(&token), 4, "what is there already pushes nothing out");
}

#[test]
fn cleared_cache_knows_nothing_and_fills_again() {
    let (door, setting) = (Door::new(4), setting());
    let token = called(2);
    door.warm(&setting, &token);
    let held = triples(&token);
    door.cache.clear();
    assert_eq!(door.known(&token), 0);
    for (digest, signature, key) in &held {
        let signature = Signature::new(signature).unwrap();
        assert!(!door.cache.knows(digest, signature, key));
        // Nobody ever signed this.
        assert!(!door.cache.knows(&Digest([0; 32]), signature, key), "a signature over nothing is known");
    }
    assert!(door.cache.recall(&Digest([0; 32])).is_none(), "nothing has facts");
    assert_eq!(door.verify(&setting, &token).checks, 4);
    // Four places, four signatures.
    door.costs_nothing(&setting, &token);
}

#[test]
fn clearing_an_empty_cache_leaves_it_empty() {
    let (door, setting) = (Door::new(4), setting());
    door.cache.clear();
    assert!(door.cache.recall(&Digest([0; 32])).is_none());
    door.verify(&setting, &called(2)).verdict.unwrap();
    door.costs_nothing(&setting, &called(2));
}

#[test]
fn one_signature_more_than_there_is_room_for_evicts_one() {
    let (door, setting) = (Door::new(4), setting());
    let token = called(2);
    door.warm(&setting, &token);
    let other = root().next_anyone().sign(&key("alice")).unwrap();
    assert_eq!(door.verify(&setting, &other).remembered, 1);
    assert_eq!((door.known(&other), door.known(&token)), (1, 3));
    // What was pushed out is asked for again, alone.
    let judged = door.verify(&setting, &token);
    assert_eq!((judged.verdict, judged.checks, judged.remembered), (Ok(()), 1, 1));
}

#[test]
fn tiny_cache_is_never_wrong() {
    let (door, setting) = (Door::new(0), setting());
    assert_eq!(door.cache.capacity(), 4);
    let token = chain(16);
    for _ in 0..20 {
        let judged = door.verify(&setting, &token);
        assert_eq!(judged.verdict, Ok(()));
        assert!(judged.checks <= items(&token));
    }
}

#[test]
fn capacity_is_at_least_what_was_asked_for() {
    for capacity in [0, 1, 4, 5, 8, 9, 100, 1_000, 1_025] {
        let cache = SignatureCache::new(Counting::default(), capacity);
        assert!(cache.capacity() >= capacity.max(4), "{capacity}");
        assert!(cache.capacity() <= capacity.max(4) * 2, "{capacity}");
    }
    assert_eq!(SignatureCache::<Counting>::BYTES_PER_SIGNATURE, 8 * (1 + 4 + 8 + 4 + 36));
}

#[test]
fn cache_prints_nothing_of_what_it_holds() {
    let (door, setting) = (Door::new(4), setting());
    door.warm(&setting, &called(2));
    assert_eq!(format!("{:?}", door.cache), "SignatureCache { capacity: 4, .. }");
}

#[test]
fn items_of_one_token_are_known_in_every_other() {
    let (door, setting) = (Door::new(ROOMY), setting());
    let token = chain(3);
    door.warm(&setting, &token);
    for n in 1..4_u8 {
        let sibling = by(3, ContinuationBuilder::new(&token, vouched(3), window()).task(&Digest([n; 32])));
        let judged = door.verify(&setting, &sibling);
        // The credential once; the link each time.
        assert_eq!((judged.verdict, judged.checks), (Ok(()), if n == 1 { 2 } else { 1 }));
    }
}
