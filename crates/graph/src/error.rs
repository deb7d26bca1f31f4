//! What a refusal of Graph means to whoever asked.

use mxs_core::{Side, VendorRefusal};
use mxs_http::Response;
use serde_json::{Map, Value};

/// The longest wait that a `Retry-After` may ask for, in milliseconds. Graph's own throttling windows are
/// ten minutes; a longer wait is a mistake of somebody in between.
pub const RETRY_AFTER_LIMIT_MS: u32 = 3_600_000;

/// The longest error code that is passed on; real ones are well below.
const CODE_MAX: usize = 64;

/// How deep `innerError` may nest before it is taken for nonsense.
const INNER_ERROR_DEPTH: usize = 8;

/// What the caller can do about an error.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ErrorKind {
    /// The token isn't accepted: sign in again, or refresh it.
    SignInAgain,
    /// The user or the app may not do this.
    Denied,
    /// The item doesn't exist. Only said when Exchange itself said so: a 404 from anything else is no
    /// proof that an item is gone.
    NotFound,
    /// The user has no mailbox that Graph can reach.
    NoMailbox,
    /// The item changed since its version was read: read it again.
    Stale,
    /// The delta link is no longer valid: read everything.
    TokenDead,
    /// Too many requests: wait, then try again.
    Throttled,
    /// The service fails at the moment: try again later.
    Unavailable,
    /// The request was refused, and the same request would be refused again.
    Refused,
    /// The answer isn't what was promised, such as a proxy's HTML page.
    Unreadable,
}

/// An answer of Graph that is no success.
///
/// <https://learn.microsoft.com/en-us/graph/errors>
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("Microsoft Graph answered {status} {code}")]
pub struct GraphError {
    /// What can be done about it.
    pub kind: ErrorKind,
    /// The HTTP status, of the part in a batch.
    pub status: u16,
    /// Graph's error code, the most general one that says something; empty when there was none. Graph's message
    /// is left out: it may quote personal data.
    pub code: String,
    /// How long Graph wants us to wait, if it said so; at most [`RETRY_AFTER_LIMIT_MS`].
    pub retry_after_ms: Option<u32>,
}

impl GraphError {
    /// Reads an answer that is no success.
    pub(crate) fn of(response: &Response) -> Self {
        let body: Option<Value> = serde_json::from_slice(&response.body).ok();
        Self::from_parts(response.status, response.headers.get("Retry-After"), body.as_ref())
    }

    /// Reads the parts of an answer that is no success.
    pub(crate) fn from_parts(status: u16, retry_after: Option<&str>, body: Option<&Value>) -> Self {
        let codes = codes(body);
        let retry_after_ms = retry_after.and_then(parse_retry_after);
        let kind = classify(status, &codes, retry_after.is_some());
        let code = codes.iter().find(|code| !says_nothing(code)).or(codes.first());
        let code = code.map(|code| tidy(code)).unwrap_or_default();
        Self { kind, status, code, retry_after_ms }
    }

    /// An answer whose body isn't what was promised.
    pub(crate) fn unreadable(status: u16) -> Self {
        Self { kind: ErrorKind::Unreadable, status, code: String::new(), retry_after_ms: None }
    }

    /// Whether the same request may succeed later, without anybody doing anything.
    pub const fn is_transient(&self) -> bool {
        matches!(self.kind, ErrorKind::Throttled | ErrorKind::Unavailable)
    }

    /// The refusal of a write, as the engine remembers it.
    pub fn refusal(&self) -> VendorRefusal {
        VendorRefusal {
            side: Side::Exchange,
            status: self.status,
            code: self.code.clone(),
            field: None,
            max_length: None,
        }
    }
}

/// The error codes, from the general one to the most specific: Graph nests `innerError`, whose name it
/// spells in two ways.
fn codes(body: Option<&Value>) -> Vec<&str> {
    let first = body.and_then(|body| body.get("error")).and_then(Value::as_object);
    std::iter::successors(first, |error| inner(error))
        .take(INNER_ERROR_DEPTH)
        .filter_map(|error| crate::json::filled(error, "code"))
        .collect()
}

fn inner(error: &Map<String, Value>) -> Option<&Map<String, Value>> {
    ["innerError", "innererror"].iter().find_map(|key| error.get(*key)).and_then(Value::as_object)
}

/// To Do gives this code to nearly every refusal, and says inside what it means.
fn says_nothing(code: &str) -> bool {
    code.eq_ignore_ascii_case("invalidRequest")
}

/// What is passed on of a code: a name, never a sentence.
fn tidy(code: &str) -> String {
    code.chars().filter(|c| c.is_ascii_alphanumeric() || matches!(c, '_' | '-' | '.')).take(CODE_MAX).collect()
}

