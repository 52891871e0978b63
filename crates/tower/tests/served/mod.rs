//! A guarded axum service on loopback, and a client that writes bytes to its socket.
#![allow(dead_code, reason = "each test binary uses a part")]
#![allow(clippy::unwrap_used, clippy::panic, reason = "a fixture that cannot be made fails the test")]
#![allow(clippy::indexing_slicing, clippy::arithmetic_side_effects, reason = "in a test they fail loudly")]

use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicU8, AtomicUsize, Ordering};

use axum::Router;
use axum::body::Bytes;
use axum::routing::get;
use http::Method;
use throughline::issue::ProofBuilder;
use throughline::{Digest, HttpFields, HttpRequest, encode_field};
use throughline_gate::{Gate, Requirement};
use throughline_tower::{Admitted, External, GateLayer, Kind, Routes, Rule};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};

use crate::common::{AUDIENCE, NOW, key};
use crate::support::{Log, builder};

/// What the outside calls it.
pub(crate) const AUTHORITY: &str = "calendar.example";
pub(crate) const CALENDAR: &str = "/calendar/alice/work";

pub(crate) struct Served {
    pub(crate) address: SocketAddr,
    pub(crate) log: Log,
    pub(crate) gate: Gate,
    /// How often a handler ran.
    pub(crate) ran: Arc<AtomicUsize>,
}

pub(crate) fn rules() -> Routes {
    let pattern = "/calendar/{user}/{calendar}";
    let resource = "calendar/{user}/{calendar}";
    Routes::new([
        Rule::new(Method::GET, pattern, "calendar.read", resource).unwrap().query("days", Kind::Integer).unwrap(),
        Rule::new(Method::POST, pattern, "calendar.create", resource).unwrap().body("days", Kind::Integer).unwrap(),
        Rule::new(Method::DELETE, pattern, "calendar.delete", resource)
            .unwrap()
            .requires(Requirement::new().depth(3..))
            .query("days", Kind::Integer)
            .unwrap(),
        Rule::new(Method::GET, "/public/{user}", "calendar.read", "calendar/{user}/public")
            .unwrap()
            .query("days", Kind::Integer)
            .unwrap()
            .optional(),
        Rule::open(Method::GET, "/health").unwrap(),
    ])
    .unwrap()
}

/// A service behind the layer that `change` makes of the plain one.
pub(crate) async fn serve(change: impl FnOnce(GateLayer) -> GateLayer) -> Served {
    let log = Log::default();
    serve_with(builder(crate::common::trust(), &log).build(), log, change).await
}

pub(crate) async fn serve_with(gate: Gate, log: Log, change: impl FnOnce(GateLayer) -> GateLayer) -> Served {
    let ran = Arc::new(AtomicUsize::new(0));
    let count = {
        let ran = Arc::clone(&ran);
        move || ran.fetch_add(1, Ordering::SeqCst)
    };
    let counted = count.clone();
    let who = async move |admitted: Admitted, body: Bytes| {
        counted();
        format!("{} for {}, {} bytes", admitted.identifier(), admitted.accountable(), body.len())
    };
    let maybe = async move |admitted: Option<Admitted>| {
        count();
        admitted.map_or("nobody".to_owned(), |admitted| admitted.identifier().to_owned())
    };
    let layer = change(GateLayer::new(gate.clone(), External::new("https", AUTHORITY), rules()));
    let app = Router::new()
        .route("/calendar/{user}/{calendar}", get(who.clone()).post(who.clone()).delete(who.clone()))
        .route("/public/{user}", get(maybe.clone()))
        .route("/health", get(maybe))
        // In the service, and in no rule.
        .route("/forgotten", get(async || "forgotten"))
        .route("/public/{user}/strict", get(who))
        .layer(layer);
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(async move { axum::serve(listener, app).await.unwrap() });
    Served { address, log, gate, ran }
}

/// A request in the making.
#[derive(Clone)]
pub(crate) struct Asking {
    pub(crate) method: &'static str,
    pub(crate) target: String,
    pub(crate) lines: Vec<(String, String)>,
    pub(crate) body: Vec<u8>,
}

