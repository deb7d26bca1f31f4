//! What was done, and what is wrong.

use crate::input::{Admin, Caller};
use crate::refusal::Refusal;
use crate::store::{AlertQuery, AuditQuery};
use crate::{App, csv, roles};
use axum::Json;
use axum::extract::State;
use axum::http::header;
use axum::response::IntoResponse;
use mxs_api::{AUDIT_CSV_MAX, AlertPage, AuditPage};

/// `GET /v1/audit`
pub(crate) async fn page(State(app): State<App>, admin: Admin, query: AuditQuery) -> Result<Json<AuditPage>, Refusal> {
    let org = app.store().who(admin.account).await?.org;
    let (entries, next) = app.store().audit(&org, &query).await?;
    Ok(Json(AuditPage { entries, next }))
}

/// `GET /v1/audit.csv`
pub(crate) async fn table(
    State(app): State<App>,
    admin: Admin,
    query: AuditQuery,
) -> Result<impl IntoResponse, Refusal> {
    let org = app.store().who(admin.account).await?.org;
    let (entries, _) = app.store().audit(&org, &AuditQuery { limit: AUDIT_CSV_MAX, ..query }).await?;
    let headers = [
        (header::CONTENT_TYPE, "text/csv; charset=utf-8"),
        (header::CONTENT_DISPOSITION, "attachment; filename=\"audit.csv\""),
    ];
    Ok((headers, csv::table(&entries)))
}

/// `GET /v1/alerts`
pub(crate) async fn alerts(
    State(app): State<App>,
    caller: Caller,
    query: AlertQuery,
) -> Result<Json<AlertPage>, Refusal> {
    let is_admin = match roles::is_admin(&app, caller.account).await {
        // Who can't be shown to be an administrator sees the own ones: what is wrong may be the CRM itself.
        Err(Refusal::NoKeys | Refusal::Sealed(_) | Refusal::VendorAway { .. }) => false,
        answer => answer?,
    };
    Ok(Json(app.store().alerts(caller.account, is_admin, query).await?))
}
