//! The page that Prometheus reads.

use super::Metrics;
use crate::App;
use crate::refusal::Refusal;
use crate::store::Standing;
use axum::Router;
use axum::extract::State;
use axum::http::header;
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use prometheus_client::encoding::text::encode;

/// <https://prometheus.io/docs/specs/om/open_metrics_spec/>
const MEDIA_TYPE: &str = "application/openmetrics-text; version=1.0.0; charset=utf-8";

/// The page alone: it is on a port of its own, where callers from outside don't come.
pub(crate) fn routes(app: App) -> Router {
    Router::new().route("/metrics", get(page)).with_state(app)
}

/// `GET /metrics`
async fn page(State(app): State<App>) -> Result<Response, Refusal> {
    let metrics = app.metrics();
    match app.store().standing(app.now_ms()).await {
        Ok(standing) => metrics.stand(&standing),
        // What was counted can be told all the same.
        Err(refusal) => {
            refusal.log();
            metrics.state.database.set(0);
        }
    }
    if let Some(bytes) = resident_bytes() {
        metrics.state.memory.set(bytes);
    }
    let mut text = String::new();
    encode(&mut text, &metrics.registry).map_err(|error| Refusal::Internal(error.into()))?;
    Ok(([(header::CONTENT_TYPE, MEDIA_TYPE)], text).into_response())
}

impl Metrics {
    fn stand(&self, standing: &Standing) {
        let Standing { scheduled, due, overdue, in_trouble, stopped, queued, credits_left } = *standing;
        for (state, number) in [
            ("scheduled", scheduled),
            ("due", due),
            ("overdue", overdue),
            ("in_trouble", in_trouble),
            ("stopped", stopped),
        ] {
            self.state.mailboxes.get_or_create(&[("state", state.into())]).set(number);
        }
        self.state.turns.set(queued);
        self.state.credits.set(credits_left.map_or(f64::NAN, |left| left as f64));
        self.state.database.set(1);
    }
}

/// What the process takes, where the system says so in a file (Linux).
/// <https://www.kernel.org/doc/html/latest/filesystems/proc.html>
fn resident_bytes() -> Option<i64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let kilobytes = status.lines().find_map(|line| line.strip_prefix("VmRSS:"))?.trim().strip_suffix(" kB")?;
    Some(kilobytes.parse::<i64>().ok()?.saturating_mul(1024))
}
