//! Stage 10, V1001–V1009: the proof is by the head's actor, for this audience, head, request and time.

mod mac;

use ciborium::Value;
use throughline::issue::{ContinuationBuilder, OriginClaim, ProofBuilder, RootBuilder};
use throughline::{Digest, ErrorKind, Part, UnixTime};
use throughline_conformance::{Authority, Demands, LimitsOf, Vector};

use crate::common::cbor::{OURS, bytes, encode, put, text};
use crate::common::forge::{Forge, Message, content, split};
use crate::common::world::{agreement_key, by, hop, mac_proof, vouched};
use crate::common::{AUDIENCE, NOW, alice, contract, grants, key, origin, proof, public, root, window};
use crate::seals::Seal;
use crate::suite::{Edit, Scenario, Suite};
use crate::tokens::{agreeing, called, chain, through_gateway, through_stranger};

pub(crate) const SIGNED: &str = "signed-proof";
pub(crate) const MAC: &str = "mac-proof";

pub(crate) fn publish(suite: &mut Suite) {
    twins(suite);
    signers(suite);
    heads(suite);
    audiences(suite);
    requests(suite);
    old(suite);
    new(suite);
    mac::publish(suite);
}

/// Edits the proof, which its own actor signs.
pub(crate) fn changed(path: &[i64], value: Value) -> impl FnOnce(&mut Vector) {
    move |vector| vector.forge_proof(|forge| forge.part(Part::Proof).message.put(path, value))
}

fn twins(suite: &mut Suite) {
    let mut add = |id: &str, what: &str, token: Vec<u8>, head: &str| {
        let made = proof(&token, head, 1);
        suite.accept("proofs", id, what, Scenario::admit(token, made).flag("proof"));
    };
    add(SIGNED, "The last worker's signed proof.", chain(3), "worker 2");
    add("signed-proof-of-the-root", "The proof of a root's own actor.", chain(1), "alice");
    add("signed-proof-of-a-stranger", "The proof of an unvouched actor.", through_stranger(2), "stray");
    add("signed-proof-of-a-pinned-actor", "The proof of a pinned actor.", through_gateway(2), "gateway");
    add("signed-proof-of-a-called-worker", "The proof of a worker called by name.", called(3), "worker 2");
    let token = agreeing();
    let made = mac_proof(&token);
    suite.accept(
        "proofs",
        MAC,
        "A MAC proof, for the second of the audience's two agreement keys.",
        Scenario::admit(&token, &made).agreement("other").agreement("audience").flag("proof").flag("mac"),
    );
    let signed = proof(&token, "worker 1", 1);
    suite.accept(
        "proofs",
        "signed-proof-beside-an-agreement-key",
        "A signed proof where a MAC would do.",
        Scenario::admit(&token, signed).agreement("audience").flag("proof").flag("feature"),
    );
    for (id, what, token, head) in [
        (
            "signed-proof-without-agreement-key",
            "A signed proof; the head has no agreement key, and the audience has one.",
            chain(2),
            "worker 1",
        ),
        (
            "signed-proof-behind-an-agreement-key",
            "A signed proof; the link before has an agreement key, the head has none.",
            behind_agreement(),
            "worker 2",
        ),
    ] {
        let signed = proof(&token, head, 1);
        suite.accept("proofs", id, what, Scenario::admit(token, signed).agreement("audience").flag("proof"));
    }
    let demand = Demands { signed: true, ..Demands::default() };
    let token = chain(3);
    let made = proof(&token, "worker 2", 1);
    suite.accept(
        "proofs",
        "signed-proof-where-one-is-demanded",
        "The policy demands a signed proof.",
        Scenario::admit(&token, &made).policy(demand).step("V1007").flag("proof").flag("policy").flag("feature"),
    );
    let demand = Demands { signed: true, authority: Some(Authority::Independent) };
    suite.accept(
        "proofs",
        "signed-proof-of-independent-authority",
        "The policy demands both a signed proof and independent authority.",
        Scenario::admit(token, made).policy(demand).step("V1012").flag("proof").flag("policy").flag("feature"),
    );
}

/// Worker 1 with an agreement key, then worker 2 without.
fn behind_agreement() -> Vec<u8> {
    let token = root().next_anyone().sign(&key("alice")).unwrap();
    let agree = agreement_key("worker 1");
    let builder = ContinuationBuilder::new(&token, vouched(1), window()).agree(agree.public().key()).next_anyone();
    by(2, ContinuationBuilder::new(&by(1, builder), vouched(2), window()))
}

