//! What a replay memory admits, refuses and forgets.

use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;
use core::mem::size_of;
use std::collections::HashMap;

use super::*;

#[test]
fn same_proof_from_many_threads_admitted_once() {
    let memory = BoundedReplayMemory::new(1_024, BEGAN);
    let admitted = std::thread::scope(|scope| {
        let threads: Vec<_> = (0..8)
            .map(|_| scope.spawn(|| (0..50).filter(|n| memory.claim(&Case::new(*n).used()).is_ok()).count()))
            .collect();
        threads.into_iter().map(|thread| thread.join().unwrap()).sum::<usize>()
    });
    assert_eq!(admitted, 50);
}

#[test]
fn same_proof_again_rejected() {
    let memory = BoundedReplayMemory::new(16, BEGAN);
    let case = Case::new(1);
    assert_eq!(memory.look_up(&case.used()), Ok(()));
    assert_eq!(memory.look_up(&case.used()), Ok(()), "a look-up inserts nothing");
    assert_eq!(memory.claim(&case.used()), Ok(()));
    assert_eq!(memory.look_up(&case.used()), Err(ErrorKind::ProofReplayed));
    assert_eq!(memory.claim(&case.used()), Err(ErrorKind::ProofReplayed));
}

#[test]
fn same_nonce_for_another_head_or_audience_admitted() {
    let memory = BoundedReplayMemory::with_shares(16, BEGAN, WHOLE);
    let case = Case::new(1);
    assert_eq!(memory.claim(&case.used()), Ok(()));
    assert_eq!(memory.claim(&ProofUse { audience: "https://b.example", ..case.used() }), Ok(()));
    assert_eq!(memory.claim(&ProofUse { head: &Digest([9; 32]), ..case.used() }), Ok(()));
}

#[test]
fn full_memory_refuses_and_forgets_nothing() {
    let memory = BoundedReplayMemory::with_shares(32, BEGAN, WHOLE);
    for n in 0..32 {
        assert_eq!(memory.claim(&Case::new(n).used()), Ok(()));
    }
    for n in 32..64 {
        assert_eq!(memory.claim(&Case::new(n).used()), Err(ErrorKind::ReplayMemoryFull));
        assert_eq!(memory.look_up(&Case::new(n).used()), Ok(()), "only a claim needs room");
    }
    for n in 0..32 {
        assert_eq!(memory.claim(&Case::new(n).used()), Err(ErrorKind::ProofReplayed));
    }
    // One second after the last in which they are remembered, there is room again.
    let later = Case { now: Case::new(0).used().keep_until().plus(1), ..Case::new(99) }.dated_now();
    assert_eq!(memory.claim(&later.used()), Ok(()));
    assert_eq!(BoundedReplayMemory::new(0, BEGAN).claim(&later.used()), Err(ErrorKind::ReplayMemoryFull));
}

#[test]
fn one_actor_cannot_starve_another() {
    let memory = BoundedReplayMemory::new(64, BEGAN);
    let greedy = (0..64).map(|n| memory.claim(&Case::new(n).used())).collect::<Vec<_>>();
    assert!(greedy[..4].iter().all(Result::is_ok));
    assert!(greedy[4..].iter().all(|result| *result == Err(ErrorKind::ReplayQuota)));
    assert_eq!(memory.claim(&Case { actor: Digest([2; 32]), ..Case::new(100) }.used()), Ok(()));
}

#[test]
fn one_entity_or_origin_with_many_keys_cannot_starve_another() {
    let memory = BoundedReplayMemory::new(64, BEGAN);
    let fresh_key = |n: u64| Case { actor: Digest::of(&[&n.to_be_bytes()]), ..Case::new(n) };
    let admitted = (0..64).filter(|n| memory.claim(&fresh_key(*n).used()).is_ok()).count();
    assert_eq!(admitted, 16, "a quarter for one entity");

    let fresh_entity = |n: u64| Case { accountable: format!("urn:entity:{n}"), ..fresh_key(n) };
    let admitted = (100..200).filter(|n| memory.claim(&fresh_entity(*n).used()).is_ok()).count();
    assert_eq!(admitted, 16, "a half for one origin");

    assert_eq!(memory.claim(&Case { origin: "other", ..fresh_entity(300) }.used()), Ok(()));
}

