//! §3: replay: of the same bytes, of others that mean the same, after a restart, under another clock.

use std::sync::Barrier;
use std::thread;

use throughline::{BoundedReplayMemory, ErrorKind, P256, Part};

use crate::adversary::{Adversary, Hand};
use crate::common::cbor::bstr;
use crate::common::forge::{Forge, Message};
use crate::common::setting::request;
use crate::common::{HOUR, NOW, credential};
use crate::honest::{Execution, Next, Who, fresh_nonce, list, three_hops};
use crate::scene::{Scene, Service, cast_trust, revocable_cast};
use crate::seals::second_signature;

/// §3: stolen token and proof, replayed
#[test]
fn second_delivery_rejected() {
    let mut scene = Scene::new(three_hops());
    // The thief is the first to deliver them: exactly that request runs, once.
    scene.delivers();
    let proofs = scene.proofs.clone();
    scene.refuses(&scene.token, &proofs, ErrorKind::ProofReplayed, Part::Proof);
    // Kept until the memory may forget: too old, by this much and no more.
    let fresh = scene.honest.asks(&request(), NOW);
    for (later, admitted) in [(90, true), (91, false)] {
        scene.service.now = NOW.plus(later);
        let proofs = if admitted { scene.honest.asks(&request(), NOW) } else { fresh.clone() };
        for proof in &proofs {
            let verdict = scene.service.admit(&scene.token, proof, &request()).map_err(|error| error.kind);
            let too_old = ErrorKind::ProofTooOld { now: scene.service.now, iat: NOW };
            assert_eq!(verdict, if admitted { Ok(()) } else { Err(too_old) });
        }
    }
}

/// §3: same nonce, signed or sealed again
#[test]
fn same_nonce_signed_or_sealed_again_rejected() {
    let scene = Scene::new(three_hops());
    let nonce = fresh_nonce();
    let signed = scene.honest.asks_with(&request(), NOW, nonce, false);
    let sealed = scene.honest.asks_with(&request(), NOW, nonce, true);
    scene.service.admits(&scene.token, &signed, &request());
    // The worker itself is in on it: other signature bytes, a MAC in the signature's place, another date.
    let worker = Hand::stolen(Who::Worker(2));
    let mut again = Message::of(&signed);
    again.seal = bstr(&second_signature("worker 2", &again.digest()));
    let mut later = Message::of(&signed);
    later.put(&[6], crate::adversary::time(NOW.plus(5)));
    worker.sign(&mut later);
    scene.refuses(&scene.token, &[again.encoded(), later.encoded(), sealed], ErrorKind::ProofReplayed, Part::Proof);
}

/// §3: another's nonce used first
#[test]
fn nonce_used_under_another_head_burns_nobodys_proof() {
    let scene = Scene::new(Execution::root(&Next::Anyone));
    let mallory = Adversary::mallory();
    let own = mallory.continues(&scene.token).signed();
    for honest in &scene.proofs {
        let mut proof = Message::of(&mallory.asks(&own)[0]);
        proof.put(&[7], Message::of(honest).get(&[7]));
        mallory.hand.sign(&mut proof);
        scene.service.admits(&own, &proof.encoded(), &request());
    }
    scene.delivers();
}

/// §3: the same chain in other bytes
#[test]
fn used_proof_with_other_bytes_of_its_chain_rejected() {
    let mut scene = Scene::new(three_hops());
    scene.service.know(&credential(1));
    scene.service.know(&credential(2));
    scene.delivers();
    let proofs = scene.proofs.clone();
    // Credentials by reference, and a link that its actor signed once more.
    let mut by_reference = Forge::of(&scene.token);
    by_reference.items.retain(|item| item.message.claims_value().as_map().unwrap().len() == 4);
    let mut resigned = Forge::of(&scene.token);
    let digest = resigned.link(2).message.digest();
    resigned.link(2).seal = Some(bstr(&second_signature("worker 2", &digest)));
    for token in [by_reference.token(), resigned.token()] {
        assert_ne!(token, scene.token);
        scene.refuses(&token, &proofs, ErrorKind::ProofReplayed, Part::Proof);
        scene.admits(&token, &scene.honest.asks(&request(), NOW));
    }
}

/// §3: replay from two threads or replicas
#[test]
fn of_many_deliveries_at_once_one_admitted() {
    let scene = Scene::new(three_hops());
    let service = &scene.service;
    for proof in &scene.proofs {
        for cached in [false, true] {
            let start = Barrier::new(4);
            let deliver = || {
                start.wait();
                let admit = |verifier: throughline::Verifier<'_>, replay: &dyn throughline::ReplayMemory| {
                    verifier.admit(&scene.token, proof, &request(), replay, NOW).map(drop).map_err(|error| error.kind)
                };
                if cached { service.through_cached(admit) } else { service.through_plain(admit) }
            };
            let verdicts: Vec<_> = thread::scope(|scope| {
                let threads: Vec<_> = (0..4).map(|_| scope.spawn(deliver)).collect();
                threads.into_iter().map(|thread| thread.join().unwrap()).collect()
            });
            assert_eq!(verdicts.iter().filter(|verdict| verdict.is_ok()).count(), 1);
            assert_eq!(verdicts.iter().filter(|verdict| **verdict == Err(ErrorKind::ProofReplayed)).count(), 3);
        }
    }
}

