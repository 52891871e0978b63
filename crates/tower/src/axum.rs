//! `Admitted` as an extractor of axum.

use axum_core::body::Body;
use axum_core::extract::{FromRequestParts, OptionalFromRequestParts};
use axum_core::response::{IntoResponse, Response};
use http::StatusCode;
use http::request::Parts;
use throughline_gate::Layer;

use crate::admitted::{Admitted, Passed};
use crate::refused;

/// Why a handler does not get an [`Admitted`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum NotAdmitted {
    /// The request passed without a token, and this handler requires one: 401.
    WithoutToken,
    /// No gate stands before this handler. The service is put together wrongly: 500.
    NoGate,
}

impl IntoResponse for NotAdmitted {
    fn into_response(self) -> Response {
        match self {
            Self::WithoutToken => refused::answer::<Body>(&Layer::TokenAbsent.into()).map(Body::new),
            Self::NoGate => StatusCode::INTERNAL_SERVER_ERROR.into_response(),
        }
    }
}

impl<S: Sync> FromRequestParts<S> for Admitted {
    type Rejection = NotAdmitted;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, NotAdmitted> {
        find(parts)?.ok_or(NotAdmitted::WithoutToken)
    }
}

/// `Option<Admitted>`: none of a request that passed without a token.
impl<S: Sync> OptionalFromRequestParts<S> for Admitted {
    type Rejection = NotAdmitted;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Option<Self>, NotAdmitted> {
        find(parts)
    }
}

fn find(parts: &Parts) -> Result<Option<Admitted>, NotAdmitted> {
    match (parts.extensions.get::<Admitted>(), parts.extensions.get::<Passed>()) {
        (Some(admitted), _) => Ok(Some(admitted.clone())),
        (None, Some(_)) => Ok(None),
        (None, None) => Err(NotAdmitted::NoGate),
    }
}
