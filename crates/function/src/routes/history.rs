//! What was done, for whoever asks afterwards.

use crate::App;
use crate::input::{Caller, Fence, HistoryQuery, Record};
use crate::refusal::Refusal;
use crate::store::{ConflictPage, JournalPage};
use axum::Json;
use axum::extract::State;
use mxs_api::RunPage;

/// `GET /v1/runs`
pub(crate) async fn runs(
    State(app): State<App>,
    caller: Caller,
    query: HistoryQuery,
) -> Result<Json<RunPage>, Refusal> {
    Ok(Json(app.store().runs(caller.account, query.after, app.now_ms()).await?))
}

/// `GET /v1/runs/{id}/journal`
pub(crate) async fn of_run(
    State(app): State<App>,
    caller: Caller,
    Fence(fence): Fence,
    query: HistoryQuery,
) -> Result<Json<JournalPage>, Refusal> {
    Ok(Json(app.store().journal_of_run(caller.account, fence, query.after).await?))
}

/// `GET /v1/records/{side}/{id}/journal`
pub(crate) async fn of_record(
    State(app): State<App>,
    caller: Caller,
    Record(record): Record,
    query: HistoryQuery,
) -> Result<Json<JournalPage>, Refusal> {
    Ok(Json(app.store().journal_of_record(caller.account, &record, query.after).await?))
}

/// `GET /v1/conflicts`
pub(crate) async fn conflicts(
    State(app): State<App>,
    caller: Caller,
    query: HistoryQuery,
) -> Result<Json<ConflictPage>, Refusal> {
    Ok(Json(app.store().conflicts(caller.account, query.kind, query.after).await?))
}
