//! Verification of one signature or of many together.

use crate::{engine::Engine, ifma, key::Key, portable};

/// A signature to verify: r || s over a SHA-256 digest, under a key.
#[derive(Clone, Copy, Debug)]
#[expect(clippy::exhaustive_structs, reason = "a plain record that callers build; it is complete")]
pub struct Item<'a> {
    /// The key.
    pub key: Key<'a>,
    /// The SHA-256 digest of the message.
    pub prehash: &'a [u8; 32],
    /// r || s, each big-endian.
    pub signature: &'a [u8; 64],
}

/// Verifies all items, with the fastest engine for this CPU; each verdict is exactly that of verifying the item alone.
///
/// Writes one verdict an item and returns whether all are valid. Nothing is verified, all verdicts are `false` and so is the result,
/// if there are not as many verdicts as items.
#[must_use]
pub fn verify_batch(items: &[Item<'_>], verdicts: &mut [bool]) -> bool {
    verify_batch_with(Engine::detect(), items, verdicts)
}

/// As [`verify_batch`], with a given engine.
#[must_use]
pub fn verify_batch_with(engine: Engine, items: &[Item<'_>], verdicts: &mut [bool]) -> bool {
    verdicts.fill(false);
    if items.len() != verdicts.len() {
        return false;
    }
    for (items, verdicts) in items.chunks(CHUNK).zip(verdicts.chunks_mut(CHUNK)) {
        verify_chunk(engine, items, verdicts);
    }
    verdicts.iter().all(|verdict| *verdict)
}

/// Items judged together: as many as the IFMA engine has lanes.
pub(crate) const CHUNK: usize = 8;

pub(crate) fn verify_one(engine: Engine, item: &Item<'_>) -> bool {
    let mut verdict = [false];
    verify_chunk(engine, core::slice::from_ref(item), &mut verdict);
    verdict == [true]
}

fn verify_chunk(engine: Engine, items: &[Item<'_>], verdicts: &mut [bool]) {
    // Eight lanes do not pay for a single unknown key.
    let alone = matches!(items, [Item { key: Key::Plain(_), .. }]);
    match ifma::Available::detect().filter(|_| engine == Engine::Ifma && !alone) {
        Some(ifma) => {
            for ((item, verdict), judged) in items.iter().zip(verdicts).zip(ifma.verify(items)) {
                *verdict = judged.unwrap_or_else(|| portable::verify::<1>(core::slice::from_ref(item)) == [true]);
            }
        }
        None => verify_portable(items, verdicts),
    }
}

fn verify_portable(items: &[Item<'_>], verdicts: &mut [bool]) {
    // The smallest room that fits: clearing the room for eight costs more than one signature's share of the work saves.
    match items.len() {
        0 => {}
        1 => copy(verdicts, &portable::verify::<1>(items)),
        2..=4 => copy(verdicts, &portable::verify::<4>(items)),
        _ => copy(verdicts, &portable::verify::<CHUNK>(items)),
    }
}

fn copy(verdicts: &mut [bool], from: &[bool]) {
    for (verdict, from) in verdicts.iter_mut().zip(from) {
        *verdict = *from;
    }
}
