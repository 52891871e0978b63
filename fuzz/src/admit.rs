//! Whole admissions against a second verifier that is slow, obvious and sees no bytes: same verdict, same step, same facts.
//!
//! An input is a story (who hands on what to whom, and where somebody makes a mistake) and the setting in which it is judged: trust,
//! known credentials, lists, limits, time, request and proof. Signatures are hashes of key and digest, so that each is one key's alone
//! and chains are made by the thousand. Beside the model stand relations between verdicts that need none (`relations`).

pub(crate) mod cast;
mod facts;
pub(crate) mod keys;
pub(crate) mod library;
pub(crate) mod model;
mod relations;
pub(crate) mod shapes;
pub(crate) mod stage;
pub(crate) mod story;
#[cfg(test)]
mod tests;
pub(crate) mod write;

use throughline::{BoundedReplayMemory, Error, ErrorKind, UnixTime};

use crate::admit::library::{Prepared, ask, now};
use crate::admit::model::{Refused, Rules};
use crate::admit::shapes::Scene;
use crate::admit::story::Twist;
use crate::draw::Draw;
use crate::{Target, Vectors, planted};

/// This target.
pub const TARGET: Target = Target { name: "admit", max_len: 1024, run, seeds };

/// Judges one scene.
pub fn run(data: &[u8]) {
    // As if the library asked for grants, and the model did not.
    let _ = judge(data, Rules { without: planted().then_some(1011), lie: None });
}

/// Panics where the library and the model differ, or a relation does not hold. Says what the verdict was.
fn judge(data: &[u8], rules: Rules) -> Result<(), u16> {
    let mut draw = Draw::new(data);
    let scene = stage::scene(&mut draw, &Twist::default());
    let admitted = compare(&scene, rules);
    relations::hold(data, &mut draw, &scene, admitted.is_ok(), None);
    admitted
}

/// Verifies, checks and admits, twice each.
fn compare(scene: &Scene, rules: Rules) -> Result<(), u16> {
    let prepared = Prepared::new(scene);
    let verifier = prepared.verifier(&scene.setting);
    let (token, proof, now) = (&prepared.token, &prepared.proof, now(&scene.setting));

    let verified = verifier.verify(token, now);
    same(verified.as_ref().err(), model::verify(scene, rules).err(), scene);
    if let (Ok(chain), Ok(verdict)) = (&verified, model::verify(scene, Rules::default())) {
        facts::are_the_same(chain, &verdict);
    }
    assert_eq!(verifier.verify(token, now).err(), verified.err(), "the second time");

    ask(&scene.setting.asked, |request| {
        let memory = BoundedReplayMemory::new(16, UnixTime(scene.setting.began));
        let checked = verifier.check(token, proof, request, &memory, now).map(drop);
        let admitted = verifier.admit(token, proof, request, &memory, now);
        assert_eq!(admitted.as_ref().err(), checked.as_ref().err(), "check and admit");
        same(checked.as_ref().err(), model::admit(scene, rules).err(), scene);
        if let Ok(admission) = &admitted {
            assert_eq!(admission.admitted_at(), now);
            assert_eq!(admission.proof().nonce(), &scene.proof.cti);
            let again = verifier.admit(token, proof, request, &memory, now).map(drop);
            assert_eq!(again.unwrap_err().kind, ErrorKind::ProofReplayed, "a proof is good once");
        }
        // In two steps, with another memory.
        let memory = BoundedReplayMemory::new(16, UnixTime(scene.setting.began));
        let claimed = verifier.check(token, proof, request, &memory, now).and_then(|pending| pending.claim(&memory));
        assert_eq!(claimed.map(drop).err(), admitted.map(drop).err(), "check and claim");
        checked.map_err(|error| error.kind.number())
    })
}

/// The same step; of stage 2 the same stage, for there implementations may differ (verification.md).
fn same(library: Option<&Error>, model: Option<Refused>, scene: &Scene) {
    let step = library.map(|error| error.kind.number());
    let agree = match (step, model) {
        (Some(200..300), Some(200..300)) => true,
        _ => step == model,
    };
    assert!(agree, "the library says {library:?}, the model {model:?}: {scene:?}");
}

fn seeds(_: &Vectors) -> Vec<Vec<u8>> {
    // Stories without a mistake, and stories with some.
    let noise = (0..160).map(|seed| crate::draw::noise(seed, 700));
    noise
        .enumerate()
        .map(|(nth, mut data)| {
            data[0] = u8::try_from(nth % 5).unwrap_or_default();
            data
        })
        .collect()
}
