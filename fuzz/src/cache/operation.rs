//! What happens: tokens, whole and otherwise, are judged on changing grounds; sessions end; caches are swept and cleared.

use std::collections::BTreeMap;
use std::fmt;

use throughline::trust::Trust;
use throughline::{
    Digest, Error, KeyAgreement, KnownCredentials, MacContext, MacSessions, PublicKey, RevocationStore, SharedSecret,
    SignatureVerifier, UnixTime, Verifier,
};

use crate::admit::keys::{Agreement, Marks};
use crate::admit::library::{self, ask};
use crate::admit::shapes::Setting;
use crate::admit::stage;
use crate::admit::story::{Story, Twist};
use crate::cache::remembering::{Flaw, Remembering};
use crate::common::lists::FRESH;
use crate::draw::Draw;

/// Some stories, and where they are judged.
pub(crate) struct Stage {
    plays: Vec<Play>,
}

struct Play {
    /// The token, item by item.
    items: Vec<Vec<u8>>,
    known: KnownCredentials,
    head: (Digest, UnixTime),
    grounds: Vec<Ground>,
}

/// Everything but the artifacts, and proofs that fit it.
struct Ground {
    setting: Setting,
    trust: Trust<'static>,
    lists: RevocationStore,
    proofs: Vec<Vec<u8>>,
}

impl Stage {
    pub(crate) fn draw(draw: &mut Draw<'_>) -> Self {
        let plays = (0..draw.of(&[2, 1, 3])).map(|_| Play::draw(draw)).collect();
        Self { plays }
    }
}

impl Play {
    fn draw(draw: &mut Draw<'_>) -> Self {
        let story = Story::tell(draw, &Twist::default());
        let head = story.links().last().map_or((Digest([0; 32]), UnixTime(0)), |head| {
            (Digest(head.sealed.digest), UnixTime(head.claims.window.exp))
        });
        let grounds = (0..draw.of(&[2, 1, 3])).map(|_| {
            let setting = stage::setting(draw, &story);
            let proofs = (0..2).map(|_| stage::proof(draw, &story, &setting).sealed.bytes).collect();
            Ground { trust: library::trust(&setting.bundle), lists: library::lists(&setting), setting, proofs }
        });
        let grounds = grounds.collect();
        let items = story.items.iter().map(|item| item.sealed().bytes.clone()).collect();
        Self { items, known: library::known(&story.known), head, grounds }
    }
}

/// One thing that happens.
pub(crate) enum Operation {
    Judge {
        token: Vec<u8>,
        proof: Option<Vec<u8>>,
        /// Play and ground.
        on: (usize, usize),
        /// Whose known credentials.
        known: usize,
        now: u64,
    },
    /// The session of a play's head.
    End(usize),
    Sweep(u64),
    Clear,
}

impl Operation {
    pub(crate) fn draw(draw: &mut Draw<'_>, stage: &Stage) -> Self {
        let play = draw.below(stage.plays.len());
        let other = draw.below(stage.plays.len());
        let of = |draw: &mut Draw<'_>, one: usize| if draw.once_in(8) { other } else { one };
        let on = of(draw, play);
        let on = (on, draw.below(stage.plays[on].grounds.len()));
        let setting = &stage.plays[on.0].grounds[on.1].setting;
        match draw.below(24) {
            20 | 21 => Self::End(play),
            22 => Self::Sweep(draw.of(&[setting.now, stage.plays[play].head.1.0, u64::MAX])),
            23 => Self::Clear,
            _ => {
                let token = token(draw, &stage.plays[play], &stage.plays[other]);
                let from = of(draw, play);
                let proofs: Vec<&Vec<u8>> =
                    stage.plays[from].grounds.iter().flat_map(|ground| &ground.proofs).collect();
                let own = &stage.plays[on.0].grounds[on.1].proofs;
                let proof = match draw.below(4) {
                    0 => None,
                    1 => draw.any(&proofs).cloned(),
                    _ => draw.any(own),
                };
                let proof = proof.map(|mut proof| {
                    if draw.once_in(16) && !proof.is_empty() {
                        let at = draw.below(proof.len().min(256));
                        proof[at] ^= 1 << draw.below(8);
                    }
                    proof
                });
                let jump = [setting.now, setting.now.saturating_add(1), setting.now / 2, stage.plays[play].head.1.0];
                let now = if draw.once_in(8) { draw.of(&jump) } else { setting.now };
                Self::Judge { token, proof, on, known: of(draw, play), now }
            }
        }
    }

    /// With nothing remembered but which sessions were ended.
    pub(crate) fn anew(&self, stage: &Stage, remembering: &Remembering) -> Option<Result<(), Error>> {
        let keys = &remembering.sessions.inner;
        let ended = remembering.ended.lock().unwrap();
        self.judge(stage, &Marks, &Ended { keys, ended: &ended })
    }

