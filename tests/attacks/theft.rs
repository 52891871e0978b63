//! §3: theft and replay.

use std::sync::Barrier;
use std::thread;

use throughline::{
    BoundedReplayMemory, Digest, ErrorKind, GrpcRequest, HttpFields, HttpRequest, McpBody, MessageRequest,
    OpaqueRequest, P256, Part, Policy, ProofDemand, Request,
};

use crate::adversary::{Adversary, Hand, elsewhere};
use crate::common::cbor::{OURS, bstr, bytes};
use crate::common::forge::{Forge, Message};
use crate::common::setting::request;
use crate::common::world::agreement_key;
use crate::common::{AUDIENCE, HOUR, NOW, credential};
use crate::honest::{Execution, Next, Who, fresh_nonce, list, named, three_hops};
use crate::scene::{Scene, Service, cast_trust, revocable_cast};
use crate::seals::{Seal, second_signature};

/// §3: stolen token, presented without a proof
#[test]
fn stolen_token_without_a_proof_rejected() {
    let scene = Scene::new(three_hops());
    scene.refuses(&scene.token, &[Vec::new()], ErrorKind::ProofMissing, Part::Proof);
    // A true history, whoever holds it; it says who acted, and nothing of who presents it.
    let shows = |chain: throughline::VerifiedChain<'_>| chain.head().map(|head| head.identifier().to_owned());
    let plain = scene.service.through_plain(|verifier, _| verifier.verify(&scene.token, NOW).map(shows));
    let cached = scene.service.through_cached(|verifier, _| verifier.verify(&scene.token, NOW).map(shows));
    assert_eq!((plain, cached.is_ok()), (Ok(Some(crate::common::worker(2))), true));
}

/// §3: stolen token, proof by the thief's own key
#[test]
fn stolen_token_with_a_thiefs_proof_rejected() {
    let scene = Scene::new(three_hops());
    for thief in [Adversary::mallory(), Adversary::stranger(Hand::own("mallory 2"))] {
        // In the head's name ...
        let proofs = thief.asks(&scene.token);
        scene.refuses(&scene.token, &proofs[..1], ErrorKind::ProofSignatureInvalid, Part::Proof);
        scene.refuses(&scene.token, &proofs[1..], ErrorKind::ProofMacInvalid, Part::Proof);
        // ... and in its own, for the same head.
        let open = Execution::root(&Next::Anyone);
        let mut own = Message::of(&thief.asks(&thief.continues(&open.token).signed())[0]);
        own.put(&[OURS, 17], bytes(Message::of(&crate::common::forge::split(&scene.token)[4]).digest().as_bytes()));
        thief.hand.sign(&mut own);
        scene.refuses(&scene.token, &[own.encoded()], ErrorKind::ProofSigner, Part::Proof);
    }
    scene.delivers();
}

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

/// §3: proof taken to another audience
#[test]
fn proof_at_another_audience_rejected() {
    let scene = Scene::new(three_hops());
    // A second verifier, with the same bundle and keys, that answers to another name.
    let mail = Service::new(cast_trust());
    for proof in &scene.proofs {
        mail.refuses(&scene.token, proof, &elsewhere(), ErrorKind::ProofAudience, Part::Proof);
        // Names are compared as they are.
        for near in ["https://calendar.example/", "https://Calendar.example", "calendar.example", ""] {
            let mut asked = request();
            asked.audience = near;
            mail.refuses(&scene.token, proof, &asked, ErrorKind::ProofAudience, Part::Proof);
        }
    }
    // What remains: one that answers to the same name, and has its own memory.
    let twin = Service::new(cast_trust());
    for proof in &scene.proofs {
        twin.admits(&scene.token, proof, &request());
    }
    scene.delivers();
}

