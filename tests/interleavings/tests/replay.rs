//! One proof, one admission: whoever claims, and in whatever order.

use throughline::{BoundedReplayMemory, Digest, ErrorKind, ProofUse, ReplayMemory as _, Shares, UnixTime};

use crate::common::{ALICE, AUDIENCE, NOW};
use crate::explore::explore;

const BEGAN: UnixTime = UnixTime(NOW.0 - 1_000);

fn used(nonce: &'static [u8; 16], now: UnixTime) -> ProofUse<'static> {
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
        actor: &Digest([2; 32]),
    }
}

fn claim(memory: &BoundedReplayMemory, nonce: &'static [u8; 16]) -> Vec<Result<(), ErrorKind>> {
    vec![memory.claim(&used(nonce, NOW))]
}

fn roomy() -> BoundedReplayMemory {
    with(8, 8)
}

fn with(capacity: u32, share: u32) -> BoundedReplayMemory {
    let mut shares = Shares::of(capacity);
    (shares.origin, shares.accountable, shares.actor) = (share, share, share);
    BoundedReplayMemory::with_shares(capacity, BEGAN, shares)
}

fn admitted(seen: &[Vec<Result<(), ErrorKind>>]) -> usize {
    seen.iter().flatten().filter(|verdict| verdict.is_ok()).count()
}

fn others(seen: &[Vec<Result<(), ErrorKind>>], kind: ErrorKind) {
    assert!(seen.iter().flatten().all(|verdict| verdict.is_ok() || *verdict == Err(kind)), "{seen:?}");
}

#[test]
fn one_proof_from_three_threads_admitted_once() {
    let same = |memory: &BoundedReplayMemory| claim(memory, &[1; 16]);
    explore("three claims of one proof", roomy, [same, same, same], |_, seen| {
        assert_eq!(admitted(&seen), 1);
        others(&seen, ErrorKind::ProofReplayed);
    });
}

#[test]
fn two_proofs_from_two_threads_in_opposite_order_each_admitted_once() {
    let forth = |memory: &BoundedReplayMemory| [claim(memory, &[1; 16]), claim(memory, &[2; 16])].concat();
    let back = |memory: &BoundedReplayMemory| [claim(memory, &[2; 16]), claim(memory, &[1; 16])].concat();
    explore("two proofs, back and forth", roomy, [forth, back], |_, seen| {
        assert_eq!(admitted(&seen), 2);
        others(&seen, ErrorKind::ProofReplayed);
    });
}

#[test]
fn last_place_given_once() {
    let steps: [fn(&BoundedReplayMemory) -> _; 3] =
        [|memory| claim(memory, &[1; 16]), |memory| claim(memory, &[2; 16]), |memory| claim(memory, &[3; 16])];
    explore(
        "one place",
        || with(1, 8),
        steps,
        |_, seen| {
            assert_eq!(admitted(&seen), 1);
            others(&seen, ErrorKind::ReplayMemoryFull);
        },
    );
}

#[test]
fn share_used_up_by_two_of_three() {
    let steps: [fn(&BoundedReplayMemory) -> _; 3] =
        [|memory| claim(memory, &[1; 16]), |memory| claim(memory, &[2; 16]), |memory| claim(memory, &[3; 16])];
    explore(
        "a share of two",
        || with(8, 2),
        steps,
        |_, seen| {
            assert_eq!(admitted(&seen), 2);
            others(&seen, ErrorKind::ReplayQuota);
        },
    );
}

#[test]
fn proof_looked_up_as_used_is_never_admitted_after() {
    let look = |memory: &BoundedReplayMemory| {
        let seen = memory.look_up(&used(&[1; 16], NOW));
        vec![seen, claim(memory, &[1; 16])[0]]
    };
    let same = |memory: &BoundedReplayMemory| claim(memory, &[1; 16]);
    explore("look-up beside a claim", roomy, [look, same], |_, seen| {
        let [looked, claimed] = seen[0][..] else { unreachable!("both were asked") };
        assert!(looked.is_ok() || claimed == Err(ErrorKind::ProofReplayed));
        assert_eq!([claimed, seen[1][0]].iter().filter(|verdict| verdict.is_ok()).count(), 1);
    });
}

#[test]
fn proof_forgotten_while_it_is_claimed_again_is_not_admitted_twice() {
    // The memory is full of one proof, and its time is over for the thread whose clock is ahead: that one makes room, and no more.
    let late = NOW.plus(60 + 2 * 30 + 1);
    let make = || {
        let memory = with(1, 8);
        assert_eq!(memory.claim(&used(&[1; 16], NOW)), Ok(()));
        memory
    };
    let ahead = |memory: &BoundedReplayMemory| {
        let late = NOW.plus(60 + 2 * 30 + 1);
        vec![memory.claim(&used(&[2; 16], late))]
    };
    let again = |memory: &BoundedReplayMemory| claim(memory, &[1; 16]);
    explore("forgetting beside a second claim", make, [ahead, again], move |memory, seen| {
        assert_eq!(seen[0][0], Ok(()));
        assert!(matches!(seen[1][0], Err(ErrorKind::ProofReplayed | ErrorKind::ReplayMemoryYoung)), "{seen:?}");
        assert_eq!(memory.claim(&used(&[2; 16], late)), Err(ErrorKind::ProofReplayed));
    });
}