#[test]
fn proof_dated_before_the_memory_began_rejected() {
    let memory = BoundedReplayMemory::new(16, BEGAN);
    let early = Case { dated: BEGAN.plus(SKEW).minus(1), ..Case::new(1) };
    assert_eq!(memory.look_up(&early.used()), Err(ErrorKind::ReplayMemoryYoung));
    assert_eq!(memory.claim(&early.used()), Err(ErrorKind::ReplayMemoryYoung));
    assert_eq!(memory.claim(&Case { dated: BEGAN.plus(SKEW), ..Case::new(2) }.used()), Ok(()));
}

#[test]
fn proof_remembered_through_its_last_second() {
    let memory = BoundedReplayMemory::new(16, BEGAN);
    let case = Case::new(1);
    assert_eq!(memory.claim(&case.used()), Ok(()));
    let until = case.used().keep_until();
    assert_eq!(until, case.now.plus(WINDOW + 2 * SKEW));
    assert_eq!(memory.claim(&Case { now: until, ..case.clone() }.used()), Err(ErrorKind::ProofReplayed));
    assert_eq!(memory.claim(&Case { now: until.plus(1), ..case }.used()), Err(ErrorKind::ReplayMemoryYoung));
}

#[test]
fn clock_going_backwards_refused() {
    let memory = BoundedReplayMemory::with_shares(16, BEGAN, WHOLE);
    let case = Case::new(1);
    assert_eq!(memory.claim(&case.used()), Ok(()));
    // The clock leaps ahead, and what was used is forgotten.
    assert_eq!(memory.claim(&Case { now: UnixTime(u64::MAX >> 1), ..Case::new(2) }.dated_now().used()), Ok(()));
    assert_eq!(memory.claim(&case.used()), Err(ErrorKind::ReplayMemoryYoung));
    assert_eq!(
        memory.look_up(&Case { dated: case.dated.minus(1), ..Case::new(3) }.used()),
        Err(ErrorKind::ReplayMemoryYoung)
    );
    // Nothing dated later was forgotten: the memory goes on when the clock is right again.
    assert_eq!(memory.claim(&Case { dated: case.dated.plus(1), ..Case::new(4) }.used()), Ok(()));
}

#[test]
fn proof_from_the_future_does_not_keep_others_from_being_forgotten() {
    let memory = BoundedReplayMemory::with_shares(2, BEGAN, WHOLE);
    let future = Case { now: UnixTime(u64::MAX >> 1), ..Case::new(0) }.dated_now();
    assert_eq!(memory.claim(&future.used()), Ok(()));
    for n in 1..100 {
        let case = Case { now: BEGAN.plus(1_000 * n), ..Case::new(n) }.dated_now();
        assert_eq!(memory.claim(&case.used()), Ok(()));
    }
    assert_eq!(memory.look_up(&future.used()), Err(ErrorKind::ProofReplayed));
}

#[test]
fn forgotten_proof_under_a_longer_window_rejected() {
    let memory = BoundedReplayMemory::new(16, BEGAN);
    let case = Case::new(1);
    assert_eq!(memory.claim(&case.used()), Ok(()));
    let now = case.used().keep_until().plus(1);
    assert_eq!(memory.claim(&Case { now, ..Case::new(2) }.dated_now().used()), Ok(()));
    // Good again by its date, were it not for what was forgotten.
    let again = Case { now, ..case };
    assert_eq!(memory.claim(&ProofUse { window: 10_000, ..again.used() }), Err(ErrorKind::ReplayMemoryYoung));
}