fn classify(status: u16, codes: &[&str], asks_to_wait: bool) -> ErrorKind {
    let any = |names: &[&str]| codes.iter().any(|code| names.iter().any(|name| code.eq_ignore_ascii_case(name)));
    // The code is more telling than the status: Outlook sends some of these with several statuses.
    if any(&[
        "SyncStateNotFound",
        "SyncStateInvalid",
        "ErrorInvalidSyncStateData",
        "ResyncRequired",
        "ResyncApplyDifferences",
        "ResyncChangesApplyDifferences",
        "ResyncChangesUploadDifferences",
        "ResyncUploadDifferences",
    ]) {
        return ErrorKind::TokenDead;
    }
    if any(&["MailboxNotEnabledForRESTAPI", "MailboxNotSupportedForRESTAPI", "ErrorNonExistentMailbox"]) {
        return ErrorKind::NoMailbox;
    }
    if any(&[
        "ErrorIrresolvableConflict",
        "ErrorStaleObject",
        "ErrorChangeKeyRequired",
        "ErrorChangeKeyRequiredForWriteOperations",
        "ErrorInvalidChangeKey",
        "ConditionNotMet",
        "PreconditionFailed",
        // Said of an item that was deleted meanwhile, where an immutable id goes on finding it
        // (<https://github.com/microsoftgraph/msgraph-sdk-dotnet/issues/3047>).
        "ErrorCannotDeleteObject",
    ]) {
        return ErrorKind::Stale;
    }
    match status {
        401 => ErrorKind::SignInAgain,
        403 if any(&["ErrorQuotaExceeded"]) => ErrorKind::Refused,
        403 => ErrorKind::Denied,
        404 if any(&["ErrorItemNotFound", "ItemNotFound"]) => ErrorKind::NotFound,
        408 => ErrorKind::Unavailable,
        410 => ErrorKind::TokenDead,
        412 => ErrorKind::Stale,
        429 | 509 => ErrorKind::Throttled,
        503 if asks_to_wait => ErrorKind::Throttled,
        // Neither will change by waiting: not implemented, and a full mailbox.
        501 | 507 => ErrorKind::Refused,
        500.. => ErrorKind::Unavailable,
        400..=499 if !codes.is_empty() => ErrorKind::Refused,
        _ => ErrorKind::Unreadable,
    }
}

/// Reads `Retry-After` in seconds; Graph sends whole numbers, and now and then decimal ones. A date, which
/// RFC 9110 allows too, would need a clock: it counts as nothing said.
fn parse_retry_after(text: &str) -> Option<u32> {
    let (whole, fraction) = text.trim().split_once('.').unwrap_or((text.trim(), "0"));
    let digits = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    if !digits(whole) || !digits(fraction) {
        return None;
    }
    // Digits that don't fit a u32 are more than the limit; so are the first three of a fraction exact
    // enough.
    let seconds: u32 = whole.parse().unwrap_or(u32::MAX);
    let thousandths = fraction.bytes().chain(*b"000").take(3).fold(0, |sum, byte| sum * 10 + u32::from(byte - b'0'));
    Some(seconds.saturating_mul(1000).saturating_add(thousandths).min(RETRY_AFTER_LIMIT_MS))
}

/// `Retry-After` of a part in a batch, whose headers are a JSON object.
pub(crate) fn retry_after(headers: Option<&Value>) -> Option<&str> {
    let headers = headers?.as_object()?;
    headers.iter().find(|(name, _)| name.eq_ignore_ascii_case("Retry-After")).and_then(|(_, value)| value.as_str())
}

#[cfg(test)]
mod tests {
    use super::*;
    use ErrorKind::*;

    fn error(status: u16, retry_after: Option<&str>, body: &str) -> GraphError {
        let response = Response::new(status).body("application/json", body);
        GraphError::of(&match retry_after {
            Some(seconds) => response.header("retry-after", seconds),
            None => response,
        })
    }

