//! What vendors post when something changed.
//!
//! Whoever posts has no session, and whatever is posted gets the same answer: nobody learns from it whether an address or
//! a secret was right. The answer never waits for the database.

use crate::inbox::{Address, Post, lifecycle};
use crate::{App, hex};
use axum::body::Bytes;
use axum::extract::rejection::BytesRejection;
use axum::extract::{Path, RawQuery, State};
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use mxs_graph::subscriptions::{read, validation};
use mxs_zoho::notifications::Callback;
use schemars::JsonSchema;

/// What Microsoft sends to prove the address.
#[derive(JsonSchema)]
#[expect(dead_code, reason = "it is read by `validation`, from the query as it is")]
pub(crate) struct Validation {
    /// The token, which is to be answered as it is.
    #[schemars(rename = "validationToken")]
    token: Option<String>,
}

/// `POST /v1/notifications/microsoft/{address}` and `…/lifecycle`
pub(crate) async fn microsoft(
    State(app): State<App>,
    Path(address): Path<String>,
    RawQuery(query): RawQuery,
    body: Result<Bytes, BytesRejection>,
) -> Response {
    app.inbox().posted();
    match query.as_deref().and_then(validation) {
        Some(Ok(token)) => return (StatusCode::OK, [(header::CONTENT_TYPE, "text/plain")], token.body).into_response(),
        Some(Err(_)) => return StatusCode::BAD_REQUEST.into_response(),
        None => {}
    }
    if let (Some(address), Ok(body)) = (hex::decode(&address), body) {
        // One of each sort says all that is believed of any of them.
        let mut told = Vec::new();
        for notice in read(&body).unwrap_or_default().notices {
            let post = Post::Graph(notice);
            let sort = lifecycle(&post);
            if !told.contains(&sort) {
                told.push(sort);
                take(&app, address, post, body.len());
            }
        }
    }
    StatusCode::ACCEPTED.into_response()
}

/// `POST /v1/notifications/crm/{address}`
pub(crate) async fn crm(
    State(app): State<App>,
    Path(address): Path<String>,
    body: Result<Bytes, BytesRejection>,
) -> StatusCode {
    app.inbox().posted();
    if let (Some(address), Ok(body)) = (hex::decode(&address), body)
        && let Ok(callback) = Callback::parse(&body)
    {
        take(&app, address, Post::Crm(callback), body.len());
    }
    StatusCode::OK
}

fn take(app: &App, address: Address, post: Post, bytes: usize) {
    // Else there are no subscriptions, and nobody who would look.
    if app.keys().is_some_and(|keys| keys.vendors().public_url.is_some()) {
        let vendor = if matches!(post, Post::Graph(_)) { "microsoft" } else { "zoho" };
        let taken = app.inbox().take(address, post, bytes, app.now_ms());
        app.metrics().notification(vendor, taken.name());
    }
}
