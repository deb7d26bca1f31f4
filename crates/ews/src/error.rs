//! What a refusal of the service means to whoever asked.

use crate::code;
use crate::xml::Element;
use mxs_http::Response;

/// The longest wait that a server may ask for, in milliseconds: its own budgets refill within minutes, so that a longer
/// wait is a mistake of somebody in between.
pub const BACK_OFF_LIMIT_MS: u32 = 3_600_000;

/// The longest error code that is passed on; real ones are well below.
const CODE_MAX: usize = 64;

/// What the caller can do about an error.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ErrorKind {
    /// The password or the token isn't accepted, or not any more.
    SignInAgain,
    /// The account has no right to act for others: an administrator assigns the role `ApplicationImpersonation`.
    MayNotActForOthers,
    /// The account may not do this.
    Denied,
    /// The item or folder doesn't exist: the service itself said so.
    NotFound,
    /// There is no mailbox of this address here.
    NoMailbox,
    /// The item changed since its version was read: read it again.
    Stale,
    /// What was kept of the last reading is no longer understood: read everything.
    SyncStateDead,
    /// The subscription is over, or has lost something: subscribe again, and read what changed.
    SubscriptionDead,
    /// The server doesn't speak this version of the schema: ask for the one that its answers name.
    OtherVersion,
    /// Too many requests: wait, then try again.
    Throttled,
    /// The service fails at the moment: try again later.
    Unavailable,
    /// The request was refused, and the same request would be refused again.
    Refused,
    /// The answer isn't what was promised, such as a proxy's HTML page.
    Unreadable,
}

/// An answer of the service, or a part of one, that is no success.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("Exchange Web Services answered {status} {code}")]
pub struct EwsError {
    /// What can be done about it.
    pub kind: ErrorKind,
    /// The HTTP status.
    pub status: u16,
    /// The service's response code; empty when there was none. Its message is left out: it may quote personal data.
    pub code: String,
    /// How long the server wants us to wait, if it said so; at most [`BACK_OFF_LIMIT_MS`].
    pub back_off_ms: Option<u32>,
}

impl EwsError {
    /// An answer that isn't what was promised.
    pub(crate) fn unreadable(status: u16) -> Self {
        Self { kind: ErrorKind::Unreadable, status, code: String::new(), back_off_ms: None }
    }

    /// A refusal with a code.
    pub(crate) fn coded(kind: ErrorKind, status: u16, code: &str) -> Self {
        Self { kind, status, code: tidy(code), back_off_ms: None }
    }

    /// A SOAP fault, or the message of one part of an answer: both have a `ResponseCode` and a `MessageXml`, somewhere
    /// inside.
    pub(crate) fn of(status: u16, told: &Element) -> Self {
        let outer = told.find("ResponseCode").map(|code| tidy(&code.text)).unwrap_or_default();
        let inner = detail(told, "InnerErrorResponseCode").map(tidy).filter(|code| !code.is_empty());
        let code = match inner {
            Some(inner) if outer == code::INTERNAL => inner,
            _ => outer,
        };
        let back_off_ms = detail(told, "BackOffMilliseconds").and_then(milliseconds);
        let kind = match code::kind(&code) {
            // The code of a fault may stand in its `faultcode` only, or nowhere.
            ErrorKind::Refused if code.is_empty() && status >= 500 => ErrorKind::Unavailable,
            kind => kind,
        };
        Self { kind, status, code, back_off_ms }
    }

    /// An answer without XML.
    pub(crate) fn of_status(response: &Response) -> Self {
        let retry_after = response.headers.get("Retry-After");
        let kind = match response.status {
            401 => ErrorKind::SignInAgain,
            403 => ErrorKind::Denied,
            408 => ErrorKind::Unavailable,
            429 => ErrorKind::Throttled,
            // The web server's own queue is full.
            503 => ErrorKind::Throttled,
            // It will not change by waiting: not implemented.
            501 => ErrorKind::Refused,
            500.. => ErrorKind::Unavailable,
            _ => ErrorKind::Unreadable,
        };
        let back_off_ms = retry_after.and_then(|seconds| milliseconds(&format!("{}000", seconds.trim())));
        Self { kind, status: response.status, code: String::new(), back_off_ms }
    }

    /// Whether the same request may succeed later, without anybody doing anything.
    pub const fn is_transient(&self) -> bool {
        matches!(self.kind, ErrorKind::Throttled | ErrorKind::Unavailable)
    }
}

/// A named value of a `MessageXml`.
fn detail<'a>(told: &'a Element, name: &str) -> Option<&'a str> {
    let message = told.find("MessageXml")?;
    let value = message.all("Value").find(|value| value.attribute("Name") == Some(name))?;
    Some(value.text.trim())
}

/// A whole number of milliseconds; one that no number holds is more than the limit.
fn milliseconds(text: &str) -> Option<u32> {
    let is_number = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    is_number.then(|| text.parse().unwrap_or(u32::MAX).min(BACK_OFF_LIMIT_MS))
}

/// What is passed on of a code: a name, never a sentence.
fn tidy(code: &str) -> String {
    code.chars().filter(|c| c.is_ascii_alphanumeric() || matches!(c, '_' | '-' | '.')).take(CODE_MAX).collect()
}
