//! MAC proofs as sessions: one key agreement per head, then one HMAC per request (token.md §8.2).

use std::boxed::Box;
use std::fmt;
use std::hash::{BuildHasher as _, RandomState};
use std::string::String;
use std::vec::Vec;

use crate::digest::Digest;
use crate::key::PublicKey;
use crate::mac::{KeyAgreement, MacContext, MacKey, SharedSecret};
use crate::scrub::scrubbed;
use crate::sync::{AtomicBool, Mutex, Ordering};
use crate::time::UnixTime;

/// Agreement keys of one audience, and the MAC keys that were derived with them: a key lives as long as its head, at most.
///
/// - **Size.** All memory is taken when it is made: [`BYTES_PER_SESSION`](Self::BYTES_PER_SESSION) for each of `capacity` sessions.
///   A full cache gives up the session that ends first of those that compete for one place; its next proof costs an agreement again.
/// - **Secrets.** A key is kept ready as the two halves of an HMAC, is never printed, and is wiped when its session is given up, is
///   ended, or when any call sees that its head has expired.
/// - **Not a verdict.** A session opens with the first MAC that is valid, after the chain was verified; the chain is verified
///   again for every proof, and so are time, revocation and grants.
/// - **Ended.** [`end`](Self::end) wipes a session, and refuses every further MAC proof of its head (V1302).
pub struct MacSessions<K> {
    keys: K,
    audience: String,
    secret: RandomState,
    /// Groups of [`WAYS`] places, each behind a lock of its own.
    groups: Box<[Mutex<[Option<Session>; WAYS]>]>,
    ended: Mutex<Vec<(Digest, UnixTime)>>,
    /// Whether `ended` ever had any: as long as not, nobody waits for its lock.
    any_ended: AtomicBool,
}

struct Session {
    head: Digest,
    agreement: Digest,
    expires: UnixTime,
    opened: UnixTime,
    used: u64,
    key: MacKey,
}

/// What an operator may know of a session.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct SessionInfo {
    /// Digest of the head.
    pub head: Digest,
    /// Thumbprint of the audience's agreement key.
    pub agreement: Digest,
    /// When it was opened.
    pub opened: UnixTime,
    /// When the head expires, and the session with it.
    pub expires: UnixTime,
    /// How many proofs it was used for.
    pub used: u64,
}

impl<K> MacSessions<K> {
    /// Bytes of memory per session.
    pub const BYTES_PER_SESSION: usize = size_of::<Option<Session>>();

    /// Seconds after a head's `exp` for which it stays ended. A verifier whose skew is longer needs a later `expires` in [`end`](Self::end).
    pub const MOST_SKEW: u64 = 3600;

    /// Room for at least `capacity` sessions with `audience`, whose agreement keys are `keys`. Proofs for another audience are
    /// checked without a session.
    #[must_use]
    pub fn new(keys: K, audience: &str, capacity: usize) -> Self {
        let groups = capacity.div_ceil(WAYS).max(1);
        let room = groups.saturating_mul(WAYS);
        let groups = (0..groups).map(|_| Mutex::new([const { None }; WAYS])).collect();
        Self {
            keys,
            audience: audience.into(),
            secret: RandomState::new(),
            groups,
            ended: Mutex::new(Vec::with_capacity(room)),
            any_ended: AtomicBool::new(false),
        }
    }

    /// The sessions there are, in no order.
    #[must_use]
    pub fn list(&self) -> Vec<SessionInfo> {
        let mut all = Vec::new();
        for group in self.groups.iter().filter_map(|group| group.lock().ok()) {
            all.extend(group.iter().flatten().map(Session::info));
        }
        all
    }

    /// Wipes the sessions of a head, and refuses its MAC proofs from now on. `expires` is not before the head's `exp`: until then, and
    /// for [`MOST_SKEW`](Self::MOST_SKEW) more, no [`sweep`](Self::sweep) forgets it.
    ///
    /// `false` when as many heads as there is room for sessions are ended already: then revoke the head, whose next proof opens a
    /// session again.
    #[must_use]
    pub fn end(&self, head: &Digest, expires: UnixTime) -> bool {
        let noted = self.note_end(head, expires);
        self.wipe(|session| session.head == *head);
        noted
    }

    fn note_end(&self, head: &Digest, expires: UnixTime) -> bool {
        let Ok(mut ended) = self.ended.lock() else { return false };
        if let Some((_, until)) = ended.iter_mut().find(|(one, _)| one == head) {
            *until = expires.max(*until);
            return true;
        }
        if ended.len() >= self.groups.len().saturating_mul(WAYS) {
            return false;
        }
        ended.push((*head, expires));
        self.any_ended.store(true, Ordering::Release);
        true
    }

