//! A refusal as an answer: an honest status, and a coarse reason.

use bytes::Bytes;
use http::header::{CACHE_CONTROL, CONTENT_TYPE, WWW_AUTHENTICATE};
use http::{HeaderValue, Response, StatusCode};
use throughline_gate::Refusal;

use crate::body::Answer;

/// `application/problem+json` (RFC 9457) with the reason and nothing else: name and text are for the log.
pub(crate) fn answer<B>(refusal: &Refusal) -> Response<Answer<B>> {
    let (status, body) = problem(refusal);
    let mut response = Response::new(Answer::refusal(body));
    *response.status_mut() = status;
    let headers = response.headers_mut();
    headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/problem+json"));
    headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    if status == StatusCode::UNAUTHORIZED {
        // RFC 9110 §15.5.2: a 401 has a challenge.
        headers.insert(WWW_AUTHENTICATE, HeaderValue::from_static("Execution-Continuity"));
    }
    response
}

pub(crate) fn problem(refusal: &Refusal) -> (StatusCode, Bytes) {
    let status = StatusCode::from_u16(refusal.http_status()).unwrap_or(StatusCode::FORBIDDEN);
    let title = status.canonical_reason().unwrap_or_default();
    let reason = refusal.reason().name();
    // None of these needs an escape.
    (status, format!(r#"{{"title":"{title}","status":{},"reason":"{reason}"}}"#, status.as_u16()).into())
}
