//! Tokens and proofs, arbitrary, damaged, or taken apart and put together otherwise: each gets a verdict, never a panic.
//!
//! Every signature counts as valid, for random bytes never get past a real one.

use std::sync::LazyLock;

use throughline::trust::Trust;
use throughline::{
    AgreementKey, Credential, Error, KnownCredentials, Limits, NoRevocations, Proof, PublicKey, SignatureCheck,
    SignatureVerifier, Token, Verifier,
};

use crate::common::forge::Forge;
use crate::common::lists::FRESH;
use crate::common::setting::request;
use crate::common::world::{agreeing, agreement_key, called, context_root, mac_proof, role_root, wide_trust};
use crate::common::{NOW, chain, credential, key, proof};
use crate::{Target, Vectors, edit};

/// This target.
pub const TARGET: Target = Target { name: "token", max_len: 4096, run, seeds };

/// The first byte says which artifact and how the others change it.
pub fn run(data: &[u8]) {
    let Some((choice, rest)) = data.split_first() else { return };
    let world = &*WORLD;
    let artifact = &world.artifacts[usize::from(*choice) % world.artifacts.len()];
    match choice >> 6 {
        0 => world.judge(rest),
        1 => world.judge(&edit::damaged(&artifact.bytes, rest)),
        _ => world.judge(&edit::rewritten(&artifact.forge, rest)),
    }
}

fn seeds(vectors: &Vectors) -> Vec<Vec<u8>> {
    let mut seeds = vectors.tokens();
    seeds.iter_mut().for_each(|seed| seed.insert(0, 0));
    seeds
}

/// What does not depend on the input, made once.
struct World {
    trust: Trust<'static>,
    /// Knows nobody: what tokens name, they carry.
    known: KnownCredentials,
    /// The audience's key, for MAC proofs.
    agreement: AgreementKey,
    /// For proofs.
    token: Vec<u8>,
    artifacts: Vec<Artifact>,
}

/// An artifact that the verifier accepts, as bytes and in its parts.
struct Artifact {
    bytes: Vec<u8>,
    forge: Forge,
}

static WORLD: LazyLock<World> = LazyLock::new(|| {
    let token = agreeing();
    let tokens = [
        chain(1),
        chain(4),
        called(3),
        token.clone(),
        role_root().sign(&key("agent")).expect("a root"),
        context_root().sign(&key("agent")).expect("a root"),
    ];
    let proofs = [proof(&token, "worker 1", 1), mac_proof(&token)];
    let tokens = tokens.into_iter().map(|bytes| Artifact { forge: edit::sealed(Forge::of(&bytes)), bytes });
    let proofs = proofs
        .into_iter()
        .map(|bytes| Artifact { forge: edit::sealed(Forge::with_known(&bytes, &[credential(1)])), bytes });
    let artifacts = tokens.chain(proofs).collect();
    let world = World {
        trust: wide_trust(),
        known: KnownCredentials::new(),
        agreement: agreement_key("audience"),
        token,
        artifacts,
    };
    for artifact in &world.artifacts {
        let untouched = edit::rewritten(&artifact.forge, &[]);
        assert!(world.verify(&untouched).is_ok() || Proof::decode(&untouched, &Limits::DEFAULT).is_ok());
    }
    world
});

impl World {
    fn verifier(&self) -> Verifier<'_> {
        Verifier::new(&self.trust, &EverythingIsSigned, &NoRevocations).known(&self.known).agreement(&self.agreement)
    }

    /// Every door that bytes come to.
    fn judge(&self, bytes: &[u8]) {
        let decoded = Token::decode(bytes, &Limits::DEFAULT).map(drop);
        let verified = self.verify(bytes);
        if let Err(error) = decoded {
            assert_eq!(verified, Err(error), "the verifier's first error is the decoder's");
        }
        let _ = Credential::decode(bytes).map(drop);
        if Proof::decode(bytes, &Limits::DEFAULT).is_ok() {
            let admitted = self.verifier().admit(&self.token, bytes, &request(), &FRESH, NOW);
            let _ = admitted.map_err(|error| error.to_string()).map(drop);
        }
    }

    /// Verifies, and reads everything that a verified chain says.
    fn verify(&self, bytes: &[u8]) -> Result<(), Error> {
        let chain = self.verifier().verify(bytes, NOW)?;
        let said = format!("{chain:?} {:?} {:?}", chain.origin(), chain.hops().rev().collect::<Vec<_>>());
        assert!(chain.len() > 0 && chain.head().is_some() && !said.is_empty());
        Ok(())
    }
}

/// Accepts every signature and every key.
struct EverythingIsSigned;

impl SignatureVerifier for EverythingIsSigned {
    fn is_on_curve(&self, _: &PublicKey) -> bool {
        true
    }

    fn verify(&self, _: &SignatureCheck<'_>) -> bool {
        true
    }
}
