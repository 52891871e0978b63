//! §3: theft: what a token or a proof is worth to one who did not make it.

use throughline::{
    Digest, ErrorKind, GrpcRequest, HttpFields, HttpRequest, McpBody, MessageRequest, OpaqueRequest, Part, Policy,
    ProofDemand, Request,
};

use crate::adversary::{Adversary, Hand, elsewhere};
use crate::common::cbor::{OURS, bytes};
use crate::common::forge::Message;
use crate::common::setting::request;
use crate::common::world::agreement_key;
use crate::common::{AUDIENCE, NOW};
use crate::honest::{Execution, Next, fresh_nonce, named, three_hops};
use crate::scene::{Scene, Service, cast_trust};
use crate::seals::Seal;

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
