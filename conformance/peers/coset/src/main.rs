//! The Rust crate `coset`, with `p256`, as a verifier of one `COSE_Sign1`. It knows ESP256; which algorithm, key and headers to accept, it leaves to its user.
//!
//! A question per line, `NUMBER x y kid DATA` in hex; an answer per line, `NUMBER yes|no why`.
#![forbid(unsafe_code)]

use std::io::{self, BufRead as _, Write as _};

use coset::{CoseSign1, TaggedCborSerializable as _};
use p256::ecdsa::signature::Verifier as _;
use p256::ecdsa::{Signature, VerifyingKey};

fn main() -> io::Result<()> {
    let mut out = io::stdout().lock();
    for line in io::stdin().lock().lines() {
        let line = line?;
        let parts: Vec<&str> = line.split(' ').collect();
        let [number, x, y, _kid, data] = parts[..] else { return Err(io::Error::other("not a question")) };
        match verify(&unhex(x)?, &unhex(y)?, &unhex(data)?) {
            Ok(()) => writeln!(out, "{number} yes")?,
            Err(why) => writeln!(out, "{number} no {}", why.escape_default())?,
        }
    }
    Ok(())
}

/// Opens an artifact with its signer's key.
fn verify(x: &[u8], y: &[u8], data: &[u8]) -> Result<(), String> {
    let key = VerifyingKey::from_sec1_bytes(&[&[4], x, y].concat()).map_err(|_| "key".to_owned())?;
    let artifact = CoseSign1::from_tagged_slice(data).map_err(|error| error.to_string())?;
    artifact.verify_signature(b"", |signature, signed| {
        let signature = Signature::from_slice(signature).map_err(|_| "signature".to_owned())?;
        key.verify(signed, &signature).map_err(|_| "not verified".to_owned())
    })
}

fn unhex(text: &str) -> io::Result<Vec<u8>> {
    let digits = |at| text.get(at..at + 2).and_then(|pair| u8::from_str_radix(pair, 16).ok());
    (0..text.len()).step_by(2).map(|at| digits(at).ok_or_else(|| io::Error::other("not hex"))).collect()
}
