//! The dearest inputs: by construction, and by a search that turns the knobs of a token's shape and climbs where it costs more.
//! `cargo run --release --bin worst [-- STEPS]`.

use std::time::Instant;

use throughline::{Engine, ErrorKind, SignatureVerifier};
use throughline_benches::forging;
use throughline_benches::job::Random;
use throughline_benches::known;
use throughline_benches::ours::Door;
use throughline_benches::refusals;
use throughline_benches::report::number;
use throughline_benches::shape::{self, Shape};
use throughline_benches::world::{Carry, FRESH, Fixture, NOW, by_name, proof_by, request, signatures};

fn main() {
    let steps = std::env::args().nth(1).and_then(|steps| steps.parse().ok()).unwrap_or(150);
    let judge = Judge { door: Box::leak(Box::new(shape::door())) };
    println!(
        "## Dearest inputs\n\nLeast times of several short turns, microseconds. Nothing is known or prepared, except where it says so.\n"
    );
    println!("### By construction, 8 hops inline\n\n| refused | bytes | us | us per KB |\n| --- | --- | --- | --- |");
    let plain = Door::new();
    for bad in refusals::bad() {
        let cost = least(|| {
            let verifier = plain.verifier(&Engine);
            std::hint::black_box(
                &verifier.admit(&bad.token, &bad.proof, &request(), &FRESH, NOW).expect_err("refused"),
            );
        });
        let bytes = bad.token.len() + bad.proof.len();
        println!("| {} | {bytes} | {} | {} |", bad.name, number(cost), number(cost * 1024.0 / bytes as f64));
    }
    println!("\n### By search, {steps} steps from each of {} beginnings\n", BEGINNINGS.len());
    println!("Each beside its accepted twin, the same token with a good proof (cold; then with all signatures known),");
    println!("and beside an ordinary accepted chain, 16 hops inline, scaled to as many bytes.\n");
    println!(
        "| sought | bytes | signatures | refused, us | us per KB | to its twin, cold | known | to an ordinary one | shape |"
    );
    println!("| --- | --- | --- | --- | --- | --- | --- | --- | --- |");
    let ordinary = ordinary();
    let found = [Sought::Rules, Sought::RulesPerByte, Sought::All, Sought::AllPerByte].map(|sought| {
        let best = climb(&judge, sought, steps);
        judge.tell(sought, ordinary, &best);
        best
    });
    println!("\n### By forging, {steps} changes to the dearest of these\n");
    println!("| refused with | bytes | us | times what it was forged from |\n| --- | --- | --- | --- |");
    for found in &found[..2] {
        forge(&judge, found, steps);
    }
}

/// What an accepted chain of 16 ordinary hops costs, microseconds per byte.
fn ordinary() -> f64 {
    let (door, fixture) = (Door::new(), Fixture::new(16, Carry::Inline));
    let cost = least(|| throughline_benches::ours::admit(&door.verifier(&Engine), &fixture.token, &fixture.signed));
    cost / fixture.signed_wire() as f64
}

/// The dearest refusals of forged tokens: for each kind that was met, the dearest.
fn forge(judge: &Judge, found: &Found, steps: usize) {
    let mut random = Random::new(11);
    let mut dearest: Vec<(ErrorKind, usize, f64)> = Vec::new();
    for _ in 0..steps {
        let token = forging::forged(&found.token, &mut random);
        let verifier = judge.door.verifier(&Engine);
        let refusal = || verifier.admit(&token, &found.proof, &request(), &FRESH, NOW).map(drop);
        let Err(error) = refusal() else { continue };
        let cost = least(|| assert!(std::hint::black_box(refusal()).is_err()));
        let bytes = token.len() + found.proof.len();
        let same = |kind: &ErrorKind| std::mem::discriminant(kind) == std::mem::discriminant(&error.kind);
        match dearest.iter_mut().find(|(kind, ..)| same(kind)) {
            Some(one) if one.2 >= cost => {}
            Some(one) => *one = (error.kind, bytes, cost),
            None => dearest.push((error.kind, bytes, cost)),
        }
    }
    dearest.sort_by(|one, other| other.2.total_cmp(&one.2));
    for (kind, bytes, cost) in dearest.into_iter().take(4) {
        println!("| {} | {bytes} | {} | {} |", kind.name(), number(cost), number(cost / found.cost));
    }
}

/// What the search climbs.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Sought {
    /// Refused before any signature: the proof is for another audience, which comes after all rules of the chain.
    Rules,
    RulesPerByte,
    /// Refused by the very last check, the proof's signature: everything before it was done.
    All,
    AllPerByte,
}

struct Judge {
    door: &'static Door,
}

/// A shape and what it costs to refuse.
struct Found {
    shape: Shape,
    token: Vec<u8>,
    proof: Vec<u8>,
    cost: f64,
    worth: f64,
}

