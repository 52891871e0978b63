//! A second key for which the same signature verifies: `kid` is a hash of the key, so it has no place.

use throughline::issue::Actor;
use throughline::{ErrorKind, Part, TrustedKey};

use super::OPEN;
use crate::accept::LATER;
use crate::bundles::jwk_of;
use crate::common::cbor::{bytes, cose_key, put, text};
use crate::common::forge::{Forge, Message, split};
use crate::common::{key, public};
use crate::seals::second_key;
use crate::suite::{Edit, Scenario, Suite};
use crate::tokens::{chain, open_chain, through_gateway};

pub(super) fn publish(suite: &mut Suite) {
    second_keys(suite);
}

/// A second key for which the same signature verifies: `kid` is a hash of the key, so it has no place.
fn second_keys(suite: &mut Suite) {
    let token = open_chain(4);
    for (link, place) in LATER {
        let message = Forge::of(&token).link(link.into()).message.clone();
        let second = second_key(&message, public(&format!("worker {link}")).key());
        suite
            .spoil(
                OPEN,
                &format!("second-key-of-a-signature-in-the-credential-{place}"),
                ErrorKind::CredentialMissing,
                Part::Link(link),
                "A credential for a second key under which the link's signature verifies, in the place of the first. \
                 Masked: the link's `kid` names the other credential.",
                |vector| {
                    let at = usize::from(link) * 2 - 1;
                    let mut items = split(&token);
                    let mut other = Message::of(&items[at]);
                    other.put(&[8, 1], cose_key(&second));
                    other.sign("attester");
                    items[at] = other.encoded();
                    vector.token = Some(items.concat().into());
                },
            )
            .flags(&["crypto", "masked", place]);
    }
    let root = Forge::of(&chain(1)).link(0).message.clone();
    let second = second_key(&root, public("alice").key());
    suite
        .spoil(
            "root-alone",
            "second-key-of-a-signature-in-the-anchor",
            ErrorKind::OriginUnknown,
            Part::Link(0),
            "The anchor has a second key for the root's signature. Masked: the root's `kid` is the other's.",
            |vector| vector.edit_trust(|trust| trust["origins"][0]["key"] = jwk_of(&second)),
        )
        .flags(&["crypto", "masked"]);
    let token = through_gateway(3);
    let second = second_key(&Forge::of(&token).link(1).message, public("gateway").key());
    suite
        .spoil(
            "through-pinned-gateway",
            "second-key-of-a-signature-in-the-pin",
            ErrorKind::CredentialMissing,
            Part::Link(1),
            "The pin has a second key for the link's signature. Masked: the link's `kid` is the other's.",
            |vector| vector.edit_trust(|trust| trust["pins"][0]["key"] = jwk_of(&second)),
        )
        .flags(&["crypto", "masked", "first"]);
    let token = chain(2);
    let second = second_key(&Forge::of(&token).credential(0).message, public("attester").key());
    let plain = Scenario::verify(&token).trust(crate::bundles::plain());
    suite.accept("signatures", "one-attester", "A worker's credential by the only attester.", plain);
    suite
        .spoil(
            "one-attester",
            "second-key-of-a-signature-in-the-attester",
            ErrorKind::AttesterUnknown,
            Part::Credential(0),
            "The attester has a second key under which the credential's signature verifies. \
             Masked: the credential's `kid` is the other key's.",
            |vector| vector.edit_trust(|trust| trust["attesters"][0]["key"] = jwk_of(&second)),
        )
        .flags(&["crypto", "masked"]);
    let token = crate::common::world::stranger(&crate::common::root().next_anyone().sign(&key("alice")).unwrap());
    let message = Forge::of(&token).link(1).message.clone();
    let second = second_key(&message, public("stray").key());
    suite
        .spoil(
            "stranger-where-anyone-may",
            "second-key-of-a-signature-carried",
            ErrorKind::SignatureInvalid,
            Part::Link(1),
            "An unvouched actor carries a second key for the signature of its link as it was with the first.",
            |vector| {
                let uri = Actor::unvouched(TrustedKey::new(second)).identifier().to_owned();
                vector.forge(|forge| {
                    let forged = forge.link(1);
                    forged.seal = Some(forged.message.seal.clone());
                    forged.message.put(&[8, 1], cose_key(&second));
                    forged.message.put(&[1], text(&uri));
                    let kid = bytes(second.thumbprint().as_bytes());
                    forged.message.header(|header| put(header, &[4], kid));
                });
            },
        )
        .flags(&["crypto"]);
}