/// §3: replay after a restart
#[test]
fn replay_after_a_restart_rejected() {
    let scene = Scene::new(three_hops());
    scene.delivers();
    let mut service = Service::new(cast_trust()).remembering(|| BoundedReplayMemory::new(64, NOW.plus(1)));
    service.now = NOW.plus(1);
    for proof in &scene.proofs {
        service.refuses(&scene.token, proof, &request(), ErrorKind::ReplayMemoryYoung, Part::Proof);
    }
    // What remains: an honest proof is refused, too, until it is dated a skew after the start.
    for (dated, admitted) in [(NOW.plus(30), false), (NOW.plus(31), true)] {
        service.now = NOW.plus(31);
        for proof in scene.honest.asks(&request(), dated) {
            let verdict = service.admit(&scene.token, &proof, &request()).map_err(|error| error.kind);
            assert_eq!(verdict, if admitted { Ok(()) } else { Err(ErrorKind::ReplayMemoryYoung) });
        }
    }
}

/// §3: one proof checked twice, the second claimed much later
#[test]
fn second_claim_long_after_its_check_rejected() {
    let scene = Scene::new(three_hops());
    let claim_twice = |proof: &[u8], replay: &dyn throughline::ReplayMemory, verifier: throughline::Verifier<'_>| {
        let check = || verifier.check(&scene.token, proof, &request(), replay, NOW).unwrap();
        let (first, second) = (check(), check());
        first.claim(replay).map(drop).unwrap();
        // Meanwhile the memory forgets what is over: others come, for minutes.
        for minutes in 1..=10 {
            let now = NOW.plus(60 * minutes);
            let other = scene.honest.asks_with(&request(), now, fresh_nonce(), false);
            verifier.admit(&scene.token, &other, &request(), replay, now).map(drop).unwrap();
        }
        // Checked only now, it would be too old.
        let late = verifier.check(&scene.token, proof, &request(), replay, NOW.plus(600)).unwrap_err().kind;
        assert_eq!(late, ErrorKind::ProofTooOld { now: NOW.plus(600), iat: NOW });
        second.claim(replay).map(drop).unwrap_err().kind
    };
    let kind = scene.service.through_plain(|verifier, replay| claim_twice(&scene.proofs[0], replay, verifier));
    assert_eq!(kind, ErrorKind::ReplayMemoryYoung);
    let kind = scene.service.through_cached(|verifier, replay| claim_twice(&scene.proofs[1], replay, verifier));
    assert_eq!(kind, ErrorKind::ReplayMemoryYoung);
}

/// §3: one proof checked twice, the second claimed much later
#[test]
fn claim_after_a_revocation_judges_nothing_again() {
    let service = Service::new(revocable_cast());
    let current = (NOW.minus(60), NOW.plus(HOUR));
    service.lists.take_in(&list(1, current, |list| list), &service.trust, &P256).unwrap();
    let execution = three_hops();
    let proof = &execution.asks(&request(), NOW)[0];
    let late = service.through_plain(|verifier, replay| {
        let pending = verifier.check(&execution.token, proof, &request(), replay, NOW).unwrap();
        let revoked = list(2, current, |list| list.key(Who::Worker(1).public().thumbprint()));
        service.lists.take_in(&revoked, &service.trust, &P256).unwrap();
        pending.claim(replay).map(drop)
    });
    assert_eq!(late, Ok(()));
    // Whoever is checked from now on is refused.
    for proof in execution.asks(&request(), NOW) {
        service.refuses(&execution.token, &proof, &request(), ErrorKind::KeyRevoked, Part::Link(1));
    }
}

/// §3: a proof admitted under a narrow window, shown again after window or skew was raised
#[test]
fn used_proof_under_a_window_raised_since_rejected() {
    let scene = Scene::new(three_hops());
    let limits = |window| {
        let mut limits = throughline::Limits::DEFAULT;
        (limits.proof_window, limits.skew) = (window, 0);
        limits
    };
    let again = |proof: &[u8], replay: &dyn throughline::ReplayMemory, verifier: throughline::Verifier<'_>| {
        let (narrow, wide) = (verifier.limits(limits(5)), verifier.limits(limits(600)));
        narrow.admit(&scene.token, proof, &request(), replay, NOW).map(drop).unwrap();
        // Others come, and the memory forgets what was over under the narrow window.
        for second in 1..=30 {
            let now = NOW.plus(10 * second);
            let other = scene.honest.asks_with(&request(), now, fresh_nonce(), false);
            narrow.admit(&scene.token, &other, &request(), replay, now).map(drop).unwrap();
        }
        let now = NOW.plus(301);
        let fresh = scene.honest.asks_with(&request(), now, fresh_nonce(), false);
        wide.admit(&scene.token, &fresh, &request(), replay, now).map(drop).unwrap();
        wide.admit(&scene.token, proof, &request(), replay, now).map(drop).unwrap_err().kind
    };
    let kind = scene.service.through_plain(|verifier, replay| again(&scene.proofs[0], replay, verifier));
    assert_eq!(kind, ErrorKind::ReplayMemoryYoung);
    let kind = scene.service.through_cached(|verifier, replay| again(&scene.proofs[1], replay, verifier));
    assert_eq!(kind, ErrorKind::ReplayMemoryYoung);
}

/// §3: a clock set back to revive forgotten proofs
#[test]
fn forgotten_proof_under_a_clock_set_back_rejected() {
    let mut scene = Scene::new(three_hops());
    scene.delivers();
    // An hour later everything of today is forgotten; then the clock goes back.
    scene.service.now = NOW.plus(HOUR / 2);
    (0..10).for_each(|_| scene.serves());
    scene.service.now = NOW;
    for proof in &scene.proofs {
        scene.service.refuses(&scene.token, proof, &request(), ErrorKind::ReplayMemoryYoung, Part::Proof);
    }
    let never_used = scene.honest.asks(&request(), NOW);
    scene.service.refuses(&scene.token, &never_used[0], &request(), ErrorKind::ReplayMemoryYoung, Part::Proof);
}
