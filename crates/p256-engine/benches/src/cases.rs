//! The cases of this engine: key unknown or prepared, alone or together, few keys or many, each engine forced.

use p256::ecdsa::{Signature, SigningKey, signature::hazmat::PrehashSigner};
use std::{hint::black_box, rc::Rc};
use throughline_p256::{Engine, Item, Key, PreparedKey, VerifyingKey, verify_batch_with};

/// Something to time.
pub struct Case {
    pub name: String,
    /// Signatures a call of `run` verifies.
    pub signatures: usize,
    pub run: Box<dyn FnMut()>,
    /// Most it may cost, times AWS-LC.
    pub target: Option<f64>,
    /// Nanoseconds a signature, to choose the number of calls.
    pub guess: f64,
}

impl Case {
    pub fn new(name: impl Into<String>, signatures: usize, target: Option<f64>, run: impl FnMut() + 'static) -> Self {
        Self { name: name.into(), signatures, run: Box::new(run), target, guess: 50_000.0 }
    }
}

/// One key and one signature of it.
pub struct Sample {
    pub plain: VerifyingKey,
    pub prepared: PreparedKey,
    pub prehash: [u8; 32],
    pub signature: [u8; 64],
}

pub fn all() -> Vec<Case> {
    let samples: Rc<Vec<Sample>> = Rc::new((1..=512).map(sample).collect());
    let mut cases = Vec::new();
    for engine in [Engine::Portable, Engine::Ifma].into_iter().filter(|engine| engine.is_available()) {
        let pick = |portable: f64, ifma: f64| {
            Some(if engine == Engine::Portable { portable } else { ifma }).filter(|target| *target > 0.0)
        };
        let name = match engine {
            Engine::Portable => "portable",
            _ => "ifma",
        };
        let mut add = |prepared: bool, together: usize, keys: usize, target: Option<f64>| {
            let kind = if prepared { "prepared" } else { "unknown" };
            let rotation = if keys == 512 || together == 1 { format!(", {keys} keys") } else { String::new() };
            let name = format!("{name}: {kind}, {together} together{rotation}").replace("1 together", "alone");
            cases.push(verify_case(name, engine, samples.clone(), prepared, together, keys, target));
        };
        add(false, 1, 8, pick(1.36, 0.0));
        add(false, 3, 512, None);
        add(false, 8, 512, pick(1.36, 0.28));
        add(true, 1, 1, None);
        add(true, 1, 8, pick(0.30, 0.12));
        add(true, 1, 64, None);
        add(true, 1, 512, pick(0.35, 0.14));
        add(true, 3, 8, pick(0.26, 0.105));
        add(true, 8, 8, pick(0.24, 0.08));
        add(true, 16, 16, None);
        add(true, 8, 512, None);
    }
    let key = samples[0].plain;
    cases.push(Case::new("table build (per key)", 1, None, move || {
        black_box(PreparedKey::new(black_box(&key)));
    }));
    cases
}

fn verify_case(
    name: String,
    engine: Engine,
    samples: Rc<Vec<Sample>>,
    prepared: bool,
    together: usize,
    keys: usize,
    target: Option<f64>,
) -> Case {
    let mut next = 0;
    Case::new(name, together, target, move || {
        let items: Vec<Item<'_>> = (0..together)
            .map(|i| {
                // A stride that visits all keys, not in the order of their tables.
                let sample = &samples[(next + i).wrapping_mul(167) % keys];
                let key = if prepared { Key::Prepared(&sample.prepared) } else { Key::Plain(&sample.plain) };
                Item { key, prehash: &sample.prehash, signature: &sample.signature }
            })
            .collect();
        next += together;
        let mut verdicts = [false; 16];
        assert!(verify_batch_with(engine, black_box(&items), &mut verdicts[..together]));
    })
}

pub fn signing_key(i: u32) -> SigningKey {
    let mut secret = [0x5a; 32];
    secret[..4].copy_from_slice(&i.to_be_bytes());
    SigningKey::from_slice(&secret).expect("below n")
}

fn sample(i: u32) -> Sample {
    let secret = signing_key(i);
    let mut prehash = [0xa5; 32];
    prehash[..4].copy_from_slice(&i.to_be_bytes());
    let signature: Signature = secret.sign_prehash(&prehash).expect("signs");
    let plain = VerifyingKey::from_sec1(secret.verifying_key().to_sec1_point(false).as_bytes()).expect("a key");
    Sample { plain, prepared: PreparedKey::new(&plain), prehash, signature: signature.normalize_s().to_bytes().into() }
}
