//! Stage 13: the proof's signature or MAC.

use throughline::issue::Signer as _;
use throughline::{Digest, ErrorKind, Part};

use super::{HALF_N, N_MINUS_1, hex, signature_where, small, structure};
use crate::common::cbor::{bstr, bytes, int};
use crate::common::forge::{Forge, Message, content, lower_half};
use crate::common::world::{agreement_key, mac_proof};
use crate::common::{cached_key, proof};
use crate::proof::{MAC, SIGNED};
use crate::seals::Seal;
use crate::suite::Suite;
use crate::tokens::{agreeing, chain};

pub(super) fn publish(suite: &mut Suite) {
    proofs(suite);
    macs(suite);
}

/// V1301
fn proofs(suite: &mut Suite) {
    let mut spoil = |twin: &str, id: &str, what: &str, seal: &dyn Fn(&Message) -> Vec<u8>| {
        suite
            .spoil(twin, id, ErrorKind::ProofSignatureInvalid, Part::Proof, what, |vector| {
                let mut message = Message::of(&vector.proof.as_ref().unwrap().0);
                message.seal = bstr(&seal(&message));
                vector.proof = Some(message.encoded().into());
            })
            .flags(&["crypto", "proof"]);
    };
    let by = |name: &str, digest: Digest| lower_half(cached_key(name).sign(&digest).unwrap()).to_vec();
    for (id, name) in [
        ("an-earlier-actor", "worker 1"),
        ("the-root", "alice"),
        ("the-attester", "attester"),
        ("a-stranger", "mallory"),
        ("another-worker", "worker 9"),
    ] {
        spoil(SIGNED, &format!("proof-signed-by-{id}"), "Somebody else's signature of the proof.", &|message| {
            by(name, message.digest())
        });
    }
    for twin in [
        "signed-proof-of-the-root",
        "signed-proof-of-a-stranger",
        "signed-proof-of-a-pinned-actor",
        "signed-proof-of-a-called-worker",
    ] {
        spoil(twin, &format!("{twin}-signed-by-a-stranger"), "A stranger's signature of the proof.", &|message| {
            by("mallory", message.digest())
        });
    }
    spoil(
        "sixteen-links",
        "proof-of-sixteen-links-signed-by-a-stranger",
        "A stranger's signature of the proof of the longest chain: 32 signatures are checked.",
        &|message| by("mallory", message.digest()),
    );
    type Parts = fn(&Message) -> Digest;
    let ways: [(&str, &str, Parts); 5] = [
        ("counter-signature", "a structure of the context CounterSignature", |message| {
            structure(message, b"\x84\x70CounterSignature")
        }),
        ("mac", "a structure of the context MAC0", |message| structure(message, b"\x84\x64MAC0")),
        ("external-data", "external data of one byte", |message| {
            Digest::of(&[b"\x84\x6aSignature1", &message.protected, b"\x41\x00", &message.payload])
        }),
        ("payload-alone", "the payload alone", |message| Digest::of(&[content(&message.payload)])),
        ("hash-of-the-hash", "the digest, hashed once more", |message| Digest::of(&[message.digest().as_bytes()])),
    ];
    for (id, what, digest) in ways {
        spoil(
            SIGNED,
            &format!("proof-signed-over-{id}"),
            &format!("The proof's signature is over {what}."),
            &|message| by("worker 2", digest(message)),
        );
    }
    for (id, r, s) in [("1-and-1", small(1), small(1)), ("n-minus-1-and-half-n", hex(N_MINUS_1), hex(HALF_N))] {
        let what = "A signature of two numbers at the edge of their range, that anyone can write.";
        spoil(SIGNED, &format!("proof-with-{id}"), what, &|_| [r, s].concat());
    }
    let swapped = |message: &Message| {
        let digest = message.digest();
        let valid = signature_where("worker 2", &digest, |r, _| r <= hex(HALF_N).as_slice());
        [&valid[32..], &valid[..32]].concat()
    };
    spoil(SIGNED, "proof-with-r-and-s-swapped", "r and s are exchanged.", &swapped);
    let other = Message::of(&proof(&chain(3), "worker 2", 2));
    let what = "The signature of another proof of the same actor for the same head.";
    spoil(SIGNED, "proof-with-the-signature-of-another", what, &|_| content(&other.seal).to_vec());
    let head = Forge::of(&chain(3)).link(2).message.seal.clone();
    let what = "The signature of the head, by the same actor.";
    spoil(SIGNED, "proof-with-the-signature-of-the-head", what, &|_| content(&head).to_vec());
    for (id, path, value) in [("nonce", [7].as_slice(), bytes(&[2; 16])), ("time", &[6], int(1_800_000_001))] {
        suite
            .spoil(
                SIGNED,
                &format!("proof-{id}-changed-after-signing"),
                ErrorKind::ProofSignatureInvalid,
                Part::Proof,
                "A claim of the proof was changed, and the signature is the old one.",
                |vector| {
                    let mut message = Message::of(&vector.proof.as_ref().unwrap().0);
                    message.put(path, value);
                    vector.proof = Some(message.encoded().into());
                },
            )
            .flags(&["crypto", "proof"]);
    }
}

