//! The stores allocate nothing after they were made: replay memory, prepared keys, revocation lists being asked.
#![allow(clippy::unwrap_used, reason = "a fixture that cannot be made fails the test")]

#[path = "../../common/mod.rs"]
mod common;
mod counting;

use common::lists::FRESH;
use common::setting::request;
use common::world::{REVOKER, revocable_trust, wide_trust};
use common::{ALICE, AUDIENCE, NOW, chain, key, proof, public, worker};
use counting::counted;
use throughline::issue::RevocationListBuilder;
use throughline::{
    BoundedReplayMemory, Digest, Engine, ErrorKind, NoRevocations, PreparedKeys, ProofUse, ReplayMemory as _,
    Revocable, RevocationStore, Revocations as _, Shares, UnixTime, Verifier,
};

fn used<'a>(nonce: &'a [u8; 16], actor: &'a Digest, now: UnixTime) -> ProofUse<'a> {
    ProofUse {
        audience: AUDIENCE,
        head: &Digest([1; 32]),
        nonce,
        dated: now,
        now,
        window: 60,
        skew: 30,
        origin: "alice",
        accountable: ALICE,
        actor,
    }
}

#[test]
fn replay_memory_does_not_allocate() {
    let mut shares = Shares::of(64);
    (shares.origin, shares.accountable) = (64, 64);
    let memory = BoundedReplayMemory::with_shares(64, NOW.minus(1_000), shares);
    let mut seen: Vec<Result<(), ErrorKind>> = Vec::with_capacity(2_000);
    // Filled by seventeen actors, each to its share and beyond; everything again; and after everything is forgotten, once more.
    let ((), asked) = counted(|| {
        for round in 0..3_u64 {
            let now = NOW.plus(round / 2 * 500);
            for n in 0..17_u8 {
                for proof in 0..6 {
                    let (nonce, actor) = ([n * 6 + proof; 16], Digest([n; 32]));
                    let used = used(&nonce, &actor, now);
                    let verdict = memory.look_up(&used);
                    seen.push(verdict.and_then(|()| memory.claim(&used)));
                }
            }
        }
        let early = used(&[200; 16], &Digest([1; 32]), NOW.minus(2_000));
        seen.push(memory.look_up(&early));
    });
    assert_eq!(asked, 0);
    for expected in [
        Ok(()),
        Err(ErrorKind::ProofReplayed),
        Err(ErrorKind::ReplayQuota),
        Err(ErrorKind::ReplayMemoryFull),
        Err(ErrorKind::ReplayMemoryYoung),
    ] {
        assert!(seen.contains(&expected), "{expected:?} is not among the verdicts");
    }
    assert_eq!(seen.iter().filter(|verdict| verdict.is_ok()).count(), 128, "full, forgotten, full again");
}

#[test]
fn prepared_keys_do_not_allocate_while_checking() {
    let (trust, token) = (wide_trust(), chain(3));
    let proof = proof(&token, "worker 2", 1);
    let keys = PreparedKeys::new(&trust, 8);
    let verifier = Verifier::new(&trust, &keys, &NoRevocations);
    let request = request();
    for _ in 0..2 {
        let (verdict, asked) = counted(|| verifier.admit(&token, &proof, &request, &FRESH, NOW).map(drop));
        assert_eq!((verdict, asked), (Ok(()), 0), "{:?} keys have tables", keys.counts());
        let (refused, asked) = counted(|| verifier.verify(&token[..token.len() - 1], NOW).is_err());
        assert_eq!((refused, asked), (true, 0));
        // Without tables for the workers, and then with.
        let admission = verifier.admit(&token, &proof, &request, &FRESH, NOW).unwrap();
        (0..PreparedKeys::ADMISSIONS).for_each(|_| keys.observe(&admission));
        keys.build(8);
    }
    assert_eq!(keys.counts().1, 2);
}

#[test]
fn revocation_lists_do_not_allocate_when_asked() {
    let (trust, store, token) = (revocable_trust(), RevocationStore::new(), chain(3));
    let list = RevocationListBuilder::new((public("revoker"), REVOKER), 1, (NOW, NOW.plus(60)));
    let list = list.identifier(&worker(2), &[]).link(&Digest([3; 32])).sign(&key("revoker")).unwrap();
    store.take_in(&list, &trust, &Engine).unwrap();
    let ((snapshot, verdict, current), asked) = counted(|| {
        let snapshot = store.snapshot();
        let verdict = Verifier::new(&trust, &Engine, &snapshot).verify(&token, NOW).map(drop);
        let issuer = public("revoker");
        let revoked = store.revokes(issuer.thumbprint(), Revocable::Link(&Digest([3; 32])));
        (snapshot, verdict, revoked && store.is_current(issuer.thumbprint(), NOW, 0))
    });
    // The first `public` of a process makes the fixtures' keys; here it was called before.
    assert_eq!((verdict.map_err(|error| error.kind), current, asked), (Err(ErrorKind::IdentifierRevoked), true, 0));
    drop(snapshot);
}