/// V1001
fn signers(suite: &mut Suite) {
    let token = chain(3);
    let kid_of = |link: usize| Forge::of(&token).link(link).message.kid();
    for (id, what, kid) in [
        ("the-roots", "the root's `kid`", kid_of(0)),
        ("the-link-befores", "the `kid` of the link before", kid_of(1)),
        (
            "the-thumbprint",
            "the thumbprint of the head's key, where the head names a credential",
            *public("worker 2").thumbprint(),
        ),
        ("a-strangers", "a key of nobody's", *public("mallory").thumbprint()),
        ("the-attesters", "the attester's key", *public("attester").thumbprint()),
        ("zero", "zero", Digest([0; 32])),
    ] {
        suite
            .spoil(
                SIGNED,
                &format!("proof-kid-is-{id}"),
                ErrorKind::ProofSigner,
                Part::Proof,
                &format!("The proof's `kid` is {what}; the head's actor signed it."),
                |vector| {
                    vector.forge_proof(|forge| {
                        forge.part(Part::Proof).message.header(|header| put(header, &[4], bytes(kid.as_bytes())));
                    });
                },
            )
            .flags(&["proof"]);
    }
    const MASKED: &str = "Masked: its signature is not the head's actor's.";
    for (id, what, name) in [
        ("an-earlier-actor", "An earlier actor's proof of this head.", "worker 1"),
        ("the-roots-actor", "The root's actor's proof of this head.", "alice"),
        ("a-stranger", "A stranger's proof of this head.", "mallory"),
        ("the-attester", "The attester's proof of this head.", "attester"),
    ] {
        suite
            .spoil(
                SIGNED,
                &format!("proof-by-{id}"),
                ErrorKind::ProofSigner,
                Part::Proof,
                &format!("{what} {MASKED}"),
                |vector| {
                    let kid = match name {
                        "worker 1" => kid_of(1),
                        _ => *public(name).thumbprint(),
                    };
                    vector.forge_proof(|forge| {
                        let forged = forge.part(Part::Proof);
                        forged.message.header(|header| put(header, &[4], bytes(kid.as_bytes())));
                        forged.signer = name.to_owned();
                    });
                },
            )
            .flags(&["proof", "masked"]);
    }
    let shorter = split(&token)[..3].concat();
    suite
        .spoil(
            SIGNED,
            "proof-of-an-earlier-head-by-its-actor",
            ErrorKind::ProofSigner,
            Part::Proof,
            &format!("The proof that an earlier actor made when its link was the head. {MASKED}"),
            |vector| vector.proof = Some(proof(&shorter, "worker 1", 1).into()),
        )
        .flags(&["proof", "masked"]);
    suite
        .spoil(
            SIGNED,
            "last-link-cut-off",
            ErrorKind::ProofSigner,
            Part::Proof,
            &format!("The token without its last link, with the proof of the one who made that. {MASKED}"),
            |vector| vector.token = Some(shorter.clone().into()),
        )
        .flags(&["proof", "chain", "masked"]);
    for (twin, name) in [
        ("signed-proof-of-the-root", "gateway"),
        ("signed-proof-of-a-stranger", "worker 1"),
        ("signed-proof-of-a-pinned-actor", "alice"),
    ] {
        suite
            .spoil(
                twin,
                &format!("{twin}-under-another-kid"),
                ErrorKind::ProofSigner,
                Part::Proof,
                "The proof's `kid` is another key's; the head's actor signed it.",
                |vector| {
                    let kid = *public(name).thumbprint();
                    vector.forge_proof(|forge| {
                        forge.part(Part::Proof).message.header(|header| put(header, &[4], bytes(kid.as_bytes())));
                    });
                },
            )
            .flags(&["proof"]);
    }
    resealed(
        suite,
        MAC,
        "mac-proof-under-another-kid",
        ErrorKind::ProofSigner,
        "A MAC proof under another `kid`.",
        |message| {
            message.header(|header| put(header, &[4], bytes(public("worker 1").thumbprint().as_bytes())));
        },
    );
}

