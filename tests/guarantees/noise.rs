//! Arbitrary bytes get a verdict, never a panic.

use throughline::trust::Trust;
use throughline::{Credential, Grants, Limits, NoRevocations, P256, Proof, Token, Verifier};

use crate::common::cbor::head;
use crate::common::lists::FRESH;
use crate::common::setting::request;
use crate::common::world::{called, wide_trust};
use crate::common::{NOW, chain, credential, proof};

/// Every door that bytes can come to.
struct Doors {
    trust: Trust<'static>,
    token: Vec<u8>,
}

impl Doors {
    fn new() -> Self {
        Self { trust: wide_trust(), token: chain(1) }
    }

    fn knock(&self, bytes: &[u8]) {
        let verifier = Verifier::new(&self.trust, &P256, &NoRevocations);
        let _ = verifier.verify(bytes, NOW).map(drop);
        let _ = verifier.admit(&self.token, bytes, &request(), &FRESH, NOW).map(drop);
        let _ = Token::decode(bytes, &Limits::DEFAULT).map(drop);
        let _ = Proof::decode(bytes, &Limits::DEFAULT).map(drop);
        let _ = Credential::decode(bytes).map(drop);
        let _ = Grants::decode(bytes).map(drop);
    }
}

/// xorshift64*: the same numbers in every run.
struct Random(u64);

impl Random {
    fn next(&mut self) -> u64 {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        self.0.wrapping_mul(0x2545_f491_4f6c_dd1d)
    }

    fn below(&mut self, bound: usize) -> usize {
        usize::try_from(self.next() % u64::try_from(bound.max(1)).unwrap()).unwrap()
    }
}

#[test]
fn arbitrary_bytes_never_panic() {
    let doors = Doors::new();
    let mut random = Random(0x7468_726f_7567_6800);
    for round in 0..2_000 {
        let len = random.below(if round % 10 == 0 { 17_000 } else { 300 });
        let mut bytes: Vec<u8> = (0..len).map(|_| random.next().to_be_bytes()[0]).collect();
        // Every second one begins like a message.
        if round % 2 == 0 && bytes.len() > 2 {
            bytes[..2].copy_from_slice(b"\xd2\x84");
        }
        doors.knock(&bytes);
    }
}

#[test]
fn damaged_artifacts_never_panic() {
    let doors = Doors::new();
    let mut random = Random(0x6d61_6e67_6c65_6400);
    let token = called(3);
    let artifacts = [token.clone(), proof(&token, "worker 2", 1), credential(1), chain(3)];
    for _ in 0..1_500 {
        let mut bytes = artifacts[random.below(artifacts.len())].clone();
        for _ in 0..=random.below(4) {
            let (at, len) = (random.below(bytes.len()), random.below(40));
            let until = (at + len).min(bytes.len());
            match random.below(5) {
                0 => bytes[at] = random.next().to_be_bytes()[0],
                1 => drop(bytes.drain(at..until)),
                2 => {
                    let piece = bytes[at..until].to_vec();
                    let there = random.below(bytes.len());
                    bytes.splice(there..there, piece);
                }
                3 => {
                    let declared = head(u8::try_from(random.below(7)).unwrap(), random.next() >> random.below(64));
                    bytes.splice(at..at, declared);
                }
                _ => bytes.truncate(at),
            }
            if bytes.is_empty() {
                bytes.push(0);
            }
        }
        doors.knock(&bytes);
    }
}

const MIB: usize = 1 << 20;

#[test]
fn extremes_never_panic() {
    let doors = Doors::new();
    for extreme in [
        Vec::new(),
        vec![0; MIB],
        vec![0xff; MIB],
        vec![0x81; MIB],
        vec![0xa1; MIB],
        vec![0xd2; MIB],
        vec![0x9f; MIB],
        vec![0x5f; MIB],
        vec![0xd2; 16_000],
        [b"\xd2\x84".as_slice(), &[0x81; 16_000]].concat(),
        [b"\xd2\x84\x59\x3e\x80".as_slice(), &[0xa1; 16_000]].concat(),
    ] {
        doors.knock(&extreme);
    }
    for major in 2..=6 {
        for declared in [1 << 16, 1 << 32, 1 << 63, u64::MAX] {
            doors.knock(&head(major, declared));
            doors.knock(&[b"\xd2\x84".as_slice(), &head(major, declared)].concat());
            doors.knock(&[b"\xd2\x84\x40\xa0".as_slice(), &head(major, declared)].concat());
        }
    }
    // Times and limits at their ends.
    let token = called(3);
    let proof = proof(&token, "worker 2", 1);
    for now in [0, 1, u64::MAX - 1, u64::MAX] {
        for (skew, window) in [(0, 0), (u64::MAX, u64::MAX), (0, u64::MAX), (u64::MAX, 0)] {
            let mut limits = Limits::DEFAULT;
            (limits.skew, limits.proof_window) = (skew, window);
            let verifier = Verifier::new(&doors.trust, &P256, &NoRevocations).limits(limits);
            let _ = verifier.admit(&token, &proof, &request(), &FRESH, throughline::UnixTime(now)).map(drop);
        }
    }
}
