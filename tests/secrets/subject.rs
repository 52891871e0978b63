//! What the other process does. It leaves no copies of its own, so whatever is found is the library's.

use std::hint::black_box;
use std::io::Write as _;

use throughline::issue::{ProofBuilder, Signer as _, SigningKey};
use throughline::{AgreementKey, Digest, Engine, KeyAgreement as _, MacSessions, NoRevocations, UnixTime, Verifier};
use zeroize::Zeroize as _;

use crate::common::lists::FRESH;
use crate::common::setting::request;
use crate::common::world::wide_trust;
use crate::common::{AUDIENCE, HOUR, NOW, request_digest};
use crate::wiped::{Pair, digest_of_head};

/// Names a scenario to a process.
pub(crate) const SCENARIO: &str = "THROUGHLINE_SCENARIO";
/// What it works with: the secret, masked, and what is public.
pub(crate) const INPUT: &str = "THROUGHLINE_INPUT";
/// No secret stands anywhere unmasked but where the library has it.
pub(crate) const MASK: u8 = 0xa5;

#[test]
#[ignore = "the other process"]
fn subject() {
    let scenario = std::env::var(SCENARIO).expect("started by the tests of this binary");
    match scenario.as_str() {
        "signing" => signing(),
        "agreement" => agreement(),
        "shared" => shared(),
        "issuing" => issuing(),
        "freed" => freed(),
        "stack" => stack(),
        "sessions" => sessions(),
        other => panic!("{other}?"),
    }
}

/// Waits until the other has looked.
fn at(place: &str) {
    println!("at {place}");
    std::io::stdout().flush().unwrap();
    let mut line = String::new();
    std::io::stdin().read_line(&mut line).unwrap();
}

/// A key from the secret, which is nowhere before and wiped after; and so are the frames through which the caller moves the key to its place.
fn with<T>(work: impl Fn(&[u8; 32]) -> T) -> Box<T> {
    #[inline(never)]
    fn apart<T>(work: impl Fn(&[u8; 32]) -> T) -> Box<T> {
        unmasked(|secret| Box::new(work(secret)))
    }

    #[inline(never)]
    fn overwrite() {
        let mut below = [0_u64; 8192];
        below.zeroize();
        black_box(&below);
    }

    let key = apart(work);
    overwrite();
    key
}

fn unmasked<T>(work: impl FnOnce(&[u8; 32]) -> T) -> T {
    let (masked, mut clear) = (input().swap_remove(0), Box::new([0; 32]));
    for (byte, masked) in clear.iter_mut().zip(masked) {
        *byte = masked ^ black_box(MASK);
    }
    let done = work(&clear);
    clear.zeroize();
    done
}

/// The secret, masked; then tokens and proofs in turn.
fn input() -> Vec<Vec<u8>> {
    let input = std::env::var(INPUT).unwrap();
    let byte = |digits: &[u8; 2]| u8::from_str_radix(std::str::from_utf8(digits).unwrap(), 16).unwrap();
    input.split(' ').map(|item| item.as_bytes().as_chunks().0.iter().map(byte).collect()).collect()
}

fn pairs() -> Vec<Pair> {
    input()[1..].as_chunks().0.iter().map(|[token, proof]| (token.clone(), proof.clone())).collect()
}

pub(crate) fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

fn signing() {
    let key = with(|secret| SigningKey::from_bytes(secret).unwrap());
    at("held");
    let _ = black_box(key.sign(&Digest([1; 32])).unwrap());
    drop(key);
    at("dropped");
}

fn agreement() {
    let key = with(|secret| AgreementKey::from_bytes(secret).unwrap());
    at("held");
    drop(key);
    at("dropped");
}

fn shared() {
    let key = with(|secret| AgreementKey::from_bytes(secret).unwrap());
    let peer = *crate::common::public("alice").key();
    let shared = with(|_| key.agree(key.public().thumbprint(), &peer).unwrap());
    at("held");
    drop((key, shared));
    at("dropped");
}

fn issuing() {
    let token = pairs().swap_remove(0).0;
    let audience = *crate::common::world::agreement_key("audience").public();
    let worker = with(|secret| AgreementKey::from_bytes(secret).unwrap());
    at("held");
    let builder = ProofBuilder::new(&token, AUDIENCE, request_digest(), NOW, [2; 16]);
    let _ = black_box(builder.mac(&worker, &audience).unwrap());
    drop(worker);
    at("dropped");
}

/// A control: freed without being wiped.
fn freed() {
    unmasked(|secret| drop(black_box([[0; 32], *secret, [0; 32]].concat())));
    at("dropped");
}

/// A control: left on the stack by a function that returned.
fn stack() {
    #[inline(never)]
    fn deep(secret: &[u8; 32]) {
        let mut block = [0; 4096];
        block[1024..1056].copy_from_slice(secret);
        black_box(&mut block);
    }
    unmasked(deep);
    at("dropped");
}

fn sessions() {
    let agreement = with(|secret| AgreementKey::from_bytes(secret).unwrap());
    let (trust, heads) = (wide_trust(), pairs());
    let sessions = Box::new(MacSessions::new(&*agreement, AUDIENCE, 4));
    let verifier = Verifier::new(&trust, &Engine, &NoRevocations).agreement(&*sessions);
    let admit = |nth: usize, now: UnixTime| {
        let (token, proof) = &heads[nth];
        verifier.admit(token, proof, &request(), &FRESH, now).map(drop)
    };
    let digest = |nth: usize| digest_of_head(&heads[nth].0);
    for nth in 0..4 {
        admit(nth, NOW).unwrap();
    }
    admit(3, NOW).unwrap();
    at("four held");
    // The fifth pushes out the one that ends first, which is the fourth.
    admit(4, NOW).unwrap();
    at("pushed out");
    assert!(sessions.end(&digest(0), NOW.plus(HOUR)));
    at("ended");
    sessions.sweep(NOW.plus(HOUR - 2));
    at("swept");
    let late = NOW.plus(HOUR - 1);
    // Within the skew: admitted, but not with a session.
    admit(5, late).unwrap();
    at("expired");
    drop(sessions);
    drop(agreement);
    at("dropped");
}
