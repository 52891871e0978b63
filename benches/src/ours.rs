//! This library's paths from bytes to decision.
//!
//! Here nothing is known of a signature beforehand; what knows some is in `known.rs`, the only file that names a cache.

use throughline::issue::Signer as _;
use throughline::trust::Trust;
use throughline::{
    AgreementKey, Engine, KnownCredentials, NoRevocations, P256, PreparedKeys, SignatureVerifier, Verifier,
};

use crate::case::{Case, Kind};
use crate::job::DEPTHS;
use crate::known;
use crate::portable::{self, Portable};
use crate::world::{self, Carry, FRESH, Fixture, NOW, request};

/// What checks signatures; made once and kept for the life of the program.
pub type Backend = &'static (dyn SignatureVerifier + Sync);

/// What a service holds besides.
pub struct Door {
    pub trust: Trust<'static>,
    pub known: KnownCredentials,
    pub agreement: AgreementKey,
}

impl Door {
    pub fn new() -> Self {
        let trust = world::trust();
        Self { known: world::known(&trust), trust, agreement: world::agreement() }
    }

    pub fn verifier<'a>(&'a self, signatures: &'a (dyn SignatureVerifier + Sync)) -> Verifier<'a> {
        Verifier::new(&self.trust, signatures, &NoRevocations).known(&self.known).agreement(&self.agreement)
    }

    /// Tables for the bundle's keys and those of all workers of the measured chains, as a service comes by them.
    pub fn prepared(&self) -> PreparedKeys {
        let keys = PreparedKeys::new(&self.trust, 64);
        let fixture = Fixture::new(16, Carry::Inline);
        for _ in 0..PreparedKeys::ADMISSIONS {
            let admission = self.verifier(&P256).admit(&fixture.token, &fixture.signed, &request(), &FRESH, NOW);
            keys.observe(&admission.expect("admitted"));
        }
        assert_eq!(keys.build(64), 15, "fifteen workers");
        keys
    }

    /// The same on the portable engine.
    pub fn prepared_portable(&self) -> Portable {
        let workers = (2..=16).map(|links| *world::head_key(links).key().key());
        Portable::prepared(portable::trusted(&self.trust).into_iter().chain(workers))
    }
}

impl Default for Door {
    fn default() -> Self {
        Self::new()
    }
}

/// The names of one engine's series.
pub struct Series {
    pub unknown: [&'static str; 2],
    pub prepared: [&'static str; 2],
    pub new_link: &'static str,
    pub known_signed: &'static str,
    pub known_mac: [&'static str; 2],
}

pub const IFMA: Series = Series {
    unknown: ["ours, IFMA: cold, unknown keys, inline", "ours, IFMA: cold, unknown keys, by reference"],
    prepared: ["ours, IFMA: cold, prepared keys, inline", "ours, IFMA: cold, prepared keys, by reference"],
    new_link: "ours, IFMA: known prefix, one new link (chain only)",
    known_signed: "ours, IFMA: everything known, signed proof",
    known_mac: ["ours: everything known, MAC proof, inline", "ours: everything known, MAC proof, by reference"],
};

pub const PORTABLE: Series = Series {
    unknown: ["ours, portable: cold, unknown keys, inline", "ours, portable: cold, unknown keys, by reference"],
    prepared: ["ours, portable: cold, prepared keys, inline", "ours, portable: cold, prepared keys, by reference"],
    new_link: "ours, portable: known prefix, one new link (chain only)",
    known_signed: "ours, portable: everything known, signed proof",
    // No signature is checked, so the engine does not matter.
    known_mac: IFMA.known_mac,
};

/// All of this library's cases.
pub fn all() -> Vec<Case> {
    let door: &Door = Box::leak(Box::default());
    let mut cases = Vec::new();
    if throughline_p256::Engine::Ifma.is_available() {
        let prepared: &PreparedKeys = Box::leak(Box::new(door.prepared()));
        cases.extend(engine(door, &Engine, prepared, &IFMA));
    }
    let unknown: &Portable = Box::leak(Box::default());
    let prepared: &Portable = Box::leak(Box::new(door.prepared_portable()));
    cases.extend(engine(door, unknown, prepared, &PORTABLE));
    cases.extend(known::mac(door, prepared, PORTABLE.known_mac));
    cases
}

fn engine(door: &'static Door, unknown: Backend, prepared: Backend, series: &Series) -> Vec<Case> {
    let mut cases = Vec::new();
    for (signatures, series) in [(unknown, series.unknown), (prepared, series.prepared)] {
        for (carry, series) in [Carry::Inline, Carry::ByReference].into_iter().zip(series) {
            cases.extend(DEPTHS.map(|depth| cold(door, signatures, depth, carry, series)));
        }
    }
    cases.extend(DEPTHS.into_iter().skip(1).map(|depth| known::new_link(door, prepared, depth, series.new_link)));
    cases.extend(DEPTHS.map(|depth| known::signed(door, prepared, depth, series.known_signed)));
    cases
}

/// Every signature checked; signed proof.
pub fn cold(door: &'static Door, signatures: Backend, depth: u8, carry: Carry, series: &'static str) -> Case {
    let fixture = Fixture::new(depth, carry);
    Case::new(series, depth, Kind::Ours, fixture.signed_wire(), move || {
        admit(&door.verifier(signatures), &fixture.token, &fixture.signed);
    })
}

/// Bytes to decision: all stages, grants and request included. The replay memory answers at once; `contention` has a real one.
pub fn admit(verifier: &Verifier<'_>, token: &[u8], proof: &[u8]) {
    let (token, proof) = std::hint::black_box((token, proof));
    std::hint::black_box(&verifier.admit(token, proof, &request(), &FRESH, NOW).expect("admitted"));
}
