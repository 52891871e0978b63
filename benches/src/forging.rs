//! Forged tokens: something in an accepted one is changed at random, and all that names it or signs it is made anew.

use ciborium::Value;

use crate::common::forge::Forge;
use crate::job::Random;

/// The token with one to three changes to the claims of its links and hand-overs.
pub fn forged(token: &[u8], random: &mut Random) -> Vec<u8> {
    let mut forge = Forge::of(token);
    for _ in 0..=random.below(3) {
        let at = random.below(forge.items.len());
        forge.items[at].message.claims(|claims| change(claims, random));
    }
    forge.token()
}

/// Changes one thing somewhere below.
fn change(value: &mut Value, random: &mut Random) {
    match value {
        Value::Map(entries) if !entries.is_empty() => {
            let at = random.below(entries.len());
            match random.below(12) {
                0 => drop(entries.remove(at)),
                _ => change(&mut entries[at].1, random),
            }
        }
        Value::Array(elements) if !elements.is_empty() => {
            let at = random.below(elements.len());
            match random.below(10) {
                0 => drop(elements.remove(at)),
                1 => elements.swap(at, 0),
                _ => change(&mut elements[at], random),
            }
        }
        Value::Integer(integer) => {
            let changed = i128::from(*integer) + [-60, -1, 1, 60][random.below(4)];
            *integer = i64::try_from(changed).unwrap_or(0).into();
        }
        // The last character, so that whatever compares it has to read all before it.
        Value::Text(text) => {
            text.pop();
            text.push(['a', 'y', '*', '/'][random.below(4)]);
        }
        Value::Bytes(bytes) if bytes.len() == 16 => bytes[0] ^= 1,
        _ => {}
    }
}
