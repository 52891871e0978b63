//! Refusals at eight hops, credentials inline and nothing known: by what is wrong, against what an accepted token costs.

use ciborium::Value as Cbor;
use throughline::{Engine, ErrorKind};

use crate::case::{Case, Kind};
use crate::common::cbor::{OURS, int, set, text};
use crate::common::forge::{Forge, Message};
use crate::job::{DAYS, Random};
use crate::ours::Door;
use crate::peers::{biscuit, cose_loop, jwt, macaroons, tenuo};
use crate::world::{self, Carry, FRESH, Fixture, NOW, request};

/// How many hops the tokens have.
pub const DEPTH: u8 = 8;

pub fn all() -> Vec<Case> {
    ours().into_iter().chain(peers()).collect()
}

/// A token and a proof that must be refused, and by what.
pub struct Bad {
    pub name: &'static str,
    pub token: Vec<u8>,
    pub proof: Vec<u8>,
    pub kind: fn(ErrorKind) -> bool,
}

fn ours() -> Vec<Case> {
    let door: &Door = Box::leak(Box::default());
    let case = |bad: Bad| {
        let wire = bad.token.len() + bad.proof.len();
        Case::new(bad.name, DEPTH, Kind::Refusal, wire, move || {
            let (token, proof) = std::hint::black_box((&bad.token, &bad.proof));
            let refused = door.verifier(&Engine).admit(token, proof, &request(), &FRESH, NOW);
            let error = refused.expect_err("refused");
            assert!((bad.kind)(error.kind), "{}: {error}", bad.name);
        })
    };
    bad().into_iter().map(case).collect()
}

/// Every kind of refusal, each with its defect alone.
pub fn bad() -> Vec<Bad> {
    use ErrorKind as E;
    let Fixture { token, signed, mac } = Fixture::new(DEPTH, Carry::Inline);
    let noise = Random::new(1).bytes(token.len());
    let sign = |token: &[u8]| world::signed_proof(token, DEPTH, 1);
    let last = usize::from(DEPTH - 1);
    let forged = |edit: &dyn Fn(&mut Forge)| {
        let mut forge = Forge::of(&token);
        edit(&mut forge);
        forge.token()
    };
    let put = |link: usize, path: &'static [i64], value: Cbor| {
        forged(&move |forge| forge.link(link).message.put(path, value.clone()))
    };
    let widened = set([Cbor::Array(vec![text("calendar.*"), text("calendar/*")])]);
    let unknown_claim = put(last, &[99], int(0));
    let expired = forged(&|forge| (0..=last).for_each(|link| forge.link(link).message.put(&[4], int(1_799_999_950))));
    let widened = put(last, &[OURS, 4], widened);
    let mallory = forged(&|forge| forge.link(last).signer = "mallory".to_owned());
    let all_forged = forged(&|forge| {
        let seal = Message::of(&signed).seal;
        forge.items.iter_mut().for_each(|item| item.seal = Some(seal.clone()));
    });
    let mut proof_forged = Message::of(&signed);
    proof_forged.sign("mallory");
    let mut tag_forged = mac.clone();
    *tag_forged.last_mut().expect("a tag") ^= 1;
    let elsewhere = {
        let mut proof = Message::of(&signed);
        proof.put(&[3], text("https://mail.example"));
        proof.sign("worker 7");
        proof.encoded()
    };
    let of = |name, token: Vec<u8>, kind| Bad { name, proof: sign(&token), token, kind };
    vec![
        Bad { name: "refuse: noise", token: noise.clone(), proof: signed.clone(), kind: |kind| kind.stage() == 2 },
        Bad {
            name: "refuse: half a token",
            token: token[..token.len() / 2].to_vec(),
            proof: signed.clone(),
            kind: |kind| kind.stage() == 2,
        },
        Bad {
            name: "refuse: unknown claim in the last link",
            token: unknown_claim,
            proof: signed.clone(),
            kind: |kind| kind == E::ClaimUnknown,
        },
        of("refuse: expired", expired, |kind| matches!(kind, E::Expired { .. })),
        of("refuse: last link widens", widened, |kind| kind == E::GrantsWidened),
        Bad {
            name: "refuse: proof for another audience",
            token: token.clone(),
            proof: elsewhere,
            kind: |kind| kind == E::ProofAudience,
        },
        of("refuse: last link's signature forged", mallory, |kind| kind == E::SignatureInvalid),
        of("refuse: every signature forged", all_forged, |kind| kind == E::SignatureInvalid),
        Bad {
            name: "refuse: proof's signature forged",
            token: token.clone(),
            proof: proof_forged.encoded(),
            kind: |kind| kind == E::ProofSignatureInvalid,
        },
        Bad { name: "refuse: proof's MAC forged", token, proof: tag_forged, kind: |kind| kind == E::ProofMacInvalid },
    ]
}

/// The peers' own: the last signature forged, and more asked than was granted.
fn peers() -> Vec<Case> {
    let mut cases = Vec::new();
    let mut add = |name, wire, refuses: Box<dyn Fn() -> bool>| {
        cases.push(Case::new(name, DEPTH, Kind::Refusal, wire, move || assert!(refuses(), "{name}")));
    };
    let (good, root) = biscuit::made(DEPTH, biscuit_auth::builder::Algorithm::Ed25519, false);
    let bad = flipped(&good, good.len() - 90);
    let policy = biscuit::policy();
    let (asked, checked) = ((root, policy.clone()), (root, policy));
    add(
        "refuse: Biscuit, last block spoiled",
        bad.len(),
        Box::new(move || biscuit::decide(&bad, &checked.0, &checked.1, DAYS).is_err()),
    );
    add(
        "refuse: Biscuit, beyond its checks",
        good.len(),
        Box::new(move || biscuit::decide(&good, &asked.0, &asked.1, 31).is_err()),
    );
    let mut bad = tenuo::Request::new(DEPTH);
    bad.proof[10] ^= 1;
    add("refuse: Tenuo, proof forged", bad.wire(), Box::new(move || bad.decide().is_err()));
    let beyond = tenuo::Request::new(DEPTH).asking(31);
    add("refuse: Tenuo, beyond its constraints", beyond.wire(), Box::new(move || beyond.decide().is_err()));
    let (chain, root) = jwt::made(DEPTH);
    let proof = jwt::proof(&chain, DEPTH);
    let bad = format!("{}AAAA", &proof[..proof.len() - 4]);
    add(
        "refuse: jsonwebtoken, proof forged",
        chain.len() + bad.len(),
        Box::new(move || !jwt::decide(&chain, &bad, &root, DAYS)),
    );
    let (chain, root) = cose_loop::made(DEPTH);
    let proof = cose_loop::proof(&chain, DEPTH);
    let bad = flipped(&proof, proof.len() - 1);
    let wire = chain.iter().map(Vec::len).sum::<usize>() + bad.len();
    let refuses = move || cose_loop::decide(&chain, &bad, &root, cose_loop::Curve::AwsLc, DAYS).is_none();
    add("refuse: coset loop on AWS-LC, proof forged", wire, Box::new(refuses));
    let good = macaroons::made(DEPTH);
    let (bad, key, verifier) = (flipped(&good, good.len() - 1), macaroons::key(), macaroons::verifier());
    add("refuse: macaroon, tag forged", bad.len(), Box::new(move || macaroons::decide(&verifier, &bad, &key).is_err()));
    cases
}

fn flipped(bytes: &[u8], at: usize) -> Vec<u8> {
    let mut bytes = bytes.to_vec();
    bytes[at] ^= 1;
    bytes
}