impl Asking {
    pub(crate) fn get(target: &str) -> Self {
        Self { method: "GET", target: target.into(), lines: vec![("Host".into(), AUTHORITY.into())], body: Vec::new() }
    }

    pub(crate) fn post(target: &str, body: impl Into<Vec<u8>>) -> Self {
        let asking = Self { method: "POST", body: body.into(), ..Self::get(target) };
        asking.line("Content-Type", "application/json")
    }

    pub(crate) fn line(mut self, name: &str, value: &str) -> Self {
        self.lines.push((name.into(), value.into()));
        self
    }

    pub(crate) fn digest(&self) -> Digest {
        let (path, query) = match self.target.split_once('?') {
            Some((path, query)) => (path, Some(query.as_bytes())),
            None => (self.target.as_str(), None),
        };
        let content_type =
            self.lines.iter().find(|(name, _)| name == "Content-Type").map(|(_, value)| value.as_bytes());
        let fields = HttpFields { content_type, content_encoding: None };
        let body = Digest::of(&[&self.body]);
        let request = HttpRequest {
            method: self.method,
            scheme: "https",
            authority: AUTHORITY,
            path: path.as_bytes(),
            query,
            fields,
            body,
        };
        request.digest()
    }

    /// With this token, and a fresh proof by this key's holder.
    pub(crate) fn by(self, token: &[u8], head: &str) -> Self {
        static NONCE: AtomicU8 = AtomicU8::new(0);
        let nonce = [NONCE.fetch_add(1, Ordering::SeqCst); 16];
        let proof = ProofBuilder::new(token, AUDIENCE, self.digest(), NOW, nonce).sign(&key(head)).unwrap();
        self.carrying(token, &proof)
    }

    pub(crate) fn carrying(self, token: &[u8], proof: &[u8]) -> Self {
        self.line("Execution-Continuity", &encode_field(token)).line("Execution-Proof", &encode_field(proof))
    }

    /// Head of the request up to the body, which it announces.
    pub(crate) fn head(&self) -> Vec<u8> {
        let mut text = format!("{} {} HTTP/1.1\r\nConnection: close\r\n", self.method, self.target);
        for (name, value) in &self.lines {
            text.push_str(&format!("{name}: {value}\r\n"));
        }
        if !self.body.is_empty() {
            text.push_str(&format!("Content-Length: {}\r\n", self.body.len()));
        }
        (text + "\r\n").into_bytes()
    }

    pub(crate) async fn send(&self, served: &Served) -> Answered {
        exchange(served, &[self.head(), self.body.clone()].concat()).await
    }
}

#[derive(Debug)]
pub(crate) struct Answered {
    pub(crate) status: u16,
    pub(crate) head: String,
    pub(crate) body: String,
}

pub(crate) async fn exchange(served: &Served, bytes: &[u8]) -> Answered {
    let mut socket = TcpStream::connect(served.address).await.unwrap();
    socket.write_all(bytes).await.unwrap();
    read(&mut socket).await
}

pub(crate) async fn read(socket: &mut TcpStream) -> Answered {
    let mut answer = Vec::new();
    // A server that refuses early may reset the rest.
    let _ = socket.read_to_end(&mut answer).await;
    let answer = String::from_utf8(answer).unwrap();
    let (head, body) = answer.split_once("\r\n\r\n").unwrap_or((answer.as_str(), ""));
    let status = head.split(' ').nth(1).and_then(|status| status.parse().ok()).unwrap_or_default();
    Answered { status, head: head.to_ascii_lowercase(), body: body.into() }
}

/// The status, and what the log says last.
pub(crate) async fn refused(served: &Served, asking: &Asking) -> (u16, String) {
    let before = served.ran.load(Ordering::SeqCst);
    let answered = asking.send(served).await;
    assert_eq!(served.ran.load(Ordering::SeqCst), before, "the handler ran: {answered:?}");
    (answered.status, served.log.last())
}