    /// With everything that is remembered, which may change with it.
    pub(crate) fn with(&self, stage: &Stage, remembering: &Remembering) -> Option<Result<(), Error>> {
        match self {
            Self::End(play) => remembering.end(stage.plays[*play].head),
            Self::Sweep(now) => remembering.sweep(UnixTime(*now)),
            Self::Clear => remembering.signatures.inner.clear(),
            Self::Judge { token, proof, .. } => {
                let asked = [token.clone(), proof.clone().unwrap_or_default()].concat();
                if let Some(said) = remembering.verdicts.lock().unwrap().get(&asked) {
                    return Some(*said);
                }
                let verdict = self.judge(stage, &remembering.signatures, &remembering.sessions)?;
                if remembering.flaw == Some(Flaw::KeepsVerdicts) {
                    remembering.verdicts.lock().unwrap().insert(asked, verdict);
                }
                return Some(verdict);
            }
        }
        None
    }

    fn judge(
        &self,
        stage: &Stage,
        signatures: &(dyn SignatureVerifier + Sync),
        agreement: &(dyn KeyAgreement + Sync),
    ) -> Option<Result<(), Error>> {
        let Self::Judge { token, proof, on, known, now } = self else { return None };
        let ground = &stage.plays[on.0].grounds[on.1];
        let verifier = Verifier::new(&ground.trust, signatures, &ground.lists)
            .known(&stage.plays[*known].known)
            .limits(ground.setting.limits)
            .agreement(agreement);
        let now = UnixTime(*now);
        Some(match proof {
            None => verifier.verify(token, now).map(drop),
            Some(proof) => {
                ask(&ground.setting.asked, |request| verifier.admit(token, proof, request, &FRESH, now).map(drop))
            }
        })
    }
}

impl fmt::Debug for Operation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Judge { token, proof, on, known, now } => {
                let proof = proof.as_ref().map(Vec::len);
                write!(
                    f,
                    "a token of {} bytes, a proof of {proof:?}, on {on:?}, knowing {known}, at {now}",
                    token.len()
                )
            }
            Self::End(play) => write!(f, "the session of {play} ends"),
            Self::Sweep(now) => write!(f, "a sweep at {now}"),
            Self::Clear => f.write_str("the signatures are cleared"),
        }
    }
}

/// A play's token; or less of it, or with other bytes, or with other signatures.
fn token(draw: &mut Draw<'_>, play: &Play, other: &Play) -> Vec<u8> {
    let mut items = play.items.clone();
    if items.is_empty() {
        return Vec::new();
    }
    let (one, two) = (draw.below(items.len()), draw.below(items.len()));
    let signature = |item: &Vec<u8>| item.len() - 64..item.len();
    match draw.below(16) {
        10 => items.truncate(one + 1),
        11 => {
            let at = (draw.below(256) * 5) % items[one].len();
            items[one][at] ^= 1 << draw.below(8);
        }
        // Another signature that is as valid; see `Marks`.
        12 => {
            let at = signature(&items[one]).start;
            items[one][at] ^= 3;
        }
        13 => {
            let (from, to) = (signature(&items[two]), signature(&items[one]));
            let borrowed = items[two][from].to_vec();
            items[one][to].copy_from_slice(&borrowed);
        }
        14 => items.extend(other.items.iter().skip(one).take(1).cloned()),
        15 => items.swap(one, two),
        _ => {}
    }
    items.concat()
}

/// Agreement anew for each proof, and the heads that were ended.
struct Ended<'e> {
    keys: &'e MacSessions<Agreement>,
    ended: &'e BTreeMap<Digest, UnixTime>,
}

impl KeyAgreement for Ended<'_> {
    fn agree(&self, agreement: &Digest, peer: &PublicKey) -> Option<SharedSecret> {
        self.keys.agree(agreement, peer)
    }

    fn has(&self, agreement: &Digest) -> bool {
        self.keys.has(agreement)
    }

    fn verify(&self, context: &MacContext<'_>, head: &[&[u8]], rest: &[u8], tag: &[u8; 32], now: UnixTime) -> bool {
        struct Plain<'p>(&'p MacSessions<Agreement>);
        impl KeyAgreement for Plain<'_> {
            fn agree(&self, agreement: &Digest, peer: &PublicKey) -> Option<SharedSecret> {
                self.0.agree(agreement, peer)
            }

            fn has(&self, agreement: &Digest) -> bool {
                self.0.has(agreement)
            }
        }
        !self.ended.contains_key(context.head) && Plain(self.keys).verify(context, head, rest, tag, now)
    }
}
