//! V220–V226: the COSE structure and its headers.

use ciborium::Value;
use throughline::{ErrorKind, Part};
use throughline_conformance::Base64Url;

use super::{ARTIFACTS, Bench, LINKS, On, Spot, turn};
use crate::common::cbor::{OURS, bstr, bytes, encode, int, map, put, remove, text};

pub(super) fn publish(bench: &mut Bench<'_>) {
    tags(bench);
    foreign_bytes(bench);
    arities(bench);
    unknown_parameters(bench);
    missing_parameters(bench);
    algorithms(bench);
    types(bench);
    unprotected(bench);
}

fn tags(bench: &mut Bench<'_>) {
    let wrong = ErrorKind::WrongTag;
    for on in ARTIFACTS {
        bench.message(wrong, "no-tag", on, "an array without a tag", Spot::Tag, |message| {
            message.before = vec![0x84];
        });
    }
    for (n, (id, before, what)) in [
        ("tag-98", b"\xd8\x62\x84".as_slice(), "tag 98, COSE_Sign"),
        ("tag-16", b"\xd0\x84", "tag 16, COSE_Encrypt0"),
        ("tag-61", b"\xd8\x3d\xd2\x84", "tag 61, the one of CWT, around tag 18"),
        ("tag-55799", b"\xd9\xd9\xf7\xd2\x84", "tag 55799, self-described CBOR, around tag 18"),
        ("tag-24", b"\xd8\x18\xd2\x84", "tag 24, encoded CBOR, around tag 18"),
        ("tag-97", b"\xd8\x61\x84", "tag 97, COSE_Mac"),
        ("tag-96", b"\xd8\x60\x84", "tag 96, COSE_Encrypt"),
        ("bytes", b"\x42\xd2\x84", "a byte string"),
    ]
    .into_iter()
    .enumerate()
    {
        let what = format!("{what} where tag 18 belongs");
        bench.message(wrong, id, turn(n), &what, Spot::Tag, |message| message.before = before.to_vec());
    }
    for on in [On::Root, On::Link(1), On::Last, On::Credential(0), On::HandOver(0), On::Alone, On::List] {
        let what = "tag 17, COSE_Mac0, where only signatures stand";
        bench.message(wrong, "tag-17", on, what, Spot::Tag, |message| message.before[0] = 0xd1);
    }
    let wrong = ErrorKind::WrongAlgorithm;
    let what = "a signed one under tag 17: its algorithm is the first that does not belong";
    bench.message(wrong, "tag-17", On::Proof, what, Spot::Header(2), |message| message.before[0] = 0xd1);
    let what = "a MAC under tag 18: its algorithm is the first that does not belong";
    bench.message(wrong, "tag-18", On::Mac, what, Spot::Header(2), |message| message.before[0] = 0xd2);
}

fn foreign_bytes(bench: &mut Bench<'_>) {
    for (id, foreign, what) in [
        ("json", b"{\"alg\":\"ES256\"}".as_slice(), "JSON"),
        ("jwt", b"eyJhbGciOiJFUzI1NiJ9.e30.AA", "a JWT"),
        ("pem", b"-----BEGIN CERTIFICATE-----", "PEM"),
        ("nested-arrays", &[0x81; 1_000], "an array in an array, a thousand times"),
        ("nested-maps", &[0xa1; 1_000], "a map in a map, a thousand times"),
    ] {
        for (twin, of, part) in [("decode-called", "token", Part::Item(0)), ("decode-proof", "proof", Part::Proof)] {
            let what = format!("Foreign bytes: {what} in the place of a {of}.");
            bench
                .suite
                .spoil(twin, &format!("v220-{id}-as-{of}"), ErrorKind::WrongTag, part, &what, |vector| {
                    let member = if of == "token" { &mut vector.token } else { &mut vector.proof };
                    *member = Some(Base64Url(foreign.to_vec()));
                })
                .byte(0)
                .flags(&["foreign"]);
        }
    }
    // Tags in tags are one item: the second tag stands where the array belongs.
    for (twin, of, part) in [("decode-called", "token", Part::Item(0)), ("decode-proof", "proof", Part::Proof)] {
        let what = format!("Foreign bytes: tag 18 in tag 18, 1,000 times, in the place of a {of}.");
        bench
            .suite
            .spoil(twin, &format!("v206-nested-tags-as-{of}"), ErrorKind::UnexpectedType, part, &what, |vector| {
                let member = if of == "token" { &mut vector.token } else { &mut vector.proof };
                *member = Some(Base64Url(vec![0xd2; 1_000]));
            })
            .byte(1)
            .flags(&["foreign"]);
    }
    let proof = bench.suite.get("decode-proof").proof.clone();
    bench
        .suite
        .spoil(
            "decode-proof",
            "v225-proof-as-token",
            ErrorKind::WrongTyp,
            Part::Item(0),
            "Exchanged: the proof in the place of the token.",
            |vector| vector.token = proof,
        )
        .flags(&["exchanged"]);
    let token = bench.suite.get("decode-root-alone").token.clone();
    bench
        .suite
        .spoil(
            "decode-proof",
            "v225-token-as-proof",
            ErrorKind::WrongTyp,
            Part::Proof,
            "Exchanged: a token of one link in the place of the proof.",
            |vector| vector.proof = token,
        )
        .flags(&["exchanged"]);
}

