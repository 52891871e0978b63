//! Request digests: what a proof binds itself to, profile by profile (token.md §8.3).
//!
//! Each is SHA-256 of a deterministic CBOR array that begins with its profile's name; nothing is put together in memory first.

use sha2::{Digest as _, Sha256};

use crate::cbor::Major;
use crate::digest::Digest;
use crate::encode::Head;
use crate::error::{Error, ErrorKind, Part};

/// An HTTP request.
#[derive(Clone, Copy, Debug)]
#[expect(clippy::exhaustive_structs, reason = "the components of token.md §8.3")]
pub struct HttpRequest<'a> {
    /// The method, as received.
    pub method: &'a str,
    /// The service's configured external scheme.
    pub scheme: &'a str,
    /// The service's configured external authority.
    pub authority: &'a str,
    /// The path, as received.
    pub path: &'a [u8],
    /// The query, as received, without `?`. An absent query is not an empty one.
    pub query: Option<&'a [u8]>,
    /// The fields that are covered.
    pub fields: HttpFields<'a>,
    /// SHA-256 of the body as received; of no bytes without one.
    pub body: Digest,
}

impl HttpRequest<'_> {
    /// The request digest.
    #[must_use]
    pub fn digest(&self) -> Digest {
        Profile::begin(9, "throughline-http-0")
            .text(self.method)
            .text(self.scheme)
            .text(self.authority)
            .bytes(self.path)
            .maybe(self.query)
            .maybe(self.fields.content_type)
            .maybe(self.fields.content_encoding)
            .bytes(self.body.as_bytes())
            .end()
    }
}

/// The field values that an HTTP request digest covers.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[expect(clippy::exhaustive_structs, reason = "the components of token.md §8.3")]
pub struct HttpFields<'a> {
    /// `Content-Type`.
    pub content_type: Option<&'a [u8]>,
    /// `Content-Encoding`.
    pub content_encoding: Option<&'a [u8]>,
}

impl<'a> HttpFields<'a> {
    /// Finds them among all field lines of a request to the service with this external authority, names in any case.
    ///
    /// What a request target says of the authority (`:authority` in HTTP/2 and 3) is given as a line of that name.
    ///
    /// # Errors
    /// [`ErrorKind::RequestInvalid`] for a second line of one of them, for a field that overrides method or path, and for
    /// another authority.
    pub fn read<'n>(authority: &str, lines: impl IntoIterator<Item = (&'n str, &'a [u8])>) -> Result<Self, Error> {
        let mut fields = Self::default();
        // Either form of the authority, each at most once.
        let (mut host, mut target) = (None, None);
        for (name, value) in lines {
            let is = |other: &str| name.eq_ignore_ascii_case(other);
            // V1010
            if OVERRIDES.iter().any(|other| is(other)) {
                return Err(INVALID);
            }
            let received = if is("Host") { Some(&mut host) } else { is(":authority").then_some(&mut target) };
            if received.is_some() && value != authority.as_bytes() {
                return Err(INVALID);
            }
            let first = if let Some(received) = received {
                received.replace(value)
            } else if is("Content-Type") {
                fields.content_type.replace(value)
            } else if is("Content-Encoding") {
                fields.content_encoding.replace(value)
            } else {
                None
            };
            if first.is_some() {
                return Err(INVALID);
            }
        }
        Ok(fields)
    }
}

/// A gRPC call with one request message.
#[derive(Clone, Copy, Debug)]
#[expect(clippy::exhaustive_structs, reason = "the components of token.md §8.3")]
pub struct GrpcRequest<'a> {
    /// `/package.Service/Method`.
    pub path: &'a str,
    /// The message, without its frame.
    pub message: &'a [u8],
}

impl GrpcRequest<'_> {
    /// The request digest.
    #[must_use]
    pub fn digest(&self) -> Digest {
        Profile::begin(3, "throughline-grpc-0").text(self.path).bytes(self.message).end()
    }
}

/// A JSON-RPC request of the Model Context Protocol.
#[derive(Debug)]
#[expect(clippy::exhaustive_structs, reason = "the components of token.md §8.3")]
pub struct McpRequest<'a, 'm> {
    /// The server's name.
    pub server: &'a str,
    /// The method.
    pub method: &'a str,
    /// Every member of `params`, in any order; none without `params`. They are put in the order of the digest.
    pub params: &'m mut [McpParam<'a>],
}

