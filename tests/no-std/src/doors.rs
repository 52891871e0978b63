//! The verifier with everything that comes in through a door, and all that is read from what it verified.

use core::fmt::Write;
use core::hint::black_box;

use throughline::trust::{
    ActorPin, Attester, Ceiling, Entities, OriginAnchor, OriginKind, PropertyTest, PropertyValue, RevocationIssuer,
    Test, Tier, Trust,
};
use throughline::{
    CredentialSource, Digest, Engine, Error, ErrorKind, Facts, KeyAgreement, Known, List, ProofUse, PublicKey,
    ReplayMemory, Request, Revocable, Revocations, SharedSecret, Signature, SignatureCheck, SignatureVerifier, Text,
    TrustedKey, UnixTime, VerifiedChain, Verifier,
};

/// Every door, with answers that the compiler cannot foresee.
struct Anything;

impl SignatureVerifier for Anything {
    fn is_on_curve(&self, _: &PublicKey) -> bool {
        black_box(true)
    }

    fn verify(&self, _: &SignatureCheck<'_>) -> bool {
        black_box(true)
    }

    fn knows(&self, _: &Digest, _: Signature<'_>, _: &Digest) -> bool {
        black_box(false)
    }

    fn recall(&self, _: &Digest) -> Option<Facts> {
        black_box(None)
    }

    fn remember(&self, _: &Digest, _: Signature<'_>, _: &Digest, facts: &Facts) {
        black_box(facts);
    }
}

impl CredentialSource for Anything {
    fn get(&self, _: &Digest) -> Option<Known<'_>> {
        black_box(None)
    }
}

impl Revocations for Anything {
    fn is_current(&self, _: &Digest, _: UnixTime, _: u64) -> bool {
        black_box(true)
    }

    fn revokes(&self, _: &Digest, _: Revocable<'_>) -> bool {
        black_box(false)
    }
}

impl ReplayMemory for Anything {
    fn look_up(&self, used: &ProofUse<'_>) -> Result<(), ErrorKind> {
        black_box((used.key(), used.keep_until()));
        black_box(Ok(()))
    }

    fn claim(&self, _: &ProofUse<'_>) -> Result<(), ErrorKind> {
        black_box(Ok(()))
    }
}

impl KeyAgreement for Anything {
    fn agree(&self, _: &Digest, _: &PublicKey) -> Option<SharedSecret> {
        black_box(Some([7; 32])).map(SharedSecret::new)
    }

    fn has(&self, _: &Digest) -> bool {
        black_box(true)
    }
}

/// Verifies, checks and claims, and admits: with the doors above, and with the engine.
pub fn all(token: &'static [u8], proof: &[u8], request: &Request<'_>, used: &ProofUse<'_>, text: &mut dyn Write) {
    let now = used.now;
    let engines: [&(dyn SignatureVerifier + Sync); 2] = [&Anything, &Engine];
    for signatures in black_box(engines) {
        with_trust(TrustedKey::new(PublicKey::from_coordinates(used.head.0, request.digest.0)), token, |trust| {
            let verifier = Verifier::new(trust, signatures, &Anything).known(&Anything).agreement(&Anything);
            told(verifier.verify(token, now).map(|chain| facts(&chain)), text);
            let pending = verifier.check(token, proof, request, &Anything, now);
            let claimed = pending.and_then(|pending| {
                facts(pending.chain());
                pending.claim(&Anything)
            });
            told(claimed.map(|admission| facts(admission.chain())), text);
            let admitted = verifier.admit(token, proof, request, &Anything, now);
            told(admitted.map(|admission| _ = black_box((admission.proof(), admission.admitted_at()))), text);
        });
    }
}

/// Trust that holds one of everything there is.
fn with_trust(key: TrustedKey, grants: &'static [u8], ask: impl FnOnce(&Trust<'_>)) {
    let name = || Text::new(black_box("https://alice.example"));
    let (names, entities) = ([name(), name()], [Entities::Exact(name()), Entities::Namespace(name())]);
    let tests = [Test::Equals(PropertyValue::Text(name())), Test::Tier(Tier::Warning)];
    let properties = tests.map(|test| PropertyTest::new(name(), test));
    let Ok(ceiling) = Ceiling::new(List::new(grants)) else { return };
    let identity =
        OriginKind::Identity { key, identifier: name(), role: name(), accountable: List::new(black_box(&entities)) };
    let role = OriginKind::Role { attester: name(), role: name(), accountable: name() };
    let context = OriginKind::Context {
        attester: name(),
        properties: List::new(black_box(&properties)),
        accountable: name(),
        max_age: black_box(60),
    };
    let origins = [identity, role, context].map(|kind| OriginAnchor::new(name(), kind, ceiling.clone()));
    let mut attester = Attester::new(key, name());
    attester.namespaces = List::new(black_box(&names));
    attester.accountable = List::new(black_box(&entities));
    attester.roles = List::new(black_box(&names));
    attester.properties = List::new(black_box(&names));
    let mut pin = ActorPin::new(key, name(), name(), name());
    pin.roles = List::new(black_box(&names));
    let stated = [(name(), PropertyValue::Int(black_box(2))), (name(), PropertyValue::Text(name()))];
    pin.properties = List::new(black_box(&stated));
    let mut revoker = RevocationIssuer::new(key, name());
    revoker.accountable = List::new(black_box(&entities));
    revoker.attesters = List::new(black_box(&names));
    let (attesters, pins, revokers) = ([attester], [pin], [revoker]);
    let trust = Trust::new(
        List::new(black_box(&origins)),
        List::new(black_box(&attesters)),
        List::new(black_box(&pins)),
        List::new(black_box(&revokers)),
    );
    ask(black_box(&trust));
}

/// Everything that is read from a verified chain.
fn facts(chain: &VerifiedChain<'_>) {
    black_box((chain.len(), chain.execution_id(), chain.grants(), chain.is_independent()));
    let (role, attester) = black_box(("reader", "https://attest.example"));
    black_box((chain.no_hop_in_role(0, role), chain.last_in_role(role, attester), chain.head().map(|head| head.key())));
    if let Some(origin) = chain.origin() {
        black_box((origin.kind(), origin.accountable(), origin.consent(), origin.anchor()));
    }
    for hop in chain.hops() {
        black_box((hop.identifier(), hop.role(), hop.key(), hop.accountable(), hop.vouching(), hop.attester()));
        black_box((hop.window(), hop.handover(), hop.grants()));
        hop.statements().for_each(|statement| _ = black_box(statement));
        hop.credentials().for_each(|credential| _ = black_box(credential));
    }
}

fn told(verdict: Result<(), Error>, text: &mut dyn Write) {
    if let Err(error) = verdict {
        // What cannot be written is not told.
        let _ = write!(text, "{error}");
    }
}
