//! The layer for outgoing requests.

use std::fmt;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Duration;

use bytes::Bytes;
use http::request::Parts;
use http::{HeaderName, HeaderValue, Request, Uri};
use http_body::Body;
use http_body_util::Full;
use throughline::{Digest, Field, HttpFields, HttpRequest, encode_field};
use throughline_gate::Layer as OwnRefusal;
use tower_layer::Layer;
use tower_service::Service;

use crate::admitted::Admitted;
use crate::buffer::{Bounds, Budget};
use crate::client::callee::Callee;
use crate::client::hop::{Hop, HopError};
use crate::client::links::{Held, Links, Outfit};
use crate::fields::http_name;

/// Gives each outgoing request this hop's link, the hand-over to the callee where one is demanded, and a proof over exactly this request.
///
/// Which execution a request continues stands in its extensions: the [`Admitted`] of the request that it is made for, or a [`Held`] token.
/// A request with neither, or to nobody on the list of callees, is not sent: a token goes to whom it is meant for.
#[derive(Clone, Debug)]
pub struct OutgoingLayer(Arc<Shared>);

#[derive(Debug)]
struct Shared {
    hop: Hop,
    callees: Vec<Callee>,
    links: Links,
    bounds: Bounds,
}

impl OutgoingLayer {
    /// Requests by this hop to these callees.
    #[must_use]
    pub fn new(hop: Hop, callees: impl IntoIterator<Item = Callee>) -> Self {
        // Bodies are one's own; what bounds them is only that they are hashed before they are sent.
        let bounds = Bounds { length: 64 << 20, time: Duration::from_secs(60), budget: Budget::new(usize::MAX) };
        Self(Arc::new(Shared { hop, callees: callees.into_iter().collect(), links: Links::default(), bounds }))
    }
}

impl<S> Layer<S> for OutgoingLayer {
    type Service = OutgoingService<S>;

    fn layer(&self, inner: S) -> OutgoingService<S> {
        OutgoingService { shared: Arc::clone(&self.0), inner }
    }
}

/// A client that continues executions. See [`OutgoingLayer`].
#[derive(Clone, Debug)]
pub struct OutgoingService<S> {
    shared: Arc<Shared>,
    inner: S,
}

/// Why a call failed.
#[derive(Debug)]
#[expect(clippy::exhaustive_enums, reason = "it was sent or it was not")]
pub enum CallError<E> {
    /// It was not sent.
    NotSent(NotSent),
    /// The client below failed.
    Client(E),
}

/// Why a request was not sent.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum NotSent {
    /// It says of no execution that it continues it.
    NoExecution,
    /// It goes to nobody on the list.
    UnknownCallee,
    /// Its body could not be read whole, or its fields cannot be covered by a proof.
    NotCovered,
    /// No link, hand-over or proof could be made.
    NotMade(HopError),
}

impl<S, B> Service<Request<B>> for OutgoingService<S>
where
    S: Service<Request<Full<Bytes>>> + Clone + Send + 'static,
    S::Future: Send,
    S::Response: Send,
    S::Error: Send,
    B: Body<Data = Bytes> + Send + 'static,
{
    type Response = S::Response;
    type Error = CallError<S::Error>;
    type Future = Pin<Box<dyn Future<Output = Result<S::Response, Self::Error>> + Send>>;

    fn poll_ready(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), Self::Error>> {
        self.inner.poll_ready(cx).map_err(CallError::Client)
    }

    fn call(&mut self, request: Request<B>) -> Self::Future {
        let shared = Arc::clone(&self.shared);
        let clone = self.inner.clone();
        let mut inner = std::mem::replace(&mut self.inner, clone);
        Box::pin(async move {
            let request = shared.equip(request).await.map_err(CallError::NotSent)?;
            inner.call(request).await.map_err(CallError::Client)
        })
    }
}