#[test]
fn share_of_proofs_whose_time_is_over_given_back() {
    let memory = BoundedReplayMemory::with_shares(4_096, BEGAN, Shares { actor: 64, ..WHOLE });
    let other = |n: u64| Case { actor: Digest::of(&[&n.to_be_bytes()]), ..Case::new(n) };
    for (others, refusals) in [(200, 0), (2_000, 7)] {
        let start = others * 10;
        let now = BEGAN.plus(100 * others);
        for n in start..start + others {
            assert_eq!(memory.claim(&Case { now, ..other(n) }.dated_now().used()), Ok(()));
        }
        for n in 0..64 {
            assert_eq!(memory.claim(&Case { now, ..Case::new(n) }.dated_now().used()), Ok(()), "{n}");
        }
        let greedy = Case { now, ..Case::new(64) };
        assert_eq!(memory.claim(&greedy.dated_now().used()), Err(ErrorKind::ReplayQuota));
        // A burst, then a pause: the actor's own proofs are overdue, behind all the others. Each claim works off some.
        let later = Case { now: now.plus(1_000), ..Case::new(65) }.dated_now();
        let refused = (0..100).take_while(|_| memory.claim(&later.used()) == Err(ErrorKind::ReplayQuota)).count();
        assert_eq!(refused, refusals);
    }
}

/// Nobody can make this happen through the door: the hash is keyed with a secret.
#[test]
fn other_proof_with_the_same_hash_admitted() {
    let mut state = State::new(2);
    let (first, second) = (Case::new(1), Case::new(2));
    assert_eq!(state.remember(&first.used(), first.used().key(), 7, [(7, 2); 3]), Some(()));
    assert_eq!(state.check(BEGAN, &second.used(), &second.used().key(), 7), Ok(()));
    assert_eq!(state.check(BEGAN, &first.used(), &first.used().key(), 7), Err(ErrorKind::ProofReplayed));
}

#[test]
fn poisoned_lock_refuses() {
    let memory = BoundedReplayMemory::new(16, BEGAN);
    let panicked = std::thread::scope(|scope| {
        scope
            .spawn(|| {
                let _guard = memory.state.lock();
                std::panic::resume_unwind(alloc::boxed::Box::new(()));
            })
            .join()
            .is_err()
    });
    assert!(panicked);
    assert_eq!(memory.look_up(&Case::new(1).used()), Err(ErrorKind::ReplayMemoryFull));
    assert_eq!(memory.claim(&Case::new(1).used()), Err(ErrorKind::ReplayMemoryFull));
}

#[test]
fn memory_does_not_grow() {
    let memory = BoundedReplayMemory::with_shares(64, BEGAN, WHOLE);
    let before = memory.state.lock().unwrap().due.capacity();
    for n in 0..10_000 {
        let case = Case { now: BEGAN.plus(n), actor: Digest::of(&[&n.to_be_bytes()]), ..Case::new(n) };
        let _ = memory.claim(&case.dated_now().used());
    }
    assert_eq!(memory.state.lock().unwrap().due.capacity(), before);
}

#[test]
fn a_proof_takes_152_bytes() {
    let chain = size_of::<u32>();
    let slots = table::slot_size::<Proof>() + 3 * table::slot_size::<u32>();
    assert_eq!(slots + 4 * chain + size_of::<Reverse<(UnixTime, u32)>>(), 152);
}

/// Against a model that forgets everything in time and counts anew at each claim.
#[test]
fn random_claims_get_the_verdicts_of_the_model() {
    let mut random = Random(0x7468_726f_7567_6831);
    let (capacity, shares) = (96, Shares { origin: 60, accountable: 40, actor: 20 });
    let memory = BoundedReplayMemory::with_shares(capacity, BEGAN, shares);
    let mut model: HashMap<Digest, (Case, UnixTime)> = HashMap::new();
    let mut verdicts: HashMap<String, u32> = HashMap::new();
    let mut now = BEGAN.plus(SKEW);
    for _ in 0..30_000 {
        now = now.plus([0, 0, 0, 0, 1, 2, random.below(20), 0, 0, 3][random.index(10)]);
        let case = random.case(now);
        let used = case.used();
        model.retain(|_, (_, until)| *until >= now);
        let count = |same: &dyn Fn(&Case) -> bool| model.values().filter(|(other, _)| same(other)).count();
        let expected = if case.dated < BEGAN.plus(SKEW) {
            Err(ErrorKind::ReplayMemoryYoung)
        } else if model.contains_key(&used.key()) {
            Err(ErrorKind::ProofReplayed)
        } else if model.len() == 96 {
            Err(ErrorKind::ReplayMemoryFull)
        } else if count(&|other| other.origin == case.origin) >= 60
            || count(&|other| other.accountable == case.accountable) >= 40
            || count(&|other| other.actor == case.actor) >= 20
        {
            Err(ErrorKind::ReplayQuota)
        } else {
            model.insert(used.key(), (case.clone(), used.keep_until()));
            Ok(())
        };
        assert_eq!(memory.claim(&used), expected);
        *verdicts.entry(format!("{expected:?}")).or_default() += 1;
    }
    assert_eq!(verdicts.len(), 5, "every verdict occurs: {verdicts:?}");
}

