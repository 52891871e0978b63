//! One service as threads share it: a trust bundle that can be swapped, prepared keys, known signatures, a real replay memory.

use std::cell::Cell;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, RwLock};

use throughline::{BoundedReplayMemory, ErrorKind, PreparedKeys, ProofUse, ReplayMemory, Shares};

use crate::known::{self, Cache, Sessions};
use crate::ours::Door;
use crate::world::{Carry, FRESH, Fixture, NOW, later, request};

/// What threads hold together. It lives as long as the program.
pub struct Service {
    bundle: RwLock<Arc<Bundle>>,
    memory: BoundedReplayMemory,
    /// Seconds since the time of the fixtures.
    clock: AtomicU64,
}

/// What a swap replaces at once.
pub struct Bundle {
    pub door: Door,
    pub prepared: PreparedKeys,
}

/// The requests it gets, all good, each with its own path.
pub struct Requests {
    /// Three hops, everything known, MAC proof.
    pub known: Fixture,
    /// Eight hops by reference, prepared keys, signed proof.
    pub cold: Fixture,
    cache: Cache,
    sessions: Sessions,
}

impl Bundle {
    pub fn new() -> Self {
        let door = Door::new();
        Self { prepared: door.prepared(), door }
    }
}

impl Default for Bundle {
    fn default() -> Self {
        Self::new()
    }
}

impl Service {
    pub fn new() -> Self {
        let mut shares = Shares::of(CAPACITY);
        (shares.origin, shares.accountable, shares.actor) = (CAPACITY, CAPACITY, CAPACITY);
        let memory = BoundedReplayMemory::with_shares(CAPACITY, NOW.minus(3600), shares);
        Self { bundle: RwLock::new(Arc::new(Bundle::new())), memory, clock: AtomicU64::new(0) }
    }

    /// Whether the replay memory holds all that it will at once, and forgets as much as it takes in.
    pub fn is_settled(&self) -> bool {
        self.clock.load(Ordering::Relaxed) > 150
    }

    /// The bundle of now: a count up under a lock that nobody holds for longer.
    pub fn bundle(&self) -> Arc<Bundle> {
        self.bundle.read().expect("no panic").clone()
    }

    /// Requests that began keep the bundle they have.
    pub fn swap(&self, bundle: Arc<Bundle>) {
        let before = std::mem::replace(&mut *self.bundle.write().expect("no panic"), bundle);
        drop(before);
    }
}

impl Default for Service {
    fn default() -> Self {
        Self::new()
    }
}

impl Requests {
    pub fn new() -> Self {
        let door: &'static Door = Box::leak(Box::default());
        let prepared: &'static PreparedKeys = Box::leak(Box::new(door.prepared()));
        let known = Fixture::new(3, Carry::ByReference);
        let cold = Fixture::new(8, Carry::ByReference);
        let cache = known::knowing(door, prepared, &known.token);
        Self { cache, sessions: known::sessions(), known, cold }
    }

    /// A request where everything was seen before.
    pub fn admit_known(&self, bundle: &Bundle, memory: &dyn ReplayMemory) {
        let verifier = bundle.door.verifier(&self.cache).agreement(&self.sessions);
        let Fixture { token, mac, .. } = &self.known;
        std::hint::black_box(&verifier.admit(token, mac, &request(), memory, NOW).expect("admitted"));
    }

    /// A request that is new but for its keys.
    pub fn admit_cold(&self, bundle: &Bundle, memory: &dyn ReplayMemory) {
        let verifier = bundle.door.verifier(&bundle.prepared);
        let Fixture { token, signed, .. } = &self.cold;
        std::hint::black_box(&verifier.admit(token, signed, &request(), memory, NOW).expect("admitted"));
    }

    /// A bad request; it must be refused.
    pub fn refuse(&self, bundle: &Bundle, token: &[u8], proof: &[u8]) {
        let verifier = bundle.door.verifier(&throughline::Engine);
        std::hint::black_box(&verifier.admit(token, proof, &request(), &FRESH, NOW).expect_err("refused"));
    }
}

impl Default for Requests {
    fn default() -> Self {
        Self::new()
    }
}

/// The real replay memory, told another nonce and the service's time with each request: one proof does for millions, and the memory
/// forgets as it would.
pub struct Renumbered<'a> {
    service: &'a Service,
    thread: u8,
    request: Cell<u64>,
}

impl<'a> Renumbered<'a> {
    /// No two of one `thread` may have numbers in common.
    pub fn new(service: &'a Service, thread: u8, first: u64) -> Self {
        Self { service, thread, request: Cell::new(first) }
    }

    /// Goes on to the next request; its number.
    pub fn advance(&self) -> u64 {
        let next = self.request.get() + 1;
        self.request.set(next);
        if next.is_multiple_of(PER_SECOND) {
            self.service.clock.fetch_add(1, Ordering::Relaxed);
        }
        next
    }

    fn renumbered<T>(&self, used: &ProofUse<'_>, ask: impl FnOnce(&ProofUse<'_>) -> T) -> T {
        let mut nonce = [self.thread; 16];
        nonce[..8].copy_from_slice(&self.request.get().to_be_bytes());
        let now = later(self.service.clock.load(Ordering::Relaxed));
        ask(&ProofUse { nonce: &nonce, dated: now, now, ..*used })
    }
}

impl ReplayMemory for Renumbered<'_> {
    fn look_up(&self, used: &ProofUse<'_>) -> Result<(), ErrorKind> {
        self.renumbered(used, |used| self.service.memory.look_up(used))
    }

    fn claim(&self, used: &ProofUse<'_>) -> Result<(), ErrorKind> {
        self.renumbered(used, |used| self.service.memory.claim(used))
    }
}

/// Proofs that the memory holds: 40 MB.
const CAPACITY: u32 = 1 << 18;

/// Requests, of all threads, in a second of the service's time: what 121 seconds leave takes half of the memory.
const PER_SECOND: u64 = 1000;
