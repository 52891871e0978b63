//! Keys that live as long as a process: fresh secrets, public keys as JWKs, random bytes, the clock.

use std::time::SystemTime;

use serde::{Deserialize, Serialize};
use throughline::issue::SigningKey;
use throughline::{Field, PublicKey, TrustedKey, UnixTime, encode_text};

use crate::demo::trouble::{Outcome, trouble};

/// A fresh key. It never leaves the process that made it.
pub(super) fn fresh_key() -> Outcome<SigningKey> {
    // All but one in 2³² of 32 random bytes are a scalar.
    for _ in 0..8 {
        if let Some(key) = SigningKey::from_bytes(&random()?) {
            return Ok(key);
        }
    }
    Err(trouble("the system's random bytes are not random"))
}

/// Random bytes.
pub(super) fn random<const N: usize>() -> Outcome<[u8; N]> {
    let mut bytes = [0; N];
    getrandom::fill(&mut bytes).map_err(|error| trouble(format!("no random bytes: {error}")))?;
    Ok(bytes)
}

/// The system's clock.
pub(super) fn now() -> Outcome<UnixTime> {
    Ok(UnixTime(SystemTime::now().duration_since(SystemTime::UNIX_EPOCH)?.as_secs()))
}

/// A public key as it stands in a trust bundle.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) struct Jwk {
    kty: String,
    crv: String,
    x: String,
    y: String,
}

impl Jwk {
    pub(super) fn of(key: &TrustedKey) -> Self {
        let key = key.key();
        Self { kty: "EC".into(), crv: "P-256".into(), x: encode_text(key.x()), y: encode_text(key.y()) }
    }

    pub(super) fn key(&self) -> Outcome<TrustedKey> {
        Ok(TrustedKey::new(PublicKey::from_coordinates(coordinate(&self.x)?, coordinate(&self.y)?)))
    }
}

fn coordinate(text: &str) -> Outcome<[u8; 32]> {
    let mut bytes = [0; 32];
    let len = Field::Continuity.decode_text(text.as_bytes(), &mut bytes)?.len();
    if len == bytes.len() { Ok(bytes) } else { Err(trouble("a coordinate of another length")) }
}
