//! Tokens and proofs as HTTP fields and as text: RFC 9651 byte sequences, base64url for files and terminals (token.md §8.4).

#[cfg(feature = "alloc")]
use alloc::{string::String, vec};

use base64ct::{Base64, Base64UrlUnpadded, Encoding};

use crate::error::{Error, ErrorKind, Part};

/// One of the things that travel beside a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(clippy::exhaustive_enums, reason = "the fields of token.md §8.4")]
pub enum Field {
    /// `Execution-Continuity`: the token.
    Continuity,
    /// `Execution-Proof`: the proof.
    Proof,
    /// `Execution-Hand-Over`: the hand-over to whoever receives the request, for a link that it may append.
    HandOver,
}

impl Field {
    /// Greatest length of a hand-over in its field.
    pub const HAND_OVER_BYTES: usize = 1_024;

    /// Name of the HTTP field; case does not matter.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Continuity => "Execution-Continuity",
            Self::Proof => "Execution-Proof",
            Self::HandOver => "Execution-Hand-Over",
        }
    }

    /// Name of the gRPC metadata, whose values are bytes.
    #[must_use]
    pub const fn grpc_name(self) -> &'static str {
        match self {
            Self::Continuity => "execution-continuity-bin",
            Self::Proof => "execution-proof-bin",
            Self::HandOver => "execution-hand-over-bin",
        }
    }

    /// Name of the member of `params._meta` in a request of the Model Context Protocol, whose value is the text form.
    #[must_use]
    pub const fn meta_name(self) -> &'static str {
        match self {
            Self::Continuity => "dev.throughline/execution-continuity",
            Self::Proof => "dev.throughline/execution-proof",
            Self::HandOver => "dev.throughline/execution-hand-over",
        }
    }

    /// Reads the field from all its lines into `buffer`; without a line, there are no bytes (V101, V103 follow).
    ///
    /// A buffer of [`Limits::token_bytes`](crate::Limits::token_bytes) or [`proof_bytes`](crate::Limits::proof_bytes) is enough, for a
    /// hand-over one of [`HAND_OVER_BYTES`](Self::HAND_OVER_BYTES).
    ///
    /// # Errors
    /// [`ErrorKind::FieldRepeated`] for a second line; those of [`decode`](Self::decode).
    pub fn read<'v, 'b>(
        self,
        lines: impl IntoIterator<Item = &'v [u8]>,
        buffer: &'b mut [u8],
    ) -> Result<&'b [u8], Error> {
        self.read_with(lines, None, buffer)
    }

    /// As [`read`](Self::read), where the text form may be given too, in the field's place or beside it: then they must be equal.
    ///
    /// # Errors
    /// Those of [`read`](Self::read); [`ErrorKind::FieldInvalid`] if field and text differ.
    pub fn read_with<'v, 'b>(
        self,
        lines: impl IntoIterator<Item = &'v [u8]>,
        text: Option<&[u8]>,
        buffer: &'b mut [u8],
    ) -> Result<&'b [u8], Error> {
        let mut lines = lines.into_iter();
        let Some(line) = lines.next() else {
            return text.map_or(Ok(&[]), |text| self.decode_text(text, buffer));
        };
        // V1502
        if lines.next().is_some() {
            return Err(Error::new(ErrorKind::FieldRepeated, Part::Field));
        }
        let bytes = self.decode(line, buffer)?;
        // V1501
        if text.is_none_or(|text| is_text_of(line, text)) { Ok(bytes) } else { Err(INVALID) }
    }

    /// Decodes one field value, with the white space around it removed as HTTP prescribes, into `buffer`.
    ///
    /// # Errors
    /// [`ErrorKind::FieldInvalid`]; [`ErrorKind::TokenTooLarge`] or [`ErrorKind::ProofTooLarge`] if `buffer` is too short, and
    /// [`ErrorKind::FieldInvalid`] for a hand-over.
    pub fn decode<'b>(self, value: &[u8], buffer: &'b mut [u8]) -> Result<&'b [u8], Error> {
        // V1501
        let base64 = value.strip_prefix(b":").and_then(|value| value.strip_suffix(b":")).ok_or(INVALID)?;
        let padding = base64.iter().rev().take(2).take_while(|byte| **byte == b'=').count();
        let len = (base64.len() / 4).saturating_mul(3).saturating_sub(padding);
        decode::<Base64>(base64, len, self, buffer)
    }

    /// Decodes the text form, base64url without padding, into `buffer`.
    ///
    /// # Errors
    /// Those of [`decode`](Self::decode).
    pub fn decode_text<'b>(self, text: &[u8], buffer: &'b mut [u8]) -> Result<&'b [u8], Error> {
        let whole = (text.len() / 4).saturating_mul(3);
        let len = whole.saturating_add((text.len() % 4).saturating_sub(1));
        decode::<Base64UrlUnpadded>(text, len, self, buffer)
    }

    const fn too_large(self, len: usize, max: usize) -> Error {
        let (len, max) = (widen(len), widen(max));
        match self {
            Self::Continuity => Error::new(ErrorKind::TokenTooLarge { len, max }, Part::Token),
            Self::Proof => Error::new(ErrorKind::ProofTooLarge { len, max }, Part::Proof),
            Self::HandOver => INVALID,
        }
    }
}

