//! Calls over gRPC: one message, its digest, and answers in the form of the protocol.

use std::fmt;
use std::sync::Arc;

use http::header::CONTENT_TYPE;
use http::{HeaderMap, HeaderValue, Response, StatusCode};
use throughline::{Digest, Error, GrpcRequest, Reason, Value};
use throughline_gate::Refusal;

use crate::arguments::{Given, INVALID};
use crate::body::Answer;

/// What a message asks for.
#[derive(Clone, Debug)]
pub struct Message {
    pub(crate) resource: String,
    pub(crate) arguments: Vec<Given>,
}

impl Message {
    /// It is about this resource.
    #[must_use]
    pub fn about(resource: impl Into<String>) -> Self {
        Self { resource: resource.into(), arguments: Vec::new() }
    }

    /// An argument; each name once.
    #[must_use]
    pub fn argument(mut self, name: &str, value: Value<'_>) -> Self {
        self.arguments.push(Given::new(name, value));
        self
    }
}

/// Reads messages of one method.
#[derive(Clone)]
pub(crate) struct Reader(Arc<Read>);

type Read = dyn Fn(&[u8]) -> Option<Message> + Send + Sync;

impl Reader {
    pub(crate) fn new(read: impl Fn(&[u8]) -> Option<Message> + Send + Sync + 'static) -> Self {
        Self(Arc::new(read))
    }

    /// Digest, and what is asked for, out of the same bytes.
    pub(crate) fn read(&self, path: &str, headers: &HeaderMap, body: &[u8]) -> Result<(Digest, Message), Error> {
        let message = message(headers, body)?;
        Ok((GrpcRequest { path, message }.digest(), (self.0)(message).ok_or(INVALID)?))
    }
}

impl fmt::Debug for Reader {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Reader(..)")
    }
}

/// The digest of a unary call (token.md §8.3).
#[cfg(feature = "client")]
pub(crate) fn digest(path: &str, headers: &HeaderMap, body: &[u8]) -> Result<Digest, Error> {
    Ok(GrpcRequest { path, message: message(headers, body)? }.digest())
}

/// The one message of a call, without its frame: a stream is refused, and so is what is compressed.
pub(crate) fn message<'b>(headers: &HeaderMap, body: &'b [u8]) -> Result<&'b [u8], Error> {
    // V1010
    let coded = headers.get_all("grpc-encoding").iter().any(|coding| coding != "identity");
    let (frame, message) = body.split_first_chunk::<5>().ok_or(INVALID)?;
    let [0, length @ ..] = frame else { return Err(INVALID) };
    let is_all = usize::try_from(u32::from_be_bytes(*length)).is_ok_and(|length| length == message.len());
    if is_all && !coded { Ok(message) } else { Err(INVALID) }
}

/// Whether a request is one of this protocol, by its content type.
pub(crate) fn is_grpc(headers: &HeaderMap) -> bool {
    let is = |value: &HeaderValue| {
        let rest = value.as_bytes().strip_prefix(b"application/grpc");
        rest.is_some_and(|rest| matches!(rest.first(), None | Some(b'+' | b';')))
    };
    headers.get(CONTENT_TYPE).is_some_and(is)
}

/// A refusal: status code and coarse reason, in the form without a body.
pub(crate) fn answer<B>(refusal: &Refusal) -> Response<Answer<B>> {
    let code = match refusal.reason() {
        Reason::Malformed => "3",
        Reason::Untrusted | Reason::ProofRefused => "16",
        Reason::Forbidden => "7",
        // Another reason of a later version is no verdict about the caller.
        Reason::Unavailable | _ => "14",
    };
    let mut response = Response::new(Answer::refusal(bytes::Bytes::new()));
    *response.status_mut() = StatusCode::OK;
    let headers = response.headers_mut();
    headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/grpc"));
    headers.insert("grpc-status", HeaderValue::from_static(code));
    headers.insert("grpc-message", HeaderValue::from_static(refusal.reason().name()));
    response
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn streams_and_compressed_messages_are_refused() {
        let none = HeaderMap::new();
        assert_eq!(message(&none, b"\0\0\0\0\x02ab"), Ok(&b"ab"[..]));
        assert_eq!(message(&none, b"\0\0\0\0\0"), Ok(&b""[..]));
        let wrong: [&[u8]; 6] = [
            b"",
            b"\0\0\0\0",
            b"\x01\0\0\0\x02ab",
            b"\0\0\0\0\x02abc",
            b"\0\0\0\0\x02a",
            b"\0\0\0\0\x01a\0\0\0\0\x01b",
        ];
        for wrong in wrong {
            assert_eq!(message(&none, wrong), Err(INVALID), "{wrong:?}");
        }
        let mut coded = HeaderMap::new();
        coded.insert("grpc-encoding", HeaderValue::from_static("gzip"));
        assert_eq!(message(&coded, b"\0\0\0\0\x02ab"), Err(INVALID));
    }
}
