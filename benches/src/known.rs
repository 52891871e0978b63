//! This library's paths where a service saw the execution before: the one file that names a cache.

use std::cell::{Cell, RefCell};
use std::rc::Rc;

use throughline::{AgreementKey, MacSessions, SignatureCache};

use crate::case::{Case, Kind};
use crate::job::{AUDIENCE, DEPTHS};
use crate::ours::{Backend, Door, admit};
use crate::world::{self, Carry, Fixture, NOW};

/// A signature cache over a backend.
pub type Cache = SignatureCache<Backend>;

/// The audience's agreement key and its sessions.
pub type Sessions = MacSessions<AgreementKey>;

/// What their memory is, for the report.
#[must_use]
pub fn memory() -> String {
    format!(
        "{} bytes per signature, {} per session; all taken at construction",
        Cache::BYTES_PER_SIGNATURE,
        Sessions::BYTES_PER_SESSION
    )
}

/// A cache that knows every signature of `token` and nothing else.
pub fn knowing(door: &Door, inner: Backend, token: &[u8]) -> Cache {
    let cache = SignatureCache::new(inner, ROOM);
    door.verifier(&cache).verify(token, NOW).expect("verified");
    cache
}

/// The audience's agreement key, no session yet: the first proof opens it.
pub fn sessions() -> Sessions {
    MacSessions::new(world::agreement(), AUDIENCE, 64)
}

/// Every signature of the token and the MAC session are known; the MAC is computed in every run. Inline, then by reference.
pub fn mac(door: &'static Door, inner: Backend, series: [&'static str; 2]) -> Vec<Case> {
    let both = [Carry::Inline, Carry::ByReference].into_iter().zip(series);
    both.flat_map(|(carry, series)| DEPTHS.map(|depth| one_mac(door, inner, depth, carry, series))).collect()
}

pub fn one_mac(door: &'static Door, inner: Backend, depth: u8, carry: Carry, series: &'static str) -> Case {
    let fixture = Fixture::new(depth, carry);
    let (cache, sessions) = (knowing(door, inner, &fixture.token), sessions());
    Case::new(series, depth, Kind::Ours, fixture.mac_wire(), move || {
        admit(&door.verifier(&cache).agreement(&sessions), &fixture.token, &fixture.mac);
    })
}

/// The prefix is known and the last link, under a prepared key, never seen: each run has another one. The chain alone, so that the
/// figure is of one signature.
pub fn new_link(door: &'static Door, inner: Backend, depth: u8, series: &'static str) -> Case {
    let prefix = world::prefix(depth - 1, Carry::ByReference);
    let head = |nth| world::headed(&prefix, depth, Carry::ByReference, nth);
    let tokens: Vec<Vec<u8>> = (0..POOL).map(head).collect();
    let wire = tokens[0].len();
    let work = move |cache: &Cache, nth: usize| {
        std::hint::black_box(door.verifier(cache).verify(&tokens[nth], NOW).expect("verified"));
    };
    used_up(series, depth, wire, move || knowing(door, inner, &prefix), work)
}

/// Every signature of the token is known; the signed proof is another one in each run.
pub fn signed(door: &'static Door, inner: Backend, depth: u8, series: &'static str) -> Case {
    let fixture = Rc::new(Fixture::new(depth, Carry::ByReference));
    let proofs: Vec<Vec<u8>> = (0..POOL).map(|nth| world::signed_proof(&fixture.token, depth, nth)).collect();
    let (wire, known) = (fixture.signed_wire(), fixture.clone());
    let work = move |cache: &Cache, nth: usize| admit(&door.verifier(cache), &fixture.token, &proofs[nth]);
    used_up(series, depth, wire, move || knowing(door, inner, &known.token), work)
}

/// A case whose runs must each be the cache's first of their kind.
fn used_up(
    series: &'static str,
    depth: u8,
    wire: usize,
    fresh: impl Fn() -> Cache + 'static,
    work: impl Fn(&Cache, usize) + 'static,
) -> Case {
    let cache = Rc::new(RefCell::new(fresh()));
    let next = Rc::new(Cell::new(0));
    let (refilled, first) = (cache.clone(), next.clone());
    let refill = move || {
        *refilled.borrow_mut() = fresh();
        first.set(0);
    };
    let run = move || work(&cache.borrow(), next.replace(next.get() + 1));
    Case::new(series, depth, Kind::Ours, wire, run).refilled(usize::from(POOL), refill)
}

/// How many tokens or proofs one cache is fresh for.
const POOL: u8 = 32;

/// Room for a token of every depth and what comes after it.
const ROOM: usize = 1_024;