/// One member of `params`.
#[derive(Clone, Copy, Debug)]
#[expect(clippy::exhaustive_structs, reason = "a name and a value")]
pub struct McpParam<'a> {
    /// Its name, unescaped.
    pub name: &'a str,
    /// The bytes of its JSON value, as received.
    pub json: &'a [u8],
}

impl McpRequest<'_, '_> {
    /// The request digest. `_meta`, where token and proof may travel, is not part of it.
    ///
    /// # Errors
    /// [`ErrorKind::RequestInvalid`] if two members have one name.
    pub fn digest(self) -> Result<Digest, Error> {
        let Self { server, method, params } = self;
        // The order of their encodings: the head of a text grows with its length.
        params.sort_unstable_by_key(|param| (param.name.len(), param.name));
        // V1010
        if params.windows(2).any(|pair| matches!(pair, [one, other] if one.name == other.name)) {
            return Err(INVALID);
        }
        let covered = || params.iter().filter(|param| param.name != "_meta");
        let mut profile = Profile::begin(4, "throughline-mcp-0").text(server).text(method).map(covered().count());
        for param in covered() {
            profile = profile.text(param.name).bytes(param.json);
        }
        Ok(profile.end())
    }
}

/// A message from a queue.
#[derive(Clone, Copy, Debug)]
#[expect(clippy::exhaustive_structs, reason = "the components of token.md §8.3")]
pub struct MessageRequest<'a> {
    /// The queue's name, which is also the audience.
    pub queue: &'a str,
    /// The content type.
    pub content_type: Option<&'a [u8]>,
    /// SHA-256 of the body as received.
    pub body: Digest,
}

impl MessageRequest<'_> {
    /// The request digest.
    #[must_use]
    pub fn digest(&self) -> Digest {
        Profile::begin(4, "throughline-message-0")
            .text(self.queue)
            .maybe(self.content_type)
            .bytes(self.body.as_bytes())
            .end()
    }
}

/// A request between programs that agree on its bytes in some other way.
#[derive(Clone, Copy, Debug)]
#[expect(clippy::exhaustive_structs, reason = "the components of token.md §8.3")]
pub struct OpaqueRequest<'a>(pub &'a [u8]);

impl OpaqueRequest<'_> {
    /// The request digest.
    #[must_use]
    pub fn digest(&self) -> Digest {
        Profile::begin(2, "throughline-opaque-0").bytes(self.0).end()
    }
}

/// A CBOR array on its way into the hash.
struct Profile(Sha256);

impl Profile {
    /// An array of `count` elements, of which the first is the profile's name.
    fn begin(count: usize, name: &str) -> Self {
        Self(Sha256::new()).head(Major::Array, count).text(name)
    }

    fn text(self, value: &str) -> Self {
        self.head(Major::Text, value.len()).raw(value.as_bytes())
    }

    fn bytes(self, value: &[u8]) -> Self {
        self.head(Major::Bytes, value.len()).raw(value)
    }

    fn maybe(self, value: Option<&[u8]>) -> Self {
        match value {
            Some(value) => self.bytes(value),
            None => self.raw(Head::NULL.as_bytes()),
        }
    }

    fn map(self, count: usize) -> Self {
        self.head(Major::Map, count)
    }

    fn end(self) -> Digest {
        Digest(self.0.finalize().into())
    }

    fn head(self, major: Major, len: usize) -> Self {
        self.raw(Head::sized(major, len).as_bytes())
    }

    fn raw(mut self, bytes: &[u8]) -> Self {
        self.0.update(bytes);
        self
    }
}

/// §8.3: with one of these, what is signed and what is done could differ.
const OVERRIDES: [&str; 5] =
    ["X-HTTP-Method-Override", "X-HTTP-Method", "X-Method-Override", "X-Original-URL", "X-Rewrite-URL"];

const INVALID: Error = Error::new(ErrorKind::RequestInvalid, Part::Request);

#[cfg(test)]
mod tests;
