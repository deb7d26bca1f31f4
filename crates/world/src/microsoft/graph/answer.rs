//! Graph's answers, before they become HTTP or a part of a batch.

use crate::microsoft::refusal::Refusal;
use jiff::Timestamp;
use mxs_http::Response;
use serde_json::{Value, json};

/// The media type of Graph's JSON.
const JSON: &str = "application/json;odata.metadata=minimal;odata.streaming=true;IEEE754Compatible=false;charset=utf-8";

/// What an answer carries.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Content {
    Json(Value),
    Nothing,
    Text(String),
}

/// One answer.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Answer {
    pub(super) status: u16,
    pub(super) headers: Vec<(String, String)>,
    pub(super) content: Content,
}

/// The ids by which one request is found again in a log.
#[derive(Clone, Debug)]
pub(super) struct Trace {
    pub(super) request_id: String,
    pub(super) client_request_id: String,
    pub(super) now: Timestamp,
}

impl Answer {
    pub(super) fn json(status: u16, body: Value) -> Self {
        Self { status, headers: Vec::new(), content: Content::Json(body) }
    }

    pub(super) fn empty(status: u16) -> Self {
        Self { status, headers: Vec::new(), content: Content::Nothing }
    }

    pub(super) fn text(text: String) -> Self {
        Self { status: 200, headers: Vec::new(), content: Content::Text(text) }
    }

    pub(super) fn header(mut self, name: &str, value: impl Into<String>) -> Self {
        self.headers.push((name.to_owned(), value.into()));
        self
    }

    /// The answer that a refusal becomes.
    pub(super) fn refused(refusal: Refusal, trace: &Trace) -> Self {
        let mut body = json!({
            "error": {
                "code": refusal.code,
                "message": refusal.message,
                "innerError": {
                    "date": trace.now.strftime("%Y-%m-%dT%H:%M:%S").to_string(),
                    "request-id": trace.request_id,
                    "client-request-id": trace.client_request_id,
                },
            },
        });
        if let Some(inner) = refusal.inner {
            body["error"]["innerError"]["code"] = inner.into();
        }
        Self { status: refusal.status, headers: refusal.headers, content: Content::Json(body) }
    }

    /// The HTTP answer.
    pub(super) fn into_response(self) -> Response {
        let response = Response::new(self.status);
        let mut response = match self.content {
            Content::Json(body) => response.body(JSON, body.to_string()),
            Content::Nothing => response,
            Content::Text(text) => response.body("text/plain", text),
        };
        for (name, value) in self.headers {
            response.headers.push(name, value);
        }
        response
    }

    /// The answer as a part of a batch.
    pub(super) fn into_part(self, id: &str) -> Value {
        let mut headers = serde_json::Map::new();
        let body = match self.content {
            Content::Json(body) => {
                headers.insert("Content-Type".into(), "application/json".into());
                body
            }
            Content::Nothing => Value::Null,
            Content::Text(text) => {
                headers.insert("Content-Type".into(), "text/plain".into());
                text.into()
            }
        };
        for (name, value) in self.headers {
            headers.insert(name, value.into());
        }
        json!({ "id": id, "status": self.status, "headers": headers, "body": body })
    }
}
