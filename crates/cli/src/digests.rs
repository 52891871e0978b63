//! Digests and nonces on the command line: hexadecimal or base64url, or `@FILE` for what a file makes of it.

use std::path::Path;

use base64ct::{Base64UrlUnpadded, Encoding as _};
use throughline::{Digest, Limits, Token};

use crate::artifact::Artifact;
use crate::failure::Failure;
use crate::input;

/// A SHA-256 value as 64 hexadecimal digits or 43 characters of base64url.
pub(crate) fn digest(text: &str) -> Result<Digest, String> {
    let bytes = if text.len() == 43 { Base64UrlUnpadded::decode_vec(text).ok() } else { hex(text).ok() };
    let bytes = bytes.and_then(|bytes| bytes.try_into().ok());
    bytes
        .map(Digest)
        .ok_or_else(|| "not a SHA-256 value: 64 hexadecimal digits or 43 characters of base64url".to_owned())
}

/// A digest, or `@FILE`: SHA-256 of the file.
pub(crate) fn of_file(option: &str, text: &str) -> Result<Digest, Failure> {
    match text.strip_prefix('@') {
        Some(path) => Ok(Digest::of(&[&input::read(Path::new(path), input::HASHED)?])),
        None => digest(text).map_err(|text| Failure::input(option, text)),
    }
}

/// A link's digest, or `@FILE`: the head of the token in the file.
pub(crate) fn of_head(option: &str, text: &str) -> Result<Digest, Failure> {
    match text.strip_prefix('@') {
        Some(path) => head(&Artifact::read(Path::new(path))?),
        None => digest(text).map_err(|text| Failure::input(option, text)),
    }
}

/// The digest of a token's newest link.
pub(crate) fn head(token: &Artifact) -> Result<Digest, Failure> {
    let decoded = Token::decode(&token.bytes, &Limits::DEFAULT).map_err(Failure::refused(&token.label))?;
    let head = decoded.links().next_back().map(|link| *link.digest());
    head.ok_or_else(|| Failure::input(&token.label, "holds no link"))
}

/// Bytes in hexadecimal.
pub(crate) fn hex(text: &str) -> Result<Vec<u8>, String> {
    let wrong = || "not an even number of hexadecimal digits".to_owned();
    if !text.is_ascii() || !text.len().is_multiple_of(2) {
        return Err(wrong());
    }
    text.as_bytes()
        .chunks(2)
        .map(|pair| {
            let pair = std::str::from_utf8(pair).ok().filter(|pair| !pair.contains('+'))?;
            u8::from_str_radix(pair, 16).ok()
        })
        .collect::<Option<_>>()
        .ok_or_else(wrong)
}

/// Bytes as hexadecimal.
pub(crate) fn to_hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}
