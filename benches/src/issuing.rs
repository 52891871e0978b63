//! Issuing: one more hop, bytes to longer bytes, after a chain of each depth; and a proof for one request.

use crate::case::{Case, Kind};
use crate::common::world::agreement_key;
use crate::peers::{biscuit, cose_loop, jwt, macaroons, pic, tenuo};
use crate::world::{self, Carry, Fixture};

/// Depths of the chains that are continued.
const AFTER: [u8; 2] = [3, 8];

pub fn all() -> Vec<Case> {
    AFTER.into_iter().flat_map(|depth| ours(depth).into_iter().chain(peers(depth))).collect()
}

fn ours(depth: u8) -> Vec<Case> {
    let prefix = world::prefix(depth, Carry::ByReference);
    let (actor, p256) = world::actor(depth);
    let (actor, next) = (actor.by_reference(), world::next_key(depth));
    let added = world::continued(&prefix, depth, (&p256, &actor), &next).len() - prefix.len();
    let Fixture { token, signed, mac } = Fixture::new(depth, Carry::ByReference);
    let [hop_with, proof_with] = [depth + 1, depth].map(world::head_key_aws_lc);
    let head = world::head_key(depth);
    let (agree, audience) = (agreement_key("head"), world::agreement());
    let with_aws_lc = (prefix.clone(), actor.clone());
    let tokens = [token.clone(), token.clone(), token];
    let [first, second, third] = tokens;
    vec![
        case("issue a hop: ours, p256", depth, added, move || world::continued(&prefix, depth, (&p256, &actor), &next)),
        case("issue a hop: ours, AWS-LC", depth, added, move || {
            world::continued(&with_aws_lc.0, depth, (&hop_with, &with_aws_lc.1), &next)
        }),
        case("issue a proof: ours, p256", depth, signed.len(), move || world::proof_by(&first, &head, 1)),
        case("issue a proof: ours, AWS-LC", depth, signed.len(), move || world::proof_by(&second, &proof_with, 1)),
        case("issue a proof: ours, MAC", depth, mac.len(), move || world::mac_by(&third, &agree, &audience)),
    ]
}

fn peers(depth: u8) -> Vec<Case> {
    use biscuit_auth::builder::Algorithm::{Ed25519, Secp256r1};
    let mut cases = Vec::new();
    for (name, algorithm) in [("issue a hop: Biscuit Ed25519", Ed25519), ("issue a hop: Biscuit P-256", Secp256r1)] {
        let (token, _) = biscuit::made(depth, algorithm, false);
        let added = biscuit::continued(&token, depth, algorithm).len() - token.len();
        cases.push(case(name, depth, added, move || biscuit::continued(&token, depth, algorithm)));
    }
    let stack = tenuo::Request::new(depth).stack;
    let added = tenuo::continued(&stack, depth).len() - stack.len();
    let for_proof = stack.clone();
    cases.push(case("issue a hop: Tenuo", depth, added, move || tenuo::continued(&stack, depth)));
    cases.push(case("issue a proof: Tenuo", depth, 64, move || tenuo::proof(&for_proof, depth)));
    let (store, settled) = pic::initial();
    let wire = settled.token.len();
    cases.push(case("issue a hop: PIC, candidate and settlement", depth, wire, move || {
        pic::continued(&settled.pca_bytes, &store)
    }));
    let (chain, _) = jwt::made(depth);
    let added = jwt::continued(&chain, depth).len() - chain.len();
    let (for_proof, proof) = (chain.clone(), jwt::proof(&chain, depth).len());
    cases.push(case("issue a hop: jsonwebtoken ES256", depth, added, move || jwt::continued(&chain, depth)));
    cases.push(case("issue a proof: jsonwebtoken ES256", depth, proof, move || jwt::proof(&for_proof, depth)));
    let (chain, _) = cose_loop::made(depth);
    let added = cose_loop::continued(&chain, depth).len();
    cases.push(case("issue a hop: coset on p256", depth, added, move || cose_loop::continued(&chain, depth)));
    let token = macaroons::made(depth);
    let added = macaroons::continued(&token, depth).len() - token.len();
    cases.push(case("issue a hop: macaroon", depth, added, move || macaroons::continued(&token, depth)));
    cases
}

/// `wire`: bytes that the new hop or proof adds.
fn case<T>(series: &'static str, depth: u8, wire: usize, mut make: impl FnMut() -> T + 'static) -> Case {
    Case::new(series, depth, Kind::Issue, wire, move || {
        std::hint::black_box(make());
    })
}
