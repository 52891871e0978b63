//! What is dropped, pushed out, ended or expired is not in memory any more.

use throughline::issue::{ContinuationBuilder, ProofBuilder};
use throughline::{Digest, UnixTime};

use crate::common::forge::{Message, split};
use crate::common::world::{agreement_key, by, vouched};
use crate::common::{AUDIENCE, HOUR, NOW, contract, key, public, request_digest, root};
use crate::needles::{self, Needle};
use crate::scan::Subject;

#[test]
fn dropped_signing_key_is_not_in_memory() {
    let needles = needles::scalar(&needles::signing_scalar("worker 1"));
    let mut subject = Subject::start("signing", &needles::signing_scalar("worker 1"), &[]);
    subject.look_at("held").find(&needles).only(&["scalar's words"]);
    subject.look_at("dropped").find(&needles).nothing();
}

#[test]
fn dropped_agreement_key_is_not_in_memory() {
    let needles = needles::scalar(&needles::agreement_scalar("worker 1"));
    let mut subject = Subject::start("agreement", &needles::agreement_scalar("worker 1"), &[]);
    subject.look_at("held").find(&needles).only(&["scalar's words"]);
    subject.look_at("dropped").find(&needles).nothing();
}

#[test]
fn dropped_shared_secret_is_not_in_memory() {
    let scalar = needles::agreement_scalar("worker 1");
    let needles = [needles::scalar(&scalar), needles::shared(&scalar, public("alice").key()).1].concat();
    let mut subject = Subject::start("shared", &needles::agreement_scalar("worker 1"), &[]);
    subject.look_at("held").find(&needles).only(&["scalar's words", "shared secret"]);
    subject.look_at("dropped").find(&needles).nothing();
}

#[test]
fn nothing_of_a_mac_proof_that_was_made_is_in_memory() {
    let (heads, scalar) = (heads(), needles::agreement_scalar("worker 1"));
    let needles = [needles::scalar(&scalar), of(&heads[0])].concat();
    let mut subject = Subject::start("issuing", &needles::agreement_scalar("worker 1"), &heads);
    subject.look_at("held").find(&needles).only(&["scalar's words"]);
    subject.look_at("dropped").find(&needles).nothing();
}

#[test]
fn session_that_is_over_is_not_in_memory() {
    let heads = heads();
    let mut subject = Subject::start("sessions", &needles::agreement_scalar("audience"), &heads);
    let [zeroth, first, second, third, fourth] = [0, 1, 2, 3, 4].map(|nth| of(&heads[nth]));
    let held = &["inner half", "outer half"];
    let four = subject.look_at("four held");
    for needles in [&zeroth, &first, &second, &third] {
        four.find(needles).only(held);
    }
    let pushed_out = subject.look_at("pushed out");
    pushed_out.find(&third).nothing();
    [&zeroth, &first, &second, &fourth].iter().for_each(|needles| pushed_out.find(needles).only(held));
    let ended = subject.look_at("ended");
    ended.find(&zeroth).nothing();
    [&first, &second, &fourth].iter().for_each(|needles| ended.find(needles).only(held));
    let swept = subject.look_at("swept");
    [&zeroth, &second, &third, &fourth].iter().for_each(|needles| swept.find(needles).nothing());
    swept.find(&first).only(held);
    let expired = subject.look_at("expired");
    expired.find(&first).nothing();
    let scalar = needles::scalar(&needles::agreement_scalar("audience"));
    expired.find(&scalar).only(&["scalar's words"]);
    subject.look_at("dropped").find(&scalar).nothing();
}

/// Controls: were a copy left, it would be found.
#[test]
fn copy_freed_or_left_on_the_stack_is_found() {
    let needles = needles::scalar(&needles::signing_scalar("worker 1"));
    Subject::start("freed", &needles::signing_scalar("worker 1"), &[])
        .look_at("dropped")
        .find(&needles)
        .only(&["scalar"]);
    Subject::start("stack", &needles::signing_scalar("worker 1"), &[])
        .look_at("dropped")
        .find(&needles)
        .only(&["scalar"]);
}

/// Everything secret of the session of this head.
fn of((token, proof): &Pair) -> Vec<Needle> {
    let secret = needles::agreement_scalar("audience");
    needles::session(token, proof, &secret, &agreement_key("audience"), &agreement_key("worker 1"))
}

/// A token and a MAC proof of its head.
pub(crate) type Pair = (Vec<u8>, Vec<u8>);

/// Five heads, each expiring a second before the one before it; then the second again, with a proof dated when it expires.
fn heads() -> Vec<Pair> {
    let worker = agreement_key("worker 1");
    let token = |n: u64| {
        let token = root().next_contract_without_handover(contract()).sign(&key("alice")).unwrap();
        let builder = ContinuationBuilder::new(&token, vouched(1), (NOW.minus(60), NOW.plus(HOUR - n)));
        by(1, builder.agree(worker.public().key()))
    };
    let pair = |n: u64, at: UnixTime| {
        let token = token(n);
        let proof = ProofBuilder::new(&token, AUDIENCE, request_digest(), at, [1; 16]);
        let proof = proof.mac(&worker, agreement_key("audience").public()).unwrap();
        (token, proof)
    };
    (0..5).map(|n| pair(n, NOW)).chain([pair(1, NOW.plus(HOUR - 1))]).collect()
}

pub(crate) fn digest_of_head(token: &[u8]) -> Digest {
    Message::of(split(token).last().unwrap()).digest()
}
