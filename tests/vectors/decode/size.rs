//! Stage 1: size.

use throughline::{ErrorKind, Part};
use throughline_conformance::{Base64Url, LimitsOf};

use super::twins::token_of;
use crate::common::proof;
use crate::common::world::called;
use crate::suite::{Scenario, Suite};

const TOKEN_TOO_LARGE: ErrorKind = ErrorKind::TokenTooLarge { len: 0, max: 0 };
const PROOF_TOO_LARGE: ErrorKind = ErrorKind::ProofTooLarge { len: 0, max: 0 };

pub(super) fn publish(suite: &mut Suite) {
    missing(suite);
    own_limits(suite);
    limits_of_the_format(suite);
}

fn missing(suite: &mut Suite) {
    let none = Some(Base64Url(Vec::new()));
    suite.spoil(
        "decode-called",
        "v101-no-bytes-to-verify",
        ErrorKind::TokenEmpty,
        Part::Token,
        "No bytes in the place of a token that is verified.",
        |vector| vector.token.clone_from(&none),
    );
    suite.spoil(
        "decode-proof",
        "v101-no-bytes-to-admit",
        ErrorKind::TokenEmpty,
        Part::Token,
        "No bytes in the place of a token that is admitted: its size is judged before the proof is looked at.",
        |vector| vector.token.clone_from(&none),
    );
    suite.spoil(
        "decode-proof",
        "v103-no-proof",
        ErrorKind::ProofMissing,
        Part::Proof,
        "Admission is asked for without a proof.",
        |vector| vector.proof = None,
    );
    suite.spoil(
        "decode-proof",
        "v103-empty-proof",
        ErrorKind::ProofMissing,
        Part::Proof,
        "No bytes in the place of a proof.",
        |vector| vector.proof = none,
    );
}

/// A verifier's own limits.
fn own_limits(suite: &mut Suite) {
    let token = called(3);
    let len = u32::try_from(token.len()).unwrap();
    let limit = |token_bytes| LimitsOf { token_bytes: Some(token_bytes), ..LimitsOf::default() };
    suite.accept(
        "limits",
        "token-as-long-as-the-limit",
        "A token exactly as long as the verifier's limit.",
        Scenario::verify(&token).limits(limit(len)).flag("edge").step("V102"),
    );
    for (id, what, wrong) in
        [("one-byte-less", "A limit one byte shorter than the token.", len - 1), ("limit-0", "A limit of no bytes.", 0)]
    {
        suite.spoil(
            "token-as-long-as-the-limit",
            &format!("v102-{id}"),
            TOKEN_TOO_LARGE,
            Part::Token,
            what,
            |vector| {
                vector.limits = Some(limit(wrong));
            },
        );
    }
    let proof = proof(&token, "worker 2", 1);
    let len = u32::try_from(proof.len()).unwrap();
    let limit = |proof_bytes| LimitsOf { proof_bytes: Some(proof_bytes), ..LimitsOf::default() };
    suite.accept(
        "limits",
        "proof-as-long-as-the-limit",
        "A proof exactly as long as the verifier's limit.",
        Scenario::admit(&token, &proof).limits(limit(len)).flag("edge").step("V104"),
    );
    for (id, what, wrong) in
        [("one-byte-less", "A limit one byte shorter than the proof.", len - 1), ("limit-0", "A limit of no bytes.", 0)]
    {
        suite.spoil(
            "proof-as-long-as-the-limit",
            &format!("v104-{id}"),
            PROOF_TOO_LARGE,
            Part::Proof,
            what,
            |vector| {
                vector.limits = Some(limit(wrong));
            },
        );
    }
}

/// 16,384 and 1,024 bytes, which no verifier's limit raises.
fn limits_of_the_format(suite: &mut Suite) {
    let longest = token_of(16_384);
    assert_eq!(longest.len(), 16_384);
    let raised = LimitsOf { token_bytes: Some(u32::MAX), proof_bytes: Some(u32::MAX), ..LimitsOf::default() };
    suite.accept(
        "limits",
        "token-of-16384-bytes",
        "A token as long as any can be.",
        Scenario::verify(&longest).flag("edge").step("V102"),
    );
    suite.accept(
        "limits",
        "token-of-16384-bytes-and-no-lower-limit",
        "A token as long as any can be, and a verifier whose own limit is meant to be higher.",
        Scenario::verify(&longest).limits(raised).flag("edge").step("V102"),
    );
    let longer = token_of(16_385);
    for (twin, id, what) in [
        ("token-of-16384-bytes", "format", "One byte more than the format allows, correct otherwise."),
        (
            "token-of-16384-bytes-and-no-lower-limit",
            "limit-raised",
            "One byte more than the format allows, where the verifier's own limit is meant to allow it.",
        ),
    ] {
        suite.spoil(twin, &format!("v102-{id}"), TOKEN_TOO_LARGE, Part::Token, what, |vector| {
            vector.token = Some((&longer).into());
        });
    }
    let token = called(3);
    suite.accept(
        "limits",
        "proof-and-no-lower-limit",
        "A verifier whose own limit for proofs is meant to be higher than the format's.",
        Scenario::admit(&token, proof(&token, "worker 2", 1)).limits(raised).flag("edge").step("V104"),
    );
    // No proof has so many bytes and says nothing superfluous: 512 bytes of `aud` make fewer than 800.
    let padded = |len: usize| {
        let mut proof = proof(&token, "worker 2", 1);
        proof.resize(len, 0);
        Some(Base64Url(proof))
    };
    for (twin, id) in [("decode-proof", "format"), ("proof-and-no-lower-limit", "limit-raised")] {
        suite.spoil(
            twin,
            &format!("v104-{id}"),
            PROOF_TOO_LARGE,
            Part::Proof,
            "A proof and zeros behind it, 1,025 bytes together: too long before anything trails.",
            |vector| vector.proof = padded(1_025),
        );
    }
    suite
        .spoil(
            "decode-proof",
            "v202-proof-of-1024-bytes",
            ErrorKind::TrailingBytes,
            Part::Proof,
            "Proof: zeros behind it, 1,024 bytes together, which is not too long.",
            |vector| vector.proof = padded(1_024),
        )
        .byte(proof(&token, "worker 2", 1).len());
    suite
        .spoil(
            "decode-called",
            "v220-16384-zeros",
            ErrorKind::WrongTag,
            Part::Item(0),
            "16,384 zeros in the place of a token, which is not too long.",
            |vector| vector.token = Some(Base64Url(vec![0; 16_384])),
        )
        .byte(0)
        .flags(&["edge"]);
    suite.spoil(
        "decode-called",
        "v102-16385-zeros",
        TOKEN_TOO_LARGE,
        Part::Token,
        "16,385 zeros in the place of a token: its size is judged before a byte is decoded.",
        |vector| vector.token = Some(Base64Url(vec![0; 16_385])),
    );
}
