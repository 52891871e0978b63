//! The service behind the gate: read, decide, and only then call.

use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};

use bytes::Bytes;
use http::header::{CONTENT_ENCODING, CONTENT_TYPE};
use http::request::Parts;
use http::{Request, Response};
use http_body::Body;
use throughline::{Digest, Error, HttpFields, HttpRequest, Limits};
use throughline_gate::{Call, Layer, Refusal};
use tower_service::Service;

use crate::admitted::{Admitted, Passed};
use crate::arguments::{self, Parts as ArgumentParts};
use crate::body::{Answer, Guarded};
use crate::decide::Asked;
use crate::fields::{Carried, strip};
use crate::layer::{External, Shared};
use crate::refused;
use crate::rule::{Need, Rule};

/// A service behind a gate. See [`GateLayer`](crate::GateLayer).
#[derive(Clone, Debug)]
pub struct GateService<S> {
    shared: Arc<Shared>,
    inner: S,
}

impl<S> GateService<S> {
    pub(crate) const fn new(shared: Arc<Shared>, inner: S) -> Self {
        Self { shared, inner }
    }
}

impl<S, B, R> Service<Request<B>> for GateService<S>
where
    S: Service<Request<Guarded<B>>, Response = Response<R>> + Clone + Send + 'static,
    S::Future: Send,
    S::Error: Send,
    B: Body<Data = Bytes> + Send + 'static,
    R: Send + 'static,
{
    type Response = Response<Answer<R>>;
    type Error = S::Error;
    type Future = Pin<Box<dyn Future<Output = Result<Self::Response, S::Error>> + Send>>;

    fn poll_ready(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), S::Error>> {
        self.inner.poll_ready(cx)
    }

    fn call(&mut self, request: Request<B>) -> Self::Future {
        let shared = Arc::clone(&self.shared);
        // The one that was polled ready is called, its clone stays.
        let clone = self.inner.clone();
        let mut inner = std::mem::replace(&mut self.inner, clone);
        Box::pin(async move {
            #[cfg(feature = "grpc")]
            let is_grpc = crate::grpc::is_grpc(request.headers());
            // The only way to the service is over the request that `guard` gives back: what ends this future before, ends the request.
            match shared.guard(request).await {
                Ok(request) => Ok(inner.call(request).await?.map(Answer::of_service)),
                #[cfg(feature = "grpc")]
                Err(refusal) if is_grpc => Ok(crate::grpc::answer(&refusal)),
                Err(refusal) => Ok(refused::answer(&refusal)),
            }
        })
    }
}

impl Shared {
    async fn guard<B>(&self, request: Request<B>) -> Result<Request<Guarded<B>>, Refusal>
    where
        B: Body<Data = Bytes>,
    {
        let (mut parts, body) = request.into_parts();
        // Whoever stood before this gate admits nothing behind it.
        parts.extensions.remove::<Admitted>();
        parts.extensions.remove::<Passed>();
        let gate = &self.decider.gate;
        let found = self.routes.find(&parts.method, parts.uri.path());
        let carried = carried(found.as_ref().is_some_and(|(rule, _)| rule.is_grpc()), &parts, gate.limits());
        let Some((rule, resource)) = found else {
            return Err(self.decider.refuse(carried.unwrap_or_default(), Layer::RouteUnknown).await);
        };
        if rule.need == Need::Open {
            return Ok(passed(parts, body));
        }
        let carried = match carried {
            Ok(carried) => carried,
            Err(error) => return Err(self.decider.refuse(Carried::default(), error).await),
        };
        if rule.need == Need::Optional && carried.is_absent() {
            // Counts it; with neither token nor proof nothing else is looked at.
            let call = Call::new(Digest([0; 32]), &rule.action, &resource, &rule.requirement);
            gate.decide_optional(&call)?;
            return Ok(passed(parts, body));
        }
        // Nothing is buffered for nobody.
        if carried.token.is_none() {
            return Err(self.decider.refuse(carried, Layer::TokenAbsent).await);
        }
        // The digest of a gRPC call covers path and message, and no authority.
        let covered = if rule.is_grpc() { Ok(()) } else { authority_and_fields(&self.external, &parts).map(drop) };
        let early = covered.and_then(|()| carried.check_hand_over(&gate.limits())).map_err(Refusal::from);
        let read = match early {
            Ok(()) => self.bounds.read(body).await.map_err(Refusal::from),
            Err(refusal) => Err(refusal),
        };
        let (bytes, share) = match read {
            Ok(read) => read,
            Err(refusal) => return Err(self.decider.refuse(carried, refusal).await),
        };
        let asked = match self.derive(rule, resource, &parts, &bytes) {
            Ok((digest, resource, arguments)) => Asked {
                carried,
                digest,
                action: Arc::clone(&rule.action),
                resource,
                arguments,
                requirement: Arc::clone(&rule.requirement),
            },
            Err(error) => return Err(self.decider.refuse(carried, error).await),
        };
        let (admitted, asked) = self.decider.decide(asked).await?;
        strip(&mut parts.headers);
        parts.extensions.insert(Admitted::new(admitted, asked.carried.hand_over));
        Ok(Request::from_parts(parts, Guarded::whole(bytes, share)))
    }

    /// Digest, resource and arguments, out of the same bytes.
    fn derive(
        &self,
        rule: &Rule,
        resource: String,
        parts: &Parts,
        body: &[u8],
    ) -> Result<(Digest, String, Vec<arguments::Given>), Error> {
        #[cfg(feature = "grpc")]
        if let Some(reader) = &rule.grpc {
            let (digest, message) = reader.read(parts.uri.path(), &parts.headers, body)?;
            return Ok((digest, message.resource, message.arguments));
        }
        let fields = authority_and_fields(&self.external, parts)?;
        let digest = HttpRequest {
            method: parts.method.as_str(),
            scheme: &self.external.scheme,
            authority: &self.external.authority,
            path: parts.uri.path().as_bytes(),
            query: parts.uri.query().map(str::as_bytes),
            fields,
            body: Digest::of(&[body]),
        }
        .digest();
        let places = ArgumentParts {
            query: parts.uri.query(),
            content_type: parts.headers.get(CONTENT_TYPE).map(http::HeaderValue::as_bytes),
            content_encoding: parts.headers.get(CONTENT_ENCODING).map(http::HeaderValue::as_bytes),
            body,
        };
        Ok((digest, resource, arguments::read(&rule.arguments, &places)?))
    }
}

/// What the request target says of the authority counts as a line of `:authority` (token.md §8.3).
fn authority_and_fields<'p>(external: &External, parts: &'p Parts) -> Result<HttpFields<'p>, Error> {
    let target = parts.uri.authority().map(|authority| (":authority", authority.as_str().as_bytes()));
    let lines = parts.headers.iter().map(|(name, value)| (name.as_str(), value.as_bytes()));
    HttpFields::read(&external.authority, target.into_iter().chain(lines))
}

fn carried(is_grpc: bool, parts: &Parts, limits: Limits) -> Result<Carried, Error> {
    #[cfg(feature = "grpc")]
    if is_grpc {
        return Carried::read_grpc(&parts.headers, &limits);
    }
    let _ = is_grpc;
    Carried::read(&parts.headers, &limits)
}

fn passed<B>(mut parts: Parts, body: B) -> Request<Guarded<B>> {
    parts.extensions.insert(Passed);
    Request::from_parts(parts, Guarded::streamed(body))
}