/// V1002
fn heads(suite: &mut Suite) {
    let token = chain(3);
    let digest = |link: usize| Forge::of(&token).link(link).message.digest();
    let payload = Digest::of(&[content(&Forge::of(&token).link(2).message.payload)]);
    let seal = Digest::of(&[&Forge::of(&token).link(2).message.encoded()]);
    for (id, what, head) in [
        ("zero", "zero", Digest([0; 32])),
        ("the-link-before", "the link before", digest(1)),
        ("the-root", "the root", digest(0)),
        ("the-payload", "the digest of the head's payload", payload),
        ("the-bytes", "the SHA-256 of the head, signature included", seal),
    ] {
        suite
            .spoil(
                SIGNED,
                &format!("proof-head-is-{id}"),
                ErrorKind::ProofHead,
                Part::Proof,
                &format!("The proof's `head` is {what}."),
                changed(&[OURS, 17], bytes(head.as_bytes())),
            )
            .flags(&["proof"]);
    }
    let nonce = OriginClaim { nonce: [8; 16], ..origin() };
    let other = RootBuilder::new(alice(), &nonce, window(), grants());
    let other = other.next_contract_without_handover(contract()).sign(&key("alice")).unwrap();
    let other = hop(&hop(&other, 1), 2);
    suite
        .spoil(
            SIGNED,
            "proof-of-another-execution",
            ErrorKind::ProofHead,
            Part::Proof,
            "The token of another execution of the same actors, with the proof for this one.",
            |vector| vector.token = Some(other.into()),
        )
        .flags(&["proof", "splice"]);
    suite
        .spoil(
            SIGNED,
            "proof-of-a-sibling",
            ErrorKind::ProofHead,
            Part::Proof,
            "The token ends in another link of the same actor.",
            |vector| {
                vector.forge(|forge| {
                    forge.link(2).message.put(&[4], Value::Integer((NOW.0 + 600).into()));
                });
            },
        )
        .flags(&["proof"]);
    let what = "A MAC proof for another head.";
    resealed(suite, MAC, "mac-proof-of-another-head", ErrorKind::ProofHead, what, |message| {
        message.put(&[OURS, 17], bytes(&[0; 32]));
    });
}

/// V1003
fn audiences(suite: &mut Suite) {
    for (id, audience) in [
        ("another", "https://mail.example"),
        ("a-trailing-slash", "https://calendar.example/"),
        ("another-case", "https://Calendar.example"),
        ("without-scheme", "calendar.example"),
        ("a-port", "https://calendar.example:443"),
        ("everything", "*"),
        ("two-in-one-text", "https://calendar.example https://mail.example"),
    ] {
        suite
            .spoil(
                SIGNED,
                &format!("proof-audience-is-{id}"),
                ErrorKind::ProofAudience,
                Part::Proof,
                &format!("The proof is for {audience}: audiences are compared byte for byte."),
                changed(&[3], text(audience)),
            )
            .flags(&["proof"]);
        suite
            .spoil(
                SIGNED,
                &format!("proof-at-audience-{id}"),
                ErrorKind::ProofAudience,
                Part::Proof,
                &format!("The proof is presented to {audience}."),
                |vector| vector.edit_request(|request| request.audience = audience.to_owned()),
            )
            .flags(&["proof"]);
    }
    let what = "A MAC proof for another audience.";
    resealed(suite, MAC, "mac-proof-for-another-audience", ErrorKind::ProofAudience, what, |message| {
        message.put(&[3], text("https://mail.example"));
    });
}

/// The digest of an HTTP request (§8.3), from its parts.
fn http(method: &str, path: &str, query: Option<&str>, body: &str) -> Digest {
    let query = query.map_or(Value::Null, |query| bytes(query.as_bytes()));
    let body = Digest::of(&[body.as_bytes()]);
    Digest::of(&[&encode(&Value::Array(vec![
        text("throughline-http-0"),
        text(method),
        text("https"),
        text("calendar.example"),
        bytes(path.as_bytes()),
        query,
        Value::Null,
        Value::Null,
        bytes(body.as_bytes()),
    ]))])
}

/// The digest of an MCP call (§8.3) of these encoded members of `params`, in the order of their encodings.
fn mcp(method: &str, params: &[(&str, &str)]) -> Digest {
    let params = params.iter().map(|(name, value)| (text(name), bytes(value.as_bytes()))).collect();
    Digest::of(&[&encode(&Value::Array(vec![
        text("throughline-mcp-0"),
        text(AUDIENCE),
        text(method),
        Value::Map(params),
    ]))])
}

