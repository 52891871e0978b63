//! Stage 11: a proof is used once, by a memory that can know.

use throughline::{ErrorKind, Part};
use throughline_conformance::{Admitted, LimitsOf, Replay, Vector};

use crate::accept::head_of;
use crate::common::cbor::{bytes, int};
use crate::common::forge::Message;
use crate::common::world::mac_proof;
use crate::common::{AUDIENCE, NOW, proof};
use crate::proof::{MAC, changed};
use crate::seals::Seal;
use crate::suite::{Scenario, Suite};
use crate::tokens::{agreeing, chain, through_stranger};

pub(crate) fn publish(suite: &mut Suite) {
    young(suite);
    forgetful(suite);
    replayed(suite);
    signed_again(suite);
    full(suite);
}

fn scenario(replay: Replay) -> Scenario {
    let token = chain(3);
    let made = proof(&token, "worker 2", 1);
    Scenario::admit(token, made).replay(replay).flag("replay")
}

fn spoil(suite: &mut Suite, twin: &str, id: &str, kind: ErrorKind, what: &str, change: impl FnOnce(&mut Vector)) {
    suite.spoil(twin, id, kind, Part::Proof, what, change).flags(&["replay"]);
}

fn began(beginning: u64) -> Replay {
    Replay { beginning, ..Replay::default() }
}

/// V1101: not before its beginning, and a skew.
fn young(suite: &mut Suite) {
    let young = ErrorKind::ReplayMemoryYoung;
    suite.accept(
        "replay",
        "memory-that-began-a-skew-ago",
        "The proof is dated a skew after the memory's beginning.",
        scenario(began(NOW.0 - 30)).step("V1101").flag("edge").flag("time"),
    );
    for (id, beginning) in [("a-second-too-late", NOW.0 - 29), ("now", NOW.0), ("at-the-end-of-time", u64::MAX >> 1)] {
        let what = "The memory began less than a skew before the proof is dated: it may have been used before.";
        spoil(suite, "memory-that-began-a-skew-ago", &format!("memory-that-began-{id}"), young, what, |vector| {
            vector.replay = Some(began(beginning));
        });
    }
    let what = "The proof is dated a second earlier than the memory can know of.";
    let early = changed(&[6], int(i64::try_from(NOW.0 - 1).unwrap()));
    spoil(suite, "memory-that-began-a-skew-ago", "proof-dated-a-second-before-the-memory", young, what, early);
    let strict = LimitsOf { skew: Some(0), ..LimitsOf::default() };
    suite.accept(
        "replay",
        "memory-that-began-now-without-skew",
        "Without skew, the proof is dated in the memory's first second.",
        scenario(began(NOW.0)).limits(strict).step("V1101").flag("edge").flag("time"),
    );
    let what = "Without skew, the memory began a second after the proof is dated.";
    spoil(suite, "memory-that-began-now-without-skew", "memory-that-began-a-second-later", young, what, |vector| {
        vector.replay = Some(began(NOW.0 + 1));
    });
    let wide = LimitsOf { skew: Some(31), ..LimitsOf::default() };
    let what = "The verifier's skew is a second longer, and so is what the memory must know.";
    spoil(suite, "memory-that-began-a-skew-ago", "skew-longer-than-the-memory", young, what, |vector| {
        vector.limits = Some(wide);
    });
}

/// V1101: after everything that was forgotten.
fn forgetful(suite: &mut Suite) {
    let forgot = |newest: u64| Replay { forgotten: Some(newest), ..Replay::default() };
    suite.accept(
        "replay",
        "memory-that-forgot-older-proofs",
        "The newest proof that was forgotten is a second older.",
        scenario(forgot(NOW.0 - 1)).step("V1101").flag("edge").flag("time"),
    );
    for (id, newest) in [("as-old-proofs", NOW.0), ("newer-proofs", NOW.0 + 1)] {
        let what = "A proof dated no earlier was forgotten: this one may have been used before.";
        let young = ErrorKind::ReplayMemoryYoung;
        spoil(suite, "memory-that-forgot-older-proofs", &format!("memory-that-forgot-{id}"), young, what, |vector| {
            vector.replay = Some(forgot(newest));
        });
    }
}

fn used(aud: &str, head: &[u8], cti: &[u8]) -> Admitted {
    Admitted { aud: aud.to_owned(), head: head.into(), cti: cti.into() }
}

fn remembers(admitted: Vec<Admitted>) -> Replay {
    Replay { admitted, ..Replay::default() }
}