impl Judge {
    fn look(&self, sought: Sought, shape: Shape) -> Option<Found> {
        let made = shape.make().ok()?;
        let head = by_name(&made.head);
        let proof = proof_by(&made.token, &head, 1);
        // The twin must be admitted: else the shape measures something else.
        let verifier = self.door.verifier(&Engine);
        verifier.admit(&made.token, &proof, &request(), &FRESH, NOW).ok()?;
        let cost = least(|| self.refuse(sought, &made.token, &proof));
        let bytes = (made.token.len() + proof.len()) as f64;
        let per_byte = matches!(sought, Sought::RulesPerByte | Sought::AllPerByte);
        let worth = if per_byte { cost / bytes } else { cost };
        Some(Found { shape, token: made.token, proof, cost, worth })
    }

    fn refuse(&self, sought: Sought, token: &[u8], proof: &[u8]) {
        let mut asked = request();
        let kind = match sought {
            Sought::Rules | Sought::RulesPerByte => {
                asked.audience = "https://mail.example";
                ErrorKind::ProofAudience
            }
            Sought::All | Sought::AllPerByte => ErrorKind::ProofSignatureInvalid,
        };
        let refused = self.door.verifier(&Spoiled).admit(token, proof, &asked, &FRESH, NOW);
        assert_eq!(refused.map(drop).map_err(|error| error.kind), Err(kind));
    }

    fn tell(&self, sought: Sought, ordinary: f64, found: &Found) {
        let Found { shape, token, proof, cost, .. } = found;
        let admit = |signatures: &(dyn SignatureVerifier + Sync)| {
            least(|| throughline_benches::ours::admit(&self.door.verifier(signatures), token, proof))
        };
        let cold = admit(&Engine);
        let known = admit(&known::knowing(self.door, &Engine, token));
        let bytes = (token.len() + proof.len()) as f64;
        let signatures = signatures(token) + 1;
        let [per_kb, cold, known, ordinary] =
            [cost * 1024.0 / bytes, cost / cold, cost / known, cost / (ordinary * bytes)].map(number);
        let cost = number(*cost);
        println!(
            "| {sought:?} | {bytes} | {signatures} | {cost} | {per_kb} | {cold} | {known} | {ordinary} | {shape:?} |"
        );
    }
}

/// Climbs from every beginning; the best of all.
fn climb(judge: &Judge, sought: Sought, steps: usize) -> Found {
    let mut random = Random::new(7);
    let mut best: Option<Found> = None;
    for beginning in BEGINNINGS {
        let Some(mut here) = judge.look(sought, *beginning) else { continue };
        for _ in 0..steps {
            // Sometimes two knobs at once, for what one alone makes too big.
            let turned = here.shape.turned(&mut random);
            let turned = if random.below(3) == 0 { turned.turned(&mut random) } else { turned };
            if turned == here.shape {
                continue;
            }
            // What is within the noise is not higher.
            if let Some(there) = judge.look(sought, turned).filter(|there| there.worth > here.worth * 1.01) {
                here = there;
            }
        }
        if best.as_ref().is_none_or(|best| here.worth > best.worth) {
            best = Some(here);
        }
    }
    best.expect("the plain shape is admitted")
}

/// Microseconds: the least of turns that are short beside what disturbs them.
fn least(mut work: impl FnMut()) -> f64 {
    work();
    let turn = || {
        let start = Instant::now();
        work();
        work();
        start.elapsed().as_nanos() as f64 / 2000.0
    };
    std::iter::repeat_with(turn).take(15).fold(f64::INFINITY, f64::min)
}

/// The engine, which finds every lone signature wrong when it has checked it: the proof's is checked alone.
struct Spoiled;

impl SignatureVerifier for Spoiled {
    fn is_on_curve(&self, key: &throughline::PublicKey) -> bool {
        Engine.is_on_curve(key)
    }

    fn verify(&self, check: &throughline::SignatureCheck<'_>) -> bool {
        let _ = std::hint::black_box(Engine.verify(check));
        false
    }

    fn verify_all(&self, checks: &[throughline::SignatureCheck<'_>]) -> Result<(), usize> {
        // The proof's is the last.
        Engine.verify_all(checks).and(Err(checks.len().saturating_sub(1)))
    }
}

/// Where the climbing begins: plain, many grants, many demands, many signatures.
const BEGINNINGS: &[Shape] = &[
    Shape::PLAIN,
    Shape { links: 6, grants: 16, limits: 8, values: 4, ..Shape::PLAIN },
    Shape { links: 3, grants: 16, limits: 4, values: 4, alike: 60, ..Shape::PLAIN },
    Shape { links: 12, demands: 6, properties: 8, also: 2, repeated: false, ..Shape::PLAIN },
    Shape { links: 15, demands: 8, properties: 16, also: 4, repeated: false, limits: 0, ..Shape::PLAIN },
    Shape { links: 16, handovers: 15, repeated: false, ..Shape::PLAIN },
];