/// §3: proof for another method, path, body, tool, message
#[test]
fn proof_for_another_request_rejected() {
    let scene = Scene::new(three_hops());
    let http = |method, path, query, body: &[u8]| HttpRequest {
        method,
        scheme: "https",
        authority: "calendar.example",
        path,
        query,
        fields: HttpFields { content_type: Some(b"application/json"), content_encoding: None },
        body: Digest::of(&[body]),
    };
    let mcp = |body: &[u8]| McpBody::read(body).unwrap().digest(AUDIENCE).unwrap();
    let tool = |name: &str, days: &str| {
        let body = format!(r#"{{"method":"tools/call","params":{{"name":"{name}","arguments":{{"days":{days}}}}}}}"#);
        mcp(body.as_bytes())
    };
    let message = |queue, body: &[u8]| MessageRequest { queue, content_type: None, body: Digest::of(&[body]) }.digest();
    let asked = [
        http("GET", b"/calendar/alice/work", Some(b"days=7"), b"").digest(),
        tool("read", "7"),
        GrpcRequest { path: "/calendar.v1.Calendar/Read", message: b"\x08\x07" }.digest(),
        message(AUDIENCE, b"{}"),
        OpaqueRequest(b"read").digest(),
    ];
    let json = HttpFields { content_type: Some(b"text/plain"), content_encoding: None };
    let turned = [
        http("DELETE", b"/calendar/alice/work", Some(b"days=7"), b"").digest(),
        http("GET", b"/calendar/alice", Some(b"days=7"), b"").digest(),
        http("GET", b"/calendar/alice/work", Some(b"days=31"), b"").digest(),
        http("GET", b"/calendar/alice/work", None, b"").digest(),
        http("GET", b"/calendar/alice/work?days=7", None, b"").digest(),
        http("GET", b"/calendar/alice/work", Some(b"days=7"), b"{}").digest(),
        HttpRequest { fields: json, ..http("GET", b"/calendar/alice/work", Some(b"days=7"), b"") }.digest(),
        HttpRequest { scheme: "http", ..http("GET", b"/calendar/alice/work", Some(b"days=7"), b"") }.digest(),
        tool("delete", "7"),
        tool("read", "31"),
        tool("read", "7.0"),
        GrpcRequest { path: "/calendar.v1.Calendar/Delete", message: b"\x08\x07" }.digest(),
        GrpcRequest { path: "/calendar.v1.Calendar/Read", message: b"\x08\x1f" }.digest(),
        message(AUDIENCE, b"[]"),
        message("https://mail.example", b"{}"),
        OpaqueRequest(b"write").digest(),
    ];
    for digest in asked {
        let own = with_digest(digest);
        for proof in scene.honest.asks(&own, NOW) {
            for other in asked.iter().chain(&turned).filter(|other| **other != digest) {
                let other = with_digest(*other);
                scene.service.refuses(&scene.token, &proof, &other, ErrorKind::ProofRequest, Part::Proof);
            }
            scene.service.admits(&scene.token, &proof, &own);
        }
    }
    // What remains: what the digest leaves out. `_meta` and the JSON-RPC `id` may be exchanged on the way.
    let id = |id, meta| format!(r#"{{"id":{id},"method":"tools/list","params":{{"_meta":{meta}}}}}"#);
    assert_eq!(mcp(id(1, "{}").as_bytes()), mcp(id(2, r#"{"progressToken":9}"#).as_bytes()));
}

fn with_digest(digest: Digest) -> Request<'static> {
    let mut request = request();
    request.digest = digest;
    request
}

/// §3: proof moved to another head, or by an earlier actor
#[test]
fn proof_for_another_head_or_by_an_earlier_actor_rejected() {
    let before = Execution::root(&named(1)).hop(1, &named(2));
    let scene = Scene::new(before.hop(2, &named(3)));
    // A sibling by the same actor, with the same credential: only the head differs.
    let sibling = before.hop(2, &Next::Nobody);
    let proofs = sibling.asks(&request(), NOW);
    scene.refuses(&scene.token, &proofs, ErrorKind::ProofHead, Part::Proof);
    scene.admits(&sibling.token, &proofs);
    // The actors before, as the network or they themselves may try.
    for earlier in [before.asks(&request(), NOW), Execution::root(&named(1)).asks(&request(), NOW)] {
        scene.refuses(&scene.token, &earlier, ErrorKind::ProofSigner, Part::Proof);
    }
    // What remains: the earlier actor's own head, with its own proof.
    scene.admits(&before.token, &before.asks(&request(), NOW));
    scene.delivers();
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

/// §3: MAC proof forged by the audience
#[test]
fn macs_by_the_audience_convince_it_alone() {
    let scene = Scene::new(three_hops());
    // The audience has the head's public key in the token, and its own secret: it needs no more.
    let mut forged = Message::of(&scene.proofs[1]);
    forged.put(&[7], bytes(&fresh_nonce()));
    let proper = Seal::between(&scene.token, "worker 2", AUDIENCE, "audience");
    let by_audience = |aud: &str| {
        let peer = *agreement_key("worker 2").public().key();
        Seal { secret: "audience".to_owned(), peer, audience: aud.to_owned(), ..Seal::proper(&scene.token) }
    };
    let by_audience = |aud: &str| Seal { agree: proper.agree, ..by_audience(aud) };
    by_audience(AUDIENCE).put_on(&mut forged);
    scene.admits(&scene.token, &[forged.encoded()]);
    // A policy can demand signatures.
    let signed = request().under(Policy { proof: ProofDemand::Signed, ..Policy::default() });
    scene.service.refuses(&scene.token, &scene.proofs[1], &signed, ErrorKind::ProofKind, Part::Proof);
    scene.service.admits(&scene.token, &scene.proofs[0], &signed);
    // Elsewhere it says for whom it is; relabelled, it has no key of that audience.
    let mut mail = Service::new(cast_trust());
    mail.agreeing(&["mail"]);
    mail.refuses(&scene.token, &forged.encoded(), &elsewhere(), ErrorKind::ProofAudience, Part::Proof);
    let mut relabelled = forged.clone();
    relabelled.put(&[3], crate::common::cbor::text("https://mail.example"));
    by_audience("https://mail.example").put_on(&mut relabelled);
    mail.refuses(&scene.token, &relabelled.encoded(), &elsewhere(), ErrorKind::AgreementUnknown, Part::Proof);
    // What remains: two audiences that share one agreement key are one, for this.
    mail.agreeing(&["audience"]);
    mail.admits(&scene.token, &relabelled.encoded(), &elsewhere());
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