/// V1004
fn requests(suite: &mut Suite) {
    let token = chain(3);
    let mut twin = |id: &str, what: &str, digest: Digest| {
        let made = ProofBuilder::new(&token, AUDIENCE, digest, NOW, [1; 16]).sign(&key("worker 2")).unwrap();
        let scenario = Scenario::admit(&token, made)
            .with(|vector| vector.request.as_mut().unwrap().digest = digest.as_bytes().into());
        suite.accept("proofs", id, what, scenario.flag("proof"));
    };
    let (path, query, body) = ("/calendar/alice/work", Some("from=1&to=7"), "{}");
    twin("proof-of-an-http-request", "A proof for one HTTP request.", http("POST", path, query, body));
    let named = [("name", "\"read\""), ("arguments", "{\"days\":7}")];
    twin("proof-of-a-tool-call", "A proof for one tool call.", mcp("tools/call", &named));
    for (twin, id, digest) in [
        ("proof-of-an-http-request", "another-method", http("PUT", path, query, body)),
        ("proof-of-an-http-request", "method-in-lower-case", http("post", path, query, body)),
        ("proof-of-an-http-request", "another-path", http("POST", "/calendar/alice/home", query, body)),
        ("proof-of-an-http-request", "escaped-path", http("POST", "/calendar/alice/w%6frk", query, body)),
        ("proof-of-an-http-request", "another-order-of-the-query", http("POST", path, Some("to=7&from=1"), body)),
        ("proof-of-an-http-request", "without-query", http("POST", path, None, body)),
        ("proof-of-an-http-request", "empty-query", http("POST", path, Some(""), body)),
        ("proof-of-an-http-request", "another-body", http("POST", path, query, "{ }")),
        ("proof-of-an-http-request", "no-body", http("POST", path, query, "")),
        ("proof-of-a-tool-call", "another-tool", mcp("tools/call", &[("name", "\"write\""), named[1]])),
        ("proof-of-a-tool-call", "other-arguments", mcp("tools/call", &[named[0], ("arguments", "{\"days\":8}")])),
        (
            "proof-of-a-tool-call",
            "white-space-in-the-arguments",
            mcp("tools/call", &[named[0], ("arguments", "{\"days\": 7}")]),
        ),
        ("proof-of-a-tool-call", "without-arguments", mcp("tools/call", &[named[0]])),
        ("proof-of-a-tool-call", "another-method-of-the-server", mcp("tools/list", &named)),
        (SIGNED, "zero", Digest([0; 32])),
        (SIGNED, "a-question-mark-more", Digest::of(&[b"GET /calendar/alice/work?"])),
    ] {
        suite
            .spoil(
                twin,
                &format!("{twin}-for-{id}"),
                ErrorKind::ProofRequest,
                Part::Proof,
                "The request that is presented is not the one that the proof is for.",
                |vector| vector.edit_request(|request| request.digest = digest.as_bytes().into()),
            )
            .flags(&["proof"]);
    }
    suite
        .spoil(
            SIGNED,
            "proof-says-another-request",
            ErrorKind::ProofRequest,
            Part::Proof,
            "The proof's `request` is another digest.",
            changed(&[OURS, 18], bytes(http("POST", path, query, body).as_bytes())),
        )
        .flags(&["proof"]);
    let what = "A MAC proof for another request.";
    resealed(suite, MAC, "mac-proof-for-another-request", ErrorKind::ProofRequest, what, |message| {
        message.put(&[OURS, 18], bytes(&[0; 32]));
    });
}

fn window_and_skew(proof_window: u64, skew: u64) -> LimitsOf {
    LimitsOf { proof_window: Some(proof_window), skew: Some(skew), ..LimitsOf::default() }
}

fn admitted(at: UnixTime) -> Scenario {
    let token = chain(3);
    let made = proof(&token, "worker 2", 1);
    Scenario::admit(token, made).now(at).flag("proof").flag("edge").flag("time")
}

