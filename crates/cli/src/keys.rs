//! Keys from files. Private ones stay in wiped memory and are never printed.

use std::path::Path;

use serde::Serialize;
use throughline::issue::{Actor, Signer as _, SigningKey};
use throughline::{AgreementKey, Digest, OriginForm, PublicKey, Token, TrustedKey, encode_text};
use zeroize::Zeroizing;

use crate::failure::Failure;
use crate::input::{self, label};
use crate::pem::{self, Found};

/// The private key in a file, for signing.
pub(crate) fn signing(path: &Path) -> Result<SigningKey, Failure> {
    let scalar = scalar(path)?;
    SigningKey::from_bytes(&scalar).ok_or_else(|| Failure::input(label(path), "not a private key of P-256"))
}

/// The private key in a file, for key agreement.
pub(crate) fn agreement(path: &Path) -> Result<AgreementKey, Failure> {
    let scalar = scalar(path)?;
    AgreementKey::from_bytes(&scalar).ok_or_else(|| Failure::input(label(path), "not a private key of P-256"))
}

/// The public key in a file. A private one is refused: whoever wants its public half says so with `key show --pem`.
pub(crate) fn public(path: &Path) -> Result<TrustedKey, Failure> {
    match read(path)? {
        Found::Public(key) => Ok(TrustedKey::new(key)),
        Found::Private(..) => Err(Failure::input(
            label(path),
            "a private key where a public one belongs (throughline key show --pem FILE prints it)",
        )),
    }
}

/// The public key in a file, or the public half of a private one.
pub(crate) fn public_half(path: &Path) -> Result<TrustedKey, Failure> {
    match read(path)? {
        Found::Public(key) | Found::Private(_, key) => Ok(TrustedKey::new(key)),
    }
}

/// Refuses a key that is not the one of the head's actor, as far as the token tells.
pub(crate) fn check_is_heads(key: &SigningKey, path: &Path, token: &Token<'_>) -> Result<(), Failure> {
    let Some(head) = token.links().next_back() else { return Ok(()) };
    let inline = token.credentials().find(|credential| credential.digest() == head.kid());
    let is_identity = head.origin().is_some_and(|origin| origin.kind() == OriginForm::Identity);
    let expected = match (head.carried_key(), inline) {
        (Some(carried), _) => *carried.thumbprint(),
        (None, Some(credential)) => *credential.key().thumbprint(),
        (None, None) if is_identity => *head.kid(),
        // A pinned key, or a credential that is named and not carried: then it cannot be told.
        (None, None) => return Ok(()),
    };
    if expected == *key.key().thumbprint() {
        return Ok(());
    }
    Err(Failure::input(label(path), format!("not the key of the head (link {}), which is {expected}", head.position())))
}

/// A public key for people and trust bundles.
#[derive(Debug, Serialize)]
pub(crate) struct Shown {
    /// Of the COSE_Key (RFC 9679), in hexadecimal.
    pub(crate) thumbprint: String,
    /// The identifier that its holder has without anybody's word.
    pub(crate) uri: String,
    /// For a trust bundle.
    pub(crate) jwk: Jwk,
}

/// RFC 7517, RFC 7518 §6.2.1.
#[derive(Debug, Serialize)]
pub(crate) struct Jwk {
    kty: &'static str,
    crv: &'static str,
    x: String,
    y: String,
}

impl Shown {
    pub(crate) fn new(key: &TrustedKey) -> Self {
        Self { thumbprint: key.thumbprint().to_string(), uri: uri(key), jwk: Jwk::new(key.key()) }
    }
}

impl Jwk {
    fn new(key: &PublicKey) -> Self {
        Self { kty: "EC", crv: "P-256", x: encode_text(key.x()), y: encode_text(key.y()) }
    }
}

/// The thumbprint URI of a key (RFC 9679 §5.7).
pub(crate) fn uri(key: &TrustedKey) -> String {
    Actor::unvouched(*key).identifier().to_owned()
}

/// Whether this credential or pin is for that key.
pub(crate) fn check_is_for(key: &SigningKey, path: &Path, expected: &Digest, whose: &str) -> Result<(), Failure> {
    if key.key().thumbprint() == expected {
        return Ok(());
    }
    Err(Failure::input(label(path), format!("not the key that {whose} is for, which is {expected}")))
}

fn scalar(path: &Path) -> Result<Zeroizing<[u8; 32]>, Failure> {
    match read(path)? {
        Found::Private(scalar, _) => Ok(scalar),
        Found::Public(_) => Err(Failure::input(label(path), "a public key where a private one belongs")),
    }
}

fn read(path: &Path) -> Result<Found, Failure> {
    let bytes = Zeroizing::new(input::read(path, input::SMALL)?);
    pem::read(&bytes).map_err(|text| Failure::input(label(path), text))
}
