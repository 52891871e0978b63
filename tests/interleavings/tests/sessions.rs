//! Sessions of MAC proofs: opened once, and over when they were ended, whoever used them meanwhile.

use std::sync::OnceLock;

use throughline::issue::{ContinuationBuilder, ProofBuilder};
use throughline::trust::Trust;
use throughline::{AgreementKey, Digest, ErrorKind, MacSessions, NoRevocations, UnixTime, Verifier};

use crate::common::forge::{Message, split};
use crate::common::lists::FRESH;
use crate::common::setting::request;
use crate::common::world::{agreement_key, by, vouched, wide_trust};
use crate::common::{AUDIENCE, HOUR, NOW, contract, key, request_digest, root};
use crate::explore::{Believing, explore};

type Sessions = MacSessions<AgreementKey>;

/// A head that makes MAC proofs.
struct Head {
    token: Vec<u8>,
    proof: Vec<u8>,
    digest: Digest,
    expires: UnixTime,
}

struct World {
    trust: Trust<'static>,
    /// One more than there are places for, the first expiring last.
    heads: Vec<Head>,
}

fn world() -> &'static World {
    static WORLD: OnceLock<World> = OnceLock::new();
    WORLD.get_or_init(|| World { trust: wide_trust(), heads: (0..5).map(head).collect() })
}

fn head(n: u64) -> Head {
    let (worker, expires) = (agreement_key("worker 1"), NOW.plus(HOUR - n));
    let token = root().next_contract_without_handover(contract()).sign(&key("alice")).unwrap();
    let builder = ContinuationBuilder::new(&token, vouched(1), (NOW.minus(60), expires));
    let token = by(1, builder.agree(worker.public().key()));
    let proof = ProofBuilder::new(&token, AUDIENCE, request_digest(), NOW, [1; 16]);
    let proof = proof.mac(&worker, agreement_key("audience").public()).unwrap();
    let digest = Message::of(split(&token).last().unwrap()).digest();
    Head { token, proof, digest, expires }
}

fn empty() -> Sessions {
    world();
    MacSessions::new(agreement_key("audience"), AUDIENCE, 4)
}

/// Opens a session of each head but the first.
fn full() -> Sessions {
    let sessions = empty();
    (1..5).for_each(|nth| assert!(admit(&sessions, nth).is_ok()));
    sessions
}

/// As a service asks.
fn admit(sessions: &Sessions, nth: usize) -> Result<(), ErrorKind> {
    let World { trust, heads } = world();
    let verifier = Verifier::new(trust, &Believing, &NoRevocations).agreement(sessions);
    let verdict = verifier.admit(&heads[nth].token, &heads[nth].proof, &request(), &FRESH, NOW);
    verdict.map(drop).map_err(|error| error.kind)
}

fn end(sessions: &Sessions, nth: usize) {
    let head = &world().heads[nth];
    assert!(sessions.end(&head.digest, head.expires));
}

const REFUSED: Result<(), ErrorKind> = Err(ErrorKind::ProofMacInvalid);

#[test]
fn session_opened_by_two_at_once_is_one() {
    let step = |sessions: &Sessions| vec![admit(sessions, 0)];
    explore("two open a session", empty, [step, step], |sessions, seen| {
        assert_eq!(seen.concat(), [Ok(()), Ok(())]);
        assert_eq!(sessions.list().iter().map(|session| session.used).collect::<Vec<_>>(), [2]);
    });
}

#[test]
fn session_ended_while_it_opens_is_not_there_after() {
    let open = |sessions: &Sessions| vec![admit(sessions, 0)];
    let finish = |sessions: &Sessions| {
        end(sessions, 0);
        assert_eq!(sessions.list(), [], "ended, and there");
        vec![admit(sessions, 0)]
    };
    explore("ending beside opening", empty, [open, finish], |sessions, seen| {
        assert_eq!(seen[1], [REFUSED], "asked after the end");
        assert_eq!(sessions.list(), [], "its key is wiped");
        assert_eq!(admit(sessions, 0), REFUSED);
    });
}

#[test]
fn session_ended_while_it_is_used_is_not_there_after() {
    let make = || {
        let sessions = empty();
        assert_eq!(admit(&sessions, 0), Ok(()));
        sessions
    };
    let go_on = |sessions: &Sessions| vec![admit(sessions, 0), admit(sessions, 0)];
    let finish = |sessions: &Sessions| {
        end(sessions, 0);
        vec![admit(sessions, 0)]
    };
    explore("ending beside use", make, [go_on, finish], |sessions, seen| {
        assert_ne!(seen[0], [REFUSED, Ok(())], "refused, and then admitted");
        assert_eq!(seen[1], [REFUSED]);
        assert_eq!(sessions.list(), []);
    });
}

#[test]
fn sweeping_beside_opening_keeps_what_is_ended() {
    // Both heads were ended; one of them so long ago that a sweep at this time may forget it.
    let make = || {
        let sessions = empty();
        end(&sessions, 0);
        sessions
    };
    let open = |sessions: &Sessions| vec![admit(sessions, 0), admit(sessions, 1)];
    let sweep = |sessions: &Sessions| {
        sessions.sweep(NOW);
        Vec::new()
    };
    explore("sweeping beside opening", make, [open, sweep], |sessions, seen| {
        assert_eq!(seen[0], [REFUSED, Ok(())]);
        assert!(sessions.list().iter().all(|session| session.head == world().heads[1].digest));
        assert_eq!(sessions.list().len(), 1);
    });
}

#[test]
fn places_are_never_more_than_there_are() {
    let open = |sessions: &Sessions| vec![admit(sessions, 0)];
    let use_another = |sessions: &Sessions| vec![admit(sessions, 4), admit(sessions, 3)];
    explore("pushing out beside use", full, [open, use_another], |sessions, seen| {
        assert!(seen.concat().iter().all(Result::is_ok), "whoever is pushed out opens again");
        let heads: Vec<Digest> = sessions.list().iter().map(|session| session.head).collect();
        assert_eq!(heads.len(), 4);
        assert!((1..4).all(|nth| !heads[nth..].contains(&heads[nth - 1])), "two sessions of one head");
    });
}