fn arities(bench: &mut Bench<'_>) {
    let wrong = ErrorKind::WrongArity;
    for (n, on) in ARTIFACTS.into_iter().enumerate() {
        let what = "an array of three elements: the signature is missing";
        bench.message(wrong, "cose-of-3", on, what, Spot::Array, |message| {
            message.before[1] = 0x83;
            message.seal.clear();
        });
        if n % 2 == 0 {
            let what = "an array of five elements: something follows the signature";
            bench.message(wrong, "cose-of-5", on, what, Spot::Array, |message| {
                message.before[1] = 0x85;
                message.seal.push(0xf6);
            });
        }
    }
    for on in LINKS {
        let rich = &mut bench.on("decode-rich");
        for (id, grant, what) in [
            ("grant-of-1", vec![text("a")], "a grant has one element"),
            ("grant-of-4", vec![text("a"), text("b"), map([]), int(0)], "a grant has four elements"),
        ] {
            let grants = Value::Array(vec![Value::Array(grant)]);
            rich.within(wrong, id, on, what, &[OURS, 4], grants, &[OURS, 4, 0]);
        }
        let demand = Value::Array(vec![Value::Array(vec![text("reader")])]);
        rich.value(wrong, "role-demand-of-1", on, "a role demand has one element", &[OURS, 5, 2], demand);
        let attester = || Value::Array(vec![text("https://attest.alice.example")]);
        let demand = Value::Array(vec![text("hardware"), attester(), int(0)]);
        rich.within(
            wrong,
            "property-demand-of-3",
            on,
            "a property demand has three elements",
            &[OURS, 5, 3],
            Value::Array(vec![demand]),
            &[OURS, 5, 3, 0],
        );
    }
    let limit: &[i64] = &[OURS, 4, 0, 2, 0];
    for (id, elements, what) in [
        ("limit-of-0", vec![], "a limit has no elements"),
        ("limit-of-1", vec![int(0)], "a limit has one element"),
        ("equals-of-3", vec![int(0), int(1), int(2)], "an equals limit has three elements"),
        ("one-of-of-3", vec![int(1), Value::Array(vec![int(1)]), int(2)], "a one-of limit has three elements"),
        ("range-of-2", vec![int(2), int(1)], "a range has two elements"),
        ("range-of-4", vec![int(2), int(1), int(2), int(3)], "a range has four elements"),
        ("prefix-of-3", vec![int(3), text("a"), text("b")], "a prefix limit has three elements"),
    ] {
        bench.value(wrong, id, On::Root, what, limit, Value::Array(elements));
    }
    for (id, at, elements, what) in [
        ("link-entry-of-3", 0, vec![int(0), bytes(&[7; 32]), int(0)], "an entry for a link has three elements"),
        ("key-entry-of-1", 0, vec![int(1)], "an entry has one element"),
        ("credential-entry-of-2", 3, vec![int(2), bytes(&[7; 32])], "an entry for a credential has two elements"),
        (
            "accountable-entry-of-4",
            5,
            vec![int(5), text("https://a.example"), int(1), int(2)],
            "an entry has four elements",
        ),
    ] {
        bench.value(wrong, id, On::List, what, &[OURS, 22, at], Value::Array(elements));
    }
}

