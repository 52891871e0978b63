//! V201, V202: input that ends too early, or goes on.

use throughline::ErrorKind;

use super::{ARTIFACTS, Bench, LINKS, On, Spot};
use crate::common::cbor::{OURS, bstr, head, raw};
use crate::common::forge::{Message, content};
use crate::suite::forge_of;

pub(super) fn publish(bench: &mut Bench<'_>) {
    cut_token(bench);
    cut_alone(bench);
    strings_beyond_their_end(bench);
    counts_beyond_their_end(bench);
    trailing(bench);
}

/// A name, what is wrong, and how it is found.
type Cut = (&'static str, &'static str, fn(&Message) -> (usize, usize));

/// Where an artifact is cut: a name, and from the lengths of its parts the last byte that is there and the value that ends too early.
const CUTS: [Cut; 9] = [
    ("after-the-tag", "it ends after its first byte", |_| (1, 1)),
    ("after-the-array-head", "it ends before its protected header", |_| (2, 2)),
    ("in-the-head-of-the-protected-header", "it ends inside the head of its protected header", |_| (3, 2)),
    ("in-the-protected-header", "it ends inside its protected header", |_| (20, 2)),
    ("before-the-unprotected-header", "it ends after its protected header", |message| {
        let at = Spot::Unprotected.within(message);
        (at, at)
    }),
    ("in-the-head-of-the-payload", "it ends inside the head of its payload", |message| {
        let at = Spot::Payload.within(message);
        (at + 1, at)
    }),
    ("in-the-payload", "it ends inside its payload", |message| {
        let at = Spot::Payload.within(message);
        (at + message.payload.len() / 2, at)
    }),
    ("before-the-signature", "it ends after its payload", |message| {
        let at = Spot::Seal.within(message);
        (at, at)
    }),
    ("one-byte-short", "its last byte is missing", |message| (message.encoded().len() - 1, Spot::Seal.within(message))),
];

fn cut_token(bench: &mut Bench<'_>) {
    // The artifact at which the token ends, and how many of the cuts stand there.
    for (on, cuts) in [
        (On::Link(0), CUTS.as_slice()),
        (On::Credential(0), &CUTS[..1]),
        (On::HandOver(0), &CUTS[6..7]),
        (On::Link(1), &[CUTS[2], CUTS[4], CUTS[6], CUTS[8]]),
        (On::Credential(1), &[CUTS[3], CUTS[8]]),
        (On::HandOver(1), &[CUTS[1], CUTS[8]]),
        (On::Link(2), &CUTS),
    ] {
        for (id, what, cut) in cuts {
            let twin = "decode-called";
            let vector = bench.suite.get(twin);
            let mut forge = forge_of(vector);
            let start = forge.start(on.part());
            let (len, byte) = cut(&forge.part(on.part()).message);
            let part = on.envelope_part(vector);
            let name = match on {
                On::Credential(0) | On::HandOver(0) => "token ends here, and ",
                _ => "the token ends here, and ",
            };
            let id = format!(
                "v201-{id}-{}{}",
                on.word(),
                if matches!(on, On::Credential(1) | On::HandOver(1)) { "-2" } else { "" }
            );
            bench
                .suite
                .spoil(twin, &id, ErrorKind::Truncated, part, &format!("{}: {name}{what}.", on.name()), |vector| {
                    vector.token.as_mut().unwrap().0.truncate(start + len);
                })
                .byte(start + byte)
                .flags(&["truncation"]);
        }
    }
}

/// Artifacts that come alone.
fn cut_alone(bench: &mut Bench<'_>) {
    for (on, cuts) in [
        (On::Proof, CUTS.as_slice()),
        (On::Mac, &CUTS[8..]),
        (On::Alone, &[CUTS[0], CUTS[3], CUTS[6], CUTS[8]]),
        (On::List, &[CUTS[0], CUTS[3], CUTS[6], CUTS[8]]),
    ] {
        for (id, what, cut) in cuts {
            let id = format!("v201-{id}-{}", on.word());
            let mut byte = 0;
            bench
                .suite
                .spoil(on.twin(), &id, ErrorKind::Truncated, on.part(), &format!("{}: {what}.", on.name()), |vector| {
                    let bytes = match on {
                        On::Alone => &mut vector.credential,
                        On::List => &mut vector.list,
                        _ => &mut vector.proof,
                    };
                    let bytes = &mut bytes.as_mut().unwrap().0;
                    let (len, at) = cut(&Message::of(bytes));
                    bytes.truncate(len);
                    byte = at;
                })
                .byte(byte)
                .flags(&["truncation"]);
        }
    }
}

/// A name, where, a head, and what it says.
type Declared<'a> = (&'a str, On, &'a [i64], &'a [u8], &'a str);

