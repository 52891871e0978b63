//! Biscuit: blocks signed by one-time keys; Datalog decides. With Ed25519, with P-256, and with blocks that each actor signs itself.

use std::time::Duration;

use biscuit_auth::builder::{Algorithm, AuthorizerBuilder, BlockBuilder, fact, int, string};
use biscuit_auth::error::Token as Error;
use biscuit_auth::{AuthorizerLimits, Biscuit, KeyPair, PrivateKey, PublicKey, UnverifiedBiscuit};

use crate::case::{Case, Kind};
use crate::job::{ACTION, DAYS, DEPTHS, RESOURCE, most_days, seed};

pub const ED25519: &str = "Biscuit Ed25519, with authorizer";
pub const P256: &str = "Biscuit P-256, with authorizer";
pub const ACTORS: &str = "Biscuit Ed25519, actor-signed blocks, with authorizer";

pub fn all() -> Vec<Case> {
    let mut cases = Vec::new();
    for (series, algorithm, by_actors) in
        [(ED25519, Algorithm::Ed25519, false), (P256, Algorithm::Secp256r1, false), (ACTORS, Algorithm::Ed25519, true)]
    {
        for depth in DEPTHS {
            let ((token, root), policy) = (made(depth, algorithm, by_actors), policy());
            cases.push(Case::new(series, depth, Kind::PublicKeyPeer, token.len(), move || {
                decide(&token, &root, &policy, DAYS).expect("allowed");
            }));
        }
    }
    cases
}

/// What the service decides by, parsed once: the request's facts come with the request.
pub fn policy() -> AuthorizerBuilder {
    // Its wall-clock limit of 1 ms fails valid tokens on a busy machine.
    let limits = AuthorizerLimits { max_time: Duration::from_secs(10), ..AuthorizerLimits::default() };
    let policy = "allow if operation($o), resource($r), right($r, $o)";
    AuthorizerBuilder::new().set_limits(limits).policy(policy).expect("Datalog")
}

/// Parses, checks every signature and authorizes the request.
pub fn decide(token: &[u8], root: &PublicKey, policy: &AuthorizerBuilder, days: i64) -> Result<(), Error> {
    let token = Biscuit::from(std::hint::black_box(token), root)?;
    let authorizer = policy.clone().fact(fact("operation", &[string(ACTION)]))?;
    let authorizer = authorizer.fact(fact("resource", &[string(RESOURCE)]))?.fact(fact("days", &[int(days)]))?;
    authorizer.build(&token)?.authorize().map(drop)
}

/// A token of `depth` blocks, each but the first narrowing, and the root's public key.
pub fn made(depth: u8, algorithm: Algorithm, by_actors: bool) -> (Vec<u8>, PublicKey) {
    let root = pair("root", algorithm);
    let authority = format!("right(\"{RESOURCE}\", \"{ACTION}\"); check if days($d), $d <= {};", most_days(0));
    let builder = Biscuit::builder().code(authority).expect("Datalog");
    let mut token = builder.build(&root).expect("a token");
    for hop in 1..depth {
        token = if by_actors {
            let actor = pair(&format!("actor {hop}"), algorithm);
            let request = token.third_party_request().expect("a request");
            let signed = request.create_block(&actor.private(), narrowing(hop)).expect("a block");
            token.append_third_party(actor.public(), signed).expect("a longer token")
        } else {
            token
                .append_with_keypair(&pair(&format!("block {hop}"), algorithm), narrowing(hop))
                .expect("a longer token")
        };
    }
    (token.to_vec().expect("bytes"), root.public())
}

/// One more block, bytes to bytes, without checking what is there: its fastest way.
pub fn continued(token: &[u8], hop: u8, algorithm: Algorithm) -> Vec<u8> {
    let token = UnverifiedBiscuit::from(token).expect("a token");
    let next = KeyPair::new_with_algorithm(algorithm);
    token.append_with_keypair(&next, narrowing(hop)).expect("a longer token").to_vec().expect("bytes")
}

fn narrowing(hop: u8) -> BlockBuilder {
    BlockBuilder::new().code(format!("check if days($d), $d <= {};", most_days(hop))).expect("Datalog")
}

fn pair(name: &str, algorithm: Algorithm) -> KeyPair {
    KeyPair::from(&PrivateKey::from_bytes(&seed(name), algorithm).expect("a key"))
}
