//! `verify` and `admit` allocate nothing, whatever the verdict: counted by the allocator itself.
#![allow(clippy::unwrap_used, reason = "a fixture that cannot be made fails the test")]

#[path = "../../common/mod.rs"]
mod common;
mod counting;

use ciborium::Value;
use common::cbor::{OURS, int, text};
use common::forge::{Forge, Message};
use common::lists::{FRESH, Fixed, Lists};
use common::setting::request;
use common::world::{
    agreeing, agreement_key, called, context_root, mac_proof, open_chain, revocable_trust, through_gateway,
    through_stranger, vouched, wide_trust,
};
use common::{NOW, chain, contract, credential, key, proof, root, window, worker};
use counting::counted;
use throughline::issue::ContinuationBuilder;
use throughline::trust::Trust;
use throughline::{
    Engine, Error, ErrorKind, KnownCredentials, NoRevocations, P256, ReplayMemory, Revocations, SignatureVerifier,
    Verifier,
};

struct Door {
    trust: Trust<'static>,
    known: KnownCredentials,
    agreement: throughline::AgreementKey,
}

impl Door {
    fn new(trust: Trust<'static>) -> Self {
        Self { trust, known: KnownCredentials::new(), agreement: agreement_key("audience") }
    }

    /// Verdicts of every signature verifier that allocates nothing of its own, with what each asked for.
    fn verifiers<T>(
        &self,
        revocations: &(dyn Revocations + Sync),
        judge: impl Fn(&Verifier<'_>) -> T,
    ) -> Vec<(T, u64)> {
        let engines: [&(dyn SignatureVerifier + Sync); 2] = [&P256, &Engine];
        engines
            .map(|engine| {
                let verifier =
                    Verifier::new(&self.trust, engine, revocations).known(&self.known).agreement(&self.agreement);
                counted(|| judge(&verifier))
            })
            .into()
    }

    #[track_caller]
    fn verify(&self, token: &[u8], expected: Result<(), ErrorKind>) {
        for (verdict, asked) in self.verifiers(&NoRevocations, |verifier| verifier.verify(token, NOW).map(drop)) {
            assert_eq!(verdict.map_err(|error| error.kind), expected);
            assert_eq!(asked, 0, "allocations");
        }
    }

    #[track_caller]
    fn admit(&self, token: &[u8], proof: &[u8], memory: &(dyn ReplayMemory + Sync), expected: Result<(), ErrorKind>) {
        let request = request();
        let judge = |verifier: &Verifier<'_>| verifier.admit(token, proof, &request, memory, NOW).map(drop);
        for (verdict, asked) in self.verifiers(&NoRevocations, judge) {
            assert_eq!(verdict.map_err(|error: Error| error.kind), expected);
            assert_eq!(asked, 0, "allocations");
        }
    }
}

/// Links whose credentials the verifier knows.
fn by_reference(door: &mut Door, links: u8) -> Vec<u8> {
    let mut token = root().next_contract_without_handover(contract()).sign(&key("alice")).unwrap();
    for n in 1..links {
        door.known.take_in(credential(n), &door.trust, &P256).unwrap();
        let builder = ContinuationBuilder::new(&token, vouched(n).by_reference(), window());
        token = builder.next_identifier(&worker(n + 1)).sign(&key(&format!("worker {n}"))).unwrap();
    }
    token
}

const LENGTHS: [u8; 4] = [1, 3, 8, 16];

#[test]
fn an_allocation_is_counted() {
    assert_eq!(counted(|| drop(Box::new(1))).1, 1);
    assert_eq!(counted(|| 1 + 1).1, 0);
}

#[test]
fn verify_does_not_allocate() {
    let mut door = Door::new(wide_trust());
    for links in LENGTHS {
        let referring = by_reference(&mut door, links);
        for token in [chain(links), called(links), open_chain(links), referring] {
            door.verify(&token, Ok(()));
        }
    }
    for token in [through_gateway(3), through_stranger(3), context_root().sign(&key("agent")).unwrap(), agreeing()] {
        door.verify(&token, Ok(()));
    }
}

#[test]
fn verify_does_not_allocate_when_it_refuses() {
    let door = Door::new(wide_trust());
    door.verify(b"", Err(ErrorKind::TokenEmpty));
    door.verify(&[0; 16_384], Err(ErrorKind::WrongTag));
    for links in LENGTHS {
        let last = usize::from(links) - 1;
        for (path, value, kind) in [
            ([99].as_slice(), int(0), ErrorKind::ClaimUnknown),
            (&[OURS, 2], int(99), ErrorKind::PositionWrong),
            (&[4], int(1_799_999_950), ErrorKind::Expired { now: NOW, exp: throughline::UnixTime(1_799_999_950) }),
            (&[OURS, 4], grants(), if links == 1 { ErrorKind::OriginAboveCeiling } else { ErrorKind::GrantsWidened }),
        ] {
            let mut forge = Forge::of(&chain(links));
            forge.link(last).message.put(path, value);
            door.verify(&forge.token(), Err(kind));
        }
        let mut forge = Forge::of(&chain(links));
        forge.link(last).signer = "mallory".to_owned();
        door.verify(&forge.token(), Err(ErrorKind::SignatureInvalid));
    }
    Door::new(Trust::default()).verify(&chain(16), Err(ErrorKind::OriginUnknown));
}

/// Wider than anybody's.
fn grants() -> Value {
    let grant = Value::Array(vec![text("*"), text("*")]);
    common::cbor::set([grant])
}

#[test]
fn verify_does_not_allocate_with_revocation() {
    let door = Door::new(revocable_trust());
    let lists = Lists(vec![common::lists::Held {
        issuer: *common::public("revoker").thumbprint(),
        issued: NOW,
        expires: NOW.plus(60),
        entries: vec![common::lists::Revoked::Identifier(worker(15))],
    }]);
    for (links, expected) in [(1, Ok(())), (3, Ok(())), (8, Ok(())), (16, Err(ErrorKind::IdentifierRevoked))] {
        let token = chain(links);
        for (verdict, asked) in door.verifiers(&lists, |verifier| verifier.verify(&token, NOW).map(drop)) {
            assert_eq!((verdict.map_err(|error| error.kind), asked), (expected, 0));
        }
    }
    door.verify(&chain(3), Err(ErrorKind::RevocationStale));
}

#[test]
fn admit_does_not_allocate() {
    let door = Door::new(wide_trust());
    for links in LENGTHS {
        let token = chain(links);
        let head = if links == 1 { "alice".to_owned() } else { format!("worker {}", links - 1) };
        door.admit(&token, &proof(&token, &head, 1), &FRESH, Ok(()));
    }
    let token = agreeing();
    door.admit(&token, &mac_proof(&token), &FRESH, Ok(()));
}

#[test]
fn admit_does_not_allocate_when_it_refuses() {
    let door = Door::new(wide_trust());
    for links in [3, 8, 16] {
        let token = chain(links);
        let good = proof(&token, &format!("worker {}", links - 1), 1);
        door.admit(&token, b"", &FRESH, Err(ErrorKind::ProofMissing));
        door.admit(&token, &good[..50], &FRESH, Err(ErrorKind::Truncated));
        let mut forged = Message::of(&good);
        forged.sign("alice");
        door.admit(&token, &forged.encoded(), &FRESH, Err(ErrorKind::ProofSignatureInvalid));
        door.admit(&chain(links - 1), &good, &FRESH, Err(ErrorKind::ProofSigner));
        for kind in [ErrorKind::ProofReplayed, ErrorKind::ReplayMemoryYoung] {
            door.admit(&token, &good, &Fixed { look_up: Err(kind), ..FRESH }, Err(kind));
        }
        for kind in [ErrorKind::ReplayMemoryFull, ErrorKind::ReplayQuota] {
            door.admit(&token, &good, &Fixed { claim: Err(kind), ..FRESH }, Err(kind));
        }
    }
    let token = agreeing();
    let mut wrong = mac_proof(&token);
    *wrong.last_mut().unwrap() ^= 1;
    door.admit(&token, &wrong, &FRESH, Err(ErrorKind::ProofMacInvalid));
}