impl Shared {
    async fn equip<B>(&self, request: Request<B>) -> Result<Request<Full<Bytes>>, NotSent>
    where
        B: Body<Data = Bytes>,
    {
        let (mut parts, body) = request.into_parts();
        let (index, callee) = self.callee(&parts.uri).ok_or(NotSent::UnknownCallee)?;
        // A copied header may not speak for this hop.
        crate::fields::strip(&mut parts.headers);
        let admitted = parts.extensions.remove::<Admitted>();
        let outfit = match (parts.extensions.remove::<Held>(), admitted) {
            (Some(held), _) => self.links.holding(&self.hop, &held, (index, callee)),
            (None, Some(admitted)) => self.links.continuing(&self.hop, &admitted, (index, callee)),
            (None, None) => return Err(NotSent::NoExecution),
        };
        let outfit = outfit.map_err(NotSent::NotMade)?;
        let (bytes, _) = self.bounds.read(body).await?;
        let digest = digest(callee, &parts, &bytes)?;
        let proof = outfit.prove(&self.hop, callee, digest).map_err(NotSent::NotMade)?;
        attach(&mut parts, callee, &outfit, &proof)?;
        Ok(Request::from_parts(parts, Full::new(bytes)))
    }

    fn callee(&self, uri: &Uri) -> Option<(usize, &Callee)> {
        let is = |callee: &Callee| {
            uri.scheme_str() == Some(&callee.external.scheme)
                && uri.authority().map(http::uri::Authority::as_str) == Some(&callee.external.authority)
        };
        self.callees.iter().enumerate().find(|(_, callee)| is(callee))
    }
}

fn digest(callee: &Callee, parts: &Parts, body: &[u8]) -> Result<Digest, NotSent> {
    #[cfg(feature = "grpc")]
    if callee.grpc {
        return crate::grpc::digest(parts.uri.path(), &parts.headers, body).map_err(|_| NotSent::NotCovered);
    }
    let lines = parts.headers.iter().map(|(name, value)| (name.as_str(), value.as_bytes()));
    let fields = HttpFields::read(&callee.external.authority, lines).map_err(|_| NotSent::NotCovered)?;
    let request = HttpRequest {
        method: parts.method.as_str(),
        scheme: &callee.external.scheme,
        authority: &callee.external.authority,
        path: parts.uri.path().as_bytes(),
        query: parts.uri.query().map(str::as_bytes),
        fields,
        body: Digest::of(&[body]),
    };
    Ok(request.digest())
}

fn attach(parts: &mut Parts, callee: &Callee, outfit: &Outfit, proof: &[u8]) -> Result<(), NotSent> {
    let carried = [
        (Field::Continuity, Some(outfit.held.token())),
        (Field::Proof, Some(proof)),
        (Field::HandOver, outfit.hand_over.as_deref()),
    ];
    for (field, bytes) in carried {
        let Some(bytes) = bytes else { continue };
        let (name, value) = line(callee, field, bytes);
        let mut value = HeaderValue::try_from(value).map_err(|_| NotSent::NotCovered)?;
        // Whoever logs headers need not log these.
        value.set_sensitive(true);
        parts.headers.insert(name, value);
    }
    Ok(())
}

fn line(callee: &Callee, field: Field, bytes: &[u8]) -> (HeaderName, String) {
    if callee.grpc {
        // Metadata in bytes is base64; padding is left out, and readers take both.
        let value = encode_field(bytes);
        return (crate::fields::grpc_name(field), value.trim_matches(':').trim_end_matches('=').into());
    }
    (http_name(field), encode_field(bytes))
}

impl From<OwnRefusal> for NotSent {
    fn from(_: OwnRefusal) -> Self {
        Self::NotCovered
    }
}

impl fmt::Display for NotSent {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NoExecution => f.write_str("the request continues no execution"),
            Self::UnknownCallee => f.write_str("the request goes to no callee on the list"),
            Self::NotCovered => f.write_str("the request cannot be covered by a proof"),
            Self::NotMade(error) => error.fmt(f),
        }
    }
}

impl std::error::Error for NotSent {}

impl<E: fmt::Display> fmt::Display for CallError<E> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NotSent(why) => write!(f, "not sent: {why}"),
            Self::Client(error) => error.fmt(f),
        }
    }
}

impl<E: std::error::Error> std::error::Error for CallError<E> {}