fn unknown_parameters(bench: &mut Bench<'_>) {
    let wrong = ErrorKind::HeaderUnknown;
    for on in ARTIFACTS {
        let what = "crit names alg, which is understood";
        bench.message(wrong, "crit-known", on, what, Spot::Header(3), |message| {
            message.header(|header| put(header, &[2], Value::Array(vec![int(1)])));
        });
    }
    for (n, (id, label, value, at, what)) in [
        ("crit-unknown", 2, Value::Array(vec![int(99)]), 3, "crit names an unknown label"),
        ("crit-absent", 2, Value::Array(vec![int(5)]), 3, "crit names a label that is not there"),
        ("crit-empty", 2, Value::Array(vec![]), 3, "crit is empty"),
        ("content-type", 3, int(61), 3, "a content type"),
        ("iv", 5, bytes(&[0; 12]), 38, "an IV"),
        ("counter-signature", 11, bytes(&[0; 64]), 38, "a countersignature"),
        ("cwt-claims", 15, map([(1, text("https://a.example"))]), 38, "CWT claims"),
        ("x5chain", 33, bytes(&[0x30]), 42, "a certificate: keys inside are never trusted"),
        ("private", -65537, int(0), 42, "a private label"),
        ("key-url", 35, text("https://keys.example"), 42, "a URL of a certificate, which is never fetched"),
    ]
    .into_iter()
    .enumerate()
    {
        bench.message(wrong, id, turn(n), &format!("the protected header has {what}"), Spot::Header(at), |message| {
            message.header(|header| put(header, &[label], value));
        });
    }
}

fn missing_parameters(bench: &mut Bench<'_>) {
    let wrong = ErrorKind::HeaderMissing;
    for on in ARTIFACTS {
        bench.message(wrong, "no-alg", on, "alg is absent", Spot::Header(0), |message| {
            message.header(|header| remove(header, &[1]));
        });
    }
    for (n, (id, label, what)) in [
        ("no-kid", 4, "kid is absent"),
        ("no-typ", 16, "typ is absent"),
        ("no-kid", 4, "kid is absent"),
        ("no-typ", 16, "typ is absent"),
    ]
    .into_iter()
    .enumerate()
    {
        for on in [turn(2 * n), turn(2 * n + 1)] {
            bench.message(wrong, id, on, what, Spot::Header(0), |message| {
                message.header(|header| remove(header, &[label]));
            });
        }
    }
    for on in [On::Root, On::Proof, On::List] {
        let what = "the protected header is an empty map";
        bench.message(wrong, "empty-map", on, what, Spot::Header(0), |message| message.protected = bstr(&[0xa0]));
    }
    for (on, label, id) in [
        (On::Link(1), 4, "kid-unprotected"),
        (On::Proof, 4, "kid-unprotected"),
        (On::Credential(0), 1, "alg-unprotected"),
    ] {
        let what = "it stands in the unprotected header only: the protected header is read first";
        let what = format!("{}, {what}", if label == 4 { "kid is absent" } else { "alg is absent" });
        bench.message(wrong, id, on, &what, Spot::Header(0), |message| {
            let value = crate::common::cbor::at(&mut message.header_value(), &[label]).clone();
            message.unprotected = encode(&map([(label, value)]));
            message.header(|header| remove(header, &[label]));
        });
    }
}

fn algorithms(bench: &mut Bench<'_>) {
    let wrong = ErrorKind::WrongAlgorithm;
    for on in ARTIFACTS {
        let what = "alg is −7, ES256, under which COSE leaves the curve open";
        bench.message(wrong, "es256", on, what, Spot::Header(2), |message| {
            message.header(|header| put(header, &[1], int(-7)));
        });
    }
    for (n, (id, algorithm, what)) in [
        ("es384", -35, "−35, ES384"),
        ("es512", -36, "−36, ES512"),
        ("eddsa", -8, "−8, EdDSA"),
        ("es256k", -47, "−47, ES256K"),
        ("rs256", -257, "−257, RS256"),
        ("hmac", 5, "5, HMAC 256/256"),
        ("hmac-64", 4, "4, HMAC 256/64"),
        ("none", 0, "0, which is reserved"),
        ("esp384", -51, "−51, ESP384"),
        ("ed25519", -19, "−19, Ed25519"),
    ]
    .into_iter()
    .enumerate()
    {
        let on = turn(n + 2);
        bench.message(wrong, id, on, &format!("alg is {what}"), Spot::Header(2), |message| {
            message.header(|header| put(header, &[1], int(algorithm)));
        });
    }
    for (id, algorithm, what) in [
        ("esp256", -9, "−9, the one of signatures"),
        ("hmac-64", 4, "4, HMAC 256/64"),
        ("hmac-384", 6, "6, HMAC 384/384"),
    ] {
        bench.message(wrong, id, On::Mac, &format!("alg is {what}"), Spot::Header(2), |message| {
            message.header(|header| put(header, &[1], int(algorithm)));
        });
    }
    for on in [On::Root, On::Credential(0), On::Proof] {
        let what = "alg is the text ES256";
        bench.message(ErrorKind::UnexpectedType, "alg-as-a-text", on, what, Spot::Header(2), |message| {
            message.header(|header| put(header, &[1], text("ES256")));
        });
    }
}

