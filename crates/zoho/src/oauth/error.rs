//! Why signing in or refreshing failed.

use mxs_http::Response;
use serde_json::Value;

/// Why there are no tokens.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum OauthError {
    /// The person said no.
    #[error("access was denied")]
    Denied,
    /// The code or the refresh token is no longer good, or another data centre's: an administrator must agree anew.
    #[error("sign in to Zoho again")]
    SignInAgain,
    /// The answer to a sign-in doesn't belong to it: somebody else's, or an old one.
    #[error("the answer belongs to another sign-in")]
    WrongState,
    /// The answer names a server that is none of Zoho's. Nothing is sent there.
    #[error("the answer names an unknown data centre")]
    UnknownServer,
    /// The app's registration or settings are wrong: its id, secret, redirect address or scopes, or it isn't registered
    /// for several data centres.
    #[error("the app's registration at Zoho is wrong")]
    WrongConfiguration,
    /// Too many tokens were asked for: wait ten minutes.
    #[error("too many tokens were asked for")]
    Throttled,
    /// The accounts server fails at the moment.
    #[error("the sign-in service is unavailable (HTTP {status})")]
    Unavailable {
        /// The HTTP status; 0 when the browser brought the answer.
        status: u16,
    },
    /// The answer isn't what was promised.
    #[error("the sign-in service's answer can't be understood (HTTP {status})")]
    Unreadable {
        /// The HTTP status; 0 when the browser brought the answer.
        status: u16,
    },
}

impl OauthError {
    /// Reads an answer that holds no tokens. Errors come with status 200; only throttling has 400, and the same name
    /// as a person's refusal has elsewhere.
    pub(super) fn of(response: &Response) -> Self {
        let status = response.status;
        let body = crate::json::parse(&response.body);
        let error = body.as_ref().and_then(|body| body.get("error")).and_then(Value::as_str);
        match error {
            Some("Access Denied") => Self::Throttled,
            Some(error) => Self::named(status, error),
            None if status == 429 => Self::Throttled,
            None if is_unavailable(status) => Self::Unavailable { status },
            None => Self::Unreadable { status },
        }
    }

    /// An error by its name in answers and redirects.
    pub(super) fn named(status: u16, error: &str) -> Self {
        match error {
            "access_denied" => Self::Denied,
            "invalid_code" | "invalid_token" | "invalid_grant" => Self::SignInAgain,
            "server_error" | "temporarily_unavailable" | "general_error" => Self::Unavailable { status },
            _ if is_unavailable(status) => Self::Unavailable { status },
            _ => Self::WrongConfiguration,
        }
    }
}

const fn is_unavailable(status: u16) -> bool {
    matches!(status, 408 | 500..)
}
