//! Tokens and proofs, arbitrary, damaged, or taken apart and put together otherwise: each gets a verdict, never a panic; what a decoded
//! token says is what ciborium reads.
//!
//! Every signature counts as valid, for random bytes never get past a real one.

use std::sync::LazyLock;

use throughline::trust::Trust;
use throughline::{Error, KnownCredentials, Limits, NoRevocations, Proof, Token, Verifier};

use crate::common::world::{agreeing, called, context_root, role_root, through_gateway, through_stranger, wide_trust};
use crate::common::{NOW, chain, key};
use crate::edit::{self, Sample};
use crate::signed::EverythingIsSigned;
use crate::vectors::each_once;
use crate::{Target, Vectors, credential, link};

/// This target.
pub const TARGET: Target = Target { name: "token", max_len: 2048, run, seeds };

/// The first byte says which token and how the others change it.
pub fn run(data: &[u8]) {
    let world = &*WORLD;
    let Some(bytes) = edit::input(&world.samples, data) else { return };
    let decoded = Token::decode(&bytes, &Limits::DEFAULT);
    let verified = world.verify(&bytes);
    match &decoded {
        Ok(token) => check(token, &bytes),
        Err(error) => assert_eq!(verified, Err(*error), "the verifier's first error is the decoder's"),
    }
    if bytes.len() <= 1024 && verified.is_ok() {
        assert!(Proof::decode(&bytes, &Limits::DEFAULT).is_err(), "a token is no proof");
    }
}

/// Everything that a token says stands in its bytes, and its items are the whole of it.
fn check(token: &Token<'_>, bytes: &[u8]) {
    token.links().for_each(link::check);
    token.credentials().for_each(credential::check);
    token.handovers().for_each(link::check_handover);
    let links = token.links().map(|link| link.encoded().len());
    let credentials = token.credentials().map(|credential| credential.encoded().len());
    let handovers = token.handovers().map(|handover| handover.encoded().len());
    assert_eq!(links.chain(credentials).chain(handovers).sum::<usize>(), bytes.len(), "the items are the token");
}

/// What does not depend on the input, made once.
struct World {
    trust: Trust<'static>,
    /// Knows nobody: what tokens name, they carry.
    known: KnownCredentials,
    samples: Vec<Sample>,
}

static WORLD: LazyLock<World> = LazyLock::new(|| {
    let tokens = [
        chain(1),
        chain(3),
        called(3),
        agreeing(),
        role_root().sign(&key("agent")).expect("a root"),
        context_root().sign(&key("agent")).expect("a root"),
        through_gateway(3),
        through_stranger(3),
    ];
    let samples: Vec<Sample> = tokens.into_iter().map(|bytes| Sample::new(bytes, &[])).collect();
    let world = World { trust: wide_trust(), known: KnownCredentials::new(), samples };
    for number in 0..u8::try_from(world.samples.len()).expect("a few") {
        let untouched = edit::input(&world.samples, &[0x80 | number]).expect("a sample");
        world.verify(&untouched).expect("accepted before it is edited");
    }
    world
});

impl World {
    /// Verifies, and reads everything that a verified chain says.
    fn verify(&self, bytes: &[u8]) -> Result<(), Error> {
        let verifier = Verifier::new(&self.trust, &EverythingIsSigned, &NoRevocations).known(&self.known);
        let chain = verifier.verify(bytes, NOW)?;
        assert!(chain.len() > 0 && chain.head().is_some() && chain.origin().is_some());
        for hop in chain.hops().rev() {
            let said = format!("{hop:?}");
            assert!(!said.is_empty());
        }
        Ok(())
    }
}

fn seeds(vectors: &Vectors) -> Vec<Vec<u8>> {
    each_once(edit::as_they_are(vectors.tokens()).chain(edit::edits(8)))
}
