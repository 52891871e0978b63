//! What the program makes of text and files of others, apart from where they come from. No stable interface: for tests and fuzzers.

use std::ffi::OsString;

use throughline::issue::Contract;
use throughline::{Argument, Digest, Property, PublicKey, UnixTime};

use crate::contract::Scope;
use crate::failure::Failure;
use crate::pem::Found;
use crate::plain::Plain;
use crate::verbs::inspect;
use crate::{artifact, cli, clock, contract, digests, grants, pem, request, values};

/// Why something is not read: what the program says.
pub type Unread<T> = Result<T, String>;

/// An artifact from a file, raw or as base64url text.
///
/// # Errors
/// What is wrong.
pub fn artifact(bytes: Vec<u8>) -> Unread<Vec<u8>> {
    artifact::decode(bytes)
}

/// A key in PEM: the secret scalar, if it is a private one, and the public key.
///
/// # Errors
/// What is wrong.
pub fn key(pem: &[u8]) -> Unread<(Option<[u8; 32]>, PublicKey)> {
    Ok(match pem::read(pem)? {
        Found::Private(secret, public) => (Some(*secret), public),
        Found::Public(public) => (None, public),
    })
}

/// A public key as PEM.
#[must_use]
pub fn key_to_pem(key: &PublicKey) -> Option<String> {
    pem::public(key)
}

/// A digest in hexadecimal or base64url.
///
/// # Errors
/// What is wrong.
pub fn digest(text: &str) -> Unread<Digest> {
    digests::digest(text)
}

/// Bytes in hexadecimal.
///
/// # Errors
/// What is wrong.
pub fn hex(text: &str) -> Unread<Vec<u8>> {
    digests::hex(text)
}

/// A time.
///
/// # Errors
/// What is wrong.
pub fn time(text: &str) -> Unread<UnixTime> {
    clock::time(text)
}

/// A time as it is printed.
#[must_use]
pub fn time_to_text(time: UnixTime) -> String {
    clock::Utc(time).to_string()
}

/// A length of time, in seconds.
///
/// # Errors
/// What is wrong.
pub fn duration(text: &str) -> Unread<u64> {
    clock::duration(text)
}

/// `name=value` as an attested property.
///
/// # Errors
/// What is wrong.
pub fn property<T>(text: &str, then: impl FnOnce(&str, Property<'_>) -> T) -> Unread<T> {
    values::property(text).map(|named| then(&named.name, named.as_property()))
}

/// `name=value` as an argument of a request.
///
/// # Errors
/// What is wrong.
pub fn argument<T>(text: &str, then: impl FnOnce(Option<Argument<'_>>) -> T) -> Unread<T> {
    values::argument(text).map(|named| then(named.as_argument()))
}

/// Grants, each as `ACTION RESOURCE` or JSON: their encoding.
///
/// # Errors
/// What is wrong.
pub fn grants(each: &[String]) -> Unread<Vec<u8>> {
    grants::of_each(each).map(|grants| grants.encoded().to_vec()).map_err(said)
}

/// A contract in JSON, for the next link or for all later ones.
///
/// # Errors
/// What is wrong.
pub fn contract(json: &str, next: bool) -> Unread<Contract> {
    contract::parse("contract", json, if next { Scope::Next } else { Scope::Require }).map_err(said)
}

/// The absolute URL of a request: scheme, authority, path, query.
///
/// # Errors
/// What is wrong.
pub fn url(url: &str) -> Unread<[Option<&str>; 4]> {
    let url = request::Url::split(url)?;
    Ok([Some(url.scheme), Some(url.authority), Some(url.path), url.query])
}

/// What `inspect` prints of an artifact: for people, and as JSON.
///
/// # Errors
/// What is wrong.
pub fn inspect(bytes: Vec<u8>) -> Unread<(String, String)> {
    inspect::of("artifact", bytes).map_err(said)
}

/// Text of others as it is printed.
#[must_use]
pub fn plain(text: &str) -> String {
    Plain(text).to_string()
}

/// Arguments, the program's name first: what is said of them, without doing it.
///
/// # Errors
/// What is wrong.
pub fn command_line(arguments: Vec<OsString>) -> Unread<()> {
    cli::parse(arguments)
}

/// What is said of a failure, in both forms.
fn said(failure: Failure) -> String {
    let report = serde_json::to_string(&failure.report()).unwrap_or_default();
    format!("{failure}\n{report}")
}
