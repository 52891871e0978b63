//! An ended head makes no MAC proofs any more, whatever happens at the same time.

use std::sync::Mutex;
use std::sync::mpsc::{Receiver, Sender, channel};

use throughline::{
    AgreementKey, Digest, Engine, ErrorKind, KeyAgreement, MacSessions, NoRevocations, PublicKey, SharedSecret,
    Verifier,
};

use crate::common::lists::FRESH;
use crate::common::setting::request;
use crate::common::world::{agreement_key, wide_trust};
use crate::common::{AUDIENCE, HOUR, NOW, proof};
use crate::sessions::{ENDING, Service, digest_of_head, head, mac, mac_at};

const REFUSED: Result<(), ErrorKind> = Err(ErrorKind::ProofMacInvalid);

fn service(capacity: usize) -> Service {
    let mut service = Service::new(capacity);
    service.limits = ENDING;
    service
}

#[test]
fn ended_head_is_refused_and_others_are_not() {
    let service = service(8);
    let (ended, other) = (head(0), head(1));
    for token in [&ended, &other] {
        assert_eq!(service.admit(token, &mac(token, 1)), (Ok(()), 1));
    }
    assert!(service.sessions.end(&digest_of_head(&ended), NOW.plus(HOUR)));
    assert_eq!(service.sessions.list().iter().map(|one| one.head).collect::<Vec<_>>(), [digest_of_head(&other)]);
    for nonce in 2..4 {
        assert_eq!(service.admit(&ended, &mac(&ended, nonce)), (REFUSED, 0), "without an agreement");
        assert_eq!(service.admit(&other, &mac(&other, nonce)), (Ok(()), 0));
    }
    assert_eq!(service.sessions.list().len(), 1);
    // Its signed proofs are another matter: revoke the head.
    assert_eq!(service.admit(&ended, &proof(&ended, "worker 1", 9)).0, Ok(()));
}

#[test]
fn head_ended_before_its_first_proof_is_refused() {
    let service = service(8);
    let token = head(0);
    assert!(service.sessions.end(&digest_of_head(&token), NOW.plus(HOUR)));
    assert_eq!(service.admit(&token, &mac(&token, 1)), (REFUSED, 0));
    assert_eq!(service.sessions.list(), []);
}

#[test]
fn head_ended_until_a_time_is_refused_until_then() {
    let mut service = service(8);
    let token = head(0);
    let until = NOW.plus(100);
    assert!(service.sessions.end(&digest_of_head(&token), until));
    service.now = until.minus(1);
    assert_eq!(service.admit(&token, &mac_at(&token, 1, service.now)), (REFUSED, 0));
    service.sessions.sweep(until.minus(1));
    assert_eq!(service.admit(&token, &mac_at(&token, 2, service.now)), (REFUSED, 0));
}

#[test]
fn head_ended_until_its_expiry_stays_ended_within_the_skew() {
    let mut service = service(8);
    let token = head(0);
    assert_eq!(service.admit(&token, &mac(&token, 1)), (Ok(()), 1));
    // The very value that the list gives for it.
    let expires = service.sessions.list()[0].expires;
    assert!(service.sessions.end(&digest_of_head(&token), expires));
    service.now = expires.minus(1);
    assert_eq!(service.admit(&token, &mac_at(&token, 2, service.now)).0, REFUSED);
    // The verifier takes the head for good until `exp` + skew.
    for late in [0, 29] {
        service.now = expires.plus(late);
        assert_eq!(service.admit(&token, &mac_at(&token, 3, service.now)).0, REFUSED, "{late} s after its expiry");
    }
}

#[test]
fn swept_ended_head_stays_ended_within_the_skew() {
    let mut service = service(8);
    let token = head(0);
    let expires = NOW.plus(HOUR);
    assert!(service.sessions.end(&digest_of_head(&token), expires));
    service.now = expires;
    service.sessions.sweep(service.now);
    assert_eq!(service.admit(&token, &mac_at(&token, 1, service.now)).0, REFUSED);
}

