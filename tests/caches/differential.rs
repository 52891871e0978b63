//! One verifier that remembers, for all calls, and a new one for each: verdict and place are the same, thousands of times.

use throughline::{AgreementKey, Error, MacSessions, Request, SignatureCache, SignatureVerifier, Verifier};

use crate::common::AUDIENCE;
use crate::common::lists::FRESH;
use crate::common::recorded::{Recorded, Recorder};
use crate::common::setting::{Setting, request};
use crate::common::world::agreement_key;
use crate::pool::{Case, Random, cases, kinds, settings};

/// The signatures of all cases that are valid, under every setting.
pub(crate) fn recorded(cases: &[Case], settings: &[Setting]) -> Recorded {
    let recorder = Recorder::default();
    for case in cases {
        for setting in settings {
            let verifier = verifier(setting, &recorder);
            let _ = verifier.verify(&case.token, setting.now).map(drop);
        }
    }
    // Heads' keys sign proofs as well.
    for case in cases {
        let verifier = verifier(&settings[0], &recorder).agreement(&settings[0].agreement);
        for proof in &case.proofs {
            let _ = verifier.admit(&case.token, proof, &request(), &FRESH, settings[0].now).map(drop);
        }
    }
    recorder.into()
}

pub(crate) fn verifier<'v>(setting: &'v Setting, signatures: &'v (dyn SignatureVerifier + Sync)) -> Verifier<'v> {
    Verifier::new(&setting.trust, signatures, &setting.lists).known(&setting.known).limits(setting.limits)
}

/// One call.
struct Operation<'c> {
    setting: &'c Setting,
    token: Vec<u8>,
    proof: Option<Vec<u8>>,
    request: Request<'static>,
}

impl<'c> Operation<'c> {
    fn draw(random: &mut Random, cases: &[Case], settings: &'c [Setting]) -> Self {
        let case = &cases[random.below(cases.len())];
        let mut token = case.token.clone();
        if random.one_in(12) && !token.is_empty() {
            let at = random.below(token.len());
            token[at] ^= 1 << random.below(8);
        }
        let proof = (!random.one_in(3)).then(|| {
            // Mostly its own.
            let other = &cases[random.below(cases.len())];
            let of = if random.one_in(10) { other } else { case };
            let mut proof = of.proofs[random.below(of.proofs.len())].clone();
            if random.one_in(8) {
                let at = random.below(proof.len());
                proof[at] ^= 1 << random.below(8);
            }
            proof
        });
        let mut request = request();
        if random.one_in(12) {
            request.audience = "https://mail.example";
        }
        // Half of all under the first setting, where most are accepted.
        let setting = if random.one_in(2) { &settings[0] } else { &settings[random.below(settings.len())] };
        Self { setting, token, proof, request }
    }

    fn judge(&self, verifier: &Verifier<'_>) -> Result<(), Error> {
        let now = self.setting.now;
        match &self.proof {
            None => verifier.verify(&self.token, now).map(drop),
            Some(proof) => verifier.admit(&self.token, proof, &self.request, &FRESH, now).map(drop),
        }
    }
}

#[test]
fn remembering_changes_no_verdict() {
    let (cases, settings) = (cases(), settings());
    let plain = recorded(&cases, &settings);
    let caches = [4, 8, 4_096].map(|capacity| SignatureCache::new(&plain, capacity));
    let sessions = [1, 8, 64].map(|capacity| {
        let keys: Vec<AgreementKey> = ["audience", "other"].map(agreement_key).into();
        MacSessions::new(keys, AUDIENCE, capacity)
    });
    let mut random = Random(0x6361_6368_6573_0002);
    let mut verdicts = Vec::new();
    for nth in 0..6_000 {
        let operation = Operation::draw(&mut random, &cases, &settings);
        let setting = operation.setting;
        let expected = operation.judge(&verifier(setting, &plain).agreement(&setting.agreement));
        for (cache, sessions) in caches.iter().zip(&sessions) {
            let judged = operation.judge(&verifier(setting, cache).agreement(sessions));
            assert_eq!(judged, expected, "operation {nth}, capacity {}", cache.capacity());
        }
        if nth % 1_000 == 999 {
            caches[0].clear();
            sessions[0].sweep(setting.now);
        }
        verdicts.push(expected);
    }
    let accepted = verdicts.iter().filter(|verdict| verdict.is_ok()).count();
    assert!(accepted > 500, "{accepted} accepted");
    assert!(kinds(&verdicts) > 35, "{} kinds of refusal", kinds(&verdicts));
    assert!(sessions.iter().all(|sessions| !sessions.list().is_empty()));
}
