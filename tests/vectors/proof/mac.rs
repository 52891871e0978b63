//! Stage 10, V1007–V1009: MAC proofs, whose tags are made from the specification alone (token.md §8.2).

use throughline::{Digest, ErrorKind, Part};
use throughline_conformance::{Authority, Demands};

use super::MAC;
use crate::common::cbor::{OURS, bytes, put};
use crate::common::forge::{Forge, Message};
use crate::common::public;
use crate::common::world::{agreement_key, mac_proof};
use crate::seals::Seal;
use crate::suite::{Edit, Suite};
use crate::tokens::agreeing;

pub(super) fn publish(suite: &mut Suite) {
    kinds(suite);
    agreements(suite);
}

/// V1007
fn kinds(suite: &mut Suite) {
    for (id, authority) in [("alone", None), ("and-independent-authority", Some(Authority::Independent))] {
        suite
            .spoil(
                MAC,
                &format!("signature-demanded-{id}"),
                ErrorKind::ProofKind,
                Part::Proof,
                "A MAC proof where the policy demands a signature.",
                |vector| vector.edit_request(|request| request.policy = Some(Demands { signed: true, authority })),
            )
            .flags(&["proof", "mac", "policy"]);
    }
}

/// V1008, V1009
fn agreements(suite: &mut Suite) {
    for (twin, id, what) in [
        ("signed-proof-without-agreement-key", "mac-proof-without-agreement-key", "the head has no `agree` key"),
        (
            "signed-proof-behind-an-agreement-key",
            "mac-proof-with-the-agreement-key-of-the-link-before",
            "only the link before has an `agree` key",
        ),
    ] {
        suite
            .spoil(
                twin,
                id,
                ErrorKind::AgreementMissing,
                Part::Proof,
                &format!("A MAC proof, and {what}. Masked: without it there is no MAC key."),
                |vector| {
                    let token = &vector.token.as_ref().unwrap().0;
                    let head = Forge::of(token).items.last().unwrap().message.clone();
                    let mut message = Message::of(&mac_proof(&agreeing()));
                    message.header(|header| put(header, &[4], bytes(head.kid().as_bytes())));
                    message.put(&[OURS, 17], bytes(head.digest().as_bytes()));
                    Seal::proper(token).put_on(&mut message);
                    vector.proof = Some(message.encoded().into());
                },
            )
            .flags(&["proof", "mac", "masked"]);
    }
    const MASKED: &str = "Masked: the audience has no secret for it.";
    for (id, what, agreement) in [
        ("elsewhere", "an agreement key of another audience", *agreement_key("elsewhere").public().thumbprint()),
        ("the-heads", "the head's own agreement key", *agreement_key("worker 1").public().thumbprint()),
        ("signing", "a worker's signing key", *public("worker 1").thumbprint()),
        ("zero", "zero", Digest([0; 32])),
    ] {
        suite
            .spoil(
                MAC,
                &format!("agreement-with-{id}"),
                ErrorKind::AgreementUnknown,
                Part::Proof,
                &format!("`agreement` is {what}. {MASKED}"),
                |vector| {
                    let mut message = Message::of(&vector.proof.as_ref().unwrap().0);
                    message.put(&[OURS, 19], bytes(agreement.as_bytes()));
                    Seal { agreement, ..Seal::proper(&agreeing()) }.put_on(&mut message);
                    vector.proof = Some(message.encoded().into());
                },
            )
            .flags(&["proof", "mac", "masked"]);
    }
    for (id, what, keep) in
        [("given-up", "The audience gave that agreement key up.", 1), ("none", "The audience has no agreement key.", 0)]
    {
        suite
            .spoil(
                MAC,
                &format!("agreement-key-{id}"),
                ErrorKind::AgreementUnknown,
                Part::Proof,
                &format!("{what} {MASKED}"),
                |vector| vector.agreement.truncate(keep),
            )
            .flags(&["proof", "mac", "masked"]);
    }
}
