//! Request digests (token.md §8.3) from what a client sends and a service receives.

use std::path::PathBuf;

use clap::{ArgGroup, Args};
use throughline::{Digest, HttpFields, HttpRequest, OpaqueRequest};

use crate::digests;
use crate::failure::Failure;
use crate::input;

/// The request, in exactly one of three ways.
#[derive(Args, Debug)]
#[group(skip)]
#[command(next_help_heading = "Request", group = ArgGroup::new("request").required(true).args(["request_digest", "http", "opaque"]))]
pub(crate) struct RequestArgs {
    /// The request's digest, made elsewhere
    #[arg(long, value_name = "DIGEST", value_parser = digests::digest)]
    request_digest: Option<Digest>,
    /// An HTTP request to this URL, as the service knows itself from outside
    #[arg(long, num_args = 2, value_names = ["METHOD", "URL"])]
    http: Option<Vec<String>>,
    /// With --http: the body, as it is sent
    #[arg(long, value_name = "FILE", requires = "http")]
    body: Option<PathBuf>,
    /// With --http: the value of the Content-Type field
    #[arg(long, value_name = "VALUE", requires = "http")]
    content_type: Option<String>,
    /// With --http: the value of the Content-Encoding field
    #[arg(long, value_name = "VALUE", requires = "http")]
    content_encoding: Option<String>,
    /// Any bytes that client and service agree on
    #[arg(long, value_name = "FILE")]
    opaque: Option<PathBuf>,
}

impl RequestArgs {
    /// The request's digest.
    pub(crate) fn digest(&self) -> Result<Digest, Failure> {
        if let Some(path) = &self.opaque {
            return Ok(OpaqueRequest(&input::read(path, input::HASHED)?).digest());
        }
        if let Some([method, url]) = self.http.as_deref() {
            return self.http_digest(method, url);
        }
        self.request_digest.ok_or_else(|| Failure::input("request", "none of --http, --opaque and --request-digest"))
    }

    fn http_digest(&self, method: &str, url: &str) -> Result<Digest, Failure> {
        let wrong = |text: &str| Failure::input("--http", text);
        if method.is_empty() || !method.bytes().all(is_token) {
            return Err(wrong("the method is not a token of RFC 9110"));
        }
        let url = Url::split(url).map_err(wrong)?;
        let body = match &self.body {
            Some(path) => input::read(path, input::HASHED)?,
            None => Vec::new(),
        };
        let request = HttpRequest {
            method,
            scheme: url.scheme,
            authority: url.authority,
            path: url.path.as_bytes(),
            query: url.query.map(str::as_bytes),
            fields: HttpFields {
                content_type: self.content_type.as_deref().map(str::as_bytes),
                content_encoding: self.content_encoding.as_deref().map(str::as_bytes),
            },
            body: Digest::of(&[&body]),
        };
        Ok(request.digest())
    }
}

/// The components of an absolute URL that are sent.
pub(crate) struct Url<'u> {
    pub(crate) scheme: &'u str,
    pub(crate) authority: &'u str,
    pub(crate) path: &'u str,
    pub(crate) query: Option<&'u str>,
}

impl<'u> Url<'u> {
    pub(crate) fn split(url: &'u str) -> Result<Self, &'static str> {
        if !url.bytes().all(|byte| matches!(byte, 0x21..=0x7e)) {
            return Err("the URL has bytes that are not sent as they are: spaces, controls or beyond ASCII");
        }
        if url.contains('#') {
            return Err("the URL has a fragment, which is not sent");
        }
        let (scheme, rest) =
            url.split_once("://").ok_or("the URL is not absolute, such as https://calendar.example/alice?week=3")?;
        if !matches!(scheme, "http" | "https") {
            return Err("the URL's scheme is neither http nor https, in lower case");
        }
        let (authority, target) = rest.split_at(rest.find(['/', '?']).unwrap_or(rest.len()));
        if authority.is_empty() || authority.contains('@') {
            return Err("the URL has no host, or a user name");
        }
        let (path, query) = match target.split_once('?') {
            Some((path, query)) => (path, Some(query)),
            None => (target, None),
        };
        // RFC 9110 §4.2.3: an empty path is sent as "/".
        Ok(Self { scheme, authority, path: if path.is_empty() { "/" } else { path }, query })
    }
}

/// RFC 9110 §5.6.2.
fn is_token(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&byte)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn absent_and_empty_queries_differ() {
        let split = |url| Url::split(url).map(|url| (url.authority, url.path, url.query)).ok();
        assert_eq!(split("https://a.example"), Some(("a.example", "/", None)));
        assert_eq!(split("https://a.example?"), Some(("a.example", "/", Some(""))));
        assert_eq!(split("http://a.example:8080/x/y?q=1?2"), Some(("a.example:8080", "/x/y", Some("q=1?2"))));
    }

    #[test]
    fn urls_that_are_not_sent_as_written_rejected() {
        for url in [
            "a.example/x",
            "ftp://a.example",
            "HTTPS://a.example",
            "https://u@a.example/",
            "https:///x",
            "https://a/#x",
            "https://a/ä",
            "https://a/ b",
        ] {
            assert!(Url::split(url).is_err(), "{url}");
        }
    }
}
