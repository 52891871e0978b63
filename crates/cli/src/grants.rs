//! Grants on the command line and in files, in the form of the trust bundle, or short as `ACTION RESOURCE`.

use std::path::PathBuf;

use clap::Args;
use throughline::bundle::grants_from_json;
use throughline::issue::GrantList;

use crate::failure::Failure;
use crate::input;

/// What may be done.
#[derive(Args, Debug)]
pub(crate) struct GrantArgs {
    /// A grant: 'ACTION RESOURCE', or JSON: {"action":"calendar.read","resource":"calendar/alice/*","limits":{"days":{"range":[1,7]}}};
    /// limits are equals, one_of, range and prefix
    #[arg(long, value_name = "GRANT")]
    grant: Vec<String>,
    /// A file with a JSON array of grants; [] is authority for nothing
    #[arg(long, value_name = "FILE", conflicts_with = "grant")]
    grants: Option<PathBuf>,
}

impl GrantArgs {
    /// The grants, or none if none were given.
    pub(crate) fn read(&self) -> Result<Option<GrantList>, Failure> {
        if let Some(path) = &self.grants {
            return list(&input::label(path), &input::read_text(path, input::LARGE)?).map(Some);
        }
        if self.grant.is_empty() {
            return Ok(None);
        }
        let mut grants = Vec::new();
        for text in &self.grant {
            let json = json(text)?;
            // Each alone first: a mistake is then placed in the text that was typed.
            list(SUBJECT, &json)?;
            grants.push(json);
        }
        list(SUBJECT, &format!("[{}]", grants.join(","))).map(Some)
    }
}

fn list(subject: &str, json: &str) -> Result<GrantList, Failure> {
    let fail = |mistakes| Failure::Json { subject: subject.to_owned(), mistakes };
    let encoded = grants_from_json(json).map_err(fail)?;
    GrantList::from_encoded(encoded).map_err(Failure::refused(subject))
}

fn json(text: &str) -> Result<String, Failure> {
    if text.trim_start().starts_with('{') {
        return Ok(text.to_owned());
    }
    // An action has no spaces; a resource may.
    let (action, resource) =
        text.split_once(' ').ok_or_else(|| Failure::input(SUBJECT, "neither 'ACTION RESOURCE' nor a JSON object"))?;
    Ok(serde_json::json!({ "action": action, "resource": resource }).to_string())
}

const SUBJECT: &str = "--grant";
