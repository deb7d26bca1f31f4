//! What a refusal of the CRM means to whoever asked.

use mxs_http::Response;
use serde_json::{Map, Value};

/// The longest error code that is passed on; real ones are well below.
const CODE_MAX: usize = 64;

/// What the caller can do about an error.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ErrorKind {
    /// The token isn't accepted: sign in again, or refresh it.
    SignInAgain,
    /// The user or the app may not do this.
    Denied,
    /// Too many requests at once, or none left today: wait. The CRM doesn't say how long.
    Throttled,
    /// The CRM fails at the moment: try again later.
    Unavailable,
    /// The request was refused, and the same request would be refused again.
    Refused,
    /// The answer isn't what was promised, such as a proxy's HTML page.
    Unreadable,
}

/// An answer of the CRM that is no success.
///
/// <https://www.zoho.com/crm/developer/docs/api/v8/status-codes.html>
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("Zoho CRM answered {status} {code}")]
pub struct ZohoError {
    /// What can be done about it.
    pub kind: ErrorKind,
    /// The HTTP status.
    pub status: u16,
    /// The CRM's error code, such as `INVALID_TOKEN`; empty when there was none. Its message is left out:
    /// it may quote personal data.
    pub code: String,
}

impl ZohoError {
    /// Reads an answer that is no success.
    pub(crate) fn of(response: &Response) -> Self {
        let body = crate::json::parse(&response.body);
        let code = body.as_ref().map(code).unwrap_or_default();
        Self { kind: classify(response.status, &code), status: response.status, code }
    }

    /// An answer whose body isn't what was promised.
    pub(crate) fn unreadable(status: u16) -> Self {
        Self { kind: ErrorKind::Unreadable, status, code: String::new() }
    }

    /// Whether the same request may succeed later, without anybody doing anything.
    pub const fn is_transient(&self) -> bool {
        matches!(self.kind, ErrorKind::Throttled | ErrorKind::Unavailable)
    }
}

/// The code of an error object: a name, never a sentence.
pub(crate) fn code(error: &Map<String, Value>) -> String {
    let code = crate::json::text(error, "code");
    code.chars().filter(|c| c.is_ascii_alphanumeric() || matches!(c, '_' | '-')).take(CODE_MAX).collect()
}

fn classify(status: u16, code: &str) -> ErrorKind {
    // The code is more telling than the status: OAUTH_SCOPE_MISMATCH is documented as 403 and seen as 401,
    // and some errors come with a status of success.
    match code {
        "INVALID_TOKEN" | "AUTHENTICATION_FAILURE" => return ErrorKind::SignInAgain,
        "OAUTH_SCOPE_MISMATCH" | "NO_PERMISSION" | "AUTHORIZATION_FAILED" => return ErrorKind::Denied,
        "TOO_MANY_REQUESTS" => return ErrorKind::Throttled,
        "INTERNAL_ERROR" | "REQUEST_TIMEOUT" => return ErrorKind::Unavailable,
        _ => {}
    }
    match status {
        401 => ErrorKind::SignInAgain,
        403 => ErrorKind::Denied,
        429 => ErrorKind::Throttled,
        408 | 500.. => ErrorKind::Unavailable,
        _ if code.is_empty() => ErrorKind::Unreadable,
        _ => ErrorKind::Refused,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use ErrorKind::*;

    fn error(status: u16, body: &str) -> ZohoError {
        ZohoError::of(&Response::new(status).body("application/json", body))
    }

    #[test]
    fn each_refusal_says_what_can_be_done() {
        let cases = [
            (401, "INVALID_TOKEN", SignInAgain),
            (401, "AUTHENTICATION_FAILURE", SignInAgain),
            (400, "INVALID_TOKEN", SignInAgain),
            (401, "OAUTH_SCOPE_MISMATCH", Denied),
            (403, "OAUTH_SCOPE_MISMATCH", Denied),
            (403, "NO_PERMISSION", Denied),
            (400, "NO_PERMISSION", Denied),
            (403, "FEATURE_NOT_SUPPORTED", Denied),
            (429, "TOO_MANY_REQUESTS", Throttled),
            (400, "TOO_MANY_REQUESTS", Throttled),
            (500, "INTERNAL_ERROR", Unavailable),
            (400, "INTERNAL_ERROR", Unavailable),
            (503, "UNKNOWN", Unavailable),
            (400, "INVALID_QUERY", Refused),
            (404, "INVALID_URL_PATTERN", Refused),
            (200, "INVALID_DATA", Refused),
        ];
        for (status, code, wanted) in cases {
            let body = format!(r#"{{"code":"{code}","details":{{}},"message":"Ada is unknown","status":"error"}}"#);
            let found = error(status, &body);
            assert_eq!((found.kind, found.code.as_str()), (wanted, code), "{status} {code}");
            assert!(!format!("{found} {found:?}").contains("Ada"), "messages may quote personal data");
        }
    }

    #[test]
    fn a_page_of_a_proxy_is_no_proof_of_anything() {
        let cases = [
            (200, Unreadable),
            (400, Unreadable),
            (404, Unreadable),
            (401, SignInAgain),
            (403, Denied),
            (429, Throttled),
            (502, Unavailable),
        ];
        for (status, wanted) in cases {
            let found = error(status, "<html>");
            assert_eq!((found.kind, found.code.as_str()), (wanted, ""), "{status}");
        }
        assert_eq!(error(400, r#"{"code":"a sentence of ada@corp.example"}"#).code, "asentenceofadacorpexample");
        let transient: Vec<u16> =
            [200, 400, 401, 429, 500].into_iter().filter(|s| error(*s, "").is_transient()).collect();
        assert_eq!(transient, [429, 500]);
    }
}