/// V1302
fn macs(suite: &mut Suite) {
    let token = agreeing();
    let proper = || Seal::proper(&token);
    let other = Digest([1; 32]);
    let thumbprint = |name: &str| *agreement_key(name).public().thumbprint();
    let point = |name: &str| *agreement_key(name).public().key();
    let mut wrong = |id: &str, what: &str, make: &dyn Fn(&mut Message)| {
        suite
            .spoil(
                MAC,
                &format!("mac-{id}"),
                ErrorKind::ProofMacInvalid,
                Part::Proof,
                &format!("The MAC is not the one of §8.2: {what}."),
                |vector| {
                    let mut message = Message::of(&vector.proof.as_ref().unwrap().0);
                    make(&mut message);
                    vector.proof = Some(message.encoded().into());
                },
            )
            .flags(&["crypto", "proof", "mac"]);
    };
    for (id, what, seal) in [
        (
            "by-another-chains-key",
            "made with the secret of another chain's agreement key",
            Seal { secret: "somebody".to_owned(), ..proper() },
        ),
        ("for-another-audiences-key", "made for another audience's key", Seal { peer: point("elsewhere"), ..proper() }),
        (
            "for-the-audiences-other-key",
            "made for another key of the audience",
            Seal { peer: point("other"), ..proper() },
        ),
        ("of-another-head-kid", "another head `kid` in its context", Seal { head_kid: other, ..proper() }),
        ("of-another-head", "another head in its context", Seal { head: other, ..proper() }),
        (
            "of-another-audience",
            "another audience in its context",
            Seal { audience: "https://mail.example".to_owned(), ..proper() },
        ),
        ("of-no-audience", "no audience in its context", Seal { audience: String::new(), ..proper() }),
        (
            "of-another-agreement",
            "another agreement key in its context",
            Seal { agreement: thumbprint("other"), ..proper() },
        ),
        ("of-another-agree-key", "another `agree` key in its context", Seal { agree: other, ..proper() }),
        (
            "of-exchanged-keys",
            "the two keys in each other's place in its context",
            Seal { agree: thumbprint("audience"), agreement: thumbprint("worker 1"), ..proper() },
        ),
        ("of-a-signature-structure", "over the structure of a signature", Seal { context: "Signature1", ..proper() }),
        ("of-a-mac-for-many", "over the structure of a MAC for several", Seal { context: "MAC", ..proper() }),
    ] {
        wrong(id, what, &|message| seal.put_on(message));
    }
    for (id, bit) in [("first", 0), ("middle", 128), ("last", 255)] {
        wrong(&format!("with-its-{id}-bit-changed"), "one bit of the tag is the other one", &|message| {
            let mut tag = content(&message.seal).to_vec();
            tag[bit / 8] ^= 0x80 >> (bit % 8);
            message.seal = bstr(&tag);
        });
    }
    wrong("of-zero-bytes", "the tag is zero", &|message| message.seal = bstr(&[0; 32]));
    wrong("half-zero", "the second half of the tag is zero", &|message| {
        message.seal = bstr(&[&content(&message.seal)[..16], &[0; 16]].concat());
    });
    wrong("half-twice", "the first half of the tag stands twice", &|message| {
        let half = content(&message.seal)[..16].to_vec();
        message.seal = bstr(&half.repeat(2));
    });
    wrong("with-the-nonce-changed", "a claim was changed after it was made", &|message| {
        message.put(&[7], bytes(&[2; 16]));
    });
    wrong("with-the-time-changed", "a claim was changed after it was made", &|message| {
        message.put(&[6], int(1_800_000_001));
    });
    let another = {
        let mut message = Message::of(&mac_proof(&token));
        message.put(&[7], bytes(&[3; 16]));
        Seal::proper(&token).put_on(&mut message);
        message.seal
    };
    wrong("of-another-proof", "the tag of another proof with the same key", &|message| message.seal = another.clone());
}
