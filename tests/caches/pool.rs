//! Tokens of all kinds, valid and mutated, with proofs and the settings under which they are judged: for verdicts by the thousand.

use throughline::Error;
use throughline::issue::ProofBuilder;

use crate::common::cbor::{OURS, bstr, bytes, cose_key, int, raw, text};
use crate::common::forge::{Forge, Message, split};
use crate::common::lists::{Held, Revoked};
use crate::common::setting::Setting;
use crate::common::world::{agreement_key, ceiling, edit, revocable_trust, wide_trust};
use crate::common::{AUDIENCE, HOUR, NOW, public, request_digest, worker};
use crate::door::signature_of;
use crate::facts::tokens;
use crate::seals::second_signature;
use crate::sessions::head;

/// A token, and proofs that may or may not be for it.
pub(crate) struct Case {
    pub(crate) token: Vec<u8>,
    pub(crate) proofs: Vec<Vec<u8>>,
}

/// xorshift64*: the same numbers in every run.
pub(crate) struct Random(pub(crate) u64);

impl Random {
    pub(crate) fn next(&mut self) -> u64 {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        self.0.wrapping_mul(0x2545_f491_4f6c_dd1d)
    }

    pub(crate) fn below(&mut self, bound: usize) -> usize {
        usize::try_from(self.next() >> 32).unwrap() % bound
    }

    pub(crate) fn one_in(&mut self, bound: usize) -> bool {
        self.below(bound) == 0
    }
}

/// Every kind of token, and what a forge makes of each.
pub(crate) fn cases() -> Vec<Case> {
    let mut random = Random(0x6361_6368_6573_0001);
    let mut originals = tokens();
    originals.extend([head(1), head(2), head(3)]);
    let mut all = Vec::new();
    for token in &originals {
        all.push(token.clone());
        all.extend(forged(token));
        let items = split(token);
        for _ in 0..6 {
            let (one, other) = (random.below(items.len()), random.below(items.len()));
            let mut changed = items.clone();
            match random.below(4) {
                0 => changed.swap(one, other),
                1 => drop(changed.remove(one)),
                2 => changed.insert(one, items[other].clone()),
                _ => {
                    let foreign = split(&originals[random.below(originals.len())]);
                    changed.insert(one, foreign[random.below(foreign.len())].clone());
                }
            }
            all.push(changed.concat());
        }
        for _ in 0..2 {
            all.push(token[..random.below(token.len())].to_vec());
        }
        // Each shorter token.
        all.extend((1..items.len()).map(|len| items[..len].concat()));
    }
    all.into_iter().map(|token| Case { proofs: proofs(&token), token }).collect()
}

/// One defect each, everything signed again; and what is no defect: another signature, another claim.
fn forged(token: &[u8]) -> Vec<Vec<u8>> {
    let whole = Forge::of(token);
    let last = whole.items.len() - 1;
    let nowhere = throughline::PublicKey::from_coordinates([1; 32], [1; 32]);
    let mut made = Vec::new();
    let mut make = |at: usize, change: &dyn Fn(&mut Message)| {
        let mut forge = whole.clone();
        change(&mut forge.items[at].message);
        made.push(forge.token());
    };
    for at in [0, last / 2, last] {
        make(at, &|message| message.put(&[99], raw(&[0])));
        make(at, &|message| message.put(&[4], int(i64::MAX)));
        make(at, &|message| message.put(&[OURS, 10], bytes(&[9; 32])));
        make(at, &|message| message.put(&[OURS, 9], cose_key(&nowhere)));
        make(at, &|message| message.put(&[OURS, 3], text("reader")));
        make(at, &|message| message.put(&[OURS, 5], text(&worker(9))));
        make(at, &|message| message.put(&[OURS, 2], int(9)));
        make(at, &|message| {
            let everything = ciborium::Value::Array(vec![text("*"), text("*")]);
            message.put(&[OURS, 4], crate::common::cbor::set([everything]));
        });
    }
    for at in [0, last] {
        // By a stranger; with the signature of a neighbour; with a second signature of its own.
        let mut stranger = whole.clone();
        stranger.items[at].signer = "mallory".to_owned();
        made.push(stranger.token());
        let mut borrowed = whole.clone();
        borrowed.items[at].seal = Some(whole.items[last - at].message.seal.clone());
        made.push(borrowed.token());
        let mut twice = whole.clone();
        let item = &mut twice.items[at];
        let second = second_signature(&item.signer, &item.message.digest());
        assert_ne!(second, signature_of(&item.message));
        item.message.seal = bstr(&second);
        made.push(twice.items.iter().flat_map(|item| item.message.encoded()).collect());
    }
    made
}

