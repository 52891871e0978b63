//! What was answered, and who did what for whom, from the audit log.

use std::fs::File;
use std::io::BufReader;
use std::path::Path;

use axum::http::Response;
use http_body_util::BodyExt as _;
use throughline::audit::{Event, Form, Head};
use throughline_audit::Reader;

use crate::Outcome;

/// Status and text.
pub(crate) async fn answer(answer: Response<hyper::body::Incoming>) -> Outcome<String> {
    let status = answer.status();
    let body = answer.into_body().collect().await?.to_bytes();
    Ok(format!("{status}: {}", String::from_utf8_lossy(&body)))
}

/// Each decision, with every hop.
pub(crate) fn log(path: &Path) -> Outcome<()> {
    let mut reader = Reader::new(BufReader::new(File::open(path)?), Form::JsonLines, Head::EMPTY);
    while let Some(record) = reader.next_record()? {
        let Event::Decision(decision) = record.event else { continue };
        let asked = decision.action.zip(decision.resource);
        let asked = asked.map_or("something".into(), |(action, resource)| format!("{action} on {resource}"));
        if let Some(refused) = &decision.refused {
            println!("  refused {asked}: {} ({})", refused.text, refused.name);
            continue;
        }
        let Some(execution) = &decision.execution else { continue };
        println!("  admitted {asked}");
        println!("    authorized by {}, execution {}", execution.origin.accountable, execution.id);
        for hop in &execution.hops {
            let on_whose_word = hop.attester.as_deref().map_or(String::new(), |attester| format!(", says {attester}"));
            let called = if hop.handover.is_some() { ", called by the one before" } else { "" };
            println!("    {} as {}{on_whose_word}{called}", hop.identifier, hop.role.as_deref().unwrap_or("nobody"));
        }
    }
    Ok(())
}
