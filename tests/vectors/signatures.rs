//! Stages 12 and 13: every key is a point of the curve, and every signature and MAC is its maker's.

mod points;
mod seals;
mod second_keys;

use ciborium::Value;
use p256::elliptic_curve::ops::Reduce as _;
use p256::elliptic_curve::sec1::ToSec1Point as _;
use p256::{FieldBytes, ProjectivePoint, Scalar};
use sha2::{Digest as _, Sha384};
use throughline::issue::Signer as _;
use throughline::{Digest, ErrorKind, Part, PublicKey};

use crate::common::cbor::{OURS, bstr, bytes, cose_key, encode, int};
use crate::common::forge::{Forge, Message, content, lower_half, split};
use crate::common::key;
use crate::suite::{Edit, Scenario, Suite};
use crate::tokens::{called, open_chain};

const CALLED: &str = "called-chain-of-four";
const OPEN: &str = "open-chain-of-four";

/// Every artifact of a token of four called links.
const ARTIFACTS: [(Part, &str); 10] = [
    (Part::Link(0), "link-0"),
    (Part::Credential(0), "credential-0"),
    (Part::HandOver(0), "hand-over-0"),
    (Part::Link(1), "link-1"),
    (Part::Credential(1), "credential-1"),
    (Part::HandOver(1), "hand-over-1"),
    (Part::Link(2), "link-2"),
    (Part::Credential(2), "credential-2"),
    (Part::HandOver(2), "hand-over-2"),
    (Part::Link(3), "link-3"),
];

/// One of each kind, at the first, a middle and the last link.
const SOME: [(Part, &str); 4] = [
    (Part::Link(0), "link-0"),
    (Part::Credential(1), "credential-1"),
    (Part::HandOver(2), "hand-over-2"),
    (Part::Link(3), "link-3"),
];

pub(crate) fn publish(suite: &mut Suite) {
    accepted(suite);
    points::publish(suite);
    other_keys(suite);
    other_bytes(suite);
    numbers(suite);
    changed_claims(suite);
    second_keys::publish(suite);
    seals::publish(suite);
}

/// Replaces a seal; nothing else changes, for names are digests without it.
fn seal(suite: &mut Suite, twin: &str, id: &str, part: Part, what: &str, seal: impl FnOnce(&Message, &str) -> Vec<u8>) {
    suite
        .spoil(twin, id, ErrorKind::SignatureInvalid, part, what, |vector| {
            vector.forge(|forge| {
                let forged = forge.part(part);
                forged.seal = Some(bstr(&seal(&forged.message, &forged.signer)));
            });
        })
        .flags(&["crypto"]);
}

fn scalar(number: &[u8]) -> Scalar {
    Scalar::reduce(&FieldBytes::try_from(number).unwrap())
}

/// A valid signature with the nonce scalar of this number.
fn signature_with(signer: &str, digest: &Digest, nonce: u64) -> [u8; 64] {
    let secret = scalar(Digest::of(&[b"test key ", signer.as_bytes()]).as_bytes());
    let k = scalar(Digest::of(&[b"nonce", &nonce.to_be_bytes()]).as_bytes());
    let point = (ProjectivePoint::GENERATOR * k).to_affine().to_sec1_point(false);
    let r = scalar(point.x().unwrap());
    let s = k.invert().unwrap() * (scalar(digest.as_bytes()) + r * secret);
    let signature = p256::ecdsa::Signature::from_scalars(r.to_bytes(), s.to_bytes()).unwrap();
    lower_half(signature.to_bytes().into())
}

/// The first valid signature of which something holds.
fn signature_where(signer: &str, digest: &Digest, holds: impl Fn(&[u8], &[u8]) -> bool) -> [u8; 64] {
    (0..)
        .map(|nonce| signature_with(signer, digest, nonce))
        .find(|signature| holds(&signature[..32], &signature[32..]))
        .unwrap()
}