fn types(bench: &mut Bench<'_>) {
    let wrong = ErrorKind::WrongTyp;
    for (n, on) in ARTIFACTS.into_iter().enumerate() {
        let foreign: [(&str, i64); 2] = match on {
            On::Proof | On::Mac => [("link", 65101), ("credential", 65102)],
            On::List => [("proof", 65103), ("link", 65101)],
            On::Alone => [("list", 65105), ("link", 65101)],
            _ => [("proof", 65103), ("list", 65105)],
        };
        for (id, typ) in foreign {
            let what = format!("typ is the one of a {id}");
            bench.message(wrong, &format!("typ-of-a-{id}"), on, &what, Spot::Header(39), |message| {
                message.header(|header| put(header, &[16], int(typ)));
            });
        }
        let (id, typ, what) =
            [("cwt", 61, "61, CWT"), ("zero", 0, "0"), ("next-number", 65106, "65106, which is nobody's")][n % 3];
        bench.message(wrong, id, on, &format!("typ is {what}"), Spot::Header(39), |message| {
            message.header(|header| put(header, &[16], int(typ)));
        });
    }
    for on in [On::Link(1), On::HandOver(0), On::List] {
        let what = "typ is a media type as a text";
        bench.message(ErrorKind::UnexpectedType, "typ-as-a-text", on, what, Spot::Header(39), |message| {
            message.header(|header| put(header, &[16], text("application/cwt")));
        });
    }
    // What its typ makes of it: the claims of another artifact.
    for (id, on, typ, part, what) in [
        (
            "link-as-a-credential",
            On::Root,
            65102,
            Part::Credential(0),
            "the root says it is a credential: position is no claim of one",
        ),
        (
            "credential-as-a-link",
            On::Credential(0),
            65101,
            Part::Link(1),
            "a credential says it is a link: sub is no claim of one",
        ),
        (
            "hand-over-as-a-link",
            On::HandOver(0),
            65101,
            Part::Link(1),
            "a hand-over says it is a link: head is no claim of one",
        ),
    ] {
        bench.suite.spoil(
            "decode-called",
            &format!("v230-{id}"),
            ErrorKind::ClaimUnknown,
            part,
            &format!("Exchanged: {what}."),
            |vector| {
                on.edit(vector, |item| item.message.header(|header| put(header, &[16], int(typ))));
            },
        );
    }
}

fn unprotected(bench: &mut Bench<'_>) {
    let wrong = ErrorKind::UnprotectedHeader;
    for (n, on) in ARTIFACTS.into_iter().enumerate() {
        let what = "the unprotected header repeats kid";
        bench.message(wrong, "kid-in-both", on, what, Spot::Unprotected, |message| {
            message.unprotected = encode(&map([(4, bytes(message.kid().as_bytes()))]));
        });
        let (id, value, what) = [
            ("alg-in-both", map([(1, int(-9))]), "the unprotected header repeats alg"),
            ("alg-in-conflict", map([(1, int(-7))]), "the unprotected header has another alg"),
            ("crit", map([(2, Value::Array(vec![]))]), "crit stands in the unprotected header"),
            ("typ", map([(16, int(65101))]), "typ stands in the unprotected header"),
            ("unknown", map([(99, int(0))]), "an unknown parameter stands in the unprotected header"),
            ("certificate", map([(33, bytes(&[0x30]))]), "a certificate stands in the unprotected header"),
            (
                "key-url",
                map([(35, text("https://keys.example"))]),
                "the URL of a certificate stands in the unprotected header",
            ),
            ("counter-signature", map([(11, bytes(&[1; 64]))]), "a countersignature stands in the unprotected header"),
        ][n]
            .clone();
        bench.message(wrong, id, on, what, Spot::Unprotected, |message| message.unprotected = encode(&value));
    }
}
