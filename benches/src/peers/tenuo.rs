//! Tenuo: a stack of Ed25519 warrants, each bound to its holder, and a proof of possession over tool and arguments.

use std::collections::HashMap;
use std::sync::LazyLock;
use std::time::Duration;

use tenuo::wire::{WarrantStack, decode_stack, encode_stack};
use tenuo::{Authorizer, Constraint, ConstraintSet, ConstraintValue, Pattern, Range, Signature, SigningKey, Warrant};

use crate::case::{Case, Kind};
use crate::job::{ACTION, DAYS, DEPTHS, RESOURCE, most_days, seed};

pub const WITH_PROOF: &str = "Tenuo, with proof";

type Arguments = HashMap<String, ConstraintValue>;

pub fn all() -> Vec<Case> {
    let cases = DEPTHS.map(|depth| {
        let request = Request::new(depth);
        Case::new(WITH_PROOF, depth, Kind::PublicKeyPeer, request.wire(), move || request.decide().expect("authorized"))
    });
    cases.into()
}

/// A token, its proof and the service that gets them.
pub struct Request {
    pub stack: Vec<u8>,
    pub proof: [u8; 64],
    arguments: Arguments,
    authorizer: Authorizer,
    /// Its warrants and proofs are dated by the machine's clock: this is when they were made.
    at: i64,
}

impl Request {
    pub fn new(depth: u8) -> Self {
        let stack = warrants(depth);
        let at =
            std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).expect("after 1970").as_secs() as i64;
        let arguments = arguments();
        let leaf = stack.last().expect("a leaf");
        let proof = leaf.sign_with_timestamp(holder(depth), ACTION, &arguments, Some(at)).expect("a proof").to_bytes();
        let authorizer = Authorizer::new().with_trusted_root(holder(0).public_key());
        Self { stack: encode_stack(&WarrantStack::new(stack)).expect("bytes"), proof, arguments, authorizer, at }
    }

    pub fn wire(&self) -> usize {
        self.stack.len() + self.proof.len()
    }

    /// Parses, checks every signature and the proof, and authorizes, in the second in which all was made.
    pub fn decide(&self) -> tenuo::Result<()> {
        let stack = decode_stack(std::hint::black_box(&self.stack))?;
        let proof = Signature::from_bytes(std::hint::black_box(&self.proof))?;
        let (authorizer, arguments) = (&self.authorizer, &self.arguments);
        let proof = Some(&proof);
        authorizer
            .check_chain_with_pop_args_as_of(&stack.0, ACTION, arguments, arguments, proof, &[], self.at)
            .map(drop)
    }

    /// A request for more than the warrant gives.
    pub fn asking(mut self, days: i64) -> Self {
        self.arguments.insert("days".into(), ConstraintValue::Integer(days));
        self
    }
}

/// One more warrant, bytes to bytes.
pub fn continued(stack: &[u8], hop: u8) -> Vec<u8> {
    let mut stack = decode_stack(stack).expect("a stack");
    let next = narrower(stack.leaf().expect("a leaf"), hop);
    stack.0.push(next);
    encode_stack(&stack).expect("bytes")
}

/// A proof for the leaf.
pub fn proof(stack: &[u8], depth: u8) -> [u8; 64] {
    let stack = decode_stack(stack).expect("a stack");
    let leaf = stack.leaf().expect("a leaf");
    leaf.sign(holder(depth), ACTION, &arguments()).expect("a proof").to_bytes()
}

/// `depth` warrants: the root is hop 0's, and holder `n + 1` holds warrant `n`.
fn warrants(depth: u8) -> Vec<Warrant> {
    let root = Warrant::builder()
        .capability(ACTION, constraints(0))
        .holder(holder(1).public_key())
        .ttl(Duration::from_secs(3600))
        .build(holder(0))
        .expect("a warrant");
    let mut warrants = vec![root];
    for hop in 1..depth {
        warrants.push(narrower(warrants.last().expect("a leaf"), hop));
    }
    warrants
}

fn narrower(parent: &Warrant, hop: u8) -> Warrant {
    let builder = parent.attenuate().capability(ACTION, constraints(hop)).holder(holder(hop + 1).public_key());
    builder.build(holder(hop)).expect("a warrant")
}

fn constraints(hop: u8) -> ConstraintSet {
    let mut constraints = ConstraintSet::new();
    constraints.insert("resource", Constraint::Pattern(Pattern::new("calendar/alice/*").expect("a pattern")));
    let days = Range::new(Some(1.0), Some(most_days(hop) as f64)).expect("a range");
    constraints.insert("days", Constraint::Range(days));
    constraints
}

fn arguments() -> Arguments {
    let resource = ("resource".into(), ConstraintValue::String(RESOURCE.into()));
    HashMap::from([resource, ("days".into(), ConstraintValue::Integer(DAYS))])
}

fn holder(hop: u8) -> &'static SigningKey {
    static KEYS: LazyLock<Vec<SigningKey>> =
        LazyLock::new(|| (0..=17).map(|hop| SigningKey::from_bytes(&seed(&format!("holder {hop}")))).collect());
    &KEYS[usize::from(hop)]
}
