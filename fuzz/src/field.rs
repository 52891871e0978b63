//! Header fields and text forms of tokens and proofs: exactly one way to write each byte string, and a second line is refused.
//!
//! The other opinion is a decoder of RFC 4648 written here, bit by bit.

use throughline::{ErrorKind, Field, encode_field, encode_text};

use crate::vectors::each_once;
use crate::{Target, Vectors, planted};

/// This target.
pub const TARGET: Target = Target { name: "field", max_len: 128, run, seeds };

/// First byte: which field, how long the buffer is. Then lines and text, each behind a byte 0xff or 0xfe.
pub fn run(data: &[u8]) {
    let Some((choice, rest)) = data.split_first() else { return };
    let field = if choice & 1 == 0 { Field::Continuity } else { Field::Proof };
    let mut buffer = vec![0; usize::from(choice >> 1)];
    // Neither byte stands in any field.
    let (text, lines) = match rest.iter().position(|byte| *byte == TEXT) {
        Some(at) => (Some(&rest[at + 1..]), &rest[..at]),
        None => (None, rest),
    };
    let lines: Vec<&[u8]> = lines.split(|byte| *byte == LINE).skip(1).collect();
    let expected = expected(&lines, text, buffer.len());
    let ours = field.read_with(lines.iter().copied(), text, &mut buffer);
    let ours = ours.map(<[u8]>::to_vec).map_err(|error| error.kind);
    let ours = if planted() && lines.len() == 2 { Ok(Vec::new()) } else { ours };
    match (ours, expected) {
        (Ok(bytes), Expected::Bytes(same)) => {
            assert_eq!(bytes, same, "the bytes");
            // There is one way to write them, in each form.
            assert!(lines.first().is_none_or(|line| *line == encode_field(&bytes).as_bytes()));
            assert!(text.is_none_or(|text| text == encode_text(&bytes).as_bytes()));
        }
        (Err(ErrorKind::FieldRepeated), Expected::Repeated) | (Err(ErrorKind::FieldInvalid), Expected::Invalid) => {}
        // What is too long and not well-formed may be refused as either.
        (
            Err(ErrorKind::TokenTooLarge { len, max } | ErrorKind::ProofTooLarge { len, max }),
            Expected::Invalid | Expected::TooLong,
        ) => assert!(len > max && max == u64::from(choice >> 1)),
        (Err(ErrorKind::FieldInvalid), Expected::TooLong) => {}
        (ours, expected) => panic!("{ours:?}, where {expected:?} is right"),
    }
}

#[derive(Debug)]
enum Expected {
    Bytes(Vec<u8>),
    Repeated,
    Invalid,
    TooLong,
}

/// What token.md §8.4 says.
fn expected(lines: &[&[u8]], text: Option<&[u8]>, most: usize) -> Expected {
    let of_line = |line: &[u8]| {
        let inner = line.strip_prefix(b":")?.strip_suffix(b":")?;
        decode(inner, *b"+/", true)
    };
    let of_text = |text: &[u8]| decode(text, *b"-_", false);
    let bytes = match (lines, text) {
        ([], None) => Some(Vec::new()),
        ([], Some(text)) => of_text(text),
        ([line], None) => of_line(line),
        ([line], Some(text)) => of_line(line).filter(|bytes| of_text(text).as_ref() == Some(bytes)),
        _ => return Expected::Repeated,
    };
    match bytes {
        Some(bytes) if bytes.len() > most => Expected::TooLong,
        Some(bytes) => Expected::Bytes(bytes),
        None => Expected::Invalid,
    }
}

/// RFC 4648 §4 and §5, canonical: padding as said, unused bits zero, nothing else in it.
fn decode(text: &[u8], last_two: [u8; 2], padded: bool) -> Option<Vec<u8>> {
    let content = if padded {
        let content = text.strip_suffix(b"==").or_else(|| text.strip_suffix(b"=")).unwrap_or(text);
        if text.len() % 4 != 0 {
            return None;
        }
        content
    } else {
        text
    };
    let mut bits = Vec::new();
    for byte in content {
        let value = match byte {
            b'A'..=b'Z' => byte - b'A',
            b'a'..=b'z' => byte - b'a' + 26,
            b'0'..=b'9' => byte - b'0' + 52,
            _ => 62 + u8::try_from(last_two.iter().position(|other| other == byte)?).ok()?,
        };
        bits.extend((0..6).rev().map(|bit| value >> bit & 1));
    }
    let (bytes, unused) = bits.as_chunks::<8>();
    let whole = unused.len() < 6 && unused.iter().all(|bit| *bit == 0);
    whole.then(|| bytes.iter().map(|bits| bits.iter().fold(0, |byte, bit| byte << 1 | bit)).collect())
}

fn seeds(vectors: &Vectors) -> Vec<Vec<u8>> {
    let of_vectors = vectors.all().filter_map(|vector| vector.carried.as_ref()).map(|carried| {
        let mut seed = vec![0xfe | u8::from(carried.proof)];
        for line in &carried.lines {
            seed.push(LINE);
            seed.extend(line.bytes());
        }
        if let Some(text) = &carried.text {
            seed.push(TEXT);
            seed.extend(text.bytes());
        }
        seed
    });
    let short = (0..6).flat_map(|len| {
        let bytes = vec![0xfb; len];
        let (line, text) = (encode_field(&bytes), encode_text(&bytes));
        let both = [&[0xfe, LINE], line.as_bytes(), &[TEXT], text.as_bytes()].concat();
        let twice = [&[0xff, LINE], line.as_bytes(), &[LINE], line.as_bytes()].concat();
        [both, twice, [&[4, LINE], line.as_bytes()].concat(), [&[0xff, TEXT], text.as_bytes()].concat()]
    });
    let mut seeds = each_once(short.chain(of_vectors));
    seeds.retain(|seed| seed.len() <= 512);
    seeds
}

/// Before each line.
const LINE: u8 = 0xff;
/// Before the text form.
const TEXT: u8 = 0xfe;
