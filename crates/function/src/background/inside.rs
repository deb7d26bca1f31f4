//! The function, called from within.
//!
//! A run in the background goes through the same routes as one in a tab, so that the fence, the limits and the checks
//! are the same; only who is calling is not asked for again.

use crate::input::Caller;
use axum::Router;
use axum::body::Body;
use http_body_util::BodyExt;
use mxs_http::{Headers, HttpPort, NoResponse, Request, Response};
use tokio::runtime::Handle;
use tower::ServiceExt;

/// The function's routes as one CRM user.
#[derive(Clone)]
pub(super) struct Inside {
    /// The routes.
    pub(super) router: Router,
    /// Who is calling.
    pub(super) caller: Caller,
    /// Where requests are worked on: the threads on which runs compute are not kept waiting by a database, nor it by
    /// them.
    pub(super) runtime: Handle,
}

impl HttpPort for Inside {
    async fn send(&self, request: Request) -> Result<Response, NoResponse> {
        let mut builder = axum::http::Request::builder().method(request.method.as_str()).uri(request.url);
        for (name, value) in request.headers.iter() {
            builder = builder.header(name, value);
        }
        let mut request = builder.body(Body::from(request.body)).map_err(|_| NoResponse::NotSent)?;
        request.extensions_mut().insert(self.caller);
        let answered = self.runtime.spawn(answer(self.router.clone(), request));
        answered.await.unwrap_or(Err(NoResponse::Unknown))
    }
}

async fn answer(router: Router, request: axum::http::Request<Body>) -> Result<Response, NoResponse> {
    let response = match router.oneshot(request).await {
        Ok(response) => response,
        Err(never) => match never {},
    };
    let status = response.status().as_u16();
    let text = |value: &axum::http::HeaderValue| String::from_utf8_lossy(value.as_bytes()).into_owned();
    let headers: Headers =
        response.headers().iter().map(|(name, value)| (name.as_str().to_owned(), text(value))).collect();
    let body = response.into_body().collect().await.map_err(|_| NoResponse::Unknown)?;
    Ok(Response { status, headers, body: body.to_bytes().into() })
}
