//! Stage 12, V1201: every key is a point of the curve.

use throughline::issue::Actor;
use throughline::{ErrorKind, Part, PublicKey, TrustedKey};

use super::{OPEN, P_PLUS_5, SECP256K1_X, SECP256K1_Y, SMALL_X_Y, SMALL_Y_X, hex, small};
use crate::accept::{ALL, LATER};
use crate::common::cbor::{OURS, bytes, cose_key, put, text};
use crate::common::public;
use crate::suite::{Edit, Suite};

pub(super) fn publish(suite: &mut Suite) {
    agreement_points(suite);
    signing_points(suite);
}

/// Coordinates that are no point of P-256, in the manner of Wycheproof's sets for ECDH.
fn no_points() -> Vec<(&'static str, &'static str, PublicKey)> {
    let good = *public("worker 9").key();
    let mut beside_x = *good.x();
    beside_x[31] ^= 1;
    let mut beside_y = *good.y();
    beside_y[31] ^= 2;
    let of = PublicKey::from_coordinates;
    vec![
        ("x-beside", "x has one bit changed", of(beside_x, *good.y())),
        ("y-beside", "y has one bit changed", of(*good.x(), beside_y)),
        ("x-beyond-p", "x is p + 5, where 5 would be a point", of(hex(P_PLUS_5), hex(SMALL_X_Y))),
        ("y-beyond-p", "y is p + 5, where 5 would be a point", of(hex(SMALL_Y_X), hex(P_PLUS_5))),
        ("x-highest", "x is 2²⁵⁶ − 1", of([0xff; 32], *good.y())),
        ("y-highest", "y is 2²⁵⁶ − 1", of(*good.x(), [0xff; 32])),
        ("zero", "x and y are 0, as infinity is sometimes written", of([0; 32], [0; 32])),
        ("y-zero", "y is 0: a point of order 2 of another curve", of(*good.x(), [0; 32])),
        ("twist", "x is that of a point of the twist", of(small(1), *good.y())),
        ("swapped", "x and y are exchanged", of(*good.y(), *good.x())),
        ("secp256k1", "it is the base point of secp256k1", of(hex(SECP256K1_X), hex(SECP256K1_Y))),
    ]
}

/// V1201 for keys that sign nothing here.
fn agreement_points(suite: &mut Suite) {
    for (id, what, wrong) in no_points() {
        for (link, place) in ALL {
            // Of all ways the first at each place, of the others one place each.
            if place == "middle" || id == "x-beside" || id == "y-zero" {
                suite
                    .spoil(
                        &format!("agreement-key-{place}"),
                        &format!("agreement-key-{id}-{place}"),
                        ErrorKind::KeyOffCurve,
                        Part::Link(link),
                        &format!("An agreement key is no point of the curve: {what}."),
                        |vector| {
                            vector.forge(|forge| forge.link(link.into()).message.put(&[OURS, 9], cose_key(&wrong)));
                        },
                    )
                    .flags(&["crypto", "keys", place]);
            }
        }
    }
}

/// V1201 for keys that must sign.
fn signing_points(suite: &mut Suite) {
    const MASKED: &str = "Masked: no signature verifies under it.";
    for (nth, (id, what, wrong)) in no_points().into_iter().enumerate() {
        let (link, place) = LATER[nth % 3];
        suite
            .spoil(
                OPEN,
                &format!("credential-for-key-{id}"),
                ErrorKind::KeyOffCurve,
                Part::Credential(link - 1),
                &format!("A credential is for a key that is no point of the curve: {what}. {MASKED}"),
                |vector| {
                    vector.forge(|forge| {
                        forge.credential(usize::from(link) - 1).message.put(&[8, 1], cose_key(&wrong));
                    });
                },
            )
            .flags(&["crypto", "keys", "masked", place]);
        let (twin, part, place) = match nth % 3 {
            0 => ("stranger-where-anyone-may", 1, "first"),
            1 => ("stranger-in-the-middle", 2, "middle"),
            _ => ("strangers-link-last", 1, "last"),
        };
        suite
            .spoil(
                twin,
                &format!("carried-key-{id}"),
                ErrorKind::KeyOffCurve,
                Part::Link(part),
                &format!("An unvouched actor's key is no point of the curve: {what}. {MASKED}"),
                |vector| {
                    let thumbprint = wrong.thumbprint();
                    let uri = Actor::unvouched(TrustedKey::new(wrong)).identifier().to_owned();
                    vector.forge(|forge| {
                        let parent = usize::from(part) - 1;
                        if twin == "strangers-link-last" {
                            forge.link(parent).message.put(&[OURS, 5], bytes(thumbprint.as_bytes()));
                        }
                        let message = &mut forge.link(part.into()).message;
                        message.put(&[8, 1], cose_key(&wrong));
                        message.put(&[1], text(&uri));
                        message.header(|header| put(header, &[4], bytes(thumbprint.as_bytes())));
                    });
                },
            )
            .flags(&["crypto", "keys", "masked", place]);
    }
}