    fn coded(code: &str) -> String {
        format!(r#"{{"error":{{"code":"{code}","message":"Ada Lovelace was not found."}}}}"#)
    }

    #[test]
    fn each_refusal_says_what_can_be_done() {
        let cases = [
            (401, "InvalidAuthenticationToken", SignInAgain),
            (403, "ErrorAccessDenied", Denied),
            (403, "ErrorQuotaExceeded", Refused),
            (403, "ErrorCannotDeleteObject", Stale),
            (404, "ErrorItemNotFound", NotFound),
            (404, "erroritemnotfound", NotFound),
            (404, "ErrorFolderNotFound", Refused),
            (404, "ResourceNotFound", Refused),
            (404, "MailboxNotEnabledForRESTAPI", NoMailbox),
            (409, "ErrorIrresolvableConflict", Stale),
            (412, "ErrorIrresolvableConflict", Stale),
            (412, "", Stale),
            (400, "ErrorChangeKeyRequiredForWriteOperations", Stale),
            (410, "", TokenDead),
            (410, "resyncRequired", TokenDead),
            (400, "SyncStateNotFound", TokenDead),
            (404, "syncStateNotFound", TokenDead),
            (429, "ApplicationThrottled", Throttled),
            (509, "", Throttled),
            (503, "", Unavailable),
            (500, "ErrorInternalServerError", Unavailable),
            (504, "UnknownError", Unavailable),
            (501, "NotImplemented", Refused),
            (507, "", Refused),
            (400, "ErrorInvalidIdMalformed", Refused),
            (404, "", Unreadable),
            (400, "", Unreadable),
            (302, "", Unreadable),
        ];
        for (status, code, wanted) in cases {
            let found = error(status, None, &coded(code));
            assert_eq!((found.kind, found.code.as_str()), (wanted, code), "{status} {code}");
            assert!(!format!("{found} {found:?}").contains("Ada"), "messages may quote personal data");
        }
    }

    #[test]
    fn a_page_of_a_proxy_is_no_proof_of_anything() {
        let cases = [
            (404, Unreadable),
            (400, Unreadable),
            (401, SignInAgain),
            (403, Denied),
            (429, Throttled),
            (502, Unavailable),
        ];
        for (status, wanted) in cases {
            assert_eq!(error(status, None, "<html>Not found</html>").kind, wanted, "{status}");
        }
    }

    #[test]
    fn the_inner_error_is_more_specific_and_spelled_in_two_ways() {
        for inner in ["innerError", "innererror"] {
            let body = format!(
                r#"{{"error":{{"code":"UnknownError","{inner}":{{"date":"x","{inner}":{{"code":"syncStateNotFound"}}}}}}}}"#
            );
            let found = error(400, None, &body);
            // The object in between has no code, and the walk goes on.
            assert_eq!((found.kind, found.code.as_str()), (TokenDead, "UnknownError"), "{inner}");
        }
        let deep = r#"{"innererror":"#.repeat(40) + "1" + &"}".repeat(40);
        assert_eq!(error(400, None, &format!(r#"{{"error":{deep}}}"#)).kind, Unreadable);
    }

    #[test]
    fn to_dos_own_code_is_inside() {
        let body = |inner: &str| format!(r#"{{"error":{{"code":"invalidRequest","innerError":{{{inner}}}}}}}"#);
        let cases = [
            (404, body(r#""code":"ErrorItemNotFound""#), NotFound, "ErrorItemNotFound"),
            (400, body(r#""code":"InvalidModel""#), Refused, "InvalidModel"),
            (400, body(r#""date":"x""#), Refused, "invalidRequest"),
        ];
        for (status, body, kind, code) in cases {
            let found = error(status, None, &body);
            assert_eq!((found.kind, found.code.as_str()), (kind, code), "{body}");
        }
    }

    #[test]
    fn a_code_is_a_name_and_never_a_sentence() {
        let found = error(400, None, &coded(&format!("Bad request of ada@corp.example {}", "x".repeat(200))));
        assert_eq!(found.code.len(), CODE_MAX);
        assert!(found.code.starts_with("Badrequestof"));
    }

    #[test]
    fn retry_after_is_read_with_care() {
        let cases = [
            ("10", Some(10_000)),
            (" 10 ", Some(10_000)),
            ("0", Some(0)),
            ("0.249", Some(249)),
            ("1.5", Some(1_500)),
            ("2.99999", Some(2_999)),
            ("3600", Some(RETRY_AFTER_LIMIT_MS)),
            ("86400", Some(RETRY_AFTER_LIMIT_MS)),
            ("99999999999999999999", Some(RETRY_AFTER_LIMIT_MS)),
            ("Fri, 21 Nov 2026 21:05:57 GMT", None),
            ("-1", None),
            ("1e3", None),
            ("1.", None),
            (".5", None),
            ("", None),
        ];
        for (text, wanted) in cases {
            assert_eq!(error(429, Some(text), "").retry_after_ms, wanted, "{text:?}");
        }
        assert_eq!(error(429, None, "").retry_after_ms, None);
        assert_eq!(error(503, Some("soon"), "").kind, Throttled, "it asked us to wait, if not how long");
    }

    #[test]
    fn only_waiting_helps_with_some() {
        let transient: Vec<u16> = [401, 403, 404, 412, 429, 500, 501]
            .into_iter()
            .filter(|status| error(*status, None, "").is_transient())
            .collect();
        assert_eq!(transient, [429, 500]);
    }

    #[test]
    fn a_refusal_can_be_remembered() {
        let refusal = error(400, None, &coded("ErrorInvalidProperty")).refusal();
        assert_eq!(
            (refusal.side, refusal.status, refusal.code.as_str()),
            (Side::Exchange, 400, "ErrorInvalidProperty")
        );
    }
}
