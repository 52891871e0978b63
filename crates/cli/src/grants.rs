//! Grants on the command line and in files, in the form of the trust bundle, or short as `ACTION RESOURCE`.

use std::path::PathBuf;

use clap::Args;
use throughline::bundle::grants_from_json;
use throughline::issue::GrantList;

use crate::failure::Failure;
use crate::input;

/// What may be done.
#[derive(Args, Debug)]
#[command(next_help_heading = "Authority")]
pub(crate) struct GrantArgs {
    #[arg(long, value_name = "GRANT", help = GRANT_HELP)]
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
        of_each(&self.grant).map(Some)
    }
}

/// The list of these grants.
pub(crate) fn of_each(texts: &[String]) -> Result<GrantList, Failure> {
    let mut grants = Vec::new();
    for text in texts {
        let grant = json(text)?;
        if grants.contains(&grant) {
            return Err(Failure::input(SUBJECT, format!("{text:?}: given twice")));
        }
        grants.push(grant);
    }
    list(SUBJECT, &format!("[{}]", grants.join(",")))
}

fn list(subject: &str, json: &str) -> Result<GrantList, Failure> {
    let fail = |mistakes| Failure::Json { subject: subject.to_owned(), mistakes };
    let encoded = grants_from_json(json).map_err(fail)?;
    GrantList::from_encoded(encoded).map_err(Failure::refused(subject))
}

/// One grant as JSON, judged alone: a mistake is then placed in the text that was typed.
fn json(text: &str) -> Result<String, Failure> {
    if text.trim_start().starts_with('{') {
        return list(SUBJECT, text).map(|_| text.to_owned());
    }
    // An action has no spaces; a resource may.
    let (action, resource) =
        text.split_once(' ').ok_or_else(|| Failure::input(SUBJECT, "neither 'ACTION RESOURCE' nor a JSON object"))?;
    let json = serde_json::json!({ "action": action, "resource": resource }).to_string();
    match grants_from_json(&json) {
        Ok(_) => Ok(json),
        Err(mistakes) => {
            let what: Vec<String> = mistakes.iter().map(|mistake| mistake.what().to_string()).collect();
            Err(Failure::input(SUBJECT, format!("{text:?}: {}", what.join("; "))))
        }
    }
}

const SUBJECT: &str = "--grant";

const GRANT_HELP: &str = r#"A grant: 'ACTION RESOURCE', or JSON such as {"action":"calendar.read","resource":"calendar/alice/*","limits":{"days":{"range":[1,7]}}}; limits are equals, one_of, range and prefix"#;