#[test]
fn full_list_of_ended_heads_says_so() {
    let service = service(4);
    for n in 0..4_u8 {
        assert!(service.sessions.end(&Digest([n; 32]), NOW.plus(10)));
    }
    let token = head(0);
    assert!(!service.sessions.end(&digest_of_head(&token), NOW.plus(HOUR)));
    // All of them have long expired.
    service.sessions.sweep(NOW.plus(24 * HOUR));
    assert!(service.sessions.end(&digest_of_head(&token), NOW.plus(HOUR)));
    assert_eq!(service.admit(&token, &mac(&token, 1)), (REFUSED, 0));
}

#[test]
fn session_is_wiped_even_when_the_list_of_ended_heads_is_full() {
    let service = service(4);
    let token = head(0);
    assert_eq!(service.admit(&token, &mac(&token, 1)), (Ok(()), 1));
    for n in 0..4_u8 {
        assert!(service.sessions.end(&Digest([n; 32]), NOW.plus(HOUR)));
    }
    assert!(!service.sessions.end(&digest_of_head(&token), NOW.plus(HOUR)));
    assert_eq!(service.sessions.list(), [], "its key is gone, though its next proof opens another");
}

#[test]
fn ending_one_head_again_takes_no_more_room() {
    let service = service(4);
    let token = head(0);
    for seconds in 0..8 {
        assert!(service.sessions.end(&digest_of_head(&token), NOW.plus(HOUR + seconds)), "{seconds}");
    }
    assert!(service.sessions.end(&Digest([1; 32]), NOW.plus(HOUR)));
    assert_eq!(service.admit(&token, &mac(&token, 1)), (REFUSED, 0));
}

/// An agreement key that says when it is asked, and answers when it is told to.
struct Slow {
    key: AgreementKey,
    asked: Mutex<Sender<()>>,
    answer: Mutex<Receiver<()>>,
}

impl Slow {
    fn new() -> (Self, Receiver<()>, Sender<()>) {
        let ((asked, is_asked), (go, answer)) = (channel(), channel());
        let slow = Self { key: agreement_key("audience"), asked: Mutex::new(asked), answer: Mutex::new(answer) };
        (slow, is_asked, go)
    }
}

impl KeyAgreement for Slow {
    fn agree(&self, agreement: &Digest, peer: &PublicKey) -> Option<SharedSecret> {
        self.asked.lock().unwrap().send(()).unwrap();
        self.answer.lock().unwrap().recv().unwrap();
        self.key.agree(agreement, peer)
    }

    fn has(&self, agreement: &Digest) -> bool {
        self.key.has(agreement)
    }
}

#[test]
fn session_of_a_head_ended_during_its_agreement_is_not_kept() {
    let (slow, is_asked, go) = Slow::new();
    let (sessions, trust, token) = (MacSessions::new(slow, AUDIENCE, 8), wide_trust(), head(0));
    let admit = |nonce| {
        let verifier = Verifier::new(&trust, &Engine, &NoRevocations).agreement(&sessions);
        verifier.admit(&token, &mac(&token, nonce), &request(), &FRESH, NOW).map(drop).map_err(|error| error.kind)
    };
    std::thread::scope(|scope| {
        let first = scope.spawn(|| admit(1));
        is_asked.recv().unwrap();
        assert!(sessions.end(&digest_of_head(&token), NOW.plus(HOUR)));
        go.send(()).unwrap();
        // Whether this one is still admitted is a matter of a moment; no later one is.
        let _ = first.join().unwrap();
    });
    assert_eq!(sessions.list(), [], "the key of an ended head is wiped");
    assert_eq!(admit(2), REFUSED);
}

#[test]
fn two_first_proofs_at_the_same_time_open_one_session() {
    let (slow, is_asked, go) = Slow::new();
    let (sessions, trust, token) = (MacSessions::new(slow, AUDIENCE, 8), wide_trust(), head(0));
    let admit = |nonce| {
        let verifier = Verifier::new(&trust, &Engine, &NoRevocations).agreement(&sessions);
        verifier.admit(&token, &mac(&token, nonce), &request(), &FRESH, NOW).map(drop)
    };
    std::thread::scope(|scope| {
        let both = [1, 2].map(|nonce| scope.spawn(move || admit(nonce)));
        // The second waits for the answer's lock after it was asked.
        is_asked.recv().unwrap();
        is_asked.recv().unwrap();
        go.send(()).unwrap();
        go.send(()).unwrap();
        both.into_iter().for_each(|one| assert_eq!(one.join().unwrap(), Ok(())));
    });
    assert_eq!(sessions.list().len(), 1);
}
