//! Links only if no path through verification can panic: `cargo build --release --bin no_panic`.
//!
//! `no_panic` leaves a call to a function that does not exist wherever unwinding is possible. It proves something only with unwinding
//! on and one optimized unit, as this package's release profile has it; `--features control` adds an index that must fail to link.

use std::hint::black_box;

use no_panic::no_panic;
use throughline_p256::{Engine, Item, Key, PreparedKey, VerifyingKey, verify_batch_with};

#[no_panic]
fn parse(bytes: &[u8]) -> Option<VerifyingKey> {
    VerifyingKey::from_sec1(bytes).ok()
}

#[no_panic]
fn alone(
    engine: Engine,
    plain: &VerifyingKey,
    prepared: &PreparedKey,
    prehash: &[u8; 32],
    signature: &[u8; 64],
) -> bool {
    plain.verify_with(engine, prehash, signature) & prepared.verify_with(engine, prehash, signature)
}

#[no_panic]
fn together(engine: Engine, items: &[Item<'_>], verdicts: &mut [bool]) -> bool {
    #[cfg(feature = "control")]
    black_box(verdicts[items.len()]);
    verify_batch_with(engine, items, verdicts)
}

fn main() {
    let mut generator = *b"\x04k\x17\xd1\xf2\xe1,BG\xf8\xbc\xe6\xe5c\xa4@\xf2w\x03}\x81-\xeb3\xa0\xf4\xa19E\xd8\x98\xc2\x96O\xe3B\xe2\xfe\x1a\x7f\x9b\x8e\xe7\xebJ|\x0f\x9e\x16+\xce3Wk1^\xce\xcb\xb6@h7\xbfQ\xf5";
    let plain = parse(black_box(&mut generator)).expect("G");
    let prepared = PreparedKey::new(&plain);
    let (prehash, signature) = (black_box([1; 32]), black_box([1; 64]));
    for engine in [Engine::Portable, Engine::Ifma] {
        assert!(!alone(engine, &plain, &prepared, &prehash, &signature));
        let keys = [Key::Plain(&plain), Key::Prepared(&prepared)].into_iter().cycle();
        let items: Vec<Item<'_>> =
            keys.take(19).map(|key| Item { key, prehash: &prehash, signature: &signature }).collect();
        assert!(!together(engine, &items, &mut [false; 19]));
    }
    println!("linked, so nothing can panic");
}