fn accepted(suite: &mut Suite) {
    let reseal = |seal: &dyn Fn(&str, &Digest) -> [u8; 64]| {
        let mut forge = Forge::of(&called(4));
        for item in &mut forge.items {
            item.seal = Some(bstr(&seal(&item.signer, &item.message.digest())));
        }
        forge.token()
    };
    let mut add = |id: &str, what: &str, token: Vec<u8>| {
        suite.accept("signatures", id, what, Scenario::verify(token).step("V1202").flag("crypto").flag("feature"));
    };
    add(
        "other-signatures-of-the-same-artifacts",
        "Each artifact of called-chain-of-four with another valid signature: names, and so parents, stay.",
        reseal(&|signer, digest| signature_with(signer, digest, 7)),
    );
    add(
        "signatures-with-high-r",
        "Every r is above half the order, which only s must not be.",
        reseal(&|signer, digest| signature_where(signer, digest, |r, _| r[0] >= 0x80)),
    );
    let mut short = Forge::of(&called(4));
    for part in [Part::Link(0), Part::Link(3)] {
        let forged = short.part(part);
        let (signer, digest) = (forged.signer.clone(), forged.message.digest());
        forged.seal = Some(bstr(&signature_where(&signer, &digest, |_, s| s[0] == 0)));
    }
    add("signatures-with-s-beginning-with-zero", "Numbers with a leading zero byte are not shortened.", short.token());
    for (id, what, agree) in [
        ("zero-x", "The x-coordinate of an agreement key is 0.", PublicKey::from_coordinates([0; 32], hex(ZERO_X_Y))),
        (
            "small-x",
            "The x-coordinate of an agreement key is 5.",
            PublicKey::from_coordinates(small(5), hex(SMALL_X_Y)),
        ),
        (
            "small-y",
            "The y-coordinate of an agreement key is 5.",
            PublicKey::from_coordinates(hex(SMALL_Y_X), small(5)),
        ),
    ] {
        let mut forge = Forge::of(&open_chain(4));
        forge.link(2).message.put(&[OURS, 9], cose_key(&agree));
        suite.accept(
            "signatures",
            &format!("agreement-key-with-{id}"),
            what,
            Scenario::verify(forge.token()).step("V1201").flag("crypto").flag("edge"),
        );
    }
}

/// V1202: somebody else signed.
fn other_keys(suite: &mut Suite) {
    for (part, id) in ARTIFACTS {
        // Nobody's key, and one that signs something else here.
        let beside = match part {
            Part::Credential(_) => "worker 1",
            Part::HandOver(_) => "worker 3",
            _ => "attester",
        };
        for other in ["mallory", beside] {
            seal(
                suite,
                CALLED,
                &format!("{id}-signed-by-{}", other.replace(' ', "-")),
                part,
                "Somebody else's signature of the same bytes.",
                |message, _| lower_half(key(other).sign(&message.digest()).unwrap()).to_vec(),
            );
        }
    }
    for (twin, part) in [
        ("root-by-role", Part::Link(0)),
        ("root-by-context", Part::Credential(0)),
        ("through-pinned-gateway", Part::Link(1)),
        ("through-stranger", Part::Link(1)),
        ("strangers-link-last", Part::Link(1)),
        ("further-credential", Part::Credential(1)),
        ("further-credential-of-pinned-actor", Part::Credential(0)),
        ("known-and-inline-credentials", Part::Credential(0)),
        ("known-credentials", Part::Link(2)),
        ("root-alone", Part::Link(0)),
    ] {
        seal(
            suite,
            twin,
            &format!("{twin}-signed-by-a-stranger"),
            part,
            "A stranger's signature of the same bytes.",
            |message, _| lower_half(key("mallory").sign(&message.digest()).unwrap()).to_vec(),
        );
    }
    seal(
        suite,
        "sixteen-links-by-reference-with-proof",
        "last-of-sixteen-links-signed-by-a-stranger",
        Part::Link(15),
        "A stranger's signature of the last of sixteen links: at most seventeen signatures are checked.",
        |message, _| lower_half(key("mallory").sign(&message.digest()).unwrap()).to_vec(),
    );
}

