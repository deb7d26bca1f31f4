//! Graph's refusals.
//!
//! See <https://learn.microsoft.com/en-us/graph/errors>.

use std::fmt;

/// Why Graph, or the mailbox behind it, refuses something.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refusal {
    /// The HTTP status.
    pub status: u16,
    /// The code, which is what clients branch on.
    pub code: String,
    /// The sentence for people.
    pub message: String,
    /// Header fields that belong to the refusal, such as `Retry-After`.
    pub headers: Vec<(String, String)>,
    /// The more specific code inside `innerError`, where the service says one.
    pub inner: Option<String>,
}

impl Refusal {
    pub(crate) fn new(status: u16, code: &str, message: impl Into<String>) -> Self {
        Self { status, code: code.to_owned(), message: message.into(), headers: Vec::new(), inner: None }
    }

    pub(crate) fn inner(mut self, code: &str) -> Self {
        self.inner = Some(code.to_owned());
        self
    }

    pub(crate) fn header(mut self, name: &str, value: impl Into<String>) -> Self {
        self.headers.push((name.to_owned(), value.into()));
        self
    }

    /// The item, or the folder, isn't there.
    pub(crate) fn not_found() -> Self {
        Self::new(404, "ErrorItemNotFound", "The specified object was not found in the store.")
    }

    /// The text can't be an id at all.
    pub(crate) fn malformed_id() -> Self {
        Self::new(400, "ErrorInvalidIdMalformed", "Id is malformed.")
    }

    /// The body doesn't fit the entity's type, as the OData reader says it.
    pub(crate) fn unreadable(message: impl Into<String>) -> Self {
        Self::new(400, "RequestBodyRead", message)
    }

    /// A property's value breaks a rule of the mailbox.
    pub(crate) fn property(message: impl Into<String>) -> Self {
        Self::new(400, "ErrorInvalidProperty", message)
    }

    /// The body is no JSON object.
    pub(crate) fn no_json() -> Self {
        let message = "Unable to read JSON request payload. Please ensure Content-Type header is set and \
                payload is of valid JSON format.";
        Self::new(400, "BadRequest", message)
    }

    /// A query option can't be understood.
    pub(crate) fn query(message: impl Into<String>) -> Self {
        Self::new(400, "RequestBroker--ParseUri", message)
    }
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}: {}", self.status, self.code, self.message)
    }
}

impl std::error::Error for Refusal {}
