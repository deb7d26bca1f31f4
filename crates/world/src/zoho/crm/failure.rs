//! Answers that refuse.
//!
//! <https://www.zoho.com/crm/developer/docs/api/v8/status-codes.html>

use crate::zoho::respond;
use mxs_http::Response;
use serde_json::{Value, json};

/// A refusal, of a whole request or of one record in it.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Failure {
    pub(crate) status: u16,
    pub(crate) code: &'static str,
    pub(crate) message: String,
    pub(crate) details: Value,
}

impl Failure {
    pub(crate) fn new(status: u16, code: &'static str, message: &str, details: Value) -> Self {
        Self { status, code, message: message.to_owned(), details }
    }

    /// The body, as it stands alone or among the results of several records.
    pub(crate) fn body(&self) -> Value {
        json!({ "code": self.code, "details": self.details, "message": self.message, "status": "error" })
    }

    pub(crate) fn response(&self) -> Response {
        respond(self.status, &self.body())
    }

    pub(crate) fn unknown_url() -> Self {
        let message = "Please check if the URL trying to access is a correct one";
        Self::new(404, "INVALID_URL_PATTERN", message, json!({}))
    }

    pub(crate) fn method() -> Self {
        let message = "The http request method type is not a valid one";
        Self::new(405, "INVALID_REQUEST_METHOD", message, json!({}))
    }

    /// No token came.
    pub(crate) fn unauthenticated() -> Self {
        Self::new(401, "AUTHENTICATION_FAILURE", "Authentication failed", json!({}))
    }

    /// The token is unknown, expired, revoked or another data centre's.
    pub(crate) fn token() -> Self {
        Self::new(401, "INVALID_TOKEN", "invalid oauth token", json!({}))
    }

    pub(crate) fn scope() -> Self {
        Self::new(401, "OAUTH_SCOPE_MISMATCH", "Unauthorized", json!({}))
    }

    pub(crate) fn permission(permission: &str) -> Self {
        Self::permissions(&[permission.to_owned()])
    }

    /// One of these is missing.
    pub(crate) fn permissions(permissions: &[String]) -> Self {
        Self::new(403, "NO_PERMISSION", "permission denied", json!({ "permissions": permissions }))
    }

    /// Out of credits, or too many calls at once: the answer doesn't say which, and names no time to wait.
    pub(crate) fn too_many_requests() -> Self {
        let message = "too many requests. please try again after some time";
        Self::new(429, "TOO_MANY_REQUESTS", message, json!({}))
    }

    pub(crate) fn module() -> Self {
        let message = "the module name given seems to be invalid";
        Self::new(400, "INVALID_MODULE", message, json!({ "resource_path_index": 0 }))
    }

    /// An id in the path that no record can have.
    pub(crate) fn path_id() -> Self {
        let message = "the id given seems to be invalid";
        Self::new(400, "INVALID_DATA", message, json!({ "resource_path_index": 1 }))
    }

    pub(crate) fn missing_parameter(name: &str) -> Self {
        Self::new(400, "REQUIRED_PARAM_MISSING", "required param is missing", json!({ "param_name": name }))
    }

    pub(crate) fn parameter(name: &str) -> Self {
        Self::new(400, "INVALID_DATA", "invalid data", json!({ "param_name": name }))
    }

    /// A parameter's value isn't of its form.
    pub(crate) fn pattern(name: &str) -> Self {
        let message = "Please check whether the input values are correct";
        Self::new(400, "PATTERN_NOT_MATCHED", message, json!({ "param_name": name }))
    }

    pub(crate) fn ambiguous(names: [&str; 2]) -> Self {
        let message = format!("You cannot use both {} and {}", names[0], names[1]);
        let due_to = names.map(|name| json!({ "param_name": name }));
        Self::new(400, "AMBIGUITY_DURING_PROCESSING", &message, json!({ "ambiguity_due_to": due_to }))
    }

    /// The body isn't JSON, or not an object.
    pub(crate) fn not_json() -> Self {
        Self::new(400, "INVALID_DATA", "body", json!({ "expected_data_type": "jsonobject" }))
    }

    /// A key of the body has a value of another type.
    pub(crate) fn type_of(name: &str, path: &str, expected: &str) -> Self {
        let details = json!({ "expected_data_type": expected, "api_name": name, "json_path": path });
        Self::new(400, "INVALID_DATA", "invalid data", details)
    }

    /// A key of the body has a value that can't be.
    pub(crate) fn value_of(name: &str, path: &str) -> Self {
        Self::new(400, "INVALID_DATA", "invalid data", json!({ "api_name": name, "json_path": path }))
    }

    pub(crate) fn missing_key(name: &str, path: &str) -> Self {
        let details = json!({ "api_name": name, "json_path": path });
        Self::new(400, "MANDATORY_NOT_FOUND", "required field not found", details)
    }
}
