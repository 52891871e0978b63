//! What must be reached, as data: ratios of least times of one run.

use crate::case::{Figure, Kind};
use crate::job::DEPTHS;
use crate::ours::{IFMA, PORTABLE};
use crate::peers::{biscuit, macaroons, tenuo};
use crate::primitives::{CHECK_IFMA, CHECK_PORTABLE, HMAC, TOKEN_HASH};

/// One ratio that must not be above `most`.
pub struct Target {
    pub name: &'static str,
    pub of: (&'static str, u8),
    pub to: To,
    pub most: f64,
}

/// What a ratio is to.
pub enum To {
    /// The sum of these.
    Sum(&'static [(&'static str, u8)]),
    /// The peer that checks every hop's signature and is fastest at this depth.
    FastestPublicKeyPeer(u8),
}

const KNOWN_MAC: (&str, u8) = (IFMA.known_mac[1], 3);

pub const TARGETS: &[Target] = &[
    Target {
        name: "everything known, 3 links, MAC proof: to hashing the token and one HMAC",
        of: KNOWN_MAC,
        to: To::Sum(&[(TOKEN_HASH, 3), (HMAC, 0)]),
        most: 2.0,
    },
    Target {
        name: "everything known, 3 links, MAC proof: to Tenuo with proof",
        of: KNOWN_MAC,
        to: To::Sum(&[(tenuo::WITH_PROOF, 3)]),
        most: 1.0 / 150.0,
    },
    Target {
        name: "everything known, 3 links, MAC proof: to Biscuit with authorizer",
        of: KNOWN_MAC,
        to: To::Sum(&[(biscuit::ED25519, 3)]),
        most: 1.0 / 150.0,
    },
    Target {
        name: "everything known, 3 links, MAC proof: to the macaroon",
        of: KNOWN_MAC,
        to: To::Sum(&[(macaroons::CAVEATS, 3)]),
        most: 1.0,
    },
    Target {
        name: "known prefix, one new link, 3 links, IFMA: to one prepared check",
        of: (IFMA.new_link, 3),
        to: To::Sum(&[(CHECK_IFMA, 0)]),
        most: 1.35,
    },
    Target {
        name: "known prefix, one new link, 3 links, portable: to one prepared check",
        of: (PORTABLE.new_link, 3),
        to: To::Sum(&[(CHECK_PORTABLE, 0)]),
        most: 1.35,
    },
    Target {
        name: "cold, 8 links by reference, prepared keys, IFMA: to the fastest public-key peer",
        of: (IFMA.prepared[1], 8),
        to: To::FastestPublicKeyPeer(8),
        most: 1.0 / 8.0,
    },
    Target {
        name: "cold, 8 links by reference, prepared keys, portable: to the fastest public-key peer",
        of: (PORTABLE.prepared[1], 8),
        to: To::FastestPublicKeyPeer(8),
        most: 1.0 / 3.0,
    },
    Target {
        name: "cold, 8 links, credentials inline, nothing known, IFMA: to the fastest public-key peer",
        of: (IFMA.unknown[0], 8),
        to: To::FastestPublicKeyPeer(8),
        most: 1.0,
    },
];

/// Reported, with what it would take, and no target.
pub const REPORTED: &[Target] = &[Target {
    name: "cold, 8 links, credentials inline, nothing known, portable: to the fastest public-key peer",
    of: (PORTABLE.unknown[0], 8),
    to: To::FastestPublicKeyPeer(8),
    most: 1.0,
}];

/// How a ratio came out.
pub struct Outcome {
    pub name: String,
    /// What it is to, where that depends on the run.
    pub to: String,
    /// `None` where this machine has no such figure.
    pub least: Option<f64>,
    pub median: Option<f64>,
    pub most: f64,
}

impl Outcome {
    pub fn is_missed(&self) -> bool {
        self.least.is_some_and(|ratio| ratio > self.most)
    }
}

pub fn outcome(target: &Target, figures: &[Figure]) -> Outcome {
    let of = find(figures, target.of);
    let (to, base) = match &target.to {
        To::Sum(parts) => {
            let parts: Option<Vec<&Figure>> = parts.iter().map(|part| find(figures, *part)).collect();
            let sum =
                |pick: fn(&Figure) -> f64| parts.as_ref().map(|parts| parts.iter().copied().map(pick).sum::<f64>());
            (String::new(), sum(|figure| figure.least).zip(sum(|figure| figure.median)))
        }
        To::FastestPublicKeyPeer(depth) => {
            let fastest = fastest(figures, *depth);
            let name = fastest.map(|peer| peer.series.clone()).unwrap_or_default();
            (name, fastest.map(|peer| (peer.least, peer.median)))
        }
    };
    let ratios = of.zip(base).map(|(of, (least, median))| (of.least / least, of.median / median));
    let name = target.name.to_owned();
    Outcome { name, to, least: ratios.map(|both| both.0), median: ratios.map(|both| both.1), most: target.most }
}

/// What is said of whole series: no allocation on any path, and a hop that costs no more the more there are.
pub fn of_series(figures: &[Figure]) -> Vec<Outcome> {
    let ours = || figures.iter().filter(|figure| figure.kind == Kind::Ours);
    let allocations = ours().map(|figure| figure.allocations).max().map(|most| most as f64);
    let refused = figures.iter().filter(|figure| figure.kind == Kind::Refusal && is_ours(&figure.series));
    let refused = refused.map(|figure| figure.allocations).max().map(|most| most as f64);
    let none = |name: &str, most: Option<f64>| Outcome {
        name: name.into(),
        to: String::new(),
        least: most,
        median: most,
        most: 0.0,
    };
    let mut outcomes = vec![
        none("allocations, the most of any accepting path", allocations),
        none("allocations, the most of any refusing path", refused),
    ];
    let [.., eight, _, sixteen] = DEPTHS;
    for deep in ours().filter(|figure| figure.depth == sixteen) {
        let half = find(figures, (deep.series.as_str(), eight));
        let growth = |pick: fn(&Figure) -> f64| {
            half.map(|half| pick(deep) / f64::from(sixteen) / (pick(half) / f64::from(eight)))
        };
        outcomes.push(Outcome {
            name: format!("linear: a hop of 16 to a hop of 8, {}", deep.series),
            to: String::new(),
            least: growth(|figure| figure.least),
            median: growth(|figure| figure.median),
            most: 1.1,
        });
    }
    outcomes
}

/// The fastest peer that checks every hop's signature.
pub fn fastest(figures: &[Figure], depth: u8) -> Option<&Figure> {
    let peers = figures.iter().filter(|figure| figure.kind == Kind::PublicKeyPeer && figure.depth == depth);
    peers.min_by(|one, other| one.least.total_cmp(&other.least))
}

pub fn find<'f>(figures: &'f [Figure], (series, depth): (&str, u8)) -> Option<&'f Figure> {
    figures.iter().find(|figure| figure.series == series && figure.depth == depth)
}

/// Whether a refusal is by this library.
fn is_ours(series: &str) -> bool {
    let peers = ["Biscuit", "Tenuo", "jsonwebtoken", "coset", "macaroon"];
    !peers.iter().any(|peer| series.contains(peer))
}
