//! `keygen`: a new P-256 key pair in two PEM files.

use std::fs;
use std::path::PathBuf;

use p256::SecretKey;
use serde::Serialize;
use throughline::TrustedKey;
use zeroize::Zeroizing;

use crate::failure::Failure;
use crate::input::label;
use crate::keys::Shown;
use crate::output::{self, EXISTS, Write, write_file};
use crate::pem;

/// Make a key pair: PKCS#8 PEM (mode 0600) and SPKI PEM
///
/// What openssl makes works as well: openssl genpkey -algorithm EC -pkeyopt ec_paramgen_curve:P-256 -out FILE
#[derive(clap::Args, Debug)]
#[command(after_help = "EXAMPLE\n\n  throughline keygen alice.key        makes alice.key and alice.pub")]
pub(crate) struct Args {
    /// Where the private key goes
    #[arg(value_name = "FILE")]
    private: PathBuf,
    /// Where the public key goes; default: FILE with the ending .pub
    #[arg(long, value_name = "FILE")]
    public: Option<PathBuf>,
    /// Replace files that are there
    #[arg(long)]
    force: bool,
}

#[derive(Serialize)]
struct Made {
    private: String,
    public: String,
    #[serde(flatten)]
    key: Shown,
}

pub(crate) fn run(args: &Args, json: bool) -> Result<(), Failure> {
    let private = &args.private;
    let public = args.public.clone().unwrap_or_else(|| private.with_extension("pub"));
    if private.as_os_str() == "-" || public.as_os_str() == "-" {
        return Err(Failure::input("keygen", "keys are written to files, not to standard output"));
    }
    if *private == public {
        return Err(Failure::input(
            label(private),
            "private and public key need two files; name the other with --public",
        ));
    }
    // Both before either: a pair is made whole or not at all.
    for path in [private, &public] {
        if !args.force && path.symlink_metadata().is_ok() {
            return Err(Failure::input(label(path), EXISTS));
        }
    }
    let (pem, key) = generate()?;
    write_file(private, pem.as_bytes(), &Write { private: true, replace: args.force })?;
    let text = pem::public(key.key()).ok_or_else(broken)?;
    let written = write_file(&public, text.as_bytes(), &Write { private: false, replace: args.force });
    if written.is_err() && !args.force {
        let _ = fs::remove_file(private);
    }
    written?;
    let key = Shown::new(&key);
    if json {
        return output::object(&Made { private: label(private), public: label(&public), key });
    }
    output::line(&format!("{} and {}: key {}", label(private), label(&public), key.thumbprint))
}

/// A key as PEM, and its public half.
fn generate() -> Result<(Zeroizing<String>, TrustedKey), Failure> {
    loop {
        let scalar: Zeroizing<[u8; 32]> = Zeroizing::new(output::random()?);
        // 1 in 2³² is not below the order of the group.
        let Ok(secret) = SecretKey::from_slice(scalar.as_slice()) else { continue };
        let public = pem::public_of(&secret).ok_or_else(broken)?;
        return Ok((pem::private(&secret).ok_or_else(broken)?, TrustedKey::new(public)));
    }
}

fn broken() -> Failure {
    Failure::input("keygen", "the key cannot be encoded")
}