/// V1102
fn replayed(suite: &mut Suite) {
    let token = chain(3);
    let head = head_of(&token);
    let others = || {
        vec![
            used("https://mail.example", head.as_bytes(), &[1; 16]),
            used(AUDIENCE, head_of(&chain(2)).as_bytes(), &[1; 16]),
            used(AUDIENCE, head.as_bytes(), &[2; 16]),
        ]
    };
    suite.accept(
        "replay",
        "other-proofs-admitted",
        "The same nonce at another audience and of another head, and another nonce, were admitted before.",
        scenario(remembers(others())).step("V1102"),
    );
    let this = used(AUDIENCE, head.as_bytes(), &[1; 16]);
    let what = "The proof was admitted before.";
    spoil(suite, "other-proofs-admitted", "proof-again", ErrorKind::ProofReplayed, what, |vector| {
        vector.replay = Some(remembers(vec![this.clone()]));
    });
    let what = "The proof was admitted before, among others.";
    spoil(suite, "other-proofs-admitted", "proof-again-among-others", ErrorKind::ProofReplayed, what, |vector| {
        vector.replay = Some(remembers(others().into_iter().chain([this.clone()]).collect()));
    });
    for (twin, token) in [("signed-proof-of-a-stranger", through_stranger(2)), (MAC, agreeing())] {
        let again = used(AUDIENCE, head_of(&token).as_bytes(), &[1; 16]);
        spoil(
            suite,
            twin,
            &format!("{twin}-again"),
            ErrorKind::ProofReplayed,
            "The proof was admitted before.",
            |vector| {
                vector.replay = Some(remembers(vec![again]));
            },
        );
    }
}

/// V1102: the nonce counts, not the bytes.
fn signed_again(suite: &mut Suite) {
    let token = chain(3);
    let head = head_of(&token);
    let other = proof(&token, "worker 2", 2);
    let memory = remembers(vec![used(AUDIENCE, head.as_bytes(), &[1; 16])]);
    suite.accept(
        "replay",
        "second-proof-of-a-head",
        "A second proof of the head, with a nonce of its own.",
        Scenario::admit(&token, other).replay(memory).step("V1102").flag("replay"),
    );
    let what = "A new proof, dated later, with the nonce of one that was admitted.";
    let replayed = ErrorKind::ProofReplayed;
    spoil(suite, "second-proof-of-a-head", "nonce-signed-again", replayed, what, |vector| {
        let made = proof(&token, "worker 2", 1);
        vector.proof = Some(made.into());
        changed(&[6], int(i64::try_from(NOW.0 + 1).unwrap()))(vector);
    });
    let made = agreeing();
    let head = head_of(&made);
    let mut message = Message::of(&mac_proof(&made));
    message.put(&[7], bytes(&[2; 16]));
    Seal::proper(&made).put_on(&mut message);
    let memory = remembers(vec![used(AUDIENCE, head.as_bytes(), &[1; 16])]);
    suite.accept(
        "replay",
        "second-mac-proof-of-a-head",
        "A MAC proof with a nonce of its own.",
        Scenario::admit(&made, message.encoded()).agreement("audience").replay(memory).step("V1102").flag("replay"),
    );
    let what = "A MAC proof with the nonce of a proof that was admitted.";
    spoil(suite, "second-mac-proof-of-a-head", "nonce-sealed-again", replayed, what, |vector| {
        let mut message = Message::of(&vector.proof.as_ref().unwrap().0);
        message.put(&[7], bytes(&[1; 16]));
        message.put(&[6], int(i64::try_from(NOW.0 + 1).unwrap()));
        Seal::proper(&made).put_on(&mut message);
        vector.proof = Some(message.encoded().into());
    });
    let what = "A signed proof with the nonce of a MAC proof that was admitted.";
    spoil(suite, "second-mac-proof-of-a-head", "nonce-of-a-mac-signed-again", replayed, what, |vector| {
        vector.proof = Some(proof(&made, "worker 1", 1).into());
    });
}

/// V1103, V1104: only the claim refuses, when everything else is checked.
fn full(suite: &mut Suite) {
    let with = |room: Option<u32>, share: Option<u32>| Replay { room, share, ..Replay::default() };
    suite.accept(
        "replay",
        "room-for-one",
        "The memory has room for one more proof, and everyone a share of one.",
        scenario(with(Some(1), Some(1))).step("V1103").flag("edge"),
    );
    let what = "The memory has no room: what it remembers is never dropped early.";
    spoil(suite, "room-for-one", "no-room", ErrorKind::ReplayMemoryFull, what, |vector| {
        vector.replay = Some(with(Some(0), Some(1)));
    });
    let what = "A share of the memory is used up.";
    spoil(suite, "room-for-one", "no-share", ErrorKind::ReplayQuota, what, |vector| {
        vector.replay = Some(with(Some(1), Some(0)));
    });
    for (twin, what) in [("signed-proof-of-a-stranger", "An unvouched actor's"), (MAC, "A MAC")] {
        let what = format!("{what} proof, and the memory has no room.");
        spoil(suite, twin, &format!("{twin}-and-no-room"), ErrorKind::ReplayMemoryFull, &what, |vector| {
            vector.replay = Some(with(Some(0), None));
        });
        let what = "A share of the memory is used up.";
        spoil(suite, twin, &format!("{twin}-and-no-share"), ErrorKind::ReplayQuota, what, |vector| {
            vector.replay = Some(with(None, Some(0)));
        });
    }
}
