//! Entra's errors: a number, a sentence and the trace that support asks for.
//!
//! See <https://learn.microsoft.com/en-us/entra/identity-platform/reference-error-codes>.

use crate::Context;
use mxs_http::Response;
use serde_json::json;

/// One refusal.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Failure {
    /// The status of the token endpoint's answer.
    pub(super) status: u16,
    /// The OAuth error, such as `invalid_grant`.
    pub(super) error: &'static str,
    /// The number behind `AADSTS`.
    pub(super) number: u32,
    /// The sentence.
    pub(super) message: String,
    /// What a client should do next, where Entra says so.
    pub(super) suberror: Option<&'static str>,
}

impl Failure {
    /// A refusal of status 400.
    pub(super) fn new(error: &'static str, number: u32, message: impl Into<String>) -> Self {
        Self { status: 400, error, number, message: message.into(), suberror: None }
    }

    /// A refusal of the client itself, status 401.
    pub(super) fn client(number: u32, message: impl Into<String>) -> Self {
        Self { status: 401, error: "invalid_client", number, message: message.into(), suberror: None }
    }

    /// A parameter is missing.
    pub(super) fn missing(parameter: &str) -> Self {
        let message = format!("The request body must contain the following parameter: '{parameter}'.");
        Self::new("invalid_request", 900_144, message)
    }

    /// Tells the client what to do next.
    pub(super) fn suberror(mut self, suberror: &'static str) -> Self {
        self.suberror = Some(suberror);
        self
    }

    /// `AADSTS50011: ... Trace ID: ... Correlation ID: ... Timestamp: ...`.
    pub(super) fn description(&self, trace: &Trace) -> String {
        format!(
            "AADSTS{}: {} Trace ID: {} Correlation ID: {} Timestamp: {}",
            self.number, self.message, trace.id, trace.correlation, trace.time
        )
    }

    /// The token endpoint's answer.
    pub(super) fn into_response(self, context: &mut Context<'_>, correlation: Option<&str>) -> Response {
        let trace = Trace::new(context, correlation);
        let mut body = json!({
            "error": self.error,
            "error_description": self.description(&trace),
            "error_codes": [self.number],
            "timestamp": trace.time,
            "trace_id": trace.id,
            "correlation_id": trace.correlation,
            "error_uri": format!("https://login.microsoftonline.com/error?code={}", self.number),
        });
        if let Some(suberror) = self.suberror {
            body["suberror"] = suberror.into();
        }
        Response::new(self.status).body("application/json; charset=utf-8", body.to_string())
    }
}

/// What makes one answer findable in a log.
pub(super) struct Trace {
    pub(super) id: String,
    pub(super) correlation: String,
    pub(super) time: String,
}

impl Trace {
    /// A fresh trace; the correlation id is the client's own where it sent one.
    pub(super) fn new(context: &mut Context<'_>, correlation: Option<&str>) -> Self {
        Self {
            id: context.ids.guid(),
            correlation: correlation.map_or_else(|| context.ids.guid(), str::to_owned),
            time: context.now.strftime("%Y-%m-%d %H:%M:%SZ").to_string(),
        }
    }
}
