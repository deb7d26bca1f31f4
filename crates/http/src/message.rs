//! A request and its answer.

use crate::Headers;
use std::fmt;

/// The request methods that the vendors' interfaces use.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub enum Method {
    /// Remove.
    Delete,
    /// Read.
    Get,
    /// Read the header fields only.
    Head,
    /// Ask what is allowed (CORS preflight).
    Options,
    /// Change a part.
    Patch,
    /// Create, or run an action.
    Post,
    /// Replace.
    Put,
}

impl Method {
    /// The method's name as it stands in a request line.
    pub const fn as_str(self) -> &'static str {
        match self {
            Method::Delete => "DELETE",
            Method::Get => "GET",
            Method::Head => "HEAD",
            Method::Options => "OPTIONS",
            Method::Patch => "PATCH",
            Method::Post => "POST",
            Method::Put => "PUT",
        }
    }

    /// Reads a method's name; methods are case-sensitive (RFC 9110, section 9.1).
    pub fn parse(name: &str) -> Option<Self> {
        [Self::Delete, Self::Get, Self::Head, Self::Options, Self::Patch, Self::Post, Self::Put]
            .into_iter()
            .find(|method| method.as_str() == name)
    }
}

impl fmt::Display for Method {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// One request. `url` is absolute, or starts with `/` where the port knows the host.
#[derive(Clone, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct Request {
    /// What to do.
    pub method: Method,
    /// Where, with the query already encoded.
    pub url: String,
    /// Header fields.
    pub headers: Headers,
    /// The body; empty when there is none.
    #[cfg_attr(feature = "serde", serde(with = "serde_bytes"))]
    pub body: Vec<u8>,
}

impl Request {
    /// A request without header fields or body.
    pub fn new(method: Method, url: impl Into<String>) -> Self {
        Self { method, url: url.into(), headers: Headers::default(), body: Vec::new() }
    }

    /// Adds a header field.
    #[must_use]
    pub fn header(mut self, name: &str, value: impl Into<String>) -> Self {
        self.headers.push(name, value);
        self
    }

    /// Sets the body and its media type.
    #[must_use]
    pub fn body(mut self, media_type: &str, body: impl Into<Vec<u8>>) -> Self {
        self.body = body.into();
        self.header("Content-Type", media_type)
    }
}

/// Header fields and bodies carry tokens and personal data, so neither is shown.
impl fmt::Debug for Request {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let path = self.url.split('?').next().unwrap_or_default();
        write!(f, "{} {path} ({} bytes)", self.method, self.body.len())
    }
}

/// One answer, of whatever status.
#[derive(Clone, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct Response {
    /// The status code, 100 to 599.
    pub status: u16,
    /// Header fields.
    pub headers: Headers,
    /// The body; empty when there is none.
    #[cfg_attr(feature = "serde", serde(with = "serde_bytes"))]
    pub body: Vec<u8>,
}

impl Response {
    /// An answer without header fields or body.
    pub fn new(status: u16) -> Self {
        Self { status, headers: Headers::default(), body: Vec::new() }
    }

    /// Adds a header field.
    #[must_use]
    pub fn header(mut self, name: &str, value: impl Into<String>) -> Self {
        self.headers.push(name, value);
        self
    }

    /// Sets the body and its media type.
    #[must_use]
    pub fn body(mut self, media_type: &str, body: impl Into<Vec<u8>>) -> Self {
        self.body = body.into();
        self.header("Content-Type", media_type)
    }

    /// Whether the status is 200 to 299.
    pub const fn is_success(&self) -> bool {
        self.status >= 200 && self.status < 300
    }
}

/// Bodies carry personal data, so they are not shown.
impl fmt::Debug for Response {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} ({} bytes)", self.status, self.body.len())
    }
}
