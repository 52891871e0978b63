//! HTTP/1.1 on loopback: requests that carry token and proof in their fields, and answers in JSON.

use std::io::Read as _;
use std::time::Duration;

use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use throughline::{Digest, Field, HttpFields, HttpRequest, encode_field};
use tiny_http::{Header, Response, Server};
use ureq::http;

use crate::demo::trouble::{Outcome, trouble};

/// A request as its sender puts it together, and as anybody on the way sees it.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub(super) struct Call {
    pub(super) method: String,
    /// Path, and query if there is one.
    pub(super) target: String,
    /// JSON, or nothing.
    pub(super) body: String,
    #[serde(with = "bytes_as_text")]
    pub(super) token: Vec<u8>,
    #[serde(with = "bytes_as_text")]
    pub(super) proof: Vec<u8>,
}

impl Call {
    pub(super) fn get(target: &str) -> Self {
        Self { method: "GET".into(), target: target.into(), ..Self::default() }
    }

    pub(super) fn post(target: &str, body: &impl Serialize) -> Outcome<Self> {
        let body = serde_json::to_string(body)?;
        Ok(Self { method: "POST".into(), target: target.into(), body, ..Self::default() })
    }

    /// The same call with this token and proof, or without where they are empty.
    pub(super) fn with(self, token: &[u8], proof: &[u8]) -> Self {
        Self { token: token.to_vec(), proof: proof.to_vec(), ..self }
    }

    /// What a proof binds itself to when the call goes to this port.
    pub(super) fn digest(&self, port: u16) -> Digest {
        let content_type = self.content_type().map(str::as_bytes);
        request_digest(
            &self.method,
            &self.target,
            port,
            HttpFields { content_type, content_encoding: None },
            &self.body,
        )
    }

    /// Sends it to a port of this machine.
    pub(super) fn send(&self, port: u16) -> Outcome<Reply> {
        let config = ureq::Agent::config_builder()
            .http_status_as_error(false)
            .proxy(None)
            .max_redirects(0)
            .timeout_global(Some(PATIENCE))
            .build();
        let url = format!("http://{}{}", authority(port), self.target);
        let mut request = http::Request::builder().method(self.method.as_str()).uri(url);
        for (field, bytes) in [(Field::Continuity, &self.token), (Field::Proof, &self.proof)] {
            if !bytes.is_empty() {
                request = request.header(field.name(), encode_field(bytes));
            }
        }
        let agent = config.new_agent();
        let mut response = match self.content_type() {
            Some(json) => agent.run(request.header("Content-Type", json).body(self.body.as_bytes())?),
            None => agent.run(request.body(())?),
        }?;
        Ok(Reply { status: response.status().as_u16(), body: response.body_mut().read_to_vec()? })
    }

    fn content_type(&self) -> Option<&'static str> {
        (!self.body.is_empty()).then_some(JSON)
    }
}

/// A request as its receiver sees it.
#[derive(Debug)]
pub(super) struct Received {
    pub(super) method: String,
    pub(super) target: String,
    pub(super) lines: Vec<(String, Vec<u8>)>,
    pub(super) body: Vec<u8>,
}

impl Received {
    /// All lines of a field.
    pub(super) fn field(&self, field: Field) -> impl Iterator<Item = &[u8]> {
        self.lines().filter(move |(name, _)| name.eq_ignore_ascii_case(field.name())).map(|(_, value)| value)
    }

    /// The digest of what was received on this port (token.md §8.3).
    pub(super) fn digest(&self, port: u16) -> Result<Digest, throughline::Error> {
        let fields = HttpFields::read(&authority(port), self.lines())?;
        Ok(request_digest(&self.method, &self.target, port, fields, &self.body))
    }

    pub(super) fn read<T: DeserializeOwned>(&self) -> Outcome<T> {
        Ok(serde_json::from_slice(&self.body)?)
    }

    fn lines(&self) -> impl Iterator<Item = (&str, &[u8])> {
        self.lines.iter().map(|(name, value)| (name.as_str(), value.as_slice()))
    }
}

/// An answer.
#[derive(Debug)]
pub(super) struct Reply {
    pub(super) status: u16,
    pub(super) body: Vec<u8>,
}

impl Reply {
    pub(super) fn json(status: u16, body: &impl Serialize) -> Outcome<Self> {
        Ok(Self { status, body: serde_json::to_vec(body)? })
    }

    /// The answer's body, if it is a good one.
    pub(super) fn read<T: DeserializeOwned>(&self) -> Outcome<T> {
        if self.status == 200 {
            return Ok(serde_json::from_slice(&self.body)?);
        }
        Err(trouble(format!("HTTP {}: {}", self.status, String::from_utf8_lossy(&self.body))))
    }
}

/// Listens on loopback, on a port that the system chooses.
pub(super) fn listen() -> Outcome<(Server, u16)> {
    let server = Server::http(authority(0))?;
    let port = server.server_addr().to_ip().ok_or_else(|| trouble("no port to listen on"))?.port();
    Ok((server, port))
}

/// Answers requests, one after the other, for as long as the process lives.
pub(super) fn serve(server: &Server, mut answer: impl FnMut(&Received) -> Outcome<Reply>) -> Outcome<()> {
    for mut request in server.incoming_requests() {
        let mut body = Vec::new();
        // A caller that goes away is no trouble of this process, here and below.
        if request.as_reader().take(MAX_BODY).read_to_end(&mut body).is_err() {
            continue;
        }
        let lines = request.headers().iter();
        let received = Received {
            method: request.method().as_str().into(),
            target: request.url().into(),
            lines: lines.map(|line| (line.field.as_str().as_str().into(), line.value.as_bytes().to_vec())).collect(),
            body,
        };
        let reply = answer(&received).or_else(|error| Reply::json(500, &error.to_string()))?;
        let json = Header::from_bytes("Content-Type", JSON).map_err(|()| trouble("no header"))?;
        let _ = request.respond(Response::from_data(reply.body).with_status_code(reply.status).with_header(json));
    }
    Ok(())
}

fn request_digest(method: &str, target: &str, port: u16, fields: HttpFields<'_>, body: impl AsRef<[u8]>) -> Digest {
    let (path, query) = match target.split_once('?') {
        Some((path, query)) => (path, Some(query.as_bytes())),
        None => (target, None),
    };
    let body = Digest::of(&[body.as_ref()]);
    // No proxy stands in front: the external scheme and authority are those of the socket.
    HttpRequest { method, scheme: "http", authority: &authority(port), path: path.as_bytes(), query, fields, body }
        .digest()
}

fn authority(port: u16) -> String {
    format!("127.0.0.1:{port}")
}

const JSON: &str = "application/json";
const MAX_BODY: u64 = 65_536;
const PATIENCE: Duration = Duration::from_secs(10);

/// Bytes in JSON: base64url.
pub(super) mod bytes_as_text {
    use serde::de::Error as _;
    use serde::{Deserialize as _, Deserializer, Serializer};
    use throughline::{Field, Limits, encode_text};

    pub(in crate::demo) fn serialize<S: Serializer>(bytes: &[u8], serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&encode_text(bytes))
    }

    pub(in crate::demo) fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<u8>, D::Error> {
        let text = String::deserialize(deserializer)?;
        let mut buffer = vec![0; usize::try_from(Limits::DEFAULT.token_bytes).unwrap_or_default()];
        Field::Continuity.decode_text(text.as_bytes(), &mut buffer).map(<[u8]>::to_vec).map_err(D::Error::custom)
    }
}
