//! What the stores do while a verifier asks. What is not here takes a `RwLock` for reading, whose count of readers panics at 2³⁰
//! (`RevocationStore`, `PreparedKeys`; a `RevocationSnapshot` does not), or may allocate: taking in, building tables, sessions, JSON.

use std::hint::black_box;

use no_panic::no_panic;
use throughline::{
    BoundedReplayMemory, CredentialSource, Digest, Engine, Facts, KnownCredentials, ProofUse, ReplayMemory, Revocable,
    RevocationSnapshot, RevocationStore, Revocations, Signature, SignatureCache, SignatureVerifier, UnixTime,
};

#[no_panic]
#[inline(never)]
fn known_credentials(known: &KnownCredentials, digest: &Digest) {
    black_box(known.get(digest));
}

#[no_panic]
#[inline(never)]
fn revocation_snapshot(snapshot: &RevocationSnapshot, digest: &Digest, now: UnixTime, what: Revocable<'_>) {
    black_box((snapshot.is_current(digest, now, 30), snapshot.revokes(digest, what)));
}

#[no_panic]
#[inline(never)]
fn signature_cache(cache: &SignatureCache<Engine>, digest: &Digest, signature: Signature<'_>, facts: &Facts) {
    black_box((cache.recall(digest), cache.knows(digest, signature, digest)));
    cache.remember(digest, signature, digest, facts);
}

#[no_panic]
#[inline(never)]
fn replay_memory(memory: &BoundedReplayMemory, used: &ProofUse<'_>) {
    _ = black_box((memory.look_up(used), memory.claim(used)));
}

/// Calls them all.
pub fn all(digest: &Digest, used: &ProofUse<'_>) {
    known_credentials(black_box(&KnownCredentials::new()), digest);
    let snapshot = RevocationStore::new().snapshot();
    let issued = Revocable::Issued { accountable: used.accountable, at: used.dated };
    let things = [Revocable::Link(digest), Revocable::Key(digest), Revocable::Credential(digest)];
    for what in things.into_iter().chain([Revocable::Identifier(used.origin), Revocable::Consent(digest), issued]) {
        revocation_snapshot(black_box(&snapshot), digest, used.now, black_box(what));
    }
    if let (Ok(signature), Some(facts)) = (Signature::new(&black_box([1; 64])), black_box(None)) {
        signature_cache(black_box(&SignatureCache::new(Engine, 10)), digest, signature, &facts);
    }
    replay_memory(black_box(&BoundedReplayMemory::new(10, used.now)), used);
}
