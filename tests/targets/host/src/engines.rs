//! Every way to check signatures that this build has, by name.

use throughline::{Engine, P256, SignatureVerifier};

pub(crate) fn named(name: &str) -> Option<&'static (dyn SignatureVerifier + Sync)> {
    match name {
        "engine" => Some(&Engine),
        "p256" => Some(&P256),
        #[cfg(feature = "aws-lc")]
        "aws-lc" => Some(&throughline::AwsLc),
        _ => None,
    }
}