/// The HTTP field value for these bytes.
#[cfg(feature = "alloc")]
#[must_use]
pub fn encode_field(bytes: &[u8]) -> String {
    let mut value = String::from(":");
    value.push_str(&encode::<Base64>(bytes));
    value.push(':');
    value
}

/// The text form of these bytes: base64url without padding.
#[cfg(feature = "alloc")]
#[must_use]
pub fn encode_text(bytes: &[u8]) -> String {
    encode::<Base64UrlUnpadded>(bytes)
}

/// `len` is how many bytes it makes if it is well-formed.
fn decode<'b, E: Encoding>(text: &[u8], len: usize, field: Field, buffer: &'b mut [u8]) -> Result<&'b [u8], Error> {
    // V102, V104
    let max = buffer.len();
    let buffer = buffer.get_mut(..len).ok_or(field.too_large(len, max))?;
    // V1501. The decoder takes padding, length and unused bits exactly.
    E::decode(text, buffer).map_err(|_| INVALID)
}

/// Whether `text` is the text form of what a well-formed field value holds: both are canonical, and differ in alphabet and padding.
fn is_text_of(value: &[u8], text: &[u8]) -> bool {
    let base64 = value.iter().filter(|byte| !matches!(byte, b':' | b'='));
    let base64url = base64.map(|byte| match byte {
        b'+' => b'-',
        b'/' => b'_',
        other => *other,
    });
    base64url.eq(text.iter().copied())
}

#[cfg(feature = "alloc")]
fn encode<E: Encoding>(bytes: &[u8]) -> String {
    let mut buffer = vec![0; E::encoded_len(bytes)];
    // The buffer has the length asked for, so this does not fail.
    E::encode(bytes, &mut buffer).unwrap_or_default().into()
}

#[expect(clippy::as_conversions, reason = "no widening conversion is const, and usize has at most 64 bits")]
const fn widen(len: usize) -> u64 {
    len as u64
}

const INVALID: Error = Error::new(ErrorKind::FieldInvalid, Part::Field);

#[cfg(test)]
mod tests {
    use std::vec::Vec;

    use super::*;

    /// Every length of base64 tail.
    const PAIRS: [(&[u8], &str, &str); 5] = [
        (b"", "::", ""),
        (b"\x00", ":AA==:", "AA"),
        (b"\xff\xfe", "://4=:", "__4"),
        (b"\xd2\x84X", ":0oRY:", "0oRY"),
        (b"\xd2\x84XA", ":0oRYQQ==:", "0oRYQQ"),
    ];

    fn decoded(value: &str) -> Result<Vec<u8>, ErrorKind> {
        let mut buffer = [0; 8];
        Field::Continuity.decode(value.as_bytes(), &mut buffer).map(<[u8]>::to_vec).map_err(|error| error.kind)
    }

    fn decoded_text(value: &str) -> Result<Vec<u8>, ErrorKind> {
        let mut buffer = [0; 8];
        Field::Continuity.decode_text(value.as_bytes(), &mut buffer).map(<[u8]>::to_vec).map_err(|error| error.kind)
    }

    #[test]
    fn both_forms_are_decoded_exactly() {
        for (bytes, field, text) in PAIRS {
            assert_eq!(decoded(field).as_deref(), Ok(bytes), "{field}");
            assert_eq!(decoded_text(text).as_deref(), Ok(bytes), "{text}");
        }
    }