    /// Wipes every session whose head has expired. Each call looks after the places it passes; this one passes all.
    pub fn sweep(&self, now: UnixTime) {
        self.wipe(|session| session.expires <= now);
        if let Ok(mut ended) = self.ended.lock() {
            // A verifier takes a head for good until its `exp` and its own skew.
            ended.retain(|(_, expires)| now < expires.plus(Self::MOST_SKEW));
        }
    }

    fn wipe(&self, over: impl Fn(&Session) -> bool) {
        for mut group in self.groups.iter().filter_map(|group| group.lock().ok()) {
            for place in group.iter_mut().filter(|place| place.as_ref().is_some_and(&over)) {
                *place = None;
            }
        }
    }

    fn group(&self, head: &Digest) -> Option<&Mutex<[Option<Session>; WAYS]>> {
        let hash = self.secret.hash_one(head);
        let index = hash.checked_rem(crate::limits::wide(self.groups.len()))?;
        self.groups.get(usize::try_from(index).ok()?)
    }

    fn is_ended(&self, head: &Digest) -> bool {
        if !self.any_ended.load(Ordering::Acquire) {
            return false;
        }
        // Without the lock nobody can say: refused.
        let Ok(ended) = self.ended.lock() else { return true };
        ended.iter().any(|(one, _)| one == head)
    }
}

impl<K: KeyAgreement> KeyAgreement for MacSessions<K> {
    fn agree(&self, agreement: &Digest, peer: &PublicKey) -> Option<SharedSecret> {
        self.keys.agree(agreement, peer)
    }

    fn has(&self, agreement: &Digest) -> bool {
        self.keys.has(agreement)
    }

    fn verify(&self, context: &MacContext<'_>, head: &[&[u8]], rest: &[u8], tag: &[u8; 32], now: UnixTime) -> bool {
        if self.is_ended(context.head) {
            return false;
        }
        let group = self.group(context.head).filter(|_| context.audience == self.audience);
        let Some(mut group) = group.and_then(|group| group.lock().ok()) else {
            return self.keys.verify(context, head, rest, tag, now);
        };
        for place in group.iter_mut().filter(|place| place.as_ref().is_some_and(|one| one.expires <= now)) {
            *place = None;
        }
        if let Some(session) = find(&mut group, context) {
            let valid = session.key.verify(head, rest, tag);
            session.used = session.used.saturating_add(u64::from(valid));
            return valid;
        }
        drop(group);
        // The agreement is made without the lock. What is in a session was moved there: the frames that it came through are wiped too.
        let opened = || self.open(context, |key| key.verify(head, rest, tag), now);
        scrubbed(opened)
    }
}

impl<K: KeyAgreement> MacSessions<K> {
    /// Agrees anew, and opens a session if the MAC `is_valid` under the key.
    fn open(&self, context: &MacContext<'_>, is_valid: impl FnOnce(&MacKey) -> bool, now: UnixTime) -> bool {
        let Some(key) = MacKey::agree(&self.keys, context).filter(is_valid) else { return false };
        let session = Session {
            head: *context.head,
            agreement: *context.agreement,
            expires: context.expires,
            opened: now,
            used: 1,
            key,
        };
        if let Some(mut group) = self.group(context.head).and_then(|group| group.lock().ok()) {
            // Ended meanwhile: `end` notes it first, and then waits for this lock to wipe.
            if self.is_ended(context.head) {
                return false;
            }
            // Opened meanwhile.
            if let Some(session) = find(&mut group, context) {
                session.used = session.used.saturating_add(1);
                return true;
            }
            let least = group.iter_mut().min_by_key(|place| place.as_ref().map_or(UnixTime(0), |one| one.expires));
            if context.expires > now
                && let Some(place) = least
            {
                *place = Some(session);
            }
        }
        true
    }
}

impl Session {
    const fn info(&self) -> SessionInfo {
        let Self { head, agreement, opened, expires, used, .. } = self;
        SessionInfo { head: *head, agreement: *agreement, opened: *opened, expires: *expires, used: *used }
    }
}

/// The session of this head and agreement key: `kid`, `agree` and the protected header are what the head's digest says they are.
fn find<'g>(group: &'g mut [Option<Session>; WAYS], context: &MacContext<'_>) -> Option<&'g mut Session> {
    let mut sessions = group.iter_mut().flatten();
    sessions.find(|session| session.head == *context.head && session.agreement == *context.agreement)
}

impl<K> fmt::Debug for MacSessions<K> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("MacSessions").field("audience", &self.audience).finish_non_exhaustive()
    }
}

/// Places per head.
const WAYS: usize = 4;