fn strings_beyond_their_end(bench: &mut Bench<'_>) {
    for on in LINKS {
        let what = "iss says it has more bytes than the payload, though not than the token";
        bench.value(ErrorKind::Truncated, "text-beyond-the-payload", on, what, &[1], raw(b"\x79\x02\x00"));
    }
    let declared: [Declared<'_>; 6] = [
        (
            "text-of-2-to-the-32",
            On::Link(1),
            &[1],
            b"\x7b\x00\x00\x00\x01\x00\x00\x00\x00",
            "iss says it has 2³² bytes",
        ),
        (
            "text-of-2-to-the-63",
            On::Link(2),
            &[1],
            b"\x7b\x80\x00\x00\x00\x00\x00\x00\x00",
            "iss says it has 2⁶³ bytes",
        ),
        (
            "text-of-2-to-the-64",
            On::Credential(0),
            &[2],
            b"\x7b\xff\xff\xff\xff\xff\xff\xff\xff",
            "sub says it has 2⁶⁴ − 1 bytes",
        ),
        (
            "bytes-beyond-the-payload",
            On::HandOver(0),
            &[OURS, 17],
            b"\x58\xff",
            "head says it has more bytes than are left",
        ),
        ("bytes-of-2-to-the-32", On::Proof, &[7], b"\x5a\xff\xff\xff\xff", "cti says it has 2³² − 1 bytes"),
        (
            "bytes-of-2-to-the-64",
            On::List,
            &[1],
            b"\x7b\xff\xff\xff\xff\xff\xff\xff\xff",
            "iss says it has 2⁶⁴ − 1 bytes",
        ),
    ];
    for (id, on, path, head, what) in declared {
        bench.value(ErrorKind::Truncated, id, on, what, path, raw(head));
    }
    for on in ARTIFACTS {
        bench.message(
            ErrorKind::Truncated,
            "empty-protected-header",
            on,
            "the protected header is a byte string without bytes",
            Spot::Header(0),
            |message| message.protected = vec![0x40],
        );
    }
    for on in [On::Link(1), On::Proof, On::List] {
        bench.claims(
            ErrorKind::Truncated,
            "empty-payload",
            on,
            "the payload is a byte string without bytes",
            |message| {
                message.payload = vec![0x40];
                Some(0)
            },
        );
    }
    for on in [On::Link(2), On::Proof, On::Alone, On::List] {
        // Payload and signature have room one by one, and together have none.
        let what = "the payload's length takes the signature in, and none is left";
        bench.message(ErrorKind::Truncated, "lengths-that-burst-in-sum", on, what, Spot::End, |message| {
            let content = content(&message.payload).to_vec();
            let len = u64::try_from(content.len() + message.seal.len()).unwrap();
            message.payload = [head(2, len), content].concat();
        });
    }
}

fn counts_beyond_their_end(bench: &mut Bench<'_>) {
    for on in ARTIFACTS {
        let what = "the claims set says it has one entry more than it has";
        bench.claims(ErrorKind::Truncated, "map-with-an-entry-missing", on, what, |message| {
            let claims = content(&message.payload).to_vec();
            message.payload = bstr(&[&[claims[0] + 1], &claims[1..]].concat());
            Some(claims.len())
        });
    }
}

fn trailing(bench: &mut Bench<'_>) {
    for (n, on) in ARTIFACTS.into_iter().enumerate() {
        let more = [b"\x00".as_slice(), b"\xa0", b"\xff", b"\xf6"][n % 4];
        let what = "bytes follow the map in the protected header";
        let len = content(&Message::of(&bytes_of(bench, on)).protected).len();
        bench.message(ErrorKind::TrailingBytes, "protected-header", on, what, Spot::Header(len), |message| {
            message.protected = bstr(&[content(&message.protected), more].concat());
        });
        bench.claims(ErrorKind::TrailingBytes, "payload", on, "bytes follow the claims set", |message| {
            let claims = content(&message.payload).to_vec();
            message.payload = bstr(&[&claims, more].concat());
            Some(claims.len())
        });
    }
    for (id, what) in [("one-byte", "a byte follows it"), ("itself", "it follows itself")] {
        for on in [On::Proof, On::Mac, On::Alone, On::List] {
            let mut byte = 0;
            let id = format!("v202-{id}-after-{}", on.word());
            let sentence = format!("{}: {what}.", on.name());
            bench
                .suite
                .spoil(on.twin(), &id, ErrorKind::TrailingBytes, on.part(), &sentence, |vector| {
                    let bytes = match on {
                        On::Alone => &mut vector.credential,
                        On::List => &mut vector.list,
                        _ => &mut vector.proof,
                    };
                    let bytes = &mut bytes.as_mut().unwrap().0;
                    byte = bytes.len();
                    let more = if id.contains("itself") { bytes.clone() } else { vec![0] };
                    bytes.extend(more);
                })
                .byte(byte);
        }
    }
    // In a sequence, what follows is another item.
    for (id, more, what) in
        [("zero", b"\x00".as_slice(), "a zero"), ("map", b"\xa0", "an empty map"), ("text", b"\x61a", "a text")]
    {
        let token = bench.suite.get("decode-called").token.clone().unwrap().0;
        bench
            .suite
            .spoil(
                "decode-called",
                &format!("v220-{id}-after-the-token"),
                ErrorKind::WrongTag,
                throughline::Part::Item(7),
                &format!("Behind the last link stands {what}, where only an item with tag 18 can."),
                |vector| vector.token.as_mut().unwrap().0.extend(more),
            )
            .byte(token.len());
    }
}

/// The bytes of an artifact in its twin.
fn bytes_of(bench: &Bench<'_>, on: On) -> Vec<u8> {
    let vector = bench.suite.get(bench.twin(on));
    match on {
        On::Proof | On::Mac => vector.proof.clone().unwrap().0,
        On::Alone => vector.credential.clone().unwrap().0,
        On::List => vector.list.clone().unwrap().0,
        On::Root | On::Link(_) | On::Last | On::Credential(_) | On::HandOver(_) => {
            forge_of(vector).part(on.part()).message.encoded()
        }
    }
}