/// V1005
fn old(suite: &mut Suite) {
    let too_old = |now: UnixTime| ErrorKind::ProofTooOld { now, iat: NOW };
    let mut add = |id: &str, what: &str, scenario: Scenario| suite.accept("proofs", id, what, scenario.step("V1005"));
    let (default, at) = (NOW.plus(90), NOW.plus(1));
    add("proof-in-its-last-second", "`iat`, window and skew are together now.", admitted(default));
    let narrow = admitted(at).limits(window_and_skew(1, 0));
    add("proof-in-its-last-second-of-one", "A window of one second and no skew, in that second.", narrow);
    let whole = admitted(NOW).limits(window_and_skew(0, 0));
    add("proof-of-now-alone", "No window and no skew: the proof is dated now.", whole);
    let wide = admitted(NOW.plus(3000)).limits(window_and_skew(i64::MAX.unsigned_abs(), 30));
    add("proof-without-end", "`iat`, window and skew are together beyond 2⁶³.", wide);
    let mut late = |twin: &str, id: &str, now: UnixTime| {
        suite
            .spoil(twin, id, too_old(now), Part::Proof, "The proof is a second too old.", |vector| {
                vector.now = Some(now.0);
            })
            .flags(&["proof", "time"]);
    };
    late("proof-in-its-last-second", "proof-a-second-too-old", NOW.plus(91));
    late("proof-in-its-last-second-of-one", "proof-a-second-too-old-for-a-window-of-one", NOW.plus(2));
    late("proof-of-now-alone", "proof-of-a-second-ago-alone", NOW.plus(1));
    for (id, iat) in [("a-second-before", NOW.0 - 91), ("an-hour-ago", NOW.0 - 3600), ("at-the-beginning-of-time", 30)]
    {
        suite
            .spoil(
                SIGNED,
                &format!("proof-dated-{id}"),
                too_old(NOW),
                Part::Proof,
                "The proof is dated longer ago than window and skew allow.",
                changed(&[6], Value::Integer(iat.into())),
            )
            .flags(&["proof", "time"]);
    }
    for (id, limits) in [("skew", window_and_skew(60, 29)), ("window", window_and_skew(59, 30))] {
        suite
            .spoil(
                "proof-in-its-last-second",
                &format!("{id}-a-second-shorter"),
                too_old(NOW.plus(90)),
                Part::Proof,
                &format!("The verifier's {id} is a second shorter."),
                |vector| vector.limits = Some(limits),
            )
            .flags(&["proof", "time"]);
    }
    let what = "A MAC proof that is too old.";
    resealed(suite, MAC, "mac-proof-too-old", too_old(NOW), what, |message| {
        message.put(&[6], Value::Integer((NOW.0 - 91).into()));
    });
}

/// V1006
fn new(suite: &mut Suite) {
    let too_new = |now: UnixTime| ErrorKind::ProofTooNew { now, iat: NOW };
    let mut add = |id: &str, what: &str, scenario: Scenario| suite.accept("proofs", id, what, scenario.step("V1006"));
    add("proof-ahead-by-the-skew", "The proof is dated ahead by the skew.", admitted(NOW.minus(30)));
    let strict = admitted(NOW).limits(window_and_skew(60, 0));
    add("proof-of-now-without-skew", "Without skew the proof is dated now.", strict);
    for (twin, now) in [("proof-ahead-by-the-skew", NOW.minus(31)), ("proof-of-now-without-skew", NOW.minus(1))] {
        suite
            .spoil(
                twin,
                &format!("{twin}-and-a-second"),
                too_new(now),
                Part::Proof,
                "The proof is dated ahead by a second more.",
                |vector| vector.now = Some(now.0),
            )
            .flags(&["proof", "time"]);
    }
    for (id, iat) in [("a-second-more-than-the-skew-ahead", NOW.0 + 31), ("at-the-end-of-time", u64::MAX >> 1)] {
        suite
            .spoil(
                SIGNED,
                &format!("proof-dated-{id}"),
                too_new(NOW),
                Part::Proof,
                "The proof is dated ahead by more than the skew.",
                changed(&[6], Value::Integer(iat.into())),
            )
            .flags(&["proof", "time"]);
    }
    let what = "A MAC proof from the future.";
    resealed(suite, MAC, "mac-proof-too-new", too_new(NOW), what, |message| {
        message.put(&[6], Value::Integer((NOW.0 + 31).into()));
    });
}

/// A MAC proof with claims changed and a proper MAC.
fn resealed(suite: &mut Suite, twin: &str, id: &str, kind: ErrorKind, what: &str, edit: impl FnOnce(&mut Message)) {
    suite
        .spoil(twin, id, kind, Part::Proof, what, |vector| {
            let mut message = Message::of(&vector.proof.as_ref().unwrap().0);
            edit(&mut message);
            let audience = message.get(&[3]).as_text().unwrap().to_owned();
            Seal { audience, ..Seal::proper(&vector.token.as_ref().unwrap().0) }.put_on(&mut message);
            vector.proof = Some(message.encoded().into());
        })
        .flags(&["proof", "mac"]);
}
