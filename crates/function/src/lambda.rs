//! The function on AWS Lambda: invocations in place of connections and of a ticker of its own.
//!
//! From one answer to the next invocation an instance is frozen, perhaps for ever. So nothing goes on behind an answer:
//! what vendors posted is stored before it is answered, and what is due is synced while a schedule's invocation lasts.
//! <https://docs.aws.amazon.com/lambda/latest/dg/lambda-runtime-environment.html>

use crate::background::{Background, QueueError, Subscriptions};
use crate::limits::SHUTDOWN_TIME_MAX;
use crate::{App, router};
use axum::Router;
use axum::body::Body;
use axum::extract::ConnectInfo;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use lambda_http::request::RequestContext;
use lambda_http::{RequestExt, service_fn};
use serde::Deserialize;
use std::net::{IpAddr, SocketAddr};
use std::time::Duration;
use tower::ServiceExt;

/// What the schedules of EventBridge call themselves: its rules, and its scheduler.
/// <https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-run-lambda-schedule.html>
const SCHEDULES: [&str; 2] = ["aws.events", "aws.scheduler"];

/// How long the answer to a notification may wait for the database: vendors wait for three seconds.
const HEAR_TIME_MAX: Duration = Duration::from_secs(2);

/// What a tick leaves of its invocation's time: runs come to a point where they can stop, and the answer is given.
const TICK_RESERVE: Duration = SHUTDOWN_TIME_MAX.saturating_add(Duration::from_secs(5));

/// Why an invocation was not carried out. Lambda counts it among its errors.
#[derive(Debug, thiserror::Error)]
enum NotDone {
    #[error("this is neither a request (payload format 2.0) nor a schedule of EventBridge")]
    Unknown,
    #[error("a schedule needs keys; 'function help' says which")]
    NoKeys,
    #[error("the function's timeout leaves no time to sync; set it to a minute or more")]
    NoTime,
    #[error(transparent)]
    Queue(#[from] QueueError),
}

/// What says that it is time.
#[derive(Deserialize)]
struct Schedule {
    source: String,
}

/// Answers invocations, one after the other, until Lambda ends the program.
pub(crate) async fn answer(app: App) -> Result<(), lambda_http::Error> {
    let router = router(app.clone());
    lambda_http::run(service_fn(move |invocation| {
        let (app, router) = (app.clone(), router.clone());
        async move { invoked(&app, router, invocation).await.map_err(lambda_http::Error::from) }
    }))
    .await
}

async fn invoked(app: &App, router: Router, invocation: lambda_http::Request) -> Result<Response, NotDone> {
    let context = invocation.request_context_ref().cloned();
    if let Some(RequestContext::ApiGatewayV2(context)) = context {
        let mut request = invocation.map(Body::new);
        // Said by Lambda itself, as a connection would.
        if let Some(address) = context.http.source_ip.and_then(|text| text.parse::<IpAddr>().ok()) {
            request.extensions_mut().insert(ConnectInfo(SocketAddr::new(address, 0)));
        }
        let Ok(response) = router.oneshot(request).await;
        hear(app).await;
        return Ok(response);
    }
    let schedule: Option<Schedule> = serde_json::from_slice(invocation.body()).ok();
    if !schedule.is_some_and(|schedule| SCHEDULES.contains(&schedule.source.as_str())) {
        return Err(NotDone::Unknown);
    }
    let deadline_ms = invocation.lambda_context_ref().map_or(0, |context| context.deadline);
    let left = Duration::from_millis(deadline_ms.saturating_sub(u64::try_from(app.now_ms()).unwrap_or_default()));
    let limit = left.checked_sub(TICK_RESERVE).filter(|limit| !limit.is_zero()).ok_or(NotDone::NoTime)?;
    Background::start(app).await?.ok_or(NotDone::NoKeys)?.tick(limit).await;
    Ok(StatusCode::NO_CONTENT.into_response())
}

/// Passes on what vendors posted, if they did. What isn't stored in time is found by polling.
async fn hear(app: &App) {
    let Some(told) = Subscriptions::new(app) else { return };
    if tokio::time::timeout(HEAR_TIME_MAX, told.hear()).await.is_err() {
        tracing::warn!("what a vendor posted could not be stored in time");
    }
}