/// V1202: the right key signed something else.
fn other_bytes(suite: &mut Suite) {
    type Parts = fn(&Message) -> Digest;
    let ways: [(&str, &str, Parts); 10] = [
        ("counter-signature", "a structure of the context CounterSignature", |message| {
            structure(message, b"\x84\x70CounterSignature")
        }),
        ("signature-of-many", "a structure of the context Signature", |message| {
            structure(message, b"\x84\x69Signature")
        }),
        ("mac", "a structure of the context MAC0", |message| structure(message, b"\x84\x64MAC0")),
        ("external-data", "external data of one byte", |message| {
            Digest::of(&[b"\x84\x6aSignature1", &message.protected, b"\x41\x00", &message.payload])
        }),
        ("no-header", "an empty protected header", |message| {
            Digest::of(&[b"\x84\x6aSignature1", b"\x40", b"\x40", &message.payload])
        }),
        ("unwrapped", "header and payload without their heads", |message| {
            let (protected, payload) = (content(&message.protected), content(&message.payload));
            Digest::of(&[b"\x84\x6aSignature1", protected, b"\x40", payload])
        }),
        ("payload-alone", "the payload alone", |message| Digest::of(&[content(&message.payload)])),
        ("hash-of-the-hash", "the digest, hashed once more", |message| Digest::of(&[message.digest().as_bytes()])),
        ("re-encoded", "the claims in another order", |message| {
            let Value::Map(mut claims) = message.claims_value() else { panic!("claims are a map") };
            claims.reverse();
            let payload = bstr(&encode(&Value::Map(claims)));
            Digest::of(&[b"\x84\x6aSignature1", &message.protected, b"\x40", &payload])
        }),
        ("sha-384", "the SHA-384 of the same bytes, cut to 256 bits", |message| {
            let mut hash = Sha384::new();
            for part in [b"\x84\x6aSignature1".as_slice(), &message.protected, b"\x40", &message.payload] {
                hash.update(part);
            }
            Digest(hash.finalize()[..32].try_into().unwrap())
        }),
    ];
    for (id, what, digest) in ways {
        for (part, artifact) in SOME {
            seal(
                suite,
                CALLED,
                &format!("{artifact}-signed-over-{id}"),
                part,
                &format!("The signature is over {what}."),
                |message, signer| lower_half(key(signer).sign(&digest(message)).unwrap()).to_vec(),
            );
        }
    }
}

fn structure(message: &Message, context: &[u8]) -> Digest {
    Digest::of(&[context, &message.protected, b"\x40", &message.payload])
}

/// A signature of r and s.
type Arrangement<'a> = &'a dyn Fn(&[u8], &[u8]) -> Vec<u8>;

/// V1202: numbers at the edges of their range, and numbers rearranged.
fn numbers(suite: &mut Suite) {
    let fixed: [(&str, [u8; 32], [u8; 32]); 6] = [
        ("r-1-s-1", small(1), small(1)),
        ("r-n-minus-1-s-half-n", hex(N_MINUS_1), hex(HALF_N)),
        ("r-1-s-half-n", small(1), hex(HALF_N)),
        ("r-n-minus-1-s-1", hex(N_MINUS_1), small(1)),
        ("r-half-n-s-half-n", hex(HALF_N), hex(HALF_N)),
        ("r-of-the-base-point-s-1", hex(BASE_X), small(1)),
    ];
    for (id, r, s) in fixed {
        for (part, artifact) in SOME {
            seal(
                suite,
                CALLED,
                &format!("{artifact}-with-{id}"),
                part,
                "A signature of two numbers at the edge of their range, that anyone can write.",
                |_, _| [r, s].concat(),
            );
        }
    }
    let reversed = |number: &[u8]| number.iter().rev().copied().collect::<Vec<u8>>();
    let fits = |r: &[u8], s: &[u8]| r < hex(N_MINUS_1).as_slice() && s <= hex(HALF_N).as_slice();
    for (part, artifact) in SOME {
        let mut rearranged = |id: &str, what: &str, make: Arrangement<'_>| {
            seal(suite, CALLED, &format!("{artifact}-with-{id}"), part, what, |message, signer| {
                // Signed with a nonce by which the numbers are in their ranges in the other arrangement too.
                let valid = signature_where(signer, &message.digest(), |r, s| {
                    let other = make(r, s);
                    fits(&other[..32], &other[32..]) && other != [r, s].concat()
                });
                make(&valid[..32], &valid[32..])
            });
        };
        rearranged("r-and-s-swapped", "r and s are exchanged.", &|r, s| [s, r].concat());
        rearranged("little-endian-numbers", "r and s are in little-endian order.", &|r, s| {
            [reversed(r), reversed(s)].concat()
        });
        rearranged("n-minus-r", "r is replaced by n − r.", &|r, s| [(-scalar(r)).to_bytes().as_slice(), s].concat());
        rearranged("r-plus-1", "r is one more.", &|r, s| [(scalar(r) + Scalar::ONE).to_bytes().as_slice(), s].concat());
        rearranged("s-plus-1", "s is one more.", &|r, s| [r, (scalar(s) + Scalar::ONE).to_bytes().as_slice()].concat());
        rearranged("r-twice", "s is replaced by r.", &|r, _| [r, r].concat());
    }
    let items = split(&called(4));
    for (part, artifact, from) in
        [(Part::Link(2), "link-2", 3), (Part::Credential(2), "credential-2", 1), (Part::HandOver(2), "hand-over-2", 5)]
    {
        let other = Message::of(&items[from]);
        seal(
            suite,
            CALLED,
            &format!("{artifact}-with-the-signature-of-another"),
            part,
            "The signature of another artifact of this token.",
            |_, _| content(&other.seal).to_vec(),
        );
    }
}

