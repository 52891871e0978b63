//! `inspect`: what stands in a token, credential, hand-over, proof or revocation list. Nothing is trusted, nothing is checked
//! but the form.

mod items;
mod text;

use std::path::PathBuf;

use serde::Serialize;

use crate::artifact::Artifact;
use crate::failure::Failure;
use crate::input;
use crate::output;
use items::Item;

/// Print what stands in a token, credential, hand-over, proof or revocation list, with sizes
///
/// Only the form is checked: everything printed is what somebody claims. Use verify to know.
#[derive(clap::Args, Debug)]
pub(crate) struct Args {
    /// The artifact
    #[arg(value_name = "FILE")]
    file: PathBuf,
}

/// An artifact taken apart.
#[derive(Serialize)]
struct Inspection {
    verified: bool,
    items: Vec<Item>,
    size: Size,
}

/// How large it is, and what it fits.
#[derive(Serialize)]
struct Size {
    bytes: usize,
    base64url: usize,
    http_field: usize,
    fits_4096_field: bool,
    fits_8192_field: bool,
}

pub(crate) fn run(args: &Args, json: bool) -> Result<(), Failure> {
    let artifact = Artifact::read_up_to(&args.file, input::LARGE)?;
    let inspection = Inspection::of(&artifact)?;
    if json {
        return output::object(&inspection);
    }
    output::line(&inspection.text())
}

/// What is printed of these bytes, as text and as JSON.
pub(crate) fn of(label: &str, bytes: Vec<u8>) -> Result<(String, String), Failure> {
    let inspection = Inspection::of(&Artifact { bytes, label: label.to_owned() })?;
    Ok((inspection.text(), serde_json::to_string(&inspection).unwrap_or_default()))
}

impl Inspection {
    fn of(artifact: &Artifact) -> Result<Self, Failure> {
        let items = items::read(artifact)?;
        Ok(Self { verified: false, items, size: Size::of(artifact.bytes.len()) })
    }
}

impl Size {
    fn of(bytes: usize) -> Self {
        let base64 = bytes.div_ceil(3).saturating_mul(4);
        let base64url = bytes.saturating_mul(4).div_ceil(3);
        Self {
            bytes,
            base64url,
            http_field: base64.saturating_add(2),
            fits_4096_field: bytes <= FIELD_4096,
            fits_8192_field: bytes <= FIELD_8192,
        }
    }
}

/// What fits a field value of 4,096 characters: a gateway in wide use takes no longer one.
const FIELD_4096: usize = 3_069;
/// What fits one line of 8,192 characters with the field's name: where common servers stop.
const FIELD_8192: usize = 6_120;
