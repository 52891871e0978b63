//! V1501, V1502: tokens and proofs in HTTP fields and in texts.

use throughline::{ErrorKind, Part};
use throughline_conformance::{Carried, LimitsOf};

use crate::common::{chain, proof};
use crate::suite::{Scenario, Suite};

pub(crate) fn publish(suite: &mut Suite) {
    accepted(suite);
    fields(suite);
    texts(suite);
    both(suite);
    lengths(suite);
}

/// Base64 as RFC 4648 §4 has it, with padding.
fn base64(bytes: &[u8]) -> String {
    encoded(bytes, b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/", "=")
}

/// The same with the alphabet of §5, without padding.
fn base64url(bytes: &[u8]) -> String {
    encoded(bytes, b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_", "")
}

fn encoded(bytes: &[u8], alphabet: &[u8; 64], padding: &str) -> String {
    let mut text = String::new();
    for three in bytes.chunks(3) {
        let bits = three.iter().fold(0_u32, |bits, byte| bits << 8 | u32::from(*byte)) << (8 * (3 - three.len()));
        for n in 0..=three.len() {
            let six = bits >> (18 - 6 * n) & 0x3f;
            text.push(char::from(alphabet[usize::try_from(six).unwrap()]));
        }
        text.push_str(&padding.repeat(3 - three.len()));
    }
    text
}

fn field(bytes: &[u8]) -> String {
    format!(":{}:", base64(bytes))
}

fn lines(proof: bool, lines: &[String]) -> Carried {
    Carried { proof, lines: lines.to_vec(), text: None }
}

fn text(proof: bool, text: String) -> Carried {
    Carried { proof, lines: Vec::new(), text: Some(text) }
}

fn accepted(suite: &mut Suite) {
    let mut add = |id: &str, what: &str, carried: Carried, bytes: &[u8], flag: &str| {
        suite.accept("carriage", id, what, Scenario::carriage(carried, bytes).flag(flag));
    };
    let token = chain(2);
    let proof = proof(&token, "worker 1", 1);
    add("field-token", "A token in its field.", lines(false, &[field(&token)]), &token, "feature");
    add("field-proof", "A proof in its field.", lines(true, &[field(&proof)]), &proof, "feature");
    add("text-token", "A token as text.", text(false, base64url(&token)), &token, "feature");
    add("text-proof", "A proof as text.", text(true, base64url(&proof)), &proof, "feature");
    let both = Carried { text: Some(base64url(&token)), ..lines(false, &[field(&token)]) };
    add("both-token", "A token in its field and as text.", both, &token, "feature");
    let both = Carried { text: Some(base64url(&proof)), ..lines(true, &[field(&proof)]) };
    add("both-proof", "A proof in its field and as text.", both, &proof, "feature");
    // Every length of the last group, and every character in which the alphabets differ.
    for (id, bytes) in [
        ("no-bytes", b"".as_slice()),
        ("one-byte", b"\xff"),
        ("two-bytes", b"\xff\xfe"),
        ("three-bytes", b"\xfb\xff\xbf"),
        ("four-bytes", b"\xfb\xff\xbf\x00"),
    ] {
        let what = format!("{} bytes in a field.", bytes.len());
        add(&format!("field-of-{id}"), &what, lines(false, &[field(bytes)]), bytes, "edge");
        let what = format!("{} bytes as text.", bytes.len());
        add(&format!("text-of-{id}"), &what, text(false, base64url(bytes)), bytes, "edge");
    }
    add("no-field", "No line of the field: no bytes, of which V101 speaks.", lines(false, &[]), b"", "edge");
    let longest = vec![0xd2; 16_384];
    add("field-of-16384", "16,384 bytes in a field.", lines(false, &[field(&longest)]), &longest, "edge");
    let longest = vec![0xd2; 1_024];
    add("text-of-1024", "1,024 bytes as the text of a proof.", text(true, base64url(&longest)), &longest, "edge");
}

/// Refused in one of the fields.
fn refuse(suite: &mut Suite, twin: &str, id: &str, kind: ErrorKind, what: &str, carried: Carried) {
    let id = format!("v{}-{id}", kind.number());
    suite.spoil(twin, &id, kind, Part::Field, what, |vector| vector.carried = Some(carried));
}

fn fields(suite: &mut Suite) {
    let wrong = ErrorKind::FieldInvalid;
    for (twin, of, is_proof) in [("field-token", "token", false), ("field-proof", "proof", true)] {
        let good = suite.get(twin).carried.clone().unwrap().lines.remove(0);
        let inner = good.trim_matches(':').to_owned();
        let cut = &inner[..inner.len() - 4];
        let cases = [
            ("empty", String::new(), "an empty field"),
            ("one-colon", ":".to_owned(), "one colon"),
            ("no-colons", inner.clone(), "base64 without colons"),
            ("no-last-colon", format!(":{inner}"), "no colon behind it"),
            ("no-first-colon", format!("{inner}:"), "no colon before it"),
            ("parameter", format!("{good};a=1"), "a parameter"),
            ("list", format!("{good}, {good}"), "a list of two in one line"),
            ("space-before", format!(" {good}"), "white space before it that is part of the value"),
            ("space-after", format!("{good} "), "white space behind it that is part of the value"),
            ("string", format!("\"{inner}\""), "a string instead of a byte sequence"),
            ("token-word", format!("token={good}"), "a dictionary"),
            ("padding-superfluous", format!(":{cut}AAAA=:"), "padding where none is needed"),
            ("padding-too-long", format!(":{cut}AA===:"), "padding that is too long"),
            ("padding-absent", format!(":{cut}AA:"), "padding that is absent"),
            ("padding-in-the-middle", format!(":AA=={cut}:"), "padding in the middle"),
            ("space-inside", format!(":{cut}AA A:"), "a space inside"),
            ("newline-inside", format!(":{cut}AA\nA:"), "a line break inside"),
            ("base64url", format!(":{cut}-_-_:"), "the alphabet of base64url"),
            (
                "unused-bits-of-one",
                format!(":{cut}AB==:"),
                "bits that are not used and not 0, before two padding characters",
            ),
            (
                "unused-bits-of-two",
                format!(":{cut}AAB=:"),
                "bits that are not used and not 0, before one padding character",
            ),
            ("one-character-left", format!(":{cut}A:"), "a group of one character"),
            ("only-padding", ":====:".to_owned(), "padding alone"),
            ("letter-beyond-ascii", format!(":{cut}\u{e9}AAA:"), "a letter beyond ASCII"),
            ("nul", format!(":{cut}\u{0}AAA:"), "NUL"),
        ];
        for (n, (id, line, what)) in cases.into_iter().enumerate() {
            // All of them for tokens, every second one for proofs.
            if !is_proof || n % 2 == 0 {
                let what = format!("The field of a {of}: {what}.");
                refuse(suite, twin, &format!("{of}-{id}"), wrong, &what, lines(is_proof, &[line]));
            }
        }
        let wrong = ErrorKind::FieldRepeated;
        for (id, second, what) in [
            ("twice", good.as_str(), "it stands twice, with one value"),
            ("and-empty", "", "a second, empty line"),
            ("and-garbage", "garbage", "a second line that is no byte sequence"),
            ("and-another", "::", "a second line without bytes"),
        ] {
            let what = format!("The field of a {of}: {what}.");
            refuse(
                suite,
                twin,
                &format!("{of}-{id}"),
                wrong,
                &what,
                lines(is_proof, &[good.clone(), second.to_owned()]),
            );
        }
    }
}

fn texts(suite: &mut Suite) {
    let wrong = ErrorKind::FieldInvalid;
    for (twin, of, is_proof) in [("text-token", "token", false), ("text-proof", "proof", true)] {
        let good = suite.get(twin).carried.clone().unwrap().text.unwrap();
        let whole = &good[..good.len() - good.len() % 4];
        for (id, wrong_text, what) in [
            ("padded", format!("{whole}AA=="), "padding"),
            ("newline", format!("{good}\n"), "a line break behind it"),
            ("space", format!(" {good}"), "a space before it"),
            ("base64", format!("{whole}+/+/"), "the alphabet of base64"),
            ("unused-bits", format!("{whole}AB"), "bits that are not used and not 0"),
            ("one-character-left", format!("{whole}A"), "a group of one character"),
            ("colons", format!(":{good}:"), "the colons of a field"),
        ] {
            let what = format!("The text of a {of}: {what}.");
            refuse(suite, twin, &format!("{of}-text-{id}"), wrong, &what, text(is_proof, wrong_text));
        }
    }
}

fn both(suite: &mut Suite) {
    let wrong = ErrorKind::FieldInvalid;
    for (twin, of) in [("both-token", "token"), ("both-proof", "proof")] {
        let good = suite.get(twin).carried.clone().unwrap();
        let with = |text: String| Carried { text: Some(text), ..good.clone() };
        let own = good.text.clone().unwrap();
        let mut other = own.clone().into_bytes();
        other[20] = if other[20] == b'A' { b'B' } else { b'A' };
        for (id, text, what) in [
            ("differ", String::from_utf8(other).unwrap(), "field and text differ in a character"),
            ("text-shorter", own[..own.len() - 4].to_owned(), "the text is shorter than the field"),
            ("text-longer", format!("{own}AAAA"), "the text is longer than the field"),
            ("text-empty", String::new(), "the text is empty and the field is not"),
            ("text-padded", format!("{own}=="), "the text has padding"),
        ] {
            let what = format!("A {of} in both: {what}.");
            refuse(suite, twin, &format!("{of}-both-{id}"), wrong, &what, with(text));
        }
        let what = format!("A {of} in both: the field is no byte sequence.");
        let broken = Carried { lines: vec![own.clone()], ..good.clone() };
        refuse(suite, twin, &format!("{of}-both-field-broken"), wrong, &what, broken);
        let what = format!("A {of} in both, and a second line of the field.");
        let twice = Carried { lines: [good.lines.clone(), good.lines.clone()].concat(), ..good.clone() };
        refuse(suite, twin, &format!("{of}-both-and-twice"), ErrorKind::FieldRepeated, &what, twice);
    }
}

/// What is longer than the reader's limit is not decoded.
fn lengths(suite: &mut Suite) {
    let token = chain(2);
    let proof = proof(&token, "worker 1", 1);
    let of = |token_bytes: Option<u32>, proof_bytes: Option<u32>| LimitsOf {
        token_bytes,
        proof_bytes,
        ..LimitsOf::default()
    };
    for (id, carried, bytes, kind, part) in [
        ("token", lines(false, &[field(&token)]), &token, ErrorKind::TokenTooLarge { len: 0, max: 0 }, Part::Token),
        ("proof", text(true, base64url(&proof)), &proof, ErrorKind::ProofTooLarge { len: 0, max: 0 }, Part::Proof),
    ] {
        let len = u32::try_from(bytes.len()).unwrap();
        let limits = |len: u32| if id == "token" { of(Some(len), None) } else { of(None, Some(len)) };
        let scenario = Scenario::carriage(carried, bytes).limits(limits(len)).flag("edge");
        let twin = format!("carried-{id}-as-long-as-the-limit");
        suite.accept("carriage", &twin, "As many bytes as the reader's limit.", scenario);
        let what = format!("A {id} that is carried: one byte more than the reader's limit.");
        let name = format!("v{}-carried-{id}", kind.number());
        suite.spoil(&twin, &name, kind, part, &what, |vector| vector.limits = Some(limits(len - 1)));
    }
}