/// V1202: claims changed after signing.
fn changed_claims(suite: &mut Suite) {
    let digest = || bytes(Digest::of(&[b"x"]).as_bytes());
    for (part, id, path, value) in [
        (Part::Link(0), "link-0-task", [OURS, 10].as_slice(), digest()),
        (Part::Link(0), "link-0-nonce", &[OURS, 7, 3], bytes(&[8; 16])),
        (Part::Link(1), "link-1-cause", &[OURS, 13], digest()),
        (Part::Link(2), "link-2-task", &[OURS, 10], digest()),
        (Part::Link(3), "link-3-exp", &[4], int(1_800_000_100)),
        (Part::Link(3), "link-3-next", &[OURS, 5], Value::Bool(true)),
        (Part::Credential(0), "credential-0-nonce", &[10], bytes(&[7; 8])),
        (Part::Credential(1), "credential-1-exp", &[4], int(1_800_005_000)),
        (Part::Credential(2), "credential-2-property", &[OURS, 16, 0], int(3)),
        (Part::HandOver(1), "hand-over-1-exp", &[4], int(i64::MAX)),
        (Part::HandOver(2), "hand-over-2-exp", &[4], int(i64::MAX)),
    ] {
        suite
            .spoil(
                CALLED,
                &format!("{id}-changed-after-signing"),
                ErrorKind::SignatureInvalid,
                part,
                "A claim was changed to another as good, and the signature is the old one; later links follow.",
                |vector| {
                    vector.forge(|forge| {
                        let forged = forge.part(part);
                        let old = forged.message.seal.clone();
                        forged.message.put(path, value);
                        forged.seal = Some(old);
                    });
                },
            )
            .flags(&["crypto"]);
    }
    seal(
        suite,
        CALLED,
        "link-3-with-a-bit-of-its-signature-changed",
        Part::Link(3),
        "The last bit of the signature is the other one.",
        |message, _| {
            let mut flipped = content(&message.seal).to_vec();
            flipped[63] ^= 1;
            flipped
        },
    );
}

/// A small number as 32 bytes.
fn small(number: u8) -> [u8; 32] {
    let mut bytes = [0; 32];
    bytes[31] = number;
    bytes
}

fn hex(digits: &str) -> [u8; 32] {
    let bytes: Vec<u8> = (0..64).step_by(2).map(|at| u8::from_str_radix(&digits[at..at + 2], 16).unwrap()).collect();
    bytes.try_into().unwrap()
}

/// n − 1 and ⌊n/2⌋ of P-256's order n.
const N_MINUS_1: &str = "ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632550";
const HALF_N: &str = "7fffffff800000007fffffffffffffffde737d56d38bcf4279dce5617e3192a8";
/// The base point's x.
const BASE_X: &str = "6b17d1f2e12c4247f8bce6e563a440f277037d812deb33a0f4a13945d898c296";
/// y of the point with x = 0.
const ZERO_X_Y: &str = "66485c780e2f83d72433bd5d84a06bb6541c2af31dae871728bf856a174f93f4";
/// y of the point with x = 5.
const SMALL_X_Y: &str = "459243b9aa581806fe913bce99817ade11ca503c64d9a3c533415c083248fbcc";
/// x of the point with y = 5.
const SMALL_Y_X: &str = "d7325d7646cd60d80a92738ceb345f844cffaf35841022cab176f692de8de1d7";
/// The field's prime and 5.
const P_PLUS_5: &str = "ffffffff00000001000000000000000000000001000000000000000000000004";
const SECP256K1_X: &str = "79be667ef9dcbbac55a06295ce870b07029bfcdb2dce28d959f2815b16f81798";
const SECP256K1_Y: &str = "483ada7726a3c4655da4fbfc0e1108a8fd17b448a68554199c47d08ffb10d4b8";