/// Signed by each key that might be the head's, under MACs of two agreement keys, and for another audience.
fn proofs(token: &[u8]) -> Vec<Vec<u8>> {
    let builder = |audience| ProofBuilder::new(token, audience, request_digest(), NOW, [1; 16]);
    let mut made = Vec::new();
    for name in ["alice", "worker 1", "worker 2", "worker 3", "worker 15", "agent", "stray"] {
        if let Ok(signable) = builder(AUDIENCE).to_be_signed(public(name)) {
            made.push(signable.sign(crate::common::cached_key(name)).unwrap());
        }
    }
    for (audience, agreement) in [(AUDIENCE, "audience"), (AUDIENCE, "other"), ("https://mail.example", "audience")] {
        made.extend(builder(audience).mac(&agreement_key("worker 1"), agreement_key(agreement).public()));
    }
    if made.is_empty() {
        made.push(vec![0xd2]);
    }
    made
}

/// What verdicts depend on, each a little different.
pub(crate) fn settings() -> Vec<Setting> {
    let wide = || {
        let mut setting = Setting::new(wide_trust());
        setting.agreement = ["audience", "other"].map(agreement_key).into();
        setting
    };
    let mut all = vec![wide(), wide()];
    let mut changed = |change: &dyn Fn(&mut Setting)| {
        let mut setting = wide();
        change(&mut setting);
        all.push(setting);
    };
    changed(&|setting| setting.now = NOW.plus(HOUR + 29));
    changed(&|setting| setting.now = NOW.plus(HOUR + 30));
    changed(&|setting| setting.now = NOW.minus(91));
    changed(&|setting| setting.limits.links = 2);
    changed(&|setting| setting.limits.credentials = 1);
    changed(&|setting| setting.limits.grants = 0);
    changed(&|setting| setting.limits.token_bytes = 700);
    changed(&|setting| edit(&mut setting.trust.attesters, |attesters| drop(attesters.remove(0))));
    changed(&|setting| edit(&mut setting.trust.attesters, |attesters| attesters[0].key = public("mallory")));
    changed(&|setting| edit(&mut setting.trust.attesters, |attesters| attesters[0].roles = vec![].into()));
    changed(&|setting| edit(&mut setting.trust.origins, |origins| drop(origins.remove(0))));
    changed(&|setting| edit(&mut setting.trust.origins, |origins| origins[0].ceiling = ceiling("a.*", "*")));
    changed(&|setting| edit(&mut setting.trust.pins, Vec::clear));
    for entry in [Revoked::Key(*public("worker 1").thumbprint()), Revoked::Identifier(worker(2))] {
        changed(&|setting| {
            setting.trust = revocable_trust();
            let (issued, expires) = (NOW.minus(HOUR), NOW.plus(HOUR));
            let issuer = *public("revoker").thumbprint();
            setting.lists.0.push(Held { issuer, issued, expires, entries: vec![entry.clone()] });
        });
    }
    all
}

/// Kinds of refusal that were seen, to know that the pool is one of many.
pub(crate) fn kinds(verdicts: &[Result<(), Error>]) -> usize {
    let mut numbers: Vec<u16> =
        verdicts.iter().filter_map(|one| one.as_ref().err()).map(|one| one.kind.number()).collect();
    numbers.sort_unstable();
    numbers.dedup();
    numbers.len()
}
