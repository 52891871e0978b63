//! Tokens, credentials, hand-overs and proofs as people hand them around: raw bytes, or base64url text.

use std::path::Path;

use base64ct::{Base64UrlUnpadded, Encoding as _};

use crate::failure::Failure;
use crate::input;

/// An artifact's bytes, and what its file is called.
#[derive(Debug)]
pub(crate) struct Artifact {
    pub(crate) bytes: Vec<u8>,
    pub(crate) label: String,
}

impl Artifact {
    /// Reads a file that holds an artifact, raw or as text. Whether it is one is for the decoder to say.
    pub(crate) fn read(path: &Path) -> Result<Self, Failure> {
        Self::read_up_to(path, input::SMALL)
    }

    /// The same, with another bound: revocation lists are longer.
    pub(crate) fn read_up_to(path: &Path, limit: usize) -> Result<Self, Failure> {
        let label = input::label(path);
        let bytes = decode(input::read(path, limit)?).map_err(|text| Failure::input(label.as_str(), text))?;
        Ok(Self { bytes, label })
    }
}

/// Raw where it begins with the tag of COSE_Sign1 or COSE_Mac0 (neither byte is ever text), else base64url.
pub(crate) fn decode(bytes: Vec<u8>) -> Result<Vec<u8>, String> {
    if matches!(bytes.first(), Some(&(SIGN1 | MAC0))) {
        return Ok(bytes);
    }
    let text = bytes.trim_ascii();
    if let Some(found) = foreign(text) {
        return Err(found.to_owned());
    }
    if let Some(at) = text.iter().position(|byte| !is_base64url(*byte)) {
        let byte = text.get(at).copied().unwrap_or_default();
        let what = match byte {
            b'=' => "base64 padding".to_owned(),
            b'+' | b'/' => "base64 of the other alphabet".to_owned(),
            _ => format!("0x{byte:02x}"),
        };
        let at = at.saturating_add(bytes.len().saturating_sub(bytes.trim_ascii_start().len()));
        return Err(format!(
            "neither a tagged COSE item (first byte 0xd2 or 0xd1) nor base64url text: byte {at} is {what}"
        ));
    }
    let text = std::str::from_utf8(text).unwrap_or_default();
    Base64UrlUnpadded::decode_vec(text).map_err(|_| "base64url text that was cut or is not canonical".to_owned())
}

/// What people hand in instead.
fn foreign(text: &[u8]) -> Option<&'static str> {
    match text {
        [b'{' | b'[', ..] => Some("this is JSON; a raw COSE item or its base64url text belongs here"),
        [b'-', b'-', b'-', b'-', b'-', ..] => Some("this is PEM; a raw COSE item or its base64url text belongs here"),
        [b'e', b'y', b'J', ..] if text.contains(&b'.') => {
            Some("this looks like a JWT; a raw COSE item or its base64url text belongs here")
        }
        _ => None,
    }
}

const fn is_base64url(byte: u8) -> bool {
    matches!(byte, b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'_')
}

/// Tag 18.
const SIGN1: u8 = 0xd2;
/// Tag 17.
const MAC0: u8 = 0xd1;
