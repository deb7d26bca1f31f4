//! What comes in, read strictly, and refused in JSON as everything here is answered.

use super::Refusal;
use axum::Json;
use axum::extract::rejection::{JsonRejection, QueryRejection};
use axum::extract::{FromRequest, FromRequestParts, OptionalFromRequest, Query, Request};
use axum::http::request::Parts;
use serde::de::DeserializeOwned;

/// A body of JSON.
pub(super) struct Body<T>(pub(super) T);

/// The query.
pub(super) struct Parameters<T>(pub(super) T);

impl<T: DeserializeOwned, S: Send + Sync> FromRequest<S> for Body<T> {
    type Rejection = Refusal;

    async fn from_request(request: Request, state: &S) -> Result<Self, Refusal> {
        let read = <Json<T> as FromRequest<S>>::from_request(request, state).await;
        let Json(body) = read.map_err(refused)?;
        Ok(Self(body))
    }
}

impl<T: DeserializeOwned, S: Send + Sync> OptionalFromRequest<S> for Body<T> {
    type Rejection = Refusal;

    async fn from_request(request: Request, state: &S) -> Result<Option<Self>, Refusal> {
        let read = <Json<T> as OptionalFromRequest<S>>::from_request(request, state).await;
        Ok(read.map_err(refused)?.map(|Json(body)| Self(body)))
    }
}

fn refused(rejection: JsonRejection) -> Refusal {
    Refusal::new(rejection.status(), "BadBody", rejection.body_text())
}

impl<T: DeserializeOwned, S: Send + Sync> FromRequestParts<S> for Parameters<T> {
    type Rejection = Refusal;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Refusal> {
        let read = Query::from_request_parts(parts, state).await;
        let Query(query) = read
            .map_err(|rejection: QueryRejection| Refusal::new(rejection.status(), "BadQuery", rejection.body_text()))?;
        Ok(Self(query))
    }
}