    #[cfg(feature = "alloc")]
    #[test]
    fn both_forms_are_encoded() {
        for (bytes, field, text) in PAIRS {
            assert_eq!(encode_field(bytes), field);
            assert_eq!(encode_text(bytes), text);
        }
    }

    #[test]
    fn anything_but_one_byte_sequence_rejected() {
        let values = [
            "",
            ":",
            "AA==",
            ":AA==",
            "AA==:",
            " :AA==:",
            ":AA==: ",
            ":AA==:;a=1",
            ":AA==:, :AA==:",
            ":A:",
            ":AA:",
            ":AAA:",
            ":AA=:",
            ":AA===:",
            ":AAA==:",
            ":====:",
            ":A===:",
            ":AB==:",
            ":AAB=:",
            ":__4=:",
            ":AA ==:",
            ":AA==\n:",
            ":A=A=:",
            ":AA==AAAA:",
            "\"AA==\"",
        ];
        for value in values {
            assert_eq!(decoded(value), Err(ErrorKind::FieldInvalid), "{value:?}");
        }
        for text in ["A", "AA==", "AB", "AAB", "//4", "AA\n", " AA", "AAAAA", ":AA==:"] {
            assert_eq!(decoded_text(text), Err(ErrorKind::FieldInvalid), "{text:?}");
        }
    }

    #[test]
    fn second_line_rejected() {
        let read = |lines: &[&'static [u8]]| {
            let mut buffer = [0; 8];
            Field::Proof.read(lines.iter().copied(), &mut buffer).map(<[u8]>::to_vec).map_err(|error| error.kind)
        };
        assert_eq!(read(&[]), Ok(Vec::new()));
        assert_eq!(read(&[b":AA==:"]), Ok([0].to_vec()));
        assert_eq!(read(&[b":AA==:", b":AA==:"]), Err(ErrorKind::FieldRepeated));
        assert_eq!(read(&[b"", b""]), Err(ErrorKind::FieldRepeated));
    }

    #[test]
    fn field_and_text_must_be_equal() {
        let read = |lines: &[&'static str], text: Option<&str>| {
            let mut buffer = [0; 8];
            let lines = lines.iter().map(|line| line.as_bytes());
            let bytes = Field::Continuity.read_with(lines, text.map(str::as_bytes), &mut buffer);
            bytes.map(<[u8]>::to_vec).map_err(|error| error.kind)
        };
        for (bytes, field, text) in PAIRS {
            assert_eq!(read(&[field], Some(text)).as_deref(), Ok(bytes), "{field}");
            assert_eq!(read(&[], Some(text)).as_deref(), Ok(bytes), "{text}");
            assert_eq!(read(&[field], None).as_deref(), Ok(bytes), "{field}");
        }
        assert_eq!(read(&[], None).as_deref(), Ok(b"".as_slice()));
        for text in ["", "AQ", "AA==", "AAAA", ":AA==:", "A", "AB", "AA\n"] {
            assert_eq!(read(&[":AA==:"], Some(text)), Err(ErrorKind::FieldInvalid), "{text:?}");
        }
        // The text form has one alphabet.
        assert_eq!(read(&["://4=:"], Some("//4")), Err(ErrorKind::FieldInvalid));
        assert_eq!(read(&[":AA:"], Some("AA")), Err(ErrorKind::FieldInvalid));
        assert_eq!(read(&[":AA==:", ":AA==:"], Some("AA")), Err(ErrorKind::FieldRepeated));
    }

    #[test]
    fn more_than_the_buffer_holds_rejected() {
        let mut buffer = [0; 2];
        let error = Field::Continuity.decode(b":AAAA:", &mut buffer);
        assert_eq!(error, Err(Error::new(ErrorKind::TokenTooLarge { len: 3, max: 2 }, Part::Token)));
        let error = Field::Proof.decode_text(b"AAAA", &mut buffer);
        assert_eq!(error, Err(Error::new(ErrorKind::ProofTooLarge { len: 3, max: 2 }, Part::Proof)));
        assert_eq!(Field::Proof.decode(b":AAA=:", &mut buffer), Ok([0, 0].as_slice()));
    }
}