/// Whatever the clock and the limits do, nothing is admitted twice.
#[test]
fn random_claims_with_a_wild_clock_never_admitted_twice() {
    let mut random = Random(0x6c69_6e65_2d30_3031);
    let memory = BoundedReplayMemory::with_shares(128, BEGAN, WHOLE);
    let mut admitted: HashMap<Digest, ()> = HashMap::new();
    let mut replays = 0;
    for turn in 0..30_000 {
        let now = BEGAN.plus(SKEW + turn / 10 + random.below(200));
        let case = random.case(now);
        let used = ProofUse { window: random.below(600), skew: random.below(60), ..case.used() };
        match memory.claim(&used) {
            Ok(()) => assert_eq!(admitted.insert(used.key(), ()), None),
            Err(ErrorKind::ProofReplayed) => replays += 1,
            Err(_) => {}
        }
    }
    assert!(admitted.len() > 1_000 && replays > 100, "{} {replays}", admitted.len());
}

const BEGAN: UnixTime = UnixTime(1_700_000_000);
const WINDOW: u64 = 60;
const SKEW: u64 = 30;
const WHOLE: Shares = Shares { origin: u32::MAX, accountable: u32::MAX, actor: u32::MAX };

/// A proof that one actor uses.
#[derive(Clone)]
struct Case {
    head: Digest,
    nonce: [u8; 16],
    dated: UnixTime,
    now: UnixTime,
    origin: &'static str,
    accountable: String,
    actor: Digest,
}

impl Case {
    fn new(n: u64) -> Self {
        let mut nonce = [0; 16];
        nonce[..8].copy_from_slice(&n.to_be_bytes());
        Self {
            head: Digest([1; 32]),
            nonce,
            dated: BEGAN.plus(100),
            now: BEGAN.plus(100),
            origin: "origin",
            accountable: String::from("https://acme.example"),
            actor: Digest([1; 32]),
        }
    }

    fn dated_now(self) -> Self {
        Self { dated: self.now, ..self }
    }

    fn used(&self) -> ProofUse<'_> {
        ProofUse {
            audience: "https://a.example",
            head: &self.head,
            nonce: &self.nonce,
            dated: self.dated,
            now: self.now,
            window: WINDOW,
            skew: SKEW,
            origin: self.origin,
            accountable: &self.accountable,
            actor: &self.actor,
        }
    }
}

/// Xorshift: the same numbers in every run.
struct Random(u64);

impl Random {
    #[expect(clippy::arithmetic_side_effects, reason = "no bound is 0")]
    fn below(&mut self, bound: u64) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 >> 11) % bound
    }

    fn index(&mut self, bound: u64) -> usize {
        usize::try_from(self.below(bound)).unwrap()
    }

    /// A proof that V1005 and V1006 would let pass at `now`, its nonce one of few for its date.
    fn case(&mut self, now: UnixTime) -> Case {
        let dated = now.plus(SKEW).minus(self.below(WINDOW + 2 * SKEW + 1));
        let mut nonce = Case::new(dated.0).nonce;
        nonce[15] = u8::try_from(self.below(3)).unwrap();
        let actor = [0, 0, 0, 0, 1, 1, 2, 3, 4, 5][self.index(10)];
        Case {
            nonce,
            dated,
            now,
            origin: ["a", "a", "b"][self.index(3)],
            accountable: format!("urn:entity:{}", self.below(4)),
            actor: Digest([actor; 32]),
            ..Case::new(0)
        }
    }
}
